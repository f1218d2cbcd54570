"""Causal softmax attention with rotary positions, for R networks side by side (Su et al. 2021, arXiv 2104.09864)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.layers.replicas import Affine, Norm
from numerics.preconditions import as_count


class RotaryAttention(nn.Module):
    """x + W_o·attention(norm(x)): queries and keys are turned by angles t·10000^{−2j/dim}, so that their products
    depend on the difference of positions only.

    Arguments: channels H; heads, H a multiple of twice their number; generators, one per replica.
    Raises: ValueError for a number of heads that does not fit.
    """

    def __init__(self, channels: int, heads: int, generators: Sequence[torch.Generator]) -> None:
        super().__init__()
        self.heads = as_count("heads", heads)
        if channels % (2 * heads):
            raise ValueError(f"channels = {channels}: must be a multiple of {2 * heads}, two for each head")
        self.norm = Norm(channels, len(generators))
        self.enter = Affine(channels, 3 * channels, generators)
        self.leave = Affine(channels, channels, generators)

    def forward(self, x: Tensor) -> Tensor:
        """Arguments: x (R, H, B, L). Returns: the same shape."""
        channels = x.shape[1]
        # (R, 3H, B, L) -> three of (R, B, heads, L, dim)
        parts = self.enter(self.norm(x)).unflatten(1, (3, self.heads, channels // self.heads)).permute(1, 0, 4, 2, 5, 3)
        q, k, v = parts.contiguous().unbind(0)
        q, k = turned(q), turned(k)
        later = torch.ones(x.shape[-1], x.shape[-1], dtype=torch.bool, device=x.device).triu(1)
        scores = (q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5).masked_fill(later, -torch.inf)
        y = scores.softmax(-1) @ v
        return x + self.leave(y.permute(0, 2, 4, 1, 3).flatten(1, 2).contiguous())


def turned(u: Tensor) -> Tensor:
    """Pairs of neighbouring coordinates (2j, 2j + 1) turned by t·10000^{−2j/dim} at position t.

    Arguments: u (.., L, dim), dim even. Returns: the same shape.
    """
    pairs = torch.view_as_complex(u.unflatten(-1, (-1, 2)))
    rates = 10_000.0 ** (-torch.arange(pairs.shape[-1], device=u.device, dtype=u.dtype) / pairs.shape[-1])
    angles = torch.arange(u.shape[-2], device=u.device, dtype=u.dtype)[:, None] * rates
    return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)
