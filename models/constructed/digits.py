"""Copying by one number: the string is read into its digits, and they are said from the top down."""

from collections.abc import Iterator

import torch
from torch import Tensor

from models.constructed.constructed import Constructed
from models.layers.mlp import MLP, AffineMap
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from numerics.preconditions import as_count
from numerics.selection.states import as_bits

#: Bits of the significand, and the power of two from which on numbers overflow.
SIGNIFICAND = {torch.float16: 11, torch.float32: 24, torch.float64: 53}
EXPONENT = {torch.float16: 16, torch.float32: 128, torch.float64: 1024}

Rows = list[list[float]]


def digit_copier(
    V: int, L: int, *, dtype: torch.dtype = torch.float64, inexact: bool = False, merged: bool = False
) -> Constructed:
    """The network that copies strings of L tokens of V = 2^b symbols with one state, x = Σ_t u_t V^{L−t}.

    It reads x ← V x + u and says the top digit of x; the answer o, handed back as token V + o, takes that digit away:
    x ← V x − V^L o. The bits of a digit leave from the top: ReLU(r − θ + 1) and ReLU(r − θ), θ = 2^i V^{L−1}, then in
    a layer of its own bit = ReLU of their difference, then r ← r − θ·bit. 19 b − 2 + (b − 1)² nonzero weights (one
    less at L = 1), whatever L is; exact for all strings iff L b is at most the bits of the significand.

    Arguments: V a power of two; L >= 1; dtype of the arithmetic: float16, float32 or float64; inexact: build it even
        where the dtype cannot hold L b bits; merged: the badly layered variant that has r ← r − θ p + θ q for the two
        gates p, q, one layer less per bit: equal in exact arithmetic, but θ p is as long as x squared.
    Returns: Constructed; run it by `generate` (the parallel form has powers of V that cancel while it answers).
        A context of another length than L is refused when it is encoded.
    Raises: ValueError for V not a power of two, an empty string, another dtype, L b bits that the significand does not
        hold (unless `inexact`), weights or states that overflow.
    Reference: this project; `theory.selection.states`.
    """
    b, L = as_bits(V), as_count("L", L)
    if dtype not in SIGNIFICAND:
        raise ValueError(f"dtype = {dtype}: must be torch.float16, torch.float32 or torch.float64")
    if b * L > SIGNIFICAND[dtype] and not inexact:
        raise ValueError(f"V^L = 2^{b * L}: {dtype} holds {SIGNIFICAND[dtype]} bits only, and inexact is not set")
    if b * (L + 1) > EXPONENT[dtype] - 1:
        raise ValueError(f"V^(L+1) = 2^{b * (L + 1)}: overflows in {dtype}, must be below 2^{EXPONENT[dtype]}")
    maps = list(_merged(b, L) if merged else _top_digit(b, L))
    state = StateSpace([V], [[1]], [[1]], [[0]])
    network = Stack([MLP(_signed_number(b, L)), state, MLP(maps)]).to(dtype)
    return Constructed(
        network=network,
        encode=lambda tokens: _bits_and_phase(tokens, b, L).to(state.A.dtype),
        decode=_number,
        bits_per_entry=b * L,
        feed=lambda answer: answer + V,
    )


def _bits_and_phase(tokens: Tensor, b: int, L: int) -> Tensor:
    """Bits β_0, .., β_{b−1} and the flag that is 1 for answers handed back; (batch, length, b + 1)."""
    V = 2**b
    if tokens.numel() == 0 or not 0 <= int(tokens.min()) <= int(tokens.max()) < 2 * V:
        raise ValueError(f"tokens of shape {tuple(tokens.shape)}: must be in 0..{2 * V - 1}, and at least one")
    answered = tokens >= V
    read = tokens.shape[1] - answered.sum(dim=1)
    if not bool(((read == 0) | ((read == L) & ~answered[:, :L].any(dim=1))).all()):
        raise ValueError(f"a context of {read.tolist()[:3]}.. tokens: must be L = {L}, and answers after it")
    bits = tokens[..., None] >> torch.arange(b, device=tokens.device) & 1
    return torch.cat([bits, answered[..., None]], dim=-1)


def _number(outputs: Tensor) -> Tensor:
    """Bits from the top down, each 1 from ½ on, as the symbol they spell."""
    weights = 2 ** torch.arange(outputs.shape[-1] - 1, -1, -1, device=outputs.device)
    return ((outputs >= 0.5) * weights).sum(dim=-1)


def _signed_number(b: int, L: int) -> list[AffineMap]:
    """The input u = Σ 2^r ReLU(β_r − f) − V^L Σ 2^r ReLU(β_r + f − 1)."""
    gates = [[float(r == s) for s in range(b)] + [sign] for sign in (-1.0, 1.0) for r in range(b)]
    signed = [2.0**r for r in range(b)] + [-(2.0 ** (r + b * L)) for r in range(b)]
    return [(gates, [0.0] * b + [-1.0] * b), ([signed], [0.0])]


def _top_digit(b: int, L: int) -> Iterator[AffineMap]:
    """Two maps for each bit: (r, p, q) with what is found so far, then (r, .., bit); no r at the end."""
    for k in range(b):
        theta = 2.0 ** (b * L - 1 - k)
        r = [1.0, *[0.0] * (k - 1), *[-2 * theta] * (k > 0)]
        yield [r, r, r, *_carried(k, 1)], [0.0, 1 - theta, -theta, *[0.0] * k]
        found: Rows = [*_carried(k, 3), [0.0, 1.0, -1.0, *[0.0] * k]]
        if k < b - 1:
            found = [[1.0, *[0.0] * (k + 2)], *found]
        yield found, [0.0] * len(found)


def _merged(b: int, L: int) -> Iterator[AffineMap]:
    """One map for each bit: the gates p, q of the bit before enter r − θ p + θ q directly."""
    for k in range(b):
        theta = 2.0 ** (b * L - 1 - k)
        r = [1.0, -2 * theta, 2 * theta, *[0.0] * (k - 1)] if k else [1.0]
        yield [r, r, r, *_last_found(k)], [0.0, 1 - theta, -theta, *[0.0] * k]
    yield _last_found(b), [0.0] * b


def _carried(k: int, before: int) -> Rows:
    """Rows that hand on k channels, which stand after `before` others."""
    return [[float(before + i == j) for j in range(before + k)] for i in range(k)]


def _last_found(k: int) -> Rows:
    """The bits so far from (r, p, q, k − 1 bits): those, and p − q."""
    return [*_carried(k - 1, 3), [0.0, 1.0, -1.0, *[0.0] * (k - 1)]] if k else []
