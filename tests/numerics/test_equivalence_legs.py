"""LegS and its normal part: exact identities, reference numbers, and the phase equation against an eigensolver."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import certified
from numerics import equivalence as ne
from numerics import spectra as sp
from tests.witness import UNIT

SIZES = st.integers(1, 40)


@pytest.mark.parametrize("N", [1, 2, 3, 8, 40])
def test_eigensystem_is_exact(N):
    exact = ne.legs_eigensystem(N)
    assert certified.legs_eigensystem_is_exact(N)
    assert all(type(x) is int for x in exact.inverse.ravel()) and exact.vectors.shape == (N, N)
    A = np.array([[-(2 * k + 1) if n > k else -(n + 1) * (n == k) for k in range(N)] for n in range(N)], dtype=object)
    assert (A @ exact.vectors == exact.vectors * exact.eigenvalues).all()
    assert (exact.inverse @ exact.vectors == np.eye(N, dtype=int)).all()
    assert (exact.inverse.sum(1) == exact.weights).all()
    assert (exact.q_squared == [2 * n + 1 for n in range(N)]).all()


@pytest.mark.parametrize("N", [2, 5])
def test_wrong_diagonal_is_noticed(N):
    exact = ne.legs_eigensystem(N)
    wrong = np.array([[-(n + 1) if n >= k else 0 for k in range(N)] for n in range(N)], dtype=object)
    assert (wrong @ exact.vectors != exact.vectors * exact.eigenvalues).any()


def test_eigenvectors_are_correctly_rounded():
    V, inverse = ne.legs_eigenvectors(40)
    for rounded, box in zip((V, inverse), certified.legs_eigenvectors(40), strict=True):
        assert np.all(box.distance(rounded) <= 4 * UNIT * np.abs(rounded))
        assert np.all(box.width <= 8 * UNIT * np.abs(rounded) + 1e-323)


@pytest.mark.parametrize("N", [1, 2, 7, 30])
def test_norms_telescope(N):
    exact = ne.legs_eigensystem(N)
    assert ((exact.q_squared[:, None] * exact.vectors**2).sum(0) == ne.column_norms_squared(N)).all()
    top, bottom = ne.row_norms_squared(N)
    rows = [sum(Fraction(x * x, 2 * n + 1) for n, x in enumerate(row)) for row in exact.inverse]
    assert rows == [Fraction(a, b) for a, b in zip(top, bottom, strict=True)]
    product = [Fraction(a * c, b) for a, b, c in zip(top, bottom, ne.column_norms_squared(N), strict=True)]
    assert product == [k**2 for k in ne.eigenvalue_condition(N)]


def _largest(N):
    return int(max(ne.eigenvalue_condition(N)))


def test_condition_numbers_of_the_reference_table():
    table = {4: 86.1, 8: 7.70e4, 16: 8.32e10, 32: 1.22e23, 64: 3.20e47}
    for N, value in table.items():
        box = certified.legs_condition(N)
        assert box.lower[0] == pytest.approx(value, rel=0.005) and box.width[0] <= 1e-10 * value
        kappa = ne.eigenvalue_condition(N).astype(float)
        assert kappa.max() <= box.upper[0] <= np.sqrt(N * np.sum(kappa**2)) * (1 + 1e-9)
    V, _ = ne.legs_eigenvectors(8)
    assert np.linalg.cond(V / np.linalg.norm(V, axis=0)) == pytest.approx(
        certified.legs_condition(8).lower[0], rel=1e-9
    )


@pytest.mark.parametrize("N", [1, 2, 4, 8])
def test_best_scaling_lies_between_the_largest_condition_and_their_sum(N):
    (V, inverse), kappa = ne.legs_eigenvectors(N), ne.eigenvalue_condition(N).astype(float)
    columns, rows = np.linalg.norm(V, axis=0), np.linalg.norm(inverse, axis=1)
    assert columns * rows == pytest.approx(kappa, rel=1e-12)
    balanced = np.linalg.cond(V * np.sqrt(rows / columns))
    assert kappa.max() * (1 - 1e-9) <= balanced <= kappa.sum() * (1 + 1e-9)


def test_growth_of_the_condition_number():
    growth = [(_largest(2 * N) / _largest(N)) ** (1 / N) for N in (16, 32, 64, 128)]
    assert np.round(growth, 2).tolist() == [5.59, 5.70, 5.77, 5.80]
    assert ne.condition_exponent(0.5**0.5) == pytest.approx(2 * math.log1p(math.sqrt(2)), rel=1e-15)
    shares = np.linspace(0, 1, 1001)
    assert shares[np.argmax(ne.condition_exponent(shares))] == pytest.approx(0.5**0.5, abs=1e-3)
    kappa = ne.eigenvalue_condition(256)
    j = int(np.argmax(kappa))
    assert j / 256 == pytest.approx(0.5**0.5, abs=0.01)
    assert math.log(kappa[j]) / 256 == pytest.approx(float(ne.condition_exponent(j / 256)), abs=2 * math.log(256) / 256)


def test_entries_understate_the_condition_number():
    exact = ne.legs_eigensystem(128)
    entry = max(abs(int(x)) for x in exact.vectors.ravel())
    assert entry ** (1 / 128) < ((1 + math.sqrt(5)) / 2) ** 2
    assert int(max(exact.weights)) ** (1 / 128) < 4


def test_float64_does_not_survive_diagonalising():
    """Reference 2.7e-13, 1.7e-7, 5.7e-2, 6e4; another LAPACK may err a few times more or less."""
    for N, error in ((8, 2.7e-13), (16, 1.7e-7), (24, 5.7e-2), (32, 6e4)):
        assert error / 30 < ne.reconstruction_error(N) < 30 * error
        assert error / 30 < ne.rounded_reconstruction_error(N) < 30 * error
        assert ne.reconstruction_error(N) < 64 * N * UNIT * certified.legs_condition(N).upper[0]
    A, _ = sp.legs(32)
    box = certified.legs_reconstruction(32)
    assert np.all(box.distance(A) <= 8 * UNIT * np.abs(A)) and box.width.max() <= 1e-13


def test_too_few_bits_do_not_pretend():
    with pytest.raises(certified.NotTight):
        certified.legs_reconstruction(32, bits=64)
    with pytest.raises(certified.NotTight):
        certified.legs_condition(32, bits=100)
    with pytest.raises(certified.NotTight):
        certified.legs_kernel(40, [0.3], bits=60)


def test_kernel_against_the_enclosed_sum():
    times = np.array([0.0, 1e-3, 0.3, 1.0, 4.0, 30.0])
    box, K = certified.legs_kernel(40, times), ne.legs_kernel(40, times)
    assert box.distance(K).max() <= 64 * 40 * UNIT * np.sqrt(79)
    assert np.all(np.abs(K[:, 0] - np.sqrt(2 * np.arange(40) + 1)) <= 1e-14)


def test_alternating_sum_loses_one_digit_after_another():
    lost = [float(ne.central_delannoy(n)) for n in range(31)]
    assert ne.central_delannoy(21) * 2 * UNIT < 1 < ne.central_delannoy(22) * 2 * UNIT
    error = np.abs(ne.legs_kernel_sum(31, [0.0]) - ne.legs_kernel(31, [0.0]))[:, 0]
    assert np.all(error <= 64 * UNIT * np.sqrt(61) * np.array(lost))
    assert error[21] > 1e-2 and error[30] > 1e3
    assert np.polynomial.legendre.Legendre.basis(9)(3.0) == pytest.approx(ne.central_delannoy(9), rel=1e-13)


def test_kernels_are_orthonormal():
    x, w = np.polynomial.legendre.leggauss(40)  # e^{−t} = (1+x)/2 turns the integral into one of polynomials
    t = -np.log((1 + x) / 2)
    gram = (ne.legs_kernel(12, t) * np.exp(2 * t) * w / 2) @ ne.legs_kernel(12, t).T
    assert np.abs(gram - np.eye(12)).max() <= 64 * 12 * UNIT * 23


@given(SIZES)
def test_normal_plus_low_rank(N):
    A, B = sp.legs(N)
    P, S = ne.nplr(N)
    assert np.array_equal(S, -S.T)
    assert np.abs(A + np.outer(P, P) - S + 0.5 * np.eye(N)).max() <= 8 * UNIT * (2 * N)
    assert np.allclose(P * np.sqrt(2), B, rtol=4 * UNIT)
    real = np.linalg.eigvals(A + 1.01 * np.outer(P, P)).real
    assert real.sum() == pytest.approx(-N / 2 + 0.005 * N**2, abs=64 * N * N * UNIT * N)
    assert N <= 2 or np.ptp(real) > 1e-3  # one pair, or one real pole, moves as a whole


@given(SIZES)
def test_phase_equation_against_an_eigensolver(N):
    omega = ne.normal_part_frequencies(N)
    reference = sp.legs_normal(N).imag[::-1]
    assert np.abs(omega - reference).max() <= 64 * N * UNIT * max(omega[0], 1)
    k = np.arange(N)
    assert np.abs(ne.normal_part_phase(omega, N) - ((N - 1) / 2 - k) * np.pi).max() <= 64 * N * UNIT * np.pi
    assert np.array_equal(omega, -omega[::-1]) and np.all(np.diff(omega) < 0)


def test_a_shifted_level_is_no_eigenvalue():
    N, omega = 8, ne.normal_part_frequencies(8)
    middle = (omega[1:] + omega[:-1]) / 2
    assert np.abs(ne.normal_part_phase(middle, N)[:, None] - ((N - 1) / 2 - np.arange(N)) * np.pi).min() > 0.1


@pytest.mark.parametrize("N", [1, 2, 3, 64, 65, 200])
def test_frequencies_against_enclosures(N):
    box, omega = certified.normal_part_frequencies(N), ne.normal_part_frequencies(N)
    assert np.all(box.distance(omega) <= 32 * UNIT * np.abs(omega))
    assert np.all(box.upper[1:] < box.lower[:-1]) and len(omega) == N


@given(SIZES)
def test_normal_eigenvectors(N):
    A, B = sp.legs(N)
    V, omega, weights = ne.normal_part_eigenvectors(N), ne.normal_part_frequencies(N), ne.normal_part_weights(N)
    assert np.abs(V.conj().T @ V - np.eye(N)).max() <= 64 * N * UNIT
    assert np.abs((V * (-0.5 + 1j * omega)) @ V.conj().T - A - 0.5 * np.outer(B, B)).max() <= 64 * N * UNIT * N
    assert np.abs(V.conj().T @ B - np.sqrt(weights)).max() <= 64 * N * UNIT * N
    assert weights.sum() == pytest.approx(N**2, rel=64 * N * UNIT)


def test_low_gaps_follow_their_law_slowly():
    ratios = []
    for N in (16, 64, 256, 1024):
        omega = ne.normal_part_frequencies(N)
        gap = omega[N // 2 - 1] - omega[N // 2]
        ratios.append(gap / ne.low_gap_law(N))
    assert np.all(np.diff(ratios) < 0) and 1 < ratios[-1] < 1.02
    omega = ne.normal_part_frequencies(1024)[:512][::-1]
    assert [round(2 * omega[0], 4), round(omega[1] - omega[0], 3)] == [0.3565, 0.386]
    assert round(ne.low_gap_law(1024), 3) == 0.353


def test_refusals():
    for call, message in (
        (lambda: ne.legs_eigensystem(0), "N = 0"),
        (lambda: ne.normal_part_frequencies(2.5), "N = 2.5"),  # type: ignore[arg-type]
        (lambda: ne.legs_eigenvectors(513), "N = 513"),
        (lambda: ne.legs_kernel(3, [-1.0]), r"times\[0\] = -1.0"),
        (lambda: ne.condition_exponent(1.5), "x = 1.5"),
        (lambda: certified.kernel_gap_squared(3, 3), "n = 3"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
