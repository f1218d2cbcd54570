"""Codes: exact tails against mpmath, laws against enumeration, Babel functions, states, and what is refused."""

import math
from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
import pytest

import numerics.selection.codes as exact
import numerics.selection.sampled_codes as sampled
import numerics.selection.state_counts as counts

FOUR = np.array([[1, 1, 1, -1], [1, -1, -1, 1], [1, 1, -1, 1], [1, -1, 1, -1]])


@pytest.mark.parametrize(("L", "d"), [(1, 7), (2, 1), (2, 40), (3, 11), (9, 50), (17, 20)])
def test_tail_against_the_incomplete_beta_function(L: int, d: int) -> None:
    n, k = (L - 1) * d, (L * d + 1) // 2
    with mpmath.workdps(60):
        expected = mpmath.betainc(k, n - k + 1, 0, 0.5, regularized=True) if L > 1 else mpmath.mpf(0)
        found = exact.one_bit_tail(L, d)
        assert abs(mpmath.mpf(found.numerator) / found.denominator - expected) <= mpmath.mpf(10) ** -50 * (1 + expected)


def test_tail_comes_nearest_to_its_bound_at_two_pairs_and_one_entry() -> None:
    ratio = {
        (L, d): float(exact.one_bit_tail(L, d)) * math.exp(d / (2 * (L - 1)))
        for L in range(2, 61)
        for d in range(1, 61)
    }
    assert max(ratio, key=lambda size: ratio[size]) == (2, 1)
    assert abs(ratio[2, 1] - math.exp(0.5) / 2) < 1e-15


@pytest.mark.parametrize(("L", "b", "p"), [(2, 1, 0.05), (4, 1, 0.05), (8, 3, 1e-6), (64, 10, 0.5)])
def test_the_dimension_suffices_by_the_exact_tail(L: int, b: int, p: float) -> None:
    assert b * L * exact.one_bit_tail(L, exact.random_code_dimension(L, b, p)) <= p
    assert exact.parity_code_dimension(L, b, p) >= exact.random_code_dimension(L, b, p)
    assert exact.random_code_dimension(1, b, p) == 1


@pytest.mark.parametrize(("keys", "bits", "b", "d"), [((0,), 1, 2, 3), ((1, 2, 3), 2, 1, 4), ((0, 5, 3), 3, 2, 3)])
def test_law_of_scores_against_every_code(keys: tuple[int, ...], bits: int, b: int, d: int) -> None:
    v = np.random.default_rng(len(keys)).choice([-1, 1], size=(len(keys), b))
    for columns in (exact.random_columns(len(keys)), exact.parity_columns(keys, bits)):
        found, slow = exact.misread(columns, v, d), exact.misread_by_enumeration(columns, v, d)
        assert found.any == slow.any
        assert (found.one == slow.one).all()
    assert set(exact.misread(exact.random_columns(len(keys)), v, d).one.ravel()) == {exact.one_bit_tail(len(keys), d)}


def test_parity_columns_are_pairwise_independent_but_not_more() -> None:
    columns = exact.parity_columns([1, 2, 3], 2)
    assert (columns.T @ columns == 4 * np.eye(3)).all()
    assert (columns.prod(1) == 1).all()


def test_sampled_failures_are_within_their_intervals() -> None:
    v = np.array([[1, -1], [1, 1], [-1, 1]])
    free = exact.misread(exact.random_columns(3), v, 5).any
    parity = exact.misread(exact.parity_columns([1, 2, 3], 2), v, 5).any
    for p, hits in (
        (free, sampled.random_codes_failing(v, 5, 400, 0)),
        (parity, sampled.parity_codes_failing([1, 2, 3], 2, v, 5, 400, 0)),
    ):
        interval = sampled.clopper_pearson(hits, 400, 1e-6)
        assert interval.lower < p < interval.upper


@pytest.mark.parametrize(("k", "n"), [(0, 10), (10, 10), (3, 40)])
def test_interval_against_the_binomial_sums_that_define_it(k: int, n: int) -> None:
    lower, upper = sampled.clopper_pearson(k, n, 0.1)
    if k:
        assert abs(sum(math.comb(n, j) * lower**j * (1 - lower) ** (n - j) for j in range(k, n + 1)) - 0.05) < 1e-12
    if k < n:
        assert abs(sum(math.comb(n, j) * upper**j * (1 - upper) ** (n - j) for j in range(k + 1)) - 0.05) < 1e-12
    assert (lower == 0) == (k == 0) and (upper == 1) == (k == n)


