"""Checks of the claims about one pole that learns a delay with its best read-out."""

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st

import numerics.learning as exact
import theory.learning.single_pole as claim
from models.learning.single_pole import LogLogPole, RealPole, layer_loss, train_until
from numerics.memory import memory_function
from tests.learning import joint_pole
from tests.oracles import as_mpf, defined_memory_at
from tests.strategies import radii
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

BITS = 1000
STEP = 2.0**-100


def loss_by_definition(pole: arb, delay: int) -> mpmath.mpf:
    """1 − c^* G^{-1} c of one pole, in many digits."""
    return 1 - defined_memory_at(acb_mat([[acb(pole)]]), acb_mat([[acb(1)]]), [delay], BITS)[delay]


def differences(pole: arb, delay: int) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """The loss by definition, its slope and its curvature by central differences of step 2^-100."""
    with ctx.workprec(BITS), mpmath.workprec(BITS):
        below, here, above = (loss_by_definition(pole + k * arb(STEP), delay) for k in (-1, 0, 1))
        h = mpmath.mpf(STEP)
        return here, (above - below) / (2 * h), (above - 2 * here + below) / h**2


@lru_cache
def curvature(delay: int) -> mpmath.mpf:
    """At the best pole, all its bits kept."""
    with ctx.workprec(BITS):
        return differences((arb(delay) / (delay + 1)).sqrt(), delay)[2]


def measured_loss(drawn: tuple[float, int]) -> Iterator[Sample]:
    """By formula, by the chain of sections with the formula's slope, and by definition."""
    pole, delay = drawn
    loss, slope, _ = differences(arb(pole), delay)
    letters = {"lamda": pole, "tau": delay, "h": curvature(delay)}
    tolerance = 64 * (delay + 1) * UNIT
    by_formula = float(exact.single_pole_slope([pole], delay)[0])
    yield Sample(letters | {"L_2": exact.single_pole_loss([pole], delay)[0], "g": by_formula}, tolerance)
    yield Sample(letters | {"L_2": 1 - memory_function([pole], delay + 1)[delay], "g": by_formula}, tolerance)
    yield Sample(letters | {"L_2": loss, "g": slope}, tolerance)


def with_a_read_out_too_large(drawn: tuple[float, int]) -> Iterator[Sample]:
    pole, delay = drawn
    best = pole**delay * (1 - pole**2)
    letters = {"lamda": pole, "tau": delay, "h": curvature(delay), "g": exact.single_pole_slope([pole], delay)[0]}
    yield Sample(letters | {"L_2": exact.joint_loss(1.2 * best, pole, delay)}, 64 * (delay + 1) * UNIT)


def trained_loss() -> Trained:
    worst = 0.0
    for delay in (1, 2, 5, 9):
        h = layer_loss(exact.best_pole(delay), delay, 2000)[2]
        for pole in (0.3, -0.6, 0.9, 0.97):
            loss, slope, _ = layer_loss(pole, delay, 2000)
            letters = {"lamda": pole, "tau": delay, "L_2": loss, "g": slope, "h": h}
            gaps = [float(side.violation) for side in evaluate(claim.SINGLE_POLE_LOSS.statement, letters)]
            worst = max(worst, max(gaps) / (64 * (delay + 1) * 4 * (delay + 1) ** 2 * UNIT))
    return Trained(worst, 1.0, 1, "LRU, loss, slope and curvature by autograd, in units of 256 (tau + 1)^3 roundings")


@st.composite
def ways_up(draw: st.DrawFn, least: int = 1, most: int = 12) -> tuple[int, float, float]:
    """Delay, start from 1e-6 λ* to λ*, stop anywhere between it and λ*, the three places crowding together often."""
    delay = draw(st.integers(least, most))
    near = st.floats(-6.0, -0.01).map(lambda e: 10.0**e)
    best = exact.best_pole(delay)
    start = best * draw(st.one_of(st.floats(-6.0, -0.01).map(lambda e: 10.0**e), near.map(lambda e: 1 - e)))
    share = draw(st.one_of(near, near.map(lambda e: 1 - e)))
    return delay, start, start + share * (best - start)


