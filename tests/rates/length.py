"""Checks of the claims of `theory.rates.length`."""

from collections.abc import Iterator

import mpmath
import numpy as np
from hypothesis import strategies as st

import models.rates.length as trained
import numerics.rates.length as exact
import theory.rates.length as claim
from figures.statements import line
from numerics.rates.length import Law
from tests.witness import UNIT, Check, Counter, Sample, Trained

#: Stands after the last place, where a shifted index would read.
BEYOND = 0.37
#: Rows of values, equally likely, uncorrelated, of mean 0 and one variance: of two laws, or the last a product.
UNCORRELATED: dict[int, list[tuple[int, ...]]] = {
    2: [(a, b) for a in (-2, 0, 0, 2) for b in (1, 1, -2)],
    3: [(a, b, a * b) for a in (-1, 1) for b in (-1, 1)],
    4: [(a, b, c, a * b * c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)],
}


@st.composite
def laws(draw: st.DrawFn, fewest: int = 1) -> Law:
    """Up to four tokens; a winner anywhere alike, nearly always or always at one place; values that may not vary, that
    are independent, uncorrelated only, or of two laws.
    """
    L = draw(st.sampled_from([size for size in (1, 2, 2, 3, 4) if size >= fewest]))
    losers = draw(st.lists(st.integers(-5, 5), min_size=L - 1, max_size=L - 1))
    some = st.lists(st.integers(0, 9), min_size=L, max_size=L).map(lambda c: c if any(c) else [1, *c[1:]])
    chances = draw(st.one_of(some, st.just([0] * (L - 1) + [1])))
    if L in UNCORRELATED and draw(st.booleans()):
        scale, shift, turn = draw(st.sampled_from([1, -3])), draw(st.integers(-5, 5)), draw(st.integers(0, L - 1))
        rows = tuple(tuple(scale * x + shift for x in row[turn:] + row[:turn]) for row in UNCORRELATED[L])
        return Law((6, *losers), tuple(chances), (), (), rows)
    size = draw(st.integers(1, 3 if L < 4 else 2))
    values = draw(st.lists(st.integers(-9, 9), min_size=size, max_size=size))
    weights = draw(st.lists(st.integers(1, 5), min_size=size, max_size=size))
    return Law((6, *losers), tuple(chances), tuple(values), tuple(weights))


def measured_risk(law: Law) -> Iterator[Sample]:
    """Normal equations in fractions, and least squares over all contexts in doubles; by p, and anywhere alike."""
    alike = law._replace(chances=(1,) * len(law.chances))
    found = exact.moments(law)
    letters = _letters(law)
    yield Sample(letters | {"R": _digits(exact.affine_risk(alike)), "R_p": _digits(exact.affine_risk(law))}, 1e-40)
    tokens, _, every = exact.states(law)
    size, states = int(abs(tokens).max()) + 6, len(every)
    slow = {"R": exact.affine_risk_by_projection(alike), "R_p": exact.affine_risk_by_projection(law)}
    yield Sample(letters | slow, 64 * states * UNIT * size**2 * (1 + float(found.variance)))


def _letters(law: Law) -> dict[str, object]:
    found = exact.moments(law)
    with mpmath.workdps(60):
        tau = mpmath.sqrt(_digits(found.variance))
        places = [*map(_digits, found.places), mpmath.mpf(BEYOND)]
    return {"L": len(law.importances), "tau": tau, "p": places}


def _digits(x: object) -> mpmath.mpf:
    with mpmath.workdps(60):
        return mpmath.mpf(x.numerator) / x.denominator  # type: ignore[attr-defined]


def pooled(given: tuple[Law, float]) -> Iterator[Sample]:
    """Softmax pooling, which is not affine in the importances, in place of the best affine predictor."""
    law, chi = given
    alike = law._replace(chances=(1,) * len(law.chances))
    yield Sample(_letters(law) | {"R": exact.pooled_risk(alike, chi), "R_p": exact.pooled_risk(law, chi)}, 1e-9)


def trained_linear() -> Trained:
    """Linear layers on all tokens, trained on contexts: error on fresh ones against the claim; selection beside it."""
    lengths, seeds, worst = (1, 2, 4, 16), 3, 0.0
    tau, blank = 12**-0.5, np.zeros(1)
    points = [{"L": L, "tau": tau, "R": 0.0, "R_p": 0.0, "p": blank} for L in lengths]
    for L, least in zip(lengths, line(claim.LINEAR_ESTIMATOR_LENGTH, "R", points), strict=True):
        for seed in range(0, 2 * seeds, 2):
            risk = trained.linear_risk(L, seed)
            worst = max(worst, abs(risk / least - 1) if least else risk / tau**2)
            if L > 1:
                assert trained.pooled_risk(L, seed) <= tau**2 / 100, f"pooling misses its criterion at L = {L}"
    return Trained(worst, 0.05, seeds, "linear layers on L = 1..16 tokens: error off τ²(1 - 1/L), relative")


_WEAKER = "a weaker bound"

CHECKS: tuple[Check, ...] = (
    Check(
        claim.LINEAR_ESTIMATOR_LENGTH,
        inputs=laws(),
        measure=measured_risk,
        counter=Counter("the predictor is affine (softmax pooling)", st.tuples(laws(2), st.just(20.0)), pooled),
        examples=(Law((6, 0), (1, 1), (0, 1), (1, 1)),),
        still_true={
            "sign of -1/L at 1.1.1.1": _WEAKER,
            "constant 1 -> 2 at 1.1.1.0": _WEAKER,
            "constant -1 -> 0 at 1.1.1.1.0": _WEAKER,
        },
        trained=trained_linear,
    ),
)
