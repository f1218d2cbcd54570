"""LegS against its diagonal part: transforms, the gap that grows, the response error that falls, laws of modes."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import integrate, linalg

from numerics import certified
from numerics import equivalence as ne
from numerics import memory as nm
from numerics import spectra as sp

U = 2.0**-53
SIZES = st.integers(1, 40)
POINTS = st.builds(complex, st.floats(-0.9, 8), st.floats(-20, 20))


@given(SIZES, st.lists(POINTS, min_size=1, max_size=4))
def test_transforms_against_resolvents(N, points):
    A, B = sp.legs(N)
    kappa = max(np.linalg.cond(s * np.eye(N) - A) for s in points)
    for i, s in enumerate(points):
        full = np.linalg.solve(s * np.eye(N) - A, B)
        tolerance = 64 * N * kappa * U * np.abs(full).max()
        assert np.abs(ne.legs_transfer(N, points)[:, i] - full).max() <= tolerance
        assert abs(ne.legs_ratio(N, points)[i] - 1 + B @ full) <= 64 * N * kappa * U * (1 + np.abs(B) @ np.abs(full))


@given(SIZES, st.lists(POINTS.filter(lambda s: abs(s.real + 0.5) > 0.05), min_size=1, max_size=4))
def test_normal_transfer_against_its_modes(N, points):
    s = np.array(points)
    modes = -0.5 + 1j * ne.normal_part_frequencies(N)
    modal = ne.normal_residues(N) @ (1 / (s - modes[:, None]))
    scale = 1 / np.abs(s.real + 0.5).min()
    assert np.abs(ne.normal_transfer(N, s) - modal).max() <= 64 * N * U * N * scale


def test_wrong_input_is_noticed():
    s = np.array([0.7 + 2j])
    modal = 2 * ne.normal_residues(9) @ (1 / (s - (-0.5 + 1j * ne.normal_part_frequencies(9))[:, None]))
    assert np.abs(ne.normal_transfer(9, s) - modal).max() > 0.1


def test_moments_agree_below_N_and_no_further():
    at = np.arange(13.0)
    gap = np.abs(ne.normal_transfer(12, at) - ne.legs_transfer(12, at)).max(0)
    assert gap[:12].max() == 0 and 1e-9 < gap[12] < 1e-6
    modal = (ne.normal_residues(12) @ (1 / (at - (-0.5 + 1j * ne.normal_part_frequencies(12))[:, None]))).real
    assert np.abs(modal - ne.legs_transfer(12, at).real)[:, :12].max() <= 64 * 12 * U * 12
    assert np.abs(modal - ne.legs_transfer(12, at).real)[:, 12].max() == pytest.approx(gap[12], rel=1e-4)


@given(SIZES, st.floats(1e-3, 1e4))
def test_moduli_on_the_imaginary_axis(N, omega):
    ratio, X, n = ne.legs_ratio(N, [1j * omega])[0], ne.legs_transfer(N, [1j * omega])[:, 0], np.arange(N)
    assert abs(ratio) == pytest.approx(omega / np.hypot(omega, N), rel=64 * N * U)
    size = np.sqrt(2 * n + 1) * omega / np.hypot(omega, n) / np.hypot(omega, n + 1)
    assert np.all(np.abs(np.abs(X) - size) <= 64 * N * U * size)
    assert abs(ne.legs_ratio(N, [-0.5 + 1j * omega])[0]) == pytest.approx(1, rel=64 * N * U)
    gain = np.abs(ne.normal_transfer(N, [1j * omega]) - ne.legs_transfer(N, [1j * omega]))[:, 0]
    for m in {0, N // 2, N - 1}:
        assert ne.error_gain(m, N, [omega])[0] == pytest.approx(gain[m], rel=1e-6, abs=1e-9)


@given(st.integers(1, 60), st.data())
def test_the_gap_has_a_closed_form(N, data):
    n = data.draw(st.integers(0, N - 1))
    assert ne.kernel_gap_squared(n, N) == pytest.approx(ne.modal_kernel_gap_squared(n, N), rel=64 * N * U)
    assert n == N - 1 or ne.kernel_gap_squared(n, N + 1) > ne.kernel_gap_squared(n, N)
    assert ne.kernel_gap_squared(n, 10**6) == pytest.approx((2 * n + 1) / 4, rel=1e-6)


@pytest.mark.parametrize("N", [1, 2, 5, 16, 33])
def test_the_gap_is_enclosed(N):
    for n in {0, N // 2, N - 1}:
        box = certified.kernel_gap_squared(n, N)
        assert box.distance(ne.kernel_gap_squared(n, N)).max() <= 8 * U * N
        assert box.distance(ne.modal_kernel_gap_squared(n, N)).max() <= 64 * N * U * N
        assert box.width.max() <= 8 * U * N
    if N <= 16:  # without its own term the last state is off by N/(C(2N, N) + 1)
        short = ne.kernel_gap_squared(N - 1, N) - N / (math.comb(2 * N, N) + 1)
        assert certified.kernel_gap_squared(N - 1, N).distance(short).max() > 1e-8


def test_reference_numbers_of_the_gap():
    relative = [ne.kernel_gap_squared(n, 16) ** 0.5 / np.sqrt(2 * n + 1) for n in (0, 1, 3)]
    assert np.round(relative, 3).tolist() == [0.498, 0.495, 0.490]
    assert [round(ne.hinf_gap(0, N), 4) for N in (16, 64, 256)] == [0.6386, 0.6367, 0.6366]
    assert ne.hinf_gap(0, 256) == pytest.approx(2 / np.pi, rel=1e-4)
    assert ne.hinf_gap(3, 256) / np.sqrt(7) == pytest.approx(2 / np.pi, rel=1e-4)
    nodes = ne.resonance_quadrature(64)[0]
    assert nodes[np.argmax(ne.error_gain(0, 64, nodes))] == pytest.approx(64**2 / np.pi, rel=1e-3)


def test_the_gap_in_the_time_domain():
    t = np.linspace(0, 30, 600_001)
    difference = ne.normal_kernel(16, t)[:4] - ne.legs_kernel(4, t)
    for n in (0, 1, 3):
        assert integrate.simpson(difference[n] ** 2, x=t) == pytest.approx(ne.kernel_gap_squared(n, 16), rel=1e-6)
    assert ne.normal_kernel(16, [0.0])[:, 0] == pytest.approx(np.sqrt(2 * np.arange(16) + 1) / 2, rel=1e-13)


def _rest(n, N, frequencies):
    """‖K^{(N)} − K − comb‖²/q_n², every mode an exponential: no grid over time."""
    half, odd = np.sqrt(2 * n + 1) * np.ones(len(frequencies)), 2 * np.arange(len(frequencies)) + 1
    comb = half / (np.pi * odd) / 1j
    omega = np.concatenate([ne.normal_part_frequencies(N), frequencies, -frequencies])
    r = np.concatenate([ne.normal_residues(N)[n], -comb, -comb.conj()])
    energy = (r @ (1 / (1 - 1j * (omega[:, None] - omega))) @ r.conj()).real
    cross = (r @ ne.legs_transfer(n + 1, 0.5 - 1j * omega)[n]).real
    return (energy - 2 * cross + 0.5) / (2 * n + 1)


def test_the_comb_carries_the_gap():
    for n in (0, 3):
        for terms in (1, 4, 16):
            k = np.arange(terms)
            left_out = 0.25 - np.sum(2 / (np.pi * (2 * k + 1)) ** 2)
            assert _rest(n, 256, ne.top_frequency(k, 256)) == pytest.approx(left_out, abs=1e-3)
            assert _rest(n, 1024, ne.top_frequency(k, 1024)) == pytest.approx(left_out, abs=1e-4)
    leading = 1024**2 / (np.pi * (2 * np.arange(16) + 1))  # without the second term of the frequency
    assert _rest(0, 1024, leading) > 0.1
    t = np.array([0.0, 0.3, 2.0])
    odd, waves = 2 * np.arange(3) + 1, np.sin(np.outer(t, ne.top_frequency(np.arange(3), 64)))
    expected = np.sqrt(7) * np.exp(-t / 2) * (waves @ (2 / (np.pi * odd)))
    assert ne.kernel_comb(3, 64, t, 3) == pytest.approx(expected, abs=1e-12)


@given(SIZES)
def test_gramian(N):
    W, A, q = ne.normal_gramian(N), sp.legs(N)[0], np.sqrt(2 * np.arange(N) + 1)
    normal = A + 0.5 * np.outer(q, q)
    assert np.abs(W - ne.modal_gramian(N)).max() <= 64 * N * U
    lyapunov = linalg.solve_continuous_lyapunov(normal, -0.25 * np.outer(q, q))
    assert np.abs(W * np.outer(q, q) - lyapunov).max() <= 64 * N * N * U * N
    residual = normal @ (W * np.outer(q, q)) + (W * np.outer(q, q)) @ normal.T + 0.25 * np.outer(q, q)
    assert np.abs(residual).max() <= 64 * N * U * N * N


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


def test_fastest_modes():
    error = [abs(ne.normal_part_frequencies(N)[0] / ne.top_frequency(0, N) - 1) for N in (16, 64, 256, 1024)]
    assert np.all(np.array(error) < [4e-5, 2e-7, 5e-10, 3e-12])
    assert np.all(np.abs(np.diff(np.log(error)) / np.log(4) + 4) < 0.1)
    for k in (0, 1, 2):
        scaled = [ne.inv_frequency(k, N) / ne.normal_part_frequencies(N)[k] - 1 for N in (256, 1024)]
        assert np.array(scaled) * [256, 1024] / (2 * k + 1) == pytest.approx([-1, -1], abs=0.04)
    assert np.allclose(ne.inv_frequency(np.arange(8), 16), sp.s4d_inv(16).imag, rtol=1e-14)


def test_bulk_law():
    for N, worst in ((64, 2e-3), (256, 4e-4), (1024, 1e-4)):
        omega = ne.normal_part_frequencies(N)[: N // 2]
        assert np.abs((2 * np.arange(N // 2) + 1) / N - ne.bulk_index(omega / N)).max() < worst
    y = np.logspace(-4, 4, 200_001)
    difference = ne.bulk_index(y) - ne.inv_bulk_index(y)
    assert np.abs(difference).max() == pytest.approx(0.0627, abs=1e-4)
    assert y[np.argmax(np.abs(difference))] == pytest.approx(0.366, abs=1e-3)
    x = np.linspace(1e-3, 1 - 1e-3, 100_001)
    assert np.abs(ne.bulk_index(ne.bulk_frequency(x)) - x).max() <= 8 * U
    error = ne.inv_bulk_error(x)
    assert (round(error.min(), 3), round(x[error.argmin()], 3)) == (-0.222, 0.525)
    crossing = x[np.flatnonzero(error > 0)[0]]
    assert crossing == pytest.approx(0.914, abs=1e-3) and np.all(error[x > crossing] > 0) and error[-1] > 0.9
    assert ne.inv_bulk_error(1 - 1e-9) > 3


def test_inv_is_not_asymptotically_exact():
    N = 1024
    omega, inv = ne.normal_part_frequencies(N)[: N // 2], ne.inv_frequency(np.arange(N // 2), N)
    assert (inv / omega - 1).min() == pytest.approx(-0.222, abs=2e-3)
    assert inv[-1] == pytest.approx(1 / np.pi, rel=2e-3) and omega[-1] < 0.2


def test_memory_of_inv_against_the_exact_poles():
    exact = nm.memory_function(sp.zoh(-0.5 + 1j * ne.normal_part_frequencies(64), 1e-3), 8000)
    inv = nm.memory_function(sp.zoh(sp.conjugate_closed(sp.s4d_inv(64)), 1e-3), 8000)
    gap = np.abs(exact - inv)
    assert (int(gap.argmax()), round(gap.max(), 4), round(exact[gap.argmax()], 3)) == (493, 0.0024, 0.027)
    assert [nm.first_lag_below(M, 0.01) for M in (inv, exact)] == [2246, 2345]
    assert [nm.first_lag_below(M, 0.001) for M in (inv, exact)] == [7144, 6341]


@given(st.integers(1, 20).map(lambda n: 2 * n))
def test_fout(N):
    A, B = sp.fout(N)
    normal = A + np.outer(B, B)
    found = np.linalg.eigvals(normal)
    assert np.abs(found.real).max() <= 64 * N * U * np.pi * N
    assert np.abs(np.sort(found.imag) - np.sort(sp.fout_normal(N).imag)).max() <= 64 * N * U * np.pi * N
    lin = sp.s4d_lin(N)
    assert np.array_equal(lin.imag, sp.fout_normal(N).imag[: N // 2]) and np.all(lin.real == -0.5)
    assert not A[1].any() and not A[:, 1].any() and B[1] == 0


def test_lin_is_no_approximation_of_legs():
    error = []
    for N in (16, 1024):
        omega = ne.normal_part_frequencies(N)[: N // 2][::-1]
        error.append(float(np.abs(np.pi * np.arange(N // 2) / omega - 1).max()))
    assert np.round(error, 1).tolist() == [1.3, 5.5]


@given(st.integers(1, 24), st.floats(1e-4, 1))
def test_first_lag(N, dt):
    full, normal = sp.zoh(sp.legs_poles(N), dt), sp.zoh(-0.5 + 1j * ne.normal_part_frequencies(N), dt)
    assert ne.first_lag_full(N, dt) == pytest.approx(1 - np.prod(np.abs(full) ** 2), rel=1e-9, abs=1e-13)
    assert ne.first_lag_normal(N, dt) == pytest.approx(nm.memory_function(normal, 1)[0], rel=1e-9, abs=1e-13)
    assert N == 1 or ne.first_lag_full(N, dt) > ne.first_lag_normal(N, dt) or ne.first_lag_normal(N, dt) == 1
    assert ne.first_lag_full(1, dt) == pytest.approx(ne.first_lag_normal(1, 2 * dt), rel=1e-12)


def test_full_and_normal_have_different_memories():
    A, B = ne.zoh_pair(*sp.legs(6), 0.1)
    dense, exact = nm.memory_function_dense(A, B, 400), nm.memory_function(sp.zoh(sp.legs_poles(6), 0.1), 400)
    assert np.abs(dense - exact).max() <= 1e-11
    normal = nm.memory_function(sp.zoh(sp.legs_normal(6), 0.1), 400)
    assert round(float(np.abs(exact - normal).max()), 3) == 0.534


@given(st.integers(1, 40), st.integers(1, 60), st.integers(1, 60))
def test_aliasing_count(pairs, p, q):
    counted = ne.lin_distinct_poles_counted(pairs, p, q)
    assert ne.lin_distinct_poles(pairs, p, q) == counted
    turns = np.exp(2j * np.pi * (np.arange(-pairs + 1, pairs) * p % (2 * q)) / (2 * q))
    assert len(np.unique(np.round(turns, 9))) == counted
    if p * (pairs - 1) < q:
        assert counted == 2 * pairs - 1


def test_reference_aliasing_counts():
    assert [ne.lin_distinct_poles(32, *step) for step in ((1, 31), (2, 25), (3, 50))] == [62, 25, 63]
    poles = sp.zoh(sp.conjugate_closed(sp.s4d_lin(64)), 2 / 25)
    assert len(np.unique(np.round(poles, 9))) == 25
    assert len(np.unique(np.round(sp.bilinear(sp.conjugate_closed(sp.s4d_lin(64)), 2 / 25), 9))) == 63
    share = (np.log(1e-1) - np.log(1 / 31)) / (np.log(1e-1) - np.log(1e-3))
    assert round(share, 2) == 0.25


def test_refusals():
    for call, message in (
        (lambda: ne.kernel_gap_squared(5, 5), "n = 5"),
        (lambda: ne.input_rate_bound(-1, 5), "n = -1"),
        (lambda: ne.normal_kernel(3, [-1.0]), "time 0"),
        (lambda: ne.bulk_frequency(1.0), "x = 1.0"),
        (lambda: ne.lin_distinct_poles(3, 0, 5), "numerator = 0"),
        (lambda: ne.first_lag_full(3, -1.0), "dt = -1.0"),
        (lambda: sp.fout(5), "N = 5"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
