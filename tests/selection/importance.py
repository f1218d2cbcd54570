"""Which tokens matter: masking."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
