"""Networks whose parameters move by ε: how far their outputs move, and how many networks cover all of a size.

Glossary: L affine maps, ReLU after all but the last · W largest size of a layer, inputs included · B largest entry ·
ε largest change of an entry · U = L (B∨1)^{L−1} (W+1)^L · S weights and biases · δ radius in sup norm on [0, 1]^d.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_count, as_nonnegative, as_positive, as_real_array, as_seed
from numerics.rates.networks import Network, affine

#: Weights (outputs, inputs) and biases (outputs,) in order.
Maps = tuple[tuple[Real, Real], ...]


def as_maps(maps: Iterable[tuple[ArrayLike, ArrayLike]]) -> Maps:
    """Affine maps that fit together, at least one, entries finite. Raises: ValueError otherwise."""
    found = tuple((as_real_array("weight", W), as_real_array("bias", b)) for W, b in maps)
    if not found:
        raise ValueError("maps = (): must be at least one affine map")
    for W, b in found:
        if W.ndim != 2 or b.shape != W.shape[:1]:
            raise ValueError(f"weight {W.shape} and bias {b.shape}: must be (p, q) and (p,)")
    for (W, _), (V, _) in pairwise(found):
        if len(W) != V.shape[1]:
            raise ValueError(f"a map of {V.shape[1]} inputs cannot follow {len(W)} outputs")
    return found


def size(maps: Maps) -> tuple[int, int, float, int]:
    """L, W, B and S of a network. Arguments: maps, as `as_maps` returns them."""
    widths = [len(b) for _, b in maps[:-1]]
    B = max(float(np.abs(part).max()) for both in maps for part in both)
    return len(maps), max(maps[0][0].shape[1], *widths, 1), B, sum(part.size for both in maps for part in both)


def outputs(maps: Maps, x: ArrayLike) -> Real:
    """W_L σ(… σ(W_1 x + b_1) …) + b_L at many inputs x (k, d). Returns: (k, p). Raises: ValueError for other x."""
    h = as_real_array("x", x)
    if h.ndim != 2 or h.shape[1] != maps[0][0].shape[1]:
        raise ValueError(f"x has shape {h.shape}: must be (k, {maps[0][0].shape[1]})")
    for place, (W, b) in enumerate(maps):
        h = (np.maximum(h, 0) if place else h) @ W.T + b
    return h


def distance(maps: Maps, other: Maps, x: ArrayLike) -> float:
    """Max |f − f'| over outputs and inputs x (k, d): from below, what the sup over the cube is at least."""
    return float(np.abs(outputs(maps, x) - outputs(other, x)).max())


def exact_distance(maps: Maps, other: Maps, x: ArrayLike) -> Fraction:
    """The slow route to `distance`, in Fractions."""
    corner = np.array([[Fraction(v) for v in row] for row in as_real_array("x", x).tolist()], dtype=object)
    one, two = (_exactly(each)(corner) for each in (maps, other))
    return Fraction(max(abs(v) for v in (one - two).ravel()))


def _exactly(maps: Maps) -> Network:
    return Network(tuple(affine(W.tolist(), b.tolist()).maps[0] for W, b in maps))


def sensitivity(L: int, W: int, B: float) -> float:
    """U = L (B∨1)^{L−1} (W+1)^L: outputs on [0, 1]^d move by at most U times what the entries move by.

    Arguments: L, W >= 1; B > 0. Raises: ValueError outside these, and beyond doubles. Reference: this project.

    >>> sensitivity(2, 3, 0.5)
    32.0
    """
    depth, width, most = as_count("L", L), as_count("W", W), max(as_positive("B", B), 1.0)
    log = math.log(depth) + (depth - 1) * math.log(most) + depth * math.log(width + 1)
    if log > 709:
        raise ValueError(f"L = {L}, W = {W}, B = {B:g}: U is beyond doubles")
    return depth * most ** (depth - 1) * float(width + 1) ** depth


def perturbation_bound(L: int, W: int, B: float, eps: float) -> float:
    """The bound ε U. Arguments: as `sensitivity`, 0 <= eps <= 2B. Raises: ValueError outside these."""
    return _change(eps, B) * sensitivity(L, W, B)


