"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.front import FRONT
from figures.learning.landscape import LANDSCAPE

FIGURES: tuple[Figure, ...] = (LANDSCAPE, FRONT)

__all__ = ["FIGURES"]
