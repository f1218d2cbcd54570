"""Claims about what a linear state can recall of its input."""

from theory.claim import Claim
from theory.memory.allpass import BOUNDED_MONOTONE, CAPACITY, FIRST_LAG, ORTHONORMAL_STATES, TAIL_ENERGY
from theory.memory.closed_forms import CONJUGATE_PAIR, DELAY_LINE, REPEATED_POLE, RING, SINGLE_POLE
from theory.memory.layers import ATTENTION, TRAINING_KEEPS_CAPACITY
from theory.memory.length import MEAN_DELAY, TRADE_OFF
from theory.memory.limits import CONTINUOUS_LIMIT, DECAY
from theory.memory.noise import COLOURED_INPUT, FINITE_PRECISION, INFORMATION, SAMPLE_FLOOR
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
    TRADE_OFF,
    MEAN_DELAY,
    DELAY_LINE,
    SINGLE_POLE,
    RING,
    REPEATED_POLE,
    CONJUGATE_PAIR,
    DECAY,
    CONTINUOUS_LIMIT,
    LAYER,
    FINITE_PRECISION,
    SAMPLE_FLOOR,
    COLOURED_INPUT,
    INFORMATION,
    ATTENTION,
    TRAINING_KEEPS_CAPACITY,
)

__all__ = [
    "ATTENTION",
    "BOUNDED_MONOTONE",
    "CAPACITY",
    "CLAIMS",
    "COLOURED_INPUT",
    "CONJUGATE_PAIR",
    "CONTINUOUS_LIMIT",
    "DECAY",
    "DELAY_LINE",
    "FINITE_PRECISION",
    "FIRST_LAG",
    "INFORMATION",
    "LAYER",
    "MEAN_DELAY",
    "ORTHONORMAL_STATES",
    "POLES_ONLY",
    "REGRESSION",
    "REPEATED_POLE",
    "RING",
    "SAMPLE_FLOOR",
    "SIMILARITY",
    "SINGLE_POLE",
    "TAIL_ENERGY",
    "TRADE_OFF",
    "TRAINING_KEEPS_CAPACITY",
]
