"""Softmax pooling by ReLU alone: the exponential, the reciprocal, the stack that selects, and what it costs.

Criteria: no measured error above its bound and what doubles lose, 16 (m + 4) K u, 128 (m + 4) 2^s u/q and the
rounding of the plan; hidden layers as counted on the weights equal to the formula. The written network without halving
(B = 8, degree 5, m = 8) must exceed the bound that holds with it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import models.rates.relu_softmax as written
import numerics.rates.relu_plan as sizes
import numerics.rates.relu_softmax as exact
import theory.rates.relu_softmax as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import worst
from figures.statements import line
from figures.style import Ink, ink, logarithmic, measurement, panel, theorem
from models.constructed.relu_pooling import ReluPooling, relu_pooling

BLANK = {"E_n": 0.0, "E_pairs": 0.0, "beta": 0.0, "E": 0.0, "E_star": 0.0, "H": 0}


def parameters(scale: Scale) -> dict[str, Any]:
    """Ranges B, teeth; denominators and teeth; contexts, sharpness, margin, accuracies, seed."""
    return {
        "ranges": [1, 8, 32],
        "teeth": scale.choose([2, 6], [2, 4, 6, 8, 10, 12, 14, 16, 18], list(range(1, 20))),
        "points": scale.choose(501, 4001, 20001),
        "denominators": [[2, 20], [16, 8], [16, 20], [256, 20]],
        "steps": scale.choose(4, 11, 12),
        "tokens": 32,
        "chi": 32.0,
        "margin": 0.5,
        "batch": scale.choose(10, 60, 400),
        "powers": scale.choose([1, 3], [1, 2, 3, 4, 5, 6, 7], [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7]),
        "seed": 5,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All four panels."""
    return _exponential(given) | _reciprocal(given) | _selection(given)


def pairs(m: int, k: int) -> int:
    """The fewest pairs of terms whose Taylor part is below that of the products."""
    n = 1
    while sizes.exponential_bound(n, m, k) > 2 * 2**k * np.e * 4.0 ** (-m - 1):
        n += 1
    return n


def _exponential(given: Mapping[str, Any]) -> Arrays:
    depth, error, bound, lost = (np.zeros((len(given["ranges"]), len(given["teeth"]))) for _ in range(4))
    for row, B in enumerate(given["ranges"]):
        k = exact.halvings(B)
        for place, m in enumerate(given["teeth"]):
            n = pairs(m, k)
            depth[row, place] = exact.exponential(2 * n - 1, m, k).depth
            error[row, place] = written.exponential_error(2 * n - 1, m, k, given["points"])
            bound[row, place] = line(claim.RELU_EXP, "beta", [BLANK | {"n": n, "m": m, "k": k}])[0]
            lost[row, place] = sizes.exponential_rounding(m, k)
    x = -np.linspace(0, 8, given["points"])
    unhalved = np.abs(exact.exponential(5, 8, 0)(x[:, None])[:, 0] - np.exp(x)).max()
    halved = line(claim.RELU_EXP, "E_n", [BLANK | {"n": 5, "m": 8, "k": 3}], "<=")[0]
    return {
        "ranges": np.array(given["ranges"]),
        "exp_depth": depth,
        "exp_error": error,
        "exp_bound": bound,
        "exp_lost": lost,
        "unhalved": np.array([exact.exponential(5, 8, 0).depth, unhalved, halved]),
    }


def _reciprocal(given: Mapping[str, Any]) -> Arrays:
    rows, steps = given["denominators"], np.arange(given["steps"])
    error, bound, lost = (np.full((len(rows), len(steps)), np.nan) for _ in range(3))
    for row, (inverse, m) in enumerate(rows):
        q = 1 / inverse
        z = np.linspace(q, 1, given["points"])
        for s in steps.tolist():
            if sizes.reciprocal_bound(q, s, m) is not None:
                y = exact.reciprocal(q, s, m)(z[:, None])[:, 0]
                error[row, s] = np.abs(1 - z * y).max()
                bound[row, s] = line(claim.RELU_RECIPROCAL, "beta", [BLANK | {"q": q, "s": s, "m": m}])[0]
                lost[row, s] = sizes.reciprocal_rounding(q, s, m)
    known = ~np.isnan(error)
    return {
        "denominators": np.array(rows),
        "steps": steps,
        "known": known,
        "newton_error": np.where(known, error, 0),
        "newton_bound": np.where(known, bound, 0),
        "newton_lost": np.where(known, lost, 0),
    }


