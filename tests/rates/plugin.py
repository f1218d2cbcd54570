"""Checks of the claims of `theory.rates.plugin`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
