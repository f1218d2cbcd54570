"""Predictors of the winner's value that do not select: affine, and kernel ridge, on all tokens at once.

Glossary: L tokens, each an importance z and a value v · p_j chance that token j is the winner · τ² variance of a value.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from numerics.preconditions import Real, as_count, as_counts, as_fraction, as_positive, as_seed
from numerics.selection.softmax import softmax_weights


class Law(NamedTuple):
    """Values in a context whose winner moves, independent or uncorrelated only, all of it integers.

    Arguments: importances, of the winner first and of the losers, which go round with it, the winner's the largest;
        chances, of each place to be the winner's, relative; values, that a token may have, and their chances, relative;
        rows, where there are some: values of all tokens, each row as likely, in place of independent ones.
    """

    importances: tuple[int, ...]
    chances: tuple[int, ...]
    values: tuple[int, ...]
    weights: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...] = ()


class Moments(NamedTuple):
    """Variance of a value, and the chance of each place to be the winner's, exact."""

    variance: Fraction
    places: tuple[Fraction, ...]


class Contexts(NamedTuple):
    """Importances and values (n, L), and the winner's values (n,)."""

    importances: Real
    values: Real
    winners: Real

    @property
    def tokens(self) -> Real:
        """All numbers of a context in a row, importances first. Returns: (n, 2 L)."""
        return np.hstack([self.importances, self.values])


def moments(law: Law) -> Moments:
    """What the claim takes from a law. Raises: ValueError as `affine_risk`."""
    _checked(law)
    places = tuple(Fraction(c, sum(law.chances)) for c in law.chances)
    if law.rows:
        return Moments(_of_rows(law.rows)[1][0][0], places)
    total = sum(law.weights)
    mean = Fraction(sum(x * w for x, w in zip(law.values, law.weights, strict=True)), total)
    second = Fraction(sum(x * x * w for x, w in zip(law.values, law.weights, strict=True)), total)
    return Moments(second - mean**2, places)


def _of_rows(rows: tuple[tuple[int, ...], ...]) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Means and covariances of equally likely rows."""
    n, columns = len(rows), list(zip(*rows, strict=True))
    mean = [Fraction(sum(x), n) for x in columns]
    both = [[Fraction(sum(a * b for a, b in zip(x, y, strict=True)), n) for y in columns] for x in columns]
    return mean, [[entry - mean[j] * mean[k] for k, entry in enumerate(row)] for j, row in enumerate(both)]


def states(law: Law) -> tuple[NDArray, NDArray, NDArray]:
    """Every context of a law: tokens with a leading 1, (N, 2 L + 1); the winner's value (N,); relative chances (N,).

    Returns: integers as objects. Raises: ValueError as `affine_risk`.
    """
    _checked(law)
    rows, targets, chances = [], [], []
    for place, chance in enumerate(law.chances):
        z = np.roll(law.importances, place).tolist()
        for v, weight in _drawn(law):
            rows.append([1, *z, *v])
            targets.append(v[place])
            chances.append(chance * weight)
    return np.array(rows, dtype=object), np.array(targets, dtype=object), np.array(chances, dtype=object)


def _drawn(law: Law) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every row of values, with its relative chance."""
    if law.rows:
        yield from ((row, 1) for row in law.rows)
        return
    for drawn in product(zip(law.values, law.weights, strict=True), repeat=len(law.importances)):
        yield tuple(x for x, _ in drawn), math.prod(w for _, w in drawn)


def affine_risk(law: Law) -> Fraction:
    """The least mean squared error of an affine predictor of the winner's value from all tokens, exact.

    Normal equations over every context of the law; the error is the last pivot that is left when all columns have
    been eliminated from the matrix of second moments of tokens and target. A pivot of 0 is a column that the ones
    before it give.

    Arguments: law. Returns: a Fraction.
    Raises: ValueError for no token, chances or weights that are negative or all 0, one chance per place and one weight
        per value missing, a winner's importance that is not the largest, numbers that are no integers, rows of another
        length, or whose entries are correlated or differ in mean or variance.
    """
    X, y, chances = states(law)
    both = np.column_stack([X, y])
    M = [[Fraction(int(x), int(chances.sum())) for x in row] for row in both.T @ (chances[:, None] * both)]
    for k in range(len(M) - 1):
        if M[k][k] == 0:
            continue
        for row in M[k + 1 :]:
            factor = row[k] / M[k][k]
            row[k:] = [x - factor * y for x, y in zip(row[k:], M[k][k:], strict=True)]
    return M[-1][-1]


def affine_risk_by_projection(law: Law) -> float:
    """The same in doubles: least squares by singular values, each context with the root of its chance."""
    X, y, chances = (part.astype(np.float64) for part in states(law))
    root = np.sqrt(chances / chances.sum())
    A, b = X * root[:, None], y * root
    return float(np.sum((A @ np.linalg.lstsq(A, b, rcond=None)[0] - b) ** 2))


