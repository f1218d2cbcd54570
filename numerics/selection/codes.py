"""Random, parity and learned codes: reading sums of products, worst contents, counting states.

Glossary: V keys, L of them stored, with b bits each, ±1 · φ(k) the code of key k, d entries · S = Σ_k φ(k) v_k the
state, (d, b) · φ(q)·S the scores of a stored key q, right where their sign is v_q, a zero being wrong · Babel(m) the
largest sum of m values |φ(q)·φ(k)|, k ≠ q. A column is what one entry of the code says of the L stored keys.
"""

import math
from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_count, as_fraction, as_real, as_real_array

Integers = NDArray[np.int64]

#: The rounding unit of double precision.
_UNIT = 2.0**-53
#: Codes, contents or states that one call enumerates at most.
_MOST = 1 << 20


def one_bit_tail(pairs: int, dimension: int) -> Fraction:
    """The probability that one stored bit is misread through a random ±1 code.

    P(Bin((L−1)d, ½) >= Ld/2)

    The score times the bit is d plus (L−1)d independent signs; a tie is wrong.

    Arguments: pairs = L >= 1; dimension = d >= 1. Returns: Fraction, 0 for one pair. Raises: ValueError otherwise.

    >>> one_bit_tail(2, 2)
    Fraction(1, 4)
    """
    L, d = as_count("pairs", pairs), as_count("dimension", dimension)
    n, least = (L - 1) * d, (L * d + 1) // 2
    term, total = math.comb(n, least), 0
    for k in range(least, n + 1):
        total += term
        term = term * (n - k) // (k + 1)
    return Fraction(total, 2**n)


def random_code_dimension(pairs: int, bits: int, failure: float) -> int:
    """The d from which on a random ±1 code misreads any of the bL bits with probability at most p.

    d >= 2(L−1) log(bL/p); a parity code needs 4/3 of it (`parity_code_dimension`)

    Arguments: pairs = L >= 1; bits = b >= 1; failure = p in (0, 1). Returns: the least such integer, at least 1.
    Raises: ValueError otherwise.
    """
    return _dimension(2.0, pairs, bits, failure)


def parity_code_dimension(pairs: int, bits: int, failure: float) -> int:
    """The same for a parity code: d >= 8/3 (L−1) log(bL/p). Arguments, returns, raises: `random_code_dimension`."""
    return _dimension(8 / 3, pairs, bits, failure)


def _dimension(factor: float, pairs: int, bits: int, failure: float) -> int:
    L, b, p = as_count("pairs", pairs), as_count("bits", bits), as_fraction("failure", failure)
    as_real("pairs", L)
    return max(1, math.ceil(as_real("dimension", factor * (L - 1) * (math.log(b * L) - math.log(p)))))


def random_columns(pairs: int) -> Integers:
    """All columns of a random code, equally likely. Arguments: pairs = L, 1..16. Returns: ±1, (2^L, L)."""
    L = as_count("pairs", pairs)
    if L > 16:
        raise ValueError(f"pairs = {L}: must be at most 16 to list the 2^L columns")
    return signs(L)


def parity_columns(keys: ArrayLike, key_bits: int) -> Integers:
    """All columns of a parity code, one for each seed a, equally likely.

    φ_a(k) = (−1)^{⟨a, bits of k⟩}

    Two keys agree in half of them, three are not independent: only pairs of signs are.

    Arguments: keys (L,), distinct, in 0..2^key_bits − 1; key_bits, 1..16. Returns: ±1, (2^key_bits, L).
    Raises: ValueError for other keys.

    >>> parity_columns([1, 2, 3], 2)
    array([[ 1,  1,  1],
           [-1,  1, -1],
           [ 1, -1, -1],
           [-1, -1,  1]])
    """
    width = as_count("key_bits", key_bits)
    if width > 16:
        raise ValueError(f"key_bits = {width}: must be at most 16 to list the 2^key_bits seeds")
    stored = as_keys(keys, 2**width)
    seeds = np.arange(2**width)
    return parity_code(stored, (seeds[:, None] >> np.arange(width)) & 1).T


