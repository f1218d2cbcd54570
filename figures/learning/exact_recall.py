"""Fixed against learned poles on delayed recall, without data: what learning the poles gains, and what stays.

Experiment X1; the criteria stand in `models.learning.exact_recall`. Fixed poles at the floor 1 − M_K to rounding;
learned ones never below 1 − N/(K+1); ΣM within 1e-9 N of N before and after; arcsin√M_K
moved no more than the poles travelled, by the claim's rate of one.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import theory.learning.poles as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.style import ink, panel
from models.learning.exact_recall import Config
from models.learning.exact_recall import measure as train
from models.learning.spectra import SPECTRA


def parameters(scale: Scale) -> dict[str, Any]:
    """N states, the delays (the middle one is drawn in time), steps of Adam, step Δ of the continuous spectra."""
    return {
        "N": scale.choose(4, 16, 64),
        "delays": scale.choose([6], [8, 40, 120], [50, 300, 1000]),
        "steps": scale.choose(40, 400, 4000),
        "dt": scale.choose(0.1, 0.05, 0.02),
        "seed": 2,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Every spectrum at every delay; curves, poles and memories of the drawn delay."""
    drawn = given["delays"][len(given["delays"]) // 2]
    names, rows, curves, shapes, ends = list(SPECTRA), [], [], [], {}
    for delay in given["delays"]:
        for k, name in enumerate(names):
            config = Config(given["N"], name, given["dt"], delay, given["steps"], horizon=3 * drawn, seed=given["seed"])
            run = train(config)
            n = run.poles.shape[1]
            arc = np.abs(np.arcsin(np.sqrt(1 - run.loss)) - np.arcsin(np.sqrt(1 - run.floor)))
            off = float(np.max(np.abs(run.capacity - n) + run.missing)) / (1e-9 * n)
            beyond = float(np.max(arc - run.travelled))
            rows.append((delay, k, n, run.floor, run.loss[0], run.loss[run.best], off, beyond, run.length.sum()))
            if delay == drawn:
                curves.append(run.loss)
                shapes.append(run.memory)
                ends[f"poles_{k}"] = run.poles
    fields = ("delay", "spectrum", "n", "floor", "first", "best", "off", "beyond", "length")
    return (
        dict(zip(fields, np.array(rows, dtype=float).T, strict=True))
        | {"name": np.array(names), "curve": np.array(curves), "shape": np.array(shapes), "drawn": np.array([drawn])}
        | ends
    )


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The sum kept and what it forbids, the arc within the way, and the floor of fixed poles."""
    count = len(arrays["delay"])
    N = float(arrays["n"].max())
    rounding = 64 * N * UNIT
    lowest = np.maximum(0, 1 - arrays["n"] / (arrays["delay"] + 1))
    arc = 2 * float(np.arcsin(np.sqrt(rounding)))
    return (
        Gap(claim.CAPACITY_INVARIANT, f"worst |Σ M − N| of {count} runs, in 1e-9 N", float(arrays["off"].max()), 1.0),
        Gap(
            claim.CAPACITY_INVARIANT,
            "loss below 1 − N/(K+1), which the sum forbids",
            float(np.max(lowest - arrays["best"])),
            rounding,
        ),
        Gap(
            claim.POLE_GRADIENT_BOUND,
            "arcsin√M moved beyond the way travelled, every step of every run",
            float(arrays["beyond"].max()),
            arc,
        ),
        Gap(
            claim.POLE_GRADIENT,
            "fixed poles off their floor at the first step, tolerance 64 N u",
            float(np.max(np.abs(arrays["first"] - arrays["floor"]))),
            rounding,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Loss in time, before and after for every delay, one spectrum's memory and poles."""
    canvas.set_size_inches(13, 4.4)
    time, table, memory, poles = canvas.subplots(1, 4)
    _time(time, arrays)
    _table(table, arrays)
    shown = list(arrays["name"]).index("LegS-D")
    _memory(memory, arrays, shown)
    _poles(poles, arrays, shown)


def _time(axes: Axes, arrays: Arrays) -> None:
    delay = int(arrays["drawn"][0])
    own = arrays["delay"] == delay
    for k, name in enumerate(arrays["name"]):
        axes.plot(arrays["curve"][k], color=ink(k).colour, linestyle=ink(k).line, label=str(name))
        axes.plot(
            0, arrays["floor"][own][k], ink(k).marker, color=ink(k).colour, markerfacecolor="white", clip_on=False
        )
    axes.axhline(max(0.0, 1 - arrays["n"].max() / (delay + 1)), color="black", linewidth=2.2)
    axes.set_ylim(None, 1.28)
    axes.set_yticks([tick for tick in axes.get_yticks() if tick <= 1])
    axes.legend(loc="upper center", ncols=2)
    panel(axes, "a", f"K = {delay}: loss of the best read-out", "step of Adam", "$1 − M_K$ (marker: fixed, bar: bound)")


def _table(axes: Axes, arrays: Arrays) -> None:
    delays, names = np.unique(arrays["delay"]), arrays["name"]
    for k in range(len(names)):
        for d, delay in enumerate(delays):
            own = (arrays["delay"] == delay) & (arrays["spectrum"] == k)
            x = d + 0.1 * (k - (len(names) - 1) / 2)
            before, after = float(arrays["floor"][own][0]), float(arrays["best"][own][0])
            axes.plot([x, x], [before, after], color=ink(k).colour, linewidth=0.9)
            axes.plot(x, before, ink(k).marker, color=ink(k).colour, markerfacecolor="white")
            axes.plot(x, after, ink(k).marker, color=ink(k).colour)
    for d, delay in enumerate(delays):
        lowest = max(0.0, 1 - arrays["n"].max() / (delay + 1))
        axes.plot([d - 0.4, d + 0.4], [lowest, lowest], color="black", linewidth=2.2)
    axes.set_xticks(range(len(delays)), [f"{int(delay)}" for delay in delays])
    panel(axes, "b", "open: fixed, filled: learned, bar: bound", "delay K", "$1 − M_K$")


def _memory(axes: Axes, arrays: Arrays, k: int) -> None:
    delay = int(arrays["drawn"][0])
    for place, label in enumerate(("fixed", "learned")):
        axes.plot(arrays["shape"][k][place], color=ink(place).colour, linestyle=ink(place).line, label=label)
    axes.axvline(delay, color="0.45", linestyle=":", linewidth=0.9)
    axes.legend(loc="upper right", title=f"trained at τ = {delay}", title_fontsize=7.5)
    panel(axes, "c", f"{arrays['name'][k]}: the shape moves", "lag τ", "memory $M_τ$")


def _poles(axes: Axes, arrays: Arrays, k: int) -> None:
    circle = np.exp(1j * np.linspace(0, 2 * np.pi, 300))
    axes.plot(circle.real, circle.imag, color="0.6", linewidth=0.8)
    for place, label in enumerate(("fixed", "learned")):
        p = arrays[f"poles_{k}"][place]
        axes.plot(p.real, p.imag, ink(place).marker, color=ink(place).colour, markerfacecolor="white", label=label)
    axes.set_aspect("equal")
    axes.legend(loc="center")
    own = (arrays["delay"] == arrays["drawn"][0]) & (arrays["spectrum"] == k)
    panel(axes, "d", f"way of the poles: {float(arrays['length'][own][0]):.0f}", "Re λ", "Im λ")


EXACT_RECALL = Figure(
    name="learning.exact_recall",
    title="Learned poles against fixed ones on delayed recall: the exact loss, no data",
    alt="Four panels. The loss of seven spectra falls from their floor by different amounts and stays above the bound 1"
    " minus N over K plus 1; real poles hardly move. Before and after for each delay: short delays are learned"
    " almost wholly, long ones only in part. The memory function of LegS-D before and after, with more at the trained"
    " delay after. Its poles before and after on the unit disc.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
