"""Checks of the claims of `theory.learning.readout` on the way: the flow of a read-out, and its first step."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
import torch
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st
from mpmath.libmp import from_man_exp

import numerics.learning.readout as flow
import numerics.memory as exact
import theory.learning.readout as claim
from figures.statements import line, violation_of
from models.layers import LRU, LinearRNN
from models.learning import readout as trained
from models.learning.driving import adam, impulse, sgd
from tests.driven import CRITERION
from tests.memory.closed_forms import rounding
from tests.oracles import as_matrix, ball_matrix, bidiagonal_pair, stein_sum
from tests.strategies import lags, pole_sets, stable_pairs
from tests.witness import UNIT, Check, Counter, Sample, Trained

HORIZON = 24
BITS = 1000
POLES = np.array([0.9, 0.6 + 0.5j, -0.7, 0.3j])

quarter = st.integers(-8, 8).map(lambda i: i / 4)


class Case(NamedTuple):
    """Poles, a teacher, the whitened read-out at the start, a time and a lag."""

    poles: np.ndarray
    teacher: np.ndarray
    start: np.ndarray
    time: float
    lag: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any poles; real and complex teachers of up to eight lags, delays among them; starts at 0 and elsewhere."""
    poles = draw(pole_sets())
    imaginary = draw(st.sampled_from([0, 0, 1j]))
    if draw(st.integers(0, 3)) == 0:
        teacher = np.eye(8)[draw(st.integers(0, 7))].astype(complex)
    else:
        teacher = np.array([draw(quarter) + imaginary * draw(quarter) for _ in range(draw(st.integers(1, 8)))])
    start = np.array([draw(quarter) + 1j * draw(quarter) for _ in poles]) * draw(st.sampled_from([0, 1, 1]))
    return Case(poles, teacher, start, draw(st.sampled_from([0.0, 0.05, 0.7, 3.0, 45.0])), draw(lags(HORIZON)))


def projected(A: np.ndarray, B: np.ndarray, horizon: int = HORIZON) -> np.ndarray:
    """P_jl = (A^j B)^* G^{-1} A^l B from the definition, to many digits; objects, shape (horizon, horizon)."""
    with ctx.workprec(BITS):
        matrix, column = ball_matrix(A), ball_matrix(B)
        G = stein_sum(matrix, column * column.transpose().conjugate(), BITS)
        columns = [column]
        while len(columns) < horizon:
            columns.append(matrix * columns[-1])
        response = acb_mat([[c[n, 0] for c in columns] for n in range(matrix.nrows())])
        P = response.transpose().conjugate() * G.solve(response)
        return np.array([[as_mpc(entry) for entry in row] for row in P.tolist()], dtype=object)


def as_mpc(ball: acb) -> mpmath.mpc:
    """The midpoint with all its bits, as `tests.oracles.as_mpf` but without a change of precision per number."""
    parts = (part.mid().man_exp() for part in (ball.real, ball.imag))
    return mpmath.mp.make_mpc(tuple(from_man_exp(int(man), int(exp)) for man, exp in parts))


def scale(case: Case) -> float:
    """The size of teacher and read-out, squared: kernels are linear in it and losses quadratic."""
    return float(1 + np.linalg.norm(case.teacher) + np.linalg.norm(case.start)) ** 2


def padded(vector: Any, horizon: int = HORIZON) -> np.ndarray:
    """The values, and zeros up to the horizon."""
    return np.append(vector, np.zeros(max(0, horizon - len(vector))))


def measured_flow(case: Case) -> Iterator[Sample]:
    """Closed form, then powers of a matrix and an integrator; P and M by their definitions in many digits."""
    poles, teacher, start, time, lag = case
    P = projected(*bidiagonal_pair(poles), max(lag, 8) + 2)
    tolerance = 4 * rounding(poles) * scale(case)
    letters: dict[str, Any] = {"P": P, "k^*": padded(teacher), "infinity": len(teacher), "t": time, "tau": lag}
    letters |= {"k0": flow.kernel_flow(poles, teacher, [0.0], HORIZON, start)[0]}
    letters |= dict(zip(("L_0", "L_t"), flow.loss_flow(poles, teacher, [0.0, time], start), strict=True))
    M = exact.memory_function(poles, HORIZON)
    yield Sample(letters | {"k": flow.kernel_flow(poles, teacher, [time], HORIZON, start)[0], "M": M}, tolerance)
    slow = flow.kernel_flow_integrated(poles, teacher, [time], HORIZON, start)[0]
    yield Sample(letters | {"k": slow, "M": np.diag(P)}, tolerance + 100 * 1e-12 * scale(case))  # 100 rtol


