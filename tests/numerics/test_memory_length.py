"""Mean delay, decay, continuous time."""

import flint
import numpy as np
import pytest

from numerics import memory as nm
from numerics import spectra as sp
from tests.numerics.oracle import hard_sets

HARD = hard_sets()
EPS = 2.0**-52


@pytest.mark.parametrize(
    "poles", [[0.5], [0.0], [0.9, 0.9, 0.9], [0.0, 0.95, -0.3j], sp.uniform_annulus(30, 0.1, 0.98, 0)]
)
def test_mean_delay_is_the_first_moment(poles):
    M = nm.cascade_memory(poles, 6000)
    assert M[-1] < 1e-30
    moment = np.sum(np.arange(6000) * M)
    assert nm.mean_delay(poles) == pytest.approx(moment, rel=64 * len(poles) * EPS, abs=64 * len(poles) ** 2 * EPS)


@pytest.mark.parametrize("name", HARD)
def test_mean_delay_is_least_for_the_delay_line(name):
    N = len(HARD[name])
    least = N * (N - 1) / 2
    excess = nm.mean_delay(HARD[name]) - least
    assert excess >= -64 * N**2 * EPS
    assert (excess > 1e-9) == bool(np.any(np.abs(HARD[name]) > 1e-4))


def test_mean_delay_close_to_the_circle():
    with flint.ctx.workprec(300):
        p = [flint.arb(1 - 1e-6), flint.arb(1 - 2e-6)]
        terms = sum((1 - a**2 * b**2) / (1 - a * b) ** 2 for a in p for b in p)
        truth = float((terms - 2) / 2)
    assert nm.mean_delay([1 - 1e-6, 1 - 2e-6]) == pytest.approx(truth, rel=64 * EPS)


def test_first_lag_below():
    M = nm.memory_function([0.0, 0.0, 0.0], 6)
    assert nm.first_lag_below(M, 0.5) == 3
    assert nm.first_lag_below(M, 0.0) is None
    with pytest.raises(ValueError, match="level"):
        nm.first_lag_below(M, np.nan)
    with pytest.raises(ValueError, match="memory"):
        nm.first_lag_below([], 0.5)


@pytest.mark.parametrize(
    ("poles", "m"), [([0.9, 0.3], 1), ([0.9, 0.9, 0.2], 2), ([-0.8, -0.8, -0.8], 3), ([0.9j, -0.9j], 1)]
)
def test_decay_rate(poles, m):
    rate, multiplicity = nm.decay_rate(poles)
    assert multiplicity == m
    lags = np.array([400, 800])
    tail = nm.cascade_memory(poles, 801)[lags]
    slope = np.log(tail[1] / tail[0]) - 2 * (m - 1) * np.log(2)
    assert slope / 400 == pytest.approx(np.log(rate), abs=3 * m**2 / 400)


def exact_density(poles, t, bits=2500):
    with flint.ctx.workprec(bits):
        s = [flint.acb(p.real, p.imag) for p in poles]
        v = flint.acb_mat([[(p * flint.arb(t)).exp()] for p in s])
        G = flint.acb_mat([[-1 / (p + q.conjugate()) for q in s] for p in s])
        return float((v.conjugate().transpose() * G.solve(v))[0, 0].real)


CONTINUOUS = {
    "one": np.array([-1.0 + 0j]),
    "lin": sp.conjugate_closed(sp.s4d_lin(16)),
    "inv": sp.conjugate_closed(sp.s4d_inv(32)),
    "legs": sp.legs_poles(32),
    "near": np.array([-1.0, -1.0 - 1e-9, -1.0 + 1e-9j]),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous_memory_against_the_definition(name):
    s = CONTINUOUS[name]
    times = np.array([0.0, 1e-3, 0.1, 0.37, 1.0, 2.5])
    m = nm.memory_function_continuous(s, times)
    A, _ = nm.balanced_pair_continuous(s)
    tolerance = 64 * EPS * max(1.0, np.linalg.norm(A) * times.max()) * max(1.0, m[0])
    np.testing.assert_allclose(m, [exact_density(s, t) for t in times], atol=tolerance)
    assert m[0] == pytest.approx(-2 * s.real.sum(), rel=1e-13)
    assert np.all(times * m <= len(s) * (1 + 1e-12))


def test_continuous_memory_of_a_repeated_pole():
    t = np.linspace(0, 5, 40)
    # Laguerre functions of Re s = −1: √2 e^{−t} and √2 e^{−t}(1 − 2t)
    truth = 2 * np.exp(-2 * t) * (1 + (1 - 2 * t) ** 2)
    np.testing.assert_allclose(nm.memory_function_continuous([-1.0, -1.0], t), truth, atol=1e-14)


def test_continuous_memory_is_the_limit_of_small_steps():
    s = CONTINUOUS["lin"]
    gaps = []
    for dt in (2e-3, 1e-3, 5e-4):
        steps = round(0.4 / dt)
        gaps.append(
            abs(nm.memory_function(sp.zoh(s, dt), steps + 1)[steps] / dt - nm.memory_function_continuous(s, [0.4])[0])
        )
    slopes = np.log2([gaps[0] / gaps[1], gaps[1] / gaps[2]])
    assert np.all(np.abs(slopes - 1) < 0.1) and abs(slopes[0] - slopes[1]) < 0.05


def test_continuous_balanced_pair_is_lossless():
    A, B = nm.balanced_pair_continuous(CONTINUOUS["inv"])
    assert np.abs(A + A.conj().T + np.outer(B, B.conj())).max() <= 8 * EPS * np.linalg.norm(A)


@pytest.mark.parametrize(
    ("poles", "times"), [([0.0], [1.0]), ([-1.0], [-1.0]), ([-1.0], []), ([-1.0], [np.nan]), ([], [1.0])]
)
def test_continuous_refuses(poles, times):
    with pytest.raises(ValueError, match=r"poles|times"):
        nm.memory_function_continuous(poles, times)