def parity_code(keys: ArrayLike, seeds: ArrayLike) -> Integers:
    """φ_r(k) = (−1)^{⟨a_r, bits of k⟩}, from d·key_bits seed bits and no table.

    Arguments: keys (L,), >= 0; seeds, 0 or 1, (d, key_bits). Returns: ±1, (L, d).
    Raises: ValueError for seeds that are no bits, and keys of more bits.
    """
    a = np.asarray(seeds)
    if a.ndim != 2 or a.size == 0 or not np.isin(a, (0, 1)).all():
        raise ValueError(f"seeds have shape {a.shape}: must be bits (d >= 1, key_bits >= 1)")
    k = np.asarray(keys)
    if k.dtype.kind not in "iu" and k.size:
        raise ValueError(f"keys = {k[:5]}: must be integers")
    k = k.astype(np.int64)
    if k.size and (k.min() < 0 or k.max() >= 2 ** a.shape[1]):
        raise ValueError(f"keys = {k[:5]}: must lie in 0..{2 ** a.shape[1] - 1}, those of {a.shape[1]} bits")
    bits = (k[..., None] >> np.arange(a.shape[1])) & 1
    return 1 - 2 * (bits @ a.T.astype(np.int64) % 2)


def as_keys(keys: ArrayLike, alphabet: int) -> Integers:
    """Stored keys: integers, distinct, in 0..alphabet − 1, at least one of them. Raises ValueError otherwise."""
    stored = np.asarray(keys)
    if stored.ndim != 1 or stored.size == 0 or stored.dtype.kind not in "iu":
        raise ValueError(f"keys = {keys!r}: must be at least one integer, in one dimension")
    if len(stored) > alphabet:
        raise ValueError(f"pairs = {len(stored)}: must be at most V = {alphabet}, the number of keys")
    if stored.min() < 0 or stored.max() >= alphabet or len(np.unique(stored)) < len(stored):
        raise ValueError(f"keys = {stored[:8]}: must be distinct and lie in 0..{alphabet - 1}")
    return stored.astype(np.int64)


def as_signs(name: str, value: ArrayLike) -> Integers:
    """A matrix of ±1 with at least one entry. Raises ValueError otherwise."""
    given = np.asarray(value)
    if given.ndim != 2 or given.size == 0 or not np.isin(given, (-1, 1)).all():
        raise ValueError(f"{name} has shape {given.shape}: must be a matrix of +1 and -1, at least one by one")
    return given.astype(np.int64)


class Misread(NamedTuple):
    """Probabilities over the code: one (L, b) of each stored bit, as Fractions; any: of at least one."""

    one: NDArray[np.object_]
    any: Fraction


def misread(columns: ArrayLike, values: ArrayLike, dimension: int) -> Misread:
    """How probably stored bits are misread when the d columns of the code are drawn independently.

    score of (k, i) times v_ki = Σ_r φ_r(k) v_ki Σ_l φ_r(l) v_li: the d terms are one law convolved d times

    Exact: the law of all bL products at once, kept as integer points with counts. Memory as many points, times the
    columns that differ.

    Arguments: columns ±1 (m, L), equally likely; values ±1 (L, b); dimension = d >= 1, m^d < 2^62.
    Returns: Misread.
    Raises: ValueError for other shapes or entries, where the counts do not fit, and for more than 2^24 numbers at once.
    """
    phi, v, d = as_signs("columns", columns), as_signs("values", values), as_count("dimension", dimension)
    _fit(phi, v)
    if d * math.log2(len(phi)) >= 62:
        raise ValueError(f"dimension = {d}: {len(phi)}^{d} codes must be fewer than 2^62")
    step, weight = _merged(_products(phi, v), np.ones(len(phi), dtype=np.int64))
    points, counts = step, weight
    for _ in range(d - 1):
        if points.size * len(step) > 1 << 24:
            raise ValueError(f"dimension = {d}: {len(points)} points of {len(step)} columns are too many to convolve")
        sums = (points[:, None] + step[None]).reshape(-1, step.shape[1])
        points, counts = _merged(sums, np.multiply.outer(counts, weight).ravel())
    total, wrong = len(phi) ** d, points <= 0
    each = [Fraction(int(counts[column].sum()), total) for column in wrong.T]
    return Misread(np.array(each, dtype=object).reshape(v.shape), Fraction(int(counts[wrong.any(1)].sum()), total))


