"""The checks of the topic `equivalence`, one per claim."""

from tests.equivalence import (
    algorithm,
    conditioning,
    defective,
    discretisation,
    kernels,
    mamba,
    near_defective,
    rings,
    spectrum,
    vandermonde,
)
from tests.witness import Check

CHECKS: tuple[Check, ...] = (
    *spectrum.CHECKS,
    *defective.CHECKS,
    *near_defective.CHECKS,
    *discretisation.CHECKS,
    *mamba.CHECKS,
    *algorithm.CHECKS,
    *kernels.CHECKS,
    *vandermonde.CHECKS,
    *conditioning.CHECKS,
    *rings.CHECKS,
)
