"""Claims about when a state space model is diagonal, what its discretisation changes, and when it is not."""

from theory.claim import Claim
from theory.equivalence.defective import DEFECTIVE, GENERIC, NEAR_DEFECTIVE
from theory.equivalence.discretisation import DISCRETISATION_ORDER, POLE_MAPS_STABILITY
from theory.equivalence.mamba import MAMBA_ERROR, MAMBA_RESCALING, MAMBA_SELECTIVE
from theory.equivalence.spectrum import SIMILARITY_INVARIANCE, SPECTRUM_DETERMINES_MEMORY

CLAIMS: tuple[Claim, ...] = (
    SIMILARITY_INVARIANCE,
    SPECTRUM_DETERMINES_MEMORY,
    DEFECTIVE,
    GENERIC,
    NEAR_DEFECTIVE,
    POLE_MAPS_STABILITY,
    DISCRETISATION_ORDER,
    MAMBA_RESCALING,
    MAMBA_ERROR,
    MAMBA_SELECTIVE,
)

__all__ = [
    "CLAIMS",
    "DEFECTIVE",
    "DISCRETISATION_ORDER",
    "GENERIC",
    "MAMBA_ERROR",
    "MAMBA_RESCALING",
    "MAMBA_SELECTIVE",
    "NEAR_DEFECTIVE",
    "POLE_MAPS_STABILITY",
    "SIMILARITY_INVARIANCE",
    "SPECTRUM_DETERMINES_MEMORY",
]
