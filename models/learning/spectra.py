"""Where the experiments on learned poles start: the named discrete spectra, one pole of every conjugate pair.

The names s4d_inv, s4d_lin, uniform_disc ("random"), real_linear ("lin") and stepped_ring ("step") are those of Guan,
Kubota, Kuniyoshi, Nakajima 2025, arXiv 2510.00563; the definitions of the last three are this project's reading of
them. `legs_diagonal` and `best_ring` are this project's.

Glossary: N states, counted with conjugates · half: Im λ >= 0, a real pole once · Δ (`dt`) step · K delay.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from numerics import spectra
from numerics.equivalence import normal_part_frequencies
from numerics.learning import best_ring_radius
from numerics.preconditions import as_count, as_delay, as_radius, as_seed, as_step

Complex = NDArray[np.complex128]

_RADIUS = 0.99
_UNIT = 2.0**-53


def _pairs(N: int) -> int:
    if as_count("N", N) % 2:
        raise ValueError(f"N = {N}: must be even, for the states come in conjugate pairs")
    return N // 2


def upper_half(continuous: Complex, dt: float) -> Complex:
    """Zero-order hold of a half spectrum, folded onto Im λ >= 0.

    λ = e^{sΔ}, or its conjugate where |Im s|Δ has turned past π

    Beyond π the step is too long for the frequency (it aliases); the closed set is the same either way. An imaginary
    part within the rounding of the angle, 4u|sΔ|, is set to 0, so that a real pole counts once.

    Arguments: continuous (n,), Re s < 0; dt = Δ > 0. Returns: complex (n,), in the given order.
    Raises: ValueError for bad poles or step, and when two poles meet: a diagonal layer would lose a state.

    >>> upper_half(np.array([-0.5 + 4j]), 1.0).imag > 0
    array([ True])
    """
    poles = spectra.zoh(continuous, dt)
    poles = poles.real + 1j * np.abs(poles.imag)
    flat = poles.imag <= 4 * _UNIT * np.abs(continuous) * dt * np.abs(poles)
    poles[flat] = poles[flat].real
    near = np.abs(poles[:, None] - poles) + 2 * np.eye(len(poles))
    if near.min() <= 64 * _UNIT * np.max(np.abs(continuous)) * dt:
        i, j = np.unravel_index(np.argmin(near), near.shape)
        raise ValueError(f"dt = {dt}: carries continuous poles {continuous[i]} and {continuous[j]} to the same λ")
    return poles


def s4d_inv(N: int, dt: float) -> Complex:
    """S4D-Inv, N states: λ = e^{Δs}, s_n = −½ + i(N/π)(N/(2n+1) − 1). N even. Returns: (N/2,)."""
    return upper_half(spectra.s4d_inv(N), dt)


def s4d_lin(N: int, dt: float) -> Complex:
    """S4D-Lin: λ = e^{Δs}, s_n = −½ + iπn, n < N/2. N even. Returns: (N/2,), the first real: N − 1 states in all."""
    return upper_half(spectra.s4d_lin(N), dt)


def legs_diagonal(N: int, dt: float) -> Complex:
    """Exact LegS-D, N states: λ = e^{Δ(−½ + iω_k)}, ω_k >= 0 the frequencies of the normal part of LegS.

    Arguments: N, even; dt. Returns: complex (N/2,), fastest first. Raises: ValueError as `upper_half`.
    """
    half = np.asarray(-0.5 + 1j * normal_part_frequencies(N)[: _pairs(N)], dtype=np.complex128)
    return upper_half(half, dt)


def uniform_disc(N: int, seed: int) -> Complex:
    """N/2 poles uniform by area on |λ| < 0.99, Im λ > 0. Arguments: N, even; seed. Returns: complex (N/2,)."""
    poles = spectra.uniform_annulus(_pairs(N), 0.0, _RADIUS, as_seed(seed))
    return np.asarray(poles.real + 1j * np.abs(poles.imag), dtype=np.complex128)


def real_linear(N: int, dt: float) -> Complex:
    """N real poles (ρ k/N)^Δ, ρ = e^{−1/2}, k = 1..N, ascending. Returns: complex (N,), imaginary parts zero."""
    return spectra.real_linear(N, dt)


def half_ring(N: int, radius: float) -> Complex:
    """N poles evenly on a circle, none real: λ_n = r e^{iπ(n+½)/M}, n < M = N/2.

    Arguments: N, even; 0 <= r < 1. Returns: complex (M,), Im λ > 0 for r > 0.
    """
    M = _pairs(N)
    return as_radius("radius", radius) * np.exp(1j * np.pi * (np.arange(M) + 0.5) / M)


def stepped_ring(N: int, dt: float) -> Complex:
    """N poles e^{−Δ/2} e^{iπ(n+½)/M}, M = N/2: the ring on which S4D's real part −½ puts them. Returns: (M,)."""
    return half_ring(N, float(np.exp(-as_step(dt) / 2)))


def best_ring(N: int, delay: int, least: float = 0.01) -> Complex:
    """The evenly spaced ring with the largest memory of one lag.

    The radius is `numerics.learning.best_ring_radius`. For K < N that is 0, the delay line: N equal poles, which no
    diagonal layer holds. Then x = r^{2N} = `least` is taken, and M_K = 1 − `least`.

    Arguments: N, even; delay = K >= 0; least, in (0, 1). Returns: complex (N/2,).
    Raises: ValueError for bad counts or `least`. Reference: this project.
    """
    if as_radius("least", least) == 0:
        raise ValueError("least = 0.0: puts all poles at zero, must lie in (0, 1)")
    return half_ring(N, best_ring_radius(N, as_delay(delay)) or least ** (1 / (2 * N)))


#: Radii of the rings whose accuracy is set against their length.
RADII = (0.9, 0.97, 0.99, 0.997, 0.999)

#: Every spectrum by the name that stands in figures and configurations: (N, Δ, K, seed) -> half spectrum.
SPECTRA: Mapping[str, Callable[[int, float, int, int], Complex]] = MappingProxyType(
    {
        "S4D-Inv": lambda N, dt, delay, seed: s4d_inv(N, dt),
        "S4D-Lin": lambda N, dt, delay, seed: s4d_lin(N, dt),
        "random": lambda N, dt, delay, seed: uniform_disc(N, seed),
        "lin": lambda N, dt, delay, seed: real_linear(N, dt),
        "step": lambda N, dt, delay, seed: stepped_ring(N, dt),
        "LegS-D": lambda N, dt, delay, seed: legs_diagonal(N, dt),
        "best ring": lambda N, dt, delay, seed: best_ring(N, delay),
    }
)


def _ring(radius: float, N: int, dt: float, delay: int, seed: int) -> Complex:
    return half_ring(N, radius)


#: Rings of given radii, called alike.
RINGS: Mapping[str, Callable[[int, float, int, int], Complex]] = MappingProxyType(
    {f"ring {radius}": partial(_ring, radius) for radius in RADII}
)
