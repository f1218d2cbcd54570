"""What selection by estimated importances costs: the ratio of risks, the tail, the bound of the risk, the margin.

Criteria: plug-in over oracle at most 1.05 at χ_n, for exact importances and for η = 1/20, at every L and n; no tail of
the moved softmax above its bound but for rounding; no root mean square of the plug-in above oracle + K e but for
rounding; shares of lost winners within six standard errors of 1 − (1 − 2η)^L, and none in the separated class.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.rates.plugin as exact
import theory.rates.plugin as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, standard_errors
from figures.statements import line, violation
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.rates.plugin_series import Setting, rule_ratios

NAMES = ("$χ_n$, η = 0", "$χ_n$, η = 0.05", "χ = 20", "χ = 5")
ETAS, FIXED, DELTA = (0.0, 0.05), (20.0, 5.0), 0.2


def parameters(scale: Scale) -> dict[str, Any]:
    """Lengths, samples with repetitions of each, draws."""
    return {
        "lengths": scale.choose([16], [16, 256], [16, 256]),
        "samples": scale.choose([256, 2048], [256, 2048, 16384], [256, 2048, 16384, 65536]),
        "repetitions": scale.choose([3, 2], [8, 6, 5], [24, 24, 12, 6]),
        "points": scale.choose(5, 9, 17),
        "draws": scale.choose(60, 400, 2000),
        "crowds": scale.choose([2, 16], [2, 4, 8, 16, 32, 64, 128], [2, 4, 8, 16, 32, 64, 128, 256, 512]),
        "contexts": scale.choose(2000, 10_000, 200_000),
        "seed": 5,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All four panels."""
    return _ratios(given) | _tails(given) | _risks(given) | _margins(given)


def _ratios(given: Mapping[str, Any]) -> Arrays:
    found = [[rule_ratios(Setting(L, n), ETAS, FIXED, range(k)) for n, k in _sizes(given)] for L in given["lengths"]]
    return {
        "L": np.array(given["lengths"]),
        "n": np.array(given["samples"]),
        "ratio": np.array(found)[:, :, 0].transpose(0, 2, 1),
        "ratio_error": np.array(found)[:, :, 1].transpose(0, 2, 1),
    }


def _sizes(given: Mapping[str, Any]) -> list[tuple[int, int]]:
    return list(zip(given["samples"], given["repetitions"], strict=True))


def _tails(given: Mapping[str, Any]) -> Arrays:
    """Tied losers moved against the winner by η, and random errors of the same size; χ is that of η = 0.02."""
    rng, L, n = np.random.default_rng(given["seed"]), 16, 1000
    share = np.linspace(0.0, 0.95, given["points"])
    chi = exact.sharpness_rule(L, n, DELTA, 0.02)
    assert chi is not None
    mu, value = np.array([1.0, *([1.0 - DELTA] * (L - 1))]), np.array([[1.0], *([[0.0]] * (L - 1))])
    errors, points = np.empty((2, len(share))), []
    against, free = np.array([-1.0, *([1.0] * (L - 1))]), rng.uniform(-1, 1, L)
    for k, eta in enumerate(share * DELTA / 2):
        for row, moved in enumerate((against, free)):
            found = exact.stable_selection(mu, mu + eta * moved, value, chi)
            assert found is not None
            errors[row, k] = found.error
        points.append({"L": L, "chi": chi, "delta": DELTA, "eta": eta, "D": 1.0, "E": 0.0})
    bound = line(claim.SELECTION_STABILITY, "E", points, "<=")
    return {"eta": share * DELTA / 2, "tail": errors, "tail_bound": bound, "sharpness": np.array(chi)}


