"""What entry points demand of their arguments: each helper returns the argument in one dtype, or refuses it.

A refusal is a ValueError that names the argument, the offending value and the broken rule.

- `scalars` single numbers · `arrays` vectors and matrices · `systems` poles and state matrices
"""

from numerics.preconditions.arrays import (
    Complex,
    Real,
    as_array,
    as_complex_vector,
    as_counts,
    as_increasing_times,
    as_law,
    as_nonnegative_vector,
    as_real_array,
    as_real_vector,
    as_square,
    as_times,
    as_vector,
    as_weights,
)
from numerics.preconditions.scalars import (
    as_count,
    as_delay,
    as_fraction,
    as_horizon,
    as_noise,
    as_nonnegative,
    as_positive,
    as_radius,
    as_real,
    as_seed,
    as_step,
)
from numerics.preconditions.systems import (
    as_continuous_poles,
    as_pair,
    as_poles,
    as_stable_pair,
    stability_gap,
)

__all__ = [
    "Complex",
    "Real",
    "as_array",
    "as_complex_vector",
    "as_continuous_poles",
    "as_count",
    "as_counts",
    "as_delay",
    "as_fraction",
    "as_horizon",
    "as_increasing_times",
    "as_law",
    "as_noise",
    "as_nonnegative",
    "as_nonnegative_vector",
    "as_pair",
    "as_poles",
    "as_positive",
    "as_radius",
    "as_real",
    "as_real_array",
    "as_real_vector",
    "as_seed",
    "as_square",
    "as_stable_pair",
    "as_step",
    "as_times",
    "as_vector",
    "as_weights",
    "stability_gap",
]
