"""What an input sees of the difference between LegS and its normal part: rates, bounds, and a fixed step.

x_n is the response of LegS, x_n^{(N)} that of the diagonal model A^{(N)} = A + ½BBᵀ driven by B/2 (S4D-LegS).

Glossary: ρ_N, X_n as in `diagonal` · ω_k normal modes · q_n = √(2n+1) · Δ (`dt`) step · u input, U its transform.
"""

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from numerics.equivalence.diagonal import legs_ratio, normal_residues, state_index
from numerics.equivalence.discretisation import phi
from numerics.equivalence.kernels import block_kernel
from numerics.equivalence.normal_part import normal_part_frequencies
from numerics.preconditions import Real, as_count, as_step, as_vector

_ORDER = 16  # Gauss nodes per panel; the nearest pole lies half a panel away or farther
_TAIL = 60  # panels beyond the fastest mode, each twice as long as the one before
_LASTING = 80.0  # time after which e^{−t/2} is below the rounding


def error_gain(n: int, N: int, omega: ArrayLike) -> Real:
    """How much of each frequency the normal part gets wrong.

    |X_n^{(N)} − X_n|(iω) = q_n |ω|/√((ω²+n²)(ω²+(n+1)²)) · |ρ/(1+ρ)|

    Arguments: 0 <= n < N; omega (T,), real. Returns: float64 (T,). Raises: ValueError for bad arguments.
    Reference: this project.
    """
    n, N = state_index(n, N)
    w = as_vector("omega", omega).real.astype(np.float64)
    gain = np.abs(w) if n else np.ones_like(w)  # |ω|/√(ω² + 0²) = 1
    size = np.sqrt(2.0 * n + 1) * gain / np.hypot(w, n + 1) / (np.hypot(w, n) if n else 1.0)
    rho = legs_ratio(N, 1j * w)
    return size * np.abs(rho / (1 + rho))


def _offsets(reach: float) -> Real:
    count = 1 + max(0, int(np.ceil(np.log2(max(reach, 0.25) / 0.25))))
    return np.append(0.25 * 2.0 ** np.arange(count)[:-1], reach) if count > 1 else np.array([reach])


def resonance_quadrature(N: int) -> tuple[Real, Real]:
    """Nodes and weights for integrals over (0, ∞) whose integrand has a resonance of width ½ at every mode.

    Gauss panels around every ω_k, a quarter wide there and doubling up to the middle of the gaps, and beyond

    A uniform grid coarse enough for the fastest mode, ω_0 ≈ N²/π, steps over the resonances.

    Arguments: N >= 1. Returns: nodes, weights, float64 (M,), M = O(N log N). Raises: ValueError for a bad N.
    """
    modes = np.unique(np.append(np.abs(normal_part_frequencies(N)), 0.0))
    edges = [modes]
    for low, high in itertools.pairwise(modes):
        steps = _offsets((high - low) / 2)
        edges += [low + steps, high - steps]
    edges.append(modes[-1] + 0.25 * 2.0 ** np.arange(_TAIL))
    cuts = np.unique(np.concatenate(edges))
    x, w = np.polynomial.legendre.leggauss(_ORDER)
    half = np.diff(cuts)[:, None] / 2
    return (cuts[:-1, None] + half * (1 + x)).ravel(), (half * w).ravel()


def response_error(n: int, N: int, power: Callable[[Real], Real]) -> float:
    """L² distance between the responses of LegS and its normal part to one input, all time.

    ‖x_n^{(N)} − x_n‖² = (1/π) ∫₀^∞ |X_n^{(N)} − X_n|² |U(iω)|² dω

    Parseval; the grid resolves every resonance. The error arrives near t = 2 ln N: a short time window misses it.

    Arguments: 0 <= n < N; power, ω (M,) → |U(iω)|² (M,) of a real input. Returns: float. Raises: ValueError.
    Reference: this project.
    """
    omega, weights = resonance_quadrature(as_count("N", N))
    return float(np.sqrt(np.sum(weights * error_gain(n, N, omega) ** 2 * power(omega)) / np.pi))


