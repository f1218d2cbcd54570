"""Any pair (A, B): controllable or not, defective, rotated; capacity; the routes by definition."""

import time
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import block_diag

from numerics import memory as nm
from numerics import spectra as sp
from tests.numerics.oracle import exact_memory

EPS = 2.0**-52


def jordan(pole, size):
    return pole * np.eye(size) + np.eye(size, k=-1)


def unitary(N, seed=0):
    rng = np.random.default_rng(seed)
    return np.linalg.qr(rng.standard_normal((N, N)) + 1j * rng.standard_normal((N, N)))[0]


def first(N, k=0):
    return np.eye(N)[k]


def diagonal(poles, B):
    return np.diag(poles), np.asarray(B)


RNG = np.random.default_rng(2)
CLOUD = sp.uniform_annulus(20, 0.3, 0.95, 1)
# name: (A, B, the poles that the input reaches)
PAIRS = {
    "distinct": (*diagonal(CLOUD, np.ones(20)), CLOUD),
    "tiny_weight": (*diagonal([0.5, 0.8], [1.0, 1e-9]), [0.5, 0.8]),
    "zero_weight": (*diagonal([0.5, 0.8], [1.0, 0.0]), [0.5]),
    "repeated_diagonal": (*diagonal([0.5, 0.5, 0.5, -0.2], np.ones(4)), [0.5, -0.2]),
    "scaled_identity": (0.5 * np.eye(6), RNG.standard_normal(6), [0.5]),
    "nearly_repeated_diagonal": (*diagonal([0.5, 0.5 + 1e-13], np.ones(2)), [0.5, 0.5 + 1e-13]),
    "duplicates": (*diagonal(np.r_[CLOUD, CLOUD[:9]], RNG.standard_normal(29)), CLOUD),
    "duplicates_and_zeros": (
        *diagonal(np.r_[CLOUD, CLOUD[:9]], np.r_[np.zeros(5), np.ones(15), np.zeros(5), np.ones(4)]),
        CLOUD[5:],
    ),
    "jordan": (jordan(0.5, 6), first(6), [0.5] * 6),
    "jordan_from_third": (jordan(0.5, 8), first(8, 5), [0.5] * 3),
    "two_jordans": (block_diag(jordan(0.5, 2), jordan(0.5, 3)), np.ones(5), [0.5] * 3),
    "shift": (jordan(0.0, 30), first(30), np.zeros(30)),
    "shift_reversed": (jordan(0.0, 30).T, first(30), [0.0]),
    "laguerre": (*nm.balanced_pair(np.full(40, 0.9)), np.full(40, 0.9)),
    "real_poles": (*nm.balanced_pair(sp.zoh(sp.legs_poles(64), 1e-2)), sp.zoh(sp.legs_poles(64), 1e-2)),
    "zero_matrix": (np.zeros((3, 3)), np.ones(3), [0.0]),
    "one_state": (np.array([[0.9]]), np.array([3.0]), [0.9]),
}


def truth(poles, horizon):
    return exact_memory(poles, horizon) if len(poles) else np.zeros(horizon)


# a rotation rounds by more than the distance of two poles 1e-13 apart to losing one
TURNS = [(name, turned) for name in PAIRS for turned in (False, True)]
TURNS.remove(("nearly_repeated_diagonal", True))


@pytest.mark.parametrize(("name", "turned"), TURNS)
def test_dense_memory(name, turned):
    A, B, poles = PAIRS[name]
    if turned:
        Q = unitary(len(A))
        A, B = Q @ A @ Q.conj().T, Q @ B
    M = nm.memory_function_dense(A, B[:, None], 150)
    assert nm.capacity(A, B) == len(poles)
    # eigenvalues of A + E, ‖E‖ <= N eps ‖A‖, moved by their condition in M; 1e-12 leaves it a factor of a thousand
    assert np.abs(M - truth(poles, 150)).max() <= 1e-12


def test_tiny_weight_counts_until_the_tolerance():
    Q = unitary(2)
    A = Q @ np.diag([0.5, 0.8]) @ Q.conj().T
    for weight, rank in ((1e-9, 2), (1e-19, 1)):
        assert nm.capacity(A, Q @ [1.0, weight]) == rank


@pytest.mark.parametrize("seed", range(3))
def test_uncontrollable_under_a_non_normal_transformation(seed):
    rng = np.random.default_rng(seed)
    d, b = np.r_[CLOUD, CLOUD[:9]], np.r_[np.zeros(4), rng.standard_normal(16), np.zeros(4), rng.standard_normal(5)]
    S = rng.standard_normal((29, 29))
    A, B = S @ np.diag(d) @ np.linalg.inv(S), S @ b
    assert nm.capacity(A, B) == 16
    error = np.abs(nm.memory_function_dense(A, B, 150) - exact_memory(CLOUD[4:], 150)).max()
    assert error <= 64 * 29 * EPS * np.linalg.cond(S)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("size", [3, 4])
