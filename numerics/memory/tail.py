"""How long the all-pass response lasts: rigorous bounds on the energy beyond a lag.

B(z) = Π_k (z − λ̄_k)/(1 − λ_k z) = Σ_j b_j z^j is analytic for |z| < 1/ρ, ρ = max|λ|. On |z| = R > 1 every factor is
largest where λ_k z points along |λ_k|R, which gives for every 1 < R < 1/ρ

    Σ_{j≥T} |b_j|² ≤ R^{−2T} Σ_j |b_j|² R^{2j} ≤ R^{−2T} Π_k ((R − |λ_k|)/(1 − |λ_k|R))².

The logarithm of the right side is convex in log R (Hadamard's three circles), so one bounded search finds the best R;
any other R would still give a bound.

Glossary: s = log R.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize_scalar

from numerics.preconditions import Complex, Real, as_count, as_poles, stability_gap

_LARGEST_LOG_RADIUS = 60.0  # the bound for poles at zero improves for ever with R; e^60 is far enough


def _log_growth(s: float, gap: Real) -> float:
    # (R − r)/(1 − rR) with r = |λ|, from 1 − r = gap/(1 + r), so that r near 1 loses nothing
    r = np.sqrt(1.0 - gap)
    rest = gap / (1.0 + r)
    step = math.expm1(s)
    return float(np.log((step + rest) / (rest - r * step)).sum())


def _best_over_radius(height: Callable[[float], float], gap: Real) -> float:
    # over log s: s spans many decades when a pole is near the circle
    limit = -0.5 * math.log1p(-gap.min()) if gap.min() < 1 else math.inf
    bounds = (math.log(1e-9 * min(limit, 1.0)), math.log(min(limit * (1 - 1e-9), _LARGEST_LOG_RADIUS)))
    found = minimize_scalar(lambda x: height(math.exp(x)), bounds=bounds, method="bounded", options={"xatol": 1e-7})
    return float(found.fun)


def log_tail_bound(poles: ArrayLike, lag: int) -> float:
    """Natural logarithm of `tail_bound`, where that would underflow."""
    gap = stability_gap(as_poles(poles))
    T = as_count("lag", lag, least=0)
    return min(0.0, _best_over_radius(lambda s: 2 * (_log_growth(s, gap) - T * s), gap))


def tail_bound(poles: ArrayLike, lag: int) -> float:
    """An upper bound on the energy of the all-pass response from a lag on.

    Σ_{j≥T} |b_j|² ≤ min_{1<R<1/ρ} R^{−2T} Π_k ((R − |λ_k|)/(1 − |λ_k|R))²

    Evaluated in float64: rigorous up to rounding (`numerics.certified.capacity_partial` encloses it).

    Arguments: poles (N,), |λ| < 1; lag = T >= 0.
    Returns: float in [0, 1]; 1 where nothing is known. M_{T−1} is at most this.
    Raises: ValueError for bad poles or lag. Reference: this project.

    >>> tail_bound([0.0, 0.0], 3) < 1e-50
    True
    """
    return math.exp(log_tail_bound(poles, lag))


def tail_length(poles: Complex, log_energy: float) -> int:
    """The smallest lag T at which the bound on Σ_{j≥T}|b_j|² has fallen to e^{log_energy}.

    T = min_s (Σ_k log((R − |λ_k|)/(1 − |λ_k|R)) − ½ log_energy)/s, R = e^s

    Arguments: poles, checked, (N,); log_energy < 0. Returns: int >= 1.
    """
    gap = stability_gap(poles)
    return max(1, math.ceil(_best_over_radius(lambda s: (_log_growth(s, gap) - 0.5 * log_energy) / s, gap)))
