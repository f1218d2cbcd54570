"""One pole on its way down from a long memory, in λ and in its log-log parameter ν."""

from __future__ import annotations

import numpy as np

import numerics.learning as exact
import theory.learning as claim
from figures.explorer.controls import Slider, Switch
from figures.explorer.exploration import Curve, Exploration, Number, Panel, View, judge
from figures.measuring import UNIT
from figures.statements import line

#: Delays of the first panel, and how near to 1 a pole starts whose read-out learns along.
DELAYS = (1, 2, 4, 8, 16, 32)
NEAR_ONE = 1 - 1e-9
INTEGRATED = 1e-8


def share(pole: float, tau: int) -> float:
    """The share x of the way in λ² from 1 to the best pole at which a pole stands."""
    return (tau + 1) * (1 - pole) * (1 + pole)


def time_down(tau: int, x_0: float, x: float, plain: bool) -> float:
    """T from share x₀ of the way to share x: of the flow of ν, λ = exp(−e^ν), or of λ itself."""
    start, stop = exact.pole_at_share(x_0, tau), exact.pole_at_share(x, tau)
    time = exact.descent_time(start, stop, tau) if plain else exact.log_log_time(start, stop, tau)
    assert time is not None  # no way up is asked for
    return time


def the_way(tau: int, x_0: float, x: float, plain: bool, in_nu: str, in_pole: str, T: float) -> Panel:
    """Share of the way against time at one delay, beside the latest times that the statements allow."""
    shares = np.linspace(x_0, x, 9)[1:]
    here = [{"tau": tau, "x_0": x_0, "x": y, "T": 0.0, "T_down": 0.0} for y in shares.tolist()]
    return Panel(
        f"the way at delay {tau}",
        "time t of the flow",
        "share of the way in λ²",
        (
            Curve("latest in ν", line(claim.LOG_LOG_POLE, "T_down*tau", here, "<=") / tau, shares),
            Curve("latest in λ", line(claim.DESCENT_TIME, "", here, "<=") / (4 * tau + 4), shares),
            Curve(in_nu, [time_down(tau, x_0, y, plain) for y in shares], shares, True),
            Curve(
                "flow of λ",
                [exact.descent_time(1, exact.pole_at_share(y, tau), tau) for y in shares],
                shares,
                True,
            ),
            *((Curve(in_pole, [T], [x], True),) if in_pole != "flow of λ" else ()),
        ),
        log_x=True,
    )


def downwards(tau: int, x_0: float, x: float, start: float, plain: bool, along: bool) -> View:
    """A pole on its way down to the best one: in λ from 1, in ν from share x₀ of the way."""
    stop, top = exact.pole_at_share(x, tau), float(np.sqrt(tau / (tau + 2)))
    T_nu = (exact.escape_time if plain else exact.log_log_time)(start, top, tau)
    assert T_nu is not None  # τ >= 1
    T_down = time_down(tau, x_0, x, plain)
    T = exact.joint_time(0.0, NEAR_ONE, stop, tau) if along else exact.descent_time(1.0, stop, tau)
    up = {"lamda_0": start, "lamda_1": top, "T_nu": T_nu}
    ends = {"x_0": share(exact.pole_at_share(x_0, tau), tau), "x": share(stop, tau)}
    rounding = 64 * (tau + 4) * UNIT
    climb = 4 * tau**2 * start ** (2 * tau) * np.log(start) ** 2 * T_nu
    many = [{"tau": d, "x_0": x_0, "x": x, "T": 0.0, "T_down": 0.0} for d in DELAYS]
    in_nu = "flow of λ in place of ν" if plain else "flow of ν"
    in_pole = "flow of λ, read-out learns along" if along else "flow of λ"
    return View(
        (
            Panel(
                f"down to share {x:g} of the way",
                "delay τ in steps",
                "time T of the flow",
                (
                    Curve("bound in ν", DELAYS, line(claim.LOG_LOG_POLE, "T_down*tau", many, "<=") / DELAYS),
                    Curve("bound in λ", DELAYS, line(claim.DESCENT_TIME, "", many, "<=") / (4 * np.add(DELAYS, 1))),
                    Curve(in_nu, DELAYS, [time_down(d, x_0, x, plain) for d in DELAYS], True),
                    Curve(
                        "flow of λ", DELAYS, [exact.descent_time(1, exact.pole_at_share(x, d), d) for d in DELAYS], True
                    ),
                    *((Curve(in_pole, [tau], [T], True),) if along else ()),
                ),
                log_x=True,
                log_y=True,
            ),
            the_way(tau, x_0, x, plain, in_nu, in_pole, T),
        ),
        (
            Number("best pole λ* = √(τ/(τ+1))", exact.best_pole(tau)),
            Number("pole λ₁ at share x", stop),
            Number(f"time down from share x₀, {in_nu}", T_down),
            Number(f"time down from 1, {in_pole}", T),
            Number(f"time up from λ₀ to √(τ/(τ+2)), {in_nu}", T_nu),
        ),
        (
            judge(
                claim.LOG_LOG_POLE,
                "the times up and down in ν, between their bounds",
                [{"tau": tau, "T_down": T_down} | up | ends],
                rounding * (climb + max(tau, np.e) * T_down),
            ),
            judge(
                claim.DESCENT_TIME,
                "the time down from λ = 1, between its bounds",
                [{"tau": tau, "T": T} | ends],
                (INTEGRATED if along else rounding) * 4 * (tau + 1) * T,
            ),
        ),
    )


DESCENT = Exploration(
    name="learning.descent",
    title="One pole forgets down to a delay, in λ and in ν",
    about="Raise the delay: from λ = 1 the pole comes down ever faster, like 1/τ; in ν = ln(−ln λ), that of LRU"
    " and S4D, the same way takes ever longer, like τ. Take the flow of λ in place of that of ν, or let the"
    " read-out learn along from 0: the times leave their bounds.",
    claims=(claim.LOG_LOG_POLE, claim.DESCENT_TIME),
    controls=(
        Slider("tau", "delay τ", (1, 2, 3, 4, 6, 8, 12, 16, 24, 32), 4),
        Slider("x_0", "share x₀ at the start, in ν", (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5), 0.1),
        Slider("x", "share x at the end", (0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999), 0.9),
        Slider("start", "initial pole λ₀ of the way up", (0.05, 0.1, 0.2, 0.3, 0.4, 0.5), 0.3),
        Switch("plain", "flow of λ itself"),
        Switch("along", "read-out learns along, from 0"),
    ),
    drops={"plain": "ν is the parameter", "along": "the best read-out at every moment"},
    look=downwards,
)
