"""One pole learns a delay: exponentially slow up from a short memory, quick down from a long one.

Criteria, written before the run: gradient descent, steps × step size, within Euler's first-order error of the exact time,
η (2 + ½|ln(v₁/v₀)|)(1 + η (8τ + 2)), v the speeds at the ends; exact times within their bounds to 1e-11, relative; the
slopes of the joint descent −1 and −1/2 within 0.1, read off between the two longest delays (a remark, no claim).
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.learning as exact
import theory.learning.single_pole as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.statements import line, sides, violation
from figures.style import ink, measurement, panel, theorem
from models.learning.single_pole import LogLogPole, RealPole, layer_loss, train_until
from theory.learning.joint_pole import JOINT_FLOW, JOINT_START

Real = NDArray[np.float64]
SHARE = 0.9
START = 0.6
LOSSES = (1, 2, 5, 20)
STARTS = (2, 3, 5)


def parameters(scale: Scale) -> dict[str, Any]:
    """Delays of the ways, trained ones among them; steps of gradient descent; sizes of the curves."""
    return {
        "delays": scale.choose([2, 5, 10, 40], [2, 3, 5, 8, 12, 20, 40, 80], [2, 3, 5, 8, 12, 20, 40, 80, 160]),
        "trained": scale.choose([3, 5], [2, 3, 4, 5, 6, 7, 8], [2, 3, 4, 5, 6, 7, 8, 9]),
        "from": scale.choose([0.03, 0.3], [0.01, 0.02, 0.05, 0.1, 0.2, 0.4], [0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4]),
        "most": scale.choose(800, 5000, 50_000),
        "orbits": scale.choose(3, 7, 9),
        "points": scale.choose(60, 200, 400),
    }


def top(delay: int) -> float:
    """Where the ways up end: λ² = τ/(τ+2), below the best pole."""
    return math.sqrt(delay / (delay + 2))


def bottom(delay: int, share: float = SHARE) -> float:
    """Where the ways down end: `share` of the way in λ² from 1 to the best pole."""
    return math.sqrt(1 - share / (delay + 1))


def share_of(pole: float, delay: int) -> float:
    """x = (τ+1)(1 − λ²)."""
    return (delay + 1) * (1 - pole) * (1 + pole)


def _slope(poles: Real, delays: NDArray[np.int64]) -> Real:
    return np.array([abs(exact.single_pole_slope([p], int(d))[0]) for p, d in zip(poles, delays, strict=True)])


def _allowed(step: Real, delays: NDArray[np.int64], first: Real, last: Real) -> Real:
    return step * (2 + np.abs(np.log(last / first)) / 2) * (1 + step * (8 * delays + 2))


def measure(given: Mapping[str, Any]) -> Arrays:
    """All panels."""
    return _ways(given) | _starts(given) | _trained(given) | _losses(given) | _phase(given)


def _ways(given: Mapping[str, Any]) -> Arrays:
    """Up from START and down from 1, in λ and in ν, against the delay; what the statements bound them by."""
    delays = given["delays"]
    up = [exact.escape_time(min(START, 0.9 * top(d)), top(d), d) for d in delays]
    down = [exact.descent_time(1.0, bottom(d), d) for d in delays]
    slow = [exact.log_log_time(bottom(d, 0.1), bottom(d), d) for d in delays]
    joint = [exact.joint_time(0.0, bottom(d, 0.1), bottom(d), d) for d in delays]
    points = [
        {"tau": d, "x": share_of(bottom(d), d), "T": 0.0, "x_0": share_of(bottom(d, 0.1), d), "T_down": 0.0}
        for d in delays
    ]
    scale = 4 * (np.array(delays) + 1)
    return {
        "delay": np.array(delays),
        "up": np.array(up),
        "up_bound": np.array([_up_bound(min(START, 0.9 * top(d)), d) for d in delays]),
        "down": np.array(down),
        "down_bound": line(claim.DESCENT_TIME, "", points, "<=") / scale,
        "down_log_log": np.array(slow),
        "down_log_log_bound": line(claim.LOG_LOG_POLE, "tau*T_down", points, "<=") / np.array(delays),
        "down_joint": np.array(joint),
        "outside": np.array([_outside(given)]),
    }


def _up_bound(start: float, delay: int) -> float:
    """T at which the statement's lower bound is an equality: its right side over the factor of T."""
    letters = {"tau": delay, "lamda_0": start, "lamda_1": top(delay), "T": 1.0}
    (one,) = sides(claim.ESCAPE_TIME, "", [letters], ">=")
    return float(one.right / one.left)


