"""The torch modules that the figures drive with noise, and the lines drawn through what is measured.

A diagonal layer in float64 cannot be measured when its poles are so close that its states are dependent to rounding (64
real poles, or a random spectrum): `balanced_layer` has the same poles and orthonormal states. That the realisation does
not matter is a claim of its own, drawn in `memory.realisations`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

import numerics.memory as exact
from models.layers import LinearRNN
from models.layers.recurrences import COMPLEX
from models.memory.measure import Run
from theory.claim import Claim, evaluate

#: The dtypes of the layers: their floor is the only one that imports torch.
FLOAT32, FLOAT64 = sorted(COMPLEX, key=lambda dtype: dtype.itemsize)


def real_balanced_pair(poles: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A real pair with orthonormal states whose poles are closed under conjugation.

    x = V^* x̂, S = E x̂ x̂^T = V V^T

    S is symmetric and unitary because x̂ and its conjugate span the same space; with V its Takagi factor x is real. Re S
    and Im S commute, so that one real orthogonal matrix diagonalises S.

    Arguments: poles (N,), |λ| < 1, closed under conjugation. Returns: A (N, N), B (N,), with A A^T + B B^T = I.
    Raises: ValueError when the poles are not closed under conjugation.
    """
    A, B = exact.balanced_pair(poles)
    S, power = np.outer(B, B), A
    while np.abs(power).max() > 1e-20:
        S, power = S + power @ S @ power.T, power @ power
    O = np.linalg.eigh(S.real + np.sqrt(0.5) * S.imag)[1]
    angles = np.angle(np.sum(O * (S @ O), axis=0))
    V = O * np.exp(0.5j * angles)
    A, B = V.conj().T @ A @ V, V.conj().T @ B
    if max(np.abs(A.imag).max(), np.abs(B.imag).max()) > 1e-9:
        raise ValueError("poles are not closed under conjugation: no real pair has them")
    return A.real.copy(), B.real.copy()


def balanced_layer(poles: ArrayLike) -> LinearRNN:
    """A float64 dense layer with these poles (closed under conjugation) and orthonormal states."""
    return LinearRNN(*real_balanced_pair(poles), dtype=FLOAT64)


def spread(horizon: int, count: int) -> NDArray[np.int64]:
    """About `count` different lags in 0..horizon−1, evenly spaced in log(τ + 1)."""
    return np.unique(np.geomspace(1, horizon, count).round().astype(np.int64)) - 1


def statement_line(
    claim: Claim, points: Iterable[Mapping[str, Any]], left: str = "", sign: str = "=="
) -> NDArray[np.float64]:
    """The right side of a claim's own statement at each point: no second copy of the formula.

    Arguments: claim; points: the values of its letters; left and sign: the left side as text and the comparison of the
        relation that is meant, where a statement has several (SymPy sorts them). Returns: float64, one per point.
    Raises: ValueError unless exactly one relation fits.
    """
    fits = [i for i, r in enumerate(claim.relations) if r.rel_op == sign and left in ("", str(r.lhs))]
    if len(fits) != 1:
        raise ValueError(f"{claim.name}: {len(fits)} relations read {left or '..'} {sign} .., must be one")
    return np.array([float(np.real(complex(evaluate(claim.statement, p)[fits[0]].right))) for p in points])


def lines_of(claim: Claim, lags: ArrayLike, **letters: Any) -> NDArray[np.float64]:
    """The right side of a claim about M_τ at each lag. The left side's M is a placeholder that nothing is read from."""
    blank = np.zeros(int(np.max(lags)) + 2)
    return statement_line(claim, ({"M": blank, "tau": int(lag)} | letters for lag in np.asarray(lags)))


def violation(claim: Claim, points: Iterable[Mapping[str, Any]]) -> float:
    """The worst violation of a claim's statement, all relations, over all points."""
    return max(float(sides.violation) for p in points for sides in evaluate(claim.statement, p))


def side_by_side(*runs: Run) -> Run:
    """Several systems driven by one input, their states in one vector."""
    return lambda u: np.concatenate([run(u) for run in runs], axis=-1)


def in_a_row(first: Run, read_out: NDArray[np.float64], second: Run) -> Run:
    """Two systems in cascade: the second is driven by a read-out of the first, and both states are seen."""

    def run(u: NDArray[np.float64]) -> NDArray[np.float64]:
        x = first(u)
        return np.concatenate([x, second((x @ read_out)[..., None])], axis=-1)

    return run


def with_floor(error: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Standard errors, none below 1e-10: where M is exactly 1 only rounding of the regression is left."""
    if error is None:
        raise ValueError("this measurement has no standard error")
    return np.hypot(error, 1e-10)
