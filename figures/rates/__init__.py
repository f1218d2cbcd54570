"""The figures of the topic `rates`, one per file."""

from figures.figure import Figure
from figures.rates.balance import BALANCE
from figures.rates.covering import COVERING
from figures.rates.estimation import ESTIMATION

FIGURES: tuple[Figure, ...] = (
    BALANCE,
    ESTIMATION,
    COVERING,
)

__all__ = ["FIGURES"]
