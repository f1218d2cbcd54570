"""ReLU networks with known error: square, product, frequencies by folding, sine.

Criteria: errors of written squares on the line of the deep ones, exactly, and errors of shallow ones above their floor;
the largest error on a surface of products at its bound, exactly, and nowhere beyond; errors of trees below (N − 1) ε_m;
fold counts on the formula, and both sides of the fold equal within 16π (l + 1) u; errors of the sine below their bound.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.rates.relu as exact
import theory.rates.relu as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, worst
from figures.statements import line, sides
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.rates.relu_direct import shallow_square, square_error


def parameters(scale: Scale) -> dict[str, Any]:
    """Teeth, units, the surface, factors of trees, frequencies, products of the sine; the seed."""
    return {
        "teeth": scale.choose(5, 9, 11),
        "shallow": [1, 2, 4, 8, 16, 32],
        "surface_teeth": 2,
        "surface": scale.choose(33, 129, 513),
        "tree_teeth": [1, 3, 5],
        "factors": scale.choose([1, 2, 4], [1, 2, 3, 4, 6, 8, 12, 16], [1, 2, 3, 4, 6, 8, 12, 16, 32]),
        "draws": scale.choose(200, 2000, 20000),
        "frequencies": [1, 2, 3, 4, 5, 8, 9, 16, 17, 31, 32, 64, 65, 100, 256, 257],
        "shown": 5,
        "products": scale.choose([1, 2], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6]),
        "sine_teeth": scale.choose([2, 6], [2, 3, 4, 6, 8, 10, 12], [2, 3, 4, 5, 6, 8, 10, 12, 14]),
        "points": scale.choose(257, 2049, 16385),
        "seed": 1,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All six panels."""
    return _squares(given) | _surface(given) | _trees(given) | _folds(given) | _sines(given)


def _squares(given: Mapping[str, Any]) -> Arrays:
    m = np.arange(given["teeth"])
    networks = [exact.square(int(k)) for k in m]
    grids = [np.arange(2 ** (k + 1) + 1) / 2.0 ** (k + 1) for k in m]
    shallow = [square_error(shallow_square(N)) for N in given["shallow"]]
    return {
        "m": m,
        "deep_units": np.array([network.units for network in networks]),
        "deep": np.array(
            [np.max(network(x[:, None])[:, 0] - x * x) for network, x in zip(networks, grids, strict=True)]
        ),
        "deep_line": line(claim.RELU_SQUARE, "E", ({"m": int(k), "E": 0} for k in m)),
        "shallow_units": np.array(given["shallow"]),
        "shallow": np.array([float(found.error) for found in shallow]),
        "shallow_pieces": line(claim.RELU_SQUARE, "R", ({"N": N.pieces, "R": 0} for N in shallow), ">="),
        "floor": line(claim.RELU_SQUARE, "R", ({"N": N + 1, "R": 0} for N in given["shallow"]), ">="),
    }


def _surface(given: Mapping[str, Any]) -> Arrays:
    m, side = given["surface_teeth"], np.linspace(-1, 1, given["surface"])
    xy = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    error = exact.product(m, 1)(xy)[:, 0] - xy.prod(axis=1)
    bound = line(claim.RELU_PRODUCT, "Abs(P - x*y)", [{"m": m, "B": 1, "P": 0, "x": 0, "y": 0}], "<=")
    return {"side": side, "surface": error.reshape(len(side), -1), "surface_bound": bound}


def _trees(given: Mapping[str, Any]) -> Arrays:
    rng, sizes, teeth = np.random.default_rng(given["seed"]), given["factors"], given["tree_teeth"]
    errors = np.zeros((len(teeth), len(sizes)))
    for k, N in enumerate(sizes):
        x = rng.choice([-1, 1], (given["draws"], N)) * rng.uniform(size=(given["draws"], N)) ** (1 / N)
        for i, m in enumerate(teeth):
            errors[i, k] = np.max(abs(exact.product_tree(N, m)(x)[:, 0] - x.prod(axis=1)))
    points = [[{"m": m, "N": N, "V": 0, "Q": 0} for N in sizes] for m in teeth]
    bounds = np.array([line(claim.RELU_PRODUCT, "Abs(Q - V)", row, "<=") for row in points])
    return {"tree_m": np.array(teeth), "factors": np.array(sizes), "tree": errors, "tree_bound": bounds}


def _folds(given: Mapping[str, Any]) -> Arrays:
    l, shown, x = given["frequencies"], given["shown"], np.linspace(0, 1, given["points"])
    off = [abs(np.cos(np.pi * exact.cosine_fold(k)(x[:, None])[:, 0]) - _cosine(k, x)).max() for k in l]
    network = exact.cosine_wave(shown, 3, 6)
    return {
        "l": np.array(l),
        "depth": np.array([exact.cosine_fold(k).depth for k in l]),
        "sine_depth": np.array([exact.sine_fold(k).depth for k in l]),
        "depth_line": line(claim.RELU_TRIG_FOLD, "D", ({"l": k, "D": 0} for k in l)),
        "sine_depth_line": line(claim.RELU_TRIG_FOLD, "D_tau", ({"l": k, "D_tau": 0} for k in l)),
        "fold_off": np.array(off),
        "x": x,
        "wave": _cosine(shown, x),
        "relu_wave": network(x[:, None])[:, 0],
        "folded": exact.cosine_fold(shown)(x[:, None])[:, 0],
        "shown": np.array([shown]),
        "wave_bound": _sine_bound([(3, 6)]),
    }


def _cosine(l: int, x: np.ndarray) -> np.ndarray:
    """The left side of the fold: cos(2πlx)."""
    points = ({"l": l, "x": float(v), "t": 0} for v in x) if len(x) <= 65 else None
    if points is not None:
        return np.array([float(both.left) for both in sides(claim.RELU_TRIG_FOLD, "cos(2*pi*l*x)", points)])
    return np.cos(2 * np.pi * np.mod(l * x, 1.0))


def _sine_bound(sizes: list[tuple[int, int]]) -> np.ndarray:
    blank = dict.fromkeys(("S", "s", "Y", "Z", "x"), 0) | {"l": 1}
    return line(claim.RELU_SINE, "", ({"n": n, "m": m} | blank for n, m in sizes), "<=")


def _sines(given: Mapping[str, Any]) -> Arrays:
    s = np.linspace(-1, 1, given["points"])
    n, m = given["products"], given["sine_teeth"]
    true = np.sin(np.pi * s / 2)
    errors = [[np.max(abs(exact.sine(j, k)(s[:, None])[:, 0] - true)) for k in m] for j in n]
    bounds = [_sine_bound([(j, k) for k in m]) for j in n]
    return {"n": np.array(n), "sine_m": np.array(m), "sine": np.array(errors), "sine_bound": np.array(bounds)}
