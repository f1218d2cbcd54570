"""Written ReLU networks as torch modules."""

import torch

from models.layers.mlp import MLP
from numerics.rates.networks import Network


def as_module(network: Network, dtype: torch.dtype = torch.float64) -> MLP:
    """A network as a module whose weights are its own, rounded to the dtype. Arguments: network; dtype."""
    return MLP(network.floats, dtype=dtype)
