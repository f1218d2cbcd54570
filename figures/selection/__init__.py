"""The figures of the topic `selection`, one per file."""

from figures.figure import Figure
from figures.selection.blind import BLIND
from figures.selection.codes import CODES

FIGURES: tuple[Figure, ...] = (
    CODES,
    BLIND,
)

__all__ = ["FIGURES"]
