"""Looking up by a table of n-grams, and without a table when the query comes first.

(a) Share of all strings over three symbols that the constructed network copies: equal to P(all n-grams distinct), to
the string. (b) Recall over all contexts: no wrong answer by the table with the query last, by the query-first network
in its order, by the one that sees both sides; the causal one with the query last has accuracy (2V − 1)/V², to the
case. (c, d) Weights and bits of state counted on the built networks, equal to the formulas.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

import models.constructed.ngram as by_table
import models.constructed.query_first as by_query
import models.selection.look_up as trained
import numerics.selection.look_up as exact
import theory.selection.look_up as claim
import theory.selection.query_first as first
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import worst
from figures.statements import line, sides, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem

SYMBOLS = 3
ROUTES = ("table, query last", "query first", "both sides, query last", "causal, query last")


def parameters(scale: Scale) -> dict[str, Any]:
    """Lengths of n-grams and strings; symbols and pairs of recall; symbols and pairs of the counts."""
    return {
        "n": [1, 2, 3],
        "longest": scale.choose(5, 7, 8),
        "recall": scale.choose([2, 3], [2, 3, 4], [2, 3, 4, 5]),
        "pairs": scale.choose(2, 4, 4),
        "V": scale.choose([2, 4, 8], [2, 4, 8, 16, 32, 64], [2, 4, 8, 16, 32, 64, 128]),
        "stored": scale.choose([1, 4], [1, 2, 4, 8, 16], [1, 2, 4, 8, 16]),
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All strings and all contexts of the small sizes; weights and states of networks of all sizes."""
    copies = [
        (n, L, trained.copied_share(SYMBOLS, n, L), 1 - exact.repeat_probability_by_paths(SYMBOLS, n, L))
        for n in given["n"]
        for L in range(n, given["longest"] + 1)
    ]
    recalls = [(V, p, *trained.recalled(V, p)) for V in given["recall"] for p in range(1, min(V, given["pairs"]) + 1)]
    costs = []
    for V in given["V"]:
        table, query, both = by_table.ngram(2 * V, 1, 3), by_query.query_first(V), by_query.query_anywhere(V)
        costs.append((V, *(network.resources.nonzero for network in (table, query, both))))
    most = max(given["stored"])
    states = []
    for p in given["stored"]:
        cost = by_table.ngram(2 * most, 1, 2 * p + 1).resources
        small = [build(most).resources.state_bits for build in (by_query.query_first, by_query.query_anywhere)]
        states.append((most, p, cost.bits_per_entry, cost.state_bits, *small))
    return {
        name: np.array(rows, dtype=float)
        for name, rows in {"copies": copies, "recalls": recalls, "costs": costs, "states": states}.items()
    }


def _bits(V: float) -> int:
    return int(V).bit_length()


def _table(V: float) -> dict[str, int]:
    """The letters of the table's size that serves V keys and V values."""
    return {"V": int(2 * V), "n": 1, "b": _bits(2 * V)}


def _query(V: float) -> dict[str, int]:
    return {"V": int(V), "b": _bits(V - 1)}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Everything here is counted: no tolerance but that of a fraction in double precision."""
    copies, recalls, costs, states = (arrays[name] for name in ("copies", "recalls", "costs", "states"))
    table = [_table(V) | {"W": int(W)} for V, W in costs[:, :2]]
    repeats = [{"V": SYMBOLS, "n": int(n), "L": int(L), "R": 1 - share} for n, L, share in copies[:, :3]]
    query = [_query(V) | {"W": int(W), "W_2": int(W_2)} for V, W, W_2 in costs[:, [0, 2, 3]]]
    last = [{"V": int(V), "a": a} for V, a in recalls[:, [0, 5]]]
    held = [_table(V) | {"d": int(s / each)} for V, each, s in states[:, [0, 2, 3]]]
    bits = [_query(V) | {"d": int(one), "d_2": int(two)} for V, one, two in states[:, [0, 4, 5]]]
    network, recall, query_first = claim.NGRAM_NETWORK, claim.RECALL_NETWORK, first.QUERY_FIRST_RECALL
    counted = max(violation_of(recall, "W", table), violation_of(recall, "d", held))
    without = [violation_of(query_first, left, query) for left in ("W", "W_2")]
    without += [violation_of(query_first, left, bits) for left in ("d", "d_2")]
    return (
        Gap(network, "share of all strings copied off P(distinct)", worst(copies[:, 2], copies[:, 3]), 0.0),
        Gap(network, "weights off the count", violation_of(network, "W", table), 0.0),
        Gap(recall, "wrong answers of the table, share of all queries", float(np.max(1 - recalls[:, 2])), 0.0),
        Gap(recall, "weights and states off the count", counted, 0.0),
        Gap(
            claim.NGRAM_REPEAT_PROBABILITY,
            "share of strings not copied beyond the bound, tolerance 2 u",
            violation_of(claim.NGRAM_REPEAT_PROBABILITY, "R", repeats, "<="),
            2.0**-52,
        ),
        Gap(query_first, "wrong answers, query first or both sides", float(np.max(1 - recalls[:, 3:5])), 0.0),
        Gap(
            query_first,
            "accuracy of the causal network, query last, off the line, tolerance u",
            violation_of(query_first, "a", last),
            2.0**-53,
        ),
        Gap(query_first, "weights and states off the count", max(without), 0.0),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Copying, recall, weights, bits of state."""
    canvas.set_size_inches(13.5, 3.9)
    copying, recall, weights, states = canvas.subplots(1, 4)
    _copying(copying, arrays["copies"])
    _recall(recall, arrays["recalls"])
    _weights(weights, arrays["costs"])
    _states(states, arrays["states"])


