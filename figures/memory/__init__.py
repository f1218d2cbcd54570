"""The figures of the topic `memory`, one per file."""

from figures.figure import Figure
from figures.memory.closed_forms import CLOSED_FORMS
from figures.memory.profiles import PROFILES

FIGURES: tuple[Figure, ...] = (PROFILES, CLOSED_FORMS)

__all__ = ["FIGURES"]
