"""A delay line: every token is said again a fixed number of steps later. Linear; nothing is selected."""

import torch

from models.constructed.bits import bits_of, from_bits
from models.constructed.constructed import Constructed
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from numerics.preconditions import as_count


def delay_line(length: int, bits: int) -> Constructed:
    """The answer at step t is the token of step t − length; 0 as long as there is none.

    x_t holds the last length + 1 tokens, the newest first: A shifts by one token, B writes the newest, C reads the
    oldest, D = 0. One linear layer, (length + 2)·bits weights that are not 0, all 1; (length + 1)·bits entries of one
    bit.

    The state of y_t = C x_t + D u_t is read after it is written, so it holds the token that is being said as well as
    the `length` tokens that are still to be said: (length + 1)·bits is the least, with or without D. Said at the step
    of the last token of a string, its first token is length = L − 1 steps old: copying L tokens takes L·bits bits.

    Arguments: length >= 1; bits >= 1, tokens are 0..2^bits − 1.
    Raises: ValueError for a length or bits below 1, more than 62 bits; `encode` for a token outside the alphabet.
    """
    length, bits = as_count("length", length), as_count("bits", bits)
    if bits > 62:
        raise ValueError(f"bits = {bits}: must be at most 62, so that a token is an int64")
    N = (length + 1) * bits
    A = torch.diag(torch.ones(N - bits, dtype=torch.float64), -bits)
    B, C = torch.zeros(N, bits, dtype=torch.float64), torch.zeros(bits, N, dtype=torch.float64)
    B[:bits], C[:, -bits:] = torch.eye(bits), torch.eye(bits)
    network = Stack([StateSpace(A, B, C, torch.zeros(bits, bits))])
    return Constructed(network, lambda tokens: bits_of(tokens, bits), from_bits, bits_per_entry=1)
