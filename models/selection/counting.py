"""Decoders that gradient descent has found: how many maps they realise, and how many pieces they have.

Written before the runs:
- of a decoder trained to answer every query from D learned reals, the maps seen on a grid of states are among those
  that exact enumeration of the same weights finds, and patterns and maps obey the statement, whatever was learned;
- a network of width 3 and depth N trained on the last bit of N-bit integers obeys the statement with the bits it reads;
  how many it reads is reported, there is no criterion for it.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.layers.mlp import MLP
from models.selection.descent import descend
from numerics.preconditions import as_count, as_seed
from numerics.selection.decoders import Decoder, as_decoder
from numerics.selection.pieces import Wiring, layered


class Trained(NamedTuple):
    """decoder: its weights, exactly; states: the learned reals (contents, D); network: the same on torch."""

    decoder: Decoder
    states: NDArray[np.float64]
    network: MLP


def _random_maps(sizes: list[int], seed: int) -> list[tuple[Tensor, Tensor]]:
    generator = torch.Generator().manual_seed(as_seed(seed))

    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    return [(normal(n, m) * (2 / m) ** 0.5, normal(n) / 2) for m, n in pairwise(sizes)]


def trained_decoder(reals: int, queries: int, width: int, seed: int, steps: int = 200) -> Trained:
    """All 2^Q contents of one bit per query, each with D reals of its own, and one hidden layer that reads them.

    Input of the network: the D reals and the query, one-hot. Adam on the logistic loss of all answers.

    Arguments: D, Q (at most 8), width, each >= 1; seed; steps. Returns: Trained. Raises: ValueError otherwise.
    """
    D, Q = as_count("reals", reals), as_count("queries", queries)
    if Q > 8:
        raise ValueError(f"queries = {Q}: must be at most 8, for 2^Q contents")
    network = MLP(_random_maps([D + Q, as_count("width", width), 1], seed))
    wanted = ((torch.arange(2**Q)[:, None] >> torch.arange(Q)) & 1).double()
    states = nn.Parameter(_random_maps([D, 2**Q], seed + 1)[0][0])

    def loss(step: int) -> Tensor:
        return nn.functional.binary_cross_entropy_with_logits(network(asked(states, Q))[..., 0], wanted)

    descend(torch.optim.Adam([*network.parameters(), states], lr=0.03), loss, steps)
    (W, out), (c, last) = ([p.detach().numpy() for p in ps] for ps in (network.weights, network.biases))
    weights = [np.repeat(W[None, :, :D], Q, axis=0), np.repeat(out[None], Q, axis=0)]
    return Trained(
        as_decoder(weights, [c + W[:, D:].T, np.repeat(last[None], Q, axis=0)]), states.detach().numpy(), network
    )


def asked(states: Tensor, queries: int) -> Tensor:
    """Every state with every query, one-hot. Arguments: states (k, D); Q. Returns: (k, Q, D + Q)."""
    given = states[:, None].expand(-1, queries, -1)
    return torch.cat([given, torch.eye(queries, dtype=states.dtype).expand(len(states), -1, -1)], dim=-1)


@torch.no_grad()
def maps_on(trained: Trained, states: NDArray[np.float64]) -> set[tuple[bool, ...]]:
    """The maps the torch network shows at given states. Arguments: trained; states (k, D). Returns: set of Q bits."""
    Q = trained.decoder.sizes[1]
    said = trained.network(asked(torch.tensor(states), Q))[..., 0] > 0
    return set(map(tuple, said.tolist()))


def trained_last_bit(bits: int, seed: int, steps: int = 250) -> tuple[Wiring, float]:
    """Width 3 and depth N on the last bit of all integers of N bits, which enter as s/2^N.

    Arguments: bits = N, 1..8; seed; steps. Returns: the network as a function of s, exactly; its accuracy.
    Raises: ValueError otherwise.
    """
    N = as_count("bits", bits)
    if N > 8:
        raise ValueError(f"bits = {N}: must be at most 8")
    network = MLP(_random_maps([1, *[3] * N, 1], seed))
    s = torch.arange(2**N, dtype=torch.float64)

    def loss(step: int) -> Tensor:
        return nn.functional.mse_loss(network(s[:, None] / 2**N)[:, 0], s % 2)

    descend(torch.optim.Adam(network.parameters(), lr=0.01), loss, steps)
    weights = [p.detach().numpy() for p in network.weights]
    weights[0] = weights[0] / 2**N
    with torch.no_grad():
        right = ((network(s[:, None] / 2**N)[:, 0] > 0.5) == (s % 2 == 1)).double().mean()
    return layered(weights, [p.detach().numpy() for p in network.biases]), float(right)
