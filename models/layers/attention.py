"""Attention as a memory: linear attention with decay, softmax attention over a causal window, and the uniform average.

What each remembers differs in kind. Linear attention is one recurrence with one eigenvalue; softmax attention keeps
its inputs, so what it can recall grows with its cache; the uniform average is softmax attention before training.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.layers.recurrences import check_input, complex_dtype, gaussian, scan
from numerics.preconditions import as_count, as_real

Cache = tuple[Tensor, Tensor]


def windows(u: Tensor, window: int) -> Tensor:
    """The last inputs at every step, newest first, zeros before the first.

    Arguments: u (batch, length, channels). Returns: (batch, length, window, channels).
    """
    padded = torch.cat([u.new_zeros(u.shape[0], window - 1, u.shape[2]), u], dim=1)
    return padded.unfold(1, window, 1).flip(-1).transpose(2, 3)


def available(length: int, window: int, device: torch.device) -> Tensor:
    """Which of the last `window` inputs exist at each step. Returns: bool (length, window)."""
    t, j = torch.arange(length, device=device), torch.arange(window, device=device)
    return j <= t[:, None]


class LinearAttention(nn.Module):
    """S_t = γ S_{t−1} + v_t k_t^T, y_t = O S_t q_t, with q, k, v linear in u: no softmax, no normaliser, no bias.

    On a scalar input v_t k_t^T = u_t² (W_v W_k^T): the d² entries of S follow one recurrence with one eigenvalue,
    driven by u². A symmetric i.i.d. input is therefore not remembered linearly at all, its square with capacity 1
    whatever d is.

    Arguments: width d; decay γ in (0, 1); channels; seed; dtype.
    Raises: ValueError for a decay outside (0, 1).
    Reference: Katharopoulos et al. 2020, arXiv 2006.16236; Sun et al. 2023, arXiv 2307.08621 (decay).
    """

    def __init__(
        self,
        width: int,
        decay: float,
        channels: int = 1,
        *,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        complex_dtype(dtype)
        width, channels, decay = as_count("width", width), as_count("channels", channels), as_real("decay", decay)
        if not 0 < decay < 1:
            raise ValueError(f"decay = {decay}: must lie in (0, 1)")
        self.nu = nn.Parameter(torch.tensor(math.log(-math.log(decay)), dtype=dtype))
        self.embed = nn.Parameter(gaussian((3, width, channels), dtype, seed) / channels**0.5)
        self.O = nn.Parameter(gaussian((channels, width), dtype, seed + 1) / width)

    def decay(self) -> Tensor:
        """γ = exp(−max(e^ν, 4 eps)) < 1, a scalar."""
        return torch.exp(-self.nu.exp().clamp(min=4 * torch.finfo(self.nu.dtype).eps))

    def _project(self, u: Tensor) -> tuple[Tensor, Tensor]:
        q, k, v = torch.einsum("swc,...c->s...w", self.embed, u)
        return q, v[..., :, None] * k[..., None, :]

    def states(self, u: Tensor) -> Tensor:
        """S_t, flattened. Arguments: u (batch, length, channels). Returns: (batch, length, d²)."""
        check_input(u, self.embed.shape[2])
        return scan(self.decay(), self._project(u)[1].flatten(2))

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, channels). Returns: the same shape."""
        S = self.states(u).unflatten(2, (self.embed.shape[1], -1))
        return torch.einsum("cw,blwk,blk->blc", self.O, S, self._project(u)[0])

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (batch, d, d)."""
        width = self.embed.shape[1]
        return self.embed.new_zeros(batch, width, width)

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """One step. Arguments: state (batch, d, d), u (batch, channels). Returns: next state, y (batch, channels)."""
        q, update = self._project(u)
        state = self.decay() * state + update
        return state, torch.einsum("cw,bwk,bk->bc", self.O, state, q)

    def poles(self) -> NDArray[np.complex128]:
        """The one eigenvalue that the input's square excites, whatever the width. Returns: complex128 (1,)."""
        rate = self.nu.detach().double().exp().clamp(min=4 * torch.finfo(self.nu.dtype).eps)
        return np.array([torch.exp(-rate).item()], dtype=np.complex128)

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameter that moves the pole."""
        return [self.nu]


class SoftmaxAttention(nn.Module):
    """y_t = O [heads: Σ_{j<T} softmax_j(q_t·k_{t−j}/√d + β_j) v_{t−j}] over the last T inputs.

    β holds one learned score per head and relative position: a head whose β is large at one j reads u_{t−j} out.
    The state is the cache of the last T inputs (keys and values are linear in them), so it grows with T; at the
    start of a sequence only the inputs that exist are attended to.

    Arguments: window T; heads; width d of each head; channels; seed; dtype.
    Reference: Vaswani et al. 2017, arXiv 1706.03762; Shaw et al. 2018, arXiv 1803.02155 (relative positions).
    """

    def __init__(
        self,
        window: int,
        heads: int = 1,
        width: int = 1,
        channels: int = 1,
        *,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        complex_dtype(dtype)
        heads, width, channels = as_count("heads", heads), as_count("width", width), as_count("channels", channels)
        self.window = as_count("window", window)
        self.embed = nn.Parameter(gaussian((3, heads, width, channels), dtype, seed) / channels**0.5)
        self.position = nn.Parameter(torch.zeros(heads, self.window, dtype=dtype))
        self.O = nn.Parameter(gaussian((channels, heads, width), dtype, seed + 1) / (heads * width) ** 0.5)

    def _attend(self, cache: Tensor, mask: Tensor) -> Tensor:
        q = torch.einsum("hwc,...c->...hw", self.embed[0], cache[..., 0, :])
        k, v = torch.einsum("shwc,...jc->s...hjw", self.embed[1:], cache)
        scores = torch.einsum("...hw,...hjw->...hj", q, k) / self.embed.shape[2] ** 0.5 + self.position
        weights = torch.softmax(scores.masked_fill(~mask[..., None, :], -torch.inf), dim=-1)
        return torch.einsum("chw,...hj,...hjw->...c", self.O, weights, v)

    def states(self, u: Tensor) -> Tensor:
        """The cache, newest first. Arguments: u (batch, length, channels). Returns: (batch, length, T·channels)."""
        check_input(u, self.O.shape[0])
        return windows(u, self.window).flatten(2)

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, channels). Returns: the same shape."""
        check_input(u, self.O.shape[0])
        return self._attend(windows(u, self.window), available(u.shape[1], self.window, u.device))

    def initial_state(self, batch: int) -> Cache:
        """An empty cache (batch, T, channels) and the number of inputs seen, 0."""
        cache = self.O.new_zeros(batch, self.window, self.O.shape[0])
        return cache, torch.zeros((), dtype=torch.long, device=cache.device)

    def step(self, state: Cache, u: Tensor) -> tuple[Cache, Tensor]:
        """One step. Arguments: state, u (batch, channels). Returns: the next state and y (batch, channels)."""
        cache, count = push(state, u)
        mask = torch.arange(self.window, device=u.device) < count
        return (cache, count), self._attend(cache, mask)


