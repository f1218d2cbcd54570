"""Experiment `learning.gaussian_nonlinear`: a tanh read-out of fixed states learns delayed recall from samples.

One head of N = 16 states (a linear RNN with a scaled cyclic shift, states scaled to unit variance), a stream of T white
Gaussian inputs, full-batch gradient descent from w = 0 on ½⟨(tanh(w·x_t) − u_{t−K})²⟩. The claim: k_K = α_K·w follows
a scalar equation in which the delay and the poles enter through M_K alone.

Success, written before the run, for every case and seed:
- at every recorded step |k_K − solution of the equation| <= 5/√T, time being steps times rate;
- after one step of gradient descent |k_K − η f'(0) M_K| <= 5 η/√T;
- Adam leaves the equation: its largest distance exceeds 5/√T in at least one case.
"""

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.layers.linear_rnn import LinearRNN
from models.learning.driving import adam, descend, driven, impulse_response, sgd
from numerics.preconditions import as_count, as_positive, as_radius

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Config:
    """One case: a ring of N poles whose Nth power is root, taught the delay K; the defaults take a second.

    states N; share x = r^(2N), r the radius of the ring, so that M_K = (1 − x) x^⌊K/N⌋; delay K; samples T of
    the stream; steps, recorded at `records` of them; rate η of gradient descent, adam_rate of Adam; seed of the input.
    """

    states: int = 16
    share: float = 0.5
    delay: int = 24
    samples: int = 8192
    steps: int = 400
    records: int = 40
    rate: float = 0.1
    adam_rate: float = 0.01
    seed: int = 0


@dataclass(frozen=True)
class Curve:
    """What training found.

    recorded (records,): steps; kernel, adam (records,): k_K by gradient descent and by Adam; first: k_K after one step
    of gradient descent; memory M_K of the layer, from its own impulse response.
    """

    recorded: NDArray[np.int64]
    kernel: Real
    adam: Real
    first: float
    memory: float


def small(**changed: float) -> Config:
    """A run of a tenth of a second."""
    return replace(Config(samples=2048, steps=200, records=10), **changed)  # type: ignore[arg-type]


def whitened_ring(N: int, share: float) -> LinearRNN:
    """A scaled cyclic shift of N states in coordinates in which its states have unit variance and are uncorrelated.

    A = r × shift, b = e_0: state n holds r^n Σ_j x^j u_{t−n−jN}, of variance r^{2n}/(1 − x), x = r^{2N}

    Arguments: N; share x in (0, 1). Returns: a LinearRNN in float64.
    """
    radius, size = as_radius("share", share) ** (1 / (2 * N)), as_count("states", N)
    scale = np.sqrt(1 - share) / radius ** np.arange(size)
    A = radius * np.roll(np.eye(size), 1, axis=0)
    return LinearRNN(scale[:, None] * A / scale, scale * np.eye(size)[0], dtype=torch.float64)


class TanhReadOut(nn.Module):
    """y = tanh(x w) of N states, w from 0."""

    def __init__(self, states: int) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(states, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        """Outputs (T,) for states (T, N)."""
        return torch.tanh(x @ self.w)


def measure(config: Config) -> Curve:
    """Train twice on one stream, by gradient descent and by Adam.

    Arguments: config. Returns: Curve. Raises: ValueError for sizes, shares or rates out of range.
    """
    for name in ("steps", "records", "samples"):
        as_count(name, getattr(config, name))
    for name in ("rate", "adam_rate"):
        as_positive(name, getattr(config, name))
    layer = whitened_ring(config.states, config.share)
    alpha = impulse_response(layer, config.delay + 1)[:, config.delay]
    washout = config.delay + int(np.ceil(2 * config.states * 28 / -np.log(config.share)))  # r^washout < 1e-12
    x, u = driven(layer, config.samples, washout, config.seed)
    target = u[washout - config.delay :][: config.samples]
    recorded = np.unique(np.linspace(0, config.steps, config.records + 1).round().astype(int))
    recorded = np.union1d(recorded, [0, 1])
    ways = [
        descend(TanhReadOut(config.states), x, target, optimiser, config.steps, 0.5 / config.samples)
        for optimiser in (sgd(config.rate), adam(config.adam_rate))
    ]
    by_descent, by_adam = (np.array(way)[recorded] @ alpha for way in ways)
    return Curve(recorded, by_descent, by_adam, float(by_descent[1]), float(alpha @ alpha))
