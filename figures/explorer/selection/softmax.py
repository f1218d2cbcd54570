"""Margin, sharpness, length: what the softmax gives to the losers, and how far that moves the value that is read."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.selection.softmax as exact
import theory.selection.softmax as claim
from figures.explorer.controls import Choice, Slider, Switch
from figures.explorer.exploration import Curve, Exploration, Number, Panel, Verdict, View, judge
from figures.measuring import UNIT
from figures.statements import line, relation

Real = NDArray[np.float64]
Letters = dict[str, Any]

#: Distances of the L − 1 losers beyond the margin, in margins.
FURTHER = {
    "all tied": lambda count: np.zeros(count),
    "evenly spread": lambda count: np.linspace(0, 1, count),
    "exponentially spread": lambda count: -np.log1p(-np.arange(count) / count),
}
#: Angles of the losers' values, the winner's being at 0.
ANGLES = {
    "opposite to the winner's": lambda count: np.full(count, np.pi),
    "round the circle": lambda count: 2 * np.pi * np.arange(1, count + 1) / (count + 1),
}
SHARP = np.linspace(0, 40, 17)
LENGTHS = (2, 4, 8, 16, 64, 256, 1024, 4096)


def tail_of(mu: Real, chi: float) -> Fraction:
    """1 − w_0, summed over the losers: exact from there on."""
    return Fraction(float(exact.softmax_weights(mu, chi)[1:].sum()))


def error_of(mu: Real, v: Real, chi: float) -> float:
    """‖Σ_j w_j v_j − v_0‖, read from differences, so that a small error keeps its relative accuracy."""
    return float(np.linalg.norm(exact.read_value(mu, v - v[0], chi)))


def selected(L: int, delta: float, chi: float, eps: float, losers: str, values: str, tie: bool, norm: bool) -> View:
    """Tail of the softmax, error of the value that is read, and least sharpness, each beside what is claimed."""
    mu = np.append(0.0, -delta * (1 + FURTHER[losers](L - 1)))
    if tie:
        mu[1] = mu[0]
    angle = np.append(0.0, ANGLES[values](L - 1))
    v = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    rho = float(np.linalg.norm(v if norm else v - v[0], axis=1).max())

    least = exact.sharpness_by_bisection(L, delta, eps)
    points = [letters_at(mu, v, sharp) | {"L": L, "delta": delta, "rho": rho} for sharp in SHARP]
    tied = np.append(0.0, np.full(L - 1, -delta))
    need: Letters = {"L": L, "delta": delta, "epsilon": eps, "chi": chi, "chi_star": least}
    need |= {"w": [1 - tail_of(tied, chi), 0], "w_star": [1 - tail_of(mu, least), 0]}
    return View(
        (tails(points, eps, chi, float(tail_of(mu, chi))), read_values(points), lengths(delta, eps)),
        (
            Number("weight of the losers at χ", float(tail_of(mu, chi))),
            Number("its bound r/(1 + r)", float(line(claim.SOFTMAX_TAIL, "1 - w[0]", [need], "<=", 1)[0])),
            Number("least sharpness χ*", least),
            Number("error of the value at χ", error_of(mu, v, chi)),
            Number("ρ, from the values", rho),
        ),
        verdicts(points, need),
    )


def letters_at(mu: Real, v: Real, sharp: float) -> Letters:
    """What is measured at one sharpness: the winner's weight and the error of the value."""
    return {"chi": sharp, "w": [1 - tail_of(mu, sharp), 0], "E": error_of(mu, v, sharp)}