def _outside(given: Mapping[str, Any]) -> float:
    """The worst violation of a bound by an exact time, relative to the time."""
    worst = 0.0
    for d in given["delays"]:
        start, stop, end, first = min(START, 0.9 * top(d)), top(d), bottom(d), bottom(d, 0.1)
        up, down = exact.escape_time(start, stop, d), exact.descent_time(1.0, end, d)
        nu, slow = exact.log_log_time(start, stop, d), exact.log_log_time(first, end, d)
        assert up is not None and nu is not None and slow is not None
        base = {"tau": d, "lamda_0": start, "lamda_1": stop, "x": share_of(end, d), "x_0": share_of(first, d)}
        worst = max(
            worst,
            violation(claim.ESCAPE_TIME, [base | {"T": up}]) / (4 * d**2 * start ** (2 * d - 2) * up),
            violation(claim.DESCENT_TIME, [base | {"T": down}]) / (4 * (d + 1) * down),
            violation(claim.LOG_LOG_POLE, [base | {"T_nu": nu, "T_down": slow}]) / (d * slow),
            violation(claim.LONGEST_MEMORY_FIRST, [base | {"T_up": up, "T_down": down}]) / ((d + 1) * down),
        )
    return worst


def _starts(given: Mapping[str, Any]) -> Arrays:
    """Up against the start for a few delays, alone and with the read-out learning along."""
    found: Arrays = {"start": np.array(given["from"])}
    joint_off, start_off = 0.0, 0.0
    for k, d in enumerate(STARTS):
        starts = [a * 0.9 * top(d) / 0.4 if a == 0.4 else a for a in given["from"]]
        T = [exact.escape_time(a, top(d), d) for a in starts]
        both = [exact.joint_time(0.0, a, top(d), d) for a in starts]
        found[f"start_{k}"], found[f"up_{k}"], found[f"joint_{k}"] = np.array(starts), np.array(T), np.array(both)
        found[f"bound_{k}"] = np.array([_up_bound(a, d) for a in starts])
        for a, S, t in zip(starts, T, both, strict=True):
            assert S is not None
            point = {"tau": d, "lamda_0": a, "lamda_1": top(d), "S": S, "T": t}
            joint_off = max(joint_off, violation(JOINT_FLOW, [point]) / t)
        quick = exact.joint_time(0.5, 0.005, top(d), d)
        start_off = max(start_off, violation(JOINT_START, [{"tau": d, "lamda_0": 0.005, "w_0": 0.5, "T": quick}]))
    return found | {"joint_outside": np.array([joint_off]), "start_off": np.array([start_off])}


def _trained(given: Mapping[str, Any]) -> Arrays:
    """Gradient descent in torch: up from START in λ and in ν (LRU), down from 1 in λ."""
    delays = np.array(given["trained"])
    start = np.array([min(START, 0.9 * top(d)) for d in delays.tolist()])
    stop, end = np.array([top(d) for d in delays.tolist()]), np.array([bottom(d) for d in delays.tolist()])
    step, quick, one = np.full(len(delays), 0.02), 0.002 / delays, np.full(len(delays), 1 - 1e-12)
    most = given["most"]
    up = train_until(RealPole(start), stop, delays, step, most).time
    down = train_until(RealPole(one), end, delays, quick, most).time
    nu = train_until(LogLogPole(start), stop, delays, step, most).time
    pace = [(p * np.log(p)) ** 2 for p in (start, stop)]
    pairs = list(zip(start.tolist(), stop.tolist(), delays.tolist(), strict=True))
    expected = np.array([exact.escape_time(*pair) for pair in pairs])
    expected_nu = np.array([exact.log_log_time(*pair) for pair in pairs])
    expected_down = np.array([exact.descent_time(1.0, b, d) for b, d in zip(end, delays.tolist(), strict=True)])
    first, last = _slope(start, delays), _slope(stop, delays)
    return {
        "trained_delay": delays,
        "trained_up": up,
        "trained_down": down,
        "trained_nu": nu,
        "exact_nu": expected_nu,
        "off_up": np.abs(up - expected) / _allowed(step, delays, first, last),
        "off_down": np.abs(down - expected_down) / _allowed(quick, delays, _slope(one, delays), _slope(end, delays)),
        "off_nu": np.abs(nu - expected_nu) / _allowed(step, delays, first * pace[0], last * pace[1]),
    }


def _losses(given: Mapping[str, Any]) -> Arrays:
    """L₂ by a recurrent unit's impulse response at a few poles, and the statement's curve."""
    poles, seen = np.linspace(-0.995, 0.995, given["points"] | 1), np.linspace(-0.97, 0.97, 14)
    found: Arrays = {"pole": poles, "seen": seen}
    off = 0.0
    for k, d in enumerate(LOSSES):
        points = [{"tau": d, "lamda": p, "L_2": 0.0} for p in poles]
        found[f"loss_{k}"] = line(claim.SINGLE_POLE_LOSS, "L_2", points)
        h = layer_loss(exact.best_pole(d), d, 3000)[2]
        values = [layer_loss(p, d, 3000) for p in seen]
        found[f"layer_{k}"] = np.array([value[0] for value in values])
        letters = [
            {"tau": d, "lamda": p, "L_2": v[0], "g": v[1], "h": h} for p, v in zip(seen, values, strict=True)
        ]
        off = max(off, violation(claim.SINGLE_POLE_LOSS, letters) / (4 * (d + 1) ** 3))
    return found | {"loss_off": np.array([off])}


