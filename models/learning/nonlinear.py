"""The gradient of a non-linear read-out as autograd finds it."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

Real = NDArray[np.float64]


class Gradient(NamedTuple):
    """∂L/∂w (N,) by autograd, and δ = (y − y*) f'(s) (T,)."""

    gradient: Real
    delta: Real


def tanh_gradient(layer: nn.Module, u: ArrayLike, target: ArrayLike, w: ArrayLike) -> Gradient:
    """Gradient in w of ½⟨(tanh(w·x_t) − y*_t)²⟩ over the last T steps, x the real states of a layer driven by u.

    Criterion: it equals Σ_τ α_τ ⟨δ_t u_{t−τ}⟩, α_τ the layer's impulse response, up to rounding.

    Arguments: layer with `states`, in float64; u (washout + T,), target (T,), w (N,). Returns: Gradient.
    """
    weights = nn.Parameter(torch.as_tensor(w, dtype=torch.float64))
    y_star = torch.as_tensor(target, dtype=torch.float64)
    with torch.no_grad():
        x = layer.states(torch.as_tensor(u, dtype=torch.float64)[None, :, None])[0, -len(y_star) :]  # type: ignore[operator]
    s = x @ weights
    s.retain_grad()
    loss = 0.5 * torch.mean((torch.tanh(s) - y_star) ** 2)
    loss.backward()
    assert weights.grad is not None and s.grad is not None
    return Gradient(weights.grad.numpy(), len(y_star) * s.grad.numpy())
