"""Checks of the claims of `theory.learning.readout`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
