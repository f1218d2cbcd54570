"""Checks of the claims of `theory.rates.estimation`."""

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import numerics.rates.estimation as exact
import numerics.rates.projection as fits
import theory.rates.estimation as claim
from numerics.rates.basis import basis_values
from numerics.rates.index_sets import mixed_constant
from tests.witness import UNIT, Check, Counter, Sample

#: What stands after the last entry: no relation may look there.
BEYOND = 99.0
Smooth = tuple[Fraction, ...]


class Terms(NamedTuple):
    """α, c_1, c_2, σ, n of a balance, and a number of terms relative to m*."""

    a: float
    c1: float
    c2: float
    sigma: float
    n: int
    share: float


def measured_balance(drawn: Terms) -> Iterator[Sample]:
    """Each route's value beside the other's: the formula in doubles, golden section to 20 digits."""
    given = drawn[:5]
    fast = exact.balance(*given)
    assert fast is not None
    slow = exact.balance_by_search(*given)
    shared = {"alpha": drawn.a, "c_1": drawn.c1, "c_2": drawn.c2, "sigma": drawn.sigma, "n": drawn.n}
    shared |= {"x": fast[0] * drawn.share, "M": math.ceil(slow[0] - 1e-18)}
    logs = (
        8 + sum(abs(math.log(v)) for v in (2 * drawn.a, drawn.c1, drawn.c2, drawn.n)) + 2 * abs(math.log(drawn.sigma))
    )
    yield Sample(shared | {"m_star": fast[0], "R_star": slow[1]}, 8 * UNIT * logs * fast[0])
    yield Sample(shared | {"m_star": slow[0], "R_star": fast[1]}, 8 * UNIT * logs * fast[1] + 1e-18 * fast[0])


def without_rounding_up(drawn: Terms) -> Iterator[Sample]:
    """M is m* rounded down, at least 1."""
    for sample in measured_balance(drawn):
        yield Sample({**sample.values, "M": max(1, math.floor(sample.values["m_star"]))}, sample.tolerance)


class Fit(NamedTuple):
    """Any columns: n, m, how nearly dependent, σ; a target in K blocks with cut S, α; the seed."""

    n: int
    m: int
    nearly: float
    scale: float
    K: int
    S: int
    alpha: Fraction
    seed: int


@st.composite
def fitted(draw: st.DrawFn, fold: bool = False) -> Fit:
    """Up to 12 points, no column to as many; K blocks below n/2 (beyond it where frequencies `fold`), all cuts."""
    n = draw(st.integers(2, 12))
    most = (n + 1).bit_length() - 1
    K = draw(st.integers(most + 1, most + 3)) if fold else draw(st.integers(1, most))
    return Fit(
        n,
        draw(st.integers(1, n)),
        draw(st.sampled_from([1.0, 1e-3, 1e-6])),
        draw(st.sampled_from([0.55, 0.8, 1.0])),
        K,
        draw(st.integers(0, min(K, most))),
        draw(st.sampled_from([Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(4)])),
        draw(st.integers(0, 10**6)),
    )


def measured_risk(drawn: Fit) -> Iterator[Sample]:
    """Any columns by matrix and by all signs of the noise; trigonometric ones by transform, matrix, signs."""
    n, m, _, _, K, S, alpha, seed = drawn
    rng = np.random.default_rng(seed)
    columns, f = rng.standard_normal((n, m)), rng.standard_normal(n)
    columns[:, -1] = drawn.nearly * columns[:, -1] + (1 - drawn.nearly) * columns[:, 0] * (m > 1)
    sigma, S_n = cut_at(alpha, S, drawn.scale, n)
    u, s, _ = np.linalg.svd(columns, full_matrices=False)
    target = fits.design_values(fits.block_coefficients(float(alpha), K, seed), n)
    shared = {
        "n": n,
        "m": m,
        "e": np.append(f - u @ (u.T @ f), BEYOND),
        "sigma": sigma,
        "alpha": alpha,
        "S": S,
        "K": K,
    }
    shared |= {"r": exact.unit_rate(alpha, sigma, n)}
    size = float(f @ f) / n + sigma**2
    routes = ["matrix", "transform"] + ["signs"] * (n <= 8)
    for route in routes:
        values = {"R": _risk_of(f, columns, sigma, route)}
        values |= {"R_S": _risk_of(target, S, sigma, route), "R_n": _risk_of(target, S_n, sigma, route)}
        yield Sample(shared | values, 16 * n * float(s[0] / s[-1]) * UNIT * (1 + size))


