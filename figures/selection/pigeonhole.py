"""Copying against bits of state: the pigeonhole bound, and who attains it.

Criteria: no automaton, no trained copier whose state is reduced to 2^S of its values, and no digit copier is above the
bound, without tolerance beyond the rounding of 50 digits; the best automaton with each number of states and the digit
copier lie on it. How close the trained copier comes is reported.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import theory.selection.states as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.statements import line, sides, violation
from figures.style import ink, measurement, panel, theorem
from models.constructed.digits import digit_copier
from models.selection.states import Config, on_all_strings, quantised
from numerics.selection.states import copies_of_all_automata

#: 50 digits of arithmetic.
ROUNDING = 1e-40


def parameters(scale: Scale) -> dict[str, Any]:
    """V symbols, L tokens; states of enumerated automata; steps and seeds of the trained copier."""
    return {
        "V": 2,
        "L": scale.choose(3, 4, 5),
        "m": scale.choose([1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4]),
        "steps": scale.choose(80, 200, 600),
        "seeds": scale.choose([0], [0, 1, 2], [0, 1, 2, 3, 4, 5]),
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """The number of automata for each count of strings copied; errors of the trained and of the digit copier."""
    V, L = given["V"], given["L"]
    automata = [np.bincount(copies_of_all_automata(m, V, L), minlength=max(given["m"]) + 1) for m in given["m"]]
    runs = [quantised(Config(V=V, L=L, steps=given["steps"], seed=seed)) for seed in given["seeds"]]
    copier = digit_copier(V, L)
    own = on_all_strings(copier, V, L)
    return {
        "sizes": np.array([V, L]),
        "m": np.array(given["m"]),
        "automata": np.array(automata),
        "bits": np.array(runs[0].bits),
        "trained": np.array([[[float(e.strings), float(e.tokens)] for e in run.errors] for run in runs]),
        "copier": np.array([copier.resources.state_bits, float(own.strings), float(own.tokens)]),
    }


def _letters(arrays: Arrays, m: int, strings_lost: float, tokens_lost: float) -> dict[str, Any]:
    V, L = (int(x) for x in arrays["sizes"])
    S = (m - 1).bit_length()
    return {"V": V, "L": L, "m": m, "S": S, "E": strings_lost, "e": tokens_lost, "epsilon": strings_lost}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The best automata on the bound; everything else not above it."""
    V, L = (int(x) for x in arrays["sizes"])
    best = [int(np.flatnonzero(row).max()) for row in arrays["automata"]]
    automata = [_letters(arrays, int(m), 1 - k / V**L, 0.0) for m, k in zip(arrays["m"], best, strict=True)]
    off = [abs(float(pair.left - pair.right)) for pair in sides(claim.COPY_PIGEONHOLE, "E", automata, ">=")]
    trained = [
        _letters(arrays, 2 ** int(S), *run[k]) for run in arrays["trained"] for k, S in enumerate(arrays["bits"])
    ]
    bits, lost, tokens = arrays["copier"]
    copier = _letters(arrays, 2 ** int(bits), float(lost), float(tokens))
    met = max(abs(float(pair.left - pair.right)) for pair in sides(claim.COPY_PIGEONHOLE, "", [copier], ">=", 0))
    count = int(arrays["automata"].sum())
    return (
        Gap(
            claim.COPY_PIGEONHOLE, f"best of {count} automata off 1 − m/V^L, counts over 2^L being exact", max(off), 0.0
        ),
        Gap(
            claim.COPY_PIGEONHOLE,
            f"trained copiers with S bits, {len(arrays['trained'])} seeds: below the bound on strings or on tokens",
            violation(claim.COPY_PIGEONHOLE, trained),
            ROUNDING,
        ),
        Gap(claim.COPY_PIGEONHOLE, "digit copier with L b bits: off the bound, which it meets", met, ROUNDING),
    )


def note(arrays: Arrays) -> str:
    """How close the trained copiers come."""
    V, L = (int(x) for x in arrays["sizes"])
    above = arrays["trained"][..., 0] - np.maximum(0, 1 - 2.0 ** arrays["bits"] / V**L)
    return f"Trained copiers: error at most {above.max():.3g} above the bound, mean {above.mean():.3g}."


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Strings copied against bits of state; tokens against the same."""
    canvas.set_size_inches(9.5, 4.0)
    whole, single = canvas.subplots(1, 2)
    _strings(whole, arrays)
    _tokens(single, arrays)


def _strings(axes: Axes, arrays: Arrays) -> None:
    V, L = (int(x) for x in arrays["sizes"])
    m = np.arange(1, V**L + 1)
    bound = 1 - line(claim.COPY_PIGEONHOLE, "E", [_letters(arrays, int(k), 0.0, 0.0) for k in m], ">=")
    theorem(axes, np.log2(m), bound, ink(2), "at most $m/V^L$", drawstyle="steps-post")
    for k, row in zip(arrays["m"], arrays["automata"], strict=True):
        reached = np.flatnonzero(row) / V**L
        axes.plot(np.full(len(reached), np.log2(k)), reached, "_", color="0.45", markersize=9, markeredgewidth=1.4)
    axes.plot([], [], "_", color="0.45", markersize=9, label="every automaton")
    _trained(axes, arrays, 0)
    axes.legend(loc="upper left")
    panel(axes, "a", f"V = {V}, L = {L}: whole strings", "bits of state, $\\log_2 m$", "fraction copied")


def _tokens(axes: Axes, arrays: Arrays) -> None:
    V, L = (int(x) for x in arrays["sizes"])
    wrong = np.linspace(0, 1 - 1 / V, 100)
    states = line(claim.COPY_PIGEONHOLE, "m", [_letters(arrays, 1, 0.0, float(e)) for e in wrong], ">=")
    theorem(axes, np.log2(states), 1 - wrong, ink(2), "Fano's bound")
    _trained(axes, arrays, 1)
    axes.legend(loc="upper left")
    panel(axes, "b", f"V = {V}, L = {L}: single tokens", "bits of state, $\\log_2 m$", "fraction of tokens right")


def _trained(axes: Axes, arrays: Arrays, column: int) -> None:
    right = 1 - arrays["trained"][..., column]
    for k, run in enumerate(right):
        measurement(axes, arrays["bits"], run, ink(0), label="trained, reduced state" if k == 0 else None)
    bits, *lost = arrays["copier"]
    axes.plot(
        bits,
        1 - lost[column],
        ink(1).marker,
        color=ink(1).colour,
        markersize=8,
        markerfacecolor="none",
        markeredgewidth=1.5,
        label="digit copier",
        zorder=5,
    )


PIGEONHOLE = Figure(
    name="selection.pigeonhole",
    title="Strings that a state of S bits can copy: every small automaton, a trained copier, the digit copier",
    alt="Two panels. The fraction of strings copied against bits of state: each automaton of up to four states lies on"
    " or below the staircase, the best of each size on it, the trained copier with its state reduced to S bits on or"
    " close to it, and the digit copier at its end. The fraction of tokens against bits of state, below Fano's curve.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
)
