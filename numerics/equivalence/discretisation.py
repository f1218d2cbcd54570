"""From continuous to discrete: pole maps, input rules, their orders, and what Mamba's shortcut changes.

Glossary: a continuous pole, Re a < 0 · Δ (`dt`) step · z = Δa · φ(z) = (e^z − 1)/z · B̄ discrete input · x = −z.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg
from scipy.signal import lfilter

from numerics.equivalence.kernels import associative_scan
from numerics.preconditions import (
    Complex,
    Real,
    as_complex_vector,
    as_continuous_poles,
    as_pair,
    as_real_vector,
    as_step,
)
from numerics.spectra import bilinear, zoh

Matrix = NDArray[np.inexact]

_SERIES = 0.5  # |z| below which φ − 1 is summed
_TERMS = 16  # 0.5^16/17! = 4e-20


def phi_gap(z: ArrayLike) -> Complex:
    """φ(z) − 1 without cancellation near 0.

    φ − 1 = Σ_{k>=1} z^k/(k+1)!

    Arguments: z, complex, any shape. Returns: complex, same shape, relative error a few u away from zeros of φ − 1.
    """
    z = np.asarray(z, dtype=np.complex128)
    inverse_factorials = 1.0 / np.cumprod(np.arange(2.0, _TERMS + 2))
    small = np.abs(z) < _SERIES
    near, far = np.where(small, z, 0), np.where(small, 1, z)
    return np.where(small, near * np.polyval(inverse_factorials[::-1], near), np.expm1(far) / far - 1)


def phi(z: ArrayLike) -> Complex:
    """The mean of e^{sz} over 0 <= s <= 1: what a constant input adds during one step, per step.

    φ(z) = (e^z − 1)/z, φ(0) = 1; zero at 2πi·k, k ≠ 0

    Arguments: z, complex, any shape. Returns: complex, same shape.
    """
    z = np.asarray(z, dtype=np.complex128)
    zero = z == 0
    safe = np.where(zero, 1, z)
    return np.where(zero, 1, np.expm1(safe) / safe)


def euler(poles: ArrayLike, dt: float) -> Complex:
    """Euler's pole map: λ = 1 + z, stable only for Δ < −2 Re a/|a|² (`euler_step_limit`).

    Arguments: poles, continuous (N,); dt = Δ > 0. Returns: complex (N,). Raises: ValueError for bad poles or step.
    """
    return 1 + as_continuous_poles(poles) * as_step(dt)


def euler_step_limit(poles: ArrayLike) -> Real:
    """The step from which on Euler's map leaves the unit circle: −2 Re a/|a|².

    |1+z|² − 1 = 2 Re z + |z|²

    Arguments: poles, continuous (N,). Returns: float64 (N,). Raises: ValueError for bad poles.
    """
    a = as_continuous_poles(poles)
    return -2 * (a.real / np.abs(a)) / np.abs(a)


def _inputs(poles: ArrayLike, B: ArrayLike, dt: float) -> tuple[Complex, Complex]:
    a, b = as_continuous_poles(poles), as_complex_vector("B", B)
    if a.shape != b.shape:
        raise ValueError(f"B has shape {b.shape}: needs one entry for each of {len(a)} poles")
    return a * as_step(dt), b * dt


def zoh_input(poles: ArrayLike, B: ArrayLike, dt: float) -> Complex:
    """Zero-order hold: B̄ = Δφ(z)B.

    Arguments: poles, continuous (N,); B (N,); dt = Δ > 0. Returns: complex (N,). Raises: ValueError.
    """
    z, b = _inputs(poles, B, dt)
    return phi(z) * b


def bilinear_input(poles: ArrayLike, B: ArrayLike, dt: float) -> Complex:
    """Bilinear: B̄ = ΔB/(1 − z/2).

    Arguments, returns, raises: as `zoh_input`.
    """
    z, b = _inputs(poles, B, dt)
    return b / (1 - z / 2)


def euler_input(poles: ArrayLike, B: ArrayLike, dt: float) -> Complex:
    """Euler, as in Mamba: B̄ = ΔB.

    Arguments, returns, raises: as `zoh_input`. Reference: Gu, Dao 2023, arXiv 2312.00752 (code).
    """
    return _inputs(poles, B, dt)[1]


def zoh_pair(A: ArrayLike, B: ArrayLike, dt: float) -> tuple[Matrix, Matrix]:
    """Zero-order hold of a dense pair: the exponential of the pair augmented by its constant input.

    exp(Δ[A B; 0 0]) = [Ā B̄; 0 1]

    Arguments: A (N, N), B (N,); dt = Δ > 0. Returns: Ā, B̄. Raises: ValueError for a bad pair or step.
    """
    A, B = as_pair(A, B)
    N = len(A)
    augmented = np.zeros((N + 1, N + 1), dtype=A.dtype)
    augmented[:N, :N], augmented[:N, N] = A, B
    full = linalg.expm(augmented * as_step(dt))
    return full[:N, :N], full[:N, N]


def bilinear_pair(A: ArrayLike, B: ArrayLike, dt: float) -> tuple[Matrix, Matrix]:
    """Bilinear discretisation of a dense pair, by one LU factorisation.

    Ā = (I − ΔA/2)⁻¹(I + ΔA/2), B̄ = (I − ΔA/2)⁻¹ΔB

    Arguments, returns, raises: as `zoh_pair`.
    """
    A, B = as_pair(A, B)
    half, identity = A * (as_step(dt) / 2), np.eye(len(A))
    solved = np.linalg.solve(identity - half, np.column_stack([identity + half, dt * B]))
    return solved[:, :-1], solved[:, -1]


def _driven(pole: complex, gain: complex, forcing: Complex) -> Complex:
    forcing = gain * forcing
    forcing[0] = 0  # the state starts from rest at time 0
    return lfilter([1.0], [1.0, -pole], forcing)


def driven_zoh(pole: complex, samples: ArrayLike, dt: float) -> Complex:
    """X' = ax + u from rest, with the zero-order hold of u_k over the step that ends at kΔ: first order.

    x_k = e^z x_{k−1} + Δφ(z)u_k, x_0 = 0, u_k = u(kΔ)

    Arguments: pole a, Re a < 0; samples (K,), at t = 0, Δ, 2Δ, ..; dt = Δ > 0. Returns: complex (K,), x at those
    times. Raises: ValueError for a bad pole, samples or step.
    """
    u = as_complex_vector("samples", samples)
    return _driven(zoh([pole], dt)[0], zoh_input([pole], [1.0], dt)[0], u)


def driven_bilinear(pole: complex, samples: ArrayLike, dt: float) -> Complex:
    """The same with S4's bilinear rule, which uses u_k alone: first order, though its pole map is second.

    Arguments, returns, raises: as `driven_zoh`.
    """
    u = as_complex_vector("samples", samples)
    return _driven(bilinear([pole], dt)[0], bilinear_input([pole], [1.0], dt)[0], u)


def driven_trapezoid(pole: complex, samples: ArrayLike, dt: float) -> Complex:
    """The bilinear rule with (u_k + u_{k−1})/2 in place of u_k: second order again.

    Arguments, returns, raises: as `driven_zoh`.
    """
    u = as_complex_vector("samples", samples)
    return _driven(bilinear([pole], dt)[0], bilinear_input([pole], [1.0], dt)[0], (u + np.append(u[:1], u[:-1])) / 2)


def driven_euler(pole: complex, samples: ArrayLike, dt: float) -> Complex:
    """The same with Euler's rule for pole and input: first order.

    Arguments, returns, raises: as `driven_zoh`.
    """
    u = as_complex_vector("samples", samples)
    return _driven(euler([pole], dt)[0], as_step(dt), u)


def mamba_input_excess(z: ArrayLike) -> Complex:
    """How much Euler's input exceeds the exact one, mode by mode: the same at every lag.

    ΔB/(Δφ(z)B) − 1 = 1/φ(z) − 1

    Arguments: z = Δa, complex, any shape, φ(z) ≠ 0. Returns: complex, same shape.
    """
    return -phi_gap(z) / phi(z)


def real_deviation_bounds(x: ArrayLike) -> tuple[Real, Real]:
    """Bounds on 1 − φ(−x) for x > 0: x/2 − x²/6 below, min(x/2, 1) above.

    Arguments: x > 0, any shape. Returns: lower, upper. Reference: this project.
    """
    x = np.asarray(x, dtype=np.float64)
    return x / 2 - x**2 / 6, np.minimum(x / 2, 1.0)


def real_excess_bounds(x: ArrayLike) -> tuple[Real, Real]:
    """Bounds on 1/φ(−x) − 1 for x > 0: max(x/2, x−1) below, min(x/2 + x²/12, x) above.

    Arguments: x > 0, any shape. Returns: lower, upper. Reference: this project.
    """
    x = np.asarray(x, dtype=np.float64)
    return np.maximum(x / 2, x - 1), np.minimum(x / 2 + x**2 / 12, x)


def complex_excess_bound(z: ArrayLike) -> Real:
    """Bound on |1/φ(z) − 1| for |z| < 2π; there is none beyond.

    1 + r/2 − (r/2)cot(r/2), r = |z|

    Triangle inequality on the Bernoulli series of z/(e^z − 1), all of whose terms but one have one sign.

    Arguments: z, |z| < 2π, any shape. Returns: float64, same shape, r/2 + r²/12 + .. Raises: ValueError beyond.
    """
    r = np.abs(np.asarray(z, dtype=np.complex128))
    if not np.all(r < 2 * np.pi):
        raise ValueError(f"|z| = {r.max()}: the bound needs |z| < 2π")
    half = np.where(r == 0, 1.0, r / 2)
    small = half < 1e-2
    exact = 1 + half - half / np.tan(half)
    series = half + half**2 / 3 + half**4 / 45 + 2 * half**6 / 945
    return np.where(r == 0, 0.0, np.where(small, series, exact))


def _selective(pole: complex, steps: ArrayLike, drive: ArrayLike) -> tuple[Complex, Complex, Complex]:
    a, dts = as_continuous_poles([pole])[0], as_real_vector("steps", steps)
    b = as_complex_vector("drive", drive)
    if dts.shape != b.shape:
        raise ValueError(f"steps have shape {dts.shape} and drive {b.shape}: must agree")
    if np.any(dts <= 0):
        k = int(np.flatnonzero(dts <= 0)[0])
        raise ValueError(f"steps[{k}] = {dts[k]}: a step must be > 0")
    z = a * dts
    return np.exp(z), dts * b, z


def selective_euler(pole: complex, steps: ArrayLike, drive: ArrayLike) -> Complex:
    """A selective recurrence with Mamba's input rule.

    h_t = e^{Δ_t a}h_{t−1} + Δ_t B_t u_t, h_{−1} = 0

    Arguments: pole a, Re a < 0; steps Δ_t (T,) > 0; drive B_t u_t (T,). Returns: complex (T,). Raises: ValueError.
    """
    decay, inputs, _ = _selective(pole, steps, drive)
    return associative_scan(decay, inputs).astype(np.complex128)


def selective_zoh(pole: complex, steps: ArrayLike, drive: ArrayLike) -> Complex:
    """The same recurrence with the exact input: h_t = e^{Δ_t a}h_{t−1} + Δ_t φ(Δ_t a) B_t u_t.

    Arguments, returns, raises: as `selective_euler`.
    """
    decay, inputs, z = _selective(pole, steps, drive)
    return associative_scan(decay, phi(z) * inputs).astype(np.complex128)


def selective_error_bound(pole: float, largest_step: float) -> float:
    """How far the two can come apart, whatever the steps and inputs.

    sup_t |h^E_t − h^Z_t| <= (x/(1−e^{−x}) − 1)/|a| for |B_t u_t| <= 1, Δ_t <= Δ_m, x = Δ_m|a|

    Attained by constant steps Δ_m and constant input; x/(1−e^{−x}) increases.

    Arguments: pole a < 0, real; largest_step Δ_m > 0. Returns: float. Raises: ValueError for a bad or complex pole.
    Reference: this project.
    """
    a = as_continuous_poles([pole])[0]
    if a.imag != 0:
        raise ValueError(f"pole = {a}: the bound holds for real poles only")
    return float(mamba_input_excess(a * as_step(largest_step)).real / abs(a.real))
