"""Checks of the claims of `theory.selection.kernels`."""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import numerics.selection.kernels as exact
import theory.selection.kernels as claim
from tests.selection.kernels_trained import trained_apart, trained_kernel, trained_read
from tests.witness import UNIT, Check, Counter, Sample

#: Stands where a shifted index would read.
BEYOND = Fraction(3, 8)


class Codes(NamedTuple):
    """Features of keys and of queries, (d, V), and how many pairs are stored."""

    phi: np.ndarray
    psi: np.ndarray
    stored: int


def _exact(rows: list[list[Any]]) -> np.ndarray:
    made = np.empty((len(rows), len(rows[0])), dtype=object)
    made[:] = rows
    return made


@st.composite
def unimodular(draw: st.DrawFn, V: int) -> tuple[np.ndarray, np.ndarray]:
    """Integer Φ and Ψ with Φ^T Ψ = I: a product of shears, and its inverse transposed."""
    phi, psi = _exact(np.eye(V, dtype=int).tolist()), _exact(np.eye(V, dtype=int).tolist())
    for _ in range(draw(st.integers(0, 3)) if V > 1 else 0):
        i, k = draw(st.permutations(range(V)))[:2]
        c = draw(st.integers(-2, 2))
        phi[i] += c * phi[k]
        psi[k] -= c * psi[i]
    return phi, psi


@st.composite
def codes(draw: st.DrawFn, least: int = 2) -> Codes:
    """Exact reads with d >= V, one entry off, all entries off alike, the first d unit vectors, any small integers."""
    V = draw(st.integers(2, 5))
    kind = draw(st.sampled_from(["inverse", "off by one", "all off", "projector", "any"]))
    if kind in ("inverse", "off by one"):
        phi, psi = draw(unimodular(V))
        extra = draw(st.integers(0, 2))
        phi, psi = (np.concatenate([f, _exact([[0] * V] * extra)]) if extra else f for f in (phi, psi))
        if kind == "off by one":
            psi[draw(st.integers(0, V - 1)), draw(st.integers(0, V - 1))] += draw(st.sampled_from([1, Fraction(1, 64)]))
    else:
        d = draw(st.integers(1, V + 1))
        entry = st.integers(-2, 2)
        phi, psi = (_exact([[draw(entry) for _ in range(V)] for _ in range(d)]) for _ in range(2))
        if kind == "projector":
            phi = psi = _exact(np.eye(d, V, dtype=int).tolist())
    if kind == "all off":
        phi = _exact(np.eye(V, dtype=int).tolist())
        psi = phi + draw(st.sampled_from([1, -2, Fraction(1, 64)]))
    return Codes(phi, psi, draw(st.integers(least, V)) if least > 1 else 1)


def padded(features: np.ndarray, fill: Any) -> np.ndarray:
    """One more row and column, for shifted indices."""
    return np.pad(features, 1, constant_values=fill)[1:, 1:]


def read_exactly(given: Codes) -> Iterator[Sample]:
    """The worst read off M, and by storing every ordered set; all in fractions."""
    phi, psi, stored = given
    d, V = phi.shape
    letters = {"Phi": padded(phi, BEYOND), "Psi": padded(psi, BEYOND), "d": d, "V": V}
    letters["f"] = Fraction(exact.distance_from_identity(phi, psi))
    routes = [exact.worst_read] + [exact.worst_read_by_sets] * (math.perm(V, stored) <= 24)
    for route in routes:
        yield Sample(letters | {"E": Fraction(route(phi, psi, stored))}, 0.0)


