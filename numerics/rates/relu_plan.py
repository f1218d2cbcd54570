"""How deep a ReLU network that selects must be: its error bound, and the sizes of least depth for an accuracy.

Glossary as in `numerics.rates.relu_softmax`; n pairs of Taylor terms (degree 2n − 1) · D largest difference of two
values · E error of the exponential · η what is left of 1 − z y.
"""

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from numerics.preconditions import as_count, as_fraction, as_nonnegative, as_positive
from numerics.rates.relu_softmax import exactly, halvings, least_denominator, start_error

#: The rounding unit of double precision.
UNIT = 2.0**-53
#: The most halvings beyond those that are needed, pairs of terms and Newton steps that `plan` looks at.
EXTRA, PAIRS, STEPS = 8, 24, 48
#: The most halvings whose 2^k is a double with room to spare.
MOST = 1000


class Plan(NamedTuple):
    """Sizes of the selecting network: degree 2n − 1, products of error ε_m, k halvings, Newton steps, Z >= q.

    bound: of the error of the value in units of V, by the theorem; rounding: what doubles may add, in units of V;
    depth: hidden layers.
    """

    n: int
    m: int
    k: int
    steps: int
    q: Fraction
    bound: float
    rounding: float
    depth: int


def exponential_bound(n: int, m: int, k: int) -> float:
    """K u^{2n} e^{−(K−1)u}/(2n)! + (K e − 1) ε_m, K = 2^k, u = min(1, 2n/(K−1)): bounds E for degree 2n − 1.

    Arguments: n >= 1, m >= 1, 0 <= k <= 1000. Raises: ValueError outside these.
    """
    n, m, k = as_count("n", n), as_count("m", m), as_count("k", k, least=0)
    if k > MOST:
        raise ValueError(f"k = {k}: must be at most {MOST}, 2^k is beyond doubles")
    return _taylor(n, k) + (2**k * math.e - 1) * 4.0 ** (-m - 1)


def _taylor(n: int, k: int) -> float:
    K, u = 2.0**k, Fraction(2 * n, max(2**k - 1, 2 * n))
    return K * math.exp(-(K - 1) * u) * float(u ** (2 * n) / math.factorial(2 * n))


def reciprocal_bound(q: Any, steps: int, m: int) -> float | None:
    """e_0^{2^s} + (2^s − 1) 8 ε_m/q, s Newton steps: bounds |1 − z y| on [q, 1]; None where nothing is known.

    Arguments: 0 < q <= 1, steps >= 0, m >= 1. Raises: ValueError outside these.
    """
    steps, m, left = as_count("steps", steps, least=0), as_count("m", m), start_error(q)
    rounds = (2**steps - 1) * 8 * Fraction(1, 4 ** (m + 1)) / least_denominator(q)
    return float(left) ** 2**steps + float(rounds) if rounds <= 1 - left else None


def pooling_bound(n: int, m: int, k: int, steps: int, q: Any, V: Any = 1, D: Any = None) -> float | None:
    """(D E + 3 V ε_m)/q + V η: bounds the distance of the selecting network from the softmax average.

    Arguments: as the two bounds; V > 0, |v| <= V; D in [0, 2V] the largest difference of values, 2V where not given.
    Returns: None where `reciprocal_bound` is. Raises: ValueError outside these.
    """
    V = as_positive("V", V)
    if D is not None and D > 2 * V:
        raise ValueError(f"D = {D}: values in [-V, V], V = {V:g}, differ by at most 2V")
    D, eta = 2 * V if D is None else as_nonnegative("D", D), reciprocal_bound(q, steps, m)
    if eta is None:
        return None
    return (D * exponential_bound(n, m, k) + 3 * V * 4.0 ** (-m - 1)) / float(q) + V * eta


def exponential_rounding(m: int, k: int) -> float:
    """16 (m + 4) K u: what doubles may add to the error of the exponential, its K squares and Horner's products.

    Arguments: m >= 1, k >= 0. Raises: ValueError outside these.
    """
    return 16 * (as_count("m", m) + 4) * 2 ** as_count("k", k, least=0) * UNIT