def test_a_defective_eigenvalue_out_of_reach(size, seed):
    # two equal Jordan blocks: one of them is reached; eigenvalues come back as a ring of radius eps^(1/size)
    A = block_diag(jordan(0.5, size), jordan(0.5, size), 0.1, -0.7)
    Q = np.linalg.qr(np.random.default_rng(seed).standard_normal(A.shape))[0]
    B = np.random.default_rng(seed + 100).standard_normal(len(A))
    assert nm.capacity(Q @ A @ Q.T, Q @ B) == size + 2


def test_states_in_unequal_units():
    # units that differ by 1e8 raise the norm, and with it what counts as unreachable, unless they are balanced first
    A, units = sp.scaled_gaussian(5, 0.9, 0), np.logspace(0, 8, 5)
    scaled, b = A * units / units[:, None], 1 / units
    assert nm.capacity(scaled, b) == 5
    error = np.abs(nm.memory_function_dense(scaled, b, 30) - nm.memory_function_dense(A, np.ones(5), 30)).max()
    assert error <= 64 * 5 * EPS * np.linalg.cond(np.linalg.eig(A)[1])


def test_no_input_no_memory():
    assert nm.capacity(0.5 * np.eye(3), np.zeros(3)) == 0
    np.testing.assert_array_equal(nm.memory_function_dense(0.5 * np.eye(3), np.zeros(3), 4), np.zeros(4))
    assert nm.controllable_poles(0.5 * np.eye(3), np.zeros(3)).shape == (0,)


def test_similarity_leaves_memory_alone():
    A, B = sp.scaled_gaussian(20, 0.9, 1), np.ones(20)
    S = np.random.default_rng(1).standard_normal((20, 20))
    moved = nm.memory_function_dense(S @ A @ np.linalg.inv(S), S @ B, 100)
    error = np.abs(moved - nm.memory_function_dense(A, B, 100)).max()
    assert error <= 64 * 20 * EPS * np.linalg.cond(S) * np.linalg.cond(np.linalg.eig(A)[1])


def test_capacity_of_rationals_is_exact():
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert nm.capacity([[half, 0], [0, third]], [1, 1]) == 2
    assert nm.capacity([[half, 0], [0, half]], [1, 1]) == 1
    # beyond any float: a difference of 1e-40
    close = half + Fraction(1, 10**40)
    exact = nm.capacity([[half, 0], [0, close]], [1, 1])
    assert exact == 2 and exact.exact and exact.tolerance == 0
    assert nm.capacity(flint.fmpq_mat([[flint.fmpq(1, 2)]]), flint.fmpq_mat([[1]])) == 1
    assert nm.capacity(np.eye(5, k=-1, dtype=int), np.eye(5, dtype=int)[:, :1]) == 5


def test_capacity_of_32_rational_states_is_quick():
    # about a second: the numerators of the Krylov matrix grow linearly, not exponentially
    A = [[Fraction(p, 300) for p in row] for row in np.random.default_rng(0).integers(-9, 10, (32, 32)).tolist()]
    start = time.perf_counter()
    assert nm.capacity(A, [1] * 32) == 32
    assert time.perf_counter() - start < 20


def test_capacity_of_floats_states_its_tolerance():
    rank = nm.capacity(sp.scaled_gaussian(60, 0.9, 0), np.ones(60))
    assert rank == 60 and isinstance(rank, int) and not rank.exact and 0 < rank.tolerance < 1e-10


@given(st.integers(1, 5), st.integers(0, 10**6))
def test_exact_and_float_capacity_agree(N, seed):
    rng = np.random.default_rng(seed)
    A = np.tril(rng.integers(-1, 2, (N, N)), -1)  # nilpotent: stable, often defective and out of reach
    B = rng.integers(-1, 2, N)
    assert nm.capacity(A, B) == nm.capacity(A.astype(float), B.astype(float))


@pytest.mark.parametrize(
    ("A", "B", "message"),
    [
        ([[1]], [1], "modulus >= 1"),
        ([[Fraction(10**30 + 1, 10**30)]], [1], "modulus >= 1"),
        ([[0, 2], [1, 0]], [1, 0], "modulus >= 1"),
        ([[0, 1]], [1], "must be"),
        ([[0]], [1, 2], "must be"),
        ([[1.0]], [1.0], "spectral radius 1"),
        ([[0.1, np.nan], [0, 0]], [1.0, 1], "finite"),
        ([], [], "square"),
    ],
)
def test_capacity_refuses(A, B, message):
    with pytest.raises(ValueError, match=message):
        nm.capacity(A, B)


PAIR_ENTRIES = [nm.memory_function_dense, nm.lyapunov_memory, nm.krylov, nm.naive_gram, nm.osm]


@pytest.mark.parametrize("entry", PAIR_ENTRIES)
def test_bad_pairs_and_horizons_refused(entry):
    for A, B in (
        (np.eye(2), np.ones(2)),
        (np.zeros((2, 3)), np.ones(2)),
        (np.zeros((2, 2)), np.ones(3)),
        ([["a"]], [1]),
    ):
        with pytest.raises(ValueError, match=r"A|B"):
            entry(A, B, 5)
    for horizon in (0, 1.5, True, None):
        with pytest.raises(ValueError, match="horizon"):
            entry(0.5 * np.eye(2), np.ones(2), horizon)


