"""The starting spectra of the experiments: half sets that close to N different stable poles."""

import numpy as np
import pytest

from models.learning import spectra as start
from numerics.learning import delay_floor
from numerics.spectra import conjugate_closed, s4d_inv, s4d_lin

SIZES = (2, 4, 16, 64)


@pytest.mark.parametrize("name", start.SPECTRA)
@pytest.mark.parametrize("N", SIZES)
def test_half_spectra_close_to_distinct_stable_poles(name, N):
    half = start.SPECTRA[name](N, 0.07, 3 * N, 5)
    assert np.all(half.imag >= 0) and np.all(np.abs(half) < 1) and np.all(half != 0)
    closed = conjugate_closed(half)
    assert len(np.unique(closed)) == len(closed) == (N - 1 if name == "S4D-Lin" else N)


def test_aliased_poles_are_folded_not_lost():
    # 16 states at step 0.07: the fastest frequency of S4D-Inv turns by 5.3 in one step
    folded, plain = start.s4d_inv(16, 0.07), np.exp(0.07 * s4d_inv(16))
    assert np.any(plain.imag < 0) and np.all(folded.imag > 0)
    np.testing.assert_allclose(np.sort(np.abs(np.angle(plain))), np.sort(np.angle(folded)), rtol=1e-13)


def test_a_pole_turned_by_pi_is_real_and_collisions_are_refused():
    poles = start.upper_half(s4d_lin(10), 0.25)
    assert poles[0].imag == poles[4].imag == 0.0 and poles[4].real < 0
    assert len(conjugate_closed(poles)) == 8
    with pytest.raises(ValueError, match=r"dt = 2\.0: carries continuous poles .* to the same"):
        start.s4d_lin(8, 2.0)


@pytest.mark.parametrize(("N", "delay"), [(4, 10), (8, 20), (16, 40), (16, 120), (16, 8)])
def test_best_ring_beats_all_rings(N, delay):
    def loss(x):
        return delay_floor(conjugate_closed(start.half_ring(N, x ** (1 / (2 * N)))), delay)

    m = delay // N
    best = delay_floor(conjugate_closed(start.best_ring(N, delay)), delay)
    assert best <= min(loss(x) for x in np.linspace(0.01, 0.99, 99)) + 1e-13
    expected = 0.01 if m == 0 else 1 - (m / (m + 1)) ** m / (m + 1)
    assert best == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: start.s4d_inv(7, 0.1), "N = 7: must be even"),
        (lambda: start.legs_diagonal(5, 0.1), "N = 5: must be even"),
        (lambda: start.half_ring(4, 1.0), r"radius = 1\.0"),
        (lambda: start.best_ring(4, -1), "delay = -1"),
        (lambda: start.best_ring(4, 2, 0.0), r"least = 0\.0"),
        (lambda: start.stepped_ring(4, 0.0), r"dt = 0\.0"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
