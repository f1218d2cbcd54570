"""Checks of the claims of `theory.rates.plugin`, and the study of the ratio of risks."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.rates.plugin as exact
import theory.rates.plugin as claim
from numerics.rates.plugin_series import Setting, rule_ratios
from tests.rates.plugin_trained import trained_risk, trained_stability
from tests.witness import UNIT, Check, Counter, Sample, Study

#: Stands after the last sample, where a shifted index would read.
BEYOND = 0.37


class Wrong(NamedTuple):
    """Importances, their estimates, values, χ(δ − 2η), samples."""

    mu: np.ndarray
    nu: np.ndarray
    values: np.ndarray
    sharp: float
    n: int


@st.composite
def wrong(draw: st.DrawFn) -> Wrong:
    """Margins from 1e-6 to 1e3, losers tied or not, errors zero, against the winner, free, or close to δ/2."""
    L, m = draw(st.integers(2, 6)), draw(st.integers(1, 2))
    scale, size = 2.0 ** draw(st.integers(-20, 10)), draw(st.sampled_from([0, 1, 16, 31]))
    further = draw(st.lists(st.one_of(st.just(0), st.integers(0, 200)), min_size=L - 1, max_size=L - 1))
    gaps = np.array([0, *(64 + x - min(further) for x in further)])
    errors = np.array([-size, *([size] * (L - 1))])
    if draw(st.booleans()):
        errors = np.array(draw(st.lists(st.integers(-size, size), min_size=L, max_size=L)))
    number = st.integers(-8, 8).map(lambda x: x / 4)
    rows = np.array([[draw(number) for _ in range(m)] for _ in range(L)])
    if draw(st.booleans()):
        rows[1:] = rows[1]
    turn, sharp = draw(st.integers(0, L)), draw(st.one_of(st.sampled_from([0.0, 8.0, 900.0]), st.floats(0.0, 14.0)))
    n = draw(st.sampled_from([1, 2, 50, 10**6]))
    mu, nu, values = (np.roll(x, turn, 0) for x in (-scale * gaps, -scale * (gaps - errors), rows))
    return Wrong(mu, nu, values, sharp, n)


def measured_stability(given: Wrong) -> Iterator[Sample]:
    """Differences averaged, and a loop to many digits; the exponents of the fast route are off by 2u relative."""
    mu, nu, v, sharp, n = given
    L = len(mu)
    for by_loop in (False, True):
        found = exact.stable_selection(mu, nu, v, 0.0, by_loop=by_loop)
        assert found is not None
        safe = float(found.margin - 2 * found.eta)
        chi = sharp / safe
        rule = exact.sharpness_rule(L, n, float(found.margin), float(found.eta))
        assert rule is not None
        at = [exact.stable_selection(mu, nu, v, x, by_loop=by_loop) for x in (chi, rule)]
        errors = [one.error for one in at if one is not None]
        yield Sample(
            {
                **{"L": L, "n": n, "chi": chi, "chi_n": rule, "D": found.spread, "E": errors[0], "E_n": errors[1]},
                **{"delta": _digits(found.margin), "eta": _digits(found.eta), "delta_hat": _digits(found.found)},
            },
            64 * (L + float(np.abs(nu).max()) * max(chi, rule) + np.log(L * n)) * UNIT * max(1.0, found.spread),
        )


def _digits(x: Fraction) -> mpmath.mpf:
    with mpmath.workdps(50):
        return mpmath.mpf(x.numerator) / x.denominator


def twice_as_wrong(given: Wrong) -> Iterator[Sample]:
    """All errors doubled, η left as it was: the margin that is found, and nothing else."""
    mu, eta = given.mu, float(np.abs(given.nu - given.mu).max())
    best = int(mu.argmax())
    margin, found = (float(x[best] - np.delete(x, best).max()) for x in (mu, mu + 2 * (given.nu - mu)))
    rule = exact.sharpness_rule(len(mu), 1, margin, eta)
    letters = {"L": len(mu), "n": 1, "delta": margin, "eta": eta, "delta_hat": found, "chi_n": rule}
    yield Sample(letters | {"chi": 0.0, "D": 1.0, "E": 0.0, "E_n": 0.0}, 64 * (len(mu) + margin) * UNIT)


class Predicted(NamedTuple):
    """Selected values, winners' values, targets, which samples are inside S, Lipschitz constant, direction, bound."""

    selected: np.ndarray
    winners: np.ndarray
    targets: np.ndarray
    inside: np.ndarray
    K: float
    direction: np.ndarray
    bound: float


