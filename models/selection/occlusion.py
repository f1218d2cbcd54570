"""Which tokens matter to a network: hide one and see what changes.

Δ_t = f(x) − f(x with x_t hidden),  I_t = |Δ_t|

f is one number per sequence, such as the difference of two logits. Of importances: the answers from the k most
important tokens alone, the share that falls into the motif, the correlation with the average map, and how much Δ_t
varies at a fixed place and letter, which is nothing for a linear network.

Glossary: R replicas · S sequences · L length.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from numerics.preconditions import as_count


def hidden(tokens: Tensor, mask: int) -> Tensor:
    """Every sequence with every one of its tokens hidden in turn. Arguments: tokens (S, L). Returns: (S, L, L)."""
    here = torch.eye(tokens.shape[-1], dtype=torch.bool, device=tokens.device)
    return torch.where(here, mask, tokens[:, None])


def occluded(f: Callable[[Tensor], Tensor], tokens: Tensor, mask: int) -> Tensor:
    """Δ_t for every token. Arguments: f, tokens (S, L) -> (.., S); tokens (S, L). Returns: (.., S, L)."""
    return f(tokens)[..., None] - f(hidden(tokens, mask).flatten(0, 1)).unflatten(-1, tokens.shape)


def keeping(tokens: Tensor, importance: Tensor, k: int, mask: int) -> Tensor:
    """All but the k most important tokens hidden. Arguments: tokens (S, L); importance (.., S, L); k in 1..L; mask.
    Returns: (.., S, L). Raises: ValueError for k outside 1..L.
    """
    if as_count("k", k) > tokens.shape[-1]:
        raise ValueError(f"k = {k}: must be at most the length {tokens.shape[-1]}")
    best = importance.topk(k, dim=-1).indices
    kept = torch.zeros(importance.shape, dtype=torch.bool, device=tokens.device).scatter(-1, best, True)
    return torch.where(kept, tokens, mask)


def inside(importance: Tensor, start: Tensor, width: int) -> Tensor:
    """The share of ΣI that lies in start..start + width − 1, over all sequences. Arguments: (R, S, L), (S,), width.
    Returns: (R,); width/L where nothing matters more than anything else.
    """
    t = torch.arange(importance.shape[-1], device=importance.device)
    within = (t >= start[:, None]) & (t < start[:, None] + width)
    return (importance * within).sum((-1, -2)) / importance.sum((-1, -2))


def correlation(importance: Tensor) -> Tensor:
    """The mean over sequences of the correlation of I_t along t with its average over sequences.

    Near 1 where the same places matter in every sequence. Arguments: (R, S, L). Returns: (R,).
    """
    return _correlations(importance, importance.mean(-2, keepdim=True)).mean(-1)


def _correlations(a: Tensor, b: Tensor) -> Tensor:
    a, b = (x - x.mean(-1, keepdim=True) for x in (a, b))
    return (a * b).sum(-1) / (a.norm(dim=-1) * b.norm(dim=-1)).clamp(min=torch.finfo(a.dtype).tiny)


def spread(change: Tensor, tokens: Tensor) -> Tensor:
    """The largest difference of Δ_t between two sequences with the same letter at place t, over max |Δ|.

    Arguments: change (R, S, L), not all zero; tokens (S, L). Returns: (R,); 0 for a linear network.
    """
    widest = torch.zeros(len(change), dtype=change.dtype)
    for letter in tokens.unique():
        same = tokens == letter
        top = change.masked_fill(~same, -torch.inf).amax(1)
        low = change.masked_fill(~same, torch.inf).amin(1)
        widest = torch.maximum(widest, (top - low).clamp(min=0).nan_to_num(posinf=0, neginf=0).amax(-1))
    return widest / change.abs().amax((1, 2))
