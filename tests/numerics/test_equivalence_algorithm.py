"""S4's algorithm: Woodbury, the generating function, block kernels, and four ways to apply a kernel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import equivalence as ne
from numerics import memory as nm
from numerics import spectra as sp
from tests.strategies import pole_sets
from tests.witness import UNIT

SHAPES = [(1, 1), (1, 2), (4, 16), (7, 15), (16, 64), (64, 256), (64, 1024)]


def _system(N, seed=0):
    system, V = ne.legs_dplr(N)
    return system, V, np.random.default_rng(seed).standard_normal(N) @ V


def _loop(weights, poles, u):
    x, out = np.zeros(len(poles), complex), []
    for value in u:
        x = poles * x + value
        out.append(weights @ x)
    return np.array(out)


@given(st.integers(1, 64), st.floats(1e-4, 10))
def test_legs_in_its_normal_basis(N, dt):
    system, V, _ = _system(N)
    A, B = sp.legs(N)
    assert np.abs(V @ ne.dplr_matrix(system) @ V.conj().T - A).max() <= 64 * N * UNIT * N
    discrete, drive = ne.dplr_pair(system, dt)
    Ad, Bd = ne.bilinear_pair(A, B, dt)
    assert np.abs(V @ discrete @ V.conj().T - Ad).max() <= 64 * N * UNIT * N
    assert np.abs(V @ drive - Bd).max() <= 64 * N * UNIT * N


def test_woodbury_at_size_64():
    system, V, _ = _system(64)
    A, B = sp.legs(64)
    worst = max(
        np.abs(V @ ne.dplr_pair(system, dt)[0] @ V.conj().T - ne.bilinear_pair(A, B, dt)[0]).max()
        for dt in (1e-3, 0.05)
    )
    assert worst <= 5e-15


@given(pole_sets(max_size=6, min_size=1), st.integers(0, 2**31), st.floats(1e-3, 5))
def test_any_stable_system(discrete, seed, dt):
    rng, N = np.random.default_rng(seed), len(discrete)
    poles = (discrete - 1) / (discrete + 1) if not np.any(discrete == -1) else discrete - 1
    poles = np.where(np.abs(poles) > 1e3, -1.0, poles)
    P, B = (rng.standard_normal((2, N)) + 1j * rng.standard_normal((2, N))) * np.sqrt(rng.uniform(0, 2))
    system = ne.dplr(poles, P, B)
    A = ne.dplr_matrix(system)
    Ad, Bd = ne.bilinear_pair(A, B, dt)
    step, x, u = ne.dplr_discretise(system, dt), rng.standard_normal((3, N)), rng.standard_normal(3)
    kappa = np.linalg.cond(np.eye(N) - dt / 2 * A)
    scale = (
        64
        * (N + 1)
        * kappa
        * UNIT
        * (np.abs(Ad).max() + np.abs(Bd).max() + 1)
        * (1 + np.abs(x).max() + np.abs(u).max())
    )
    assert np.abs(ne.dplr_step(step, x, u) - (x @ Ad.T + u[:, None] * Bd)).max() <= scale * (
        1 + dt * np.abs(poles).max()
    )


def test_the_sign_of_the_rank_one_term_matters():
    system, V, _ = _system(5)
    wrong = ne.DPLRStep(
        **{**vars(ne.dplr_discretise(system, 0.1)), "rank_one": 2 - ne.dplr_discretise(system, 0.1).rank_one}
    )
    A, B = sp.legs(5)
    moved = V @ ne.dplr_step(wrong, np.eye(5), np.zeros(5)).T @ V.conj().T
    assert np.abs(moved - ne.bilinear_pair(A, B, 0.1)[0]).max() > 1e-2


@pytest.mark.parametrize(("N", "L"), SHAPES)
def test_generating_function_kernel(N, L):
    system, V, C = _system(N)
    K, slow = ne.dplr_kernel(system, C, 0.05, L), ne.dplr_recurrence_kernel(system, C, 0.05, L)
    scale = np.linalg.norm(C) * np.linalg.norm(ne.dplr_pair(system, 0.05)[1])
    assert np.abs(K - slow).max() <= 64 * N * UNIT * scale
    assert np.abs(K.imag).max() <= 64 * N * UNIT * scale
    A, B = ne.bilinear_pair(*sp.legs(N), 0.05)
    dense = (C @ V.conj().T).real @ nm.krylov(A, B, L)
    assert np.abs(K.real - dense).max() <= 64 * N * UNIT * scale


@pytest.mark.parametrize(("N", "L"), [(1, 1), (1, 2), (3, 7), (8, 32), (16, 64)])
def test_without_the_correction_the_kernel_is_folded(N, L):
    system, _, C = _system(N, 1)
    folds = 1 + 500 // L  # the slowest mode falls by e^{−0.1} a step
    long = ne.dplr_recurrence_kernel(system, C, 0.1, folds * L).reshape(folds, L)
    folded = ne.aliased_dplr_kernel(system, C, 0.1, L)
    scale = np.linalg.norm(C) * np.linalg.norm(ne.dplr_pair(system, 0.1)[1]) * 11  # Σ e^{−0.1 l}
    assert np.abs(folded - long.sum(0)).max() <= 64 * N * UNIT * scale
    K = ne.dplr_kernel(system, C, 0.1, L)
    assert np.abs(folded - K).max() > 1e-3 * np.abs(K).max()


@pytest.mark.parametrize("L", [2, 3, 16, 1000, 4096, 2**15])
def test_both_forms_of_the_generating_function(L):
    system, _, C = _system(12)
    regular, literal = (f(system, C, 0.02, L) for f in (ne.generating_function, ne.generating_function_quotient))
    zeta = np.exp(-2j * np.pi * np.arange(L) / L)
    A, B = ne.dplr_pair(system, 0.02)
    slow = np.array([C @ np.linalg.solve(np.eye(12) - A * z, B) for z in zeta[:: max(1, L // 16)]])
    scale = 64 * 12 * UNIT * np.abs(regular).max()
    assert np.abs(regular[:: max(1, L // 16)] - slow).max() <= scale * np.linalg.cond(np.eye(12) - A)
    assert np.all(np.abs(literal - regular) <= 64 * 12 * UNIT * (np.abs(regular) + 0.01 * np.abs(C * system.B).sum()))
    if L % 2 == 0:
        assert regular[L // 2] == pytest.approx(0.01 * C @ system.B, rel=1e-12)


def test_the_kernel_never_holds_a_table_of_states_times_lags():
    import tracemalloc

    system, _, C = _system(64)
    tracemalloc.start()
    ne.generating_function(system, C, 1e-3, 2**16)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 2**16 * 16 / 4


@given(pole_sets(max_size=6), st.integers(1, 300), st.integers(1, 40), st.integers(0, 2**31))
def test_three_kernels_of_a_diagonal_system(poles, L, block, seed):
    rng = np.random.default_rng(seed)
    c = rng.standard_normal(len(poles)) + 1j * rng.standard_normal(len(poles))
    slow, tolerance = ne.power_kernel(c, poles, L), 64 * L * UNIT * np.abs(c).sum()
    for fast in (ne.vandermonde_kernel(c, poles, L), ne.block_kernel(c, poles, L), ne.block_kernel(c, poles, L, block)):
        assert fast.shape == (L,) and np.abs(fast - slow).max() <= tolerance
    impulse = np.eye(1, L)[0]
    assert np.abs(ne.apply_recurrence(c, poles, impulse) - slow).max() <= tolerance
    u = rng.standard_normal(L)
    assert np.abs(ne.apply_recurrence(c, poles, u) - _loop(c, poles, u)).max() <= tolerance * np.abs(u).sum()


def test_block_kernel_at_the_reference_size():
    rng = np.random.default_rng(0)
    poles = sp.zoh(-0.5 + 1j * np.pi * np.arange(64), 1e-3)
    c = rng.standard_normal(64) + 1j * rng.standard_normal(64)
    slow = ne.power_kernel(c, poles, 4096)
    assert np.abs(ne.block_kernel(c, poles, 4096) - slow).max() <= 1e-12 * max(1, np.abs(slow).max() / 48)
    assert ne.exponentials_needed(64, 4096, 64) == 2 * 64 * 64
    assert min(ne.exponentials_needed(64, 4096, M) for M in range(1, 4097)) == 2 * 64 * 64
    assert ne.exponentials_needed(64, 4096, 1) >= 64 * 4096 <= ne.exponentials_needed(64, 4096, 4096)


def test_real_part_before_the_product_is_wrong():
    c, pole, M = np.array([1.0 + 0j]), np.array([0.9 * np.exp(0.7j)]), 4
    coarse, fine = c[:, None] * pole[:, None] ** (M * np.arange(4)), pole[:, None] ** np.arange(M)
    wrong = (coarse.real.T @ fine.real).ravel()
    assert np.abs(wrong - ne.block_kernel(c, pole, 16, M).real).max() > 0.1


def test_zero_and_negative_poles():
    assert ne.vandermonde_kernel([2.0], [0.0], 3).tolist() == [2, 0, 0]
    assert np.allclose(ne.block_kernel([1.0], [-0.5], 5).real, (-0.5) ** np.arange(5), rtol=1e-14)


@given(pole_sets(max_size=4, margin=1e-2), st.integers(1, 30))
def test_window_gram(poles, L):
    V = np.vander(poles, L, increasing=True)
    scale = 64 * (L + len(poles)) * UNIT * np.abs(nm.gram(poles)).max()
    assert np.abs(ne.window_gram(poles, L) - V @ V.conj().T).max() <= scale


@given(pole_sets(max_size=4), st.integers(1, 40), st.integers(0, 2**31))
def test_a_half_spectrum_counts_real_poles_once(poles, L, seed):
    half = np.where(poles.imag < 0, poles.conj(), poles)
    rng = np.random.default_rng(seed)
    c = rng.standard_normal(len(half)) + 1j * rng.standard_normal(len(half))
    c = np.where(half.imag == 0, c.real, c)
    turning = half.imag != 0
    closed, weights = np.append(half, half[turning].conj()), np.append(c, c[turning].conj())
    K = ne.power_kernel(weights, closed, L)
    assert np.abs(ne.paired_kernel(c, half, L) - K).max() <= 64 * L * UNIT * np.abs(weights).sum()
    assert ne.real_dimension(half) == len(np.unique(np.append(half, half.conj())))


def test_doubling_a_real_pole_is_an_error_of_its_size():
    c, p = np.array([0.7, 1.0]), np.array([0.9, 0.5j])
    doubled = 2 * ne.block_kernel(c, p, 20).real
    assert np.allclose(doubled - ne.paired_kernel(c, p, 20), 0.7 * 0.9 ** np.arange(20), rtol=1e-13)
    assert (ne.real_dimension([0.3 + 0.1j, 0.1 + 0.2j]), ne.real_dimension([0.3 + 0.1j, 0.1 + 0.2j, 0.5])) == (4, 5)
    assert ne.real_dimension(sp.zoh(sp.s4d_lin(64), 1e-3)) == 63


@given(pole_sets(max_size=4), st.integers(1, 200), st.integers(0, 2**31))
def test_four_ways_to_apply_a_kernel(poles, L, seed):
    rng = np.random.default_rng(seed)
    c, u = rng.standard_normal(len(poles)) + 0j, rng.standard_normal(L)
    K = ne.power_kernel(c, poles, L)
    truth, scale = _loop(c, poles, u), np.abs(c).sum() * np.abs(u).sum()
    assert np.abs(ne.apply_recurrence(c, poles, u) - truth).max() <= 64 * L * UNIT * scale
    assert np.abs(ne.apply_convolution(K, u) - truth).max() <= 64 * L * UNIT * scale
    tolerance = 64 * UNIT * (1 + np.log2(L)) * np.linalg.norm(K) * np.linalg.norm(u)
    assert np.abs(ne.apply_fft(K, u) - ne.apply_convolution(K, u)).max() <= tolerance
    states = ne.associative_scan(np.tile(poles[:, None], L), np.tile(u, (len(poles), 1)))
    assert np.abs(c @ states - truth).max() <= 64 * L * UNIT * scale
    wrapped = ne.apply_circular(K, u) - ne.apply_convolution(K, u)
    assert np.abs(wrapped - ne.circular_error(K, u)).max() <= tolerance


def test_the_unpadded_transform_is_wrong():
    K, u = 0.9 ** np.arange(32.0), np.ones(32)
    assert np.abs(ne.apply_circular(K, u) - ne.apply_convolution(K, u)).max() > 1
    assert ne.circular_error(K, u)[-1] == 0


def test_scan_of_varying_decays_in_the_right_order():
    rng = np.random.default_rng(3)
    a, b = rng.uniform(-1, 1, (2, 5, 37))
    h, states = np.zeros(5), ne.associative_scan(a, b)
    for t in range(37):
        h = a[:, t] * h + b[:, t]
        assert np.abs(states[:, t] - h).max() <= 64 * 37 * UNIT
    assert ne.associative_scan([0.3], [2.0]).tolist() == [2.0]
    assert ne.associative_scan(np.ones(4, np.float32), np.zeros(4)).tolist() == [0, 0, 0, 0]


def test_refusals():
    system, _, C = _system(3)
    for call, message in (
        (lambda: ne.dplr([0.1], [1.0], [1.0]), "real part 0.1"),
        (lambda: ne.dplr([-1.0], [1.0, 2.0], [1.0]), "P has shape"),
        (lambda: ne.dplr_discretise(system, 0.0), "dt = 0.0"),
        (lambda: ne.dplr_kernel(system, C, 0.1, 0), "length = 0"),
        (lambda: ne.dplr_kernel(system, C[:2], 0.1, 4), "C has shape"),
        (lambda: ne.vandermonde_kernel([1.0], [1.0], 4), r"\|λ\| = 1"),
        (lambda: ne.block_kernel([1.0], [0.5], 4, 0), "block = 0"),
        (lambda: ne.block_kernel([1.0, 1.0], [0.5], 4), "weights have shape"),
        (lambda: ne.paired_kernel([1.0, 1.0], [0.5j, -0.4j], 4), "one sign"),
        (lambda: ne.apply_fft([1.0], [1.0, 2.0]), "lengths must agree"),
        (lambda: ne.associative_scan([1.0], [1.0, 2.0]), "must agree"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
