"""Checks of the claims of `theory.rates.relu`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