def raw_flow(drawn: tuple[np.ndarray, int]) -> Iterator[Sample]:
    """Gradient flow from 0 of raw states with b = 1: each direction at the speed of its own eigenvalue of G."""
    poles, lag = drawn
    teacher, time, A = np.eye(2)[1], 0.7, np.diag(poles)
    a, G = exact.krylov(A, np.ones(len(poles)), HORIZON), exact.gram(poles)
    g, U = np.linalg.eigh(G)
    c = a[:, :2] @ teacher
    w = U @ (-np.expm1(-g * time) / g * (U.conj().T @ c))
    letters = {"k^*": padded(teacher), "infinity": 2, "t": time, "tau": lag, "k0": np.zeros(HORIZON), "L_0": 0.5}
    loss = 0.5 * float((w.conj() @ G @ w - 2 * (w.conj() @ c).real + 1).real)
    letters |= {"k": a.conj().T @ w, "P": flow.projection(poles, HORIZON), "L_t": loss}
    yield Sample(letters | {"M": exact.memory_function(poles, HORIZON)}, 1e-6)


def unit(poles: np.ndarray = POLES) -> LRU:
    return LRU(poles, dtype=torch.float64)


def trained_flow() -> Trained:
    """Criterion: means over the seeds within 5 standard errors, at five times and all lags."""
    config = trained.FlowConfig(teacher=(0.5, 0.0, 1.0, 0.0, -0.5))
    run = trained.measure_flow(unit(), config)
    P = flow.projection(POLES, config.horizon)
    gap = 0.0
    for place in (1, 5, 10, 20, 40):
        common = {"P": P, "k^*": padded(config.teacher), "infinity": 5, "t": run.time[place], "k0": np.zeros(16)}
        points = ({**common, "k": np.zeros(16), "tau": lag} for lag in range(16))
        expected = line(claim.WHITENED_FLOW, "k[tau]", points)
        gap = max(gap, float(np.max(np.abs(run.kernel[place] - expected) / run.error[place])))
    what = "LRU, read-out by full-batch descent on 4000 samples: kernel, worst lag and time in standard errors"
    return Trained(gap, CRITERION, len(config.seeds), what)


class Step(NamedTuple):
    """A pair (A, B), a teacher, a step size, the number of steps, a lag and a delay."""

    pair: tuple[np.ndarray, np.ndarray]
    teacher: np.ndarray
    eta: float
    steps: int
    lag: int
    delay: int


def first_steps() -> st.SearchStrategy[Step]:
    """Non-normal pairs, steps beyond stability included."""
    teachers = st.lists(quarter, min_size=1, max_size=8).map(np.array)
    sizes = st.sampled_from([0.01, 0.3, 1.0, 1.7, 2.3])
    return st.builds(Step, stable_pairs(), teachers, sizes, st.integers(1, 5), lags(HORIZON), st.integers(0, 11))


def measured_first_step(drawn: Step) -> Iterator[Sample]:
    """Step by step in float64 against P, M and A^K B in many digits; the raw step once more by float64 powers."""
    (A, B), teacher, eta, steps, lag, delay = drawn
    poles = np.diag(A)
    P = projected(A, B, max(lag, delay, 8) + 2)
    with ctx.workprec(BITS):
        at_delay = np.array(as_matrix(ball_matrix(A) ** delay * ball_matrix(B)).tolist(), dtype=object).ravel()
    a = np.zeros((len(B) + 1, HORIZON), dtype=object)
    a[:-1, delay] = at_delay
    d = np.zeros(HORIZON)
    d[delay] = flow.descent_kernel(poles, np.eye(delay + 1)[-1], eta, 1, delay + 1)[delay].real
    letters: dict[str, Any] = {
        "P": P,
        "k^*": padded(teacher),
        "infinity": len(teacher),
        "eta": eta,
        "m": steps,
        "tau": lag,
    }
    letters |= {"k": flow.descent_kernel(poles, teacher, eta, steps, HORIZON), "d": d, "a": a, "N": len(B), "K": delay}
    letters |= {"M": np.diag(P)}
    grown = (1 + abs(1 - eta)) ** steps * (1 + float(np.linalg.norm(teacher)))
    largest = float(np.linalg.norm(np.linalg.matrix_power(np.abs(A), delay) @ np.abs(B))) ** 2
    yield Sample(
        letters | {"h": flow.raw_first_step(A, B, eta, HORIZON)},
        rounding(poles) * grown + 8 * len(B) * (delay + 1) * UNIT * eta * largest,
    )