@st.composite
def predicted(draw: st.DrawFn) -> Predicted:
    """Errors zero, equal, one large among small; S all, empty or drawn; targets on, near and far from h, at ±B."""
    n, m, K = draw(st.integers(1, 6)), draw(st.integers(1, 2)), draw(st.sampled_from([1e-3, 0.5, 3.0]))
    number = st.integers(-8, 8).map(lambda x: x / 8)
    winners = np.array([[draw(number) for _ in range(m)] for _ in range(n)])
    moved = np.array([[draw(number) for _ in range(m)] for _ in range(n)]) * draw(st.sampled_from([0.0, 1e-6, 1.0]))
    direction = np.array([1.0, draw(number)])[:m]
    bound = draw(st.sampled_from([0.25, 1.0, 8.0]))
    own = exact.ramp(K, direction, bound)(winners)
    kind = draw(st.sampled_from(["own", "free", "edge"]))
    free = np.array([draw(number) for _ in range(n)]) * bound
    targets = {"own": own, "free": free, "edge": -bound * np.sign(free - 0.01)}[kind]
    inside = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    inside |= draw(st.booleans())
    return Predicted(winners + moved, winners, targets, inside, K, direction, bound)


def measured_risk(given: Predicted, steeper: float = 1.0) -> Iterator[Sample]:
    """All samples at once, and one after the other; where `steeper`, h has that many times the constant K."""
    h = exact.ramp(steeper * given.K, given.direction, given.bound)
    v, w, F = given.selected, given.winners, given.targets
    arrays = {"g": h(v), "h": h(w), "F": F, "d": np.linalg.norm(v - w, axis=1)}
    padded = {name: np.append(entries, BEYOND) for name, entries in arrays.items()}
    scale = (2 * given.bound + given.K * arrays["d"].max()) ** 2 + arrays["d"].max() ** 2
    for route in (exact.plugin_risks, exact.plugin_risks_by_loop):
        found = route(h, v, w, F, given.inside)
        yield Sample(
            padded
            | {"n": len(F), "K": given.K, "B": given.bound, "p": found.plug_in, "q": found.oracle, "e": found.rms}
            | {"E": found.largest, "E_S": found.inside, "pi_S": found.outside},
            32 * len(F) * UNIT * max(scale, np.sqrt(scale)),
        )


class Crowd(NamedTuple):
    """Tokens, a gap and an error as fractions of 1/64, and the share of the error that is used."""

    L: int
    t: int
    eta: int
    used: float


CROWDS = st.builds(
    Crowd,
    st.one_of(st.sampled_from([2, 3]), st.integers(2, 64)),
    st.one_of(st.sampled_from([0, 64]), st.integers(0, 64)),
    st.one_of(st.sampled_from([0, 32]), st.integers(0, 32)),
    st.sampled_from([1.0, 1.0, 0.5, 0.0]),
)


def measured_gap(given: Crowd) -> Iterator[Sample]:
    """Term by term in fractions, and by quadrature; both powers of 64 are exact as doubles up to rounding."""
    L, t, eta = given.L, Fraction(given.t, 64), Fraction(given.eta, 64)
    wrong = exact.misselection(L, eta * Fraction(given.used))
    values = {"L": L, "t": _digits(t), "eta": _digits(eta), "c": _digits(wrong)}
    yield Sample(values | {"P": _digits(exact.gap_probability(L, t))}, 1e-45)
    slow = exact.gap_probability_by_quadrature(L, float(t))
    yield Sample(values | {"P": slow}, 16 * L * UNIT)


