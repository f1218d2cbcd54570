"""Index sets: two routes to every size, order without end, refusals; values worked out by hand."""

import math
from fractions import Fraction
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pytest

import numerics.rates.index_sets as exact
from numerics.rates.basis import block_of, frequencies
from numerics.rates.power_box import power_box_constant, power_box_remainder

KINDS = ("mixed", "anisotropic")
SIZES = {
    "mixed": (exact.mixed_size, exact.mixed_size_by_enumeration),
    "anisotropic": (exact.anisotropic_size, exact.anisotropic_size_by_enumeration),
}
SETS = (
    ([1], 1),
    ([1], Fraction(1, 10)),
    ([1, 1, 1], 4),
    ([Fraction(1, 3), Fraction(2, 3)], 2),
    ([Fraction(1, 3), Fraction(2, 3)], Fraction(2001, 1000)),
    ([Fraction(3, 7), Fraction(3, 2), 9], Fraction(29, 7)),
    ([2, 3, 5, 8, 100], 13),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("a", "T"), SETS, ids=str)
def test_sizes_levels_blocks_agree(a: list, T: Fraction, kind: str) -> None:
    fast, slow = SIZES[kind]
    G = fast(a, T)
    assert G == slow(a, T) == exact.index_set_size(a, kind, T)
    levels = list(exact.levels(a, kind, T))
    assert sum(count for _, count in levels) == G
    assert all(low < high for (low, _), (high, _) in pairwise(levels)) and levels[0] == (0, 1)
    found = list(exact.blocks(a, kind, T))
    heights = [exact.gamma(a, kind, s) for s in found]
    assert len(set(found)) == len(found) and heights == sorted(heights) and heights[-1] < T
    assert sum(2 ** sum(s) for s in found) == G
    assert exact.next_level(a, kind, T) == min(g for g, _ in exact.levels(a, kind, T + 2 * Fraction(a[0])) if g >= T)


def test_a_quotient_in_doubles_rounds_across_a_lattice_point() -> None:
    a, T = Fraction(1, 10), Fraction(3, 10)
    assert exact.anisotropic_size([a], T) == exact.mixed_size([a], T) == 7
    assert math.ceil(0.3 / 0.1) == 3 and math.ceil(0.7 / 0.1) == 7
    assert math.ceil((0.1 + 0.2) / 0.1) == 4  # the same threshold by sums of doubles: one step too many


