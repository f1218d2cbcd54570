"""The adding problem: add the two marked numbers of a long sequence.

Of Hochreiter and Schmidhuber (1997), with one mark in each half as in Arjovsky, Shah and Bengio (2016).
"""

import torch
from torch import Tensor

from models.tasks.task import as_floating
from numerics.preconditions import as_count

#: mean of the target, the best constant answer, and its mean squared error
MEAN, VARIANCE = 1.0, 1 / 6


def adding(batch: int, length: int, generator: torch.Generator, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Uniform numbers, two of them marked, and their sum.

    y = x_i + x_j, x_t uniform on [0, 1), i uniform on 0..⌊length/2⌋−1, j uniform on ⌊length/2⌋..length−1

    Arguments: batch; length >= 2; generator, on the device where the sequences are wanted; dtype.
    Returns: u (batch, length, 2), its channels x and the marks (1 at i and j, else 0); y (batch, 1).
    Raises: ValueError for a length that has no two halves, or a dtype that is not floating.

    >>> u, y = adding(1, 6, torch.Generator().manual_seed(0), torch.float64)
    >>> x, marks = u[0, :, 0], u[0, :, 1]
    >>> marks[:3].sum().item(), marks[3:].sum().item(), bool((x * marks).sum() == y[0, 0])
    (1.0, 1.0, True)
    """
    batch, length = as_count("batch", batch), as_count("length", length, least=2)
    device, half = generator.device, length // 2
    x = torch.rand(batch, length, generator=generator, dtype=as_floating(dtype), device=device)
    first = torch.randint(0, half, (batch, 1), generator=generator, device=device)
    second = torch.randint(half, length, (batch, 1), generator=generator, device=device)
    at = torch.cat([first, second], dim=1)
    return torch.stack([x, torch.zeros_like(x).scatter_(1, at, 1.0)], dim=2), x.gather(1, at).sum(dim=1, keepdim=True)


def linear_loss(length: int) -> float:
    """The least mean squared error of an answer linear in u: one that cannot multiply a number by its mark.

    1/6 − (1/12)(1/⌊L/2⌋ + 1/⌈L/2⌉)

    The marks say nothing about y, whatever the weights; the numbers of a half of h steps are each marked with
    probability 1/h, and with these weights 1/(12 h) of the variance is explained.

    >>> round(linear_loss(50), 4)
    0.16
    """
    length = as_count("length", length, least=2)
    return VARIANCE - (1 / (length // 2) + 1 / (length - length // 2)) / 12
