"""Induction heads: a symbol that followed a mark once is asked for when the mark comes again (Fu et al. 2023)."""

import torch
from torch import Tensor

from numerics.preconditions import as_count


def induction_heads(batch: int, length: int, symbols: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """x_1 .. M x_{t+1} .. x_L M: random symbols, the mark M at a uniform place t < L and again at the end.

    Arguments: batch; length L >= 2 of the part before the last mark; symbols V >= 2; generator, on the device where
        the sequences are wanted.
    Returns: tokens, int64 (batch, L + 1), V the mark; targets, int64 (batch, 1): the symbol after the first mark, due
        at the last step.
    Raises: ValueError for fewer than two steps or symbols.

    >>> tokens, targets = induction_heads(1, 5, 8, torch.Generator().manual_seed(0))
    >>> tokens.tolist(), int(targets) == int(tokens[0, tokens[0].tolist().index(8) + 1])
    ([[4, 7, 5, 8, 3, 8]], True)
    """
    batch, length = as_count("batch", batch), as_count("length", length, least=2)
    symbols, device = as_count("symbols", symbols, least=2), generator.device
    tokens = torch.randint(0, symbols, (batch, length + 1), generator=generator, device=device)
    place = torch.randint(0, length - 1, (batch, 1), generator=generator, device=device)
    targets = tokens.gather(1, place + 1)
    mark = tokens.new_full((batch, 1), symbols)
    tokens = tokens.scatter(1, place, mark)
    tokens[:, -1:] = mark
    return tokens, targets


def chance(symbols: int) -> float:
    """The accuracy 1/V of an answer that does not look at the sequence.

    >>> chance(16)
    0.0625
    """
    return 1 / as_count("symbols", symbols, least=2)
