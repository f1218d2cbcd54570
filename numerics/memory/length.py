"""How far back a state recalls: mean delay, the lag at which memory is lost, its decay, continuous time.

Glossary: τ lag · t continuous lag · s continuous pole · g_k = 1 − |λ_k|² · m(t) memory density per unit of time.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from numerics.memory.allpass import squared_delay
from numerics.preconditions import (
    Complex,
    Real,
    as_continuous_poles,
    as_poles,
    as_real,
    as_real_vector,
    as_times,
    stability_gap,
)

_BITS = 53


def mean_delay(poles: ArrayLike) -> float:
    """First moment of the memory function, without evaluating it.

    Σ_τ τ M_τ = ½ [Σ_{k,l} (1 − |λ_k|²|λ_l|²)/|1 − λ_k λ̄_l|² − N] >= N(N−1)/2

    Σ_j j²|b_j|² is the mean square of the group delay of B, a sum of Poisson kernels. Equality iff all poles are 0.
    Not divided by the capacity N: the mean lag in the sense of a distribution is this over N.

    Arguments: poles (N,), |λ| < 1, repetitions and zeros allowed. Returns: float, in steps.
    Raises: ValueError for bad poles. Reference: this project.

    >>> mean_delay([0, 0, 0])
    3.0
    """
    poles = as_poles(poles)
    return 0.5 * (squared_delay(poles) - len(poles))


def first_lag_below(memory: ArrayLike, level: float) -> int | None:
    """The first lag at which a memory function is below a level.

    min {τ : M_τ < level}

    Arguments: memory (horizon,); level, finite. Returns: int, or None when it stays at or above within the horizon.
    Raises: ValueError for a bad memory or level.
    """
    below = np.flatnonzero(as_real_vector("memory", memory) < as_real("level", level))
    return int(below[0]) if below.size else None


def decay_rate(poles: ArrayLike) -> tuple[float, int]:
    """The asymptotic decay of the memory function: M_τ ~ c τ^{2(m−1)} ρ^{2τ}.

    ρ = max|λ|, m the largest multiplicity of a pole of that modulus

    For several distinct poles of that modulus c is not a constant but an almost periodic factor.

    Arguments: poles (N,), |λ| < 1. Returns: (ρ², m); equality of moduli is that of doubles. Raises: ValueError.
    """
    poles = as_poles(poles)
    gap = stability_gap(poles)
    _, counts = np.unique(poles[gap == gap.min()], return_counts=True)
    return float(1.0 - gap.min()), int(counts.max())


def balanced_pair_continuous(poles: ArrayLike) -> tuple[Complex, Complex]:
    """A continuous state space pair with the given poles whose white-input covariance is the identity.

    A_nn = s_n, A_nm = −g_n g_m (m < n), B_n = g_n, g = √(−2 Re s);  A + A^* + B B^* = 0

    The chain of lossless sections ẋ = s x + g a, out = a − g x. Repeated poles form one Jordan block.

    Arguments: poles, continuous (N,). Returns: A (N, N), lower triangular; B (N,). Raises: ValueError for bad poles.
    """
    poles = as_continuous_poles(poles)
    g = np.sqrt(-2.0 * poles.real)
    return np.diag(poles) - np.tril(np.outer(g, g), -1), g.astype(np.complex128)


def memory_function_continuous(poles: ArrayLike, times: ArrayLike) -> Real:
    """Memory density of a continuous state driven by white noise.

    m(t) = v^* G_c^{-1} v = ‖e^{tA} B‖², v_k = e^{s_k t}, G_c = −1/(s_k + s̄_l), (A, B) lossless

    With poles λ = e^{sΔ}, M_{t/Δ}/Δ → m(t). The lossless pair has covariance I, so nothing is inverted and repeated
    poles are allowed; ‖e^{tA}‖ <= 1, so errors do not grow. t is written in binary, one exponential per digit in use.

    Arguments: poles, continuous (N,), in 1/time; times (T,), >= 0.
    Returns: float64 (T,), in 1/time; relative to m(0) = −2ΣRe s the error is of order eps·‖A‖·max t.
    Raises: ValueError for bad poles or times. Reference: this project.
    """
    A, B = balanced_pair_continuous(poles)
    t = as_times(times)
    exponent = int(np.frexp(t.max())[1]) - _BITS
    digits = np.ldexp(t, -exponent).astype(np.int64)
    states = np.repeat(B[:, None], len(t), axis=1)
    for place in range(_BITS + 1):
        used = (digits >> place) & 1 == 1
        if used.any():
            states[:, used] = linalg.expm(A * 2.0 ** (place + exponent)) @ states[:, used]
    return np.sum(np.abs(states) ** 2, axis=0)
