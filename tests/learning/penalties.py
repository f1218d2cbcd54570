"""Checks of the two claims about what time, a ridge and dropout leave of the capacity."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import mpmath
import numpy as np
from hypothesis import strategies as st
from scipy.linalg import expm

import numerics.learning.descent as exact
import theory.learning.descent as claim
from numerics.memory import orthonormal_states
from tests.learning import descent_trained as trained
from tests.learning.directions import (
    DIGITS,
    DISTINCT,
    ECHO,
    FULL,
    MOVING,
    NINE,
    ONE,
    REGULAR,
    SYSTEMS,
    TASKS,
    TINY,
    TWICE,
    Pair,
    Reference,
    Task,
    distance,
    growth,
    lasting,
    merged,
    reference,
    rest_of_gram,
    rounded_response,
    routes,
    weighted,
)
from tests.oracles import controllability_gram, defined_memory, lag_direction
from tests.strategies import MARGIN, pole_sets
from tests.witness import UNIT, Check, Counter, Sample


def shares(W: np.ndarray, a: np.ndarray) -> np.ndarray:
    """R_K = 1 - Σ_τ |w_K^* a_τ - δ_Kτ|² for the columns w_K of W, by the definition."""
    kernel = W.conj().T @ a
    return 2 * np.diagonal(kernel).real - np.sum(np.abs(kernel) ** 2, axis=1)


def whitened(at: Reference, lags: int) -> np.ndarray:
    """α = g^{-1/2} U^* a in many digits, zero where g is; one row more than directions."""
    alpha = np.zeros((len(at.g) + 1, lags), dtype=object)
    alpha[-1] = 0.5
    with mpmath.workdps(DIGITS):
        for lag in range(lags):
            a = lag_direction(at.A, at.B, lag)
            for n, g in enumerate(at.g):
                alpha[n, lag] = at.component(n, a) / mpmath.sqrt(g) if g else mpmath.mpf(0)
    return alpha


def measured_capacity_over_time(drawn: tuple[Pair, bool, float, int]) -> Iterator[Sample]:
    """Filters on the directions found by singular values; for fast poles also one flow for each delay, summed."""
    pair, fast, x, tau = drawn
    at = reference(pair)
    (A, B), N, g0 = pair, len(pair[1]), float(at.g[0])
    time = x / g0
    M = defined_memory(A, B, tau + 2)
    shared = at.letters() | {"t": time, "tau": tau, "M": M, "alpha": whitened(at, tau + 2)}
    rounding = 64 * N * UNIT * (1 + x**0.5)
    for route in routes(at, lasting(A) if fast else tau + 2, dense=fast):
        kept = exact.time_filter(route.at.speed, time)
        found = {"R": exact.delay_shares(route.at, kept)[: tau + 2], "C_t": float(kept.sum())}
        yield Sample(shared | found, rounding * (growth(A, 200) if route.dense else 1.0))
    if fast:
        lags = lasting(A)
        a = rounded_response(A, B, lags)
        G, zero = a @ a.conj().T, np.zeros((N, N))
        steady = expm(np.block([[-G * time, np.eye(N) * time], [zero, zero]]))[:N, N:]  # the integral of exp(-G s)
        R = shares(steady @ a, a)
        beyond = 2 * time * rest_of_gram(A, B, lags)
        yield Sample(shared | {"R": R[: tau + 2], "C_t": float(R.sum())}, 64 * N * UNIT * N * (1 + x) ** 2 + beyond)


def from_elsewhere(drawn: tuple[float, float, float]) -> Iterator[Sample]:
    """One pole, started at w = start instead of 0."""
    pole, start, time = drawn
    pair = (np.array([[pole + 0j]]), np.ones(1, complex))
    at, a = reference(pair), pole ** np.arange(400)[None, :]
    g = float(at.g[0])
    R = shares(np.exp(-g * time) * start - np.expm1(-g * time) / g * a, a)
    letters = {"t": time, "tau": 0, "M": defined_memory(*pair, 2), "alpha": whitened(at, 2), "R": R}
    yield Sample(at.letters() | letters | {"C_t": float(R.sum())}, 1e-9)


def correlations(G: mpmath.matrix) -> list[mpmath.mpf]:
    """Eigenvalues of G_ij/√(G_ii G_jj), largest first."""
    with mpmath.workdps(DIGITS):
        N = G.rows
        root = [mpmath.sqrt(mpmath.re(G[i, i])) for i in range(N)]
        H = mpmath.matrix([[G[i, j] / (root[i] * root[j]) for j in range(N)] for i in range(N)])
        return sorted((mpmath.re(h) for h in mpmath.eighe(H, eigvals_only=True)), reverse=True)


def masked_gram(G: np.ndarray, keep: float) -> np.ndarray:
    """E x̃ x̃^* of x̃ = m x/q, by the mean over all masks."""
    total = np.zeros_like(G)
    for mask in product((0, 1), repeat=len(G)):
        m = np.array(mask) / keep
        total += keep ** sum(mask) * (1 - keep) ** (len(mask) - sum(mask)) * np.outer(m, m) * G
    return total


def measured_penalties(drawn: tuple[Pair, Task, float, float, int]) -> Iterator[Sample]:
    """Read-outs solved for, delay by delay; filters on singular values; all masks."""
    pair, task, penalty, keep, n = drawn
    at = reference(pair)
    (A, B), N, g0, lags = pair, len(pair[1]), float(at.g[0]), lasting(pair[0])
    n, w = n % N, task.start[:N]
    far, a = distance(at, Task(task.teacher, w)), rounded_response(A, B, lags)
    G, h = a @ a.conj().T, np.array([complex(z) for z in far.h])
    V, odds = np.diag(G).real, (1 - keep) / keep
    with mpmath.workdps(DIGITS):
        root = mpmath.sqrt(at.g[n])
        solved = mpmath.matrix(np.linalg.solve(G + penalty * np.eye(N), h).tolist())
        y, c = root * at.component(n, solved), at.component(n, far.h) / root if root else root
    shared = at.letters() | {"n": n, "mu": penalty, "q": keep, "V": np.append(V, 1.0), "w": np.append(w, 3.0)}
    correlation = correlations(controllability_gram(A, B))
    shared |= {"h": np.array([*correlation, 0.3])}
    smallest = max(odds + float(correlation[-1]), UNIT)  # of what dropout solves with, in states of variance one
    shared |= {"c": padded(n, c), "y": padded(n, y)} | white_letters(np.diag(A), task.teacher, penalty, keep, n)
    condition = (g0 + penalty) / penalty + float(V.max() / V.min()) * N / smallest
    sizes = (1 + np.linalg.norm(h) / penalty) * (1 + g0**0.5) + float(np.sum(V * np.abs(w) ** 2)) / keep
    rest = rest_of_gram(A, B, lags) * (2 / penalty + 2 / (smallest * V.min()))
    rounding = 64 * N * UNIT * (1 + g0 / penalty) * sizes
    found = {"C_mu": float(shares(np.linalg.solve(G + penalty * np.eye(N), a), a).sum())}
    found |= {"C_q": float(shares(np.linalg.solve(masked_gram(G, keep), a), a).sum())}
    found |= {"E_q": exact.dropout_rise_enumerated(G, h, w, keep)}
    yield Sample(shared | found, rounding + 64 * N * N * UNIT * condition + rest)
    for route in routes(at, lags):
        found = {
            "C_mu": float(exact.ridge_filter(route.at.speed, penalty).sum()),
            "E_q": exact.dropout_rise(G, w, keep),
        }
        found |= {"C_q": dropped_capacity(a, route.dense, np.diag(A), keep)}
        yield Sample(shared | found, rounding * (growth(A, lags) if route.dense else 1.0))


def dropped_capacity(a: np.ndarray, dense: bool, poles: np.ndarray, keep: float) -> float:
    """The ridge of dropout on states of variance one; a diagonal state has them by default."""
    unit = a / np.linalg.norm(a, axis=1)[:, None]
    speed = np.linalg.svd(unit, compute_uv=False) ** 2 if dense else exact.directions(poles, 1).speed
    penalty = exact.dropout_penalty(keep)
    return float(exact.ridge_filter(speed, penalty).sum()) if penalty else float(np.count_nonzero(speed))


def padded(n: int, value: Any) -> np.ndarray:
    """An array that is `value` at n and something else after it."""
    found = np.full(n + 2, mpmath.mpf(7) / 3, dtype=object)
    found[n] = value
    return found


def white_letters(poles: np.ndarray, teacher: np.ndarray, penalty: float, keep: float, n: int) -> dict[str, np.ndarray]:
    """The best read-out of orthonormal states, and what a ridge and dropout (all masks) make of it."""
    alpha = orthonormal_states(poles, int(40 / (1 - np.abs(poles).max())) + 20)
    G, x = alpha @ alpha.conj().T, alpha[:, : len(teacher)] @ teacher.conj()
    ridged = np.linalg.solve(G + penalty * np.eye(len(G)), x)
    dropped = np.linalg.solve(masked_gram(G, keep), x)
    return {"x": np.append(x, 2.0), "z": np.append(ridged, 3.0), "s": np.append(dropped, 5.0)}


def decayed_poles(drawn: tuple[float, float, float]) -> Iterator[Sample]:
    """A ridge whose decay reaches the poles too: the statement at the old poles, the read-out at the shrunken ones."""
    pole, decay, penalty = drawn
    weights, old = np.ones(1, complex), np.array([[pole + 0j]])
    task = Task(np.array([0.0, 1.0], complex), np.ones(1, complex))
    now = list(measured_penalties(((old * (1 - decay), weights), task, penalty, 0.5, 0)))
    then = list(measured_penalties(((old, weights), task, penalty, 0.5, 0)))
    for before, after in zip(then, now, strict=True):
        kept = {name: before.values[name] for name in ("g", "c", "x", "h", "V")}
        yield Sample({**after.values, **kept}, before.tolerance + after.tolerance)


PENALTIES = st.floats(-3, 1).map(lambda e: 10.0**e)
NEAR = st.builds(weighted, pole_sets(max_size=4, margin=MARGIN).map(merged), FULL)

CHECKS: tuple[Check, ...] = (
    Check(
        claim.CAPACITY_OVER_TIME,
        inputs=st.one_of(
            st.tuples(SYSTEMS, st.just(True), st.floats(0.0, 60.0), st.integers(0, 12)),
            st.tuples(NEAR, st.just(False), st.floats(0.0, 1e6), st.integers(0, 12)),
        ),
        measure=measured_capacity_over_time,
        still_true={"index tau -> tau + 1 at 1.0.1": "R_(K+1) <= M_(K+1) <= M_K: memory does not grow with the lag"},
        counter=Counter(
            "a start at w = 0",
            st.tuples(st.floats(0.2, 0.8), st.floats(0.3, 2.0), st.floats(0.1, 1.0)),
            from_elsewhere,
        ),
        examples=((NINE, True, 1.0, 0), (NINE, True, 1e3, 1), (ONE, True, 0.0, 0), (ONE, True, 20.0, 0)),
        trained=trained.capacity_over_time,
    ),
    Check(
        claim.RIDGE_AND_DROPOUT_CAPACITY,
        inputs=st.one_of(
            st.tuples(st.one_of(REGULAR, MOVING), TASKS, PENALTIES, st.floats(0.05, 0.95), st.integers(0, 3)),
            st.tuples(DISTINCT, TASKS, PENALTIES, st.just(1.0), st.integers(0, 3)),
        ),
        measure=measured_penalties,
        still_true={
            "sign of -exp(-2*g[j]/mu) at 3.1.0.1": "a weaker bound",
            "constant 1 -> 2 at 3.1.0.0": "a weaker bound",
            "constant -1 -> 0 at 3.1.0.1.0": "a weaker bound: the number of states",
        },
        counter=Counter(
            "fixed poles (decay of the poles as well)",
            st.tuples(st.floats(0.4, 0.9), st.floats(0.05, 0.3), st.floats(0.05, 1.0)),
            decayed_poles,
        ),
        examples=(
            *((NINE, ECHO, 0.1, 0.5, 0), (NINE, ECHO, 30.0, 0.9, 1), (ONE, ECHO, 0.1, 0.3, 0)),
            *((NINE, ECHO, 0.1, 1.0, 0), (ONE, ECHO, 0.1, 1.0, 0), (TWICE, ECHO, 0.1, 0.9, 2)),
            (TINY, ECHO, 0.1, 0.5, 1),
        ),
        trained=trained.ridge_and_dropout_capacity,
    ),
)
