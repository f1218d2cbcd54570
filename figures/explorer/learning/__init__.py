"""Explorations of learning: one pole up and down, lags of a read-out, the gradient of memory by the poles."""

from figures.explorer.exploration import Exploration
from figures.explorer.learning.escape import ESCAPE
from figures.explorer.learning.lags import LAGS

EXPLORATIONS: tuple[Exploration, ...] = (ESCAPE, LAGS)
