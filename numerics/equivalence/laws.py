"""Where the modes of LegS's normal part lie for large N, and what S4D-Inv and S4D-Lin make of them.

Glossary: k mode, fastest first · ω_k its frequency · y = ω/N · x = (2k+1)/N, the index · Δ = p/q the step.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from numerics.preconditions import Real, as_count, as_step

_BISECTIONS = 70


def top_frequency(k: ArrayLike, N: int) -> Real:
    """The fastest modes for large N, two terms.

    ω_k = N²/(π(2k+1)) · (1 − π²(2k+1)²/(6N²) + O(N⁻⁴)), k fixed

    The phase Φ_N expanded at large ω.

    Arguments: k >= 0, integers; N >= 1. Returns: float64, shape of k. Raises: ValueError for a bad N.
    Reference: this project.
    """
    odd = np.pi * (2 * np.asarray(k) + 1)
    return as_count("N", N) ** 2 / odd * (1 - odd**2 / (6 * N**2))


def inv_frequency(k: ArrayLike, N: int) -> Real:
    """The frequencies of S4D-Inv, (N/π)(N/(2k+1) − 1): relative error −(2k+1)/N + O(N⁻²) for fixed k.

    Arguments: k >= 0; N >= 1. Returns: float64, shape of k. Raises: ValueError for a bad N.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.
    """
    return (as_count("N", N) / np.pi) * (N / (2 * np.asarray(k) + 1) - 1)


def bulk_index(y: ArrayLike) -> Real:
    """Share of modes faster than ω = yN, times one: the limit of (2k+1)/N.

    x(y) = (2/π)[atan(1/y) − (y/2) ln(1 + 1/y²)], decreasing from 1 to 0

    A Riemann sum of the phase: N⁻¹Φ_N(yN) → ∫₀¹ atan(y/v) dv.

    Arguments: y > 0, any shape. Returns: float64, same shape. Reference: this project.
    """
    y = np.asarray(y, dtype=np.float64)
    return (2 / np.pi) * (np.arctan(1 / y) - (y / 2) * np.log1p(1 / y**2))


def inv_bulk_index(y: ArrayLike) -> Real:
    """The same law for S4D-Inv: x(y) = 1/(πy + 1)."""
    return 1.0 / (np.pi * np.asarray(y, dtype=np.float64) + 1.0)


def bulk_frequency(x: ArrayLike) -> Real:
    """The limit of ω_k/N at (2k+1)/N = x: the inverse of `bulk_index`, by bisection of ln y.

    Arguments: x in (0, 1), any shape. Returns: float64, same shape. Raises: ValueError outside.
    """
    x = np.asarray(x, dtype=np.float64)
    if not np.all((x > 0) & (x < 1)):
        raise ValueError(f"x = {x}: an index share lies strictly between 0 and 1")
    low, high = np.log(1 - x) - 40.0, 2.0 - np.log(x)  # x < 1/(πy) bounds y above
    low = np.maximum(low, -80.0)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        above = bulk_index(np.exp(middle)) > x
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.exp((low + high) / 2)


def inv_bulk_error(x: ArrayLike) -> Real:
    """Relative error of S4D-Inv's frequencies in the bulk.

    (1/x − 1)/(π y(x)) − 1: −22.2 % at x = 0.525, 0 at 0.914, unbounded towards 1

    Arguments: x in (0, 1), any shape. Returns: float64, same shape. Raises: ValueError outside.
    Reference: this project.
    """
    x = np.asarray(x, dtype=np.float64)
    return (1 / x - 1) / (np.pi * bulk_frequency(x)) - 1


def lin_distinct_poles(pairs: int, numerator: int, denominator: int) -> int:
    """How many different discrete poles S4D-Lin keeps at a rational step.

    min(2M−1, 2q/gcd(p, 2)), Δ = p/q in lowest terms, M pairs

    e^{iπjΔ}, |j| < M, repeats when jp is equal modulo 2q. Below 2M−1 modes have folded onto each other.

    Arguments: pairs = M >= 1; numerator, denominator of Δ, >= 1, any common factor. Returns: int.
    Raises: ValueError for bad integers. Reference: this project.

    >>> [lin_distinct_poles(32, 1, 31), lin_distinct_poles(32, 2, 25), lin_distinct_poles(32, 3, 50)]
    [62, 25, 63]
    """
    M, p, q = _rational(pairs, numerator, denominator)
    return min(2 * M - 1, 2 * q // math.gcd(p, 2))


def lin_distinct_poles_counted(pairs: int, numerator: int, denominator: int) -> int:
    """The same number, by listing the residues of jp modulo 2q for |j| < M.

    Arguments, returns, raises: as `lin_distinct_poles`.
    """
    M, p, q = _rational(pairs, numerator, denominator)
    return len({j * p % (2 * q) for j in range(-M + 1, M)})


def _rational(pairs: int, numerator: int, denominator: int) -> tuple[int, int, int]:
    M, p, q = as_count("pairs", pairs), as_count("numerator", numerator), as_count("denominator", denominator)
    return M, p // math.gcd(p, q), q // math.gcd(p, q)


def first_lag_full(N: int, dt: float) -> float:
    """Memory of the latest input in LegS under zero-order hold: MF(0) = 1 − Π|λ|² = 1 − e^{−ΔN(N+1)}.

    Arguments: N >= 1; dt = Δ > 0. Returns: float. Raises: ValueError for a bad N or step. Reference: this project.
    """
    return -math.expm1(-as_step(dt) * as_count("N", N) * (N + 1))


def first_lag_normal(N: int, dt: float) -> float:
    """The same for the normal part: MF(0) = 1 − e^{−ΔN}, since all real parts are −½.

    Arguments: N >= 1; dt = Δ > 0. Returns: float. Raises: ValueError for a bad N or step. Reference: this project.
    """
    return -math.expm1(-as_step(dt) * as_count("N", N))
