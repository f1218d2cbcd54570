"""Gram matrices of diagonal systems: what decides whether a diagonal basis is usable.

Every matrix here has ones on its diagonal unless the name says otherwise: states of variance one.

Glossary: G_ij = 1/(1−λ_iλ̄_j) · κ ratio of the largest to the smallest eigenvalue · h spacing of atanh λ · δ spacing of
frequencies · r radius of a ring · S(t) = Σ_j cos(jt)/cosh(hj/2).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from numerics.memory.noise import beckermann_townsend_bound
from numerics.preconditions import (
    Complex,
    Real,
    as_continuous_poles,
    as_count,
    as_poles,
    as_positive,
    as_radius,
    stability_gap,
)

_LOG_NEGLIGIBLE = 45.0  # e^-45 = 3e-20


def unit_gram(poles: ArrayLike) -> Complex:
    """Correlations of the states of a diagonal system under white input.

    G_ij/√(G_ii G_jj) = √(g_i g_j)/(1 − λ_iλ̄_j), g = 1 − |λ|²

    Arguments: poles (N,), |λ| < 1. Returns: complex (N, N), ones on the diagonal. Raises: ValueError for bad poles.
    """
    root, denominator = np.sqrt(stability_gap(as_poles(poles))), _apart(as_poles(poles))
    return np.outer(root, root) / denominator


def _apart(poles: Complex) -> Complex:
    # 1 − λ_i λ̄_j from the gap: no cancellation near the circle
    return stability_gap(poles) - (poles[:, None] - poles) * np.conj(poles)


def continuous_unit_gram(poles: ArrayLike) -> Complex:
    """The same correlations in continuous time, the limit of small steps.

    2√(Re s_i Re s_j)/(−s_i − s̄_j); 1/(1 − i(ω_i−ω_j)) when all real parts are −½

    Arguments: poles (N,), Re s < 0. Returns: complex (N, N). Raises: ValueError for bad poles.
    """
    s = as_continuous_poles(poles)
    root = np.sqrt(-s.real)
    return 2 * np.outer(root, root) / -(s[:, None] + s.conj())


def real_condition_bound(poles: ArrayLike) -> float:
    """What the condition number of the Gram matrix of real poles must exceed, however its rows are scaled.

    κ(G) >= ¼ e^{π²(N−1)/ln(4β/α)}, α, β the extremes of (1−λ)/(1+λ)

    The last of `beckermann_townsend_bound`, inverted. Exponential in N for fixed β/α only.

    Arguments: real poles (N,), −1 < λ < 1. Returns: float >= 1. Raises: ValueError for bad or non-real poles.
    Reference: Beckermann, Townsend 2019, SIAM Review 61, 319.
    """
    return float(1.0 / beckermann_townsend_bound(poles)[-1])


def geometric_real_poles(N: int, spacing: float) -> Complex:
    """Real poles with geometrically spaced (1−λ)/(1+λ), centred on λ = 0.

    λ_n = tanh(hm/2), (1−λ_n)/(1+λ_n) = e^{−hm}, m = n − (N−1)/2

    Arguments: N >= 1; spacing h > 0. Returns: complex (N,), ascending.
    Raises: ValueError for a bad N or spacing, or when h(N−1) > 70: the outermost poles would round to ±1.
    """
    N, h = as_count("N", N), as_positive("spacing", spacing)
    if h * (N - 1) > 70:
        raise ValueError(f"N = {N}, spacing = {h}: poles beyond tanh(17.5) are 1 in float64; use geometric_gram")
    return np.tanh(h * (np.arange(N) - (N - 1) / 2) / 2).astype(np.complex128)


def geometric_gram(N: int, spacing: float) -> Real:
    """Their Gram matrix: a Toeplitz matrix that does not know where the poles lie.

    1/cosh(h(i−j)/2)

    Arguments: N >= 1; spacing h > 0. Returns: float64 (N, N). Raises: ValueError. Reference: this project.
    """
    return linalg.toeplitz(1.0 / np.cosh(as_positive("spacing", spacing) * np.arange(as_count("N", N)) / 2))


def geometric_symbol(spacing: float, t: ArrayLike) -> Real:
    """The symbol of that Toeplitz matrix.

    S(t) = Σ_j cos(jt)/cosh(hj/2) = (2π/h) Σ_m 1/cosh(π(t+2πm)/h), by Poisson's sum

    The second form is a sum of positive terms: it keeps S(π) ≈ (8π/h)e^{−π²/h}, which cancels in the first.

    Arguments: spacing h > 0; t, any shape. Returns: float64, same shape. Raises: ValueError for a bad spacing.
    """
    h, t = as_positive("spacing", spacing), np.asarray(t, dtype=np.float64)
    m = np.arange(-np.ceil(_LOG_NEGLIGIBLE * h / (2 * np.pi**2)) - 2, np.ceil(_LOG_NEGLIGIBLE * h / (2 * np.pi**2)) + 3)
    return (2 * np.pi / h) * _sech(np.pi * ((t % (2 * np.pi))[..., None] + 2 * np.pi * m) / h).sum(-1)


def _sech(x: Real) -> Real:
    small = np.exp(-np.abs(x))
    return 2 * small / (1 + small * small)


def geometric_symbol_series(spacing: float, t: ArrayLike) -> Real:
    """The same symbol by its definition, S(t) = Σ_j cos(jt)/cosh(hj/2).

    Arguments, returns, raises: as `geometric_symbol`; absolute error u S(0).
    """
    h, t = as_positive("spacing", spacing), np.asarray(t, dtype=np.float64)
    j = np.arange(1, np.ceil(2 * _LOG_NEGLIGIBLE / h) + 1)
    return 1 + 2 * (np.cos(t[..., None] * j) * _sech(h * j / 2)).sum(-1)


def geometric_condition_limit(spacing: float) -> float:
    """The condition number that geometric real poles approach from below as N grows.

    S(0)/S(π) ≈ ¼ e^{π²/h}

    Sections of a positive Toeplitz matrix: the extreme eigenvalues tend to the extremes of the symbol.

    Arguments: spacing h > 0. Returns: float. Raises: ValueError. Reference: this project.
    """
    return float(geometric_symbol(spacing, 0.0) / geometric_symbol(spacing, np.pi))


def ring_gram_eigenvalues(N: int, radius: float) -> Real:
    """Eigenvalues of G (not scaled) for N poles evenly on a circle.

    N r^{2j}/(1 − r^{2N}), j = 0..N−1

    G is circulant: 1/(1 − r²ω^{i−j}) summed as a geometric series, modulo N.

    Arguments: N >= 1; 0 < radius < 1. Returns: float64 (N,), descending. Raises: ValueError. Reference: this project.
    """
    N, r = as_count("N", N), as_positive("radius", as_radius("radius", radius))
    return N * r ** (2.0 * np.arange(N)) / -np.expm1(2 * N * np.log(r))


def ring_condition(N: int, radius: float) -> float:
    """κ(G) = r^{−2(N−1)} for N poles evenly on a circle, → 1 as r → 1.

    Arguments: N >= 1; 0 < radius < 1. Returns: float. Raises: ValueError. Reference: this project.
    """
    N, r = as_count("N", N), as_positive("radius", as_radius("radius", radius))
    return float(r ** (-2.0 * (N - 1)))


def ring_vandermonde_squares(N: int, radius: float, turns: int) -> Real:
    """Squared singular values of the ring's Vandermonde matrix with L = mN columns.

    σ_j² = N r^{2j}(1 − r^{2L})/(1 − r^{2N}), j = 0..N−1

    Arguments: N >= 1; 0 < radius < 1; turns m >= 1. Returns: float64 (N,), descending. Raises: ValueError.
    """
    late = 2 * N * as_count("turns", turns) * np.log(as_positive("radius", as_radius("radius", radius)))
    return ring_gram_eigenvalues(N, radius) * -np.expm1(late)


def equispaced_gram(N: int, spacing: float) -> Complex:
    """Continuous unit Gram matrix of poles −½ + iδn: 1/(1 − iδ(i−j)), Toeplitz.

    Arguments: N >= 1; spacing δ > 0. Returns: complex (N, N). Raises: ValueError.
    """
    n = np.arange(as_count("N", N))
    apart = as_positive("spacing", spacing) * (n[:, None] - n)
    return np.asarray(1.0 / (1 - 1j * apart), dtype=np.complex128)


def equispaced_condition_limit(spacing: float) -> float:
    """The condition number it approaches from below as N grows.

    e^{2π/δ}

    Its symbol is proportional to e^{−θ/δ} on (0, 2π).

    Arguments: spacing δ > 0. Returns: float. Raises: ValueError. Reference: this project.
    """
    return float(np.exp(2 * np.pi / as_positive("spacing", spacing)))


def cauchy_log_determinant(poles: ArrayLike) -> float:
    """Ln det G without a factorisation.

    det G = Π_{i<j} |λ_i − λ_j|²/Π_{i,j} (1 − λ_iλ̄_j)

    Arguments: poles (N,), |λ| < 1. Returns: float, −inf for a repeated pole. Raises: ValueError for bad poles.
    Reference: Cauchy 1841.
    """
    p = as_poles(poles)
    i, j = np.triu_indices(len(p), 1)
    with np.errstate(divide="ignore"):
        return float(2 * np.log(np.abs(p[i] - p[j])).sum() - np.log(np.abs(_apart(p))).sum())


def cauchy_inverse_diagonal(poles: ArrayLike) -> Real:
    """Diagonal of G⁻¹ without an inverse, to full relative accuracy.

    (G⁻¹)_ii = (1 − |λ_i|²) Π_{j≠i} |(1 − λ_iλ̄_j)/(λ_i − λ_j)|²

    Arguments: distinct poles (N,), |λ| < 1. Returns: float64 (N,), inf where it exceeds the double range.
    Raises: ValueError for bad or repeated poles. Reference: Cauchy 1841.
    """
    p = as_poles(poles)
    distance = np.abs(p[:, None] - p)
    np.fill_diagonal(distance, 1.0)
    if np.any(distance == 0):
        raise ValueError(f"poles hold {p[np.argwhere(distance == 0)[0][0]]} twice: G has no inverse")
    with np.errstate(over="ignore"):
        ratio = np.abs(_apart(p)) / distance
        np.fill_diagonal(ratio, 1.0)
        return stability_gap(p) * np.prod(ratio, axis=1) ** 2


def condition_lower_bound(poles: ArrayLike) -> float:
    """What the condition number of the unit Gram matrix must exceed: no eigenvalue is computed.

    κ >= max_i G_ii (G⁻¹)_ii, and G_ii(G⁻¹)_ii = Π_{j≠i} |(1 − λ_iλ̄_j)/(λ_i − λ_j)|²

    Arguments: distinct poles (N,), |λ| < 1. Returns: float >= 1. Raises: ValueError for bad or repeated poles.
    """
    return float(np.max(cauchy_inverse_diagonal(poles) / stability_gap(as_poles(poles))))
