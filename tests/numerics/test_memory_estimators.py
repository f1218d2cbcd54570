"""The estimators in common use: right where they can be, wrong where the texts say they are."""

import time

import numpy as np
import pytest

from numerics import certified
from numerics import memory as nm
from numerics import spectra as sp


def system(N):
    return sp.scaled_gaussian(N, 0.9, 0), np.random.default_rng(1).standard_normal(N)


def test_all_agree_on_a_small_system():
    A, B = system(4)
    M = nm.memory_function_dense(A, B, 60)
    np.testing.assert_allclose(nm.naive_gram(A, B, 60), M, atol=1e-9)
    np.testing.assert_allclose(nm.osm(A, B, 60), M, atol=1e-10)
    np.testing.assert_allclose(nm.osm_plus(A, 60, 5, 0), M, atol=1e-9)
    measured = nm.in_sample_least_squares(A, B, 60, 50_000, 0)
    assert np.abs(measured - M).max() < 6 * 2 * np.sqrt(4 / 27) / np.sqrt(50_000) + 6 * 4 / 50_000


def test_the_length_of_a_mask_does_not_matter():
    A, B = system(4)
    np.testing.assert_array_equal(nm.osm(A, 2.0**40 * B, 60), nm.osm(A, B, 60))
    drawn = np.random.default_rng(3).standard_normal((5, 4))
    np.testing.assert_allclose(nm.osm_plus(A, 60, 5, 3), np.mean([nm.osm(A, c, 60) for c in drawn], axis=0), atol=0)


def test_naive_gram_is_noise_at_a_hundred_states_and_the_cascade_is_not():
    A, B = system(100)
    truth = certified.memory_function(certified.eigenvalues(A, 200), 300)
    assert truth.distance(nm.naive_gram(A, B, 300)).max() > 0.5
    assert truth.distance(nm.memory_function(np.linalg.eigvals(A), 300)).max() <= 1e-12
    assert truth.distance(nm.memory_function_dense(A, B, 300)).max() <= 1e-12
    one, many = nm.osm(A, B, 300), nm.osm_plus(A, 300, 40, 0)
    assert truth.distance(many).max() <= truth.distance(one).max() + 0.05
    assert truth.distance(many).max() > 0.01


def test_cascade_with_eigenvalues_is_much_faster_than_osm_plus():
    A, _ = system(100)

    def seconds(run, repeats):
        return min(_timed(run) for _ in range(repeats))

    fast = seconds(lambda: nm.memory_function(np.linalg.eigvals(A), 300), 5)
    assert seconds(lambda: nm.osm_plus(A, 300, 20, 0), 1) * 50 > 200 * fast


def _timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def test_in_sample_sum_grows_with_the_horizon():
    A, B = system(10)
    short, long = (nm.in_sample_least_squares(A, B, horizon, 500, 0).sum() for horizon in (100, 400))
    floor = nm.sample_floor(10, 500)
    # 300 further lags of mean N/T each, standard deviation √(2N)/T
    assert abs(long - short - 300 * floor) <= 6 * np.sqrt(300 * 2 * 10) / 500 * 3
    assert short > 10


def test_refusals():
    A, B = system(3)
    for call, message in (
        (lambda: nm.osm(A, np.zeros(3), 5), r"mask = \[0\. 0\. 0\.\]: must not be zero"),
        (lambda: nm.osm_plus(A, 5, 0, 0), "masks"),
        (lambda: nm.osm_plus(np.eye(2), 5, 2, 0), "spectral radius"),
        (lambda: nm.osm_plus(3.0, 5, 2, 0), "A has shape"),
        (lambda: nm.in_sample_least_squares(A, B, 5, 3, 0), "samples"),
        (lambda: nm.in_sample_least_squares(A, B, 0, 300, 0), "horizon"),
        (lambda: nm.in_sample_least_squares(A, B[:2], 5, 300, 0), "B has shape"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
