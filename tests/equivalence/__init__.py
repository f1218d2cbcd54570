"""The checks of the topic `equivalence`, one per claim."""

from tests.equivalence import (
    algorithm,
    conditioning,
    defective,
    diagonal,
    diagonal_memory,
    discretisation,
    initialisations,
    kernels,
    legs,
    mamba,
    near_defective,
    normal_part,
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
    *legs.CHECKS,
    *normal_part.CHECKS,
    *algorithm.CHECKS,
    *kernels.CHECKS,
    *vandermonde.CHECKS,
    *diagonal.CHECKS,
    *initialisations.CHECKS,
    *diagonal_memory.CHECKS,
    *conditioning.CHECKS,
    *rings.CHECKS,
)
