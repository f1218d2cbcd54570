"""One pole that learns a delay from a short memory: its trajectory, and how long it stays on the plateau."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

import numerics.learning as exact
import theory.learning as claim
from figures.explorer.controls import Slider, Switch
from figures.explorer.exploration import Curve, Exploration, Number, OnDemand, Panel, Progress, View, judge
from figures.measuring import UNIT
from figures.statements import line, sides
from models.learning.single_pole import RealPole, euler_error, speeds, train_until

#: The relative error that `joint_time` promises.
INTEGRATED = 1e-8
#: Step of gradient descent, and the most steps of one run.
ETA, MOST = 0.05, 1000
#: Initial poles of the slider.
STARTS = tuple(k / 20 for k in range(1, 17))
ALONG = "flow, read-out learns along"


def top(tau: int) -> float:
    """Where the clock stops: λ₁² = τ/(τ+2), short of the best pole, as far as the joint flow is bounded."""
    return float(np.sqrt(tau / (tau + 2)))


def axis(tau: int) -> NDArray[np.float64]:
    """Initial poles along the axis of the second panel."""
    return np.geomspace(0.05, 0.9 * top(tau), 10)


def alone_time(start: float, stop: float, tau: int) -> float:
    """Time of the flow with the best read-out, by quadrature; the delay 0, which has no way up, is not on the page."""
    time = exact.escape_time(start, stop, tau)
    assert time is not None
    return time


def closed_form(tau: int, start: float, stops: NDArray[np.float64]) -> NDArray[np.float64]:
    """The statement's T from λ₀ to each λ₁: the right side of its equation over the factor of T."""
    points = ({"tau": tau, "lamda_0": start, "lamda_1": stop, "T": 1.0} for stop in stops.tolist())
    return np.array([float(both.right / both.left) for both in sides(claim.ESCAPE_TIME, "", points)])


def bounds(tau: int, starts: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The statement's lower and upper bound on T from each λ₀; both read 0 for τ = 1."""
    points = [{"tau": tau, "lamda_0": a, "lamda_1": top(tau), "T": 0.0} for a in starts.tolist()]
    factor = 4 * tau * max(tau - 1, 1) * starts ** (2 * tau - 2)
    return line(claim.ESCAPE_TIME, "", points, ">=") / factor, line(claim.ESCAPE_TIME, "", points, "<=") / factor


def upwards(tau: int, start: float, along: bool, ahead: bool) -> View:
    """A pole on its way up from λ₀, with the best read-out at every moment and with one that learns along."""
    stop, starts, w_0 = top(tau), axis(tau), 1.0 if ahead else 0.0
    S, T = alone_time(start, stop, tau), exact.joint_time(w_0, start, stop, tau)
    poles = start + (stop - start) * np.linspace(0, 1, 13) ** 2  # crowded where the pole is slow
    alone, joint = poles[1:], poles[4::4] if along or ahead else poles[-1:]
    clock = T if along else S
    scale = 4 * tau**2 * start ** (2 * tau - 2) * clock
    letters = {"tau": tau, "lamda_0": start, "lamda_1": stop}
    lower, upper = bounds(tau, starts)
    lines = (Curve("upper bound", starts, upper), Curve("lower bound", starts, lower)) if tau > 1 else ()
    return View(
        (
            Panel(
                f"the pole on its way to recall lag {tau}",
                "time t of the flow",
                "pole λ",
                (
                    Curve("T in closed form, best read-out", np.append(0, closed_form(tau, start, alone)), poles),
                    Curve("flow, best read-out", [alone_time(start, p, tau) for p in alone], alone, True),
                    Curve(ALONG, [exact.joint_time(w_0, start, p, tau) for p in joint], joint, True),
                ),
            ),
            Panel(
                f"escape to λ₁ = {stop:.3g}",
                "initial pole λ₀",
                "escape time T",
                (
                    *lines,
                    Curve("flow, best read-out", starts, [alone_time(a, stop, tau) for a in starts], True),
                    Curve(ALONG, [start], [T], True),
                ),
                log_x=True,
                log_y=True,
            ),
        ),
        (
            Number("best pole λ* = √(τ/(τ+1))", exact.best_pole(tau)),
            Number("λ₁ = √(τ/(τ+2))", stop),
            Number("escape time S, best read-out", S),
            Number("escape time T, read-out learns along", T),
        ),
        (
            judge(
                claim.ESCAPE_TIME,
                "the time from λ₀ to λ₁, in closed form and between its bounds",
                [letters | {"T": clock}],
                scale * (INTEGRATED if along else 64 * (tau + 4) * UNIT),
            ),
            judge(
                claim.JOINT_FLOW,
                "while the read-out learns along, the time is longer, by a logarithm at most",
                [letters | {"S": S, "T": T}],
                INTEGRATED * max(1.0, T),
            ),
        ),
    )


def descended(tau: int, start: float, along: bool, ahead: bool) -> Iterator[Progress]:
    """Gradient descent in torch from one initial pole after another, the quickest first; bars: Euler's error."""
    starts = [a for a in axis(tau)[::-1].tolist() if alone_time(a, top(tau), tau) < 0.8 * ETA * MOST]
    read_out = [1.0 if ahead else 0.0] if along or ahead else None
    times, errors = [], []
    for done, a in enumerate(starts, 1):
        times.append(float(train_until(RealPole([a], read_out), [top(tau)], [tau], ETA, MOST).time[0]))
        errors.append(float(euler_error(ETA, tau, speeds(a, tau), speeds(top(tau), tau))[0]))
        there = np.isfinite(times)
        place, time, error = (np.array(values)[there] for values in (starts[:done], times, errors))
        yield Progress(done, len(starts), 1, (Curve("gradient descent in torch", place, time, True, error),))


ESCAPE = Exploration(
    name="learning.escape",
    title="One pole learns a delay: the plateau",
    about="Lower the initial pole or raise the delay: the pole stays on a plateau, for a time that grows like the power"
    " 2 − 2τ of the initial pole, before it escapes towards λ*. Let the read-out learn along from 0: the escape is"
    " later, by a logarithm only, and the closed form fails. From a large read-out not even that holds.",
    claims=(claim.ESCAPE_TIME, claim.JOINT_FLOW),
    controls=(
        Slider("tau", "delay τ", (1, 2, 3, 4, 5, 6), 3),
        Slider("start", "initial pole λ₀", STARTS, 0.25),
        Switch("along", "read-out learns along, from 0"),
        Switch("ahead", "read-out that learns along starts at 1"),
    ),
    drops={"along": "the best read-out at every moment", "ahead": "a joint flow from w = 0"},
    look=upwards,
    on_demand=(OnDemand("gradient descent in torch", descended),),
)
