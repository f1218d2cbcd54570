"""Checks of the claims of `theory.rates.index_sets`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
