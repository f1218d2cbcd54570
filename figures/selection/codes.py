"""Codes: how often a random one misreads, when one code reads all contents, and how many contents a state tells apart.

Written before the runs: no lower end of a 1 − 1e-6 Clopper-Pearson interval is above the union of exact tails (random
codes) or the Bernstein bound (parity codes); a ±1 code reads the worst contents of every key iff its Babel function is
below 1, to rounding of L sums of d terms; no state is shared by fewer contents than the count demands.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.selection.codes as exact
import theory.selection.codes as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import line, violation, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from numerics.selection.sampled_codes import clopper_pearson, parity_codes_failing, random_codes_failing
from numerics.selection.state_counts import contents_count, least_dimension, sharing

#: An interval that is drawn, and one that must not exclude the bound.
DRAWN, DOUBT = 0.05, 1e-6


def parameters(scale: Scale) -> dict[str, Any]:
    """L stored bits and codes drawn at every d; V keys and the d of random codes; keys and p of the three curves."""
    return {
        "L": scale.choose(4, 8, 16),
        "draws": scale.choose(200, 1500, 20_000),
        "V": scale.choose(16, 64, 256),
        "powers": scale.choose([2, 4, 6, 8], [4, 5, 6, 7, 8, 9, 10, 11, 12], [4, 6, 8, 10, 12, 14]),
        "stored": scale.choose([2, 4], [4, 8, 16], [4, 16, 64]),
        "keys": scale.choose(256, 1024, 4096),
        "p": 0.05,
        "states": scale.choose(20, 80, 400),
        "seed": 5,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Failures of drawn codes, worst contents, contents that share a state, and the least d that fails rarely."""
    return _failures(given) | _contents(given) | _states(given) | _dimensions(given)


def _failures(given: Mapping[str, Any]) -> Arrays:
    L, draws, seed = given["L"], given["draws"], given["seed"]
    v = np.random.default_rng(seed).choice([-1, 1], size=(L, 1))
    d = np.unique(np.round(L * np.array([0.5, 1, 2, 3, 4, 6, 8, 10, 12])).astype(int))
    key_bits = L.bit_length() - 1
    hits = [
        [random_codes_failing(v, k, draws, seed) for k in d],
        [parity_codes_failing(range(L), key_bits, v, k, draws, seed) for k in d],
    ]
    limits = [[clopper_pearson(k, draws, DRAWN) for k in row] for row in hits]
    strict = [[clopper_pearson(k, draws, DOUBT).lower for k in row] for row in hits]
    tail = np.array([float(exact.one_bit_tail(L, int(k))) for k in d])
    share = np.array(hits) / draws
    return {"L": np.array([L]), "d": d, "share": share, "limits": np.array(limits), "strict": np.array(strict)} | {
        "tail": tail
    }


def _contents(given: Mapping[str, Any]) -> Arrays:
    V, stored = given["V"], given["stored"]
    sizes, babel, margin, misread, off = [], [], [], [], []
    for power in given["powers"]:
        code = np.random.default_rng(given["seed"] + power).choice([-1, 1], size=(V, 2**power))
        c = exact.coherences(code / np.sqrt(2**power))
        for L in stored:
            found = exact.worst_contents(code, L)
            row = np.append(c[np.argmax(c[:, : L - 1].sum(1))], 0.0)
            letters = {"L": L, "c": row, "m": found.margin, "E": found.misread}
            off.append(violation(claim.ALL_CONTENTS_IFF, [letters]) / (16 * L * (2**power + 2) * UNIT))
            sizes.append((2**power, L))
            babel.append(exact.babel(code / np.sqrt(2**power), L - 1))
            margin.append(found.margin)
            misread.append(found.misread)
    return {"size": np.array(sizes), "babel": np.array(babel), "margin": np.array(margin)} | {
        "misread": np.array(misread),
        "off": np.array(off),
    }


