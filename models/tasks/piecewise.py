"""A function of one token, which one depends on all: the value of the most important token goes through a smooth map.

The simplest target of the piecewise γ-smooth class: one token is selected, the winner by a margin, and the function of
its value is a trigonometric polynomial.
"""

import torch
from torch import Tensor

from models.tasks.task import Batch, as_floating
from numerics.preconditions import as_count, as_positive, as_real

#: Of the target over uniform values, sin² + ¼cos² on average: the error of the best constant, which is 0.
VARIANCE = 0.625


def smooth(values: Tensor) -> Tensor:
    """The smooth map, sin 2πv + ½ cos 4πv."""
    return torch.sin(2 * torch.pi * values) + torch.cos(4 * torch.pi * values) / 2


def piecewise(
    batch: int,
    length: int,
    generator: torch.Generator,
    margin: float = 0.2,
    level: float | None = None,
    dtype: torch.dtype = torch.float32,
) -> Batch:
    """Tokens of an importance and a value, and the smooth map of the value that the most important one has.

    F = sin 2πv* + ½ cos 4πv*,  losers z uniform on [b − 1, b), the winner z* = b + δ,  v uniform on [0, 1)

    The winner's position is uniform. With the base level b uniform on [0, 1), anew in every sequence, many losers of
    one sequence are more important than the winner of another: no threshold of a single token tells who wins. With
    a fixed level one does.

    Arguments: batch; length L >= 2; generator, on the device where the sequences are wanted; margin δ > 0; level b of
        all sequences, None to draw it for each; dtype.
    Returns: tokens (batch, L, 2), their channels z and v; F (batch,), without noise.
    Raises: ValueError for L < 2, δ <= 0, a level that is not finite, or a dtype that is not floating.

    >>> tokens, F = piecewise(1, 4, torch.Generator().manual_seed(0))
    >>> bool(smooth(winner(tokens)) == F)
    True
    """
    batch, length, margin = as_count("batch", batch), as_count("length", length, least=2), as_positive("margin", margin)
    device = generator.device
    base = torch.rand(batch, 1, generator=generator, device=device, dtype=as_floating(dtype))
    if level is not None:
        base = torch.full_like(base, as_real("level", level))
    z, v = torch.rand(2, batch, length, generator=generator, device=device, dtype=dtype)
    at = torch.randint(length, (batch, 1), generator=generator, device=device)
    z = (base - 1 + z).scatter(1, at, base + margin)
    return torch.stack([z, v], dim=-1), smooth(v.gather(1, at)[:, 0])


def winner(tokens: Tensor) -> Tensor:
    """The value of the most important token. Arguments: tokens (.., L, 2). Returns: (..)."""
    z, v = tokens.unbind(-1)
    return v.gather(-1, z.argmax(-1, keepdim=True))[..., 0]
