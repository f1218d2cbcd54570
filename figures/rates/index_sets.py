"""How many basis functions a threshold selects: exact sizes against their bounds, boxes against hyperbolic crosses.

Criteria: sizes are exact integers, so no set may be outside the bounds by more than 50 digits explain (C rounded where
a ratio is no integer); G/2^{T/a_1} just above T/a_1 = 40 within 1 % of 2C; the ratio of repeated smoothness within
(r² + 1)/m of its limit; log2 G − ãT within 2 R^{2/3} of κ(q) R, R = T^{1/q}, as sums of fractional parts err.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import factorial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.rates.index_sets as exact
import theory.rates.index_sets as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import line, violation
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.rates.power_box import power_box_constant, power_box_remainder

MIXED = ([1, 2], [1, 2, 3], [2, 3, 4])


def parameters(scale: Scale) -> dict[str, Any]:
    """Smoothness of the sets, steps of T on and around multiples of a_1; r and m; q and the roots T^{1/q}."""
    return {
        "steps": scale.choose(10, 14, 24),
        "parts": scale.choose(4, 10, 20),
        "box": scale.choose([1, 2, 4], [1, 2, 4], [1, 2, 4]),
        "coordinates": [1, 2, 3, 4],
        "m": scale.choose([1, 4, 20], [1, 2, 3, 5, 8, 13, 20, 40, 80, 160], [1, 2, 5, 10, 20, 50, 100, 200, 500]),
        "q": [2, 3, 4, 8],
        "roots": scale.choose([10, 100], [10, 20, 40, 80, 160, 320, 640], [10, 30, 100, 300, 1000, 3000]),
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Sizes on both sides of every multiple of a_1 and in between; the other panels as they are drawn."""
    # at a multiple of a_1, where the inequality is strict, and a thousandth above it
    steps = [Fraction(i, given["parts"]) for i in range(1, given["steps"] * given["parts"])]
    x = sorted({*steps, *(k + Fraction(1, 1000) for k in range(given["steps"]))})
    sizes = [[exact.mixed_size(a, a[0] * t) for t in x] for a in MIXED]
    boxes = [exact.anisotropic_size(given["box"], t) for t in x]
    r, m = given["coordinates"], given["m"]
    roots, q = given["roots"], given["q"]
    remainders = [[power_box_remainder(k, root**k + root // 2) for root in roots] for k in q]
    return {
        "x": np.array([float(t) for t in x]),
        "numerators": np.array([int(t * 1000 * given["parts"]) for t in x]),
        "unit": np.array([1000 * given["parts"]]),
        "mixed": np.array(sizes, dtype=float),
        "sharp": np.array([exact.mixed_size(a, 40 * a[0] + Fraction(1, 1000)) / 2**40 for a in MIXED[:2]]),
        "constants": np.array([float(exact.mixed_constant(a) or np.nan) for a in MIXED]),
        "box": np.array(given["box"]),
        "boxes": np.array(boxes, dtype=float),
        "m": np.array(m),
        "coordinates": np.array(r),
        "bits": np.array([[_log2(exact.repeated_size(i, k)) for k in m] for i in r]),
        "q": np.array(q),
        "roots": np.array(roots),
        "remainders": np.array(remainders),
        "kappa": np.array([power_box_constant(k) for k in q]),
    }


def _log2(G: int) -> float:
    shift = max(0, G.bit_length() - 60)
    return float(np.log2(G >> shift) + shift)


def _points(arrays: Arrays, which: int) -> list[dict[str, Any]]:
    """The letters of a mixed set; a and T in common integers."""
    a, unit = MIXED[which], int(arrays["unit"][0])
    whole = np.array([0, *(y * unit for y in a), 0], dtype=object)
    lattice = int(all(y % a[0] == 0 for y in a))
    C = exact.mixed_constant(a)
    shared = {"a": whole, "d": len(a), "C": C, "lambda": lattice}
    thresholds = [int(n) * a[0] for n in arrays["numerators"]]
    return [shared | {"T": T, "G": int(G)} for T, G in zip(thresholds, arrays["mixed"][which], strict=True)]


def _boxes(arrays: Arrays) -> list[dict[str, Any]]:
    b, unit = arrays["box"].tolist(), int(arrays["unit"][0])
    whole = np.array([1, *(y * unit for y in b), 1], dtype=object)
    return [
        {"a": whole, "T": int(n), "G": int(G), "d_T": sum(y * unit < n for y in b)}
        for n, G in zip(arrays["numerators"], arrays["boxes"], strict=True)
    ]


def _repeated(r: int, m: int) -> dict[str, Any]:
    G = np.array([1, *(exact.mixed_size([1] * i, m) for i in range(1, max(r, 3) + 1))], dtype=object)
    ways = np.array([count >> k for k, (_, count) in enumerate(exact.levels([1] * r, "mixed", m))], dtype=object)
    return {"r": r, "m": m, "G": G, "p": ways}


def _ratio(arrays: Arrays) -> np.ndarray:
    """G/(2^m m^{r−1}/(r−1)!)."""
    m, r = arrays["m"], arrays["coordinates"][:, None]
    leading = m + (r - 1) * np.log2(m) - np.log2([[factorial(int(i) - 1)] for i in arrays["coordinates"]])
    return np.asarray(2.0 ** (arrays["bits"] - leading))


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """All sets against all relations; the sharp constant; the limits."""
    short = float(np.max(1 - arrays["sharp"] / (2 * arrays["constants"][:2])))
    off = arrays["remainders"] - arrays["kappa"][:, None] * arrays["roots"]
    last = [_repeated(int(i), int(arrays["m"][1])) for i in arrays["coordinates"]]
    return (
        Gap(
            claim.MIXED_INDEX_BOUND,
            "mixed sets outside 2^{T/a_1} <= G + 1 <= 2C 2^{T/a_1}, or C, all relations; tolerance 64 u C",
            max(violation(claim.MIXED_INDEX_BOUND, _points(arrays, k)) for k in range(len(MIXED))),
            64 * UNIT * float(arrays["constants"].max()),
        ),
        Gap(claim.MIXED_INDEX_BOUND, "G/2^{T/a_1} just above T/a_1 = 40, short of 2C, relative", short, 0.01),
        Gap(
            claim.ANISO_INDEX_SIZE,
            "boxes off their product, or outside its bounds; integers, tolerance 1e-30 of the largest",
            violation(claim.ANISO_INDEX_SIZE, _boxes(arrays)),
            1e-30 * float(arrays["boxes"].max()),
        ),
        Gap(
            claim.ANISO_INDEX_SIZE,
            "log2 G − ãT off κ(q) R for a_i = i^q, R = T^{1/q}, over R^{2/3}, the size of errors of fractional parts",
            float(np.max(np.abs(off) / arrays["roots"] ** (2 / 3))),
            2.0,
        ),
        Gap(
            claim.REPEATED_SMOOTHNESS,
            f"sizes of r equal coordinates, m = {arrays['m'][1]}, off all relations; integers",
            max(violation(claim.REPEATED_SMOOTHNESS, [values]) for values in last),
            1e-30,
        ),
        Gap(
            claim.REPEATED_SMOOTHNESS,
            "ratio to 2^m m^{r−1}/(r−1)! off 1 at the last m, times m/(r² + 1), at most 1",
            float(np.max(np.abs(_ratio(arrays)[:, -1] - 1) * arrays["m"][-1] / (arrays["coordinates"] ** 2 + 1))),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Mixed sizes, their oscillation, boxes, the remainder of a box of powers, repeated smoothness."""
    canvas.set_size_inches(13, 7.4)
    panels = canvas.subplots(2, 3).ravel()
    _draw_oscillation(panels[0], arrays, 0, "a")
    _draw_oscillation(panels[1], arrays, 2, "b")
    _draw_boxes(panels[2], arrays)
    _draw_remainder(panels[3], arrays)
    _draw_constant(panels[4], arrays)
    _draw_repeated(panels[5], arrays)


def _draw_oscillation(axes: Axes, arrays: Arrays, which: int, letter: str) -> None:
    x, C = arrays["x"], float(arrays["constants"][which])
    bound = line(claim.MIXED_INDEX_BOUND, "G + 1", _points(arrays, which), "<=")
    least = line(claim.MIXED_INDEX_BOUND, "G + 1", _points(arrays, which), ">=")
    axes.axhline(2 * C, color=ink(2).colour, linestyle=ink(2).line, label=f"2C = {2 * C:.4g}")
    axes.axhline(C, color=ink(4).colour, linestyle=ink(4).line, label=f"C = {C:.4g}")
    theorem(axes, x, (bound - 1) / 2.0**x, ink(1), "bound of the claim, at this T")
    theorem(axes, x, (least - 1) / 2.0**x, ink(3), "bound from below")
    axes.plot(x, arrays["mixed"][which] / 2.0**x, "o", color=ink(0).colour, markersize=2.5, label="counted")
    axes.set_ylim(0, 2.75 * C)
    axes.legend(loc="upper left", ncol=2)
    name = ", ".join(map(str, MIXED[which]))
    panel(axes, letter, f"mixed, a = ({name})", "$T/a_1$", "$G/2^{T/a_1}$")


def _draw_boxes(axes: Axes, arrays: Arrays) -> None:
    x, points = arrays["x"], _boxes(arrays)
    theorem(axes, x, line(claim.ANISO_INDEX_SIZE, "G", points, "<="), ink(1), "$2^{d_T + T Σ 1/a_i}$")
    theorem(axes, x, line(claim.ANISO_INDEX_SIZE, "G", points), ink(0), "product")
    lower = line(claim.ANISO_INDEX_SIZE, "G", points, ">=")
    theorem(axes, x, lower, ink(3), "without rounding up")
    some = slice(None, None, 4)
    measurement(axes, x[some], arrays["boxes"][some], ink(0), label="counted")
    logarithmic(axes, x=False)
    axes.legend(loc="upper left")
    panel(axes, "c", "box, a = (1, 2, 4)", "T", "functions G")


def _draw_remainder(axes: Axes, arrays: Arrays) -> None:
    for k, q in enumerate(arrays["q"]):
        theorem(
            axes,
            arrays["roots"],
            arrays["kappa"][k] * arrays["roots"],
            ink(k),
            f"q = {q}: κ = {arrays['kappa'][k]:.2f}",
        )
        measurement(axes, arrays["roots"], arrays["remainders"][k], ink(k))
    axes.legend(loc="lower left")
    panel(axes, "d", "box of $a_i = i^q$, all coordinates", "$T^{1/q}$", "$\\log_2 G − ãT$")


def _draw_constant(axes: Axes, arrays: Arrays) -> None:
    q = np.linspace(1.6, 9, 60)
    theorem(axes, q, [power_box_constant(x) for x in q], ink(2), "κ(q), closed form")
    found = arrays["remainders"][:, -1] / arrays["roots"][-1]
    measurement(axes, arrays["q"], found, ink(0), label="$(\\log_2 G − ãT)/T^{1/q}$, last T")
    axes.axhline(0, color="0.4", linewidth=0.8)
    axes.legend(loc="lower right")
    panel(axes, "e", "$2^{ãT}$ is no bound where κ > 0", "q", "κ")


def _draw_repeated(axes: Axes, arrays: Arrays) -> None:
    for k, r in enumerate(arrays["coordinates"]):
        shared = [
            {"r": int(r), "m": int(m), "G": [0, 0, 0, 0, 0], "p": _repeated(int(r), int(m))["p"]} for m in arrays["m"]
        ]
        leading = 2.0 ** arrays["m"] * arrays["m"] ** (float(r) - 1) / factorial(int(r) - 1)
        theorem(axes, arrays["m"], line(claim.REPEATED_SMOOTHNESS, "G[r]", shared, "<=") / leading, ink(k))
        measurement(axes, arrays["m"], _ratio(arrays)[k], ink(k), label=f"r = {r}")
    axes.axhline(1, color="0.4", linewidth=0.8)
    logarithmic(axes, y=False)
    axes.set_ylim(0, 3.3)
    axes.legend(loc="upper right", title="line: bound, marker: counted", title_fontsize=7.5, ncol=2)
    panel(axes, "f", "r equal coordinates", "$m = ⌈T/a_1⌉$", "$G\\,/\\,(2^m m^{r−1}/(r−1)!)$")


INDEX_SETS = Figure(
    name="rates.index_sets",
    title="How many basis functions a threshold selects: exact sizes, sharp constants, repeated smoothness",
    alt="Six panels. The size of a mixed index set over 2 to the T/a_1 jumps at lattice points, from the constant C to"
    " twice C, and falls in between; with ratios that are no integers it stays below 2C. Sizes of a box between its"
    " bounds, on the product. For smoothness i to the q the logarithm of the size leaves the straight line by κ(q)"
    " times the q-th root of T; κ crosses zero near q = 3.4. The ratio of repeated smoothness to its leading term tends"
    " to 1.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
