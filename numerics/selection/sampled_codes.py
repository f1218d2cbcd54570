"""Codes drawn at random: how many misread a memory that was fixed before them, and what that says of a probability.

Glossary: L pairs, b bits each, d entries of a code, as in `numerics.selection.codes`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import beta

from numerics.preconditions import as_count, as_fraction, as_seed
from numerics.selection.codes import Integers, as_keys, as_signs, parity_code, scores


class Interval(NamedTuple):
    """Limits that contain a probability with a given confidence."""

    lower: float
    upper: float


def clopper_pearson(hits: int, trials: int, doubt: float) -> Interval:
    """The interval of a probability from independent trials, of confidence at least 1 − doubt at any sample size.

    lower: P(Bin(n, lower) >= hits) = doubt/2, upper: P(Bin(n, upper) <= hits) = doubt/2

    Arguments: hits, 0..trials; trials >= 1; doubt in (0, 1). Returns: Interval. Raises: ValueError otherwise.
    Reference: Clopper, Pearson 1934.
    """
    n, k, half = as_count("trials", trials), as_count("hits", hits, least=0), as_fraction("doubt", doubt) / 2
    if k > n:
        raise ValueError(f"hits = {k}: must be at most {n}, the number of trials")
    lower = float(beta.ppf(half, k, n - k + 1)) if k else 0.0
    return Interval(lower, float(beta.ppf(1 - half, k + 1, n - k)) if k < n else 1.0)


def random_codes_failing(values: ArrayLike, dimension: int, draws: int, seed: int) -> int:
    """How many of so many independent ±1 codes misread any bit of one memory, ties included.

    Arguments: values ±1 (L, b); dimension = d; draws; seed. Returns: int. Raises: ValueError otherwise.
    """
    v, d = as_signs("values", values), as_count("dimension", dimension)
    draw = np.random.default_rng(as_seed(seed))
    return _failing(v, draws, lambda: draw.integers(0, 2, size=(len(v), d)) * 2 - 1)


def parity_codes_failing(
    keys: ArrayLike, key_bits: int, values: ArrayLike, dimension: int, draws: int, seed: int
) -> int:
    """The same for parity codes. Arguments: keys (L,), distinct, below 2^key_bits; else as above. Returns: int."""
    v, d, width = as_signs("values", values), as_count("dimension", dimension), as_count("key_bits", key_bits)
    stored = as_keys(keys, 2**width)
    if len(stored) != len(v):
        raise ValueError(f"values have shape {v.shape}: must have one row for each of {len(stored)} keys")
    draw = np.random.default_rng(as_seed(seed))
    return _failing(v, draws, lambda: parity_code(stored, draw.integers(0, 2, size=(d, width))))


def _failing(v: Integers, draws: int, code: Callable[[], Integers]) -> int:
    return sum(bool((scores(code(), v) * v <= 0).any()) for _ in range(as_count("draws", draws)))
