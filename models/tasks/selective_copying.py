"""Selective copying: say which letters came in, in their order, wherever they were (Gu and Dao 2023)."""

import torch
from torch import Tensor

from numerics.preconditions import as_count


def selective_copying(
    batch: int, length: int, copies: int, letters: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Letters at random places among blanks, then one mark per letter that asks for it.

    The places are `copies` of the first `length` steps, each set of them as likely as any other; the letters are
    independent and uniform, so an answer that does not depend on them is right with probability `chance(letters)`.

    Arguments: batch; length of the part with letters; copies, 1..length; letters >= 2; generator, on the device where
        the sequences are wanted.
    Returns: tokens, int64 (batch, length + copies): 0..letters−1 the letters, `letters` the blank, `letters` + 1 the
        mark at each of the last `copies` steps; targets, int64 (batch, copies): the letters in the order they came,
        target k due at step length + k.
    Raises: ValueError for more copies than steps, and for fewer than two letters.

    >>> tokens, targets = selective_copying(1, 6, 2, 3, torch.Generator().manual_seed(0))
    >>> came = tokens[0, :6]
    >>> came[came != 3].tolist() == targets[0].tolist(), tokens[0, 6:].tolist()
    (True, [4, 4])
    """
    batch, length = as_count("batch", batch), as_count("length", length)
    copies, letters = as_count("copies", copies), as_count("letters", letters, least=2)
    if copies > length:
        raise ValueError(f"copies = {copies}: must be at most length = {length}")
    device = generator.device
    targets = torch.randint(0, letters, (batch, copies), generator=generator, device=device)
    priority = torch.rand(batch, length, generator=generator, dtype=torch.float64, device=device)
    places = priority.topk(copies, dim=1).indices.sort(dim=1).values
    tokens = targets.new_full((batch, length + copies), letters)
    tokens[:, length:] = letters + 1
    return tokens.scatter_(1, places, targets), targets


def chance(letters: int) -> float:
    """Share of letters that a constant answer gets right, and that no answer given without them exceeds.

    >>> chance(8)
    0.125
    """
    return 1 / as_count("letters", letters, least=2)
