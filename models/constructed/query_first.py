"""Recall when the query is read first, and from both sides when it is read last: no table of keys.

Glossary: V symbols 0..V−1 · b bits per symbol, the least with 2^b >= V · β ∈ {0,1}^b digits · f flag of a query, y of a
value · K current symbol, P the one before, Q query, each b bits · m = 1 at the value of the query's key.

A token is symbol + V·role, role 0 for a key, 1 for a value, 2 for the query. The answer after the last token is the
value whose key is the query.
"""

import numpy as np
import torch
from torch import Tensor

from models.constructed.bits import bits_of, check_tokens, from_bits
from models.constructed.constructed import Constructed
from models.constructed.ngram import check_pairs, check_symbols
from models.layers.mlp import MLP
from models.layers.stack import Stack
from models.layers.state_space import BothSides, StateSpace
from numerics.preconditions import as_count
from numerics.preconditions.scalars import short

#: 3V tokens are 64-bit integers.
MOST_SYMBOLS = 2**61


def query_first(V: int) -> Constructed:
    """The causal network of two state space layers that recalls when the query is the first token.

    Q_r = Σ_{s<=t} ReLU(β_r + f − 1),  m = ReLU(y − Σ_r |Q_r − P_r|),  S_r = Σ_{s<=t} ReLU(K_r + m − 1)

    Why it holds: `selection.query_first_recall`. Every weight is 0 or ±1, every state 0 or 1, for any number of pairs.
    With the query last Q is 0 while the pairs are read, and the answer is the value of key 0 (0 where there is none).

    Arguments: V, 2..2^61. Returns: the network. Raises: ValueError for another V and, when run, for tokens outside
    0..3V−1.
    Reference: this project.
    """
    b = _bits(V)
    I, O = np.eye(b), np.zeros((b, b))
    A = np.block([[I, O, O], [O, O, O], [O, I, O]])
    B = np.block([[I, O], [O, I], [O, O]])
    C = np.block([[I, O, O], [O, O, I], [O, I, O]])
    return _stack(V, StateSpace(A, *_with_flag(B, C)))


def query_anywhere(V: int) -> Constructed:
    """The same network with the total of the query bits over both sides in place of their sum so far.

    Q_r = Σ_s ReLU(β_r + f − 1) over all s, by b states that run forwards and b that run backwards: the query may stand
    anywhere but between a key and its value. (At the query itself its bits count twice; there y = 0.)

    Arguments, returns, raises: as `query_first`; no recurrent form.
    """
    b = _bits(V)
    I, O = np.eye(b), np.zeros((b, b))
    A = np.block([[I, O, O, O], [O, O, O, O], [O, I, O, O], [O, O, O, I]])
    B = np.block([[I, O], [O, I], [O, O], [I, O]])
    C = np.block([[I, O, O, I], [O, O, I, O], [O, I, O, O]])
    return _stack(V, BothSides(A, *_with_flag(B, C), backwards=b))


def _bits(V: int) -> int:
    if as_count("V", V, least=2) > MOST_SYMBOLS:
        raise ValueError(f"V = {short(V)}: must be at most 2^61, the 3V tokens are 64-bit integers")
    return (V - 1).bit_length()


def _with_flag(B: np.ndarray, C: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """B, C, D with one more input and output, which is fed through."""
    D = np.zeros((len(C) + 1, B.shape[1] + 1))
    D[-1, -1] = 1
    return np.pad(B, ((0, 0), (0, 1))), np.pad(C, ((0, 1), (0, 0))), D


def _stack(V: int, first: StateSpace) -> Constructed:
    b = _bits(V)
    I, ones = np.eye(b), np.ones(b)
    second = StateSpace(ones, I, I, np.zeros((b, b)))
    clip = MLP([(np.vstack([I, I]), np.repeat([0.0, -1.0], b)), (np.hstack([I, -I]), np.zeros(b))])

    def encode(tokens: Tensor) -> Tensor:
        check_tokens(tokens, 3 * V - 1)
        role = tokens[..., None] // V
        return torch.cat([bits_of(tokens % V, b), role == 2, role == 1], dim=-1)

    network = Stack([_flags(b), first, _comparison(b), second, clip])
    return Constructed(network, encode, from_bits, bits_per_entry=1, feed=lambda answer: answer + V)


def _flags(b: int) -> MLP:
    """(β, f, y) -> ReLU(β_r + f − 1), the query's bits; ReLU(β_r − f), those of all others; ReLU(y)."""
    I, f, y = np.eye(b, b + 2), np.eye(b + 2)[[b]], np.eye(b + 2)[[b + 1]]
    units = np.vstack([I + f, I - f, y])
    return MLP([(units, np.repeat([-1.0, 0.0], [b, b + 1])), (np.eye(2 * b + 1), np.zeros(2 * b + 1))])


def _comparison(b: int) -> MLP:
    """(Q, P, K, y) -> ReLU(K_r + m − 1) with m = ReLU(y − Σ_r ReLU(Q_r − P_r) − Σ_r ReLU(P_r − Q_r))."""
    I, O, zero = np.eye(b), np.zeros((b, b)), np.zeros((b, 1))
    differences = np.block(
        [[I, -I, O, zero], [-I, I, O, zero], [O, O, I, zero], [np.zeros((1, 3 * b)), np.ones((1, 1))]]
    )
    match = np.block([[-np.ones((1, 2 * b)), np.zeros((1, b)), np.ones((1, 1))], [O, O, I, zero]])
    gate = np.hstack([np.ones((b, 1)), I])
    return MLP(
        [
            (differences, np.zeros(3 * b + 1)),
            (match, np.zeros(b + 1)),
            (gate, np.full(b, -1.0)),
            (I, np.zeros(b)),
        ]
    )


def recall(keys: Tensor, values: Tensor, query: Tensor, V: int, last: bool = False) -> Tensor:
    """The value of the query's key: by `query_first`, or by `query_anywhere` where the query is read last.

    Arguments: keys, values, int64 (batch, p), p >= 1, symbols 0..V−1, the alphabets may overlap; query, int64 (batch,),
    one of its row's keys; V; last. Returns: int64 (batch,).
    Raises: ValueError for other symbols, a key that occurs twice, no pair, other shapes, and a query that is no key
    of its row: the network would answer 0, which is a symbol.
    """
    network = query_anywhere(V) if last else query_first(V)
    check_symbols("keys", keys, 0, V - 1)
    check_symbols("values", values, 0, V - 1)
    check_pairs(keys, values, query)
    check_symbols("query", query[:, None], 0, V - 1)
    absent = query[~(keys == query[:, None]).any(1)]
    if len(absent):
        raise ValueError(f"query {int(absent[0])} is no key of its row: the theorem is silent")
    return network.answers(recall_prompt(keys, values, query, V, last))[:, -1]


def recall_prompt(keys: Tensor, values: Tensor, query: Tensor, V: int, last: bool) -> Tensor:
    """Q k_1 v_1 .. k_p v_p, or with q at the end, nothing checked. Returns: tokens (batch, 2p + 1)."""
    pairs, q = torch.stack([keys, values + V], dim=-1).flatten(1), query[:, None] + 2 * V
    return torch.cat([pairs, q] if last else [q, pairs], dim=1)
