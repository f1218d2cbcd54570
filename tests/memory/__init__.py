"""The checks of the topic `memory`, one per claim."""

from tests.memory import allpass, capacity, closed_forms, poles, regression
from tests.witness import Check

CHECKS: tuple[Check, ...] = (*regression.CHECKS, *poles.CHECKS, *allpass.CHECKS, *capacity.CHECKS, *closed_forms.CHECKS)
