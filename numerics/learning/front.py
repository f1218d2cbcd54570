"""How much memory of one lag N poles can have: the bound, the best ring, ascents, and the residual under a delay law.

Glossary: K delay · m = ⌊K/N⌋ · r radius of the ring, x = r^{2N} · law: probabilities of the delays 0, 1, ….
"""

import numpy as np
from numpy.typing import ArrayLike

from numerics.preconditions import Complex, Real, as_count, as_law, as_radius, as_real_vector
from numerics.spectra import ring


def front_bound(N: int, lag: int) -> float:
    """What no N poles exceed at one lag.

    MF(K) <= min(1, N/(K + 1)): memory falls with the lag and sums to N

    Arguments: N >= 1; lag K >= 0. Returns: float. Raises: ValueError for bad counts.
    """
    return min(1.0, as_count("N", N) / (as_count("lag", lag, least=0) + 1))


def ring_memory(N: int, radius: float, lag: int) -> float:
    """Memory of N poles evenly on a circle.

    MF(K) = (1 − x) x^m, x = r^{2N}, m = ⌊K/N⌋

    Arguments: N >= 1; 0 <= radius < 1; lag. Returns: float; 0^0 = 1. Raises: ValueError for bad arguments.

    >>> ring_memory(2, 0.5, 3)
    0.05859375
    """
    x = as_radius("radius", radius) ** (2 * as_count("N", N))
    return float((1 - x) * x ** (as_count("lag", lag, least=0) // N))


def best_ring_radius(N: int, lag: int) -> float:
    """The radius of the ring with most memory of one lag.

    r^{2N} = m/(m + 1), m = ⌊K/N⌋

    Arguments: N >= 1; lag. Returns: float, 0 for K < N (the delay line). Raises: ValueError for bad counts.
    """
    m = as_count("lag", lag, least=0) // as_count("N", N)
    return float((m / (m + 1)) ** (1 / (2 * N)))


def best_ring(N: int, lag: int) -> Complex:
    """The ring with most memory of one lag. Arguments: N >= 1; lag. Returns: complex (N,)."""
    return ring(N, best_ring_radius(N, lag))


def best_ring_memory(N: int, lag: int) -> float:
    """Memory of the best ring: (m/(m + 1))^m/(m + 1), between 1/(e(m + 1)) and 1/(m + 1).

    Arguments: N >= 1; lag. Returns: float. Raises: ValueError for bad counts.

    >>> best_ring_memory(2, 3)
    0.25
    """
    m = as_count("lag", lag, least=0) // as_count("N", N)
    return (m / (m + 1)) ** m / (m + 1)


def _law(weights: Real) -> Real:
    return weights / weights.sum()


def short_law(horizon: int, decay: float) -> Real:
    """Geometric delays p_K ∝ q^K, K < horizon. Arguments: horizon; 0 < decay q < 1. Returns: (horizon,)."""
    return _law(as_radius("decay", decay) ** np.arange(as_count("horizon", horizon), dtype=np.float64))


def uniform_law(horizon: int) -> Real:
    """All delays below the horizon alike. Arguments: horizon. Returns: (horizon,)."""
    return _law(np.ones(as_count("horizon", horizon)))


def long_law(horizon: int) -> Real:
    """The delays of the upper half of the horizon alike, none below. Arguments: horizon. Returns: (horizon,)."""
    n = as_count("horizon", horizon, least=2)
    return _law((np.arange(n) >= n // 2).astype(np.float64))


def best_radius_under(law: ArrayLike, N: int, grid: ArrayLike) -> tuple[float, float]:
    """The radius on a grid at which a ring of N poles has the least `readout.expected_residual` under a delay law.

    E min_w L_2 = 1 − (1 − x) Σ_m x^m Σ_{K: ⌊K/N⌋ = m} p_K

    Arguments: law p (horizon,), >= 0, sum 1; N; grid of x = r^{2N} in [0, 1). Returns: x and the loss there.
    Raises: ValueError for a law that is no probability, or a bad N.
    """
    p, x = as_law(law), as_real_vector("grid", grid)
    turns = np.arange(len(p)) // as_count("N", N)
    weights = np.bincount(turns, weights=p)
    loss = 1 - (1 - x) * np.polynomial.polynomial.polyval(x, weights)
    best = int(np.argmin(loss))
    return float(x[best]), float(loss[best])
