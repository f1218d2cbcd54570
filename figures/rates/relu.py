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
        "wave_sizes": [1, 3],
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
        "best_line": _floor([found.pieces for found in shallow]),
        "floor_units": (units := np.arange(1, max(given["shallow"]) + 1)),
        "floor": _floor([int(U) + 1 for U in units]),
    }


def _floor(pieces: list[int]) -> np.ndarray:
    return line(claim.RELU_SQUARE, "R", ({"N": N, "R": 0} for N in pieces), ">=")


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
    l, shown = given["frequencies"], given["shown"]
    x, few = np.linspace(0, 1, 193), np.arange(38) / 37
    off = [abs(np.cos(np.pi * exact.cosine_fold(k)(few[:, None])[:, 0]) - _cosine(k, few)).max() for k in l]
    return {
        "l": np.array(l),
        "depth": np.array([exact.cosine_fold(k).depth for k in l]),
        "sine_depth": np.array([exact.sine_fold(k).depth for k in l]),
        "every_l": (every := np.arange(1, max(l) + 1)),
        "depth_line": line(claim.RELU_TRIG_FOLD, "D", ({"l": int(k), "D": 0} for k in every)),
        "sine_depth_line": line(claim.RELU_TRIG_FOLD, "D_tau", ({"l": int(k), "D_tau": 0} for k in every)),
        "fold_off": np.array(off) / (np.array(l) + 1),
        "x": x,
        "wave": _cosine(shown, x),
        "relu_wave": exact.cosine_wave(shown, *given["wave_sizes"])(x[:, None])[:, 0],
        "folded": exact.cosine_fold(shown)(x[:, None])[:, 0],
        "shown": np.array([shown, *given["wave_sizes"]]),
        "wave_bound": _sine_bound([tuple(given["wave_sizes"])]),
    }


def _cosine(l: int, x: np.ndarray) -> np.ndarray:
    """The left side of the fold, cos(2πlx)."""
    points = ({"l": l, "x": float(v), "t": 0} for v in x)
    return np.array([float(both.left) for both in sides(claim.RELU_TRIG_FOLD, "cos(2*pi*l*x)", points)])


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


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Squares deep and shallow, surface, trees, folds, waves, sine."""
    surface, bound = abs(arrays["surface"]).max(), float(arrays["surface_bound"][0])
    return (
        Gap(
            claim.RELU_SQUARE,
            "largest error of f_m on a grid off ε_m: exact",
            worst(arrays["deep"], arrays["deep_line"]),
            0.0,
        ),
        Gap(
            claim.RELU_SQUARE,
            "best functions of N pieces off 1/(8N²), relative, tolerance 2 u",
            float(np.max(abs(arrays["shallow"] / arrays["best_line"] - 1))),
            2 * UNIT,
        ),
        Gap(
            claim.RELU_PRODUCT,
            "largest error on the surface off B² ε_m: exact on dyadic points",
            abs(surface - bound),
            0.0,
        ),
        Gap(
            claim.RELU_PRODUCT,
            "error of a tree above (N − 1) ε_m, tolerance 64 N u",
            float(np.max(arrays["tree"] - arrays["tree_bound"])),
            64 * float(arrays["factors"].max()) * UNIT,
        ),
        Gap(
            claim.RELU_TRIG_FOLD,
            "folds counted off the formula",
            max(worst(arrays[name], arrays[f"{name}_line"][arrays["l"] - 1]) for name in ("depth", "sine_depth")),
            0.0,
        ),
        Gap(
            claim.RELU_TRIG_FOLD,
            "cos πt off cos 2πlx, over l + 1, tolerance 16π u",
            float(np.max(arrays["fold_off"])),
            16 * np.pi * UNIT,
        ),
        Gap(
            claim.RELU_SINE,
            "largest error of the sine over its bound",
            float(np.max(arrays["sine"] / arrays["sine_bound"])),
            1.0,
        ),
        Gap(
            claim.RELU_SINE,
            "largest error of the wave over its bound",
            worst(arrays["relu_wave"], arrays["wave"]) / float(arrays["wave_bound"][0]),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Squares, surface, trees; folds, a wave, the sine."""
    canvas.set_size_inches(13, 7.4)
    (squares, surface, trees), (folds, wave, sines) = canvas.subplots(2, 3)
    _draw_squares(squares, arrays)
    _draw_surface(surface, arrays)
    for i, m in enumerate(arrays["tree_m"]):
        several = arrays["factors"] > 1
        theorem(trees, arrays["factors"][several], arrays["tree_bound"][i, several], ink(i), f"m = {m}")
        measurement(trees, arrays["factors"][several], arrays["tree"][i, several], ink(i))
    logarithmic(trees)
    trees.set_xscale("log", base=2)
    trees.set_ylim(top=float(arrays["tree_bound"].max()) * 100)
    trees.legend(loc="upper left", title="line: $(N − 1)\\,ε_m$, marker:\nrandom factors", title_fontsize=7.5)
    panel(trees, "c", "tree of N factors", "factors N", "largest error")
    _draw_folds(folds, arrays)
    _draw_wave(wave, arrays)
    for i, n in enumerate(arrays["n"]):
        theorem(sines, arrays["sine_m"], arrays["sine_bound"][i], ink(i), f"n = {n}")
        measurement(sines, arrays["sine_m"], arrays["sine"][i], ink(i))
    logarithmic(sines, x=False)
    sines.legend(loc="lower left", title="line: bound, marker: error", title_fontsize=7.5)
    panel(sines, "f", "sin(πs/2) by n products of m teeth", "teeth m", "largest error")


