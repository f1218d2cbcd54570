"""Random, parity and learned codes: reading, worst contents, counting."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