def _risks(given: Mapping[str, Any]) -> Arrays:
    rng, rows = np.random.default_rng(given["seed"]), []
    for k in range(given["draws"]):
        n, K, m = int(rng.integers(2, 200)), float(10 ** rng.uniform(-1, 1)), int(rng.integers(1, 3))
        direction, tight = rng.standard_normal(m), k % 4 == 0
        winners = rng.uniform(-1, 1, (n, m))
        error = 10 ** rng.uniform(-4, 0) * (direction if tight else rng.standard_normal((n, m)))
        h = exact.ramp(K, direction, 1e3)
        targets = h(winners) - (0.3 * 10 ** rng.uniform(-2, 0) if tight else rng.standard_normal(n) * 0.1)
        found = exact.plugin_risks(h, winners + error, winners, targets, np.ones(n, dtype=bool))
        rows.append((found.plug_in - found.oracle, found.rms, K, found.oracle, tight))
    gap, rms, K, oracle, tight = np.array(rows, dtype=float).T
    values = ({"q": q, "K": k, "e": e, "p": 0.0} for q, k, e in zip(oracle, K, rms, strict=True))
    bound = line(claim.PLUGIN_RISK, "p", values, "<=")
    return {"gap": gap, "gap_bound": bound - oracle, "gap_oracle": oracle, "tight": tight}


def _margins(given: Mapping[str, Any]) -> Arrays:
    lengths, etas, draws = given["crowds"], (0.005, 0.05), given["contexts"]
    points = [[{"L": L, "eta": e, "c": 0.0} for L in lengths] for e in etas]
    lost = [[exact.sampled_misselection(L, e, draws, given["seed"] + L) for L in lengths] for e in etas]
    return {
        "crowd": np.array(lengths),
        "gap_eta": np.array(etas),
        "lost": np.array(lost),
        "lost_formula": np.array([line(claim.MARGIN_WITHOUT_SEPARATION, "c", row, "<=", 1) for row in points]),
        "lost_enough": np.array([line(claim.MARGIN_WITHOUT_SEPARATION, "c", row, "<=", 0) for row in points]),
        "lost_apart": np.array([exact.sampled_misselection(L, etas[1], 100, L, delta=DELTA) for L in lengths]),
        "contexts": np.array(draws),
    }


def lost_errors(arrays: Arrays) -> np.ndarray:
    """Standard errors of the shares of lost winners, from the formula, none below one draw."""
    n, chance = arrays["contexts"], arrays["lost_formula"]
    return np.maximum(np.sqrt(chance * (1 - chance) / n), 1 / n)


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Ratio, tail, risk, margin."""
    ratio = arrays["ratio"].max((0, 2))
    excess, bound = arrays["gap"] - arrays["gap_bound"], arrays["gap_bound"]
    return (
        Gap(
            claim.PLUGIN_RATIO,
            f"violation of the criterion at $χ_n$, largest ratios {ratio[0]:.4f} and {ratio[1]:.4f}; at χ = 20 and 5:"
            f" {ratio[2]:.3g} and {ratio[3]:.3g}",
            violation(claim.PLUGIN_RATIO, [{"q_0": float(ratio[0]), "q_eta": float(ratio[1])}]),
            0.0,
        ),
        Gap(
            claim.SELECTION_STABILITY,
            "error of the value above its bound, relative, all η below δ/2, tolerance 64 L u",
            float(np.max(arrays["tail"] / arrays["tail_bound"] - 1)),
            64 * 16 * UNIT,
        ),
        Gap(
            claim.SELECTION_STABILITY,
            "share of lost winners in the separated class, η < δ/2, any L",
            float(arrays["lost_apart"].max()),
            0.0,
        ),
        Gap(
            claim.PLUGIN_RISK,
            f"plug-in less oracle above K e, in 256 u (oracle + K e), {len(excess)} draws",
            float(np.max(excess / (arrays["gap_oracle"] + bound))) / (256 * UNIT),
            1.0,
        ),
        Gap(
            claim.MARGIN_WITHOUT_SEPARATION,
            f"share of lost winners off 1 − (1 − 2η)^L, {int(arrays['contexts'])} draws, standard errors",
            standard_errors(arrays["lost"], arrays["lost_formula"], lost_errors(arrays)),
            6.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Ratio, tail, risk, margin."""
    canvas.set_size_inches(14, 4.0)
    ratio, tail, risk, margin = canvas.subplots(1, 4)
    _draw_ratio(ratio, arrays)
    theorem(tail, arrays["eta"], arrays["tail_bound"], ink(0), "$(L − 1)\\,e^{−χ(δ − 2η)} D$")
    measurement(tail, arrays["eta"], arrays["tail"][0], ink(0), label="errors against the winner")
    measurement(tail, arrays["eta"], arrays["tail"][1], ink(1), label="one random error, scaled")
    tail.axvline(DELTA / 2, color="0.4", linewidth=0.8)
    tail.annotate("δ/2: silent", (DELTA / 2, tail.get_ylim()[0]), (-4, 4), "data", "offset points", ha="right", size=7)
    logarithmic(tail, x=False)
    tail.legend(loc="upper left", title=f"L = 16, χ = {float(arrays['sharpness']):.0f}, δ = 0.2", title_fontsize=7.5)
    panel(tail, "b", "tail against the error of μ", "error η of the importances", "error of the selected value")
    _draw_risk(risk, arrays)
    _draw_margin(margin, arrays)


