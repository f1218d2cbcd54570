"""Exponential, reciprocal and selection by ReLU as torch modules, held against the functions they stand for."""

import torch
from torch import Tensor

from models.constructed.relu_pooling import ReluPooling
from models.layers.pooling import SoftmaxPooling
from models.rates.networks import as_module
from numerics.preconditions import as_count
from numerics.rates.relu_softmax import exponential, reciprocal


@torch.no_grad()
def exponential_error(n: int, m: int, k: int, points: int) -> float:
    """The largest |R(x) − e^x| of the module over a grid of [−2^k, 0].

    Arguments: n, m, k as `numerics.rates.relu_softmax.exponential`; points >= 2. Raises: ValueError outside these.
    """
    x = -torch.linspace(0, 2**k, as_count("points", points, least=2), dtype=torch.float64)[:, None]
    return float((as_module(exponential(n, m, k))(x) - torch.exp(x)).abs().max())


@torch.no_grad()
def reciprocal_of(z: Tensor, q: float, steps: int, m: int) -> Tensor:
    """What the module says of 1/z. Arguments: z (points,), float64, in [q, 1]; q, steps, m as `reciprocal`."""
    return as_module(reciprocal(q, steps, m))(z[:, None])[:, 0]


@torch.no_grad()
def softmax_average(pooling: ReluPooling, tokens: Tensor) -> Tensor:
    """The same selection by `SoftmaxPooling`, exponential and division included, from every prefix.

    Arguments: pooling; tokens (batch, length, channels). Returns: (batch, length).
    """
    layer = SoftmaxPooling(2, chi=pooling.chi, dtype=torch.float64)
    layer.a.copy_(torch.tensor([[1.0, 0.0]]))
    layer.W.copy_(torch.tensor([[[0.0, 1.0]]]))
    layer.O.copy_(torch.tensor([[[1.0]], [[0.0]]]))
    return layer(tokens @ pooling.readout.T)[..., 0]


def winners(pooling: ReluPooling, tokens: Tensor) -> Tensor:
    """The value of the most important token of every prefix, by comparing. Arguments, returns: as `softmax_average`."""
    mu, v = (tokens @ pooling.readout.T).unbind(-1)
    return v.gather(1, torch.cummax(mu, dim=1).indices)


def contexts(pooling: ReluPooling, batch: int, margin: float, seed: int) -> Tensor:
    """Random tokens (importance, value) whose last prefix has a winner at the top, and losers at least `margin` below.

    Arguments: pooling, made for two channels; batch; margin in (0, span); seed.
    Returns: (batch, longest, 2), values uniform in [−V, V].
    """
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(batch, pooling.longest, 2, dtype=torch.float64, generator=generator)
    mu = pooling.top - margin - u[..., 0] * (pooling.span - margin) * (1 - 1e-12)
    place = torch.randint(0, pooling.longest, (batch,), generator=generator)
    mu[torch.arange(batch), place] = pooling.top
    return torch.stack([mu, (2 * u[..., 1] - 1) * pooling.V], dim=-1)
