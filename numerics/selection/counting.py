"""How many maps from queries to answers a one-step read can realise, and how many reals it must read for that.

Glossary: D reals that are computed from the context without the query · Q queries, b answer bits each · ℓ hidden
layers of widths w_1 .. w_ℓ · Φ_D(N) = Σ_{j<=D} C(N, j), the most sign patterns of N affine functions on R^D.
"""

import math
from collections.abc import Sequence

import numpy as np

from numerics.preconditions import as_count


def sign_patterns(dimension: int, functions: int) -> int:
    """The most patterns {> 0, <= 0} of N affine functions on R^D.

    Φ_D(N) = Σ_{j=0}^{D} C(N, j)

    Arguments: dimension = D >= 1; functions = N >= 1. Returns: int, exact. Raises: ValueError otherwise.

    >>> sign_patterns(2, 4), sign_patterns(7, 3)
    (11, 8)
    """
    D, N = as_count("dimension", dimension), as_count("functions", functions)
    term = total = 1
    for j in range(1, min(D, N) + 1):
        term = term * (N - j + 1) // j
        total += term
    return total


def sign_patterns_by_recursion(dimension: int, functions: int) -> int:
    """The slow, obvious route to `sign_patterns`, one hyperplane after the other.

    Φ_D(N+1) = Φ_D(N) + Φ_{D−1}(N), Φ_D(0) = Φ_0(N) = 1: the new one is cut by the others into Φ_{D−1}(N) parts
    """
    D, N = as_count("dimension", dimension), as_count("functions", functions)
    row = [1] * (D + 1)
    for _ in range(N):
        row = [1] + [row[k] + row[k - 1] for k in range(1, D + 1)]
    return row[D]


def sign_patterns_closed_form(dimension: int, functions: int) -> float:
    """log2 of the closed form that `sign_patterns` does not exceed.

    Φ_D(N) <= (eN/D)^D

    Arguments: 1 <= D <= N, for beyond N the closed form falls again and is no bound. Returns: bits.
    Raises: ValueError otherwise.
    """
    D, N = as_count("dimension", dimension), as_count("functions", functions)
    if D > N:
        raise ValueError(f"dimension = {D}: must be at most the number of functions, {N}, for (eN/D)^D to be a bound")
    return D * (math.log2(math.e) + math.log2(N) - math.log2(D))


def map_count_bound(dimension: int, queries: int, widths: Sequence[int], bits: int) -> int:
    """The most maps query -> answer of a ReLU network that reads D reals, in any precision.

    Π_{i=1}^{ℓ} Φ_D(Q w_i) · Φ_D(Q b)

    Arguments: D >= 1; Q >= 1; widths (w_1, .., w_ℓ), each >= 1, none for affine answers; b >= 1.
    Returns: int, exact; more than 2^{Qb} says nothing. Raises: ValueError otherwise.

    >>> map_count_bound(1, 12, (2,), 1)
    325
    """
    D, Q, b, hidden = *_as_sizes(dimension, queries, bits), _as_widths(widths)
    return math.prod(sign_patterns(D, Q * w) for w in (*hidden, b))


def bound_in_bits(dimension: int, queries: int, widths: Sequence[int], bits: int) -> float:
    """log2 of the simpler bound: (ℓ+1) times D log2(eQM/D), M = max(w_1, .., w_ℓ, b).

    Arguments: as `map_count_bound`, D <= QM. Returns: bits. Raises: ValueError otherwise.
    """
    D, Q, b, hidden = *_as_sizes(dimension, queries, bits), _as_widths(widths)
    return (len(hidden) + 1) * sign_patterns_closed_form(D, Q * max((*hidden, b)))


def least_reals(queries: int, widths: Sequence[int], bits: int) -> int:
    """The least D that the simpler bound leaves for Q arbitrary answers of b bits.

    D (ℓ+1) log2(eQM/D) >= Qb, whose left side grows with D up to D = QM

    Arguments: Q >= 1; widths; b >= 1. Returns: int, 1..QM. Raises: ValueError otherwise.
    """
    Q, b, hidden = as_count("queries", queries), as_count("bits", bits), _as_widths(widths)
    low, high = 1, Q * max((*hidden, b))
    while low < high:
        middle = (low + high) // 2
        enough = bound_in_bits(middle, Q, hidden, b) >= Q * b
        low, high = (low, middle) if enough else (middle + 1, high)
    return low


def iterated_strings(steps: int) -> int:
    """Distinct answer strings of a decoder of one real that is run again on its own answers, 1 bit a step.

    bit = [x >= 2^{L−1}], x <- 2 (x − 2^{L−1} bit), from x = 0 .. 2^L − 1

    A single step has one threshold; to tell L answers of one step apart, L thresholds on the line, L + 1 strings.

    Arguments: steps = L, 1..20. Returns: int. Raises: ValueError otherwise.
    """
    L = as_count("steps", steps)
    if L > 20:
        raise ValueError(f"steps = {L}: must be at most 20")
    x, strings = np.arange(2**L), np.zeros(2**L, dtype=np.int64)
    for _ in range(L):
        bit = x >= 2 ** (L - 1)
        x, strings = 2 * (x - 2 ** (L - 1) * bit), 2 * strings + bit
    return len(np.unique(strings))


def threshold_maps(bits: int) -> int:
    """Distinct answers of b thresholds 1 .. b on one real, s -> ([s > 1], .., [s > b]), counted over half-integers.

    The thresholds are nested: how many lie below s is the map.

    Arguments: bits = b, 1..2^20. Returns: int, Φ_1(b) = b + 1. Raises: ValueError otherwise.
    """
    b = as_count("bits", bits)
    if b > 1 << 20:
        raise ValueError(f"bits = {b}: must be at most 2^20")
    return len(np.unique(np.searchsorted(np.arange(1, b + 1), np.arange(1, 2 * b + 4) / 2)))


def _as_sizes(dimension: object, queries: object, bits: object) -> tuple[int, int, int]:
    return as_count("dimension", dimension), as_count("queries", queries), as_count("bits", bits)


def _as_widths(widths: Sequence[int]) -> tuple[int, ...]:
    return tuple(as_count(f"width {i}", w) for i, w in enumerate(widths, 1))
