"""Copying from a state: what is left of a trained copier when its state has S bits, and the digit copier on strings.

Written before the run:
- trained: a state space layer with any A, then a ReLU network that says all L tokens from the state after reading; it
  learns to copy every one of the V^L strings while its state is a real vector;
- with the state replaced by the nearest of 2^S of the states, its error on all strings is at least 1 − 2^S/V^L, and
  its error per token obeys Fano's bound, whatever the seed; no tolerance, the fractions being exact;
- how close it comes to the bound is reported, no threshold.
"""

from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from models.constructed.constructed import Constructed
from models.layers.mlp import MLP
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from models.training import Recipe, train
from numerics.preconditions import as_count, as_seed
from numerics.selection.states import Errors, Kept, strings


@dataclass(frozen=True)
class Config:
    """V symbols; L tokens; N states; width of the hidden layer; steps of AdamW at `rate`; seed."""

    V: int = 2
    L: int = 4
    N: int = 8
    width: int = 64
    steps: int = 200
    rate: float = 1e-2
    seed: int = 0


@dataclass(frozen=True)
class Quantised:
    """Errors of the trained copier as it is, and with 2^S states, S = 0, 1, .. up to one state for each string."""

    whole: Errors
    bits: tuple[int, ...]
    errors: tuple[Errors, ...]


def trained_copier(config: Config) -> Stack:
    """Train on all strings at once, cross-entropy per token. Arguments: config. Returns: the network.

    Raises: ValueError for sizes or a seed out of range.
    """
    words = torch.as_tensor(strings(config.V, config.L))
    u = torch.nn.functional.one_hot(words, config.V).double()
    outputs = config.L * config.V

    def loss(y: Tensor, target: Tensor) -> Tensor:
        logits = y[:, -1].unflatten(-1, (config.L, config.V)).transpose(1, 2)
        return torch.nn.functional.cross_entropy(logits, target)

    network = _untrained(config, outputs)
    recipe = Recipe(config.steps, config.rate, check=config.steps, validation=1, keep_best=False, seed=config.seed)
    train(network, lambda generator: (u, words), recipe, loss)
    return network


def _untrained(config: Config, outputs: int) -> Stack:
    N, width = as_count("N", config.N), as_count("width", config.width)
    generator = torch.Generator().manual_seed(as_seed(config.seed))

    def gaussian(rows: int, columns: int) -> Tensor:
        return torch.randn(rows, columns, generator=generator, dtype=torch.float64) / columns**0.5

    rotation = torch.linalg.qr(gaussian(N, N)).Q  # keeps old tokens as large as new ones
    layer = StateSpace(rotation, gaussian(N, config.V), torch.eye(N), torch.zeros(N, config.V))
    hidden, read = (gaussian(width, N), torch.zeros(width)), (gaussian(outputs, width), torch.zeros(outputs))
    return Stack([layer, MLP([hidden, read])])


def quantised(config: Config) -> Quantised:
    """Train, then keep ever more of the states. Arguments: config. Returns: Quantised. Raises: as `trained_copier`."""
    network = trained_copier(config).requires_grad_(False)
    words = torch.as_tensor(strings(config.V, config.L))
    layer, reader = network.layers
    assert isinstance(layer, StateSpace)
    states = layer.states(torch.nn.functional.one_hot(words, config.V).double())[:, -1]

    def errors(kept: Tensor) -> Errors:
        nearest = kept[torch.cdist(states, kept).argmin(dim=1)]
        said = reader(nearest).unflatten(-1, (config.L, config.V)).argmax(dim=-1)
        return errors_of(said, words)

    bits = tuple(range((len(words) - 1).bit_length() + 1))
    spread = _spread_out(states)
    return Quantised(errors(states), bits, tuple(errors(states[spread[: 2**S]]) for S in bits))


def errors_of(said: Tensor, words: Tensor) -> Errors:
    """Exact fractions. Arguments: what was said, and what should be, int64 (count, L). Returns: Errors."""
    wrong = said != words
    return Errors(Fraction(int(wrong.any(dim=1).sum()), len(words)), Fraction(int(wrong.sum()), wrong.numel()))


def _spread_out(points: Tensor) -> Tensor:
    """An order in which each point is the one farthest from all before it; the first point first."""
    distance, order = torch.cdist(points, points), [0]
    for _ in range(len(points) - 1):
        order.append(int(distance[order].min(dim=0).values.argmax()))
    return torch.tensor(order)


@torch.no_grad()
def kept_and_copied(copier: Constructed, words: Tensor, V: int) -> Kept:
    """Of given strings, how many are in the state after reading, exactly, and how many the digit copier copies.

    Arguments: copier, of `models.constructed.digits`; words, int64 (count, L), V^L < 2^63; V. Returns: Kept.
    """
    (layer,) = copier.network.systems
    state, number = copier.network.initial_state(len(words)), torch.zeros(len(words), dtype=torch.int64)
    for k, u in enumerate(copier.encode(words).unbind(1)):
        state, _ = copier.network.step(state, u)
        number = V * number + words[:, k]
    assert len(layer.B) == 1
    kept = state[0][:, 0].double().round().to(torch.int64) == number
    copied = (copier.generate(words, words.shape[1]) == words).all(dim=1)
    return Kept(*(Fraction(int(found.sum()), len(words)) for found in (kept, copied)))


def on_random_strings(copier: Constructed, V: int, L: int, count: int, seed: int) -> Kept:
    """`kept_and_copied` of uniform random strings. Arguments: copier for V, L; count; seed. Raises: ValueError."""
    generator = torch.Generator().manual_seed(as_seed(seed))
    words = torch.randint(0, V, (as_count("count", count), as_count("L", L)), generator=generator)
    return kept_and_copied(copier, words, V)


def on_all_strings(copier: Constructed, V: int, L: int) -> Errors:
    """Errors of a constructed copier on all V^L strings. Raises: ValueError for too many."""
    words = torch.as_tensor(strings(V, L))
    return errors_of(copier.generate(words, L), words)
