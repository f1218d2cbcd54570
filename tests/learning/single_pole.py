"""Checks of the claims about one pole that learns a delay with its best read-out."""

from collections.abc import Iterator
from functools import lru_cache

import mpmath
import numpy as np
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st

import numerics.learning as exact
import theory.learning.single_pole as claim
from models.learning.single_pole import RealPole, euler_error, layer_loss, speeds, train_until
from numerics.memory import memory_function
from tests.learning import joint_pole, log_log_pole, looser
from tests.learning.ways import BRIEF, LOOSER, SHARES, rounding, share, ways_up
from tests.oracles import defined_memory_at
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


UP = np.array([1, 2, 3, 5, 8, 3]), np.array([0.1, 0.15, 0.3, 0.5, 0.65, -0.3])
DOWN = np.array([1, 3, 10, 40])


def trained_escape() -> Trained:
    delays, start = UP
    stop, step = np.sign(start) * np.sqrt(delays / (delays + 2)), np.full(len(delays), 0.02)
    found = train_until(RealPole(start), stop, delays, step, 4000).time
    allowed = euler_error(step, delays, speeds(start, delays), speeds(stop, delays))
    gaps = []
    for delay, a, b, T, error in zip(delays, np.abs(start), np.abs(stop), found, allowed, strict=True):
        letters = {"tau": int(delay), "lamda_0": a, "lamda_1": b, "T": T}
        scale = 4 * delay * max(delay - 1, 1) * a ** (2 * delay - 2)
        gaps.append(max(float(s.violation) for s in evaluate(claim.ESCAPE_TIME.statement, letters)) / (scale * error))
    return Trained(
        max(gaps), 1.0, len(gaps), "gradient descent on the pole, steps x step size, in errors of Euler's rule"
    )


DELAYS = st.one_of(st.integers(0, 12), st.integers(0, 300))


def measured_descent(drawn: tuple[int, float]) -> Iterator[Sample]:
    delay, x = drawn
    stop = exact.pole_at_share(x, delay)
    T = exact.descent_time(1.0, stop, delay)
    yield Sample({"tau": delay, "x": share(stop, delay), "T": T}, rounding(delay) * 4 * (delay + 1) * T)
    if 1e-3 < x < 0.999:  # by the flow itself: where it is after the time T
        reached = float(exact.single_pole_flow(1.0, delay, [T])[0])
        yield Sample({"tau": delay, "x": share(reached, delay), "T": T}, 1e-9 * (delay + 1) / (1 - x))


def down_while_the_read_out_learns(delay: int) -> Iterator[Sample]:
    stop = exact.pole_at_share(0.5, delay)
    T = exact.joint_time(0.0, 1 - 1e-9, stop, delay)
    yield Sample({"tau": delay, "x": share(stop, delay), "T": T}, 1e-6)


def trained_descent() -> Trained:
    step, stop = 0.002 / DOWN, np.array([exact.pole_at_share(0.8, int(delay)) for delay in DOWN])
    start = np.full(len(DOWN), 1 - 1e-12)
    found = train_until(RealPole(start), stop, DOWN, step, 4000).time
    allowed = euler_error(step, DOWN, speeds(start, DOWN), speeds(stop, DOWN))
    gaps = []
    for delay, b, T, error in zip(DOWN.tolist(), stop, found, allowed, strict=True):
        letters = {"tau": delay, "x": share(b, delay), "T": T}
        outside = max(float(s.violation) for s in evaluate(claim.DESCENT_TIME.statement, letters)) / (4 * (delay + 1))
        gaps.append(max(outside, abs(T - exact.descent_time(1.0, b, delay))) / error)
    return Trained(max(gaps), 1.0, len(gaps), "gradient descent from 1, steps x step size, in errors of Euler's rule")


SIGNED = st.tuples(radii(), st.sampled_from([-1.0, 1.0])).map(lambda pair: pair[0] * pair[1])

CHECKS = (
    Check(
        claim.SINGLE_POLE_LOSS,
        still_true=dict.fromkeys(looser.SINGLE_POLE_LOSS, LOOSER),
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
        still_true=dict.fromkeys(looser.ESCAPE_TIME, LOOSER),
        inputs=ways_up(),
        measure=measured_escape,
        counter=Counter(
            "the best read-out at every moment (it starts at 0 and learns)", BRIEF, while_the_read_out_learns
        ),
        examples=(
            (2, 1e-5, 0.5),
            (5, 1e-3, 0.5),
            (3, 0.5, 0.500001),
            (7, 0.8, 0.8000001),
            (1, 0.3, 0.6),
            (40, 0.6, 0.9),
        ),
        trained=trained_escape,
    ),
    Check(
        claim.DESCENT_TIME,
        still_true=dict.fromkeys(looser.DESCENT_TIME, LOOSER),
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
    *log_log_pole.CHECKS,
    *joint_pole.CHECKS,
)
