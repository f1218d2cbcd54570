"""The memory function as it is defined: how much of a past input a linear read-out of the state explains.

M_τ = c_τ^* G^{-1} c_τ with c_τ = A^τ B and G = A G A^* + B B^*: the routes here form G, or a factor of it, and stand
beside `allpass` as independent and slower witnesses. The exception is `memory_function_dense`, accurate for any pair
because it reads the poles off A and leaves G alone.

Glossary: G state covariance · c_τ covariance of x_t and u_{t−τ} · T samples · τ lag.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from numerics.memory.allpass import memory_function
from numerics.memory.controllable import Matrix, controllable_poles
from numerics.memory.tail import tail_length
from numerics.preconditions import (
    Complex,
    Real,
    as_count,
    as_horizon,
    as_poles,
    as_stable_pair,
    as_vector,
    stability_gap,
)

_EPS = 2.0**-52
_LOG_NEGLIGIBLE = -74.0  # energy e^-74 = 7e-33, the square of a unit rounding


def memory_function_dense(A: ArrayLike, B: ArrayLike, horizon: int) -> Real:
    """The memory function of any stable pair, controllable or not.

    M_τ = min-norm c_τ^* G^+ c_τ = memory function of the controllable poles

    B and the eigenvectors cancel from M, so the eigenvalues that the input reaches decide it. Scattered eigenvalues
    of a Jordan block do no harm: M is a smooth function of the characteristic polynomial.

    Arguments: A (N, N), real or complex, computed spectral radius < 1; B (N,) or (N, 1); horizon.
    Returns: float64 (horizon,). An eigenvalue nearer than `controllability_tolerance` to unreachable counts as
    unreachable; the error is otherwise that of A's eigenvalues, of order eps·‖A‖ times their condition.
    Raises: ValueError for a bad pair or horizon. Reference: this project.
    """
    horizon = as_horizon(horizon)
    poles = controllable_poles(A, B)
    return memory_function(poles, horizon) if poles.size else np.zeros(horizon)


def krylov(A: ArrayLike, B: ArrayLike, horizon: int) -> Matrix:
    """The impulse response of the state, columns c_τ = A^τ B.

    Built by doubling, [C, A^n C], so that log₂(horizon) matrix products replace a loop over time.

    Arguments: A (N, N), spectral radius < 1; B (N,) or (N, 1); horizon. Returns: (N, horizon).
    Raises: ValueError for a bad pair or horizon.
    """
    A, B = as_stable_pair(A, B)
    horizon = as_horizon(horizon)
    columns, power = B[:, None], A
    while columns.shape[1] < horizon:
        columns, power = np.hstack([columns, power @ columns]), power @ power
    return columns[:, :horizon]


def lyapunov_memory(A: ArrayLike, B: ArrayLike, horizon: int) -> Real:
    """The definition, term by term: covariance by a Lyapunov solve, then its pseudo-inverse.

    G = A G A^* + B B^*, M_τ = c_τ^* G^+ c_τ

    Not accurate once the condition number of G nears 1/eps (`memory_function_dense` is): directions of G below
    N eps ‖G‖ are dropped.

    Arguments: A (N, N), spectral radius < 1; B (N,) or (N, 1); horizon. Returns: float64 (horizon,).
    Raises: ValueError for a bad pair or horizon. Reference: Jaeger 2001.
    """
    A, B = as_stable_pair(A, B)
    c = krylov(A, B, horizon)
    G = linalg.solve_discrete_lyapunov(A, B[:, None] * B.conj())
    inverse = np.linalg.pinv((G + G.conj().T) / 2, rcond=len(A) * _EPS, hermitian=True)
    return np.einsum("nt,nt->t", c.conj(), inverse @ c).real


def _distinct(poles: Complex) -> Complex:
    values, counts = np.unique(poles, return_counts=True)
    if np.any(counts > 1):
        k = int(np.argmax(counts))
        raise ValueError(f"pole {values[k]} occurs {counts[k]} times: this route needs distinct poles (G is singular)")
    return poles


def gram(poles: ArrayLike) -> Complex:
    """Covariance of the diagonal system with B = 1 under white input.

    G_kl = Σ_τ λ_k^τ λ̄_l^τ = 1/(1 − λ_k λ̄_l)

    Arguments: poles (N,), |λ| < 1. Returns: complex Hermitian (N, N), singular for repeated poles.
    Raises: ValueError for bad poles.
    """
    poles = as_poles(poles)
    denominator = 1.0 - np.outer(poles, poles.conj())
    np.fill_diagonal(denominator, stability_gap(poles))
    return 1.0 / denominator


def gram_solve(poles: ArrayLike, horizon: int) -> Real:
    """The memory function by solving with the float64 Gram matrix: obvious, and wrong where G is ill-conditioned.

    M_τ = v_τ^* G^{-1} v_τ, v_τ = (λ_k^τ)_k

    The error is about cond(G)·eps: useless for more than about ten real poles, for nearly repeated ones, and the reason
    why `memory_function` inverts nothing. It is not a fast path.

    Arguments: distinct poles (N,), |λ| < 1; horizon. Returns: float64 (horizon,).
    Raises: ValueError for bad or repeated poles, or horizon; LinAlgError when G is numerically singular.
    """
    poles = _distinct(as_poles(poles))
    v = np.vander(poles, as_horizon(horizon), increasing=True)
    return np.einsum("nt,nt->t", v.conj(), np.linalg.solve(gram(poles), v)).real


def vandermonde_qr(poles: ArrayLike, horizon: int) -> Real:
    """The memory function as leverage of a time among the impulse responses.

    V_kτ = λ_k^τ, V^* = QR, M_τ = ‖row τ of Q‖²

    Takes the square root of the condition number of `gram_solve`, at O(N² L) for the L lags that the response lasts.

    Arguments: distinct poles (N,), |λ| < 1; horizon. Returns: float64 (horizon,), error about cond(V)·eps.
    Raises: ValueError for bad or repeated poles, horizon, or a response of more than 2^26 numbers.
    """
    poles, horizon = _distinct(as_poles(poles)), as_horizon(horizon)
    lasting = max(horizon, len(poles), tail_length(poles, _LOG_NEGLIGIBLE))
    if lasting * len(poles) > 2**26:
        raise ValueError(f"{len(poles)} poles last {lasting} lags: this route stops at 2^26 numbers")
    Q = np.linalg.qr(np.vander(poles, lasting, increasing=True).conj().T)[0]
    return np.sum(np.abs(Q[:horizon]) ** 2, axis=1)


def simulate(A: ArrayLike, B: ArrayLike, inputs: ArrayLike) -> Matrix:
    """States of x_t = A x_{t−1} + B u_t from rest.

    X ← X + A^{2^k} X shifted by 2^k, k = 0, 1, …

    After step k every state holds the last 2^{k+1} inputs, so log₂ T products do what a loop over time would; they stop
    when the power has vanished.

    Arguments: A (N, N), spectral radius < 1; B (N,) or (N, 1); inputs (T,), real or complex.
    Returns: (T, N), row t is x_t. Raises: ValueError for a bad pair or inputs.
    """
    matrix, b = as_stable_pair(A, B)
    states = as_vector("inputs", inputs)[:, None].astype(b.dtype if np.isrealobj(inputs) else complex) * b
    power, shift = matrix.T, 1
    while shift < len(states) and np.any(power):
        states[shift:] += states[:-shift] @ power
        power, shift = power @ power, 2 * shift
    return states


def least_squares(states: ArrayLike, inputs: ArrayLike, horizon: int) -> Real:
    """In-sample share of each past input that the states explain: biased upwards by `sample_floor`.

    R²_τ = ‖Q^*u_τ‖²/‖u_τ‖², states = QR, u_τ = (u_{t−τ})_{t ≥ horizon−1}

    Not the memory function: N directions fit about N/T of any signal, also where M_τ = 0. No intercept.

    Arguments: states (T, N); inputs (T,); horizon, with T − horizon + 1 > N. Returns: float64 (horizon,).
    Raises: ValueError for bad shapes, too few samples or an input that is zero throughout.
    """
    states, u, horizon = _series(states, inputs, horizon)
    samples = len(u) - horizon + 1
    Q = np.linalg.qr(states[horizon - 1 :])[0]
    lagged = np.lib.stride_tricks.sliding_window_view(u, horizon)[:, ::-1]
    energy = np.sum(np.abs(lagged) ** 2, axis=0)
    if np.any(energy == 0):
        raise ValueError(f"inputs are zero in a window of {samples} samples: nothing to recall")
    return np.sum(np.abs(Q.conj().T @ lagged) ** 2, axis=0) / energy


def _series(states: ArrayLike, inputs: ArrayLike, horizon: int) -> tuple[NDArray, NDArray, int]:
    horizon, u, X = as_horizon(horizon), as_vector("inputs", inputs), np.asarray(states)
    if X.ndim != 2 or X.dtype.kind not in "iufc" or len(X) != len(u) or X.shape[1] == 0:
        raise ValueError(f"states have shape {X.shape}: must be numbers (T, N) with T = {len(u)} inputs and N >= 1")
    if not np.isfinite(X).all():
        raise ValueError("states hold a NaN or an infinity: must be finite")
    if len(u) - horizon + 1 <= X.shape[1]:
        raise ValueError(f"{len(u)} samples for horizon {horizon} and N = {X.shape[1]}: needs T − horizon + 1 > N")
    return X, u, horizon


def sample_floor(N: int, samples: int) -> float:
    """What in-sample least squares reads where M_τ = 0.

    E R² = N/T for N states and T independent samples

    Arguments: N >= 1; samples T >= N. Returns: float in (0, 1].
    Reference: Dambre, Verstraeten, Schrauwen, Massar 2012; Ballarin, Grigoryeva, Ortega 2024, arXiv 2305.01457.
    """
    N = as_count("N", N)
    return N / as_count("samples", samples, least=N)
