"""Reads by features, equality cases of the floor, ranks of kernels, refusals."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

from numerics.selection import kernels as nk

UNIT = 2.0**-53


@pytest.mark.parametrize("V", [2, 3, 4])
def test_worst_read_by_two_routes(V):
    rng = np.random.default_rng(V)
    for stored in range(1, V + 1):
        for d in (1, V - 1, V):
            phi, psi = (rng.integers(-3, 4, (d, V)).astype(object) for _ in range(2))
            assert nk.worst_read(phi, psi, stored) == nk.worst_read_by_sets(phi, psi, stored)


def test_one_hot_reads_exactly_and_one_dimension_holds_one_pair():
    eye = np.eye(5, dtype=int).astype(object)
    assert nk.worst_read_by_sets(eye, eye, 3) == nk.distance_from_identity(eye, eye) == 0
    ones = np.ones((1, 5), dtype=int).astype(object)
    assert nk.worst_read_by_sets(ones, ones, 1) == 0 < nk.worst_read_by_sets(ones, ones, 2)


def test_the_least_sum_of_squares_is_attained_by_a_projector():
    for d in range(1, 6):
        eye = np.eye(d, 6, dtype=int).astype(object)
        assert nk.distance_from_identity(eye, eye) == 6 - d


def test_equality_cases_of_the_floor():
    for V in range(2, 9):
        eta = nk.coherence(*nk.simplex_code(V))
        assert eta == nk.coherence_by_pairs(*nk.simplex_code(V)) == Fraction(1, V - 1)
        assert abs(nk.coherence_floor(V, V - 1) - 1 / (V - 1)) <= 4 * UNIT
    assert abs(nk.coherence(nk.icosahedron_code(), nk.icosahedron_code()) - 1 / math.sqrt(5)) <= 8 * UNIT
    assert nk.coherence_floor(4, 4) == nk.coherence_floor(4, 9) == 0


def test_random_codes_stay_above_the_floor():
    rng = np.random.default_rng(1)
    for V, d in ((8, 2), (8, 5), (8, 8), (20, 3)):
        for _ in range(20):
            phi, psi = rng.standard_normal((2, d, V))
            psi = phi + 0.3 * psi
            assert nk.coherence(phi, psi) >= nk.coherence_floor(V, d) * (1 - 16 * UNIT)
            np.testing.assert_allclose(nk.coherence(phi, psi), nk.coherence_by_pairs(phi, psi), rtol=1e-12)


@pytest.mark.parametrize("spacing", [1.0, 1e-3, 1e-6])
def test_the_exponential_kernel_is_nonsingular(spacing):
    q, k = spacing * np.arange(6), spacing * np.array([3, -1, 0, 7, 2, -5])
    assert (
        nk.exponential_kernel_rank(q, k, 1.0)
        == nk.exponential_kernel_rank(q, k, -2.0)
        == nk.distinct_count(q, k, 1.0)
        == 6
    )
    with mpmath.workdps(200):
        rows = [[mpmath.exp(mpmath.mpf(float(a)) * mpmath.mpf(float(b))) for b in k] for a in q]
        assert mpmath.det(mpmath.matrix(rows)) != 0


def test_too_few_bits_and_repeated_keys_are_silence():
    q = 1e-6 * np.arange(6)
    assert nk.exponential_kernel_rank(q, q, 1.0, bits=53) is None
    assert nk.exponential_kernel_rank([0.0, 1.0], [2.0, 2.0], 1.0) is None
    assert nk.exponential_kernel_rank([0.0, 1.0], [1.0, 2.0], 0.0) is None
    assert nk.distinct_count([0.0, 1.0], [2.0, 2.0], 1.0) == nk.distinct_count([0.0, 1.0], [1.0, 2.0], 0.0) == 1


@pytest.mark.parametrize(("D", "p"), [(1, 0), (1, 5), (2, 3), (3, 2), (4, 0)])
def test_taylor_features_by_two_routes(D, p):
    rng = np.random.default_rng(D)
    q, k = rng.uniform(-1, 1, (2, 12, D))
    features = nk.taylor_features(q, 1.5, p)
    assert features.shape[-1] == len(nk.exponents(D, p)) == math.comb(D + p, p)
    found, products = features @ nk.taylor_features(k, 1.5, p).T, 1.5 * q @ k.T
    radius = float(np.abs(products).max())
    np.testing.assert_allclose(
        found, nk.taylor_sum(products, p), atol=16 * features.shape[-1] * UNIT * math.exp(radius)
    )
    assert np.abs(np.exp(products) - found).max() <= nk.taylor_remainder(radius, p)
    assert nk.taylor_rank(q, k, 1.5, p) == min(12, math.comb(D + p, p))


def test_two_features_of_degree_two_are_too_few_at_radius_three():
    x = np.linspace(-3, 3, 601)
    assert abs(np.abs(np.exp(x) - nk.taylor_sum(x, 2)).max() - 11.5855) < 1e-3
    assert nk.taylor_remainder(3.0, 2) > 11.6


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: nk.cross_talk(np.eye(2), np.eye(3)), "must be alike"),
        (lambda: nk.cross_talk(np.zeros((0, 3)), np.zeros((0, 3))), "phi"),
        (lambda: nk.cross_talk([[np.nan]], [[1.0]]), "must be finite"),
        (lambda: nk.cross_talk(np.array([[None]], dtype=object), [[1.0]]), "integers or fractions"),
        (lambda: nk.worst_read(np.eye(2), np.eye(2), 3), "only 2 distinct keys"),
        (lambda: nk.worst_read(np.eye(2), np.eye(2), 0), "stored = 0: must be at least 1"),
        (lambda: nk.coherence(np.eye(2)[:1], np.eye(2)[:1]), "must not vanish"),
        (lambda: nk.coherence([[1.0]], [[1.0]]), "no cross-talk"),
        (lambda: nk.coherence_floor(1, 1), "V = 1: must be at least 2"),
        (lambda: nk.exponential_kernel_rank([1.0], [1.0, 2.0], 1.0), "must be as many"),
        (lambda: nk.exponential_kernel_rank([np.nan], [1.0], 1.0), "must be finite"),
        (lambda: nk.taylor_features([[1.0]], -1.0, 2), "chi = -1.0: must be >= 0"),
        (lambda: nk.taylor_remainder(-1.0, 2), "radius = -1.0: must be >= 0"),
        (lambda: nk.taylor_remainder(800.0, 2), "remainder = inf"),
        (lambda: nk.taylor_features(1.0, 1.0, 2), r"must be \(.., D\)"),
        (lambda: nk.taylor_features([[1.0]], 1e200, 4), "must be finite as doubles"),
        (lambda: nk.exponents(50, 10), "more than 2"),
        (lambda: nk.cross_talk(np.array([[True]], dtype=object), [[1.0]]), "integers or fractions"),
        (lambda: nk.taylor_rank([1.0], [[1.0]], 1.0, 2), "must both be"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_high_degrees_need_no_factorial_as_a_double():
    assert (
        abs(nk.taylor_features([[0.5]], 2.0, 200)[0, -1] / mpmath.sqrt(1 / mpmath.factorial(200)) / 2**-100 - 1) < 1e-12
    )
    assert (
        abs(nk.taylor_remainder(100.0, 200) / (mpmath.exp(100) * mpmath.mpf(100) ** 201 / mpmath.factorial(201)) - 1)
        < 1e-14
    )


def test_distance_of_complex_features_is_real():
    found = nk.distance_from_identity(1j * np.eye(2), np.eye(2))
    assert not np.iscomplexobj(found) and abs(found - 4) < 1e-14
