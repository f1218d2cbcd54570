"""Softmax pooling by two integrators, and what a window costs: sums that drift and sums that do not, least states.

Criteria: integrators within (4 L + 4 χ max|μ| + 10) u max|v| of the softmax with all its weights; a delay line within
(U + 1) u of the window's sum, relative, and an accumulator off by more than 10 % ever after a token of gate e^45 has
left; least states equal to the statement in all three conventions.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

import numerics.selection.pooling as exact
import theory.selection.pooling as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem


def parameters(scale: Scale) -> dict[str, Any]:
    """Tokens, sharpness, window, logarithm of the large gate."""
    return {"tokens": scale.choose(80, 200, 2000), "chi": 4.0, "window": 8, "gate": 45.0, "seed": 4}


def measure(given: Mapping[str, Any]) -> Arrays:
    """All panels from one generator."""
    rng = np.random.default_rng(given["seed"])
    return _pooled(given, rng) | _windows(given, rng)


def _pooled(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    L, chi = given["tokens"], given["chi"]
    mu, v = rng.uniform(-1, 1, L), rng.uniform(-1, 1, (L, 1))
    y = exact.pooled_by_integrators(mu, v, chi)[:, 0]
    points = ({"t": t, "s": 0, "chi": chi, "mu": mu, "v": v[:, 0], "y": y} for t in range(0, L, max(1, L // 40)))
    said = line(claim.POOLING_IDENTITY, "", points)
    return {
        "y": y,
        "all_weights": exact.pooled(mu, v, chi)[:, 0],
        "said_at": np.arange(0, L, max(1, L // 40)),
        "said": said,
        "allowed": np.array([(4 * L + 4 * chi * np.abs(mu).max() + 10) * UNIT * np.abs(v).max()]),
    }


def _windows(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    U, L = given["window"], given["tokens"]
    u = 0.5 + rng.random(L)
    u[L // 4] = np.exp(given["gate"])
    sums = exact.window_sums(u, U), exact.window_sums_by_difference(u, U)
    points = [{"t": t, "s": max(0, t - U), "U": U, "u": u, "z": u} for t in range(L)]
    said = line(claim.WINDOW_STATE, "z[t]", points)
    return {
        "off": np.abs(np.array(sums) / said - 1),
        "left": np.array([L // 4 + U + 1]),
        "window": np.array([U]),
    } | _states(U)


def _states(largest: int) -> Arrays:
    U = np.arange(largest + 1)
    found = np.array([exact.least_states([1] * (k + 1) + [0] * (k + 5)) for k in U.tolist()])
    names = ("n_h", "n_D", "n_p")
    said = [line(claim.WINDOW_STATE, name, ({"U": int(k), name: 0} for k in U)) for name in names]
    return {"U": U, "states": found.T, "states_said": np.array(said)}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Pooling, windows, states."""
    U, left = int(arrays["window"][0]), int(arrays["left"][0])
    held, drifted = arrays["off"]
    said = arrays["said"] - arrays["y"][arrays["said_at"]]
    return (
        Gap(
            claim.POOLING_IDENTITY,
            "integrators off the softmax of the statement, in (4 L + 4 χ max|μ| + 10) u max|v|",
            float(np.abs(said).max() / arrays["allowed"][0]),
            1.0,
        ),
        Gap(
            claim.POOLING_IDENTITY,
            "integrators off attention with a constant query, all weights formed, in twice that",
            float(np.abs(arrays["y"] - arrays["all_weights"]).max() / arrays["allowed"][0]),
            2.0,
        ),
        Gap(
            claim.WINDOW_STATE,
            "delay line off the window's sum, relative, every step, in (U + 1) u",
            float(held.max() / ((U + 1) * UNIT)),
            1.0,
        ),
        Gap(
            claim.WINDOW_STATE,
            "accumulator once the large token has left: 10 % over its smallest relative error",
            float(0.1 / drifted[left:].min()),
            1.0,
        ),
        Gap(
            claim.WINDOW_STATE,
            f"least states off the statement, U = 0..{U}, three conventions",
            float(np.abs(arrays["states"] - arrays["states_said"]).max()),
            0.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Pooling above, windows below."""
    canvas.set_size_inches(11, 6.8)
    axes = canvas.subplots(2, 2)
    _draw_pooled(axes[0, 0], axes[0, 1], arrays)
    _draw_windows(axes[1, 0], arrays)
    _draw_states(axes[1, 1], arrays)


def _draw_pooled(above: Axes, below: Axes, arrays: Arrays) -> None:
    """The first steps of the output on the softmax; the difference at every step."""
    shown = arrays["said_at"][: max(2, len(arrays["said_at"]) // 2)]
    first = shown[-1] + 1
    above.plot(arrays["all_weights"][:first], color=ink(0).colour, label="softmax, all weights")
    measurement(above, shown, arrays["y"][shown], ink(1), label="$N_t/Z_t$, two integrators")
    above.legend(loc="best")
    panel(above, "a", "pooling is attention with one query", "token t", "output $y_t$")
    off = np.abs(arrays["y"] - arrays["all_weights"]) / UNIT
    below.plot(np.maximum(off, 0.05), ".", color=ink(1).colour, markersize=3)
    below.axhline(2 * arrays["allowed"][0] / UNIT, color="black", linestyle="--", linewidth=1.0, label="tolerance")
    logarithmic(below, x=False)
    below.legend(loc="center right")
    panel(below, "b", "their difference (0 drawn at 0.05)", "token t", "difference in $2^{−53}$")


def _draw_windows(axes: Axes, arrays: Arrays) -> None:
    """Relative errors of both recursions in time."""
    held, drifted = (np.maximum(row, UNIT / 4) for row in arrays["off"])
    axes.plot(held, ink(0).marker, color=ink(0).colour, markersize=2.5, label="delay line")
    axes.plot(drifted, color=ink(1).colour, label="add the new, subtract the old")
    axes.axvline(arrays["left"][0], color="0.45", linestyle=":", linewidth=0.9)
    logarithmic(axes, x=False)
    axes.legend(loc="center right", title=f"U = {arrays['window'][0]}; dotted: $e^{{45}}$ has left", title_fontsize=7.5)
    panel(axes, "c", "the window's sum in doubles", "token t", "relative error")


def _draw_states(axes: Axes, arrays: Arrays) -> None:
    """Least states in three conventions."""
    labels = ("$y_t = C x_t$", "$y_t = C x_t + D u_t$", "$y_t = C x_{t−1} + D u_t$")
    for k, label in enumerate(labels):
        shift = 0.12 * (k - 1)
        theorem(axes, arrays["U"] + shift, arrays["states_said"][k], ink(k), label)
        measurement(axes, arrays["U"] + shift, arrays["states"][k], ink(k))
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.legend(loc="upper left")
    panel(axes, "d", "states that a window costs", "window U (drawn side by side)", "least state dimension")


POOLING = Figure(
    name="selection.pooling",
    title="Pooling without a query: two integrators, and what a window costs",
    alt="Four panels. Pooled output in time, integrators on the softmax, and their difference below its tolerance."
    " Relative errors of a window's sum in time: a delay line at rounding, an accumulator wrong by as much as the sum"
    " itself after a large token has left. Least states against the window in three conventions, counted ranks on the"
    " lines.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
