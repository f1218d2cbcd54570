"""Bits of state: what automata can copy, and a digit copier in exact and in rounded arithmetic.

Glossary: V symbols · L tokens of a string · m states · b = log2 V bits per symbol · p bits of the significand ·
θ = 2^i V^{L−1} threshold of bit i of the top digit · R rounding to p bits, to the nearest, ties to even.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import as_count, as_counts

Integers = NDArray[np.int64]
Laws = NDArray[np.object_]

#: Strings, and automata times strings, that are held at once.
LARGEST_TABLE = 2**24


class Errors(NamedTuple):
    """Fractions of strings, and of tokens, that are not what they should be; exact."""

    strings: Fraction
    tokens: Fraction


class Kept(NamedTuple):
    """Fractions of all strings: exact number in the state after reading, and copied token by token."""

    states: Fraction
    copied: Fraction


def strings(V: int, L: int) -> Integers:
    """All strings, in the order of the numbers whose digits to the base V they are, first token on top.

    Arguments: V >= 1 symbols, L >= 1 tokens, V^L at most 2^24. Returns: int64 (V^L, L).
    Raises: ValueError for bad sizes.

    >>> strings(2, 2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    V, L = as_count("V", V), as_count("L", L)
    if V**L > LARGEST_TABLE:
        raise ValueError(f"V, L = {V}, {L}: must have at most 2^24 strings")
    return np.arange(V**L)[:, None] // V ** np.arange(L - 1, -1, -1) % V


def final_states(transitions: ArrayLike, L: int) -> Integers:
    """The state of an automaton after each string, started in state 0; many automata at once.

    Arguments: transitions (.., m, V), the next state for each state and token; L >= 1.
    Returns: int64 (.., V^L), strings in the order of `strings`.
    Raises: ValueError for a shape without states and tokens, and for states outside 0..m−1.
    """
    table = np.asarray(transitions)
    if table.ndim < 2 or 0 in table.shape:
        raise ValueError(f"transitions has shape {table.shape}: must be (.., m, V) with at least one of each")
    m = table.shape[-2]
    as_counts("transitions", table.ravel()[[table.argmin(), table.argmax()]], most=m - 1)
    states = np.zeros((*table.shape[:-2], 1), dtype=np.int64)
    for _ in range(as_count("L", L)):
        reached = np.take_along_axis(table, states[..., None], axis=-2)
        states = reached.reshape(*states.shape[:-1], -1).astype(np.int64)
    return states


def copies_of_all_automata(m: int, V: int, L: int) -> Integers:
    """How many strings every automaton with m states can at best have copied: one for each state that reading ends in.

    Arguments: m, V, L >= 1, with m^(mV) automata and V^L strings, at most 2^24 of both together.
    Returns: int64 (m^(mV),). Raises: ValueError for bad sizes. Reference: this project.

    >>> copies_of_all_automata(2, 2, 3).max()
    np.int64(2)
    """
    m, V, L = as_count("m", m), as_count("V", V), as_count("L", L)
    if m ** (m * V) * V**L > LARGEST_TABLE:
        raise ValueError(f"m, V, L = {m}, {V}, {L}: must have at most 2^24 automata times strings")
    tables = strings(m, m * V).reshape(-1, m, V)
    seen = np.bitwise_or.reduce(1 << final_states(tables, L), axis=-1)
    return np.bitwise_count(seen).astype(np.int64)


def copies_by_walking(transitions: ArrayLike, L: int) -> int:
    """The slow, obvious route to one entry of `copies_of_all_automata`: read string after string, token after token."""
    table = np.asarray(transitions)
    ends = set()
    for string in strings(table.shape[1], L).tolist():
        state = 0
        for token in string:
            state = int(table[state, token])
        ends.add(state)
    return len(ends)


def copy_errors(encoder: ArrayLike, decoder: ArrayLike, V: int, L: int) -> Errors:
    """Errors on uniform strings of what is said from a state alone, by exact sums over strings and answers.

    E = 1 − V^{−L} Σ_x Σ_s P(s | x) P(x | s);  e likewise with the fraction of tokens that agree

    Arguments: encoder (V^L, m), the law of the state after each string; decoder (m, V^L), the law of the answer from
        each state; both of Fractions or integers, rows summing to 1; V, L.
    Returns: Errors. Raises: ValueError for shapes that do not fit, negative entries, rows that do not sum to 1.

    >>> copy_errors([[1, 0], [0, 1]], [[1, 0], [0, 1]], 2, 1).strings
    Fraction(0, 1)
    """
    words = strings(V, L)
    read, said = _laws("encoder", encoder), _laws("decoder", decoder)
    if read.shape[0] != len(words) or said.shape != read.shape[::-1]:
        raise ValueError(f"encoder {read.shape}, decoder {said.shape}: must be ({len(words)}, m) and transposed")
    joint = read @ said
    agree = (words[:, None] == words[None]).sum(axis=-1).astype(object)
    count = len(words)
    return Errors(1 - Fraction(np.trace(joint)) / count, 1 - Fraction((joint * agree).sum()) / (count * L))


def copy_errors_by_loops(encoder: ArrayLike, decoder: ArrayLike, V: int, L: int) -> Errors:
    """The slow, obvious route to `copy_errors`: string by string, state by state, answer by answer, token by token."""
    read, said = _laws("encoder", encoder), _laws("decoder", decoder)
    words = strings(V, L).tolist()
    right = tokens = Fraction(0)
    for x, word in enumerate(words):
        for s in range(len(said)):
            for a, answer in enumerate(words):
                chance = Fraction(read[x, s]) * said[s, a] / len(words)
                right += chance * (word == answer)
                tokens += chance * sum(u == v for u, v in zip(word, answer, strict=True)) / L
    return Errors(1 - right, 1 - tokens)


def rounded(x: ArrayLike, p: int) -> Integers:
    """Integers rounded to p significant bits, to the nearest, ties to even; exponents are not limited.

    Arguments: x, integers below 2^61 in modulus; p >= 1. Returns: int64, of the shape of x.
    Raises: ValueError for anything else.

    >>> rounded([9, 10, 11, -13], 3).tolist()
    [8, 10, 12, -12]
    """
    x, p = np.asarray(x), as_count("p", p)
    if x.dtype.kind not in "iu" or (x.size and int(np.abs(x).max()) >= 2**61):
        raise ValueError(f"x = {x!r}: must be integers below 2^61")
    size = np.abs(x.astype(np.int64))
    shift = np.maximum(_bit_lengths(size) - p, 0)
    whole, rest = size >> shift, size & ((1 << shift) - 1)
    twice, unit = 2 * rest, np.where(shift > 0, 1 << shift, 2)
    whole += (twice > unit) | ((twice == unit) & (whole % 2 == 1))
    return np.asarray(np.sign(x) * (whole << shift), dtype=np.int64)


def numbers_in_precision(V: int, L: int, p: int) -> Integers:
    """The number that every string leaves in the state, x ← R(V x + u). Arguments, raises: as `digits_in_precision`.

    Returns: int64 (V^L,), strings in the order of `strings`.
    """
    as_bits(V)
    words, p = strings(V, L), as_count("p", p, least=2)
    x = np.zeros(len(words), dtype=np.int64)
    for u in words.T:
        x = rounded(V * x + u, p)
    return x


def digits_in_precision(V: int, L: int, p: int) -> Kept:
    """The digit copier on all strings, every sum rounded to p bits, products with powers of two being exact.

    x ← R(V x + u) while reading; then, L times, the top digit c bit by bit with
    bit_i = R(ReLU R(R(r − θ_i) + 1) − ReLU R(r − θ_i)), r ← R(r − θ_i bit_i), and x ← R(V x − V^L c)

    Arguments: V a power of two, L >= 1, V^L at most 2^24; p >= 2. Returns: Kept, exact.
    Raises: ValueError for V not a power of two, an empty string, p < 2, too many strings. Reference: this project.

    >>> digits_in_precision(2, 4, 3)
    Kept(states=Fraction(3, 4), copied=Fraction(3, 4))
    """
    x, b = numbers_in_precision(V, L, p), as_bits(V)
    words = strings(V, L)
    kept, copied = x == np.arange(len(words)), np.ones(len(words), dtype=bool)
    for expected in words.T:
        c = _top_digit(x, b, L, p)
        copied &= c == expected
        x = rounded(np.clip(V * x - V**L * c, -(2**60), 2**60), p)
    return Kept(*(Fraction(int(found.sum()), len(words)) for found in (kept, copied)))


def copy_in_precision(word: Sequence[int], V: int, p: int | None) -> tuple[int, list[int]]:
    """The slow, obvious route to `digits_in_precision`: one string in Python's integers, of any length.

    Arguments: word, L >= 1 tokens in 0..V−1; V a power of two; p >= 2, or None for exact arithmetic.
    Returns: the number in the state after reading, and the L tokens said.
    Raises: ValueError as there, and for a token outside 0..V−1.

    >>> copy_in_precision([1, 0, 1, 1], 2, 3)[0], copy_in_precision([1, 0, 1, 1], 2, None)
    (12, (11, [1, 0, 1, 1]))
    """
    b = as_bits(V)
    tokens = [int(t) for t in as_counts("word", word, most=V - 1)]
    R = (lambda z: z) if p is None else _rounding(as_count("p", p, least=2))
    x, said, top = 0, [], V ** (len(tokens) - 1)
    for u in tokens:
        x = R(V * x + u)
    read = x
    for _ in tokens:
        r, c = x, 0
        for i in reversed(range(b)):
            theta = top << i
            bit = max(R(max(R(R(r - theta) + 1), 0) - max(R(r - theta), 0)), 0)
            r, c = max(R(r - theta * bit), 0), c + (bit >= 1) * 2**i
        said.append(c)
        x = R(V * x - V * top * c)
    return read, said


def numbers_with(p: int, bits: int) -> int:
    """How many integers in 0..2^bits − 1 have at most p significant bits, counted by their trailing zeros.

    Arguments: p >= 1; bits >= 1. Returns: int. Raises: ValueError otherwise.

    >>> numbers_with(3, 4)
    12
    """
    p, bits = as_count("p", p), as_count("bits", bits)
    odd = (2 ** (min(p, bits - zeros) - 1) for zeros in range(bits))
    return 1 + sum(odd)


def as_bits(V: object, name: str = "V") -> int:
    """The b of V = 2^b >= 2. Raises: ValueError, which calls it by its name, when V is not such a power of two."""
    count = as_count(name, V, least=2)
    if count & (count - 1):
        raise ValueError(f"{name} = {count}: must be a power of two")
    return count.bit_length() - 1


def _laws(name: str, given: ArrayLike) -> Laws:
    laws = np.asarray(given, dtype=object)
    if laws.ndim != 2 or laws.size == 0:
        raise ValueError(f"{name} has shape {laws.shape}: must be two-dimensional, with at least one of each")
    for row in laws:
        if min(row) < 0 or sum(row) != 1:
            raise ValueError(f"{name} has the row {row}: must be >= 0 and sum to 1")
    return laws


def _bit_lengths(size: Integers) -> Integers:
    """Of integers in 0..2^62; exact, where a float's logarithm is not."""
    lengths = np.zeros_like(size)
    for step in (32, 16, 8, 4, 2, 1):
        large = size >> lengths >= 1 << step
        lengths = np.where(large, lengths + step, lengths)
    return lengths + (size > 0)


def _top_digit(x: Integers, b: int, L: int, p: int) -> Integers:
    r, c = x, np.zeros_like(x)
    for i in reversed(range(b)):
        theta = 1 << (i + b * (L - 1))
        above = rounded(r - theta, p)
        bit = np.maximum(rounded(np.maximum(rounded(above + 1, p), 0) - np.maximum(above, 0), p), 0)
        r, c = np.maximum(rounded(r - theta * bit, p), 0), c + ((bit >= 1) << i)
    return c


def _rounding(p: int) -> Callable[[int], int]:
    def R(z: int) -> int:
        shift = max(abs(z).bit_length() - p, 0)
        return round(Fraction(z, 1 << shift)) << shift

    return R
