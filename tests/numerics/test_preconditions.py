"""Every precondition accepts what the mathematics allows and refuses the rest, naming value and rule."""

from fractions import Fraction

import numpy as np
import pytest

from numerics import memory as nm
from numerics import preconditions as pre
from numerics import spectra as sp
from numerics.learning import best_poles


@pytest.mark.parametrize(
    ("poles", "message"),
    [
        ([0.5, 1.0], r"poles\[1\] = \(1\+0j\).*inside the unit circle"),
        ([0.2, -1.5j], r"poles\[1\] = .*1\.5.*inside the unit circle"),
        ([1e300], r"inside the unit circle"),
        ([0.5, np.nan], r"poles\[1\] = nan: must be finite"),
        ([np.inf], r"poles\[0\] = inf: must be finite"),
        ([], r"poles = \[\]: must hold at least one"),
        ([[0.5, 0.1]], r"shape \(1, 2\).*0\.5.*one-dimensional"),
        (0.5, r"shape \(\).*one-dimensional"),
        (["a"], r"poles = \['a'\]: must be numbers"),
        ([None], r"poles = \[None\]: must be numbers"),
        ([Fraction(1, 2)], r"must be numbers, not dtype object"),
        ([True], r"must be numbers, not dtype bool"),
        ([[0.1], [0.1, 0.2]], r"rectangular"),
    ],
)
def test_poles_refused(poles, message):
    with pytest.raises(ValueError, match=message):
        pre.as_poles(poles)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128, np.int64])
def test_poles_of_any_numeric_dtype_become_complex(dtype):
    poles = pre.as_poles(np.zeros(3, dtype=dtype))
    assert poles.dtype == np.complex128 and poles.shape == (3,)


def test_poles_are_judged_by_exact_modulus():
    # both have float modulus 1 within an ulp; exact rational arithmetic decides
    for p in [0.6 + 0.8j, 0.8 - 0.6j, np.nextafter(0.6, 0) + 0.8j, 1 - 2**-53, np.nextafter(0.6, 1) + 0.8j]:
        inside = Fraction(p.real) ** 2 + Fraction(np.imag(p)) ** 2 < 1
        if inside:
            pre.as_poles([p])
        else:
            with pytest.raises(ValueError, match="inside the unit circle"):
                pre.as_poles([p])


def test_gap_is_correctly_rounded():
    rng = np.random.default_rng(0)
    radius = np.concatenate([rng.random(200), 1 - 10.0 ** rng.uniform(-15, -1, 200), [0.0, 1e-200]])
    poles = radius * np.exp(2j * np.pi * rng.random(len(radius)))
    exact = [float(1 - Fraction(p.real) ** 2 - Fraction(p.imag) ** 2) for p in poles]
    np.testing.assert_array_equal(pre.stability_gap(poles), exact)


@pytest.mark.parametrize(("value", "rule"), [([-1.0, 0.0], "Re s < 0"), ([1j], "Re s < 0"), ([[-1.0]], "one-dim")])
def test_continuous_poles_refused(value, rule):
    with pytest.raises(ValueError, match=rule):
        pre.as_continuous_poles(value)


def test_continuous_poles_accepted():
    assert pre.as_continuous_poles([-1, -2]).dtype == np.complex128


@pytest.mark.parametrize("horizon", [0, -3, 1.0, 2.5, "3", None, True, np.True_, np.float64(3), [3], np.nan])
def test_horizon_refused(horizon):
    with pytest.raises(ValueError, match="horizon = "):
        pre.as_horizon(horizon)


@pytest.mark.parametrize("horizon", [1, np.int32(1), np.uint8(1), np.array(1)])
def test_horizon_accepted(horizon):
    result = pre.as_horizon(horizon)
    assert result == 1 and type(result) is int


A, B = 0.5 * np.eye(2), np.ones(2)
SEEDED = {
    "best_poles": lambda seed: best_poles(2, 1, seed, 1),
    "in_sample_least_squares": lambda seed: nm.in_sample_least_squares(A, B, 3, 50, seed),
    "osm_plus": lambda seed: nm.osm_plus(A, 3, 2, seed),
    "random_imaginary": lambda seed: sp.random_imaginary(4, seed),
    "uniform_annulus": lambda seed: sp.uniform_annulus(4, 0.1, 0.9, seed),
    "scaled_gaussian": lambda seed: sp.scaled_gaussian(4, 0.9, seed),
}


@pytest.mark.parametrize("seed", [None, True, "x", 1.5, -1, [1, 2]])
@pytest.mark.parametrize("entry", SEEDED)
def test_seeds_that_do_not_repeat_a_run_are_refused(entry, seed):
    with pytest.raises(ValueError, match="seed = "):
        SEEDED[entry](seed)


@pytest.mark.parametrize("entry", SEEDED)
def test_equal_seeds_repeat_the_run(entry):
    np.testing.assert_equal(SEEDED[entry](7), SEEDED[entry](np.uint32(7)))


def test_complex_times_and_memory_are_refused():
    with pytest.raises(ValueError, match=r"times has dtype complex128, starting .*1\.j.*must be real"):
        nm.memory_function_continuous([-1.0], [1j])
    with pytest.raises(ValueError, match="memory has dtype complex128"):
        nm.first_lag_below([1j], 0.5)


@pytest.mark.parametrize("dt", [0, -1e-3, np.nan, np.inf, "1", None, True, [0.1], 1j])
def test_step_refused(dt):
    with pytest.raises(ValueError, match="dt = "):
        pre.as_step(dt)


@pytest.mark.parametrize(("helper", "bad"), [(pre.as_noise, -1e-9), (pre.as_noise, np.nan), (pre.as_noise, "0")])
def test_noise_refused(helper, bad):
    with pytest.raises(ValueError, match="noise = "):
        helper(bad)


@pytest.mark.parametrize("radius", [-0.1, 1.0, np.nan])
def test_radius_refused(radius):
    with pytest.raises(ValueError, match="outer = "):
        pre.as_radius("outer", radius)


@pytest.mark.parametrize(
    ("A", "B", "message"),
    [
        (np.zeros((2, 3)), np.zeros(2), r"A has shape \(2, 3\): must be square"),
        (np.zeros(3), np.zeros(3), r"A has shape \(3,\): must be square"),
        (np.zeros((0, 0)), np.zeros(0), r"square \(N, N\) with N >= 1"),
        (np.zeros((2, 2)), np.zeros(3), r"B has shape \(3,\)"),
        (np.zeros((2, 2)), np.zeros((1, 2)), r"B has shape \(1, 2\)"),
        (np.full((1, 1), np.nan), np.ones(1), r"A\[0, 0\] = nan: must be finite"),
        (np.zeros((1, 1)), [np.inf], r"B\[0\] = inf: must be finite"),
        (np.eye(2), np.ones(2), r"spectral radius 1.*must be < 1"),
        ([["x"]], [1.0], r"A = .*must be numbers"),
    ],
)
def test_pair_refused(A, B, message):
    with pytest.raises(ValueError, match=message):
        pre.as_stable_pair(A, B)


@pytest.mark.parametrize(("A", "kind"), [(np.zeros((2, 2), int), np.float64), (np.zeros((2, 2)) * 1j, np.complex128)])
def test_pair_accepted(A, kind):
    matrix, b = pre.as_stable_pair(A, [[1], [2]])
    assert matrix.dtype == b.dtype == kind and b.shape == (2,)