def test_babel_against_a_loop_and_a_tie_at_one() -> None:
    code = np.random.default_rng(0).standard_normal((6, 3))
    code /= np.linalg.norm(code, axis=1, keepdims=True)
    slow = [sorted((abs(code[q] @ code[k]) for k in range(6) if k != q), reverse=True) for q in range(6)]
    for terms in range(6):
        assert abs(exact.babel(code, terms) - max(sum(row[:terms]) for row in slow)) < 1e-14
    half = np.array([[1, 1, 1, 1], [1, 1, 1, -1], [1, 1, -1, 1]]) / 2
    assert exact.babel(half, 2) == 1.0
    assert exact.all_contents(half, 3) == exact.Contents(0.0, 1)  # one content of three keys, and it is a tie
    assert exact.all_contents(half, 2) == exact.Contents(0.5, 0)


@pytest.mark.parametrize(("V", "L", "d"), [(6, 3, 9), (7, 4, 25), (5, 5, 4), (6, 2, 8), (5, 1, 2)])
def test_worst_contents_are_the_worst_of_all(V: int, L: int, d: int) -> None:
    code = np.random.default_rng(V + d).choice([-1, 1], size=(V, d))
    worst, every = exact.worst_contents(code, L), exact.all_contents(code / np.sqrt(d), L)
    assert abs(worst.margin - every.margin) < 1e-14
    assert abs(worst.margin - (1 - exact.babel(code / np.sqrt(d), L - 1))) < 1e-14
    assert (worst.misread > 0) == (every.misread > 0)


def test_reading_stored_keys_needs_fewer_states_than_there_are_contents() -> None:
    assert counts.sharing(np.ones((5, 1), dtype=int), 1, 1) == counts.Sharing(2, 5, 5)
    eight = np.array([(1, *signs) for signs in product((1, -1), repeat=3)])
    found = counts.sharing(eight, 2, 1)
    assert exact.all_contents(eight / 2, 2).misread == 0
    assert counts.contents_count(8, 2, 1) == 112 > 3**4 >= found.reached
    assert counts.sharing(FOUR, 2, 1) == counts.sharing_by_hand(FOUR, 2, 1) == counts.Sharing(18, 2, 2)


@pytest.mark.parametrize(("V", "L", "b"), [(1, 1, 1), (64, 4, 1), (1000, 20, 3)])
def test_least_dimension_is_the_least(V: int, L: int, b: int) -> None:
    for shared in (1, math.comb(V, L)):
        d = counts.least_dimension(V, L, b, shared)
        assert shared * (L + 1) ** (d * b) >= counts.contents_count(V, L, b)
        assert d == 1 or shared * (L + 1) ** ((d - 1) * b) < counts.contents_count(V, L, b)


def test_known_values() -> None:
    assert exact.one_bit_tail(3, 1) == Fraction(1, 4)
    assert exact.misread(exact.random_columns(3), np.ones((3, 1), dtype=int), 1).any == Fraction(3, 4)
    assert exact.misread(exact.parity_columns(range(8), 3), np.ones((8, 1), dtype=int), 1).any == Fraction(7, 8)


