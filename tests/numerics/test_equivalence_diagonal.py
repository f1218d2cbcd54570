"""LegS against its diagonal part: transforms, impulse responses, and the gap that grows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, linalg

from numerics import certified
from numerics import equivalence as ne
from numerics import spectra as sp
from tests.witness import UNIT

SIZES = st.integers(1, 40)
POINTS = st.builds(complex, st.floats(-0.9, 8), st.floats(-20, 20))


@given(SIZES, st.lists(POINTS, min_size=1, max_size=4))
def test_transforms_against_resolvents(N, points):
    A, B = sp.legs(N)
    kappa = max(np.linalg.cond(s * np.eye(N) - A) for s in points)
    for i, s in enumerate(points):
        full = np.linalg.solve(s * np.eye(N) - A, B)
        tolerance = 64 * N * kappa * UNIT * np.abs(full).max()
        assert np.abs(ne.legs_transfer(N, points)[:, i] - full).max() <= tolerance
        assert abs(ne.legs_ratio(N, points)[i] - 1 + B @ full) <= 64 * N * kappa * UNIT * (1 + np.abs(B) @ np.abs(full))


@given(SIZES, st.lists(POINTS.filter(lambda s: abs(s.real + 0.5) > 0.05), min_size=1, max_size=4))
def test_normal_transfer_against_its_modes(N, points):
    s = np.array(points)
    modes = -0.5 + 1j * ne.normal_part_frequencies(N)
    modal = ne.normal_residues(N) @ (1 / (s - modes[:, None]))
    scale = 1 / np.abs(s.real + 0.5).min()
    assert np.abs(ne.normal_transfer(N, s) - modal).max() <= 64 * N * UNIT * N * scale


def test_wrong_input_is_noticed():
    s = np.array([0.7 + 2j])
    modal = 2 * ne.normal_residues(9) @ (1 / (s - (-0.5 + 1j * ne.normal_part_frequencies(9))[:, None]))
    assert np.abs(ne.normal_transfer(9, s) - modal).max() > 0.1


def test_moments_agree_below_N_and_no_further():
    at = np.arange(13.0)
    gap = np.abs(ne.normal_transfer(12, at) - ne.legs_transfer(12, at)).max(0)
    assert gap[:12].max() == 0 and 1e-9 < gap[12] < 1e-6
    modal = (ne.normal_residues(12) @ (1 / (at - (-0.5 + 1j * ne.normal_part_frequencies(12))[:, None]))).real
    assert np.abs(modal - ne.legs_transfer(12, at).real)[:, :12].max() <= 64 * 12 * UNIT * 12
    assert np.abs(modal - ne.legs_transfer(12, at).real)[:, 12].max() == pytest.approx(gap[12], rel=1e-4)


@given(SIZES, st.floats(1e-3, 1e4))
def test_moduli_on_the_imaginary_axis(N, omega):
    ratio, X, n = ne.legs_ratio(N, [1j * omega])[0], ne.legs_transfer(N, [1j * omega])[:, 0], np.arange(N)
    assert abs(ratio) == pytest.approx(omega / np.hypot(omega, N), rel=64 * N * UNIT)
    size = np.sqrt(2 * n + 1) * omega / np.hypot(omega, n) / np.hypot(omega, n + 1)
    assert np.all(np.abs(np.abs(X) - size) <= 64 * N * UNIT * size)
    assert abs(ne.legs_ratio(N, [-0.5 + 1j * omega])[0]) == pytest.approx(1, rel=64 * N * UNIT)
    gain = np.abs(ne.normal_transfer(N, [1j * omega]) - ne.legs_transfer(N, [1j * omega]))[:, 0]
    for m in {0, N // 2, N - 1}:
        assert ne.error_gain(m, N, [omega])[0] == pytest.approx(gain[m], rel=1e-6, abs=1e-9)


@given(st.integers(1, 60), st.data())
def test_the_gap_has_a_closed_form(N, data):
    n = data.draw(st.integers(0, N - 1))
    assert ne.kernel_gap_squared(n, N) == pytest.approx(ne.modal_kernel_gap_squared(n, N), rel=64 * N * UNIT)
    assert n == N - 1 or ne.kernel_gap_squared(n, N + 1) > ne.kernel_gap_squared(n, N)
    assert ne.kernel_gap_squared(n, 10**6) == pytest.approx((2 * n + 1) / 4, rel=1e-6)


@pytest.mark.parametrize("N", [1, 2, 5, 16, 33])
def test_the_gap_is_enclosed(N):
    for n in {0, N // 2, N - 1}:
        box = certified.kernel_gap_squared(n, N)
        assert box.distance(ne.kernel_gap_squared(n, N)).max() <= 8 * UNIT * N
        assert box.distance(ne.modal_kernel_gap_squared(n, N)).max() <= 64 * N * UNIT * N
        assert box.width.max() <= 8 * UNIT * N
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
    assert np.abs(W - ne.modal_gramian(N)).max() <= 64 * N * UNIT
    lyapunov = linalg.solve_continuous_lyapunov(normal, -0.25 * np.outer(q, q))
    assert np.abs(W * np.outer(q, q) - lyapunov).max() <= 64 * N * N * UNIT * N
    residual = normal @ (W * np.outer(q, q)) + (W * np.outer(q, q)) @ normal.T + 0.25 * np.outer(q, q)
    assert np.abs(residual).max() <= 64 * N * UNIT * N * N


def test_refusals():
    for call, message in (
        (lambda: ne.kernel_gap_squared(5, 5), "n = 5"),
        (lambda: ne.normal_kernel(3, [-1.0]), r"times\[0\] = -1"),
        (lambda: ne.kernel_comb(0, 4, [1.0], 0), "terms = 0"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
