"""Checks of the claims of `theory.rates.relu`."""

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import numerics.rates.relu as net
import numerics.rates.relu_direct as direct
import theory.rates.relu as claim
from numerics.rates.networks import Network, affine, layer, linear
from tests.rates.relu_trained import trained_fold, trained_product, trained_sine, trained_square
from tests.witness import UNIT, Check, Counter, Sample

#: Exact numbers are compared at 50 digits, after products with numbers up to 10^6.
EXACT = 1e-40

square, tree, sine = lru_cache(net.square), lru_cache(net.product_tree), lru_cache(net.sine)
error_of_square = lru_cache(lambda m: direct.square_error(square(m)))


def shares() -> st.SearchStrategy[Fraction]:
    """Numbers in [0, 1]: ends, dyadic points and middles, thirds and the like, any double."""
    dyadic = st.builds(lambda k, j: Fraction(k % (2**j + 1), 2**j), st.integers(0, 2**12), st.integers(0, 12))
    other = st.builds(lambda k, q: Fraction(k % (q + 1), q), st.integers(0, 1000), st.integers(1, 999))
    return st.one_of(dyadic, other, st.floats(0, 1).map(Fraction))


def signed(size: int = 1) -> st.SearchStrategy[Fraction]:
    """Numbers in [−size, size]."""
    return st.builds(lambda share, sign: size * sign * share, shares(), st.sampled_from([1, -1]))


def at(network: Network, *point: Any) -> Any:
    """The output at one point: exact at Fractions, in doubles at doubles."""
    exact = isinstance(point[0], Fraction)
    return network(np.array([point], dtype=object if exact else float))[0, 0]


class Squared(NamedTuple):
    """m and x, and some function of a few linear pieces."""

    m: int
    x: Fraction
    other: Network


@st.composite
def piecewise(draw: st.DrawFn) -> Network:
    """Best chords, shallow networks of any weights, squares moved down."""
    kind, N = draw(st.sampled_from(["best", "random", "deep"])), draw(st.integers(1, 6))
    if kind == "best":
        return direct.shallow_square(N)
    if kind == "deep":
        return square(N - 1).then(affine([[1]], [-draw(shares()) / 4**N]))
    W, b, R = (np.random.default_rng(draw(st.integers(0, 10**6))).integers(-4, 5, (3, N))).tolist()
    return layer([[w] for w in W], b, [R], [draw(signed())])


def measured_square(drawn: Squared) -> Iterator[Sample]:
    """The network in Fractions and its breakpoints; chords and a grid; the network in doubles."""
    m, x, other = drawn
    N, R = direct.square_error(other)
    shared = {"m": m, "U": square(m).units, "N": N, "R": R}
    if m <= 5:
        K, E = error_of_square(m)
        yield Sample(shared | {"x": x, "F": at(square(m), x), "E": E, "K": K}, EXACT)
    K, E = on_grid(m)
    near = float(x)
    yield Sample(
        shared | {"x": x, "F": direct.square_by_chords(np.array(x, dtype=object), m).item(), "E": E, "K": K}, EXACT
    )
    rounding = 4 * (m + 1) * UNIT * max(1.0, near)
    yield Sample(shared | {"x": near, "F": at(square(m), near), "E": E, "K": K}, rounding)


@lru_cache
def on_grid(m: int) -> tuple[int, Fraction]:
    """Pieces and largest error of f_m from doubles at the multiples of 2^{−m−1}, where both are exact."""
    x = np.arange(2 ** (m + 1) + 1) / 2 ** (m + 1)
    y = square(m)(x[:, None])[:, 0]
    slopes = np.diff(y)
    return 1 + int(np.sum(slopes[1:] != slopes[:-1])), Fraction(float(np.max(y - x * x)))


class Multiplied(NamedTuple):
    """m, B, both factors over B, and the factors of a tree."""

    m: int
    B: Fraction
    x: Fraction
    y: Fraction
    factors: tuple[Fraction, ...]


@st.composite
def factors(draw: st.DrawFn, beyond: bool = False) -> Multiplied:
    """Bounds from tiny to large; zeros, equal and opposite factors; up to five in a tree."""
    m, B = draw(st.integers(0, 5)), draw(st.sampled_from(["1", "2", "1/2", "3/2", "7", "1/1000", "1000000"]))
    x, y = draw(signed()), draw(signed())
    x, y = draw(st.sampled_from([(x, y), (x, x), (x, -x), (Fraction(0), y), (x, Fraction(0))]))
    if beyond:
        x = y = Fraction(draw(st.integers(3, 8)), 2)
    return Multiplied(m, Fraction(B), x, y, tuple(draw(st.lists(signed(), min_size=1, max_size=5))))


