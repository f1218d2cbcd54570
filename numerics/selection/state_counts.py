"""How many contents of L keys a state of small integers can hold, and which of them share a state.

Glossary: V keys, L of them stored with b bits each · S = Σ_k φ(k) v_k, (d, b), entries −L, −L+2, .., L.
"""

import math
from bisect import bisect_left
from collections import Counter
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from numerics.preconditions import as_count
from numerics.selection.codes import Integers, as_signs, signs


class Sharing(NamedTuple):
    """Over all contents of L keys: reached, distinct states; most, the most contents that share one; read, the most
    that share one from which every stored key of each is read right.
    """

    reached: int
    most: int
    read: int


def as_sizes(keys: object, pairs: object, bits: object) -> tuple[int, int, int]:
    """V, L, b: integers, 1 <= L <= V, b >= 1. Raises ValueError otherwise."""
    V, L, b = as_count("keys", keys), as_count("pairs", pairs), as_count("bits", bits)
    if L > V:
        raise ValueError(f"pairs = {L}: must be at most V = {V}, the number of keys")
    return V, L, b


def contents_count(keys: int, pairs: int, bits: int) -> int:
    """C(V, L)·2^{bL}: sets of L keys with all their values. Arguments: V >= L >= 1, b >= 1. Returns: int."""
    V, L, b = as_sizes(keys, pairs, bits)
    return math.comb(V, L) * 2 ** (b * L)


def least_dimension(keys: int, pairs: int, bits: int, shared: int = 1) -> int:
    """The least d whose states suffice when at most `shared` contents may have the same one.

    shared·(L+1)^{db} >= C(V, L)·2^{bL}

    shared = 1 where the state must tell which keys are stored; C(V, L) where it is enough to read the stored ones.

    Arguments: V >= L >= 1, b >= 1; shared >= 1. Returns: int >= 1, exact. Raises: ValueError otherwise.
    """
    _, L, b = as_sizes(keys, pairs, bits)
    wanted, each, most = contents_count(keys, pairs, bits), as_count("shared", shared), 1
    while each * (L + 1) ** (most * b) < wanted:
        most *= 2
    return bisect_left(range(most), True, lo=1, key=lambda d: each * (L + 1) ** (d * b) >= wanted)


def contents(keys: int, pairs: int, bits: int) -> tuple[Integers, Integers]:
    """All sets (m, L) of L keys, and all values (2^{bL}, L, b) of one. At most 2^20 contents in all."""
    V, L, b = as_sizes(keys, pairs, bits)
    if contents_count(V, L, b) > 1 << 20:
        raise ValueError(f"keys = {V}, pairs = {L}, bits = {b}: more than 2^20 contents")
    return np.array(list(combinations(range(V), L))), signs(b * L).reshape(-1, L, b)


def sharing(code: ArrayLike, pairs: int, bits: int) -> Sharing:
    """Every set of L keys with all its values, written and read. Arguments: code ±1 (V, d); L; b. Returns: Sharing.

    Raises: ValueError for other codes, L > V, more than 2^20 contents.
    """
    phi = as_signs("code", code)
    stored, v = contents(len(phi), pairs, bits)
    own = phi[stored][:, None]  # (sets, 1, L, d)
    states = np.swapaxes(own, -1, -2) @ v  # (sets, values, d, b)
    right = ((own @ states) * v > 0).all((-1, -2)).ravel()
    return shared(states.reshape(len(right), -1), right)


def shared(states: ArrayLike, right: ArrayLike) -> Sharing:
    """The same from given states (contents, entries), real, and whether each content is read right (contents,)."""
    _, place, counts = np.unique(np.asarray(states), axis=0, return_inverse=True, return_counts=True)
    read = np.bincount(place.ravel()[np.asarray(right, dtype=bool)], minlength=1)
    return Sharing(len(counts), int(counts.max()), int(read.max()))


def sharing_by_hand(code: ArrayLike, pairs: int, bits: int) -> Sharing:
    """The slow, obvious route to `sharing`: one content after the other, states as dictionary keys."""
    phi = as_signs("code", code).tolist()
    _, L, b = as_sizes(len(phi), pairs, bits)
    most: Counter[tuple[int, ...]] = Counter()
    read: Counter[tuple[int, ...]] = Counter()
    for stored in combinations(range(len(phi)), L):
        for v in product(product((-1, 1), repeat=b), repeat=L):
            S = [[sum(phi[k][r] * v[j][i] for j, k in enumerate(stored)) for i in range(b)] for r in range(len(phi[0]))]
            key = tuple(entry for row in S for entry in row)
            most[key] += 1
            read[key] += all(
                v[j][i] * sum(phi[k][r] * S[r][i] for r in range(len(S))) > 0
                for j, k in enumerate(stored)
                for i in range(b)
            )
    return Sharing(len(most), max(most.values()), max(read.values()))
