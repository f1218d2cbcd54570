"""Checks of the ways of one pole in the parameter ν, and of the way up against the way down."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.learning as exact
import theory.learning as claim
from models.learning.single_pole import LogLogPole, RealPole, euler_error, speeds, train_until
from tests.learning import looser
from tests.learning.ways import BRIEF, LOOSER, SHARES, rounding, share, ways_up
from tests.witness import Check, Counter, Sample, Trained
from theory.claim import evaluate, relations
from theory.learning.single_pole import T_nu

#: The relative error of the quadrature in many digits, ten digits to spare.
QUADRATURE = 1e-20


def measured_log_log(drawn: tuple[tuple[int, float, float], float, float]) -> Iterator[Sample]:
    """Up and down in turn, the other way by quadrature in many digits: each relation has its own tolerance."""
    way, last, part = drawn
    delay, start, stop = way
    ends = [exact.pole_at_share(x, delay) for x in (last * part, last)]
    up, down = exact.log_log_time(start, stop, delay), exact.log_log_time(ends[0], ends[1], delay)
    assert up is not None and down is not None
    slow_up, slow_down = slow_time(start, stop, delay), slow_time(ends[0], ends[1], delay)
    scale = 4 * delay**2 * start ** (2 * delay) * math.log(start) ** 2 * up
    yield Sample(log_log_letters(way, ends, up, slow_down), rounding(delay) * scale)
    yield Sample(log_log_letters(way, ends, slow_up, down), rounding(delay) * max(delay, math.e) * down)
    yield Sample(log_log_letters(way, ends, slow_up, slow_down), QUADRATURE * min(scale, delay * down))


@lru_cache
def slow_time(start: float, stop: float, delay: int) -> mpmath.mpf:
    """The integral of ds/(s^(τ+1) |τ − (τ+1) s| ln² s) in u = ln(s/|τ − (τ+1) s|), by mpmath."""
    with mpmath.workdps(26):
        side = 1 if start < stop else -1

        def place(pole: float) -> mpmath.mpf:
            s = mpmath.mpf(pole) ** 2
            return mpmath.log(s / (side * (delay - (delay + 1) * s)))

        def pace(u: mpmath.mpf) -> mpmath.mpf:
            s = delay / (side * mpmath.exp(-u) + delay + 1)
            return s**-delay / (delay * mpmath.log(s) ** 2)

        ends = sorted([place(start), place(stop)])
        pieces = mpmath.linspace(*ends, 3 + int(ends[1] - ends[0]) // 2)
        return mpmath.quad(pace, pieces, method="gauss-legendre")


def log_log_letters(way: tuple[int, float, float], ends: list[float], up: Any, down: Any) -> dict[str, Any]:
    delay, start, stop = way
    x_0, x = (share(end, delay) for end in ends)
    return {"tau": delay, "lamda_0": start, "lamda_1": stop, "T_nu": up, "x_0": x_0, "x": x, "T_down": down}


def in_the_plain_parameter(drawn: tuple[int, float]) -> Iterator[Sample]:
    delay, start = drawn
    ends = [exact.pole_at_share(x, delay) for x in (0.1, 0.9)]
    up, down = exact.escape_time(start, 0.7, delay), exact.descent_time(ends[0], ends[1], delay)
    assert up is not None
    yield Sample(log_log_letters((delay, start, 0.7), ends, up, down), 1e-9)


def trained_log_log() -> Trained:
    delays, up = np.array([1, 2, 3, 5]), np.array([0.3, 0.3, 0.4, 0.6])
    top = np.sqrt(delays / (delays + 2))
    down = np.array([[exact.pole_at_share(x, d) for d in delays.tolist()] for x in (0.3, 0.9)])
    start, stop, both = np.append(up, down[0]), np.append(top, down[1]), np.append(delays, delays)
    step = np.full(8, 0.02)
    found = train_until(LogLogPole(start), stop, both, step, 4000).time
    paces = [speeds(ends, both) * (ends * np.log(ends)) ** 2 for ends in (start, stop)]
    expected = np.array([exact.log_log_time(a, b, int(d)) for a, b, d in zip(start, stop, both, strict=True)])
    allowed = euler_error(step, both, *paces)
    gap = float(np.max(np.abs(found - expected) / allowed))
    for k, delay in enumerate(delays.tolist()):
        way = (delay, up[k], top[k])
        letters = log_log_letters(way, down[:, k].tolist(), found[k], found[4 + k])
        scaled = 4 * delay**2 * up[k] ** (2 * delay) * math.log(up[k]) ** 2 * allowed[k]
        for r in relations(claim.LOG_LOG_POLE.statement):
            error = scaled if r.has(T_nu) else max(delay, math.e) * allowed[4 + k]
            gap = max(gap, float(evaluate(r, letters)[0].violation) / error)
    return Trained(gap, 1.0, 8, "LRU, gradient descent on ν, steps x step size, in errors of Euler's rule")


def measured_both_ways(drawn: tuple[tuple[int, float, float], float]) -> Iterator[Sample]:
    (delay, start, stop), x = drawn
    end = exact.pole_at_share(x, delay)
    up, down = exact.escape_time_series(start, stop, delay), exact.descent_time(1.0, end, delay)
    letters = {"tau": delay, "lamda_0": start, "lamda_1": stop, "x": share(end, delay), "T_up": up, "T_down": down}
    yield Sample(letters, rounding(delay) * (delay + 1) * down)


def both_ways_with_a_slow_descent(drawn: tuple[int, float]) -> Iterator[Sample]:
    delay, start = drawn
    end = exact.pole_at_share(0.5, delay)
    up, down = exact.escape_time(start, 0.7, delay), exact.joint_time(0.0, 1 - 1e-9, end, delay)
    letters = {"tau": delay, "lamda_0": start, "lamda_1": 0.7, "x": share(end, delay), "T_up": up, "T_down": down}
    yield Sample(letters, 1e-6)


def trained_both_ways() -> Trained:
    delays, start = np.array([2, 3, 5, 8]), np.array([0.15, 0.3, 0.5, 0.65])
    stop, end = np.sqrt(delays / (delays + 2)), np.array([exact.pole_at_share(0.8, d) for d in (2, 3, 5, 8)])
    begin, slow, quick = np.full(4, 1 - 1e-12), np.full(4, 0.02), 0.002 / delays
    up = train_until(RealPole(start), stop, delays, slow, 4000).time
    down = train_until(RealPole(begin), end, delays, quick, 4000).time
    gaps = [
        float(
            evaluate(
                claim.LONGEST_MEMORY_FIRST.statement,
                {"tau": d, "lamda_0": a, "lamda_1": b, "x": share(e, d), "T_up": T_up, "T_down": T_down},
            )[0].violation
        )
        for d, a, b, e, T_up, T_down in zip(delays.tolist(), start, stop, end, up, down, strict=True)
    ]
    return Trained(max(gaps), 0.0, 4, "gradient descent up from a short memory and down from 1: violation of the ratio")


CHECKS = (
    Check(
        claim.LOG_LOG_POLE,
        still_true=dict.fromkeys(looser.LOG_LOG_POLE, LOOSER),
        inputs=st.tuples(ways_up(), SHARES, st.floats(0.001, 0.999)),
        measure=measured_log_log,
        counter=Counter("that ν is the parameter (the pole itself is)", BRIEF, in_the_plain_parameter),
        examples=(
            ((5, 1e-6, 0.5), 0.9, 0.1),
            ((12, 1e-6, 0.3), 0.5, 0.5),
            ((200, 0.2, 0.5), 0.9, 0.1),
            ((1, 0.5, 0.5000001), 1 - 1e-9, 0.9999),
        ),
        trained=trained_log_log,
    ),
    Check(
        claim.LONGEST_MEMORY_FIRST,
        still_true=dict.fromkeys(looser.LONGEST_MEMORY_FIRST, LOOSER),
        inputs=st.tuples(ways_up(least=2, most=40), SHARES),
        measure=measured_both_ways,
        counter=Counter(
            "the best read-out at every moment on the way down (it starts at 0)", BRIEF, both_ways_with_a_slow_descent
        ),
        examples=(((40, 1e-3, 0.9), 0.9), ((20, 1e-5, 0.9), 0.2), ((2, 1e-4, 0.6), 1e-6), ((2, 1e-4, 0.01), 1e-6)),
        trained=trained_both_ways,
    ),
)
