"""State bits against copy error: the pigeonhole bound, and the digit copier in arithmetic of p bits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.selection.states as exact
import theory.selection.states as claim
from figures.explorer.controls import Choice, Slider, Switch, Text
from figures.explorer.exploration import Curve, Exploration, Number, OnDemand, Panel, Progress, View, judge
from figures.explorer.reading import reals
from figures.statements import line, relation
from models.constructed.digits import EXPONENT, SIGNIFICAND, digit_copier
from models.selection.states import on_random_strings

Letters = dict[str, Any]

#: The arithmetics of torch by name.
DTYPES = {str(dtype).removeprefix("torch."): dtype for dtype in SIGNIFICAND}
#: Lengths around the last one that fits, strings drawn at each, in so many parts.
AROUND, STRINGS, PARTS = (-2, -1, 0, 1, 2, 3, 4), 200, 3


def tokens(text: str) -> list[Any]:
    """Numbers between commas, integers as such, as the library wants its tokens."""
    return [int(x) if x.is_integer() else x for x in reals("word", text).tolist()]


def copied(b: int, bits: int, p: int, dtype: str, word: str, again: bool) -> View:
    """Strings lost against bits of state over all strings of b L bits, and what p bits of significand keep."""
    V, L = 2**b, bits // b
    points = [point for q in range(2, bits + 1) for point in losses(V, L, q, again)]
    lengths = np.unique(np.linspace(1, L, 5).astype(int)).tolist()
    kept = [exact.digits_in_precision(V, n, p) for n in lengths]
    letters: list[Letters] = [
        {"b": b, "L": n, "p": p, "Z": digit_copier(V, n).resources.nonzero, "F": found.copied, "K": found.states}
        for n, found in zip(lengths, kept, strict=True)
    ]
    number, said = exact.copy_in_precision(tokens(word), V, p)
    least = relation(claim.COPY_PIGEONHOLE, "E", ">=")
    return View(
        (against_states(V, L, points), against_length(letters, dtype)),
        (
            Number("states left by p bits", len(np.unique(exact.numbers_in_precision(V, L, p)))),
            Number("fraction of strings kept", float(kept[-1].states)),
            Number("fraction of strings copied", float(kept[-1].copied)),
            Number("nonzero weights of the copier", letters[-1]["Z"]),
            Number("your string is the number", exact.copy_in_precision(tokens(word), V, None)[0]),
            Number("p bits keep the number", number),
            Number("and it is said as", ", ".join(map(str, said))),
        ),
        (
            judge(claim.COPY_PIGEONHOLE, "fraction lost ≥ 1 − m/V^L, all strings", points, 1e-45, least),
            judge(claim.DIGIT_COPIER, f"weights, kept and copied, p = {p}, up to {L} tokens", letters, 0.0),
        ),
    )


def losses(V: int, L: int, p: int, again: bool) -> tuple[Letters, Letters]:
    """Fraction of strings lost by the best answers from the state rounded to p bits, and by the digit copier.

    Read again, the string is there when the answer is given, and the state may be one and the same.
    """
    numbers = exact.numbers_in_precision(V, L, p)
    _, first, state = np.unique(numbers, return_index=True, return_inverse=True)
    every = np.arange(len(numbers))
    answers, m = (every, 1) if again else (first[state], len(first))
    best = Fraction(int((answers != every).sum()), len(every))
    own = 1 - exact.digits_in_precision(V, L, p).copied
    return {"V": V, "L": L, "m": m, "E": best}, {"V": V, "L": L, "m": len(first), "E": own}


def against_states(V: int, L: int, points: list[Letters]) -> Panel:
    """Strings lost against bits of state."""
    states = [{"V": V, "L": L, "m": m, "E": 0} for m in np.unique(np.geomspace(1, V**L, 60).astype(int))]
    bound = line(claim.COPY_PIGEONHOLE, "E", states, ">=")
    m, lost = np.array([(point["m"], float(point["E"])) for point in points]).T
    curves = (
        Curve("pigeonhole bound 1 − m/V^L", np.log2([point["m"] for point in states]), bound),
        Curve("best answers from a state rounded to 2, 3, .. bits", np.log2(m[::2]), lost[::2], measured=True),
        Curve("digit copier in 2, 3, .. bits", np.log2(m[1::2]), lost[1::2], measured=True),
    )
    return Panel(f"all {V**L} strings, V = {V}, L = {L}", "bits of state, log₂ m", "fraction of strings lost", curves)


def against_length(letters: list[Letters], dtype: str) -> Panel:
    """Numbers kept and strings copied against the bits of the string."""
    p, torch_p = letters[0]["p"], SIGNIFICAND[DTYPES[dtype]]
    every, bits = np.arange(1, torch_p + 7), [one["b"] * one["L"] for one in letters]
    curves = (
        Curve(f"kept, p = {p}", every, kept_line(p, every)),
        Curve(f"kept, p = {torch_p} ({dtype})", every, kept_line(torch_p, every)),
        Curve(f"all strings: kept, p = {p}", bits, [float(one["K"]) for one in letters], measured=True),
        Curve(f"all strings: copied, p = {p}", bits, [float(one["F"]) for one in letters], measured=True),
    )
    return Panel("digit copier against length", "bits of the string, L b", "fraction of strings", curves)


def kept_line(p: int, bits: NDArray[np.int64]) -> NDArray[np.float64]:
    """The stated fraction of strings whose number p bits keep exactly."""
    blank = {"b": 1, "p": p, "Z": 0, "K": 0, "F": 0}
    return line(claim.DIGIT_COPIER, "K", [blank | {"L": int(n)} for n in bits])


def constructed(b: int, bits: int, p: int, dtype: str, word: str, again: bool) -> Iterator[Progress]:
    """The network in torch on random strings, at lengths around its significand; also with two gates taken directly."""
    kind = DTYPES[dtype]
    lengths = [n for n in (SIGNIFICAND[kind] // b + k for k in AROUND) if b * (n + 1) < EXPONENT[kind]]
    rows: dict[int, list[tuple[float, float, float]]] = {n: [] for n in lengths}
    for done, (part, n) in enumerate(((part, n) for part in range(PARTS) for n in lengths), 1):
        right, direct = (digit_copier(2**b, n, dtype=kind, inexact=True, merged=merged) for merged in (False, True))
        found, other = (on_random_strings(one, 2**b, n, STRINGS, 100 * part + n) for one in (right, direct))
        rows[n].append((float(found.states), float(found.copied), float(other.copied)))
        seen = [k for k in lengths if rows[k]]
        shares = np.array([np.mean(rows[k], axis=0) for k in seen]).T
        drawn = np.array([STRINGS * len(rows[k]) for k in seen])
        names = ("in the state", "copied", "copied, two gates taken off directly")
        curves = (
            Curve(f"{dtype}: {name}", b * np.array(seen), share, True, np.sqrt(share * (1 - share) / drawn))
            for name, share in zip(names, shares, strict=True)
        )
        yield Progress(done, PARTS * len(lengths), 1, tuple(curves))


BITS = Exploration(
    name="selection.state_bits",
    title="State bits against copy error",
    about="One number holds a string as its digits, and rounding to p bits merges strings: count the states that are"
    " left, and at least 1 − m/V^L of all strings are lost. The digit copier copies strings of up to p"
    " bits without a loss, and no longer ones. Then let the string be read again: nothing is lost with any state.",
    claims=(claim.COPY_PIGEONHOLE, claim.DIGIT_COPIER),
    controls=(
        Slider("b", "bits per symbol b", (1, 2), 2),
        Slider("bits", "bits of the string L b", (2, 4, 6, 8, 10), 8),
        Slider("p", "bits of the significand p", tuple(range(2, 13)), 6),
        Choice("dtype", "network in torch, on demand", tuple(DTYPES), "float32"),
        Text("word", "a string, tokens 0 .. V − 1", "1, 0, 0, 1"),
        Switch("again", "the string is read again for the answer"),
    ),
    drops={"again": "what is said depends on the state only"},
    look=copied,
    on_demand=(OnDemand("run the network in torch", constructed),),
)
