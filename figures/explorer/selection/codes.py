"""Code dimension against recall failure: random and parity codes of ±1, and when a code reads every content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.selection.codes as exact
import theory.selection.codes as claim
from figures.explorer.controls import Slider, Switch
from figures.explorer.exploration import Curve, Exploration, Number, OnDemand, Panel, Progress, View, judge
from figures.measuring import UNIT
from figures.statements import line, relation
from numerics.selection.sampled_codes import clopper_pearson

Integers = NDArray[np.int64]
Letters = dict[str, Any]

#: Codes drawn at each dimension; those for which the worst values are looked for; parts on demand.
CODES, SOUGHT, PARTS = 100, 12, 40
#: An interval excludes its probability once in so many, as in the claim's own test.
DOUBT = 1e-6


def drawn(kind: str, L: int, d: int, count: int, seed: int) -> Integers:
    """So many codes of the keys 0 .. L − 1, ±1 (count, L, d)."""
    rng = np.random.default_rng([seed, d])
    if kind == "random":
        return rng.integers(0, 2, size=(count, L, d)) * 2 - 1
    width = (L - 1).bit_length() + 1
    codes = exact.parity_code(range(L), rng.integers(0, 2, size=(count * d, width)))
    return np.moveaxis(codes.reshape(L, count, d), 0, 1)


def misreading(codes: Integers, v: Integers, after: bool) -> int:
    """How many codes misread any bit: of the values v, or of those that are worst for the code."""
    if after:
        return sum(exact.worst_contents(code, len(v)).misread > 0 for code in codes)
    return int((exact.scores(codes, v) * v <= 0).any((1, 2)).sum())


def recalled(L: int, b: int, failure: float, seed: int, after: bool) -> View:
    """How often drawn codes misread a memory against their dimension, and the Babel function of single ones."""
    v = np.random.default_rng(seed).choice([-1, 1], size=(L, b))
    least = exact.random_code_dimension(L, b, failure)
    d, count = dimensions(least), SOUGHT if after else CODES
    hits = {kind: [misreading(drawn(kind, L, n, count, seed), v, after) for n in d] for kind in ("random", "parity")}
    lower = {kind: [clopper_pearson(k, count, DOUBT).lower for k in found] for kind, found in hits.items()}
    points = [
        {"L": L, "b": b, "d": n, "p": exact.one_bit_tail(L, n), "F": F, "G": G, "g": G / (b * L)}
        for n, F, G in zip(d, lower["random"], lower["parity"], strict=True)
    ]
    wide = dimensions(2 * least)
    contents = [all_contents(drawn("random", L, n, 1, seed)[0]) for n in wide]
    reads = [n for n, letters in zip(wide, contents, strict=True) if letters["E"] == 0]
    return View(
        (one_memory(points, hits, count, failure), every_content(wide, contents)),
        (
            Number("d for failure x, random code", least),
            Number("d for failure x, parity code", exact.parity_code_dimension(L, b, failure)),
            Number("b L p at the former", float(b * L * points[-1]["p"])),
            Number(f"random codes of {count} that misread there", hits["random"][-1]),
            Number("first d whose code reads all contents", int(reads[0]) if reads else f"beyond {wide[-1]}"),
        ),
        (
            judge(
                claim.RANDOM_CODE_READ,
                f"random codes: F ≤ b L p, {len(d)} dimensions, lower limits from {count} codes",
                points,
                1e-45,
                relation(claim.RANDOM_CODE_READ, "F", "<="),
            ),
            judge(
                claim.RANDOM_CODE_READ,
                f"parity codes: g ≤ e^{{−3d/8(L−1)}}, lower limits from {count} codes",
                points,
                1e-45,
                relation(claim.RANDOM_CODE_READ, "g", "<="),
            ),
            judge(
                claim.ALL_CONTENTS_IFF,
                f"worst margin 1 − Babel(L − 1), some content misread iff Babel(L − 1) ≥ 1, {len(wide)} codes",
                contents,
                16 * L * (int(wide[-1]) + 2) * UNIT,
            ),
        ),
    )


def one_memory(points: list[Letters], hits: dict[str, list[int]], count: int, failure: float) -> Panel:
    """Probability and shares of misreading against dimension."""
    L, b, d = points[0]["L"], points[0]["b"], np.array([point["d"] for point in points])
    one, parity = (line(claim.RANDOM_CODE_READ, letter, points, "<=") for letter in "pg")
    curves = (
        Curve("random: exact tail, b L p", d, line(claim.RANDOM_CODE_READ, "F", points, "<=")),
        Curve("random: b L e^{−d/2(L−1)}", d, b * L * one),
        Curve("parity: b L e^{−3d/8(L−1)}", d, b * L * parity),
        share_of(f"{count} random codes", d, np.array(hits["random"]), count),
        share_of(f"{count} parity codes", d, np.array(hits["parity"]), count),
        Curve("allowed failure x", d[[0, -1]], [failure, failure]),
    )
    return Panel(
        f"one memory of {L} pairs", "code dimension d", "probability that any bit is misread", curves, log_y=True
    )


def every_content(d: Integers, contents: list[Letters]) -> Panel:
    """The Babel function of one code at each dimension."""
    babel = np.array([letters["c"][: letters["L"] - 1].sum() for letters in contents])
    reads = np.array([letters["E"] == 0 for letters in contents])
    curves = (
        Curve("from here on some content is misread", d[[0, -1]], [1, 1]),
        Curve("misreads some content", d[~reads], babel[~reads], measured=True),
        Curve("reads all contents", d[reads], babel[reads], measured=True),
    )
    return Panel("one random code, all contents", "code dimension d", "Babel(L − 1)", curves, log_x=True, log_y=True)


def dimensions(last: int) -> Integers:
    """Six dimensions, evenly spaced in the logarithm, up to the last one."""
    return np.unique(np.geomspace(max(1, last // 12), last, 6).round().astype(int))


def all_contents(code: Integers) -> Letters:
    """The letters of the claim on all contents, for one code ±1 (L, d) scaled to unit norm, all of its keys stored."""
    L, d = code.shape
    found, c = exact.worst_contents(code, L), exact.coherences(code / np.sqrt(d))
    row = c[np.argmax(c[:, : L - 1].sum(axis=1))]
    return {"L": L, "c": row, "m": found.margin, "E": found.misread}


def share_of(label: str, d: Integers, hits: NDArray[Any], count: int) -> Curve:
    """The share of codes that misread, with the standard error of (hits + 1)/(n + 2): not 0 where none or all do."""
    guess = (hits + 1) / (count + 2)
    return Curve(label, d, hits / count, True, np.sqrt(guess * (1 - guess) / count))


def sampled(L: int, b: int, failure: float, seed: int, after: bool) -> Iterator[Progress]:
    """The same shares over many more codes, a part of them after the other."""
    v = np.random.default_rng(seed).choice([-1, 1], size=(L, b))
    d, count = dimensions(exact.random_code_dimension(L, b, failure)), SOUGHT if after else CODES
    hits = {kind: np.zeros(len(d)) for kind in ("random", "parity")}
    for part in range(1, PARTS + 1):
        for kind, found in hits.items():
            found += [misreading(drawn(kind, L, n, count, seed + 1000 * part), v, after) for n in d]
        curves = (share_of(f"{kind} codes, {PARTS} parts", d, found, part * count) for kind, found in hits.items())
        yield Progress(part, PARTS, 0, tuple(curves), (Number("codes drawn", part * count),))


DIMENSION = Exploration(
    name="selection.code_dimension",
    title="Code dimension against recall failure",
    about="A few times L entries make misreading a memory that was fixed before the code rare: the two exponential"
    " bounds cross the allowed failure x at the dimensions below. One code for every content needs Babel(L − 1) < 1."
    " Then choose the values after the code was drawn: the first bound is broken.",
    claims=(claim.RANDOM_CODE_READ, claim.ALL_CONTENTS_IFF),
    controls=(
        Slider("L", "stored pairs L", (2, 3, 4, 6, 8, 12, 16), 8),
        Slider("b", "bits per value b", (1, 2, 3, 4), 1),
        Slider("failure", "allowed failure x", (0.001, 0.003, 0.01, 0.03, 0.1, 0.3), 0.01),
        Slider("seed", "draw", tuple(range(1, 11)), 1),
        Switch("after", "values chosen after the code is drawn"),
    ),
    drops={"after": "the memory is fixed before the code is drawn"},
    look=recalled,
    on_demand=(OnDemand("draw many codes", sampled),),
)
