"""The algebra of written ReLU networks."""

from fractions import Fraction

import numpy as np
import pytest

from numerics.rates.networks import affine, beside, chain, deeper, identity, layer, linear

HAT = layer([[1], [1], [1]], [0, Fraction(-1, 2), -1], [[2, -4, 2]])


def test_a_tooth_is_exact_in_fractions_and_in_doubles_on_dyadic_points() -> None:
    x = np.array([[Fraction(k, 64)] for k in range(-32, 97)], dtype=object)
    tooth = [max(Fraction(0), min(2 * p, 2 - 2 * p)) for p in x[:, 0]]
    assert list(HAT(x)[:, 0]) == tooth
    assert HAT(x.astype(float))[:, 0].tolist() == [float(t) for t in tooth]
    assert (HAT.inputs, HAT.outputs, HAT.depth, HAT.width, HAT.units, HAT.nonzero) == (1, 1, 1, 3, 3, 8)


def test_networks_in_a_row_merge_their_affine_maps() -> None:
    twice = chain([HAT, HAT, affine([[3]], [1])])
    assert (twice.depth, twice.units, twice.magnitude) == (2, 6, 12.0)
    x = np.linspace(0, 1, 17)[:, None]
    assert np.array_equal(twice(x), 3 * HAT(HAT(x)) + 1)


@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize("depth", [0, 1, 4])
def test_identities_hand_on_what_they_get(depth: int, nonnegative: bool) -> None:
    x = np.random.default_rng(0).normal(size=(20, 3))
    x = np.abs(x) if nonnegative else x
    carried = identity(3, depth, nonnegative)
    assert np.array_equal(carried(x), x)
    assert carried.depth == depth and carried.width == (depth > 0) * (3 if nonnegative else 6)


def test_networks_side_by_side_keep_to_their_own_inputs() -> None:
    both = beside(chain([HAT, HAT]), linear([[1, -2]]))
    x = np.random.default_rng(1).integers(0, 9, size=(30, 3)) / 8
    assert np.array_equal(both(x), np.stack([HAT(HAT(x[:, :1]))[:, 0], x[:, 1] - 2 * x[:, 2]], axis=1))
    assert both.depth == 2 and both.inputs == 3


@pytest.mark.parametrize(
    "broken",
    [
        lambda: HAT(np.zeros((3, 2))),
        lambda: HAT.then(linear([[1, 1]])),
        lambda: deeper(chain([HAT, HAT]), 1),
        lambda: affine([[1, 2]], [1, 2]),
        lambda: affine([[float("nan")]], [0]),
        lambda: affine([["x"]], [0]),
        lambda: linear([5]),
        lambda: identity(0, 1),
        lambda: identity(1, -1),
    ],
)
def test_what_does_not_fit_is_refused(broken) -> None:
    with pytest.raises(ValueError, match=r"shape|follow|already|finite|at least"):
        broken()