@lru_cache(maxsize=32)
def _made(accuracy: float, tokens: int, chi: float) -> ReluPooling:
    return relu_pooling(accuracy, tokens, chi, 1.0)


def _selection(given: Mapping[str, Any]) -> Arrays:
    rows = []
    for accuracy in (10.0**-power for power in given["powers"]):
        made = _made(accuracy, given["tokens"], given["chi"])
        tokens = written.contexts(made, given["batch"], given["margin"], given["seed"])
        said = made.answers(tokens)[:, -1]
        average, best = (
            float((said - other(made, tokens)[:, -1]).abs().max())
            for other in (written.softmax_average, written.winners)
        )
        n, m, k, s, q, *_ = made.sizes
        letters = BLANK | {"n": n, "m": m, "k": k, "s": s, "q": q, "V": 1.0, "D": 2.0, "L": given["tokens"]}
        letters |= {"beta_exp": sizes.exponential_bound(n, m, k), "eta": sizes.reciprocal_bound(q, s, m)}
        bound = line(claim.RELU_SOFTMAX, "beta", [letters])[0]
        letters |= {"beta": bound, "chi": given["chi"], "delta": given["margin"]}
        with_tail = line(claim.RELU_SOFTMAX, "E_star", [letters], "<=")[0]
        layers = line(claim.RELU_SOFTMAX, "H", [letters])[0]
        cost = made.resources
        rows.append((accuracy, average, best, bound, with_tail, made.sizes.rounding, made.depth, layers, cost.nonzero))
    names = ("accuracy", "average", "winner", "bound", "with_tail", "lost", "depth", "layers", "nonzero")
    return dict(zip(names, np.array(rows, dtype=float).T, strict=True)) | {"tokens": np.array([given["tokens"]])}


def over(error: NDArray, bound: NDArray, lost: NDArray) -> float:
    """The largest error in units of its bound and what doubles may lose."""
    return float(np.max(error / (bound + lost)))


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Each error against its bound; the counter-case; the layers."""
    known, (_, unhalved, halved) = arrays["known"], arrays["unhalved"]
    newton = [arrays[f"newton_{part}"][known] for part in ("error", "bound", "lost")]
    return (
        Gap(
            claim.RELU_EXP,
            f"error of the exponential over its bound and 16 (m + 4) K u, B up to {arrays['ranges'].max()}",
            over(arrays["exp_error"], arrays["exp_bound"], arrays["exp_lost"]),
            1.0,
        ),
        Gap(
            claim.RELU_EXP,
            "without halving (B = 8, degree 5, m = 8) the error exceeds the bound with it: bound over error",
            float(halved / unhalved),
            0.5,
        ),
        Gap(claim.RELU_RECIPROCAL, "|1 − z y| over its bound and 128 (m + 4) 2^s u/q", over(*newton), 1.0),
        Gap(
            claim.RELU_SOFTMAX,
            "distance from the softmax average over its bound and what doubles lose",
            over(arrays["average"], arrays["bound"], arrays["lost"]),
            1.0,
        ),
        Gap(
            claim.RELU_SOFTMAX,
            "distance from the winner's value over bound, tail and what doubles lose",
            over(arrays["winner"], arrays["with_tail"], arrays["lost"]),
            1.0,
        ),
        Gap(
            claim.RELU_SOFTMAX, "hidden layers counted, off the formula", worst(arrays["depth"], arrays["layers"]), 0.0
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Exponential, reciprocal, selection, size."""
    canvas.set_size_inches(13, 4.0)
    exponential, reciprocal, selection, cost = canvas.subplots(1, 4)
    _draw_exponential(exponential, arrays)
    _draw_reciprocal(reciprocal, arrays)
    _draw_selection(selection, arrays)
    _draw_cost(cost, arrays)


