"""Parameters and bits of state of every constructed network, side by side: what each solves, and what it must hold.

Criteria, written before the run: no network that copies holds fewer bits than the pigeonhole asks for at error ½, and
none that recalls with the query last fewer than copying n tokens of n symbols asks for (the values of all n keys are
such a string); the digit copier meets L b bits exactly; weights of the digit copier, of the table and of recall with
the query first are counted equal to their statements.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import theory.selection.look_up as table
import theory.selection.query_first as by_query
import theory.selection.states as state
from figures.figure import Arrays, Figure, Gap, Scale
from figures.statements import line
from figures.style import ink, logarithmic, panel
from models.selection.resources import Entry, copying, recall

COPIERS = ("delay line", "digits", "n-grams")
RECALLERS = ("table", "random code", "parity code", "query first", "both sides")
#: Networks that read the query after the pairs, causally.
LATE = 3


def parameters(scale: Scale) -> dict[str, Any]:
    """Symbols and lengths of copying, numbers of pairs of recall, probabilities of failure, seed of the codes."""
    return {
        "V": 4,
        "lengths": scale.choose([2, 4, 6], [2, 3, 5, 8, 10, 13, 16, 19, 26], list(range(2, 27))),
        "pairs": scale.choose([2, 4], [2, 4, 8, 16, 32], [2, 4, 8, 16, 32]),
        "copy_failure": 0.5,
        "recall_failure": 0.05,
        "seed": 0,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Weights and bits of every network at every size, −1 where it does not exist; lines from the statements."""
    V, lengths, pairs = given["V"], given["lengths"], given["pairs"]
    copies = [copying(V, L, given["copy_failure"]) for L in lengths]
    recalls = [recall(n, given["recall_failure"], given["seed"]) for n in pairs]
    b, bits = int(np.log2(V)), np.log2(pairs).astype(int).tolist()
    blank = {"Z": 0, "W": 0, "S": 0}
    return {
        "lengths": np.array(lengths),
        "pairs": np.array(pairs),
        "copy": np.array([_costs(entries, COPIERS) for entries in copies]),
        "recall": np.array([_costs(entries, RECALLERS) for entries in recalls]),
        "copy_floor": _floor([{"L": L, "V": V} for L in lengths]),
        "recall_floor": _floor([{"L": n, "V": n} for n in pairs]),
        "digits": line(state.DIGIT_COPIER, "Z", [blank | {"b": b, "L": L} for L in lengths]),
        "table": line(table.RECALL_NETWORK, "W", [blank | {"V": 2 * n, "b": (2 * n).bit_length()} for n in pairs]),
        "query_first": line(by_query.QUERY_FIRST_RECALL, "W", [blank | {"b": k} for k in bits]),
        "bits": np.array([b]),
    }


def _costs(entries: list[Entry], names: tuple[str, ...]) -> NDArray[np.int64]:
    """Nonzero weights and bits of state of each name, (names, 2)."""
    by_name = {("n-grams" if entry.name.endswith("-grams") else entry.name): entry.resources for entry in entries}
    found = [by_name.get(name) for name in names]
    return np.array([(r.nonzero, r.state_bits) if r else (-1, -1) for r in found])


def _floor(points: list[dict[str, int]]) -> NDArray[np.float64]:
    """Bits that the pigeonhole asks for at error ½."""
    return line(state.COPY_PIGEONHOLE, "S", [point | {"S": 0, "epsilon": 0.5} for point in points], ">=")


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Floors of the state, and weights as stated."""
    held, late = arrays["copy"][..., 1], arrays["recall"][:, :LATE, 1]
    short = np.where(held >= 0, arrays["copy_floor"][:, None] - held, -np.inf)
    exact = arrays["lengths"] * arrays["bits"][0]
    return (
        Gap(
            state.COPY_PIGEONHOLE,
            "bits of state below the floor at ε = ½, copying and recall with the query last",
            max(0.0, float(short.max()), float((arrays["recall_floor"][:, None] - late).max())),
            0.0,
        ),
        Gap(
            state.DIGIT_COPIER,
            "digit copier: bits of state off L b, and weights off the statement",
            float(np.abs(arrays["copy"][:, 1] - np.stack([arrays["digits"], exact], axis=1)).max()),
            0.0,
        ),
        Gap(
            table.RECALL_NETWORK,
            "weights of the table off the statement",
            float(np.abs(arrays["recall"][:, 0, 0] - arrays["table"]).max()),
            0.0,
        ),
        Gap(
            by_query.QUERY_FIRST_RECALL,
            "weights of recall with the query first off the statement",
            float(np.abs(arrays["recall"][:, 3, 0] - arrays["query_first"]).max()),
            0.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Copying above, recall below; bits of state left, weights right."""
    canvas.set_size_inches(11, 8)
    axes = canvas.subplots(2, 2)
    copiers = ("delay line: L fixed", "digits: L known", "n-grams: no repeat, P ≥ ½")
    recallers = (
        "table: query last",
        "random code: query last, 95 %",
        "parity code: query last, 95 %",
        "query first",
        "two-sided layer, query last",
    )
    for column, quantity in enumerate(("bits of state", "nonzero weights")):
        _costs_drawn(axes[0, column], arrays["lengths"], arrays["copy"][..., 1 - column], copiers)
        _costs_drawn(axes[1, column], arrays["pairs"], arrays["recall"][..., 1 - column], recallers)
        panel(axes[0, column], "ab"[column], f"copying: {quantity}", "length L, four symbols", quantity)
        panel(axes[1, column], "cd"[column], f"recall: {quantity}", "pairs n = keys = values", quantity)
    floors = (("lengths", "copy_floor", "floor at error ½"), ("pairs", "recall_floor", "floor at error ½, query last"))
    for row, (x, floor, label) in enumerate(floors):
        axes[row, 0].plot(arrays[x], arrays[floor], color="0.35", linewidth=3, label=label)
    axes[0, 1].plot(arrays["lengths"], arrays["digits"], color=ink(1).colour, linestyle=ink(1).line)
    axes[1, 1].plot(arrays["pairs"], arrays["table"], color=ink(0).colour, linestyle=ink(0).line)
    axes[1, 1].plot(arrays["pairs"], arrays["query_first"], color=ink(3).colour, linestyle=ink(3).line)
    for one in axes.flat:
        logarithmic(one)
        one.set_ylim(1, 3e7 if one in axes[:, 1] else 3e6)
        sizes = arrays["pairs"] if one in axes[1] else arrays["lengths"]
        one.set_xticks(sizes, [str(size) for size in sizes])
        one.legend(loc="upper left", ncols=2 if one in axes[1] else 1)


def _costs_drawn(axes: Axes, x: NDArray[np.int64], y: NDArray[np.int64], labels: tuple[str, ...]) -> None:
    for k, label in enumerate(labels):
        there = y[:, k] >= 0
        look = ink(k)
        axes.plot(x[there], y[there, k], look.marker, color=look.colour, markerfacecolor="white", label=label)


RESOURCES = Figure(
    name="selection.resources",
    title="Parameters or state? What every constructed network costs, in two currencies that are never added",
    alt="Four panels. Bits of state for copying: delay line and digit copier on the pigeonhole floor, the table of"
    " n-grams hundreds of times above. Nonzero weights for copying: the digit copier constant, the delay line linear,"
    " the table growing fast. Bits of state for recall: query first and two-sided below the floor of the query last,"
    " table and codes far above. Nonzero weights for recall: a few hundred with the query first, thousands else.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