def _states(given: Mapping[str, Any]) -> Arrays:
    draw = np.random.default_rng(given["seed"])
    rows = []
    for _ in range(given["states"]):
        V, d, b = (int(draw.integers(1, most + 1)) for most in (7, 4, 2))
        L = int(draw.integers(1, min(V, 3) + 1))
        found = sharing(draw.choice([-1, 1], size=(V, d)), L, b)
        rows.append((V, L, b, d, found.most, found.read, contents_count(V, L, b)))
    return dict(zip(("V", "held", "b", "entries", "kappa", "rho", "contents"), np.array(rows).T, strict=True))


def _dimensions(given: Mapping[str, Any]) -> Arrays:
    keys, p = given["keys"], given["p"]
    pairs = np.array([L for L in (1, 2, 4, 8, 16, 32, 64) if L <= keys // 8])
    found = []
    for L in pairs:
        v = np.random.default_rng(int(L)).choice([-1, 1], size=(L, 1))
        least, share = 1, 1.0
        while L > 1 and share > p:
            least = int(np.ceil(1.25 * least))
            share = random_codes_failing(v, least, 100, given["seed"]) / 100
        found.append(least)
    return {
        "pairs": pairs,
        "least": np.array(found),
        "tells": np.array([least_dimension(keys, int(L), 1) for L in pairs]),
        "keys": np.array([keys]),
        "p": np.array([p]),
    }


def _read_points(arrays: Arrays) -> list[dict[str, Any]]:
    L = int(arrays["L"][0])
    rows = zip(arrays["d"], arrays["tail"], *arrays["strict"], strict=True)
    return [{"L": L, "b": 1, "d": int(d), "p": p, "F": F, "G": G, "g": G / L} for d, p, F, G in rows]


def _state_points(arrays: Arrays) -> list[dict[str, Any]]:
    names = {"V": "V", "L": "held", "b": "b", "d": "entries", "kappa": "kappa", "rho": "rho"}
    return [{letter: int(arrays[name][i]) for letter, name in names.items()} for i in range(len(arrays["V"]))]


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Intervals below their bounds, the exact tail, the condition on all contents, and the count."""
    read, one = _read_points(arrays), claim.RANDOM_CODE_READ
    above = max(violation_of(one, left, read, "<=") for left in ("F", "g", "p"))
    return (
        Gap(one, "lower ends of 1 − 1e-6 Clopper-Pearson intervals above their bound, every d, both codes", above, 0.0),
        Gap(one, "exact tail as a double off the statement's sum, tolerance u", violation_of(one, "p", read), UNIT),
        Gap(
            claim.ALL_CONTENTS_IFF,
            f"worst contents of {len(arrays['off'])} codes against the Babel function, in 16 L (d + 2) u",
            float(arrays["off"].max()),
            1.0,
        ),
        Gap(
            claim.INTEGER_STATE_COUNT,
            f"contents beyond what the states can tell apart, {len(arrays['V'])} codes enumerated, tolerance 1e-12",
            violation(claim.INTEGER_STATE_COUNT, _state_points(arrays)),
            1e-12,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Failures against d/L, Babel against d, contents against states, and d against L."""
    canvas.set_size_inches(13, 4.2)
    failing, babel, states, curves = canvas.subplots(1, 4)
    _draw_failures(failing, arrays)
    _draw_babel(babel, arrays)
    _draw_states(states, arrays)
    _draw_curves(curves, arrays)


def _draw_failures(axes: Axes, arrays: Arrays) -> None:
    L, one, points = int(arrays["L"][0]), claim.RANDOM_CODE_READ, _read_points(arrays)
    x = arrays["d"] / L
    theorem(axes, x, line(one, "F", points, "<="), ink(0), "random: exact tail, b L p")
    theorem(axes, x, L * line(one, "p", points, "<="), ink(1), "random: $b L\\,e^{-d/2(L-1)}$")
    theorem(axes, x, L * line(one, "g", points, "<="), ink(3), "parity: $b L\\,e^{-3d/8(L-1)}$")
    for k, label in enumerate(("random codes drawn", "parity codes drawn")):
        share, limits = arrays["share"][k], arrays["limits"][k]
        own, look = share > 0, ink((0, 3)[k])
        error = np.abs(limits[own].T - share[own])
        measurement(axes, x[own] * (1.02 if k else 0.98), share[own], look, error, label)
    logarithmic(axes, x=False)
    axes.set_ylim(0.3 / len(x) / 1000, 30)
    axes.legend(loc="lower left")
    panel(axes, "a", f"L = {L}, b = 1: any bit misread", "code dimension d/L", "probability")


def _draw_babel(axes: Axes, arrays: Arrays) -> None:
    d, stored = arrays["size"].T
    for place, L in enumerate(np.unique(stored)):
        own = stored == L
        look, reads = ink(place), own & (arrays["misread"] == 0)
        measurement(axes, d[own], arrays["babel"][own], look, label=f"L = {L}")
        axes.plot(d[reads], arrays["babel"][reads], look.marker, color=look.colour, zorder=4)
    axes.axhline(1, color="black", linewidth=1.3)
    axes.text(0.03, 0.04, "above 1 some\ncontents are misread", fontsize=7.5, transform=axes.transAxes)
    logarithmic(axes)
    axes.legend(loc="upper right", title="filled: all contents read", title_fontsize=7.5)
    panel(axes, "b", "random ±1 codes: Babel(L − 1)", "code dimension d", "Babel(L − 1)")


def _draw_states(axes: Axes, arrays: Arrays) -> None:
    room = (arrays["held"] + 1.0) ** (arrays["entries"] * arrays["b"])
    each = arrays["contents"] / arrays["kappa"]
    for place, (own, label) in enumerate(
        ((arrays["kappa"] == 1, "κ = 1: all told apart"), (arrays["kappa"] > 1, "κ > 1: some states shared"))
    ):
        if own.any():
            measurement(axes, room[own], each[own], ink(place), label=label)
    ends = np.array([room.min(), room.max()])
    theorem(axes, ends, ends, ink(2), "as many as there are states")
    logarithmic(axes)
    axes.legend(loc="upper left")
    axes.set_ylim(0.7, 300 * each.max())
    panel(axes, "c", "contents against states", "states $(L+1)^{db}$", "contents C(V,L) $2^{bL}$/κ")


def _draw_curves(axes: Axes, arrays: Arrays) -> None:
    keys, pairs, p = int(arrays["keys"][0]), arrays["pairs"], float(arrays["p"][0])
    points = [{"V": keys, "L": int(L), "b": 1, "d": 1, "kappa": 1} for L in pairs]
    shared = [point | {"kappa": contents_count(keys, point["L"], 1) // 2 ** point["L"]} for point in points]
    theorem(axes, pairs, np.full(len(pairs), keys), ink(2), f"one-hot: V = {keys}")
    own = pairs > 1
    bound = [exact.random_code_dimension(int(L), 1, p) for L in pairs[own]]
    theorem(axes, pairs[own], bound, ink(1), f"random code, bound at p = {p:g}")
    measurement(axes, pairs[own], arrays["least"][own], ink(1), label="random code, measured")
    theorem(axes, pairs, line(claim.INTEGER_STATE_COUNT, "d", points, ">="), ink(0), "floor: which keys are stored too")
    measurement(axes, pairs, arrays["tells"], ink(0), label="the least integer")
    theorem(axes, pairs, line(claim.INTEGER_STATE_COUNT, "d", shared, ">="), ink(3), "floor: values of stored keys")
    logarithmic(axes)
    axes.set_ylim(0.5, 1e3 * keys)
    axes.legend(loc="upper left")
    panel(axes, "d", "state entries that one bit takes", "stored pairs L", "dimension d")


CODES = Figure(
    name="selection.codes",
    title="Codes: rare misreading, all contents at once, and how many contents a state tells apart",
    alt="Four panels. The share of drawn random and parity codes that misread falls with d over L and stays below the"
    " exact union and the two exponential bounds. The Babel function of random codes falls with d, and exactly the"
    " points below one read all contents. Contents per shared state stay below the number of states. Random codes need"
    " more entries than the counting floor as pairs grow, fewer than one-hot codes; at two pairs they lie below the"
    " floor for telling which keys are stored, which reading them does not need.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