def _copying(axes: Axes, copies: Any) -> None:
    for k, n in enumerate(np.unique(copies[:, 0])):
        own = copies[copies[:, 0] == n]
        theorem(axes, own[:, 1], own[:, 3], ink(k), label=f"n = {int(n)}")
        measurement(axes, own[:, 1], own[:, 2], ink(k))
        points = [{"V": SYMBOLS, "n": int(n), "L": int(L), "R": 0} for L in own[:, 1]]
        bound = 1 - line(claim.NGRAM_REPEAT_PROBABILITY, "R", points, "<=")
        axes.plot(own[:, 1], np.where(bound >= -0.2, bound, np.nan), color=ink(k).colour, linewidth=0.8, alpha=0.7)
    axes.set_ylim(-0.06, 1.62)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.legend(loc="upper left", title="line: P(distinct), thin: bound; marker: network", title_fontsize=7.5)
    panel(axes, "a", "copied = no repeated n-gram", "length L, three symbols", "share of all strings")


def _recall(axes: Axes, recalls: Any) -> None:
    symbols = np.unique(recalls[:, 0])
    pairs = np.unique(recalls[:, 1])
    for V in symbols:
        level = line(first.QUERY_FIRST_RECALL, "a", [{"V": int(V), "a": 0}])[0]
        axes.plot([pairs[0] - 0.3, V + 0.3], [level, level], color=ink(3).colour, linestyle=ink(3).line)
        axes.annotate(f"V = {int(V)}", (V + 0.33, level), va="center", fontsize=7.5)
        own = recalls[recalls[:, 0] == V]
        measurement(axes, own[:, 1], own[:, 5], ink(3), label=ROUTES[3] if V == symbols[0] else None)
    axes.axhline(1.0, color="0.4", linewidth=0.9)
    largest = recalls[recalls[:, 0] == symbols[-1]]
    for k in range(3):
        shifted = largest[:, 1] + 0.14 * (k - 1)
        measurement(axes, shifted, largest[:, 2 + k], ink(k), label=ROUTES[k])
    axes.set_ylim(0, 1.62)
    axes.set_xlim(pairs[0] - 0.45, pairs[-1] + 1.05)
    axes.set_xticks(pairs)
    axes.set_yticks(np.linspace(0, 1, 6))
    axes.legend(loc="upper left")
    panel(axes, "b", "recall of all contexts", "pairs", "share of right answers")


def _weights(axes: Axes, costs: Any) -> None:
    V = costs[:, 0]
    lines = (
        line(claim.RECALL_NETWORK, "W", [_table(v) | {"W": 0} for v in V]),
        line(first.QUERY_FIRST_RECALL, "W", [_query(v) | {"W": 0} for v in V]),
        line(first.QUERY_FIRST_RECALL, "W_2", [_query(v) | {"W_2": 0} for v in V]),
    )
    for k, values in enumerate(lines):
        theorem(axes, V, values, ink(k), label=ROUTES[k])
        measurement(axes, V, costs[:, 1 + k], ink(k))
    logarithmic(axes)
    axes.set_xticks(V, [f"{int(v)}" for v in V], minor=False)
    axes.minorticks_off()
    axes.legend(loc="upper left")
    panel(axes, "c", "weights: linear or logarithmic in V", "keys = values = V", "nonzero weights")


def _states(axes: Axes, states: Any) -> None:
    V, p = int(states[0, 0]), states[:, 1]
    entries = np.array([float(both.right) for both in sides(claim.RECALL_NETWORK, "d", [_table(V) | {"d": 0}])])
    small = [_query(V) | {"d": 0, "d_2": 0}]
    theorem(axes, p, entries * states[:, 2], ink(0), label=ROUTES[0])
    theorem(axes, p, line(first.QUERY_FIRST_RECALL, "d", small * len(p)), ink(1), label=ROUTES[1])
    theorem(axes, p, line(first.QUERY_FIRST_RECALL, "d_2", small * len(p)), ink(2), label=ROUTES[2])
    for k in range(3):
        measurement(axes, p, states[:, 3 + k], ink(k))
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_ylim(5, 2e4)
    axes.set_xticks(p, [f"{int(x)}" for x in p])
    handles, _ = axes.get_legend_handles_labels()
    axes.legend(handles=[h for h in handles if isinstance(h, Line2D)], loc="upper left")
    panel(axes, "d", f"state, {V} keys and {V} values", "pairs", "bits of state")


LOOK_UP = Figure(
    name="selection.look_up",
    title="Look-up by a table of n-grams, and recall without a table when the query comes first",
    alt="Four panels. The share of strings over three symbols that the network copies falls with the length, later for"
    " longer n-grams, and lies on the exact probability that no n-gram repeats, above the union bound. Three networks"
    " recall every context; the causal one with the query last falls to a level that depends on the alphabet and not"
    " on the number of pairs. Weights of the table grow in proportion to the alphabet, those of the query-first network"
    " with its logarithm. The state of the table is over a hundred times larger.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
