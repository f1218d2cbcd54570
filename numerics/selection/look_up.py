"""Look-up of n-grams by plain dictionaries, and how often n-grams repeat.

Glossary: V symbols · n symbols of an n-gram · L length of a string · a read: the bitwise or of all tokens that followed
an n-gram, as the networks of `models.constructed` hold them; 0 where none did or where the or is no token.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from numerics.preconditions import as_count
from numerics.preconditions.scalars import short
from numerics.selection.states import strings

#: The most symbols, of all strings together, that are held or counted one by one.
MOST = 2**22
#: The longest string that is grown symbol by symbol.
LONGEST = 256


def copied(x: Sequence[int], n: int, V: int) -> list[int]:
    """What an n-gram look-up says after $^n x $^n, each answer fed back, $ = V; by a dictionary that is kept up to
    date.

    It is x followed by $ exactly when all n-grams of x are distinct: else one n-gram has two successors.

    Arguments: x, L >= n symbols of 1..V−1; n >= 1; V >= 2. Returns: L + 1 answers.
    Raises: ValueError for other symbols ($ among them), L < n. Reference: this project.

    >>> copied([1, 2, 1, 3], 1, 4), copied([1, 2, 1, 3], 2, 4)
    ([1, 3, 4, 1, 3], [1, 2, 1, 3, 4])
    """
    x, n, V = _as_string(x, n, V)
    return answered([V] * n + x + [V] * n, n, V, len(x) + 1)


def answered(tokens: Sequence[int], n: int, V: int, steps: int = 1) -> list[int]:
    """The reads after any tokens, each fed back: `copied` without the marks, recall for n = 1.

    Arguments: tokens, at least n of them, 0..V, 0 belonging to no n-gram; n; V; steps. Returns: as many answers as
    steps.
    Raises: ValueError for other tokens, fewer than n, steps < 1.

    >>> answered([1, 3, 2, 4, 1], 1, 4)  # keys 1, 2 and values 3, 4
    [3]
    """
    kept = _as_tokens(tokens, n, V)
    successors: defaultdict[tuple[int, ...], int] = defaultdict(int)
    for t in range(n, len(kept)):
        successors[tuple(kept[t - n : t])] |= kept[t]
    said: list[int] = []
    for _ in range(as_count("steps", steps)):
        last = tuple(kept[-n:])
        word = 0 if 0 in last else successors[last]
        said.append(word if word <= V else 0)
        successors[last] |= said[-1]
        kept.append(said[-1])
    return said


def answered_by_search(tokens: Sequence[int], n: int, V: int, steps: int = 1) -> list[int]:
    """The slow, obvious route to `answered`: all that came before is searched anew at every step.

    Arguments, returns, raises: as there.
    """
    kept = _as_tokens(tokens, n, V)
    start = len(kept)
    for _ in range(as_count("steps", steps)):
        last, word = kept[-n:], 0
        for t in range(n, len(kept)):
            if kept[t - n : t] == last and 0 not in last:
                word |= kept[t]
        kept.append(word if word <= V else 0)
    return kept[start:]


def distinct_ngrams(x: Sequence[int], n: int) -> int:
    """How many different n-grams a string has, of L − n + 1. Raises: ValueError for L < n."""
    _as_length(len(x), as_count("n", n))
    return len({tuple(x[i : i + n]) for i in range(len(x) - n + 1)})


def most_writes(tokens: Sequence[int], n: int) -> int:
    """How often the most frequent n-gram with a successor occurs: the largest entry that a look-up can hold."""
    counts = Counter(tuple(tokens[t - n : t]) for t in range(as_count("n", n), len(tokens)))
    return max(counts.values(), default=0)


def pair_agreement(V: int, n: int, gap: int, law: Sequence[Fraction] | None = None) -> Fraction:
    """P(x_{i..i+n−1} = x_{i+gap..i+gap+n−1}) for independent symbols, strings of n + gap symbols counted one by one.

    V^{−n} for uniform symbols, whether the two overlap or not; (Σ p²)^n for others that do not overlap.

    Arguments: V; n; gap >= 1; law, V probabilities as Fractions, uniform by default. Returns: Fraction.
    Raises: ValueError for bad counts, a law of another length, dtype or sum, and strings of more than `MOST` symbols.
    Reference: this project.
    """
    V, n, gap = as_count("V", V), as_count("n", n), as_count("gap", gap)
    _as_countable(V, n + gap)
    p = [Fraction(1, V)] * V if law is None else list(law)
    if len(p) != V or not all(isinstance(one, Fraction | int) for one in p) or sum(p) != 1 or min(p) < 0:
        raise ValueError(f"law = {p}: must be {V} probabilities of sum 1, as Fractions")
    alike = (x for x in itertools.product(range(V), repeat=n + gap) if x[:n] == x[gap:])
    return sum((math.prod((p[symbol] for symbol in x), start=Fraction(1)) for x in alike), Fraction(0))


def pair_agreement_by_classes(V: int, n: int, gap: int) -> Fraction:
    """The fast route for uniform symbols: places that must agree are merged, and each class of places is one free
    choice.

    Arguments, raises: as `pair_agreement`, strings of any length. Returns: Fraction.
    """
    V, n, gap = as_count("V", V), as_count("n", n), as_count("gap", gap)
    head = list(range(n + gap))
    for i in range(n):
        head = [head[i] if place == head[i + gap] else place for place in head]
    return Fraction(V ** len(set(head)), V ** (n + gap))


def repeat_probability(V: int, n: int, L: int) -> Fraction:
    """P(some n-gram occurs twice) in a uniform string of L symbols: all V^L strings at once.

    Arguments: V >= 1; n >= 1; L >= n; L = n gives 0. Returns: Fraction, at most C(L−n+1, 2)·V^{−n}.
    Raises: ValueError for L < n and strings of more than `MOST` symbols. Reference: this project.

    >>> repeat_probability(2, 2, 4)
    Fraction(1, 2)
    """
    V, n, L = as_count("V", V), as_count("n", n), as_count("L", L)
    _as_length(L, n)
    x = all_strings(V, L)
    grams = sum(x[:, l : L - n + 1 + l] * V**l for l in range(n))
    ordered = np.sort(grams, axis=1)
    return Fraction(int(np.any(ordered[:, 1:] == ordered[:, :-1], axis=1).sum()), V**L)


def repeat_probability_by_paths(V: int, n: int, L: int) -> Fraction:
    """The other route: strings without a repeat grow symbol by symbol, up to renaming of the symbols.

    A string with k different symbols, each first met in order, stands for V(V−1)..(V−k+1) strings.

    Arguments, returns: as `repeat_probability`, without a limit on V; O(number of classes) time.
    Raises: ValueError for L < n, L > `LONGEST`, and once more than `MOST` symbols have been added.
    """
    V, n, L = as_count("V", V), as_count("n", n), as_count("L", L)
    _as_length(L, n)
    if L > LONGEST:
        raise ValueError(f"L = {short(L)}: must be at most {LONGEST}, strings grow symbol by symbol")
    grown = itertools.count()

    def extended(x: tuple[int, ...], met: int, seen: frozenset[tuple[int, ...]]) -> int:
        if next(grown) > MOST:
            raise ValueError(f"V = {short(V)}, n = {n}, L = {L}: more than {MOST} symbols are added to classes")
        if len(x) == L:
            return math.perm(V, met)
        total = 0
        for symbol in range(min(met + 1, V)):
            y = (*x, symbol)
            if y[-n:] not in seen:
                total += extended(y, max(met, symbol + 1), seen | {y[-n:]} if len(y) >= n else seen)
        return total

    return 1 - Fraction(extended((), 0, frozenset()), V**L)


def repeat_bound(V: int, n: int, L: int) -> Fraction:
    """C(L−n+1, 2) V^{−n}, the expected number of pairs of equal n-grams: an upper bound that may exceed 1.

    Arguments, raises: as `repeat_probability`, without a limit on the strings. Returns: Fraction.
    """
    V, n, L = as_count("V", V), as_count("n", n), as_count("L", L)
    _as_length(L, n)
    return Fraction(math.comb(L - n + 1, 2), V**n)


def repeat_bound_by_pairs(V: int, n: int, L: int) -> Fraction:
    """The same as Σ over pairs i < j of P(n-grams i and j agree), each pair's probability from the symbols it ties.

    Arguments, returns, raises: as `repeat_bound`; the slow route.
    """
    _as_length(as_count("L", L), as_count("n", n))
    pairs = itertools.combinations(range(L - n + 1), 2)
    return sum((pair_agreement_by_classes(V, n, j - i) for i, j in pairs), Fraction(0))


def all_strings(V: int, L: int) -> NDArray[np.int64]:
    """All V^L strings of symbols 0..V−1, in lexicographic order. Returns: (V^L, L).

    Raises: ValueError where these are more than `MOST` symbols.
    """
    _as_countable(V, L)
    return strings(V, L)


def all_contexts(keys: int, values: int, p: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All contexts of p pairs: distinct keys 0..keys−1 in any order, any values 0..values−1.

    Arguments: keys; values; p, 1..keys. Returns: keys and values, each (cases, p).
    Raises: ValueError for p > keys (a key would occur twice) and contexts of more than `MOST` keys.
    """
    keys, values, p = as_count("keys", keys), as_count("values", values), as_count("p", p)
    if p > keys:
        raise ValueError(f"p = {p}: must be at most the number of keys, {keys}")
    if p > MOST.bit_length() or math.perm(keys, p) * p > MOST // values**p:
        sizes = f"keys = {short(keys)}, values = {short(values)}, p = {short(p)}"
        raise ValueError(f"{sizes}: the contexts hold more than {MOST} keys")
    chosen = np.array(list(itertools.permutations(range(keys), p)), dtype=np.int64)
    contents = all_strings(values, p)
    return np.repeat(chosen, len(contents), axis=0), np.tile(contents, (len(chosen), 1))