def perturbation_by_layers(L: int, W: int, B: float, eps: float) -> Fraction:
    """What the bound adds up, layer by layer, exact and without its last estimates: at most `perturbation_bound`.

    D_k = W B D_{k−1} + ε (W H_{k−1} + 1),  H_k = B (W H_{k−1} + 1),  D_0 = 0,  H_0 = 1

    Arguments, raises: as `perturbation_bound`. Returns: D_L, which no networks of these sizes exceed.
    """
    moved, largest, change, most = Fraction(0), Fraction(1), Fraction(_change(eps, B)), Fraction(as_positive("B", B))
    for _ in range(as_count("L", L)):
        moved = as_count("W", W) * most * moved + change * (W * largest + 1)
        largest = most * (W * largest + 1)
    return moved


def _change(eps: float, B: float) -> float:
    change, most = as_nonnegative("eps", eps), as_positive("B", B)
    if change > 2 * most:
        raise ValueError(f"eps = {change:g}: entries in [-B, B], B = {most:g}, differ by at most 2B")
    return change


def covering_bound(S: int, L: int, W: int, B: float, delta: float) -> float:
    """S log(1 + B U/δ), at least the log of a number of δ-balls that cover all networks on one support.

    Arguments: S >= 1 entries; L, W, B as in `sensitivity`; delta δ > 0. Raises: ValueError outside these.
    """
    return as_count("S", S) * math.log1p(as_positive("B", B) * sensitivity(L, W, B) / as_positive("delta", delta))


def cover_size(S: int, L: int, W: int, B: float, delta: float) -> int:
    """⌈B U/δ⌉^S, exact: the networks of `nearest_centre`. Arguments, raises: as `covering_bound`."""
    U = L * max(Fraction(as_positive("B", B)), Fraction(1)) ** (as_count("L", L) - 1) * (as_count("W", W) + 1) ** L
    return math.ceil(Fraction(B) * U / Fraction(as_positive("delta", delta))) ** as_count("S", S)


def nearest_centre(maps: Maps, B: float, cells: int) -> Maps:
    """Every entry moved to the middle of its interval, [−B, B] cut into so many of one length.

    Arguments: maps, entries in [−B, B]; B > 0; cells >= 1. Raises: ValueError for a larger entry.
    """
    most, half = as_positive("B", B), B / as_count("cells", cells)
    if size(maps)[2] > most:
        raise ValueError(f"largest entry {size(maps)[2]:g}: must be at most B = {most:g}")
    return _entrywise(maps, lambda v: (2 * np.clip(np.floor((v + most) / (2 * half)), 0, cells - 1) + 1) * half - most)


def constant_maps(sizes: Sequence[int], value: float) -> Maps:
    """All weights and biases equal. Arguments: sizes d, n_1, .., n_L >= 1; value."""
    widths = [as_count("size", w) for w in sizes]
    return as_maps([(np.full((p, q), value), np.full(p, value)) for q, p in pairwise(widths)])


def random_maps(sizes: Sequence[int], B: float, seed: int) -> Maps:
    """Entries uniform in [−B, B], about one in four of them ±B. Arguments: sizes as above; B > 0; seed."""
    rng, most = np.random.default_rng(as_seed(seed)), as_positive("B", B)

    def drawn(v: NDArray) -> Real:
        corner = rng.choice([-most, most], v.shape)
        return np.where(rng.random(v.shape) < 0.25, corner, rng.uniform(-most, most, v.shape))

    return _entrywise(constant_maps(sizes, 0.0), drawn)


def perturbed(maps: Maps, B: float, eps: float, seed: int) -> Maps:
    """Entries moved by −ε, ε or anything between, then back into [−B, B]. Arguments: 0 <= eps <= 2B; seed."""
    rng, change = np.random.default_rng(as_seed(seed)), _change(eps, B)
    return _entrywise(maps, lambda v: np.clip(v + change * np.clip(rng.uniform(-2, 2, v.shape), -1, 1), -B, B))


def _entrywise(maps: Maps, change: Callable[[Real], Real]) -> Maps:
    return tuple((change(W), change(b)) for W, b in maps)
