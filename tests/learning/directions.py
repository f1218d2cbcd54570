"""Directions of a Gram matrix in many digits, and what the checks of read-outs on fixed poles measure against them.

`g` and `U` come from the Gram matrix in ball arithmetic; what is measured is rounded once, in float64. Arrays that a
sum runs over are one entry longer than the sum, so that shifted indices are told apart.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
from flint import acb_mat, ctx
from hypothesis import strategies as st

import numerics.learning.descent as exact
from tests.oracles import BITS, ball_matrix, controllability_gram, lag_direction
from tests.strategies import pole_sets, stable_pairs

DIGITS = 200

#: An eigenvalue of G below this share of the largest is zero: it is known to `DIGITS` of the largest.
VANISHED = mpmath.mpf(10) ** -150

#: Digits in which statements are evaluated: where g is nearly `VANISHED`, d is as large as g^{-1/2}.
EVALUATED = 150

Pair = tuple[np.ndarray, np.ndarray]


class Reference(NamedTuple):
    """A pair with the speeds g, descending, and directions U of its Gram matrix in many digits."""

    A: np.ndarray
    B: np.ndarray
    g: list[mpmath.mpf]
    U: mpmath.matrix

    def component(self, n: int, vector: mpmath.matrix) -> mpmath.mpc:
        """(U^* vector)_n."""
        return sum(mpmath.conj(self.U[i, n]) * vector[i] for i in range(len(self.g)))

    def letters(self) -> dict[str, Any]:
        """N and g, with one entry more that belongs to no direction."""
        return {"N": len(self.g), "g": np.array([*self.g, self.g[0] / 1000])}


def reference(pair: Pair) -> Reference:
    """Eigenvalues and eigenvectors of G; what has vanished is exactly zero."""
    A, B = pair
    with mpmath.workdps(DIGITS):
        g, U = mpmath.eighe(controllability_gram(A, B))
        order = sorted(range(len(B)), key=lambda i: -g[i])
        kept = [g[i] if g[i] > VANISHED * g[order[0]] else mpmath.mpf(0) for i in order]
        return Reference(A, B, kept, mpmath.matrix([[U[row, i] for i in order] for row in range(len(B))]))


def rounded_response(A: np.ndarray, B: np.ndarray, lags: int) -> np.ndarray:
    """[B, AB, ..] in ball arithmetic, rounded once; complex (N, lags)."""
    with ctx.workprec(BITS):
        step, column, columns = ball_matrix(A), ball_matrix(B), []
        for _ in range(lags):
            columns.append([complex(z.mid()) for z in acb_mat(column).entries()])
            column = (step * column).mid()
        return np.array(columns).T


def lasting(A: np.ndarray) -> int:
    """Lags after which the impulse response of the pairs drawn here is below 1e-12 of itself or so."""
    return int(30 / (1 - np.abs(np.linalg.eigvals(A)).max())) + 20


def rest_of_gram(A: np.ndarray, B: np.ndarray, lags: int) -> float:
    """tr Σ_{τ >= lags} a_τ a_τ^*."""
    G = np.array(controllability_gram(A, B).tolist(), dtype=complex)
    power = np.linalg.matrix_power(A, lags)
    return float(np.trace(power @ G @ power.conj().T).real)


def growth(A: np.ndarray, lags: int) -> float:
    """Σ ‖A^j‖²: how much an error made on the way is carried on."""
    power, total = np.eye(len(A), dtype=complex), 0.0
    for _ in range(min(lags, 200)):
        total, power = total + float(np.linalg.norm(power, 2)) ** 2, A @ power
    return total


def cross_moment(A: np.ndarray, B: np.ndarray, teacher: np.ndarray) -> mpmath.matrix:
    """h = Σ_τ a_τ conj k*_τ."""
    total = mpmath.matrix(len(B), 1)
    for lag, weight in enumerate(teacher.tolist()):
        total += lag_direction(A, B, lag) * mpmath.conj(mpmath.mpmathify(weight))
    return total


class Task(NamedTuple):
    """What a read-out is trained on: teacher kernel k* and start w_0."""

    teacher: np.ndarray
    start: np.ndarray


class Distance(NamedTuple):
    """Where a read-out is: h, the best read-out, the least loss, and the components d of the start."""

    h: mpmath.matrix
    best: mpmath.matrix
    least: mpmath.mpf
    d: list[mpmath.mpc]

    def of(self, at: Reference, w: np.ndarray) -> list[mpmath.mpc]:
        """U^* (w - w_best)."""
        with mpmath.workdps(DIGITS):
            away = mpmath.matrix(w.tolist()) - self.best
            return [at.component(n, away) for n in range(len(w))]


def distance(at: Reference, task: Task) -> Distance:
    """The minimiser without component where g = 0, and how far the start is from it."""
    with mpmath.workdps(DIGITS):
        h = cross_moment(at.A, at.B, task.teacher)
        parts = [at.component(n, h) for n in range(len(at.g))]
        share = mpmath.matrix([part / g if g else mpmath.mpf(0) for part, g in zip(parts, at.g, strict=True)])
        energy = sum(abs(part) ** 2 / g for part, g in zip(parts, at.g, strict=True) if g)
        total = sum(abs(mpmath.mpmathify(x)) ** 2 for x in task.teacher.tolist())
        found = Distance(h, at.U * share, (total - energy) / 2, [])
        return found._replace(d=found.of(at, task.start))


def loss(w: np.ndarray, a: np.ndarray, teacher: np.ndarray) -> float:
    """L = ½ Σ_τ |w^* a_τ - k*_τ|², lag by lag."""
    error = w.conj() @ a
    error[: len(teacher)] -= teacher
    return 0.5 * float(np.sum(np.abs(error) ** 2))


def gradient(w: np.ndarray, a: np.ndarray, teacher: np.ndarray) -> np.ndarray:
    """Central differences of the loss along the real and the imaginary axis of each weight; exact for a quadratic."""
    unit = np.eye(len(w))

    def slope(direction: np.ndarray) -> float:
        return (loss(w + direction, a, teacher) - loss(w - direction, a, teacher)) / 2

    return np.array([slope(e) + 1j * slope(1j * e) for e in unit])


class Route(NamedTuple):
    """Directions as `numerics` finds them, and whether from a whole impulse response."""

    at: exact.Directions
    dense: bool


def routes(at: Reference, lags: int, dense: bool = True) -> Iterator[Route]:
    """Singular values of the triangular factor for every diagonal pair; of the impulse response where asked for.

    The latter cannot tell a direction below rounding from an unreached one, so a diagonal pair that has such
    directions goes the first way only.
    """
    A, B = at.A, at.B
    smallest = min(g for g in at.g if g)
    if dense and smallest > 1e-24 * at.g[0]:
        yield Route(exact.krylov_directions(A, B, lags), True)
    if not np.any(A - np.diag(np.diag(A))):
        yield Route(exact.directions(np.diag(A), lags, B), False)


def weighted(poles: np.ndarray, weights: list[complex]) -> Pair:
    """A diagonal state and its input weights, zero ones and repeated poles included: G may be singular."""
    return np.diag(poles), np.array(weights[: len(poles)], dtype=complex)


def apart(poles: np.ndarray, least: float = 1e-11) -> np.ndarray:
    """No two poles nearer than `least`, at most 1/10: one too near an earlier one moves to where there is room.

    Poles such as 0 and 5e-324 differ, but their Gram matrix is singular to any number of digits used here.
    """
    kept: list[complex] = []
    for pole in poles.tolist():
        room = (pole, *np.linspace(-0.5, 0.5, 2 * len(poles)).tolist())
        kept.append(next(z for z in room if all(abs(z - other) >= least for other in kept)))
    return np.array(kept, dtype=complex)


def merged(poles: np.ndarray, least: float = 1e-11) -> np.ndarray:
    """Poles that are equal or at least `least` apart: one too near an earlier one becomes its repetition."""
    kept: list[complex] = []
    for pole in poles.tolist():
        kept.append(next((other for other in kept if abs(pole - other) < least), pole))
    return np.array(kept, dtype=complex)


WEIGHTS = st.lists(st.builds(complex, st.integers(-4, 4), st.integers(-2, 2)), min_size=4, max_size=4)
FULL = st.lists(st.builds(complex, st.integers(1, 4), st.integers(-2, 2)), min_size=4, max_size=4)
POLES = pole_sets(max_size=4, margin=0.1).map(merged)
SYSTEMS = st.one_of(
    st.builds(weighted, POLES, WEIGHTS).filter(lambda pair: np.any(pair[1] != 0)),
    stable_pairs(max_size=3, margin=0.1),
)
#: Pairs with g > 0 throughout; nearly repeated poles included.
REGULAR = st.one_of(
    st.builds(weighted, pole_sets(max_size=4, margin=0.1, repeated=False).map(apart), FULL),
    stable_pairs(max_size=3, margin=0.1),
)
#: Pairs with a Gram matrix that can be solved with in float64.
DISTINCT = st.one_of(
    st.builds(weighted, pole_sets(max_size=4, margin=0.1).map(lambda poles: apart(poles, 0.1)), FULL),
    stable_pairs(max_size=3, margin=0.1),
)
#: Diagonal states of positive variance, repeated poles included: G may be singular.
MOVING = st.builds(weighted, POLES, FULL)
TASKS = st.builds(
    lambda teacher, start: Task(np.array(teacher, complex), np.array(start, complex)),
    st.lists(st.builds(complex, st.integers(-4, 4), st.integers(-2, 2)), min_size=1, max_size=6),
    FULL,
)
#: η g_max: small, about the bound 2, at it, the best of two directions, and far beyond.
STEPS = st.one_of(st.floats(0.01, 2.2), st.sampled_from([1.0, 1.9, 1.999, 2.0, 2.001, 2.1, 2.5]))
NINE = (np.diag([0.9 + 0j, 0.5, -0.3]), np.array([1.0 + 0j, 2.0, 1.0]))
ONE = (np.array([[0.5 + 0j]]), np.ones(1, complex))
SLOW = (np.diag([0.98 + 0j, 0.5j]), np.ones(2, complex))
TWICE = (np.diag([0.5 + 0j, 0.5, -0.3]), np.array([1.0 + 0j, 2.0, 1.0]))
#: Full rank, g_min/g_max = 2.5e-141; and pairs that differ from a repeated pole by less than any number here.
TINY = weighted(np.array([0, 1e-70 + 0j]), [1, 1])
BLURRED = (
    weighted(np.array([0, 5e-324 + 0j]), [1, 1]),
    weighted(np.array([0.9, 0.9 + 1e-308j]), [1, 1]),
    weighted(np.array([0.71140918 + 0j, -5e-324, 0, 0.5]), [1 + 2j, 1, 1 - 2j, 3 - 2j]),
)
ECHO = Task(np.array([0.5, -1.0, 2.0, 1j]), np.array([1.0, -2.0, 0.5, 1j]))
