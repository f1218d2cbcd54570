"""The last bit of an integer by folding: no state, N layers of two units.

Each token is an integer 0 .. 2^N − 1 and enters as it is. Layer k passes u >= 0 as ReLU(u) and forms ReLU(u − 2^{N−k});
u − 2 ReLU(u − 2^{N−k}) mirrors what is above 2^{N−k} and leaves u as even or odd as it was. After N folds u is the
last bit. The weights are 1 and −2, the biases powers of two: doubles hold every number on the way for N <= 16.
"""

import torch
from torch import Tensor

from models.constructed.constructed import Constructed
from models.layers.mlp import MLP
from models.layers.stack import Stack
from numerics.selection.pieces import folding_layers


def last_bit(bits: int) -> Constructed:
    """The network that answers s mod 2.

    Arguments: bits = N, 1..16. Returns: Constructed; `encode` refuses tokens outside 0 .. 2^N − 1.
    Raises: ValueError otherwise.
    """
    largest = 2**bits - 1
    network = Stack([MLP([(torch.tensor(W), torch.tensor(c)) for W, c in folding_layers(bits)])])

    def encode(tokens: Tensor) -> Tensor:
        if tokens.numel() and not 0 <= int(tokens.min()) <= int(tokens.max()) <= largest:
            raise ValueError(f"tokens lie in {int(tokens.min())}..{int(tokens.max())}: must be 0..{largest}")
        return tokens.double()[..., None]

    return Constructed(network, encode, lambda y: (y[..., 0] > 0.5).long(), bits_per_entry=0)
