"""Checks of the claims of `theory.learning.landscape`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
