"""Checks of the claims of `theory.learning.landscape` and `theory.learning.front`."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from hypothesis import strategies as st

import numerics.learning.landscape as exact
import theory.learning.landscape as claim
from models.learning.landscape import Config, descend
from numerics import certified
from numerics.memory import gram, memory_function
from tests.learning.front import FRONT_CHECKS
from tests.oracles import bidiagonal_pair, defined_memory
from tests.strategies import poles_in_disc
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

LAG = 3

#: Closest approach to the circle here: a read-out of size 3 then has a loss of order 10^3, with its rounding.
MARGIN = 1e-2


class Drawn(NamedTuple):
    """Two poles, real or conjugate, and two read-outs."""

    poles: tuple[complex, complex]
    first: tuple[complex, complex]
    second: tuple[complex, complex]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[complex, complex]:
    """A conjugate pair, or two real poles: apart, nearly equal, equal; zero and near the circle included."""
    z, other = draw(poles_in_disc(MARGIN)), draw(poles_in_disc(MARGIN))
    first, second = (abs(x) if x.real >= 0 else -abs(x) for x in (z, other))
    shapes = {
        "conjugate": (z, z.conjugate()),
        "real": (complex(first), complex(second)),
        "near": (complex(first), complex(first * (1 - 1e-6))),
        "double": (complex(first), complex(first)),
    }
    return shapes[draw(st.sampled_from(sorted(shapes)))]


def read_outs(seed: int) -> tuple[complex, complex]:
    """Two weights with integer parts -3..3, zero included."""
    a, b, c, d = np.random.default_rng(seed).integers(-3, 4, 4).tolist()
    return complex(a, b), complex(c, d)


_weights = st.integers(0, 2**16).map(read_outs)


@lru_cache
def landmarks() -> dict[str, Any]:
    """What multi-start Newton, and the search along double poles, find on the landscape of lag 3."""
    found = exact.stationary_points(LAG)
    maxima = [q for q in found if q.kind == "maximum"]
    ring = min(maxima, key=lambda q: q.p)
    (_, inner), (_, outer) = exact.collisions(LAG)
    jet = exact.memory_jet(ring.s, ring.p, LAG)
    return {
        "v_0": ring.value,
        "h_ss": jet.ss,
        "h_pp": jet.pp,
        "v": max(q.value for q in maxima),
        "v_1": inner,
        "v_2": outer,
        "n_max": len(maxima),
    }


def loss_by_kernel(poles: np.ndarray, read_out: np.ndarray) -> float:
    """Sum of squares of what the kernel of the model differs from a delay by."""
    kernel = read_out.conj() @ (poles[:, None] ** np.arange(4096))
    kernel[LAG] -= 1
    return float(np.sum(np.abs(kernel) ** 2))


def measured_landscape(drawn: Drawn) -> Iterator[Sample]:
    """M by filters, by its definition, and by recursion in (s, p); J by the Gram matrix and by the kernel."""
    poles, w, v = (np.array(x) for x in drawn)
    s, p = (poles[0] + poles[1]).real, (poles[0] * poles[1]).real
    G = gram(poles)
    letters = landmarks() | {"s": s, "p": p, "N": 2, "G": G, "d": (w - v)[:, None]}
    scale = 1 + float(np.trace(G).real) * float(np.vdot(w, w).real + np.vdot(v, v).real)
    tolerance = 64 * 2 * UNIT * max(scale, 1000.0)  # the cubic's slope at its largest root is 984
    slow = 0.5 * (loss_by_kernel(poles, w) + loss_by_kernel(poles, v)) - loss_by_kernel(poles, (w + v) / 2)
    recursion = np.array([exact.memory_jet(s, p, lag).value for lag in range(LAG + 2)])
    yield Sample(letters | {"M": memory_function(poles, 5), "J": exact.chord_depth(poles, w, v, LAG)}, tolerance)
    yield Sample(letters | {"M": recursion, "J": slow}, tolerance)
    if drawn.first == drawn.second:  # two read-outs alike: the occasion for the slow route of M
        yield Sample(letters | {"M": defined_memory(*bidiagonal_pair(poles), 5), "J": slow}, tolerance)


def one_pole(pole: float) -> Iterator[Sample]:
    """A single pole λ in place of two: its maxima are the two best poles, counted on a grid."""
    grid = np.linspace(-1, 1, 402)[1:-1]
    memory = (1 - grid**2) * grid ** (2 * LAG)
    maxima = int(np.sum((memory[1:-1] > memory[:-2]) & (memory[1:-1] > memory[2:])))
    best = float(memory.max())
    letters: dict[str, Any] = {
        "v_0": best,
        "v": best,
        "h_ss": 0.0,
        "h_pp": 0.0,
        "v_1": best,
        "v_2": best,
        "n_max": maxima,
    }
    letters |= {"s": pole, "p": 0.0, "N": 1, "G": gram([pole]), "d": np.array([[0.0]]), "J": 0.0}
    yield Sample(letters | {"M": memory_function([pole], 5)}, 1e-9)


def about(name: str) -> sp.Basic:
    """The relation of the statement that speaks of one letter."""
    return next(r for r in claim.FIXED_CONVEX_LEARNED_NOT.relations if name in map(str, r.atoms(sp.Symbol)))


def enclosed_landscape() -> float:
    """Interval Newton at every stationary point; the statement's values inside the balls found, and the polynomial."""
    width = 0.0
    found = exact.stationary_points(LAG)
    for q in found:
        ball = exact.certified_stationary(q, LAG)
        width = max(width, float(ball.width[0]))
        if q.kind == "maximum" and abs(q.s) < 1e-6:
            assert ball.lower[0] <= 0.25 <= ball.upper[0], f"1/4 lies outside the ball at s = {q.s}, p = {q.p}"
    best = exact.certified_stationary(found[-1], LAG)
    ends = [float(evaluate(about("v"), {"v": value})[0].left) for value in (best.lower[0], best.upper[0])]
    assert ends[0] <= 0 <= ends[1], f"no root of the cubic in [{best.lower[0]}, {best.upper[0]}]"
    for poles in ([0.75, -0.5], [0.625 + 0.5j, 0.625 - 0.5j], [0.59375, 0.59375]):
        s, p = np.sum(poles).real, np.prod(poles).real
        memory = certified.memory_function(poles, LAG + 1)
        stated = evaluate(about("s"), {"s": s, "p": p, "M": np.zeros(4)})[0].right
        assert memory.lower[LAG] - UNIT <= float(stated) <= memory.upper[LAG] + UNIT, f"F is outside at {poles}"
        width = max(width, float(memory.width[LAG]))
    return width


