"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.direction import DIRECTION
from figures.learning.nonlinear import NONLINEAR
from figures.learning.zero_memory import ZERO_MEMORY

FIGURES: tuple[Figure, ...] = (
    DIRECTION,
    ZERO_MEMORY,
    NONLINEAR,
)

__all__ = ["FIGURES"]
