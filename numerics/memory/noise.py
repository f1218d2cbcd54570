"""Memory at finite precision: noise on the state that is read, and what it costs in bits.

Without noise B and every scaling of the states cancel from the memory function; with it they do not.

Glossary: G covariance of the diagonal states · T its factor, G = TT^* · σ² noise variance · B input weights.
"""

import numpy as np
from numpy.typing import ArrayLike

from numerics.memory.allpass import memory_function, orthonormal_states
from numerics.preconditions import Complex, Real, as_complex_vector, as_horizon, as_noise, as_poles, stability_gap


def gram_factor(poles: ArrayLike, B: ArrayLike | None = None) -> Complex:
    """Triangular factor of the state covariance, every entry to full relative accuracy.

    T_kn = B_k g_n/(1 − λ_k λ̄_n) Π_{m<n} (λ_k − λ_m)/(1 − λ_k λ̄_m), TT^* = G, G_kl = B_k B̄_l/(1 − λ_k λ̄_l)

    x_k written in the orthonormal states of the lossless chain. Its singular values are the square roots of G's
    eigenvalues, so a double reaches eigenvalues down to 1e-32, where the eigenvalues of a float64 G are noise at 1e-16.

    Arguments: poles (N,), repetitions allowed; B (N,), default √(1−|λ_k|²): every state has variance one.
    Returns: complex (N, N), lower triangular. Raises: ValueError for bad poles or weights.
    """
    poles = as_poles(poles)
    gap = stability_gap(poles)
    weights = np.sqrt(gap) if B is None else as_complex_vector("B", B)
    if weights.shape != poles.shape:
        raise ValueError(f"B has shape {weights.shape}: needs one weight for each of {len(poles)} poles")
    apart = poles[:, None] - poles
    denominator = gap - apart * np.conj(poles)  # 1 − λ_k λ̄_n without cancellation
    passed = np.cumprod(apart / denominator, axis=1)[:, :-1]
    passed = np.hstack([np.ones((len(poles), 1)), passed])
    return weights[:, None] * passed * np.sqrt(gap) / denominator


def effective_capacity(poles: ArrayLike, noise: float, B: ArrayLike | None = None) -> float:
    """Capacity of a diagonal state that is read through noise.

    tr G(G + σ²I)^{-1} = Σ_i μ_i/(μ_i + σ²), μ the eigenvalues of G

    White noise of variance σ² is added to every state, or is the ridge of the regression. By default the states are
    normalised to variance one, so σ² is the noise-to-signal ratio of each; other weights give another capacity.
    Not the capacity of the poles: that is σ² → 0, the number of distinct poles.

    Arguments: poles (N,), |λ| < 1; noise = σ² >= 0, a variance; B (N,), default √(1−|λ_k|²).
    Returns: float in [0, N], error of order N eps √(μ_max/σ²).
    Raises: ValueError for bad poles, noise or weights. Reference: this project.
    """
    variance, T = as_noise(noise), gram_factor(poles, B)
    if variance == 0:
        return float(len(_reached(poles, B)))
    mu = np.linalg.svd(T, compute_uv=False) ** 2
    return float(np.sum(mu / (mu + variance)))


def _reached(poles: ArrayLike, B: ArrayLike | None) -> Complex:
    array = as_poles(poles)
    return np.unique(array if B is None else array[np.asarray(B) != 0])


def memory_function_noisy(poles: ArrayLike, noise: float, horizon: int, B: ArrayLike | None = None) -> Real:
    """The memory function of a diagonal state that is read through noise; it sums to `effective_capacity`.

    M_τ = c_τ^* (G + σ²I)^{-1} c_τ = Σ_i μ_i/(μ_i + σ²) |(V^*α_τ)_i|², T = U √μ V^*

    α_τ are the orthonormal states, so no ill-conditioned matrix is solved with.

    Arguments: poles (N,); noise = σ² >= 0; horizon; B (N,), default √(1−|λ_k|²). Returns: float64 (horizon,).
    Raises: ValueError for bad poles, noise, horizon or weights. Reference: this project.
    """
    variance, horizon, T = as_noise(noise), as_horizon(horizon), gram_factor(poles, B)
    if variance == 0:
        reached = _reached(poles, B)
        return memory_function(reached, horizon) if reached.size else np.zeros(horizon)
    _, root, Vh = np.linalg.svd(T)
    gain = root**2 / (root**2 + variance)
    return gain @ np.abs(Vh @ orthonormal_states(poles, horizon)) ** 2


def beckermann_townsend_bound(poles: ArrayLike) -> Real:
    """How fast the singular values of the Gram matrix of real poles must fall.

    σ_{k+1}(G) <= min(1, 4 e^{−π²k/ln(4β/α)}) σ_1(G), α, β the extremes of (1−λ)/(1+λ)

    G has displacement rank one: XG + GX = 2dd^T with X = diag((1−λ)/(1+λ)); a diagonal scaling of the rows and columns
    keeps that, so the unit-diagonal Gram obeys it too. Exponential in N only while β/α stays fixed.

    Arguments: real poles (N,), −1 < λ < 1. Returns: float64 (N,), the bound on σ_{k+1}/σ_1 for k = 0..N−1.
    Raises: ValueError for bad or non-real poles. Reference: Beckermann, Townsend 2019, SIAM Review 61, 319.
    """
    poles = as_poles(poles)
    if np.any(poles.imag != 0):
        k = int(np.flatnonzero(poles.imag)[0])
        raise ValueError(f"poles[{k}] = {poles[k]}: the bound holds for real poles only")
    x = (1.0 - poles.real) / (1.0 + poles.real)
    return np.minimum(1.0, 4.0 * np.exp(-(np.pi**2) * np.arange(len(x)) / np.log(4.0 * x.max() / x.min())))


def information(memory: ArrayLike) -> Real:
    """Mutual information between a past input and the state, for real Gaussian input.

    I(u_{t−τ}; x_t) = −½ log₂(1 − M_τ) bits

    (u, x) is jointly Gaussian with squared correlation M. Not so for other inputs: same M, another I.

    Arguments: memory, array_like in [0, 1] (a rounding excess of 1e-9 either way is taken as the end point).
    Returns: float64, same shape, inf where M = 1. Raises: ValueError outside [0, 1].
    Reference: Gelfand, Yaglom 1957.
    """
    M = np.asarray(memory, dtype=np.float64)
    if not np.all((M >= -1e-9) & (M <= 1 + 1e-9)):
        raise ValueError(f"memory holds {M[~((M >= -1e-9) & (M <= 1 + 1e-9))].flat[0]}: must lie in [0, 1]")
    with np.errstate(divide="ignore"):
        return -0.5 * np.log2(1.0 - np.clip(M, 0.0, 1.0)) + 0.0
