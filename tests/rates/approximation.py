"""Checks of the claims of `theory.rates.approximation`."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.rates.approximation as exact
import theory.rates.approximation as claim
from numerics.rates.basis import block_of
from numerics.rates.index_sets import best_terms, gamma, mixed_constant, mixed_size, next_level
from tests.rates.smoothness import BEYOND, smoothness
from tests.witness import UNIT, Check, Counter, Sample

KINDS = ("mixed", "anisotropic")


class Series(NamedTuple):
    """Coefficients in a box, smoothness, γ, threshold, norms."""

    c: np.ndarray
    a: tuple[Fraction, ...]
    kind: str
    T: Fraction
    p: float
    theta: float


@st.composite
def series(draw: st.DrawFn, theta: st.SearchStrategy[float] | None = None) -> Series:
    """One or two coordinates; coefficients dense, sparse, or one alone at T⁺; T on and off the levels, and beyond."""
    a = draw(smoothness(most=2))
    sides = tuple(2 ** draw(st.integers(1, 4 - len(a))) - 1 for _ in a)
    shape = tuple(2 * K + 1 for K in sides)
    kind, T = draw(st.sampled_from(KINDS)), a[0] * Fraction(draw(st.sampled_from(["1", "2", "3", "5/2", "41/20", "9"])))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    c = rng.standard_normal(shape) * (rng.random(shape) < draw(st.sampled_from([1.0, 0.3])))
    tight = exact.extremal_function(shape, a, kind, T)
    if tight is not None and draw(st.booleans()):
        c = tight
    p = draw(st.sampled_from([2.0, 2.0, 2.5, 4.0, 7.0, float("inf")]))
    return Series(c, a, kind, T, p, draw(theta or st.sampled_from([2.0, 1.0, 0.5, 1.7])))


def measured_truncation(given: Series) -> Iterator[Sample]:
    """Errors from coefficients, and from values on a grid; norms of blocks by means over it; f scaled to norm 1."""
    c, a, kind, T, p, theta = given
    n = max(c.shape) + 1
    c = c / (exact.smoothness_norm(exact.block_norms(c, p, n), a, kind, theta) or 1.0)
    two, own = exact.block_norms(c, 2, n), exact.block_norms(c, p, n)
    order = sorted(own, key=lambda s: gamma(a, kind, s))
    g = [gamma(a, kind, s) for s in order]
    h = 1 + sum(x < T for x in g)
    M = exact.smoothness_norm(own, a, kind, theta)
    for E in (exact.truncation_error(c, a, kind, T), exact.truncation_error_on_grid(c, a, kind, T, n)):
        values = {
            "gamma": np.array([BEYOND, *g, next_level(a, kind, T) if h > len(g) else BEYOND], dtype=object),
            "q": np.array([0.37, *(two[s] for s in order), 0.41]),
            "n": np.array([0.37, *(own[s] for s in order), 0.41]),
            "E": E,
            "M": M,
            "theta": theta,
            "T": T,
            "h": h,
            "K": len(g),
        }
        yield Sample(values, 256 * c.size * UNIT)


def summed_in_larger_powers(drawn: tuple[int, float]) -> Iterator[Sample]:
    """θ > 2: several blocks at one γ."""
    d, theta = drawn
    c = np.zeros((3,) * d)
    for i in range(d):
        c[tuple(2 if k == i else 1 for k in range(d))] = 0.5
    yield from measured_truncation(Series(c, (Fraction(1),) * d, "mixed", Fraction(1), 2.0, theta))


class Subspace(NamedTuple):
    """γ of the first functions in order, and orthonormal columns; each function's block."""

    gammas: tuple[float, ...]
    U: np.ndarray
    of: tuple[tuple[int, ...], ...]