def _as_tokens(tokens: Sequence[int], n: int, V: int) -> list[int]:
    n, V = as_count("n", n), as_count("V", V)
    kept = [as_count(f"tokens[{t}]", token, least=0) for t, token in enumerate(tokens)]
    if kept and max(kept) > V:
        raise ValueError(f"tokens hold {max(kept)}: must be 0..{V}")
    if len(kept) < n:
        raise ValueError(f"tokens have length {len(kept)}: must be at least n = {n}")
    return kept


def _as_string(x: Sequence[int], n: int, V: int) -> tuple[list[int], int, int]:
    n, V = as_count("n", n), as_count("V", V, least=2)
    symbols = [as_count(f"x[{i}]", symbol) for i, symbol in enumerate(x)]
    if symbols and max(symbols) >= V:
        raise ValueError(f"x holds {max(symbols)}: must be 1..{V - 1}, {V} is the end mark")
    _as_length(len(symbols), n)
    return symbols, n, V


def _as_length(L: int, n: int) -> None:
    if n > L:
        raise ValueError(f"L = {L}: must be at least n = {n}")


def _as_countable(V: int, L: int) -> None:
    V, L = as_count("V", V), as_count("L", L)
    if L > MOST or math.log2(L) + L * math.log2(V) > math.log2(MOST):
        raise ValueError(f"V = {short(V)}, L = {short(L)}: L V^L must be at most {MOST}, the symbols of all strings")
