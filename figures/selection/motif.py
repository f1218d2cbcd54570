"""Which letters matter to a network that tells two words apart: hide one and see what changes.

Criterion of the study, written before the runs: SSM + FNN accuracy >= .95, from the six most important letters >= .90,
share of importance inside the motif >= .30, correlation with the average map <= .30; no FNN accuracy <= .60. Without
FNN what hiding a letter changes is the same for all sequences with that letter there, up to 1e-5 of its size in
float32 and 24(L+1)u of all products in double precision; the letters that decide are those of the motif, no tolerance.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.selection.importance as exact
import theory.selection.importance as claim
import theory.selection.studies as studies
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.selection import committed as share
from figures.statements import line, violation
from figures.studies import criterion, spread
from figures.style import ink, panel
from models.selection import criteria, plan
from models.selection.arms import MOTIF_ARMS
from models.selection.importance import constancy, detector_still_occurs
from models.selection.problems import Motif
from models.selection.table import read_occlusion
from models.tasks.motif import MASK, WORDS

WIDTH = len(WORDS[0])
GATED, ATTENTION, LINEAR, UNHIDDEN = plan.occlusion()
CURVES = {"SSM + FNN": GATED, "Transformer": ATTENTION, "SSM, no FNN": LINEAR, "SSM + FNN, nothing hidden": UNHIDDEN}


def parameters(scale: Scale) -> dict[str, Any]:
    """Steps of the networks trained here, sequences whose support is searched, tokens L of the exact linear network."""
    return {
        "steps": scale.choose(2, 60, 1200),
        "searched": scale.choose(6, 24, 48),
        "tokens": scale.choose(6, 24, 48),
        "seed": 10,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Occlusion and accuracies of the table; support of the motif by search; constancy exact and trained."""
    table, shown = share.rows(), read_occlusion(share.OCCLUSION)
    arrays: Arrays = {"k": np.array(Motif().kept)}
    for name, config in CURVES.items():
        found = [criteria.of_run(table, config, "accuracy keeping", float(k)) for k in Motif().kept]
        arrays[f"keeping {name}"] = np.array(found)
        arrays[f"accuracy {name}"] = np.array(criteria.of_run(table, config, "accuracy"))
        if config in (GATED, LINEAR):
            arrays[f"spread {name}"] = np.array(criteria.of_run(table, config, "spread"))
    for name, config in (("gated", GATED), ("linear", LINEAR)):
        own = [one for one in shown if (one.problem, one.arm) == (config.problem.name, config.arm.label)]
        arrays[f"change {name}"] = np.array([one.change for one in own])
    arrays["start"] = np.array([one.start for one in own])
    letters = np.array([["ACGT".index(letter) for letter in one.letters] for one in own])
    arrays["letters"] = letters
    arrays["found"] = np.array([_still(row, start) for row, start in _first(arrays, given["searched"])])
    arrays["net"] = np.array(
        [
            (found.change, found.gradient)
            for found in (constancy(arm, given["steps"], given["seed"]) for arm in (MOTIF_ARMS[2], MOTIF_ARMS[0]))
        ]
    )
    return arrays | _linear(given)


def _first(arrays: Arrays, count: int) -> list[tuple[NDArray, int]]:
    return list(zip(arrays["letters"][:count], map(int, arrays["start"][:count]), strict=True))


def _still(letters: NDArray, start: int) -> NDArray:
    """y_t by search and by the constructed detector, (2, L)."""
    word = letters[start : start + WIDTH]
    return np.array([exact.still_occurs(letters, word, MASK), detector_still_occurs(letters, list(word), MASK)])


