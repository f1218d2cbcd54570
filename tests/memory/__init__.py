"""The checks of the topic `memory`, one per claim."""

from tests.memory import allpass, capacity, closed_forms, coloured, layers, length, limits, noise, poles, regression
from tests.witness import Check

CHECKS: tuple[Check, ...] = (
    *regression.CHECKS,
    *poles.CHECKS,
    *allpass.CHECKS,
    *capacity.CHECKS,
    *length.CHECKS,
    *closed_forms.CHECKS,
    *limits.CHECKS,
    *noise.CHECKS,
    *coloured.CHECKS,
    *layers.CHECKS,
)
