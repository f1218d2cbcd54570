"""The checks of the topic `rates`, one per claim, and its measured studies."""

from tests.rates import (
    approximation,
    covering,
    estimation,
    index_sets,
    length,
    plugin,
    relu,
    relu_softmax,
    studies,
)
from tests.witness import Check, Study

CHECKS: tuple[Check, ...] = (
    *index_sets.CHECKS,
    *approximation.CHECKS,
    *relu.CHECKS,
    *relu_softmax.CHECKS,
    *estimation.CHECKS,
    *covering.CHECKS,
    *plugin.CHECKS,
    *length.CHECKS,
)
STUDIES: tuple[Study, ...] = (*studies.STUDIES, *plugin.STUDIES)
