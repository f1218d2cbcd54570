"""LegS against its normal part: transforms, impulse responses, and the gap between them.

x_n is the response of LegS, x_n^{(N)} that of the diagonal model A^{(N)} = A + ½BBᵀ driven by B/2 (S4D-LegS).

Glossary: ρ_N(s) = Π_{m<N}(s−m)/(s+m+1) · X_n transform of K_n · q_n = √(2n+1) · ω_k, λ_k = −½ + iω_k the normal modes.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from numerics.equivalence.laws import top_frequency
from numerics.equivalence.normal_part import (
    normal_part_eigenvectors,
    normal_part_frequencies,
    normal_part_weights,
)
from numerics.preconditions import Complex, Real, as_complex_vector, as_count, as_times

_BLOCK = 2**18  # entries of a table of states × frequencies held at once


def state_index(n: int, N: int) -> tuple[int, int]:
    """A state 0 <= n < N of a system of N, both checked."""
    N, n = as_count("N", N), as_count("n", n, least=0)
    if n >= N:
        raise ValueError(f"n = {n}: a state of N = {N} is one of 0..{N - 1}")
    return n, N


def _factors(N: int, s: Complex) -> Complex:
    m = np.arange(N)[:, None]
    return (s - m) / (s + m + 1)


def _points(s: ArrayLike) -> Complex:
    return as_complex_vector("s", s)


def legs_ratio(N: int, s: ArrayLike) -> Complex:
    """What the normal part adds to the resolvent of LegS, as one product.

    ρ_N(s) = 1 − Bᵀ(s−A)⁻¹B = Π_{m<N} (s−m)/(s+m+1)

    A + BBᵀ = −I − Aᵀ, so ρ = det(s+I+Aᵀ)/det(s−A). Zero at s = 0..N−1; modulus |ω|/√(ω²+N²) at s = iω and 1 at
    Re s = −½.

    Arguments: N >= 1; s (T,), complex, not −1..−N. Returns: complex (T,). Raises: ValueError for a bad N.
    Reference: this project.
    """
    points, rows = _points(s), max(1, _BLOCK // as_count("N", N))
    parts = [np.prod(_factors(N, points[i : i + rows]), axis=0) for i in range(0, len(points), rows)]
    return np.concatenate(parts)


def legs_transfer(N: int, s: ArrayLike) -> Complex:
    """Laplace transforms of the impulse responses of LegS.

    X_n(s) = ((s−A)⁻¹B)_n = q_n/(s+n+1) Π_{m<n} (s−m)/(s+m+1)

    Arguments: N >= 1; s (T,), complex, not −1..−N. Returns: complex (N, T). Raises: ValueError for a bad N.
    """
    points, n = _points(s), np.arange(as_count("N", N))[:, None]
    passed = np.vstack([np.ones(len(points)), np.cumprod(_factors(N, points)[:-1], axis=0)])
    return np.sqrt(2.0 * n + 1.0) * passed / (points + n + 1)


def normal_transfer(N: int, s: ArrayLike) -> Complex:
    """Laplace transforms of the impulse responses of the normal part.

    X_n^{(N)}(s) = ((s−A^{(N)})⁻¹B/2)_n = X_n(s)/(1 + ρ_N(s))

    Sherman–Morrison. Equal to X_n at s = 0, 1, .., N−1, where ρ vanishes: same gain for constants, same moments.

    Arguments: N >= 1; s (T,), not a pole. Returns: complex (N, T). Raises: ValueError for a bad N.
    Reference: this project.
    """
    return legs_transfer(N, s) / (1.0 + legs_ratio(N, s))


def normal_residues(N: int) -> Complex:
    """Amplitudes of the modes in the impulse responses of the normal part.

    K_n^{(N)}(t) = Σ_k r_nk e^{λ_k t}, r_nk = v_nk (v_k^*B)/2

    Arguments: N >= 1. Returns: complex (N, N), columns in the order of `normal_part_frequencies`. Raises: ValueError.
    """
    return normal_part_eigenvectors(N) * np.sqrt(normal_part_weights(N)) / 2.0


def normal_kernel(N: int, times: ArrayLike) -> Real:
    """Impulse responses of the normal part, by its modes: unitary eigenvectors, so nothing cancels.

    K_n^{(N)}(t) = (e^{tA^{(N)}}B/2)_n

    Arguments: N >= 1; times (T,) >= 0. Returns: float64 (N, T), q_n/2 at t = 0. Raises: ValueError for bad N or times.
    """
    t = as_times(times)
    return (normal_residues(N) @ np.exp(np.outer(-0.5 + 1j * normal_part_frequencies(N), t))).real


def kernel_gap_squared(n: int, N: int) -> float:
    """Squared L² distance between the impulse responses of LegS and of its normal part: it grows with N.

    ∫₀^∞ (K_n^{(N)} − K_n)² dt = (2n+1)/4 − (3n²+3n+1)/(2N²), plus N/(C(2N, N)+1) when n = N−1

    The energy of K^{(N)} is a Gramian entry, and the moments in e^{−t} below the N-th agree, so the cross term is ½ as
    for K_n. The last state also sees the N-th: X_n(N) = q_n/C(2N, N), and ρ_N(N) = 1/C(2N, N) is not 0.

    Arguments: 0 <= n < N. Returns: float; limit (q_n/2)² against ‖K_n‖² = ½. Raises: ValueError for bad n or N.
    Reference: this project.

    >>> kernel_gap_squared(0, 16)
    0.248046875
    """
    n, N = state_index(n, N)
    last = N / (math.comb(2 * N, N) + 1) if n == N - 1 else 0.0
    return ((2 * n + 1) * N * N - 2 * (3 * n * n + 3 * n + 1)) / (4 * N * N) + last


def modal_kernel_gap_squared(n: int, N: int) -> float:
    """The same distance from the modes.

    Σ_kl r_k r̄_l/(1 − i(ω_k−ω_l)) − 2 Σ_k r_k X_n(−λ_k) + ½

    Arguments: 0 <= n <= N−1. Returns: float, error about N u. Raises: ValueError for bad n or N.
    """
    n, N = state_index(n, N)
    r, omega = normal_residues(N)[n], normal_part_frequencies(N)
    energy = r @ (1 / (1 - 1j * (omega[:, None] - omega))) @ r.conj()
    cross = r @ legs_transfer(N, 0.5 - 1j * omega)[n]
    return float(energy.real - 2 * cross.real + 0.5)


def normal_gramian(N: int) -> Real:
    """Gramian of the normal part in the coordinates x_n/q_n.

    W_ii = ¼ + (N²−(3i²+3i+1))/(2(2i+1)N²); W_ij = (N²−2j(j+1)+2i(i+1))/(4N²), i < j, and for j = i+1 in addition
    (i+1)(N²−(i+1)²)/(2(2i+1)(2i+3)N²)

    Solves A^{(N)}W + WA^{(N)ᵀ} + ¼BBᵀ = 0 in these coordinates, where all sums are polynomials.

    Arguments: N >= 1. Returns: float64 (N, N), symmetric. Raises: ValueError for a bad N. Reference: this project.
    """
    n, square = np.arange(as_count("N", N), dtype=np.float64), float(N) ** 2
    i, j = np.minimum(n[:, None], n), np.maximum(n[:, None], n)
    W = (square - 2 * j * (j + 1) + 2 * i * (i + 1)) / (4 * square)
    beside = (i + 1) * (square - (i + 1) ** 2) / (2 * (2 * i + 1) * (2 * i + 3) * square)
    W += np.where(j == i + 1, beside, 0.0)
    np.fill_diagonal(W, 0.25 + (square - (3 * n * n + 3 * n + 1)) / (2 * (2 * n + 1) * square))
    return W


def modal_gramian(N: int) -> Real:
    """The same Gramian from the modes.

    W = diag(1/q) R H R^* diag(1/q), H_kl = 1/(1 − i(ω_k−ω_l)), R = `normal_residues`

    Arguments: N >= 1. Returns: float64 (N, N). Raises: ValueError for a bad N.
    """
    omega, scaled = normal_part_frequencies(N), normal_residues(N) / np.sqrt(2.0 * np.arange(N)[:, None] + 1.0)
    return (scaled @ (1.0 / (1 - 1j * (omega[:, None] - omega))) @ scaled.conj().T).real


def kernel_comb(n: int, N: int, times: ArrayLike, terms: int) -> Real:
    """What the difference of the impulse responses looks like for large N: oscillations that never get smaller.

    q_n e^{−t/2} Σ_{k<terms} (2/(π(2k+1))) sin(ω_k t), ω_k = N²/(π(2k+1)) − π(2k+1)/6

    The fastest modes; they alone carry the energy (q_n/2)². Asymptotic, for fixed n. The second term of ω_k does not
    fade with N: without it the comb is out of phase by π(2k+1)t/6 whatever N.

    Arguments: 0 <= n < N; times (T,) >= 0; terms >= 1. Returns: float64 (T,). Raises: ValueError for bad arguments.
    Reference: this project.
    """
    (n, N), t = state_index(n, N), as_times(times)
    k = np.arange(as_count("terms", terms))
    waves = np.sin(np.outer(top_frequency(k, N), t))
    return np.sqrt(2.0 * n + 1) * np.exp(-t / 2) * ((2 / (np.pi * (2 * k + 1))) @ waves)