def pooled_risk(law: Law, chi: float) -> float:
    """The mean squared error of softmax pooling, which is no affine predictor. Raises: ValueError, also for χ < 0."""
    X, y, chances = (part.astype(np.float64) for part in states(law))
    L = len(law.importances)
    weights = np.array([softmax_weights(z, chi) for z in X[:, 1 : L + 1]])
    return float(chances @ ((weights * X[:, L + 1 :]).sum(1) - y) ** 2 / chances.sum())


def _checked(law: Law) -> None:
    z, L = law.importances, as_count("L", len(law.importances))
    if len(law.chances) != L or len(law.values) != len(law.weights):
        raise ValueError(f"{law}: needs one chance for each of {L} places, and one weight for each value")
    for name, entries in (("importances", z), ("values", law.values), ("rows", sum(law.rows, ()))):
        if not all(isinstance(x, int) for x in entries):
            raise ValueError(f"{name} = {entries}: must be integers")
    for name, entries in (("chances", law.chances), *(() if law.rows else (("weights", law.weights),))):
        if not as_counts(name, entries).any():
            raise ValueError(f"{name} = {entries}: must not all be 0")
    if L > 1 and z[0] <= max(z[1:]):
        raise ValueError(f"importances = {z}: the winner's comes first and must be the largest")
    if any(len(row) != L for row in law.rows):
        raise ValueError(f"rows = {law.rows}: each must hold one value for each of {L} tokens")
    if law.rows:
        mean, covariance = _of_rows(law.rows)
        alike = [[covariance[0][0] if j == k else 0 for k in range(L)] for j in range(L)]
        if len(set(mean)) > 1 or covariance != alike:
            raise ValueError(f"rows = {law.rows}: values must be uncorrelated, of one mean and variance")


def contexts(L: int, n: int, seed: int, delta: float = 0.2) -> Contexts:
    """Contexts of the separated class: the winner of importance 1 anywhere, losers uniform on [0, 1 − δ], values too
    on [0, 1].

    Arguments: L >= 1; n >= 1; seed; delta in (0, 1). Raises: ValueError outside these.
    """
    L, n, delta = as_count("L", L), as_count("n", n), as_fraction("delta", delta)
    rng = np.random.default_rng(as_seed(seed))
    z, v, place = (1 - delta) * rng.random((n, L)), rng.random((n, L)), rng.integers(0, L, n)
    z[np.arange(n), place] = 1.0
    return Contexts(z, v, v[np.arange(n), place])


def affine_risk_by_regression(L: int, n: int, seed: int) -> float:
    """The least error of an affine predictor as regression on n contexts finds it: residual variance, unbiased.

    Arguments: L >= 1; n > 2 L + 1; seed. Raises: ValueError outside these.
    """
    given = contexts(L, as_count("n", n, least=2 * as_count("L", L) + 2), seed)
    X = np.hstack([np.ones((n, 1)), given.tokens])
    y = given.winners
    gram, right = X.T @ X, X.T @ y
    rest = y - X @ np.linalg.lstsq(gram, right, rcond=None)[0]
    return float(rest @ rest / (n - X.shape[1]))


#: Widths of the kernel over the root of the tokens' numbers, and ridges: 24 settings.
WIDTHS = (0.1, 0.25, 0.6, 1.5)
RIDGES = (1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 1e-1)


def kernel_ridge_risk(
    train: Contexts,
    test: Contexts,
    target: Callable[[Real], Real],
    widths: Sequence[float] = WIDTHS,
    ridges: Sequence[float] = RIDGES,
) -> float:
    """Mean squared error on a test of Gaussian kernel ridge regression on all tokens, the best of all settings.

    The best is chosen on the test itself, in favour of the kernel: what it reaches is measured and is no bound.

    Arguments: train, test; target, of the winner's values; widths > 0, in units of √(2 L); ridges > 0, over the
        number n; at least one of each.
    Raises: ValueError outside these, and for contexts of two lengths.
    """
    if not (widths and ridges):
        raise ValueError(f"widths = {tuple(widths)}, ridges = {tuple(ridges)}: must hold at least one each")
    widths, ridges = [as_positive("width", x) for x in widths], [as_positive("ridge", x) for x in ridges]
    if train.values.shape[1] != test.values.shape[1]:
        raise ValueError(f"train, test have {train.values.shape[1]}, {test.values.shape[1]} tokens: must be as many")
    x, y, n = train.tokens, target(train.winners), len(train.winners)
    wanted, best = target(test.winners), np.inf
    near, far = _squared_distances(x, x), _squared_distances(test.tokens, x)
    for width in widths:
        scale = 2 * width**2 * x.shape[1]
        size, vectors = np.linalg.eigh(np.exp(-near / scale))
        across, inner = np.exp(-far / scale) @ vectors, vectors.T @ (y - y.mean())
        said = across @ (inner[:, None] / (size[:, None] + n * np.asarray(ridges))) + y.mean()
        best = min(best, float(np.mean((said - wanted[:, None]) ** 2, axis=0).min()))
    return best


def _squared_distances(x: Real, y: Real) -> Real:
    return np.maximum((x**2).sum(1)[:, None] + (y**2).sum(1) - 2 * x @ y.T, 0.0)
