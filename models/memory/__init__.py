"""Topic `memory` on torch modules.

`measure` the memory function of any module or callable, by regression · `regression` the orthonormal basis behind
it · `recall` the experiment: training on delayed recall moves the memory function and keeps its sum.
"""

from models.memory.measure import (
    Measurement,
    measured_memory_function,
    measured_on_series,
    measured_over_seeds,
    on_tensors,
    parts,
)
from models.memory.recall import Config, Curve, small
from models.memory.recall import measure as measure_recall

__all__ = [
    "Config",
    "Curve",
    "Measurement",
    "measure_recall",
    "measured_memory_function",
    "measured_on_series",
    "measured_over_seeds",
    "on_tensors",
    "parts",
    "small",
]
