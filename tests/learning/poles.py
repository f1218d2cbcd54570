"""Checks of the claims of `theory.learning.poles`."""

from collections.abc import Iterator

import mpmath
import numpy as np
from flint import acb, arb, ctx
from hypothesis import strategies as st

import models.learning.poles as runs
import numerics.learning as exact
import theory.learning.poles as claim
from numerics import certified
from numerics.memory import cascade_memory, fft_memory, tail_bound
from tests.driven import CRITERION, unit
from tests.enclosed import overlap
from tests.learning.pole_oracles import (
    HORIZON,
    Drawn,
    Moved,
    chosen,
    defined_at,
    differentiated,
    moved,
    others,
    row,
    series,
)
from tests.learning.poles_trained import trained_bound, trained_capacity
from tests.memory.allpass import HARD, chain_error
from tests.oracles import bidiagonal_pair, coloured_memory
from tests.strategies import pole_sets, poles_in_disc
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate


def gradient_error(poles: np.ndarray, i: int) -> float:
    """16 N u/(1 − |λ_i|²): both responses are states of sections, divided by √g."""
    return 16 * len(poles) * UNIT / float(1 - abs(poles[i]) ** 2)


def measured_gradient(drawn: Drawn) -> Iterator[Sample]:
    """Two routes of `numerics` at all lags, one at this lag, and differences of the definition."""
    poles, lag, i = drawn
    letters, tolerance = series(drawn, HORIZON + 2), gradient_error(poles, i)
    for D in (exact.pole_gradients(poles, HORIZON + 2), exact.pole_gradients_by_sums(poles, HORIZON + 2)):
        yield Sample(letters | {"D": D}, tolerance)
    yield Sample(letters | {"D": row({lag: exact.pole_gradient(poles, lag)[i]}, i, HORIZON + 2)}, tolerance)
    yield Sample(letters | {"D": row(differentiated(poles, i, [lag]), i, HORIZON + 2)}, tolerance)


def under_coloured_input(drawn: tuple[Drawn, float]) -> Iterator[Sample]:
    """AR(1) input: the derivative by the real part of a real pole, halved as for white input."""
    (poles, lag, i), rho = drawn
    step, found = 2.0**-30, []
    for sign in (1, -1):
        shifted = poles.copy()
        shifted[i] += sign * step
        found.append(float(coloured_memory(*bidiagonal_pair(shifted), rho, lag)))
    D = (found[0] - found[1]) / (4 * step)
    yield Sample(series(Drawn(poles, lag, i), HORIZON + 2) | {"D": row({lag: D}, i, HORIZON + 2)}, 1e-6)


def trained_gradient() -> Trained:
    """Autograd on data of a recurrent unit's sampled loss, by its parameters, read-out solved."""
    half = np.array([0.9 * np.exp(0.3j), 0.8 * np.exp(1.2j), 0.7 * np.exp(2.2j)])
    gaps, seeds, lag = [], 8, 7
    layer = unit(half, 1)
    poles = layer.poles()
    runs_of = np.array([runs.sampled_gradient(layer, lag, 10_000, seed) for seed in range(seeds)])
    error = np.sqrt(np.var(runs_of, axis=0, ddof=1) / seeds)
    for i, mean in enumerate(runs_of.mean(0)):
        letters = series(Drawn(poles, lag, i), HORIZON) | {"D": row({lag: mean}, i, HORIZON)}
        gaps.append(float(evaluate(claim.POLE_GRADIENT.statement, letters)[0].violation) / error[i])
    what = (
        "LRU with 3 pairs, gradient of the sampled loss at delay 7, 10000 samples; gap in standard errors of the mean"
    )
    return Trained(max(gaps), CRITERION, seeds, what)


def enclosed_gradient() -> float:
    """Differences in balls against p conj(q) in balls, hard sets: no distance beyond the differences' own error."""
    widest = 0.0
    for poles in HARD:
        for i in range(len(poles)):
            letters = series(Drawn(poles, 5, i), 8) | {"D": row(differentiated(poles, i, [5]), i, 8)}
            gap = float(evaluate(claim.POLE_GRADIENT.statement, letters)[0].violation)
            assert gap <= gradient_error(poles, i), f"pole {i} of {poles}: off by {gap}"
            widest = max(widest, gap)
    return widest


def arc_error(poles: np.ndarray) -> float:
    """|arcsin√x − arcsin√y| <= arcsin√|x − y|, for both memories."""
    return 2 * float(np.arcsin(np.sqrt(chain_error(poles))))


