"""Claims about what a linear state can recall of its input."""

from theory.claim import Claim
from theory.memory.allpass import BOUNDED_MONOTONE, CAPACITY, FIRST_LAG, ORTHONORMAL_STATES, TAIL_ENERGY
from theory.memory.closed_forms import CONJUGATE_PAIR, DELAY_LINE, REPEATED_POLE, RING, SINGLE_POLE
from theory.memory.regression import LAYER, POLES_ONLY, REGRESSION, SIMILARITY

CLAIMS: tuple[Claim, ...] = (
    REGRESSION,
    SIMILARITY,
    POLES_ONLY,
    TAIL_ENERGY,
    ORTHONORMAL_STATES,
    CAPACITY,
    BOUNDED_MONOTONE,
    FIRST_LAG,
    DELAY_LINE,
    SINGLE_POLE,
    RING,
    REPEATED_POLE,
    CONJUGATE_PAIR,
    LAYER,
)

__all__ = [
    "BOUNDED_MONOTONE",
    "CAPACITY",
    "CLAIMS",
    "CONJUGATE_PAIR",
    "DELAY_LINE",
    "FIRST_LAG",
    "LAYER",
    "ORTHONORMAL_STATES",
    "POLES_ONLY",
    "REGRESSION",
    "REPEATED_POLE",
    "RING",
    "SIMILARITY",
    "SINGLE_POLE",
    "TAIL_ENERGY",
]
