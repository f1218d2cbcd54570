"""Affine pieces of ReLU networks on a line, counted exactly, and networks that read the last bit of an integer.

Glossary: s the scalar input · h_k = ReLU(a_k s + Σ_{j<k} W_kj h_j + c_k) the P units in any feed-forward order ·
f(s) = a_{P+1} s + Σ_j W_{P+1,j} h_j + c_{P+1} the output · K its affine pieces on the whole line · N bits of an integer
0 .. 2^N − 1, whose last one f reads where f > 1/2 exactly at the odd ones.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import as_count
from numerics.selection.decoders import Exact, between, exactly

#: Bits of an integer that one call reads at most.
_MOST = 16


class Wiring(NamedTuple):
    """slopes a (P+1,), links W (P+1, P), strictly below the diagonal, biases c (P+1,); the last row is the output."""

    slopes: Exact
    links: Exact
    biases: Exact

    @property
    def units(self) -> int:
        """P."""
        return self.links.shape[1]


def as_wiring(slopes: ArrayLike, links: ArrayLike, biases: ArrayLike) -> Wiring:
    """A network of exact numbers, whatever its wiring.

    Arguments: slopes (P+1,), links (P+1, P), biases (P+1,); integers, Fractions, or doubles as they are; P >= 0.
    Returns: Wiring. Raises: ValueError for other shapes, for a unit that reads itself or a later one, and for entries
    that are not finite.
    """
    a, W, c = exactly(slopes), exactly(links), exactly(biases)
    if a.ndim != 1 or not a.size or W.shape != (len(a), len(a) - 1) or c.shape != a.shape:
        raise ValueError(f"shapes {a.shape}, {W.shape}, {c.shape}: must be (P+1,), (P+1, P), (P+1,)")
    if np.any(np.triu(W[:-1] != 0)):
        raise ValueError("links: a unit must read earlier ones only")
    return Wiring(a, W, c)


def layered(weights: Sequence[ArrayLike], biases: Sequence[ArrayLike]) -> Wiring:
    """A network in layers as a wiring: every unit reads the layer before.

    Arguments: weights (n_i, n_{i−1}) with n_0 = 1 and one output; biases (n_i,). Returns: Wiring.
    Raises: ValueError for shapes that do not fit.
    """
    W, c = [exactly(w) for w in weights], [exactly(bias) for bias in biases]
    sizes = [1, *(len(bias) for bias in c)]
    if not W or [w.shape for w in W] != list(zip(sizes[1:], sizes[:-1], strict=True)) or sizes[-1] != 1:
        raise ValueError(f"weights {[w.shape for w in W]}: must be (n_i, n_(i-1)) from one input to one output")
    P = sum(sizes[1:-1])
    slopes, links = exactly(np.zeros(P + 1, dtype=int)), exactly(np.zeros((P + 1, P), dtype=int))
    slopes[: sizes[1]] = W[0][:, 0]
    row = sizes[1]
    for w in W[1:]:
        links[row : row + len(w), row - w.shape[1] : row] = w
        row += len(w)
    return as_wiring(slopes, links, np.concatenate(c))


def pieces(network: Wiring) -> int:
    """The affine pieces of the output on the whole line, neighbours of equal slope being one.

    Unit by unit: on each piece so far a unit is affine, and cuts it where it is zero inside.

    Arguments: network. Returns: int >= 1, exact.
    """
    edges = exactly(np.zeros(0, dtype=int))
    slope, level = exactly(np.zeros((0, 1), dtype=int)), exactly(np.zeros((0, 1), dtype=int))
    for k in range(network.units + 1):
        read = np.flatnonzero(network.links[k])
        a = network.slopes[k] + network.links[k, read] @ slope[read]
        c = network.biases[k] + network.links[k, read] @ level[read]
        a, c = (np.broadcast_to(x, len(edges) + 1) for x in (a, c))
        if k == network.units:
            return 1 + int(np.sum(a[1:] != a[:-1]))
        zeros = np.array([-y / x if x else None for x, y in zip(a, c, strict=True)], dtype=object)
        ends = [None, *edges, None]
        cut = [z is not None and between(z, u, v) for z, u, v in zip(zeros, ends, ends[1:], strict=False)]
        edges = np.array(sorted([*edges, *zeros[cut]]), dtype=object)
        again = np.repeat(np.arange(len(a)), 1 + np.array(cut))
        a, c = a[again], c[again]
        on = a * _inside(edges) + c > 0
        slope = np.vstack([slope[:, again], (on * a)[None]])
        level = np.vstack([level[:, again], (on * c)[None]])
    raise AssertionError("the output comes last")


def pieces_by_candidates(network: Wiring) -> int:
    """The slow, obvious route to `pieces`: every unit's zero under every assignment of gates, then slopes between.

    Arguments: network of at most 8 units. Returns: int >= 1, exact. Raises: ValueError for more.
    """
    P, zeros = network.units, {Fraction(0)}
    if P > 8:
        raise ValueError(f"{P} units: must be at most 8, for 2^P assignments")
    for on in product((0, 1), repeat=P):
        slope, level = list[Fraction](), list[Fraction]()
        for k in range(P):
            a = network.slopes[k] + sum(w * x for w, x in zip(network.links[k], slope, strict=False))
            c = network.biases[k] + sum(w * x for w, x in zip(network.links[k], level, strict=False))
            slope, level = [*slope, on[k] * a], [*level, on[k] * c]
            zeros |= {-c / a} if a else set()
    points = exactly(np.array([min(zeros) - 1, *sorted(zeros), max(zeros) + 1], dtype=object))
    steps = np.diff(outputs(network, points)) / np.diff(points)
    return 1 + int(np.sum(steps[1:] != steps[:-1]))


def _inside(edges: Exact) -> Exact:
    """A point inside each piece of the line."""
    if not len(edges):
        return exactly([0])
    return np.concatenate([[edges[0] - 1], (edges[1:] + edges[:-1]) / 2, [edges[-1] + 1]])


def outputs(network: Wiring, points: ArrayLike) -> Exact:
    """The output f at given points, exactly. Arguments: network; points (k,). Returns: (k,)."""
    s = exactly(points)
    h = exactly(np.zeros((network.units, len(s)), dtype=int))
    for k in range(network.units):
        read = np.flatnonzero(network.links[k])
        before = network.slopes[k] * s + network.links[k, read] @ h[read] + network.biases[k]
        h[k] = (before > 0) * before
    return np.asarray(network.slopes[-1] * s + network.links[-1] @ h + network.biases[-1])


def runs_of_slope(values: ArrayLike) -> int:
    """The slow, obvious route to `pieces`: runs of equal differences of samples at equal distances.

    Never more than the pieces; as many where every breakpoint is a sample and the samples reach beyond all of them.

    Arguments: values (k >= 2,), exact. Returns: int >= 1. Raises: ValueError for fewer.
    """
    y = exactly(values)
    if y.ndim != 1 or len(y) < 2:
        raise ValueError(f"values of shape {y.shape}: must be at least two")
    steps = np.diff(y)
    return 1 + int(np.sum(steps[1:] != steps[:-1]))


def bits_read(network: Wiring, most: int) -> int:
    """The largest N <= most with [f(s) > 1/2] = s mod 2 for s = 0 .. 2^N − 1; 0 where not even N = 1.

    Arguments: network; most, 1..16. Returns: int. Raises: ValueError otherwise.
    """
    s = np.arange(2 ** _as_bits(most))
    wrong = np.flatnonzero((outputs(network, s) > Fraction(1, 2)) != (s % 2 == 1))
    right = int(wrong[0]) if len(wrong) else len(s)
    return max(right, 1).bit_length() - 1


def folding_decoder(bits: int) -> Wiring:
    """The last bit with N units, for N = 1 with none, by folding: 2^N pieces.

    h_k = ReLU(u_k − 2^{N−k}), u_{k+1} = u_k − 2 h_k, u_1 = s, f = u_{N+1}

    A fold takes u to 2^{N−k+1} − u where that is less: as even as u, and at most 2^{N−k}. The last leaves 0 or 1.

    Arguments: bits = N, 1..16. Returns: Wiring. Raises: ValueError otherwise.

    >>> pieces(folding_decoder(3)), outputs(folding_decoder(3), range(8)).astype(int).tolist()
    (8, [0, 1, 0, 1, 0, 1, 0, 1])
    """
    N = _as_bits(bits)
    P = N if N > 1 else 0
    biases = [-(2 ** (N - k)) for k in range(1, P + 1)]
    return as_wiring(np.ones(P + 1, dtype=int), -2 * np.tri(P + 1, P, -1, dtype=int), [*biases, 0])


def stripping_decoder(bits: int) -> Wiring:
    """The last bit with 2(N−1) units, by taking away one binary digit after the other: 3^{N−1} pieces.

    p = ReLU(r − θ + 1), q = ReLU(r − θ), r <- r − θ (p − q), θ = 2^{N−1}, .., 2

    Arguments: bits = N, 1..16. Returns: Wiring. Raises: ValueError otherwise.
    """
    N = _as_bits(bits)
    thresholds = [2 ** (N - k) for k in range(1, N)]
    taken = np.array([sign * x for x in thresholds for sign in (-1, 1)], dtype=int)
    links = np.zeros((2 * N - 1, 2 * N - 2), dtype=int)
    for k in range(2 * N - 1):
        links[k, : k - k % 2] = taken[: k - k % 2]
    return as_wiring(np.ones(2 * N - 1, dtype=int), links, [*(x for t in thresholds for x in (1 - t, -t)), 0])


def shallow_decoder(bits: int) -> Wiring:
    """The last bit with one hidden layer and s itself: 2^N − 2 units and 2^N − 1 pieces, the fewest that read it.

    f = s + 2 Σ_{k=1}^{2^N−2} (−1)^k ReLU(s − k)

    Arguments: bits = N, 1..16. Returns: Wiring. Raises: ValueError otherwise.
    """
    P = 2 ** _as_bits(bits) - 2
    k = np.arange(1, P + 1)
    slopes, links = np.ones(P + 1, dtype=int), np.zeros((P + 1, P), dtype=int)
    links[-1] = 2 - 4 * (k % 2)
    return as_wiring(slopes, links, [*(-k), 0])


def folding_layers(bits: int) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The folds in N layers of two units, without a link that skips a layer: u >= 0 passes as ReLU(u).

    h = (ReLU(u), ReLU(u − 2^{N−k})), u <- h_1 − 2 h_2

    Arguments: bits = N, 1..16. Returns: maps (weight (n, m), bias (n,)), ReLU after all but the last.
    Raises: ValueError otherwise.
    """
    N = _as_bits(bits)
    one, fold = np.ones((2, 1), dtype=np.int64), np.array([[1, -2]])
    if N == 1:
        return [(one[:1], np.zeros(1, dtype=np.int64))]
    biases = [np.array([0, -(2 ** (N - k))]) for k in range(1, N + 1)]
    hidden = [(one if k == 0 else one @ fold, bias) for k, bias in enumerate(biases)]
    return [*hidden, (fold, np.zeros(1, dtype=np.int64))]


def random_wiring(units: int, seed: int, size: int = 3) -> Wiring:
    """Integer weights −size..size on every link that the order allows. Arguments: P >= 0; seed; size."""
    P, draw = as_count("units", units, 0), np.random.default_rng(seed)
    links = np.tril(draw.integers(-size, size + 1, size=(P + 1, P)), -1)
    return as_wiring(draw.integers(-size, size + 1, size=P + 1), links, draw.integers(-size, size + 1, size=P + 1))


def periodic_gate(points: ArrayLike) -> Exact:
    """The gate s mod 2 at the integers with straight lines between: one unit that no finite number of ReLU units is."""
    s = exactly(points)
    return np.asarray(1 - abs(s % 2 - 1))


def _as_bits(bits: object) -> int:
    N = as_count("bits", bits)
    if N > _MOST:
        raise ValueError(f"bits = {N}: must be at most {_MOST}")
    return N
