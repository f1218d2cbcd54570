"""Where the modes lie for large N, what S4D-Inv and S4D-Lin make of them, and the memories that differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import equivalence as ne
from numerics import memory as nm
from numerics import spectra as sp
from tests.witness import UNIT


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
    assert np.abs(ne.bulk_index(ne.bulk_frequency(x)) - x).max() <= 8 * UNIT
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
    assert np.abs(found.real).max() <= 64 * N * UNIT * np.pi * N
    assert np.abs(np.sort(found.imag) - np.sort(sp.fout_normal(N).imag)).max() <= 64 * N * UNIT * np.pi * N
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
        (lambda: ne.bulk_frequency(1.0), "x = 1.0"),
        (lambda: ne.lin_distinct_poles(3, 0, 5), "numerator = 0"),
        (lambda: ne.first_lag_full(3, -1.0), "dt = -1.0"),
        (lambda: sp.fout(5), "N = 5"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
