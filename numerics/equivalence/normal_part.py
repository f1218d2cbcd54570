"""The normal part of HiPPO-LegS, A + ½BBᵀ = −½I + S: spectrum and eigenvectors from one scalar equation.

On the line s = −½ + iω every factor (s−m)/(s+m+1) has modulus one, so an eigenvalue is a place where a phase takes a
given value, and its eigenvector is a product of phases. No eigensolver is needed.

Glossary: Φ_N(ω) = Σ_{n<N} atan(2ω/(2n+1)), the phase · k mode, k = 0 the fastest · ω_k frequency, −½ + iω_k eigenvalue.
"""

import numpy as np
from numpy.typing import ArrayLike

from numerics.preconditions import Complex, Real, as_count

_NEWTON = 100  # far more steps than the concave equation takes (6 to 25)


def normal_part_phase(omega: ArrayLike, N: int) -> Real:
    """The phase whose levels are the spectrum.

    Φ_N(ω) = Σ_{n<N} atan(2ω/(2n+1)), odd, increasing from −Nπ/2 to Nπ/2

    Arguments: omega, real, any shape; N >= 1. Returns: float64, same shape. Raises: ValueError for a bad N.
    """
    half = np.arange(as_count("N", N)) + 0.5
    return np.arctan(np.asarray(omega, dtype=np.float64)[..., None] / half).sum(-1)


def normal_part_phase_slope(omega: ArrayLike, N: int) -> Real:
    """The density of modes, times π.

    Φ_N'(ω) = Σ_{n<N} (n+½)/((n+½)² + ω²)

    Arguments: omega, real, any shape; N >= 1. Returns: float64, same shape. Raises: ValueError for a bad N.
    """
    half = np.arange(as_count("N", N)) + 0.5
    return (half / (half**2 + np.asarray(omega, dtype=np.float64)[..., None] ** 2)).sum(-1)


def normal_part_frequencies(N: int) -> Real:
    """Imaginary parts of the eigenvalues −½ + iω_k of the normal part, fastest first.

    Φ_N(ω_k) = (N−1)π/2 − kπ, k = 0..N−1

    −½ + iω is an eigenvalue iff Π_n (s−n)/(s+n+1) = −1 there, and that product is (−1)^N e^{−2iΦ}. Solved for ω where
    ω is small and for 1/ω where it is large: both phases are concave from 0, so Newton from 0 climbs to the root
    without ever passing it. All k at once.

    Arguments: N >= 1.
    Returns: float64 (N,), descending, exactly odd (ω_{N−1−k} = −ω_k), relative error a few roundings.
    Raises: ValueError for a bad N. Reference: this project.

    >>> normal_part_frequencies(3)
    array([ 2.39791576,  0.        , -2.39791576])
    """
    upper = _positive_frequencies(as_count("N", N))
    return np.concatenate([upper, np.zeros(N % 2), -upper[::-1]])


def _positive_frequencies(N: int) -> Real:
    k, half = np.arange(N // 2), np.arange(N) + 0.5
    below, above = (N - 1 - 2 * k) * (np.pi / 2), (2 * k + 1) * (np.pi / 2)  # Φ and Nπ/2 − Φ at the root
    far = above < below
    scale, level = np.where(far[:, None], half, 1.0 / half), np.where(far, above, below)
    x = np.zeros(N // 2)
    for _ in range(_NEWTON):
        y = scale * x[:, None]
        step = (level - np.arctan(y).sum(1)) / (scale / (1.0 + y * y)).sum(1)
        x += step
        if np.all(np.abs(step) <= 1e-9 * x):  # quadratic: what is left is below 1e-17
            break
    x[far] = 1.0 / x[far]
    return x


def normal_part_weights(N: int) -> Real:
    """Squared moduli of the input in the eigenbasis, |v_k^*B|² for unit v_k.

    |v_k^*B|² = 2/Φ_N'(ω_k), summing to BᵀB = N²

    The residue of B^T(s−A^{(N)})⁻¹B at −½ + iω_k, read off the phase.

    Arguments: N >= 1. Returns: float64 (N,), in the order of `normal_part_frequencies`. Raises: ValueError.
    Reference: this project.
    """
    return 2.0 / normal_part_phase_slope(normal_part_frequencies(N), N)


def normal_part_eigenvectors(N: int) -> Complex:
    """Unit eigenvectors of the normal part, with phases chosen so that v_k^*B > 0.

    v_nk = q_n/(√(2Φ') (s+n+1)) Π_{m<n} (s−m)/(s+m+1), s = −½ + iω_k

    (s−A)⁻¹B is this product (`legs_transfer`), and it is the direction of the eigenvector where B^T(s−A)⁻¹B = 2.
    The products are phases and the norm is Σ_n (2n+1)/((n+½)² + ω²) = 2Φ'.

    Arguments: N >= 1. Returns: complex (N, N), unitary, column k for ω_k. Raises: ValueError for a bad N.
    Reference: this project.
    """
    omega = normal_part_frequencies(N)
    half, i_omega = np.arange(N) + 0.5, 1j * omega
    turns = (i_omega - half[:, None]) / (i_omega + half[:, None])
    passed = np.vstack([np.ones(N), np.cumprod(turns[:-1], axis=0)])
    size = np.sqrt((2.0 * np.arange(N)[:, None] + 1.0) / (2.0 * normal_part_phase_slope(omega, N)))
    return size * passed / (i_omega + half[:, None])


def low_gap_law(N: int) -> float:
    """Distance between neighbouring low frequencies, to leading order; the next orders fall only with 1/ln N.

    π/Φ_N'(0) = π/Σ 1/(n+½) → π/(ln N + 2 ln 2 + γ)

    Arguments: N >= 1. Returns: float. Raises: ValueError for a bad N. Reference: this project.
    """
    return float(np.pi / (np.log(as_count("N", N)) + 2 * np.log(2) + np.euler_gamma))
