"""Times of one pole on its way to a delay: accuracy in many digits, limits, refusals."""

import math

import mpmath
import numpy as np
import pytest

import numerics.learning as exact


def slow_time(start: float, stop: float, delay: int, log_log: bool = False) -> mpmath.mpf:
    """∫ dλ/|L₂'(λ)|, over (λ ln λ)² where ν moves, in 25 digits, in ln λ or (down) in ln(1 − λ)."""
    with mpmath.workdps(25):
        a, b = mpmath.mpf(start), mpmath.mpf(stop)

        def at(pole: mpmath.mpf) -> mpmath.mpf:
            speed = 2 * pole ** (2 * delay - 1) * (delay - (delay + 1) * pole**2)
            return 1 / (speed * ((pole * mpmath.log(pole)) ** 2 if log_log else 1))

        if start < stop:
            ends = mpmath.linspace(mpmath.log(a), mpmath.log(b), 9)
            return mpmath.quad(lambda z: at(mpmath.exp(z)) * mpmath.exp(z), ends)
        ends = mpmath.linspace(mpmath.log(1 - a), mpmath.log(1 - b), 12)
        return mpmath.quad(lambda z: -at(1 - mpmath.exp(z)) * mpmath.exp(z), ends)


UP = [(1, 0.1, 0.6), (2, 0.1, 0.6), (5, 0.3, 0.8), (40, 0.5, 0.98), (5, 1e-9, 0.3), (3, 0.5, 0.5000001)]
DOWN = [(1, 0.999, 0.8), (5, 0.999999, 0.95), (200, 0.9999, 0.998), (5, 1 - 1e-12, 0.92)]


@pytest.mark.parametrize(("delay", "start", "stop"), UP)
def test_times_up_in_many_digits(delay: int, start: float, stop: float) -> None:
    for route in (exact.escape_time, exact.escape_time_series):
        assert route(start, stop, delay) == pytest.approx(float(slow_time(start, stop, delay)), rel=4e-14)
    assert exact.log_log_time(start, stop, delay) == pytest.approx(
        float(slow_time(start, stop, delay, True)), rel=4e-14
    )


@pytest.mark.parametrize(("delay", "start", "stop"), DOWN)
def test_times_down_in_many_digits(delay: int, start: float, stop: float) -> None:
    assert exact.descent_time(start, stop, delay) == pytest.approx(float(slow_time(start, stop, delay)), rel=4e-14)
    assert exact.log_log_time(start, stop, delay) == pytest.approx(
        float(slow_time(start, stop, delay, True)), rel=4e-14
    )


def test_flow_arrives_when_the_integral_says() -> None:
    T = exact.escape_time(0.3, 0.8, 5)
    assert T is not None
    assert exact.single_pole_flow(0.3, 5, [T])[0] == pytest.approx(0.8, rel=1e-9)
    assert exact.single_pole_flow(1.0, 5, [exact.descent_time(1.0, 0.95, 5)])[0] == pytest.approx(0.95, rel=1e-10)


def test_the_log_log_law_is_reached_only_logarithmically() -> None:
    """(T 4τ²λ_0^{2τ} ln²λ_0 − 1) τ ln(1/λ_0) → 1: still 3.8 % off the law at λ_0 = 1e-12, τ = 1."""
    for delay, bound in ((1, 0.06), (2, 0.03), (5, 0.02)):
        start = 1e-12
        T = exact.log_log_time(start, 0.6, delay)
        assert T is not None
        ratio = T * 4 * delay**2 * start ** (2 * delay) * math.log(start) ** 2
        assert (ratio - 1) * delay * math.log(1 / start) == pytest.approx(1, abs=bound)


def test_descent_in_the_log_log_parameter_takes_nineteen_delays() -> None:
    """From 2τ(1 − λ_0) = 0.1 to λ* + (1 − λ*)/10: T/τ → ∫ e^x/(x²(1−x)) dx over 0.1..0.9 = 19.058."""
    best = exact.best_pole(1000)
    T = exact.log_log_time(1 - 0.1 / 2000, best + 0.1 * (1 - best), 1000)
    assert T is not None
    assert T / 1000 == pytest.approx(19.058, abs=5e-3)


def test_joint_times_by_another_integrator() -> None:
    for w, start, stop, delay in ((0.0, 0.2, 0.7, 2), (0.5, 0.3, 0.6, 3), (0.0, 0.99, 0.9, 4)):
        T = exact.joint_time(w, start, stop, delay)
        assert exact.joint_flow(w, start, delay, [T])[1][0] == pytest.approx(stop, rel=1e-8)


