"""A trained FNN block whose parameters are moved.

Criterion, written before any run: outputs of the moved block differ from those of the trained one, at every input in
the unit cube that is tried, by at most ε L (B∨1)^{L−1} (W+1)^L; B, W, L read off the blocks themselves.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from models.layers.mlp import MLP
from numerics.preconditions import Real, as_count, as_nonnegative, as_seed
from numerics.rates.covering import Maps, as_maps, random_maps


def trained_block(sizes: Sequence[int], seed: int, steps: int = 150) -> MLP:
    """A block fitted to Σ sin 2πx_i on random points of the cube, full batch, float64.

    Arguments: sizes d, n_1, .., n_L >= 1, the last one 1; seed; steps >= 1. Raises: ValueError for other arguments.
    """
    if len(sizes) < 2 or sizes[-1] != 1:
        raise ValueError(f"sizes = {tuple(sizes)}: must be inputs, hidden layers if any, and one output")
    block = MLP(random_maps(sizes, 1.0, seed))
    u = torch.as_tensor(np.random.default_rng(as_seed(seed)).random((128, sizes[0])))
    target = torch.sin(2 * torch.pi * u).sum(dim=-1, keepdim=True)
    optimiser = torch.optim.Adam(block.parameters(), lr=1e-2)
    for _ in range(as_count("steps", steps)):
        optimiser.zero_grad()
        (block(u) - target).square().mean().backward()
        optimiser.step()
    return block


def maps_of(block: MLP) -> Maps:
    """Weights and biases of a block, in order, float64."""
    pairs = zip(block.weights, block.biases, strict=True)
    return as_maps([(W.detach().double().numpy(), b.detach().double().numpy()) for W, b in pairs])


def moved_block(block: MLP, eps: float, seed: int) -> MLP:
    """The same block, every entry moved by ε up or down. Arguments: block; eps >= 0; seed. Raises: ValueError."""
    change, rng = as_nonnegative("eps", eps), np.random.default_rng(as_seed(seed))

    def moved(part: Real) -> Real:
        return part + change * rng.choice([-1.0, 1.0], part.shape)

    return MLP([(moved(W), moved(b)) for W, b in maps_of(block)])


@torch.no_grad()
def largest_change(block: MLP, other: MLP, points: int, seed: int) -> float:
    """The largest |f − f'| at random points of [0, 1]^d and at the corner of ones. Arguments: points >= 1; seed."""
    inputs = block.weights[0].shape[1]
    u = np.random.default_rng(as_seed(seed)).random((as_count("points", points), inputs))
    at: Tensor = torch.as_tensor(np.vstack([u, np.ones((1, inputs))]))
    return float((block(at) - other(at)).abs().max())
