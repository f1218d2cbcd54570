"""What a linear state can recall: the memory function, its routes, its length, its noise and its estimators.

- `allpass` the memory function from the poles: lossless chain, all-pass response · `tail` bounds on what remains
- `controllable` which poles an input reaches, the capacity · `regression` any pair, and the routes by definition
- `length` mean delay, decay, continuous time · `noise` finite precision, bits · `coloured` coloured input
- `estimators` what is commonly computed instead
"""

from numerics.memory.allpass import (
    allpass_coefficients,
    balanced_pair,
    cascade_memory,
    fft_memory,
    memory_function,
    orthonormal_states,
    prefers_fft,
)
from numerics.memory.coloured import (
    memory_function_coloured,
)
from numerics.memory.controllable import (
    Capacity,
    capacity,
    controllability_tolerance,
    controllable_poles,
)
from numerics.memory.estimators import (
    in_sample_least_squares,
    naive_gram,
    osm,
    osm_plus,
)
from numerics.memory.length import (
    balanced_pair_continuous,
    decay_rate,
    first_lag_below,
    mean_delay,
    memory_function_continuous,
)
from numerics.memory.noise import (
    beckermann_townsend_bound,
    effective_capacity,
    gram_factor,
    information,
    memory_function_noisy,
)
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
from numerics.memory.tail import (
    log_tail_bound,
    tail_bound,
)

__all__ = [
    "Capacity",
    "allpass_coefficients",
    "balanced_pair",
    "balanced_pair_continuous",
    "beckermann_townsend_bound",
    "capacity",
    "cascade_memory",
    "controllability_tolerance",
    "controllable_poles",
    "decay_rate",
    "effective_capacity",
    "fft_memory",
    "first_lag_below",
    "gram",
    "gram_factor",
    "gram_solve",
    "in_sample_least_squares",
    "information",
    "krylov",
    "least_squares",
    "log_tail_bound",
    "lyapunov_memory",
    "mean_delay",
    "memory_function",
    "memory_function_coloured",
    "memory_function_continuous",
    "memory_function_dense",
    "memory_function_noisy",
    "naive_gram",
    "orthonormal_states",
    "osm",
    "osm_plus",
    "prefers_fft",
    "sample_floor",
    "simulate",
    "tail_bound",
    "vandermonde_qr",
]