def measured_bound(drawn: Moved) -> Iterator[Sample]:
    """Definition and its differences to many digits; both routes in doubles, at rest and moved."""
    poles, lag, i, after = drawn
    lags, letters = [lag, lag + 1], {"tau": lag, "i": i, "N": len(poles), "lamda": np.append(poles, 0.0)}
    before = defined_at(poles, lags)
    fine = {"M": before, "M_mu": defined_at(after, lags), "mu": np.append(after, -0.4)}
    yield Sample(letters | fine | {"D": row(differentiated(poles, i, lags), i, lag + 2)}, 1e-20)
    D, M = exact.pole_gradients(poles, lag + 2), cascade_memory(poles, lag + 2)
    at_rest = {"D": D, "M": M, "M_mu": M, "mu": letters["lamda"]}
    yield Sample(letters | at_rest, 2 * chain_error(poles))
    elsewhere = {"D": D, "M": M, "M_mu": cascade_memory(after, lag + 2), "mu": np.append(after, -0.4)}
    yield Sample(letters | elsewhere, arc_error(poles))


def with_tied_poles(drawn: tuple[complex, int]) -> Iterator[Sample]:
    """A conjugate pair that moves as one, its derivative asked for as that of one pole."""
    poles, lag = np.array([drawn[0], np.conj(drawn[0])]), drawn[1]
    lags = [lag, lag + 1]
    M = defined_at(poles, lags)
    letters = {"tau": lag, "i": 0, "N": 2, "lamda": poles, "mu": poles, "M": M, "M_mu": M}
    yield Sample(letters | {"D": row(differentiated(poles, 0, lags, tied=True), 0, lag + 2)}, 1e-20)


def terms(poles: np.ndarray) -> int:
    """Lags beyond which the energy, and with it the sums of M and D, is below 1e-18 by a rigorous bound."""
    lags = 32
    while lags * tail_bound(poles, lags) > 1e-18:
        lags += lags // 2
    return lags


def held(values: np.ndarray) -> np.ndarray:
    """Floats as mpmath's numbers, converted once for all the times that a statement is evaluated."""
    return np.array([mpmath.mpmathify(value) for value in values.ravel().tolist()]).reshape(values.shape)


def measured_capacity(drawn: Drawn) -> Iterator[Sample]:
    """The chain with the closed gradient, and the response on the circle with the gradient by sums."""
    poles = np.roll(drawn.poles, -drawn.i)
    rest, count = poles[1:], terms(poles)
    shared = series(Drawn(poles, drawn.lag, 0), HORIZON + 2) | {"N": len(poles), "infinity": count}
    tolerance, longest = count * gradient_error(poles, 0), max(count, HORIZON) + 2
    for memory, slopes in ((cascade_memory, exact.pole_gradients), (fft_memory, exact.pole_gradients_by_sums)):
        alone = memory(rest, HORIZON + 2) if len(rest) else np.zeros(HORIZON + 2)
        M, D = held(memory(poles, longest)), held(slopes(poles, longest)[:2])
        yield Sample(shared | {"M": M, "M_beta": alone, "D": D}, tolerance)


def in_a_diagonal_model(drawn: tuple[complex, int]) -> Iterator[Sample]:
    """Two poles that collide in a diagonal model, where they are one state: N counts both."""
    pole, lag = np.array([drawn[0]]), drawn[1]
    count = terms(pole)
    M, D = cascade_memory(pole, count + HORIZON), exact.pole_gradients(pole, count + HORIZON)
    letters = series(Drawn(pole, lag, 0), HORIZON + 2) | {"N": 2, "infinity": count}
    yield Sample(letters | {"M": M, "D": D, "M_beta": np.zeros(HORIZON + 2)}, 1e-6)


def enclosed_capacity() -> float:
    """Near the circle: the sum with its rigorous tail, and what one pole adds, in certified memories."""
    found = certified.capacity_partial(np.array([0.998j, -0.998j, 0.3]), 20_000)
    assert found.total.contains(3)[0], "the capacity of three poles is enclosed without 3"
    widths = [float(found.total.width[0])]
    for poles in HARD:
        whole, rest = (certified.memory_function(some, HORIZON) for some in (poles, poles[1:]))
        for lag in range(HORIZON):
            added = _added(poles, lag)
            widths.append(overlap(added + arb(rest.lower[lag]).union(arb(rest.upper[lag])), whole, lag))
    return max(widths)


