"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.length import LENGTH
from figures.rates.plugin import PLUGIN
from figures.rates.relu_softmax import RELU_SOFTMAX

FIGURES: tuple[Figure, ...] = (
    RELU_SOFTMAX,
    PLUGIN,
    LENGTH,
)

__all__ = ["FIGURES"]
