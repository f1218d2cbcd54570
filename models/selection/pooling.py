"""Softmax pooling that is trained, and a window that is held.

Criterion, written before the runs: in float32, before, during and after training, two integrators and a ratio differ
from softmax attention with a constant query by at most (2L + 10 + 4 χ max|s|) eps max|v|, summed over heads as the
read-out does; a delay line read by ones differs from a convolution with ones by at most 2 (U + 1) eps Σ|u|.
"""

import torch
from torch import Tensor

from models.layers.pooling import SoftmaxPooling
from models.layers.recurrences import gaussian
from models.layers.state_space import StateSpace
from models.selection.descent import descend
from numerics.preconditions import as_count


def tokens(batch: int, length: int, channels: int, seed: int) -> Tensor:
    """Gaussian tokens, float32 (batch, length, channels)."""
    return gaussian((batch, length, channels), torch.float32, seed)


def train(layer: SoftmaxPooling, steps: int, length: int = 12, seed: int = 0) -> list[float]:
    """Adam on the second channel of the token whose first channel is the largest so far. Returns: losses."""

    def loss(step: int) -> Tensor:
        u = tokens(32, length, layer.a.shape[1], seed + step)
        best = torch.cummax(u[:, :, 0], dim=1).indices
        return (layer(u)[:, :, 0] - u[:, :, 1].gather(1, best)).square().mean()

    return descend(torch.optim.Adam(layer.parameters(), lr=0.05), loss, steps)


def window_line(window: int, dtype: torch.dtype = torch.float32) -> StateSpace:
    """y_t = u_t + .. + u_{t−U}, from a delay line of U + 1 states read by ones.

    Arguments: window U >= 0; dtype. Raises: ValueError for U < 0.
    """
    n = as_count("window", window, least=0) + 1
    shift = torch.diag(torch.ones(n - 1), -1)
    return StateSpace(shift, torch.eye(n)[:, :1], torch.ones(1, n), torch.zeros(1, 1), dtype=dtype)


def window_by_convolution(u: Tensor, window: int) -> Tensor:
    """The same by `conv1d` with a kernel of ones. Arguments: u (batch, length). Returns: the same shape."""
    padded = torch.nn.functional.pad(u, (window, 0))[:, None]
    return torch.nn.functional.conv1d(padded, u.new_ones(1, 1, window + 1))[:, 0]
