"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.length import LENGTH
from figures.rates.plugin import PLUGIN

FIGURES: tuple[Figure, ...] = (
    PLUGIN,
    LENGTH,
)

__all__ = ["FIGURES"]
