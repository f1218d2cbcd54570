"""The checks of the topic `equivalence`, one per claim."""

from tests.equivalence import defective, discretisation, mamba, spectrum
from tests.witness import Check

CHECKS: tuple[Check, ...] = (
    *spectrum.CHECKS,
    *defective.CHECKS,
    *discretisation.CHECKS,
    *mamba.CHECKS,
)
