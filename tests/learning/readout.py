"""Checks of the claims of `theory.learning.readout`: lags that no read-out learns, and what the best one leaves."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st
from scipy.linalg import block_diag

import numerics.learning.readout as flow
import numerics.memory as exact
import theory.learning.readout as claim
from figures.measuring import mean_and_error, standard_errors
from figures.statements import line, violation_of
from models.learning import readout as trained
from models.learning.driving import adam
from numerics.memory.tail import tail_length
from tests.driven import CRITERION
from tests.learning import whitened
from tests.learning.whitened import HORIZON, POLES, Case, cases, padded, projected, quarter, scale, unit
from tests.memory.closed_forms import rounding
from tests.oracles import ball_matrix, bidiagonal_pair, defined_memory_at
from tests.strategies import pole_sets, poles_in_disc
from tests.witness import UNIT, Check, Counter, Sample, Trained


class Reach(NamedTuple):
    """A case whose poles the input reaches, and poles beside them that it does not."""

    case: Case
    unreached: tuple[complex, ...]


@st.composite
def reaches(draw: st.DrawFn) -> Reach:
    """Delay lines as often as other poles; starts anywhere, or such that w(0) − c points along α_τ; r = 0 too."""
    case = draw(cases())
    if draw(st.booleans()):
        case = case._replace(poles=np.zeros(len(case.poles), dtype=complex))
    if draw(st.booleans()):
        case = along(case)
    beside = draw(st.lists(poles_in_disc(0.1), max_size=2))
    if draw(st.integers(0, 7)) == 0:
        case, beside = case._replace(poles=np.zeros(0, dtype=complex)), beside or [0.5 + 0j]
    return Reach(case, tuple(beside))


def along(case: Case) -> Case:
    """The same case with w(0) = c + 2 α_τ: the bound on the movement of lag τ is met."""
    alpha = exact.orthonormal_states(case.poles, HORIZON)[:, case.lag]
    return case._replace(start=flow.best_readout(case.poles, case.teacher) + 2 * alpha)


def memory_at(reach: Reach) -> dict[int, Any]:
    """M at the lag and the next one by definition, of the reached and unreached poles together, exact zeros exact."""
    poles, lag = reach.case.poles, reach.case.lag
    A, B = bidiagonal_pair(poles) if len(poles) else (np.zeros((0, 0)), np.zeros(0))
    A = block_diag(A, np.diag(np.array(reach.unreached, dtype=complex))) if reach.unreached else A
    B = np.append(B, np.zeros(len(reach.unreached)))
    return defined_memory_at(ball_matrix(A), ball_matrix(B), [lag, lag + 1])


def kernels(case: Case) -> dict[str, Any]:
    """What the bounds speak of: kernel now and at the start, distance to the best read-out, length of the read-out."""
    if not len(case.poles):
        return {"k": np.zeros(HORIZON), "k0": np.zeros(HORIZON), "D": 0.0, "W": 0.0}
    at_start, now = flow.kernel_flow(case.poles, case.teacher, [0.0, case.time], HORIZON, case.start)
    w = flow.readout_flow(case.poles, case.teacher, [case.time], case.start)[0]
    distance = np.linalg.norm(flow.best_readout(case.poles, case.teacher) - case.start)
    return {"k": now, "k0": at_start, "D": float(distance), "W": float(np.linalg.norm(w))}


def measured_zero_memory(reach: Reach) -> Iterator[Sample]:
    """M by definition in many digits, and by the chain of sections where its float64 zeros are zeros."""
    case, M = reach.case, np.zeros(HORIZON + 1, dtype=object)
    for lag, value in memory_at(reach).items():
        M[lag] = value
    letters: dict[str, Any] = {"r": len(case.poles), "t": case.time, "tau": case.lag} | kernels(case)
    letters["rho"] = max(np.abs(case.poles), default=0.0)
    tolerance = 4 * rounding(case.poles) * scale(case)
    yield Sample(letters | {"M": M}, tolerance)
    if len(case.poles) and (letters["rho"] == 0 or letters["rho"] > 1e-3):
        yield Sample(letters | {"M": exact.cascade_memory(case.poles, HORIZON + 1)}, tolerance)


def leaking(case: Case) -> Iterator[Sample]:
    """A delay line whose last pole is 1e-3, spoken of as if it were 0, at the first lag outside."""
    line_of = np.append(np.zeros(len(case.poles) - 1), 1e-3)
    case = along(case._replace(poles=line_of, lag=len(line_of)))
    letters: dict[str, Any] = {"r": len(line_of), "rho": 0.0, "t": case.time, "tau": case.lag} | kernels(case)
    yield Sample(letters | {"M": exact.cascade_memory(line_of, HORIZON)}, 1e-6)


def trained_zero_memory() -> Trained:
    """Criterion: what Adam puts on lags outside the window is 0.0, for a convolution and a delay line, three seeds.

    That lag 2 is learned was not yet so after 60 steps of 0.05: they are 100 of 0.1.
    """
    width, horizon, outside = 5, 16, 0.0
    teacher = np.eye(horizon)[width] + np.eye(horizon)[2]
    for seed in range(3):
        for model in (trained.Window(width, seed), trained.FixedPoles(trained.leaky_line(width, 0.0))):
            k = trained.learned_kernel(model, tuple(teacher), adam(0.1), 100, horizon, 300, seed)
            assert abs(k[2]) > 0.5, "lag 2 must have been learned"
            letters = {"k": k, "M": np.zeros(horizon), "W": 1.0}
            points = [letters | {"tau": lag} for lag in range(width, horizon)]
            outside = max(outside, violation_of(claim.ZERO_MEMORY, "Abs(k[tau])", points, "<="))
    return Trained(outside, 0.0, 3, "convolution and delay line of width 5 after Adam: largest |k| outside the window")


def energy_off(poles: np.ndarray, teacher: np.ndarray, w: np.ndarray) -> float:
    """2L = Σ_τ |k_τ − k*_τ|² lag by lag over the teacher, and beyond it by what is left of the state."""
    A, B = exact.balanced_pair(poles)
    k = exact.krylov(A, B, len(teacher)).conj().T @ w
    beyond = np.linalg.matrix_power(A.conj().T, len(teacher)) @ w
    return float(np.linalg.norm(k - teacher) ** 2 + np.linalg.norm(beyond) ** 2)


def measured_delay_residual(case: Case) -> Iterator[Sample]:
    """The all-pass route, then least squares lag by lag where a few thousand lags hold the memory."""
    poles, teacher, start, time, delay = case
    P = projected(*bidiagonal_pair(poles), max(delay, 8) + 2)
    tolerance = 4 * rounding(poles) * scale(case)
    w = flow.readout_flow(poles, teacher, [time], start)[0]
    letters: dict[str, Any] = {"P": P, "k^*": padded(teacher), "infinity": len(teacher), "K": delay, "M": np.diag(P)}
    letters |= {"R_w": energy_off(poles, teacher, w), "R_min": flow.residual(poles, teacher)}
    yield Sample(letters | {"R": flow.delay_residual(poles, HORIZON)}, tolerance)
    lasting = tail_length(poles, -72.0)
    if lasting < 2000:
        R = np.zeros(HORIZON)
        R[delay] = flow.residual_least_squares(poles, np.eye(delay + 1)[-1], lasting + HORIZON)
        least = flow.residual_least_squares(poles, teacher, lasting + HORIZON)
        yield Sample(letters | {"R": R, "R_min": least}, tolerance + 64 * len(poles) * lasting * UNIT * scale(case))


def with_learned_poles(drawn: tuple[complex, int]) -> Iterator[Sample]:
    """One pole that may move to where it recalls the delay best."""
    poles, delay = np.array([drawn[0]]), drawn[1]
    teacher, moved = np.eye(delay + 1)[-1], [np.sqrt(delay / (delay + 1))]
    letters: dict[str, Any] = {"P": flow.projection(poles, HORIZON), "k^*": padded(teacher), "infinity": delay + 1}
    letters |= {"R_min": flow.residual(poles, teacher), "R": flow.delay_residual(poles, HORIZON), "K": delay}
    letters |= {"R_w": flow.residual(moved, teacher), "M": exact.memory_function(poles, HORIZON)}
    yield Sample(letters, 1e-6)


def trained_delay_residual() -> Trained:
    """Criterion: the mean error on fresh series, over eight seeds, within 5 standard errors of 1 − M and of R_min."""
    teachers = np.vstack([np.eye(20)[[0, 2, 5, 19]], 0.8 ** np.arange(20) * (-1) ** np.arange(20)])
    found = np.array([trained.trained_residuals(unit(), teachers, seed) for seed in range(8)])
    letters = {"M": exact.memory_function(POLES, 20), "R": np.zeros(20), "P": flow.projection(POLES, 20)}
    expected = line(claim.DELAY_RESIDUAL, "R[K]", [letters | {"K": delay} for delay in (0, 2, 5, 19)])
    last = [letters | {"R_min": 0.0, "k^*": teachers[-1], "infinity": 19}]
    expected = np.append(expected, line(claim.DELAY_RESIDUAL, "R_min", last))
    mean, error = mean_and_error(found)
    gap = standard_errors(mean, expected, error)
    return Trained(gap, CRITERION, len(found), "LRU, trained read-outs: worst of 5 in standard errors")


class Profile(NamedTuple):
    """Poles, integer weights of the delays from the smallest on, and the two values of each coefficient."""

    poles: np.ndarray
    smallest: int
    weights: tuple[int, ...]
    coefficients: tuple[tuple[float, float], ...]


def profiles() -> st.SearchStrategy[Profile]:
    """Delay laws on up to six lags from any on; up to five coefficients, each x > 0 or −y < 0 with mean 0, or 0."""
    weights = st.tuples(st.integers(1, 4), st.lists(st.integers(0, 4), max_size=5)).map(lambda w: (w[0], *w[1]))
    positive = st.integers(1, 8).map(lambda i: i / 4)
    pair = st.one_of(st.just((0.0, 0.0)), st.tuples(positive, positive))
    return st.builds(
        Profile, pole_sets(), st.integers(0, 16), weights, st.lists(pair, min_size=1, max_size=5).map(tuple)
    )


def every_draw(coefficients: tuple[tuple[float, float], ...]) -> Iterator[tuple[float, np.ndarray]]:
    """All outcomes of independent two-valued coefficients, with their probabilities."""
    laws = [((y / (x + y), x), (x / (x + y), -y)) if x else ((1.0, 0.0),) for x, y in coefficients]
    for outcome in product(*laws):
        yield float(np.prod([p for p, _ in outcome])), np.array([value for _, value in outcome])


def measured_profile(drawn: Profile) -> Iterator[Sample]:
    """By the law, and by averaging the residual of every outcome; M by its definition in many digits."""
    poles, smallest, weights, coefficients = drawn
    p = np.append(np.zeros(smallest), np.array(weights) / sum(weights))
    v = np.array([x * y for x, y in coefficients])
    letters: dict[str, Any] = {"p": padded(p), "v": padded(v), "K": smallest, "N": len(poles)}
    letters |= {"M": np.diag(projected(*bidiagonal_pair(poles))), "infinity": HORIZON - 2}
    outcomes = sum(share * flow.residual(poles, k) for share, k in every_draw(coefficients))
    tolerance = rounding(poles) * (1 + float(np.sum(v)) + 5 * max(max(pair) for pair in coefficients) ** 2)
    yield Sample(letters | {"E_p": flow.expected_residual(poles, p), "E_v": outcomes}, tolerance)
    every_delay = sum(share * flow.residual(poles, np.eye(len(p))[lag]) for lag, share in enumerate(p))
    yield Sample(letters | {"E_p": every_delay, "E_v": outcomes}, tolerance)


def one_sign_for_all(drawn: tuple[np.ndarray, tuple[float, ...]]) -> Iterator[Sample]:
    """Coefficients ±c, all with the same sign: mean 0, variances c², but not independent."""
    poles, c = drawn[0], np.array(drawn[1])
    letters: dict[str, Any] = {"p": padded([1.0]), "v": padded(c**2), "K": 0, "N": len(poles)}
    letters |= {"M": exact.memory_function(poles, HORIZON), "infinity": HORIZON - 2}
    yield Sample(letters | {"E_p": flow.expected_residual(poles, [1.0]), "E_v": flow.residual(poles, c)}, 1e-6)


def trained_profile() -> Trained:
    """Criterion: delays and signs drawn afresh for each of twelve seeds, 16 heads each; within 5 standard errors."""
    p, c = np.append(np.zeros(2), 0.4 * 0.6 ** np.arange(10)), 0.7 ** np.arange(12)
    p /= p.sum()
    found = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        delays, signs = np.eye(12)[rng.choice(12, 16, p=p)], rng.choice([-1.0, 1.0], (16, 12)) * c
        off = trained.trained_residuals(unit(), np.vstack([delays, signs]), seed, samples=3000)
        found.append((off[:16].mean(), off[16:].mean()))
    letters = {"p": p, "v": c**2, "M": exact.memory_function(POLES, 12), "infinity": 11, "E_p": 0.0, "E_v": 0.0}
    expected = [line(claim.TEACHER_PROFILE, left, [letters])[0] for left in ("E_p", "E_v")]
    mean, error = mean_and_error(found)
    gap = standard_errors(mean, np.array(expected), error)
    return Trained(gap, CRITERION, 12, "LRU, 16 random delays and 16 random signs: worst in standard errors")


CHECKS = (
    *whitened.CHECKS,
    Check(
        claim.ZERO_MEMORY,
        inputs=reaches(),
        measure=measured_zero_memory,
        counter=Counter("all reachable poles 0 (one is 1e-3)", cases(), leaking),
        still_true={
            "index tau -> tau + 1 at 0.0.0.1": "memory does not increase with the lag: tau + 1 obeys tau's bound",
            "sign of -exp(-t) at 2.1.2.1": "a larger bound",
            "constant 1 -> 2 at 2.1.2.0": "a larger bound",
            "constant -1 -> 0 at 2.1.2.1.0": "a larger bound, the one for any method that never leaves the ball",
        },
        examples=tuple(
            Reach(along(Case(np.array(poles), np.array([1.0, -1.0]), np.zeros(len(poles)), time, lag)), ())
            for poles, time, lag in (
                ([0.0, 0.0], 45.0, 1),
                ([0.0, 0.0], 0.7, 2),
                ([0.6, -0.4], 0.0, 1),
                ([0.5], 0.7, 3),
            )
        ),
        trained=trained_zero_memory,
    ),
    Check(
        claim.DELAY_RESIDUAL,
        inputs=cases(),
        measure=measured_delay_residual,
        counter=Counter(
            "fixed poles (one learns)", st.tuples(poles_in_disc(0.1), st.integers(1, 6)), with_learned_poles
        ),
        still_true={
            "sign of Sum(Abs(k^*[j])**2, (j, 0, oo)) at 2.1.1": "a bound below zero",
            "index j -> j + 1 at 2.1.1.0.0.0.1": "without lag 0 the teacher has less energy: a smaller bound",
        },
        examples=(
            Case(np.array([0.5]), np.array([1.0, -1.0, 0.5]), np.zeros(1), 45.0, 1),
            Case(np.array([0.6, 0.4j]), np.array([1.0, 1j, 0.5]), np.zeros(2), 45.0, 3),
        ),
        trained=trained_delay_residual,
    ),
    Check(
        claim.TEACHER_PROFILE,
        inputs=profiles(),
        measure=measured_profile,
        counter=Counter(
            "independent coefficients (all have one sign)",
            st.tuples(pole_sets(max_size=2, margin=0.1), st.tuples(quarter, quarter)),
            one_sign_for_all,
        ),
        still_true={
            "sign of 1 at 0.1.0": "a bound below zero",
            "constant -1 -> 0 at 0.1.1.2.1": "1 - N is a smaller bound than 1 - N/(K + 1)",
        },
        examples=(Profile(np.array([0.5]), 12, (1, 2), ((1.0, 0.5), (2.0, 0.25))),),
        trained=trained_profile,
    ),
)
