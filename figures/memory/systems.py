"""The torch modules that the figures drive with noise.

A diagonal layer in float64 cannot be measured when its poles are so close that its states are dependent to rounding (64
real poles, or a random spectrum): `balanced_layer` has the same poles and orthonormal states. That the realisation does
not matter is a claim of its own, drawn in `memory.realisations`.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

import numerics.memory as exact
from figures.measuring import FLOAT64
from models.layers import LinearRNN
from models.memory.measure import Run


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


def side_by_side(*runs: Run) -> Run:
    """Several systems driven by one input, their states in one vector."""
    return lambda u: np.concatenate([run(u) for run in runs], axis=-1)


def in_a_row(first: Run, read_out: NDArray[np.float64], second: Run) -> Run:
    """Two systems in cascade: the second is driven by a read-out of the first, and both states are seen."""

    def run(u: NDArray[np.float64]) -> NDArray[np.float64]:
        x = first(u)
        return np.concatenate([x, second((x @ read_out)[..., None])], axis=-1)

    return run
