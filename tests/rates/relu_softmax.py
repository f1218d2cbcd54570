"""Checks of the claims of `theory.rates.relu_softmax`."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.rates.relu_plan as sizes
import numerics.rates.relu_softmax as exact
import theory.rates.relu_softmax as claim
from numerics.selection.softmax import softmax_weights_by_digits, winner
from tests.rates.relu_softmax_trained import trained_exponential, trained_pooling, trained_reciprocal
from tests.witness import UNIT, Check, Counter, Sample

#: Relative rounding of a bound that is evaluated in doubles.
BOUND = 256 * UNIT


class Exponents(NamedTuple):
    """Degree and pairs n, teeth m, halvings k, and places in [0, 1] of the range."""

    n: int
    m: int
    k: int
    places: tuple[Fraction, ...]


class Denominators(NamedTuple):
    """Least denominator q, steps, teeth beyond the fewest, place of z in [q, 1]."""

    q: Fraction
    steps: int
    extra: int
    place: Fraction


class Context(NamedTuple):
    """Sizes (n, extra m, k, steps), χ, distances of the tokens from the top, values in units of V, V, room of q."""

    n: int
    extra: int
    k: int
    steps: int
    chi: Fraction
    below: tuple[Fraction, ...]
    values: tuple[Fraction, ...]
    V: Fraction
    room: int


def column(x: np.ndarray) -> np.ndarray:
    return x.astype(np.float64)[:, None]


def measured_exponential(drawn: Exponents, beyond: int = 1) -> Iterator[Sample]:
    """The recursion in Fractions against 50 digits; the network in doubles. Where `beyond`, on a longer range."""
    n, m, k, places = drawn
    peak = Fraction(2 * n, max(2**k - 1, 2 * n))
    x = np.array([-beyond * 2**k * t for t in (Fraction(0), Fraction(1), peak, *places)], dtype=object)
    shared = {"n": n, "m": m, "k": k, "beta": sizes.exponential_bound(n, m, k)}
    with mpmath.workdps(50):
        true = [mpmath.exp(mpmath.mpf(t.numerator) / t.denominator) for t in x]
        slow = [
            max(abs(mpmath.mpf(a.numerator) / a.denominator - b) for a, b in zip(found, true, strict=True))
            for found in (exact.exponential_by_formula(x, degree, m, k) for degree in (n, 2 * n - 1))
        ]
        yield Sample(shared | {"E_n": slow[0], "E_pairs": slow[1]}, BOUND * shared["beta"])
    fast = [
        float(np.abs(exact.exponential(degree, m, k)(column(x))[:, 0] - np.exp(column(x)[:, 0])).max())
        for degree in (n, 2 * n - 1)
    ]
    yield Sample(
        shared | {"E_n": fast[0], "E_pairs": fast[1]}, sizes.exponential_rounding(m, k) + BOUND * shared["beta"]
    )


def teeth(q: Fraction, steps: int) -> int:
    """The fewest m for which (2^s − 1) 8 ε/q <= 1 − e_0."""
    m = 1
    while sizes.reciprocal_bound(q, steps, m) is None:
        m += 1
    return m


def measured_reciprocal(drawn: Denominators, low: Fraction = Fraction(1)) -> Iterator[Sample]:
    """Newton in Fractions, with exact products and with ReLU products; the network in doubles."""
    q, steps, extra, place = drawn
    m, z = teeth(q, steps) + extra, low * (q + (1 - q) * place)
    beta, row = sizes.reciprocal_bound(q, steps, m), np.array([z], dtype=object)
    assert beta is not None
    ends = np.array([q, (1 + q) / 2, Fraction(1)], dtype=object)
    left = max(abs(1 - ends * exact.reciprocal_by_formula(ends, q, 0, None)))
    shared = {"q": q, "s": steps, "m": m, "z": z, "e_0": left, "beta": beta}
    Y = exact.reciprocal_by_formula(row, q, steps, None)[0]
    yield Sample(shared | {"Y": Y, "y": exact.reciprocal_by_formula(row, q, steps, m)[0]}, BOUND * beta)
    y = float(exact.reciprocal(q, steps, m)(column(row))[0, 0])
    lost = sizes.reciprocal_rounding(q, steps, m)
    yield Sample(shared | {"Y": Y, "y": y}, BOUND * beta + lost)


def measured_pooling(drawn: Context, sunk: Fraction = Fraction(0)) -> Iterator[Sample]:
    """The recursions in Fractions against 50 digits, and both networks in doubles. Where `sunk`, below what q says."""
    L, n, k, V, chi = len(drawn.below), drawn.n, drawn.k, drawn.V, drawn.chi
    q = Fraction(1, L * drawn.room)
    m = teeth(q, drawn.steps) + drawn.extra
    mu = np.array([-min(t + sunk, Fraction(2**k) / chi) for t in drawn.below], dtype=object)
    v = np.array([V * t for t in drawn.values], dtype=object)
    spread, found = v.max() - v.min(), winner(mu.astype(np.float64))
    assert found is not None
    best, margin = v[found.place], min(found.margin, 1e3)
    beta = sizes.pooling_bound(n, m, k, drawn.steps, q, V, spread)
    assert beta is not None
    before, behind = exact.gates(chi, 2 * n - 1, m, k, V), exact.ratio(q, drawn.steps, m, V)
    shared = {"n": n, "m": m, "k": k, "s": drawn.steps, "q": q, "V": V, "D": spread, "beta": beta, "L": L}
    shared |= {"beta_exp": sizes.exponential_bound(n, m, k), "eta": sizes.reciprocal_bound(q, drawn.steps, m)}
    shared |= {"chi": chi, "delta": margin, "H": before.depth + behind.depth}
    slow = exact.pooled_by_formula(mu, v, chi, (2 * n - 1, m, k, drawn.steps), q, V, L)
    sums = before(np.stack([mu, v], axis=-1).astype(np.float64)).sum(axis=0) / L
    fast = float(behind(sums[None])[0, 0])
    lost = sizes.rounding(m, k, drawn.steps, q, L) * float(V)
    with mpmath.workdps(50):
        weights = softmax_weights_by_digits([float(chi * t) for t in mu], 1.0)
        average = mpmath.fsum(w * mpmath.mpf(t.numerator) / t.denominator for w, t in zip(weights, v, strict=True))
        for out, tolerance in ((slow, 0.0), (fast, lost)):
            said = mpmath.mpf(out.numerator) / out.denominator if isinstance(out, Fraction) else mpmath.mpf(out)
            errors = {"E": abs(said - average), "E_star": abs(said - mpmath.mpf(best.numerator) / best.denominator)}
            yield Sample(shared | errors, BOUND * (beta + float(V)) + tolerance)


places = st.fractions(0, 1, max_denominator=1000)
exponents = st.builds(
    Exponents,
    st.integers(1, 5),
    st.sampled_from([1, 3, 8, 13]),
    st.integers(0, 4),
    st.lists(places, min_size=3, max_size=5).map(tuple),
)
denominators = st.builds(
    Denominators,
    st.sampled_from([1, 2, 3, 5, 16, 100, 1000]).map(lambda L: Fraction(1, L))
    | st.fractions(Fraction(1, 50), 1, max_denominator=50),
    st.integers(0, 5),
    st.sampled_from([0, 1, 4, 9]),
    st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]) | places,
)


@st.composite
def pooled(draw: st.DrawFn) -> Context:
    L, k = draw(st.integers(1, 5)), draw(st.integers(0, 3))
    chi = draw(st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(3), Fraction(8)]))
    reach = Fraction(2**k) / chi
    losers = [reach * (draw(places) * Fraction(999, 1000) + Fraction(1, 1000)) for _ in range(L - 1)]
    values = draw(st.lists(st.fractions(-1, 1, max_denominator=100), min_size=L, max_size=L))
    below = draw(st.permutations([Fraction(0), *losers]))
    n, extra, steps = draw(st.integers(1, 3)), draw(st.sampled_from([0, 2, 6])), draw(st.integers(0, 3))
    V = draw(st.sampled_from([Fraction(1), Fraction(5, 2), Fraction(1, 100)]))
    return Context(n, extra, k, steps, chi, tuple(below), tuple(values), V, draw(st.sampled_from([1, 1, 3])))


HALF, ONE, NONE = Fraction(1, 2), Fraction(1), Fraction(0)
_EXPONENTS = (
    Exponents(1, 1, 0, ()),
    Exponents(9, 22, 0, ()),
    Exponents(1, 16, 5, ()),
    Exponents(2, 12, 3, (Fraction(1, 7),)),
    Exponents(12, 8, 0, (Fraction(889025, 10**6),)),
    Exponents(5, 8, 3, tuple(Fraction(i, 40) for i in range(1, 9))),
)
_DENOMINATORS = (
    Denominators(HALF, 0, 1, NONE),
    Denominators(HALF, 2, 20, NONE),
    Denominators(Fraction(1, 16), 3, 12, ONE),
    Denominators(Fraction(1, 1000), 9, 9, NONE),
    Denominators(ONE, 3, 2, NONE),
)
_CONTEXTS = (
    Context(2, 12, 1, 2, ONE, (NONE,), (ONE,), ONE, 8),
    Context(2, 12, 1, 2, ONE, (NONE, ONE), (ONE, ONE), Fraction(5, 2), 4),
    Context(1, 12, 0, 2, ONE, (NONE, ONE, ONE), (ONE, -ONE, -ONE), ONE, 1),
    Context(3, 8, 3, 4, Fraction(8), (HALF, NONE, ONE, Fraction(1, 1000)), (ONE, -ONE, HALF, NONE), ONE, 1),
)
_WEAKER = "a weaker bound"
#: Relation 1 is the bound for any degree.
_WEAKER_EXP = {
    "constant 2 -> 3 at 1.1.0.0": _WEAKER,
    "sign of 1 at 1.1.1.0.0.0.0": _WEAKER,
    "sign of n at 1.1.1.0.0.0.1": "weaker for n = 1, and undefined beyond",
    "constant -1 -> 0 at 1.1.1.0.1": _WEAKER,
    "sign of -1 at 1.1.1.1.1.1.0": _WEAKER,
    "sign of -m at 1.1.1.1.1.1.1": _WEAKER,
    "constant -1 -> 0 at 1.1.1.1.1.1.0": _WEAKER,
    "constant -1 -> 0 at 1.1.1.1.1.1.1.0": _WEAKER,
}
_WEAKER_RECIPROCAL = {"constant -1 -> 0 at 1.1.1": _WEAKER}
#: Relation 1 is the distance from the winner's value.
_WEAKER_POOLING = {
    "sign of -1 at 1.1.1.1.0": _WEAKER,
    "constant -1 -> 0 at 1.1.1.1.0": _WEAKER,
    "constant -1 -> 0 at 1.1.1.2.0.0": _WEAKER,
}
_beyond = st.builds(Exponents, st.integers(3, 6), st.sampled_from([6, 8]), st.just(0), st.just(()))
_sunk = st.builds(Context, *map(st.just, (3, 6, 3, 4, Fraction(4), (NONE, ONE), (ONE, HALF), ONE)), st.integers(1, 2))

CHECKS: tuple[Check, ...] = (
    Check(
        claim.RELU_EXP,
        inputs=exponents,
        measure=measured_exponential,
        counter=Counter(
            "x >= -K (no halving, on a range eight times as long)",
            _beyond,
            lambda drawn: measured_exponential(drawn, 8),
        ),
        examples=_EXPONENTS,
        still_true=_WEAKER_EXP,
        trained=trained_exponential,
    ),
    Check(
        claim.RELU_RECIPROCAL,
        inputs=denominators,
        measure=measured_reciprocal,
        counter=Counter(
            "z >= q (z in [q/4, 1/4] instead)",
            st.builds(Denominators, st.just(HALF), st.integers(1, 4), st.just(6), st.just(NONE)),
            lambda drawn: measured_reciprocal(drawn, Fraction(1, 4)),
        ),
        examples=_DENOMINATORS,
        still_true=_WEAKER_RECIPROCAL,
        trained=trained_reciprocal,
    ),
    Check(
        claim.RELU_SOFTMAX,
        inputs=pooled(),
        measure=measured_pooling,
        counter=Counter(
            "sums of at least q (no token near the top)", _sunk, lambda drawn: measured_pooling(drawn, Fraction(3, 4))
        ),
        examples=_CONTEXTS,
        still_true=_WEAKER_POOLING,
        trained=trained_pooling,
    ),
)
