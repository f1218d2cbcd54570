"""Training moves the shape of memory and keeps its sum.

The criteria are those of `models.memory.recall`, written there before the first run: equal ranks, sums equal to
1e-9 N, at least 0.05 N of memory moved, more memory at the trained delay, and torch within 5 standard errors.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import standard_errors, with_floor
from figures.style import ink, measurement, panel, theorem
from models.memory import Config, measure_recall, small


def parameters(scale: Scale) -> dict[str, Any]:
    """Seeds of the runs, and whether they are the short ones."""
    return {"seeds": list(range(scale.choose(2, 3, 20))), "short": scale.choose(True, False, False)}


def measure(given: Mapping[str, Any]) -> Arrays:
    """Curves and sums before and after, one row per seed."""
    start = small() if given["short"] else Config()
    runs = [measure_recall(replace(start, seed=seed)) for seed in given["seeds"]]
    names = ("before", "after", "measured_before", "standard_error_before", "measured", "standard_error")
    return {
        name: np.array([getattr(run, name) for run in runs]) for name in (*names, "capacity", "missing", "rank")
    } | {
        "poles": np.array([run.poles for run in runs]),
        "delay": np.array([start.delay]),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The sum is kept, the shape is not, and torch agrees."""
    N = float(arrays["rank"].min())
    kept = float(np.max(np.abs(np.diff(arrays["capacity"], axis=1))))
    moved = float(np.min(0.5 * np.abs(arrays["after"] - arrays["before"]).sum(axis=1)))
    delay = int(arrays["delay"][0])
    gained = float(np.min(arrays["after"][:, delay] - arrays["before"][:, delay]))
    ranks = float(np.ptp(arrays["rank"]))
    seeds = len(arrays["rank"])
    pairs = (("measured", "after", "standard_error"), ("measured_before", "before", "standard_error_before"))
    off = max(standard_errors(arrays[m], arrays[e], with_floor(arrays[s])) for m, e, s in pairs)
    say = claim.TRAINING_KEEPS_CAPACITY
    return (
        Gap(say, f"|Σ M after − Σ M before|, worst of {seeds} seeds, tolerance 1e-9 N", kept, 1e-9 * N),
        Gap(say, "number of distinct poles gained or lost", ranks, 0.0),
        Gap(say, f"0.05 N over the {moved:.2g} lags' worth of memory moved, least of all seeds", 0.05 * N / moved, 1.0),
        Gap(say, "loss of memory at the trained delay, worst of all seeds", -gained, 0.0),
        Gap(say, f"torch off its poles' memory, worst of {2 * arrays['before'].size} in standard errors", off, 5.0),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """One run's curves, all sums, one run's poles."""
    canvas.set_size_inches(12, 4.3)
    curves, sums, poles = canvas.subplots(1, 3, width_ratios=[1.6, 1, 1.1])
    _curves(curves, arrays)
    _sums(sums, arrays)
    _poles(poles, arrays)


def _curves(axes: Axes, arrays: Arrays) -> None:
    lag, delay = np.arange(arrays["before"].shape[1]), int(arrays["delay"][0])
    shown = slice(0, None, max(1, len(lag) // 40))
    for k, (name, label) in enumerate((("before", "before"), ("after", "after"))):
        measured, error = ("measured", "standard_error") if k else ("measured_before", "standard_error_before")
        for other in arrays[name][1:]:
            axes.plot(lag, other, color=ink(k).colour, linewidth=0.5, alpha=0.45)
        theorem(axes, lag, arrays[name][0], ink(k), label=f"{label} training")
        measurement(axes, lag[shown], arrays[measured][0][shown], ink(k), arrays[error][0][shown])
    axes.axvline(delay, color="0.45", linestyle=":", linewidth=0.9)
    axes.text(delay, 1.0, " trained delay", fontsize=7.5, va="top", transform=axes.get_xaxis_transform())
    axes.legend(
        loc="upper right", title="line: theorem, thin: other seeds\nmarker: torch, first seed", title_fontsize=7.5
    )
    panel(axes, "a", "the shape moves", "lag τ", "memory $M_τ$")


def _sums(axes: Axes, arrays: Arrays) -> None:
    seeds = np.arange(len(arrays["capacity"]))
    N = int(arrays["rank"].min())
    axes.axhline(N, color="black", label=f"N = {N}")
    for k, label in enumerate(("before", "after")):
        axes.plot(seeds + 0.2 * (k - 0.5), arrays["capacity"][:, k], ink(k).marker, color=ink(k).colour, label=label)
    axes.set_ylim(0, 1.35 * N)
    axes.set_xticks(seeds)
    axes.legend(loc="lower right")
    panel(axes, "b", "the sum does not", "seed", "capacity $ΣM_τ$")


def _poles(axes: Axes, arrays: Arrays) -> None:
    circle = np.exp(1j * np.linspace(0, 2 * np.pi, 200))
    axes.plot(circle.real, circle.imag, color="0.6", linewidth=0.8)
    for k, label in enumerate(("before", "after")):
        p = arrays["poles"][0, k]
        axes.plot(p.real, p.imag, ink(k).marker, color=ink(k).colour, markerfacecolor="white", label=label)
    axes.set_aspect("equal")
    axes.legend(loc="lower left")
    panel(axes, "c", "poles of the first seed", "Re λ", "Im λ")


TRAINING = Figure(
    name="memory.training",
    title="Training on delayed recall moves memory about, and keeps its sum",
    alt="Three panels. Memory against lag before training falls smoothly; after training more of it lies"
    " around the trained delay and less at short and very long lags; torch markers lie on both curves. The"
    " sums before and after are the same number, N, for every seed. Poles before and after training in the"
    " unit disk: most stay near the circle.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
