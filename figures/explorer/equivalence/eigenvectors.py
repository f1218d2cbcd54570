"""The eigenvectors of LegS: exact in integers, and of no use in doubles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.explorer.controls import Choice, Slider, Switch
from figures.explorer.exploration import (
    Curve,
    Exploration,
    Number,
    OnDemand,
    Panel,
    Progress,
    Verdict,
    View,
    judge,
    worst,
)
from figures.measuring import UNIT
from figures.statements import relation, sides
from numerics import certified, spectra
from theory.claim import Sides

SIZES = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32)
#: Up to this size the condition number of V is far enough below 1/u for doubles to find it.
RESOLVED = 10
CONDITION, BALANCED = claim.LEGS_EIGENVECTOR_CONDITION, "as long as the row of W"
Matrix = NDArray[np.inexact]
Points = Sequence[Mapping[str, Any]]

#: Lengths of the columns of V D, given the lengths of the columns of V and of the rows of W.
SCALINGS = {
    "length one": lambda columns, rows: np.ones(len(columns)),
    BALANCED: lambda columns, rows: np.sqrt(columns * rows),
    "V_jj = q_j": lambda columns, rows: columns,
}


def eigensystem(N: int, normal: bool) -> tuple[Matrix, Matrix, Matrix]:
    """Eigenvalues, V and W = V⁻¹ of LegS, from its integers; or of its normal part, whose V is unitary."""
    A, B = spectra.legs(N)
    if normal:
        V = exact.normal_part_eigenvectors(N)
        return np.linalg.eigvals(A + np.outer(B, B) / 2), V, V.conj().T
    return np.sort(np.linalg.eigvals(A))[::-1], *exact.legs_eigenvectors(N)


def lengths(V: Matrix, W: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of the columns of V, and of the rows of W; κ_j is their product."""
    return np.linalg.norm(V, axis=0), np.linalg.norm(W, axis=1)


def condition(N: int, normal: bool, scaling: str) -> float:
    """κ(V D), D such that the columns get the lengths of this scaling."""
    _, V, W = eigensystem(N, normal)
    columns, rows = lengths(V, W)
    return float(np.linalg.cond(V * (SCALINGS[scaling](columns, rows) / columns)))


def sandwich(N: int, normal: bool, scaling: str) -> dict[str, Any]:
    """The letters of both bounds: κ_j and the last j of the largest, κ(V D) of this scaling and of the balanced one."""
    kappa = np.multiply(*lengths(*eigensystem(N, normal)[1:]))
    D, balanced = condition(N, normal, scaling), condition(N, normal, BALANCED)
    return {"N": N, "kappa": kappa, "j": int(kappa.argmax()), "kappa_D": D, "kappa_E": balanced}


def digits_lost(N: int) -> NDArray[np.float64]:
    """Worst error of the sum over modes for K_n/q_n, against Legendre's recurrence, in units of u; (N,)."""
    t = np.linspace(0, 4, 24)
    error = np.abs(exact.legs_kernel_sum(N, t) - exact.legs_kernel(N, t)).max(axis=1)
    return np.asarray(error / np.sqrt(2 * np.arange(N) + 1) / UNIT)


def conditioned(N: int, scaling: str, normal: bool) -> View:
    """κ_j of every eigenvalue, the condition of all eigenvectors against N, and the digits lost in the kernels."""
    s, V, W = eigensystem(N, normal)
    kappa, B = np.multiply(*lengths(V, W)), spectra.legs(N)[1]
    d = np.abs(V * (W @ B)).sum(axis=1) / B
    points = [{"kappa": kappa, "s": s, "d": d, "N": N, "j": k, "n": k} for k in range(N)]
    drawn = [size for size in SIZES if size <= N]
    found = [sandwich(size, normal, scaling) for size in drawn if size <= RESOLVED]
    whose = "the normal part" if normal else "LegS"
    each, sums = (sides(CONDITION, left, points) for left in ("kappa[j]", "d[n]"))
    eigenvalue = relation(claim.LEGS_EIGENSYSTEM, "s[j]")
    return View(
        (
            _per_mode(whose, each),
            _against_size(whose, drawn, found, scaling, normal),
            _per_state(whose, sums, normal),
        ),
        (
            Number("largest κ_j", float(kappa.max())),
            Number("at j", int(kappa.argmax())),
            Number("(largest κ_j)^(1/N), limit 5.828", float(kappa.max() ** (1 / N))),
            Number(f"κ(V D) at N = {found[-1]['N']}", found[-1]["kappa_D"]),
        ),
        (
            judge(claim.LEGS_EIGENSYSTEM, f"s_j for all {N} modes", points, 64 * N**2 * UNIT, eigenvalue),
            _equal(f"κ_j for all {N} modes", "kappa[j]", each),
            _equal(f"d_n for all {N} states", "d[n]", sums),
            *_of_all(found),
        ),
    )


