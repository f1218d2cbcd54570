"""What an input sees of the difference between LegS and its normal part: rate, bound, and a fixed step."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import integrate

from numerics import equivalence as ne
from numerics import memory as nm
from numerics import spectra as sp
from tests.witness import UNIT


def _ramp(omega):
    return 1 / (1 + omega**2) ** 2  # u = t e^{−t}, ‖u'‖ = ½


def _time_error(N):
    """The same error for n = 0 by partial fractions in time: x_0 = t²e^{−t}/2."""
    t, modes, r = np.linspace(0, 40, 40_001), -0.5 + 1j * ne.normal_part_frequencies(N), ne.normal_residues(N)[0]
    rate, forced, fading = -1 - modes, np.exp(-t), 0.0
    forced = forced * ((r / rate).sum() * t - (r / rate**2).sum())
    fading = (r / rate**2) @ np.exp(np.outer(modes, t))
    error = (forced + fading).real - t * t / 2 * np.exp(-t)
    return np.sqrt(integrate.simpson(error**2, x=t)), t[np.argmax(np.abs(error))]


def test_reference_response_errors():
    for N, value, peak in ((16, 0.01559, 6.1), (64, 0.003906, 9.1), (256, 0.000977, 11.9)):
        error, (in_time, at) = ne.response_error(0, N, _ramp), _time_error(N)
        assert error == pytest.approx(in_time, rel=1e-9)
        assert error == pytest.approx(value, rel=5e-4) and round(at, 1) == peak
    errors = [ne.response_error(0, 2**k, _ramp) for k in (5, 6, 7, 8)]
    assert np.all(np.abs(np.diff(np.log2(errors)) + 1) < 5e-3)


@given(st.integers(2, 48), st.data(), st.floats(0.05, 20))
@example(2, None, 1.0)
def test_response_error_stays_below_its_bound(N, data, rate):
    n = data.draw(st.integers(0, N - 1)) if data else 0
    # u = t e^{−rate t}: ‖u'‖² = 1/(4 rate)
    error = ne.response_error(n, N, lambda w: 1 / (rate**2 + w**2) ** 2)
    assert error <= ne.input_rate_bound(n, N) * np.sqrt(1 / (4 * rate)) * (1 + 1e-12)


def test_bound_is_within_reach_and_needs_the_rate():
    ratios = [ne.response_error(n, N, _ramp) / (0.5 * ne.input_rate_bound(n, N)) for N in (16, 64, 256) for n in (0, 1)]
    assert 0.25 < min(ratios) and max(ratios) < 1
    impulse = [ne.response_error(0, N, np.ones_like) for N in (16, 64, 256)]
    assert np.all(np.diff(impulse) > 0) and impulse[-1] == pytest.approx(0.5, abs=1e-4)
    # u = e^{−t/100} jumps at 0 and is nearly constant afterwards: its slope there, alone, bounds nothing
    slow = ne.response_error(0, 64, lambda w: 1 / (1e-4 + w**2))
    assert slow > 2 * ne.input_rate_bound(0, 64) * np.sqrt(0.01 / 2)


def test_a_jump_keeps_the_rate():
    """Square-integrable u' suffices but is not needed: a jump is beyond the bound, and the error still falls as 1/N."""
    jump = [ne.response_error(0, N, lambda w: 1 / (1 + w**2)) for N in (16, 64, 256)]
    assert np.all(np.abs(np.diff(np.log(jump)) / np.log(4) + 1) < 1e-3)


@pytest.mark.parametrize("N", [1, 2, 3, 16, 65, 256])
def test_resonance_quadrature_integrates_resonances(N):
    omega, weights = ne.resonance_quadrature(N)
    energy = np.abs(ne.legs_transfer(min(N, 8), 1j * omega)) ** 2 @ weights / np.pi
    assert np.abs(energy - 0.5).max() <= 1e-12
    gap = ne.error_gain(0, N, omega) ** 2 @ weights / np.pi
    assert gap == pytest.approx(ne.modal_kernel_gap_squared(0, N), rel=1e-11)


def test_a_fixed_step_hides_the_gap():
    """Over all lags. Up to t = 6 alone it would seem to fall faster: .0147 and .0045 at N = 256 and 512, Δ = 0.1."""
    table = {0.1: (0.2586, 0.0727, 0.0181, 0.0083), 0.01: (0.688, 0.211, 0.0529, 0.0286)}
    for dt, row in table.items():
        assert [ne.zoh_kernel_gap(0, N, dt) for N in (16, 64, 256, 512)] == pytest.approx(row, rel=5e-3)
    short = ne.normal_zoh_kernel(0, 512, 0.1, 60) - ne.legs_zoh_kernel(0, 0.1, 60)
    assert np.linalg.norm(short) / np.linalg.norm(ne.legs_zoh_kernel(0, 0.1, 60)) == pytest.approx(0.0045, abs=5e-5)
    fine = [ne.zoh_kernel_gap(0, 16, dt) for dt in (1e-1, 1e-2, 1e-3)]
    assert np.all(np.diff(fine) > 0)
    assert fine[-1] == pytest.approx(np.sqrt(2 * ne.kernel_gap_squared(0, 16)), rel=0.02)


@given(st.integers(1, 12), st.floats(-2, 0).map(lambda e: 10.0**e))
def test_kernels_under_zero_order_hold(N, dt):
    n, (A, B) = N - 1, sp.legs(N)
    Ad, Bd = ne.zoh_pair(A, B, dt)
    tolerance = 64 * N * N * UNIT * np.sqrt(2 * N) * np.exp(min(dt * N, 12))
    assert np.abs(ne.legs_zoh_kernel(n, dt, 20) - nm.krylov(Ad, Bd, 20)[n]).max() <= tolerance
    Ad, Bd = ne.zoh_pair(A + 0.5 * np.outer(B, B), B / 2, dt)
    assert np.abs(ne.normal_zoh_kernel(n, N, dt, 20) - nm.krylov(Ad, Bd, 20)[n]).max() <= tolerance * 20


def test_refusals():
    for call, message in (
        (lambda: ne.input_rate_bound(-1, 5), "n = -1"),
        (lambda: ne.response_error(5, 5, _ramp), "n = 5"),
        (lambda: ne.zoh_kernel_gap(0, 5, 0.0), "dt = 0.0"),
        (lambda: ne.legs_zoh_kernel(0, 0.1, 0), "length = 0"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