def adam_step(drawn: tuple[np.ndarray, int]) -> Iterator[Sample]:
    """One step of Adam on whitened states moves lag K, but not by η M_K."""
    poles, delay = drawn
    eta, teacher, ones = 0.1, np.eye(6)[delay], np.ones(len(poles))
    d = np.zeros(HORIZON)
    d[delay] = trained.one_step(trained.FixedPoles(unit(poles)), delay, adam(eta))
    letters: dict[str, Any] = {"eta": eta, "m": 1, "tau": 0, "k^*": padded(teacher), "infinity": 6, "N": len(poles)}
    letters |= {"k": flow.descent_kernel(poles, teacher, eta, 1, HORIZON), "P": flow.projection(poles, HORIZON)}
    letters |= {"a": exact.krylov(np.diag(poles), ones, HORIZON), "M": exact.memory_function(poles, HORIZON)}
    yield Sample(letters | {"d": d, "h": flow.raw_first_step(np.diag(poles), ones, eta, HORIZON), "K": delay}, 1e-6)


def trained_first_step() -> Trained:
    """Criterion: one step of SGD on the population loss, whitened and raw, equal to 1e-10; Adam is the counter-case."""
    eta, gap = 0.3, 0.0
    jordan = LinearRNN(np.array([[0.5, 5.0], [0.0, 0.5]]), np.array([0.0, 1.0]), dtype=torch.float64)
    for layer, poles in ((unit(), POLES), (jordan, np.array([0.5, 0.5]))):
        a = layer.states(impulse(HORIZON))[0].detach().resolve_conj().numpy().T
        for delay in (0, 1, 3, 8):
            d, h = np.zeros(HORIZON), np.zeros(HORIZON)
            d[delay] = trained.one_step(trained.FixedPoles(layer), delay, sgd(eta))
            h[delay] = trained.one_step(trained.FixedPoles(layer, whiten=False), delay, sgd(eta))
            letters = {"d": d, "h": h, "K": delay, "eta": eta, "M": exact.memory_function(poles, HORIZON), "a": a}
            for left in ("d[K]", "h[K]"):
                gap = max(gap, violation_of(claim.FIRST_STEP, left, [letters | {"N": len(a)}]))
    return Trained(gap, 1e-10, 1, "one SGD step on the population loss, LRU and a Jordan block, whitened and raw")


CHECKS = (
    Check(
        claim.WHITENED_FLOW,
        inputs=cases(),
        measure=measured_flow,
        counter=Counter(
            "whitened states (they are raw)",
            st.tuples(pole_sets(max_size=3, margin=0.1, repeated=False), st.integers(0, 5)),
            raw_flow,
        ),
        examples=(
            Case(np.array([0.5]), np.array([0.0, 1.0]), np.zeros(1), 0.7, 1),
            Case(np.array([0.6, -0.3 + 0.4j]), np.array([1.0, 1j, 0.5]), np.array([1.0, -1.0]), 0.7, 0),
            Case(np.zeros(3), np.array([1.0, -2.0, 0.5, 1.0]), np.ones(3), 0.7, 2),
        ),
        trained=trained_flow,
    ),
    Check(
        claim.FIRST_STEP,
        inputs=first_steps(),
        measure=measured_first_step,
        counter=Counter(
            "plain gradient descent (Adam instead)",
            st.tuples(pole_sets(max_size=2, margin=0.1, repeated=False, nonzero=True), st.integers(0, 5)),
            adam_step,
        ),
        examples=(
            Step((np.array([[0.5, 5.0], [0.0, 0.5]]), np.array([0.0, 1.0])), np.array([0.0, 1.0]), 0.3, 2, 1, 1),
            Step((np.array([[0.5]]), np.array([2.0])), np.array([1.0, -1.0]), 0.3, 3, 2, 4),
        ),
        trained=trained_first_step,
    ),
)
