"""Checks of the claims of `theory.rates.estimation`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
