"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.relu_softmax import RELU_SOFTMAX

FIGURES: tuple[Figure, ...] = (RELU_SOFTMAX,)

__all__ = ["FIGURES"]