def measured_product(drawn: Multiplied) -> Iterator[Sample]:
    """Both networks in Fractions while they are small, the chords, both networks in doubles."""
    m, B, x, y, row = drawn
    x, y, N = B * x, B * y, len(row)
    P, V = net.product(m, B), tree(N, m)
    shared = {"m": m, "B": B, "x": x, "y": y, "N": N, "Q": math.prod(row), "D": V.depth}
    by_chords = direct.product_by_chords(np.array([x]), np.array([y]), m, B)[0]
    V_exact = direct.tree_by_chords(np.array([row], dtype=object), m)[0]
    yield Sample(shared | {"P": by_chords, "V": V_exact}, EXACT * float(1 + B**2))
    yield Sample(shared | {"P": at(P, x, y), "V": at(V, *row) if N * m <= 4 else V_exact}, EXACT * float(1 + B**2))
    near = {"x": float(x), "y": float(y), "B": float(B), "Q": math.prod(Fraction(float(v)) for v in row)}
    rounding = N * (24 + 8 * m) * UNIT * max(1.0, float(B) ** 2, float(x * y))
    in_doubles = {"P": at(P, float(x), float(y)), "V": at(V, *map(float, row))}
    yield Sample(shared | near | in_doubles, rounding)


class Folded(NamedTuple):
    """A frequency and a point."""

    l: int
    x: Fraction


def frequencies(most: int = 20) -> st.SearchStrategy[int]:
    """Powers of 2, their neighbours, any other."""
    near = st.builds(lambda j, k: max(1, 2**j + k), st.integers(0, most), st.sampled_from([-1, 0, 1]))
    return st.one_of(near, st.integers(1, 300))


def measured_fold(drawn: Folded, fewer: int = 0) -> Iterator[Sample]:
    """Both networks in Fractions and in doubles, distances from the integers; `fewer` folds than are needed."""
    l, x = drawn
    cosine, sined = net.cosine_fold(l), net.sine_fold(l)
    shared = {"l": l, "D": cosine.depth, "D_tau": sined.depth, "W": max(cosine.width, sined.width)}
    if fewer:  # the layers on record stay those that are needed: it is the cosine that must be wrong
        cosine = linear([[Fraction(l, 2 ** (cosine.depth - 1))]]).then(net.folds(cosine.depth - fewer))
    yield Sample(shared | {"x": x, "t": at(cosine, x), "tau": at(sined, x)}, EXACT)
    if not fewer:
        t, tau = (f(l, np.array(x, dtype=object)).item() for f in (direct.cosine_distance, direct.sine_distance))
        yield Sample(shared | {"x": x, "t": t, "tau": tau}, EXACT)
    near = float(x)
    letters = {"x": near, "t": at(cosine, near), "tau": at(sined, near)}
    yield Sample(shared | letters, 16 * math.pi * (l + 1) * UNIT)


class Sined(NamedTuple):
    """Products, teeth, a point of the sine; a frequency and a point of the waves."""

    n: int
    m: int
    s: Fraction
    l: int
    x: Fraction


