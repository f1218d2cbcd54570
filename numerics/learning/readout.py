"""A linear read-out on fixed poles in whitened coordinates: where it goes, and what it can never learn.

The read-out acts on x̂_t = Σ_τ α_τ u_{t−τ}, E x̂x̂^* = I, as y_t = x̂_t^* w; its kernel is k_τ = α_τ^* w. Every quantity
comes from the chain of lossless sections or from the all-pass coefficients: no Gram matrix is inverted.

Glossary: P_τj = α_τ^* α_j · k* teacher kernel (S,), zero from lag S on · c = Σ_j α_j k*_j the best read-out · b the
all-pass coefficients · t time of the gradient flow of L = ½E|y − y*|² · η step · S lags of the teacher.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.signal import correlate

from numerics.memory.allpass import allpass_coefficients, balanced_pair, memory_function, orthonormal_states
from numerics.memory.regression import krylov
from numerics.preconditions import (
    Complex,
    Real,
    as_complex_vector,
    as_count,
    as_delay,
    as_horizon,
    as_law,
    as_poles,
    as_positive,
    as_real,
    as_times,
)


def _as_start(start: ArrayLike | None, N: int) -> Complex:
    w = np.zeros(N, dtype=np.complex128) if start is None else as_complex_vector("start", start)
    if w.shape != (N,):
        raise ValueError(f"start has shape {w.shape} while there are {N} poles: must be ({N},)")
    return w


def projection(poles: ArrayLike, horizon: int) -> Complex:
    """What the state makes of a kernel: the projection on all kernels it can have, its first rows and columns.

    P_τj = α_τ^* α_j, P² = P, P_ττ = M_τ, tr P = N

    The product of the whitened impulse response with itself; the infinite matrix is cut after the product is taken.

    Arguments: poles (N,), |λ| < 1, zero and repeated ones allowed; horizon. Returns: complex (horizon, horizon).
    Raises: ValueError for bad poles or horizon. Reference: this project.

    >>> projection([0.0, 0.0], 3).real
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    alpha = orthonormal_states(poles, horizon)
    return alpha.conj().T @ alpha


def best_readout(poles: ArrayLike, teacher: ArrayLike) -> Complex:
    """The read-out that gradient flow ends in.

    c = Σ_j α_j k*_j

    Arguments: poles (N,); teacher (S,), real or complex. Returns: complex (N,), in the coordinates of `balanced_pair`.
    Raises: ValueError for bad poles or teacher.
    """
    target = as_complex_vector("teacher", teacher)
    return orthonormal_states(poles, len(target)) @ target


def readout_flow(poles: ArrayLike, teacher: ArrayLike, times: ArrayLike, start: ArrayLike | None = None) -> Complex:
    """The read-out along gradient flow.

    w(t) = c + e^{−t}(w(0) − c)

    Arguments: poles (N,); teacher (S,); times (n,) >= 0; start w(0), (N,) in the coordinates of `balanced_pair` (0).
    Returns: complex (n, N). Raises: ValueError for bad arguments.
    """
    c = best_readout(poles, teacher)
    w, t = _as_start(start, len(c)), as_times(times)
    return c + np.exp(-t)[:, None] * (w - c)


def kernel_flow(
    poles: ArrayLike, teacher: ArrayLike, times: ArrayLike, horizon: int, start: ArrayLike | None = None
) -> Complex:
    """The model's kernel along gradient flow.

    k(t) = P k* + e^{−t}(k(0) − P k*), evaluated as k_τ(t) = α_τ^* w(t)

    Arguments: as `readout_flow`; horizon, lags 0..horizon−1 of the kernel. Returns: complex (n, horizon).
    Raises: ValueError for bad arguments. Reference: this project.

    >>> kernel_flow([0.5], [0.0, 1.0], [0.0, 40.0], 2).real.round(4)
    array([[0.    , 0.    ],
           [0.375 , 0.1875]])
    """
    return readout_flow(poles, teacher, times, start) @ orthonormal_states(poles, horizon).conj()


def kernel_flow_integrated(
    poles: ArrayLike, teacher: ArrayLike, times: ArrayLike, horizon: int, start: ArrayLike | None = None
) -> Complex:
    """The slow route to `kernel_flow`: α_τ by powers of a matrix, the flow by an integrator.

    α_τ = A^τ B, ẇ = Σ_j α_j k*_j − w, k_τ = α_τ^* w

    DOP853 at rtol 1e-12. Arguments, returns, raises: as `kernel_flow`.
    """
    A, B = balanced_pair(poles)
    target, t = as_complex_vector("teacher", teacher), as_times(times)
    powers = krylov(A, B, max(as_horizon(horizon), len(target)))
    c = powers[:, : len(target)] @ target
    w = _as_start(start, len(B))
    grid, place = np.unique(t, return_inverse=True)
    scale = max(1.0, float(np.linalg.norm(w)), float(np.linalg.norm(c)))
    flow = solve_ivp(lambda _, x: c - x, (0.0, max(grid[-1], 1.0)), w, "DOP853", grid, rtol=1e-12, atol=1e-15 * scale)
    return flow.y.T[place] @ powers[:, :horizon].conj()


