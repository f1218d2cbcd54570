"""Checks of the claims of `theory.rates.index_sets`."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import ceil
from typing import Any

import numpy as np
from hypothesis import strategies as st

import numerics.rates.index_sets as exact
import theory.rates.index_sets as claim
from numerics.rates.basis import basis_values, block_of, box_frequencies, frequencies, synthesis
from tests.rates.smoothness import BEYOND, Set, few, index_sets, letters
from tests.witness import UNIT, Check, Counter, Sample

#: Integers, at more digits than they have: logarithms and factorials round far below their distance of 1.
DIGITS, APART = 200, 2.0**-40


def _block(s: tuple[int, ...], functions: int, f: np.ndarray, F: float) -> Sample:
    values = {"s": np.array([BEYOND, *s, 3]), "d": len(s), "N": functions, "F": F, "f": np.array([0.37, *f, 0.43])}
    return Sample(values, 64 * (len(f) + 1) * UNIT * float(1 + f @ f))


def measured_blocks(drawn: tuple[list[int], int]) -> Iterator[Sample]:
    """Frequencies listed, and picked out of a box by their definition; mean squares by transforms, and by products."""
    s, seed = tuple(drawn[0]), drawn[1]
    K = np.array([2**k for k in s])
    box = box_frequencies(tuple(2 * K + 1))
    low, high = np.array([2**k // 2 for k in s]), K
    own = ((np.abs(box) >= low) & (np.abs(box) < high)).all(axis=1)
    f = np.random.default_rng(seed).standard_normal(int(own.sum()))
    c = np.zeros(len(box))
    c[own] = f
    n = 2 * int(K.max()) + 1
    yield _block(s, sum(1 for _ in frequencies(s)), f, float(np.mean(synthesis(c.reshape(2 * K + 1), n) ** 2)))
    points = np.stack(np.meshgrid(*[np.arange(n) / n] * len(s), indexing="ij"), axis=-1).reshape(-1, len(s))
    slow = basis_values(box[own], points) @ f
    yield _block(s, sum(block_of(l) == s for l in box.tolist()), f, float(np.mean(slow**2)))


def without_floor(s: list[int]) -> Iterator[Sample]:
    """2^{s_i - 1} in place of its integer part."""
    found = [l for l in product(*(range(-(2**k), 2**k + 1) for k in s)) if _between(l, s)]
    yield _block(tuple(s), len(found), np.zeros(len(found)), 0.0)


def _between(l: tuple[int, ...], s: list[int]) -> bool:
    return all(2 ** (k - 1) <= abs(x) < 2**k for x, k in zip(l, s, strict=True))


def measured_boxes(given: Set, strict: bool = True) -> Iterator[Sample]:
    """The product of counts, levels added up, and every block where they are few; γ <= T where not `strict`."""
    T = given.T if strict else given.T + Fraction(1, 10**6)
    sizes = [exact.anisotropic_size(given.a, T), sum(n for _, n in exact.levels(given.a, "anisotropic", T))]
    sizes += [exact.anisotropic_size_by_enumeration(given.a, T)] if few(given) else []
    below = sum(x < given.T for x in given.a)
    for G in sizes:
        yield Sample(letters(given) | {"d_T": below, "G": G}, APART)


def _counts(a: tuple[int, ...], K: int, listed: bool, once: bool = False) -> np.ndarray:
    """Functions at each γ < K with the first i coordinates: by levels, or block by block; `once`: s_i <= 1 only."""
    c = np.full((len(a) + 2, K + 2), BEYOND, dtype=object)
    c[: len(a) + 1, :K] = 0
    c[0, 0] = 1
    for i in range(1, len(a) + 1):
        if listed or once:
            for s in product(*(range(min(2, ceil(K / x)) if once else ceil(K / x)) for x in a[:i])):
                level = sum(x * k for x, k in zip(a, s, strict=False))
                if level < K:
                    c[i, level] += 2 ** sum(s)
        else:
            for gamma, count in exact.levels(sorted(a[:i]), "mixed", K):
                c[i, int(gamma)] = count
    return c


def _mixed(a: tuple[int, ...], T: int, c: np.ndarray, G: int, bits: int) -> Iterator[Sample]:
    """What the series leaves out beyond K is at most (z/w)^K Π 1/(1 − 2w^{a_i}) <= (4z)^K 2^d, w = 1/4, z = 2^-bits."""
    K, d = c.shape[1] - 2, len(a)
    shared = {"a": np.array([BEYOND, *a, 2]), "d": d, "T": T, "G": G, "c": c, "z": Fraction(1, 2**bits)}
    for k in sorted({0, 1, a[-1] - 1, (K - 1 - a[-1]) // 2, K - 1 - a[-1]} & set(range(K - a[-1]))):
        yield Sample(shared | {"k": k, "infinity": K - 1}, 2.0 ** (d - (bits - 2) * K) + 1e-60)


def measured_mixed(drawn: tuple[list[int], int]) -> Iterator[Sample]:
    """The recursion along one coordinate, then another; sizes by it, and block by block."""
    a, T = tuple(drawn[0]), drawn[1]
    yield from _mixed(a, T, _counts(a, max(T, 70), False), exact.mixed_size(sorted(a), T), 3)
    yield from _mixed(a, T, _counts(a, max(T, a[-1] + 1), True), exact.mixed_size_by_enumeration(sorted(a), T), 60)


def each_coordinate_once(drawn: tuple[list[int], int]) -> Iterator[Sample]:
    """s_i <= 1: a knapsack in which nothing is taken twice."""
    a, T = tuple(drawn[0]), drawn[1]
    c = _counts(a, max(T, a[-1] + 1), False, once=True)
    yield from _mixed(a, T, c, int(c[len(a), :T].sum()), 60)


def measured_bound(given: Set) -> Iterator[Sample]:
    """Sizes by the recursion, and block by block; C in Fractions, else rounded d + 2 times."""
    sizes = [exact.mixed_size(given.a, given.T)] + [exact.mixed_size_by_enumeration(given.a, given.T)] * few(given)
    for G in sizes:
        C = exact.mixed_constant(given.a)
        assert C is not None
        yield _bound(given, G, C)


def _bound(given: Set, G: int, C: Fraction | float) -> Sample:
    rounded = 0.0 if isinstance(C, Fraction) else 8 * (len(given.a) + 2) * UNIT
    scale = 2 * float(C) * 2.0 ** float(given.T / given.a[0])
    lattice = int(all((x / given.a[0]).denominator == 1 for x in given.a))
    return Sample(letters(given) | {"G": G, "C": C, "lambda": lattice}, (rounded + 1e-45) * scale)


def with_a_tie(given: Set) -> Iterator[Sample]:
    """A second coordinate like the first, which has no factor in C."""
    G = exact.mixed_size((given.a[0], *given.a), given.T)
    C = exact.mixed_constant(given.a)
    assert C is not None
    yield _bound(given, G, C)


def _repeated(r: int, m: int, sizes: list[int], ways: list[int]) -> Sample:
    G, p = (np.array([*given, BEYOND], dtype=object) for given in ([1, *sizes], ways))
    return Sample({"r": r, "m": m, "G": G, "p": p}, APART)


def measured_repeated(drawn: tuple[int, Fraction, int, Fraction]) -> Iterator[Sample]:
    """r equal coordinates: the recursion over all of them, the sum over their total, and block by block where few."""
    r, a, m, below = drawn
    T, some = a * (m - below), range(1, max(r, 3) + 1)
    ways = [count >> k for k, (_, count) in enumerate(exact.levels([a] * r, "mixed", T))]
    yield _repeated(r, m, [exact.mixed_size([a] * i, T) for i in some], ways)
    yield _repeated(r, m, [exact.repeated_size(i, m) for i in some], ways)
    if m ** max(r, 3) <= 3000:
        ways = np.bincount([sum(s) for s in product(range(m), repeat=r)])[:m].tolist()
        yield _repeated(r, m, [exact.mixed_size_by_enumeration([a] * i, T) for i in some], ways)


def with_one_more(drawn: tuple[int, int]) -> Iterator[Sample]:
    """A further coordinate of larger smoothness below T."""
    r, m = drawn
    sizes = [exact.mixed_size([Fraction(1)] * i + [Fraction(3, 2)], m) for i in range(1, max(r, 3) + 1)]
    yield _repeated(r, m, sizes, [count >> k for k, (_, count) in enumerate(exact.levels([1] * r, "mixed", m))])


def _set(T: Any, *a: Any) -> Set:
    return Set(tuple(map(Fraction, a)), Fraction(T))


_ABOVE = Fraction(1, 1000)
_integer_sets = st.tuples(
    st.lists(st.sampled_from([1, 1, 2, 2, 3, 4, 7, 30]), min_size=1, max_size=3), st.integers(1, 12)
)
_repeats = st.tuples(
    st.integers(1, 5),
    st.sampled_from([Fraction(1), Fraction(2), Fraction(2, 3)]),
    st.one_of(st.integers(1, 9), st.integers(1, 200)),
    st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(999, 1000)]),
)
_WEAKER = "a weaker bound"
#: Relation 0 is the bound from below, 1 the constant, 2 the bound from above.
_WEAKER_BOUND = {
    "constant 1 -> 2 at 0.0.0": "G + 2 for G + 1: a weaker bound from below",
    "index 1 -> 2 at 0.1.1.1.0.1": "a_2 > a_1: a weaker bound from below",
    "sign of 1 at 2.0.0": "G - 1 for G + 1: a weaker bound",
    "sign of G at 2.0.1": "what is not positive is below the bound",
    "index 1 -> 2 at 1.1.0.0.0.0.1.1.1.1.1.0.1": "undefined, 1/0 at j = 2, and the same without a second coordinate",
    "constant 2 -> 3 at 2.1.1.0": _WEAKER,
    "constant -1 -> 0 at 2.1.1.1.0.1.0.1.1": "T for T/a_1, a_1 >= 1 being an integer: a weaker bound",
    "sign of -lambda at 2.1.1.1.1.0.1": _WEAKER,
    "constant 1 -> 2 at 2.1.1.1.1.0.0": _WEAKER,
    "constant -1 -> 0 at 2.1.1.1.1.0.1.0": "the two exponents added where λ = 1: a weaker bound",
    "constant 1 -> 2 at 2.1.1.1.1.1.0": _WEAKER,
    "constant -1 -> 0 at 2.1.1.1.1.1.1.1.1": "T for T/a_1, a_1 >= 1 being an integer: a weaker bound",
}

CHECKS: tuple[Check, ...] = (
    Check(
        claim.BLOCK_SIZE,
        inputs=st.tuples(
            st.one_of(
                st.lists(st.integers(0, 2), min_size=1, max_size=3),
                st.lists(st.integers(0, 6), min_size=1, max_size=1),
                st.tuples(st.integers(0, 4), st.integers(0, 3)).map(list),
            ),
            st.integers(0, 99),
        ),
        measure=measured_blocks,
        counter=Counter(
            "⌊2^{s_i - 1}⌋ (2^{s_i - 1} instead)", st.lists(st.integers(0, 2), min_size=1, max_size=3), without_floor
        ),
        examples=(([0], 0), ([0, 0, 0], 1), ([1, 0, 2], 2), ([5], 3)),
    ),
    Check(
        claim.ANISO_INDEX_SIZE,
        inputs=index_sets(),
        measure=measured_boxes,
        counter=Counter(
            "γ(s) < T (γ(s) <= T instead)", index_sets(), lambda given: measured_boxes(given, strict=False)
        ),
        examples=(
            _set(Fraction(3, 2), 1),
            _set(1, 1, 1, 4),
            _set(40, 1, 2, 4),
            _set(40 + _ABOVE, 1, 2, 8),
            _set(12, Fraction(2, 3), Fraction(4, 3)),
            _set(30, *(i**2 for i in range(1, 9))),
        ),
        still_true={
            "constant 2 -> 3 at 0.1.0": _WEAKER,
            "constant -1 -> 0 at 0.1.1.1.1.0.1": "T d_T for T Σ 1/a_i: weaker for a_i >= 1, as all integers are",
            "index i -> i + 1 at 1.1.0.0.0.1.1.1.0.1": "a_{i+1} >= a_i: a weaker bound from below",
        },
        digits=DIGITS,
    ),
    Check(
        claim.MIXED_INDEX_SIZE,
        inputs=_integer_sets,
        measure=measured_mixed,
        counter=Counter(
            "any s_i (at most 1 instead)", _integer_sets.filter(lambda x: x[1] > 2 * x[0][0]), each_coordinate_once
        ),
        still_true={"index d - 1 -> d at 1.1.1": "compares the functions of d coordinates with themselves"},
        examples=(([1], 1), ([1, 2], 9), ([3, 1, 2], 10), ([2, 2], 11), ([1, 30], 12)),
        digits=100,
    ),
    Check(
        claim.MIXED_INDEX_BOUND,
        inputs=index_sets(strict=True, steps=14),
        measure=measured_bound,
        counter=Counter("a_1 < a_2 (a tie without a factor in C)", index_sets(most=2, strict=True), with_a_tie),
        examples=(
            _set(40, 1, 2),
            _set(40 + _ABOVE, 1, 2),
            _set(60, 1, 2, 3),
            _set(1, 1),
            _set(30 + _ABOVE, 1, Fraction(1999, 1000)),
            _set(20, 1, Fraction(3, 2), Fraction(7, 4)),
            _set(7, Fraction(2, 3), 2, 4, 4, 6),
        ),
        still_true=_WEAKER_BOUND,
        digits=60,
    ),
    Check(
        claim.REPEATED_SMOOTHNESS,
        inputs=_repeats,
        measure=measured_repeated,
        counter=Counter(
            "no other a_i < T (3/2 a_1 as well)", st.tuples(st.integers(1, 3), st.integers(1, 12)), with_one_more
        ),
        examples=(
            (1, Fraction(1), 1, Fraction(0)),
            (2, Fraction(1), 1, Fraction(0)),
            (3, Fraction(1), 200, Fraction(0)),
            (2, Fraction(2, 3), 200, Fraction(1, 3)),
            (5, Fraction(1), 5, Fraction(0)),
        ),
        still_true={
            "constant 2 -> 3 at 2.1.0.0": _WEAKER,
            "sign of 1 at 7.1.1.1.0": "a negative lower bound",
            "constant -1 -> 0 at 7.1.1.1.1.1.1": "r - 1 for (r - 1)/m: a weaker bound from below",
            "sign of -1 at 7.1.1.1.1.2.0": "r + 1 for r - 1: a weaker bound from below",
            "constant -1 -> 0 at 7.1.1.1.1.2.0": "r for r - 1: a weaker bound from below",
        },
        digits=DIGITS,
    ),
)
