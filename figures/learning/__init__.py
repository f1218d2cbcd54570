"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.escape import ESCAPE

FIGURES: tuple[Figure, ...] = (ESCAPE,)

__all__ = ["FIGURES"]
