"""Checks of the claims of `theory.learning.descent`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
