"""Does gradient descent find the constructed network? The stack of `query_first`, trained from several starts.

All starts have the same layers and sizes and differ in their weights only: the constructed ones with Gaussian noise of
standard deviation σ on every entry, zeros included, or weights drawn as for any layer. Loss: mean squared error of the
answer's bits after the last token; b bits, p pairs; an answer is right when every bit is on its side of ½.

Written before the run: with noise of at most .01 every seed ends at accuracy >= .99 on the trained number of pairs.
Noise beyond, random weights, twice as many pairs and the distance in weights are reported, no threshold.
"""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call, vmap

from models.constructed.bits import bits_of
from models.constructed.constructed import Constructed
from models.constructed.query_first import query_first
from models.tasks.associative_recall import recall_query_first
from models.training import Batch, Recipe, train
from numerics.preconditions import as_count, as_nonnegative, as_seed

Real = NDArray[np.float64]

#: Keys are drawn by ordering all symbols, for every sequence of a batch.
MOST_SYMBOLS = 2**12


@dataclass(frozen=True)
class Config:
    """One run of all starts side by side.

    V symbols; pairs in training; noise: σ of each start from the constructed weights; seeds, each of them for every σ
    and for one start from random weights; steps, batch, rate of AdamW; held: fresh sequences of every test.
    """

    V: int = 4
    pairs: int = 3
    noise: tuple[float, ...] = (0.01, 0.1, 0.3)
    seeds: tuple[int, ...] = (10, 11, 12)
    steps: int = 1500
    batch: int = 64
    rate: float = 3e-3
    held: int = 1000


@dataclass(frozen=True)
class Found:
    """Starts (σ in order, then random) by seeds, (S, seeds) each, pairs along a third axis where there is one.

    pairs (k,): numbers of pairs of the tests; before, after (S, seeds, k): accuracy; loss (S, seeds, checks) on held
    batches at the steps `checked`; away, moved (S, seeds): distance to the constructed weights, over their norm,
    before and after.
    """

    pairs: NDArray[np.int64]
    before: Real
    after: Real
    loss: Real
    checked: NDArray[np.int64]
    away: Real
    moved: Real


class SideBySide(nn.Module):
    """Stacks of one shape as replicas: every parameter with a leading axis.

    Arguments: constructed, whose layers are used; weights, a list of tensors per replica, in the order of its
        parameters.
    """

    def __init__(self, constructed: Constructed, weights: Sequence[Sequence[Tensor]]) -> None:
        super().__init__()
        self.names = [name for name, _ in constructed.network.named_parameters()]
        self.held = nn.ParameterList(torch.stack(tensors).float() for tensors in zip(*weights, strict=True))
        self.skeleton = [copy.deepcopy(constructed.network).float()]  # in a list: its parameters are not trained

    def forward(self, u: Tensor) -> Tensor:
        """The answer's bits after the last token. Arguments: u (R, batch, length, m). Returns: (R, batch, b)."""

        def one(weights: tuple[Tensor, ...], v: Tensor) -> Tensor:
            return functional_call(self.skeleton[0], dict(zip(self.names, weights, strict=True)), v)

        return vmap(one)(tuple(self.held), u)[..., -1, :]


def drawn(V: int, pairs: int, batch: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The task with the query first, in the tokens of `query_first`, which has no marks.

    Returns: tokens (batch, 2p + 1) and the value asked for (batch,). Raises: ValueError for p > V.
    """
    tokens, answer = recall_query_first(batch, pairs, V, V, generator)
    return torch.cat([tokens[:, 1:2] + 2 * V, tokens[:, 2:-1]], dim=1), answer[:, 0]


def measure(config: Config) -> Found:
    """Train all starts at once. Arguments: config. Returns: Found. Raises: ValueError for bad sizes and no seed."""
    V, p = as_count("V", config.V, least=2), as_count("pairs", config.pairs)
    if not config.seeds:
        raise ValueError("seeds = (): must hold at least one")
    if V > MOST_SYMBOLS:
        raise ValueError(f"V = {V}: must be at most {MOST_SYMBOLS}, keys are drawn by ordering all symbols")
    network = query_first(V)
    exact = [parameter.detach().clone() for parameter in network.network.parameters()]
    model = SideBySide(network, list(_starts(exact, config)))
    replicas = (len(config.noise) + 1, len(config.seeds))
    tests = sorted({p, min(p + 1, V), min(2 * p, V)})

    def batch(size: int, pairs: int, generator: torch.Generator) -> Batch:
        tokens, answer = drawn(V, pairs, size, generator)
        bits = bits_of(answer, len(exact[-1])).float()
        u = network.encode(tokens).float()
        return u.expand(len(model.held[0]), *u.shape), bits.expand(len(model.held[0]), *bits.shape)

    def accuracies() -> Real:
        generator = torch.Generator().manual_seed(20)
        with torch.no_grad():
            held = [batch(as_count("held", config.held), pairs, generator) for pairs in tests]
            right = [((model(u) > 0.5) == (y > 0.5)).all(-1).double().mean(-1) for u, y in held]
        return torch.stack(right, dim=-1).view(*replicas, -1).numpy()

    before, away = accuracies(), _distances(model, exact)
    recipe = Recipe(steps=config.steps, rate=config.rate, check=max(1, config.steps // 30), patience=config.steps)
    history = train(model, lambda g: batch(config.batch, p, g), recipe, _squared_errors)
    return Found(
        pairs=np.array(tests),
        before=before,
        after=accuracies(),
        loss=history.validation.T.reshape(*replicas, -1),
        checked=history.checked,
        away=away.reshape(replicas),
        moved=_distances(model, exact).reshape(replicas),
    )


def _squared_errors(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - targets).square().flatten(1).mean(1)


def _starts(exact: list[Tensor], config: Config) -> Iterator[list[Tensor]]:
    """Weights of every start: σ by σ, seed by seed, then random ones."""
    for sigma in (*config.noise, None):
        for seed in config.seeds:
            generator = torch.Generator().manual_seed(as_seed(seed))
            normal = [torch.randn(w.shape, generator=generator, dtype=w.dtype) for w in exact]
            if sigma is None:
                yield [g / (2 * max(w.shape[-1], 1)) ** 0.5 for g, w in zip(normal, exact, strict=True)]
            else:
                yield [w + as_nonnegative("noise", sigma) * g for g, w in zip(normal, exact, strict=True)]


def _distances(model: SideBySide, exact: list[Tensor]) -> Real:
    off = sum((held.detach() - w.float()).square().flatten(1).sum(1) for held, w in zip(model.held, exact, strict=True))
    norm = sum(w.square().sum() for w in exact)
    return (torch.as_tensor(off) / norm).sqrt().numpy().astype(np.float64)
