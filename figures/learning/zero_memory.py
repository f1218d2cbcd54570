"""Lags without memory cannot be learned, and those with little cannot move far.

Criteria, written before the run: a kernel trained by Adam is 0.0 outside the window of a convolution or a delay line,
and is not once the last pole is 1e-3; no movement of a lag along the flow exceeds its bound by more than 1e-9 of it,
and starts chosen along α_τ reach it to 1e-6; the first lag outside the window of a leaky line moves as the bound says
when the teacher is that delay, to 1e-8, and with the square of the leak, slope within 0.1.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.learning.readout as flow
import numerics.memory as exact
import theory.learning.readout as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import relative, slopes
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.learning import readout as trained
from models.learning.driving import adam, descend, impulse, sgd

WIDTH, HORIZON = 6, 16
LEAK = 1e-3
POLES = np.array([0.95, 0.7 + 0.4j, 0.7 - 0.4j, -0.5])
MODELS = ("convolution of width 6", "delay line of 6 states", f"last pole {LEAK:g} instead of 0")
BOUND = "Abs(k0[tau] - k[tau])"


def parameters(scale: Scale) -> dict[str, Any]:
    """Adam's steps and samples; seeds of the learned kernels; random starts; leaks."""
    return {
        "steps": scale.choose(60, 200, 1000),
        "samples": scale.choose(200, 500, 4000),
        "seeds": scale.choose(1, 3, 10),
        "starts": scale.choose(4, 20, 100),
        "lags": scale.choose([0, 5, 20, 60], [0, 2, 5, 10, 20, 40, 60, 90, 120], list(range(0, 121, 5))),
        "leaks": np.geomspace(1e-4, 0.3, scale.choose(4, 9, 15)).tolist(),
        "seed": 5,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All three panels."""
    return _learned(given) | _bound(given) | _leaks(given)


def _learned(given: Mapping[str, Any]) -> Arrays:
    """|k_τ| after Adam, three models; the teacher wants lags 2 and 6, the first one outside the window."""
    teacher = np.eye(HORIZON)[2] + np.eye(HORIZON)[WIDTH]
    kernels = []
    for seed in range(given["seeds"]):
        models = (
            trained.Window(WIDTH, seed),
            trained.FixedPoles(trained.leaky_line(WIDTH, 0.0)),
            trained.FixedPoles(trained.leaky_line(WIDTH, LEAK)),
        )
        run = (tuple(teacher), adam(0.05), given["steps"], HORIZON, given["samples"], seed)
        kernels.append([np.abs(trained.learned_kernel(model, *run)) for model in models])
    return {"lag": np.arange(HORIZON), "learned": np.array(kernels)}


def _bound(given: Mapping[str, Any]) -> Arrays:
    """|k_τ(1) − k_τ(0)| over (1 − 1/e)‖c − w(0)‖ by the integrated flow, random starts and starts along α_τ."""
    rng = np.random.default_rng(given["seed"])
    lags = np.array(given["lags"])
    horizon = int(lags[-1]) + 1
    teacher, alpha = alternating(), exact.orthonormal_states(POLES, horizon)
    c, M = flow.best_readout(POLES, teacher), exact.memory_function(POLES, horizon)
    letters = {"k": np.zeros(horizon), "k0": np.zeros(horizon), "M": M, "t": 1.0, "D": 1.0}
    bound = line(claim.ZERO_MEMORY, BOUND, [letters | {"tau": lag} for lag in lags], "<=")

    def moved(start: np.ndarray) -> np.ndarray:
        path = flow.kernel_flow_integrated(POLES, teacher, [0.0, 1.0], horizon, start)
        return np.abs(path[1] - path[0])[lags] / np.linalg.norm(c - start)

    normal = rng.standard_normal((given["starts"], 2, len(POLES)))
    some = np.array([moved(3 * (x + 1j * y)) for x, y in normal])
    tight = np.array([moved(c + alpha[:, lag] / np.linalg.norm(alpha[:, lag]))[i] for i, lag in enumerate(lags)])
    return {"bound": bound, "moved": some, "tight": tight, "root": np.sqrt(M[lags])}


def alternating() -> np.ndarray:
    """A teacher that no choice of read-out reaches: alternating signs on twelve lags."""
    return np.where(np.arange(12) % 2, -1.0, 1.0)


def _leaks(given: Mapping[str, Any]) -> Arrays:
    """Movement of lag 6 of a leaky line, whitened descent on the population loss of delay 6."""
    eta, steps, moved, bound = 0.5, 20, [], []
    for leak in given["leaks"]:
        model = trained.FixedPoles(trained.leaky_line(WIDTH, leak))
        u = impulse(64)
        path = descend(model, u, u.roll(WIDTH, 1), sgd(eta), steps)
        moved.append(float(model.kernel(WIDTH + 1)[0, WIDTH].real))
        poles = np.append(np.zeros(WIDTH - 1), leak)
        M = exact.memory_function(poles, WIDTH + 1)
        distance = float(np.linalg.norm(flow.best_readout(poles, np.eye(WIDTH + 1)[-1])))
        letters = {
            "M": M,
            "k": np.zeros(8),
            "k0": np.zeros(8),
            "D": distance,
            "tau": WIDTH,
            "t": -steps * np.log(1 - eta),
        }
        bound += line(claim.ZERO_MEMORY, BOUND, [letters], "<=").tolist()
        assert len(path) == steps + 1
    return {"leak": np.array(given["leaks"]), "leak_moved": np.array(moved), "leak_bound": np.array(bound)}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Outside the window, under the bound, along the leak."""
    outside = arrays["learned"][:, :, WIDTH:]
    over = float(np.max(arrays["moved"] / arrays["bound"] - 1))
    leaky = float(outside[:, 2, 0].min())
    leaks = arrays["leak"] < 0.05
    off = float(np.max(np.abs(slopes(arrays["leak"][leaks], arrays["leak_moved"][leaks]) - 2)))
    say = claim.ZERO_MEMORY
    return (
        Gap(say, "largest |k| outside the window, convolution and delay line", float(outside[:, :2].max()), 0.0),
        Gap(say, f"1e-9 over |k| at the first lag outside, pole {LEAK:g}", 1e-9 / max(leaky, 1e-300), 1.0),
        Gap(say, f"largest excess over the bound, {arrays['moved'].size} movements, relative", over, 1e-9),
        Gap(
            say,
            "starts along α: worst distance from the bound, relative",
            relative(arrays["tight"], arrays["bound"]),
            1e-6,
        ),
        Gap(say, "leaky line against the bound, relative", relative(arrays["leak_moved"], arrays["leak_bound"]), 1e-8),
        Gap(say, "slope of the movement in the leak, worst |slope − 2| below 0.05", off, 0.1),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Three panels."""
    canvas.set_size_inches(12.5, 4.3)
    learned, bound, leak = canvas.subplots(1, 3)
    _draw_learned(learned, arrays)
    _draw_bound(bound, arrays)
    _draw_leak(leak, arrays)


def _draw_learned(axes: Axes, arrays: Arrays) -> None:
    lag, mean = arrays["lag"], arrays["learned"].mean(axis=0)
    for k, (name, shift) in enumerate(zip(MODELS, (-0.15, 0.15, 0.0), strict=True)):
        axes.plot(lag + shift, mean[k], ink(k).marker, color=ink(k).colour, markerfacecolor="white", label=name)
    axes.axvspan(WIDTH - 0.5, HORIZON - 0.5, color="0.93", zorder=0)
    axes.text(HORIZON - 0.6, 0.3e-1, "outside the window", fontsize=7.5, ha="right")
    axes.set_yscale("symlog", linthresh=1e-36, linscale=0.4)
    axes.set(ylim=(-1e-37, 1e13), xlim=(-0.7, HORIZON - 0.5), yticks=[0, 1e-30, 1e-20, 1e-10, 1])
    axes.legend(loc="upper left")
    panel(axes, "a", "kernels that torch has learned", "lag τ", "$|k_τ|$, mean over seeds")


def _draw_bound(axes: Axes, arrays: Arrays) -> None:
    root = arrays["root"]
    theorem(axes, root, arrays["bound"], ink(2)._replace(line="-"), label="bound")
    for k, row in enumerate(arrays["moved"]):
        axes.plot(root, row, ".", color="0.55", markersize=3, label=None if k else "random starts")
    measurement(axes, root, arrays["tight"], ink(1), label="starts with $w(0)-c$ along $α_τ$")
    logarithmic(axes)
    axes.legend(loc="lower right")
    panel(axes, "b", "how far a lag moves until t = 1", "$\\sqrt{M_τ}$", "$|k_τ(1)-k_τ(0)|\\;/\\;\\|c-w(0)\\|$")


def _draw_leak(axes: Axes, arrays: Arrays) -> None:
    theorem(axes, arrays["leak"], arrays["leak_bound"], ink(2)._replace(line="-"), label="bound, met for this teacher")
    measurement(axes, arrays["leak"], arrays["leak_moved"], ink(0), label="torch, 20 steps")
    logarithmic(axes)
    axes.legend(loc="upper left")
    panel(axes, "c", "the first lag outside a leaky window", "last pole of the line", f"movement of lag {WIDTH}")


ZERO_MEMORY = Figure(
    name="learning.zero_memory",
    title="A lag without memory is never learned",
    alt="Three panels. Kernels learned by a convolution and a delay line of width 6 are exactly 0 from lag 6 on; with"
    " a last pole of 0.001 they are small and fall geometrically. Movements of lags along the flow lie under a bound"
    " proportional to the root of memory and reach it for chosen starts. The movement of the first lag outside grows"
    " with the square of the last pole.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
