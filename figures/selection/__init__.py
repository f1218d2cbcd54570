"""The figures of the topic `selection`, one per file."""

from figures.figure import Figure

FIGURES: tuple[Figure, ...] = ()

__all__ = ["FIGURES"]
