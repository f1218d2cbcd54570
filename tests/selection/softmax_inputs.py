"""Contexts, errors, values and ranks that reach the hypotheses of `theory.selection.softmax`."""

from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

#: Stands after the last token, where a shifted index would read.
BEYOND = 0.37


class Drawn(NamedTuple):
    """Importances in any order, the winner's margin over the nearest loser positive; sharpness times margin."""

    mu: np.ndarray
    sharp: float


def scaled_sharpness() -> st.SearchStrategy[float]:
    """χδ: zero, moderate, far beyond where exp underflows."""
    return st.one_of(st.sampled_from([0.0, 1e-9, 800.0, 1e9]), st.floats(0.0, 12.0))


@st.composite
def importances(draw: st.DrawFn, most: int = 6) -> Drawn:
    """Losers at δ(1 + x), x zero (ties), tiny, moderate or huge, on any level; L = 1 included."""
    delta, level = 10.0 ** draw(st.integers(-6, 3)), draw(st.sampled_from([0.0, -3.5, 1e3]))
    further = st.one_of(st.sampled_from([0.0, 0.0, 1e-9, 50.0]), st.floats(0.0, 3.0))
    extra = draw(st.lists(further, max_size=most - 1))
    mu = np.array([level, *(level - delta * (1 + x) for x in extra)])
    return Drawn(np.roll(mu, draw(st.integers(0, most))), draw(scaled_sharpness()))


def letters(drawn: Drawn) -> tuple[dict[str, Any], np.ndarray, float]:
    """The letters of a context, winner first, its margin as an exact fraction; its order; χ."""
    order = np.argsort(-drawn.mu, kind="stable")
    mu = drawn.mu[order]
    delta = Fraction(float(mu[0])) - Fraction(float(mu[1])) if len(mu) > 1 else Fraction(1)
    chi = drawn.sharp / float(delta)
    with mpmath.workdps(50):
        margin = mpmath.mpf(delta.numerator) / delta.denominator
    return {"L": len(mu), "chi": chi, "delta": margin, "mu": np.append(mu, BEYOND)}, order, chi


class Needed(NamedTuple):
    """Context length, margin, error, χδ relative to χ*δ, and how much further the losers of the other context are."""

    L: int
    delta: float
    eps: float
    offset: float
    further: tuple[float, ...]


@st.composite
def needs(draw: st.DrawFn) -> Needed:
    """ε near 0, near 1 and between; χδ at χ*δ plus zero, one unit of rounding or more; L = 1 and huge L included."""
    L = draw(st.one_of(st.sampled_from([1, 2, 3]), st.integers(1, 40)))
    eps = draw(st.one_of(st.sampled_from([1e-12, 0.5, 1 - 1e-9]), st.floats(1e-6, 1 - 1e-6)))
    offset = draw(st.one_of(st.sampled_from([0.0, 1e-12, -0.01, 0.01]), st.floats(-3.0, 3.0)))
    extra = draw(st.lists(st.one_of(st.just(0.0), st.floats(0.0, 5.0)), min_size=L - 1, max_size=L - 1))
    return Needed(L, 2.0 ** draw(st.integers(-12, 8)), eps, offset, tuple(extra))


class Valued(NamedTuple):
    """A context with one value for each of its tokens."""

    drawn: Drawn
    values: np.ndarray


@st.composite
def valued(draw: st.DrawFn) -> Valued:
    """Real and complex vectors: free, all losers at one value, all tokens at one value."""
    drawn, m = draw(importances(most=5)), draw(st.integers(1, 2))
    number = st.integers(-8, 8).map(lambda x: x / 4)
    component = st.one_of(number, st.builds(complex, number, number))
    shape = draw(st.sampled_from(["free", "free", "one", "opposite"]))
    rows = [[draw(component) for _ in range(m)] for _ in range(len(drawn.mu) if shape == "free" else 2)]
    if shape != "free":
        best = int(drawn.mu.argmax())
        loser = [-x for x in rows[0]] if shape == "opposite" else rows[1]
        rows = [rows[0] if k == best else loser for k in range(len(drawn.mu))]
    return Valued(drawn, np.array(rows))


class Ranks(NamedTuple):
    """Separation c r^{-β} up to rank R, L tokens, error; how much the gaps exceed the least, and a shuffle."""

    L: int
    last: int
    c: float
    beta: float
    eps: float
    excess: float
    power: float


@st.composite
def ranks(draw: st.DrawFn, power: float = 1.0) -> Ranks:
    """Gaps at the least or above, tokens beyond rank R tied; R = L − 1 and β = 0 included."""
    L = draw(st.integers(2, 30))
    last = draw(st.one_of(st.just(L - 1), st.just(1), st.integers(1, L - 1)))
    c, beta = draw(st.sampled_from([1e-3, 0.5, 20.0])), draw(st.sampled_from([0.0, 0.5, 1.0, 2.0]))
    eps = draw(st.one_of(st.sampled_from([1e-9, 0.5, 0.99]), st.floats(1e-4, 0.99)))
    return Ranks(L, last, c, beta, eps, draw(st.sampled_from([0.0, 0.0, 0.3])), power)
