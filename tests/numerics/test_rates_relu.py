"""Written ReLU networks against formulas, on and off their domains."""

import math
from fractions import Fraction
from itertools import product as pairs

import numpy as np
import pytest

from numerics.rates.networks import Network, affine, layer, linear
from numerics.rates.relu import (
    cosine_fold,
    cosine_wave,
    folds,
    product,
    product_tree,
    sine,
    sine_coefficients,
    sine_fold,
    sine_wave,
    square,
)
from numerics.rates.relu_direct import (
    breakpoints,
    cosine_distance,
    product_by_chords,
    shallow_square,
    sine_by_horner,
    sine_distance,
    square_by_chords,
    square_error,
    tree_by_chords,
)
from tests.witness import UNIT


def fractions(least: int, most: int, parts: int) -> np.ndarray:
    """The multiples of 1/parts from least to most, as a column."""
    return np.array([[Fraction(k, parts)] for k in range(least * parts, most * parts + 1)], dtype=object)


@pytest.mark.parametrize("m", range(7))
def test_the_square_is_its_definition_by_teeth(m: int) -> None:
    x = fractions(0, 1, 96)
    f, g = x.copy(), x
    for k in range(1, m + 1):
        g = np.minimum(2 * g, 2 - 2 * g)
        f = f - g / 4**k
    assert np.array_equal(square(m)(x), f)
    assert np.array_equal(square_by_chords(x, m), f)


def test_sizes_of_squares_and_products() -> None:
    for m in range(1, 7):
        f, P = square(m), product(m, 1)
        assert (f.depth, f.units, f.width, f.magnitude) == (m, 3 * m - 1, min(3, m + 1), 4.0 if m > 1 else 1.0)
        assert (P.depth, P.units) == (m + 1, 6 * m + 2)
        assert square_error(f) == (2**m, Fraction(1, 4 ** (m + 1)))
    assert (square(0).units, product(0, 1).units) == (0, 4)


def test_squares_are_none_outside_their_interval() -> None:
    x = fractions(-2, 0, 4)[:-1]
    assert not square(3)(x).any()
    x = fractions(1, 3, 4)
    assert np.array_equal(square(3)(x), (3 * x - 1) / 2)
    assert product(4, 1)([[2.0, 2.0]])[0, 0] == 2.5


@pytest.mark.parametrize("N", [1, 2, 5, 8])
def test_shallow_squares_are_the_best_of_their_pieces(N: int) -> None:
    best = shallow_square(N)
    assert square_error(best) == (N, Fraction(1, 8 * N * N)) and best.units == N
    x = np.linspace(0, 1, 4001)[:, None]
    assert np.max(abs(best(x) - x * x)) == pytest.approx(1 / (8 * N * N), abs=1e-6)


def test_no_random_function_of_n_pieces_errs_less_and_a_grid_sees_the_same_error() -> None:
    rng = np.random.default_rng(0)
    x = np.linspace(0, 1, 2001)[:, None]
    for _ in range(20):
        W, b, R = rng.integers(-6, 7, (3, 4)).tolist()
        network = layer([[w] for w in W], b, [R], [Fraction(int(rng.integers(-9, 9)), 7)])
        found = square_error(network)
        assert found.error >= Fraction(1, 8 * found.pieces**2)
        assert float(np.max(abs(network(x) - x * x))) == pytest.approx(float(found.error), rel=2e-2)
        edges = breakpoints(network)
        assert all(edges[1:] > edges[:-1]) and edges[0] == 0 and edges[-1] == 1


def test_the_surface_of_a_product_reaches_its_bound_and_no_more() -> None:
    m, B = 3, Fraction(3, 2)
    side = B * fractions(-1, 1, 16)[:, 0]
    xy = np.array(list(pairs(side, side)), dtype=object)
    P = product(m, B)(xy)[:, 0]
    assert np.array_equal(P, product_by_chords(xy[:, 0], xy[:, 1], m, B))
    assert max(abs(P - xy.prod(axis=1))) == B**2 / 4 ** (m + 1) and max(abs(P)) == B**2
    assert not P[xy.prod(axis=1) == 0].any()


@pytest.mark.parametrize(("N", "m"), [(1, 3), (2, 0), (3, 2), (7, 1), (8, 3)])
def test_trees_of_products(N: int, m: int) -> None:
    rng = np.random.default_rng(N)
    exact = np.array([[Fraction(int(k), 8) for k in row] for row in rng.integers(-8, 9, (5, N))], dtype=object)
    tree = product_tree(N, m)
    assert np.array_equal(tree(exact)[:, 0], tree_by_chords(exact, m))
    assert tree.depth == math.ceil(math.log2(N)) * (m + 1)
    x = rng.uniform(-1, 1, (20000, N))
    assert np.max(abs(tree(x)[:, 0] - x.prod(axis=1))) <= (N - 1) / 4 ** (m + 1)