def misread_by_enumeration(columns: ArrayLike, values: ArrayLike, dimension: int) -> Misread:
    """The slow, obvious route to `misread`: every code is written down and read. At most 2^16 codes."""
    phi, v, d = as_signs("columns", columns), as_signs("values", values), as_count("dimension", dimension)
    _fit(phi, v)
    if len(phi) ** d > 1 << 16:
        raise ValueError(f"dimension = {d}: {len(phi)}^{d} codes must be at most 2^16")
    wrong = np.array([scores(phi[list(chosen)].T, v) * v <= 0 for chosen in product(range(len(phi)), repeat=d)])
    each = [Fraction(int(n), len(wrong)) for n in wrong.sum(0).ravel()]
    return Misread(np.array(each, dtype=object).reshape(v.shape), Fraction(int(wrong.any((1, 2)).sum()), len(wrong)))


def _fit(phi: Integers, v: Integers) -> None:
    if phi.shape[1] != len(v):
        raise ValueError(f"values have shape {v.shape}: must have one row for each of {phi.shape[1]} stored keys")


def _products(phi: Integers, v: Integers) -> Integers:
    return ((phi @ v)[:, None, :] * phi[:, :, None] * v).reshape(len(phi), -1)


def _merged(points: Integers, counts: Integers) -> tuple[Integers, Integers]:
    distinct, place = np.unique(points, axis=0, return_inverse=True)
    total = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(total, place.ravel(), counts)
    return distinct, total


def scores(code: ArrayLike, values: ArrayLike) -> Integers:
    """The direct read of every stored key: φ(q)·S, S = Σ_k φ(k) v_k.

    Not divided by d. Arguments: code ±1 (.., L, d) of the stored keys; values ±1 (.., L, b), L >= 1.
    Returns: integers (.., L, b). Raises: ValueError for an empty context, and shapes that do not fit.
    """
    phi, v = np.asarray(code), np.asarray(values)
    if not all(x.dtype.kind in "iu" and np.isin(x, (-1, 1)).all() for x in (phi, v)):
        raise ValueError(f"code is {phi.dtype}, values are {v.dtype}: both must be integers, +1 and -1")
    phi, v = phi.astype(np.int64), v.astype(np.int64)  # narrow integers would wrap round
    if phi.ndim < 2 or v.ndim < 2 or phi.shape[-2] != v.shape[-2] or not v.shape[-2]:
        raise ValueError(f"code has shape {phi.shape}, values {v.shape}: must be (.., L, d), (.., L, b) with L >= 1")
    return np.asarray(phi @ (np.swapaxes(phi, -1, -2) @ v))


def as_unit_code(code: ArrayLike) -> Real:
    """A real code (V >= 2, d >= 1) whose rows have norm 1 to rounding. Raises ValueError otherwise."""
    phi = as_real_array("code", code)
    if phi.ndim != 2 or len(phi) < 2:
        raise ValueError(f"code has shape {phi.shape}: must be (V >= 2, d >= 1)")
    norms = np.linalg.norm(phi, axis=1)
    worst = int(np.argmax(np.abs(norms - 1)))
    if abs(norms[worst] - 1) > 4 * (phi.shape[1] + 2) * _UNIT:
        raise ValueError(f"code of key {worst} has norm {norms[worst]:.17g}: must be 1")
    return phi