def test_sizes_of_thousands_of_bits() -> None:
    assert exact.mixed_size([1], 10**5) == exact.anisotropic_size([1], 10**5) == 2**10**5 - 1
    T = 5000
    series = sum((2 ** (T - 2 * k) - 1) << k for k in range(T // 2 + 1) if T > 2 * k)
    assert exact.mixed_size([1, 2], T) == series
    assert exact.mixed_size([Fraction(1, 3)] * 2, 1000) == 2999 * 2**3000 + 1


@pytest.mark.parametrize("a", [[1, 2], [1, 2, 3], [1, 3], [2, 4, 4, 6], [1, 2, 3, 4, 5], [1, 4, 9, 16]], ids=str)
def test_the_constant_alone_fails_just_above_the_lattice(a: list[int]) -> None:
    C, x = exact.mixed_constant(a), 40
    assert isinstance(C, Fraction)
    on, above = (exact.mixed_size(a, a[0] * x + shift) for shift in (0, Fraction(1, 1000)))
    assert on <= C * 2**x < above <= 2 * C * 2**x
    assert above / (2 * C * 2**x) > 1 - Fraction(1, 1000)


def test_constants() -> None:
    assert exact.mixed_constant([5]) == 1
    assert exact.mixed_constant([1, 1, 2]) is None
    assert exact.mixed_constant([3, 6, 9]) == Fraction(8, 3)
    a = [Fraction(2), Fraction(3), Fraction(7, 2), Fraction(401, 100)]
    C = exact.mixed_constant(a)
    assert isinstance(C, float)
    assert C == pytest.approx(exact.mixed_constant_by_blocks(a, 400), rel=1e-13)
    assert C == pytest.approx(math.prod(1 / (1 - 2 ** (1 - float(x) / 2)) for x in a[1:]), rel=1e-13)
    assert exact.mixed_constant([1, 10**12]) == exact.mixed_constant([1, 10**400]) == 1.0
    with pytest.raises(ValueError, match="too near"):
        exact.mixed_constant([10**400, 10**400 + 1])
    near = exact.mixed_constant([10**9, 10**9 + 1])
    assert isinstance(near, float) and near == pytest.approx(1e9 / math.log(2) + 0.5, rel=1e-12)


def test_a_prefix_serves_an_infinite_sequence() -> None:
    whole = [i**2 for i in range(1, 30)]
    for kind in KINDS:
        assert exact.index_set_size(whole, kind, 50) == exact.index_set_size(whole[:8], kind, 50)


@pytest.mark.parametrize("kind", KINDS)
def test_terms_without_end_are_the_sets_in_order(kind: str) -> None:
    a = [Fraction(1), Fraction(3, 2), Fraction(2)]
    terms = list(islice(exact.best_terms(a, kind), 700))
    heights = [exact.gamma(a, kind, block_of(l)) for l in terms]
    assert len(set(terms)) == 700 and heights == sorted(heights)
    for T in (1, 2, Fraction(5, 2), 4):
        G = exact.index_set_size(a, kind, T)
        assert {block_of(l) for l in terms[:G]} == set(exact.blocks(a, kind, T))
        assert all(exact.width_level(a, kind, m) == heights[m] for m in (G - 1, G, G + 1) if m < 700)


def test_terms_of_a_large_block_come_one_by_one() -> None:
    assert next(iter(frequencies((200, 3)))) == (1 - 2**200, -7)
    assert len(set(islice(exact.best_terms(range(1, 300), "anisotropic"), 3000))) == 3000


@pytest.mark.parametrize(("q", "root"), [(2, 3000), (3, 3000), (4, 3000), (8, 3000)])
def test_the_box_of_powers_leaves_a_remainder_in_the_root_of_T(q: int, root: int) -> None:
    T = root**q + root // 2
    assert power_box_remainder(q, T) / root == pytest.approx(power_box_constant(q), abs=0.01)
    small = 60
    log2 = math.log2(exact.anisotropic_size([i**q for i in range(1, small)], small))
    total = small * (sum(i**-q for i in range(1, 2000)) + 1999.5 ** (1 - q) / (q - 1))
    assert power_box_remainder(q, small) == pytest.approx(log2 - total, abs=1e-5)


def test_the_remainder_changes_sign_between_three_and_four() -> None:
    assert power_box_constant(3) < 0 < power_box_constant(4)
    assert power_box_constant(1e6) == pytest.approx(0.5, abs=1e-4)
    for broken in (lambda: power_box_constant(1), lambda: power_box_remainder(1, 5), lambda: power_box_remainder(2, 0)):
        with pytest.raises(ValueError, match=r"must be"):
            broken()


@pytest.mark.parametrize(
    ("a", "T", "rule"),
    [
        ([1.0, 2], 3, "no float"),
        ([1.5], 3, "no float"),
        (["3/2"], 3, "no float"),
        ([True], 3, "no float"),
        ([], 3, "at least one"),
        ([0, 1], 3, "> 0"),
        ([Fraction(-1, 2)], 3, "> 0"),
        ([2, 1], 3, "not decrease"),
        ([1], 0, "> 0"),
        ([1], -2, "> 0"),
        ([1], 2.0, "no float"),
        ([1], np.float64(2), "no float"),
    ],
    ids=str,
)
def test_what_is_no_index_set_is_refused(a: list, T: Any, rule: str) -> None:
    routes = [exact.mixed_size, exact.anisotropic_size, exact.mixed_size_by_enumeration]
    routes += [exact.anisotropic_size_by_enumeration]
    for route in routes:
        with pytest.raises(ValueError, match=rule):
            route(a, T)
    for kind in KINDS:
        for listed in (exact.blocks, exact.levels, exact.next_level):
            with pytest.raises(ValueError, match=rule):
                listed(a, kind, T)


@pytest.mark.parametrize(
    "call",
    [
        lambda: exact.blocks([1], "round", 3),
        lambda: exact.levels([1], "round", 3),
        lambda: exact.best_terms([1], "round"),
        lambda: exact.gamma([1], "", [1]),
        lambda: exact.index_set_size([1], "Mixed", 3),
    ],
)
def test_an_unknown_kind_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"kind = .*: must be 'mixed' or 'anisotropic'"):
        call()


def test_other_refusals() -> None:
    with pytest.raises(ValueError, match="one entry for each"):
        exact.gamma([1, 2], "mixed", [1])
    with pytest.raises(ValueError, match="at least 0"):
        exact.width_level([1], "mixed", -1)
    with pytest.raises(ValueError, match="at least 0"):
        frequencies([1, -1])
    with pytest.raises(ValueError, match="at least 1"):
        exact.repeated_size(0, 3)


def test_numpy_integers_are_exact() -> None:
    assert exact.mixed_size(list(np.array([1, 2])), int(np.int64(4))) == 21
