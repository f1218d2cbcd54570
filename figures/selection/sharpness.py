"""What selecting one token costs in sharpness: tails, the least sharpness, errors of the value, ranks.

Criteria: tails within 4 L u of the bound or below it, tied losers on it; the least sharpness by bisection within 64 u
of the formula; errors of values below the bound but for rounding, those of one value on it; at the sharpness of a rank
no masked tail above ε/(1 + ε) but for rounding, over all draws.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.selection.softmax as exact
import theory.selection.softmax as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, relative, worst
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem

#: Letters of a relation's other side, where only one side is drawn.
BLANK = np.array([0.0, 0.0])


def parameters(scale: Scale) -> dict[str, Any]:
    """Context lengths, errors, exponents of the gaps; draws of random losers."""
    return {
        "lengths": [2, 16, 256, 4096],
        "errors": [0.3, 0.03, 0.0003],
        "exponents": [0.5, 1.0, 2.0],
        "points": scale.choose(7, 13, 25),
        "draws": scale.choose(40, 400, 4000),
        "ranks": scale.choose(4, 12, 25),
        "tokens": 30,
        "gap": 0.5,
        "seed": 3,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All four panels from one generator."""
    rng = np.random.default_rng(given["seed"])
    return _tails(given, rng) | _needed(given) | _errors(given, rng) | _ranks(given, rng)


