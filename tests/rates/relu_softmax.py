"""Checks of the claims of `theory.rates.relu_softmax`."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
