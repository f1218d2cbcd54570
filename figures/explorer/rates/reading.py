"""Smoothness vectors as they are typed: exact numbers, refused with the value and the rule."""

from __future__ import annotations

from fractions import Fraction

from figures.explorer.reading import listed
from numerics.rates.index_sets import as_smoothness

#: Coordinates at most: with more, the sets of generic smoothness are too large to count while a slider moves.
COORDINATES = 6


def smoothness(name: str, text: str) -> tuple[Fraction, ...]:
    """Numbers between commas, as in `1, 3/2, 2.5`, not decreasing. Raises: ValueError for anything else."""
    return as_smoothness([_fraction(name, part) for part in listed(name, text, COORDINATES)])


def _fraction(name: str, part: str) -> Fraction:
    try:
        # powers of ten are left out: 1e999999 is an integer of a million digits
        return Fraction(part if "e" not in part.lower() else "")
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{name}: {part!r} must be a number such as 2, 1.5 or 3/2") from None