def cut_at(alpha: Fraction, S: int, scale: float, n: int) -> tuple[float, int]:
    """Noise at which the cut is S, or just below; exactly at its boundary for scale 1, where doubles can be."""
    sigma = math.sqrt(n) * 2.0 ** (-S * float(alpha + Fraction(1, 2)))
    wanted = sigma / scale if S else sigma
    for noise in (wanted, wanted * (1 + 4 * UNIT), sigma * (1 + 4 * UNIT), sigma * (1 - 4 * UNIT)):
        found = exact.cut(alpha, noise, n)
        if found is not None and found <= max(S, 1):
            return noise, found
    raise AssertionError(f"no noise has cut {S} at {n} points")


def _risk_of(f: np.ndarray, kept: Any, sigma: float, route: str) -> float:
    """The risk on given columns, or with so many blocks."""
    if isinstance(kept, int):
        half = 2**kept // 2
        if route == "transform":
            return fits.risk(f, half, sigma)
        l = np.arange(1 - half, half)[:, None] if kept else np.zeros((0, 1), dtype=int)
        kept = basis_values(l, np.arange(len(f))[:, None] / len(f)) if kept else np.zeros((len(f), 0))
    return fits.risk_by_signs(f, kept, sigma) if route == "signs" else fits.risk_by_matrix(f, kept, sigma)


class Ball(NamedTuple):
    """Smoothness, and n/σ² by n and σ."""

    a: Smooth
    sigma: float
    n: int


@st.composite
def balls(draw: st.DrawFn) -> Ball:
    """One to four coordinates, integer ratios and others, a_2 close to a_1, repeated from a_2 on; n from σ² on."""
    first = draw(st.sampled_from([Fraction(1, 20), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(3)]))
    steps = draw(st.lists(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1), Fraction(99, 100)]), max_size=3))
    steps = [max(steps[0], Fraction(1, 8)), *steps[1:]] if steps else []
    a = tuple(first * ratio for ratio in accumulate([Fraction(1), *steps]))
    n = draw(st.sampled_from([1, 2, 8, 9, 100, 1000, 2**20]))
    return Ball(a, math.sqrt(n) * 2.0 ** -draw(st.sampled_from([0, 0.5, 1, 1.5, 3, 4.5])) * (1 - UNIT * 2), n)


def measured_minimax(drawn: Ball) -> Iterator[Sample]:
    """ρ from below by the Bayes risk of two points, from above by Pinsker's linear and by projection's worst risk."""
    a, sigma, n = drawn
    C = mixed_constant(a)
    assert C is not None
    yield from _minimax_samples(a, sigma, n, C)


def _minimax_samples(a: Smooth, sigma: float, n: int, C: Any) -> Iterator[Sample]:
    h = 1 if all((x / a[0]).denominator == 1 for x in a) else 2
    bounds = exact.bayes_risk(a[0], sigma, n), exact.linear_minimax(a, sigma, n), exact.projection_worst(a, sigma, n)
    shared = {
        "a": [0, *a, a[-1] + 1],
        "d": len(a),
        "sigma": sigma,
        "n": n,
        "h": h,
        "C": C,
        "b": exact.two_point_risk(1.0),
    }
    shared |= {"r": exact.unit_rate(a[0], sigma, n)}
    scale = 1 + float(C) * sum(1 + 1 / float(x / a[0] - 1) for x in a[1:])
    for rho in bounds:
        yield Sample(shared | {"rho": rho}, 64 * UNIT * scale)


def with_a_repeated(drawn: int) -> Iterator[Sample]:
    """a_1 = a_2 for the risk, the constant of its ε-perturbation claimed for it: the worst risk grows like log n.

    Only linear estimators are looked at, and they are within a factor 1.25 of all others on a ball like this one.
    """
    a, n = (Fraction(1), Fraction(1)), 2**drawn
    rho = exact.linear_minimax(a, 1.0, n)
    b = exact.two_point_risk(1.0)
    letters = {"a": [0, 1, 2], "d": 2, "sigma": 1.0, "n": n, "h": 1, "C": 2, "b": b}
    yield Sample(letters | {"r": exact.unit_rate(1, 1.0, n), "rho": rho / 1.25}, 1e-12)


