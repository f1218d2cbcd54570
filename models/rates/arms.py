"""The networks that estimate a function of the most important token, at about ten thousand weights each.

- SSM + FNN: an FNN on every token, softmax pooling by two integrators, of e^s and of e^s h, and their ratio, an FNN
- Transformer: an FNN on every token, one layer of softmax attention by the last token's query, an FNN
- oracle: an FNN on the winner's value
- flat: an FNN on the whole context at once
- ReLU only: an FNN on every token, one integrator, an FNN: neither exponential nor ratio

Positions are given to none but the flat one: where the winner stands says nothing.
Glossary: R replicas · B batch · L length · w width of what is pooled.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from models.layers.pooling import Sums, join
from models.layers.replicas import FNN, Affine, Norm
from models.layers.residual import FeedForward
from models.tasks.piecewise import winner
from numerics.preconditions import as_count, as_seed

Generators = Sequence[torch.Generator]
#: Importance and value.
CHANNELS = 2
HEADS = 2


@dataclass(frozen=True)
class Arm:
    """One architecture. label; weights: at most so many, from which the units of a hidden layer follow."""

    label: str
    weights: int = 10_000


SSM = Arm("SSM + FNN")
TRANSFORMER = Arm("Transformer")
ORACLE = Arm("oracle")
FLAT = Arm("flat")
RELU = Arm("ReLU only")
ARMS = (SSM, TRANSFORMER, ORACLE, FLAT, RELU)


class Pooled(nn.Module):
    """FNN, Σ e^s h / Σ e^s, FNN: the sums are integrators, and the state is one number more than both of them.

    The number is the unit of both sums, without which e^s would overflow; a constant of it cancels in the ratio.
    """

    def __init__(self, units: int, length: int, generators: Generators) -> None:
        super().__init__()
        self.width = as_count("units", units, least=2) // 2
        self.enter = FNN((CHANNELS, units, units, 1 + self.width), generators)
        self.leave = FNN((self.width, units, 1), generators)

    def forward(self, tokens: Tensor) -> Tensor:
        """Arguments: tokens (R, B, L, 2). Returns: (R, B)."""
        s, h = self.enter(tokens.movedim(-1, 1)).split([1, self.width], dim=1)
        return self.leave((s.softmax(-1) * h).sum(-1))[:, 0]

    def initial_state(self, batch: int) -> Sums:
        """No token yet: unit −∞, sums zero."""
        b = next(self.parameters())
        zeros = b.new_zeros(len(b), batch, 1)
        return zeros - torch.inf, zeros[..., None].expand(-1, -1, -1, self.width), zeros

    def step(self, state: Sums, token: Tensor) -> tuple[Sums, Tensor]:
        """One token. Arguments: state; token (R, B, 2). Returns: the next state, and the answer so far (R, B)."""
        s, h = self.enter(token.movedim(-1, 1)).movedim(1, -1).split([1, self.width], dim=-1)
        top, N, Z = join((s, h[..., None, :], torch.ones_like(s)), state)
        return (top, N, Z), self.leave((N / Z[..., None])[..., 0, :].movedim(-1, 1))[:, 0]


class Integrated(nn.Module):
    """FNN, Σ h/√L, FNN: what is left of `Pooled` without exponential and ratio. √L keeps fresh sums of order one."""

    def __init__(self, units: int, length: int, generators: Generators) -> None:
        super().__init__()
        self.scale = as_count("length", length) ** -0.5
        self.width = as_count("units", units, least=2) // 2
        self.enter = FNN((CHANNELS, units, units, self.width), generators)
        self.leave = FNN((self.width, units, 1), generators)

    def forward(self, tokens: Tensor) -> Tensor:
        """Arguments: tokens (R, B, L, 2). Returns: (R, B)."""
        return self.leave(self.enter(tokens.movedim(-1, 1)).sum(-1) * self.scale)[:, 0]

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (R, w, B)."""
        b = next(self.parameters())
        return b.new_zeros(len(b), self.width, batch)

    def step(self, state: Tensor, token: Tensor) -> tuple[Tensor, Tensor]:
        """One token. Arguments: state; token (R, B, 2). Returns: the next state, and the answer so far (R, B)."""
        state = state + self.enter(token.movedim(-1, 1))
        return state, self.leave(state * self.scale)[:, 0]