class UniformAverage(nn.Module):
    """y_t = (1/T) Σ_{j<T} u_{t−j}: softmax attention with all scores equal, as before training.

    Its output is one number per channel, with memory 1/T for τ < T; its state, the cache, holds all of T steps.

    Arguments: window T; channels.
    """

    def __init__(self, window: int, channels: int = 1) -> None:
        super().__init__()
        self.window, self.channels = as_count("window", window), as_count("channels", channels)

    def states(self, u: Tensor) -> Tensor:
        """The cache, newest first. Arguments: u (batch, length, channels). Returns: (batch, length, T·channels)."""
        check_input(u, self.channels)
        return windows(u, self.window).flatten(2)

    def forward(self, u: Tensor) -> Tensor:
        """Averages over the inputs that exist. Arguments: u (batch, length, channels). Returns: the same shape."""
        check_input(u, self.channels)
        count = available(u.shape[1], self.window, u.device).sum(-1)
        return windows(u, self.window).sum(2) / count[:, None]

    def initial_state(self, batch: int) -> Cache:
        """An empty cache (batch, T, channels) and the number of inputs seen, 0."""
        return torch.zeros(batch, self.window, self.channels), torch.zeros((), dtype=torch.long)

    def step(self, state: Cache, u: Tensor) -> tuple[Cache, Tensor]:
        """One step. Arguments: state, u (batch, channels). Returns: the next state and y (batch, channels)."""
        cache, count = push(state, u)
        return (cache, count), cache.sum(1) / count.clamp(max=self.window)


def push(state: Cache, u: Tensor) -> Cache:
    """The cache with a new input in front and the oldest dropped, and the count raised by one."""
    cache, count = state
    return torch.cat([u[:, None], cache[:, :-1].to(u)], dim=1), count + 1
