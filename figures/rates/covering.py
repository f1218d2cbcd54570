"""How far outputs move when every weight and bias moves by at most ε.

Criteria: no network moves by more than the bound but for rounding; one affine map with all entries moved one way moves
by exactly the bound; layer-by-layer sums below it; no network farther from the nearest centre of the cover than δ.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas

import numerics.rates.covering as exact
import theory.rates.covering as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem


def parameters(scale: Scale) -> dict[str, Any]:
    """Depths, random networks of each, changes."""
    return {
        "depths": [1, 2, 3, 5],
        "networks": scale.choose(15, 300, 3000),
        "widths": [1, 2, 4, 8, 16, 32, 64],
        "deep": [1, 2, 3, 4, 6, 8],
        "eps": 1e-3,
        "radii": [10.0**-k for k in range(scale.choose(3, 6, 9))],
        "seed": 5,
    }


def bound(L: int, W: int, B: float, eps: float) -> float:
    """The right side of the statement about D."""
    letters = {"L": L, "W": W, "B": B, "epsilon": eps, "D": 0.0}
    return float(line(claim.PARAMETER_PERTURBATION, "D", [letters], "<=")[0])


def measure(given: Mapping[str, Any]) -> Arrays:
    """Ratios of random and of constant networks, and of the sums over layers; the cover of one small class."""
    rng, eps = np.random.default_rng(given["seed"]), given["eps"]
    ratios = np.array([[_ratio(rng, L, eps) for _ in range(given["networks"])] for L in given["depths"]])
    constant = [[_constant(L, W, eps) / bound(L, W, 1.0, eps) for W in given["widths"]] for L in given["depths"]]
    layers = [
        [float(exact.perturbation_by_layers(L, W, 1.0, eps)) / bound(L, W, 1.0, eps) for W in given["widths"]]
        for L in given["depths"]
    ]
    tight = [_constant(1, W, e) / bound(1, W, B, e) for W in (1, 3, 9) for B, e in ((1.0, 0.5), (2.0, 1e-3))]
    return {
        "depths": np.array(given["depths"]),
        "ratios": ratios,
        "widths": np.array(given["widths"]),
        "constant": np.array(constant),
        "layers": np.array(layers),
        "tight": np.array(tight),
    } | _cover(given, rng)


def _ratio(rng: np.random.Generator, L: int, eps: float) -> float:
    """Distance over bound of one random network and one beside it."""
    sizes = [int(w) for w in rng.integers(1, 7, L + 1)]
    B, seed = float(rng.choice([0.5, 1.0, 2.0])), int(rng.integers(2**31))
    maps = exact.random_maps(sizes, B, seed)
    x = np.vstack([np.ones((1, sizes[0])), rng.random((20, sizes[0]))])
    return exact.distance(maps, exact.perturbed(maps, B, eps, seed + 1), x) / bound(L, exact.size(maps)[1], B, eps)


def _constant(L: int, W: int, eps: float) -> float:
    """Distance at the corner of ones of networks with all entries 1 and 1 − ε."""
    sizes = [W] * L + [1]
    return exact.distance(exact.constant_maps(sizes, 1.0), exact.constant_maps(sizes, 1.0 - eps), np.ones((1, W)))


def _cover(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    """Two maps, two inputs, three hidden units: size of the cover, distances from its nearest centres."""
    sizes, radii = (2, 3, 1), np.array(given["radii"])
    L, W, _, S = exact.size(exact.constant_maps(sizes, 1.0))
    x, far = np.vstack([np.ones((1, 2)), rng.random((20, 2))]), []
    for delta in radii:
        cells = exact.cover_size(1, L, W, 1.0, delta)
        drawn = [exact.random_maps(sizes, 1.0, int(rng.integers(2**31))) for _ in range(20)]
        far.append(max(exact.distance(maps, exact.nearest_centre(maps, 1.0, cells), x) for maps in drawn))
    points = [{"L": L, "W": W, "B": 1.0, "S": S, "delta": delta, "N": 1} for delta in radii]
    return {
        "radii": radii,
        "far": np.array(far),
        "entropy": np.array([S * np.log(float(exact.cover_size(1, L, W, 1.0, delta))) for delta in radii]),
        "entropy_bound": line(claim.PARAMETER_PERTURBATION, "log(N)", points, "<="),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Random networks, the tight case, sums over layers, the cover."""
    return (
        Gap(
            claim.PARAMETER_PERTURBATION,
            f"largest change over bound, {arrays['ratios'].size} random networks, tolerance 1 + 1e-9 (cancellation)",
            float(arrays["ratios"].max()),
            1 + 1e-9,
        ),
        Gap(
            claim.PARAMETER_PERTURBATION,
            "one affine map, all entries moved one way: change over bound off 1, tolerance 1e-10 (cancellation)",
            float(np.abs(arrays["tight"] - 1).max()),
            1e-10,
        ),
        Gap(
            claim.PARAMETER_PERTURBATION,
            "all entries 1: change above the sum over layers, in units of the bound",
            float(np.max(arrays["constant"] - arrays["layers"])),
            1e-10,
        ),
        Gap(
            claim.PARAMETER_PERTURBATION,
            "distance from the nearest centre over δ",
            float(np.max(arrays["far"] / arrays["radii"])),
            1.0,
        ),
        Gap(
            claim.PARAMETER_PERTURBATION,
            "log of the cover over its bound",
            float(np.max(arrays["entropy"] / arrays["entropy_bound"])),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Histogram of ratios; ratio over width; covering numbers."""
    canvas.set_size_inches(11, 3.6)
    left, middle, right = canvas.subplots(1, 3)
    bins = np.linspace(-6, 0, 31)
    for k, L in enumerate(arrays["depths"]):
        left.hist(
            np.log10(np.clip(arrays["ratios"][k], 1e-6, 1)),
            bins,
            histtype="step",
            color=ink(k).colour,
            linestyle=ink(k).line,
            label=f"L = {L}",
            linewidth=1.3,
        )
    left.axvline(0, color="black", linewidth=1.0)
    left.plot(
        np.log10(arrays["tight"]),
        np.zeros(len(arrays["tight"])),
        "k*",
        markersize=9,
        clip_on=False,
        label="tight, L = 1",
    )
    left.legend(loc="upper left", title="right edge: the bound", title_fontsize=7.5)
    panel(left, "a", "random networks, moved", "log10 of change over bound (−6: at most)", "networks")
    for k, L in enumerate(arrays["depths"]):
        theorem(middle, arrays["widths"], arrays["layers"][k], ink(k), f"L = {L}")
        measurement(middle, arrays["widths"], arrays["constant"][k], ink(k))
    middle.axhline(1, color="black", linewidth=1.0)
    logarithmic(middle, y=False)
    middle.legend(
        loc="lower right", title="line: sum over layers, marker:\nall entries 1 and 1 − ε", title_fontsize=7.5
    )
    panel(middle, "b", "how tight the bound is, B = 1", "width W", "change over bound")
    theorem(right, arrays["radii"], arrays["entropy_bound"], ink(0), "S log(1 + B U/δ)")
    measurement(right, arrays["radii"], arrays["entropy"], ink(1), label="log of the cover's size")
    logarithmic(right, y=False)
    right.legend(loc="upper right")
    panel(right, "c", "covering numbers, L = 2, W = 3, S = 13", "radius δ", "log N")


COVERING = Figure(
    name="rates.covering",
    title="How far a network moves with its parameters",
    alt="Three panels. Histograms of the logarithm of change over bound for random networks of four depths, all left of"
    " zero, deeper ones farther left, stars of the tight case at zero. Change over bound against width for networks"
    " with all entries equal, on the lines of the sums over layers, one for a single map, rising to one for wide"
    " networks. Logarithm of covering numbers against the radius, markers just below a line.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
