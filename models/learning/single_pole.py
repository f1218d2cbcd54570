"""One real pole trained on a delay, its population loss exact, its gradient by autograd.

The loss is not sampled: for white input of unit variance ⟨(y − u_{t−τ})²⟩ is a function of the pole and the read-out.
Many independent models, each with its own delay and step, are trained at once as one vector.

Criteria, written before the first run:
- steps × step size agrees with the time of the flow within η (2 + ½|ln(v₁/v₀)|) (1 + η max|L₂''|), v the speeds at the
  two ends: Euler's rule is off by (η/2) ln(v₁/v₀) to first order in the step η, and arrival is counted in whole steps;
- a layer's loss and its slope, by autograd through its own impulse response, agree with the closed forms to
  64 (τ + 1) units of rounding in proportion to L₂'' <= 4 (τ + 1)².

Glossary: λ pole · τ delay · ν the parameter of LRU, λ = exp(−e^ν) · η step size · w read-out.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from models.layers.lru import LRU
from models.learning.driving import impulse
from numerics.learning import single_pole_slope

Real = NDArray[np.float64]
Parts = tuple[Tensor, Tensor | None]


class RealPole(nn.Module):
    """Models y = Σ_l w λ^l u_{t−l} with the pole λ itself as parameter, one model per entry.

    Arguments: poles (n,), real, |λ| < 1; read_outs (n,), or None where the best one is taken at every step.
    """

    def __init__(self, poles: ArrayLike, read_outs: ArrayLike | None = None) -> None:
        super().__init__()
        self.pole = nn.Parameter(torch.tensor(np.asarray(poles, dtype=np.float64)))
        trained = read_outs is not None
        self.read_out = nn.Parameter(torch.tensor(np.asarray(read_outs, dtype=np.float64))) if trained else None

    def forward(self) -> Parts:
        """Poles (n,) and read-outs (n,) or None."""
        return self.pole, self.read_out


class LogLogPole(nn.Module):
    """The same models as n units of a linear recurrent unit, whose parameter is ν; phases zero, best read-outs.

    Arguments: poles (n,), 0 < λ < 1.
    """

    def __init__(self, poles: ArrayLike) -> None:
        super().__init__()
        self.layer = LRU(np.asarray(poles, dtype=np.complex128), dtype=torch.float64)

    def forward(self) -> Parts:
        """Poles (n,) and None."""
        return self.layer.discrete()[0].real, None


def delay_loss(poles: Tensor, read_outs: Tensor | None, delays: Tensor) -> Tensor:
    """L₂ per model: w²/(1−λ²) − 2wλ^τ + 1, the least over w where there is no read-out.

    ⟨x²⟩ = Σ_l λ^{2l} = 1/(1−λ²), ⟨x u_{t−τ}⟩ = λ^τ

    Arguments: poles, read_outs, delays, each (n,). Returns: (n,).
    """
    power, overlap = 1 / (1 - poles**2), poles**delays
    w = overlap / power if read_outs is None else read_outs
    return w**2 * power - 2 * w * overlap + 1


@dataclass(frozen=True)
class Arrival:
    """Time, steps × step size, at which each model's pole was first at or beyond its target (n,); nan if never."""

    time: Real
    steps: NDArray[np.int64]


def train_until(
    model: RealPole | LogLogPole, stops: ArrayLike, delays: ArrayLike, step: ArrayLike, most: int
) -> Arrival:
    """Gradient descent on the population loss until every pole has come to its target.

    Arguments: model, a `RealPole` or `LogLogPole` of n models; stops (n,); delays (n,), integers >= 0; step, η > 0,
        one or (n,); most, the largest number of steps. Returns: Arrival.
    """
    stop, delay = torch.tensor(np.asarray(stops, np.float64)), torch.tensor(np.asarray(delays, np.int64))
    eta = torch.broadcast_to(torch.tensor(np.asarray(step, np.float64)), stop.shape)
    parameters = list(model.parameters())
    optimiser = torch.optim.SGD(parameters, lr=1.0, foreach=False)
    arrived = torch.full(stop.shape, -1)
    side: Tensor | None = None
    for taken in range(most + 1):
        poles, read_outs = model()
        side = torch.sign(stop - poles.detach()) if side is None else side
        arrived[(arrived < 0) & ((poles.detach() - stop) * side >= 0)] = taken
        if bool((arrived >= 0).all()):
            break
        optimiser.zero_grad()
        (eta * delay_loss(poles, read_outs, delay)).sum().backward()
        optimiser.step()
    time = torch.where(arrived >= 0, arrived * eta, torch.nan)
    return Arrival(time.numpy(), arrived.numpy())


def speeds(poles: ArrayLike, delays: ArrayLike) -> Real:
    """|dL₂/dλ| of each model with its best read-out. Arguments: poles (n,); delays (n,). Returns: (n,)."""
    pairs = zip(np.atleast_1d(poles).tolist(), np.atleast_1d(delays).tolist(), strict=True)
    return np.array([abs(single_pole_slope([pole], delay)[0]) for pole, delay in pairs])


def euler_error(step: ArrayLike, delays: ArrayLike, first: ArrayLike, last: ArrayLike) -> Real:
    """By how much steps × step size may be off the time of the flow: the criterion above, with |L₂''| <= 8τ + 2.

    Arguments: step η; delays τ; first, last: speeds v₀ and v₁ at the two ends. Returns: as they broadcast.
    """
    eta, ways = np.asarray(step, np.float64), np.abs(np.log(np.asarray(last) / np.asarray(first)))
    return np.asarray(eta * (2 + ways / 2) * (1 + eta * (8 * np.asarray(delays) + 2)))


def layer_loss(pole: float, delay: int, length: int) -> tuple[float, float, float]:
    """Loss of a recurrent unit on a delay with its best read-out, its slope and curvature in λ, by autograd.

    The unit is driven by one impulse; what its state holds of it is the kernel x_l the read-out scales, and
    min_w Σ_l (w x_l − 1{l = τ})² = 1 − x_τ²/Σ x_l². Derivatives are taken in ν and brought to λ by the chain rule.

    Arguments: pole, 0 < |λ| < 1; delay τ; length of the response, after which λ^{2 length} is negligible.
    Returns: L₂, dL₂/dλ, d²L₂/dλ².
    """
    unit = LRU(np.array([pole], dtype=np.complex128), dtype=torch.float64)
    x = unit.states(impulse(length))[0, :, 0].real
    loss = 1 - x[delay] ** 2 / (x**2).sum()
    (first,) = torch.autograd.grad(loss, unit.nu, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), unit.nu)
    rate = float(unit.nu.detach().exp())
    sign, radius = np.sign(pole), abs(pole)
    by_nu = -rate * radius  # dλ/dν, and d²λ/dν² = dλ/dν (1 − e^ν)
    slope = float(first.detach()) / by_nu
    return float(loss.detach()), float(sign) * slope, (float(second) - slope * by_nu * (1 - rate)) / by_nu**2
