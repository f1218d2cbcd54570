"""Softmax pooling by two integrators, and what a window costs."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
