"""Move a parameter and watch the theorem and the measurement together: one room of explorations per topic."""

from figures.explorer import memory, rates
from figures.explorer.exploration import Exploration

EXPLORATIONS: tuple[Exploration, ...] = (*memory.EXPLORATIONS, *rates.EXPLORATIONS)
