"""Facts beside the claims: the convention of the coloured input, and reference values at finite precision."""

import numpy as np
import pytest

import numerics.memory as exact
import theory.memory.noise as claim
from numerics.spectra import conjugate_closed, s4d_lin, zoh
from tests.memory.coloured import HORIZON, letters_of
from tests.memory.noise import mean_share
from tests.witness import UNIT, Sample, refuted


def with_conjugate_moments(poles: np.ndarray, rho: float, lag: int) -> Sample:
    """M from numerics beside c taken with conjugate poles; the entry formula is given what it expects."""
    letters = letters_of(poles, rho, lag)
    turned = np.array([[entry.conjugate()] for entry in letters["c"][:, 0]], dtype=object)
    memory = exact.memory_function_coloured(poles, lambda d: rho**d, HORIZON)
    return Sample(letters | {"c": turned, "M": memory}, 1000 * UNIT)


def test_conjugate_moments_are_right_for_real_poles_only() -> None:
    real, pair, half = np.array([0.5 + 0j, -0.7]), np.array([0.5 + 0.3j, 0.5 - 0.3j]), np.array([0.5 + 0.3j, 0.6j])
    assert not refuted(claim.COLOURED_INPUT.statement, with_conjugate_moments(real, 0.5, 2), 100)
    for complex_set in (pair, half):
        for rho in (0.0, 0.5):
            assert refuted(claim.COLOURED_INPUT.statement, with_conjugate_moments(complex_set, rho, 2), 100)


@pytest.mark.parametrize(
    ("poles", "variance", "expected"),
    [
        (-0.5 + 1j * np.pi * (np.arange(-32, 32) + 0.5), 1e-3, 63.913),
        (conjugate_closed(s4d_lin(64)), 1e-3, 62.915),
        (-np.arange(1.0, 65.0), 1e-3, 6.538),
    ],
    ids=["64 poles half-way between those of S4D-Lin", "S4D-Lin, 63 distinct", "-1..-64"],
)
def test_capacity_of_unit_variance_states_at_a_thousandth(poles: np.ndarray, variance: float, expected: float) -> None:
    assert exact.effective_capacity(zoh(poles, 0.01), variance) == pytest.approx(expected, abs=5e-4)


def test_uncorrelated_is_not_independent() -> None:
    """Where targets and states share inputs at other times, N/T is the mean only to first order (0.87 N/T here)."""
    T, lag, trials = 12, 1, 200_000
    u = np.random.default_rng(0).standard_normal((trials, T + lag))
    states, targets = u[:, lag:], u[:, :-lag]  # a delay line with N = 1 forgets at lag 1, yet both hold the same u
    shares = np.sum(states * targets, axis=1) ** 2 / np.sum(states**2, axis=1) / np.sum(targets**2, axis=1)
    assert refuted(claim.SAMPLE_FLOOR.statement, mean_share(shares, 1, T), 50)