def _tails(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    sharp, lengths = np.linspace(0, 14, given["points"]), given["lengths"]
    tied, free = np.empty((2, len(lengths), len(sharp)))
    for i, L in enumerate(lengths):
        further = rng.exponential(1.0, L - 1)
        further[0] = 0.0
        for k, chi in enumerate(sharp):
            for kind, losers in ((tied, np.zeros(L - 1)), (free, further)):
                kind[i, k] = exact.selection_tail(np.concatenate([[1.0], -losers]), chi)
    bounds = [
        line(claim.SOFTMAX_TAIL, "1 - w[0]", ({"L": L, "chi": x, "delta": 1.0, "w": BLANK} for x in sharp), "<=", 1)
        for L in lengths
    ]
    return {"sharp": sharp, "lengths": np.array(lengths), "tied": tied, "free": free, "bound": np.array(bounds)}


def _needed(given: Mapping[str, Any]) -> Arrays:
    L, errors = np.unique(np.geomspace(2, 10**6, given["points"]).astype(int)), given["errors"]
    points = [[{"L": int(n), "epsilon": e, "delta": 1.0, "chi_star": 0.0} for n in L] for e in errors]
    return {
        "L": L,
        "errors": np.array(errors),
        "needed": np.array([[exact.sharpness_by_bisection(int(n), 1.0, e) for n in L] for e in errors]),
        "formula": np.array([line(claim.SHARPNESS_NEEDED, "chi_star*delta", row) for row in points]),
        "enough": np.array([line(claim.SHARPNESS_NEEDED, "chi_star*delta", row, "<") for row in points]),
    }


def _errors(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    rows = []
    for k in range(given["draws"]):
        L, m, tight = int(rng.integers(2, 20)), int(rng.integers(1, 5)), k % 4 == 0
        mu = np.concatenate([[0.0], -1.0 - rng.uniform(0, 1, L - 1) * (not tight)])
        values = rng.standard_normal((L, m)) + 1j * rng.standard_normal((L, m))
        values[1:] = values[1] if tight else values[1:]
        chi = rng.uniform(0, 12)
        found = exact.value_error(mu, values, chi)
        assert found is not None
        w = exact.softmax_weights(mu, chi)
        tail = float(w[1:].sum())
        letters = {"w": [1 - Fraction(tail), 0], "rho": found.spread, "E": found.error}
        rows.append((found.error, tail * found.spread, line(claim.VALUE_ERROR, "E", [letters], "<=", 0)[0], tight))
    return {"value": np.array(rows, dtype=float)}


def _ranks(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    L, c, last = given["tokens"], given["gap"], given["ranks"]
    eps, r = 0.05, np.arange(1, last + 1)
    found, formula, tails = [], [], np.zeros((len(given["exponents"]), last))
    for b, beta in enumerate(given["exponents"]):
        points = [{"L": L, "r": int(k), "c": c, "beta": beta, "epsilon": eps, "chi_r": 0.0} for k in r]
        formula.append(line(claim.RANKED_SELECTION, "chi_r", points))
        found.append([exact.sharpness_by_bisection(L - int(k) + 1, c * float(k) ** -beta, eps / (1 + eps)) for k in r])
        for draw in range(given["draws"] // 8):
            gaps = c * np.arange(1.0, L) ** -beta * (1 + rng.exponential(0.2, L - 1) * (draw % 2))
            places = np.concatenate([[0.0], np.cumsum(gaps)])
            for k in r.tolist():  # the losers of rank k as they are drawn, or all tied with the next one
                mu = rng.permutation(-np.minimum(places, places[k]) if draw % 3 == 0 else -places)
                tail = exact.ranked_tail(mu, k, exact.rank_sharpness(k, L, c, beta, eps))
                tails[b, k - 1] = max(tails[b, k - 1], tail if tail is not None else np.inf)
    points = [{"epsilon": eps, "omega_r": 0.0}]
    most = line(claim.RANKED_SELECTION, "1 - omega_r", points, "<=")
    return {
        "rank": r,
        "exponents": np.array(given["exponents"]),
        "rank_found": np.array(found),
        "rank_formula": np.array(formula),
        "rank_tail": tails,
        "rank_bound": most,
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Tails, sharpness, errors, ranks."""
    L = float(arrays["lengths"].max())
    error, _, bound, tight = arrays["value"].T
    on = tight > 0
    return (
        Gap(
            claim.SOFTMAX_TAIL,
            f"tail of tied losers off r/(1 + r), L up to {L:.0f}, tolerance 4 L u",
            worst(arrays["tied"], arrays["bound"]),
            4 * L * UNIT,
        ),
        Gap(
            claim.SOFTMAX_TAIL,
            "tail of random losers above r/(1 + r), tolerance 4 L u",
            float(np.max(arrays["free"] - arrays["bound"])),
            4 * L * UNIT,
        ),
        Gap(
            claim.SHARPNESS_NEEDED,
            "bisection on the softmax off χ*δ, relative, tolerance 64 u over the smallest χ*δ",
            relative(arrays["needed"][arrays["formula"] > 0], arrays["formula"][arrays["formula"] > 0]),
            64 * UNIT / float(arrays["formula"][arrays["formula"] > 0].min()) + 64 * UNIT,
        ),
        Gap(
            claim.VALUE_ERROR,
            f"error of the value above (1 − w_0) ρ, relative, {len(error)} draws, tolerance 64 u",
            float(np.max(error / bound - 1)),
            64 * UNIT,
        ),
        Gap(
            claim.VALUE_ERROR,
            "losers of one value: error off (1 − w_0) ρ, relative, tolerance 64 u",
            relative(error[on], bound[on]),
            64 * UNIT,
        ),
        Gap(
            claim.RANKED_SELECTION,
            "largest masked tail at χ_r above ε/(1 + ε), relative, all ranks and draws",
            float(np.max(arrays["rank_tail"]) / arrays["rank_bound"][0] - 1),
            1e-12,
        ),
        Gap(
            claim.RANKED_SELECTION,
            "bisection at the least gap off χ_r, relative, tolerance 256 u",
            relative(arrays["rank_found"], arrays["rank_formula"]),
            256 * UNIT,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Tails, least sharpness, errors of values, ranks."""
    canvas.set_size_inches(13, 4.0)
    tails, needed, errors, ranks = canvas.subplots(1, 4)
    _draw_tails(tails, arrays)
    _draw_needed(needed, arrays)
    _draw_errors(errors, arrays)
    for k, beta in enumerate(arrays["exponents"]):
        theorem(ranks, arrays["rank"], arrays["rank_formula"][k], ink(k), f"β = {beta:g}")
        measurement(ranks, arrays["rank"], arrays["rank_found"][k], ink(k))
    logarithmic(ranks)
    ranks.legend(loc="upper left", title="line: $χ_r$, marker: bisection", title_fontsize=7.5)
    panel(ranks, "d", "reaching a rank: slope β, ε = 0.05", "rank r", "sharpness $χ_r$")


def _draw_tails(axes: Axes, arrays: Arrays) -> None:
    for k, L in enumerate(arrays["lengths"]):
        axes.plot(arrays["sharp"], arrays["bound"][k], color=ink(k).colour, linestyle="--")
        measurement(axes, arrays["sharp"], arrays["tied"][k], ink(k), label=f"L = {L}")
        axes.plot(arrays["sharp"], arrays["free"][k], ".", color=ink(k).colour, markersize=3)
    logarithmic(axes, x=False)
    axes.legend(loc="lower left", title="dashed: bound, open: tied\nlosers, dots: random losers", title_fontsize=7.5)
    panel(axes, "a", "tail of the softmax", "sharpness times margin χδ", "tail $1 − w_0$")


def _draw_needed(axes: Axes, arrays: Arrays) -> None:
    for k, eps in enumerate(arrays["errors"]):
        theorem(axes, arrays["L"], arrays["formula"][k], ink(k), f"ε = {eps:g}")
        measurement(axes, arrays["L"], arrays["needed"][k], ink(k))
        axes.plot(arrays["L"], arrays["enough"][k], color=ink(k).colour, linewidth=0.7, alpha=0.6)
    logarithmic(axes, y=False)
    axes.legend(loc="upper left", title="line: χ*δ, marker: bisection,\nthin: log(L/ε), too much", title_fontsize=7.5)
    panel(axes, "b", "sharpness that is needed", "tokens L", "χ*δ")


def _draw_errors(axes: Axes, arrays: Arrays) -> None:
    error, _, bound, tight = arrays["value"].T
    ends = np.array([bound.min(), bound.max()])
    axes.plot(ends, ends, color="black", linewidth=1.0, label="error = bound")
    for k, (chosen, name) in enumerate(((tight == 0, "random losers"), (tight > 0, "one value, tied"))):
        axes.plot(bound[chosen], error[chosen], ink(k).marker, color=ink(k).colour, markersize=3, label=name, alpha=0.6)
    logarithmic(axes)
    axes.legend(loc="upper left")
    panel(axes, "c", "error of the value that is read", "bound $(1 − w_0)\\,ρ$", "error")


SHARPNESS = Figure(
    name="selection.sharpness",
    title="What selecting a token costs in sharpness",
    alt="Four panels. Tails of the softmax against sharpness times margin for four lengths: tied losers on the dashed"
    " bound, random losers below. Needed sharpness against the number of tokens for three errors, bisection on the"
    " line, the usual log of L over epsilon a little above it. Errors of the value against the bound: losers of one"
    " value on the diagonal, random ones below. Sharpness against rank, three lines of different slope.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
