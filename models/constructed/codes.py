"""Recall through a code: keys as ±1 vectors of d entries, all pairs in one sum, the stored bits read by their sign.

Tokens: keys 0..V−1, values V..V+2^b−1, a context k_1 v_1 .. k_L v_L, then keys as queries. Channels: the code of a key
(d) and the bits of a value as ±1 (b), each zero on the other's tokens.

- SSM1 delays the code by one and feeds the present code and the value through;
- FNN1 forms φ_r v_i = ReLU(φ+v−1) + ReLU(−φ−v−1) − ReLU(φ−v−1) − ReLU(−φ+v−1), which is zero unless both are there,
  and passes the present code as ReLU(φ) − ReLU(−φ);
- SSM2 integrates the products to S and feeds the code through;
- FNN2 forms φ_r S_ri = ReLU(S+Mφ) + ReLU(−S−Mφ) − M, M = L >= |S|, and sums over r.

So the output at a query is φ(q)·S, in integers that doubles hold. Nonzero weights 25db + 9d + 2b, the code apart; state
2d + db.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from models.constructed.bits import bits_of
from models.constructed.constructed import Constructed
from models.layers.mlp import MLP
from models.layers.stack import Stack
from models.layers.state_space import StateSpace
from numerics.preconditions import as_count, as_seed
from numerics.selection.codes import as_signs, parity_code

#: The answer where no sign decides: a score of zero.
TIE = -1


def random_code_recall(pairs: int, keys: int, bits: int, dimension: int, seed: int) -> Constructed:
    """Recall through a table of independent fair signs.

    Arguments: pairs = L, the most that are stored, 1..V; keys = V; bits = b per value, >= 1; dimension = d >= 1; seed.
    Returns: Constructed. Raises: ValueError otherwise.
    """
    V, d = as_count("keys", keys), as_count("dimension", dimension)
    signs = np.random.default_rng(as_seed(seed)).choice([-1, 1], size=(V, d))
    return code_recall(signs, pairs, bits)


def parity_code_recall(pairs: int, key_bits: int, bits: int, dimension: int, seed: int) -> Constructed:
    """Recall through parities of the key's bits: d·key_bits seed bits instead of a table.

    φ_r(k) = (−1)^{⟨a_r, bits of k⟩}

    Arguments: as `random_code_recall`, with V = 2^key_bits keys, key_bits 1..16. Returns: Constructed.
    Raises: ValueError otherwise.
    """
    width, d = as_count("key_bits", key_bits), as_count("dimension", dimension)
    if width > 16:
        raise ValueError(f"key_bits = {width}: must be at most 16")
    seeds = np.random.default_rng(as_seed(seed)).integers(0, 2, size=(d, width))
    return code_recall(parity_code(np.arange(2**width), seeds), pairs, bits)


def code_recall(code: ArrayLike, pairs: int, bits: int) -> Constructed:
    """Recall through a given code.

    Arguments: code, ±1, (V, d); pairs = L, 1..V; bits = b >= 1, at most 16.
    Returns: Constructed; `encode` refuses tokens outside both alphabets, more than L pairs, and a key stored twice;
    `decode` says `TIE` where a score is zero, as with an empty context, and is meant for queries only.
    Raises: ValueError otherwise.
    """
    phi, L, b = as_signs("code", code), as_count("pairs", pairs), as_count("bits", bits)
    V, d = phi.shape
    if L > V:
        raise ValueError(f"pairs = {L}: must be at most V = {V}, the number of keys")
    if b > 16:
        raise ValueError(f"bits = {b}: must be at most 16")
    layers: list[StateSpace | MLP] = [_delay(d, b), MLP(_products(d, b)), _integrate(d, b), MLP(_read(d, b, L))]
    return Constructed(Stack(layers), encoder(torch.tensor(phi), b, L), _decoder(V, b), (2 * L).bit_length())


def _delay(d: int, b: int) -> StateSpace:
    """In: code, value. Out: code before, code now, value."""
    one, none = np.eye(d), np.zeros((d, d))
    A = np.block([[none, none], [one, none]])
    B = np.block([[one, np.zeros((d, b))], [np.zeros((d, d + b))]])
    C = np.block([[none, one], [np.zeros((d + b, 2 * d))]])
    D = np.block([[np.zeros((d, d + b))], [np.eye(d + b)]])
    return StateSpace(A, B, C, D)


def _products(d: int, b: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """In: code before, code now, value. Out: products (r, i) in the order r·b + i, code now."""
    before = np.kron(np.eye(d), np.ones((b, 1)))
    value = np.kron(np.ones((d, 1)), np.eye(b))
    now, none = np.eye(d), np.zeros((d * b, d))
    gates = [np.hstack([s * before, none, w * value]) for s, w in ((1, 1), (-1, -1), (1, -1), (-1, 1))]
    passed = [np.hstack([np.zeros((d, d)), s * now, np.zeros((d, b))]) for s in (1, -1)]
    hidden = np.vstack(gates + passed), np.concatenate([-np.ones(4 * d * b), np.zeros(2 * d)])
    joined = np.hstack([s * np.eye(d * b) for s in (1, 1, -1, -1)])
    across = np.hstack([now, -now])
    out = np.block([[joined, np.zeros((d * b, 2 * d))], [np.zeros((d, 4 * d * b)), across]])
    return [hidden, (out, np.zeros(d * b + d))]


def _integrate(d: int, b: int) -> StateSpace:
    """In: products, code now. Out: their sums S, code now."""
    one, none = np.eye(d * b), np.zeros((d * b, d))
    D = np.block([[np.zeros((d * b, d * b + d))], [none.T, np.eye(d)]])
    return StateSpace(np.ones(d * b), np.hstack([one, none]), np.vstack([one, none.T]), D)


def _read(d: int, b: int, M: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """In: S, code now. Out: the scores φ·S, (b,)."""
    pick = np.hstack([np.eye(d * b), M * np.kron(np.eye(d), np.ones((b, 1)))])
    total = np.kron(np.ones((1, d)), np.eye(b))
    hidden = np.vstack([pick, -pick]), np.zeros(2 * d * b)
    return [hidden, (np.hstack([total, total]), np.full(b, -float(M * d)))]


def encoder(phi: Tensor, b: int, L: int) -> Callable[[Tensor], Tensor]:
    """How tokens enter: int64 (batch, length) -> (batch, length, d + b). Arguments: code (V, d); b; L, most pairs."""
    V = len(phi)
    table = torch.block_diag(phi.double(), 2 * bits_of(torch.arange(2**b), b) - 1)

    def encode(tokens: Tensor) -> Tensor:
        if tokens.numel() and not 0 <= int(tokens.min()) <= int(tokens.max()) < len(table):
            raise ValueError(
                f"tokens lie in {int(tokens.min())}..{int(tokens.max())}: must be keys 0..{V - 1} or values"
                f" {V}..{len(table) - 1}"
            )
        _check_contexts(tokens, V, L)
        return table[tokens]

    return encode


def _check_contexts(tokens: Tensor, V: int, L: int) -> None:
    """Raises ValueError where more than L values follow a key, or the same key has two."""
    writes = (tokens[:, :-1] < V) & (tokens[:, 1:] >= V)
    if writes.numel() and int(writes.sum(1).max()) > L:
        raise ValueError(f"a context stores {int(writes.sum(1).max())} pairs: must be at most {L}, the sums it holds")
    apart = torch.where(writes, tokens[:, :-1], -1 - torch.arange(writes.shape[1])).sort(1).values
    if bool((apart[:, 1:] == apart[:, :-1]).any()):
        raise ValueError("a context stores the same key twice: keys must be distinct")


def _decoder(V: int, b: int) -> Callable[[Tensor], Tensor]:
    """Scores (.., b) -> value tokens, or TIE."""
    weights = 2 ** torch.arange(b)

    def decode(scores: Tensor) -> Tensor:
        symbol = V + ((scores > 0) * weights).sum(-1)
        return torch.where((scores == 0).any(-1), TIE, symbol)

    return decode
