"""The trained studies against their criteria."""

from tests.witness import Study

STUDIES: tuple[Study, ...] = ()
