"""Realisations of one spectrum: same kernel, same memory; and what happens near a repeated pole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics import certified
from numerics import equivalence as ne
from numerics import memory as nm
from tests.strategies import pole_sets, stable_pairs, transforms
from tests.witness import UNIT


def _kernel(A, B, C, length):
    return C @ nm.krylov(A, B, length)


@given(st.data(), stable_pairs(max_size=4))
def test_similarity_keeps_the_kernel(data, pair):
    A, B = pair
    T = data.draw(transforms(len(B)))
    C = np.arange(1.0, len(B) + 1)
    A2, B2, C2 = ne.transform(A, B, C, T)
    kappa = float(np.linalg.cond(T))
    before = np.array([C @ np.linalg.matrix_power(A, t) @ B for t in range(9)])
    after = np.array([C2 @ np.linalg.matrix_power(A2, t) @ B2 for t in range(9)])
    scale = np.linalg.norm(C) * np.linalg.norm(B) * max(1.0, float(np.linalg.norm(A, 2))) ** 8
    assert np.abs(after - before).max() <= 64 * 9 * len(B) * kappa**2 * UNIT * scale


def test_input_left_behind_or_singular_transform():
    A, B = ne.diagonal([0.5, -0.2])
    C, T = np.array([1.0, 2.0]), np.array([[1.0, 1.0], [0.0, 1.0]])
    A2, B2, C2 = ne.transform(A, B, C, T)
    assert np.allclose(_kernel(A2, B2, C2, 6), _kernel(A, B, C, 6), atol=1e-14)
    assert np.abs(_kernel(A2, B, C2, 6) - _kernel(A, B, C, 6)).max() > 0.5
    with pytest.raises(ValueError, match="rank 1"):
        ne.transform(A, B, C, np.ones((2, 2)))


@given(pole_sets(max_size=5, margin=0.05), st.integers(1, 30))
def test_companion_and_jordan_have_the_all_pass_memory(poles, horizon):
    exact = nm.memory_function(poles, horizon)
    assert np.abs(nm.memory_function_dense(*ne.companion(poles), horizon) - exact).max() <= 1e-9
    snapped = _snap(poles)  # blocks of nearly equal poles are parallel to rounding: what the input reaches is undecided
    exact = nm.memory_function(snapped, horizon)
    assert np.abs(nm.memory_function_dense(*ne.jordan(snapped), horizon) - exact).max() <= 1e-9
    assert np.array_equal(np.sort_complex(np.diag(ne.jordan(poles)[0])), np.sort_complex(poles))


def _snap(poles):
    """Poles closer than 1/100 to an earlier one become equal to it."""
    kept: list[complex] = []
    for p in poles:
        kept.append(next((q for q in kept if abs(p - q) < 0.01), p))
    return np.array(kept)


@pytest.mark.parametrize("poles", [[0.5, 0.5, -0.3], [0.0, 0.0, 0.0], [0.6j, -0.6j, 0.2], [0.9]])
def test_definition_of_memory_on_two_realisations(poles):
    exact = nm.memory_function(poles, 40)
    for A, B in (ne.companion(poles), ne.jordan(poles)):
        assert np.abs(nm.lyapunov_memory(A, B, 40) - exact).max() <= 1e-11


@given(pole_sets(max_size=4, margin=0.05))
def test_the_similarity_between_two_realisations(poles):
    companion, jordan = ne.companion(poles), ne.jordan(poles)
    T = ne.similarity(*companion, *jordan)
    kappa = np.linalg.cond(ne.controllability(*companion))
    assert kappa < 1e4 * 64  # of a companion form: a unit triangle
    scale = 64 * len(poles) * kappa * UNIT * (1 + np.abs(T).max()) * (2 + np.abs(companion[0]).max())
    assert np.abs(T @ companion[0] - jordan[0] @ T).max() <= scale
    assert np.abs(T @ companion[1] - jordan[1]).max() <= scale


def test_rotated_poles_have_the_same_memory_and_another_kernel():
    poles = np.array([0.9, 0.5j, -0.3 + 0.1j])
    rotated = poles * np.exp(0.7j)
    assert np.abs(nm.memory_function(poles, 60) - nm.memory_function(rotated, 60)).max() <= 1e-13
    assert np.abs(np.poly(poles) - np.poly(rotated)).max() > 0.1


def test_a_repeated_pole_has_no_diagonal_twin():
    poles = [0.6, 0.6, 0.6]
    assert nm.memory_function(poles, 400).sum() == pytest.approx(3, abs=1e-12)
    assert np.linalg.matrix_rank(ne.controllability(*ne.diagonal(poles))) == 1
    assert np.linalg.matrix_rank(ne.controllability(*ne.jordan(poles))) == 3
    A, B = ne.jordan([0.6, 0.6])
    assert np.allclose(_kernel(A, B, np.array([1.0, 0.0]), 50), ne.repeated_mode(0.6, 50), rtol=1e-13, atol=0)


@given(st.floats(0, 0.95), st.floats(-12, -2).map(lambda e: 10.0**e))
def test_two_poles_imitate_it_at_a_price(pole, apart):
    error = np.abs(ne.two_pole_mode(pole, apart, 200) - ne.repeated_mode(pole, 200)).max()
    assert error <= ne.two_pole_bound(pole, apart, 200) * (1 + 1e-9) + 64 * 200 * UNIT / apart


def test_the_price_is_a_valley_with_its_floor_at_the_root_of_the_rounding():
    apart = 10.0 ** -np.arange(2, 14)
    error = np.array([np.abs(ne.two_pole_mode(0.9, e, 400) - ne.repeated_mode(0.9, 400)).max() for e in apart])
    slopes = np.diff(np.log10(error))
    assert np.all(np.abs(slopes[1:4] + 1) < 0.1) and np.all(np.abs(np.diff(slopes[1:4])) < 0.05)
    assert 1e-10 < apart[error.argmin()] < 1e-7 and error[-1] > 1e3 * error.min()
    exact = [ne.two_pole_bound(0.9, e, 400) for e in apart[:5]]
    assert np.all(error[:5] <= exact) and np.all(error[:5] > 0.8 * np.array(exact))


@pytest.mark.parametrize("N", range(2, 9))
def test_discriminant_is_not_identically_zero(N):
    i, j = np.triu_indices(N, 1)
    assert ne.discriminant(np.diag(np.arange(1.0, N + 1))) == pytest.approx(float(np.prod((i - j) ** 2.0)), rel=1e-12)
    assert ne.discriminant(np.eye(N, k=1)) == 0


def test_gaussian_matrices_have_distinct_eigenvalues():
    for N in (2, 6):
        gaps = ne.spectral_gap(np.random.default_rng(N).standard_normal((10_000, N, N)))
        assert gaps.shape == (10_000,) and gaps.min() > 0
    A = np.random.default_rng(0).standard_normal((50, 2, 2))
    trace, det = A[:, 0, 0] + A[:, 1, 1], np.linalg.det(A)
    assert np.allclose(ne.discriminant(A), trace**2 - 4 * det, rtol=1e-9, atol=1e-12)


@given(st.integers(1, 10), st.complex_numbers(max_magnitude=2), st.floats(-9, 0).map(lambda e: 10.0**e))
def test_near_defective_eigensystem(N, centre, apart):
    A, (values, V) = ne.near_defective(N, centre, apart), ne.near_defective_eigensystem(N, centre, apart)
    assert np.abs(A @ V - V * values).max() <= 64 * N * UNIT * (1 + abs(centre))
    assert np.allclose(np.linalg.norm(V, axis=0), 1, rtol=64 * N * UNIT)
    kappa = ne.near_defective_condition(N, apart)
    if kappa * UNIT < 1e-10:
        assert np.linalg.cond(V) == pytest.approx(kappa, rel=64 * N * kappa * UNIT + 1e-12)
    gap = np.abs(values[:, None] - values)[~np.eye(N, dtype=bool)]
    assert N == 1 or gap.min() == pytest.approx(2 * np.sin(np.pi / N) * apart ** (1 / N), rel=1e-6)


def test_condition_enclosed_beyond_float64():
    _, V = ne.near_defective_eigensystem(4, 0.3, 1e-10)
    grams = certified.condition((V.conj().T @ V + (V.conj().T @ V).conj().T) / 2)
    assert grams.lower[0] == pytest.approx(ne.near_defective_condition(4, 1e-10) ** 2, rel=0.3)
    assert [ne.near_defective_condition(1, 1e-9), ne.near_defective_condition(5, 1.0)] == [1.0, 1.0]
    slope = np.log10(ne.near_defective_condition(4, 1e-8) / ne.near_defective_condition(4, 1e-4)) / -4
    assert slope == pytest.approx(-3 / 4, rel=1e-12)


def test_refusals():
    for call, message in (
        (lambda: ne.companion([1.1]), r"\|λ\| = 1.1"),
        (lambda: ne.two_pole_mode(0.5, 0.0, 9), "apart = 0"),
        (lambda: ne.two_pole_mode(0.99, 0.02, 9), r"poles\[1\]"),
        (lambda: ne.near_defective(3, 0.5, 0.0), "apart = 0.0"),
        (lambda: ne.near_defective_condition(0, 0.5), "N = 0"),
        (lambda: ne.spectral_gap([[1.0]]), "two eigenvalues"),
        (lambda: ne.similarity(*ne.companion([0.1]), *ne.companion([0.1, 0.2])), "1 and 2 states"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
