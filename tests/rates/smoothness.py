"""Smoothness vectors and thresholds that reach the hypotheses of index sets: exact, tied, on and next to lattices."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, lcm, prod
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

#: Stands where a shifted index would read: no smoothness, count or coefficient of any example.
BEYOND = 1237


class Set(NamedTuple):
    """Smoothness, not decreasing, and a threshold."""

    a: tuple[Fraction, ...]
    T: Fraction


@st.composite
def smoothness(draw: st.DrawFn, most: int = 4, strict: bool = False) -> tuple[Fraction, ...]:
    """Integers, rationals, powers i^q, ties, one coordinate; `strict` keeps a_1 < a_2, also next to each other."""
    first = draw(st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 3), Fraction(3, 2), Fraction(7, 5)]))
    rests = st.sampled_from(["0", "0", "1", "2", "1/2", "1/7", "1/100", "5", "40"]).map(Fraction)
    a = [first]
    for place in range(draw(st.integers(0, most - 1))):
        step = draw(rests)
        a.append(a[-1] + first * (step or (Fraction(1) if strict and place == 0 else 0)))
    return tuple(a)


@st.composite
def index_sets(draw: st.DrawFn, most: int = 4, strict: bool = False, steps: int = 9) -> Set:
    """T below a_1, on multiples of it, just above and below them, anywhere; up to `steps` a_1."""
    a = draw(smoothness(most, strict))
    shift = draw(st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 1000), Fraction(-1, 1000), Fraction(1, 2)]))
    return Set(a, a[0] * (draw(st.integers(1, steps)) + shift))


def rescaled(a: Sequence[Fraction], T: Fraction) -> tuple[list[int], int]:
    """The same set in integers: their quotients are exact where they are integers, at any number of digits."""
    scale = lcm(T.denominator, *(x.denominator for x in a))
    return [int(x * scale) for x in a], int(T * scale)


def letters(given: Set) -> dict[str, Any]:
    """The letters a, T, d of a set, in integers."""
    a, T = rescaled(*given)
    return {"a": np.array([BEYOND, *a, BEYOND * a[-1]], dtype=object), "T": T, "d": len(a)}


def few(given: Set, blocks: int = 3000) -> bool:
    """Whether the box around the set has few blocks, so that all may be listed."""
    return prod(ceil(given.T / x) for x in given.a) <= blocks
