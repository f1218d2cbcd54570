"""The figures of the topic `selection`, one per file."""

from figures.figure import Figure
from figures.selection.blind import BLIND
from figures.selection.codes import CODES
from figures.selection.found import FOUND
from figures.selection.look_up import LOOK_UP
from figures.selection.map_count import MAP_COUNT

FIGURES: tuple[Figure, ...] = (
    CODES,
    LOOK_UP,
    BLIND,
    FOUND,
    MAP_COUNT,
)

__all__ = ["FIGURES"]
