"""What a linear state can recall: the memory function, its routes, its length, its noise and its estimators."""

from numerics.memory.allpass import (
    allpass_coefficients,
    balanced_pair,
    cascade_memory,
    fft_memory,
    memory_function,
    orthonormal_states,
    prefers_fft,
)
from numerics.memory.controllable import Capacity, capacity, controllability_tolerance, controllable_poles
from numerics.memory.regression import (
    gram,
    gram_solve,
    krylov,
    least_squares,
    lyapunov_memory,
    memory_function_dense,
    sample_floor,
    simulate,
    vandermonde_qr,
)
from numerics.memory.tail import log_tail_bound, tail_bound

__all__ = [
    "Capacity",
    "allpass_coefficients",
    "balanced_pair",
    "capacity",
    "cascade_memory",
    "controllability_tolerance",
    "controllable_poles",
    "fft_memory",
    "gram",
    "gram_solve",
    "krylov",
    "least_squares",
    "log_tail_bound",
    "lyapunov_memory",
    "memory_function",
    "memory_function_dense",
    "orthonormal_states",
    "prefers_fft",
    "sample_floor",
    "simulate",
    "tail_bound",
    "vandermonde_qr",
]
