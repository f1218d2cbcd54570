"""Delayed recall: say now what came in some steps ago."""

import torch
from torch import Tensor

from models.tasks.task import as_floating
from numerics.preconditions import as_count


def delayed_recall(
    batch: int, length: int, delay: int, generator: torch.Generator, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """White Gaussian sequences and the same ones shifted.

    y_t = u_{t−delay}, and 0 for t < delay

    What a linear state cannot hold of it is 1 − M_delay of the variance, once the start from zero is forgotten; the
    first `delay` steps, with target 0, cost nothing.

    Arguments: batch, length, delay in 0..length−1; generator, on the device where the sequences are wanted; dtype.
    Returns: u and y, each (batch, length, 1).
    Raises: ValueError for a delay outside the sequence, or a dtype that is not floating.

    >>> u, y = delayed_recall(1, 4, 2, torch.Generator().manual_seed(0), torch.float64)
    >>> bool((y[0, 2:] == u[0, :2]).all()), y[0, :2].tolist()
    (True, [[0.0], [0.0]])
    """
    batch, length = as_count("batch", batch), as_count("length", length)
    if as_count("delay", delay, least=0) >= length:
        raise ValueError(f"delay = {delay}: must be less than length = {length}")
    dtype, device = as_floating(dtype), generator.device
    u = torch.randn(batch, length, 1, generator=generator, dtype=dtype, device=device)
    return u, torch.cat([torch.zeros_like(u[:, :delay]), u[:, : length - delay]], dim=1)
