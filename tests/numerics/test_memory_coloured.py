"""Coloured input: closed form, brute force, conjugation, white limit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import memory as nm
from numerics import spectra as sp
from tests.numerics.oracle import hard_sets

EPS = 2.0**-52


def ar1(poles, rho, horizon):
    """M from the closed forms of G and c for r_d = ρ^|d|; c carries λ_k because G = E x x^* does."""
    p = np.asarray(poles, complex)
    past, other = 1 / (1 - rho * p), rho * p.conj() / (1 - rho * p.conj())
    G = (past[:, None] + other) / (1 - np.outer(p, p.conj()))
    K = np.arange(horizon)
    c = rho**K * (1 - (p[:, None] / rho) ** K) / (1 - p[:, None] / rho) + p[:, None] ** K / (1 - rho * p[:, None])
    return np.einsum("nt,nt->t", c.conj(), np.linalg.solve(G, c)).real, np.linalg.cond(G)


def brute_force(poles, r, horizon, lags=600):
    A, B = nm.balanced_pair(poles)
    V = nm.krylov(A, B, lags)
    i = np.arange(lags)
    R = r(np.abs(i[:, None] - i))
    c = V @ R[:, :horizon]
    return np.einsum("nt,nt->t", c.conj(), np.linalg.solve(V @ R @ V.conj().T, c)).real / r(0)


@pytest.mark.parametrize("rho", [0.6, -0.5, 0.95])
@pytest.mark.parametrize("poles", [[0.5], [0.3, 0.7j, -0.2], sp.uniform_annulus(5, 0.3, 0.8, 3)])
def test_closed_form_of_ar1(poles, rho):
    truth, cond = ar1(poles, rho, 25)
    M = nm.memory_function_coloured(poles, lambda d: rho**d, 25)
    assert np.abs(M - truth).max() <= 64 * len(poles) * EPS * cond


def test_conjugation_matters_for_complex_poles():
    poles, rho = np.array([0.3, 0.7j, -0.2]), 0.6
    mirrored, _ = ar1(poles.conj(), rho, 10)
    right = nm.memory_function_coloured(poles, lambda d: rho**d, 10)
    np.testing.assert_allclose(mirrored, right, atol=1e-13)  # mirroring everything changes nothing for a real input
    p = poles
    G = (1 / (1 - rho * p[:, None]) + rho * p.conj() / (1 - rho * p.conj())) / (1 - np.outer(p, p.conj()))
    half_mirrored = 1 / (1 - rho * p.conj())
    assert abs((half_mirrored.conj() @ np.linalg.solve(G, half_mirrored)).real - right[0]) > 0.01


@pytest.mark.parametrize("poles", [[0.5, 0.5, 0.5, 0.0, 0.0, 0.3], [0.0], [0.9, 0.9 + 1e-10, -0.9j]])
def test_hard_poles_against_brute_force(poles):
    def r(d):
        return 0.9**d * np.cos(0.7 * d) + 0.5 * (np.asarray(d) == 0)

    assert np.abs(nm.memory_function_coloured(poles, r, 30) - brute_force(poles, r, 30)).max() <= 1e-12


@pytest.mark.parametrize("name", ["repeated", "nearly_repeated", "zeros", "real", "legs", "slow_cluster"])
def test_white_input_is_the_white_theorem(name):
    poles = hard_sets()[name]
    M = nm.memory_function(poles, 200)
    np.testing.assert_allclose(nm.memory_function_coloured(poles, [2.5], 200), M, atol=64 * len(poles) * EPS)
    np.testing.assert_allclose(nm.memory_function_coloured(poles, [1.0, 0.0, 0.0], 200), M, atol=64 * len(poles) * EPS)


@given(st.lists(st.floats(-0.95, 0.95), min_size=1, max_size=5), st.lists(st.floats(-1, 1), min_size=1, max_size=6))
def test_moving_average_input_against_brute_force(poles, taps):
    taps = np.r_[2.0 + np.abs(taps).sum(), taps]  # the first tap dominates, so the spectrum has no zero
    r = np.correlate(taps, taps, "full")[len(taps) - 1 :]

    def function(d):
        return np.where(np.asarray(d) < len(r), r[np.minimum(d, len(r) - 1)], 0.0)

    M = nm.memory_function_coloured(poles, r, 12)
    np.testing.assert_allclose(M, nm.memory_function_coloured(poles, function, 12), atol=1e-12)
    np.testing.assert_allclose(M, brute_force(poles, function, 12), atol=1e-11)
    assert np.all(M <= 1 + 1e-12)


def test_colour_breaks_the_white_theorems():
    assert nm.memory_function_coloured([0.0], lambda d: 0.8**d, 400).sum() == pytest.approx(1 / (1 - 0.64), rel=1e-12)
    np.testing.assert_allclose(nm.memory_function_coloured([0.0], [1.0, 0.0, 0.5], 3), [1.0, 0.0, 0.25])


@pytest.mark.parametrize(
    ("autocovariance", "message"),
    [
        ([], "autocovariance"),
        ([0.0, 1.0], "variance must be > 0"),
        ([-1.0], "variance must be > 0"),
        ([1.0, np.nan], "must be finite"),
        ([1.0, 0.1j], "must be real"),
        ([[1.0]], "one-dimensional"),
        ([1.0, -1.0], r"spectral density -1 at ω = 0: must be >= 0"),
        ([1.0, 0.9], r"spectral density -0\.8 at ω = 3\.142"),
        ([1.0, 0.5 + 1e-9], "spectral density"),
        ([1.0, 0.0, 0.0, -0.7, 0.2], "spectral density"),
        (0.99 ** np.arange(40) * np.cos(0.3 * np.arange(40)), "spectral density"),
        ([1.0, 2.0], r"autocovariance\[1\] = 2\.0: must be at most the variance 1\.0"),
        (lambda d: 1.0 + d, "must be at most the variance"),
        (lambda d: (d == 0) - 1.0 * (d == 1), "not positive definite"),
        (lambda d: 0.5 ** d[:-1], "must be one for each"),
        (lambda d: [1.0], r"returned 1 values for \d+ lags"),
        (lambda d: np.zeros(len(d)), "variance must be > 0"),
    ],
)
def test_bad_autocovariance_refused(autocovariance, message):
    with pytest.raises(ValueError, match=message):
        nm.memory_function_coloured([0.5, 0.9], autocovariance, 3)


@pytest.mark.parametrize("r", [[1.0, 0.5], [1.0, -0.5], [2.0, 0.0, 0.0, 1.0], np.arange(50, 0, -1.0)])
def test_density_that_touches_zero_is_accepted(r):
    # moving averages of equal weights: S is a square with zeros
    padded = np.pad(np.asarray(r), (0, 600))
    M = nm.memory_function_coloured([0.5, -0.3], r, 60)
    np.testing.assert_allclose(M, brute_force([0.5, -0.3], lambda d: padded[d], 60), atol=1e-12)


def test_estimated_autocovariance_is_accepted():
    x = np.random.default_rng(0).standard_normal(4000).cumsum() / 60  # the biased estimate is a squared modulus
    r = np.fft.irfft(np.abs(np.fft.rfft(x, 8000)) ** 2)[:4000] / 4000
    assert np.isfinite(nm.memory_function_coloured([0.5, -0.3], r, 60)).all()


def test_too_slow_for_a_function():
    with pytest.raises(ValueError, match="give the autocovariance as an array"):
        nm.memory_function_coloured([1 - 1e-6], lambda d: 0.5**d, 3)
    array = nm.memory_function_coloured([1 - 1e-6], 0.5 ** np.arange(80), 3)
    np.testing.assert_allclose(array, ar1([1 - 1e-6], 0.5, 3)[0], rtol=1e-9)