def separated_gap(given: tuple[int, int, int]) -> Iterator[Sample]:
    """The separated class with margin 1/5: a gap above t < 1/5 is certain, whatever L, and no token is lost."""
    L, t, seed = given
    lost = exact.sampled_misselection(L, 0.0, 50, seed, delta=0.2)
    apart = 1 - exact.sampled_misselection(L, t / 128, 50, seed, delta=0.2)
    yield Sample({"L": L, "t": t / 64, "eta": 0.0, "P": apart, "c": lost}, 1e-12)


@cache
def ratios() -> tuple[np.ndarray, int]:
    """The largest ratio for errors 0 and 1/20 at χ_n, and at the fixed sharpness 20 and 5; repetitions."""
    seeds = range(6)
    found = [rule_ratios(Setting(L, n), (0.0, 0.05), (20.0, 5.0), seeds)[0] for L in (16, 256) for n in (256, 2048)]
    return np.max(found, axis=0), len(seeds)


def outcome() -> tuple[Mapping[str, Any], int]:
    """The ratios at χ_n."""
    (exactly, off, *_), seeds = ratios()
    return {"q_0": float(exactly), "q_eta": float(off)}, seeds


def fixed_sharpness() -> Mapping[str, Any]:
    """The ratios at the sharpness 20 and 5 in place of χ_n."""
    (_, _, twenty, five), _ = ratios()
    return {"q_0": float(twenty), "q_eta": float(five)}


_WEAKER = "a weaker bound"
#: All samples outside S, h = B against the target −B, with a bound below 1: the last relation is an equality.
_OPPOSITE = Predicted(
    np.array([[1.0]]), np.array([[-1.0]]), np.array([-0.25]), np.array([False]), 1.0, np.array([1.0]), 0.25
)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.SELECTION_STABILITY,
        inputs=wrong(),
        measure=measured_stability,
        counter=Counter("|μ̂ - μ| <= η (twice as large)", wrong(), twice_as_wrong),
        still_true={
            "sign of delta at 0.1.0": "what is negative is below the margin",
            "constant -1 -> 0 at 1.1.1.1": _WEAKER,
            "sign of -1 at 3.1.1.0": _WEAKER,
            "constant -1 -> 0 at 3.1.1.0": _WEAKER,
            "constant -1 -> 0 at 3.1.2.0.0": _WEAKER,
            "sign of delta at 3.1.2.0.2.0": _WEAKER,
        },
        trained=trained_stability,
    ),
    Check(
        claim.PLUGIN_RISK,
        inputs=predicted(),
        measure=measured_risk,
        counter=Counter(
            "K is a Lipschitz constant (half of one)", predicted(), lambda given: measured_risk(given, steeper=2.0)
        ),
        examples=(_OPPOSITE,),
        still_true={"constant 4 -> 5 at 2.1.1.0": _WEAKER},
        trained=trained_risk,
    ),
    Check(
        claim.MARGIN_WITHOUT_SEPARATION,
        inputs=CROWDS,
        measure=measured_gap,
        counter=Counter(
            "independent uniform importances (the separated class)",
            st.tuples(st.integers(2, 64), st.integers(1, 12), st.integers(0, 9)),
            separated_gap,
        ),
        still_true={
            "constant 2 -> 3 at 0.1.0": _WEAKER,
            "sign of -(1 - 2*eta)**L at 2.1.1": _WEAKER,
            "constant 1 -> 2 at 2.1.0": _WEAKER,
            "constant -1 -> 0 at 2.1.1.0": "no chance exceeds 1: a weaker bound",
        },
    ),
)
STUDIES: tuple[Study, ...] = (
    Study(
        claim.PLUGIN_RATIO,
        "series least squares, L = 16 and 256, n = 256 and 2048: largest ratio of risks at χ_n",
        outcome,
        "sharpness that grows with log(L n) (20 and 5, fixed)",
        fixed_sharpness,
    ),
)
