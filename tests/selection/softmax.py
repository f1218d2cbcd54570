"""Softmax selection: sharpness, tails, ranks."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
