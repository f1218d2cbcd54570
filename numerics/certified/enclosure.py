"""Enclosures: what ball arithmetic hands back to float64, and what it accepts from it.

Glossary: ball a midpoint with an error radius · bits working precision.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import acb, arb, ctx
from numpy.typing import ArrayLike

from numerics.preconditions import Real, as_count, as_poles, as_real

Poles = ArrayLike | Sequence[acb | arb]


class NotTight(ArithmeticError):
    """An enclosure exists but is wider than asked for."""


@dataclass(frozen=True)
class Enclosure:
    """lower <= truth <= upper, elementwise, rounded outwards to float64."""

    lower: Real
    upper: Real

    @property
    def width(self) -> Real:
        """The widths, upper − lower."""
        return self.upper - self.lower

    def contains(self, x: ArrayLike) -> np.ndarray:
        """Whether each value lies inside."""
        return (self.lower <= np.asarray(x)) & (np.asarray(x) <= self.upper)

    def distance(self, x: ArrayLike) -> Real:
        """How far each value lies outside: its error is at most this plus `width`, at least this."""
        return np.maximum(0.0, np.maximum(self.lower - np.asarray(x), np.asarray(x) - self.upper))


def as_bits(bits: int) -> int:
    """A working precision: an integer >= 2."""
    return as_count("bits", bits, least=2)


def as_tolerance(tolerance: float) -> float:
    """A largest acceptable width: a real number >= 0, or infinity."""
    if isinstance(tolerance, (float, np.floating)) and tolerance == math.inf:
        return math.inf
    width = as_real("tolerance", tolerance)
    if width < 0:
        raise ValueError(f"tolerance = {width}: a width must be >= 0")
    return width


def enclose(balls: Sequence[arb], tolerance: float) -> Enclosure:
    """Balls rounded outwards to float64, refused when the widest exceeds the tolerance.

    A ball that is not a number says nothing: the whole line. The conversion of an end to float64 rounds to nearest, so
    one double further out is safe.

    Arguments: balls (M,); tolerance >= 0, largest acceptable width, infinity for any. Returns: Enclosure (M,).
    Raises: ValueError for a bad tolerance; NotTight.
    """
    tolerance = as_tolerance(tolerance)
    lower = np.nextafter([float(ball.lower()) for ball in balls], -np.inf)
    upper = np.nextafter([float(ball.upper()) for ball in balls], np.inf)
    enclosure = Enclosure(np.where(np.isnan(lower), -np.inf, lower), np.where(np.isnan(upper), np.inf, upper))
    widest = float(np.max(enclosure.width)) if np.all(np.isfinite(enclosure.width)) else math.inf
    if not widest <= tolerance:
        raise NotTight(
            f"enclosure of width {widest:.3g} > tolerance {tolerance:.3g} at {ctx.prec} bits: raise bits or horizon"
        )
    return enclosure


def energy(ball: acb) -> arb:
    """|z|², by products: python-flint's power of a ball that holds 0 is not a number."""
    return ball.real * ball.real + ball.imag * ball.imag


def pole_balls(poles: Poles) -> list[acb]:
    """Discrete poles as balls: doubles taken exactly, or balls that lie wholly inside the unit circle."""
    entries = list(poles) if isinstance(poles, (list, tuple)) else []
    if entries and all(isinstance(p, (acb, arb)) for p in entries):
        balls = [acb(p) for p in entries]
        for k, ball in enumerate(balls):
            if not (ball.is_finite() and energy(ball) < 1):
                raise ValueError(f"poles[{k}] = {ball}: the whole ball must lie inside the unit circle")
        return balls
    return [acb(p.real, p.imag) for p in as_poles(poles)]  # type: ignore[arg-type]