UNIT_CODE = np.eye(3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: exact.one_bit_tail(0, 3), "pairs = 0: must be at least 1"),
        (lambda: exact.one_bit_tail(3, 0), "dimension = 0: must be at least 1"),
        (lambda: exact.random_code_dimension(3, 1, 1.0), r"failure = 1.0: must lie in \(0, 1\)"),
        (lambda: exact.random_code_dimension(3, 1, 0.0), r"failure = 0.0: must lie in \(0, 1\)"),
        (lambda: exact.parity_code_dimension(3, 0, 0.1), "bits = 0: must be at least 1"),
        (lambda: exact.random_columns(17), "pairs = 17: must be at most 16"),
        (lambda: exact.parity_columns([0, 1, 2], 1), "pairs = 3: must be at most V = 2"),
        (lambda: exact.parity_columns([0, 4], 2), "must be distinct and lie in 0..3"),
        (lambda: exact.parity_columns([1, 1], 2), "must be distinct"),
        (lambda: exact.parity_columns([], 2), "must be at least one integer"),
        (lambda: exact.parity_columns([0], 17), "key_bits = 17: must be at most 16"),
        (lambda: exact.parity_code([4], [[0, 1]]), r"must lie in 0\.\.3"),
        (lambda: exact.parity_code([1], [[0, 2]]), "must be bits"),
        (lambda: exact.misread([[1, 0]], [[1], [1]], 1), r"columns has shape \(1, 2\): must be a matrix of \+1 and -1"),
        (lambda: exact.misread([[1, 1]], [[1]], 1), r"values have shape \(1, 1\): must have one row"),
        (lambda: exact.misread(exact.random_columns(8), np.ones((8, 1)), 8), "must be fewer than 2"),
        (lambda: exact.misread_by_enumeration(exact.random_columns(4), np.ones((4, 1)), 5), "must be at most 2"),
        (lambda: exact.scores(np.ones((0, 2), dtype=int), np.ones((0, 1), dtype=int)), "with L >= 1"),
        (lambda: exact.scores(np.ones((1, 2)), np.ones((1, 1))), "must be integers"),
        (lambda: exact.scores(np.full((1, 2), 3), np.ones((1, 1), dtype=int)), "must be integers"),
        (lambda: exact.parity_code([1.7], [[0, 1]]), "must be integers"),
        (lambda: exact.misread(exact.random_columns(16), np.ones((16, 1)), 2), "too many to convolve"),
        (lambda: exact.random_code_dimension(10**400, 1, 0.5), "must be finite as a double"),
        (lambda: exact.all_contents(1.0, 1), r"code has shape \(\): must be \(V, d\)"),
        (lambda: counts.sharing_by_hand([[1]], 2, 1), "pairs = 2: must be at most V = 1"),
        (lambda: exact.babel(2 * UNIT_CODE, 1), "code of key 0 has norm 2: must be 1"),
        (lambda: exact.babel(UNIT_CODE, 3), "terms = 3: must be at most V - 1 = 2"),
        (lambda: exact.babel(UNIT_CODE[:1], 0), r"must be \(V >= 2, d >= 1\)"),
        (lambda: exact.coherences(1j * UNIT_CODE), "must be real"),
        (lambda: exact.all_contents(UNIT_CODE, 4), "pairs = 4: must be at most V = 3"),
        (lambda: exact.worst_contents(FOUR, 5), "pairs = 5: must be at most V = 4"),
        (lambda: exact.all_contents(np.eye(40), 6), "more than 2"),
        (lambda: counts.least_dimension(3, 4, 1), "pairs = 4: must be at most V = 3"),
        (lambda: counts.sharing(np.ones((2, 1)), 3, 1), "pairs = 3: must be at most V = 2"),
        (lambda: counts.sharing(0.5 * np.ones((2, 1)), 1, 1), "must be a matrix of"),
        (lambda: counts.contents(30, 10, 2), "more than 2"),
        (lambda: sampled.clopper_pearson(4, 3, 0.1), "hits = 4: must be at most 3"),
        (lambda: sampled.clopper_pearson(1, 3, 1.5), "doubt = 1.5"),
        (lambda: sampled.parity_codes_failing([0, 1], 1, [[1]], 2, 3, 0), "one row for each of 2 keys"),
        (lambda: sampled.random_codes_failing([[1]], 2, 0, 0), "draws = 0"),
    ],
)
def test_what_is_refused(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


def test_narrow_integers_do_not_wrap_round() -> None:
    assert exact.scores(np.ones((1, 200), dtype=np.int8), np.ones((1, 1), dtype=np.int8)) == 200


def test_tiny_probabilities_and_large_counts() -> None:
    assert exact.random_code_dimension(4, 1, 5e-324) == math.ceil(6 * (math.log(4) - math.log(5e-324)))
    d = counts.least_dimension(10**5, 10**4, 1)
    assert 10_001 ** (d - 1) < counts.contents_count(10**5, 10**4, 1) <= 10_001**d
    assert counts.shared([[1], [1], [2]], [0, 0, 1]) == counts.Sharing(2, 2, 1)


def test_parity_dimension_is_that_of_its_bound() -> None:
    for L, b, p in ((2, 1, 0.05), (8, 3, 1e-6)):
        d = exact.parity_code_dimension(L, b, p)
        bound = [b * L * math.exp(-3 * at / (8 * (L - 1))) for at in (d - 1, d)]
        assert bound[1] <= p < bound[0]
