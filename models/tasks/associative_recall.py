"""Associative recall: pairs of a key and a value, then the value of a key that is asked for.

The map from keys to values is drawn afresh for every sequence. A map that stayed the same would sit in the weights, and
naming the value of a key would ask for no memory of the sequence at all.

Alphabets, disjoint: keys 0..K−1, values K..K+V−1, query mark K+V, end mark K+V+1.
"""

import torch
from torch import Tensor

from numerics.preconditions import as_count


def associative_recall(
    batch: int, pairs: int, keys: int, values: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """k_1 v_1 .. k_n v_n, then all n keys in random order, each asking for its value; answers are not fed back.

    Arguments: batch; pairs n, 1..keys; keys K; values V >= 2; generator, on the device where the sequences are wanted.
    Returns: tokens, int64 (batch, 3n); targets, int64 (batch, n): the values, 0..V−1, of the last n tokens.
    Raises: ValueError for more pairs than keys, and for fewer than two values.

    >>> tokens, targets = associative_recall(1, 2, 4, 8, torch.Generator().manual_seed(0))
    >>> tokens.tolist(), targets.tolist()
    ([[2, 5, 1, 7, 1, 2]], [[3, 1]])
    """
    context, held = _context(batch, pairs, keys, values, generator)
    order = torch.rand(held[0].shape, generator=generator, dtype=torch.float64, device=generator.device).argsort(1)
    asked, answers = (part.gather(1, order) for part in held)
    return torch.cat([context, asked], dim=1), answers


def recall_query_last(
    batch: int, pairs: int, keys: int, values: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """k_1 v_1 .. k_n v_n Q q E: one stored key is asked for when all pairs have passed; the answer is due at E.

    Arguments, raises: as `associative_recall`. Returns: tokens, int64 (batch, 2n + 3); targets, int64 (batch, 1).
    """
    context, query, answer = _one_query(batch, pairs, keys, values, generator)
    return torch.cat([context, query, _mark(context, keys + values + 1)], dim=1), answer


def recall_query_first(
    batch: int, pairs: int, keys: int, values: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Q q k_1 v_1 .. k_n v_n E: the same tokens as with the query last, in the other order; the answer is due at E.

    Arguments, raises: as `associative_recall`. Returns: tokens, int64 (batch, 2n + 3); targets, int64 (batch, 1).
    """
    context, query, answer = _one_query(batch, pairs, keys, values, generator)
    return torch.cat([query, context, _mark(context, keys + values + 1)], dim=1), answer


def chance(values: int) -> float:
    """The accuracy 1/V of an answer that does not look at the sequence.

    One that sees the values but not whose they are reaches more, E[largest count]/n.

    >>> chance(8)
    0.125
    """
    return 1 / as_count("values", values, least=2)


def _context(
    batch: int, pairs: int, keys: int, values: int, generator: torch.Generator
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Keys and values in turn (batch, 2n); the keys and the values (0..V−1) alone, each (batch, n)."""
    batch, pairs = as_count("batch", batch), as_count("pairs", pairs)
    keys, values = as_count("keys", keys), as_count("values", values, least=2)
    if pairs > keys:
        raise ValueError(f"pairs = {pairs}: must be at most keys = {keys}, for keys are distinct")
    device = generator.device
    priority = torch.rand(batch, keys, generator=generator, dtype=torch.float64, device=device)
    key = priority.argsort(1)[:, :pairs]
    value = torch.randint(0, values, (batch, pairs), generator=generator, device=device)
    return torch.stack([key, keys + value], dim=2).flatten(1), (key, value)


def _one_query(
    batch: int, pairs: int, keys: int, values: int, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """The context, the query mark with a stored key, and its value."""
    context, (key, value) = _context(batch, pairs, keys, values, generator)
    chosen = torch.randint(0, pairs, (len(key), 1), generator=generator, device=generator.device)
    return context, torch.cat([_mark(context, keys + values), key.gather(1, chosen)], dim=1), value.gather(1, chosen)


def _mark(like: Tensor, symbol: int) -> Tensor:
    return like.new_full((len(like), 1), symbol)
