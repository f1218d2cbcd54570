"""A smoothness vector: how many functions a threshold selects, and how small the error of the best terms is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, lcm, prod
from typing import Any

import numpy as np
from sympy import And, Basic

import numerics.rates.index_sets as exact
from figures.explorer.controls import Slider, Switch, Text
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
from figures.explorer.rates.reading import smoothness
from figures.measuring import UNIT
from figures.statements import Points, line, relation
from numerics.rates.approximation import width
from theory.claim import Claim
from theory.rates.approximation import APPROXIMATION_RATE
from theory.rates.index_sets import ANISO_INDEX_SIZE, MIXED_INDEX_BOUND

#: Just above a threshold: no level of a smoothness vector with small denominators is passed over.
JUST_ABOVE = Fraction(1, 10**9)
#: What stands beyond the last coordinate; no relation looks there.
BEYOND = 1237
#: Blocks that are listed one by one, at most, for one threshold.
LISTED = 20_000


def thresholds(steps: int) -> list[Fraction]:
    """T/a_1 at the integers from 1, where the bound of integer ratios is least, and just above, where it jumps."""
    return [k + part for k in range(1, steps + 1) for part in (Fraction(0), Fraction(1, 50))][:-1]


def set_letters(a: tuple[Fraction, ...], T: Fraction, G: int, C: Fraction | float | None) -> dict[str, Any]:
    """The letters of an index set; a and T as integers with a common denominator, which changes no ratio."""
    scale = lcm(T.denominator, *(x.denominator for x in a))
    whole = np.array([BEYOND, *(int(x * scale) for x in a), BEYOND * scale], dtype=object)
    lattice = int(all((x / a[0]).denominator == 1 for x in a))
    letters = {"a": whole, "d": len(a), "T": int(T * scale), "d_T": sum(x < T for x in a), "G": G}
    return letters | ({} if C is None else {"C": C, "lambda": lattice})


def spoken_of(claim: Claim, C: Fraction | float | None) -> Basic:
    """The statement, without the relations that speak of C where a_1 = a_2 has none."""
    return And(*(r for r in claim.relations if C is not None or "C" not in map(str, r.free_symbols)))


def rounding(a: tuple[Fraction, ...], C: Fraction | float | None) -> float:
    """What rounding of C can explain, relative: it is a Fraction where all ratios are integers."""
    return 8 * (len(a) + 2) * float(a[0] + 1) * UNIT if isinstance(C, float) else 1e-45


def _below(points: list[dict[str, Any]], C: Fraction | float | None, rounded: float) -> Iterator[Verdict]:
    """C itself, and the upper bound of the mixed sizes at every T, to the rounding of C at that T."""
    if C is not None:
        own, above = (relation(MIXED_INDEX_BOUND, left, sign) for left, sign in (("C", "=="), ("G + 1", "<=")))
        yield judge(MIXED_INDEX_BOUND, "C is the product", points[:1], rounded * float(C), own)
        bounds = (
            judge(MIXED_INDEX_BOUND, "G + 1 ≤ 2C 2^{T/a_1}, mixed sets", [p], rounded * (1 + p["G"]) * float(C), above)
            for p in points
        )
        yield worst(bounds)


def error_letters(a: tuple[Fraction, ...], counted: tuple[Fraction, ...], C: Fraction | float | None, m: int) -> dict:
    """The letters of the errors of m terms: of the mixed ball of `counted`, of the anisotropic ball of a."""
    row = np.array([BEYOND, *a, BEYOND], dtype=object)
    errors = {"E": width(counted, "mixed", m), "Ebar": width(a, "anisotropic", m)}
    return {"a": row, "b": row, "d": len(a), "m": m, "C": C} | errors


def sizes_and_errors(a: str, steps: int, power: int, tied: bool, closed: bool) -> View:
    """Sizes of index sets against their bounds up to T = steps·a_1, errors of up to 2^power terms against theirs."""
    smooth = smoothness("a", a)
    # the constant is that of the vector as typed; a further a_1 has no factor in it
    counted, C = (smooth[0], *smooth) if tied else smooth, exact.mixed_constant(smooth)
    above = JUST_ABOVE if closed else Fraction(0)
    x = thresholds(steps)
    mixed = [exact.mixed_size(counted, smooth[0] * t + above) for t in x]
    boxes = [exact.anisotropic_size(smooth, smooth[0] * t + above) for t in x]
    mixed_points = [set_letters(smooth, smooth[0] * t, G, C) for t, G in zip(x, mixed, strict=True)]
    box_points = [set_letters(smooth, smooth[0] * t, G, None) for t, G in zip(x, boxes, strict=True)]
    terms = np.unique(np.geomspace(1, 2**power, 12).astype(int))
    error_points = [error_letters(smooth, counted, C, int(m)) for m in terms]
    rounded = rounding(smooth, C)
    return View(
        (
            _sizes(x, mixed_points, box_points, C is not None),
            _errors(terms, error_points, C is not None),
        ),
        (
            Number("constant C", "none: a_1 = a_2" if C is None else float(C)),
            Number("mixed G(T)", mixed[-1]),
            Number("box G(T)", boxes[-1]),
            Number("mixed E, largest m", float(error_points[-1]["E"])),
            Number("anisotropic E, largest m", float(error_points[-1]["Ebar"])),
            Number("exponent, mixed: a_1", float(smooth[0])),
            Number("exponent, anisotropic: 1/Σ 1/a_i", float(1 / sum(1 / y for y in smooth))),
        ),
        (
            judge(
                MIXED_INDEX_BOUND,
                "2^{T/a_1} ≤ G + 1, mixed sets",
                mixed_points,
                1e-45 * 2.0**steps,
                spoken_of(MIXED_INDEX_BOUND, None),
            ),
            *_below(mixed_points, C, rounded),
            worst(  # 45 digits of sizes that pass 10^35
                judge(ANISO_INDEX_SIZE, "G is the product, boxes", [point], 1e-45 * (1 + point["G"]))
                for point in box_points
            ),
            judge(
                APPROXIMATION_RATE,
                "E is m^{−a_1} up to constants",
                error_points,
                rounded + 1e-40,  # E is at most 1, so a bound that is larger is not broken by rounding
                spoken_of(APPROXIMATION_RATE, C),
            ),
        ),
    )


def _sizes(x: list[Fraction], mixed: Points, boxes: Points, bounded: bool) -> Panel:
    at, mixed, boxes = np.array([float(t) for t in x]), list(mixed), list(boxes)
    upper = [Curve("mixed, upper bound", at, line(MIXED_INDEX_BOUND, "G + 1", mixed, "<=") - 1)] if bounded else []
    return Panel(
        "functions that a threshold selects",
        "threshold T in units of a_1",
        "functions G",
        (
            *upper,
            Curve("mixed, lower bound", at, line(MIXED_INDEX_BOUND, "G + 1", mixed, ">=") - 1),
            Curve("mixed, counted", at, [float(point["G"]) for point in mixed], measured=True),
            Curve("box, upper bound", at, line(ANISO_INDEX_SIZE, "G", boxes, "<=")),
            Curve("box, lower bound", at, line(ANISO_INDEX_SIZE, "G", boxes, ">=")),
            Curve("box, counted", at, [float(point["G"]) for point in boxes], measured=True),
        ),
        log_y=True,
    )


def _errors(m: np.ndarray, points: Points, bounded: bool) -> Panel:
    points = list(points)
    upper = [Curve("mixed, upper bound", m, line(APPROXIMATION_RATE, "E", points, "<="))] if bounded else []
    return Panel(
        "worst error of the best m terms over the unit ball",
        "terms m",
        "error E",
        (
            *upper,
            Curve("mixed, lower bound", m, line(APPROXIMATION_RATE, "E", points, ">=")),
            Curve("mixed, exact", m, [float(point["E"]) for point in points], measured=True),
            Curve("anisotropic, exact", m, [float(point["Ebar"]) for point in points], measured=True),
        ),
        log_x=True,
        log_y=True,
    )


def listed(a: str, steps: int, power: int, tied: bool, closed: bool) -> Iterator[Progress]:
    """The mixed sets counted block by block, as far as the blocks are few enough to be listed."""
    smooth = smoothness("a", a)
    counted, above = (smooth[0], *smooth) if tied else smooth, JUST_ABOVE if closed else Fraction(0)
    blocks = {t: prod(ceil((smooth[0] * t + above) / y) for y in counted) for t in thresholds(steps)}
    few = [t for t, number in blocks.items() if number <= LISTED]
    found: list[float] = []
    for done, t in enumerate(few, 1):
        found.append(float(exact.mixed_size_by_enumeration(counted, smooth[0] * t + above)))
        curve = Curve("mixed, block by block", [float(t) for t in few[:done]], list(found), measured=True)
        yield Progress(done, len(few), 0, (curve,), (Number("blocks of the last box", blocks[t]),))


SMOOTHNESS = Exploration(
    name="rates.smoothness",
    title="A smoothness vector: sizes and exponents",
    about="Type a smoothness vector, smallest first. Boxes grow with every coordinate, mixed sets (hyperbolic crosses)"
    " with a_1 alone: watch both sizes, and the errors of the best m terms fall with the two exponents. Then repeat"
    " a_1: a logarithm appears, and the bound breaks.",
    claims=(MIXED_INDEX_BOUND, ANISO_INDEX_SIZE, APPROXIMATION_RATE),
    controls=(
        Text("a", "smoothness a_1, a_2, ..", "1, 2, 3"),
        Slider("steps", "T in units of a_1", tuple(range(2, 25)), 9),
        Slider("power", "log₂ of largest m", tuple(range(4, 31)), 20),
        Switch("tied", "a_1 taken twice, C as before"),
        Switch("closed", "sets with γ(s) ≤ T"),
    ),
    drops={"tied": "a_1 < a_2", "closed": "γ(s) < T"},
    look=sizes_and_errors,
    on_demand=(OnDemand("count block by block", listed),),
)
