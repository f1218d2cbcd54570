"""The functions of `numerics.rates.relu` as formulas, and the exact error of any network against the square.

Every function takes arrays of doubles or of Fractions and is exact on the latter.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import as_count
from numerics.rates.networks import Network, layer
from numerics.rates.relu import HALF, as_bound, sine_coefficients


def square_by_chords(x: ArrayLike, m: int) -> NDArray[Any]:
    """The chord of x² over the dyadic interval of x: a² + (2a + h)(x − a), h = 2^{−m}, a = h ⌊x/h⌋.

    Arguments: x, real, any shape; m >= 0. Returns: the shape of x. Raises: ValueError for another m.
    """
    x, pieces = np.asarray(x), 2 ** as_count("m", m, least=0)
    h = Fraction(1, pieces) if x.dtype == object else 1 / pieces
    a = np.floor(x * pieces) * h
    return np.asarray(a * a + (2 * a + h) * (x - a))


def product_by_chords(x: ArrayLike, y: ArrayLike, m: int, B: Any) -> NDArray[Any]:
    """B² times the difference of two chords, at |x + y|/2B and |x − y|/2B.

    Arguments: x, y, one shape; m >= 0; B > 0. Returns: that shape. Raises: ValueError for other m, B.
    """
    x, y, B = np.asarray(x), np.asarray(y), as_bound(B)
    B = B if x.dtype == object else float(B)
    plus, minus = (square_by_chords(abs(both) / (2 * B), m) for both in (x + y, x - y))
    return np.asarray(B * B * (plus - minus))


def tree_by_chords(x: ArrayLike, m: int) -> NDArray[Any]:
    """Products of halves of the last axis, the first half the longer one, down to single factors.

    Arguments: x (.., N), N >= 1; m >= 0. Returns: (..,). Raises: ValueError for another m.
    """
    x = np.asarray(x)
    if x.shape[-1] == 1:
        return x[..., 0]
    middle = (x.shape[-1] + 1) // 2
    return product_by_chords(tree_by_chords(x[..., :middle], m), tree_by_chords(x[..., middle:], m), m, 1)


def cosine_distance(l: int, x: ArrayLike) -> NDArray[Any]:
    """Twice the distance of lx from the integers. Arguments: l >= 0; x, real. Raises: ValueError for another l."""
    return _distance(as_count("l", l, least=0) * np.asarray(x))


def sine_distance(l: int, x: ArrayLike) -> NDArray[Any]:
    """Twice the distance of lx + ¾ from the integers. Arguments, raises: as `cosine_distance`."""
    x = np.asarray(x)
    return _distance(as_count("l", l, least=0) * x + (Fraction(3, 4) if x.dtype == object else 0.75))


def _distance(v: ArrayLike) -> NDArray[Any]:
    v = np.asarray(v)
    return np.asarray(2 * abs(v - np.floor(v + (HALF if v.dtype == object else 0.5))))


def sine_by_horner(s: ArrayLike, n: int, m: int) -> NDArray[Any]:
    """Horner's rule with the products of `product_by_chords`, B = 2.

    Arguments: s, |s| <= 1; n, m >= 0. Returns: the shape of s. Raises: ValueError for other n, m.
    """
    s = np.asarray(s)
    c: list[Any] = sine_coefficients(n)
    c = c if s.dtype == object else [float(entry) for entry in c]
    if n == 0:
        return np.asarray(c[0] * s)
    z = square_by_chords(abs(s), m)
    h = reduce(lambda h, i: c[i] + product_by_chords(z, h, m, 2), range(n - 2, -1, -1), c[n - 1] + c[n] * z)
    return product_by_chords(s, h, m, 2)


class SquareError(NamedTuple):
    """Affine pieces on [0, 1], and max |f(x) − x²| there, an exact Fraction."""

    pieces: int
    error: Fraction


def square_error(network: Network) -> SquareError:
    """How a network of one input and one output errs as x² on [0, 1], from its breakpoints.

    On a piece ax + b the difference is largest at an end or at a/2, where its slope 2x − a vanishes.

    Arguments: network. Returns: pieces, neighbours of one slope being one; error. Raises: ValueError for other sizes.
    """
    if (network.inputs, network.outputs) != (1, 1):
        raise ValueError(f"network has {network.inputs} inputs, {network.outputs} outputs: must be one each")
    x = breakpoints(network)
    y = network(x[:, None])[:, 0]
    a = np.diff(y) / np.diff(x)
    middle = np.minimum(np.maximum(a / 2, x[:-1]), x[1:])
    at_middle = y[:-1] + a * (middle - x[:-1]) - middle**2
    return SquareError(1 + int(np.sum(a[1:] != a[:-1])), max(*abs(y - x**2), *abs(at_middle)))


def breakpoints(network: Network) -> NDArray[Any]:
    """0, 1, and the places between them where a unit of a network of one input is zero: Fractions, increasing.

    Layer by layer: between neighbouring places all units of a layer are affine, and a change of sign is a new place.
    """
    x = np.array([Fraction(0), Fraction(1)], dtype=object)
    for k in range(1, network.depth + 1):
        z = Network(network.maps[:k])(x[:, None])
        left, unit = np.nonzero(z[:-1] * z[1:] < 0)
        share = z[left, unit] / (z[left, unit] - z[left + 1, unit])
        x = np.unique(np.concatenate([x, x[left] + share * (x[left + 1] - x[left])]))
    return x


def shallow_square(N: int) -> Network:
    """One hidden layer of N units: the best function of N linear pieces, chords of x² over equal pieces less 1/(8N²).

    Arguments: N >= 1. Returns: a network for x in [0, 1]; its error is 1/(8N²). Raises: ValueError for another N.
    """
    N = as_count("N", N)
    places, read = [Fraction(-k, N) for k in range(N)], [Fraction(1 + (k > 0), N) for k in range(N)]
    return layer([[1]] * N, places, [read], [Fraction(-1, 8 * N * N)])
