"""The memory functions of five initialisations at two steps: which is longest depends on the level.

Criterion, written before the run: every marker within 5 standard errors of the line, the worst of all counts; M_0 equal
to its closed form to 64 N u.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, UNIT, standard_errors, with_floor
from figures.memory.systems import balanced_layer, spread
from figures.statements import lines_of, violation
from figures.style import ink, measurement, panel, theorem
from models.layers import S4D
from models.memory import measured_memory_function, parts
from numerics import spectra

NAMES = ("S4D-Inv", "S4D-Lin", "LegS, normal part", "random", "LegS, full")
STEPS = (1e-2, 1e-3)
LEVELS = (0.5, 0.1, 0.01, 0.001)


def parameters(scale: Scale) -> dict[str, Any]:
    """N states, T samples and markers per curve; a random spectrum too slow to be measured at T is drawn as a line."""
    return {
        "N": scale.choose(8, 64, 64),
        "samples": scale.choose(30_000, 200_000, 4_000_000),
        "markers": scale.choose(6, 14, 18),
        "steps": list(STEPS),
        "seed": 1,
    }


def halves(N: int, seed: int) -> tuple[NDArray[np.complex128], ...]:
    """Continuous poles of the five configurations, one of every conjugate pair, in the order of `NAMES`."""
    normal = spectra.legs_normal(N)
    return (
        spectra.s4d_inv(N),
        spectra.s4d_lin(N),
        normal[normal.imag > 0],
        spectra.random_imaginary(N, seed),
        spectra.legs_poles(N),
    )


def measure(given: Mapping[str, Any]) -> Arrays:
    """Exact lines, the lags at which they fall below the levels, and markers measured on torch layers."""
    grid = np.unique(np.geomspace(1, 3e5, 300).astype(int)) - 1
    curves, below, first, rows, labels = [], [], [], [], []
    for i, dt in enumerate(given["steps"]):
        for k, half in enumerate(halves(given["N"], given["seed"])):
            s = spectra.conjugate_closed(half)
            memory = exact.memory_function(spectra.zoh(s, dt), 300_001)
            curves.append(memory[grid])
            below.append([exact.first_lag_below(memory, level) or 0 for level in LEVELS])
            first.append(_first_lag_violation(s, dt, memory))
            found = _measured(half, k, dt, memory, given)
            rows += found
            labels += [(i, k)] * len(found)
    shape = (len(given["steps"]), len(NAMES), -1)
    lag, expected, measured, error = np.array(rows).T
    return {
        "step": np.array(given["steps"]),
        "spectrum": np.array(NAMES),
        "lag": grid,
        "memory": np.array(curves).reshape(shape),
        "level": np.array(LEVELS),
        "first_lag_below": np.array(below).reshape(shape),
        "first_lag_violation": np.array(first).reshape(shape),
        "marker_step_and_spectrum": np.array(labels),
        "marker_lag": lag,
        "marker_statement": expected,
        "marker_measured": measured,
        "marker_error": error,
        "states": np.array([given["N"]]),
    }


def _first_lag_violation(s: NDArray[np.complex128], dt: float, memory: NDArray[np.float64]) -> float:
    letters = {"M": memory[:1], "lamda": spectra.zoh(s, dt), "s": s, "Delta": dt, "N": len(s)}
    return violation(claim.FIRST_LAG, [letters])


def _measured(
    half: NDArray[np.complex128], k: int, dt: float, memory: NDArray[np.float64], given: Mapping[str, Any]
) -> list[tuple[float, float, float, float]]:
    poles = spectra.zoh(spectra.conjugate_closed(half), dt)
    forgotten = exact.first_lag_below(memory, 1e-6)
    if forgotten is None or 10 * forgotten > given["samples"]:
        return []
    # 64 real or random poles are dependent to rounding in a diagonal layer: the same poles with orthonormal states
    system: Callable = parts(S4D(half, dt, dtype=FLOAT64)) if k < 3 else balanced_layer(poles)
    lags = spread(exact.first_lag_below(memory, 3e-3) or 2, given["markers"])
    found = measured_memory_function(
        system, int(lags[-1]) + 1, given["samples"], given["seed"] + 10 * k, lags=lags, washout=forgotten
    )
    b = exact.allpass_coefficients(poles, int(lags[-1]) + 1)
    expected = lines_of(claim.TAIL_ENERGY, lags, b=b)
    return list(zip(lags.tolist(), expected, found.memory, with_floor(found.standard_error), strict=True))


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The markers against the statement, and the first lag against its closed form."""
    count, N = len(arrays["marker_lag"]), int(arrays["states"][0])
    worst = standard_errors(arrays["marker_measured"], arrays["marker_statement"], arrays["marker_error"])
    first = float(arrays["first_lag_violation"].max())
    return (
        Gap(claim.TAIL_ENERGY, f"worst of {count} markers, in standard errors", worst, 5.0),
        Gap(claim.FIRST_LAG, "worst |M₀ − closed form| of all curves, tolerance 64 N u", first, 64 * N * UNIT),
    )


