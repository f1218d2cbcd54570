"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.trained import TRAINED

FIGURES: tuple[Figure, ...] = (TRAINED,)

__all__ = ["FIGURES"]
