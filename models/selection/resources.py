"""What every constructed network costs and what it solves: parameters and bits of state side by side, never added.

Two tasks. Copying: L tokens of V symbols. Recall: n pairs with n keys and n values, so that every key is stored; with
the query last the state has to hold the whole map, n log2 n bits, as much as copying n tokens of n symbols.

Glossary: p largest probability of failure of networks that may fail.
"""

from dataclasses import dataclass
from typing import Annotated

import typer

from models.constructed.codes import parity_code_recall, random_code_recall
from models.constructed.constructed import Constructed, Resources
from models.constructed.delay_line import delay_line
from models.constructed.digits import digit_copier
from models.constructed.ngram import ngram
from models.constructed.query_first import query_anywhere, query_first
from numerics.preconditions import as_fraction
from numerics.selection.codes import parity_code_dimension, random_code_dimension
from numerics.selection.look_up import repeat_bound
from numerics.selection.states import as_bits


@dataclass(frozen=True)
class Entry:
    """One network: its name, the condition on which it solves the task, its costs."""

    name: str
    solves: str
    resources: Resources


def copying(V: int, L: int, p: float = 0.5) -> list[Entry]:
    """Networks that copy L tokens of V symbols, those that exist at these sizes.

    The table of n-grams takes the least n at which a uniform string repeats an n-gram with probability at most p.

    Arguments: V = 2^b, b >= 1; L >= 1; p in (0, 1). Returns: entries. Raises: ValueError for other sizes.
    """
    bits = as_bits(V)
    found = [
        _entry("delay line", "copy, L fixed", delay_line(L, bits)),
        _entry("digits", "copy, L known", digit_copier(V, L, inexact=True)) if bits * (L + 1) < 1024 else None,
        _table(V, L, as_fraction("p", p)),
    ]
    return [entry for entry in found if entry is not None]


def recall(n: int, p: float = 0.05, seed: int = 0) -> list[Entry]:
    """Networks that recall from n pairs of n keys and n values.

    Arguments: n = 2^b, b >= 1; p in (0, 1), of a random and a parity code; seed of those. Returns: entries.
    Raises: ValueError for other sizes.
    """
    bits = as_bits(n, "n")
    by_sign, by_parity = (of(n, bits, p) for of in (random_code_dimension, parity_code_dimension))
    late = "recall, query last"
    return [
        _entry("table", late, ngram(2 * n, 1, 2 * n + 1)),
        _entry("random code", f"{late}, p = {p:g}", random_code_recall(n, n, bits, by_sign, seed)),
        _entry("parity code", f"{late}, p = {p:g}", parity_code_recall(n, bits, bits, by_parity, seed)),
        _entry("query first", "recall, query first", query_first(n)),
        _entry("both sides", "recall, two-sided layer", query_anywhere(n)),
    ]


def _entry(name: str, solves: str, network: Constructed) -> Entry:
    return Entry(name, solves, network.resources)


def _table(V: int, L: int, p: float) -> Entry | None:
    """The table of n-grams with the least n that repeats rarely enough; None where that table is too wide to build."""
    n = next(n for n in range(1, L + 1) if repeat_bound(V, n, L) <= p)
    try:
        network = ngram(V + 1, n, 2 * (L + n))
    except ValueError:
        return None
    return _entry(f"{n}-grams", f"copy, no {n}-gram twice (P ≥ {1 - p:g})", network)


def markdown(entries: list[Entry]) -> str:
    """Rows of a table: network, what it solves, costs."""
    head = ["network", "solves", "nonzero weights", "dense", "state", "bits per entry", "state bits", "largest weight"]
    rows = [head, ["---"] * len(head)]
    for entry in entries:
        r = entry.resources
        counts = (r.nonzero, r.dense, r.state_dim, r.bits_per_entry, r.state_bits)
        rows.append([entry.name, entry.solves, *map(str, counts), f"{r.weight_magnitude:.3g}"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def print_costs(
    symbols: Annotated[int, typer.Option(help="V, a power of two, of the strings that are copied")] = 4,
    length: Annotated[int, typer.Option(help="L of the strings that are copied")] = 16,
    pairs: Annotated[int, typer.Option(help="n of recall, a power of two: as many keys, as many values")] = 16,
) -> None:
    """Print what the constructed networks cost, as tables for a README: copying, then recall."""
    try:
        tables = markdown(copying(symbols, length)), markdown(recall(pairs))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    print("\n\n".join(tables))
