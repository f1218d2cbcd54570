"""The torch witnesses of what hiding a token changes: a linear network against one with FNN, and the exact detector.

A network without FNN answers to hiding token t with the same change for every sequence that has the same token there,
and has one input gradient for all sequences: both spread over the batch by no more than rounding of float32, 1e-5 of
their size, which for the change is that of the logits it is the difference of. With FNN they spread by a good part of
it, more than a tenth of the change and of the gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor
from torch.nn import functional

from models.constructed.motif import motif_detector
from models.selection.arms import Arm, Network
from models.selection.occlusion import hidden, occluded, spread
from models.selection.problems import Motif, margins
from models.selection.study import Config, trained
from models.tasks.motif import MASK, motif


@dataclass(frozen=True)
class Constancy:
    """Spread over a batch: of the change when a letter is hidden, over the largest change or logit, and of the input
    gradient, over the largest one.
    """

    change: float
    gradient: float


def constancy(arm: Arm, steps: int, seed: int, length: int = 12, batch: int = 64) -> Constancy:
    """Train one network on the motif, and look at a batch.

    Arguments: arm; steps >= 1; seed; length of the sequences; batch.
    """
    config = Config(Motif(length), arm, (seed,), steps=steps, batch=16)
    network = trained(config)[0].eval()
    tokens, _, _ = motif(batch, length, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        change = occluded(lambda some: margins(lambda t: network(t[None]), some), tokens, MASK)
        size = max(change.abs().max(), network(tokens[None]).abs().max())
    gradient = input_gradient(network, tokens)
    wide = gradient.amax(0) - gradient.amin(0)
    moved = spread(change, tokens)[0] * change.abs().max()
    return Constancy(float(moved / size), float(wide.max() / gradient.abs().max()))


def input_gradient(network: Network, tokens: Tensor) -> Tensor:
    """∂(logit 1 − logit 0)/∂(one-hot tokens) of the first replica. Returns: (S, L, vocabulary)."""
    one_hot = functional.one_hot(tokens, network.vocabulary).to(network.encoder.weight.dtype)
    replicas = len(network.encoder.weight)
    u = one_hot.expand(replicas, *one_hot.shape).clone().requires_grad_()
    outputs = network.from_one_hot(u)[0]
    (gradient,) = torch.autograd.grad((outputs[..., 1] - outputs[..., 0]).sum(), u)
    return gradient[0]


def detector_still_occurs(letters: ArrayLike, word: Sequence[int], alphabet: int) -> NDArray:
    """y_t of the constructed detector: what it says of the sequence with letter t hidden. Returns: int (L,)."""
    tokens = torch.as_tensor(letters)[None]
    network = motif_detector(word, alphabet, tokens.shape[1])
    return network.answers(hidden(tokens, alphabet)[0])[:, -1].numpy()
