"""Explorations of learning: one pole on its way up and down, and the lags of a read-out."""

from figures.explorer.exploration import Exploration
from figures.explorer.learning.descent import DESCENT
from figures.explorer.learning.escape import ESCAPE
from figures.explorer.learning.lags import LAGS

EXPLORATIONS: tuple[Exploration, ...] = (ESCAPE, DESCENT, LAGS)