def _per_mode(whose: str, each: list[Sides]) -> Panel:
    j = np.arange(len(each))
    curves = (
        Curve("κ_j of the statement", j, [float(both.right) for both in each]),
        Curve("|V_·j| |W_j·|", j, [float(both.left) for both in each], measured=True),
    )
    return Panel(f"condition of the eigenvalues of {whose}", "mode j", "κ_j", curves, log_y=True)


def _against_size(whose: str, drawn: list[int], found: Points, scaling: str, normal: bool) -> Panel:
    bounds = [exact.eigenvalue_condition(size).astype(float) for size in drawn]
    resolved, error = [one["N"] for one in found], "relative error of V Λ V⁻¹ in doubles, over u"
    curves = (
        Curve("largest κ_j of LegS: least κ(V D)", drawn, [kappas.max() for kappas in bounds]),
        Curve("Σ κ_j of LegS: most, for the best D", drawn, [kappas.sum() for kappas in bounds]),
        Curve(f"κ(V D), columns: {scaling}", resolved, [one["kappa_D"] for one in found], measured=True),
        Curve(error, drawn, [exact.reconstruction_error(size) / UNIT for size in drawn], measured=True),
    )
    return Panel(f"eigenvectors of {whose}", "states N", "condition κ", curves[: 3 if normal else 4], log_y=True)


def _per_state(whose: str, sums: list[Sides], normal: bool) -> Panel:
    n = np.arange(len(sums))
    curves = [
        Curve("P_n(3)", n, [float(both.right) for both in sums]),
        Curve("d_n, absolute sum of the terms", n, [float(both.left) for both in sums], measured=True),
    ]
    if not normal:
        curves.append(Curve("error of the sum in doubles, over u", n, digits_lost(len(sums)), measured=True))
    return Panel(f"K_n/q_n of {whose}, a sum over modes", "state n", "d_n", tuple(curves), log_y=True)


def _equal(what: str, left: str, found: list[Sides]) -> Verdict:
    """An equation about positive numbers, each to its own rounding."""
    one, rounding = (relation(CONDITION, left),), 64 * len(found) * UNIT
    return worst(Verdict(CONDITION, what, float(both.violation), rounding * float(both.left), one) for both in found)


def _of_all(found: Points) -> Iterator[Verdict]:
    """Verdicts on both bounds of κ(V D), where doubles resolve it."""
    for what, left in (("largest κ_j ≤ κ(V D)", "kappa[j]"), ("columns as long as rows: κ(V D) ≤ Σ κ_j", "kappa_E")):
        one = relation(CONDITION, left, "<=")
        yield worst(judge(CONDITION, f"{what}, N ≤ {found[-1]['N']}", [p], _lost(p), one) for p in found)


def _lost(point: Mapping[str, Any]) -> float:
    """What doubles lose in the condition numbers of V D."""
    return float(64 * point["N"] * UNIT * max(point["kappa_D"], point["kappa_E"]) ** 2)


def enclosed(N: int, scaling: str, normal: bool) -> Iterator[Progress]:
    """κ of the eigenvectors of LegS, columns of length one, in ball arithmetic: to all sizes, whatever doubles can."""
    if normal or scaling != "length one":
        raise ValueError(
            f"normal = {normal}, scaling = {scaling}: the enclosure is that of LegS, columns of length one"
        )
    drawn, middles = [size for size in SIZES if size <= min(N, 24)], list[float]()
    for done, size in enumerate(drawn, 1):
        ball = certified.legs_condition(size)
        middles.append(float(ball.lower[0] + ball.upper[0]) / 2)
        width = float(ball.width.max()) / middles[-1]
        curve = Curve("enclosure, ball arithmetic", drawn[:done], middles.copy(), measured=True)
        yield Progress(done, len(drawn), 1, (curve,), (Number("relative width of the enclosure", width),))


EIGENVECTORS = Exploration(
    name="equivalence.eigenvectors",
    title="The eigenvectors of LegS and their condition",
    about="Raise N: the condition of the eigenvectors grows like 5.83^N whatever the lengths of the columns, and at 26"
    " states nothing is left of V Λ V⁻¹ in doubles. Then take the normal part, which S4D-LegS keeps: its eigenvectors"
    " are orthonormal.",
    claims=(claim.LEGS_EIGENVECTOR_CONDITION, claim.LEGS_EIGENSYSTEM),
    controls=(
        Slider("N", "states N", SIZES, 24),
        Choice("scaling", "columns of V D", tuple(SCALINGS), "length one"),
        Switch("normal", "normal part A + B Bᵀ/2 in place of A"),
    ),
    drops={"normal": "A is the full LegS matrix"},
    look=conditioned,
    on_demand=(OnDemand("enclose κ in ball arithmetic", enclosed),),
)
