"""What recall and copying reach without selection: linear networks, order-blind ones, one convolution.

The criteria stand in `models.selection.blind`: the affine risk from above within 5 % (1e-3 of zero), the order-blind
cross-entropy from above within 0.02 nats at exactly the accuracy, and taps that are one spike within 1e-3.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.selection.blind as exact
import theory.selection.blind as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.statements import line, violation_of
from figures.style import ink, measurement, panel, theorem
from models.selection.blind import blind_recall, learned_copy, linear_risk

#: Pairs up to which the lines are drawn.
MOST = 10


def parameters(scale: Scale) -> dict[str, Any]:
    """Values V of the lines, and pairs and values of trained recalls (K = n keys); length and symbols of the copy."""
    return {
        "values": [2, 4, 16],
        "trained": scale.choose(
            [[1, 2], [2, 2]],
            [[1, 2], [2, 2], [3, 2], [1, 4], [2, 4], [3, 4], [1, 16], [2, 16]],
            [[n, V] for n in (1, 2, 3) for V in (2, 4, 8, 16)],
        ),
        "steps": scale.choose(40, 80, 400),
        "length": scale.choose(4, 12, 40),
        "symbols": 4,
        "seed": 3,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Trained recalls, linear and order-blind, and learned taps beside those for two lengths."""
    sizes, steps, seed = given["trained"], given["steps"], given["seed"]
    risks = [linear_risk(n, n, V, seed, steps=steps) for n, V in sizes]
    blind = [blind_recall(n, n, V, seed, steps=steps) for n, V in sizes]
    copied = learned_copy(given["length"], given["symbols"], seed)
    L = given["length"]
    both, error = exact.copying_taps([L, L + 2], 2 * L)
    lines = [(n, V) for V in given["values"] for n in range(1, MOST + 1)]
    return {
        "sizes": np.array(sizes),
        "risk": np.array(risks),
        "accuracy": np.array([one.accuracy for one in blind]),
        "entropy": np.array([one.entropy for one in blind]),
        "lines": np.array(lines),
        "limited": np.array([[float(N) for N in _padded(n, V)] for n, V in lines]),
        "taps": copied.taps,
        "copied": np.array([copied.accuracy]),
        "both": both,
        "both_error": np.array([error]),
    }


def _padded(n: int, V: int) -> list[int]:
    return exact.limited_sequences(n, V) + [0] * (MOST - n)


def _blind_points(arrays: Arrays) -> list[dict[str, Any]]:
    rows = zip(arrays["sizes"].tolist(), arrays["accuracy"], arrays["entropy"], strict=True)
    return [{"n": n, "V": V, "N": np.array(_padded(n, V), dtype=object), "A": A, "H": H} for (n, V), A, H in rows]


def _copy_points(arrays: Arrays) -> list[dict[str, Any]]:
    L = len(arrays["taps"]) // 2
    return [{"L": L, "k": k, "h": arrays["taps"]} for k in range(1, 2 * L)]


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Each trained network against its value, in its criterion."""
    worst, below = 0.0, 0.0
    for (n, V), R in zip(arrays["sizes"].tolist(), arrays["risk"], strict=True):
        off = violation_of(claim.LINEAR_RECALL_RISK, "R", [{"n": n, "V": V, "R": R}])
        least = float(exact.linear_recall_risk(n, V))
        worst, below = max(worst, off / (0.05 * least or 1e-3)), max(below, least - R)
    points, best = _blind_points(arrays), claim.ORDER_BLIND_ACCURACY
    return (
        Gap(claim.LINEAR_RECALL_RISK, "trained risk off the value, in 5 % of it (1e-3 at zero)", worst, 1.0),
        Gap(claim.LINEAR_RECALL_RISK, "trained risk below the value", below, 1e-9),
        Gap(best, "accuracy of trained order-blind networks off the value", violation_of(best, "A", points), 1e-9),
        Gap(best, "their cross-entropy off the value, nats", violation_of(best, "H", points), 0.02),
        Gap(
            claim.COPY_FIXED_LENGTH_LINEAR,
            f"learned taps off one spike; {float(arrays['copied'][0]):.0%} of unseen symbols copied",
            violation_of(claim.COPY_FIXED_LENGTH_LINEAR, "h[k]", _copy_points(arrays)),
            1e-3,
        ),
        Gap(claim.COPY_FIXED_LENGTH_LINEAR, "symbols not copied", 1 - float(arrays["copied"][0]), 0.0),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Risk and accuracy against the number of pairs, and the taps."""
    canvas.set_size_inches(12, 4)
    risk, accuracy, taps = canvas.subplots(1, 3)
    _draw_levels(risk, arrays, "risk")
    panel(risk, "a", "linear networks", "stored pairs n", "mean squared error, one-hot answer")
    _draw_levels(accuracy, arrays, "accuracy")
    panel(accuracy, "b", "order-blind networks", "stored pairs n", "accuracy")
    _draw_taps(taps, arrays)


def _draw_levels(axes: Axes, arrays: Arrays, what: str) -> None:
    n, V = arrays["lines"].T
    for place, symbols in enumerate(np.unique(V)):
        own = symbols == V
        points = [
            {"n": int(k), "V": int(symbols), "R": 0, "A": 0, "N": N}
            for k, N in zip(n[own], arrays["limited"][own], strict=True)
        ]
        about, letter = (claim.LINEAR_RECALL_RISK, "R") if what == "risk" else (claim.ORDER_BLIND_ACCURACY, "A")
        theorem(axes, n[own], line(about, letter, points), ink(place), f"V = {symbols}")
        trained = arrays["sizes"][:, 1] == symbols
        if trained.any():
            measurement(axes, arrays["sizes"][trained, 0], arrays[what][trained], ink(place), label="trained")
    axes.set_ylim(0, 1.05)
    axes.set_xticks(range(1, MOST + 1))
    axes.legend(loc="lower right" if what == "risk" else "upper right", ncols=2)


def _draw_taps(axes: Axes, arrays: Arrays) -> None:
    L, lags = len(arrays["taps"]) // 2, np.arange(len(arrays["taps"]))
    spike = line(claim.COPY_FIXED_LENGTH_LINEAR, "h[k]", _copy_points(arrays))
    axes.vlines(lags[1:], 0, spike, color=ink(0).colour, linewidth=2.0, label="one spike at L")
    measurement(axes, lags[1:], arrays["taps"][1:], ink(0), label="learned, one length L")
    measurement(axes, lags[1:], arrays["both"][1:], ink(1), label="best for lengths L and L + 2")
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.set_ylim(-0.1, 1.35)
    axes.legend(loc="upper left")
    panel(axes, "c", f"one convolution that copies, L = {L}", "lag k", "tap $h_k$")


BLIND = Figure(
    name="selection.blind",
    title="Recall and copying without selection: exact levels, and networks that stop there",
    alt="Three panels. The mean squared error of linear networks rises with the number of pairs towards 1 - 1/V,"
    " trained networks lie on the curves. The accuracy of order-blind networks falls with the number of pairs, trained"
    " ones lie on it. The learned taps of a copying convolution are one spike at lag L; two lengths in one batch"
    " give two half ones.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