def coherences(code: ArrayLike) -> Real:
    """|φ(q)·φ(k)| for every q over all k ≠ q, largest first. Arguments: unit code (V, d). Returns: (V, V − 1)."""
    phi = as_unit_code(code)
    gram = np.abs(phi @ phi.T)
    others = gram[~np.eye(len(gram), dtype=bool)].reshape(len(gram), -1)
    return -np.sort(-others, axis=1)


def babel(code: ArrayLike, terms: int) -> float:
    """Babel(m) = max_q (sum of the m largest |φ(q)·φ(k)|, k ≠ q); m = 1 is the coherence.

    Arguments: unit code (V, d); terms = m, 0..V − 1. Returns: float. Raises: ValueError otherwise.
    Reference: Tropp 2004.
    """
    found, m = coherences(code), as_count("terms", terms, least=0)
    if m > found.shape[1]:
        raise ValueError(f"terms = {m}: must be at most V - 1 = {found.shape[1]}")
    return float(found[:, :m].sum(1).max())


class Contents(NamedTuple):
    """Over all contents, up to a common sign of their values: margin, the least v_q φ(q)·S; misread: contents with
    one <= 0.
    """

    margin: float
    misread: int


def all_contents(code: ArrayLike, pairs: int) -> Contents:
    """Every set of at most L keys with every ±1 value, up to a common sign, written, and every stored key read.

    Arguments: code (V, d), real, of any norms; pairs = L, 1..V; at most 2^20 contents. Returns: Contents.
    Raises: ValueError otherwise.
    """
    phi, L = as_real_array("code", code), as_count("pairs", pairs)
    if phi.ndim != 2:
        raise ValueError(f"code has shape {phi.shape}: must be (V, d)")
    if L > len(phi):
        raise ValueError(f"pairs = {L}: must be at most V = {len(phi)}, the number of keys")
    if sum(math.comb(len(phi), size) * 2**size for size in range(1, L + 1)) > _MOST:
        raise ValueError(f"pairs = {L}: more than 2^20 contents of {len(phi)} keys")
    margin, wrong, gram = math.inf, 0, phi @ phi.T
    for size in range(1, L + 1):
        v = signs(size)[::2]  # the first value is +1
        stored = np.array(list(combinations(range(len(phi)), size)))
        right = v * (v @ gram[stored[:, :, None], stored[:, None, :]])  # (sets, values, size)
        margin, wrong = min(margin, float(right.min())), wrong + int((right <= 0).any(-1).sum())
    return Contents(margin, wrong)


def worst_contents(code: ArrayLike, pairs: int) -> Contents:
    """For every key the contents that are worst for it: its L − 1 most coherent keys, each pulling against it; read.

    Arguments: code ±1 (V, d); pairs = L, 1..V. Returns: Contents, of these V contents. Raises: ValueError otherwise.
    """
    phi, L = as_signs("code", code), as_count("pairs", pairs)
    if L > len(phi):
        raise ValueError(f"pairs = {L}: must be at most V = {len(phi)}, the number of keys")
    gram = phi @ phi.T
    coherent = np.where(np.eye(len(phi), dtype=bool), -1, np.abs(gram))  # a key itself comes last
    others = np.argsort(-coherent, axis=1, kind="stable")[:, : L - 1]
    stored = np.hstack([np.arange(len(phi))[:, None], others])
    against = np.where(np.take_along_axis(gram, others, axis=1) > 0, -1, 1)
    v = np.hstack([np.ones((len(phi), 1), dtype=np.int64), against])[..., None]
    right = (scores(phi[stored], v) * v)[..., 0]
    return Contents(float(right.min()) / phi.shape[1], int((right <= 0).any(1).sum()))


def signs(length: int) -> Integers:
    """All rows of so many ±1, +1 first and the first entry changing fastest. Returns: (2^length, length)."""
    return 1 - 2 * ((np.arange(2**length)[:, None] >> np.arange(length)) & 1)