@pytest.mark.parametrize("l", [0, 1, 2, 3, 7, 8, 9, 100])
def test_folds_are_distances_and_fold_the_waves(l: int) -> None:
    x = fractions(0, 1, 60)
    for fold, distance in ((cosine_fold, cosine_distance), (sine_fold, sine_distance)):
        assert np.array_equal(fold(l)(x), distance(l, x))
        assert fold(l).width == 2 and fold(l).units == 2 * fold(l).depth
    assert cosine_fold(l).depth == math.ceil(math.log2(max(l, 1))) + 1
    assert sine_fold(l).depth == math.ceil(math.log2(l + 1)) + 1
    grid = np.linspace(0, 1, 1001)[:, None]
    tolerance = 16 * math.pi * (l + 1) * UNIT
    assert np.max(abs(np.cos(math.pi * cosine_fold(l)(grid)) - np.cos(2 * math.pi * l * grid))) <= tolerance
    assert np.max(abs(np.cos(math.pi * sine_fold(l)(grid)) - np.sin(2 * math.pi * l * grid))) <= tolerance


def test_folds_outside_the_interval_are_no_distance() -> None:
    assert folds(0)([[0.3]])[0, 0] == 0.3
    assert cosine_fold(3)([[1.5]])[0, 0] != cosine_distance(3, 1.5)


@pytest.mark.parametrize(("n", "m"), [(0, 0), (1, 0), (1, 4), (2, 2), (4, 3)])
def test_the_sine_is_horner_on_chords_and_within_its_bound(n: int, m: int) -> None:
    s = fractions(-1, 1, 3)
    assert np.array_equal(sine(n, m)(s), sine_by_horner(s, n, m))
    grid = np.linspace(-1, 1, 2001)[:, None]
    error = np.max(abs(sine(n, m)(grid) - np.sin(math.pi * grid / 2)))
    rest = (math.pi / 2) ** (2 * n + 3) / math.factorial(2 * n + 3)
    assert error <= rest + (4 * n + (math.pi / 2) ** 3 / 6) / 4 ** (m + 1)
    for wave, true in ((cosine_wave, np.cos), (sine_wave, np.sin)):
        x = np.linspace(0, 1, 501)[:, None]
        network = wave(5, n, m)
        assert np.max(abs(network(x) - true(10 * math.pi * x))) <= error + 1e-5
        assert network.depth == 4 + (m + 1) * (n + 1 if n else 0)


def test_coefficients_of_the_sine() -> None:
    assert [float(c) for c in sine_coefficients(2)] == pytest.approx(
        [math.pi / 2, -((math.pi / 2) ** 3) / 6, (math.pi / 2) ** 5 / 120], rel=1e-15
    )


@pytest.mark.parametrize("m", [-1, 1.0, True, None])
def test_a_number_of_teeth_that_is_none_is_refused(m) -> None:
    for call in (square, lambda m: product(m, 1), lambda m: product_tree(2, m), lambda m: sine(1, m)):
        with pytest.raises(ValueError, match="m = "):
            call(m)
    with pytest.raises(ValueError, match="m = "):
        square_by_chords(0.5, m)


@pytest.mark.parametrize("B", [0, -1.0, float("nan"), float("inf"), "2", Fraction(-1, 2)])
def test_a_bound_that_is_not_positive_is_refused(B) -> None:
    with pytest.raises(ValueError, match="B = "):
        product(1, B)
    with pytest.raises(ValueError, match="B = "):
        product_by_chords(0.5, 0.5, 1, B)
    with pytest.raises(ValueError, match="C = "):
        product_by_chords(0.5, 0.5, 1, 1, 0)


@pytest.mark.parametrize("N", [0, -2, 2.0])
def test_a_number_of_factors_or_pieces_that_is_none_is_refused(N) -> None:
    for call in (lambda N: product_tree(N, 1), shallow_square):
        with pytest.raises(ValueError, match="N = "):
            call(N)
    with pytest.raises(ValueError, match="N >= 1 factors"):
        tree_by_chords(np.zeros((3, 0)), 1)


@pytest.mark.parametrize("l", [-1, 0.5, True])
def test_a_frequency_that_is_none_is_refused(l) -> None:
    for call in (cosine_fold, sine_fold, lambda l: cosine_wave(l, 1, 1), lambda l: sine_distance(l, 0.5)):
        with pytest.raises(ValueError, match="l = "):
            call(l)
    with pytest.raises(ValueError, match="j = "):
        folds(l)


def test_a_sine_whose_factors_may_exceed_their_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="10 \\(n - 1\\)"):
        sine(3, 0)
    with pytest.raises(ValueError, match="n = -1"):
        sine(-1, 3)


def test_only_functions_of_one_number_are_held_against_the_square() -> None:
    two: Network = linear([[1, 1]])
    with pytest.raises(ValueError, match="2 inputs"):
        square_error(two)
    assert square_error(affine([[1]], [Fraction(-1, 8)])) == (1, Fraction(1, 8))
