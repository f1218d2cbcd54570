"""Recall with the query first, and from both sides with the query last."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import models.constructed.query_first as by_query
import theory.selection.query_first as claim
from models.layers.state_space import StateSpace
from models.selection.look_up import all_queries
from tests.witness import Check, Counter, Sample, Trained

#: A Fraction is compared at 50 digits: a few units of the last of them.
ROUNDED = 1e-47


@cache
def query_samples(V: int, p: int) -> tuple[dict[str, Any], ...]:
    """All contexts of p pairs and all their queries: at once, and for few token by token."""
    keys, values, query, wanted = all_queries(V, p)
    causal, both = by_query.query_first(V), by_query.query_anywhere(V)
    first = by_query.recall_prompt(keys, values, query, V, last=False)
    last = by_query.recall_prompt(keys, values, query, V, last=True)
    flags, shift, comparison, integrator = list(causal.network.layers)[:4]
    assert isinstance(shift, StateSpace) and isinstance(integrator, StateSpace)
    largest = shift.states(flags(causal.encode(first))).detach().max()
    stored = integrator.states(comparison(shift(flags(causal.encode(first))))).detach().max()
    letters = {"V": V, "b": causal.encode(first[:1]).shape[-1] - 2, "H": int(max(largest, stored))}
    letters |= {"W": causal.resources.nonzero, "d": causal.resources.state_dim}
    letters |= {"W_2": both.resources.nonzero, "d_2": both.resources.state_dim}
    letters["E_2"] = int((both.answers(last)[:, -1] != wanted).sum())
    routes = (
        (causal.answers(first)[:, -1], causal.answers(last)[:, -1]),
        (causal.generate(first, 1)[:, 0], causal.generate(last, 1)[:, 0]),
    )
    return tuple(
        letters | {"E": int((one != wanted).sum()), "a": Fraction(int((two == wanted).sum()), len(wanted))}
        for one, two in routes
    )


def measured_query(drawn: tuple[int, int]) -> Iterator[Sample]:
    """Parallel and recurrent, query first; both orders of the causal network."""
    for values in query_samples(*drawn):
        yield Sample(values, ROUNDED if drawn[0] & (drawn[0] - 1) else 0.0)


def with_key_twice(drawn: tuple[int, int, int]) -> Iterator[Sample]:
    """One key with two values; the later one is asked for."""
    key, one, two = drawn
    keys, values = torch.tensor([[key, key]]), torch.tensor([[one, two]])
    said = by_query.query_first(4).answers(by_query.recall_prompt(keys, values, keys[:, 0], 4, last=False))[0, -1]
    yield Sample(query_samples(4, 2)[0] | {"E": int(said != two)}, 0.0)


def trained_query() -> Trained:
    """Random contexts of many pairs, the first key asked for, the last one and some between, both orders."""
    rng, off = np.random.default_rng(2), 0
    for b, p in ((8, 64), (12, 500)):
        asked = torch.tensor([0, p - 1, *rng.integers(0, p, 6)])
        keys = torch.tensor(rng.permutation(2**b)[:p]).expand(8, -1)
        values = torch.tensor(rng.integers(0, 2**b, p)).expand(8, -1)
        for last in (False, True):
            said = by_query.recall(keys, values, keys[0, asked], 2**b, last=last)
            off += int((said != values[0, asked]).sum())
    return Trained(off, 0.0, 1, "wrong answers of 32: 64 pairs of 8 bits and 500 of 12, query first and last")


CHECKS: tuple[Check, ...] = (
    Check(
        claim.QUERY_FIRST_RECALL,
        inputs=st.sampled_from(
            [(2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 1), (4, 2), (4, 3), (5, 1), (5, 2), (9, 1)]
        ),
        measure=measured_query,
        counter=Counter(
            "distinct keys", st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)), with_key_twice
        ),
        examples=((2, 1), (4, 3), (9, 1)),
        still_true={"constant 1 -> 2 at 2.1": "a weaker bound"},
        trained=trained_query,
    ),
)
