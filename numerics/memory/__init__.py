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
from numerics.memory.tail import log_tail_bound, tail_bound

__all__ = [
    "allpass_coefficients",
    "balanced_pair",
    "cascade_memory",
    "fft_memory",
    "log_tail_bound",
    "memory_function",
    "orthonormal_states",
    "prefers_fft",
    "tail_bound",
]
