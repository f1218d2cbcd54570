"""The checks of the topic `equivalence`, one per claim."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
