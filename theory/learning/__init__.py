"""Claims about what memory does to learning: its direction, its speed, and what it cannot reach."""

from theory.claim import Claim
from theory.learning import descent, input_weights, landscape, nonlinear, poles, readout, single_pole

CLAIMS: tuple[Claim, ...] = (
    *readout.CLAIMS,
    *descent.CLAIMS,
    *nonlinear.CLAIMS,
    *input_weights.CLAIMS,
    *single_pole.CLAIMS,
    *poles.CLAIMS,
    *landscape.CLAIMS,
)
