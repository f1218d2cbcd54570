"""LegS (S4) against its diagonal part (S4D-LegS) as N grows: kernels that never meet, responses that do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.explorer.controls import Slider, Switch
from figures.explorer.exploration import Curve, Exploration, Number, OnDemand, Panel, Progress, View, judge, worst
from figures.measuring import UNIT
from figures.statements import line, relation
from models.equivalence.legs import responses
from numerics import certified

SIZES = (2, 4, 6, 8, 12, 16, 24, 32, 48, 64)
#: The end of the window through which only a part of the distance is seen.
WINDOW = 2.0

Points = list[dict[str, Any]]


def sizes(n: int, N: int) -> list[int]:
    """The sizes up to N whose states include n, and N."""
    return sorted({size for size in SIZES if n < size < N} | {N})


def kernels(n: int, N: int, until: float) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Times, K_n of LegS and of S4D-LegS; at least eight points in a period of the fastest mode, N²/π."""
    t = np.linspace(0, until, max(200, int(8 * until * N**2 / np.pi / (2 * np.pi)) + 1))
    return t, exact.legs_kernel(n + 1, t)[n], exact.normal_kernel(N, t)[n]


def distance_squared(n: int, N: int, windowed: bool) -> float:
    """E_n over all times by the modes, or through a window of time by the trapezoidal rule."""
    if not windowed:
        return exact.modal_kernel_gap_squared(n, N)
    t, full, diagonal = kernels(n, N, WINDOW)
    return float(np.trapezoid((diagonal - full) ** 2, t))


def response_error(n: int, N: int, a: float, jump: bool) -> float:
    """L² distance of the two responses to u = t exp(−a t), or to u = exp(−a t), which starts with a jump."""
    return exact.response_error(n, N, lambda omega: (a**2 + omega**2) ** (-1.0 if jump else -2.0))


def converging(N: int, n: int, until: float, a: float, windowed: bool, jump: bool) -> View:
    """Kernels of state n, their distance, and the distance of the responses, as the number of states grows."""
    v = np.sqrt(a / 2) if jump else 1 / np.sqrt(4 * a)  # |u'| in L²(0, ∞)
    drawn = sizes(n, N)
    rates: Points = [{"e": response_error(n, size, a, jump), "v": v, "n": n, "N": size} for size in drawn]
    # of E only entry n is read
    gaps: Points = [{"E": np.full(n + 1, distance_squared(n, size, windowed)), "n": n, "N": size} for size in drawn]
    E, e, bound = gaps[-1]["E"][n], rates[-1]["e"], line(claim.S4D_LEGS_INPUT_RATE, "e", rates, "<=")
    equal = relation(claim.S4D_LEGS_KERNEL_GAP, "E[n]")
    pulse = "exp(−at)" if jump else "t exp(−at)"
    return View(
        (
            kernel_panel(n, N, until),
            distance_panel(n, gaps, f", t ≤ {WINDOW:g} only" if windowed else ""),
            Panel(
                f"distance of the responses to {pulse}",
                "states N",
                "L² distance e",
                (
                    Curve("bound on e", drawn, bound),
                    Curve("e, Parseval's integral", drawn, [rate["e"] for rate in rates], measured=True),
                ),
                log_x=True,
                log_y=True,
            ),
        ),
        (
            Number("‖K'_n − K_n‖ / ‖K_n‖", float(np.sqrt(2 * E))),
            Number("fastest mode ω_0", float(exact.normal_part_frequencies(N).max())),
            Number("distance of the responses e", e),
            Number("e over its bound", float(e / bound[-1])),
        ),
        (
            judge(claim.S4D_LEGS_KERNEL_GAP, f"E_n for n = {n}, N = {drawn[0]}..{N}", gaps, 64 * N**2 * UNIT, equal),
            worst(
                judge(claim.S4D_LEGS_INPUT_RATE, f"e below its bound, N = {drawn[0]}..{N}", [rate], rounding(rate))
                for rate in rates
            ),
        ),
    )


