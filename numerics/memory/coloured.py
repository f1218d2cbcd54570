"""The memory function under a coloured input: any stationary autocovariance, not white noise.

Conventions: r_d = E u_t u_{t−d}, real. G_kl = E x_k x̄_l and c_k(τ) = E x_k u_{t−τ}, which carries λ_k and not λ̄_k:
with r_d = r_0 δ_d, c_k(τ) = r_0 λ_k^τ.

Glossary: Â, B̂ the lossless pair of the poles (white-input covariance I) · R(Â) = Σ_{d≥0} r_d Â^d · S spectral density.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft, linalg

from numerics.memory.allpass import balanced_pair, sections
from numerics.memory.tail import tail_length
from numerics.preconditions import Complex, Real, as_horizon, as_poles, as_real_vector

Autocovariance = ArrayLike | Callable[[NDArray[np.int64]], ArrayLike]

_LOG_NEGLIGIBLE = -74.0  # energy: amplitudes beyond are below a unit rounding
_LONGEST = 2**20
_ROUNDING = 64 * 2.0**-52  # of sums of products and their FFT, relative to Σ|r_d|


def memory_function_coloured(poles: ArrayLike, autocovariance: Autocovariance, horizon: int) -> Real:
    """How well a linear state recalls a stationary input.

    M_τ = c_τ^* G^{-1} c_τ/r_0; lossless coordinates: G = R(Â) + R(Â)^* − r_0 I, c_0 = R(Â)B̂, c_{τ+1} = Âc_τ + r_{τ+1}B̂

    Σ_i α_{i+d} α_i^* = Â^d since Σ_i α_i α_i^* = I. The condition number of G is at most max S/min S whatever the
    poles, so nearly repeated, repeated and zero poles are safe. Neither monotone nor bounded by N in sum: the input
    predicts itself.

    Arguments: poles (N,), |λ| < 1; autocovariance, an array r_0..r_K (zero beyond K) or a function that is called once
    with an integer array of lags 0..K, K where the poles' responses have fallen below rounding; horizon.
    Returns: float64 (horizon,), relative to E u² = r_0, error of order N eps max S/min S.
    Raises: ValueError for bad poles, horizon, an autocovariance that no stationary input has (an array: S < 0
    somewhere; a function: |r_d| > r_0, or G not positive definite), a function that returns another number of values
    than lags, or a function and poles that last more than 2^20 lags. Reference: this project.

    >>> memory_function_coloured([0.0], [1.0, 0.5], 3)
    array([1.  , 0.25, 0.  ])
    """
    poles, horizon = as_poles(poles), as_horizon(horizon)
    lasting = tail_length(poles, _LOG_NEGLIGIBLE)
    r = _lags(autocovariance, lasting, horizon)
    A, B = balanced_pair(poles)
    R = _matrix_series(A, r[:lasting])
    covariance = R + R.conj().T - r[0] * np.eye(len(poles))
    start = R @ B
    later = list(sections(poles, horizon - 1, r[1:horizon].astype(np.complex128), start)) if horizon > 1 else []
    c = np.hstack([start[:, None], np.array(later).reshape(len(poles), horizon - 1)])
    try:
        factor = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError as error:
        raise ValueError(f"autocovariance starting {r[:3]} is not positive definite on these states") from error
    whitened = linalg.solve_triangular(factor, c, lower=True)
    return np.sum(np.abs(whitened) ** 2, axis=0) / r[0]


def _lags(autocovariance: Autocovariance, lasting: int, horizon: int) -> Real:
    """r_0..r_K, K >= horizon − 1, zero-padded when an array is shorter."""
    if callable(autocovariance):
        needed = max(lasting, horizon)
        if needed > _LONGEST:
            raise ValueError(
                f"the poles last {lasting} lags, more than {_LONGEST}: give the autocovariance as an array"
            )
        r = as_real_vector("autocovariance", autocovariance(np.arange(needed)))
        if len(r) != needed:
            raise ValueError(f"autocovariance returned {len(r)} values for {needed} lags: must be one for each")
        _refuse_excess(r)
        return r
    r = as_real_vector("autocovariance", autocovariance)
    _refuse_excess(r)
    _refuse_negative_density(r)
    return np.pad(r, (0, max(0, horizon - len(r))))


def _refuse_excess(r: Real) -> None:
    if r[0] <= 0:
        raise ValueError(f"autocovariance[0] = {r[0]}: the variance must be > 0")
    d = int(np.argmax(np.abs(r)))
    if abs(r[d]) > r[0] * (1 + _ROUNDING):
        raise ValueError(f"autocovariance[{d}] = {r[d]}: must be at most the variance {r[0]} in modulus")


def _refuse_negative_density(r: Real) -> None:
    """S(ω) = r_0 + 2 Σ_d r_d cos ωd >= 0 (Bochner), on a grid of at least 8 points per period of the fastest cosine."""
    points = 2 * fft.next_fast_len(4 * len(r))  # even, so that ω = π is on the grid
    density = 2 * fft.rfft(r, points).real - r[0]
    k = int(np.argmin(density))
    if density[k] < -_ROUNDING * np.abs(r).sum():
        omega = 2 * np.pi * k / points
        raise ValueError(
            f"autocovariance starting {r[:3]}, zero beyond lag {len(r) - 1}, has spectral density {density[k]:.3g} "
            f"at ω = {omega:.4g}: must be >= 0"
        )


def _matrix_series(A: Complex, r: Real) -> Complex:
    """Σ_d r_d A^d in about 2√K products (Paterson–Stockmeyer); ‖A‖ <= 1, so no power grows."""
    r = np.trim_zeros(r, "b")
    block = max(1, math.isqrt(len(r)))
    powers = np.empty((block, *A.shape), dtype=np.complex128)
    powers[0] = np.eye(len(A))
    for d in range(1, block):
        powers[d] = powers[d - 1] @ A
    step = powers[-1] @ A
    padded = np.pad(r, (0, -len(r) % block)).reshape(-1, block)
    total = np.zeros_like(A)
    for row in padded[::-1]:
        total = total @ step + np.tensordot(row, powers, axes=1)
    return total
