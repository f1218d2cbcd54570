"""Linear-attention states read by features: exact reading and coherence."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
