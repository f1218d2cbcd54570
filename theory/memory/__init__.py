"""Claims about what a linear state can recall of its input."""

from theory.claim import Claim
from theory.memory.allpass import ORTHONORMAL_STATES, TAIL_ENERGY
from theory.memory.regression import REGRESSION, SIMILARITY

CLAIMS: tuple[Claim, ...] = (
    REGRESSION,
    SIMILARITY,
    TAIL_ENERGY,
    ORTHONORMAL_STATES,
)

__all__ = ["CLAIMS", "ORTHONORMAL_STATES", "REGRESSION", "SIMILARITY", "TAIL_ENERGY"]
