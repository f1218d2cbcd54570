"""Input weights trained beside the read-out, in torch: what they add, and what training keeps.

The loss is that of white input of unit variance, ½ Σ_τ |k_τ − k*_τ|² over the layer's own impulse response.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from models.learning.driving import Optimiser, impulse, sgd

Real = NDArray[np.float64]


def kernel_loss(layer: nn.Module, teacher: Tensor) -> Tensor:
    """½ Σ_τ (k_τ − k*_τ)² over the lags of the teacher (T,), which must outlast the kernel."""
    return 0.5 * torch.sum((layer(impulse(len(teacher)))[0, :, 0] - teacher) ** 2)


def solve(layer: nn.Module, teacher: Tensor) -> float:
    """Set the read-out C of an LRU or LinearRNN to the least-squares solution. Returns: condition of its design."""
    C: nn.Parameter = layer.C  # type: ignore[assignment]
    with torch.no_grad():
        x = layer.states(impulse(len(teacher)))[0]  # type: ignore[operator]
        design = torch.cat([x.real, -x.imag], dim=1) if x.is_complex() else x
        found = torch.linalg.lstsq(design, teacher[:, None], driver="gelsd").solution[:, 0]
        C[0] = torch.complex(*found.chunk(2)) if x.is_complex() else found
    return float(torch.linalg.cond(design))


class Progress(NamedTuple):
    """Loss before and after training B alone; norm of the gradient in B before; condition of the least squares."""

    before: float
    after: float
    gradient: float
    condition: float


def train_input(layer: nn.Module, teacher: ArrayLike, steps: int = 100, rate: float = 1e-2) -> Progress:
    """Solve for the read-out, then train B alone by gradient descent.

    Criterion: neither gradient nor progress, up to rounding 64 N κ u ‖k*‖², κ the condition of the least squares.

    Arguments: layer, an LRU or LinearRNN in float64; teacher (T,); steps; rate. Returns: Progress.
    """
    target = torch.as_tensor(teacher, dtype=torch.float64)
    condition = solve(layer, target)
    B: nn.Parameter = layer.B  # type: ignore[assignment]
    method = torch.optim.SGD([B], lr=rate)
    losses, first = [], 0.0
    for step in range(steps + 1):
        method.zero_grad()
        loss = kernel_loss(layer, target)
        losses.append(loss.item())
        loss.backward()
        if step == 0:
            assert B.grad is not None
            first = float(torch.linalg.vector_norm(B.grad))
        method.step()
    return Progress(losses[0], losses[-1], first, condition)


@dataclass(frozen=True)
class Config:
    """Real modes λ_k with θ_k = w_k b_k, trained towards a teacher from w, b at time 0.

    poles, teacher, w, b; steps at `rate`; whether w and b are trained; optimiser, by its rate.
    """

    poles: tuple[float, ...] = (0.9, 0.5, -0.4)
    teacher: tuple[float, ...] = (0.2, 0.9, 0.5, 0.6, 0.3, 0.3)
    w: tuple[float, ...] = (0.3, -0.6, 0.1)
    b: tuple[float, ...] = (1.0, 0.4, 0.5)
    steps: int = 2000
    rate: float = 0.01
    trainable_w: bool = True
    trainable_b: bool = True
    optimiser: Callable[[float], Optimiser] = sgd


@dataclass(frozen=True)
class Curve:
    """The path, the start included: w, b, slope F_k = ∂L/∂θ_k (steps + 1, N) and loss (steps + 1,)."""

    w: Real
    b: Real
    slope: Real
    loss: Real


def measure(config: Config) -> Curve:
    """Train the modes. Criterion: w² − b² is multiplied by Π (1 − η² F²) under gradient descent, up to rounding.

    Arguments: config. Returns: Curve. Raises: ValueError for weights that do not match the poles.
    """
    if not len(config.poles) == len(config.w) == len(config.b):
        raise ValueError(f"{len(config.poles)} poles, {len(config.w)} w, {len(config.b)} b: must be as many of each")
    poles, teacher = (torch.tensor(v, dtype=torch.float64) for v in (config.poles, config.teacher))
    w, b = (nn.Parameter(torch.tensor(v, dtype=torch.float64)) for v in (config.w, config.b))
    trainable = [v for v, wanted in ((w, config.trainable_w), (b, config.trainable_b)) if wanted]
    lags = torch.arange(len(teacher), dtype=torch.float64)
    V = poles[:, None] ** lags
    H, c = 1 / (1 - poles[:, None] * poles), V @ teacher  # all lags, those beyond the teacher's too
    method = config.optimiser(config.rate)(trainable)
    rows: list[tuple[Real, ...]] = []
    for _ in range(config.steps + 1):
        method.zero_grad()
        theta = w * b
        theta.retain_grad()
        loss = 0.5 * (theta @ H @ theta - 2 * theta @ c + teacher @ teacher)
        loss.backward()
        assert theta.grad is not None
        rows.append(tuple(v.detach().numpy().copy() for v in (w, b, theta.grad, loss)))
        method.step()
    return Curve(*(np.array(column) for column in zip(*rows, strict=True)))