def _phase(given: Mapping[str, Any]) -> Arrays:
    """Orbits of the joint flow at τ = 3, padded to one length; the slow manifold is drawn from its formula."""
    orbits = []
    begin = [(0.0, 0.2), (0.0, 0.35), (0.3, 0.5), (0.8, 0.35), (-0.3, 0.45), (0.0, 0.97), (0.5, 0.97), (0.7, 0.6), (0.9, 0.2)]
    for w, pole in begin[: given["orbits"]]:
        times = np.concatenate([[0.0], np.geomspace(1e-3, 60.0, given["points"])])
        orbits.append(np.array(exact.joint_flow(w, pole, 3, times)))
    return {"orbits": np.array(orbits)}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Times against bounds, gradient descent against times."""
    outside, count = float(arrays["outside"][0]), len(arrays["delay"])
    say = "bounds violated by exact times, worst of"
    euler = "gradient descent, steps × η, worst in errors of Euler's rule"
    return (
        Gap(claim.SINGLE_POLE_LOSS, "LRU: loss, slope, curvature by autograd, over 4(τ+1)³", _one(arrays["loss_off"]), 1e-13),
        Gap(claim.ESCAPE_TIME, f"{say} {count}, relative", outside, 1e-11),
        Gap(claim.ESCAPE_TIME, f"up, {euler}", _one(arrays["off_up"]), 1.0),
        Gap(claim.DESCENT_TIME, f"{say} {count}, relative", outside, 1e-11),
        Gap(claim.DESCENT_TIME, f"down, {euler}", _one(arrays["off_down"]), 1.0),
        Gap(claim.LOG_LOG_POLE, f"{say} {count}, relative", outside, 1e-11),
        Gap(claim.LOG_LOG_POLE, f"LRU up in ν, {euler}", _one(arrays["off_nu"]), 1.0),
        Gap(claim.LONGEST_MEMORY_FIRST, f"ratio of the ways, {say} {count}, relative", outside, 1e-11),
        Gap(JOINT_FLOW, "joint times outside their bounds, relative", _one(arrays["joint_outside"]), 1e-8),
        Gap(JOINT_START, "|quotient − 1| at λ₀ = 0.005, w₀ = 1/2, worst of τ = 2, 3, 5", _one(arrays["start_off"]), 0.05),
    )


def _one(values: Real) -> float:
    return float(np.max(values))


def note(arrays: Arrays) -> str:
    """The slope of the joint descent, which no claim states."""
    log = np.log(arrays["delay"][-2:]), np.log(arrays["down_joint"][-2:])
    return f"The joint descent from w = 0 goes like τ to the {np.diff(log[1])[0] / np.diff(log[0])[0]:.2f} (measured only)."


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
    measurement(axes, x, arrays["up"], ink(0), label="exact")
    theorem(axes, x, arrays["down_log_log_bound"], ink(3), label="down in ν: proved upper bound")
    measurement(axes, x, arrays["down_log_log"], ink(3), label="exact")
    theorem(axes, x, arrays["down_bound"], ink(1), label="down from 1: proved upper bound")
    measurement(axes, x, arrays["down"], ink(1), label="exact")
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
    axes.set(xscale="log", yscale="log", ylim=(3e-3, 1e9))
    axes.legend(loc="upper right", ncols=1, fontsize=6.8)
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
    axes.set(xscale="log", yscale="log")
    axes.legend(fontsize=6.8)
    panel(axes, "b", "the shorter the first memory, the longer the plateau", "pole at the start λ₀", "time of the flow T")


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
    theorem(axes, pole, pole**3 * (1 - pole**2), ink(2)._replace(line="-"), label="slow manifold $w = λ^τ(1-λ²)$", lw=2.2)
    for k, (w, along) in enumerate(arrays["orbits"]):
        axes.plot(along, w, color=ink(0).colour, linewidth=0.9, label="orbits" if k == 0 else None)
        axes.plot(along[0], w[0], "o", color=ink(0).colour, markersize=3.5)
    best = exact.best_pole(3)
    axes.plot(best, best**3 * (1 - best**2), "*", color=ink(1).colour, markersize=11, zorder=5, label="optimum")
    axes.axhline(0, color="0.6", linewidth=0.6)
    axes.legend(loc="upper left")
    panel(axes, "d", "read-out and pole learn together, τ = 3", "pole λ", "read-out w")


ESCAPE = Figure(
    name="learning.escape",
    title="One pole learns a delay: up from a short memory is exponentially slow, down from a long one is quick",
    alt="Four panels. Times against the delay on log axes: up grows exponentially, down falls like one over the delay in"
    " the pole and grows linearly in its log-log parameter; exact times lie on their proved bounds and gradient descent on"
    " both. Times up against the first pole rise along straight lines of slope 2 - 2 tau as it gets smaller. Losses"
    " against the pole have two minima that move outward with the delay. Orbits of read-out and pole fall onto the slow"
    " manifold and creep along it.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
