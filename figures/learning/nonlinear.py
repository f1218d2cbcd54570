"""Non-linear read-outs and input weights: what a lag can contribute, how recall grows, what training B does and keeps.

Criteria, written before the run: autograd equals the sum over lags to 64 u times the largest |δ|, and no contribution
exceeds its bound (exactly white input: a flat-spectrum period); every recorded k_K of every case and seed within 5/√T
of the scalar equation, and after one step within 5 η/√T of η f'(0) M_K; one step of gradient descent changes w² − b²
as the law says, to 64 u, while Adam's change of it exceeds the largest of gradient descent tenfold; the least squares
of several b, and the losses of all runs, nowhere below the common optimum by more than 64 N κ u ‖k*‖²; training b alone
after w is solved moves the loss by no more than that.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

import numerics.learning.input_weights as weights
import numerics.learning.nonlinear as exact
import theory.learning.input_weights as balance_claim
import theory.learning.nonlinear as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import line, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.learning import input_weights as modes
from models.learning import tanh_recall
from models.learning.driving import adam, impulse_response
from models.learning.nonlinear import tanh_gradient
from numerics.learning import projection

#: Share x of the ring and delay K: two of the cases have the same M_K = (1 − x) x^⌊K/16⌋ at different x and K.
CASES = ((0.05, 8), (0.5, 8), (0.5, 24), (0.75, 8), (0.5, 40))
#: Read-out and input weights at time 0 of the three modes, one path each.
STARTS = (((0.3, -0.6, 0.1), (1.0, 0.4, 0.5)), ((0.9, 0.2, -0.4), (0.3, 0.8, 0.2)))
KEPT, STEPPED = "Abs(u[k])**2 - Abs(v[k])**2", "Abs(x[k])**2 - Abs(z[k])**2"
HORIZON, SHOWN = 1900, 112


def parameters(scale: Scale) -> dict[str, Any]:
    """Samples T and seeds of the recall runs, steps and rate; period of the flat-spectrum input; steps of the modes."""
    return {
        "samples": scale.choose(1024, 4096, 8192),
        "seeds": list(range(scale.choose(1, 2, 20))),
        "steps": scale.choose(120, 300, 2000),
        "rate": scale.choose(0.1, 0.1, 0.02),
        "period": scale.choose(2048, 8192, 65536),
        "mode_steps": scale.choose(160, 1200, 20_000),
        "seed": 7,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All four panels."""
    return _lags(given) | _recall(given) | _balance(given) | _losses(given)


