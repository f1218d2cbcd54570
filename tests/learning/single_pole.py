"""Checks of the claims of `theory.learning.single_pole`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
