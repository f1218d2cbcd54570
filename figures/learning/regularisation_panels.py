"""The six panels of `learning.regularisation`: what its arrays look like, nothing else."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from figures.figure import Arrays
from figures.measuring import mean_and_error
from figures.style import ink, logarithmic, measurement, panel, theorem


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Six panels."""
    canvas.set_size_inches(13, 7.6)
    (capacity, early, fallen), (steps, factor, turned) = canvas.subplots(2, 3)
    _draw_capacity(capacity, arrays)
    _draw_early(early, arrays)
    _draw_fallen(fallen, arrays)
    _draw_steps(steps, arrays)
    _draw_factor(factor, arrays)
    _draw_turned(turned, arrays)


def _draw_capacity(axes: Axes, arrays: Arrays) -> None:
    strengths = (
        ("time", 1 / arrays["times"], "early stopping, 1/t"),
        ("ridge", arrays["penalties"], "ridge μ"),
        ("dropout", (1 - arrays["keeps"]) / arrays["keeps"], "dropout, (1 − q)/q"),
    )
    for k, (name, x, label) in enumerate(strengths):
        mean, error = mean_and_error(arrays[f"shares_{name}"].sum(axis=-1))
        theorem(axes, arrays["strength"], arrays[f"line_{name}"], ink(k))
        measurement(axes, x, mean, ink(k), error, label)
    axes.axhline(arrays["speed"].size, color="0.5", linestyle=":", linewidth=0.9)
    logarithmic(axes, y=False)
    axes.set_ylim(0, 1.08 * arrays["speed"].size)
    axes.legend(title="line: statement; marker: torch heads", title_fontsize=7.5, loc="lower left")
    panel(axes, "a", "raw states: what is left of the capacity N", "strength of the regularisation", "$Σ_K R_K$")


def _draw_early(axes: Axes, arrays: Arrays) -> None:
    shown = slice(0, 25)
    lag = np.arange(25)
    axes.plot(lag, arrays["memory"][shown], color="0.35", linewidth=2.2, label="memory function MF")
    for k, place in enumerate(range(0, len(arrays["times"]), max(1, len(arrays["times"]) // 3))):
        mean, error = mean_and_error(arrays["shares_time"][:, place, shown])
        theorem(axes, lag, arrays["line_shares"][place][shown], ink(k))
        measurement(axes, lag, mean, ink(k), error, f"t = {arrays['times'][place]:g}")
    axes.legend()
    panel(axes, "b", "early stopping: learned capacity under MF", "delay K", "$R_K(t)$")


def _draw_fallen(axes: Axes, arrays: Arrays) -> None:
    for n, speed in enumerate(arrays["speed"]):
        mean, error = mean_and_error(0.5 * speed * arrays["distance_found"][:, :, n] ** 2)
        theorem(axes, arrays["clock"], 0.5 * speed * arrays["line_distance"][n] ** 2, ink(n))
        measurement(axes, arrays["times"], mean, ink(n), error, f"$g_{n}$ = {speed:.3g}")
    logarithmic(axes)
    axes.set_ylim(1e-6, 1)
    axes.legend(
        loc="lower left",
        title="marker: torch; they level off where\nT samples no longer tell w from w*",
        title_fontsize=7.5,
    )
    panel(axes, "c", "delay 1: each direction has its own speed", "time t of the flow", "excess loss, ½ $g_n|v_n|^2$")


def _draw_steps(axes: Axes, arrays: Arrays) -> None:
    count = np.arange(arrays["loop"].shape[1])
    for k, size in enumerate(arrays["step"]):
        name = "best step" if k == len(arrays["step"]) - 1 else "η"
        theorem(axes, count, arrays["said_loop"][k], ink(k))
        measurement(axes, count[::6], arrays["loop"][k][::6], ink(k), label=f"{name} = {size:.3g} · 2/$g_{{max}}$")
    logarithmic(axes, x=False)
    axes.legend(loc="lower left")
    panel(axes, "d", "gradient descent at five steps", "steps m", "distance $|w_m-w^*|$")


def _draw_factor(axes: Axes, arrays: Arrays) -> None:
    theorem(axes, arrays["line_step"], arrays["line_factor"], ink(0), label="statement")
    measurement(axes, arrays["step"], arrays["factor"], ink(1), label="spectral norm of I − ηG")
    axes.axhline(1, color="0.5", linewidth=0.8)
    axes.axhline(arrays["best_factor"][0], color="0.3", linestyle=":", linewidth=1.0, label="(κ − 1)/(κ + 1)")
    axes.axvline(1, color="0.5", linewidth=0.8)
    axes.legend(loc="upper center")
    panel(axes, "e", "converges exactly where f < 1", "step η, in units of 2/$g_{max}$", "worst factor f of one step")


def _draw_turned(axes: Axes, arrays: Arrays) -> None:
    lag = np.arange(arrays["raw_time"].size)
    ways = (
        ("whitened_ridge", "whitened, ridge (or dropout, or time)"),
        ("raw_ridge", "raw, ridge"),
        ("raw_dropout", "raw, dropout"),
        ("raw_time", "raw, early stopping"),
    )
    for k, (name, label) in enumerate(ways):
        axes.plot(lag, arrays[name], ink(k).marker, color=ink(k).colour, linestyle=ink(k).line, label=label,
                  markerfacecolor="white")  # fmt: skip
    axes.set_ylim(0, 1.05)
    axes.legend(loc="lower right")
    panel(axes, "f", "half the capacity left: which delays keep it", "delay K", "share kept, $R_K$/MF(K)")
