"""What gradient flow does with a linear state: read-outs, input weights, poles.

- `readout` a linear read-out on fixed poles in whitened coordinates: where it goes, and what it can never learn
- `descent` a linear read-out on fixed poles in raw coordinates: the speed of each direction, step sizes, penalties
- `nonlinear` non-linear read-outs, and the input weights
- `single_pole` one pole that learns a delay: the loss, the way up and the way down
- `poles` many poles that learn: the gradient of memory, its bound, and what no path of poles changes
- `optimum` the best poles for one delay, and those nearest to the bound of the gradient
- `landscape` what the optimum is and what else there is: spurious optima, lag against poles, the floor of a sample
"""

from numerics.learning.optimum import (
    best_poles,
    steepest_poles,
)
from numerics.learning.poles import (
    delay_floor,
    hyperbolic_length,
    memory_with_gradient,
    pole_gradient,
    pole_gradients,
    pole_gradients_by_sums,
)

__all__ = [
    "best_poles",
    "delay_floor",
    "hyperbolic_length",
    "memory_with_gradient",
    "pole_gradient",
    "pole_gradients",
    "pole_gradients_by_sums",
    "steepest_poles",
]
