"""The series estimator: its risk against samples, and bias against variance in the number of terms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import And

import numerics.rates.projection as fits
from figures.explorer.controls import Slider, Switch
from figures.explorer.exploration import Curve, Exploration, Number, OnDemand, Panel, Progress, View, judge
from figures.measuring import UNIT
from figures.statements import line, relation, sides
from numerics.rates.estimation import balance, balance_by_search, cut, exponent, unit_rate
from theory.rates.estimation import BALANCE, PROJECTION_RISK

#: Sample sizes of the first panel.
SAMPLES = tuple(2**k for k in range(4, 14))
#: What a target has beyond the blocks below n/2 where its frequencies fold.
BEYOND = 4
#: All of the claim but its first relation, which is about any columns.
OF_BLOCKS = And(
    relation(PROJECTION_RISK, "R_S"),
    relation(PROJECTION_RISK, "r"),
    relation(PROJECTION_RISK, "r/2", "<="),
    relation(PROJECTION_RISK, "R_n", "<="),
)


def blocks(n: int, folded: bool) -> int:
    """Blocks K of the target: those below n/2, and more where frequencies fold."""
    return (n + 1).bit_length() - 1 + BEYOND * folded


def target(alpha: float, n: int, folded: bool) -> NDArray[np.float64]:
    """Values at k/n of a target with ‖δ_s f‖ = 2^{−αs} in K blocks, its signs drawn once."""
    return fits.design_values(fits.block_coefficients(alpha, blocks(n, folded), 2), n)


def letters(alpha: float, S: int, sigma: float, f: NDArray[np.float64], folded: bool) -> dict[str, Any]:
    """What the claim speaks of with S blocks kept; R_S and R_n are measured: the bias by fast Fourier transform."""
    n, risk = len(f), fits.risk(f, 2**S // 2, sigma)
    measured = {"R_S": risk, "R_n": risk, "r": unit_rate(Fraction(alpha), sigma, n)}
    return {"alpha": alpha, "S": S, "K": blocks(n, folded), "sigma": sigma, "n": n} | measured


def best_cut(alpha: float, sigma: float, n: int) -> int:
    """The least S with 2^{S(2α+1)} >= n/σ². Raises: ValueError for n < σ²."""
    S = cut(Fraction(alpha), sigma, n)
    if S is None:
        raise ValueError(f"n = {n}: must be at least σ² = {sigma**2:g}")
    return S


def series(alpha: float, log_n: int, sigma: float, folded: bool) -> View:
    """Exact risk at the best cut for all n, and at every cut for n = 2^log_n."""
    n, c1 = 2**log_n, 1 / (1 - 4.0**-alpha)
    at_cut = [letters(alpha, best_cut(alpha, sigma, k), sigma, target(alpha, k, folded), folded) for k in SAMPLES]
    cuts, f = range(1, blocks(n, False)), target(alpha, n, folded)
    risks, biases = ([letters(alpha, S, noise, f, folded) for S in cuts] for noise in (sigma, 0.0))
    least, (at, _) = balance(alpha, c1, 1.0, sigma, n), balance_by_search(alpha, c1, 1.0, sigma, n)
    assert least is not None
    shared = {"alpha": alpha, "c_1": c1, "c_2": 1.0, "sigma": sigma, "n": n, "M": math.ceil(at - 1e-18)}
    m = np.geomspace(0.5, 2.0 ** cuts[-1], 16)
    sums = [shared | {"m_star": at, "R_star": least[1], "x": x} for x in m]
    S = best_cut(alpha, sigma, n)
    logs = 8 + abs(math.log(2 * alpha)) + math.log(c1) + math.log(n) + 2 * abs(math.log(sigma))
    slope = np.polyfit(np.log(SAMPLES), np.log([point["R_n"] for point in at_cut]), 1)[0]
    return View(
        (_against_samples(at_cut), _against_terms(m, sums, risks, biases, least)),
        (
            Number("exponent 2α/(2α+1)", float(exponent([Fraction(alpha)], "mixed"))),
            Number("slope of the exact risk", float(slope)),
            Number("blocks S kept", S),
            Number("terms 2^S − 1", 2**S - 1),
            Number("squared bias, exact", fits.risk(f, 2**S // 2, 0.0)),
            Number(
                "squared bias, statement", float(line(PROJECTION_RISK, "R_S", [letters(alpha, S, 0.0, f, folded)])[0])
            ),
            Number("variance σ² m/n", sigma**2 * (2**S - 1) / n),
            Number("balance m*", least[0]),
            Number("balance R*", least[1]),
        ),
        (
            judge(
                PROJECTION_RISK,
                "R_S as stated, r/2 ≤ R_n ≤ (1 + 1/(1 − 4^{−α})) r",
                at_cut,
                16 * SAMPLES[-1] * UNIT * (1 + c1 + sigma**2),
                OF_BLOCKS,
            ),
            judge(BALANCE, f"m*, R* least of all, n = {n}", sums, 8 * UNIT * logs * least[1] + 1e-18 * (1 + least[0])),
        ),
    )


def _against_samples(points: list[dict[str, Any]]) -> Panel:
    return Panel(
        "risk at the best cut, all n",
        "samples n",
        "in-sample risk E‖f̂ − f‖²/n",
        (
            Curve("upper bound", SAMPLES, line(PROJECTION_RISK, "R_n", points, "<=")),
            Curve("risk R_S, statement", SAMPLES, line(PROJECTION_RISK, "R_S", points)),
            Curve(
                "lower bound r/2", SAMPLES, [float(both.left) for both in sides(PROJECTION_RISK, "r/2", points, "<=")]
            ),
            Curve("exact risk, by transform", SAMPLES, [point["R_n"] for point in points], measured=True),
        ),
        log_x=True,
        log_y=True,
    )


def _against_terms(
    m: NDArray[np.float64],
    sums: list[dict[str, Any]],
    risks: list[dict[str, Any]],
    biases: list[dict[str, Any]],
    least: tuple[float, float],
) -> Panel:
    terms = [2 ** point["S"] - 1 for point in risks]
    bias = line(PROJECTION_RISK, "R_S", biases)
    risk = line(PROJECTION_RISK, "R_S", risks)
    return Panel(
        f"bias and variance at n = {risks[0]['n']}",
        "terms m",
        "risk",
        (
            Curve("risk R_S, statement", terms, risk),
            Curve("its squared bias", terms, bias),
            Curve("its variance", terms, risk - bias),
            Curve("c_1 m^−2α + σ² m/n", m, line(BALANCE, "R_star", sums, "<=")),
            Curve("exact risk, by transform", terms, [point["R_S"] for point in risks], measured=True),
            Curve("squared bias, exact", terms, [point["R_S"] for point in biases], measured=True),
            Curve("balance m*, R*", [least[0]], [least[1]], measured=True),
        ),
        log_x=True,
        log_y=True,
    )


def drawn(alpha: float, log_n: int, sigma: float, folded: bool) -> Iterator[Progress]:
    """The risk at the best cut by Monte Carlo, one sample size after the other, with one standard error."""
    found: list[fits.Estimate] = []
    for done, n in enumerate(SAMPLES, 1):
        estimator = partial(fits.project, frequencies=2 ** best_cut(alpha, sigma, n) // 2)
        draws = max(50, min(2000, 2**19 // n))
        found.append(fits.risk_by_draws(target(alpha, n, folded), estimator, sigma, draws, n))
        mean, error = zip(*found, strict=True)
        yield Progress(done, len(SAMPLES), 0, (Curve("Monte Carlo", SAMPLES[:done], mean, True, error),))


SERIES = Exploration(
    name="rates.series",
    title="The series estimator: error against n",
    about="Least squares on trigonometric functions: too few terms leave bias, too many fit noise. The best number of"
    " terms grows with n, and the risk falls with exponent 2α/(2α+1). Then let the target have frequencies above n/2:"
    " they fold back on lower ones, and the formula breaks.",
    claims=(PROJECTION_RISK, BALANCE),
    controls=(
        Slider("alpha", "smoothness α", (0.5, 1.0, 1.5, 2.0), 1.0),
        Slider("log_n", "log₂ n", tuple(range(4, 14)), 10),
        Slider("sigma", "noise σ", (0.25, 0.5, 1.0, 2.0, 4.0), 1.0),
        Switch("folded", "target with higher frequencies"),
    ),
    drops={"folded": "frequencies below n/2"},
    look=series,
    on_demand=(OnDemand("draw noise (Monte Carlo)", drawn),),
)
