"""Recall with the query before the context or after it: after it, a state of fixed size must keep all pairs.

Criterion, written before the runs (n = 4, K = V = 8): SSM + FNN with the query first >= .95 in every seed, last <= .50;
Transformer >= .95 in both orders. The first holds and is the claim; the others are missed. Gaps are of the committed
table; the runs made here are one seed and fewer steps.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import theory.selection.studies as claim
from figures.figure import Arrays, Figure, Gap, Run, Scale
from figures.selection import committed as share
from figures.studies import criterion
from figures.style import ink, panel
from models.selection import criteria, plan
from models.selection.arms import SSM_2
from models.selection.problems import Order
from models.selection.study import Config

BLIND = share.order_blind(4, 8)
NAMES = ("SSM + FNN, query first", "SSM + FNN, query last", "Transformer, query first", "Transformer, query last")


def parameters(scale: Scale) -> dict[str, Any]:
    """Steps of the runs made here, sequences that they are tested on, and their seed."""
    return {"steps": scale.choose(4, 100, 2500), "tests": scale.choose(50, 500, 4000), "seed": 10}


def configs(given: Mapping[str, Any]) -> list[Config]:
    """The two orders, one seed."""
    return [share.short(given, Order(first), SSM_2, batch=128) for first in (True, False)]


def runs(given: Mapping[str, Any]) -> list[Run]:
    """The runs made here."""
    return share.runs_of(configs(given))


def measure(given: Mapping[str, Any], results: Sequence[Arrays]) -> Arrays:
    """Curves and accuracies of the table, curves of the runs made here."""
    table = share.rows()
    arrays: Arrays = {"name": np.array(NAMES), "blind": np.array(BLIND)}
    for k, config in enumerate(plan.query_order()):
        arrays[f"step_{k}"], arrays[f"loss_{k}"] = share.curve(table, config)
        found = [criteria.of_run(table, config, "accuracy", n) for n in (4.0, 8.0)]
        arrays[f"accuracy_{k}"] = np.array(found)
    for k, result in enumerate(results):
        arrays[f"live_{k}"] = np.array([result["step"], result["loss"][:, 0]])
    return arrays


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The criterion on the committed table."""
    return (criterion(claim.TRAINED_QUERY_ORDER, criteria.query_order_letters(share.rows())),)


def note(arrays: Arrays) -> str:
    """What is not claimed."""
    last = ", ".join(f"{value:.3f}" for value in arrays["accuracy_1"][0])
    longer = [share.reported("accuracy", place, 4.0) for place in (3, 4)]
    return (
        f"SSM + FNN with the query last were expected at .50 or below; the seeds reach {last}. The Transformer was"
        " expected at .95 or above after 1000 steps, and is still on the order-blind plateau; after 2500 it"
        f" reaches {longer[0]} with the query first, {longer[1]} last. Twice as many pairs"
        " (n = 8) were never trained on: no trained network here is the constructed one, which serves any number."
        " Open markers: one seed, made with the figure."
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Loss against steps, four curves, and accuracies."""
    canvas.set_size_inches(11, 4.2)
    left, right = canvas.subplots(1, 2, width_ratios=(3, 2))
    for k, name in enumerate(arrays["name"]):
        look = ink(k)
        for place, loss in enumerate(arrays[f"loss_{k}"]):
            x = arrays[f"step_{k}"]
            left.plot(x, loss, color=look.colour, linestyle=look.line, linewidth=1, label=None if place else str(name))
        if f"live_{k}" in arrays:
            step, loss = arrays[f"live_{k}"]
            left.plot(step, loss, look.marker, color=look.colour, markerfacecolor="white", markersize=3.5)
    left.axhline(arrays["blind"][1], color="0.45", linewidth=3, alpha=0.6, label="order-blind, exact")
    left.set_yscale("log")
    left.legend(loc="center right")
    panel(left, "a", "four pairs, K = V = 8: every seed", "training step", "loss, nats")
    _accuracies(right, arrays)


def _accuracies(axes: Axes, arrays: Arrays) -> None:
    for k in range(len(arrays["name"])):
        look = ink(k)
        for place, values in enumerate(arrays[f"accuracy_{k}"]):
            fill = look.colour if place == 0 else "0.8"
            x = np.full(len(values), k + 0.3 * place - 0.15)
            axes.plot(x, values, look.marker, color=look.colour, markerfacecolor=fill)
    axes.axhline(arrays["blind"][0], color="0.45", linewidth=3, alpha=0.6, label="order-blind at n = 4, exact")
    axes.set_xticks(range(4), [str(name).replace(", ", ",\n") for name in arrays["name"]], fontsize=7)
    axes.set_ylim(0, 1.05)
    axes.legend(loc="lower left")
    panel(axes, "b", "filled: n = 4 as trained; grey: n = 8, unseen", "", "accuracy, each seed")


QUERY_ORDER = Figure(
    name="selection.query_order",
    title="Recall with the query first or last: a state space network learns the first with every seed",
    alt="Left, loss against steps: with the query first the state space network leaves the plateau of the order-blind"
    " cross-entropy and its loss falls far; with the query last one seed falls and one hardly; the Transformer, trained"
    " for fewer steps, stays on the plateau in both orders. Right, accuracies of each seed: one with the query first,"
    " 0.97 and 0.55 with the query last, the Transformer at the order-blind line; twice as many pairs: all low.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
    runs=runs,
)
