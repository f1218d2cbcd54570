"""N-gram look-up: copying, recall, repeats."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

import models.constructed.ngram as by_table
import numerics.selection.look_up as exact
import theory.selection.look_up as claim
from models.constructed.constructed import Constructed
from models.layers.state_space import StateSpace
from models.selection.look_up import copied_share
from tests.witness import Check, Counter, Sample, Trained

#: Fractions are compared at 50 digits: a few units of the last of them, times the bound, which is below 100.
ROUNDED = 1e-47


class String(NamedTuple):
    """A string x over tokens 1..V−1, and the length n of its n-grams."""

    V: int
    n: int
    x: tuple[int, ...]


class Context(NamedTuple):
    """Keys 1..a, values a + 1..a + c, pair by pair."""

    a: int
    c: int
    keys: tuple[int, ...]
    values: tuple[int, ...]


class Repeats(NamedTuple):
    """V symbols, n-grams, strings of length L; the gap of two n-grams."""

    V: int
    n: int
    L: int
    gap: int


@cache
def table(V: int, n: int, longest: int) -> Constructed:
    """A look-up network, built once."""
    return by_table.ngram(V, n, longest)


def held(network: Constructed, tokens: Tensor) -> int:
    """The largest entry of the table while the tokens are read."""
    delay, agreement, memory = list(network.network.layers)[:3]
    assert isinstance(memory, StateSpace)
    return int(memory.states(agreement(delay(network.encode(tokens)))).detach().max())


@st.composite
def strings(draw: st.DrawFn, marks: bool = False) -> String:
    """Any string, repeated and periodic ones and such without a repeat included; with `marks` also $ inside."""
    V = draw(st.integers(2, 5))
    n = draw(st.integers(1, 3 if V < 5 else 2))
    symbol = st.integers(1, V if marks else V - 1)
    piece = draw(st.lists(symbol, min_size=1, max_size=9))
    times = draw(st.sampled_from([1, 1, 2, 3]))
    x = (piece * max(times, -(-n // len(piece))))[:9]
    return String(V, n, tuple(x))


def measured_copy(drawn: String) -> Iterator[Sample]:
    """The network token by token; the dictionary; the search: each against x and the end mark."""
    V, n, x = drawn
    L = len(x)
    network, wanted = table(V, n, 2 * (L + n)), [*x, V]
    prompt = by_table.copy_prompt(torch.tensor([x]), V, n)
    said = network.generate(prompt, L + 1)[0].tolist()
    tokens = [*prompt[0].tolist(), *said[:-1]]
    letters = counted(network, V) | {"n": n, "L": L, "G": exact.distinct_ngrams(x, n)}
    letters |= {"H": held(network, torch.tensor([tokens])), "T": exact.most_writes(tokens, n)}
    routes = [said] + [route(prompt[0].tolist(), n, V, L + 1) for route in (exact.answered, exact.answered_by_search)]
    for answers in routes:
        yield Sample(letters | {"E": sum(a != w for a, w in zip(answers, wanted, strict=True))}, 0.0)


def counted(network: Constructed, V: int) -> dict[str, int]:
    """What the network costs, and the bits of its tokens as it encodes them."""
    cost = network.resources
    return {"V": V, "b": network.encode(torch.tensor([[1]])).shape[-1], "W": cost.nonzero, "d": cost.state_dim}


def trained_copy() -> Trained:
    """All strings of the small sizes and random ones of a large one, answer by answer against the dictionary."""
    off = 0
    for symbols, n, L in ((2, 1, 2), (2, 2, 3), (2, 2, 4), (3, 1, 3), (3, 2, 4), (2, 3, 6), (3, 2, 6)):
        off += _copies_off(exact.all_strings(symbols, L) + 1, symbols + 1, n)
    rng = np.random.default_rng(0)
    off += _copies_off(rng.integers(1, 7, (20, 20)), 7, 3)
    return Trained(off, 0.0, 1, "answers unlike the dictionary's, all 929 strings of seven sizes, 20 of (6, 3, 20)")


def _copies_off(x: np.ndarray, V: int, n: int) -> int:
    said = by_table.copy(torch.tensor(x), V, n).tolist()
    return sum(answers != exact.copied(row, n, V) for row, answers in zip(x.tolist(), said, strict=True))


@st.composite
def contexts(draw: st.DrawFn, shared: bool = False) -> Context:
    """Distinct keys, any values; with `shared` values are keys as well."""
    a = draw(st.integers(1, 5))
    c = draw(st.integers(1, 4))
    keys = draw(st.permutations(range(1, a + 1)))[: draw(st.integers(1, a))]
    first = 1 if shared else a + 1
    values = draw(st.lists(st.integers(first, a if shared else a + c), min_size=len(keys), max_size=len(keys)))
    return Context(a, c, tuple(keys), tuple(values))


def measured_recall(drawn: Context) -> Iterator[Sample]:
    """Every key symbol as the query, absent ones too: the network at once and token by token, and the dictionary."""
    a, c, keys, values = drawn
    V, p = a + c, len(keys)
    network = table(V, 1, 2 * p + 1)
    query = torch.arange(1, a + 1)
    prompt = by_table.recall_prompt(torch.tensor([keys] * a), torch.tensor([values] * a), query)
    stored = dict(zip(keys, values, strict=True))
    wanted = [stored.get(q, 0) for q in query.tolist()]
    routes = (
        network.answers(prompt)[:, -1].tolist(),
        network.generate(prompt, 1)[:, 0].tolist(),
        [exact.answered(row, 1, V)[0] for row in prompt.tolist()],
        [exact.answered_by_search(row, 1, V)[0] for row in prompt.tolist()],
    )
    letters = counted(network, V)
    letters |= {"H": held(network, prompt), "T": max(exact.most_writes(row, 1) for row in prompt.tolist())}
    for answers in routes:
        yield Sample(letters | {"E": sum(u != w for u, w in zip(answers, wanted, strict=True))}, 0.0)


def trained_recall() -> Trained:
    """Large random contexts, every stored key asked for; and all of three keys, two values."""
    rng, off = np.random.default_rng(1), 0
    for symbols, p in ((16, 8), (64, 32)):
        keys = torch.tensor(rng.permuted(np.tile(np.arange(1, symbols + 1), (8, 1)), axis=1)[:, :p])
        values = torch.tensor(rng.integers(symbols + 1, 2 * symbols + 1, (8, p)))
        asked = torch.tensor(rng.integers(0, p, 8))
        off += _recalls_off(keys, values, asked, (symbols, symbols))
    for p in (1, 2, 3):
        keys, values = (torch.tensor(rows).repeat_interleave(p, 0) for rows in exact.all_contexts(3, 2, p))
        off += _recalls_off(keys + 1, values + 4, torch.arange(len(keys)) % p, (3, 2))
    return Trained(off, 0.0, 1, "wrong answers: 64 symbols and 32 pairs, 16 and 8; all 198 stored queries of (3, 2)")


def _recalls_off(keys: Tensor, values: Tensor, asked: Tensor, symbols: tuple[int, int]) -> int:
    rows = torch.arange(len(keys))
    return int((by_table.recall(keys, values, keys[rows, asked], symbols) != values[rows, asked]).sum())


@st.composite
def repeats(draw: st.DrawFn) -> Repeats:
    """Sizes that can be enumerated: L = n, one pair, more n-grams than there are symbols for, one symbol."""
    V = draw(st.integers(1, 4))
    n = draw(st.integers(1, 3))
    longest = {1: 12, 2: 11, 3: 7, 4: 6}[V]
    return Repeats(V, n, draw(st.integers(n, longest)), draw(st.integers(1, longest - n)))


def measured_repeats(drawn: Repeats) -> Iterator[Sample]:
    """All strings one by one; classes of places and growing paths."""
    V, n, L, gap = drawn
    letters = {"V": V, "n": n, "L": L}
    slow = exact.pair_agreement(V, n, gap), exact.repeat_probability(V, n, L)
    fast = exact.pair_agreement_by_classes(V, n, gap), exact.repeat_probability_by_paths(V, n, L)
    for r, R in (slow, fast):
        yield Sample(letters | {"r": r, "R": R}, ROUNDED)


def with_unequal_symbols(drawn: tuple[int, int, int]) -> Iterator[Sample]:
    """Two symbols of probabilities k/8 and 1 − k/8."""
    n, gap, k = drawn
    law = [Fraction(k, 8), 1 - Fraction(k, 8)]
    yield Sample({"V": 2, "n": n, "L": n, "r": exact.pair_agreement(2, n, gap, law), "R": 0}, ROUNDED)


def trained_repeats() -> Trained:
    """The share of all strings that the network does not copy, against the paths."""
    gap = Fraction(0)
    for symbols, n, L in ((2, 2, 5), (2, 3, 7), (3, 2, 6)):
        gap += abs(copied_share(symbols, n, L) + exact.repeat_probability_by_paths(symbols, n, L) - 1)
    return Trained(float(gap), 0.0, 1, "share of all strings that are not copied against P(repeat), exact")


CHECKS: tuple[Check, ...] = (
    Check(
        claim.NGRAM_NETWORK,
        inputs=strings(),
        measure=measured_copy,
        counter=Counter("no end mark inside the string", strings(marks=True), measured_copy),
        examples=(
            String(4, 1, (1, 2, 1)),
            String(4, 1, (1, 1)),
            String(2, 2, (1, 1)),
            String(2, 1, (1,)),
            String(5, 2, (1, 1, 2, 2, 3, 3, 4, 4, 1)),
            String(8, 1, (1, 2, 3, 4, 5, 6, 7)),
            String(3, 3, (1, 1, 1, 2, 2, 2)),
        ),
        still_true={
            "bound 1/2 tightened at 1.0.1": "E is a whole number",
            "bounded side E raised at 1.0.0": "E is a whole number",
        },
        trained=trained_copy,
    ),
    Check(
        claim.RECALL_NETWORK,
        inputs=contexts(),
        measure=measured_recall,
        counter=Counter("disjoint alphabets (values are keys as well)", contexts(shared=True), measured_recall),
        examples=(Context(1, 1, (1,), (2,)), Context(4, 4, (4, 1, 2, 3), (7, 7, 7, 7)), Context(3, 1, (1,), (4,))),
        trained=trained_recall,
    ),
    Check(
        claim.NGRAM_REPEAT_PROBABILITY,
        inputs=repeats(),
        measure=measured_repeats,
        counter=Counter(
            "uniform symbols",
            st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 7)),
            with_unequal_symbols,
        ),
        examples=(
            Repeats(2, 1, 2, 1),
            Repeats(3, 2, 3, 1),
            Repeats(4, 2, 6, 4),
            Repeats(1, 1, 3, 2),
            Repeats(2, 3, 3, 2),
        ),
        still_true=dict.fromkeys(
            (
                "constant 1/2 -> 3/2 at 1.1.0",
                "constant -1 -> 0 at 1.1.1.1.0",
                "sign of -n at 1.1.2.1",
                "constant -1 -> 0 at 1.1.2.1.0",
                "sign of -n at 1.1.3.2",
                "constant 1 -> 2 at 1.1.3.0",
                "constant -1 -> 0 at 1.1.3.2.0",
            ),
            "a weaker bound",
        ),
        trained=trained_repeats,
    ),
)
