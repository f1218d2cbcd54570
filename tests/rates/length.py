"""Checks of the claims of `theory.rates.length`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
