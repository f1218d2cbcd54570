"""Checks of the claims of `theory.rates.approximation`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
