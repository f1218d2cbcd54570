"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.exact_recall import EXACT_RECALL
from figures.learning.pole_gradient import POLE_GRADIENT

FIGURES: tuple[Figure, ...] = (POLE_GRADIENT, EXACT_RECALL)

__all__ = ["FIGURES"]
