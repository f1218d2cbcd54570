"""A non-linear read-out y = f(w·x) of whitened states: what each lag contributes, and the flow for Gaussian input.

Glossary: α_τ column τ of the whitened impulse response (N, lags) · u input · δ = (y − y*) f'(s) · r_τ = ⟨δ_t u_{t−τ}⟩
· K delay of the teacher y*_t = u_{t−K} · k_K = α_K·w · M_K = ‖α_K‖² · v variance of s = w·x.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.signal import correlate

from numerics.preconditions import (
    Real,
    as_count,
    as_horizon,
    as_increasing_times,
    as_nonnegative,
    as_real,
    as_real_vector,
)

Function = Callable[[Real], Real]

_STEP = 1 / 32  # of the trapezoidal rule, in standard deviations
_REACH = 12.0  # exp(−72) = 5e-32 beyond


@dataclass(frozen=True)
class Nonlinearity:
    """f with its first three derivatives, each acting element by element; name for messages."""

    name: str
    f: Function
    first: Function
    second: Function
    third: Function


def tanh() -> Nonlinearity:
    """The tanh: with t = tanh s, f' = 1 − t², f'' = −2t(1 − t²), f''' = (1 − t²)(6t² − 2)."""

    def slope(s: Real) -> Real:
        return 1 / np.cosh(s) ** 2

    return Nonlinearity(
        "tanh",
        np.tanh,
        slope,
        lambda s: -2 * np.tanh(s) * slope(s),
        lambda s: slope(s) * (6 * np.tanh(s) ** 2 - 2),
    )


def sine(frequency: float = 1.0) -> Nonlinearity:
    """A sine, f(s) = sin(a s)."""
    a = as_real("frequency", frequency)
    return Nonlinearity(
        f"sin({a:g} s)",
        lambda s: np.sin(a * s),
        lambda s: a * np.cos(a * s),
        lambda s: -(a**2) * np.sin(a * s),
        lambda s: -(a**3) * np.cos(a * s),
    )


def polynomial(coefficients: ArrayLike) -> Nonlinearity:
    """A polynomial, f(s) = Σ_j c_j s^j. Arguments: coefficients c_0, c_1, … real."""
    f = np.polynomial.Polynomial(as_real_vector("coefficients", coefficients))
    return Nonlinearity(f"polynomial {f.coef.tolist()}", f, f.deriv(1), f.deriv(2), f.deriv(3))


class Moments(NamedTuple):
    """E f'(s), E[f'(s)² + f(s) f''(s)], E f'''(s)."""

    slope: float
    own: float
    third: float


def gaussian_moments(f: Nonlinearity, variance: float) -> Moments:
    """The three moments of a Gaussian of given variance and mean 0.

    E h(s) = Σ_j h(√v z_j) φ(z_j) / Σ_j φ(z_j), z_j equidistant: for h analytic in a strip of half width d about the
    real line the error is e^{−2πd/h}, h = √v/32 (tanh: d = π/2, so e^{−79} for v = 16); entire h: below rounding.

    Arguments: f; variance v >= 0. Returns: Moments. Raises: ValueError for a negative variance.

    >>> [round(moment, 12) for moment in gaussian_moments(polynomial([0.0, 1.0, 0.0, 1.0]), 2.0)]
    [7.0, 205.0, 6.0]
    """
    v = as_nonnegative("variance", variance)
    half = np.arange(_STEP, _REACH, _STEP)
    z = np.concatenate([-half[::-1], [0.0], half])
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    s = np.sqrt(v) * z
    slope, second = f.first(s), f.second(s)
    own = slope**2 + f.f(s) * second
    found = [float(weight @ np.broadcast_to(h, s.shape)) for h in (slope, own, f.third(s))]
    return Moments(*found)


def _as_direction(w: ArrayLike, alpha: ArrayLike) -> tuple[Real, Real]:
    w, alpha = as_real_vector("w", w), as_real_vector("alpha", alpha)
    if w.shape != alpha.shape:
        raise ValueError(f"w has shape {w.shape} while alpha has shape {alpha.shape}: must be equal")
    if alpha @ alpha > 1 + 1e-12:
        raise ValueError(f"alpha has squared length {alpha @ alpha:.17g}: a memory function is at most 1")
    return w, alpha


def gaussian_gradient(w: ArrayLike, alpha: ArrayLike, f: Nonlinearity) -> Real:
    """Gradient of ½E(f(w·x) − u_{t−K})² for Gaussian white input.

    ∂L/∂w = (E[f'² + f f''] − k_K E f''') w − E f' α_K, moments of s ~ N(0, ‖w‖²)

    Arguments: w (N,), real whitened read-out; alpha = α_K (N,), real, ‖α_K‖² <= 1; f. Returns: (N,).
    Raises: ValueError for shapes that differ, or ‖α_K‖ > 1. Reference: Stein's identity; this project.
    """
    w, alpha = _as_direction(w, alpha)
    e = gaussian_moments(f, float(w @ w))
    return (e.own - (alpha @ w) * e.third) * w - e.slope * alpha


def quadrature_gradient(w: ArrayLike, alpha: ArrayLike, f: Nonlinearity, points: int = 40) -> Real:
    """The same gradient by Gauss–Hermite quadrature over all N whitened states: the slow and obvious route.

    E[(f(w·x) − α_K·x) f'(w·x) x], E[u_{t−K} | x] = α_K·x

    Arguments: as `gaussian_gradient`; points per state (points^N nodes in all). Returns: (N,).
    """
    w, alpha = _as_direction(w, alpha)
    points = as_count("points", points)
    if points ** len(w) > 10**7:
        raise ValueError(f"points = {points} for {len(w)} states: at most 10^7 nodes in all")
    node, weight = np.polynomial.hermite_e.hermegauss(points)
    x = np.array(list(product(node, repeat=len(w))))
    p = np.prod(np.array(list(product(weight / weight.sum(), repeat=len(w)))), axis=1)
    s = x @ w
    return ((f.f(s) - x @ alpha) * np.broadcast_to(f.first(s), s.shape) * p) @ x


def kernel_rate(k: float, memory: float, f: Nonlinearity) -> float:
    """Right side of the scalar equation that k_K obeys along the flow from w = 0.

    k̇ = M_K E f' − (E[f'² + f f''] − k E f''') k, moments at variance k²/M_K; 0 where M_K = 0

    Arguments: k; memory M_K in [0, 1]; f. Returns: k̇. Raises: ValueError for a memory outside [0, 1].
    """
    M, k = as_real("memory", memory), as_real("k", k)
    if not 0 <= M <= 1:
        raise ValueError(f"memory = {M}: must lie in [0, 1]")
    if M == 0:
        return 0.0
    e = gaussian_moments(f, k * k / M)
    return M * e.slope - (e.own - k * e.third) * k


def kernel_curve(memory: float, times: ArrayLike, f: Nonlinearity, rtol: float = 1e-11) -> Real:
    """k_K(t) along the flow from w = 0, by its scalar equation.

    Arguments: memory M_K in [0, 1]; times (T,), increasing, >= 0; f; rtol of the integrator (DOP853).
    Returns: (T,).
    """
    times = as_increasing_times(times)
    found = solve_ivp(
        lambda _, k: [kernel_rate(k[0], memory, f)], (0, times[-1]), [0.0], "DOP853", times, rtol=rtol, atol=rtol
    )
    return np.asarray(found.y[0])


def nonlinear_flow(alpha: ArrayLike, times: ArrayLike, f: Nonlinearity, rtol: float = 1e-11, points: int = 0) -> Real:
    """w(t) of the flow from w = 0 in all N coordinates, the route that does not know of any ray.

    Arguments: alpha = α_K (N,); times (T,), increasing, >= 0; f; rtol; points: nodes per state of
        `quadrature_gradient`, 0 for `gaussian_gradient`.
    Returns: (N, T).
    """
    alpha, times = as_real_vector("alpha", alpha), as_increasing_times(times)

    def velocity(_: float, w: Real) -> Real:
        return -(quadrature_gradient(w, alpha, f, points) if points else gaussian_gradient(w, alpha, f))

    found = solve_ivp(velocity, (0, times[-1]), np.zeros(len(alpha)), "DOP853", times, rtol=rtol, atol=rtol)
    return np.asarray(found.y)


def lag_correlations(delta: ArrayLike, u: ArrayLike, horizon: int) -> Real:
    """How the error signal correlates with each past input.

    r_τ = ⟨δ_t u_{t−τ}⟩, an average over the T samples of δ

    so that ∂L/∂w = Σ_τ α_τ r_τ. One correlation by FFT.

    Arguments: delta (T,); u (T + horizon − 1,), starting horizon − 1 samples before delta; horizon, number of lags.
    Returns: (horizon,). Raises: ValueError for an input of another length.
    """
    delta, u, horizon = as_real_vector("delta", delta), as_real_vector("u", u), as_horizon(horizon)
    if len(u) != len(delta) + horizon - 1:
        raise ValueError(f"u has {len(u)} samples: must have {len(delta)} + {horizon} − 1")
    return np.asarray(correlate(u, delta, mode="valid", method="fft"))[::-1] / len(delta)
