"""Softmax pooling by two integrators: the most important symbol so far, read off a ratio of sums."""

import math

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from models.constructed.bits import bits_of, from_bits
from models.constructed.constructed import Constructed
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from numerics.preconditions import as_count, as_positive, as_real_vector

#: Gates below this lose their digits, and a prefix of nothing else its answer.
LEAST_EXPONENT = -700.0


def softmax_pooling(importances: ArrayLike, chi: float, longest: int) -> Constructed:
    """The answer at step t is the most important of the symbols so far.

    N_t = N_{t−1} + e^{χμ(x_t)} c(x_t), Z_t = Z_{t−1} + e^{χμ(x_t)}; N_t/Z_t is the softmax average of the bits c of the
    symbols, which is within the tail of the winner's bits: right at threshold ½ as long as (longest − 1) e^{−χδ} < 1, δ
    the least gap between two importances.

    The exponential gate is no ReLU network: here it is a table, one number per symbol in B (V·(bits + 1) weights at
    most, the importances shifted by their maximum, which cancels). The ratio is part of the decoding and costs no
    weight. The sums are doubles, so an entry counts 64 bits. Answers that are fed back repeat the winner, and change
    nothing.

    Arguments: importances μ (V,), all different; chi = χ > 0; longest >= 1, the most tokens of a context.
    Raises: ValueError where two importances tie, where χ is too small for the longest context, where χ times the range
    of importances exceeds 700; `encode` for a symbol outside 0..V−1, an empty or too long context.
    """
    mu, chi, longest = as_real_vector("importances", importances), as_positive("chi", chi), as_count("longest", longest)
    V, bits = len(mu), max(1, (len(mu) - 1).bit_length())
    gap = float(torch.as_tensor(mu).sort().values.diff().min()) if V > 1 else math.inf
    if gap <= 0:
        raise ValueError("importances: two of them tie, and no sharpness tells them apart")
    if (longest - 1) * math.exp(-chi * gap) >= 1 - longest * 2.0**-40:
        raise ValueError(f"chi = {chi}: must exceed log(longest − 1)/δ = {math.log(longest - 1) / gap:.6g}")
    exponent = chi * (torch.as_tensor(mu) - mu.max())
    if exponent.min() < LEAST_EXPONENT:
        raise ValueError(f"χ times the range of importances is {-float(exponent.min()):.6g}: must be at most 700")
    gates = torch.exp(exponent)
    B = torch.cat([bits_of(torch.arange(V), bits) * gates[:, None], gates[:, None]], dim=1).T

    def encode(tokens: Tensor) -> Tensor:
        if not 1 <= tokens.shape[-1] <= longest:
            raise ValueError(f"context of {tokens.shape[-1]} tokens: must be 1..{longest}")
        if not bool(((tokens >= 0) & (tokens < V)).all()):
            raise ValueError(f"tokens in {tokens.min().item()}..{tokens.max().item()}: must be symbols 0..{V - 1}")
        return torch.nn.functional.one_hot(tokens, V).double()

    def decode(sums: Tensor) -> Tensor:
        return from_bits(sums[..., :-1] / sums[..., -1:])

    n = bits + 1
    network = Stack([StateSpace(torch.ones(n), B, torch.eye(n), torch.zeros(n, V))])
    return Constructed(network, encode, decode, bits_per_entry=64)
