"""Errors of truncated series and of the best m terms: bounds as lines, functions and subspaces as markers.

Criteria: no error above 2^{−T⁺} ‖f‖ but for 64 N u, extremal functions on it; no subspace below the width but for
64 N u, the first m functions on it; every m-term error between its two bounds, log-log slope over the window
T/a_1 = 20 .. 60 within 0.03 a_1 of −a_1; with a_1 = a_2 the slope is off by more.
"""

from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.rates.approximation as exact
import theory.rates.approximation as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, worst
from figures.statements import line, violation, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.rates.basis import block_of
from numerics.rates.index_sets import best_terms, gamma, levels, mixed_constant, mixed_size, next_level, width_level

A = (1, 2)
RATES = ((1, 2), (1, 3, 5), (2, 4))
BOX = (1, 2)


def parameters(scale: Scale) -> dict[str, Any]:
    """A box of coefficients and draws in it; functions of the widths and draws of subspaces; T of the rates."""
    return {
        "K": scale.choose([7, 3], [15, 7], [31, 15]),
        "draws": scale.choose(3, 8, 30),
        "functions": scale.choose(12, 24, 48),
        "subspaces": scale.choose(3, 10, 40),
        "rates": scale.choose(12, 22, 40),
        "window": [20, 60],
        "seed": 5,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All three panels from one generator."""
    rng = np.random.default_rng(given["seed"])
    return _truncations(given, rng) | _widths(given, rng) | _rates(given)


def _truncations(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    """Errors over norms, p = θ = 2, of random and of extremal functions, by T⁺."""
    shape = tuple(2 * K + 1 for K in given["K"])
    weights = 2.0 ** -exact.box_levels(shape, A, "mixed").astype(float)
    T = [t for t in range(1, int(np.log2(given["K"][0] + 1)) + 1)]
    drawn, tight = [], []
    functions = [rng.standard_normal(shape) * weights ** rng.uniform(0.5, 2) for _ in range(given["draws"])]
    norms = [exact.smoothness_norm(exact.block_norms(c, 2, max(shape) + 1), A, "mixed", 2) for c in functions]
    for t in T:
        drawn.append([exact.truncation_error(c, A, "mixed", t) / M for c, M in zip(functions, norms, strict=True)])
        f = exact.extremal_function(shape, A, "mixed", t)
        tight.append(exact.truncation_error_on_grid(f, A, "mixed", t, max(shape) + 1) if f is not None else np.nan)
    return {
        "T": np.array(T),
        "next": np.array([float(next_level(A, "mixed", t)) for t in T]),
        "drawn": np.array(drawn),
        "tight": np.array(tight),
    }


def _widths(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    N = given["functions"]
    g = np.array([float(gamma(A, "mixed", block_of(l))) for l in islice(best_terms(A, "mixed"), N)])
    first = [exact.subspace_error(g, np.eye(N)[:, :m]) for m in range(N)]
    others = []
    for m in range(N):
        # half of the subspaces are random, half are the first m functions turned a little
        starts = [np.zeros((N, m)) if k % 2 else 20 * np.eye(N)[:, :m] for k in range(given["subspaces"])]
        bases = [np.linalg.qr(start + rng.standard_normal((N, m)))[0] for start in starts]
        others.append([exact.subspace_error(g, U) for U in bases])
    return {"gammas": g, "first": np.array(first), "others": np.array(others)}


def _rates(given: Mapping[str, Any]) -> Arrays:
    """Terms m = G(T) − 1, G(T) and in between; errors as levels, exact."""
    m, t, slopes = [], [], []
    for a in (*RATES, (1, 1)):
        pairs = list(levels(a, "mixed", a[0] * given["window"][1] + 1))
        inside = np.cumsum([float(count) for _, count in pairs])
        at = np.array([float(level) for level, _ in pairs])
        below = slice(np.searchsorted(at, a[0] * given["window"][0]), np.searchsorted(at, a[0] * given["window"][1]))
        # G(T) functions are kept, the error is the next level
        slopes.append(np.polyfit(np.log2(inside[below][:-1]), -at[below][1:], 1)[0])
        if a in RATES:
            sizes = np.unique([mixed_size(a, a[0] * k) - j for k in range(1, given["rates"]) for j in (0, 1)])
            some = [int(x) for x in sizes if x >= 1][: 2 * given["rates"] - 4]
            m.append(some)
            t.append([-float(np.log2(float(exact.width(a, "mixed", x)))) for x in some])
    least = min(map(len, m))
    return {
        "m": np.array([row[:least] for row in m]),
        "levels": np.array([row[:least] for row in t]),
        "box_levels": np.array([float(width_level(BOX, "anisotropic", x)) for x in m[0][:least]]),
        "slopes": np.array(slopes),
    }


def _series(arrays: Arrays, E: np.ndarray) -> list[dict[str, Any]]:
    """The letters of functions of norm 1 with one block left out; errors, in the order of T."""
    return [
        {"E": float(e), "M": 1.0, "gamma": np.array([0, 0, level]), "h": 2, "T": int(T)}
        for e, level, T in zip(E, arrays["next"], arrays["T"], strict=True)
    ]


def _widths_at(arrays: Arrays, E: np.ndarray) -> list[dict[str, Any]]:
    g = np.array([0.0, *arrays["gammas"]])
    return [{"gamma": g, "m": m, "E": e, "W": e} for m, e in enumerate(E.tolist())]


def _at(arrays: Arrays, which: int) -> list[dict[str, Any]]:
    a = RATES[which]
    shared = {"a": np.array([0, *a]), "b": np.array([0, *BOX]), "d": len(BOX), "C": mixed_constant(a)}
    three = zip(
        arrays["m"][which].tolist(), arrays["levels"][which].tolist(), arrays["box_levels"].tolist(), strict=True
    )
    return [shared | {"m": m, "E": 2.0**-t, "Ebar": 2.0**-u} for m, t, u in three]


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Truncation, widths, rates."""
    N, some = len(arrays["gammas"]), np.isfinite(arrays["tight"])
    bound = line(claim.TRUNCATION, "E", _series(arrays, arrays["tight"]), "<=")
    staircase = line(claim.WIDTH_EQUAL, "E", _widths_at(arrays, arrays["first"]))
    outside = [
        violation_of(claim.APPROXIMATION_RATE, "E", _at(arrays, k), sign) for k in range(3) for sign in ("<=", ">=")
    ]
    boxes = [violation_of(claim.APPROXIMATION_RATE, "", _at(arrays, 0), sign, place=1) for sign in ("<=", ">=")]
    off = [abs(slope / a[0] + 1) for slope, a in zip(arrays["slopes"], RATES, strict=False)]
    return (
        Gap(
            claim.TRUNCATION,
            "errors of random functions above 2^{−T⁺} ‖f‖, relative; tolerance 64 N u",
            float(np.max(arrays["drawn"] / bound[:, None] - 1)),
            64 * N * UNIT,
        ),
        Gap(
            claim.TRUNCATION,
            "extremal functions on a grid off 2^{−T⁺}, tolerance 64 N u",
            worst(arrays["tight"][some], bound[some]),
            64 * N * UNIT,
        ),
        Gap(
            claim.WIDTH_EQUAL,
            "first m functions off the width, 64 N u",
            worst(arrays["first"], staircase),
            64 * N * UNIT,
        ),
        Gap(
            claim.WIDTH_EQUAL,
            f"{arrays['others'].size} subspaces below the width, 64 N u",
            max(
                violation(claim.WIDTH_EQUAL, _widths_at(arrays, row)[:0] or _above(arrays, row))
                for row in arrays["others"].T
            ),
            64 * N * UNIT,
        ),
        Gap(claim.APPROXIMATION_RATE, "m-term errors outside their two bounds, 64 u", max(outside), 64 * UNIT),
        Gap(
            claim.APPROXIMATION_RATE,
            f"anisotropic errors, b = {BOX}, outside their bounds, 64 u",
            max(boxes),
            64 * UNIT,
        ),
        Gap(claim.APPROXIMATION_RATE, "log-log slope over −a_1, off 1, T/a_1 = 20 .. 60", max(off), 0.03),
    )


def _above(arrays: Arrays, row: np.ndarray) -> list[dict[str, Any]]:
    """Subspaces beside the first m functions."""
    own = _widths_at(arrays, row)
    return [values | {"E": float(2.0 ** -arrays["gammas"][m])} for m, values in enumerate(own)]


def note(arrays: Arrays) -> str:
    """The slope with a tie."""
    return f"With a_1 = a_2 = 1 the slope over the same window is {arrays['slopes'][-1]:.3f}: a logarithm, not a power."


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Truncation errors, widths, rates."""
    canvas.set_size_inches(13, 4.2)
    cut, width, rate = canvas.subplots(1, 3)
    _draw_truncation(cut, arrays)
    _draw_widths(width, arrays)
    _draw_rates(rate, arrays)


def _draw_truncation(axes: Axes, arrays: Arrays) -> None:
    m = np.array([mixed_size(A, int(t)) for t in arrays["T"]])
    theorem(axes, m, line(claim.TRUNCATION, "E", _series(arrays, arrays["tight"]), "<="), ink(0), "bound $2^{−T^+}$")
    axes.plot(m, arrays["tight"], "o", color=ink(0).colour, markersize=6, label="extremal function")
    for k, row in enumerate(arrays["drawn"].T):
        measurement(axes, m, row, ink(1), label="random functions" if k == 0 else None)
    logarithmic(axes)
    axes.set_ylim(bottom=1e-3)
    axes.legend(loc="lower left")
    panel(axes, "a", "truncated series, a = (1, 2)", "functions kept, G(T)", "error over the norm")


def _draw_widths(axes: Axes, arrays: Arrays) -> None:
    m = np.arange(len(arrays["first"]))
    for k, row in enumerate(arrays["others"].T[:6]):
        look = ink(1 if k % 2 else 3)
        label = "random subspaces" if k == 1 else "first m, turned" if k == 0 else None
        measurement(axes, m, row, look, label=label)
    staircase = line(claim.WIDTH_EQUAL, "E", _widths_at(arrays, arrays["first"]))
    theorem(axes, m, staircase, ink(0), "width", drawstyle="steps-mid")
    axes.plot(m, arrays["first"], ".", color=ink(0).colour, markersize=7, label="first m functions", zorder=4)
    axes.set_yscale("log", base=2)
    axes.legend(loc="lower left")
    panel(axes, "b", "m-dimensional subspaces, a = (1, 2)", "dimension m", "worst error over the ball")


def _draw_rates(axes: Axes, arrays: Arrays) -> None:
    for k, a in enumerate(RATES):
        m, scale = arrays["m"][k], (arrays["m"][k] + 1.0) ** a[0]
        upper, lower = (line(claim.APPROXIMATION_RATE, "E", _at(arrays, k), sign) for sign in ("<=", ">="))
        axes.plot(m, upper * scale, color=ink(k).colour, linestyle=ink(k).line)
        axes.plot(m, lower * scale, color=ink(k).colour, linestyle=ink(k).line)
        axes.plot(
            m, 2.0 ** -arrays["levels"][k] * scale, ink(k).marker, color=ink(k).colour, markersize=3, label=f"a = {a}"
        )
    rate, look = sum(1 / b for b in BOX), ink(4)
    box = 2.0 ** (-arrays["box_levels"] * rate) * (arrays["m"][0] + 2)
    axes.plot(
        arrays["m"][0], box, "x", color=ink(4).colour, markersize=3.5, label=f"box, b = {BOX}: $Ē^{{3/2}}(m + 2)$"
    )
    top = line(claim.APPROXIMATION_RATE, "", _at(arrays, 0), "<=", place=1)
    theorem(axes, arrays["m"][0], top, look, linewidth=0.8)
    low = line(claim.APPROXIMATION_RATE, "", _at(arrays, 0), ">=", place=1)
    theorem(axes, arrays["m"][0], low / 2.0 ** len(BOX) * (1 + 2 / arrays["m"][0]), look, linewidth=0.8)
    logarithmic(axes)
    axes.legend(loc="upper left", title="lines: bounds, markers: m-term error", title_fontsize=7.5)
    axes.set_ylim(0.15, 700)
    panel(axes, "c", "the two-sided band", "terms m", "error times $(m + 1)^{a_1}$")


APPROXIMATION = Figure(
    name="rates.approximation",
    title="Errors of truncated series, widths, and the rate of the best m terms",
    alt="Three panels. Errors of truncated series over the norm: extremal functions on the bound, random ones below it."
    " The width as a staircase in the dimension, the first m functions on it, random and slightly turned subspaces"
    " above it. The m-term error times m + 1 to the power a_1, for three smoothness vectors, inside horizontal bands.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
