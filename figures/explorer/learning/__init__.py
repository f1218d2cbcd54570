"""Explorations of learning: one pole up and down, lags of a read-out, the gradient of memory by the poles."""

from figures.explorer.exploration import Exploration
from figures.explorer.learning.escape import ESCAPE

EXPLORATIONS: tuple[Exploration, ...] = (ESCAPE,)
