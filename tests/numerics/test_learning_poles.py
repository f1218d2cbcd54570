"""The gradient of memory on its routes against 80 digits, path lengths, floors, and the best poles for a lag."""

import mpmath
import numpy as np
import pytest

from numerics import learning as nl
from numerics import memory as nm
from numerics import spectra as sp
from numerics.learning.optimum import _negative_memory

UNIT = 2.0**-53
HARD = {
    "one": [0.5],
    "zero": [0.0],
    "delay line": [0.0, 0.0, 0.0],
    "triple": [0.5, 0.5, 0.5],
    "repeated and zero": [0.9, 0.9, 0.9, -0.5, 0.0, 0.0],
    "near the circle": [1 - 1e-6, 0.999j, -0.999j, 0.3 + 0.4j],
    "twice at 1e-9": [1 - 1e-9, 1 - 1e-9, 0.3],
    "nearly equal": [0.7, 0.7 * (1 - 1e-10), 0.2j],
    "nine real": list(np.linspace(0.1, 0.9, 9)),
}
ROUTES = {
    "one lag": nl.pole_gradient,
    "by sums": lambda poles, lag: nl.pole_gradients_by_sums(poles, lag + 1)[:, lag],
    "all lags": lambda poles, lag: nl.pole_gradients(poles, lag + 4)[:, lag],
}


def differences(poles, lag):
    """Central differences of 1 − Σ|b_j|² at 80 digits, the coefficients by long division."""

    def memory(moved):
        b = [mpmath.mpf(1)] + [mpmath.mpf(0)] * lag
        for pole in moved:
            before = last = mpmath.mpf(0)
            for j, coefficient in enumerate(b):
                last = before - mpmath.conj(pole) * coefficient + pole * last
                before, b[j] = coefficient, last
        return 1 - sum(abs(c) ** 2 for c in b)

    slopes = []
    with mpmath.workdps(80):
        poles = [mpmath.mpmathify(complex(pole)) for pole in poles]
        h = mpmath.mpf(10) ** -25
        for i in range(len(poles)):
            x, y = (
                (
                    memory([*poles[:i], poles[i] + e, *poles[i + 1 :]])
                    - memory([*poles[:i], poles[i] - e, *poles[i + 1 :]])
                )
                / (2 * h)
                for e in (h, 1j * h)
            )
            slopes.append(complex((x - 1j * y) / 2))
    return np.array(slopes)


def _moved(poles, i, step):
    return [*poles[:i], poles[i] + step, *poles[i + 1 :]]


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("lag", [0, 1, 3, 12, 40])
def test_every_route_against_differences(name, lag):
    poles = np.array(HARD[name], dtype=complex)
    tolerance = 8 * len(poles) * UNIT / (1 - np.abs(poles) ** 2)
    expected = differences(poles, lag)
    for route in ROUTES.values():
        assert np.all(np.abs(route(poles, lag) - expected) <= tolerance)


def test_a_gradient_far_below_rounding_keeps_its_relative_accuracy():
    # M_40 is 1e-25 here: differences of 1 − Σ|b|² would say 0
    poles = np.array([0.3, -0.2 + 0.1j])
    found, expected = nl.pole_gradient(poles, 40), differences(poles, 40)
    assert np.all(np.abs(expected) < 1e-20)
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_memory_comes_with_its_gradient():
    poles = sp.uniform_annulus(20, 0.2, 0.99, 1)
    memory, slopes = nl.memory_with_gradient(poles, 30)
    assert memory == pytest.approx(nm.cascade_memory(poles, 31)[30], abs=64 * 20 * UNIT)
    np.testing.assert_array_equal(slopes, nl.pole_gradient(poles, 30))
    assert nl.delay_floor(poles, 30) == pytest.approx(1 - memory, abs=64 * 20 * UNIT)


def test_a_floor_next_to_zero_keeps_its_digits():
    assert nl.delay_floor([1e-9], 0) == pytest.approx(1e-18, rel=1e-15)
    assert nl.delay_floor([0.0, 0.0], 1) == 0.0
    assert nl.delay_floor([0.0, 0.0], 2) == 1.0