def _linear(given: Mapping[str, Any]) -> Arrays:
    """A linear network of two layers on two sequences with the same letter in the middle: Δ_t by brute force."""
    random, L = np.random.default_rng(given["seed"]), given["tokens"]
    kernels, pooling = random.normal(size=(2, L)), random.normal(size=L)
    values = random.normal(size=(2, L))
    values[1, L // 2] = values[0, L // 2]

    def output(e: NDArray) -> float:
        return exact.pooled_output(e, list(kernels), pooling)

    return {
        "values": values,
        "pooling": pooling,
        "kernel": exact.composite_kernel(list(kernels), L),
        "brute": np.array([exact.occlusion(output, row, 0) for row in values]),
        "response": exact.linear_response(exact.composite_kernel(list(kernels), L), pooling),
        "size": np.array(exact.pooled_output(np.abs(values).max(0) + 1, list(np.abs(kernels)), np.abs(pooling))),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The criterion, constancy without FNN, and the support of the motif."""
    L = len(arrays["pooling"])
    shared = {"K": arrays["kernel"], "p": arrays["pooling"], "L": L, "o": 0.0, "g": arrays["response"]}
    points = [
        shared | {"t": t, "e": float(arrays["values"][row, t]), "Delta": arrays["brute"][row]}
        for row in (0, 1)
        for t in (0, L // 2, L - 1)
    ]
    letters = [
        {"y": y, "t": t, "s": start, "m": WIDTH}
        for (_, start), found in zip(_first(arrays, len(arrays["found"])), arrays["found"], strict=True)
        for y in found
        for t in (0, start - 1, start, start + WIDTH - 1, start + WIDTH)
        if 0 <= t < len(y)
    ]
    return (
        criterion(studies.TRAINED_MOTIF, criteria.motif_letters(share.rows())),
        Gap(
            claim.LINEAR_IMPORTANCE_CONSTANT,
            f"Δ_t of an exact linear network of 2 layers and {L} tokens, by hiding, off the statement; 24(L+1)u·size",
            violation(claim.LINEAR_IMPORTANCE_CONSTANT, points),
            24 * (L + 1) * UNIT * float(arrays["size"]),
        ),
        Gap(
            claim.LINEAR_IMPORTANCE_CONSTANT,
            "trained here without FNN: spread of Δ_t and gradient at one place and letter, over the largest, float32",
            float(arrays["net"][0].max()),
            1e-5,
        ),
        Gap(
            claim.MOTIF_SUPPORT,
            f"{len(arrays['found'])} sequences, by search and by the constructed detector: worst |y_t − statement|",
            violation(claim.MOTIF_SUPPORT, letters),
            0.0,
        ),
    )


def note(arrays: Arrays) -> str:
    """The counter-cases in numbers."""
    kept = arrays["keeping SSM + FNN, nothing hidden"][list(arrays["k"]).index(WIDTH)]
    whole = arrays["accuracy SSM + FNN, nothing hidden"]
    each = ", ".join(f"{value:.2f}" for value in kept)
    gated, gradient = arrays["spread SSM + FNN"].min(), arrays["net"][1, 1]
    return (
        f"With nothing hidden in training the accuracy is {whole.mean():.3f}, and that from six letters, by seed,"
        f" {each}: where it is low, sequences with hidden letters are unlike any seen, which says nothing of sparsity."
        f" With FNN Δ_t at one place and letter spreads by {gated:.2f} of the largest, the gradient of a network"
        f" trained here by {gradient:.2f}. Maps: 48 sequences, first seed; bars: worst and best of three seeds."
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Raster sorted by the place of the motif, accuracy from k letters, two sequences, two heat maps."""
    canvas.set_size_inches(13, 7.2)
    grid = canvas.add_gridspec(2, 3)
    raster, keeping = canvas.add_subplot(grid[0, 0]), canvas.add_subplot(grid[0, 1])
    _raster(canvas, raster, arrays)
    _keeping(keeping, arrays)
    examples = grid[0, 2].subgridspec(2, 1)
    sorted_places = np.argsort(arrays["start"], kind="stable")
    for axes, row in zip((canvas.add_subplot(examples[i]) for i in range(2)), sorted_places[[12, 36]], strict=True):
        _example(axes, arrays, int(row), "c" if row == sorted_places[12] else "")
    for k, (name, title) in enumerate((("gated", "SSM + FNN"), ("linear", "SSM, no FNN"))):
        _heat(canvas, canvas.add_subplot(grid[1, k]), arrays, name, "de"[k], title)
    _spread(canvas.add_subplot(grid[1, 2]), arrays)


def _raster(canvas: Canvas, axes: Axes, arrays: Arrays) -> None:
    order = np.argsort(arrays["start"], kind="stable")
    importance = np.abs(arrays["change gated"])[order]
    image = axes.imshow(importance / importance.max(1, keepdims=True), cmap="Greys", aspect="auto", vmin=0, vmax=1)
    for edge in (-0.5, WIDTH - 0.5):
        axes.step(arrays["start"][order] + edge, np.arange(len(order)), where="mid", color=ink(1).colour, linewidth=1)
    canvas.colorbar(image, ax=axes, label="$I_t$ over its largest")
    axes.grid(visible=False)
    panel(axes, "a", "SSM + FNN; between the lines: the motif", "place t", "sequence, sorted by the motif")


def _keeping(axes: Axes, arrays: Arrays) -> None:
    for k, name in enumerate(CURVES):
        spread(axes, arrays["k"], arrays[f"keeping {name}"], ink(k), name)
    axes.axvline(WIDTH, color="0.45", linestyle=":", label="length of the motif")
    axes.axhline(0.5, color="0.45", linewidth=3, alpha=0.6)
    axes.set_xscale("log")
    axes.set_xticks(arrays["k"], [str(k) for k in arrays["k"]], fontsize=7)
    axes.minorticks_off()
    axes.legend(loc="center right", fontsize=6.5, bbox_to_anchor=(1, 0.42))
    panel(axes, "b", "all but the k most important letters hidden", "k", "accuracy")


def _example(axes: Axes, arrays: Arrays, row: int, letter: str) -> None:
    start, letters = int(arrays["start"][row]), arrays["letters"][row]
    change, t = np.abs(arrays["change gated"][row]), np.arange(len(letters))
    y = np.ones(len(t))
    shared = {"s": start, "m": WIDTH, "y": y}
    matters = line(claim.MOTIF_SUPPORT, "", ({"t": int(place)} | shared for place in t)) == 0
    axes.bar(t, change, color=np.where(matters, ink(1).colour, "0.7"))
    axes.set_xticks(t, ["ACGT"[i] for i in letters], fontsize=5.5)
    for tick, inside in zip(axes.get_xticklabels(), matters, strict=True):
        tick.set_fontweight("bold" if inside else "normal")
    if letter:
        panel(axes, letter, "two sequences; dark: the support of the motif", "", "$I_t$")
    else:
        axes.set(ylabel="$I_t$", xlabel="letter at place t")


def _heat(canvas: Canvas, axes: Axes, arrays: Arrays, name: str, letter: str, title: str) -> None:
    change = arrays[f"change {name}"]
    most = float(np.abs(change).max())
    image = axes.imshow(change, cmap="RdBu_r", aspect="auto", vmin=-most, vmax=most)
    canvas.colorbar(image, ax=axes, label="$Δ_t$, change of the logit margin")
    axes.grid(visible=False)
    panel(axes, letter, f"{title}: the same 48 sequences", "place t", "sequence")


def _spread(axes: Axes, arrays: Arrays) -> None:
    for k, name in enumerate(("SSM + FNN", "SSM, no FNN")):
        colour, values = ink(2 * k).colour, arrays[f"spread {name}"]
        axes.plot(np.full(len(values), k), values, "o", color=colour, label="table: over the largest Δ" if k else None)
        # a spread of exactly nothing is drawn at the lower edge
        here, label = (
            np.maximum(arrays["net"][1 - k], 1e-8),
            "made here: Δ over the largest logit, and gradient" if k else None,
        )
        axes.plot(k + np.array([0.12, 0.24]), here, "s", color=colour, markerfacecolor="white", label=label)
    axes.axhline(1e-5, color="black", linestyle="--", linewidth=1, label="tolerance of those without FNN")
    axes.set_yscale("log")
    axes.set_xlim(-0.5, 1.6)
    axes.set_xticks((0, 1), ("SSM + FNN", "SSM, no FNN"))
    axes.legend(loc="lower left", fontsize=7)
    panel(axes, "f", "what hiding changes, at one place and letter", "", "spread over sequences")


MOTIF = Figure(
    name="selection.motif",
    title="Which letters matter: with FNN those of the motif, wherever it is; without, the same in every sequence",
    alt="Six panels. A raster of importances, sequences sorted by the place of the motif, dark along the diagonal band"
    " of the motif. Accuracy against the number of letters kept: high from six letters on for networks trained on"
    " hidden letters, lower for the one trained without, at one half without FNN. Two sequences with their importances,"
    " high inside the motif. Two heat maps of changes: scattered with FNN, vertical stripes without. Spread of the"
    " change over sequences, large with FNN and at rounding without.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
