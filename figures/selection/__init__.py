"""The figures of the topic `selection`, one per file."""

from figures.figure import Figure
from figures.selection.pooling import POOLING
from figures.selection.sharpness import SHARPNESS

FIGURES: tuple[Figure, ...] = (SHARPNESS, POOLING)

__all__ = ["FIGURES"]
