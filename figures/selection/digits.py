"""The digit copier against precision: what is copied, and what is still in the state.

Criteria: in emulated significands all strings are run, so the statement holds without tolerance. In float16, 32 and 64
random strings are run: all of them are copied where their bits fit, and beyond the fraction kept is within five
standard errors. The badly layered variant is drawn against the same line: that it falls where the bits fit is the
counter-case.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import theory.selection.states as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.statements import line, violation
from figures.style import ink, measurement, panel, theorem
from models.constructed.digits import EXPONENT, SIGNIFICAND, digit_copier
from models.selection.states import on_random_strings
from numerics.selection.states import digits_in_precision

#: Its key: torch itself is imported by the models only.
FLOAT64 = max(SIGNIFICAND, key=lambda dtype: SIGNIFICAND[dtype])


def parameters(scale: Scale) -> dict[str, Any]:
    """Strings of each length; lengths beyond p of V = 2; bits per symbol of the layering; emulated significands."""
    return {
        "strings": scale.choose(60, 400, 4000),
        "around": scale.choose([-1, 0, 1, 2], [-2, -1, 0, 1, 2, 3, 4], [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6]),
        "b": 4,
        "lengths": scale.choose([4, 9, 13], [2, 4, 6, 8, 9, 10, 11, 12, 13, 14], [*range(1, 16)]),
        "emulated": scale.choose([3, 4], [3, 4, 6], [3, 4, 6, 8]),
        "most": scale.choose(7, 10, 14),
        "seed": 5,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Rows of b, L, p, Z, kept, copied: random strings at V = 2, both layerings at V = 2^b, all strings emulated."""
    count, b, seed = given["strings"], given["b"], given["seed"]
    torches = [
        _row(1, p + j, dtype, count, seed)
        for dtype, p in SIGNIFICAND.items()
        for j in given["around"]
        if p + j + 1 < EXPONENT[dtype]
    ]
    layered = [[_row(b, L, FLOAT64, count, seed, merged) for L in given["lengths"]] for merged in (False, True)]
    emulated = []
    for p in given["emulated"]:
        for L in range(1, given["most"] + 1):
            kept = digits_in_precision(2, L, p)
            Z = digit_copier(2, L).resources.nonzero
            emulated.append([1.0, L, p, Z, float(kept.states), float(kept.copied)])
    return {
        "torch": np.array(torches),
        "layered": np.array(layered),
        "emulated": np.array(emulated),
        "strings": np.array([count]),
    }


def _row(b: int, L: int, dtype: Any, count: int, seed: int, merged: bool = False) -> list[float]:
    copier = digit_copier(2**b, L, dtype=dtype, inexact=True, merged=merged)
    found = on_random_strings(copier, 2**b, L, count, seed + L)
    return [b, L, SIGNIFICAND[dtype], copier.resources.nonzero, float(found.states), float(found.copied)]