def loss_flow(poles: ArrayLike, teacher: ArrayLike, times: ArrayLike, start: ArrayLike | None = None) -> Real:
    """The loss along gradient flow.

    2 L(t) = R_min + e^{−2t} ‖w(0) − c‖², R_min from `residual`

    Arguments: as `readout_flow`. Returns: float64 (n,), L with its factor one half. Raises: ValueError likewise.
    """
    c = best_readout(poles, teacher)
    above = float(np.linalg.norm(_as_start(start, len(c)) - c)) ** 2
    return 0.5 * (residual(poles, teacher) + np.exp(-2 * as_times(times)) * above)


def descent_kernel(poles: ArrayLike, teacher: ArrayLike, eta: float, steps: int, horizon: int) -> Complex:
    """The kernel after gradient descent from a read-out 0, step by step.

    w ← w − η(w − c), m times;  equals (1 − (1−η)^m) P k*

    Arguments: poles (N,); teacher (S,); eta > 0, no upper limit; steps m >= 0; horizon. Returns: complex (horizon,).
    Raises: ValueError for bad arguments.
    """
    c, step = best_readout(poles, teacher), as_positive("eta", eta)
    w = np.zeros_like(c)
    for _ in range(as_count("steps", steps, least=0)):
        w = w - step * (w - c)
    return np.asarray(orthonormal_states(poles, horizon).conj().T @ w)


def raw_first_step(A: ArrayLike, B: ArrayLike, eta: float, horizon: int) -> Real:
    """By how much lag K of the kernel moves in one step from 0 on raw states, for a teacher of delay K = 0..horizon−1.

    η ‖A^K B‖²: not the memory at lag K, for it depends on B, and grows with K where A is non-normal

    Arguments: A (N, N); B (N,); eta; horizon. Returns: float64 (horizon,). Raises: ValueError for a bad pair.

    >>> raw_first_step([[0.5, 5.0], [0.0, 0.5]], [0.0, 1.0], 1.0, 4)
    array([ 1.      , 25.25    , 25.0625  , 14.078125])
    """
    return np.asarray(as_real("eta", eta) * np.sum(np.abs(krylov(A, B, as_horizon(horizon))) ** 2, axis=0))


def delay_residual(poles: ArrayLike, horizon: int) -> Real:
    """What the best read-out leaves of a teacher of delay K, for K = 0..horizon−1.

    min_w E|x^*w − u_{t−K}|² = 1 − M_K = Σ_{j<=K} |b_j|²

    A sum of squares: nothing cancels where M_K is nearly 1. Arguments: poles (N,); horizon. Returns: float64
    (horizon,). Raises: ValueError for bad poles or horizon. Reference: this project.
    """
    return np.asarray(np.cumsum(np.abs(allpass_coefficients(poles, horizon)) ** 2))


def delay_floor(poles: ArrayLike, delay: int) -> float:
    """The least mean square error at which these poles can recall one input: `delay_residual` at one delay K.

    Arguments: poles (N,), all of them (conjugates included); delay = K >= 0.
    Returns: float in [0, 1], for white input of unit variance. Raises: ValueError for bad poles or delay.

    >>> delay_floor([0.5], 0)
    0.25
    """
    return float(delay_residual(poles, as_delay(delay) + 1)[-1])


def residual(poles: ArrayLike, teacher: ArrayLike) -> float:
    """What the best read-out leaves of any teacher of finite length.

    min_w E|x^*w − y*|² = ‖k*‖² − k*^* P k* = Σ_i |Σ_{τ>=i} b_{τ−i} k*_τ|²

    The complement of the kernels that the poles can make is spanned by the conjugate all-pass response and its delays:
    the residual is the energy of the teacher's correlation with it, and nothing cancels where it is small.

    Arguments: poles (N,); teacher (S,), real or complex. Returns: float. Raises: ValueError for bad poles or teacher.
    Reference: this project.
    """
    target = as_complex_vector("teacher", teacher)
    b = allpass_coefficients(as_poles(poles), len(target))
    kept = correlate(target, b.conj())[len(target) - 1 :]
    return float(np.sum(np.abs(kept) ** 2))


def residual_least_squares(poles: ArrayLike, teacher: ArrayLike, horizon: int) -> float:
    """The slow route to `residual`: least squares of the teacher on the impulse response, lag by lag.

    min_w Σ_{τ<H} |α_τ^* w − k*_τ|², α_τ = A^τ B

    Arguments: poles (N,); teacher (S,); horizon H >= S, so long that the memory beyond it does not matter: no bound is
    checked. Returns: float. Raises: ValueError for bad arguments, or H < S.
    """
    target = as_complex_vector("teacher", teacher)
    H = as_count("horizon", horizon, least=len(target))
    rows = krylov(*balanced_pair(poles), H).conj().T
    full = np.concatenate([target, np.zeros(H - len(target))])
    w = np.linalg.lstsq(rows, full, rcond=None)[0]
    return float(np.sum(np.abs(rows @ w - full) ** 2))


def expected_residual(poles: ArrayLike, law: ArrayLike) -> float:
    """What the best read-out leaves on average when the delay is random.

    E R = Σ_τ p_τ (1 − M_τ)

    Arguments: poles (N,); law p (S,), >= 0, sum 1. Returns: float. Raises: ValueError for bad poles or law.

    >>> expected_residual([0.5], [0.0, 1.0])
    0.8125
    """
    p = as_law(law)
    return float(p @ delay_residual(poles, len(p)))


def recalled_share(poles: ArrayLike, law: ArrayLike) -> float:
    """The second route: 1 − `expected_residual` from the memory function, Σ_τ p_τ M_τ. Arguments, raises: likewise."""
    p = as_law(law)
    return float(p @ memory_function(poles, len(p)))
