"""Explorations of equivalence: LegS and its diagonal part, its eigenvectors, and what a discretisation changes."""

from figures.explorer.equivalence.diagonal_form import DIAGONAL_FORM
from figures.explorer.equivalence.discretisation import DISCRETISATION
from figures.explorer.equivalence.eigenvectors import EIGENVECTORS

EXPLORATIONS = (DIAGONAL_FORM, EIGENVECTORS, DISCRETISATION)
