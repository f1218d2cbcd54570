"""Bits of state: pigeonhole, the digit copier."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
