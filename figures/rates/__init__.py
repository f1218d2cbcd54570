"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.approximation import APPROXIMATION
from figures.rates.blocks import BLOCKS
from figures.rates.index_sets import INDEX_SETS

FIGURES: tuple[Figure, ...] = (
    BLOCKS,
    INDEX_SETS,
    APPROXIMATION,
)

__all__ = ["FIGURES"]
