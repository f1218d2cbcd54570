"""What gradient flow does with a linear state: read-outs, input weights, poles.

- `readout` a linear read-out on fixed poles in whitened coordinates: where it goes, and what it can never learn
- `descent` a linear read-out on fixed poles in raw coordinates: the speed of each direction, step sizes, time and penalties
- `nonlinear` non-linear read-outs, and the input weights
- `single_pole` one pole that learns a delay: the loss, the way up and the way down
- `poles` many poles that learn: the gradient of memory, its bound, and what no path of poles changes
- `landscape` what the optimum is and what else there is: spurious optima, the front of lag against poles, the floor of a sample
"""

from numerics.learning.joint_pole import joint_flow, joint_loss, joint_time
from numerics.learning.single_pole import (
    best_pole,
    descent_time,
    escape_time,
    escape_time_series,
    log_log_time,
    single_pole_flow,
    single_pole_loss,
    single_pole_slope,
)

__all__ = [
    "best_pole",
    "descent_time",
    "escape_time",
    "escape_time_series",
    "joint_flow",
    "joint_loss",
    "joint_time",
    "log_log_time",
    "single_pole_flow",
    "single_pole_loss",
    "single_pole_slope",
]
