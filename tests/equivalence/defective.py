"""Checks of a repeated eigenvalue that no diagonal matrix has: capacity, kernel, imitation by two poles."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.equivalence as exact
import numerics.memory as memory
import theory.equivalence as claim
from models.equivalence.realisations import double_pole
from tests.oracles import bidiagonal_pair, defined_memory
from tests.witness import UNIT, Check, Counter, Sample, Trained

#: Moduli stay at or below 0.6 with at most 4 poles: what lies beyond is below TERMS^6 0.6^(2 TERMS) < 1e-25.
TERMS = 140

#: Stands after the last eigenvalue, so that a statement that reads one too many is wrong rather than undefined.
UNUSED = 0.77

#: Far below any float, far above what 300 digits leave open.
EXACT = 1e-40


class Repeated(NamedTuple):
    """Distinct eigenvalues, the first of them repeated; read-outs; distance of the imitating poles; a lag."""

    distinct: tuple[complex, ...]
    times: int
    weights: tuple[int, ...]
    eps: float
    lag: int

    def poles(self) -> np.ndarray:
        """All eigenvalues, repetitions included."""
        return np.array([self.distinct[0]] * (self.times - 1) + list(self.distinct))


@st.composite
def repetitions(draw: st.DrawFn) -> Repeated:
    """One or two distinct eigenvalues, zero and complex ones included, the first two or three times."""
    tenth = st.integers(-4, 4).map(lambda i: i / 10)
    distinct = draw(
        st.lists(st.builds(complex, tenth, st.one_of(st.just(0.0), tenth)), min_size=1, max_size=2, unique=True)
    )
    weights = draw(st.lists(st.integers(-3, 3), min_size=2, max_size=2))
    eps = draw(st.one_of(st.floats(-6.0, -1.0).map(lambda e: 10.0**e), st.sampled_from([0.5, 1.0, 2.0])))
    return Repeated(tuple(distinct), draw(st.integers(2, 3)), tuple(weights), eps, draw(st.integers(0, 12)))


def capacities(drawn: Repeated, A: np.ndarray, B: np.ndarray) -> dict[str, Any]:
    """M and M_diag by their definition, on a pair (A, B) and on the diagonal twin."""
    poles = drawn.poles()
    twin = defined_memory(np.diag(poles), np.ones(len(poles)), TERMS + 1)
    return {"M": defined_memory(A, B, TERMS + 1), "M_diag": twin}


def letters(drawn: Repeated) -> dict[str, Any]:
    """What both sides share."""
    sizes = {"N": len(drawn.poles()), "r": len(drawn.distinct), "l": drawn.lag, "infinity": TERMS - 1}
    return {"lamda": np.append(drawn.distinct, UNUSED), "epsilon": drawn.eps} | sizes


def slowly(drawn: Repeated) -> dict[str, Any]:
    """Residual, its recurrence and the two-pole kernel in 60 digits."""
    with mpmath.workdps(60):
        roots = [mpmath.mpmathify(pole) for pole in drawn.distinct]
        lags = range(drawn.lag + 4)
        e = [
            l * roots[0] ** max(l - 1, 0) - sum(c * x**l for c, x in zip(drawn.weights, roots, strict=False))
            for l in lags
        ]
        p = (
            [-roots[0], mpmath.mpf(1)]
            if len(roots) == 1
            else [roots[0] * roots[1], -roots[0] - roots[1], mpmath.mpf(1)]
        )
        near = roots[0] + mpmath.mpf(drawn.eps)
        kernel = [(near**l - roots[0] ** l) / mpmath.mpf(drawn.eps) for l in lags]
        return {"e": np.array(e), "p": np.array(p), "K": np.array(kernel)}


def quickly(drawn: Repeated) -> tuple[dict[str, Any], float]:
    """The same in floats, with the best diagonal kernel of all as read-out, and what rounding explains."""
    roots, lags = np.array(drawn.distinct), np.arange(drawn.lag + 4)
    target = lags * roots[0] ** np.maximum(lags - 1, 0)
    V = roots ** lags[:, None]
    weights = np.linalg.lstsq(V, target, rcond=None)[0]
    if roots[0].imag or abs(roots[0] + drawn.eps) >= 1:
        kernel = ((roots[0] + drawn.eps) ** lags - roots[0] ** lags) / drawn.eps
    else:
        kernel = exact.two_pole_mode(roots[0].real, drawn.eps, len(lags))
    scale = 64 * UNIT * (np.abs(target).max() + np.abs(weights).sum() + np.abs(kernel).max())
    cancellation = 8 * (drawn.lag + 2) * UNIT / drawn.eps
    return {"e": target - V @ weights, "p": np.append(np.poly(roots)[::-1], 0), "K": kernel}, float(
        scale + cancellation
    )


def measured_repeated(drawn: Repeated) -> Iterator[Sample]:
    """By definition in balls and 60 digits; by the chain of sections, a dense twin and floats."""
    poles = drawn.poles()
    yield Sample(letters(drawn) | slowly(drawn) | capacities(drawn, *bidiagonal_pair(poles)), 64 * TERMS * UNIT)
    fast, tolerance = quickly(drawn)
    twin = memory.memory_function_dense(*exact.diagonal(poles), TERMS + 1)
    fast |= {"M": memory.memory_function(poles, TERMS + 1), "M_diag": twin}
    yield Sample(letters(drawn) | fast, tolerance + 64 * TERMS * len(poles) * UNIT)


def entered_at_the_wrong_end(drawn: Repeated) -> Iterator[Sample]:
    """The input enters the Jordan chain where nothing is passed on."""
    A, B = bidiagonal_pair(drawn.poles())
    yield Sample(letters(drawn) | slowly(drawn) | capacities(drawn, A, B[::-1]), 64 * TERMS * UNIT)


def trained_two_poles() -> Trained:
    """The torch kernel of two poles with coefficients 1/ε and -1/ε: error over its bound, coefficients 1/ε."""
    runs = [double_pole(np.logspace(-12, -2, 11), pole) for pole in (0.9, 0.8, 0.6)]
    for run in runs:
        assert run.coefficient.max() > 1e11, "the coefficients do not blow up as the poles meet"
        assert np.argmin(run.error) not in (0, len(run.error) - 1), "the error has no least value in between"
    share = max(float(np.max(run.error / run.bound)) for run in runs)
    return Trained(share, 1.0, len(runs), "torch kernel of two poles ε apart, ε = 1e-12..1e-2: share of bound")


CHECKS = (
    Check(
        claim.DEFECTIVE,
        inputs=repetitions(),
        measure=measured_repeated,
        counter=Counter("a controllable A (the input enters at the far end)", repetitions(), entered_at_the_wrong_end),
        still_true=dict.fromkeys(("constant 1/2 -> 3/2 at 2.1.0", "constant 1 -> 2 at 2.1.4.0"), "a weaker bound"),
        examples=(Repeated((0.4 + 0j,), 2, (1, 0), 1e-6, 5), Repeated((0.4 + 0j, 0.1 + 0j), 3, (1, 2), 1e-4, 1)),
        trained=trained_two_poles,
    ),
)
