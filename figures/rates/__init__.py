"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.approximation import APPROXIMATION
from figures.rates.balance import BALANCE
from figures.rates.blocks import BLOCKS
from figures.rates.covering import COVERING
from figures.rates.estimation import ESTIMATION
from figures.rates.index_sets import INDEX_SETS
from figures.rates.length import LENGTH
from figures.rates.plugin import PLUGIN
from figures.rates.relu import RELU
from figures.rates.relu_softmax import RELU_SOFTMAX
from figures.rates.trained import TRAINED

FIGURES: tuple[Figure, ...] = (
    INDEX_SETS,
    BLOCKS,
    APPROXIMATION,
    RELU,
    RELU_SOFTMAX,
    BALANCE,
    ESTIMATION,
    COVERING,
    PLUGIN,
    LENGTH,
    TRAINED,
)

__all__ = ["FIGURES"]
