"""How layers are driven and read-outs trained in these experiments: one impulse, white noise, full-batch descent.

Glossary: T samples · d numbers that a real read-out sees · u input.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.memory.measure import parts
from numerics.preconditions import as_count, as_horizon

Real = NDArray[np.float64]
Optimiser = Callable[[list[nn.Parameter]], torch.optim.Optimizer]


def impulse(horizon: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """One unit and then silence, (1, horizon, 1)."""
    return torch.eye(1, as_horizon(horizon), dtype=dtype)[..., None]


def impulse_response(layer: nn.Module, lags: int) -> Real:
    """Columns A^τ B as the layer itself computes them, real and imaginary parts side by side. Returns: (d, lags)."""
    return parts(layer)(impulse(lags).numpy())[0].T


def driven(layer: nn.Module, samples: int, washout: int, seed: int) -> tuple[Tensor, Tensor]:
    """A layer under white Gaussian noise.

    Arguments: layer; samples T; washout: steps before the first sample; seed of the noise.
    Returns: states (T, d), and the input u (washout + T,), float64.
    """
    u = np.random.default_rng(seed).standard_normal(washout + samples)
    states = parts(layer)(u[None, :, None])[0, washout:]
    return torch.as_tensor(states.copy()), torch.as_tensor(u)


def sgd(rate: float) -> Optimiser:
    """Plain gradient descent, without momentum."""
    return lambda parameters: torch.optim.SGD(parameters, lr=rate)


def adam(rate: float) -> Optimiser:
    """Adam with its usual constants: each coordinate rescaled by its own gradient."""
    return lambda parameters: torch.optim.Adam(parameters, lr=rate)


def descend(
    model: nn.Module, inputs: Tensor, targets: Tensor, optimiser: Optimiser, steps: int, weight: float = 0.5
) -> list[NDArray[Any]]:
    """Full-batch descent in place of weight · Σ |model(inputs) − targets|², over what is trainable.

    Arguments: model; inputs; targets, of its outputs' shape; optimiser; steps; weight, ½ on an impulse, ½/T on a
    series. Returns: the trainable parameters joined, (parameters,), before the first and after each step.
    """
    trainable = [p for p in model.parameters() if p.requires_grad]
    chosen = optimiser(trainable)
    path = [_joined(trainable)]
    for _ in range(as_count("steps", steps)):
        chosen.zero_grad()
        (weight * ((model(inputs) - targets).abs() ** 2).sum()).backward()
        chosen.step()
        path.append(_joined(trainable))
    return path


def _joined(parameters: list[nn.Parameter]) -> NDArray[Any]:
    return np.concatenate([p.detach().numpy().ravel() for p in parameters])
