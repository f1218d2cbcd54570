"""Residual blocks for R networks side by side: a diagonal system, and a feed-forward network, each added to its input.

x + W_o·LTI(W_i·norm(x)),  x + FNN(norm(x))

Sequences are short here, so the convolution is a product with a lower triangular Toeplitz matrix, exact and faster
than transforms up to about a hundred steps.

Glossary: R replicas · B batch · L length · H channels · n modes of a channel.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from models.layers.replicas import FNN, Affine, Heads, Norm
from numerics.preconditions import as_count

#: |λ| of a fresh diagonal system.
SMALLEST, LARGEST = 0.3, 0.999


def toeplitz(kernel: Tensor) -> Tensor:
    """T_{st} = K_{t−s} for s <= t, else 0: u T is the causal convolution. Arguments: (.., L). Returns: (.., L, L)."""
    length = kernel.shape[-1]
    lag = torch.arange(length, device=kernel.device) - torch.arange(length, device=kernel.device)[:, None]
    return torch.where(lag >= 0, kernel[..., lag.clamp(min=0)], 0.0)


class Mixer(nn.Module):
    """x + W_o·LTI(W_i·norm(x)), one diagonal system of n modes per channel, its poles drawn at random.

    |λ| is uniform in [0.3, 0.999] and arg λ in [0, π), for every channel anew.

    Arguments: channels; modes; normed: without it, the block is linear; generators, one per replica.
    """

    def __init__(self, channels: int, modes: int, normed: bool, generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        shape = as_count("channels", channels), as_count("modes", modes)
        self.norm = Norm(channels, len(generators)) if normed else nn.Identity()
        self.enter = Affine(channels, channels, generators)
        self.heads = Heads(_poles(shape, generators), channels, generators)
        self.leave = Affine(channels, channels, generators)

    def forward(self, x: Tensor) -> Tensor:
        """Arguments: x (R, H, B, L). Returns: the same shape."""
        u = self.enter(self.norm(x))
        y = u @ toeplitz(self.heads.kernel(u.shape[-1]))
        return x + self.leave(torch.addcmul(y, u, self.heads.D[:, :, None, None]))

    def initial_state(self, batch: int) -> Tensor:
        """Zeros, complex (R, H, B, n)."""
        replicas, channels, modes = self.heads.nu.shape
        return torch.zeros(replicas, channels, batch, modes, dtype=torch.complex64, device=self.heads.nu.device)

    def step(self, state: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """One step. Arguments: state; x (R, H, B, 1). Returns: the next state, and the block's output at this step."""
        heads = self.heads
        rate, phase = heads.logarithms()
        u = self.enter(self.norm(x))
        state = torch.exp(torch.complex(-rate, phase))[:, :, None] * state + u
        weight = torch.sqrt(-torch.expm1(-2 * rate)) * (1 + heads.pair)
        y = ((torch.view_as_complex(heads.C) * weight)[:, :, None] * state).sum(-1, keepdim=True).real
        return state, x + self.leave(torch.addcmul(y, u, heads.D[:, :, None, None]))


class FeedForward(nn.Module):
    """x + FNN(norm(x)) at every token, hidden layers of 2H units with ReLU.

    Arguments: channels H; hidden: number of hidden layers, at least 1; generators, one per replica.
    """

    def __init__(self, channels: int, hidden: int, generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        widths = [channels, *[2 * channels] * as_count("hidden", hidden), channels]
        self.norm = Norm(channels, len(generators))
        self.fnn = FNN(widths, generators)

    def forward(self, x: Tensor) -> Tensor:
        """Arguments: x (R, H, B, L). Returns: the same shape."""
        return x + self.fnn(self.norm(x))


def _poles(shape: tuple[int, int], generators: Sequence[torch.Generator]) -> np.ndarray:
    drawn = torch.stack([torch.rand(2, *shape, generator=g, dtype=torch.float64) for g in generators], dim=1).numpy()
    return (SMALLEST + (LARGEST - SMALLEST) * drawn[0]) * np.exp(1j * np.pi * drawn[1])
