"""Softmax heads: one that is trained to pick a token, and one after the other with the winners masked.

Criterion, written before the runs: on every context, before, during and after training, the weights a head gives to
all but its winner stay within the bound of its own measured margin, to 8 L u of its dtype; its output is no farther
from the winner's value than the bound allows; and rescaled to the sharpness that an error ε needs, the tail of tied
contexts is ε to rounding.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from models.layers.recurrences import gaussian
from models.selection.descent import descend
from numerics.preconditions import as_count, as_nonnegative, as_positive


class Reading(NamedTuple):
    """What a head did: scores (batch, L), weights (batch, L), output (batch, m)."""

    scores: Tensor
    weights: Tensor
    output: Tensor


class SelectionHead(nn.Module):
    """Softmax attention of one query over L tokens: s_j = χ (W_q g)·(W_k u_j)/√d, w = softmax(s), y = Σ_j w_j v_j.

    Arguments: width d of tokens and of the head; seed; dtype.
    """

    def __init__(self, width: int, *, seed: int = 0, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        self.width = as_count("width", width)
        self.embed = nn.Parameter(gaussian((2, width, width), dtype, seed) / width**0.5)

    def forward(self, query: Tensor, tokens: Tensor, values: Tensor, chi: float = 1.0) -> Reading:
        """Arguments: query (batch, d), tokens (batch, L, d), values (batch, L, m), sharpness chi.

        Raises: ValueError for an empty context, shapes that do not fit, χ < 0.
        """
        chi = as_nonnegative("chi", chi)
        if tokens.dim() != 3 or not tokens.shape[1] or tokens.shape[2] != self.width:
            raise ValueError(f"tokens has shape {tuple(tokens.shape)}: must be (batch, L >= 1, {self.width})")
        if query.shape != (len(tokens), self.width):
            raise ValueError(f"query has shape {tuple(query.shape)}: must be {(len(tokens), self.width)}")
        if values.dim() != 3 or values.shape[:2] != tokens.shape[:2]:
            raise ValueError(f"values has shape {tuple(values.shape)}: must be {(*tokens.shape[:2], 'm')}")
        q, k = query @ self.embed[0].T, tokens @ self.embed[1].T
        scores = chi * torch.einsum("bw,bjw->bj", q, k) / self.width**0.5
        weights = torch.softmax(scores, dim=1)
        return Reading(scores, weights, torch.einsum("bj,bjm->bm", weights, values))


class Contexts(NamedTuple):
    """Queries (batch, d), tokens (batch, L, d), values (batch, L, m)."""

    query: Tensor
    tokens: Tensor
    values: Tensor


def contexts(batch: int, length: int, width: int, seed: int, tied: bool = False) -> Contexts:
    """Gaussian queries, tokens, values of 2 components; where `tied`, all but the first token are one and the same."""
    query, tokens, values = (
        gaussian(shape, torch.float64, seed + k)
        for k, shape in enumerate(((batch, width), (batch, length, width), (batch, length, 2)))
    )
    if tied and length > 1:
        tokens = torch.cat([tokens[:, :1], tokens[:, 1:2].expand(-1, length - 1, -1)], dim=1)
    return Contexts(query, tokens, values)


def train(head: SelectionHead, steps: int, length: int = 8, seed: int = 0) -> float:
    """Adam on the value of the token that is largest along the query. Returns: the last loss."""

    def loss(step: int) -> Tensor:
        given = contexts(32, length, head.width, seed + 10 * step)
        best = torch.einsum("bw,bjw->bj", given.query, given.tokens).argmax(1)
        target = given.values[torch.arange(len(best)), best]
        return (head(*given).output - target).square().sum(1).mean()

    return descend(torch.optim.Adam(head.parameters(), lr=0.03), loss, steps)[-1]


def states_in_training(seed: int, steps: tuple[int, ...] = (10, 50)) -> list[tuple[Reading, Contexts]]:
    """One head on the same contexts before training and after each number of steps."""
    head, given = SelectionHead(4, seed=seed), contexts(10, 8, 4, 9000 + seed)
    found, done = [], 0
    for until in (0, *steps):
        if until > done:
            train(head, until - done, seed=1000 * seed + 10 * done)
        done = until
        with torch.no_grad():
            found.append((head(*given), given))
    return found


class RankedHeads(nn.Module):
    """R heads over one learned importance μ(u) = a·u: head r, of sharpness χ_r, does not see the winners before it.

    Arguments: width of tokens; chi, one sharpness for each head; seed; dtype.
    Raises: ValueError for no head, a sharpness that is not positive.
    """

    def __init__(self, width: int, chi: list[float], *, seed: int = 0, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        if not chi:
            raise ValueError("chi = []: must hold at least one head")
        self.chi = [as_positive(f"chi[{k}]", value) for k, value in enumerate(chi)]
        self.importance = nn.Parameter(gaussian((as_count("width", width),), dtype, seed))

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Weights of each head. Arguments: tokens (batch, L >= R, width). Returns: μ (batch, L), w (batch, R, L)."""
        width = len(self.importance)
        if tokens.dim() != 3 or tokens.shape[2] != width:
            raise ValueError(f"tokens has shape {tuple(tokens.shape)}: must be (batch, L, {width})")
        if tokens.shape[1] < len(self.chi):
            raise ValueError(f"tokens has shape {tuple(tokens.shape)}: {len(self.chi)} heads need as many tokens")
        mu = tokens @ self.importance
        masked, weights = torch.zeros_like(mu, dtype=torch.bool), []
        for chi in self.chi:
            w = torch.softmax(chi * mu.masked_fill(masked, -torch.inf), dim=1)
            weights.append(w)
            masked = masked.scatter(1, w.argmax(1, keepdim=True), True)
        return mu, torch.stack(weights, dim=1)
