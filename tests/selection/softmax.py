"""Checks of the claims of `theory.selection.softmax`."""

from collections.abc import Iterator

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.selection.softmax as exact
import theory.selection.softmax as claim
from tests.selection.softmax_inputs import (
    BEYOND,
    Drawn,
    Needed,
    Ranks,
    Valued,
    importances,
    letters,
    needs,
    ranks,
    valued,
)
from tests.selection.softmax_trained import trained_need, trained_ranks, trained_tail, trained_value
from tests.witness import UNIT, Check, Counter, Sample


def weights_of(drawn: Drawn, order: np.ndarray, chi: float) -> Iterator[np.ndarray]:
    """The weights, winner first, by three routes: log-sum-exp, the losers' sum, a loop to many digits."""
    yield np.append(exact.softmax_weights(drawn.mu, chi)[order], BEYOND)
    tail = exact.selection_tail(drawn.mu, chi)
    assert tail is not None
    yield np.array([1 - tail, BEYOND])
    slow = exact.softmax_weights_by_digits(drawn.mu, chi)
    yield np.array([*(slow[k] for k in order), mpmath.mpf(BEYOND)])


def measured_tail(drawn: Drawn) -> Iterator[Sample]:
    """Three routes; the exponents of the fast ones are off by 2u relative, and x e^{-x} <= 1/e."""
    shared, order, chi = letters(drawn)
    *fast, slow = weights_of(drawn, order, chi)
    for w in fast:
        yield Sample(shared | {"w": w}, 4 * len(drawn.mu) * UNIT)
    yield Sample(shared | {"w": slow}, 1e-40)


def without_margin(drawn: tuple[int, float]) -> Iterator[Sample]:
    """Two winners, the margin read off the next importance that is smaller."""
    k, chi = drawn
    mu = np.array([1.0, 1.0, *(-float(i) for i in range(k))])
    w = exact.softmax_weights(mu, chi)
    gap = 1.0 - mu[2:].max(initial=0.0)
    yield Sample(
        {"L": len(mu), "chi": chi, "delta": gap, "mu": np.append(mu, BEYOND), "w": np.append(w, BEYOND)},
        4 * len(mu) * UNIT,
    )


def measured_need(drawn: Needed, mean: bool = False) -> Iterator[Sample]:
    """χ* in closed form and by bisection; tied losers at and around it, other losers at it.

    Where `mean`, the margin is taken to be the losers' mean distance, and the nearest one is nearer.
    """
    L, delta, eps, offset, further = drawn
    losers = [-delta * (1 + x) for x in further]
    if mean:
        losers = [x + delta * (0.9 if k == 0 else -0.9 / max(L - 2, 1)) for k, x in enumerate(losers)]
    for chi_star in (exact.sharpness_needed(L, delta, eps), exact.sharpness_by_bisection(L, delta, eps)):
        scale = 1 + chi_star * delta
        chi = max(0.0, chi_star + offset / delta)
        tied, other = (
            exact.selection_tail([0.0, *rest], sharp) for rest, sharp in (([-delta] * (L - 1), chi), (losers, chi_star))
        )
        assert tied is not None and other is not None
        w, w_star = (np.array([1 - mpmath.mpf(tail), BEYOND]) for tail in (tied, other))
        shared = {"L": L, "delta": delta, "epsilon": eps, "chi": chi, "w": w, "w_star": w_star}
        yield Sample(shared | {"chi_star": chi_star}, 32 * UNIT * scale)


def measured_error(given: Valued) -> Iterator[Sample]:
    """Matmul of differences in doubles, and a loop over values to many digits."""
    shared, order, chi = letters(given.drawn)
    values = given.values[order]
    L, m = values.shape
    padded = np.full((L + 1, m + 1), BEYOND, dtype=values.dtype)
    padded[:L, :m] = values
    w = np.append(exact.softmax_weights(given.drawn.mu, chi)[order], BEYOND)
    for route in (exact.value_error, exact.value_error_by_loop):
        found = route(given.drawn.mu, given.values, chi)
        assert found is not None
        letters_of = shared | {"w": w, "v": padded, "m": m, "E": found.error, "rho": found.spread}
        yield Sample(letters_of, 16 * (L + m) * UNIT * (1 + float(np.abs(values).max())) ** 2)


