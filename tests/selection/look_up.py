"""N-gram look-up: copying, recall, repeats; and recall with the query first."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
