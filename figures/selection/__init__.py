"""The figures of the topic `selection`, one per file."""

from figures.figure import Figure
from figures.selection.blind import BLIND
from figures.selection.codes import CODES
from figures.selection.copy import COPY
from figures.selection.digits import DIGITS
from figures.selection.found import FOUND
from figures.selection.kernels import KERNELS
from figures.selection.look_up import LOOK_UP
from figures.selection.map_count import MAP_COUNT
from figures.selection.motif import MOTIF
from figures.selection.pigeonhole import PIGEONHOLE
from figures.selection.pooling import POOLING
from figures.selection.query_order import QUERY_ORDER
from figures.selection.recall import RECALL
from figures.selection.resources import RESOURCES
from figures.selection.sharpness import SHARPNESS

FIGURES: tuple[Figure, ...] = (
    SHARPNESS,
    POOLING,
    KERNELS,
    CODES,
    LOOK_UP,
    BLIND,
    DIGITS,
    PIGEONHOLE,
    MAP_COUNT,
    RESOURCES,
    RECALL,
    COPY,
    QUERY_ORDER,
    FOUND,
    MOTIF,
)

__all__ = ["FIGURES"]
