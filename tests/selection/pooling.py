"""Checks of the claims of `theory.selection.pooling`."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st

import models.selection.pooling as runs
import numerics.selection.pooling as exact
import theory.selection.pooling as claim
from models.layers.pooling import SoftmaxPooling
from tests.witness import UNIT, Check, Counter, Sample, Trained, worst_violation

#: Stands where a shifted index would read.
BEYOND = 0.37
UNIT32 = 2.0**-24


class Pooled(NamedTuple):
    """A context, its sharpness, a window or none, the step and the component that are read."""

    mu: np.ndarray
    values: np.ndarray
    chi: float
    window: int | None
    step: int
    component: int


@st.composite
def contexts(draw: st.DrawFn) -> Pooled:
    """Importances with ties and on any level, χ|μ| up to 690; windows shorter and longer than the context; L = 1."""
    L, m = draw(st.integers(1, 7)), draw(st.integers(1, 2))
    level = draw(st.sampled_from([0.0, 0.0, 5.0, -300.0]))
    mu = level + np.array([draw(st.integers(-8, 8)) / 8 for _ in range(L)])
    values = np.array([[draw(st.integers(-40, 40)) / 8 for _ in range(m)] for _ in range(L)])
    largest = 690 / max(1.0, float(np.abs(mu).max()), float(np.ptp(mu)))
    chi = draw(st.sampled_from([0.0, largest, min(1.0, largest), min(5.0, largest)]))
    window = draw(st.one_of(st.none(), st.integers(0, 10)))
    return Pooled(mu, values, chi, window, draw(st.integers(0, L - 1)), draw(st.integers(0, m - 1)))


def read(given: Pooled, y: Any) -> dict[str, Any]:
    """The letters of one component at one step."""
    t, U = given.step, given.window
    return {
        "t": t,
        "s": 0 if U is None else max(0, t - U),
        "chi": given.chi,
        "mu": np.append(given.mu, BEYOND),
        "v": np.append(given.values[:, given.component], BEYOND),
        "y": [*(row[given.component] for row in y), BEYOND],
    }


def rounding(given: Pooled) -> float:
    """(4L + 4χ max|μ| + 10) u max|v|: the exponents are rounded too, which the count of additions does not see."""
    exponent = given.chi * float(np.abs(given.mu).max())
    return (4 * len(given.mu) + 4 * exponent + 10) * UNIT * float(np.abs(given.values).max())


def measured_pooling(given: Pooled) -> Iterator[Sample]:
    """Integrators or delay lines, plain and shifted; all weights; the recursion at 60 digits."""
    mu, values, chi, window, *_ = given
    routes = (
        exact.pooled_by_integrators(mu, values, chi, window),
        exact.pooled_by_integrators(mu, values, chi, window, shift=float(mu.max())),
        exact.pooled(mu, values, chi, window),
    )
    for y in routes:
        yield Sample(read(given, y), rounding(given))
    yield Sample(read(given, exact.pooled_by_digits(mu, values, chi, window)), 1e-40)


def with_a_query(drawn: tuple[list[int], int]) -> Iterator[Sample]:
    """Importance g·k of the query of the step; the integrator can only use the query of the step that wrote."""
    signs, t = np.array(drawn[0], dtype=float), min(drawn[1], len(drawn[0]) - 1)
    keys, values = np.linspace(-1, 1, len(signs)), np.arange(len(signs), dtype=float)[:, None]
    y = exact.pooled_by_integrators(signs * keys, values, 2.0)
    given = Pooled(signs[t] * keys, values, 2.0, None, t, 0)
    yield Sample(read(given, y), rounding(given))


def trained_pooling() -> Trained:
    """float32 layers before and after training, with and without a window, every step of 8 contexts."""
    worst, seeds, L = 0.0, 2, 16
    for seed in range(seeds):
        for window in (None, 4):
            layer = SoftmaxPooling(2, chi=4.0, window=window, seed=seed)
            for steps in (0, 12):
                if steps:
                    runs.train(layer, steps, seed=100 * seed)
                worst = max(worst, _off(layer, runs.tokens(8, L, 2, 77 + seed)))
    what = "float32 pooling layer against the softmax, before and after training; in (2L + 10 + 4χ|s|) eps |v|"
    return Trained(worst, 1.0, seeds, what)


def _off(layer: SoftmaxPooling, u: torch.Tensor) -> float:
    a, W, O = (p.detach().double().numpy().ravel() for p in (layer.a, layer.W, layer.O))
    with torch.no_grad():
        out = layer(u).double().numpy()
    worst, tokens = 0.0, u.double().numpy()
    for context, y in zip(tokens, out, strict=True):
        exponent = layer.chi * float((np.abs(context) @ np.abs(a)).max())
        size = float((np.abs(context) @ np.abs(W)).max())
        tolerance = (2 * len(context) + 10 + 4 * exponent) * 2 * UNIT32 * size
        for t in (0, 7, len(context) - 1):
            given = Pooled(context @ a, (context @ W)[:, None], layer.chi, layer.window, t, 0)
            letters = read(given, y[:, :1] / O[0])
            worst = max(worst, worst_violation(claim.POOLING_IDENTITY.statement, letters) / tolerance)
    return worst


class Summed(NamedTuple):
    """Inputs, exact and dyadic, a window and the step that is read."""

    inputs: tuple[Fraction, ...]
    window: int
    step: int


@st.composite
def sums(draw: st.DrawFn) -> Summed:
    """Integers, dyadic fractions and numbers beyond 2^53, windows shorter and longer than the sequence, L = 1."""
    size = st.builds(lambda n, e: Fraction(n) * Fraction(2) ** e, st.integers(-9, 9), st.sampled_from([0, -3, 5, 70]))
    inputs = draw(st.lists(size, min_size=1, max_size=8))
    return Summed(tuple(inputs), draw(st.integers(0, 8)), draw(st.integers(0, len(inputs) - 1)))


@lru_cache
def states(window: int) -> tuple[dict[str, int], ...]:
    """Least dimensions of the window and of the integrator, by two routes."""
    of_window, of_integrator = [1] * (window + 1) + [0] * (window + 5), [1] * 10
    routes = (exact.least_states, exact.least_states_by_trial)
    found = [(route(of_window), route(of_integrator).held) for route in routes]
    return tuple({"n_h": n.held, "n_D": n.fed, "n_p": n.before, "n_I": integrator} for n, integrator in found)


def measured_window(given: Summed) -> Iterator[Sample]:
    """Both recursions in fractions, the delay line in doubles too."""
    t, U = given.step, given.window
    inputs = np.array([*given.inputs], dtype=object)
    letters = {"t": t, "s": max(0, t - U), "U": U, "u": [*given.inputs, Fraction(3, 8)]}
    routes = (exact.window_sums, exact.window_sums_by_difference)
    for route, n in zip(routes, states(U), strict=True):
        yield Sample(letters | n | {"z": [*route(inputs, U), Fraction(5, 8)]}, 0.0)
    doubles = inputs.astype(float)
    tolerance = (U + 1) * UNIT * float(np.abs(doubles[max(0, t - U) : t + 1]).sum())
    yield Sample(letters | n | {"z": [*exact.window_sums(doubles, U), 0.625]}, tolerance)


def accumulated(drawn: tuple[float, int]) -> Iterator[Sample]:
    """The accumulator in doubles, after a token with gate e^χ has left the window."""
    chi, U = drawn
    u = np.array([0.3] * 2 + [float(np.exp(chi))] + [0.1] * (U + 3))
    t = len(u) - 1
    letters = {"t": t, "s": t - U, "U": U, "u": [*u.tolist(), BEYOND]}
    z = [*exact.window_sums_by_difference(u, U), BEYOND]
    yield Sample(letters | states(U)[0] | {"z": z}, (U + 1) * UNIT * float(np.abs(u[t - U :]).sum()))


def trained_window() -> Trained:
    """A delay line of `StateSpace` and a convolution with ones, float32: sums, and states of the impulse response."""
    worst, seeds, L = 0.0, 3, 40
    for seed in range(seeds):
        u = runs.tokens(1, L, 1, seed)
        for U in (0, 1, 7):
            layer = runs.window_line(U)
            with torch.no_grad():
                impulse = layer(torch.eye(2 * U + 6)[None, :, :1])[0, :, 0].long().tolist()
                outputs = layer(u)[0, :, 0], runs.window_by_convolution(u[:, :, 0], U)[0]
            n = exact.least_states(impulse)
            sizes = {"n_h": len(layer.B) if n.held == U + 1 else n.held, "n_D": n.fed, "n_p": n.before, "n_I": 1}
            row = u[0, :, 0].double().numpy()
            for z in outputs:
                for t in (0, U, L - 1):
                    s = max(0, t - U)
                    letters = {"t": t, "s": s, "U": U, "u": row, "z": z.double().numpy()} | sizes
                    scale = 2 * (U + 1) * 2 * UNIT32 * float(np.abs(row[s : t + 1]).sum())
                    worst = max(worst, worst_violation(claim.WINDOW_STATE.statement, letters) / scale)
    return Trained(worst, 1.0, seeds, "delay line and convolution with ones, float32; in 2 (U + 1) eps Σ|u|")


_CONTEXTS = (
    Pooled(np.array([2.0]), np.array([[-3.0]]), 4.0, None, 0, 0),
    Pooled(np.array([0.0, 1.0, -1.0]), np.array([[1.0], [2.0], [4.0]]), 1.0, None, 1, 0),
    Pooled(np.array([0.0, 1.0, -1.0, 0.5]), np.array([[1.0], [2.0], [4.0], [-1.0]]), 1.0, 1, 3, 0),
    Pooled(np.array([1.0, 1.002, 0.999]), np.array([[1.0], [-1.0], [1.0]]), 688.0, None, 2, 0),
)
_SUMS = (
    Summed((Fraction(1), Fraction(2), Fraction(4), Fraction(8)), 2, 3),
    Summed((Fraction(1), Fraction(2), Fraction(4), Fraction(8)), 0, 3),
    Summed((Fraction(1), Fraction(2), Fraction(4), Fraction(8)), 1, 2),
)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.POOLING_IDENTITY,
        inputs=contexts(),
        measure=measured_pooling,
        counter=Counter(
            "importance depends on the token alone (on a query as well)",
            st.tuples(st.lists(st.sampled_from([1, -1]), min_size=2, max_size=5), st.integers(1, 4)),
            with_a_query,
        ),
        examples=_CONTEXTS,
        trained=trained_pooling,
    ),
    Check(
        claim.WINDOW_STATE,
        inputs=sums(),
        measure=measured_window,
        counter=Counter(
            "the accumulator works in exact arithmetic (in doubles)",
            st.tuples(st.floats(5.0, 60.0), st.integers(0, 4)),
            accumulated,
        ),
        examples=_SUMS,
        trained=trained_window,
    ),
)
