"""Topic `equivalence` on torch modules.

`realisations` one spectrum, several matrices · `legs` S4 against S4D-LegS · `selective` Euler's input against
zero-order hold's · `descent` training a read-out on given poles, layers resampled · `speed` kernels and steps timed.
"""

from models.equivalence.descent import Descent, descend, driven_errors
from models.equivalence.legs import Responses, dc_gain, held_kernel_gap, initial_memories, reading, responses
from models.equivalence.realisations import Agreement, DoublePole, Rounded, dense_twin, double_pole, float32_from_dense
from models.equivalence.selective import (
    Selected,
    frozen_step,
    initial_over_drive,
    selected_steps,
    selective_scan,
    varying_step,
)
from models.equivalence.speed import Config, Speed, direct_kernel, kernel_speed, step_speed

__all__ = [
    "Agreement",
    "Config",
    "Descent",
    "DoublePole",
    "Responses",
    "Rounded",
    "Selected",
    "Speed",
    "dc_gain",
    "dense_twin",
    "descend",
    "direct_kernel",
    "double_pole",
    "driven_errors",
    "float32_from_dense",
    "frozen_step",
    "held_kernel_gap",
    "initial_memories",
    "initial_over_drive",
    "kernel_speed",
    "reading",
    "responses",
    "selected_steps",
    "selective_scan",
    "step_speed",
    "varying_step",
]
