"""Predictors that do not select: exact normal equations, least squares, regression, kernel ridge, refusals."""

from fractions import Fraction

import numpy as np
import pytest

from numerics.rates import length as exact
from numerics.rates.length import Law

LAWS = (
    Law((5,), (1,), (0, 2), (1, 1)),
    Law((5, 1), (1, 0), (0, 2), (1, 1)),
    Law((5, 1), (1, 1), (2,), (1,)),
    Law((3, 1, 1), (2, 1, 4), (-1, 0, 2), (1, 2, 1)),
    Law((3, 2, 1, 0), (1, 3, 0, 1), (-1, 5), (1, 2)),
    Law((3, 2, 1), (1, 3, 2), (), (), ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))),
)


@pytest.mark.parametrize("law", LAWS)
def test_exact_risks_and_least_squares(law: Law) -> None:
    found = exact.moments(law)
    expected = found.variance * (1 - sum(p * p for p in found.places))
    assert exact.affine_risk(law) == expected
    assert exact.affine_risk_by_projection(law) == pytest.approx(float(expected), abs=1e-12)


def test_half_the_variance_is_lost_with_two_tokens() -> None:
    assert exact.affine_risk(Law((1, 0), (1, 1), (0, 1), (1, 1))) == Fraction(1, 8)


@pytest.mark.parametrize("L", [2, 8, 32])
def test_regression_finds_the_risk_within_one_percent(L: int) -> None:
    assert exact.affine_risk_by_regression(L, 200_000, 1) * 12 == pytest.approx(1 - 1 / L, rel=0.01)


def test_pooling_is_right_where_it_is_sharp_and_the_mean_where_it_is_not() -> None:
    law = Law((1, 0), (1, 1), (0, 1), (1, 1))
    assert exact.pooled_risk(law, 60.0) < 1e-50
    assert exact.pooled_risk(law, 0.0) == pytest.approx(1 / 8)


def test_contexts_are_separated_and_the_winner_is_anywhere() -> None:
    given = exact.contexts(4, 4000, 0)
    order = np.sort(given.importances, axis=1)
    assert np.all(order[:, -1] - order[:, -2] >= 0.2 - 1e-15)
    places = np.bincount(given.importances.argmax(1), minlength=4) / 4000
    assert np.abs(places - 0.25).max() < 6 * np.sqrt(0.25 * 0.75 / 4000)
    assert np.array_equal(given.winners, given.values[np.arange(4000), given.importances.argmax(1)])


def test_kernel_ridge_is_a_solve_and_worse_for_longer_contexts() -> None:
    train, test = exact.contexts(2, 60, 0), exact.contexts(2, 30, 1)
    found = exact.kernel_ridge_risk(train, test, np.sin, (0.5,), (1e-3,))
    x, z, y = train.tokens, test.tokens, np.sin(train.winners)
    kernel = [[[np.exp(-((a - b) @ (a - b)) / (2 * 0.25 * 4)) for b in x] for a in rows] for rows in (x, z)]
    said = np.array(kernel[1]) @ np.linalg.solve(np.array(kernel[0]) + 0.06 * np.eye(60), y - y.mean()) + y.mean()
    assert found == pytest.approx(np.mean((said - np.sin(test.winners)) ** 2), rel=1e-9)
    longer = exact.kernel_ridge_risk(exact.contexts(16, 200, 0), exact.contexts(16, 200, 1), np.sin)
    shorter = exact.kernel_ridge_risk(exact.contexts(2, 200, 0), exact.contexts(2, 200, 1), np.sin)
    assert longer > 10 * shorter


SMALL = exact.contexts(2, 9, 0)
REFUSED = {
    "no token": lambda: exact.affine_risk(Law((), (), (0,), (1,))),
    "a negative chance": lambda: exact.affine_risk(Law((1, 0), (1, -1), (0,), (1,))),
    "no chance": lambda: exact.affine_risk(Law((1, 0), (0, 0), (0,), (1,))),
    "a loser above the winner": lambda: exact.affine_risk(Law((0, 1), (1, 1), (0,), (1,))),
    "no winner": lambda: exact.affine_risk(Law((1, 1), (1, 1), (0,), (1,))),
    "a value between integers": lambda: exact.affine_risk(Law((1, 0), (1, 1), (0, 0.5), (1, 1))),  # type: ignore[arg-type]
    "an importance between integers": lambda: exact.affine_risk(Law((1.5, 0), (1, 1), (0,), (1,))),  # type: ignore[arg-type]
    "correlated values": lambda: exact.affine_risk(Law((1, 0), (1, 1), (), (), ((1, 1), (0, 0)))),
    "values of two means": lambda: exact.affine_risk(Law((1, 0), (1, 1), (), (), ((1, 0), (1, 0)))),
    "a row of another length": lambda: exact.affine_risk(Law((1, 0), (1, 1), (), (), ((1,),))),
    "no width": lambda: exact.kernel_ridge_risk(SMALL, SMALL, np.sin, ()),
    "width = 0": lambda: exact.kernel_ridge_risk(SMALL, SMALL, np.sin, (0.0,)),
    "ridge < 0": lambda: exact.kernel_ridge_risk(SMALL, SMALL, np.sin, (1.0,), (-1.0,)),
    "contexts of two lengths": lambda: exact.kernel_ridge_risk(SMALL, exact.contexts(3, 9, 1), np.sin),
    "too few contexts": lambda: exact.affine_risk_by_regression(4, 9, 0),
    "L = 0": lambda: exact.contexts(0, 10, 0),
    "delta = 1": lambda: exact.contexts(2, 10, 0, delta=1.0),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"must"):
        REFUSED[name]()


def test_a_law_that_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="needs one chance for each of 2 places"):
        exact.affine_risk(Law((1, 0), (1,), (0,), (1,)))