#: Starts over real poles and over coefficients, with the letter that says where each descent ends.
REAL = (((0.7, 0.5), "v_1"), ((0.97, 0.93), "v_2"), ((0.8, -0.8), "v_0"))
FREE = (((1.2, 0.6), "v"), ((0.1, -0.6), "v_0"))


def trained_landscape() -> Trained:
    """Adam from five starts, three seeds each; the ends against the statement's own values."""
    gap, seeds = 0.0, (0, 1, 2)
    for starts, real in ((REAL, True), (FREE, False)):
        run = descend(Config(tuple(start for start, _ in starts), real, seeds, steps=300))
        for row, loss in enumerate(run.loss[:, -1]):
            start, name = starts[row // len(seeds)]
            sides = evaluate(about(name), {name: 1 - float(loss)})[0]
            slope = 984.0 if name == "v" else 1.0  # that of the cubic at v
            gap = max(gap, float(sides.violation) / slope)
            if name in ("v_1", "v_2"):
                assert run.gap[row, -1] < 1e-3 and run.read_out[row, -1] > 100, f"{start}: still apart"
    return Trained(gap, 1e-4, len(seeds), "1 − loss at the end of Adam from five starts, against v_0, v_1, v_2, v")


#: Pairs whose memory is always evaluated by its definition too.
FIXED = ((0.5, -0.75), (0.6 + 0.4j, 0.6 - 0.4j), (0.59375, 0.59375), (0.0, 0.0), (0.99, 0.5))

CHECKS: tuple[Check, ...] = (
    Check(
        claim.FIXED_CONVEX_LEARNED_NOT,
        inputs=st.builds(Drawn, pairs(), _weights, _weights),
        examples=tuple(Drawn(pair, (1, 1j), (1, 1j)) for pair in FIXED),
        measure=measured_landscape,
        counter=Counter("two poles (a single one)", st.integers(-9, 9).map(lambda i: i / 10), one_pole),
        enclosed=enclosed_landscape,
        trained=trained_landscape,
    ),
    *FRONT_CHECKS,
)
