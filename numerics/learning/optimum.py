"""The best poles for one delay, by ascent on the closed gradient; and those that come nearest to its bound.

Glossary: τ lag · z parameter of a pole, λ = z/√(1+|z|²).
"""

import numpy as np
from scipy.optimize import minimize

from numerics.learning.poles import memory_with_gradient
from numerics.preconditions import Complex, Real, as_count, as_real, as_seed


def best_poles(N: int, lag: int, seed: int, restarts: int = 20, *, real: bool = False) -> tuple[Complex, float]:
    """Poles that maximise the memory of one lag, by local ascent from random starts: a lower bound on the maximum.

    max_λ M_τ <= N/(τ+1), λ = z/√(1+|z|²)

    The parametrisation covers the open disc smoothly; the gradient is exact (`pole_gradient`). M_τ does not change
    when all poles turn by one phase: the slowest is turned to the positive real axis. So real poles
    are a smaller class, and the spectra of real systems (closed under conjugation) are another one.

    Arguments: N >= 1; lag = τ >= 0; seed; restarts >= 1; real, whether all poles stay on the real axis.
    Returns: poles (N,) and M_τ there. Raises: ValueError for bad counts. Reference: this project.
    """
    N, lag = as_count("N", N), as_count("lag", lag, least=0)
    rng = np.random.default_rng(as_seed(seed))
    best, value = np.zeros(N, dtype=np.complex128), -1.0
    for _ in range(as_count("restarts", restarts)):
        start = rng.standard_normal(N if real else 2 * N) * rng.uniform(0.5, 3.0)
        found = minimize(_negative_memory, start, args=(N, lag), jac=True, method="BFGS", options={"gtol": 1e-10})
        poles = _in_disc(_complex(found.x, N))
        memory = memory_with_gradient(poles, lag)[0]
        if memory > value:
            best, value = poles, memory
    first = best[np.argmax(np.abs(best))]
    return best * (np.conj(first) / abs(first) if first else 1.0), value


def _complex(x: Real, N: int) -> Complex:
    return np.asarray(x[:N] + 1j * x[N:] if len(x) > N else x, dtype=np.complex128)


def _in_disc(z: Complex) -> Complex:
    return np.asarray(z / np.sqrt(1.0 + np.abs(z) ** 2), dtype=np.complex128)


def _negative_memory(x: Real, N: int, lag: int) -> tuple[float, Real]:
    z = _complex(x, N)
    memory, slope = memory_with_gradient(_in_disc(z), lag)
    h, uphill = np.sqrt(1.0 + np.abs(z) ** 2), 2 * slope.conj()  # ∂/∂Re λ + i ∂/∂Im λ
    pulled = uphill / h - z * (uphill.conj() * z).real / h**3  # dλ = dz/h − z Re(z̄ dz)/h³
    return -memory, -np.concatenate([pulled.real, pulled.imag])[: len(x)]


def steepest_poles(N: int, lag: int, angle: float, seed: int, restarts: int = 2) -> Complex:
    """Poles whose memory and gradient lie far out in one direction: how near one pole comes to its bound.

    max_λ cos φ (M_τ − ½) + sin φ |∂M_τ/∂λ_1|(1 − |λ_1|²) <= ½

    The point (M_τ, |∂M_τ/∂λ_1|(1 − |λ_1|²)) lies under the semicircle √(M(1−M)); φ is the angle at which it is pushed
    out. Local ascent on differences, from random starts.

    Arguments: N >= 1; lag = τ >= 0; angle = φ in radians; seed; restarts >= 1. Returns: complex (N,).
    Raises: ValueError for bad counts. Reference: this project.
    """
    N, lag, angle = as_count("N", N), as_count("lag", lag, least=0), as_real("angle", angle)
    rng = np.random.default_rng(as_seed(seed))

    def inside(x: Real) -> float:
        poles = _in_disc(_complex(x, N))
        memory, slope = memory_with_gradient(poles, lag)
        return float(-np.cos(angle) * (memory - 0.5) - np.sin(angle) * abs(slope[0]) * (1 - abs(poles[0]) ** 2))

    starts = [rng.standard_normal(2 * N) / 2 for _ in range(as_count("restarts", restarts))]
    found = [minimize(inside, start, method="BFGS", options={"maxiter": 80}) for start in starts]
    return _in_disc(_complex(min(found, key=lambda one: float(one.fun)).x, N))