def _added(poles: np.ndarray, lag: int) -> arb:
    with ctx.workprec(256):
        pole = acb(complex(poles[0]).real, complex(poles[0]).imag)
        q = sum((pole ** (lag - j) * acb(c.real, c.imag) for j, c in enumerate(others(poles, 0, lag + 1))), acb(0))
        return (1 - abs(pole) ** 2) * abs(q) ** 2


def _real(values: list[float]) -> np.ndarray:
    return np.array(values, dtype=complex)


_EXAMPLES = (
    Drawn(np.zeros(1, dtype=complex), 0, 0),
    Drawn(np.zeros(3, dtype=complex), 2, 1),
    Drawn(_real([0.9, 0.9, 0.9, -0.5, 0.0]), 5, 1),
)

#: One pole at lag 0 has M = 1 − r² and |D|(1 − r²) = r(1 − r²): tight as r -> 0, as is the arc arcsin r under artanh r.
_TIGHT = (
    Moved(_real([0.1]), 0, 0, _real([0.05])),
    Moved(_real([0.2]), 0, 0, _real([-0.1])),
    Moved(_real([0.0]), 0, 0, _real([0.1])),
    Moved(_real([0.1]), 0, 0, _real([0.0])),
    Moved(np.zeros(3, dtype=complex), 3, 0, np.zeros(3, dtype=complex)),
)

#: Relations 0 and 1 are the sums, 2 is the bound, 3 the equation.
_SAME_OR_WEAKER = {
    "index i -> i + 1 at 1.0.0.1": "the gradient by any other pole sums to zero too",
    "sign of M[tau] at 2.0.1": "what is negative is below the bound",
    "index tau -> tau + 1 at 2.0.1.1": "memory falls with the lag",
    "constant 1 -> 2 at 2.1.0.0": "a weaker bound",
    "sign of -Abs(lamda[i])**2 at 2.1.1.1": "a weaker bound",
    "constant 1 -> 2 at 2.1.1.0": "a weaker bound",
    "constant -1 -> 0 at 2.1.1.1.0": "a weaker bound",
    "constant 2 -> 3 at 2.1.1.1.1.1": "|λ|^3 < |λ|^2: a weaker bound",
}
_WEAKER = {
    "constant 2 -> 3 at 0.0.1": "what is at most 1/2 has a smaller cube than square",
    "sign of -M[tau] at 0.1.0.1": "a weaker bound",
    "constant 1 -> 2 at 0.1.0.0": "a weaker bound",
    "constant -1 -> 0 at 0.1.0.1.0": "a weaker bound",
    "index tau -> tau + 1 at 0.1.0.1.1.1": "memory falls with the lag: a weaker bound",
}

CHECKS: tuple[Check, ...] = (
    Check(
        claim.POLE_GRADIENT,
        inputs=chosen(pole_sets()),
        measure=measured_gradient,
        counter=Counter(
            "white input (AR(1) instead)",
            st.tuples(
                st.builds(lambda p, lag: Drawn(_real([p / 4]), lag, 0), st.integers(-3, 3), st.integers(0, 3)),
                st.sampled_from([0.5, 0.9, -0.5]),
            ),
            under_coloured_input,
        ),
        examples=_EXAMPLES,
        enclosed=enclosed_gradient,
        trained=trained_gradient,
    ),
    Check(
        claim.POLE_GRADIENT_BOUND,
        inputs=moved(),
        measure=measured_bound,
        counter=Counter(
            "each pole moves by itself (a conjugate pair as one)",
            st.tuples(poles_in_disc(margin=1e-2), st.integers(0, 4)),
            with_tied_poles,
        ),
        examples=_TIGHT,
        still_true=_WEAKER,
        trained=trained_bound,
    ),
    Check(
        claim.CAPACITY_INVARIANT,
        inputs=chosen(pole_sets(max_size=4, margin=1 / 4)),
        measure=measured_capacity,
        counter=Counter(
            "coincident poles as one Jordan block (a diagonal model instead)",
            st.tuples(poles_in_disc(margin=1 / 4), st.integers(0, 4)),
            in_a_diagonal_model,
        ),
        # a slow pole beside one at zero: without the slow one M falls at once, so the lag of M_β matters
        examples=(*_EXAMPLES, Drawn(_real([0.75, 0.0]), 0, 0), Drawn(_real([0.75, 0.0, 0.0]), 1, 0)),
        still_true=_SAME_OR_WEAKER,
        enclosed=enclosed_capacity,
        trained=trained_capacity,
    ),
)
