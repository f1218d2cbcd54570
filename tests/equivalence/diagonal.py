"""Checks of LegS against LegS-D: what an input with a derivative sees, and what an impulse sees."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from flint import acb, arb, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence.diagonal as claim
from models.equivalence.legs import reading, responses
from models.layers.discretisation import zoh
from models.layers.s4d import S4D
from numerics import certified
from tests.equivalence.legs import BITS, EXACT, odd, system
from tests.equivalence.normal_part import legs_in_balls, modes
from tests.oracles import as_mpf
from tests.witness import UNIT, Check, Counter, Sample, Trained, slope
from theory.claim import evaluate

Exponentials = list[tuple[acb, acb]]


def legs_exponentials(n: int) -> Exponentials:
    """K_n as poles and amplitudes, by null spaces in integers; the first n + 1 states are LegS of that size."""
    found, q = system(odd(n + 1)), arb(2 * n + 1).sqrt()
    weights = [sum(found.W[j, k] for k in range(n + 1)) for j in range(n + 1)]
    amplitudes = [found.V[n, j] * weights[j] for j in range(n + 1)]
    return [(acb(s), acb(arb(c) * q)) for s, c in zip(found.s, amplitudes, strict=True)]


def normal_exponentials(n: int, N: int) -> Exponentials:
    """K'_n as poles and amplitudes, by the eigenvectors that Arb finds."""
    (poles, vectors), (_, B) = modes(N), legs_in_balls(N)
    overlaps = (vectors.conjugate().transpose() * B).entries()
    return [(pole, vectors[n, k] * overlaps[k] / 2) for k, pole in enumerate(poles)]


def less(terms: Exponentials) -> Exponentials:
    return [(pole, -amplitude) for pole, amplitude in terms]


def product_of(left: Exponentials, right: Exponentials, until: float = 0.0) -> arb:
    """Real part of the integral of f conj(g), over all time or up to a time."""
    total = acb(0)
    for p, c in left:
        for s, d in right:
            rate = p + s.conjugate()
            past = (rate * acb(until)).exp() - 1 if until else acb(-1)
            total += c * d.conjugate() * past / rate
    return total.real


def transform(terms: Exponentials, s: acb) -> acb:
    return sum((c / (s - p) for p, c in terms), acb(0))


class Input(NamedTuple):
    """A size N, a state n below it, and u(t) = exp(-a t) sin(w t)/w."""

    N: int
    n: int
    a: float
    w: float


def inputs(largest: int = 9) -> st.SearchStrategy[Input]:
    """N = 1..largest; slow and fast, damped and nearly undamped inputs; w = 0 as its limit 1e-3."""
    a = st.floats(-2.0, 1.0).map(lambda x: 10.0**x)
    w = st.one_of(st.just(1e-3), st.floats(0.1, 40.0))
    return st.integers(1, largest).flatmap(lambda N: st.builds(Input, st.just(N), st.integers(0, N - 1), a, w))


def response_error(N: int, n: int, source: Exponentials) -> arb:
    """‖x' - x‖ for an input that is a sum of exponentials, by partial fractions."""
    gap = normal_exponentials(n, N) + less(legs_exponentials(n))
    response = [(p, c * transform(source, p)) for p, c in gap] + [(p, c * transform(gap, p)) for p, c in source]
    return product_of(response, response).sqrt()


def measured_rate(drawn: Input) -> Iterator[Sample]:
    """Partial fractions in balls; and Parseval's integral in floats where its panels resolve the input."""
    N, n, a, w = drawn
    with ctx.workprec(BITS):
        height = acb(0, -0.5) / acb(w)
        source = [(acb(-a, w), height), (acb(-a, -w), -height)]
        error, steepness = response_error(N, n, source), 1 / (4 * arb(a)).sqrt()
        values = {"N": N, "n": n, "e": as_mpf(error), "v": as_mpf(steepness)}
    yield Sample(values, EXACT)
    if a >= 0.25 and w <= 0.25:  # panels of 1/4 around ω = 0, 16 nodes each, poles 1/4 away: good to 1e-19
        found = exact.response_error(n, N, lambda omega: 1 / np.abs((1j * omega + a) ** 2 + w**2) ** 2)
        yield Sample(values | {"e": found}, 64 * N**2 * UNIT * float(found))


def with_a_jump(drawn: Input) -> Iterator[Sample]:
    """u = exp(-a t): its derivative for t > 0 alone is square integrable, u is not continuous at 0."""
    N, n, a, _ = drawn
    with ctx.workprec(BITS):
        error, steepness = response_error(N, n, [(acb(-a), acb(1))]), (arb(a) / 2).sqrt()
        yield Sample({"N": N, "n": n, "e": as_mpf(error), "v": as_mpf(steepness)}, EXACT)


def trained_rate() -> Trained:
    """S4 against S4D-LegS layers on u = t exp(-t), over N = 8..64.

    Criterion: every error below its bound, and a log-log slope within 0.1 of -1.
    """
    sizes = (8, 16, 32, 64)
    found = responses(sizes)
    assert np.all(found.error <= found.bound)
    gap = abs(slope([1 / N for N in sizes], found.error) - 1)
    return Trained(float(gap), 0.1, 1, "S4 and S4D-LegS layers: slope of the error in 1/N against 1")


class Entry(NamedTuple):
    """A size N, a state n, and places i < j and (k, k) in the Gramian."""

    N: int
    n: int
    i: int
    j: int
    k: int