def verdicts(points: list[Letters], need: Letters) -> tuple[Verdict, ...]:
    """The three statements, to rounding of sums of L weights and of the exponent χδ."""
    L, far = need["L"], max(need["chi"], need["chi_star"]) * need["delta"]
    bound = relation(claim.SOFTMAX_TAIL, "1 - w[0]", "<=", 1)
    moved = relation(claim.VALUE_ERROR, "E", "<=", 1)
    words = f"tied losers weigh at most ε iff χ ≥ χ* = {need['chi_star']:.4g}, and these losers do at χ*"
    return (
        judge(claim.SOFTMAX_TAIL, f"1 − w₀ ≤ r/(1 + r), {len(points)} sharpnesses", points, 4 * L * UNIT, bound),
        judge(claim.SHARPNESS_NEEDED, words, [need], 32 * UNIT * (1 + far)),
        judge(claim.VALUE_ERROR, "error ≤ ρ r/(1 + r)", points, 16 * (L + 2) * UNIT * 2**2, moved),
    )


def tails(points: list[Letters], eps: float, chi: float, here: float) -> Panel:
    """The losers' weight against sharpness."""
    bound = line(claim.SOFTMAX_TAIL, "1 - w[0]", points, "<=", 1)
    curves = (
        Curve("bound r/(1 + r), r = (L − 1) e^{−χδ}", SHARP, bound),
        Curve("softmax", SHARP, [float(1 - point["w"][0]) for point in points], measured=True),
        Curve("allowed error ε", SHARP[[0, -1]], [eps, eps]),
        Curve("at the chosen χ", [chi], [here], measured=True),
    )
    return Panel("weight of all losers", "sharpness χ", "1 − w₀", curves, log_y=True)


def read_values(points: list[Letters]) -> Panel:
    """The error of the value against sharpness."""
    curves = (
        Curve("bound ρ r/(1 + r)", SHARP, line(claim.VALUE_ERROR, "E", points, "<=", 1)),
        Curve("(1 − w₀) ρ", SHARP, line(claim.VALUE_ERROR, "E", points, "<=", 0)),
        Curve("error", SHARP, [point["E"] for point in points], measured=True),
    )
    return Panel("value that is read", "sharpness χ", "distance from the winner's value", curves, log_y=True)


def lengths(delta: float, eps: float) -> Panel:
    """The least sharpness against the number of tokens, and what log(L/ε) asks for."""
    points = [{"L": L, "delta": delta, "epsilon": eps, "chi_star": 0} for L in LENGTHS]
    curves = (
        Curve("χ* in closed form", LENGTHS, line(claim.SHARPNESS_NEEDED, "chi_star*delta", points) / delta),
        Curve("log(L/ε)/δ", LENGTHS, line(claim.SHARPNESS_NEEDED, "chi_star*delta", points, "<") / delta),
        Curve("bisection, tied losers", LENGTHS, [exact.sharpness_by_bisection(L, delta, eps) for L in LENGTHS], True),
    )
    return Panel(f"sharpness needed for ε = {eps:g}", "tokens L", "sharpness χ", curves, log_x=True)


SHARPNESS = Exploration(
    name="selection.sharpness",
    title="Margin, sharpness, length: what selecting a token costs",
    about="Move the sharpness past χ*, where the bound crosses the allowed error; halve the margin and χ* doubles,"
    " multiply the length and it grows by the logarithm. Losers that tie lie on the bound. A second winner takes half"
    " of the weight, whatever the sharpness.",
    claims=(claim.SOFTMAX_TAIL, claim.SHARPNESS_NEEDED, claim.VALUE_ERROR),
    controls=(
        Slider("L", "tokens L", LENGTHS, 64),
        Slider("delta", "margin δ", (0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0, 1.5, 2.0), 0.5),
        Slider("chi", "sharpness χ", tuple(range(40)), 15),
        Slider("eps", "allowed error ε", (0.0001, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.9), 0.05),
        Choice("losers", "losers beyond the margin", tuple(FURTHER), "evenly spread"),
        Choice("values", "values of the losers", tuple(ANGLES), "opposite to the winner's"),
        Switch("tie", "a second winner"),
        Switch("norm", "ρ: largest norm of a value"),
    ),
    drops={"tie": "a unique winner", "norm": "ρ is the largest distance from the winner's value"},
    look=selected,
)
