"""Checks of the claims of `theory.learning.poles`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
