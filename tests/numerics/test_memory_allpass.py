"""The memory function from poles: accuracy against 200 digits, the reference table, cost, refusals."""

import os
import subprocess
import sys
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from numerics import memory as nm
from numerics import spectra as sp
from numerics.memory.allpass import fft_points
from numerics.memory.tail import tail_length
from tests.numerics.oracle import exact_memory, hard_sets

HARD = hard_sets()
EPS = 2.0**-52
TABLE = [
    (lambda: sp.zoh(sp.conjugate_closed(sp.s4d_inv(64)), 1e-3), 0.0620, (0, 0, 2246, 7144)),
    (lambda: sp.zoh(sp.conjugate_closed(sp.s4d_lin(64)), 1e-3), 0.0611, (0, 0, 1997, 4002)),
    (lambda: sp.zoh(sp.legs_normal(64), 1e-3), 0.0620, (0, 0, 2345, 6341)),
    (lambda: sp.zoh(sp.legs_poles(64), 1e-3), 0.9844, (2, 43, 1645, 6164)),
    (lambda: sp.zoh(sp.conjugate_closed(sp.s4d_inv(64)), 1e-2), 0.4727, (0, 254, 715, 886)),
    (lambda: sp.zoh(sp.conjugate_closed(sp.s4d_lin(64)), 1e-2), 0.4674, (0, 200, 400, 601)),
    (lambda: sp.zoh(sp.legs_poles(64), 1e-2), 1.0000, (19, 168, 620, 899)),
]


@pytest.mark.parametrize(("poles", "first", "lags"), TABLE)
def test_reference_table(poles, first, lags):
    M = nm.memory_function(poles(), 8000)
    assert round(M[0], 4) == first
    assert tuple(nm.first_lag_below(M, level) for level in (0.5, 0.1, 0.01, 0.001)) == lags


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("horizon", [1, 2, 700])
def test_accuracy_against_200_digits(name, horizon):
    M = nm.memory_function(HARD[name], horizon)
    assert M.shape == (horizon,) and M.dtype == np.float64
    truth = exact_memory(HARD[name], horizon)
    assert np.abs(M - truth).max() <= 1e-12
    assert np.abs(nm.cascade_memory(HARD[name], horizon) - truth).max() <= 1e-14


@pytest.mark.parametrize("name", ["annulus", "slow_and_fast", "zeros_and_slow"])
def test_accuracy_over_long_horizons(name):
    assert np.abs(nm.memory_function(HARD[name], 12_000) - exact_memory(HARD[name], 12_000)).max() <= 1e-12


def test_accuracy_at_a_million_lags():
    lag = np.arange(1_000_000)
    gap = -np.expm1(2 * np.log1p(-1e-6))
    pole = 1 - 1e-6
    truth = gap * np.exp(2 * lag * np.log(pole))
    assert np.abs(nm.memory_function([pole * 1j], len(lag)) - truth).max() <= 1e-12 * gap + 1e-18 * len(lag)


@pytest.mark.parametrize("name", [n for n in HARD if fft_points(HARD[n].astype(complex)) < 2**20])
def test_fft_route_agrees(name):
    poles = HARD[name].astype(complex)
    tolerance = EPS * (len(poles) + np.sqrt(2 * nm.mean_delay(poles) + len(poles))) * 4 + 4e-15
    assert np.abs(nm.fft_memory(poles, 900) - nm.cascade_memory(poles, 900)).max() <= tolerance


def test_both_routes_are_chosen():
    assert nm.prefers_fft(sp.zoh(sp.legs_poles(64), 1e-2), 5000)
    assert not nm.prefers_fft(np.array([0.5 + 0j]), 10)
    assert not nm.prefers_fft(np.full(128, 1 - 1e-6 + 0j), 10_000)
    # at this horizon the FFT costs less for both; only the first has a phase error below 1e-13
    assert nm.prefers_fft(np.full(64, 0.99 + 0j), 50_000)
    assert not nm.prefers_fft(np.full(64, 0.998 + 0j), 50_000)


@pytest.mark.parametrize("name", HARD)
def test_orthonormal_states_are_the_memory_and_the_balanced_pair(name):
    poles = HARD[name][:30].astype(complex)
    alpha = nm.orthonormal_states(poles, 60)
    np.testing.assert_allclose(np.sum(np.abs(alpha) ** 2, axis=0), exact_memory(poles, 60), atol=1e-14)
    A, B = nm.balanced_pair(poles)
    np.testing.assert_allclose(A @ A.conj().T + np.outer(B, B.conj()), np.eye(len(poles)), atol=8 * len(poles) * EPS)
    np.testing.assert_allclose(np.diag(A), poles)
    for tau in (0, 1, 2, 59):
        np.testing.assert_allclose(np.linalg.matrix_power(A, tau) @ B, alpha[:, tau], atol=64 * len(poles) * EPS)


def test_orthonormal_states_are_orthonormal():
    alpha = nm.orthonormal_states([0.5, 0.5, -0.3j, 0.0, 0.9], 700)
    np.testing.assert_allclose(alpha @ alpha.conj().T, np.eye(5), atol=64 * EPS)


