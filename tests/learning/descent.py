"""Checks of the claims of `theory.learning.descent`."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import numerics.learning.descent as exact
import theory.learning.descent as claim
from tests.learning import descent_trained as trained
from tests.learning import penalties
from tests.learning.directions import (
    ECHO,
    EVALUATED,
    NINE,
    ONE,
    REGULAR,
    SLOW,
    STEPS,
    SYSTEMS,
    TASKS,
    TINY,
    Pair,
    Task,
    distance,
    gradient,
    growth,
    lasting,
    loss,
    reference,
    rest_of_gram,
    rounded_response,
    routes,
)
from tests.oracles import coloured_moments
from tests.witness import UNIT, Check, Counter, Sample


def measured_raw_flow(drawn: tuple[Pair, Task, float, int, int]) -> Iterator[Sample]:
    """The closed form by singular values and Runge–Kutta on the normal equations, against the directions of G."""
    pair, task, x, n, tau = drawn
    at = reference(pair)
    (A, B), N, g0 = pair, len(pair[1]), float(at.g[0])
    n, start = n % N, task.start[:N]
    task, lags = Task(task.teacher, start), lasting(A)
    far = distance(at, task)
    time = min(x / max(float(at.g[n]), 1e-3 * g0), 300 / g0)
    a, T = rounded_response(A, B, lags + 1), float(np.linalg.norm(task.teacher))
    G, h = a @ a.conj().T, np.array([complex(z) for z in far.h])
    shared = at.letters() | {"n": n, "tau": tau, "t": time, "d": np.array([*far.d, 1.0]), "infinity": lags - 1}
    shared |= {"k^*": np.append(task.teacher, np.zeros(lags + 2 - len(task.teacher)))}
    shared |= {"Q": np.pad(a.conj().T @ a[:, : tau + 2], ((0, 1), (0, 0)))}
    rest = rest_of_gram(A, B, lags)

    def sample(w: np.ndarray, above: float, error: float, drift: float) -> Sample:
        scale = g0**0.5 * (np.linalg.norm(w) + 1) + T
        velocity = -gradient(w, a, task.teacher).conj() @ a[:, : tau + 2]
        values = {
            "v": np.array([*far.of(at, w), 1.0]),
            "D_t": above,
            "kappa": velocity,
            "k": np.append(w.conj() @ a, 0),
        }
        largest = float(np.linalg.norm(a[:, : tau + 2], axis=0).max())
        return Sample(shared | values, error + drift + 64 * N * UNIT * scale**2 * (1 + largest) + scale * rest)

    for route in routes(at, lags):
        size = np.linalg.norm(start) + g0**0.5 * time * T
        carried = 64 * N * UNIT * (1 + g0 * time) * (growth(A, lags) if route.dense else 1.0)
        above = float(exact.flow_excess(route.at, task.teacher, start, time).sum())
        w = exact.flow_readout(route.at, task.teacher, start, time)
        yield sample(w, above, carried * size, carried * (g0**0.5 * size + T) ** 2)
    w, error = exact.flow_integrated(G, h, start, time)
    above = loss(w, a, task.teacher) - float(far.least)
    yield sample(w, above, error, g0**0.5 * error * (g0**0.5 * (np.linalg.norm(w) + error) + T))


def under_coloured_input(drawn: tuple[float, float, float]) -> Iterator[Sample]:
    """One pole under autocorrelated input: the flow is faster or slower than the Gram matrix of white input says."""
    pole, rho, time = drawn
    at = reference((np.array([[pole]], complex), np.ones(1, complex)))
    task = Task(np.array([1.0 + 0j]), np.zeros(1, complex))
    far, a = distance(at, task), rounded_response(at.A, at.B, 200)
    G, c = coloured_moments(at.A, at.B, rho, 0)
    w, error = exact.flow_integrated([[complex(G[0])]], [complex(c[0])], task.start, time)
    values = {"n": 0, "tau": 0, "t": time, "d": np.array([*far.d, 1.0]), "infinity": 198, "Q": a.T @ a[:, :2]}
    moved = {"v": np.array(far.of(at, w)), "D_t": loss(w, a, task.teacher) - float(far.least), "k": w.conj() @ a}
    slope = {"kappa": -gradient(w, a, task.teacher).conj() @ a[:, :2], "k^*": np.append(1.0, np.zeros(200))}
    yield Sample(at.letters() | values | moved | slope, error + 1e-6)


def measured_gd_step(drawn: tuple[Pair, Task, float, int, int]) -> Iterator[Sample]:
    """Closed form and loop; the worst factor from the speeds, and as a spectral norm; the best step by search."""
    pair, task, x, steps, n = drawn
    at = reference(pair)
    (A, B), N, g0 = pair, len(pair[1]), float(at.g[0])
    n, eta, lags = n % N, x / g0, lasting(A)
    task = Task(task.teacher, task.start[:N])
    far, a = distance(at, task), rounded_response(A, B, lags)
    G, h = a @ a.conj().T, np.array([complex(z) for z in far.h])
    shared = at.letters() | {"n": n, "m": steps, "eta": eta, "d": np.array([*far.d, 1.0])}
    blown = max(1.0, abs(1 - x)) ** steps * (np.linalg.norm(task.start) + g0**0.5 * steps * eta * 9)
    tolerance = 64 * N * UNIT * (1 + steps * x) * (1 + eta + blown) + rest_of_gram(A, B, lags) * (1 + eta) * blown
    for route in routes(at, lags):
        eta_best, f_best = exact.best_step(route.at.speed)
        w = exact.descent_readout(route.at, task.teacher, task.start, eta, steps)
        found: dict[str, Any] = {"f": exact.contraction(route.at.speed, eta), "f_best": f_best, "eta_best": eta_best}
        larger = growth(A, lags) if route.dense else 1.0
        yield Sample(shared | found | {"v": np.array([*far.of(at, w), 1.0])}, larger * tolerance)
    w = exact.descent_iterated(G, h, task.start, eta, steps)[-1]
    eta_best, f_best = exact.best_step(np.linalg.eigvalsh(G).clip(0))
    walked: dict[str, Any] = {"f": float(np.linalg.norm(np.eye(N) - eta * G, 2)), "v": np.array([*far.of(at, w), 1.0])}
    yield Sample(shared | walked | {"f_best": f_best, "eta_best": eta_best}, tolerance)
    search = minimize_scalar(
        lambda z: np.linalg.norm(np.eye(N) - z * G, 2), bounds=(0, 2 / g0), method="bounded", options={"xatol": 1e-12}
    )
    # left of the best step f falls as slowly as g_min; the search itself resolves √eps of the step, within its bounds
    resolved = min(1.0, 64 * N * UNIT * g0 / float(at.g[-1]) + 4 * (2 * UNIT) ** 0.5) * 2 / g0
    yield Sample(shared | walked | {"f_best": search.fun, "eta_best": search.x}, tolerance + resolved * (1 + g0))


def with_momentum(drawn: tuple[float, float]) -> Iterator[Sample]:
    """One direction of speed 1 under heavy-ball momentum β, which converges for all steps below 2 (1 + β)."""
    beta, x = drawn
    eta, w = 2 + 2 * beta * x, [1.0, 1.0]
    for _ in range(400):
        w.append(w[-1] - eta * w[-1] + beta * (w[-1] - w[-2]))
    letters = {"N": 1, "g": np.ones(2), "n": 0, "m": 400, "eta": eta, "d": np.ones(2), "v": np.array([w[-1]])}
    yield Sample(letters | {"f": abs(w[-1]) ** (1 / 400), "f_best": 0.0, "eta_best": 1.0}, 1e-9)


CHECKS: tuple[Check, ...] = (
    Check(
        claim.RAW_FLOW,
        inputs=st.tuples(SYSTEMS, TASKS, st.floats(0.0, 5.0), st.integers(0, 3), st.integers(0, 2)),
        measure=measured_raw_flow,
        counter=Counter(
            "white input (lag-one correlation instead)",
            st.tuples(st.floats(0.2, 0.8), st.floats(0.3, 0.9), st.floats(0.2, 2.0)),
            under_coloured_input,
        ),
        examples=(
            *((NINE, ECHO, 1.0, 0, 0), (NINE, ECHO, 0.5, 1, 1), (ONE, ECHO, 0.0, 0, 0), (SLOW, ECHO, 1.0, 1, 2)),
            (TINY, ECHO, 1.0, 1, 1),
        ),
        digits=EVALUATED,
        trained=trained.raw_flow,
    ),
    Check(
        claim.GD_STEP,
        inputs=st.tuples(REGULAR, TASKS, STEPS, st.integers(0, 60), st.integers(0, 3)),
        measure=measured_gd_step,
        still_true={
            "sign of g[0] at 5.1.0.0.0": "a weaker bound: -1",
            "sign of g[0] at 5.1.1.1": "a weaker bound, negative",
            "index 0 -> 1 at 5.1.1.1.1": "a weaker bound: g_1 <= g_0",
        },
        counter=Counter(
            "no momentum (heavy ball instead)", st.tuples(st.floats(0.2, 0.9), st.floats(0.1, 0.9)), with_momentum
        ),
        examples=(
            *((NINE, ECHO, 1.9, 7, 0), (NINE, ECHO, 2.05, 3, 1), (NINE, ECHO, 1.95, 1, 0), (ONE, ECHO, 1.0, 1, 0)),
            *((TINY, ECHO, 1.0, 3, 1), (TINY, ECHO, 2.5, 27, 0)),
        ),
        digits=EVALUATED,
        trained=trained.gd_step,
    ),
    *penalties.CHECKS,
)
