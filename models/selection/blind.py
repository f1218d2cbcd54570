"""Networks that lack selection, trained: linear ones, order-blind ones, one causal convolution.

Every recall of a small size is enumerated, so that a loss is an expectation and not a sample.

Written before the runs:
- a network without FNN (two linear state space layers) is never below the affine risk, by more than 1e-9, and comes
  within 5 % of it (within 1e-3 where it is 0);
- integrators of all tokens followed by an FNN are order-blind: never above the blind accuracy or below the blind
  cross-entropy, by more than 1e-9, and within 0.02 nats of it, at exactly that accuracy;
- one causal convolution with 2L taps copies unseen strings of length L without an error, and its taps are one spike
  at lag L, within 1e-3.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.layers.mlp import MLP
from models.layers.recurrences import causal_convolution
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from models.selection.descent import descend
from numerics.preconditions import as_count, as_seed
from numerics.selection.blind import recall_sequences


class Recall(NamedTuple):
    """Every recall of a size: one-hot tokens (m, 2n + 1, K + V), and answers (m,)."""

    tokens: Tensor
    answers: Tensor


class Blind(NamedTuple):
    """What an order-blind network reached: accuracy, and mean cross-entropy in nats."""

    accuracy: float
    entropy: float


class Copied(NamedTuple):
    """taps (2L,) of the convolution; accuracy on unseen strings."""

    taps: NDArray[np.float64]
    accuracy: float


def recalls(pairs: int, keys: int, values: int) -> Recall:
    """Every recall. Arguments, raises: `numerics.selection.blind.recall_sequences`. Returns: Recall."""
    sequences, answers = recall_sequences(pairs, keys, values)
    return Recall(nn.functional.one_hot(torch.tensor(sequences), keys + values).double(), torch.tensor(answers))


def linear_risk(pairs: int, keys: int, values: int, seed: int, steps: int = 60) -> float:
    """Mean squared error that two linear state space layers of K + V states each reach, read at the query.

    With fewer than V − 1 states the mean of n values does not pass. Arguments: n, K, V as in `recalls`; seed of the
    weights; steps of L-BFGS. Returns: float.
    Raises: ValueError otherwise.
    """
    data, V = recalls(pairs, keys, values), as_count("values", values)
    draw, N = np.random.default_rng(as_seed(seed)), keys + V
    layers = [_random(draw, keys + V, N, N), _random(draw, N, N, V)]
    network, target = Stack(layers), nn.functional.one_hot(data.answers, V).double()

    def loss() -> Tensor:
        return (network(data.tokens)[:, -1] - target).square().sum(1).mean()

    return _descend(list(network.parameters()), loss, steps)


def _random(draw: np.random.Generator, m: int, N: int, p: int) -> StateSpace:
    shapes = ((N, m), (p, N), (p, m))
    B, C, D = (draw.standard_normal(shape) / np.sqrt(shape[1]) for shape in shapes)
    return StateSpace(draw.uniform(0.5, 1.0, N), B, C, D)


def blind_recall(pairs: int, keys: int, values: int, seed: int, width: int = 32, steps: int = 60) -> Blind:
    """Integrators of every token, the query fed through, and an FNN that is trained on cross-entropy.

    Arguments: n, K, V as in `recalls`; seed; width of the hidden layer; steps of L-BFGS. Returns: Blind.
    Raises: ValueError otherwise.
    """
    data, V = recalls(pairs, keys, values), as_count("values", values)
    m, w = keys + V, as_count("width", width)
    draw = np.random.default_rng(as_seed(seed))
    one, none = np.eye(m), np.zeros((m, m))
    sums = StateSpace(np.ones(m), one, np.vstack([one, none]), np.vstack([none, one]))
    hidden, out = draw.standard_normal((w, 2 * m)) / np.sqrt(2 * m), draw.standard_normal((V, w)) / np.sqrt(w)
    network = MLP([(hidden, np.zeros(w)), (out, np.zeros(V))])
    with torch.no_grad():
        seen = sums(data.tokens)[:, -1]

    def loss() -> Tensor:
        return nn.functional.cross_entropy(network(seen), data.answers)

    entropy = _descend(list(network.parameters()), loss, steps)
    with torch.no_grad():
        said = Stack([sums, network])(data.tokens)[:, -1].argmax(-1)
    return Blind(float((said == data.answers).double().mean()), entropy)


def _descend(parameters: list[nn.Parameter], loss: Callable[[], Tensor], steps: int) -> float:
    """L-BFGS on all data at once. Returns: the loss it ends at."""
    count = as_count("steps", steps)
    optimiser = torch.optim.LBFGS(parameters, max_iter=count, line_search_fn="strong_wolfe", tolerance_change=1e-12)
    descend(optimiser, lambda step: loss(), 1)
    with torch.no_grad():
        return float(loss())


def learned_copy(length: int, symbols: int, seed: int, batch: int = 64, steps: int = 40) -> Copied:
    """One causal convolution, the same taps on every one-hot channel, that learns to copy by squared error.

    Arguments: length = L >= 1; symbols = V >= 2; seed of taps and strings; batch of strings; steps of L-BFGS.
    Returns: Copied. Raises: ValueError otherwise.
    """
    L, V = as_count("length", length), as_count("symbols", symbols, least=2)
    generator = torch.Generator().manual_seed(as_seed(seed))
    x = torch.randint(V, (2, as_count("batch", batch), L), generator=generator)
    hot = nn.functional.one_hot(x, V).double().transpose(-1, -2)  # (2, batch, V, L)
    u = torch.cat([hot, torch.zeros_like(hot)], dim=-1)
    taps = nn.Parameter(0.1 * torch.randn(2 * L, generator=generator, dtype=torch.float64))

    def loss() -> Tensor:
        return (causal_convolution(taps, u[0])[..., L:] - hot[0]).square().sum(-2).mean()

    _descend([taps], loss, steps)
    with torch.no_grad():
        said = causal_convolution(taps, u[1])[..., L:].argmax(-2)
    return Copied(taps.detach().numpy(), float((said == x[1]).double().mean()))