def test_tail_energy_of_the_coefficients():
    for name in ("repeated", "zeros", "real", "ring"):
        b = nm.allpass_coefficients(HARD[name], 200)
        np.testing.assert_allclose(1 - np.cumsum(np.abs(b) ** 2), nm.memory_function(HARD[name], 200), atol=1e-13)


poles_strategy = st.lists(
    st.one_of(
        st.sampled_from([0.0, 0.5, 0.5, 1 - 1e-6, -0.999, 0.3 + 0.3j]),
        st.builds(lambda r, a: (1 - 10.0**-r) * np.exp(1j * a), st.floats(0.01, 6), st.floats(-3.2, 3.2)),
    ),
    min_size=1,
    max_size=6,
)


@given(poles_strategy, st.integers(1, 40))
@example([0.5, 0.5 + 1e-12], 40)
@example([0.0], 1)
def test_accuracy_for_drawn_poles(poles, horizon):
    M = nm.memory_function(poles, horizon)
    assert np.abs(M - exact_memory(poles, horizon)).max() <= 1e-14
    assert np.abs(nm.memory_function(poles[::-1], horizon) - M).max() <= 1e-14


@given(poles_strategy, st.integers(0, 60))
def test_tail_bound_is_a_bound(poles, lag):
    tail = exact_memory(poles, lag)[-1] if lag else 1.0
    assert nm.tail_bound(poles, lag) >= tail * (1 - 1e-12)
    assert nm.tail_bound(poles, lag + 1) <= nm.tail_bound(poles, lag) * (1 + 1e-6)


@pytest.mark.parametrize("name", HARD)
def test_tail_length_is_where_the_bound_arrives(name):
    length = tail_length(HARD[name].astype(complex), -70.0)
    assert nm.log_tail_bound(HARD[name], length) <= -70 * (1 - 1e-6)
    assert length == 1 or nm.log_tail_bound(HARD[name], max(0, int(0.99 * length) - 2)) > -70


def test_fast_decay_is_not_slowed_by_denormals():
    def measure(pole):
        start = time.process_time()
        nm.cascade_memory(np.full(4, pole, complex), 400_000)
        return time.process_time() - start

    # unchecked, 0.6 would stick at the smallest denormal number and cost some twenty times more
    assert min(measure(0.6) for _ in range(3)) < 3 * min(measure(1 - 1e-6) for _ in range(3))


def test_vanished_lags_are_zero():
    M = nm.cascade_memory([0.5], 2000)
    assert M[-1] == 0 and M[400] == pytest.approx(0.75 * 0.25**400, rel=1e-12)


def test_cost_in_the_stated_case():
    script = (
        "import resource, numpy as np\n"
        "from numerics import memory as nm, spectra as sp\n"
        "poles = sp.uniform_annulus(1024, 0.9, 0.9999, 0)\n"
        "nm.memory_function(poles[:2], 10)\n"
        "base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "import time; start = time.process_time()\n"
        "nm.memory_function(poles, 131072)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024, time.process_time() - start)\n"
    )
    one_core = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=one_core)
    megabytes, seconds = map(float, out.stdout.split())
    assert megabytes < 200 and seconds < 10


def test_memory_of_the_fft_route_is_of_the_order_of_the_horizon():
    poles = sp.zoh(sp.legs_poles(256), 1e-2)
    horizon = 60_000
    assert nm.prefers_fft(poles, horizon)
    tracemalloc.start()
    nm.memory_function(poles, horizon)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 80 * (8 * horizon + 10_000)


ENTRIES = [
    nm.memory_function,
    nm.cascade_memory,
    nm.fft_memory,
    nm.orthonormal_states,
    nm.allpass_coefficients,
    nm.gram_solve,
    nm.vandermonde_qr,
    lambda poles, horizon: nm.memory_function_noisy(poles, 0.1, horizon),
    lambda poles, horizon: nm.memory_function_coloured(poles, [1.0], horizon),
]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("poles", [[1.0], [1.1j], [np.nan], [np.inf], [], [[0.5]], ["x"], [None]])
def test_bad_poles_refused(entry, poles):
    with pytest.raises(ValueError, match="poles"):
        entry(poles, 5)


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("horizon", [0, -1, 1.5, 3.0, True, None, "7"])
def test_bad_horizon_refused(entry, horizon):
    with pytest.raises(ValueError, match="horizon"):
        entry([0.5], horizon)


@pytest.mark.parametrize("entry", [nm.tail_bound, nm.log_tail_bound])
def test_bad_tail_arguments_refused(entry):
    for poles, lag in (([1.0], 1), ([0.5], -1), ([0.5], 1.0)):
        with pytest.raises(ValueError, match=r"poles|lag"):
            entry(poles, lag)


@pytest.mark.parametrize("entry", [nm.balanced_pair, nm.mean_delay, nm.gram, nm.gram_factor, nm.decay_rate])
def test_bad_poles_alone_refused(entry):
    for poles in ([1.0], [np.nan], [], [[0.5]], ["x"]):
        with pytest.raises(ValueError, match="poles"):
            entry(poles)
