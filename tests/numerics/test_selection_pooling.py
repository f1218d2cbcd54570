"""Pooling against sixty digits, windowed sums that drift and that do not, least states, refusals."""

import numpy as np
import pytest

from numerics.selection import pooling as npl

UNIT = 2.0**-53


@pytest.mark.parametrize("window", [None, 0, 2, 50])
@pytest.mark.parametrize(("level", "chi"), [(0.0, 1.0), (1.0, 690.0), (-300.0, 2.0), (0.0, 0.0)])
def test_pooling_against_sixty_digits(window, level, chi):
    rng = np.random.default_rng(2)
    mu, v = level + rng.uniform(-1e-2, 1e-2, 30), rng.standard_normal((30, 3))
    expected = np.array(npl.pooled_by_digits(mu, v, chi, window), dtype=float)
    tolerance = (4 * 30 + 4 * chi * np.abs(mu).max() + 10) * UNIT * np.abs(v).max()
    for y in (
        npl.pooled_by_integrators(mu, v, chi, window),
        npl.pooled_by_integrators(mu, v, chi, window, shift=level),
        npl.pooled(mu, v, chi, window),
    ):
        assert np.abs(y - expected).max() <= tolerance


def test_exponents_are_rounded_too():
    # the rounding of χμ alone exceeds any multiple of the number of additions
    mu, v = np.array([1.0, 1.0005, 0.9996]), np.array([[1.0], [-1.0], [1.0]])
    off = npl.pooled_by_integrators(mu, v, 690.0) - np.array(npl.pooled_by_digits(mu, v, 690.0), dtype=float)
    found = np.abs(off).max() / UNIT
    assert 4 * 3 + 10 < found < 4 * 690 + 22


def test_weights_do_not_overflow():
    y = npl.pooled([0.0, 1.0, 0.5], [[1.0], [2.0], [3.0]], 1e6)
    assert y.ravel().tolist() == [1.0, 2.0, 2.0]
    with pytest.raises(ValueError, match="must be at most 700"):
        npl.pooled_by_integrators([0.0, 1.0], [[1.0], [2.0]], 1e3)


def test_an_accumulator_never_forgets_a_large_input_and_a_delay_line_does():
    rng = np.random.default_rng(0)
    u = 0.5 + rng.random(200)
    u[20] = np.exp(45.0)
    exact = np.convolve(u, np.ones(9))[29:200]
    held, drifted = npl.window_sums(u, 8)[29:], npl.window_sums_by_difference(u, 8)[29:]
    assert np.abs(held / exact - 1).max() <= 10 * UNIT
    assert np.abs(drifted / exact - 1).max() > 1


def test_exact_sums_agree_beyond_two_to_the_53():
    u = np.array([2**80, 1, -3, 5, -(2**80), 7], dtype=object)
    for U in range(8):
        expected = [sum(u[max(0, t - U) : t + 1]) for t in range(6)]
        assert npl.window_sums(u, U).tolist() == npl.window_sums_by_difference(u, U).tolist() == expected


@pytest.mark.parametrize("U", range(9))
def test_states_of_a_window(U):
    kernel = [1] * (U + 1) + [0] * (U + 5)
    expected = (U + 1, U + min(1, U), U)
    assert npl.least_states(kernel) == npl.least_states_by_trial(kernel) == expected


@pytest.mark.parametrize(
    "kernel", [[0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [3, 1, 1, 1, 1, 1, 1, 1], [2, 4, 8, 16, 32, 64], [0, 0]]
)
def test_states_of_other_kernels_by_two_routes(kernel):
    assert npl.least_states(kernel) == npl.least_states_by_trial(kernel)


def test_a_delay_needs_one_state_more_where_it_is_read_after_writing():
    assert npl.least_states([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]) == (4, 4, 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: npl.pooled([], np.zeros((0, 1)), 1.0), "importances"),
        (lambda: npl.pooled([1.0], [[1.0]], -1.0), "chi = -1.0: must be >= 0"),
        (lambda: npl.pooled([np.nan], [[1.0]], 1.0), "must be finite"),
        (lambda: npl.pooled([1.0], [[np.nan]], 1.0), "must be finite"),
        (lambda: npl.pooled([1.0, 2.0], [[1.0]], 1.0), r"must be \(2, m\)"),
        (lambda: npl.pooled([1.0], [[1.0]], 1.0, -1), "window = -1: must be at least 0"),
        (lambda: npl.window_sums([], 1), "inputs"),
        (lambda: npl.window_sums([1.0], -1), "window = -1: must be at least 0"),
        (lambda: npl.window_sums([np.nan], 1), "must be finite"),
        (lambda: npl.window_sums(np.array([None, 1], dtype=object), 1), "must be integers"),
        (lambda: npl.pooled_by_integrators([1.0], [[1.0]], 1.0, shift=np.nan), "shift = nan: must be finite"),
        (lambda: npl.pooled([1e308, -1e308], [[1.0], [2.0]], 0.0), "difference must be finite"),
        (lambda: npl.window_sums(np.array([True, 1], dtype=object), 1), "must be integers"),
        (lambda: npl.least_states([np.inf, 1]), "an even number of integers"),  # type: ignore[list-item]
        (lambda: npl.least_states([None, 1]), "an even number of integers"),  # type: ignore[list-item]
        (lambda: npl.least_states([1, 1, 1]), "an even number of integers"),
        (
            lambda: npl.least_states([0.5, 1]),  # type: ignore[list-item]
            "an even number of integers",
        ),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_sizes_of_values_do_not_matter():
    for level, size in ((-700.0, 1e-20), (700.0, 1e300), (-700.0, 1e-300), (0.0, 1.5e308)):
        for y in (
            npl.pooled_by_integrators([level] * 3, [[size]] * 3, 1.0),
            npl.pooled([level] * 3, [[size]] * 3, 1.0),
        ):
            np.testing.assert_allclose(y, size, rtol=16 * UNIT)


def test_sums_of_many_large_gates_are_refused_before_they_overflow():
    mu, v = np.full(40_000, 700.0), np.ones((40_000, 1))
    with pytest.raises(ValueError, match=r"must be at most 698\.6"):
        npl.pooled_by_integrators(mu, v, 1.0)
    np.testing.assert_allclose(npl.pooled_by_integrators(mu, v, 698.6 / 700), 1.0, rtol=1e-11)


def test_all_weights_are_formed_at_any_sharpness():
    assert npl.pooled([0.0, 10.0], [[1.0], [2.0]], 1e308).ravel().tolist() == [1.0, 2.0]


def test_integers_are_summed_exactly_and_long_windows_cost_no_memory():
    assert npl.window_sums([2**60 + 1, 1], 0).tolist() == [2**60 + 1, 1]
    assert npl.window_sums(np.array([2**62, 2**62, 2**62]), 10**13).tolist() == [2**62, 2**63, 3 * 2**62]
    assert npl.window_sums([1.0, 2.0], 10**13).tolist() == [1.0, 3.0]
