"""The minimax risk over a mixed ball: its two-sided bound, and what is known of it by other means."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from sympy import And

from figures.explorer.controls import Slider, Switch, Text
from figures.explorer.exploration import Curve, Exploration, Number, Panel, View, judge, worst
from figures.explorer.rates.reading import smoothness
from figures.measuring import UNIT
from figures.statements import line, relation, sides
from numerics.rates.estimation import (
    bayes_risk,
    exponent,
    linear_minimax,
    projection_worst,
    two_point_risk,
    unit_rate,
)
from numerics.rates.index_sets import mixed_constant
from theory.rates.estimation import MINIMAX_TWO_SIDED

BAND = "b 4^{−a_1} r ≤ ρ ≤ (4^{−a_1} + 2(hC − h + 1)) r"
#: On such a ball no estimator at all is better than the best linear one by more than this factor.
LINEAR = 1.25


def letters(a: tuple[Fraction, ...], C: Fraction | float | None, b: float, n: int) -> dict[str, Any]:
    """What the claim speaks of, but for ρ, at σ = 1."""
    h = 1 if all((x / a[0]).denominator == 1 for x in a) else 2
    row = np.array([0, *a, a[-1] + 1], dtype=object)
    shared = {"a": row, "d": len(a), "sigma": 1.0, "n": n, "h": h, "b": b}
    return shared | {"r": unit_rate(a[0], 1.0, n)} | ({} if C is None else {"C": C})


def band(a: str, log_n: int, tied: bool) -> View:
    """Bounds of the minimax risk up to n = 2^log_n: Bayes risk of two points, best linear method, projection."""
    smooth = smoothness("a", a)
    # the constant is that of the vector as typed; a further a_1 has no factor in it
    given, C = (smooth[0], *smooth) if tied else smooth, mixed_constant(smooth)
    samples = [2**k for k in np.linspace(1, log_n, 9).astype(int).tolist()]
    b = two_point_risk(1.0)
    points = [letters(smooth, C, b, n) for n in samples]
    below = [bayes_risk(given[0], 1.0, n) for n in samples]
    linear = [linear_minimax(given, 1.0, n) for n in samples]
    above = [projection_worst(given, 1.0, n) for n in samples]
    # with a tie only what is certainly no more than the minimax risk can refute its bound
    known: list[list[Any]] = [below, [risk / LINEAR for risk in linear]] if tied else [below, linear, above]
    rates = np.array([point["r"] for point in points])
    constant = relation(MINIMAX_TWO_SIDED, "C")
    band_only = [r for r in MINIMAX_TWO_SIDED.relations if r != constant]
    held = And(*(r for r in band_only if C is not None or "C" not in map(str, r.free_symbols)))
    steps = sum(1 + 1 / float(x / smooth[0] - 1) for x in smooth if x > smooth[0])
    rounding = 64 * UNIT * float(C or 1) * (1 + steps)
    shown = [point | {"rho": 1.0} for point in points]
    upper = [] if C is None else [line(MINIMAX_TWO_SIDED, "rho", shown, "<=") / rates]
    lower = np.array([float(both.left) for both in sides(MINIMAX_TWO_SIDED, "b*r/4**a[1]", shown, "<=")]) / rates
    return View(
        (_over_rate(samples, upper, lower, [np.array(risks) / rates for risks in (above, linear, below)]),),
        (
            Number("constant C", "none: a_1 = a_2" if C is None else float(C)),
            Number("exponent 2a_1/(2a_1+1)", float(exponent(smooth, "mixed"))),
            Number("rate r at the largest n", float(rates[-1])),
            Number("best linear over r, largest n", float(linear[-1] / rates[-1])),
            Number("upper bound over r", "none: a_1 = a_2" if C is None else float(upper[0][-1])),
            Number("lower bound over r", float(lower[-1])),
        ),
        (
            worst(  # each to the rounding of its own rate, which falls by many powers of ten
                judge(MINIMAX_TWO_SIDED, BAND, [point | {"rho": rho}], 64 * UNIT * point["r"], held)
                for risks in known
                for point, rho in zip(points, risks, strict=True)
            ),
            *([] if C is None else [judge(MINIMAX_TWO_SIDED, "C is the product", points[:1], rounding, constant)]),
        ),
    )


def _over_rate(n: list[int], upper: list[Any], lower: Any, known: list[Any]) -> Panel:
    names = "projection, worst risk", "best linear method, worst risk", "two points, Bayes risk"
    return Panel(
        "minimax risk over r = n^(−2a_1/(2a_1+1)), σ = 1",
        "samples n",
        "risk over r",
        (
            *(Curve("upper bound", n, values) for values in upper),
            Curve("lower bound", n, lower),
            *(Curve(name, n, risks, measured=True) for name, risks in zip(names, known, strict=True)),
        ),
        log_x=True,
        log_y=True,
    )


MINIMAX = Exploration(
    name="rates.minimax",
    title="The minimax risk: no estimator is better",
    about="Over a ball of mixed smoothness a_1 < a_2 ≤ .. the best risk is n^(−2a_1/(2a_1+1)) up to constants, whatever"
    " the dimension: Bayes risk of two points, best linear method and projection stay in a level band. Then take"
    " a_1 twice: best linear risk over r grows with log n and leaves the band, and nothing is 1.25 times better.",
    claims=(MINIMAX_TWO_SIDED,),
    controls=(
        Text("a", "smoothness a_1, a_2, ..", "1, 2"),
        Slider("log_n", "log₂ of largest n", tuple(range(12, 85, 4)), 60),
        Switch("tied", "a_1 taken twice, C as before"),
    ),
    drops={"tied": "a_1 < a_2"},
    look=band,
)