def bounded_by_norm(given: tuple[int, float, float]) -> Iterator[Sample]:
    """The largest norm of a value in place of the largest distance from the winner's."""
    L, size, sharp = given
    mu, values = np.array([0.0] + [-1.0] * (L - 1)), np.array([[size]] + [[-size]] * (L - 1))
    found = exact.value_error(mu, values, sharp)
    assert found is not None
    padded = np.pad(values, ((0, 1), (0, 1)), constant_values=BEYOND)
    shared = {"L": L, "chi": sharp, "delta": 1.0, "mu": mu, "v": padded, "m": 1}
    w = np.append(exact.softmax_weights(mu, sharp), BEYOND)
    yield Sample(shared | {"w": w, "E": found.error, "rho": size}, 16 * (L + 1) * UNIT * (1 + size) ** 2)


def measured_ranks(given: Ranks) -> Iterator[Sample]:
    """Sharpness in closed form and by bisection; the masked tail of every rank, sorted and winner by winner."""
    L, last, c, beta, eps, excess, power = given
    r = np.arange(1, last + 1)
    mu = np.concatenate([[0.0], -np.cumsum((1 + excess) * c * r ** (-beta * power)), np.zeros(L)])[: L + 1]
    mu = np.concatenate([mu[: last + 1], np.full(L - last - 1, mu[last])])
    scattered = np.random.default_rng(0).permutation(mu)
    for rank in sorted({(last + 1) // 2, last}):
        chi = exact.rank_sharpness(rank, L, c, beta, eps)
        other = exact.sharpness_by_bisection(L - rank + 1, c * float(rank) ** -beta, eps / (1 + eps))
        for sharp, route in ((chi, exact.ranked_tail), (other, exact.ranked_tail_by_loop)):
            tail = route(scattered, rank, sharp)
            assert tail is not None
            spread = 8 * (L + chi * float(np.abs(mu).max())) * UNIT
            values = {"L": L, "r": rank, "R": last, "c": c, "beta": beta, "epsilon": eps}
            yield Sample(
                values | {"chi_r": sharp, "omega_r": 1 - mpmath.mpf(tail)}, spread + 32 * UNIT * (chi + rank**beta / c)
            )


def _mu(*values: float) -> np.ndarray:
    return np.array(values)


_CONTEXTS = (
    Drawn(_mu(2.0), 3.0),
    Drawn(_mu(0.0, 1.0), 0.0),
    Drawn(_mu(0.0, 1.0, 0.0, 0.0), 2.0),
    Drawn(_mu(0.0, 1.0, 0.0, 0.0), 5.0),
    Drawn(_mu(0.5, 0.0, 1.0, 0.0, -7.0), 1.0),
    Drawn(_mu(0.5, 0.25, 1.0, 0.0), 1.5),
)
_NEEDS = tuple(
    Needed(L, delta, eps, offset, (0.0,) * (L - 1))
    for L, eps in ((1, 0.3), (2, 0.5), (2, 0.25), (5, 0.1), (40, 0.001), (1000, 1e-6))
    for delta, offset in ((1.0, 0.0), (0.5, 0.02), (0.5, -0.02), (2.0, 1.0), (2.0, -1.0))
)
_VALUES = (
    Valued(Drawn(_mu(1.0), 1.0), np.array([[1.0, 2.0]])),
    Valued(Drawn(_mu(1.0, 0.0, 0.0), 2.0), np.array([[1.0, -2.0], [3.0, 1.0], [3.0, 1.0]])),
    Valued(Drawn(_mu(1.0, 0.0, 0.0), 0.5), np.array([[1.0 + 2j], [-3.0 + 1j], [-3.0 + 1j]])),
    Valued(Drawn(_mu(0.0, 1.0, -4.0), 0.5), np.array([[1.0, 0.5], [-2.0, 2.0], [0.25, 3.0]])),
)
_RANKS = (
    Ranks(30, 29, 0.5, 1.0, 0.1, 0.0, 1.0),
    Ranks(30, 3, 0.5, 2.0, 0.1, 0.0, 1.0),
    Ranks(30, 1, 20.0, 0.0, 0.9, 0.0, 1.0),
    Ranks(2, 1, 1.0, 1.0, 0.5, 0.0, 1.0),
)

_NEGATIVE, _WEAKER = "what is negative is below the bound", "a weaker bound"
#: Relation 0 is the bound by r, 1 that by r/(1 + r), 2 the equation.
_WEAKER_TAIL = {
    "sign of 1 at 0.0.0": _NEGATIVE,
    "sign of -1 at 0.1.0.0": _WEAKER,
    "constant -1 -> 0 at 0.1.0.0": _WEAKER,
    "constant -1 -> 0 at 0.1.1.0.0": _WEAKER,
    "sign of 1 at 1.0.0": _NEGATIVE,
    "constant -1 -> 0 at 1.1.0.1": _WEAKER,
    "sign of -1 at 1.1.1.0": _WEAKER,
    "constant -1 -> 0 at 1.1.1.0": _WEAKER,
    "constant -1 -> 0 at 1.1.2.0.0": _WEAKER,
}
#: Relation 0 is the bound by the tail, 1 that by r/(1 + r), 2 the definition of the error.
_WEAKER_VALUE = {
    "sign of -w[0] at 0.1.1.1": _WEAKER,
    "constant 1 -> 2 at 0.1.1.0": _WEAKER,
    "constant -1 -> 0 at 0.1.1.1.0": _WEAKER,
    "index 0 -> 1 at 0.1.1.1.1.1": "no loser weighs more than the winner: a weaker bound",
    "constant -1 -> 0 at 1.1.1.1": _WEAKER,
    "sign of -1 at 1.1.2.0": _WEAKER,
    "constant -1 -> 0 at 1.1.2.0": _WEAKER,
    "constant -1 -> 0 at 1.1.3.0.0": _WEAKER,
}

CHECKS: tuple[Check, ...] = (
    Check(
        claim.SOFTMAX_TAIL,
        inputs=importances(),
        measure=measured_tail,
        counter=Counter(
            "a unique winner (two tie)", st.tuples(st.integers(1, 3), st.floats(0.5, 50.0)), without_margin
        ),
        examples=_CONTEXTS,
        still_true=_WEAKER_TAIL,
        trained=trained_tail,
    ),
    Check(
        claim.SHARPNESS_NEEDED,
        inputs=needs(),
        measure=measured_need,
        counter=Counter(
            "δ is the distance of the nearest loser (the mean distance instead)",
            needs(),
            lambda drawn: measured_need(drawn, mean=True),
        ),
        examples=_NEEDS,
        still_true={"sign of 1 at 0.0.0": _NEGATIVE},
        trained=trained_need,
    ),
    Check(
        claim.VALUE_ERROR,
        inputs=valued(),
        measure=measured_error,
        counter=Counter(
            "distance from the winner's value (norm of the values instead)",
            st.tuples(st.integers(2, 5), st.sampled_from([0.5, 1.0, 3.0]), st.floats(0.0, 3.0)),
            bounded_by_norm,
        ),
        examples=_VALUES,
        still_true=_WEAKER_VALUE,
        trained=trained_value,
    ),
    Check(
        claim.RANKED_SELECTION,
        inputs=ranks(),
        measure=measured_ranks,
        counter=Counter("gaps of c r^{-β} (c r^{-2β} instead)", ranks(power=2.0), measured_ranks),
        examples=_RANKS,
        still_true={
            "sign of 1 at 0.0.0": _NEGATIVE,
            "sign of epsilon at 0.1.1.0.1": _WEAKER,
            "constant -1 -> 0 at 0.1.1.1": _WEAKER,
        },
        trained=trained_ranks,
    ),
)
