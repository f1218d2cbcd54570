"""The named pole sets, and the discretisations that carry continuous poles inside the unit circle.

Glossary: N states · s continuous pole (Re s < 0) · λ discrete pole (|λ| < 1) · Δ (`dt`) step · half spectrum: one
pole of every conjugate pair, as diagonal models store it; `conjugate_closed` is the step back to all of them.
"""

import numpy as np
from numpy.typing import ArrayLike

from numerics.preconditions import (
    Complex,
    Real,
    as_complex_vector,
    as_continuous_poles,
    as_count,
    as_radius,
    as_seed,
    as_step,
)


def _half(N: int) -> int:
    N = as_count("N", N)
    if N % 2:
        raise ValueError(
            f"N = {N}: must be even, for a half spectrum keeps N // 2 poles and an odd N would lose the last state"
        )
    return N // 2


def s4d_lin(N: int) -> Complex:
    """Half spectrum of S4D-Lin.

    s_n = −½ + iπn, n = 0..N/2−1

    s_0 is real, so the closed set has N − 1 poles, not N.

    Arguments: N, even. Returns: continuous poles, complex (N/2,). Raises: ValueError for odd N.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.

    >>> s4d_lin(4)
    array([-0.5+0.j        , -0.5+3.14159265j])
    """
    return np.asarray(-0.5 + 1j * np.pi * np.arange(_half(N)), dtype=np.complex128)


def s4d_inv(N: int) -> Complex:
    """Half spectrum of S4D-Inv.

    s_n = −½ + i(N/π)(N/(2n+1) − 1), n = 0..N/2−1

    Arguments: N, even. Returns: continuous poles, complex (N/2,). Raises: ValueError for odd N.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.
    """
    n = np.arange(_half(N))
    return np.asarray(-0.5 + 1j * (N / np.pi) * (N / (2 * n + 1) - 1), dtype=np.complex128)


def conjugate_closed(poles: ArrayLike) -> Complex:
    """The poles of 2 Re(half a system): the conjugate of every non-real pole is added.

    {λ real} ∪ {λ, λ̄ : λ not real}

    A half spectrum has all imaginary parts >= 0 or all <= 0. An already closed multiset (each λ as often as λ̄, bit for
    bit) comes back unchanged.

    Arguments: poles, array_like (n,), discrete or continuous.
    Returns: complex (n',): the given poles first, then the conjugates of the non-real ones, in order.
    Raises: ValueError when the set is neither a half spectrum nor closed.

    >>> conjugate_closed([0.5, 0.1 + 0.2j])
    array([0.5+0.j , 0.1+0.2j, 0.1-0.2j])
    """
    array = as_complex_vector("poles", poles)
    upper, lower = array[array.imag > 0], array[array.imag < 0]
    if not (upper.size and lower.size):
        return np.concatenate([array, array[array.imag != 0].conj()])
    if upper.size != lower.size or np.any(np.sort_complex(upper) != np.sort_complex(lower.conj())):
        lonely = next(p for p in array if np.sum(array == p) != np.sum(array == np.conj(p)))
        raise ValueError(
            f"poles hold {lonely} more often or less often than its conjugate, and imaginary parts of both signs: "
            "must be a half spectrum (one sign) or closed under conjugation"
        )
    return array


def legs(N: int) -> tuple[Real, Real]:
    """The HiPPO-LegS pair, continuous.

    A_nk = −q_n q_k (n > k), −(n+1) (n = k), 0 (n < k);  B_n = q_n;  q_n = √(2n+1)

    Lower triangular, so its poles are −1..−N (`legs_poles`); its normal part A + ½BBᵀ has others (`legs_normal`).

    Arguments: N >= 1. Returns: A (N, N), B (N,). Reference: Gu et al. 2020, arXiv 2008.07669; 2022, arXiv 2111.00396.
    """
    n = np.arange(as_count("N", N))
    q = np.sqrt(2.0 * n + 1.0)
    return -np.tril(np.outer(q, q), -1) - np.diag(n + 1.0), q


def legs_poles(N: int) -> Complex:
    """Poles of the full LegS matrix: s_n = −n, n = 1..N. Closed under conjugation."""
    return -np.arange(1, as_count("N", N) + 1).astype(np.complex128)


def legs_normal(N: int) -> Complex:
    """All N poles of the normal part of LegS.

    A + ½BBᵀ = −½ I + S, S skew-symmetric;  s_n = −½ + iω_n, ω the eigenvalues of the Hermitian −iS

    The Hermitian eigenproblem keeps the real part at −½ to the last bit; ω comes in pairs ±ω, made exact.

    Arguments: N >= 1. Returns: complex (N,), ascending imaginary part, closed under conjugation.
    Reference: Gu et al. 2022, arXiv 2111.00396.
    """
    A, B = legs(N)
    S = A + 0.5 * np.outer(B, B)
    np.fill_diagonal(S, 0.0)
    omega = np.linalg.eigvalsh(-1j * S)
    return -0.5 + 0.5j * (omega - omega[::-1])


