"""Claims about what memory does to learning: its direction, its speed, and what it cannot reach."""

from theory.claim import Claim
from theory.learning.descent import CAPACITY_OVER_TIME, GD_STEP, RAW_FLOW, RIDGE_AND_DROPOUT_CAPACITY
from theory.learning.front import FRONT_OPTIMUM, PARETO_FRONT, SAMPLE_FLOOR
from theory.learning.input_weights import INPUT_MATRIX_NEUTRAL, INPUT_OUTPUT_BALANCE
from theory.learning.joint_pole import JOINT_FLOW, JOINT_START
from theory.learning.landscape import FIXED_CONVEX_LEARNED_NOT
from theory.learning.longest_memory import LONGEST_MEMORY_FIRST
from theory.learning.nonlinear import GAUSSIAN_NONLINEAR, NONLINEAR_GRADIENT
from theory.learning.poles import CAPACITY_INVARIANT, POLE_GRADIENT, POLE_GRADIENT_BOUND
from theory.learning.readout import DELAY_RESIDUAL, FIRST_STEP, TEACHER_PROFILE, WHITENED_FLOW, ZERO_MEMORY
from theory.learning.single_pole import DESCENT_TIME, ESCAPE_TIME, LOG_LOG_POLE
from theory.learning.single_pole_loss import SINGLE_POLE_LOSS

CLAIMS: tuple[Claim, ...] = (
    WHITENED_FLOW,
    FIRST_STEP,
    ZERO_MEMORY,
    DELAY_RESIDUAL,
    TEACHER_PROFILE,
    RAW_FLOW,
    GD_STEP,
    CAPACITY_OVER_TIME,
    RIDGE_AND_DROPOUT_CAPACITY,
    NONLINEAR_GRADIENT,
    GAUSSIAN_NONLINEAR,
    INPUT_MATRIX_NEUTRAL,
    INPUT_OUTPUT_BALANCE,
    SINGLE_POLE_LOSS,
    ESCAPE_TIME,
    DESCENT_TIME,
    LOG_LOG_POLE,
    LONGEST_MEMORY_FIRST,
    JOINT_FLOW,
    JOINT_START,
    POLE_GRADIENT,
    POLE_GRADIENT_BOUND,
    CAPACITY_INVARIANT,
    FIXED_CONVEX_LEARNED_NOT,
    PARETO_FRONT,
    FRONT_OPTIMUM,
    SAMPLE_FLOOR,
)

__all__ = [
    "CAPACITY_INVARIANT",
    "CAPACITY_OVER_TIME",
    "CLAIMS",
    "DELAY_RESIDUAL",
    "DESCENT_TIME",
    "ESCAPE_TIME",
    "FIRST_STEP",
    "FIXED_CONVEX_LEARNED_NOT",
    "FRONT_OPTIMUM",
    "GAUSSIAN_NONLINEAR",
    "GD_STEP",
    "INPUT_MATRIX_NEUTRAL",
    "INPUT_OUTPUT_BALANCE",
    "JOINT_FLOW",
    "JOINT_START",
    "LOG_LOG_POLE",
    "LONGEST_MEMORY_FIRST",
    "NONLINEAR_GRADIENT",
    "PARETO_FRONT",
    "POLE_GRADIENT",
    "POLE_GRADIENT_BOUND",
    "RAW_FLOW",
    "RIDGE_AND_DROPOUT_CAPACITY",
    "SAMPLE_FLOOR",
    "SINGLE_POLE_LOSS",
    "TEACHER_PROFILE",
    "WHITENED_FLOW",
    "ZERO_MEMORY",
]