def rounding(rate: dict[str, Any]) -> float:
    """What doubles lose in Parseval's integral."""
    return float(64 * rate["N"] ** 2 * UNIT * rate["e"])


def kernel_panel(n: int, N: int, until: float) -> Panel:
    """K_n of both systems."""
    t, full, diagonal = kernels(n, N, until)
    curves = (Curve("S4D-LegS", t, diagonal), Curve("LegS", t, full))
    return Panel(f"kernels of state {n}, N = {N}", "time t", f"K_{n}(t)", curves)


def distance_panel(n: int, gaps: Points, seen: str) -> Panel:
    """E_n as measured, by the statement, and in the limit."""
    drawn = [gap["N"] for gap in gaps]
    curves = (
        Curve("E_n of the statement", drawn, line(claim.S4D_LEGS_KERNEL_GAP, "E[n]", gaps)),
        Curve("limit (2n+1)/4", drawn, np.full(len(drawn), (2 * n + 1) / 4)),
        Curve("‖K_n‖² = 1/2", drawn, np.full(len(drawn), 0.5)),
        Curve(f"E_n measured{seen}", drawn, [gap["E"][n] for gap in gaps], measured=True),
    )
    return Panel(f"squared distance of the kernels{seen}", "states N", "E_n = ‖K'_n − K_n‖²", curves, log_x=True)


def enclosed(N: int, n: int, until: float, a: float, windowed: bool, jump: bool) -> Iterator[Progress]:
    """E_n over all times in ball arithmetic, size by size."""
    drawn, middles, widest = sizes(n, N), list[float](), 0.0
    for done, size in enumerate(drawn, 1):
        ball = certified.kernel_gap_squared(n, size)
        middles.append(float(ball.lower[0] + ball.upper[0]) / 2)
        widest = max(widest, float(ball.width.max()))
        curve = Curve("enclosure, ball arithmetic, all t", drawn[:done], middles.copy(), measured=True)
        yield Progress(done, len(drawn), 1, (curve,), (Number("widest enclosure", widest),))


def layers(N: int, n: int, until: float, a: float, windowed: bool, jump: bool) -> Iterator[Progress]:
    """The distance of the outputs of an S4 and an S4D-LegS layer, both bilinear; their input is t exp(−t)."""
    if jump or a != 1:
        raise ValueError(f"a = {a:g}, jump = {jump}: the layers are driven by t exp(−t), a = 1 without a jump")
    drawn, errors = sizes(n, N), list[float]()
    for done, size in enumerate(drawn, 1):
        errors.append(float(responses((size,), n).error[0]))
        curve = Curve("torch layers S4 and S4D", drawn[:done], errors.copy(), measured=True)
        yield Progress(done, len(drawn), 2, (curve,))


DIAGONAL_FORM = Exploration(
    name="equivalence.diagonal_form",
    title="S4 with LegS against S4D-LegS as N grows",
    about="Raise N: the diagonal kernel oscillates ever faster about the LegS kernel and comes no closer to it in L²,"
    " while the responses to a smooth input approach like 1/N. Then let the input start with a jump, or look at the"
    " kernels through a window of time only.",
    claims=(claim.S4D_LEGS_KERNEL_GAP, claim.S4D_LEGS_INPUT_RATE),
    controls=(
        Slider("N", "states N", SIZES, 16),
        Slider("n", "state n", (0, 1, 2, 3, 4, 5), 1),
        Slider("until", "time shown", (0.25, 0.5, 1.0, 2.0), 2.0),
        Slider("a", "decay a of the input", (0.25, 0.5, 1.0, 2.0, 4.0, 8.0), 1.0),
        Switch("windowed", f"distance over t ≤ {WINDOW:g} only"),
        Switch("jump", "input exp(−a t), with a jump at 0"),
    ),
    drops={"windowed": "norms over all of (0, ∞)", "jump": "no jump of the input at 0"},
    look=converging,
    on_demand=(
        OnDemand("enclose the distance in ball arithmetic", enclosed),
        OnDemand("measure the responses on torch layers", layers),
    ),
)
