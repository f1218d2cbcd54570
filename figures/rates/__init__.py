"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure

FIGURES: tuple[Figure, ...] = ()

__all__ = ["FIGURES"]