def _letters(row: np.ndarray) -> dict[str, Any]:
    b, L, p, Z = (int(x) for x in row[:4])
    return {"b": b, "L": L, "p": p, "Z": Z, "K": float(row[4]), "F": float(row[5])}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """All strings without tolerance; random ones in standard errors of the fraction kept."""
    runs, count = np.vstack([arrays["torch"], arrays["layered"][0]]), int(arrays["strings"][0])
    off = []
    for row in runs:
        K = float(line(claim.DIGIT_COPIER, "K", [_letters(row)])[0])
        off.append(violation(claim.DIGIT_COPIER, [_letters(row)]) / max(np.sqrt(K * (1 - K) / count), 1e-12))
    return (
        Gap(
            claim.DIGIT_COPIER,
            f"all strings in {len(arrays['emulated'])} emulated cases: weights, copied, kept; exact",
            violation(claim.DIGIT_COPIER, map(_letters, arrays["emulated"])),
            0.0,
        ),
        Gap(
            claim.DIGIT_COPIER,
            f"{len(runs)} networks in float16, 32, 64, {count} strings each: copied iff they fit; standard errors",
            float(max(off)),
            5.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Precisions of torch, two layerings, emulated precisions."""
    canvas.set_size_inches(12.5, 4.0)
    precisions, layerings, emulated = canvas.subplots(1, 3)
    _precisions(precisions, arrays["torch"])
    _layerings(layerings, arrays["layered"])
    _emulated(emulated, arrays["emulated"])


def _kept_line(axes: Axes, p: int, bits: np.ndarray, k: int, label: str) -> None:
    letters = {"b": 1, "p": p, "Z": 0, "K": 0, "F": 0}
    theorem(axes, bits, line(claim.DIGIT_COPIER, "K", [letters | {"L": int(n)} for n in bits]), ink(k), label)


def _precisions(axes: Axes, rows: np.ndarray) -> None:
    for k, p in enumerate(np.unique(rows[:, 2])):
        own = rows[rows[:, 2] == p]
        _kept_line(axes, int(p), np.arange(1, 62), k, f"p = {int(p)}")
        measurement(axes, own[:, 1], own[:, 4], ink(k))
        axes.plot(own[:, 1], own[:, 5], "x", color=ink(k).colour, markersize=6, markeredgewidth=1.4, zorder=4)
        axes.axvline(p, color="0.6", linewidth=0.8, linestyle=":")
    axes.plot([], [], "o", color="0.3", markerfacecolor="white", label="in the state")
    axes.plot([], [], "x", color="0.3", label="copied")
    axes.legend(loc="center", bbox_to_anchor=(0.67, 0.5))
    axes.set_xlim(0, 61)
    panel(axes, "a", "V = 2 in float16, 32, 64", "bits of the string, L", "fraction of strings")


def _layerings(axes: Axes, rows: np.ndarray) -> None:
    b, p = int(rows[0, 0, 0]), int(rows[0, 0, 2])
    bits = np.arange(1, b * int(rows[0, -1, 1]) + 3)
    _kept_line(axes, p, bits, 2, "kept in the state")
    x = rows[0, :, 0] * rows[0, :, 1]
    measurement(axes, x, rows[0, :, 5], ink(0), label="a layer for each bit")
    axes.plot(
        x, rows[1, :, 5], "x", color=ink(1).colour, markeredgewidth=1.4, label="gates taken off directly", zorder=4
    )
    axes.axvline(p, color="0.6", linewidth=0.8, linestyle=":")
    axes.legend(loc="lower left")
    panel(axes, "b", f"V = {2**b} in float64, p = {p}: two layerings", "bits of the string, L b", "fraction copied")


def _emulated(axes: Axes, rows: np.ndarray) -> None:
    for k, p in enumerate(np.unique(rows[:, 2])):
        own = rows[rows[:, 2] == p]
        _kept_line(axes, int(p), own[:, 1].astype(int), k, f"p = {int(p)}")
        measurement(axes, own[:, 1], own[:, 4], ink(k))
        axes.plot(own[:, 1], own[:, 5], "x", color=ink(k).colour, markersize=6, markeredgewidth=1.4, zorder=4)
    axes.set_yscale("log", base=2)
    axes.legend(loc="lower left")
    panel(axes, "c", "V = 2, all strings, p emulated (o, ×: as in a)", "bits of the string, L", "fraction of strings")


DIGITS = Figure(
    name="selection.digits",
    title="A string as one number: copied by a few weights as long as its bits fit into the significand",
    alt="Three panels. In float16, 32 and 64 the fraction of strings in the state is one up to 11, 24 and 53 bits and"
    " then falls along the stated line, while the fraction copied falls to zero two bits later. With 16 symbols in"
    " float64 the network with a layer per bit copies everything up to 52 bits, the badly layered one loses strings"
    " long before. In emulated significands of 3, 4 and 6 bits all strings lie on the line and the copied ones below.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
