"""One pole learns a delay: exponentially slow up from a short memory, quick down from a long one.

Criteria, written before the run: gradient descent, steps × step size, within Euler's first-order error of the exact
time, η (2 + ½|ln(v₁/v₀)|)(1 + η (8τ + 2)), v the speeds at the ends; exact times within their bounds to 1e-11,
relative, joint times to 1e-8; the conjectured law of the joint start within 5 % at λ₀ = 0.005.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.learning as exact
import theory.learning as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.learning.escape_panels import LOSSES, STARTS, draw
from figures.statements import line, sides, violation
from models.learning.single_pole import LogLogPole, RealPole, euler_error, layer_loss, speeds, train_until
from theory.learning.joint_pole import JOINT_FLOW, JOINT_START

Real = NDArray[np.float64]
SHARE = 0.9
START = 0.6


def parameters(scale: Scale) -> dict[str, Any]:
    """Delays of the ways, trained ones among them; steps of gradient descent; sizes of the curves."""
    return {
        "delays": scale.choose([2, 5, 10, 40], [2, 3, 5, 8, 12, 20, 40, 80], [2, 3, 5, 8, 12, 20, 40, 80, 160]),
        "trained": scale.choose([3, 4], [2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 7, 8]),
        "from": scale.choose([0.03, 0.3], [0.01, 0.02, 0.05, 0.1, 0.2, 0.4], [0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4]),
        "most": scale.choose(1500, 5000, 50_000),
        "orbits": scale.choose(3, 7, 9),
        "points": scale.choose(60, 200, 400),
    }


def top(delay: int) -> float:
    """Where the ways up end: λ² = τ/(τ+2), below the best pole."""
    return math.sqrt(delay / (delay + 2))


def bottom(delay: int, share: float = SHARE) -> float:
    """Where the ways down end."""
    return exact.pole_at_share(share, delay)


def share_of(pole: float, delay: int) -> float:
    """The share of the way in λ² from 1 to the best pole, x = (τ+1)(1 − λ²)."""
    return (delay + 1) * (1 - pole) * (1 + pole)


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
        "down_log_log_bound": line(claim.LOG_LOG_POLE, "T_down*tau", points, "<=") / np.array(delays),
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
    first, last = speeds(start, delays), speeds(stop, delays)
    return {
        "trained_delay": delays,
        "trained_up": up,
        "trained_down": down,
        "trained_nu": nu,
        "exact_nu": expected_nu,
        "off_up": np.abs(up - expected) / euler_error(step, delays, first, last),
        "off_down": np.abs(down - expected_down) / euler_error(quick, delays, speeds(one, delays), speeds(end, delays)),
        "off_nu": np.abs(nu - expected_nu) / euler_error(step, delays, first * pace[0], last * pace[1]),
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
        letters = [{"tau": d, "lamda": p, "L_2": v[0], "g": v[1], "h": h} for p, v in zip(seen, values, strict=True)]
        off = max(off, violation(claim.SINGLE_POLE_LOSS, letters) / (4 * (d + 1) ** 3))
    return found | {"loss_off": np.array([off])}


def _phase(given: Mapping[str, Any]) -> Arrays:
    """Orbits of the joint flow at τ = 3, padded to one length; the slow manifold is drawn from its formula."""
    orbits = []
    begin = [
        (0.0, 0.2),
        (0.0, 0.35),
        (0.3, 0.5),
        (0.8, 0.35),
        (-0.3, 0.45),
        (0.0, 0.97),
        (0.5, 0.97),
        (0.7, 0.6),
        (0.9, 0.2),
    ]
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
        Gap(
            claim.SINGLE_POLE_LOSS,
            "LRU: loss, slope, curvature, over 4(τ+1)³",
            _one(arrays["loss_off"]),
            1e-13,
        ),
        Gap(claim.ESCAPE_TIME, f"{say} {count}, relative", outside, 1e-11),
        Gap(claim.ESCAPE_TIME, f"up, {euler}", _one(arrays["off_up"]), 1.0),
        Gap(claim.DESCENT_TIME, f"{say} {count}, relative", outside, 1e-11),
        Gap(claim.DESCENT_TIME, f"down, {euler}", _one(arrays["off_down"]), 1.0),
        Gap(claim.LOG_LOG_POLE, f"{say} {count}, relative", outside, 1e-11),
        Gap(claim.LOG_LOG_POLE, f"LRU up in ν, {euler}", _one(arrays["off_nu"]), 1.0),
        Gap(claim.LONGEST_MEMORY_FIRST, f"ratio of the ways, {say} {count}, relative", outside, 1e-11),
        Gap(JOINT_FLOW, "joint times outside their bounds, relative", _one(arrays["joint_outside"]), 1e-8),
        Gap(JOINT_START, "|quotient − 1|, λ₀ = 0.005, w₀ = 1/2, τ = 2, 3, 5", _one(arrays["start_off"]), 0.05),
    )


def _one(values: Real) -> float:
    return float(np.max(values))


def note(arrays: Arrays) -> str:
    """The slope of the joint descent, which no claim states."""
    log = np.log(arrays["delay"][-2:]), np.log(arrays["down_joint"][-2:])
    slope = np.diff(log[1])[0] / np.diff(log[0])[0]
    return f"The joint descent from w = 0 goes like τ to the {slope:.2f} (measured only)."


ESCAPE = Figure(
    name="learning.escape",
    title="One pole learns a delay: up from a short memory is exponentially slow, down from a long one is quick",
    alt="Four panels. Times against the delay on log axes: up grows exponentially, down falls like one over the delay"
    " in the pole and grows linearly in its log-log parameter; exact times lie at their proved bounds and gradient"
    " descent on both. Times up against the first pole rise along straight lines of slope 2 - 2 tau as it gets smaller."
    " Losses against the pole have two minima that move outward with the delay. Orbits of read-out and pole fall onto"
    " the slow manifold and creep along it.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