@st.composite
def sined(draw: st.DrawFn) -> Sined:
    """All sizes that the rule allows up to n = 4, m = 4; all points."""
    m = draw(st.integers(0, 4))
    n = draw(st.integers(0, min(4, 1 + 4 ** (m + 1) // 10)))
    return Sined(n, m, draw(signed()), draw(frequencies(10)), draw(shares()))


def measured_sine(drawn: Sined) -> Iterator[Sample]:
    """Horner's rule on chords, exact; the networks in doubles, and in Fractions while they are small."""
    n, m, s, l, x = drawn
    S, Y, Z = sine(n, m), net.cosine_wave(l, n, m), net.sine_wave(l, n, m)
    shared = {"n": n, "m": m, "l": l, "D": Y.depth}
    points = np.array(x, dtype=object)
    ends = [s, *(1 - 2 * f(l, points).item() for f in (direct.cosine_distance, direct.sine_distance))]
    values = direct.sine_by_horner(np.array(ends, dtype=object), n, m)
    yield Sample(shared | {"s": s, "x": x} | dict(zip("SYZ", values, strict=True)), EXACT)
    if n * m <= 2:
        yield Sample(shared | {"s": s, "x": x, "S": at(S, s), "Y": at(Y, x), "Z": at(Z, x)}, EXACT)
    near = {"s": float(s), "x": float(x), "S": at(S, float(s)), "Y": at(Y, float(x)), "Z": at(Z, float(x))}
    yield Sample(shared | near, (4 * (n + 1) * (24 + 8 * m) + 32 * math.pi * (l + 1)) * UNIT)


_WEAKER = "a weaker bound"
_NEVER_NEAR = "at m = 4 and 5 the two errors are further apart than that: m = 5 is still the first to be below"
_F = Fraction
_SQUARES = (
    *(Squared(m, _F(1, 3), direct.shallow_square(m + 1)) for m in range(8)),
    Squared(0, _F(1, 2), square(3).then(affine([[1]], [_F(-1, 512)]))),
    Squared(2, _F(0), linear([[0]])),
    Squared(2, _F(1), direct.shallow_square(2)),
)
_PRODUCTS = (
    *(
        Multiplied(m, B, _F(1, 2 ** (m + 1)), _F(1, 2 ** (m + 1)), (_F(1, 2 ** (m + 1)),) * 2)
        for m, B in enumerate((_F(1), _F(2), _F(3, 2)))
    ),
    Multiplied(3, _F(7), _F(1), _F(1), (_F(1),) * 4),
    Multiplied(0, _F(1), _F(1), _F(-1), (_F(-1, 2),) * 17),
    Multiplied(2, _F(3), _F(1, 8), _F(-1, 8), (_F(1, 3),)),
)
_FOLDS = tuple(Folded(l, x) for l in (1, 2, 15, 16, 17, 100) for x in (_F(0), _F(1, 7), _F(1)))
_SINES = tuple(
    Sined(n, m, s, l, x)
    for n, m in ((0, 0), (0, 5), (1, 0), (1, 9), (2, 2), (3, 8))
    for s, l, x in ((_F(1), 1, _F(0)), (_F(-1), 17, _F(1, 68)), (_F(1, 3), 16, _F(3, 7)))
)

#: Changes that make ε_m = 4^{−m−1} larger, or the bound of the sine, where it is defined at all.
_LARGER_EPS = (
    ("sign of -1", "1.0.1.0"),
    ("sign of -m", "1.0.1.1"),
    ("constant -1 -> 0", "1.0.1.0"),
    ("constant -1 -> 0", "1.0.1.1.0"),
)
_LARGER_SINE = (
    ("constant 4 -> 5", "0.0.0"),
    ("sign of -1", "0.0.1.0"),
    ("sign of -m", "0.0.1.1"),
    ("constant -1 -> 0", "0.0.1.0"),
    ("constant -1 -> 0", "0.0.1.1.0"),
    ("constant 4 -> 5", "0.1.0.0"),
    ("constant 1/48 -> 49/48", "0.1.1.0"),
    ("constant 3 -> 4", "0.1.1.1.1"),
    ("constant 1/2 -> 3/2", "1.0.0.0"),
    ("constant 3 -> 4", "1.0.1.0"),
    ("constant 2 -> 3", "1.0.1.1.0"),
    ("sign of 3", "1.1.0.0.0"),
    ("sign of 2*n", "1.1.0.0.1"),
    ("constant -1 -> 0", "1.1.1"),
)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.RELU_SQUARE,
        inputs=st.builds(Squared, st.integers(0, 10), shares(), piecewise()),
        measure=measured_square,
        counter=Counter(
            "x <= 1",
            st.builds(Squared, st.integers(0, 4), shares().map(lambda x: 1 + x), st.just(linear([[0]]))),
            measured_square,
        ),
        examples=_SQUARES,
        still_true=dict.fromkeys(
            (
                "bound 1/(8*(U + 1)**2) tightened at 4.1.1",
                "bounded side E raised at 4.1.0",
                "constant 1 -> 2 at 4.1.1.1.0.0",
            ),
            _NEVER_NEAR,
        ),
        trained=trained_square,
    ),
    Check(
        claim.RELU_PRODUCT,
        inputs=factors(),
        measure=measured_product,
        counter=Counter("|x|, |y| <= B", factors(beyond=True), measured_product),
        examples=_PRODUCTS,
        still_true=dict.fromkeys(
            (
                *(f"{change} at {place}.{where}" for place in (2, 3) for change, where in _LARGER_EPS),
                "sign of -1 at 2.1.1.0",
                "constant -1 -> 0 at 2.1.1.0",
            ),
            _WEAKER,
        ),
        trained=trained_product,
    ),
    Check(
        claim.RELU_TRIG_FOLD,
        inputs=st.builds(Folded, frequencies(), shares()),
        measure=measured_fold,
        counter=Counter(
            "as many folds as 2^j >= l takes (one fewer)",
            st.builds(Folded, st.integers(1, 50), shares()),
            lambda drawn: measured_fold(drawn, fewer=1),
        ),
        examples=_FOLDS,
        trained=trained_fold,
    ),
    Check(
        claim.RELU_SINE,
        inputs=sined(),
        measure=measured_sine,
        counter=Counter(
            "|s| <= 1",
            st.builds(Sined, st.just(3), st.just(6), shares().map(lambda s: 1 + s), st.just(1), st.just(_F(0))),
            measured_sine,
        ),
        examples=_SINES,
        still_true=dict.fromkeys((f"{change} at 1.1.{where}" for change, where in _LARGER_SINE), _WEAKER),
        trained=trained_sine,
    ),
)
