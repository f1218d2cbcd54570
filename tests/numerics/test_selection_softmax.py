"""Softmax selection against many digits on hard inputs; silence at ties; refusals."""

from typing import Any

import mpmath
import numpy as np
import pytest

from numerics.selection import softmax as ns

UNIT = 2.0**-53
HARD = {
    "one": ([3.0], 5.0),
    "flat": ([1.0, 2.0, 4.0], 0.0),
    "near-tie": ([1.0, 1.0 + 2**-50, 0.5], 1e3),
    "tied losers": ([0.0, -1.0, 0.0, 2.0, 0.0], 30.0),
    "overflow of the plain exponential": ([800.0, 801.0, -900.0], 1.0),
    "huge": ([1e5, 1e5 - 1e-3, -1e5], 1e4),
    "beyond doubles": ([1e200, -1e200], 1e200),
}


@pytest.mark.parametrize("name", HARD)
def test_weights_and_tails_against_fifty_digits(name):
    mu, chi = HARD[name]
    expected = ns.softmax_weights_by_digits(mu, chi)
    found = ns.softmax_weights(mu, chi)
    assert np.all(np.abs(found - np.array(expected, dtype=float)) <= 4 * len(mu) * UNIT)
    place = int(np.argmax(mu))
    with mpmath.workdps(50):
        tail = mpmath.fsum(w for k, w in enumerate(expected) if k != place)
        error = abs(mpmath.mpf(ns.selection_tail(mu, chi)) - tail)
        exponent = mpmath.mpf(chi) * (mpmath.mpf(max(mu)) - mpmath.mpf(min(mu)))
        assert error <= (4 * len(mu) + 2 * exponent) * UNIT * tail + mpmath.mpf(2) ** -1074


@pytest.mark.parametrize("L", [2, 3, 10**4])
@pytest.mark.parametrize("eps", [1e-300, 1e-9, 0.1, 0.4999])
@pytest.mark.parametrize("delta", [1e-6, 1.0, 100.0])
def test_sharpness_by_two_routes(L, eps, delta):
    needed = ns.sharpness_needed(L, delta, eps)
    np.testing.assert_allclose(needed, ns.sharpness_by_bisection(L, delta, eps), rtol=1e-10)
    assert ns.tied_tail(L, needed * (1 + 1e-12) + 1e-12 / delta, delta) < eps
    assert ns.tied_tail(L, needed - 0.01 / delta, delta) > eps if needed * delta > 0.01 else True


def test_no_sharpness_is_needed_where_uniform_weights_do():
    assert ns.sharpness_needed(1, 1.0, 0.1) == ns.sharpness_by_bisection(1, 1.0, 0.1) == 0
    assert ns.sharpness_needed(4, 1.0, 0.75) == ns.sharpness_by_bisection(4, 1.0, 0.75) == 0
    assert ns.sharpness_needed(4, 1.0, 0.74) > 0


def test_errors_of_values_by_two_routes():
    rng = np.random.default_rng(3)
    for _ in range(30):
        L, m = rng.integers(1, 9, 2)
        mu, values = rng.standard_normal(L), rng.standard_normal((L, m)) + 1j * rng.standard_normal((L, m))
        for v in (values, values.real):
            fast: Any = ns.value_error(mu, v, 4.0)
            slow: Any = ns.value_error_by_loop(mu, v, 4.0)
            np.testing.assert_allclose(fast, slow, atol=8 * L * UNIT * np.abs(v).max())
            best = v[mu.argmax()]
            np.testing.assert_allclose(np.linalg.norm(ns.read_value(mu, v, 4.0) - best), slow.error, atol=1e-14)


def test_a_small_error_keeps_its_relative_accuracy():
    found: Any = ns.value_error([0.0, 1.0], [[1e8], [1e8 + 1]], 60.0)
    np.testing.assert_allclose(found.error, np.exp(-60.0), rtol=1e-13)


def test_ranks_by_two_routes():
    rng = np.random.default_rng(5)
    for _ in range(20):
        mu = -np.cumsum(1.0 / np.arange(1, 31) * (1 + rng.random(30)))
        rng.shuffle(mu)
        for rank in range(1, 6):
            chi = ns.rank_sharpness(rank, 30, 1.0 / 2, 1.0, 0.05)
            fast: Any = ns.ranked_tail(mu, rank, chi)
            slow: Any = ns.ranked_tail_by_loop(mu, rank, chi)
            np.testing.assert_allclose(fast, slow, rtol=1e-11, atol=1e-15)
            assert fast <= 0.05


