"""S4's algorithm: diagonal plus low rank, stepped in O(N) and turned into a kernel without a table of N × L.

Glossary: λ (`poles`) continuous poles, Re < 0 · P, B vectors in the eigenbasis, A = Λ − PP^* · Ā, B̄ discretised ·
C output row · K_l = C Ā^l B̄ the kernel, l < L (`length`) · ζ an L-th root of unity · Δ (`dt`) step.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.equivalence.normal_part import (
    normal_part_eigenvectors,
    normal_part_frequencies,
    normal_part_weights,
)
from numerics.preconditions import Complex, as_complex_vector, as_continuous_poles, as_count, as_step

_BLOCK = 2**17  # entries of a Cauchy matrix held at once


@dataclass(frozen=True)
class DPLR:
    """A = diag(poles) − P P^*, with its input vector B; all complex (N,)."""

    poles: Complex
    P: Complex
    B: Complex


@dataclass(frozen=True)
class DPLRStep:
    """A bilinear step factored as A₁(A₀x + 2Bu): D = (2/Δ − Λ)⁻¹, forward = 2/Δ + λ, P, B, rank_one = 1 + P^*DP."""

    forward: Complex
    D: Complex
    P: Complex
    B: Complex
    rank_one: complex


def dplr(poles: ArrayLike, P: ArrayLike, B: ArrayLike) -> DPLR:
    """A checked diagonal-plus-low-rank system.

    A = Λ − PP^*

    Arguments: poles (N,), Re < 0; P, B (N,), complex. Returns: DPLR.
    Raises: ValueError for unstable poles or a shape that does not match.
    """
    poles = as_continuous_poles(poles)
    return DPLR(poles, _entries("P", P, len(poles)), _entries("B", B, len(poles)))


def legs_dplr(N: int) -> tuple[DPLR, Complex]:
    """HiPPO-LegS as S4 stores it.

    A = V(Λ − P̃P̃^*)V^*, λ_k = −½ + iω_k, B̃_k = √(2/Φ'(ω_k)), P̃ = B̃/√2

    In the phases of `normal_part_eigenvectors` P̃ and B̃ are real and positive.

    Arguments: N >= 1. Returns: DPLR and V (N, N), unitary; an output row C of the original states becomes C V.
    Raises: ValueError for a bad N. Reference: Gu, Goel, Ré 2022, arXiv 2111.00396; the closed form, this project.
    """
    B = np.sqrt(normal_part_weights(N)).astype(np.complex128)
    poles = np.asarray(-0.5 + 1j * normal_part_frequencies(N), dtype=np.complex128)
    return DPLR(poles, B / np.sqrt(2.0), B), normal_part_eigenvectors(N)


def dplr_matrix(system: DPLR) -> Complex:
    """The dense A = Λ − PP^*, (N, N)."""
    return np.diag(system.poles) - np.outer(system.P, system.P.conj())


def dplr_discretise(system: DPLR, dt: float) -> DPLRStep:
    """Bilinear discretisation without a matrix.

    Ā = A₁A₀, B̄ = 2A₁B, A₀ = 2/Δ + Λ − PP^*, A₁ = (2/Δ − Λ + PP^*)⁻¹ = D − DP(1 + P^*DP)⁻¹P^*D

    Woodbury. Re λ < 0 gives P^*DP a positive real part, so 1 + P^*DP cannot vanish.

    Arguments: system; dt = Δ > 0. Returns: DPLRStep, O(N) numbers. Raises: ValueError for a bad step.
    Reference: Gu, Goel, Ré 2022, arXiv 2111.00396, Appendix C.2.
    """
    rate = 2.0 / as_step(dt)
    D = 1.0 / (rate - system.poles)
    rank_one = complex(1.0 + np.sum(D * np.abs(system.P) ** 2))
    return DPLRStep(rate + system.poles, D, system.P, system.B, rank_one)


def dplr_step(step: DPLRStep, states: ArrayLike, inputs: ArrayLike) -> Complex:
    """One step of the recurrence in O(N).

    x ← Ā x + B̄ u

    Arguments: step; states (..., N); inputs (...). Returns: complex (..., N).
    """
    x, u = np.asarray(states, dtype=np.complex128), np.asarray(inputs)[..., None]
    driven = step.forward * x - step.P * (x @ step.P.conj())[..., None] + 2.0 * step.B * u
    y = step.D * driven
    return y - step.D * step.P * ((y @ step.P.conj())[..., None] / step.rank_one)


def dplr_pair(system: DPLR, dt: float) -> tuple[Complex, Complex]:
    """Ā (N, N) and B̄ (N,) dense, from the O(N) step: for checks and for powers.

    Arguments: system; dt = Δ > 0. Returns: Ā, B̄. Raises: ValueError for a bad step.
    """
    step, N = dplr_discretise(system, dt), len(system.poles)
    return dplr_step(step, np.eye(N), np.zeros(N)).T, dplr_step(step, np.zeros(N), 1.0)


def _nodes(length: int) -> tuple[Complex, Complex]:
    """1 − ζ and 1 + ζ at ζ = e^{−2πik/L}, each to full relative accuracy: no difference of nearby numbers."""
    k = np.arange(length)
    return -np.expm1(-2j * np.pi * k / length), -np.expm1(1j * np.pi * (length - 2 * k) / length)


def generating_function(system: DPLR, C: ArrayLike, dt: float, length: int) -> Complex:
    """The output's generating function at the L-th roots of unity, by four Cauchy sums.

    C(I − Āζ)⁻¹B̄ = k_CB − k_CP k_PB h/(1 + h k_PP), k_XY = Σ_n X_n Y_n r_n, r_n = 2/((2/Δ)(1−ζ) − (1+ζ)λ_n), h = (1+ζ)/2

    (I − Āζ)⁻¹B̄ = (2/(1+ζ))(g − A)⁻¹B with g = (2/Δ)(1−ζ)/(1+ζ), and Woodbury. Written with r_n nothing is singular
    at ζ = −1, where the value is ΔCB/2. Blocks of frequencies: O(L + block) memory, O(NL) time.

    Arguments: system; C (N,), output row in the eigenbasis; dt = Δ > 0; length = L >= 1.
    Returns: complex (L,), at ζ = e^{−2πik/L}. Raises: ValueError for bad arguments.
    Reference: Gu, Goel, Ré 2022, arXiv 2111.00396, Theorem 5; the regular form, this project.
    """
    C, rate, length = _entries("C", C, len(system.poles)), 2.0 / as_step(dt), as_count("length", length)
    P, B = system.P, system.B
    pairs = np.stack([C * B, C * P, P.conj() * B, P.conj() * P], axis=1)
    minus, plus = _nodes(length)
    values = np.empty(length, dtype=np.complex128)
    rows = max(1, _BLOCK // len(P))
    for start in range(0, length, rows):
        part = slice(start, start + rows)
        r = 2.0 / (rate * minus[part, None] - plus[part, None] * system.poles)
        CB, CP, PB, PP = (r @ pairs).T
        h = plus[part] / 2.0
        values[part] = CB - CP * PB * h / (1.0 + h * PP)
    return values


def generating_function_quotient(system: DPLR, C: ArrayLike, dt: float, length: int) -> Complex:
    """The same function literally as published: (2/(1+ζ)) times resolvents at g, and the limit put in at ζ = −1.

    (2/(1+ζ))[CRB − CRP(1 + P^*RP)⁻¹P^*RB], R = (g − Λ)⁻¹, g = (2/Δ)(1−ζ)/(1+ζ)

    Forms the table N × L. Loses nothing near ζ = −1 although 1+ζ cancels there: the same rounded 1+ζ stands in g and
    in front, and its error cancels but for the small term (1+ζ)Λ.

    Arguments, returns, raises: as `generating_function`. Reference: Gu, Goel, Ré 2022, arXiv 2111.00396.
    """
    C, rate, length = _entries("C", C, len(system.poles)), 2.0 / as_step(dt), as_count("length", length)
    zeta = np.exp(-2j * np.pi * np.arange(length) / length)
    regular = 2 * np.arange(length) != length
    zeta, limit = zeta[regular], as_step(dt) * np.sum(C * system.B) / 2.0
    R = 1.0 / ((rate * (1 - zeta) / (1 + zeta))[:, None] - system.poles)
    P, B = system.P, system.B
    rank_one = (R @ (C * P)) * (R @ (P.conj() * B)) / (1.0 + R @ np.abs(P) ** 2)
    values = np.full(length, limit, dtype=np.complex128)
    values[regular] = 2.0 / (1 + zeta) * (R @ (C * B) - rank_one)
    return values


def truncated_output(system: DPLR, C: ArrayLike, dt: float, length: int) -> Complex:
    """The output row that S4 stores, which makes the generating function stop after L terms.

    C̃ = C(I − Ā^L)

    Arguments: as `generating_function`. Returns: complex (N,). Raises: ValueError for bad arguments.
    """
    C, (A, _) = _entries("C", C, len(system.poles)), dplr_pair(system, dt)
    return C - C @ np.linalg.matrix_power(A, as_count("length", length))


def dplr_kernel(system: DPLR, C: ArrayLike, dt: float, length: int) -> Complex:
    """The kernel of a diagonal-plus-low-rank system by its generating function.

    Σ_{l<L} K_l ζ^l = C̃(I − Āζ)⁻¹B̄ at ζ^L = 1, C̃ = C(I − Ā^L);  K = inverse DFT

    (I − Āζ)Σ_{l<L}(Āζ)^l = I − Ā^L where ζ^L = 1.

    Arguments: system; C (N,), in the eigenbasis; dt = Δ > 0; length = L >= 1.
    Returns: complex (L,), real up to rounding where the system and C belong to real ones.
    Raises: ValueError for bad arguments. Reference: Gu, Goel, Ré 2022, arXiv 2111.00396, Algorithm 1.
    """
    return np.fft.ifft(generating_function(system, truncated_output(system, C, dt, length), dt, length))


def aliased_dplr_kernel(system: DPLR, C: ArrayLike, dt: float, length: int) -> Complex:
    """What comes out when the correction I − Ā^L is left away: the kernel folded in time.

    Σ_{m>=0} K_{l+mL}

    Arguments, returns, raises: as `dplr_kernel`. The system must be stable (Re λ < 0 suffices).
    """
    return np.fft.ifft(generating_function(system, C, dt, length))


def dplr_recurrence_kernel(system: DPLR, C: ArrayLike, dt: float, length: int) -> Complex:
    """The kernel by its definition, powers of the dense Ā by doubling: O(N²L), the slow and obvious route.

    K_l = C Ā^l B̄

    Arguments, returns, raises: as `dplr_kernel`.
    """
    C, length, (A, B) = _entries("C", C, len(system.poles)), as_count("length", length), dplr_pair(system, dt)
    states: NDArray[np.complex128] = B[:, None]
    while states.shape[1] < length:
        states = np.hstack([states, A @ states])
        A = A @ A
    return C @ states[:, :length]


def _entries(name: str, value: ArrayLike, N: int) -> Complex:
    vector = as_complex_vector(name, value)
    if vector.shape != (N,):
        raise ValueError(f"{name} has shape {vector.shape}: needs one entry for each of {N} poles")
    return vector