def reciprocal_rounding(q: Any, steps: int, m: int) -> float:
    """128 (m + 4) 2^s u/q: what doubles may add to |1 − z y| after s Newton steps.

    Arguments: 0 < q <= 1, steps >= 0, m >= 1. Raises: ValueError outside these.
    """
    s = as_count("steps", steps, least=0)
    return 128 * (as_count("m", m) + 4) * 2**s / float(least_denominator(q)) * UNIT


def rounding(m: int, k: int, steps: int, q: Any, L: int) -> float:
    """What doubles may add to the error of the selecting network, in units of V.

    A square or product loses 8(m + 4) u; K squarings and 2^s steps multiply what came before, as the errors of the
    products themselves; 1/q those of the sums, which lose L u.

    Arguments: m >= 1; k, steps >= 0; 0 < q <= 1; L >= 1. Raises: ValueError outside these.
    """
    m, k, steps, L = as_count("m", m), as_count("k", k, least=0), as_count("steps", steps, least=0), as_count("L", L)
    return UNIT * (8 * (m + 4) * (2 * 2**k + 8 * 2**steps + 4) + 4 * L) / float(least_denominator(q))


def plan(accuracy: float, B: Any, L: int, slack: Any = 0) -> Plan:
    """The sizes of least depth 2(n + s)(m + 1) + k m with bound at most the accuracy.

    Arguments: accuracy in (0, 1), of the value in units of V, any values; B >= χ times the range of importances, > 0;
    L >= 1 tokens; slack >= 0, χ times the most that the best importance is below the top. As the exponential is exact
    at the top, Z >= 1/L for slack 0; otherwise q = (15/16) e^{−slack}/L, and E <= e^{−slack}/16.
    Raises: ValueError outside these, and for an accuracy that doubles cannot reach by this network.
    """
    accuracy, L, slack = as_fraction("accuracy", accuracy), as_count("L", L), as_nonnegative("slack", slack)
    least, q = halvings(B), _denominator(L, slack)
    k, n, s = np.meshgrid(np.arange(least, least + EXTRA + 1), np.arange(1, PAIRS + 1), np.arange(STEPS), indexing="ij")
    K, low, left = 2.0**k, float(q), float(start_error(q))
    taylor = np.array([[_taylor(int(i), int(j)) for i in n[0, :, 0]] for j in k[:, 0, 0]])[..., None]
    spare = accuracy - 2 * taylor / low - left ** (2.0**s)
    slope = (2 * (K * math.e - 1) + 3 + 8 * (2.0**s - 1)) / low
    most = np.minimum(spare / slope, (1 - left) * low / np.maximum(8 * (2.0**s - 1), 1e-300))
    if slack:
        most = np.minimum(most, (math.exp(-slack) / 16 - taylor) / (K * math.e - 1))
    m = np.maximum(1, np.ceil(-np.log2(np.maximum(most, 1e-300)) / 2 - 1 + 1e-9))
    depth = np.where(most > 0, 2 * (n + s) * (m + 1) + k * m, np.inf)
    best = np.unravel_index(np.argmin(depth), depth.shape)
    if not np.isfinite(depth[best]):
        raise ValueError(
            f"accuracy = {accuracy}: no network of at most {PAIRS} pairs of terms and {STEPS} steps has it"
        )
    return _checked(accuracy, int(n[best]), int(m[best]), int(k[best]), int(s[best]), q, L)


def _checked(accuracy: float, n: int, m: int, k: int, steps: int, q: Fraction, L: int) -> Plan:
    bound, lost = pooling_bound(n, m, k, steps, q), rounding(m, k, steps, q, L)
    if lost > accuracy:
        raise ValueError(f"accuracy = {accuracy}: doubles may lose {lost:.2g} in this network, must be above that")
    assert bound is not None and bound <= accuracy
    return Plan(n, m, k, steps, q, bound, lost, 2 * (n + steps) * (m + 1) + k * m)


def _denominator(L: int, slack: float) -> Fraction:
    if not slack:
        return Fraction(1, L)
    if slack > 700:
        raise ValueError(f"slack = {slack:g}: must be at most 700, e^(-slack) is beyond doubles")
    digits = 20 - math.frexp(math.exp(-slack))[1]
    return exactly("q", math.floor(math.exp(-slack) * 2**digits)) * Fraction(15, 16 * 2**digits * L)
