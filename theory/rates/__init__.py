"""Claims about rates: how many terms, units and samples a smooth target takes, with selection and without."""

from theory.claim import Claim
from theory.rates import (
    approximation,
    covering,
    estimation,
    index_sets,
    length,
    paper,
    plugin,
    relu,
    relu_softmax,
    studies,
)

CLAIMS: tuple[Claim, ...] = (
    *index_sets.CLAIMS,
    *approximation.CLAIMS,
    *relu.CLAIMS,
    *relu_softmax.CLAIMS,
    *estimation.CLAIMS,
    *covering.CLAIMS,
    *plugin.CLAIMS,
    *length.CLAIMS,
    *studies.CLAIMS,
    *paper.CLAIMS,
)
