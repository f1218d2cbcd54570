"""Explorations of selection: the softmax, the bits of a state, the dimension of a code."""

from figures.explorer.exploration import Exploration
from figures.explorer.selection import codes, softmax, states

EXPLORATIONS: tuple[Exploration, ...] = (softmax.SHARPNESS, states.BITS, codes.DIMENSION)
