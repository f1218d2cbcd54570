"""Motif: which of two words of the same letters occurs somewhere among random letters.

Both words have the same composition, so counting letters is useless; each sequence holds exactly one occurrence of one
of them, and nothing else in it bears on the answer.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from numerics.preconditions import as_count, as_real

#: The letters A, C, G, T are 0..3, and 4 hides a letter.
LETTERS, MASK = 4, 4
WORDS = ("ACGTAC", "CATGCA")
Drawn = tuple[Tensor, Tensor, Tensor]


def spelled(word: str) -> Tensor:
    """A word as numbers. Raises: ValueError for other letters than A, C, G, T, and for none.

    >>> spelled("ACGT").tolist()
    [0, 1, 2, 3]
    """
    if not word or set(word) - set("ACGT"):
        raise ValueError(f"word = {word!r}: must be made of the letters A, C, G, T")
    return torch.tensor(["ACGT".index(letter) for letter in word])


def occurrences(tokens: Tensor, word: Tensor) -> Tensor:
    """Where a word begins. Arguments: tokens (.., L), word (m,), m <= L. Returns: bool (.., L − m + 1)."""
    return (tokens.unfold(-1, len(word), 1) == word.to(tokens)).all(-1)


def motif(batch: int, length: int, generator: torch.Generator, words: Sequence[str] = WORDS) -> Drawn:
    """Random letters with one of two words at a uniform place; sequences with a second occurrence are drawn again.

    Arguments: batch; length >= that of the words; generator, on the device where the sequences are wanted; words, two
        different anagrams.
    Returns: tokens, int64 (batch, length); which word, int64 (batch,); where it begins, int64 (batch,).
    Raises: ValueError for words that are no anagrams, or longer than the sequence.

    >>> tokens, which, start = motif(1, 10, torch.Generator().manual_seed(0))
    >>> "".join("ACGT"[letter] for letter in tokens[0]), int(which), int(start)
    ('CATTACGTAC', 0, 4)
    """
    device = generator.device
    first, second = (spelled(word).to(device) for word in words)
    if not torch.equal(first.sort().values, second.sort().values) or torch.equal(first, second):
        raise ValueError(f"words = {tuple(words)}: must be two different words of the same letters")
    batch, length = as_count("batch", batch), as_count("length", length, least=len(first))
    which = torch.randint(0, 2, (batch,), generator=generator, device=device)
    start = torch.randint(0, length - len(first) + 1, (batch,), generator=generator, device=device)
    planted, places = torch.stack([first, second])[which], start[:, None] + torch.arange(len(first), device=device)
    tokens = planted.new_zeros(batch, length)
    again = torch.ones(batch, dtype=torch.bool, device=device)
    while again.any():
        fresh = torch.randint(0, LETTERS, (int(again.sum()), length), generator=generator, device=device)
        tokens[again] = fresh.scatter(1, places[again], planted[again])
        again = (occurrences(tokens, first).sum(1) + occurrences(tokens, second).sum(1)) != 1
    return tokens, which, start


def masked(tokens: Tensor, most: float, generator: torch.Generator) -> Tensor:
    """Every letter hidden with a probability that is drawn for each sequence, uniform in 0..most.

    A network that shall be asked what it says of hidden letters must have seen such sequences.

    Arguments: tokens (batch, length); most in [0, 1]; generator on their device. Returns: the same shape.
    Raises: ValueError for a probability outside [0, 1].
    """
    if not 0 <= as_real("most", most) <= 1:
        raise ValueError(f"most = {most}: must lie in [0, 1]")
    rate = most * torch.rand(len(tokens), 1, generator=generator, device=tokens.device)
    return torch.where(torch.rand(tokens.shape, generator=generator, device=tokens.device) < rate, MASK, tokens)


def chance() -> float:
    """The accuracy of an answer that does not look at the sequence: 1/2."""
    return 0.5
