"""Pole maps, input rules, their orders, and Mamba's input rule against its bounds."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg

from numerics import equivalence as ne
from numerics import memory as nm
from numerics import spectra as sp
from tests.witness import UNIT

LEFT = st.builds(lambda e, y: complex(-(10.0**e), y), st.floats(-12, 3), st.floats(-1e3, 1e3))
RULES = (ne.driven_zoh, ne.driven_bilinear, ne.driven_euler)


@given(LEFT, st.floats(-4, 1).map(lambda e: 10.0**e))
def test_zoh_and_bilinear_keep_the_disc(pole, dt):
    z = pole * dt
    lam, tustin = sp.zoh([pole], dt)[0], sp.bilinear([pole], dt)[0]
    assert abs(lam) <= 1 and abs(tustin) <= 1 + 4 * UNIT
    gap = -2 * z.real / abs(1 - z / 2) ** 2
    assert 1 - abs(tustin) ** 2 == pytest.approx(gap, rel=1e-9, abs=16 * UNIT)
    eu, excess = ne.euler([pole], dt)[0], 2 * z.real + abs(z) ** 2
    assert abs(eu) ** 2 - 1 == pytest.approx(excess, rel=1e-9, abs=16 * UNIT * (1 + abs(z) ** 2))
    limit = ne.euler_step_limit([pole])[0]
    for factor in (0.9, 1.1, 1.05):
        moved = ne.euler([pole], factor * limit)[0]
        turn = abs(moved) ** 2 - 1
        assert np.sign(turn) == np.sign(factor - 1) or abs(turn) < 64 * UNIT * (1 + abs(factor * limit * pole) ** 2)


def test_limits_and_folding():
    assert sp.zoh([-1.0], 1e4)[0] == 0 and sp.bilinear([-1.0], 1e12)[0] == pytest.approx(-1)
    turned = sp.zoh([-0.5 + 1j, -0.5 + 1j * (1 + 2 * np.pi)], 1.0)
    assert abs(turned[0] - turned[1]) <= 8 * UNIT
    omega = np.linspace(0, 1e3, 1001)
    angles = np.angle(sp.bilinear(-1e-9 + 1j * omega, 0.1))
    assert np.abs(angles - 2 * np.arctan(0.1 * omega / 2)).max() <= 1e-9 and np.all(np.diff(angles) > 0)


@given(st.integers(1, 12), st.floats(-3, 0).map(lambda e: 10.0**e))
def test_dense_pairs(N, dt):
    A, B = sp.legs(N)
    (zA, zB), (bA, bB) = ne.zoh_pair(A, B, dt), ne.bilinear_pair(A, B, dt)
    norm, identity = np.linalg.norm(A, 1) * dt, np.eye(N)
    assert np.abs(zA - linalg.expm(A * dt)).max() <= 64 * N * UNIT * np.exp(min(norm, 20))
    assert np.abs(A @ zB - (zA - identity) @ B).max() <= 64 * N * UNIT * np.exp(min(norm, 20)) * N
    assert np.abs((identity - dt / 2 * A) @ bA - identity - dt / 2 * A).max() <= 64 * N * UNIT * (1 + norm) ** 2
    assert np.abs((identity - dt / 2 * A) @ bB - dt * B).max() <= 64 * N * UNIT * (1 + norm) ** 2
    poles, b = -np.arange(1.0, N + 1) + 1j, np.linspace(1, 2, N)
    dense = ne.zoh_pair(np.diag(poles), b, dt)
    assert np.abs(np.diag(dense[0]) - sp.zoh(poles, dt)).max() <= 64 * N * UNIT * 8
    assert np.abs(dense[1] - ne.zoh_input(poles, b, dt)).max() <= 64 * N * UNIT * 8
    dense = ne.bilinear_pair(np.diag(poles), b, dt)
    assert np.abs(dense[1] - ne.bilinear_input(poles, b, dt)).max() <= 64 * N * UNIT
    assert np.array_equal(ne.euler_input(poles, b, dt), b * dt)


def test_order_of_the_pole_maps():
    z = -(0.5 + 0.3j) * 2.0 ** -np.arange(5, 10)
    exact = sp.zoh(z, 1.0)
    assert (sp.bilinear(z, 1.0) - exact) / z**3 == pytest.approx(np.full(5, 1 / 12), abs=2e-3)
    assert (ne.euler(z, 1.0) - exact) / z**2 == pytest.approx(np.full(5, -0.5), abs=1e-2)
    steps, pole = 2 ** np.arange(6, 10), -1.3 + 0.4j
    for rule, order in ((sp.bilinear, 2), (ne.euler, 1)):
        error = [abs(rule([pole], 2.0 / k)[0] ** k - np.exp(2 * pole)) for k in steps]
        slopes = np.diff(np.log2(error))
        assert np.all(np.abs(slopes + order) < 0.1) and np.ptp(slopes) < 0.05
    assert max(abs(sp.zoh([pole], 2.0 / k)[0] ** k - np.exp(2 * pole)) for k in steps) <= 64 * 512 * UNIT


def _input(t):
    return np.cos(3 * t) + t


def _slopes(rule):
    pole, end = -1.3 + 0.4j, 2.0
    truth = complex(mpmath.quad(lambda s: mpmath.exp(pole * (end - s)) * (mpmath.cos(3 * s) + s), [0, 1, end]))
    error = []
    for k in 2 ** np.arange(6, 10):
        error.append(abs(rule(pole, _input(np.arange(k + 1) * end / k), end / k)[-1] - truth))
    return -np.diff(np.log2(error))


def test_driven_order_is_one_without_averaging():
    for rule in RULES:
        slopes = _slopes(rule)
        assert np.all(np.abs(slopes - 1) < 0.1) and np.ptp(slopes) < 0.05
        assert np.all(np.abs(slopes - 2) > 0.9)  # the claim of second order is refuted
    slopes = _slopes(ne.driven_trapezoid)
    assert np.all(np.abs(slopes - 2) < 0.1) and np.ptp(slopes) < 0.05


def test_zoh_is_exact_for_inputs_constant_over_a_step():
    pole, dt, u = -0.7 + 2j, 0.3, np.array([9.0, 1.0, -2.0, 0.5])
    x = 0j
    for k in (1, 2, 3):
        x = np.exp(pole * dt) * x + u[k] * (np.exp(pole * dt) - 1) / pole
        assert abs(ne.driven_zoh(pole, u, dt)[k] - x) <= 16 * UNIT


@given(st.floats(-14, 2.5), st.floats(-np.pi, np.pi))
def test_phi_against_fifty_digits(exponent, angle):
    z = complex(10.0**exponent * np.exp(1j * angle))
    if z.real > 500:
        z = complex(-z.real, z.imag)
    with mpmath.workdps(60):
        exact = mpmath.expm1(z) / z
        assert abs(complex(ne.phi(z)) - complex(exact)) <= 32 * UNIT * max(
            abs(complex(exact)), abs(np.exp(z.real)) / abs(z)
        )
        assert abs(complex(ne.phi_gap(z)) - complex(exact - 1)) <= 32 * UNIT * max(abs(complex(exact - 1)), abs(exact))
        if abs(z) < 0.4:
            assert abs(complex(ne.phi_gap(z)) / complex(exact - 1) - 1) <= 32 * UNIT
    assert ne.phi(0) == 1 and ne.phi_gap(0) == 0


def test_bounds_on_mambas_input():
    rng = np.random.default_rng(0)
    x = np.concatenate([np.logspace(-14, 3, 100_000), rng.uniform(0, 40, 100_000)])
    excess, deviation = ne.mamba_input_excess(-x).real, -ne.phi_gap(-x).real
    for value, (low, high) in ((excess, ne.real_excess_bounds(x)), (deviation, ne.real_deviation_bounds(x))):
        assert np.all(value <= high * (1 + 16 * UNIT) + 16 * UNIT * (x > 1)) and np.all(
            value >= low * (1 - 16 * UNIT) - 16 * UNIT * (x > 1)
        )
    assert np.max(excess / (0.9 * ne.real_excess_bounds(x)[1])) > 1 and np.max(excess / (x / 2)) > 1.5
    z = 2 * np.pi * 0.9999 * np.sqrt(rng.random(200_000)) * np.exp(2j * np.pi * rng.random(200_000))
    z = np.concatenate([z, z * 1e-3, z * 1e-9])
    assert np.all(np.abs(ne.mamba_input_excess(z)) <= ne.complex_excess_bound(z) * (1 + 64 * UNIT))
    left = z[z.real <= 0]
    assert np.all(np.abs(ne.phi_gap(left)) <= np.abs(left) / 2 * (1 + 16 * UNIT))
    assert np.all(np.abs(ne.phi(left)) <= 1 + 16 * UNIT)
    right = np.array([1.0, 3.0])
    assert np.all(np.abs(ne.phi_gap(right)) > right / 2)  # needs Re z <= 0
    small = 1e-6 * np.exp(1j * np.linspace(0, 6, 50))
    assert np.max(np.abs(ne.mamba_input_excess(small)) / ne.complex_excess_bound(small)) > 1 - 1e-6


def test_complex_poles_near_a_full_turn_are_lost():
    for gap in (1e-2, 1e-4, 1e-6):
        ratio = 1 + ne.mamba_input_excess(-gap + 2j * np.pi)
        assert abs(ratio) == pytest.approx(2 * np.pi / gap, rel=2 * gap + 1e-8)
    assert abs(ne.mamba_input_excess(-0.1 + 6.2j)) > 5 * ne.real_excess_bounds(6.2)[1]  # which holds for real z only


def test_fixed_step_euler_is_a_rescaling():
    poles, dt = np.array([-0.5 + 3j, -2.0, -1 - 7j]), 0.2
    lam, B = sp.zoh(poles, dt), np.array([1.0, -2.0, 0.5j])
    ratio = ne.euler_input(poles, B, dt) / ne.zoh_input(poles, B, dt)
    assert np.allclose(ratio, 1 / ne.phi(poles * dt), rtol=1e-14)
    memories = [nm.memory_function_dense(np.diag(lam), f(poles, B, dt), 60) for f in (ne.euler_input, ne.zoh_input)]
    assert np.abs(memories[0] - memories[1]).max() <= 1e-12
    C = np.array([1.0, 1j, 2.0])
    exact = ne.vandermonde_kernel(C * ne.zoh_input(poles, B, dt), lam, 40)
    rescaled = ne.vandermonde_kernel(C / ratio * ne.euler_input(poles, B, dt), lam, 40)
    assert np.abs(exact - rescaled).max() <= 64 * UNIT * np.abs(exact).max()


@given(st.floats(-3, 1.2).map(lambda e: 10.0**e), st.floats(0.05, 5), st.integers(1, 60), st.integers(0, 2**31))
def test_selective_error_stays_below_its_bound(x, rate, length, seed):
    rng = np.random.default_rng(seed)
    largest = x / rate
    steps = largest * rng.choice([1.0, 1e-3, 0.5], length) * rng.uniform(0.5, 1, length)
    drive = rng.choice([-1.0, 1.0], length) * rng.choice([1.0, 0.3], length)
    gap = np.abs(ne.selective_euler(-rate, steps, drive) - ne.selective_zoh(-rate, steps, drive))
    bound = ne.selective_error_bound(-rate, largest)
    assert gap.max() <= bound * (1 + 64 * UNIT) + 64 * length * UNIT / rate
    lasting = int(60 / x) + 2
    if lasting < 5000:
        worst = np.full(lasting, largest), np.ones(lasting)
        reached = np.abs(ne.selective_euler(-rate, *worst) - ne.selective_zoh(-rate, *worst)).max()
        assert bound <= reached * (1 + 1e-9) + 64 * lasting * UNIT / rate


def test_selective_recurrences_against_a_loop_and_no_constant_repairs_them():
    rng = np.random.default_rng(4)
    steps, drive, pole = rng.uniform(0.1, 2, 50), rng.standard_normal(50), -0.8
    h, rows = np.zeros(2), []
    for dt, b in zip(steps, drive, strict=True):
        h = np.exp(pole * dt) * h + np.array([dt, np.expm1(pole * dt) / pole]) * b
        rows.append(h)
    loop = np.array(rows)
    assert np.abs(ne.selective_euler(pole, steps, drive) - loop[:, 0]).max() <= 64 * 50 * UNIT
    assert np.abs(ne.selective_zoh(pole, steps, drive) - loop[:, 1]).max() <= 64 * 50 * UNIT
    scale = (loop[:, 0] @ loop[:, 1]) / (loop[:, 1] @ loop[:, 1])
    assert np.abs(loop[:, 0] - scale * loop[:, 1]).max() > 0.05


def test_refusals():
    for call, message in (
        (lambda: ne.euler([-1.0], 0.0), "dt = 0.0"),
        (lambda: ne.zoh_input([0.5], [1.0], 0.1), "real part 0.5"),
        (lambda: ne.zoh_input([-0.5], [1.0, 2.0], 0.1), "B has shape"),
        (lambda: ne.complex_excess_bound(7.0), r"\|z\| = 7.0"),
        (lambda: ne.selective_error_bound(-1 + 1j, 0.1), "real poles only"),  # type: ignore[arg-type]
        (lambda: ne.selective_zoh(-1, [0.1, 0.0], [1.0, 1.0]), r"steps\[1\] = 0.0"),
        (lambda: ne.selective_zoh(-1, [0.1], [1.0, 1.0]), "must agree"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