@st.composite
def subspaces(draw: st.DrawFn) -> Subspace:
    """Random directions, the first functions turned a little, other functions, mixtures of tied ones, none at all."""
    a, kind = draw(smoothness(most=3)), draw(st.sampled_from(KINDS))
    N = draw(st.integers(1, 12))
    m = draw(st.integers(0, N - 1))
    of = tuple(block_of(l) for l in islice(best_terms(a, kind), N))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    eye, turn = np.eye(N), draw(st.sampled_from([0.0, 1e-6, 0.3, 1e6]))
    start = eye[:, rng.permutation(N)[:m]] if draw(st.booleans()) else eye[:, :m]
    U = np.linalg.qr(start + turn * rng.standard_normal((N, m)))[0]
    return Subspace(tuple(float(gamma(a, kind, s)) for s in of), U, of)


def measured_width(given: Subspace, apart: bool = False) -> Iterator[Sample]:
    """Spectral norms, a function that is missed altogether, many digits; `apart`: blocks bounded one by one (θ = ∞)."""
    g, (N, m) = np.array(given.gammas), given.U.shape
    E = exact.subspace_error(g, np.eye(N)[:, :m])
    if apart:
        left = {s: level for s, level in zip(given.of[m:], g[m:], strict=True)}
        E = float(np.sqrt(sum(4.0**-level for level in left.values())))
    errors = [exact.subspace_error(g, given.U), exact.missed_function(g, given.U)[1]]
    errors += [exact.subspace_error_by_digits(g, given.U)] * (N <= 4)
    for W in errors:
        yield Sample({"gamma": np.array([BEYOND, *g, BEYOND]), "m": m, "E": E, "W": W}, 64 * N * UNIT)


@st.composite
def rates(draw: st.DrawFn) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...], int]:
    """Mixed smoothness with a_1 < a_2, anisotropic with ties; m small, at and next to the sizes of sets, huge."""
    a, b = draw(smoothness(most=3, strict=True)), draw(smoothness(most=3))
    m = mixed_size(a, a[0] * draw(st.integers(1, 8)) + Fraction(draw(st.sampled_from([0, 1])), 1000))
    return a, b, draw(st.one_of(st.sampled_from([m, max(1, m - 1), 2**40]), st.integers(1, 400)))


def measured_rate(drawn: tuple[tuple[Fraction, ...], tuple[Fraction, ...], int]) -> Iterator[Sample]:
    """m-term errors from the levels, and from the terms in order where they are few."""
    a, b, m = drawn
    yield _rate(a, b, m, exact.width(a, "mixed", m, 60), exact.width(b, "anisotropic", m, 60))
    if m <= 300:
        yield _rate(a, b, m, _by_terms(a, "mixed", m), _by_terms(b, "anisotropic", m))


def _by_terms(a: tuple[Fraction, ...], kind: str, m: int) -> Any:
    level = gamma(a, kind, block_of(next(islice(best_terms(a, kind), m, None))))
    with mpmath.workdps(60):
        return mpmath.power(2, -mpmath.mpf(level.numerator) / level.denominator)


def _rate(a: tuple[Fraction, ...], b: tuple[Fraction, ...], m: int, E: Any, box: Any) -> Sample:
    C = mixed_constant(a)
    assert C is not None
    rounded = 0.0 if isinstance(C, Fraction) else 8 * (len(a) + 2) * float(a[0] + 1) * UNIT
    arrays = {"a": np.array([BEYOND, *a, 3], dtype=object), "b": np.array([BEYOND, *b, BEYOND], dtype=object)}
    scale = (2 * float(C) / (m + 2)) ** float(a[0])
    return Sample(arrays | {"d": len(b), "C": C, "m": m, "E": E, "Ebar": box}, rounded * scale + 1e-48)


def with_a_tie(drawn: tuple[int, int]) -> Iterator[Sample]:
    """r coordinates of smoothness 1, C = 1 as for one."""
    r, k = drawn
    a = (Fraction(1),) * r
    m = mixed_size(a, k + Fraction(1, 2)) - 1
    sample = _rate(a[:1], a[:1], m, exact.width(a, "mixed", m, 60), exact.width(a[:1], "anisotropic", m, 60))
    yield sample