@pytest.mark.parametrize(("read_out", "start", "delay"), [(1.0, 0.286, 20), (0.0, 0.02, 8), (1.0, 0.02, 7)])
def test_a_plateau_too_long_for_the_integrator_is_no_fault_of_the_arguments(
    read_out: float, start: float, delay: int
) -> None:
    with pytest.raises(ArithmeticError, match=f"joint flow from w = {read_out}"):
        exact.joint_time(read_out, start, math.sqrt(delay / (delay + 2)), delay)


def test_joint_time_that_never_comes() -> None:
    assert exact.joint_time(0.0, 0.5, 0.99, 2) == math.inf


def test_ends_of_the_range() -> None:
    assert exact.escape_time(0.3, exact.best_pole(5), 5) == math.inf
    assert exact.escape_time_series(0.3, exact.best_pole(5), 5) == math.inf
    assert exact.escape_time(0.001, 0.5, 200) == math.inf  # beyond the largest double
    assert exact.escape_time(0.3, 0.5, 0) is None
    assert exact.log_log_time(0.5, 0.3, 0) is None
    rounded = exact.best_pole(5)  # the double lies above λ*: from above it is reached, from below never
    assert exact.descent_time(1.0, rounded, 5) < math.inf
    assert (
        exact.descent_time(1.0, exact.best_pole(4), 4) == math.inf
        or exact.escape_time(0.3, exact.best_pole(4), 4) == math.inf
    )


@pytest.mark.parametrize(
    ("start", "stop"), [(0.0, 0.5), (0.5, 0.5), (0.6, 0.5), (0.5, 0.95), (-0.5, 0.6), (float("nan"), 0.6)]
)
def test_bad_ways_up(start: float, stop: float) -> None:
    with pytest.raises(ValueError, match="start"):
        exact.escape_time(start, stop, 5)


def test_other_bad_inputs() -> None:
    with pytest.raises(ValueError, match="λ\\*"):
        exact.descent_time(1.1, 0.95, 5)
    with pytest.raises(ValueError, match="delay"):
        exact.escape_time(0.1, 0.5, -1)
    with pytest.raises(ValueError, match="ν = −∞"):
        exact.log_log_time(1.0, 0.95, 5)
    with pytest.raises(ValueError, match="unit circle"):
        exact.single_pole_loss([1.0], 2)
    with pytest.raises(ValueError, match="times"):
        exact.single_pole_flow(0.5, 2, [1.0, 0.5])
    with pytest.raises(ValueError, match="delay = 0"):
        exact.joint_time(0.0, 0.1, 0.2, 0)
    with pytest.raises(ValueError, match="stop"):
        exact.joint_time(0.0, 0.1, 0.1, 2)


def test_loss_and_slope() -> None:
    poles = np.array([-0.9, 0.0, 0.3, 0.999])
    h = 1e-6
    for delay in (0, 1, 4):
        slope = (exact.single_pole_loss(poles + h, delay) - exact.single_pole_loss(poles - h, delay)) / (2 * h)
        assert exact.single_pole_slope(poles, delay) == pytest.approx(slope, abs=1e-8)
    assert exact.joint_loss(0.5**2 * 0.75, 0.5, 2) == pytest.approx(exact.single_pole_loss([0.5], 2)[0])


HUGE = 10**400
TIMES = (exact.escape_time, exact.escape_time_series, exact.descent_time, exact.log_log_time)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        *((lambda f=f: f(HUGE, 0.5, 3), "start = 10000.*must be finite as a double") for f in TIMES),
        *((lambda f=f: f(0.3, 0.5, HUGE), r"delay = 10000.*must be at most 2\^53") for f in TIMES),
        *((lambda f=f: f(0.3, 0.5, float("nan")), "delay = nan: must be an integer") for f in TIMES),
        *((lambda f=f: f(True, 0.5, 3), "start = True") for f in TIMES),
        *((lambda f=f: f(2.0, 0.5, 3), "start, stop = 2.0") for f in TIMES),
        (lambda: exact.joint_time(0.0, HUGE, 0.5, 3), "start = 10000"),
        (lambda: exact.joint_time(0.0, 0.3, 0.5, HUGE), "delay = 10000"),
        (lambda: exact.joint_time(HUGE, 0.3, 0.5, 3), "read_out = 10000"),
        (lambda: exact.single_pole_flow(HUGE, 2, [1.0]), "start = 10000"),
        (lambda: exact.single_pole_slope([0.5], HUGE), "delay = 10000"),
        (lambda: exact.single_pole_slope([2.0], 3), r"poles\[0\] = 2.0"),
        (lambda: exact.pole_at_share(10**5000, 3), "share = .*must be finite"),
    ],
)
def test_numbers_beyond_the_doubles_are_refused_by_name(call, said) -> None:
    with pytest.raises(ValueError, match=said):
        call()