def _draw_squares(axes: Axes, arrays: Arrays) -> None:
    theorem(axes, arrays["deep_units"], arrays["deep_line"], ink(0), "deep: $ε_m$, 3m − 1 units")
    measurement(axes, arrays["deep_units"], arrays["deep"], ink(0))
    theorem(axes, arrays["floor_units"], arrays["floor"], ink(1), "shallow: floor $1/8(U+1)^2$")
    measurement(axes, arrays["shallow_units"], arrays["shallow"], ink(1))
    logarithmic(axes, x=False)
    axes.legend(loc="lower left")
    panel(axes, "a", "the square: depth against width", "hidden units U", "largest error on [0, 1]")


def _draw_surface(axes: Axes, arrays: Arrays) -> None:
    side, bound = arrays["side"], float(arrays["surface_bound"][0])
    image = axes.pcolormesh(side, side, arrays["surface"] / bound, cmap="RdBu_r", vmin=-1, vmax=1, rasterized=True)
    row, column = np.nonzero(abs(arrays["surface"]) >= bound)
    axes.plot(side[column], side[row], "+", color="black", markersize=5, label="at the bound")
    axes.figure.colorbar(image, ax=axes, label="$(P − xy)/ε_m$")
    axes.grid(False)
    axes.legend(loc="lower right")
    panel(axes, "b", "error of the product, m = 2, B = 1", "x", "y")


def _draw_folds(axes: Axes, arrays: Arrays) -> None:
    for k, (name, label) in enumerate(
        (("depth", "cosine: $⌈\\log_2 l⌉ + 1$"), ("sine_depth", "sine: $⌈\\log_2(l + 1)⌉ + 1$"))
    ):
        axes.step(
            arrays["every_l"],
            arrays[f"{name}_line"],
            where="pre",
            color=ink(k).colour,
            linestyle=ink(k).line,
            label=label,
        )
        measurement(axes, arrays["l"], arrays[name], ink(k))
    axes.set_xscale("log", base=2)
    axes.legend(loc="upper left", title="width 2 throughout", title_fontsize=7.5)
    panel(axes, "d", "frequency costs depth", "frequency l", "hidden layers D")


def _draw_wave(axes: Axes, arrays: Arrays) -> None:
    l, n, m = arrays["shown"]
    theorem(axes, arrays["x"], arrays["wave"], ink(2), f"cos 2πlx, l = {l}")
    measurement(axes, arrays["x"][::4], arrays["relu_wave"][::4], ink(1), label=f"by ReLU, n = {n}, m = {m}")
    axes.plot(arrays["x"], arrays["folded"], color=ink(0).colour, linewidth=0.8, label="folds t")
    axes.set_ylim(-1.25, 1.9)
    axes.legend(loc="upper center", ncols=3, columnspacing=1.0, handlelength=1.5)
    panel(axes, "e", "both sides of the fold", "x", "value")


RELU = Figure(
    name="rates.relu",
    title="Written ReLU networks: errors, units and layers",
    alt="Six panels. Error of the square against hidden units: the deep network falls exponentially on its line, the"
    " shallow ones lie just above their floor, which falls like a square. Error of the product over both factors, in"
    " units of its bound, with crosses where the bound is reached. Error of trees against factors, below three lines."
    " Layers of folds against frequency, on two logarithmic staircases. A cosine of frequency five with the"
    " written network on it and the folded variable. Error of the sine against teeth for several numbers of products,"
    " below lines that level off.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
