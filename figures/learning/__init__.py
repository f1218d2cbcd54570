"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.regularisation import REGULARISATION

FIGURES: tuple[Figure, ...] = (REGULARISATION,)

__all__ = ["FIGURES"]
