"""Where layers start: continuous half spectra, and diagonal-plus-low-rank systems in the basis of their normal part.

Glossary: N states · half: one pole of every conjugate pair (Im s > 0), a real pole once, so an odd N has
(N + 1)/2 of them · s = −½ + iω mostly · q_n = √(2n+1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.equivalence import legs_dplr, normal_part_frequencies
from numerics.preconditions import as_continuous_poles, as_count, as_positive, as_step

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]


@dataclass(frozen=True)
class LowRank:
    """A = Λ − P P^*, input B, on half a spectrum: poles Λ (n,), P (n,), B (n,), those of real poles real."""

    poles: Complex
    P: Complex
    B: Complex


def half_spectrum(poles: ArrayLike) -> Complex:
    """Continuous poles with imaginary parts of one sign, Re s < 0.

    Arguments: poles, array_like (n,). Returns: complex (n,).
    Raises: ValueError for a pole with Re s >= 0, and when imaginary parts of both signs occur: a layer that reads
        2 Re(C x) would hold a conjugate twice.
    """
    s = as_continuous_poles(poles)
    if np.any(s.imag > 0) and np.any(s.imag < 0):
        k = int(np.argmax(np.sign(s.imag) == -np.sign(s.imag[np.flatnonzero(s.imag)[0]])))
        raise ValueError(
            f"poles[{k}] = {s[k]} has an imaginary part of another sign than the first: "
            "a half spectrum keeps one pole of every conjugate pair, all with Im s >= 0 or all with Im s <= 0"
        )
    return s


def steps(dt: ArrayLike, channels: int) -> Real:
    """The step Δ > 0 of every channel. Arguments: dt, a number or (channels,). Returns: (channels,)."""
    given = np.array([as_step(step) for step in np.atleast_1d(dt)])
    if given.shape not in ((1,), (channels,)):
        raise ValueError(f"dt has shape {np.shape(dt)}: must be a number or one for each of {channels} channels")
    return np.broadcast_to(given, (channels,)).copy()


def _indices(N: int) -> NDArray[np.int64]:
    return np.arange((as_count("N", N) + 1) // 2)


def lin(N: int) -> Complex:
    """S4D-Lin: s_n = −½ + iπn, n < N/2.

    s_0 is real and counts once: an odd N has N states, an even one N − 1, as in the reference.

    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.

    >>> lin(3)
    array([-0.5+0.j        , -0.5+3.14159265j])
    """
    return np.asarray(-0.5 + 1j * np.pi * _indices(N), dtype=np.complex128)


def inv(N: int) -> Complex:
    """S4D-Inv: s_n = −½ + i(N/π)(N/(2n+1) − 1), n < N/2. An odd N ends with the real pole −½.

    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.

    >>> inv(1)
    array([-0.5+0.j])
    """
    return np.asarray(-0.5 + 1j * (N / np.pi) * (N / (2 * _indices(N) + 1) - 1), dtype=np.complex128)


def legs_diagonal(N: int) -> Complex:
    """S4D-LegS: the poles −½ + iω of the normal part of LegS with ω >= 0, fastest first. An odd N ends with −½.

    Not the poles of LegS, which are −1..−N.

    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.
    """
    return np.asarray(-0.5 + 1j * normal_part_frequencies(N)[_indices(N)], dtype=np.complex128)


def legs(N: int) -> LowRank:
    """LegS in the basis of its normal part, A = V(Λ − P P^*)V^*.

    B_k = v_k^*B > 0 by the choice of phases, P = B/√2

    Arguments: N >= 1. Returns: LowRank of (N + 1)//2 poles.
    Reference: Gu, Goel, Ré 2022, arXiv 2111.00396.
    """
    system, half = legs_dplr(N)[0], _indices(N)
    return LowRank(system.poles[half], system.P[half], system.B[half])


def legs_basis(N: int) -> Complex:
    """The columns of V that belong to the poles of `legs(N)`.

    A read-out row c of LegS's own coordinates is c V in those of `legs`.

    Arguments: N >= 1. Returns: complex (N, (N + 1)//2), orthonormal columns.
    """
    return legs_dplr(N)[1][:, _indices(N)]


def fout(N: int, decay: float = 1e-4) -> LowRank:
    """FouT in the basis of its normal part: s_n = −decay + iπn, P_n = B_n = 1, n < N/2.

    The normal part itself has Re s = 0; a layer stores log(−Re s), so a small `decay` stands in for it. The second
    coordinate of FouT, which nothing reaches, is left out, so an even N has N − 1 states.

    Arguments: N >= 1; decay > 0. Returns: LowRank of (N + 1)//2 poles.
    Reference: Gu et al. 2022, arXiv 2206.12037.
    """
    s = np.asarray(-as_positive("decay", decay) + 1j * np.pi * _indices(N), dtype=np.complex128)
    return LowRank(s, np.ones_like(s), np.ones_like(s))