@st.composite
def normalised(draw: st.DrawFn) -> Codes:
    """Any small integers with ψ scaled to φ·ψ = 1; the simplex; the icosahedron; four lines of C²; complex codes."""
    kind = draw(st.sampled_from(["any", "any", "complex", "simplex", "lines"]))
    if kind == "simplex":
        return Codes(*exact.simplex_code(draw(st.integers(2, 7))), 2)
    if kind == "lines":
        return draw(st.sampled_from([ICOSAHEDRON, EQUIANGULAR]))
    V, d = draw(st.integers(2, 7)), draw(st.integers(1, 8))
    entry = st.integers(-3, 3)
    phi, psi = (_exact([[draw(entry) for _ in range(V)] for _ in range(d)]) for _ in range(2))
    if kind == "complex":
        turn = np.exp(1j * np.array([[draw(entry) for _ in range(V)] for _ in range(d)]))
        phi, psi = phi.astype(float) * turn, psi.astype(float) / turn[::-1]
    own = np.array([phi[:, k] @ psi[:, k] for k in range(V)])
    weak = np.abs(own) < 1e-3
    phi[0, weak], psi[0, weak] = 1, 1
    phi[1:, weak] = 0
    own = np.array([phi[:, k] @ psi[:, k] for k in range(V)])
    return Codes(phi, psi / own if kind == "complex" else psi * np.array([Fraction(1, int(x)) for x in own]), 2)


def _lines() -> np.ndarray:
    tilt, turn = math.sqrt(2 / 3), np.exp(2j * np.pi * np.arange(3) / 3)
    return np.array([[1, *(3 * [math.sqrt(1 / 3)])], [0, *(tilt * turn)]])


ICOSAHEDRON = Codes(exact.icosahedron_code(), exact.icosahedron_code(), 2)
EQUIANGULAR = Codes(_lines(), _lines().conj(), 2)


def above_the_floor(given: Codes) -> Iterator[Sample]:
    """The largest cross-talk of all pairs at once and one by one; exact where the code is."""
    d, V = given.phi.shape
    rational = given.phi.dtype == object
    for route in (exact.coherence, exact.coherence_by_pairs):
        eta = route(given.phi, given.psi)
        tolerance = 1e-45 if rational else 64 * d * UNIT * (1 + float(eta) ** 2)
        yield Sample({"eta": Fraction(eta) if rational else float(eta), "d": d, "V": V}, tolerance)


def not_normalised(drawn: tuple[int, int]) -> Iterator[Sample]:
    """The same with φ(k)·ψ(k) = 1/c: the largest entry off the diagonal of M as it is."""
    V, c = drawn
    phi, psi = exact.simplex_code(V)
    M = exact.cross_talk(phi, psi * Fraction(1, c))
    yield Sample({"eta": abs(M[~np.eye(V, dtype=bool)]).max(), "d": V - 1, "V": V}, 1e-45)


class Kernel(NamedTuple):
    """Scalars for the rank; vectors, sharpness and degree for Taylor features."""

    queries: tuple[float, ...]
    keys: tuple[float, ...]
    chi: float
    points: np.ndarray
    degree: int


@st.composite
def kernels(draw: st.DrawFn) -> Kernel:
    """Distinct scalars, near ones included, χ of either sign; vectors in 1 to 3 dimensions, R from 0 to about 4."""
    V, D = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    spacing = draw(st.sampled_from([1.0, 0.25, 2.0**-12]))
    scalars = st.lists(st.integers(-9, 9), min_size=V, max_size=V, unique=True)
    queries, keys = (tuple(spacing * x for x in draw(scalars)) for _ in range(2))
    size = draw(st.sampled_from([0.0, 0.2, 0.6, 2.0])) / math.sqrt(D)
    points = np.array([[draw(st.integers(-8, 8)) / 8 for _ in range(D)] for _ in range(2 * V)]) * size
    return Kernel(queries, keys, draw(st.sampled_from([-2.0, 0.5, 1.0, 3.0])), points, draw(st.integers(0, 5)))