def test_a_tie_is_silence():
    assert ns.winner([1.0, 1.0]) is None
    assert ns.selection_tail([2.0, 1.0, 2.0], 3.0) is None
    assert ns.value_error([2.0, 2.0], [[1.0], [2.0]], 3.0) is None
    assert ns.value_error_by_loop([2.0, 2.0], [[1.0], [2.0]], 3.0) is None
    for route in (ns.ranked_tail, ns.ranked_tail_by_loop):
        assert route([3.0, 3.0, 1.0], 2, 1.0) is None
        assert route([3.0, 1.0, 1.0], 2, 1.0) is None
        assert route([3.0, 2.0, 1.0], 2, 1.0) is not None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ns.sharpness_needed(3, 0.0, 0.1), "delta = 0.0: must be > 0"),
        (lambda: ns.sharpness_needed(3, -1.0, 0.1), "delta = -1.0: must be > 0"),
        (lambda: ns.tied_tail(3, 1.0, 0.0), "delta = 0.0: must be > 0"),
        (lambda: ns.sharpness_needed(3, 1.0, 0.0), r"eps = 0.0: must lie in \(0, 1\)"),
        (lambda: ns.sharpness_needed(3, 1.0, 1.0), r"eps = 1.0: must lie in \(0, 1\)"),
        (lambda: ns.sharpness_by_bisection(3, 1.0, 1.5), r"eps = 1.5: must lie in \(0, 1\)"),
        (lambda: ns.sharpness_needed(0, 1.0, 0.5), "L = 0: must be at least 1"),
        (lambda: ns.softmax_weights([], 1.0), "importances = "),
        (lambda: ns.selection_tail([], 1.0), "importances = "),
        (lambda: ns.winner([]), "importances = "),
        (lambda: ns.softmax_weights([1.0, 2.0], -0.5), "chi = -0.5: must be >= 0"),
        (lambda: ns.selection_tail([1.0, 2.0], -0.5), "chi = -0.5: must be >= 0"),
        (lambda: ns.softmax_weights([1.0, np.nan], 1.0), "must be finite"),
        (lambda: ns.selection_tail([1.0, 2.0], np.nan), "chi = nan: must be finite"),
        (lambda: ns.value_error([1.0, 2.0], [[1.0]], 1.0), r"must be \(2, m\)"),
        (lambda: ns.value_error([1.0, 2.0], [[1.0], [np.nan]], 1.0), "must be finite"),
        (lambda: ns.rank_sharpness(3, 3, 1.0, 1.0, 0.5), "rank = 3: must be below L = 3"),
        (lambda: ns.rank_sharpness(1, 3, 0.0, 1.0, 0.5), "c = 0.0: must be > 0"),
        (lambda: ns.ranked_tail([1.0], 2, 1.0), "rank = 2: there are only 1 tokens"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("rank", [1, 2, 3, 4])
def test_ties_above_a_rank_are_no_tie_of_the_rank(rank):
    mu = [5.0, 1.0, 5.0, 0.0]
    fast, slow = ns.ranked_tail(mu, rank, 1.0), ns.ranked_tail_by_loop(mu, rank, 1.0)
    assert (fast is None) == (slow is None) == (rank <= 2)
    assert fast is None or (slow is not None and abs(fast - slow) <= 1e-15)


@pytest.mark.parametrize("size", [1e-170, 1.0, 1e200])
def test_errors_of_values_whose_squares_are_no_doubles(size):
    given = ([0.0, 1.0, -1.0], [[3 * size, 0.0], [-size, size], [0.0, 2 * size]], 0.5)
    found, slow = ns.value_error(*given), ns.value_error_by_loop(*given)
    assert found is not None and slow is not None and found.error > 0
    np.testing.assert_allclose(found, slow, rtol=1e-14)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ns.softmax_weights([1e308, -1e308], 0.0), "difference must be finite"),
        (lambda: ns.selection_tail([1e308, -1e308], 0.0), "difference must be finite"),
        (lambda: ns.winner([1e308, -1e308]), "difference must be finite"),
        (lambda: ns.value_error([0.0, 1.0], [[1e308], [-1e308]], 1.0), "distances must be finite"),
        (lambda: ns.tied_tail(10**400, 1.0, 1.0), "must be finite as a double"),
        (lambda: ns.sharpness_needed(10**400, 1.0, 0.1), "must be finite as a double"),
        (lambda: ns.sharpness_needed(10, 1e-320, 0.1), "sharpness = inf"),
        (lambda: ns.rank_sharpness(10**5, 10**6, 1.0, 100.0, 0.1), "must be finite as a double"),
        (lambda: ns.rank_sharpness(1, 10, 5e-324, 1.0, 0.1), "sharpness = inf"),
        (lambda: ns.ranked_tail_by_loop([5.0, 1.0], 4, 1.0), "there are only 2 tokens"),
    ],
)
def test_what_overflows_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