def note(arrays: Arrays) -> str:
    """Which curve is longest at which level, and which curve has no markers."""
    drawn = {tuple(pair) for pair in arrays["marker_step_and_spectrum"].tolist()}
    bare = [
        f"{name} at Δ = {dt:g}"
        for i, dt in enumerate(arrays["step"])
        for k, name in enumerate(arrays["spectrum"])
        if (i, k) not in drawn
    ]
    unmeasured = f" Line only, too slow to be measured in so few samples: {', '.join(bare)}." if bare else ""
    return f"Stars: the longest memory at each level (dotted); it depends on the level.{unmeasured}"


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """One panel per step, both axes logarithmic."""
    canvas.set_size_inches(11, 4.6)
    for i, (axes, dt) in enumerate(zip(canvas.subplots(1, 2, sharey=True), arrays["step"], strict=True)):
        for k, name in enumerate(arrays["spectrum"]):
            theorem(axes, arrays["lag"] + 1, arrays["memory"][i, k], ink(k), label=name)
            own = np.all(arrays["marker_step_and_spectrum"] == (i, k), axis=1)
            if own.any():
                lag, error = arrays["marker_lag"][own] + 1, arrays["marker_error"][own]
                measurement(axes, lag, arrays["marker_measured"][own], ink(k), error)
        _levels(axes, arrays["level"], arrays["first_lag_below"][i], arrays["spectrum"])
        axes.set(xscale="log", yscale="log", ylim=(5e-4, 1.5), xlim=(0.8, 3e6))
        panel(axes, "ab"[i], f"step Δ = {dt:g}, N = {arrays['states'][0]}", "lag τ + 1", "memory $M_τ$")
    canvas.axes[0].legend(loc="lower left", title="line: theorem\nmarker: torch, ± 1 s.e.", title_fontsize=7.5)


def _levels(axes: Any, levels: NDArray, below: NDArray, names: NDArray) -> None:
    for level, lags in zip(levels, below.T, strict=True):
        axes.axhline(level, color="0.45", linewidth=0.8, linestyle=":")
        if lags.max() > 0:
            longest = int(np.argmax(lags))
            axes.plot(lags[longest] + 1, level, "*", color=ink(longest).colour, markersize=11, markeredgecolor="black")
            text = f"longest above {level:g}: {names[longest]}"
            box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            axes.text(2.8e6, level * 1.12, text, ha="right", va="bottom", fontsize=7, bbox=box)


PROFILES = Figure(
    name="memory.profiles",
    title="Memory of five initialisations: the theorem through measured markers",
    alt="Two log-log panels, memory against lag at steps 0.01 and 0.001. Five curves, one per initialisation, start"
    " between 0.06 and 1 and fall off; markers measured on torch layers lie on the curves. Dotted lines mark four"
    " levels, and a star on each marks the curve that reaches it last: not the same curve at every level.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
