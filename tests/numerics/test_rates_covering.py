"""Perturbed networks and covers against exact arithmetic; what is refused."""

from fractions import Fraction

import numpy as np
import pytest

import numerics.rates.covering as exact
from tests.witness import UNIT


@pytest.mark.parametrize("sizes", [(1, 1), (3, 2), (2, 4, 3, 1)])
def test_distance_is_that_of_exact_arithmetic(sizes: tuple[int, ...]) -> None:
    one = exact.random_maps(sizes, 1.5, 0)
    two = exact.perturbed(one, 1.5, 1e-3, 1)
    x = np.random.default_rng(2).random((4, sizes[0]))
    L, W, B, _ = exact.size(one)
    rounding = 16 * L * (W + 2) * UNIT * (max(B, 1) * (W + 1)) ** L
    assert abs(exact.distance(one, two, x) - exact.exact_distance(one, two, x)) <= rounding


def test_one_map_attains_the_bound() -> None:
    one, two = exact.constant_maps((3, 1), 1.0), exact.constant_maps((3, 1), 0.75)
    assert exact.distance(one, two, np.ones((1, 3))) == exact.perturbation_bound(1, 3, 1.0, 0.25) == 1.0


@pytest.mark.parametrize("B", [0.25, 1.0, 3.0])
def test_layer_sums_lie_between_networks_and_bound(B: float) -> None:
    for L in (1, 2, 4):
        for W in (1, 3, 5):
            eps = B / 8
            one, two = (exact.constant_maps([W] * L + [1], v) for v in (B, B - eps))
            layers = exact.perturbation_by_layers(L, W, B, eps)
            assert exact.exact_distance(one, two, np.ones((1, W))) <= layers
            assert layers <= Fraction(exact.perturbation_bound(L, W, B, eps)) * (1 + Fraction(1, 2**45))


def test_no_random_network_moves_further() -> None:
    rng = np.random.default_rng(0)
    for seed in range(200):
        sizes = [int(w) for w in rng.integers(1, 6, rng.integers(2, 5))]
        B, eps = float(rng.choice([0.3, 1.0, 2.0])), float(rng.choice([1e-6, 0.1, 0.5]))
        one = exact.random_maps(sizes, B, seed)
        L, W, _, _ = exact.size(one)
        moved = exact.distance(one, exact.perturbed(one, B, eps, seed), rng.random((50, sizes[0])))
        assert moved <= exact.perturbation_bound(L, W, B, eps) * (1 + 1e-9)


def test_cover_is_within_its_bound_and_its_radius() -> None:
    sizes, delta = (2, 3, 1), 0.5
    L, W, B, S = exact.size(exact.constant_maps(sizes, 1.0))
    cells = exact.cover_size(1, L, W, B, delta)
    assert exact.cover_size(S, L, W, B, delta) == cells**S
    assert S * np.log(cells) <= exact.covering_bound(S, L, W, B, delta)
    for seed in range(50):
        maps = exact.random_maps(sizes, B, seed)
        centre = exact.nearest_centre(maps, B, cells)
        x = np.random.default_rng(seed).random((20, 2))
        assert exact.distance(maps, centre, x) <= delta
        assert all(
            np.abs(v - w).max() <= B / cells * (1 + 1e-12)
            for p, q in zip(maps, centre, strict=True)
            for v, w in zip(p, q, strict=True)
        )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: exact.perturbation_bound(2, 3, 0.5, 1.5), "differ by at most 2B"),
        (lambda: exact.perturbation_by_layers(2, 3, 0.5, 1.5), "differ by at most 2B"),
        (lambda: exact.perturbed(exact.constant_maps((1, 1), 0.5), 0.5, 1.5, 0), "differ by at most 2B"),
        (lambda: exact.sensitivity(0, 3, 1.0), "L = 0"),
        (lambda: exact.sensitivity(1, 0, 1.0), "W = 0"),
        (lambda: exact.sensitivity(1, 1, 0.0), "B = 0"),
        (lambda: exact.sensitivity(500, 500, 10.0), "beyond doubles"),
        (lambda: exact.covering_bound(0, 1, 1, 1.0, 1.0), "S = 0"),
        (lambda: exact.covering_bound(1, 1, 1, 1.0, 0.0), "delta"),
        (lambda: exact.nearest_centre(exact.constant_maps((1, 1), 2.0), 1.0, 3), "at most B"),
        (lambda: exact.outputs(exact.constant_maps((2, 1), 1.0), [[1.0]]), "must be"),
        (
            lambda: exact.distance(exact.constant_maps((1, 2), 1.0), exact.constant_maps((1, 1), 1.0), [[1.0]]),
            "as many",
        ),
        (lambda: exact.as_maps([]), "at least one"),
        (lambda: exact.as_maps([(np.ones((2, 1)), np.ones(1))]), "weight"),
        (lambda: exact.as_maps([(np.ones((2, 1)), np.ones(2)), (np.ones((1, 3)), np.ones(1))]), "cannot follow"),
    ],
)
def test_refusals(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
