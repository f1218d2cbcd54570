"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.relu import RELU

FIGURES: tuple[Figure, ...] = (RELU,)

__all__ = ["FIGURES"]