def test_slow_routes_agree_where_conditioned():
    poles = sp.ring(8, 0.9) * np.exp(0.3j) * np.linspace(0.9, 1, 8)
    M = nm.memory_function(poles, 80)
    cond = np.linalg.cond(nm.gram(poles))
    assert cond < 1e4
    assert np.abs(nm.gram_solve(poles, 80) - M).max() <= 64 * 8 * EPS * cond
    assert np.abs(nm.vandermonde_qr(poles, 80) - M).max() <= 64 * 8 * EPS * np.sqrt(cond)
    A, B = nm.balanced_pair(poles)
    assert np.abs(nm.lyapunov_memory(A, B, 80) - M).max() <= 64 * 8 * EPS * 100
    assert np.abs(nm.lyapunov_memory(np.diag(poles), np.ones(8), 80) - M).max() <= 64 * 8 * EPS * cond**1.5


def test_gram_routes_refuse_repetition():
    for route in (nm.gram_solve, nm.vandermonde_qr):
        with pytest.raises(ValueError, match=r"occurs 2 times.*distinct"):
            route([0.5, 0.5, 0.1], 5)
    with pytest.raises(ValueError, match=r"2\^26"):
        nm.vandermonde_qr(1 - 1e-6 * np.arange(1, 4), 5)


def test_krylov_columns():
    A, B = sp.scaled_gaussian(5, 0.9, 0), np.arange(5.0)
    for tau, column in enumerate(nm.krylov(A, B, 11).T):
        np.testing.assert_allclose(column, np.linalg.matrix_power(A, tau) @ B, atol=1e-13)


@pytest.mark.parametrize("samples", [1, 2, 7, 300])
def test_simulation_is_the_recurrence(samples):
    A, B = nm.balanced_pair([0.99, 0.5j, -0.3])
    u = np.random.default_rng(0).standard_normal(samples)
    x = np.zeros(3, complex)
    for state, value in zip(nm.simulate(A, B, u), u, strict=True):
        x = A @ x + B * value
        np.testing.assert_allclose(state, x, atol=1e-13)


def test_least_squares_measures_the_memory_function():
    poles, T, horizon = np.array([0.9, 0.5, -0.7, 0.0]), 40_000, 30
    A, B = nm.balanced_pair(poles)
    u = np.random.default_rng(3).standard_normal(T + 200)
    measured = nm.least_squares(nm.simulate(A, B, u)[200:], u[200:], horizon)
    M, floor = nm.memory_function(poles, horizon), nm.sample_floor(4, T - horizon + 1)
    # standard error of R²: 2√M (1−M)/√T, and of the χ²_N floor: √(2N)/T
    error = 2 * np.sqrt(M) * (1 - M) / np.sqrt(T) + np.sqrt(2 * 4) / T
    assert np.all(np.abs(measured - M - (1 - M) * floor) <= 6 * error)


def test_sample_floor_is_what_regression_reads_on_noise():
    N, T, runs = 10, 200, 400
    rng = np.random.default_rng(0)
    read = [nm.least_squares(rng.standard_normal((T, N)), rng.standard_normal(T), 1)[0] for _ in range(runs)]
    spread = np.sqrt(2 * N * (T - N) / (T**2 * (T + 2)))  # Beta(N/2, (T−N)/2)
    assert abs(np.mean(read) - nm.sample_floor(N, T)) <= 5 * spread / np.sqrt(runs)


def test_bad_series_refused():
    good = np.ones((10, 2))
    for states, inputs, horizon, message in (
        (good, np.ones(9), 1, "states have shape"),
        (good[:, 0], np.ones(10), 1, "states have shape"),
        (good * np.nan, np.ones(10), 1, "states hold"),
        (good, np.ones(10), 9, "needs T"),
        (good, np.zeros(10), 2, "inputs are zero"),
        (good, np.ones((10, 1)), 2, "inputs has shape"),
        (good, np.ones(10), 0, "horizon"),
    ):
        with pytest.raises(ValueError, match=message):
            nm.least_squares(states, inputs, horizon)
    counts: list[tuple] = [(0, 5), (6, 5), (2, 5.0)]
    for N, samples in counts:
        with pytest.raises(ValueError, match=r"N =|samples ="):
            nm.sample_floor(N, samples)
    with pytest.raises(ValueError, match="inputs"):
        nm.simulate([[0.5]], [1.0], [])


@pytest.mark.parametrize("diagonal", [1e-249, 1e-30, 1e-15, 1e-8, 1e-7])
def test_a_chain_with_nearly_zero_poles_keeps_its_length(diagonal: float) -> None:
    A = np.diag([diagonal, diagonal / 2]) + np.diag([-1.0], 1)
    assert np.allclose(nm.memory_function_dense(A, [0.0, 1.0], 3), [1.0, 1.0, 0.0], rtol=0, atol=1e-12)
