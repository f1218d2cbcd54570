"""Bias against variance in the number of terms.

Criteria: golden section on the risk within 1e-12 of m* and R*, relative; no risk of any m below R*; m* rounded up costs
at most c_2 σ²/n.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.rates.estimation as exact
import theory.rates.estimation as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import relative
from figures.statements import line, sides
from figures.style import ink, logarithmic, measurement, panel, theorem


def parameters(scale: Scale) -> dict[str, Any]:
    """One risk over m; smoothness and sample sizes of the balance."""
    return {
        "alpha": 1.0,
        "n": 20,
        "constants": [1.0, 1.0],
        "sigma": 0.5,
        "smooth": [0.5, 1.0, 2.0],
        "samples": [10**k for k in range(1, scale.choose(4, 7, 9))],
        "points": scale.choose(13, 41, 81),
    }


def letters(alpha: float, n: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the statement's letters, m* and R* by golden section."""
    c1, c2 = given["constants"]
    at, least = exact.balance_by_search(alpha, c1, c2, given["sigma"], n)
    values = {"alpha": alpha, "n": n, "c_1": c1, "c_2": c2, "sigma": given["sigma"], "x": 1.0, "M": math.ceil(at)}
    return values | {"m_star": at, "R_star": least}


def measure(given: Mapping[str, Any]) -> Arrays:
    """The risk as m grows, and m*, R* and the cost of rounding as n grows."""
    one, (c1, c2) = letters(given["alpha"], given["n"], given), given["constants"]
    m = np.geomspace(1, 60, given["points"])
    bias = [exact.trade_off(x, given["alpha"], c1, c2, 0.0, given["n"]) for x in m]
    risk = [exact.trade_off(x, given["alpha"], c1, c2, given["sigma"], given["n"]) for x in m]
    many = [[letters(alpha, n, given) for n in given["samples"]] for alpha in given["smooth"]]
    rounded = [sides(claim.BALANCE, "M*c_2*sigma**2/n + c_1/M**(2*alpha)", row, "<=") for row in many]
    return {
        "m": m,
        "bias": np.array(bias),
        "risk": np.array(risk),
        "least": np.array([float(one["m_star"]), float(one["R_star"])]),
        "lines": np.array([line(claim.BALANCE, name, [one])[0] for name in ("m_star", "R_star")]),
        "ceiling": np.array([one["M"], exact.trade_off(one["M"], given["alpha"], c1, c2, given["sigma"], given["n"])]),
        "n": np.array(given["samples"]),
        "smooth": np.array(given["smooth"]),
        "found": np.array([[[float(v[name]) for v in row] for row in many] for name in ("m_star", "R_star")]),
        "formula": np.array([[line(claim.BALANCE, name, row) for row in many] for name in ("m_star", "R_star")]),
        "cost": np.array(
            [
                [float((s.left - v["R_star"]) / (s.right - v["R_star"])) for s, v in zip(both, row, strict=True)]
                for both, row in zip(rounded, many, strict=True)
            ]
        ),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The least, where it is, and what rounding costs."""
    return (
        Gap(
            claim.BALANCE,
            "golden section off the formulas of m* and R*, relative",
            relative(arrays["found"], arrays["formula"]),
            1e-12,
        ),
        Gap(
            claim.BALANCE,
            "R* above the least risk on the grid of m, relative",
            float(arrays["lines"][1] / arrays["risk"].min() - 1),
            1e-12,
        ),
        Gap(
            claim.BALANCE,
            "cost of rounding m* up, in units of c_2 σ²/n",
            float(arrays["cost"].max()),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """The risk over m; m* and R* over n."""
    canvas.set_size_inches(11, 3.6)
    risk, at, least = canvas.subplots(1, 3)
    _draw_risk(risk, arrays)
    for axes, which, title, y in (
        (at, 0, "terms at the balance: slope 1/(2α + 1)", "m*"),
        (least, 1, "least risk: slope −2α/(2α + 1)", "R*"),
    ):
        for k, alpha in enumerate(arrays["smooth"]):
            theorem(axes, arrays["n"], arrays["formula"][which, k], ink(k), f"α = {alpha:g}")
            measurement(axes, arrays["n"], arrays["found"][which, k], ink(k))
        logarithmic(axes)
        axes.legend(title="line: formula, marker:\ngolden section", title_fontsize=7.5)
        panel(axes, "b" if which == 0 else "c", title, "samples n", y)


def _draw_risk(axes: Axes, arrays: Arrays) -> None:
    m, bias, risk = arrays["m"], arrays["bias"], arrays["risk"]
    axes.plot(m, bias, color=ink(0).colour, linestyle=ink(1).line, label="bias $c_1 m^{-2α}$")
    axes.plot(m, risk - bias, color=ink(1).colour, linestyle=ink(2).line, label="variance $c_2 σ^2 m/n$")
    axes.plot(m, risk, color=ink(2).colour, label="risk")
    axes.axhline(arrays["lines"][1], color="0.5", linewidth=0.8)
    axes.axvline(arrays["lines"][0], color="0.5", linewidth=0.8)
    measurement(axes, arrays["least"][:1], arrays["least"][1:], ink(0), label="golden section")
    measurement(axes, arrays["ceiling"][:1], arrays["ceiling"][1:], ink(1), label="m* rounded up")
    logarithmic(axes)
    axes.set_ylim(float(risk.min()) / 20, 60)
    axes.legend(loc="upper right", title="grey: m*, R* by the formula", title_fontsize=7.5)
    panel(axes, "a", "bias against variance, α = 1", "terms m", "risk")


BALANCE = Figure(
    name="rates.balance",
    title="Bias against variance in the number of terms",
    alt="Three panels. Falling bias, rising variance and their sum over the number of terms, the least at the crossing"
    " of two grey lines. Number of terms at the least risk over samples for three smoothnesses, three straight lines"
    " with markers on them. Least risk over samples, three falling straight lines with markers on them.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
