"""The anisotropic index set of a_i = i^q, infinitely many coordinates: how far its size is from 2^{ãT}, ã = Σ i^{−q}.

log2 G − ãT = κ(q) T^{1/q} + o(T^{1/q}):  G/2^{ãT} is not bounded where κ > 0, which is for q above 3.3793

The smaller term is the error of a sum of fractional parts, and larger than a constant.
"""

import math

import mpmath

from numerics.preconditions import as_count, as_positive


def power_box_constant(q: float) -> float:
    """The limit κ(q) of (log2 G − ãT)/T^{1/q}.

    κ(q) = 1 + ζ(1/q) + Σ_{k >= 2} log2(1 − 2^{−k}) ((k − 1)^{−1/q} − k^{−1/q})

    Why: with u = i/T^{1/q} the sum over i < T^{1/q} of log2(2^⌈u^{−q}⌉ − 1) − u^{−q} becomes an integral over
    0 < u < 1, where ⌈u^{−q}⌉ = k on ((k)^{−1/q}, (k − 1)^{−1/q}); the coordinates beyond take away 1/(q − 1) more.

    Arguments: q > 1. Returns: float; it rises with q from −∞ to 1/2. Raises: ValueError otherwise.
    Reference: this project.

    >>> [round(power_box_constant(q), 2) for q in (2, 3, 3.5, 4, 8)]
    [-0.62, -0.09, 0.02, 0.1, 0.32]
    """
    if as_positive("q", q) <= 1:
        raise ValueError(f"q = {q}: must be > 1, else Σ i^(-q) diverges")
    s = 1 / mpmath.mpf(q)
    cut = mpmath.fsum(mpmath.log(1 - mpmath.mpf(2) ** -k, 2) * ((k - 1) ** -s - k**-s) for k in range(2, 70))
    return float(1 + mpmath.zeta(s) + cut)


def power_box_remainder(q: int, T: int) -> float:
    """log2 G(T) − ãT for a_i = i^q, with the fractional parts ⌈T/i^q⌉ − T/i^q in exact integers.

    Arguments: q >= 2 and T >= 1, integers; T^{1/q} terms are added up. Returns: float. Raises: ValueError otherwise.
    """
    q, T = as_count("q", q, least=2), as_count("T", T)
    total, i = 0.0, 1
    while i**q < T:
        x = -(-T // i**q)
        total += (-T % i**q) / i**q + (math.log1p(-(2.0**-x)) / math.log(2) if x < 1000 else 0.0)
        i += 1
    with mpmath.workdps(30 + len(str(T))):
        return total - float(T * mpmath.zeta(q, i))