class Attending(nn.Module):
    """FNN, x_L + W_o·attention of the last token to all, a residual FNN, W: one layer of a Transformer, read at L."""

    def __init__(self, units: int, length: int, generators: Generators) -> None:
        super().__init__()
        self.width = max(as_count("units", units) // (2 * HEADS), 1) * HEADS
        self.embed = FNN((CHANNELS, units, self.width), generators)
        self.norm = Norm(self.width, len(generators))
        self.query = Affine(self.width, self.width, generators)
        self.key_value = Affine(self.width, 2 * self.width, generators)
        self.leave = Affine(self.width, self.width, generators)
        self.feed = FeedForward(self.width, 1, generators)
        self.decoder = Affine(self.width, 1, generators)

    def forward(self, tokens: Tensor) -> Tensor:
        """Arguments: tokens (R, B, L, 2). Returns: (R, B)."""
        x = self.embed(tokens.movedim(-1, 1))
        u, last = self.norm(x), x[..., -1:]
        k, v = self.key_value(u).unflatten(1, (2, HEADS, -1)).unbind(1)  # (R, heads, dim, B, L)
        q = self.query(u[..., -1:]).unflatten(1, (HEADS, -1))
        scores = (q * k).sum(2, keepdim=True) / k.shape[2] ** 0.5
        pooled = (scores.softmax(-1) * v).sum(-1, keepdim=True).flatten(1, 2)
        return self.decoder(self.feed(last + self.leave(pooled)))[:, 0, :, 0]


class Oracle(nn.Module):
    """FNN of the winner's value."""

    def __init__(self, units: int, length: int, generators: Generators) -> None:
        super().__init__()
        self.fnn = FNN((1, units, units, 1), generators)

    def forward(self, tokens: Tensor) -> Tensor:
        """Arguments: tokens (R, B, L, 2). Returns: (R, B)."""
        return self.fnn(winner(tokens)[:, None])[:, 0]


class Flat(nn.Module):
    """FNN of all 2L numbers."""

    def __init__(self, units: int, length: int, generators: Generators) -> None:
        super().__init__()
        self.fnn = FNN((CHANNELS * as_count("length", length), units, units, 1), generators)

    def forward(self, tokens: Tensor) -> Tensor:
        """Arguments: tokens (R, B, L, 2). Returns: (R, B)."""
        return self.fnn(tokens.flatten(2).movedim(-1, 1))[:, 0]


NETWORKS: Mapping[str, Callable[[int, int, Generators], nn.Module]] = {
    SSM.label: Pooled,
    TRANSFORMER.label: Attending,
    ORACLE.label: Oracle,
    FLAT.label: Flat,
    RELU.label: Integrated,
}


def network(arm: Arm, length: int, seeds: Sequence[int]) -> nn.Module:
    """R networks of one arm side by side, of as many units as its weights allow.

    Arguments: arm; length L of the context; seeds of the weights, one per replica.
    Raises: ValueError for an unknown arm, no seed, and for weights too few for four units.
    """
    if arm.label not in NETWORKS:
        raise ValueError(f"arm = {arm.label!r}: must be one of {', '.join(NETWORKS)}")
    if not seeds:
        raise ValueError("seeds = (): must be at least one")
    build, units, step = NETWORKS[arm.label], 4, 4
    probe = [torch.Generator()]
    if weights(build(units, length, probe)) > as_count("weights", arm.weights):
        raise ValueError(f"weights = {arm.weights}: too few for four units of {arm.label!r} at L = {length}")
    while weights(build(units + step, length, probe)) <= arm.weights:
        units += step
    return build(units, length, [torch.Generator().manual_seed(as_seed(seed)) for seed in seeds])


def weights(model: nn.Module) -> int:
    """Trained numbers of one replica."""
    return sum(p[0].numel() for p in model.parameters())