def _draw_ratio(axes: Axes, arrays: Arrays) -> None:
    for k, name in enumerate(NAMES):
        for place, L in enumerate(arrays["L"]):
            x = arrays["n"] * (1.0 + 0.16 * (k - 1.5) * (k < 2))
            y, error = arrays["ratio"][place, k], arrays["ratio_error"][place, k]
            measurement(axes, x, y, ink(k), error)
            axes.plot(
                x, y, ink(k).marker, color=ink(k).colour, markerfacecolor="white", markeredgewidth=1.1,
                linestyle="-" if place else ":", linewidth=0.8, label=f"{name}, L = {L}", zorder=3,
            )  # fmt: skip
    axes.axhline(1.05, color="0.4", linewidth=0.8)
    axes.annotate("criterion 1.05", (arrays["n"][0], 0.9), (0, -3), "data", "offset points", size=7, va="top")
    logarithmic(axes)
    axes.set_ylim(0.5, 3000)
    axes.legend(loc="upper left", ncols=2, fontsize=6.2, handlelength=2.6)
    panel(axes, "a", "a fixed sharpness loses the rate", "samples n", "risk of plug-in / risk of oracle")


def _draw_risk(axes: Axes, arrays: Arrays) -> None:
    bound, gap, tight = arrays["gap_bound"], np.maximum(arrays["gap"], 1e-6), arrays["tight"] > 0
    ends = np.array([bound.min(), bound.max()])
    axes.plot(ends, ends, color="black", linewidth=1.0, label="gap = K e")
    for k, (chosen, name) in enumerate(((~tight, "random"), (tight, "one error for all, along h"))):
        axes.plot(bound[chosen], gap[chosen], ink(k).marker, color=ink(k).colour, markersize=3, alpha=0.6, label=name)
    logarithmic(axes)
    axes.legend(loc="upper left", title="gaps below $10^{−6}$ or negative: at $10^{−6}$", title_fontsize=7)
    panel(axes, "c", "what a wrong value costs", "K e", "rms of plug-in − rms of oracle")


def _draw_margin(axes: Axes, arrays: Arrays) -> None:
    for k, eta in enumerate(arrays["gap_eta"]):
        theorem(axes, arrays["crowd"], arrays["lost_formula"][k], ink(k), f"uniform, η = {eta:g}")
        measurement(axes, arrays["crowd"], arrays["lost"][k], ink(k), lost_errors(arrays)[k])
        axes.plot(arrays["crowd"], np.minimum(arrays["lost_enough"][k], 1.0), color=ink(k).colour, linewidth=0.6)
    measurement(axes, arrays["crowd"], arrays["lost_apart"], ink(2), label="separated, δ = 0.2, η = 0.05")
    axes.set_xscale("log", base=2)
    axes.set_ylim(-0.04, 1.45)
    axes.legend(loc="upper left", title="line: 1 − (1 − 2η)$^L$, thin: 2Lη; markers: draws", title_fontsize=7)
    panel(axes, "d", "dimension-free needs a margin", "tokens L", "chance of a gap ≤ 2η: wrong winner")


PLUGIN = Figure(
    name="rates.plugin",
    title="Select first, estimate then: what errors of the importance cost",
    alt="Four panels. Risk of plug-in over oracle against samples: at one for the sharpness that grows with log of"
    " L n, exact importances or not, growing up to a hundred for fixed sharpness. Error of the selected value against"
    " the error of the importances, on its bound and rising to the half margin. Root mean square lost against K times"
    " the error, all below the diagonal, aligned errors on it. Chance of a wrong winner against the number of tokens:"
    " rising to one without separation, zero with it.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
