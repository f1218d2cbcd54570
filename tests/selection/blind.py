"""What is reached without selection: linear, order-blind, fixed-length."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
