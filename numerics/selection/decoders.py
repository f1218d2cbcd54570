"""Every pattern of gates and every map of a given ReLU decoder, counted exactly.

Glossary: a decoder reads s in R^D and a query q: for each of Q queries its own affine maps, ReLU after all but the
last, whose b outputs answer 1 where they are > 0. A gate is a hidden unit at a query, on where it is > 0. A pattern
says which gates are on and what all answers are; a map says what all answers are.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import as_count

#: Exact numbers: Python integers and Fractions in object arrays.
Exact = NDArray[np.object_]
#: An inequality a·s + c > 0 (strict) or >= 0: its numbers a_1 .. a_D, c, and whether it is strict.
Inequality = tuple[tuple[Fraction, ...], bool]


class Decoder(NamedTuple):
    """weights, each (Q, n_i, n_{i−1}) with n_0 = D; biases, each (Q, n_i); the last n_i is b."""

    weights: tuple[Exact, ...]
    biases: tuple[Exact, ...]

    @property
    def sizes(self) -> tuple[int, int, tuple[int, ...], int]:
        """D, Q, hidden widths, b."""
        widths = tuple(bias.shape[1] for bias in self.biases)
        return self.weights[0].shape[2], len(self.biases[0]), widths[:-1], widths[-1]


class Count(NamedTuple):
    """Distinct patterns, and the distinct maps query -> answer, each as the tuple of its Q b bits."""

    patterns: int
    maps: frozenset[tuple[bool, ...]]


def as_decoder(weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]) -> Decoder:
    """A decoder of exact numbers.

    Arguments: weights (Q, n_i, n_{i−1}) and biases (Q, n_i), as many; integers, Fractions or doubles as they are.
    Returns: Decoder. Raises: ValueError for no map, no unit, shapes that do not fit, and entries that are not finite.
    """
    W, c = [np.asarray(w) for w in weights], [np.asarray(bias) for bias in biases]
    if not W or len(W) != len(c):
        raise ValueError(f"{len(W)} weights and {len(c)} biases: must be as many, at least one")
    for i, (w, bias) in enumerate(zip(W, c, strict=True)):
        inputs = W[i - 1].shape[1] if i else w.shape[-1]
        if w.ndim != 3 or not w.size or w.shape[0] != len(W[0]) or w.shape[2] != inputs or bias.shape != w.shape[:2]:
            raise ValueError(f"map {i} has shapes {w.shape}, {bias.shape}: must be (Q, n, m) and (Q, n), not empty")
    return Decoder(tuple(map(exactly, W)), tuple(map(exactly, c)))


def exactly(values: Any) -> Exact:
    """Entries as Fractions, doubles with all their bits. Raises: ValueError for what is not finite."""
    given = np.asarray(values)
    try:
        return np.array([Fraction(x) for x in given.ravel().tolist()], dtype=object).reshape(given.shape)
    except (TypeError, OverflowError, ValueError) as error:
        raise ValueError(f"entries of type {given.dtype}: must be finite real numbers") from error


def random_decoder(
    dimension: int, queries: int, widths: Sequence[int], bits: int, seed: int, size: int = 50
) -> Decoder:
    """Integer weights −size..size. Arguments: D, Q, widths, b, each >= 1; seed; size. Returns: Decoder."""
    Q, draw = as_count("queries", queries), np.random.default_rng(seed)
    n = [as_count("units", k) for k in (dimension, *widths, bits)]
    weights = [draw.integers(-size, size + 1, size=(Q, *shape)) for shape in zip(n[1:], n[:-1], strict=True)]
    return as_decoder(weights, [draw.integers(-size, size + 1, size=(Q, k)) for k in n[1:]])


def zigzag_decoder(layers: int, bits: int) -> Decoder:
    """One real, one query, layers of three units, and as many patterns as any decoder of its sizes has.

    3 ReLU(s) − 2 ReLU(s − 1) + 2 ReLU(2 − s) falls to 4, rises to 5, falls to 4 and rises: each of its four pieces
    passes all thresholds of the next layer, which stretches 4 .. 5 to −1 .. 3; the outputs are that minus 4 + k/(b+1)

    Arguments: layers = ℓ >= 0; bits = b >= 1. Returns: Decoder. Raises: ValueError otherwise.
    """
    b, zigzag = as_count("bits", bits), np.array([[3, -2, 2]])
    ends = exactly([[Fraction(k, b + 1) for k in range(1, b + 1)]])
    if as_count("layers", layers, 0) == 0:
        return as_decoder([np.ones((1, b, 1), dtype=int)], [-ends])
    signs = np.array([[1], [1], [-1]])
    first, again = np.array([[0, -1, 2]]), np.array([[-17, -18, 19]])
    weights = [signs, *[4 * signs @ zigzag] * (layers - 1), np.repeat(zigzag, b, axis=0)]
    return as_decoder([w[None] for w in weights], [first, *[again] * (layers - 1), -4 - ends])


def preactivations(decoder: Decoder, states: ArrayLike) -> list[Exact]:
    """What all gates and outputs weigh before they switch. Arguments: states (k, D). Returns: per layer (Q, k, n_i)."""
    h, found = np.asarray(states, dtype=object)[None], []
    for W, bias in zip(decoder.weights, decoder.biases, strict=True):
        found.append(np.matmul(h, np.swapaxes(W, 1, 2)) + bias[:, None])
        h = (found[-1] > 0) * found[-1]
    return found


def count_on_line(decoder: Decoder) -> Count:
    """All patterns of a decoder of one real, D = 1: between and at its breakpoints.

    Between breakpoints of the layers before, a layer is affine: two points there give its zeros.

    Arguments: decoder. Returns: Count, exact. Raises: ValueError for D > 1.
    """
    if decoder.sizes[0] != 1:
        raise ValueError(f"D = {decoder.sizes[0]}: must be 1 for breakpoints on a line")
    breaks: list[Fraction] = []
    for i in range(len(decoder.weights)):
        low, high = _inside(breaks)
        left = preactivations(decoder, low[:, None])[i]
        rise = preactivations(decoder, high[:, None])[i] - left
        slanted = rise != 0
        x = np.broadcast_to(low[None, :, None], rise.shape)[slanted]
        step = np.broadcast_to((high - low)[None, :, None], rise.shape)[slanted]
        zeros = x - left[slanted] * step / rise[slanted]
        place = np.broadcast_to(np.arange(len(low))[None, :, None], rise.shape)[slanted]
        edges = [None, *breaks, None]
        new = {z for z, k in zip(zeros, place, strict=True) if between(z, edges[k], edges[k + 1])}
        breaks = sorted(new | set(breaks))
    return _count(decoder, np.concatenate([_inside(breaks)[0], np.array(breaks, dtype=object)])[:, None])


def count_on(decoder: Decoder, states: ArrayLike) -> Count:
    """The patterns at given states only, none more than there are. Arguments: states (k, D). Returns: Count."""
    return _count(decoder, exactly(states))


def _count(decoder: Decoder, states: Exact) -> Count:
    on = [
        np.moveaxis(np.asarray(a > 0, dtype=bool), 1, 0).reshape(len(states), -1)
        for a in preactivations(decoder, states)
    ]
    return Count(len(np.unique(np.hstack(on), axis=0)), frozenset(map(tuple, np.unique(on[-1], axis=0).tolist())))


def _inside(breaks: list[Fraction]) -> tuple[Exact, Exact]:
    """Two points inside each piece of the line, from left to right."""
    if not breaks:
        return exactly([0]), exactly([1])
    pairs = [(a + (b - a) / 3, b - (b - a) / 3) for a, b in pairwise(breaks)]
    ends = [(breaks[0] - 2, breaks[0] - 1), *pairs, (breaks[-1] + 1, breaks[-1] + 2)]
    return exactly([a for a, _ in ends]), exactly([b for _, b in ends])


def between(z: Fraction, low: Fraction | None, high: Fraction | None) -> bool:
    """Whether low < z < high, None standing for no limit."""
    return (low is None or low < z) and (high is None or z < high)


def count_by_recursion(decoder: Decoder) -> Count:
    """All patterns in any dimension, one gate after the other: which cells does it leave whole, which does it cut?

    Whether a cell has a point is decided exactly (`has_point`); meant for D <= 3 and a dozen gates.

    Arguments: decoder. Returns: Count, exact.
    """
    D, Q, _, _ = decoder.sizes
    rows = np.broadcast_to(np.hstack([np.eye(D, dtype=int), np.zeros((D, 1), dtype=int)]).astype(object), (Q, D, D + 1))
    cells: list[tuple[tuple[Inequality, ...], Exact, tuple[bool, ...]]] = [((), rows, ())]
    for W, bias in zip(decoder.weights, decoder.biases, strict=True):
        after = []
        for limits, rows, before in cells:
            affine = np.matmul(W, rows)
            affine[..., -1] += bias
            for cut, on in _cuts(limits, affine.reshape(-1, D + 1)):
                mask = np.array(on).reshape(*bias.shape, 1)
                after.append((cut, mask * affine, before + on))
        cells = after
    patterns = [found for _, _, found in cells]
    last = decoder.biases[-1].size
    return Count(len(set(patterns)), frozenset(found[-last:] for found in patterns))


def _cuts(limits: tuple[Inequality, ...], functions: Exact) -> list[tuple[tuple[Inequality, ...], tuple[bool, ...]]]:
    parts: list[tuple[tuple[Inequality, ...], tuple[bool, ...]]] = [(limits, ())]
    for f in functions:
        sides = [((tuple(f), True), True), ((tuple(-f), False), False)]
        parts = [((*cut, side), (*on, up)) for cut, on in parts for side, up in sides if has_point((*cut, side))]
    return parts


def has_point(limits: Sequence[Inequality]) -> bool:
    """Whether inequalities, strict or not, have a common solution: Fourier and Motzkin's elimination, exact.

    >>> has_point([((1, 0), True), ((-1, 0), False)])
    False
    """
    left = set(_scaled(limits))
    while left and len(next(iter(left))[0]) > 1:
        lower = [one for one in left if one[0][0] > 0]
        upper = [one for one in left if one[0][0] < 0]
        pairs = (
            (tuple(-v[0] * x + u[0] * y for x, y in zip(u[1:], v[1:], strict=True)), strict or also)
            for u, strict in lower
            for v, also in upper
        )
        left = set(_scaled([*pairs, *((one[1:], strict) for one, strict in left if one[0] == 0)]))
    return all(c > 0 or (c == 0 and not strict) for (c,), strict in left)


def _scaled(limits: Sequence[Inequality]) -> Iterator[Inequality]:
    """The same inequalities with a first number of ±1, so that equal ones are the same."""
    for numbers, strict in limits:
        size = next((abs(x) for x in numbers if x), 1)
        yield tuple(Fraction(x) / size for x in numbers), strict
