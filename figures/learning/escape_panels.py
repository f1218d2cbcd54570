"""The panels of the figure `learning.escape`: what is measured there is only put on paper here."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.learning as exact
from figures.figure import Arrays
from figures.style import ink, logarithmic, measurement, panel, theorem

#: The delays whose losses, and whose ways up from several starts, are drawn.
LOSSES = (1, 2, 5, 20)
STARTS = (2, 3, 5)


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Four panels."""
    canvas.set_size_inches(11, 7.4)
    ways, starts, losses, phase = canvas.subplots(2, 2).ravel()
    _draw_ways(ways, arrays)
    _draw_starts(starts, arrays)
    _draw_losses(losses, arrays)
    _draw_phase(phase, arrays)


def _draw_ways(axes: Axes, arrays: Arrays) -> None:
    x, seen = arrays["delay"], arrays["trained_delay"]
    theorem(axes, x, arrays["up_bound"], ink(0), label="up from 0.6: proved lower bound")
    measurement(axes, x, arrays["up"], ink(0), label="exact, up")
    theorem(axes, x, arrays["down_log_log_bound"], ink(3), label="down in ν: proved upper bound")
    measurement(axes, x, arrays["down_log_log"], ink(3), label="exact, down in ν")
    theorem(axes, x, arrays["down_bound"], ink(1), label="down from 1: proved upper bound")
    measurement(axes, x, arrays["down"], ink(1), label="exact, down")
    for place, name in enumerate(("trained_up", "trained_down", "trained_nu")):
        axes.plot(
            seen,
            arrays[name],
            linestyle="none",
            marker="x",
            color="black",
            markersize=5,
            label="gradient descent, steps × η" if place == 0 else None,
            zorder=4,
        )
    theorem(axes, seen, arrays["exact_nu"], ink(4), label="up in ν (LRU): exact time")
    axes.plot(x, arrays["down_joint"], linestyle=":", marker=".", color="0.45", label="down, read-out from 0: measured")
    logarithmic(axes)
    axes.set_ylim(3e-3, 1e12)
    axes.set_xticks(x, [str(d) for d in x.tolist()])
    axes.minorticks_off()
    axes.legend(loc="upper left", fontsize=6.8)
    panel(axes, "a", "up is exponential in the delay, down is not", "delay τ (steps)", "time of the flow T")


def _draw_starts(axes: Axes, arrays: Arrays) -> None:
    for k, d in enumerate(STARTS):
        theorem(axes, arrays[f"start_{k}"], arrays[f"bound_{k}"], ink(k), label=f"proved lower bound, τ = {d}")
        measurement(axes, arrays[f"start_{k}"], arrays[f"up_{k}"], ink(k), label="exact, best read-out")
        axes.plot(
            arrays[f"start_{k}"],
            arrays[f"joint_{k}"],
            linestyle="none",
            marker="+",
            markersize=8,
            color=ink(k).colour,
            label="exact, read-out from 0",
        )
    logarithmic(axes)
    axes.legend(fontsize=6.8)
    panel(
        axes, "b", "the shorter the first memory, the longer the plateau", "pole at the start λ₀", "time of the flow T"
    )


def _draw_losses(axes: Axes, arrays: Arrays) -> None:
    for k, d in enumerate(LOSSES):
        theorem(axes, arrays["pole"], arrays[f"loss_{k}"], ink(k), label=f"τ = {d}")
        measurement(axes, arrays["seen"], arrays[f"layer_{k}"], ink(k))
        best = exact.best_pole(d)
        axes.plot([-best, best], exact.single_pole_loss([-best, best], d), "k|", markersize=9)
    axes.legend(title="line: theorem\nmarker: LRU\nbar: minimum", title_fontsize=7, loc="lower center")
    panel(axes, "c", "the loss with the best read-out", "pole λ", "loss $L_2$")


def _draw_phase(axes: Axes, arrays: Arrays) -> None:
    pole = np.linspace(0.01, 0.999, 300)
    theorem(
        axes, pole, pole**3 * (1 - pole**2), ink(2)._replace(line="-"), label="slow manifold $w = λ^τ(1-λ²)$", lw=2.2
    )
    for k, (w, along) in enumerate(arrays["orbits"]):
        axes.plot(along, w, color=ink(0).colour, linewidth=0.9, label="orbits" if k == 0 else None)
        axes.plot(along[0], w[0], "o", color=ink(0).colour, markersize=3.5)
    best = exact.best_pole(3)
    axes.plot(best, best**3 * (1 - best**2), "*", color=ink(1).colour, markersize=11, zorder=5, label="optimum")
    axes.axhline(0, color="0.6", linewidth=0.6)
    axes.set_ylim(-0.4, 1.2)
    axes.legend(loc="upper left")
    panel(axes, "d", "read-out and pole learn together, τ = 3", "pole λ", "read-out w")