@st.composite
def entries(draw: st.DrawFn, largest: int = 9) -> Entry:
    """N = 2..largest, neighbours j = i + 1 often."""
    N = draw(st.integers(2, largest))
    i = draw(st.integers(0, N - 2))
    j = draw(st.one_of(st.just(i + 1), st.integers(i + 1, N - 1)))
    return Entry(N, draw(st.integers(0, N - 1)), i, j, draw(st.integers(0, N - 1)))


def squared_gap(n: int, N: int, until: float = 0.0) -> arb:
    gap = normal_exponentials(n, N) + less(legs_exponentials(n))
    return product_of(gap, gap, until)


def gramian_entry(i: int, j: int, N: int) -> arb:
    """W_ij from the exponentials, in the coordinates x_n/q_n."""
    scale = (arb(2 * i + 1) * arb(2 * j + 1)).sqrt()
    return product_of(normal_exponentials(i, N), normal_exponentials(j, N)) / scale


def exact_gap(drawn: Entry, until: float = 0.0) -> Sample:
    N, n, i, j, k = drawn
    with ctx.workprec(BITS):
        W, E = np.full((N, N), np.nan, dtype=object), np.full(N, np.nan, dtype=object)
        W[i, j], W[k, k] = as_mpf(gramian_entry(i, j, N)), as_mpf(gramian_entry(k, k, N))
        E[n] = as_mpf(squared_gap(n, N, until))
    return Sample({"E": E, "W": W} | drawn._asdict(), EXACT)


def measured_gap(drawn: Entry) -> Iterator[Sample]:
    """By exponentials in balls; by the modes of `numerics` in floats."""
    if drawn.N <= 9:
        yield exact_gap(drawn)
    E = np.array([exact.modal_kernel_gap_squared(n, drawn.N) for n in range(drawn.N)])
    yield Sample({"E": E, "W": exact.modal_gramian(drawn.N)} | drawn._asdict(), 64 * drawn.N**2 * UNIT)


def up_to_time_two(drawn: Entry) -> Iterator[Sample]:
    yield exact_gap(drawn, until=2.0)


def enclosed_gap() -> float:
    """Certified gaps hold what the statement says, up to N = 24 and for the last state too."""
    widest = 0.0
    of_the_gap = next(r for r in claim.S4D_LEGS_KERNEL_GAP.relations if r.has(claim.E))
    for N, n in ((2, 0), (2, 1), (5, 4), (16, 0), (16, 3), (24, 10)):
        ball = certified.kernel_gap_squared(n, N)
        values = {"E": np.zeros(N), "N": N, "n": n}
        stated = evaluate(of_the_gap, values)[0].right
        assert np.all(ball.distance(float(stated)) <= UNIT), f"n = {n}, N = {N}: {stated} outside {ball}"
        widest = max(widest, float(ball.width.max()))
    return widest


def trained_gap() -> Trained:
    """Kernels of S4D layers with the poles of LegS-D and of LegS (n = 0: one pole), by zero-order hold.

    Their lags are integrals over a step, so the sum of squares over the step falls short of the L^2 norm by the share
    (ω_0 Δ)^2/12 at most, ω_0 = N^2/pi the fastest frequency; exp(-T) is left beyond the end T.
    Criterion: the gap to E_0 is at most that share of q_0^2 and what is left.
    """
    worst = 0.0
    for N in (2, 4, 8):
        dt, until = 0.25 / N**2, 30.0
        length = round(until / dt)
        one = S4D([-1.0], dt, dtype=torch.float64)
        with torch.no_grad():
            one.C.fill_(1.0)
            found = (reading(0, N, dt, zoh)[1].kernel(length) - one.kernel(length))[0].numpy()
        allowed = (N**2 / np.pi * dt) ** 2 / 12 + 2 * np.exp(-until) + 64 * N * UNIT
        worst = max(worst, abs(float(found @ found) / dt - exact.kernel_gap_squared(0, N)) / allowed)
    return Trained(worst, 1.0, 1, "kernels of S4D layers: squared distance, over its criterion")


CHECKS = (
    Check(
        claim.S4D_LEGS_INPUT_RATE,
        inputs=inputs(),
        measure=measured_rate,
        still_true={
            name: "a weaker bound"
            for name in (
                "constant -1 -> 0 at 1.2.1.0.1",
                "constant -1 -> 0 at 1.2.1.1.1",
                "constant -2 -> -1 at 1.2.0.1.1",
                "constant 1 -> 2 at 1.1.0.0",
                "constant 1/2 -> 3/2 at 1.1.1",
                "constant 2 -> 3 at 1.1.0.1.0",
                "constant 2 -> 3 at 1.2.0.0",
            )
        },
        counter=Counter(
            "that u starts from 0 (a jump)",
            st.builds(Input, st.integers(1, 6), st.just(0), st.sampled_from([0.3, 0.2, 0.1]), st.just(0.0)),
            with_a_jump,
        ),
        examples=(Input(40, 0, 0.01, 1e-3), Input(40, 1, 0.02, 1.4142), Input(9, 8, 0.3, 0.2), Input(1, 0, 1.0, 1e-3)),
        trained=trained_rate,
    ),
    Check(
        claim.S4D_LEGS_KERNEL_GAP,
        inputs=st.one_of(entries(), entries(24)),
        measure=measured_gap,
        counter=Counter("all of (0, oo) (times up to 2)", entries(4), up_to_time_two),
        examples=(Entry(2, 0, 0, 1, 1), Entry(3, 2, 0, 2, 2), Entry(9, 8, 2, 3, 0), Entry(24, 11, 5, 9, 23)),
        enclosed=enclosed_gap,
        trained=trained_gap,
    ),
)
