"""Softmax heads with wrong importances, and trained networks that read the selected value or the winner's.

Criteria, written before the runs: a trained head, its logits moved by at most η below half their margin, keeps its
winner, the margin that the claim states, and a value within the stated distance of the winner's, to rounding; a
trained network that reads the selected value loses at most its own Lipschitz constant times the error of the value
against itself reading the winner's, to rounding. Nothing is tuned on either side, so no other tolerance enters.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.layers.mlp import MLP
from models.layers.recurrences import gaussian
from models.selection.descent import descend
from models.selection.softmax import Contexts, SelectionHead, contexts, train
from numerics.preconditions import as_count, as_fraction, as_nonnegative, as_positive


class Moved(NamedTuple):
    """Logits of a head and the same with errors, (batch, L); weights of the latter; values (batch, L, m)."""

    logits: Tensor
    estimates: Tensor
    weights: Tensor
    values: Tensor


def moved_logits(seed: int, shares: tuple[float, ...] = (0.0, 0.3, 0.49), chi: float = 3.0) -> list[Moved]:
    """A trained head whose logits are moved by shares of their margin: against the winner, and at random.

    Arguments: seed; shares, each of the margin of each context, in [0, 1/2); chi > 0, sharpness of the moved head.
    Returns: two batches for every share. Raises: ValueError outside these.
    """
    chi = as_positive("chi", chi)
    for share in shares:
        if not 0 <= as_nonnegative("share", share) < 0.5:
            raise ValueError(f"share = {share}: must be below 1/2, or another token may win")
    head = SelectionHead(4, seed=seed)
    train(head, 30, seed=1000 * seed)
    given: Contexts = contexts(5, 6, 4, 7000 + seed)
    with torch.no_grad():
        logits = head(*given).scores
    best = logits.argmax(1, keepdim=True)
    top = logits.topk(2, dim=1).values
    against = torch.ones_like(logits).scatter(1, best, -1.0)
    free = torch.tanh(gaussian(tuple(logits.shape), torch.float64, seed))
    found = []
    for share in shares:
        eta = share * (top[:, :1] - top[:, 1:])
        for error in (against, free):
            estimates = logits + eta * error
            found.append(Moved(logits, estimates, torch.softmax(chi * estimates, dim=1), given.values))
    return found


class PooledNetwork(nn.Module):
    """Softmax selection by given importances, then one hidden ReLU layer: F̂ = h(Σ_j w_j v_j), values real.

    Arguments: units >= 1; chi > 0; seed. Raises: ValueError outside these.
    """

    def __init__(self, units: int, chi: float, seed: int = 0) -> None:
        super().__init__()
        units, self.chi = as_count("units", units), as_positive("chi", chi)
        knots = torch.linspace(0, 1, units + 1, dtype=torch.float64)[:-1]
        slope = torch.ones(units, 1, dtype=torch.float64)
        self.read = MLP([(slope, -knots), (gaussian((1, units), torch.float64, seed) / units, torch.zeros(1))])

    def selected(self, importances: Tensor, values: Tensor) -> Tensor:
        """The selected values. Arguments: importances, values (batch, L). Returns: (batch, 1)."""
        if importances.dim() != 2 or importances.shape != values.shape or not importances.shape[1]:
            shapes = tuple(importances.shape), tuple(values.shape)
            raise ValueError(f"importances, values have shapes {shapes}: must be the same (batch, L >= 1)")
        return (torch.softmax(self.chi * importances, dim=1) * values).sum(1, keepdim=True)

    def forward(self, importances: Tensor, values: Tensor) -> Tensor:
        """Predictions. Arguments: importances, values (batch, L). Returns: (batch,)."""
        return self.read(self.selected(importances, values))[:, 0]

    def lipschitz(self) -> float:
        """The Lipschitz constant of h: the steepest of its pieces, which end where a unit changes sign."""
        (w, v), b = (weight.detach() for weight in self.read.weights), self.read.biases[0].detach()
        ends = (-b / w[:, 0])[w[:, 0] != 0].sort().values
        inside = torch.cat([ends[:1] - 1, (ends[1:] + ends[:-1]) / 2, ends[-1:] + 1])
        return float(((inside[:, None] * w[:, 0] + b > 0).double() @ (v[0] * w[:, 0])).abs().max())


class Data(NamedTuple):
    """Importances and values (batch, L), the winner's values and targets (batch,)."""

    importances: Tensor
    values: Tensor
    winners: Tensor
    targets: Tensor


def separated(batch: int, L: int, seed: int, delta: float = 0.2) -> Data:
    """Winner of importance 1 in front, losers uniform on [0, 1 − δ], values uniform on [0, 1]; target sin 2πv*.

    Raises: ValueError for batch < 1, L < 2, delta outside (0, 1).
    """
    batch, L, delta = as_count("batch", batch), as_count("L", L, least=2), as_fraction("delta", delta)
    draw = torch.Generator().manual_seed(seed)
    mu, v = (torch.rand(batch, L, generator=draw, dtype=torch.float64) for _ in range(2))
    mu = torch.cat([torch.ones(batch, 1, dtype=torch.float64), (1 - delta) * mu[:, 1:]], dim=1)
    return Data(mu, v, v[:, 0], torch.sin(2 * math.pi * v[:, 0]))


def trained_network(chi: float, seed: int, steps: int = 60) -> PooledNetwork:
    """The read-out fitted to 256 contexts of 16 tokens through its own selected values, by Adam."""
    network, given = PooledNetwork(16, chi, seed), separated(256, 16, seed)

    def loss(step: int) -> Tensor:
        return (network(given.importances, given.values) - given.targets).square().mean()

    descend(torch.optim.Adam(network.parameters(), lr=0.03), loss, steps)
    return network
