"""The checks of the topic `memory`, one per claim."""

from tests.memory import regression
from tests.witness import Check

CHECKS: tuple[Check, ...] = (*regression.CHECKS,)
