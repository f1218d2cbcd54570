"""Explorations of rates: smoothness vectors, the series estimator, the minimax band."""

from figures.explorer.exploration import Exploration
from figures.explorer.rates.minimax import MINIMAX
from figures.explorer.rates.series import SERIES
from figures.explorer.rates.smoothness import SMOOTHNESS

EXPLORATIONS: tuple[Exploration, ...] = (SMOOTHNESS, SERIES, MINIMAX)