def test_hyperbolic_length():
    assert nl.hyperbolic_length([[0.2, 0.3j]]).tolist() == [0.0, 0.0]
    # a ray from the centre is a geodesic, however it is sampled
    ray = np.linspace(0, 1 - 1e-9, 1000)[:, None] * np.exp(0.3j)
    assert nl.hyperbolic_length(ray)[0] == pytest.approx(np.arctanh(1 - 1e-9), rel=1e-8)
    # a circle is none: chords approach 2πr/(1 − r²) from below, quadratically
    full = 2 * np.pi * 0.6 / (1 - 0.36)
    short = [
        full - nl.hyperbolic_length(0.6 * np.exp(2j * np.pi * np.arange(n + 1) / n)[:, None])[0] for n in (64, 128)
    ]
    assert 0 < short[1] < short[0] and short[0] / short[1] == pytest.approx(4, rel=1e-2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nl.pole_gradient([1.0], 2), r"poles\[0\] = \(1"),
        (lambda: nl.pole_gradient([], 2), "at least one value"),
        (lambda: nl.pole_gradient([0.5], -1), "lag = -1"),
        (lambda: nl.pole_gradients([0.5], 0), "horizon = 0"),
        (lambda: nl.pole_gradients_by_sums([np.nan], 1), "finite"),
        (lambda: nl.delay_floor([0.5], True), "delay = True"),
        (lambda: nl.hyperbolic_length([0.5]), r"path has shape \(1,\)"),
        (lambda: nl.hyperbolic_length(np.zeros((0, 2))), r"path has shape \(0, 2\)"),
        (lambda: nl.hyperbolic_length([[0.5], [1.5]]), "inside the unit circle"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_best_poles_reference_and_bound():
    poles, value = nl.best_poles(2, 4, seed=0, restarts=8)
    assert round(value, 4) == 0.2307
    assert value == pytest.approx(nm.memory_function(poles, 5)[4], abs=1e-15)
    ring = max(nm.memory_function(sp.ring(2, r), 5)[4] for r in np.linspace(0, 0.999, 500))
    assert round(ring, 4) == 0.1481
    for N, lag in ((1, 4), (3, 2), (3, 7)):
        _, best = nl.best_poles(N, lag, seed=1, restarts=2)
        assert best <= N / (lag + 1)
        if N == 1:
            assert best == pytest.approx((1 / (lag + 1)) * (lag / (lag + 1)) ** lag, rel=1e-9)
        if lag < N:
            assert best > 0.999


def test_real_poles_are_a_smaller_class():
    free, real = nl.best_poles(2, 3, seed=0, restarts=6), nl.best_poles(2, 3, seed=0, restarts=6, real=True)
    assert np.all(real[0].imag == 0) and np.any(free[0].imag != 0)
    # two real poles: the two strict maxima at ±2^(-1/4) recall exactly 1/4, the collision at one place .2318
    assert round(free[1], 6) == 0.300781
    assert real[1] == pytest.approx(0.25, abs=1e-12)
    np.testing.assert_allclose(np.sort(real[0].real), [-(2**-0.25), 2**-0.25], atol=1e-6)


def test_restarts_escape_local_maxima():
    values = [nl.best_poles(3, 5, seed=0, restarts=restarts)[1] for restarts in (1, 2, 4)]
    assert values == sorted(values)  # equal seeds: the first starts are the same
    assert values[0] < 0.29 and values[2] > 0.33


@pytest.mark.parametrize(("N", "lag"), [(1, 0), (1, 3), (3, 5), (5, 9)])
@pytest.mark.parametrize("parts", [1, 2])
def test_ascent_has_the_gradient_of_its_goal(N, lag, parts):
    x = np.random.default_rng(N).standard_normal(parts * N)
    _, gradient = _negative_memory(x, N, lag)
    step = 1e-5
    shifted = [[_negative_memory(x + sign * step * e, N, lag)[0] for sign in (1, -1)] for e in np.eye(parts * N)]
    np.testing.assert_allclose(gradient, [(above - below) / (2 * step) for above, below in shifted], atol=1e-8)


def test_best_poles_refuses():
    refused: list[tuple] = [(0, 4, 0), (2, -1, 0), (2, 4.0, 0)]
    for arguments in refused:
        with pytest.raises(ValueError, match=r"N =|lag ="):
            nl.best_poles(*arguments)
    with pytest.raises(ValueError, match="restarts"):
        nl.best_poles(2, 4, 0, 0)


def test_steepest_poles_come_near_the_bound_and_not_above():
    for angle, least in ((np.radians(30), 0.49), (np.pi / 2, 0.38)):
        poles = nl.steepest_poles(1, 0, angle, seed=0)
        memory, slope = nl.memory_with_gradient(poles, 0)
        height = abs(slope[0]) * (1 - abs(poles[0]) ** 2)
        assert least < np.cos(angle) * (memory - 0.5) + np.sin(angle) * height <= 0.5
    # straight up: M = 1 − r² and height r(1 − r²) is largest at r² = 1/3
    assert memory == pytest.approx(2 / 3, abs=1e-4) and height == pytest.approx(2 / 3 / np.sqrt(3), abs=1e-7)
    with pytest.raises(ValueError, match="angle = inf"):
        nl.steepest_poles(1, 0, np.inf, 0)