def input_rate_bound(n: int, N: int) -> float:
    """What the response error cannot exceed, per unit of ‖u'‖, for inputs that start from zero.

    ‖x_n^{(N)} − x_n‖ <= q_n(1/((2n+1)N) + 2/N²) ‖u'‖, all norms L²(0, ∞)

    r/(1−r) <= (2ω²+ωN)/N² for r = |ρ(iω)|, and max_ω ω/√((ω²+n²)(ω²+(n+1)²)) = 1/(2n+1).

    Arguments: 0 <= n < N. Returns: float. Raises: ValueError for bad n or N. Reference: this project.
    """
    n, N = state_index(n, N)
    return float(np.sqrt(2 * n + 1) * (1 / ((2 * n + 1) * N) + 2 / N**2))


def hinf_gap(n: int, N: int) -> float:
    """Largest gain of the difference of the two systems: it does not fall with N.

    max_ω |X_n^{(N)} − X_n|(iω) → 2q_n/π, at ω ≈ N²/π

    Sampled at the nodes that resolve every resonance, then refined around the largest.

    Arguments: 0 <= n < N. Returns: float. Raises: ValueError for bad n or N. Reference: this project.
    """
    nodes, _ = resonance_quadrature(as_count("N", N))
    best = nodes[np.argmax(error_gain(n, N, nodes))]
    found = optimize.minimize_scalar(
        lambda w: -error_gain(n, N, [w])[0], bounds=(best - 0.5, best + 0.5), method="bounded", options={"xatol": 1e-7}
    )
    return float(-found.fun)


def legs_zoh_kernel(n: int, dt: float, length: int) -> Real:
    """Kernel of state n of LegS under zero-order hold: the integrals of K_n over the steps.

    ∫_{lΔ}^{(l+1)Δ} K_n dt = q_n [F(2e^{−lΔ}−1) − F(2e^{−(l+1)Δ}−1)]/2, F = (P_{n+1} − P_{n−1})/(2n+1), F' = P_n

    Arguments: n >= 0; dt = Δ > 0; length >= 1. Returns: float64 (length,). Raises: ValueError for bad arguments.
    """
    n, x = as_count("n", n, least=0), 2 * np.exp(-as_step(dt) * np.arange(as_count("length", length) + 1)) - 1
    primitive = special.eval_legendre(n + 1, x) - (special.eval_legendre(n - 1, x) if n else 1.0)
    return -np.diff(primitive) / (2 * np.sqrt(2.0 * n + 1))


def normal_zoh_kernel(n: int, N: int, dt: float, length: int) -> Real:
    """The same for the normal part, by its modes.

    Σ_k r_nk Δφ(Δλ_k) e^{lΔλ_k}

    Arguments: 0 <= n < N; dt = Δ > 0; length >= 1. Returns: float64 (length,). Raises: ValueError for bad arguments.
    """
    (n, N), dt = state_index(n, N), as_step(dt)
    z = dt * (-0.5 + 1j * normal_part_frequencies(N))
    return block_kernel(normal_residues(N)[n] * dt * phi(z), np.exp(z), length).real


def zoh_kernel_gap(n: int, N: int, dt: float) -> float:
    """Relative distance of the two kernels at a fixed step, over all lags: here, and only here, it falls with N.

    ‖K̄_n^{(N)} − K̄_n‖/‖K̄_n‖, l² over l >= 0

    A step averages the fast modes away; the gap comes back as Δ → 0.

    Arguments: 0 <= n < N; dt = Δ > 0. Returns: float. Raises: ValueError for bad arguments. Reference: this project.
    """
    n, N = state_index(n, N)
    length = int(np.ceil(_LASTING / as_step(dt))) + 1
    full = legs_zoh_kernel(n, dt, length)
    return float(np.linalg.norm(normal_zoh_kernel(n, N, dt, length) - full) / np.linalg.norm(full))
