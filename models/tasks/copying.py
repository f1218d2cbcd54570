"""Copying: say again what came before a separator.

With one fixed length this is a pure delay, which a linear filter solves; only a length that varies asks for more.
"""

import torch
from torch import Tensor

from numerics.preconditions import as_count


def copying(batch: int, length: int, symbols: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """x_1 .. x_L SEP x_1 .. x_{L−1}: from the separator on, every step asks for the next symbol (teacher forced).

    Arguments: batch; length L, the same for the whole batch; symbols V >= 2; generator, on the device where the
        sequences are wanted.
    Returns: tokens, int64 (batch, 2L), V the separator; targets, int64 (batch, L), due at the last L steps.
    Raises: ValueError for an empty string and for fewer than two symbols.

    >>> copying(1, 3, 4, torch.Generator().manual_seed(0))
    (tensor([[0, 3, 1, 4, 0, 3]]), tensor([[0, 3, 1]]))
    """
    batch, length = as_count("batch", batch), as_count("length", length)
    symbols = as_count("symbols", symbols, least=2)
    string = torch.randint(0, symbols, (batch, length), generator=generator, device=generator.device)
    separator = string.new_full((batch, 1), symbols)
    return torch.cat([string, separator, string[:, :-1]], dim=1), string


def copying_of_some_length(
    batch: int, shortest: int, longest: int, symbols: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """`copying` with one length for the batch, uniform in shortest..longest.

    Raises: ValueError for an empty range of lengths, and as `copying`.
    """
    shortest = as_count("shortest", shortest)
    longest = as_count("longest", longest, least=shortest)
    length = int(torch.randint(shortest, longest + 1, (), generator=generator, device=generator.device))
    return copying(batch, length, symbols, generator)


def chance(symbols: int) -> float:
    """The share 1/V of symbols that an answer without memory gets right.

    >>> chance(16)
    0.0625
    """
    return 1 / as_count("symbols", symbols, least=2)
