"""Symbols as bits, lowest first, and back: how most constructed networks read their tokens and say their answers."""

import torch
from torch import Tensor


def bits_of(tokens: Tensor, bits: int) -> Tensor:
    """The bits of each token, lowest first, as 0.0 and 1.0.

    Arguments: tokens, int64 (..). Returns: float64 (.., bits).
    Raises: ValueError for a token outside 0..2^bits − 1.
    """
    if tokens.is_floating_point() or not bool(((tokens >= 0) & (tokens < 2**bits)).all()):
        raise ValueError(
            f"tokens in {tokens.min().item()}..{tokens.max().item()}: must be integers in 0..{2**bits - 1}"
        )
    return ((tokens[..., None] >> torch.arange(bits, device=tokens.device)) & 1).double()


def from_bits(channels: Tensor) -> Tensor:
    """The token of each row of bits, read at threshold ½. Arguments: (.., bits). Returns: int64 (..)."""
    return ((channels > 0.5).long() << torch.arange(channels.shape[-1], device=channels.device)).sum(-1)


def check_tokens(tokens: Tensor, most: int) -> None:
    """Raises ValueError unless there is at least one token, and all are int64 in 0..most."""
    if tokens.dtype != torch.int64 or tokens.numel() == 0 or not 0 <= int(tokens.min()) <= int(tokens.max()) <= most:
        raise ValueError(f"tokens = {tokens}: must be int64 in 0..{most}, at least one")
