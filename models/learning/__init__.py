"""Topic `learning` on torch modules.

- `driving` what drives a layer, an impulse or noise, and full-batch descent
- `readout`, `descent` linear read-outs on fixed poles, whitened and raw · `tanh_recall`, `nonlinear` non-linear ones
- `input_weights` input weights beside the read-out · `single_pole` one pole that learns a delay
- `landscape` two poles and N poles from many starts · `poles`, `exact_recall` poles that learn delayed recall
- `spectra` where they start · `problems`, `arms`, `comparison` fixed against learned poles on tasks, `plan` which runs,
  `table` and `verdict` what comes of them, `command` at the prompt

Experiments are a frozen `Config` and `measure(config)` in a room of their own.
"""

from models.learning.arms import Arm
from models.learning.driving import adam, descend, driven, impulse, impulse_response, sgd
from models.learning.input_weights import train_input
from models.learning.landscape import Ascent, ascend
from models.learning.nonlinear import tanh_gradient
from models.learning.poles import autograd_gradient, sampled_gradient, torch_memory
from models.learning.readout import FixedPoles, Window, learned_kernel, measure_flow, one_step, trained_residuals
from models.learning.single_pole import LogLogPole, RealPole, layer_loss, train_until
from models.learning.spectra import SPECTRA
from models.learning.tanh_recall import TanhReadOut, whitened_ring

__all__ = [
    "SPECTRA",
    "Arm",
    "Ascent",
    "FixedPoles",
    "LogLogPole",
    "RealPole",
    "TanhReadOut",
    "Window",
    "adam",
    "ascend",
    "autograd_gradient",
    "descend",
    "driven",
    "impulse",
    "impulse_response",
    "layer_loss",
    "learned_kernel",
    "measure_flow",
    "one_step",
    "sampled_gradient",
    "sgd",
    "tanh_gradient",
    "torch_memory",
    "train_input",
    "train_until",
    "trained_residuals",
    "whitened_ring",
]
