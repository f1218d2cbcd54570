"""All figures, topic by topic."""

from figures import equivalence, learning, memory, rates, selection
from figures.figure import Figure

FIGURES: tuple[Figure, ...] = (
    *memory.FIGURES,
    *equivalence.FIGURES,
    *learning.FIGURES,
    *selection.FIGURES,
    *rates.FIGURES,
)
