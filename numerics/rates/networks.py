"""ReLU networks as weights that are written down, exact where the weights are rational.

A network is a tuple of affine maps with σ(x) = max(x, 0) after every one but the last. Networks are put one after the
other (`then`), side by side (`beside`), and behind a linear combination of inputs (`affine`); an affine map in front
of or behind a network merges into its neighbour, so that sizes are those of the network that is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import as_count

#: Weight (outputs, inputs) and bias (outputs,), arrays of Fractions.
Map = tuple[NDArray, NDArray]
#: Numbers or Fractions, nested as the matrix or vector they make.
Entries = Sequence[Any] | NDArray[Any]


@dataclass(frozen=True)
class Network:
    """y = W_k σ(… σ(W_1 x + b_1) …) + b_k.

    Arguments: maps, (W_i, b_i) in order, at least one, entries Fractions (`affine` makes them from any numbers).
    """

    maps: tuple[Map, ...]

    @property
    def inputs(self) -> int:
        """Numbers that enter."""
        return int(self.maps[0][0].shape[1])

    @property
    def outputs(self) -> int:
        """Numbers that leave."""
        return int(self.maps[-1][0].shape[0])

    @property
    def depth(self) -> int:
        """Hidden layers: 0 for an affine map."""
        return len(self.maps) - 1

    @property
    def width(self) -> int:
        """Units of the widest hidden layer, 0 without any."""
        return max((len(b) for _, b in self.maps[:-1]), default=0)

    @property
    def units(self) -> int:
        """Hidden units of all layers."""
        return sum(len(b) for _, b in self.maps[:-1])

    @property
    def nonzero(self) -> int:
        """Weights and biases that are not zero."""
        return sum(int(np.count_nonzero(part)) for both in self.maps for part in both)

    @property
    def magnitude(self) -> float:
        """The largest absolute weight or bias."""
        return max(abs(float(entry)) for both in self.maps for part in both for entry in part.ravel())

    @cached_property
    def floats(self) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
        """The maps in double precision."""
        return tuple((W.astype(np.float64), b.astype(np.float64)) for W, b in self.maps)

    def __call__(self, x: ArrayLike) -> NDArray[Any]:
        """Outputs at many inputs: in doubles, and exact where x is an array of Fractions.

        Arguments: x (.., inputs). Returns: (.., outputs), float64, or Fractions for an x of dtype object.
        Raises: ValueError for another last axis.
        """
        h = np.asarray(x)
        if h.ndim == 0 or h.shape[-1] != self.inputs:
            raise ValueError(f"x has shape {h.shape}: must be (.., {self.inputs})")
        for i, (W, b) in enumerate(self.maps if h.dtype == object else self.floats):
            h = h @ W.T + b
            h = np.maximum(h, 0) if i < self.depth else h
        return h

    def then(self, after: Network) -> Network:
        """First this network, then another on its outputs; the two affine maps where they meet are one.

        Raises: ValueError where the other's inputs are not this one's outputs.
        """
        if after.inputs != self.outputs:
            raise ValueError(f"a network with {after.inputs} inputs cannot follow {self.outputs} outputs")
        (W, b), (V, c) = self.maps[-1], after.maps[0]
        return Network((*self.maps[:-1], (V @ W, V @ b + c), *after.maps[1:]))


def affine(weight: Entries, bias: Entries) -> Network:
    """X -> W x + b. Arguments: weight (outputs, inputs), bias (outputs,), numbers or Fractions, none of them empty.

    Raises: ValueError for shapes that do not fit together, and for entries that are not finite.
    """
    W, b = _fractions(weight), _fractions(bias)
    if W.ndim != 2 or not W.size or b.shape != W.shape[:1]:
        raise ValueError(f"weight and bias have shapes {W.shape}, {b.shape}: must be (p, q) and (p,), not empty")
    return Network(((W, b),))


def linear(weight: Entries) -> Network:
    """X -> W x. Arguments, raises: as `affine`."""
    W = _fractions(weight)
    return affine(W, np.zeros(W.shape[:1], dtype=int))


def layer(weight: Entries, bias: Entries, read: Entries, shift: Entries = (0,)) -> Network:
    """X -> R σ(W x + b) + c: one hidden layer. Arguments: W, b, R, c as in `affine`. Raises: as there."""
    return Network((*affine(weight, bias).maps, *affine(read, shift).maps))


def identity(size: int, depth: int, nonnegative: bool = False) -> Network:
    """X -> x through `depth` hidden layers: x = σ(x) − σ(−x), or x = σ(x) where x >= 0 is known.

    Arguments: size >= 1 numbers; depth >= 0. Raises: ValueError for others.
    """
    eye = np.eye(as_count("size", size), dtype=int)
    if not as_count("depth", depth, least=0):
        return linear(eye)
    split = eye if nonnegative else np.vstack([eye, -eye])
    zeros = np.zeros(len(split), dtype=int)
    again = [affine(eye if nonnegative else np.eye(2 * size, dtype=int), zeros).maps[0]] * (depth - 1)
    return Network((affine(split, zeros).maps[0], *again, linear(split.T).maps[0]))


def deeper(network: Network, depth: int, nonnegative: bool = False) -> Network:
    """The same function with `depth` hidden layers, its outputs handed on by the last ones.

    Raises: ValueError where it has more already.
    """
    more = depth - network.depth
    if more < 0:
        raise ValueError(f"depth = {depth}: the network has {network.depth} hidden layers already")
    return network.then(identity(network.outputs, more, nonnegative)) if more else network


def beside(first: Network, second: Network) -> Network:
    """(x, y) -> (f(x), g(y)), the shallower one handed on until both are done."""
    depth = max(first.depth, second.depth)
    pairs = zip(deeper(first, depth).maps, deeper(second, depth).maps, strict=True)
    return Network(tuple((_diagonal(W, V), np.concatenate([b, c])) for (W, b), (V, c) in pairs))


def chain(networks: Sequence[Network]) -> Network:
    """One after the other, at least one. Raises: ValueError as `Network.then`."""
    return reduce(Network.then, networks)


def _diagonal(W: NDArray, V: NDArray) -> NDArray:
    both = np.full((len(W) + len(V), W.shape[1] + V.shape[1]), Fraction(0), dtype=object)
    both[: len(W), : W.shape[1]], both[len(W) :, W.shape[1] :] = W, V
    return both


def _fractions(entries: Entries) -> NDArray:
    given = np.asarray(entries, dtype=object)
    exact = np.empty(given.shape, dtype=object)
    for place, entry in np.ndenumerate(given):
        try:
            exact[place] = Fraction(int(entry)) if isinstance(entry, np.integer) else Fraction(entry)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"entry {entry!r}: must be a finite real number") from error
    return exact
