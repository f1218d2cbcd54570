"""Written networks of the selection against their recursions, exact and in doubles; plans; refusals."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from numerics.rates import relu_plan as sizes
from numerics.rates import relu_softmax as exact
from numerics.rates.relu_direct import product_by_chords, square_by_chords
from tests.witness import UNIT


def fractions(*values: str) -> np.ndarray:
    return np.array([Fraction(value) for value in values], dtype=object)


@pytest.mark.parametrize(("n", "m", "k"), [(1, 1, 0), (2, 3, 1), (4, 5, 3)])
def test_the_network_of_the_exponential_is_its_recursion_exactly(n, m, k):
    network, x = exact.exponential(n, m, k), fractions("0", "-1/3", "-1", "-7/8") * 2**k
    assert (network(x[:, None])[:, 0] == exact.exponential_by_formula(x, n, m, k)).all()
    assert network(x[:, None])[0, 0] == 1
    assert network.depth == (n - 1) * (m + 1) + k * m


@pytest.mark.parametrize(("q", "steps", "m"), [("1/2", 0, 1), ("1/2", 2, 4), ("1/7", 3, 6)])
def test_the_network_of_the_reciprocal_is_its_recursion_exactly(q, steps, m):
    z = fractions(q, "1", "4/5")
    network = exact.reciprocal(Fraction(q), steps, m)
    assert (network(z[:, None])[:, 0] == exact.reciprocal_by_formula(z, Fraction(q), steps, m)).all()
    assert network.depth == 2 * steps * (m + 1)


def test_the_gates_and_the_ratio_are_their_recursions_exactly():
    mu, v, V, q = fractions("0", "-1/3", "-1"), fractions("1/2", "-5/2", "1"), Fraction(5, 2), Fraction(1, 3)
    before, behind = exact.gates(2, 3, 4, 1, V), exact.ratio(q, 2, 4, V)
    sums = before(np.stack([mu, v], axis=-1)).sum(axis=0) / 3
    expected = exact.pooled_by_formula(mu, v, 2, (3, 4, 1, 2), q, V, 3)
    assert behind(sums[None])[0, 0] == expected
    floats = exact.pooled_by_formula(mu.astype(float), v.astype(float), 2, (3, 4, 1, 2), q, V, 3)
    assert abs(floats - expected) <= sizes.rounding(4, 1, 2, q, 3) * 2.5
    assert (before.depth, behind.depth) == (3 * 5 + 4, 5 * 5)


def test_rests_stay_in_the_unit_interval_without_a_clip():
    u = np.linspace(0, 1, 513)
    for m in (1, 2, 7):
        P = product_by_chords(u[:, None], u, m, 1)
        assert (P >= 0).all() and (np.minimum(u[:, None], u) - P >= -4 * UNIT).all()
        assert np.abs(P - u[:, None] * u).max() <= 4.0 ** (-m - 1) + 4 * UNIT


@pytest.mark.parametrize("B", [1, 8, 32])
def test_networks_in_doubles_stay_within_bound_and_rounding(B):
    k, x = exact.halvings(B), -np.linspace(0, B, 2001)
    for n, m in ((3, 8), (5, 12), (7, 20)):
        found = exact.exponential(n, m, k)(x[:, None])[:, 0]
        lost = sizes.exponential_rounding(m, k)
        assert np.abs(found - exact.exponential_by_formula(x, n, m, k)).max() <= lost
        assert np.abs(found - np.exp(x)).max() <= sizes.exponential_bound((n + 1) // 2, m, k) + lost


def test_without_halving_the_exponential_is_off_by_a_tenth():
    x = -np.linspace(0, 8, 2001)
    error = np.abs(exact.exponential(5, 8, 0)(x[:, None])[:, 0] - np.exp(x)).max()
    # a square that is x outside [0, 1] would be off by 0.366, this one is (3x − 1)/2 there
    halved = np.abs(exact.exponential(5, 8, 3)(x[:, None])[:, 0] - np.exp(x)).max()
    assert 0.09 < error < 0.1 and halved < 4e-5 < 8 * (1 / 720 + math.e * 4.0**-9)


def test_the_absolute_error_of_newton_is_twice_the_relative_one():
    z = fractions("1/2")
    y = exact.reciprocal_by_formula(z, Fraction(1, 2), 2, None)[0]
    assert 2 - y == 2 * Fraction(1, 17) ** 4 > Fraction(1, 17) ** 4


def test_newton_takes_about_log2_of_one_over_q_steps_more():
    for power in (3, 6, 10, 20):
        left = math.log(1 / float(exact.start_error(Fraction(1, 2**power))))
        assert power - 3 - 0.2 <= -math.log2(left) <= power - 2.5


def test_the_plan_is_as_shallow_as_a_search_over_all_sizes_finds():
    accuracy, q = 0.03, Fraction(1, 4)
    fits = [
        2 * (n + s) * (m + 1) + k * m
        for n in range(1, 6)
        for m in range(1, 14)
        for k in range(2, 7)
        for s in range(7)
        if (bound := sizes.pooling_bound(n, m, k, s, q)) is not None and bound <= accuracy
    ]
    assert sizes.plan(accuracy, 4, 4).depth == min(fits)


@pytest.mark.parametrize(("accuracy", "B", "L", "slack"), [(0.9, 0.5, 1, 0), (1e-2, 3, 7, 2.5), (1e-6, 40, 300, 0)])
def test_a_plan_keeps_its_accuracy_and_its_denominator(accuracy, B, L, slack):
    made = sizes.plan(accuracy, B, L, slack)
    assert made.bound == sizes.pooling_bound(made.n, made.m, made.k, made.steps, made.q) <= accuracy
    assert 2**made.k >= B
    off = sizes.exponential_bound(made.n, made.m, made.k) if slack else 0.0
    assert float(made.q) * L <= math.exp(-slack) - off


def test_squares_in_pieces_at_many_digits():
    with mpmath.workdps(30):
        for x in (0.1, 0.5, 0.7, 1.0):
            assert abs(float(square_by_chords(x, 20)) - mpmath.mpf(x) ** 2) <= 4.0**-21 + 2 * UNIT


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: exact.halvings(0), "B = 0.0: must be > 0"),
        (lambda: exact.halvings(-1), "B = -1.0: must be > 0"),
        (lambda: exact.halvings(math.inf), "must be finite"),
        (lambda: exact.exponential(0, 3, 1), "n = 0: must be at least 1"),
        (lambda: exact.exponential(2, 0, 1), "m = 0: must be at least 1"),
        (lambda: exact.exponential(2, 3, -1), "k = -1: must be at least 0"),
        (lambda: exact.reciprocal(0, 2, 3), "q = 0: must lie in"),
        (lambda: exact.reciprocal(1.5, 2, 3), "q = 1.5: must lie in"),
        (lambda: exact.reciprocal(0.5, -1, 3), "steps = -1"),
        (lambda: exact.gates(0, 1, 1, 0, 1), "chi = 0.0"),
        (lambda: exact.ratio(0.5, 1, 1, 0), "V = 0.0"),
        (lambda: sizes.plan(0.0, 1, 1), "accuracy = 0.0: must lie in"),
        (lambda: sizes.plan(1.0, 1, 1), "accuracy = 1.0: must lie in"),
        (lambda: sizes.plan(0.1, 1, 0), "L = 0"),
        (lambda: sizes.plan(0.1, 1, 1, -1), "slack = -1.0"),
        (lambda: sizes.plan(1e-12, 100, 1000), "doubles may lose"),
        (lambda: sizes.plan(0.1, 1000, 2, 800), "slack = 800"),
        (lambda: sizes.exponential_bound(2, 3, 1100), "k = 1100: must be at most"),
        (lambda: sizes.rounding(3, 1, 1, -0.5, 2), "q = -0.5"),
        (lambda: sizes.pooling_bound(2, 4, 1, 1, 0.5, 1, 3), "D = 3: values in"),
        (lambda: exact.scaled_product(2, 0, 1), "X = 0"),
        (lambda: exact.scaled_product(2, 1, -1), "Y = -1"),
        (lambda: exact.exponential(2.0, 3, 1), "n = 2.0"),
        (lambda: exact.exponential_by_formula(np.array([-0.5]), 0, 2, 1), "n = 0"),
        (lambda: exact.exponential_by_formula(np.array([-0.5]), 2, 2, -1), "k = -1"),
        (lambda: exact.reciprocal_by_formula(np.array([0.5]), 0.5, -1, 2), "steps = -1"),
        (lambda: exact.pooled_by_formula(np.zeros(3), np.ones(3), 1, (3, 4, 1, 2), 0.5, 1, 2), "in 1..L = 2"),
    ],
)
def test_refusals(call, says):
    exact.exponential(2, 3, 1)  # what is cached for 2 must not answer for 2.0
    with pytest.raises(ValueError, match=says):
        call()


def test_many_terms_have_a_bound():
    assert sizes.exponential_bound(100, 3, 0) == (math.e - 1) / 4**4


def test_where_the_theorem_is_silent_there_is_no_bound():
    assert sizes.reciprocal_bound(Fraction(1, 64), 8, 4) is None
    assert sizes.pooling_bound(2, 4, 3, 8, Fraction(1, 64)) is None
