"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.nonlinear import NONLINEAR

FIGURES: tuple[Figure, ...] = (NONLINEAR,)

__all__ = ["FIGURES"]
