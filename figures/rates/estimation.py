"""Risk of projection against samples: exact formula, Monte Carlo, and the minimax band.

Criteria: exact risk of a target without folded frequencies within 64 u log2 n of the statement's, relative, and Monte
Carlo within five standard errors of it; log-log slope of the exact risk, folded frequencies included, along n growing
by 2^{2α+1} within 0.03 of −2α/(2α+1) for α <= 1, 0.05 for α = 2 (few blocks, so 2^S − 1 is not 2^S yet); cuts that do
not follow the balance within 0.1 of slopes 0, −1/3 and 0; the least worst risk of linear methods and the Bayes risk of
two points inside the minimax band.
"""

from collections.abc import Mapping
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.rates.estimation as exact
import numerics.rates.projection as fits
import theory.rates.estimation as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import line, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.rates.index_sets import mixed_constant

#: What the windows of the slopes leave to the ends, by α.
WINDOW = {1: 0.03, 2: 0.05}
#: Numbers of terms that do not follow the balance.
WRONG = ("m = 3", "m ≈ n^(2/3)", "m ≈ n/4")


def parameters(scale: Scale) -> dict[str, Any]:
    """Smoothness with the sample sizes of its slope; replications; smoothness vectors of the band."""
    return {
        "slopes": [[1, 2, 64, 6], [1, 1, 64, 4], [2, 1, 32, 3]],
        "blocks": 16,
        "draws": scale.choose(100, 200, 1000),
        "wrong": [2**k for k in range(8, 14)],
        "vectors": [[1, 2], [1, 1.5]],
        "samples": [4**k for k in range(scale.choose(4, 9, 12))],
        "seed": 2,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Slopes, wrong cuts, the band."""
    return _slopes(given) | _wrong(given) | _band(given)


def _slopes(given: Mapping[str, Any]) -> Arrays:
    """For every α: n, exact risk, Monte Carlo, the statement (the K blocks that do not fold)."""
    rows = []
    for p, q, first, many in given["slopes"]:
        alpha = Fraction(p, q)
        c = fits.block_coefficients(float(alpha), given["blocks"], given["seed"])
        for k in range(many):
            n = round(first * 2.0 ** (k * float(2 * alpha + 1)))
            S = exact.cut(alpha, 1.0, n)
            assert S is not None
            K = n.bit_length() - 1
            whole, band = fits.design_values(c, n), fits.design_values(_lowest(c, K), n)
            drawn = fits.risk_by_draws(
                band, partial(fits.project, frequencies=2**S // 2), 1.0, _few(given["draws"], n), k
            )
            letters = {"alpha": alpha, "S": S, "K": K, "sigma": 1.0, "n": n, "R_S": 0.0}
            stated = line(claim.PROJECTION_RISK, "R_S", [letters])[0]
            inner = fits.risk(band, 2**S // 2, 1.0)
            rows.append((float(alpha), n, fits.risk(whole, 2**S // 2, 1.0), *drawn, inner, stated, (2**S - 1) / n))
    return {"risk": np.array(rows)}


def _few(draws: int, n: int) -> int:
    return max(20, min(draws, draws * 4096 // n))


def _lowest(c: NDArray, K: int) -> NDArray:
    """The coefficients of the first K blocks."""
    centre, half = len(c) // 2, 2**K // 2
    return c if half > centre else c[centre + 1 - half : centre + half]


def _wrong(given: Mapping[str, Any]) -> Arrays:
    """α = 1: m fixed, m ~ n^{2/3} and m ~ n/4 beside the balance."""
    n = np.array(given["wrong"])
    kept = [np.full(len(n), 2), np.round(n ** (2 / 3) / 2).astype(int), n // 8]
    c = fits.block_coefficients(1.0, given["blocks"], given["seed"])
    targets = [fits.design_values(c, int(k)) for k in n]
    wrong = [[fits.risk(f, int(k), 1.0) for f, k in zip(targets, row, strict=True)] for row in kept]
    right = [fits.risk(f, 2 ** (exact.cut(1, 1.0, len(f)) or 0) // 2, 1.0) for f in targets]
    return {"wrong_n": n, "wrong": np.array(wrong), "right": np.array(right)}


def _band(given: Mapping[str, Any]) -> Arrays:
    """Minimax band by the statement, Bayes risk, Pinsker's and projection's worst risk, over r."""
    rows, off = [], 0.0
    for k, vector in enumerate(given["vectors"]):
        a = [Fraction(v) for v in vector]
        C, b = mixed_constant(a), exact.two_point_risk(1.0)
        h = 1 if all((v / a[0]).denominator == 1 for v in a) else 2
        for n in given["samples"]:
            rate = exact.unit_rate(a[0], 1.0, n)
            letters = {"a": [0, *a], "d": len(a), "sigma": 1.0, "n": n, "h": h, "C": C, "b": b, "r": rate, "rho": 1.0}
            upper = line(claim.MINIMAX_TWO_SIDED, "rho", [letters], "<=")[0]
            known = exact.bayes_risk(a[0], 1.0, n), exact.linear_minimax(a, 1.0, n), exact.projection_worst(a, 1.0, n)
            assert None not in known
            points = [letters | {"rho": rho} for rho in known]
            off = max(
                off, *(violation_of(claim.MINIMAX_TWO_SIDED, s, points, "<=") / rate for s in ("rho", "b*r/4**a[1]"))
            )
            rows.append((k, n, b * 4.0 ** -float(a[0]), *(v / rate for v in known if v is not None), upper / rate))
    return {"band": np.array(rows), "off": np.array([off])}


def slope_of(n: NDArray, risk: NDArray) -> float:
    """Log-log slope by least squares."""
    return float(np.polyfit(np.log(n), np.log(risk), 1)[0])


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The formula, Monte Carlo, slopes, wrong cuts, the band."""
    alpha, n, risk, drawn, error, inner, stated, _ = arrays["risk"].T
    found = [
        Gap(
            claim.PROJECTION_RISK,
            "risk without folded frequencies off the statement, relative, tolerance 64 u log2 n",
            float(np.max(np.abs(inner / stated - 1))),
            64 * UNIT * float(np.log2(n.max())),
        ),
        Gap(
            claim.PROJECTION_RISK,
            "Monte Carlo off the statement, standard errors",
            float(np.max(np.abs(drawn - stated) / error)),
            5.0,
        ),
    ]
    for each in np.unique(alpha):
        on, order = alpha == each, 2 * each / (2 * each + 1)
        found.append(
            Gap(
                claim.PROJECTION_RISK,
                f"slope of the exact risk off {-order:.3f}, α = {each:g}",
                abs(slope_of(n[on], risk[on]) + order),
                WINDOW[max(1, round(each))],
            )
        )
    wrong = [slope_of(arrays["wrong_n"], row) for row in arrays["wrong"]]
    found.append(
        Gap(
            claim.PROJECTION_RISK,
            "slopes with " + ", ".join(WRONG) + " off 0, −1/3, 0",
            float(np.max(np.abs(np.array(wrong) - [0, -1 / 3, 0]))),
            0.1,
        )
    )
    found.append(
        Gap(
            claim.MINIMAX_TWO_SIDED,
            "Bayes risk, least linear and projection's worst risk outside the band, in units of r",
            float(arrays["off"][0]),
            1e-12,
        )
    )
    return tuple(found)


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Risk at the balance, at other cuts, and the band."""
    canvas.set_size_inches(12, 3.9)
    risk, wrong, *bands = canvas.subplots(1, 4, width_ratios=[1.2, 1.1, 1, 1])
    _draw_risk(risk, arrays)
    for k, name in enumerate(WRONG):
        axes_slope = slope_of(arrays["wrong_n"], arrays["wrong"][k])
        label = f"{name}: {axes_slope:.2f}".replace("-", "−")
        wrong.plot(
            arrays["wrong_n"],
            arrays["wrong"][k],
            color=ink(k + 1).colour,
            linestyle=ink(k + 1).line,
            marker=ink(k + 1).marker,
            label=label,
        )
    theorem(wrong, arrays["wrong_n"], arrays["right"], ink(0), "at the balance")
    logarithmic(wrong)
    wrong.set_ylim(top=float(arrays["wrong"].max()) * 8)
    wrong.legend(loc="upper right", title="terms: slope", title_fontsize=7.5)
    panel(wrong, "b", "cuts that miss the balance, α = 1", "samples n", "exact risk")
    for k, axes in enumerate(bands):
        _draw_band(axes, arrays["band"][arrays["band"][:, 0] == k], "cd"[k], ("(1, 2)", "(1, 3/2)")[k], k == 0)


def _draw_risk(axes: Axes, arrays: Arrays) -> None:
    alpha, n, _, drawn, error, _, stated, variance = arrays["risk"].T
    for k, each in enumerate(np.unique(alpha)):
        on = alpha == each
        theorem(axes, n[on], stated[on], ink(k), f"α = {each:g}, rate −{2 * each / (2 * each + 1):.2f}")
        measurement(axes, n[on], drawn[on], ink(k), error[on])
        axes.plot(n[on], variance[on], color=ink(k).colour, linewidth=0.7, alpha=0.7)
    logarithmic(axes)
    axes.set_ylim(bottom=float(variance.min()) / 12)
    axes.legend(
        loc="lower left", title="line: statement, thin: its variance,\nmarker: Monte Carlo ± 1 s.e.", title_fontsize=7.5
    )
    panel(axes, "a", "risk of projection at the balance", "samples n", "in-sample risk")


def _draw_band(axes: Axes, rows: NDArray, letter: str, name: str, named: bool) -> None:
    _, n, lower, bayes, linear, worst, upper = rows.T
    axes.fill_between(n, lower, upper, color="0.88", label="band of the theorem")
    for y in (lower, upper):
        axes.plot(n, y, color="black", linewidth=1.0)
    for k, (y, label) in enumerate(
        ((worst, "projection, worst"), (linear, "best linear, worst"), (bayes, "two points, Bayes"))
    ):
        measurement(axes, n, y, ink(k), label=label)
    logarithmic(axes)
    axes.set_ylim(0.05, 400 if named else 30)
    if named:
        axes.legend(loc="upper left")
    panel(axes, letter, f"minimax band, a = {name}", "samples n, σ = 1", "risk over r")


ESTIMATION = Figure(
    name="rates.estimation",
    title="Risk against samples: projection, and the minimax band",
    alt="Four panels. Risk of projection over samples for three smoothnesses, straight falling lines with Monte Carlo"
    " markers on them. Three cuts that miss the balance: two level curves and one that falls more slowly. Two grey"
    " bands over samples, level, with three rows of markers inside: projection, best linear method, two points.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
