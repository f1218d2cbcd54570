"""The figures of the topic `selection`, one per file."""

from figures.figure import Figure
from figures.selection.copy import COPY
from figures.selection.motif import MOTIF
from figures.selection.query_order import QUERY_ORDER
from figures.selection.recall import RECALL

FIGURES: tuple[Figure, ...] = (RECALL, COPY, QUERY_ORDER, MOTIF)

__all__ = ["FIGURES"]
