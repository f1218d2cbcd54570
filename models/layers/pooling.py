"""Softmax pooling without a query: two integrators and a ratio, or two windowed sums and a ratio.

Equal to softmax attention with one constant query, whose scores depend on the token alone; what depends on a query is
`models.layers.attention`.
"""

import torch
from torch import Tensor, nn

from models.layers.attention import Cache, available, push, windows
from models.layers.recurrences import check_input, complex_dtype, gaussian
from numerics.preconditions import as_count, as_positive

#: Largest score so far (batch, heads), sums of values (batch, heads, width) and of gates (batch, heads), both in units
#: of the gate of that score.
Sums = tuple[Tensor, Tensor, Tensor]


def join(first: Sums, second: Sums) -> Sums:
    """The sums of two runs of tokens, in units of the larger of their largest gates: what makes every χ safe."""
    top = torch.maximum(first[0], second[0])
    a, b = torch.exp(first[0] - top), torch.exp(second[0] - top)
    return top, a[..., None] * first[1] + b[..., None] * second[1], a * first[2] + b * second[2]


def running(sums: Sums) -> Sums:
    """The sums over every prefix, by doubling. Arguments, returns: (batch, length, ..)."""
    length, shift = sums[0].shape[1], 1
    while shift < length:
        later, earlier = (tuple(part[:, s] for part in sums) for s in (slice(shift, None), slice(None, -shift)))
        joined = join(later, earlier)  # type: ignore[arg-type]
        sums = tuple(torch.cat([part[:, :shift], new], dim=1) for part, new in zip(sums, joined, strict=True))  # type: ignore[assignment]
        shift *= 2
    return sums


class SoftmaxPooling(nn.Module):
    """y_t = O [heads: N_t/Z_t], N_t = N_{t−1} + e^{χ s_t} v_t, Z_t = Z_{t−1} + e^{χ s_t}; s_t = a·u_t, v_t = W u_t.

    State: width + 1 numbers per head, and the exponent of their common unit, without which e^{χs} would overflow beyond
    χs = 709 (89 in float32). A bound of s known beforehand would do in its place: any constant cancels in the ratio.
    With a window U the sums run over the last U + 1 tokens, which are the state, as attention's cache is.

    Arguments: channels of tokens; heads; width of values; sharpness χ; window U >= 0 or None; seed; dtype.
    Raises: ValueError for sizes below 1, χ <= 0, U < 0.
    """

    def __init__(
        self,
        channels: int,
        heads: int = 1,
        width: int = 1,
        *,
        chi: float = 1.0,
        window: int | None = None,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        complex_dtype(dtype)
        channels, heads, width = as_count("channels", channels), as_count("heads", heads), as_count("width", width)
        self.chi, self.window = as_positive("chi", chi), window
        if window is not None:
            as_count("window", window, least=0)
        self.a = nn.Parameter(gaussian((heads, channels), dtype, seed) / channels**0.5)
        self.W = nn.Parameter(gaussian((heads, width, channels), dtype, seed + 1) / channels**0.5)
        self.O = nn.Parameter(gaussian((channels, heads, width), dtype, seed + 2) / (heads * width) ** 0.5)

    def scores(self, u: Tensor) -> Tensor:
        """The exponents χ s. Arguments: u (.., channels). Returns: (.., heads)."""
        return self.chi * (u @ self.a.T)

    def values(self, u: Tensor) -> Tensor:
        """The values v. Arguments: u (.., channels). Returns: (.., heads, width)."""
        return torch.einsum("hwc,...c->...hw", self.W, u)

    def _single(self, u: Tensor) -> Sums:
        scores = self.scores(u)
        return scores, self.values(u), torch.ones_like(scores)

    def _read(self, N: Tensor, Z: Tensor) -> Tensor:
        return torch.einsum("chw,...hw->...c", self.O, N / Z[..., None])

    def _pool_window(self, seen: Tensor, exists: Tensor) -> Tensor:
        scores = self.scores(seen).masked_fill(~exists[..., None], -torch.inf)
        gates = torch.exp(scores - scores.amax(-2, keepdim=True))
        return self._read(torch.einsum("...jh,...jhw->...hw", gates, self.values(seen)), gates.sum(-2))

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, channels). Returns: the same shape."""
        check_input(u, self.a.shape[1], self.a)
        if self.window is not None:
            size = self.window + 1
            return self._pool_window(windows(u, size), available(u.shape[1], size, u.device))
        _, N, Z = running(self._single(u))
        return self._read(N, Z)

    def initial_state(self, batch: int) -> Sums | Cache:
        """No token yet: unit −∞, sums zero; with a window, an empty cache and the number of tokens seen, 0."""
        heads, width = self.W.shape[:2]
        if self.window is None:
            zeros = self.a.new_zeros(batch, heads)
            return zeros - torch.inf, self.a.new_zeros(batch, heads, width), zeros
        cache = self.a.new_zeros(batch, self.window + 1, self.a.shape[1])
        return cache, torch.zeros((), dtype=torch.long, device=cache.device)

    def step(self, state: Sums | Cache, u: Tensor) -> tuple[Sums | Cache, Tensor]:
        """One step. Arguments: state, u (batch, channels). Returns: the next state and y (batch, channels)."""
        if len(state) == 3:
            top, N, Z = join(self._single(u), state)
            return (top, N, Z), self._read(N, Z)
        cache, count = push(state, u)
        return (cache, count), self._pool_window(cache, torch.arange(cache.shape[1], device=u.device) < count)

    def attention(self, u: Tensor) -> Tensor:
        """The same by softmax attention with one constant query, all weights formed: O(length²), for comparison."""
        check_input(u, self.a.shape[1], self.a)
        place = torch.arange(u.shape[1], device=u.device)
        age = place[:, None] - place
        seen = (age >= 0) & (age <= (u.shape[1] if self.window is None else self.window))
        scores = self.scores(u).transpose(1, 2)[:, :, None, :].masked_fill(~seen, -torch.inf)
        pooled = torch.einsum("bhtj,bjhw->bthw", torch.softmax(scores, dim=-1), self.values(u))
        return torch.einsum("chw,...hw->...c", self.O, pooled)