def _only(shape: tuple[int, ...], a: tuple[int, ...], kind: str, T: Any) -> Series:
    smooth = tuple(map(Fraction, a))
    tight = exact.extremal_function(shape, smooth, kind, Fraction(T))
    assert tight is not None
    return Series(tight, smooth, kind, Fraction(T), 2.0, 2.0)


_RATES = (
    ((Fraction(1),), (Fraction(1),), 1),
    ((Fraction(1),), (Fraction(1),), 2**20 - 1),
    ((Fraction(1),), (Fraction(1),), 2**20 - 2),
    ((Fraction(2),), (Fraction(2),), 2),
    ((Fraction(1), Fraction(2)), (Fraction(1), Fraction(1)), mixed_size([1, 2], Fraction(81, 2)) - 1),
    ((Fraction(2), Fraction(4), Fraction(6)), (Fraction(2),) * 3, (2**21 - 1) ** 3 - 1),
    ((Fraction(1, 3), Fraction(2)), (Fraction(1, 3), Fraction(2)), (2**73 - 1) * (2**13 - 1) - 1),
    ((Fraction(1), Fraction(2)), (Fraction(2), Fraction(2)), 1),
)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.TRUNCATION,
        inputs=series(),
        measure=measured_truncation,
        counter=Counter(
            "θ <= 2 (larger, several blocks at one γ)",
            st.tuples(st.integers(2, 4), st.sampled_from([3.0, 8.0])),
            summed_in_larger_powers,
        ),
        examples=(
            _only((15, 7), (1, 2), "mixed", 3),
            _only((15, 7), (1, 2), "anisotropic", Fraction(7, 2)),
            _only((15,), (2,), "mixed", Fraction(21, 5)),
        ),
        still_true={
            "index h -> h + 1 at 0.1.1": "γ_{h+1} >= γ_h: weaker",
            "constant -1 -> 0 at 2.1.1.1.0": "E <= M: a weaker bound",
        },
    ),
    Check(
        claim.WIDTH_EQUAL,
        inputs=subspaces(),
        measure=measured_width,
        counter=Counter(
            "θ = 2 (∞: blocks bounded one by one)", subspaces(), lambda given: measured_width(given, apart=True)
        ),
        examples=(Subspace((0.0, 1.0, 1.0, 2.0), np.eye(4)[:, :2], ((0,), (1,), (1,), (2,))),),
        still_true={
            "constant 2 -> 3 at 1.1.0": "a weaker bound from below",
            "index m + 1 -> m + 2 at 1.1.1.1.1": "γ_{m+2} >= γ_{m+1}: a weaker bound from below",
        },
    ),
    Check(
        claim.APPROXIMATION_RATE,
        inputs=rates(),
        measure=measured_rate,
        counter=Counter("a_1 < a_2 (all equal)", st.tuples(st.integers(2, 3), st.integers(1, 12)), with_a_tie),
        examples=_RATES,
        still_true={
            "constant 1 -> 2 at 0.1.0.0": "m + 2 for m + 1: a weaker bound from below",
            "index 1 -> 2 at 0.1.1.1.1": "a_2 > a_1: a weaker bound from below",
            "constant 2 -> 3 at 1.1.0.0": "a weaker bound",
            "constant -1 -> 0 at 1.1.0.2.1": "not divided by m + 2: a weaker bound",
            "constant 2 -> 3 at 2.0.1.0": "3^d for 2^d: a weaker bound from below",
            "index i -> i + 1 at 2.0.2.1.0.0.1": "b_{i+1} >= b_i: a weaker bound from below",
            "sign of 2 at 3.0.1.0": "m - 2 for m + 2: a weaker bound",
            "sign of m at 3.0.1.1": "2 - m for m + 2: a weaker bound",
            "constant 2 -> 3 at 3.1.0": "3^d for 2^d: a weaker bound",
        },
        digits=60,
    ),
)