def measured_kernel(given: Kernel) -> Iterator[Sample]:
    """Rank in balls and by counting; features counted twice; errors of features, and of the series on a grid."""
    q, k = np.split(given.points, 2)
    V, p, D = len(given.queries), given.degree, q.shape[1]
    products = q @ k.T
    R = max(float(np.abs(products).max()), 0.0)
    of_features = exact.taylor_features(q, 1.0, p) @ exact.taylor_features(k, 1.0, p).T
    grid = np.linspace(-R, R, 41)
    rank, counted = (
        route(given.queries, given.keys, given.chi) for route in (exact.exponential_kernel_rank, exact.distinct_count)
    )
    assert rank is not None, "the determinant's ball holds 0"
    letters = {"V": V, "D": D, "p": p, "R": R}
    shape = exact.taylor_features(q, 1.0, p).shape[-1]
    rounding = 16 * (shape + p + 2) * UNIT * math.exp(R) * math.factorial(p + 1)
    errors = (np.abs(np.exp(products) - of_features).max(), np.abs(np.exp(grid) - exact.taylor_sum(grid, p)).max())
    scalars = np.array(given.queries), np.array(given.keys)
    yield Sample(
        letters
        | {"n_K": rank, "F": len(exact.exponents(D, p)), "n_T": exact.taylor_rank(q, k, 1.0, p), "e_p": errors[0]},
        rounding,
    )
    yield Sample(
        letters | {"n_K": counted, "D": 1, "F": p + 1, "n_T": exact.taylor_rank(*scalars, 1.0, p), "e_p": errors[1]},
        rounding,
    )


def repeated(drawn: tuple[int, int]) -> Iterator[Sample]:
    """A key that occurs twice."""
    V, p = drawn
    keys = [0.0, *range(V - 1)]
    rank = exact.distinct_count(np.arange(V), keys, 1.0)
    yield Sample({"V": V, "D": 1, "p": p, "R": 0.0, "n_K": rank, "F": p + 1, "n_T": 1, "e_p": 0.0}, 1e-12)


_KERNELS = (
    Kernel((0.0, 1.0, 2.0), (1.0, 2.0, 3.0), 1.0, np.array([[0.05], [0.1], [0.3], [1.0], [0.5], [0.3]]), 1),
    Kernel((0.5,), (0.0,), 1.0, np.array([[0.2], [0.2]]), 0),
    Kernel((0.0, 1.0, 2.0, 3.0), (1.0, 2.0, 3.0, 4.0), -2.0, np.full((8, 3), 0.3), 2),
)
_LOOSE = "a weaker bound"

CHECKS: tuple[Check, ...] = (
    Check(
        claim.KERNEL_STATE_EXACT,
        inputs=codes(),
        measure=read_exactly,
        counter=Counter("at least two stored pairs (one)", codes(least=1), read_exactly),
        examples=(Codes(_exact([[1, 0, 0], [0, 1, 0]]), _exact([[1, 0, 0], [0, 1, 0]]), 2),),
        still_true={
            "sign of V at 1.1.0": "what is negative is below any sum of squares",
            "constant 2 -> 3 at 2.1.1.1": _LOOSE,
        },
        trained=trained_read,
    ),
    Check(
        claim.COHERENCE_FLOOR,
        inputs=normalised(),
        measure=above_the_floor,
        counter=Counter("φ(k)·ψ(k) = 1 (smaller)", st.tuples(st.integers(2, 6), st.integers(2, 5)), not_normalised),
        examples=(ICOSAHEDRON, EQUIANGULAR, Codes(*exact.simplex_code(2), 2), Codes(*exact.simplex_code(6), 2)),
        still_true={
            "sign of -1 at 1.1.0.0": _LOOSE,
            "sign of V at 1.1.0.1": "what is negative, or for d > V at most the floor of d − V dimensions fewer",
            "constant -1 -> 0 at 1.1.0.0": _LOOSE,
            "sign of V at 1.2.0": "what is negative is below any square",
        },
        trained=trained_apart,
    ),
    Check(
        claim.SOFTMAX_KERNEL_RANK,
        inputs=kernels(),
        measure=measured_kernel,
        counter=Counter("distinct keys (one occurs twice)", st.tuples(st.integers(2, 5), st.integers(0, 3)), repeated),
        examples=_KERNELS,
        still_true={"sign of 1 at 3.0.1.0": _LOOSE, "sign of p at 3.0.1.1": _LOOSE},
        trained=trained_kernel,
    ),
)
