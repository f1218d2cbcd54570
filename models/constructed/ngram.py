"""Look-up of n-grams: what followed the last n tokens before, and with it copying and recall.

Glossary: V tokens 1..V, the last of them the end mark $ of copying · 0 the null symbol · b bits per token, the least
with 2^b > V · c(.) the code in {±1}^b · κ = (κ_1, .., κ_n) an n-gram, κ_1 its most recent token · K = V^n of them ·
M (`longest`) the largest number of tokens.

The answer after each token is the bitwise or of all tokens that have followed the present n-gram; 0 where none has.
One successor is answered exactly; of several the or is no symbol or a wrong one. A word beyond V is answered as 0.
"""

import itertools

import numpy as np
import torch
from torch import Tensor

from models.constructed.bits import bits_of, check_tokens, from_bits
from models.constructed.constructed import Constructed
from models.layers.mlp import MLP
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from numerics.preconditions import Real, as_count
from numerics.preconditions.scalars import short

#: The widest layer that is built, K(b + 1): its dense matrices hold the square of it.
WIDEST = 4096
#: The most tokens: S + M is exact in double precision for every entry S <= M.
LONGEST = 2**52


def ngram(V: int, n: int, longest: int) -> Constructed:
    """The network of two state space layers that looks n-grams up.

    u_t, .., u_{t−n}  by a delay line, then with ReLU
    w_{κr} = [u_{t−l} = c(κ_l), l = 1..n][u_{tr} = 1],  m_κ = [u_{t−l+1} = c(κ_l), l = 1..n]
    S ← S + w,  o_r = Σ_κ ReLU(S_{κr} + M m_κ − M),  answer bit r = min(o_r, 1)

    Why it holds: `selection.ngram_network`. Two tokens at least: with b = 1 the empty delay line half agrees with a
    key, and half a successor would be written.

    Arguments: V >= 2; n >= 1; longest = M, the tokens of a sequence, those fed back included (no n-gram is written more
    often). Returns: the network; tokens 0..V, of which 0 belongs to no n-gram.
    Raises: ValueError for bad sizes, where K(b + 1) exceeds `WIDEST` or M `LONGEST`, and, when it is run, for tokens
    outside 0..V and more than M of them. Reference: this project.
    """
    V, n, M = as_count("V", V, least=2), as_count("n", n), as_count("longest", longest)
    if M > LONGEST:
        raise ValueError(
            f"longest = {short(M)}: must be at most 2^52, beyond it S + M is not exact in double precision"
        )
    b = V.bit_length()
    if n > WIDEST.bit_length() or V**n * (b + 1) > WIDEST:
        raise ValueError(
            f"V = {short(V)}, n = {short(n)}: V^n (b + 1) must be at most {WIDEST}, it is the width of a layer"
        )
    keys = np.array(list(itertools.product(_code(torch.arange(1, V + 1), b).numpy(), repeat=n))).reshape(-1, n * b)
    layers: list[StateSpace | MLP] = [
        _delay_line(n, b),
        _agreement(keys, b),
        _memory(len(keys), b),
        _reading(len(keys), b, M),
    ]

    def encode(tokens: Tensor) -> Tensor:
        check_tokens(tokens, V)
        return _code(tokens, b)

    def decode(outputs: Tensor) -> Tensor:
        word = from_bits(outputs)
        return torch.where(word <= V, word, 0)

    return Constructed(Stack(layers), encode, decode, bits_per_entry=M.bit_length(), longest=M)


def _code(tokens: Tensor, b: int) -> Tensor:
    """c(.): binary digits as ±1, the lowest first. Arguments: tokens (..). Returns: (.., b)."""
    return 2 * bits_of(tokens, b) - 1


def _delay_line(n: int, b: int) -> StateSpace:
    """y_t = (u_t, u_{t−1}, .., u_{t−n})."""
    N = (n + 1) * b
    return StateSpace(np.eye(N, k=-b), np.eye(N, b), np.eye(N), np.zeros((N, b)))


def _agreement(keys: Real, b: int) -> MLP:
    """w_{κr} = ReLU(½(Σ_{l>=1} ⟨c(κ_l), u_{t−l}⟩ + u_{tr}) − ½(nb−1)), m_κ = ReLU(½Σ ⟨c(κ_l), u_{t−l+1}⟩ − ½(nb−2))."""
    K, literals = keys.shape
    write = np.hstack([np.tile(np.eye(b), (K, 1)), np.repeat(keys, b, axis=0)]) / 2
    match = np.hstack([keys, np.zeros((K, b))]) / 2
    bias = np.repeat([-(literals - 1) / 2, -(literals - 2) / 2], [K * b, K])
    return MLP([(np.vstack([write, match]), bias), (np.eye(K * (b + 1)), np.zeros(K * (b + 1)))])


