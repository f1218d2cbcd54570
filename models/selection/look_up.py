"""Constructed networks on all inputs of a size: what share they answer, as exact fractions.

Criterion: every count is exact. The share of copied strings is that of strings without a repeated n-gram; recall by the
table, with the query first and from both sides is 1; the causal network with the query last answers as if the query
were symbol 0, (2V − 1)/V² of all.
"""

from fractions import Fraction
from typing import NamedTuple

import torch
from torch import Tensor

import models.constructed.ngram as by_table
import models.constructed.query_first as by_query
from numerics.selection.look_up import all_contexts, all_strings


class Recalled(NamedTuple):
    """Shares of right answers: the table, query last; without a table query first, seen from both sides, query last."""

    table: Fraction
    first: Fraction
    both: Fraction
    last: Fraction


class Queries(NamedTuple):
    """Rows of keys and values (batch, p), one of the row's keys as query, and its value (batch,); symbols 0..V−1."""

    keys: Tensor
    values: Tensor
    query: Tensor
    answer: Tensor


def all_queries(V: int, p: int) -> Queries:
    """Every context of p pairs over V symbols with each of its keys as the query.

    Raises: ValueError for p > V and too many contexts.
    """
    keys, values = (torch.tensor(rows).repeat_interleave(p, 0) for rows in all_contexts(V, V, p))
    rows, place = torch.arange(len(keys)), torch.arange(len(keys)) % p
    return Queries(keys, values, keys[rows, place], values[rows, place])


def copied_share(symbols: int, n: int, L: int) -> Fraction:
    """Share of all strings of L symbols that the n-gram network copies, end mark included.

    Arguments: symbols >= 1 besides the end mark; n; L >= n. Returns: Fraction.
    Raises: ValueError for bad or too large sizes.
    """
    x = torch.tensor(all_strings(symbols, L) + 1)
    wanted = torch.nn.functional.pad(x, (0, 1), value=symbols + 1)
    return _share(by_table.copy(x, symbols + 1, n), wanted)


def recalled(V: int, p: int) -> Recalled:
    """The four networks on every context of p pairs over V symbols (for the table V keys and V other values).

    Raises: ValueError for p > V and too many contexts.
    """
    keys, values, query, answer = all_queries(V, p)
    of_table = by_table.recall(keys + 1, values + V + 1, query + 1, (V, V))
    wrong_order = by_query.recall_prompt(keys, values, query, V, last=True)
    said = (
        of_table - V - 1,
        by_query.recall(keys, values, query, V),
        by_query.recall(keys, values, query, V, last=True),
        by_query.query_first(V).answers(wrong_order)[:, -1],
    )
    return Recalled(*(_share(one[:, None], answer[:, None]) for one in said))


def _share(said: Tensor, wanted: Tensor) -> Fraction:
    return Fraction(int((said == wanted).all(1).sum()), len(said))