def _draw_exponential(axes: Axes, arrays: Arrays) -> None:
    for row, B in enumerate(arrays["ranges"]):
        theorem(axes, arrays["exp_depth"][row], arrays["exp_bound"][row], ink(row), f"B = {B}")
        measurement(axes, arrays["exp_depth"][row], arrays["exp_error"][row], ink(row))
    depth, error, _ = arrays["unhalved"]
    measurement(axes, [depth], [error], Ink("black", "-", "X"), label="B = 8, not halved")
    logarithmic(axes, x=False)
    axes.legend(loc="upper right", title="line: bound, marker: network", title_fontsize=7.5)
    panel(axes, "a", "ReLU exponential on [−B, 0]", "hidden layers", "largest error")


def _draw_reciprocal(axes: Axes, arrays: Arrays) -> None:
    for row, (inverse, m) in enumerate(arrays["denominators"]):
        known = arrays["known"][row]
        at = arrays["steps"][known]
        theorem(axes, at, arrays["newton_bound"][row][known], ink(row), f"q = 1/{inverse}, m = {m}")
        measurement(axes, at, arrays["newton_error"][row][known], ink(row))
    logarithmic(axes, x=False)
    axes.set_ylim(1e-18, 10)
    axes.legend(loc="lower left", title="line: bound, marker: network", title_fontsize=7.5)
    panel(axes, "b", "Newton for 1/z, z in [q, 1]", "steps s", "largest |1 − z y|")


def _draw_selection(axes: Axes, arrays: Arrays) -> None:
    theorem(axes, arrays["accuracy"], arrays["bound"], ink(0), "bound β")
    theorem(axes, arrays["accuracy"], arrays["with_tail"], ink(1), "β + tail of the softmax")
    measurement(axes, arrays["accuracy"], arrays["winner"], ink(1), label="off the winner's value")
    # the circles last: where both errors are one, the corners of the squares still show
    measurement(axes, arrays["accuracy"], arrays["average"], ink(0), label="off softmax average")
    logarithmic(axes)
    axes.legend(loc="upper left")
    panel(
        axes, "c", f"selecting among {arrays['tokens'][0]}, χδ = 16", "accuracy asked for", "error of the value, V = 1"
    )


def _draw_cost(axes: Axes, arrays: Arrays) -> None:
    measurement(axes, arrays["accuracy"], arrays["nonzero"], ink(1), label="nonzero weights, ReLU")
    theorem(axes, arrays["accuracy"], arrays["layers"], ink(0), "layers: 2(n+s)(m+1) + km")
    measurement(axes, arrays["accuracy"], arrays["depth"], ink(0), label="hidden layers, counted")
    axes.axhline(3, color="black", linestyle="--", linewidth=1.0, label="weights with exponential\nand division: 3")
    logarithmic(axes)
    axes.set_ylim(1, 1000 * arrays["nonzero"].max())
    axes.legend(loc="upper right")
    panel(axes, "d", "what it costs, exact", "accuracy asked for", "weights, layers")


RELU_SOFTMAX = Figure(
    name="rates.relu_softmax",
    title="Softmax pooling by ReLU networks and two integrators",
    alt="Four panels. Error of the ReLU exponential against hidden layers for three ranges, networks at or below their"
    " bounds, which fall like a power of two of the depth; one cross far above, the network that does not halve the"
    " exponent. Newton's error against steps for three least denominators: flat at first where the denominator is"
    " small, then doubling digits down to the floor of the products. Error of the selected value against the accuracy"
    " asked for: below the bound, off the winner's value down to the tail of the softmax. Exact nonzero weights and"
    " hidden layers against accuracy: thousands and hundreds, against three weights with exponential and division.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=lambda arrays: (
        "Without halving (B = 8, degree 5, m = 8) the written network is off by"
        f" {arrays['unhalved'][1]:.2g}, with it by at most {arrays['unhalved'][2]:.2g}; with rests clipped to [0, 1]"
        " and squares x outside it: 0.37."
    ),
)
