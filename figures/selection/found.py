"""Does gradient descent find the constructed network? The stack of query-first recall, trained from several starts.

The criterion stands in `models.selection.found`: from the constructed weights with noise of at most .01 every seed
ends at accuracy .99 or more. All else is shown as it came out. The constructed weights themselves answer without error
(`selection.query_first_recall`), for any number of pairs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import theory.selection.query_first as claim
from figures.figure import Arrays, Figure, Gap, Run, Scale
from figures.style import Ink, ink, panel
from models.selection.found import Config
from models.selection.found import measure as train

#: Accuracy that small noise has to end at.
ENOUGH, SMALL = 0.99, 0.01


def parameters(scale: Scale) -> dict[str, Any]:
    """Symbols, pairs, noise on the constructed weights, seeds, steps of AdamW."""
    return {
        "V": scale.choose(4, 8, 8),
        "pairs": scale.choose(2, 3, 4),
        "noise": scale.choose([0.01], [0.01, 0.1, 0.3], [0.01, 0.03, 0.1, 0.3]),
        "seeds": scale.choose([10], [10, 11, 12], list(range(10, 20))),
        "steps": scale.choose(60, 600, 20_000),
    }


def runs(given: Mapping[str, Any]) -> list[Run]:
    """One run of all starts side by side."""
    noise, seeds = tuple(given["noise"]), tuple(given["seeds"])
    return [(train, Config(given["V"], given["pairs"], noise, seeds, given["steps"]))]


def measure(given: Mapping[str, Any], results: Sequence[Arrays]) -> Arrays:
    """What the run found, and the starts by name."""
    names = [f"constructed, noise {sigma:g}" for sigma in given["noise"]] + ["random weights"]
    sizes = {name: np.array([given[name]]) for name in ("V", "pairs", "steps")}
    return (
        dict(results[0])
        | {"start": np.array(names), "noise": np.array(given["noise"])}
        | {f"trained_{name}": value for name, value in sizes.items()}
    )


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Small noise is repaired, and the random start shows that the criterion can be missed."""
    own = int(np.flatnonzero(arrays["pairs"] == arrays["trained_pairs"])[0])
    small = arrays["after"][:-1][arrays["noise"] <= SMALL][..., own]
    return (
        Gap(
            claim.QUERY_FIRST_RECALL,
            f"wrong answers after training from the constructed weights with noise {SMALL:g}, worst seed",
            float(1 - small.min()),
            1 - ENOUGH,
        ),
    )


def note(arrays: Arrays) -> str:
    """What the other starts end at, and how far the weights move."""
    own = int(np.flatnonzero(arrays["pairs"] == arrays["trained_pairs"])[0])
    ends = "; ".join(
        f"{name}: accuracy {', '.join(f'{x:.2f}' for x in row)}, distance {first:.2f} → {last:.2f}"
        for name, row, first, last in zip(
            arrays["start"],
            arrays["after"][..., own],
            arrays["away"].mean(1),
            arrays["moved"].mean(1),
            strict=True,
        )
    )
    return (
        f"After {int(arrays['trained_steps'][0])} steps, one number per seed. {ends}. Distances are to the constructed"
        " weights, over their norm."
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Losses in training, accuracy by start, accuracy by number of pairs."""
    canvas.set_size_inches(12, 4.2)
    losses, starts, lengths = canvas.subplots(1, 3)
    for k in range(len(arrays["start"])):
        look = ink(k)
        _losses(losses, arrays, k, look)
        _starts(starts, arrays, k, look)
        mean = arrays["after"][k].mean(0)
        lengths.plot(arrays["pairs"], mean, color=look.colour, linestyle=look.line, linewidth=0.8)
        lengths.plot(
            np.tile(arrays["pairs"], (arrays["after"].shape[1], 1)),
            arrays["after"][k],
            look.marker,
            color=look.colour,
            markerfacecolor="white",
        )
    for axes in (starts, lengths):
        axes.axhline(1.0, color="black", linewidth=2.0)
        axes.axhline(1 / arrays["trained_V"][0], color="0.5", linestyle=":", linewidth=1.0)
        axes.set_ylim(0, 1.08)
    losses.set_yscale("log")
    losses.legend(loc="upper right")
    starts.set_xticks(range(len(arrays["start"])), [name.replace("constructed, ", "") for name in arrays["start"]])
    lengths.set_xticks(arrays["pairs"])
    V, pairs = int(arrays["trained_V"][0]), int(arrays["trained_pairs"][0])
    panel(losses, "a", f"loss, V = {V}, {pairs} pairs", "step of AdamW", "mean squared error of the answer's bits")
    panel(starts, "b", "before (grey) and after training, every seed", "start", "accuracy")
    panel(lengths, "c", f"trained on {pairs} pairs, asked on more", "pairs", "accuracy")


def _losses(axes: Axes, arrays: Arrays, k: int, look: Ink) -> None:
    for number, curve in enumerate(arrays["loss"][k]):
        label = str(arrays["start"][k]) if number == 0 else None
        axes.plot(arrays["checked"], curve, color=look.colour, linestyle=look.line, linewidth=0.9, label=label)


def _starts(axes: Axes, arrays: Arrays, k: int, look: Ink) -> None:
    own = int(np.flatnonzero(arrays["pairs"] == arrays["trained_pairs"])[0])
    before, after = arrays["before"][k, :, own], arrays["after"][k, :, own]
    x = k + 0.12 * (np.arange(len(after)) - (len(after) - 1) / 2)
    axes.plot(x, before, look.marker, color="0.6", markerfacecolor="white")
    axes.plot(x, after, look.marker, color=look.colour)


FOUND = Figure(
    name="selection.found",
    title="Does gradient descent find the constructed network? Query-first recall from several starts",
    alt="Three panels. Training loss falls to rounding from the constructed weights with small noise, and stays high"
    " from random weights. Accuracy before and after training for every seed: small noise is repaired to one, larger"
    " noise sometimes, random weights stay near chance. Accuracy on more pairs than were trained on.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
    runs=runs,
)
