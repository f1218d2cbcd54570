"""Networks on all tokens at once, and one that selects first.

Criterion, written before the runs: a flat linear layer trained on contexts reaches, on fresh ones, the least affine
risk τ²(1 − 1/L) within 5 %, for every L and seed; the network that selects stays below 1 % of τ² at every L.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.layers.mlp import MLP
from models.layers.pooling import SoftmaxPooling
from models.layers.recurrences import gaussian
from models.selection.descent import descend
from numerics.preconditions import Real, as_count
from numerics.rates.length import Contexts, contexts
from numerics.rates.plugin import sharpness_rule


def flat(L: int, widths: Sequence[int] = (), seed: int = 0) -> MLP:
    """A network on the 2 L numbers of a context in a row, with these hidden layers; none for a linear layer.

    Raises: ValueError for L < 1, a width < 1.
    """
    sizes = [2 * as_count("L", L), *(as_count("width", width) for width in widths), 1]
    maps = [
        (gaussian((q, p), torch.float64, seed + k) * (2 / p) ** 0.5, torch.zeros(q))
        for k, (p, q) in enumerate(pairwise(sizes))
    ]
    return MLP(maps)


class Selecting(nn.Module):
    """Softmax pooling of the values by the importances, at the last token, then a network on the one value.

    Arguments: chi > 0; widths of the hidden layers behind, None for none at all; seed.
    """

    def __init__(self, chi: float, widths: Sequence[int] | None = None, seed: int = 0) -> None:
        super().__init__()
        self.pool = SoftmaxPooling(2, chi=chi, dtype=torch.float64)
        for weight, entries in ((self.pool.a, [[1.0, 0.0]]), (self.pool.W, [[[0.0, 1.0]]]), (self.pool.O, [1.0, 0.0])):
            weight.data = torch.tensor(entries, dtype=torch.float64).reshape(weight.shape)
        self.pool.requires_grad_(False)
        maps = [] if widths is None else list(zip(*_maps(widths, seed), strict=True))
        self.read = MLP(maps) if maps else nn.Identity()

    def selected(self, tokens: Tensor) -> Tensor:
        """The pooled value. Arguments: tokens (batch, L, 2), importance and value. Returns: (batch, 1)."""
        return self.pool(tokens)[:, -1, :1]

    def forward(self, tokens: Tensor) -> Tensor:
        """Predictions. Arguments: tokens (batch, L, 2). Returns: (batch, 1)."""
        return self.read(self.selected(tokens))


def _maps(widths: Sequence[int], seed: int) -> tuple[list[Tensor], list[Tensor]]:
    sizes = [1, *(as_count("width", width) for width in widths), 1]
    pairs = list(enumerate(pairwise(sizes)))
    weights = [gaussian((q, p), torch.float64, seed + k) * (2 / p) ** 0.5 for k, (p, q) in pairs]
    return weights, [torch.linspace(-1, 1, q, dtype=torch.float64) for _, (_, q) in pairs]


def in_a_row(given: Contexts) -> Tensor:
    """Contexts for `flat`. Returns: (n, 2 L)."""
    return torch.as_tensor(given.tokens)


def token_by_token(given: Contexts) -> Tensor:
    """Contexts for `Selecting`. Returns: (n, L, 2)."""
    return torch.stack([torch.as_tensor(given.importances), torch.as_tensor(given.values)], dim=-1)


Target = Callable[[Real], Real]


def winners_value(v: Real) -> Real:
    """The value itself, of variance 1/12."""
    return v


def wave(v: Real) -> Real:
    """The wave sin 2πv, of variance 1/2."""
    return np.asarray(np.sin(2 * np.pi * v))


def linear_risk(L: int, seed: int, n: int = 4000) -> float:
    """Test error of a linear layer trained on n contexts for the winner's value. Raises: ValueError for L, n < 1."""
    given, fresh = contexts(L, n, seed), contexts(L, 20000, seed + 1)
    model = flat(L, seed=seed)
    u, y = in_a_row(given), torch.as_tensor(given.winners)
    optimiser = torch.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe", max_iter=30)
    descend(optimiser, lambda step: (model(u)[:, 0] - y).square().mean(), 1)
    return _error(model, in_a_row(fresh), fresh.winners)


def flat_risk(train: Contexts, test: Contexts, target: Target, seed: int, steps: int = 6) -> float:
    """Test error of a flat network with one hidden layer of 32: the least over training, in its favour.

    LBFGS, 15 iterations a step.
    """
    model = flat(train.values.shape[1], (32,), seed)
    return _least(model, in_a_row(train), in_a_row(test), (target(train.winners), target(test.winners)), steps)


def selecting_risk(train: Contexts, test: Contexts, target: Target, seed: int, steps: int = 6) -> float:
    """Test error of the network that selects, at the sharpness log((L−1) n)/δ, only its read-out trained.

    The least over training, as for `flat_risk`. L = 1 selects by itself.
    """
    n, L = train.values.shape
    model = Selecting((sharpness_rule(L, n, 0.2) or 1.0) if L > 1 else 1.0, (32,), seed)
    with torch.no_grad():
        inputs = [model.selected(token_by_token(part)) for part in (train, test)]
    assert isinstance(model.read, MLP)
    return _least(model.read, inputs[0], inputs[1], (target(train.winners), target(test.winners)), steps)


def pooled_risk(L: int, seed: int, n: int = 2000) -> float:
    """Error of the pooled value as it is against the winner's, at the sharpness log((L−1) n)/δ; L >= 2."""
    fresh, chi = contexts(L, n, seed), sharpness_rule(L, n, 0.2)
    assert chi is not None
    return _error(Selecting(chi), token_by_token(fresh), fresh.winners)


def _least(model: nn.Module, u: Tensor, fresh: Tensor, targets: tuple[NDArray, NDArray], steps: int) -> float:
    y, best = torch.as_tensor(targets[0]), np.inf
    optimiser = torch.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe", max_iter=15)
    for _ in range(as_count("steps", steps)):
        descend(optimiser, lambda step: (model(u)[:, 0] - y).square().mean(), 1)
        best = min(best, _error(model, fresh, targets[1]))
    return best


def _error(model: nn.Module, u: Tensor, y: NDArray) -> float:
    with torch.no_grad():
        return float((model(u)[:, 0] - torch.as_tensor(y)).square().mean())
