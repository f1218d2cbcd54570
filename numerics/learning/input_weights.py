"""Input weights b beside the read-out w: kernel k_τ = w^T A^τ b, white input of unit variance, L = ½ Σ |k_τ − k*_τ|².

Glossary: k* teacher · G = Σ A^τ b b^* A^{*τ} · θ_k = w_k b_k · F_k gradient of L in θ_k · D_k = |w_k|² − |b_k|². The
gradient in a complex z is ∂L/∂Re z + i ∂L/∂Im z, in a real one ∂L/∂z.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.linalg import lstsq, solve_discrete_lyapunov

from numerics.memory.regression import krylov
from numerics.preconditions import (
    Complex,
    Real,
    as_array,
    as_complex_vector,
    as_count,
    as_poles,
    as_real,
    as_stable_pair,
)

Slope = Callable[[Complex], Complex]


class Solved(NamedTuple):
    """Best read-out w (N,), what it leaves of 2 L, gradient of L in b there (N,), and the condition number of G."""

    w: Complex
    residual: float
    gradient: Complex
    condition: float


def solve_readout(A: ArrayLike, b: ArrayLike, teacher: ArrayLike) -> Solved:
    """The best read-out of one particular (A, b), and the gradient in b that is left there.

    w^T = k* 𝒜^* G^{−1};  gradient = O b − Σ_τ k*_τ (w^T A^τ)^*,  O = Σ_τ (w^T A^τ)^* w^T A^τ

    G and O solve Stein equations. The condition number of G enters every result: for poles near each other none may
    be left of sixteen digits. `readout.residual` of the conjugate teacher, from the poles alone, loses none.

    Arguments: A (N, N), stable; b (N,); teacher (L,), zero beyond. Returns: Solved.
    Raises: ValueError for an unstable A, or mismatched shapes; LinAlgError for a singular G.
    """
    A, b = as_stable_pair(A, b)
    teacher = as_complex_vector("teacher", teacher)
    G = solve_discrete_lyapunov(A, np.outer(b, b.conj()))
    columns = krylov(A, b, len(teacher))
    w = np.linalg.solve(G.T, columns.conj() @ teacher).astype(np.complex128)
    residual = float(np.linalg.norm(teacher) ** 2 - (w @ (columns @ teacher.conj())).real)
    return Solved(w, residual, input_gradient(A, b, w, teacher), float(np.linalg.cond(G)))


def input_gradient(A: ArrayLike, b: ArrayLike, w: ArrayLike, teacher: ArrayLike) -> Complex:
    """Gradient of L in b at any (w, b).

    O b − Σ_τ k*_τ (w^T A^τ)^*, O the observability Gram of w

    Arguments: A (N, N), stable; b, w (N,); teacher (L,), zero beyond. Returns: (N,).
    """
    A, b = as_stable_pair(A, b)
    w, b = _as_weights(w, b)
    teacher = as_complex_vector("teacher", teacher)
    O = solve_discrete_lyapunov(A.conj().T, np.outer(w.conj(), w))
    return O @ b - krylov(A.T, w, len(teacher)).conj() @ teacher


def least_squares_loss(A: ArrayLike, b: ArrayLike, teacher: ArrayLike, horizon: int) -> float:
    """min_w Σ_{τ<horizon} |k_τ − k*_τ|² by least squares on the matrix of all A^τ b: slow and obvious.

    Arguments: as `solve_readout`; horizon, beyond which the kernel must have died out, at least L. Returns: >= 0.
    Raises: ValueError for a bad pair, teacher or horizon.
    """
    teacher = as_complex_vector("teacher", teacher)
    horizon = as_count("horizon", horizon, least=len(teacher))
    target = np.pad(teacher, (0, horizon - len(teacher)))
    design = krylov(A, b, horizon).T
    return float(np.linalg.norm(design @ lstsq(design, target)[0] - target) ** 2)


def product_slope(poles: ArrayLike, teacher: ArrayLike) -> Slope:
    """F(θ) of the loss ½ Σ_τ |Σ_k θ_k λ_k^τ − k*_τ|², a function of the products θ = w b alone.

    F_k = Σ_l θ_l/(1 − λ̄_k λ_l) − Σ_τ λ̄_k^τ k*_τ

    Arguments: poles (N,); teacher (L,), zero beyond. Returns: the function θ -> F.
    """
    poles, teacher = as_poles(poles), as_complex_vector("teacher", teacher)
    H = 1 / (1 - poles.conj()[:, None] * poles)
    c = np.vander(poles, len(teacher), increasing=True).conj() @ teacher
    return lambda theta: H @ theta - c


class Flow(NamedTuple):
    """w, b (N, T) at the times asked for, and the steps the integrator took."""

    w: Complex
    b: Complex
    steps: int


def _as_weights(w: ArrayLike, b: ArrayLike) -> tuple[Complex, Complex]:
    w, b = as_complex_vector("w", w), as_complex_vector("b", b)
    if w.shape != b.shape:
        raise ValueError(f"w has shape {w.shape} while b has shape {b.shape}: must be equal")
    return w, b


def balanced_flow(w: ArrayLike, b: ArrayLike, slope: Slope, times: ArrayLike, rtol: float = 1e-12) -> Flow:
    """Gradient flow of read-out and input weights together.

    ẇ = −b̄ F(w b), ḃ = −w̄ F(w b); keeps |w_k|² − |b_k|²

    Arguments: w, b (N,) at time 0; slope F; times (T,), increasing; rtol of the integrator (DOP853), error per step.
    Returns: Flow. Raises: ValueError for shapes that differ or an rtol outside (0, 1).
    """
    w, b = _as_weights(w, b)
    if not 0 < as_real("rtol", rtol) < 1:
        raise ValueError(f"rtol = {rtol}: must lie in (0, 1)")
    N, times = len(w), np.asarray(times, dtype=np.float64)

    def velocity(_: float, y: Complex) -> Complex:
        F = slope(y[:N] * y[N:])
        return np.concatenate([-y[N:].conj() * F, -y[:N].conj() * F])

    start = np.concatenate([w, b])
    found = solve_ivp(velocity, (0, times[-1]), start, "DOP853", times, dense_output=False, rtol=rtol, atol=rtol)
    # twelve evaluations a step; rejected steps count as well, which only widens a tolerance
    return Flow(found.y[:N], found.y[N:], int(np.ceil(found.nfev / 12)))


def product_flow(theta: ArrayLike, kept: ArrayLike, slope: Slope, times: ArrayLike, rtol: float = 1e-12) -> Complex:
    """The same flow for the products alone, which what is kept makes possible.

    θ̇_k = −√(D_k² + 4|θ_k|²) F_k(θ), D_k = |w_k|² − |b_k|²;  √(D² + 4|θ|²) = |w|² + |b|²

    Arguments: theta (N,) at time 0; kept D (N,), real; slope F; times (T,); rtol. Returns: (N, T).
    """
    theta = as_complex_vector("theta", theta)
    D, times = np.asarray(kept, dtype=np.float64), np.asarray(times, dtype=np.float64)

    def velocity(_: float, y: Complex) -> Complex:
        return -np.sqrt(D**2 + 4 * np.abs(y) ** 2) * slope(y)

    return np.asarray(solve_ivp(velocity, (0, times[-1]), theta, "DOP853", times, rtol=rtol, atol=rtol).y)


def descent_step(w: ArrayLike, b: ArrayLike, slope: Slope, eta: float) -> tuple[Complex, Complex]:
    """One step of gradient descent on both: w − η b̄ F, b − η w̄ F.

    Multiplies |w_k|² − |b_k|² by exactly 1 − η²|F_k|².

    Arguments: w, b (N,); slope F; eta. Returns: the next w and b.
    """
    w, b = _as_weights(w, b)
    F, eta = slope(w * b), as_real("eta", eta)
    return w - eta * b.conj() * F, b - eta * w.conj() * F


def balance(w: ArrayLike, b: ArrayLike) -> Real:
    """|w_k|² − |b_k|². Arguments: arrays of one shape. Returns: that shape, real. Raises: ValueError otherwise."""
    w, b = as_array("w", w), as_array("b", b)
    if w.shape != b.shape:
        raise ValueError(f"w has shape {w.shape} while b has shape {b.shape}: must be equal")
    return np.abs(w) ** 2 - np.abs(b) ** 2