BALANCES = (
    Terms(0.5, 1.0, 1.0, 1.0, 4, 1.0),
    Terms(20.0, 1.0, 40.0, 1.0, 1, 1.05),
    Terms(20.0, 1.0, 39.9, 1.0, 1, 1.0),
    Terms(1.0, 1e-6, 1.0, 1.0, 1, 30.0),
    Terms(2.0, 3.0, 0.5, 0.1, 10**6, 0.9),
)

FITS = (
    Fit(16, 5, 1.0, 1.0, 4, 3, Fraction(4), 0),
    Fit(31, 1, 1.0, 1.0, 5, 4, Fraction(4), 1),
    Fit(8, 8, 1.0, 1.0, 1, 1, Fraction(1), 2),
    Fit(8, 3, 1.0, 1.0, 2, 1, Fraction(1, 2), 3),
    Fit(4, 2, 1.0, 0.55, 2, 1, Fraction(1, 4), 4),
    Fit(255, 1, 1.0, 1.0, 8, 6, Fraction(2), 5),
)

_ = Fraction
BALLS = (
    Ball((_(1, 20),), 1.0, 1),
    Ball((_(1),), 2.0**-8, 2**14),
    Ball((_(1, 20),), 1.0, 2**20),
    Ball((_(1, 2),), 1.0, 2**30 + 1),
    Ball((_(1), _(2)), 1.0, 2**30 + 1),
    Ball((_(1), _(199, 100)), 1.0, 2**39 + 1),
)

#: Relation 1 is the upper bound of b, 2 the lower bound of ρ, 3 the upper one.
_WEAKER = (
    "constant 281/625 -> 906/625 at 1.1",
    "constant 4 -> 5 at 2.0.2.0",
    "index 1 -> 2 at 2.0.2.1.1.1",
    "sign of -2*h at 3.1.1.2",
    "constant -1 -> 0 at 3.1.1.1.1.0",
    "constant -2 -> -1 at 3.1.1.2.0",
    *(f"constant 2 -> 3 at 3.1.1.{place}" for place in ("0", "3.0")),
)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.BALANCE,
        inputs=st.builds(
            Terms,
            st.sampled_from([0.05, 0.5, 1.0, 2.0, 20.0]),
            st.sampled_from([1e-6, 0.5, 1.0, 1e4]),
            st.sampled_from([0.01, 1.0, 50.0]),
            st.sampled_from([1e-6, 0.3, 1.0, 1e3]),
            st.sampled_from([1, 2, 100, 10**9]),
            st.sampled_from([1.0, 1.001, 0.999, 2.0, 0.1, 1e3]),
        ),
        measure=measured_balance,
        counter=Counter(
            "m* rounded up (down instead)",
            st.builds(Terms, st.just(2.0), st.just(1.0), st.just(1.0), st.just(1.0), st.integers(1, 200), st.just(1.0)),
            without_rounding_up,
        ),
        examples=BALANCES,
        still_true={
            "constant -1 -> 0 at 0.1.1.3.1": "not divided by n >= 1: a weaker bound",
            "constant -1 -> 0 at 2.1.1.2.1": "not divided by n >= 1: a weaker bound",
            "sign of c_1/M**(2*alpha) at 2.0.0": "less on the smaller side",
            "sign of M*c_2*sigma**2/n at 2.0.1": "less on the smaller side",
        },
    ),
    Check(
        claim.PROJECTION_RISK,
        inputs=fitted(),
        measure=measured_risk,
        counter=Counter("frequencies below n/2 (higher ones fold back)", fitted(fold=True), measured_risk),
        examples=FITS,
        still_true={"constant 1 -> 2 at 1.1.1.0": "a weaker bound"},
    ),
    Check(
        claim.MINIMAX_TWO_SIDED,
        inputs=balls(),
        measure=measured_minimax,
        counter=Counter("a_1 < a_2 (equal, with the constant of 1 and 2)", st.integers(10, 200), with_a_repeated),
        examples=BALLS,
        still_true=dict.fromkeys(_WEAKER, "a weaker bound")
        | {"index 1 -> 2 at 5.1.0.0.0.0.1.1.1.1.1.0.1": "a product with a factor 1/0, or none for d = 1"},
    ),
)
