"""The checks of the topic `learning`, one per claim."""

from tests.learning import descent, gaussian, input_weights, landscape, nonlinear, poles, readout, single_pole
from tests.witness import Check

CHECKS: tuple[Check, ...] = (
    *readout.CHECKS,
    *descent.CHECKS,
    *nonlinear.CHECKS,
    *gaussian.CHECKS,
    *input_weights.CHECKS,
    *single_pole.CHECKS,
    *poles.CHECKS,
    *landscape.CHECKS,
)
