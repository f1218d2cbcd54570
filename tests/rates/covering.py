"""Checks of the claims of `theory.rates.covering`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
