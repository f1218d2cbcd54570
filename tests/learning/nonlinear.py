"""Checks of the claims of `theory.learning.nonlinear`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