def fout(N: int) -> tuple[Real, Real]:
    """The HiPPO-FouT pair in the form of the S4 code: π times rotations, less one rank.

    A = πR − BBᵀ, R rotating coordinates (2n, 2n+1) at rate n; B_0 = 1, B_n = √2 for even n > 0, 0 for odd n

    Coordinate 1 is neither driven nor coupled: A has an eigenvalue 0 that no input reaches.

    Arguments: N, even. Returns: A (N, N), B (N,). Raises: ValueError for odd N.
    Reference: Gu, Johnson, Timalsina, Rudra, Ré 2023, arXiv 2206.12037; scaling of github.com/state-spaces/s4.
    """
    rates = np.zeros(2 * _half(N) - 1)
    rates[::2] = np.pi * np.arange(N // 2)
    B = np.where(np.arange(N) % 2, 0.0, np.sqrt(2.0))
    B[0] = 1.0
    return np.diag(rates, -1) - np.diag(rates, 1) - np.outer(B, B), B


def fout_normal(N: int) -> Complex:
    """Poles of the normal part A + BBᵀ of FouT: ±iπn, n = 0..N/2−1, on the imaginary axis, 0 twice.

    S4D-Lin takes these frequencies and sets the real part to −½ by choice.

    Arguments: N, even. Returns: complex (N,), every frequency with both signs. Raises: ValueError for odd N.
    """
    omega = np.pi * np.arange(_half(N))
    return np.asarray(1j * np.concatenate([omega, -omega]), dtype=np.complex128)


def random_imaginary(N: int, seed: int) -> Complex:
    """Half spectrum with Re s = −½ and |Im s| drawn as the modulus of N(0, 1): the closed set has Im ~ N(0, 1).

    Arguments: N, even; seed. Returns: continuous poles, complex (N/2,). Raises: ValueError for odd N.
    """
    return -0.5 + 1j * np.abs(np.random.default_rng(as_seed(seed)).standard_normal(_half(N)))


def uniform_annulus(N: int, inner: float, outer: float, seed: int) -> Complex:
    """N discrete poles, independent and uniform by area on inner <= |λ| < outer, not closed under conjugation.

    |λ|² uniform on [inner², outer²), phase uniform

    Arguments: N >= 1; 0 <= inner <= outer < 1; seed. Returns: complex (N,).
    Reference: the initialisation of the LRU, Orvieto et al. 2023, arXiv 2303.06349.
    """
    inner, outer = as_radius("inner", inner), as_radius("outer", outer)
    if inner > outer:
        raise ValueError(f"inner = {inner} > outer = {outer}: must be inner <= outer")
    rng = np.random.default_rng(as_seed(seed))
    square, phase = rng.uniform(inner**2, outer**2, as_count("N", N)), rng.uniform(0, 2 * np.pi, N)
    return np.sqrt(square) * np.exp(1j * phase)


def real_linear(N: int, dt: float) -> Complex:
    """Real discrete poles in linear steps: λ_k = (ρ k/N)^Δ, ρ = e^{−1/2}, k = 1..N.

    Arguments: N >= 1; dt = Δ > 0. Returns: complex (N,), ascending.
    Reference: Guan, Kubota, Kuniyoshi, Nakajima 2025, arXiv 2510.00563, Figure 1.
    """
    k = np.arange(1, as_count("N", N) + 1)
    return ((np.exp(-0.5) * k / N) ** as_step(dt)).astype(np.complex128)


def ring(N: int, radius: float) -> Complex:
    """N discrete poles evenly on a circle: λ_k = r e^{2πik/N}, k = 0..N−1. Closed under conjugation, bit for bit.

    Arguments: N >= 1; 0 <= radius < 1. Returns: complex (N,).
    """
    N, radius = as_count("N", N), as_radius("radius", radius)
    k = np.arange(N)
    angle = 2 * np.pi * np.minimum(k, N - k) / N
    sine = np.where(2 * k == N, 0.0, np.where(2 * k > N, -1.0, 1.0) * np.sin(angle))
    return radius * (np.cos(angle) + 1j * sine)


def stepped_rings(N: int, steps: int) -> Complex:
    """Rings of N/q roots of unity whose radii climb in q equal steps: |λ| = j/(q+1), j = 1..q.

    Arguments: N >= 1, a multiple of `steps` = q >= 1.
    Returns: complex (N,), innermost ring first, closed under conjugation.
    Raises: ValueError when q does not divide N.
    """
    N, q = as_count("N", N), as_count("steps", steps)
    if N % q:
        raise ValueError(f"N = {N}, steps = {q}: every ring holds N / steps poles, so steps must divide N")
    return np.concatenate([ring(N // q, j / (q + 1)) for j in range(1, q + 1)])


def delay_line(N: int) -> Complex:
    """The poles of N chained unit delays: N zeros."""
    return np.zeros(as_count("N", N), dtype=np.complex128)


def scaled_gaussian(N: int, radius: float, seed: int) -> Real:
    """A real Gaussian matrix (not its poles) scaled to a given spectral radius.

    A = r W / ρ(W), W_ij ~ N(0, 1)

    Arguments: N >= 1; 0 <= radius < 1; seed. Returns: float64 (N, N).
    """
    W = np.random.default_rng(as_seed(seed)).standard_normal((as_count("N", N), N))
    return W * (as_radius("radius", radius) / np.abs(np.linalg.eigvals(W)).max())


def zoh(poles: ArrayLike, dt: float) -> Complex:
    """Zero-order hold: λ = e^{sΔ}, exact for inputs constant over a step.

    Arguments: poles, continuous (N,); dt = Δ > 0. Returns: complex (N,).
    """
    return np.exp(as_continuous_poles(poles) * as_step(dt))


def bilinear(poles: ArrayLike, dt: float) -> Complex:
    """Bilinear (Tustin): λ = (1 + sΔ/2)/(1 − sΔ/2), the left half plane onto the disk.

    Not second order for a driven recurrence that uses u_k alone: only the pole map is.

    Arguments: poles, continuous (N,); dt = Δ > 0. Returns: complex (N,).
    """
    half = as_continuous_poles(poles) * (as_step(dt) / 2)
    return (1 + half) / (1 - half)