def rounding(delay: int) -> float:
    """Relative: a power of order τ, an integral of a few dozen points."""
    return 64 * (delay + 4) * UNIT


def measured_escape(drawn: tuple[int, float, float]) -> Iterator[Sample]:
    delay, start, stop = drawn
    for route in (exact.escape_time, exact.escape_time_series):
        T = route(start, stop, delay)
        assert T is not None
        scale = 4 * delay**2 * start ** (2 * delay - 2) * T
        letters = {"tau": delay, "lamda_0": start, "lamda_1": stop, "T": T}
        yield Sample(letters, rounding(delay) * scale)


def while_the_read_out_learns(drawn: tuple[int, float]) -> Iterator[Sample]:
    delay, start = drawn
    T = exact.joint_time(0.0, start, 0.7, delay)
    yield Sample({"tau": delay, "lamda_0": start, "lamda_1": 0.7, "T": T}, 1e-6)


def euler_error(step: np.ndarray, delays: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The criterion of `models.learning.single_pole`, |L₂''| <= 8τ + 2, for the speeds at the two ends."""
    return step * (2 + np.abs(np.log(last / first)) / 2) * (1 + step * (8 * delays + 2))


def slopes(poles: np.ndarray, delays: np.ndarray) -> np.ndarray:
    pairs = zip(poles, delays, strict=True)
    return np.array([abs(exact.single_pole_slope([pole], int(delay))[0]) for pole, delay in pairs])


UP = np.array([1, 2, 3, 5, 8, 3]), np.array([0.1, 0.15, 0.3, 0.5, 0.65, -0.3])
DOWN = np.array([1, 3, 10, 40])


def trained_escape() -> Trained:
    delays, start = UP
    stop, step = np.sign(start) * np.sqrt(delays / (delays + 2)), np.full(len(delays), 0.02)
    found = train_until(RealPole(start), stop, delays, step, 4000).time
    allowed = euler_error(step, delays, slopes(start, delays), slopes(stop, delays))
    gaps = []
    for delay, a, b, T, error in zip(delays, np.abs(start), np.abs(stop), found, allowed, strict=True):
        letters = {"tau": int(delay), "lamda_0": a, "lamda_1": b, "T": T}
        scale = 4 * delay * max(delay - 1, 1) * a ** (2 * delay - 2)
        gaps.append(max(float(s.violation) for s in evaluate(claim.ESCAPE_TIME.statement, letters)) / (scale * error))
    return Trained(max(gaps), 1.0, len(gaps), "gradient descent on the pole, steps x step size, in errors of Euler's rule")


def share(pole: float, delay: int) -> mpmath.mpf:
    """x = (τ + 1)(1 − λ²), to many digits."""
    with mpmath.workdps(60):
        return (delay + 1) * (1 - mpmath.mpf(pole) ** 2)


def at_share(x: float, delay: int) -> float:
    return math.sqrt(1 - x / (delay + 1))


SHARES = st.one_of(
    st.floats(0.01, 0.99), st.floats(-6, -1).map(lambda e: 10.0**e), st.floats(-9, -1).map(lambda e: 1 - 10.0**e)
)
DELAYS = st.one_of(st.integers(0, 12), st.integers(0, 300))


def measured_descent(drawn: tuple[int, float]) -> Iterator[Sample]:
    delay, x = drawn
    stop = at_share(x, delay)
    T = exact.descent_time(1.0, stop, delay)
    yield Sample({"tau": delay, "x": share(stop, delay), "T": T}, rounding(delay) * 4 * (delay + 1) * T)
    if 1e-3 < x < 0.999:  # by the flow itself: where it is after the time T
        reached = float(exact.single_pole_flow(1.0, delay, [T])[0])
        yield Sample({"tau": delay, "x": share(reached, delay), "T": T}, 1e-9 * (delay + 1) / (1 - x))


def down_while_the_read_out_learns(delay: int) -> Iterator[Sample]:
    stop = at_share(0.5, delay)
    T = exact.joint_time(0.0, 1 - 1e-9, stop, delay)
    yield Sample({"tau": delay, "x": share(stop, delay), "T": T}, 1e-6)


def trained_descent() -> Trained:
    step, stop = 0.002 / DOWN, np.array([at_share(0.8, int(delay)) for delay in DOWN])
    start = np.full(len(DOWN), 1 - 1e-12)
    found = train_until(RealPole(start), stop, DOWN, step, 4000).time
    allowed = euler_error(step, DOWN, slopes(start, DOWN), slopes(stop, DOWN))
    gaps = []
    for delay, b, T, error in zip(DOWN.tolist(), stop, found, allowed, strict=True):
        letters = {"tau": delay, "x": share(b, delay), "T": T}
        outside = max(float(s.violation) for s in evaluate(claim.DESCENT_TIME.statement, letters)) / (4 * (delay + 1))
        gaps.append(max(outside, abs(T - exact.descent_time(1.0, b, delay))) / error)
    return Trained(max(gaps), 1.0, len(gaps), "gradient descent from 1, steps x step size, in errors of Euler's rule")


def measured_log_log(drawn: tuple[tuple[int, float, float], float, float]) -> Iterator[Sample]:
    (delay, start, stop), last, part = drawn
    ends = [at_share(x, delay) for x in (last * part, last)]
    up, down = exact.log_log_time(start, stop, delay), exact.log_log_time(*ends, delay)
    assert up is not None and down is not None
    scale = max(4 * delay**2 * start ** (2 * delay) * math.log(start) ** 2 * up, 3 * (delay + 1) * down)
    yield Sample(log_log_letters((delay, start, stop), ends, up, down), rounding(delay) * scale)


def log_log_letters(way: tuple[int, float, float], ends: list[float], up: float, down: float) -> dict[str, Any]:
    delay, start, stop = way
    x_0, x = (share(end, delay) for end in ends)
    return {"tau": delay, "lamda_0": start, "lamda_1": stop, "T_nu": up, "x_0": x_0, "x": x, "T_down": down}


def in_the_plain_parameter(drawn: tuple[int, float]) -> Iterator[Sample]:
    delay, start = drawn
    ends = [at_share(x, delay) for x in (0.1, 0.9)]
    up, down = exact.escape_time(start, 0.7, delay), exact.descent_time(*ends, delay)
    assert up is not None
    yield Sample(log_log_letters((delay, start, 0.7), ends, up, down), 1e-9)


def trained_log_log() -> Trained:
    delays, up = np.array([1, 2, 3, 5]), np.array([0.3, 0.3, 0.4, 0.6])
    top, down = np.sqrt(delays / (delays + 2)), np.array([[at_share(x, d) for d in (1, 2, 3, 5)] for x in (0.3, 0.9)])
    start, stop, both = np.append(up, down[0]), np.append(top, down[1]), np.append(delays, delays)
    step = np.full(8, 0.02)
    found = train_until(LogLogPole(start), stop, both, step, 4000).time
    speeds = [slopes(ends, both) * (ends * np.log(ends)) ** 2 for ends in (start, stop)]
    expected = np.array([exact.log_log_time(a, b, int(d)) for a, b, d in zip(start, stop, both, strict=True)])
    allowed = euler_error(step, both, *speeds)
    gap = float(np.max(np.abs(found - expected) / allowed))
    for k, delay in enumerate(delays.tolist()):
        way = (delay, up[k], top[k])
        letters = log_log_letters(way, down[:, k].tolist(), found[k] + allowed[k], found[4 + k])
        sides = evaluate(claim.LOG_LOG_POLE.statement, letters)
        gap = max(gap, max(float(s.violation) for s in sides) / (3 * (delay + 1) * allowed[4 + k]))
    return Trained(gap, 1.0, 8, "LRU, gradient descent on ν, steps x step size, in errors of Euler's rule")


def measured_both_ways(drawn: tuple[tuple[int, float, float], float]) -> Iterator[Sample]:
    (delay, start, stop), x = drawn
    end = at_share(x, delay)
    up, down = exact.escape_time_series(start, stop, delay), exact.descent_time(1.0, end, delay)
    letters = {"tau": delay, "lamda_0": start, "lamda_1": stop, "x": share(end, delay), "T_up": up, "T_down": down}
    yield Sample(letters, rounding(delay) * (delay + 1) * down)


def both_ways_with_a_slow_descent(drawn: tuple[int, float]) -> Iterator[Sample]:
    delay, start = drawn
    end = at_share(0.5, delay)
    up, down = exact.escape_time(start, 0.7, delay), exact.joint_time(0.0, 1 - 1e-9, end, delay)
    letters = {"tau": delay, "lamda_0": start, "lamda_1": 0.7, "x": share(end, delay), "T_up": up, "T_down": down}
    yield Sample(letters, 1e-6)


def trained_both_ways() -> Trained:
    delays, start = np.array([2, 3, 5, 8]), np.array([0.15, 0.3, 0.5, 0.65])
    stop, end = np.sqrt(delays / (delays + 2)), np.array([at_share(0.8, d) for d in (2, 3, 5, 8)])
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


SIGNED = st.tuples(radii(), st.sampled_from([-1.0, 1.0])).map(lambda pair: pair[0] * pair[1])
BRIEF = st.tuples(st.integers(2, 4), st.floats(0.05, 0.3))

CHECKS = (
    Check(
        claim.SINGLE_POLE_LOSS,
        inputs=st.tuples(SIGNED, st.integers(1, 24)),
        measure=measured_loss,
        counter=Counter(
            "the best read-out (it is a fifth too large)",
            st.tuples(st.floats(0.2, 0.9), st.integers(1, 5)),
            with_a_read_out_too_large,
        ),
        examples=((0.0, 1), (0.0, 3), *((exact.best_pole(tau), tau) for tau in (1, 2, 3, 8))),
        trained=trained_loss,
    ),
    Check(
        claim.ESCAPE_TIME,
        inputs=ways_up(),
        measure=measured_escape,
        counter=Counter("the best read-out at every moment (it starts at 0 and learns)", BRIEF, while_the_read_out_learns),
        examples=((2, 1e-5, 0.5), (5, 1e-3, 0.5), (3, 0.5, 0.500001), (7, 0.8, 0.8000001), (1, 0.3, 0.6), (40, 0.6, 0.9)),
        trained=trained_escape,
    ),
    Check(
        claim.DESCENT_TIME,
        inputs=st.tuples(DELAYS, SHARES),
        measure=measured_descent,
        counter=Counter(
            "the best read-out at every moment (it starts at 0 and learns)",
            st.integers(1, 9),
            down_while_the_read_out_learns,
        ),
        examples=((0, 0.5), (0, 1 - 1e-9), (1, 0.3), (1, 1 - 1e-9), (2, 1 - 1e-9), (300, 0.9), (300, 1e-6)),
        trained=trained_descent,
    ),
    Check(
        claim.LOG_LOG_POLE,
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
        inputs=st.tuples(ways_up(least=2, most=40), SHARES),
        measure=measured_both_ways,
        counter=Counter(
            "the best read-out at every moment on the way down (it starts at 0)", BRIEF, both_ways_with_a_slow_descent
        ),
        examples=(((40, 1e-3, 0.9), 0.9), ((20, 1e-5, 0.9), 0.2), ((2, 1e-4, 0.6), 1e-6), ((2, 1e-4, 0.01), 1e-6)),
        trained=trained_both_ways,
    ),
    *joint_pole.CHECKS,
)