def _memory(K: int, b: int) -> StateSpace:
    """S ← S + w; the matches are fed through."""
    stored, width = K * b, K * (b + 1)
    through = np.diag(np.repeat([0.0, 1.0], [stored, K]))
    return StateSpace(np.ones(stored), np.eye(stored, width), np.eye(width, stored), through)


def _reading(K: int, b: int, M: int) -> MLP:
    """o_r = Σ_κ ReLU(S_{κr} + M m_κ − M), then o − ReLU(o − 1)."""
    stored = K * b
    chosen = np.hstack([np.eye(stored), M * np.repeat(np.eye(K), b, axis=0)])
    summed = np.tile(np.eye(b), (2, K))
    return MLP(
        [
            (chosen, np.full(stored, -float(M))),
            (summed, np.repeat([0.0, -1.0], b)),
            (np.hstack([np.eye(b), -np.eye(b)]), np.zeros(b)),
        ]
    )


def copy(strings: Tensor, V: int, n: int, longest: int | None = None) -> Tensor:
    """What `ngram` says after $^n x $^n, its answers fed back: x and $, when all n-grams of x are distinct.

    Arguments: strings, int64 (batch, L), L >= n, tokens 1..V−1 ($ = V is not among them); V; n; longest, the network's
    M, 2(L + n) by default, which is what the sequence takes. Returns: int64 (batch, L + 1).
    Raises: ValueError for other tokens, L < n, and longest < 2(L + n).
    """
    V, n = as_count("V", V, least=2), as_count("n", n)
    check_symbols("strings", strings, 1, V - 1)
    L = strings.shape[1]
    if n > L:
        raise ValueError(f"strings have length {L}: must be at least n = {n}")
    network = ngram(V, n, 2 * (L + n) if longest is None else longest)
    return network.generate(copy_prompt(strings, V, n), L + 1)


def copy_prompt(strings: Tensor, V: int, n: int) -> Tensor:
    """$^n x $^n, nothing checked. Arguments: strings (batch, L). Returns: (batch, L + 2n)."""
    marks = strings.new_full((len(strings), n), V)
    return torch.cat([marks, strings, marks], dim=1)


def recall(keys: Tensor, values: Tensor, query: Tensor, symbols: tuple[int, int], longest: int | None = None) -> Tensor:
    """What `ngram` with n = 1 says after k_1 v_1 .. k_p v_p q: the value of key q, 0 where q is absent.

    Arguments: keys, values, int64 (batch, p), p >= 1; query, int64 (batch,); symbols = (number of key symbols, number
    of value symbols), keys and query are 1..the first, values those after them; longest, the network's M, 2p + 1 by
    default.
    Returns: int64 (batch,).
    Raises: ValueError for other tokens (so for a value that is also a key), a key that occurs twice, no pair, another
    shape of values, and longest < 2p + 1.
    """
    first, second = as_count("symbols[0]", symbols[0]), as_count("symbols[1]", symbols[1])
    check_symbols("keys", keys, 1, first)
    check_symbols("values", values, first + 1, first + second)
    check_pairs(keys, values, query)
    check_symbols("query", query[:, None], 1, first)
    network = ngram(first + second, 1, 2 * keys.shape[1] + 1 if longest is None else longest)
    return network.answers(recall_prompt(keys, values, query))[:, -1]


def recall_prompt(keys: Tensor, values: Tensor, query: Tensor) -> Tensor:
    """k_1 v_1 .. k_p v_p q, nothing checked. Returns: (batch, 2p + 1)."""
    return torch.cat([torch.stack([keys, values], dim=-1).flatten(1), query[:, None]], dim=1)


def check_pairs(keys: Tensor, values: Tensor, query: Tensor) -> None:
    """Raises ValueError unless values are shaped as keys, one query a row, and no key occurs twice in a row."""
    if values.shape != keys.shape or query.shape != keys.shape[:1]:
        shapes = tuple(keys.shape), tuple(values.shape), tuple(query.shape)
        raise ValueError(f"keys, values, query have shapes {shapes}: must be (batch, p), (batch, p), (batch,)")
    ordered = keys.sort(dim=1).values
    twice = ordered[:, 1:][ordered[:, 1:] == ordered[:, :-1]]
    if len(twice):
        raise ValueError(f"key {int(twice[0])} occurs twice: the keys of a context must be distinct")


def check_symbols(name: str, tokens: Tensor, least: int, most: int) -> None:
    """Raises ValueError unless tokens are int64 (batch, >= 1), each in least..most."""
    if tokens.dim() != 2 or tokens.numel() == 0 or tokens.dtype != torch.int64:
        raise ValueError(f"{name} has shape {tuple(tokens.shape)}, {tokens.dtype}: must be (batch, >= 1) of int64")
    outside = tokens[(tokens < least) | (tokens > most)]
    if len(outside):
        raise ValueError(f"{name} hold {int(outside[0])}: must be {least}..{most}")
