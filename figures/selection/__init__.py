"""The figures of the topic `selection`, one per file."""

from figures.figure import Figure
from figures.selection.look_up import LOOK_UP

FIGURES: tuple[Figure, ...] = (LOOK_UP,)

__all__ = ["FIGURES"]