def _lags(given: Mapping[str, Any]) -> Arrays:
    """A torch tanh read-out on three delays at once: shares of the lags in its gradient, and their bounds."""
    rng, layer, T = np.random.default_rng(given["seed"]), tanh_recall.whitened_ring(16, 0.5), given["period"]
    u = np.fft.irfft(np.concatenate([[1], np.exp(2j * np.pi * rng.random(T // 2 - 1)), [1]]), T) * np.sqrt(T)
    target = sum(share * np.roll(u, delay) for share, delay in ((0.7, 3), (0.6, 22), (0.5, 44))) + 0.2 * u**2
    found = tanh_gradient(layer, np.concatenate([u, u]), target, 0.05 * rng.standard_normal(16))
    alpha = impulse_response(layer, HORIZON)
    r = exact.lag_correlations(found.delta, np.concatenate([u[T - HORIZON + 1 :], u]), HORIZON)
    M, q = np.sum(alpha**2, axis=0), float(np.mean(found.delta**2))
    parts = alpha * r
    tails = np.cumsum(parts[:, ::-1], axis=1)[:, ::-1]
    rest = np.append(np.cumsum(M[::-1])[::-1], 0.0)
    letters = {"q": q, "N": 16, "infinity": 0, "alpha": np.zeros((1, 1)), "r": np.zeros(1), "D": np.zeros(1)}
    lags = [letters | {"M": M[lag : lag + 1], "tau": 0} for lag in range(SHOWN)]
    # a tail's ΣM enters as one number, the memory of its first lag
    tail = [letters | {"M": rest[lag : lag + 1], "tau_0": 0} for lag in range(SHOWN)]
    return {
        "part": np.linalg.norm(parts, axis=0)[:SHOWN],
        "part_bound": np.sqrt(_bound(lags, 0)),
        "tail": np.linalg.norm(tails, axis=0)[:SHOWN],
        "tail_bound": np.sqrt(np.minimum(_bound(tail, 1), _bound(tail, 2))),
        "gradient_gap": np.array([np.abs(found.gradient - parts.sum(axis=1)).max() / np.abs(found.delta).max() / UNIT]),
    }


def _bound(points: list[dict[str, Any]], place: int) -> NDArray[np.float64]:
    """The right side of the statement's inequality at a place; its left side is given nothing."""
    blank = {"N": 0, "n": 0}
    return line(claim.NONLINEAR_GRADIENT, "", (point | blank for point in points), "<=", place)


def _recall(given: Mapping[str, Any]) -> Arrays:
    """k_K by gradient descent and by Adam, and the scalar equation of the statement."""
    start = tanh_recall.Config(samples=given["samples"], steps=given["steps"], rate=given["rate"], records=20)
    start = replace(start, adam_rate=given["rate"] / 10)
    runs = [
        [tanh_recall.measure(replace(start, share=x, delay=K, seed=seed)) for seed in given["seeds"]] for x, K in CASES
    ]
    steps, memory = runs[0][0].recorded, np.array([case[0].memory for case in runs])
    first = [{"eta": start.rate, "f_1": 1.0, "M": np.array([M]), "K": 0, "k_1": 0.0} for M in memory]
    return {
        "recorded": steps,
        "memory": memory,
        "kernel": np.array([[run.kernel for run in case] for case in runs]),
        "adam": np.array([[run.adam for run in case] for case in runs]),
        "equation": np.array([_equation(float(M), np.asarray(steps * start.rate, np.float64)) for M in memory]),
        "first_step": line(claim.GAUSSIAN_NONLINEAR, "k_1", first),
        "time_step": np.array([start.rate]),
        "unit": np.array([1 / np.sqrt(start.samples)]),
    }


def _equation(M: float, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """k_K(t) with the velocity taken from the statement."""

    def velocity(_: float, k: NDArray[np.float64]) -> NDArray[np.float64]:
        moments = np.array([0.0, *exact.gaussian_moments(exact.tanh(), float(k[0]) ** 2 / M)])
        point = {"o": moments, "kappa": float(k[0]), "M": np.array([M]), "K": 0, "kdot": 0.0}
        return line(claim.GAUSSIAN_NONLINEAR, "kdot", [point])

    return np.asarray(solve_ivp(velocity, (0, times[-1]), [0.0], "RK45", times, rtol=1e-6, atol=1e-8).y[0])


def _balance(given: Mapping[str, Any]) -> Arrays:
    """Paths of (w, b) under gradient descent and Adam; the law of one step along the former."""
    found: Arrays = {}
    worst, drift, adam_drift = 0.0, 0.0, []
    for k, (w, b) in enumerate(STARTS):
        config = modes.Config(w=w, b=b, steps=given["mode_steps"], rate=0.01)
        run = modes.measure(config)
        other = modes.measure(replace(config, optimiser=adam, steps=min(400, config.steps)))
        chosen = np.unique(np.linspace(0, config.steps - 1, 40).astype(int))
        points = [
            {"w": run.w[t], "b": run.b[t], "F": run.slope[t], "x": run.w[t + 1], "z": run.b[t + 1], "eta": 0.01, "k": m}
            for t in chosen
            for m in range(3)
        ]
        worst = max(worst, violation_of(balance_claim.INPUT_OUTPUT_BALANCE, STEPPED, points) / UNIT)
        held = [{"w": run.w[0], "b": run.b[0], "u": run.w[0], "v": run.b[0], "k": m} for m in range(3)]
        kept = line(balance_claim.INPUT_OUTPUT_BALANCE, KEPT, held)
        drift = max(drift, float(np.abs(weights.balance(run.w, run.b) - kept).max()))
        adam_drift.append(np.abs(weights.balance(other.w, other.b) - kept).max())
        found |= {f"kept_{k}": kept, f"w_{k}": run.w[chosen], f"b_{k}": run.b[chosen]}
        found |= {f"adam_w_{k}": other.w[::8], f"adam_b_{k}": other.b[::8]}
    return found | {"law": np.array([worst]), "drift": np.array([drift]), "adam_drift": np.array(adam_drift)}


def _losses(given: Mapping[str, Any]) -> Arrays:
    """Losses with w trained, with w and b, and with b after w is solved; the optimum of the statement."""
    config = modes.Config(steps=given["mode_steps"], rate=0.01)
    poles, teacher = np.array(config.poles), np.array(config.teacher)
    letters = {"k^*": teacher, "P": projection(poles, len(teacher)), "infinity": len(teacher) - 1, "R": 0.0}
    best = line(balance_claim.INPUT_MATRIX_NEUTRAL, "R", [letters])[0]
    solved = [weights.solve_readout(np.diag(poles), np.array(b), teacher) for b in (config.b, STARTS[1][1], (1, -2, 3))]
    after = replace(config, w=tuple(solved[0].w.real), trainable_w=False)
    runs = (modes.measure(replace(config, trainable_b=False)), modes.measure(config), modes.measure(after))
    chosen = np.unique(np.geomspace(1, config.steps, 24).astype(int))
    size = 64 * len(poles) * max(s.condition for s in solved) * UNIT * float(teacher @ teacher)
    return {
        "loss_step": chosen,
        "loss": np.array([run.loss[chosen] for run in runs]),
        "best": np.array([best / 2]),
        "optima": np.array([solution.residual for solution in solved]) / 2,
        "progress": np.array([abs(runs[2].loss[-1] - runs[2].loss[0])]),
        "rounding": np.array([size]),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Identity, bounds, equation, first step, law, optimum."""
    line_of, unit, eta = arrays["equation"][:, None], float(arrays["unit"][0]), float(arrays["time_step"][0])
    over = max(float(np.max(arrays[name] / arrays[f"{name}_bound"])) for name in ("part", "tail"))
    off = float(np.max(np.abs(arrays["kernel"] - line_of))) / unit
    adam = float(np.max(np.abs(arrays["adam"] - line_of))) / unit
    first = float(np.max(np.abs(arrays["kernel"][:, :, 1] - arrays["first_step"][:, None]))) / (eta * unit)
    below = float(np.max(arrays["best"] - np.append(arrays["loss"], arrays["optima"])))
    apart = max(below, float(np.max(np.abs(arrays["optima"] - arrays["best"]))))
    rounding, left = float(arrays["rounding"][0]), float(arrays["drift"][0] / arrays["adam_drift"].max())
    say, kept, neutral = (
        claim.GAUSSIAN_NONLINEAR,
        balance_claim.INPUT_OUTPUT_BALANCE,
        balance_claim.INPUT_MATRIX_NEUTRAL,
    )
    runs = arrays["kernel"].size
    return (
        Gap(claim.NONLINEAR_GRADIENT, "autograd − Σ α_τ r_τ, in u max|δ|", float(arrays["gradient_gap"][0]), 64.0),
        Gap(claim.NONLINEAR_GRADIENT, "largest share of a lag or a tail over its bound", over, 1.0),
        Gap(say, f"torch k_K off the scalar equation, worst of {runs}, in 1/√T", off, 5.0),
        Gap(say, "torch k_K after one step off η f'(0) M_K, worst case, in η/√T", first, 5.0),
        Gap(say, "5/√T over the largest distance of Adam from the equation", 5.0 / adam, 1.0),
        Gap(kept, "w² − b² after one step of torch SGD off the law, worst, in u", float(arrays["law"][0]), 64.0),
        Gap(kept, "ten times the drift of w² − b² under SGD over that under Adam", 10 * left, 1.0),
        Gap(neutral, "losses below, or optima of three b off, the common optimum; 64 N κ u ‖k*‖²", apart, rounding),
        Gap(neutral, "progress of b after w is solved; 64 N κ u ‖k*‖²", float(arrays["progress"][0]), rounding),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Four panels."""
    canvas.set_size_inches(11, 7.2)
    lags, recall, plane, losses = canvas.subplots(2, 2).ravel()
    _draw_lags(lags, arrays)
    _draw_recall(recall, arrays)
    _draw_plane(plane, arrays)
    _draw_losses(losses, arrays)


def _draw_lags(axes: Axes, arrays: Arrays) -> None:
    lag = np.arange(SHOWN)
    for k, (name, label, bound) in enumerate(
        (("part", "lag τ alone", r"$\sqrt{M_τ⟨δ^2⟩}$"), ("tail", "lags ≥ τ together", "bound of the tail"))
    ):
        theorem(axes, lag, arrays[f"{name}_bound"], ink(k), label=bound, drawstyle="default" if k else "steps-mid")
        measurement(axes, lag, arrays[name], ink(k), label=f"torch, {label}")
    logarithmic(axes, x=False)
    axes.set_ylim(1e-6, 4)
    axes.legend(loc="lower left", ncols=2)
    panel(axes, "a", "share of each lag in ∂L/∂w: teacher of lags 3, 22, 44", "lag τ", "length of the share")


def _draw_recall(axes: Axes, arrays: Arrays) -> None:
    t, colours = arrays["recorded"] * arrays["time_step"][0], colormaps["cividis"]
    band = 5 * arrays["unit"][0]
    for k, (x, K) in enumerate(CASES):
        look = ink(k)._replace(colour=to_hex(colours(0.9 * float(arrays["memory"][k]))), line="-")
        curve, found = arrays["equation"][k], arrays["kernel"][k]
        axes.fill_between(t, curve - band, curve + band, color=look.colour, alpha=0.18, linewidth=0)
        theorem(axes, t, curve, look)
        # several seeds: mean and standard deviation
        measurement(
            axes, t, found.mean(axis=0), look, found.std(axis=0), f"M = {arrays['memory'][k]:.3g} (x {x}, K {K})"
        )
    axes.plot(t, arrays["adam"][1].mean(axis=0), "x", color="0.35", markersize=4, label="Adam, M = 0.5, by steps")
    axes.legend(loc="upper right", fontsize=6.8, ncols=2, bbox_to_anchor=(1, 0.76))
    panel(
        axes, "b", "tanh read-out learns delay K: line = scalar equation, band 5/√T", "time t = η × steps", "$k_K(t)$"
    )


def _draw_plane(axes: Axes, arrays: Arrays) -> None:
    grid = np.linspace(-1.6, 1.6, 161)
    for k in range(len(STARTS)):
        for mode in range(3):
            kept, look = float(arrays[f"kept_{k}"][mode]), ink(mode)
            w, b = arrays[f"w_{k}"][:, mode], arrays[f"b_{k}"][:, mode]
            other = np.sqrt(np.maximum(grid**2 + abs(kept), 0))
            along = (np.sign(w[0]) * other, grid) if kept > 0 else (grid, np.sign(b[0]) * other)
            theorem(axes, along[0], along[1], look, linewidth=0.9)
            measurement(axes, w[::3], b[::3], look, label=f"SGD, mode {mode + 1}" if k == 0 else None)
            axes.plot(arrays[f"adam_w_{k}"][:, mode], arrays[f"adam_b_{k}"][:, mode], "x", color="0.45", markersize=3)
    axes.plot([], [], "x", color="0.45", markersize=3, label="Adam")
    axes.set(xlim=(-1.5, 1.6), ylim=(-1.1, 1.6))
    axes.legend(loc="lower right")
    panel(axes, "c", "the flow keeps w² − b² (lines); Adam does not", "read-out weight w", "input weight b")


def _draw_losses(axes: Axes, arrays: Arrays) -> None:
    step, best = arrays["loss_step"], float(arrays["best"][0])
    axes.axhline(best, color="black", linewidth=1.1, label="optimum, whatever b")
    for k, label in enumerate(("w trained", "w and b trained", "b trained after w is solved")):
        measurement(axes, step, arrays["loss"][k], ink(k), label=f"torch, {label}")
    logarithmic(axes, y=False)
    axes.set_ylim(bottom=0.8 * best)
    axes.legend(loc="upper right")
    panel(axes, "d", "training b changes the speed, not the optimum", "steps of SGD", "loss L")


NONLINEAR = Figure(
    name="learning.nonlinear",
    title="Non-linear read-outs and input weights",
    alt="Four panels. The share of every lag in the gradient lies under a staircase bound, closest at the three lags"
    " that the teacher uses. The recall of a tanh read-out rises along the solution of a scalar equation, one curve per"
    " memory, two cases of equal memory on one curve; Adam rises differently. In the plane of read-out and input"
    " weight, gradient descent moves along hyperbolas and Adam crosses them. Losses with and without trained input"
    " weights fall to the same line, and training input weights after the read-out is solved stays on it.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
