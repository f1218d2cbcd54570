"""What time, a ridge and dropout leave of the capacity of a fixed state, and which way they turn what is learned.

Criteria, written before the run: capacities and single R_K of torch-trained heads within 5 standard errors over the
seeds plus the excess loss of N weights fitted to T samples (N/T for each head) and, for capacities, the memory beyond
the last head (this term and the later last head came after a run whose 24 heads left out 0.03 of the capacity);
read-outs along each direction within 5 standard errors; distances under gradient descent within 64 (m + 1) N units of
rounding of the largest distance on the way; a share R_K/MF(K) of whitened states that does not depend on K,
to 64 N κ(G) units of rounding.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import numerics.learning.descent as exact
import theory.learning.descent as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.learning.regularisation_panels import draw
from figures.measuring import UNIT, in_tolerances
from figures.statements import line
from models.learning import descent
from numerics.memory import memory_function

POLES = (0.9, 0.5, -0.4)
#: η/(2/g_max), and the best of all steps.
STEPS = (0.1, 0.5, 1.0, 1.01)
LAGS = 400


def parameters(scale: Scale) -> dict[str, Any]:
    """Seeds and samples of the torch runs; times, penalties and keep probabilities at which they are taken."""
    return {
        "seeds": list(range(scale.choose(4, 6, 24))),
        "samples": scale.choose(2000, 20_000, 200_000),
        "times": scale.choose([0.1, 1.0], [0.03, 0.1, 0.3, 1.0, 3.0, 10.0], [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]),
        "penalties": scale.choose([0.1, 1.0], [0.03, 0.1, 0.3, 1.0, 3.0, 10.0], [0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]),
        "keeps": scale.choose([0.5], [0.95, 0.8, 0.5, 0.2, 0.1], [0.97, 0.9, 0.75, 0.5, 0.25, 0.1]),
        "delays": 48,
        "copies": 2,
        "steps": 60,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Torch heads of raw and of whitened states; descent at five steps; lines of the statements."""
    found = {name: np.array(given[name]) for name in ("times", "penalties", "keeps", "samples")}
    return found | _learned(given) | _lines(given) | _descent(given) | _direction()


def _states() -> exact.Directions:
    return exact.directions(POLES, LAGS, np.ones(len(POLES)))


def _correlated() -> NDArray[np.float64]:
    return exact.directions(POLES, 1).speed


def _learned(given: Mapping[str, Any]) -> Arrays:
    """R_K of every head of every run, (seeds, settings, K); the loss along each direction, (seeds, times, N)."""
    lists: dict[str, Any] = {name: tuple(given[name]) for name in ("times", "penalties", "keeps")}
    counts: dict[str, Any] = {name: given[name] for name in ("delays", "samples", "copies")}
    config = descent.Config(POLES, **lists, **counts)
    runs = [descent.measure(replace(config, seed=seed)) for seed in given["seeds"]]
    taken = (("time", "by_time"), ("ridge", "by_penalty"), ("dropout", "by_keep"))
    found = {
        f"shares_{name}": np.array([descent.shares(getattr(r, field), r.response) for r in runs])
        for name, field in taken
    }
    at = _states()
    away = np.array([[(W[1] - _best(at, 1)) @ at.basis.real for W in run.by_time] for run in runs])
    return found | {"distance_found": away}


def _best(at: exact.Directions, delay: int) -> NDArray[np.float64]:
    """The best raw read-out for a delay."""
    return (at.basis @ (at.alpha[:, delay] / np.sqrt(at.speed))).real


def _lines(given: Mapping[str, Any]) -> Arrays:
    """What the statements say, on fine grids and where torch was asked."""
    at, correlated, N = _states(), _correlated(), len(POLES)
    letters = {"N": N, "g": at.speed, "h": correlated, "C_t": 0.0, "C_mu": 0.0, "C_q": 0.0}
    say, strength = claim.RIDGE_AND_DROPOUT_CAPACITY, np.geomspace(0.02, 50, 60)
    keeps = 1 / (1 + strength)

    def by_time(times: Any) -> NDArray[np.float64]:
        return line(claim.CAPACITY_OVER_TIME, "C_t", [letters | {"t": t} for t in times])

    def by_ridge(penalties: Any) -> NDArray[np.float64]:
        return line(say, "C_mu", [letters | {"mu": mu} for mu in penalties])

    def by_dropout(probabilities: Any) -> NDArray[np.float64]:
        return line(say, "C_q", [letters | {"q": q} for q in probabilities])

    lags, clock = range(given["delays"]), np.geomspace(0.01, 20, 60)
    point = letters | {"alpha": at.alpha[:, : given["delays"]], "R": np.zeros(LAGS), "M": np.zeros(LAGS)}
    shares = [
        line(claim.CAPACITY_OVER_TIME, "R[tau]", [point | {"t": t, "tau": K} for K in lags]) for t in given["times"]
    ]
    d = -(at.basis.conj().T @ _best(at, 1)).real
    flow = {"g": at.speed, "d": d, "v": np.zeros(N)}
    fallen = [
        [line(claim.RAW_FLOW, "v[n]", [flow | {"t": t, "n": n} for t in times]) for n in range(N)]
        for times in (clock, given["times"])
    ]
    return {
        "strength": strength, "line_time": by_time(1 / strength), "line_ridge": by_ridge(strength),
        "line_dropout": by_dropout(keeps), "said_time": by_time(given["times"]),
        "said_ridge": by_ridge(given["penalties"]), "said_dropout": by_dropout(given["keeps"]),
        "line_shares": np.array(shares), "memory": memory_function(POLES, given["delays"]), "speed": at.speed,
        "clock": clock, "line_distance": np.array(fallen[0]), "said_distance": np.array(fallen[1]).T,
    }  # fmt: skip


def _descent(given: Mapping[str, Any]) -> Arrays:
    """Distance to the best read-out after each step, by the loop and from the statement."""
    at, m = _states(), given["steps"]
    G = (at.basis * at.speed) @ at.basis.conj().T
    start = -_best(at, 1)
    h, d = G @ _best(at, 1), at.basis.conj().T @ (start - _best(at, 1))
    sizes = [*(share * 2 / at.speed[0] for share in STEPS), exact.best_step(at.speed)[0]]
    loops = [np.linalg.norm(exact.descent_iterated(G, h, start, eta, m) - _best(at, 1), axis=1) for eta in sizes]
    point = {"g": at.speed, "d": d.real, "v": np.zeros(len(d)), "N": len(d), "f": 0.0, "f_best": 0.0}
    said = [
        [np.linalg.norm(line(claim.GD_STEP, "v[n]", [point | {"eta": eta, "m": k, "n": n} for n in range(len(d))]))
         for k in range(m + 1)]
        for eta in sizes
    ]  # fmt: skip
    grid = np.linspace(0.02, 1.2, 119) * 2 / at.speed[0]
    return {
        "loop": np.array(loops),
        "said_loop": np.array(said),
        "step": np.array(sizes) * at.speed[0] / 2,
        "factor": np.array([np.linalg.norm(np.eye(len(d)) - eta * G, 2) for eta in sizes]),
        "said_factor": line(claim.GD_STEP, "f", [point | {"eta": eta} for eta in sizes]),
        "line_step": grid * at.speed[0] / 2,
        "line_factor": line(claim.GD_STEP, "f", [point | {"eta": eta} for eta in grid]),
        "best_factor": line(claim.GD_STEP, "f_best", [point]),
    }


def _direction() -> Arrays:
    """Share R_K/MF(K) left when half the capacity is, by four ways to get there."""
    at, lags, N = _states(), 25, len(POLES)
    M, level = memory_function(POLES, lags), 0.5 * N
    ways = {
        "raw_time": exact.delay_shares(at, _at_level(lambda x: exact.time_filter(at.speed, 1 / x), level)),
        "raw_ridge": exact.delay_shares(at, _at_level(lambda x: exact.ridge_filter(at.speed, x), level)),
        "raw_dropout": _dropped(level),
    }
    white = descent.whitening(np.sqrt(at.speed)[:, None] * at.alpha.real) @ (np.sqrt(at.speed)[:, None] * at.alpha.real)
    penalty = 1 / (np.sqrt(2) - 1)  # 1 − (μ/(1 + μ))² = 1/2
    heads = np.linalg.solve(white @ white.T + penalty * np.eye(N), white[:, :lags]).T
    kept = {name: way[:lags] / M for name, way in ways.items()}
    return kept | {"whitened_ridge": descent.shares(heads, white)[:lags] / M}


def _dropped(level: float) -> NDArray[np.float64]:
    unit = exact.directions(POLES, LAGS)
    return exact.delay_shares(unit, _at_level(lambda x: exact.ridge_filter(unit.speed, x), level))


def _at_level(kept: Any, level: float) -> NDArray[np.float64]:
    """The filter of a strength at which so much capacity is left, by bisection in its logarithm."""
    low, high = -12.0, 12.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if kept(np.exp(middle)).sum() > level else (low, middle)
    return np.asarray(kept(np.exp(low)))


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Capacities, single delays, losses, steps, direction."""
    N, K = len(POLES), arrays["memory"].size
    each, beyond = N / float(arrays["samples"]), N - float(arrays["memory"].sum())
    totals = {name: arrays[f"shares_{name}"].sum(axis=-1) for name in ("time", "ridge", "dropout")}
    off = {name: in_tolerances(total, arrays[f"said_{name}"], K * each + beyond) for name, total in totals.items()}
    single = in_tolerances(arrays["shares_time"], arrays["line_shares"], each)
    above = float(np.max(arrays["line_shares"] - arrays["memory"]))
    moved = in_tolerances(arrays["distance_found"], arrays["said_distance"], 1e-10)
    steps = arrays["loop"].shape[1]
    size = np.maximum.accumulate(arrays["said_loop"], axis=1)
    walked = float(np.max(np.abs(arrays["loop"] - arrays["said_loop"]) / size))
    flat, unit = float(np.ptp(arrays["whitened_ridge"])), "in 5 standard errors + N/T a head"
    condition = float(arrays["speed"][0] / arrays["speed"][-1])
    ridge = claim.RIDGE_AND_DROPOUT_CAPACITY
    return (
        Gap(claim.CAPACITY_OVER_TIME, f"capacity of torch heads stopped early, {unit}", off["time"], 1.0),
        Gap(claim.CAPACITY_OVER_TIME, f"single R of those heads, worst of {K} lags and all times, {unit}", single, 1.0),
        Gap(claim.CAPACITY_OVER_TIME, "R above the memory function, largest", above, 64 * N * UNIT),
        Gap(ridge, f"capacity of torch heads under a ridge, {unit}", off["ridge"], 1.0),
        Gap(ridge, f"capacity of torch heads under dropout, {unit}", off["dropout"], 1.0),
        Gap(ridge, "whitened ridge: spread of R/MF over the lags", flat, 64 * N * condition * UNIT),
        Gap(claim.RAW_FLOW, "torch read-out along each direction, in 5 standard errors", moved, 1.0),
        Gap(claim.GD_STEP, "worst factor of one step, spectral norm", _worst_factor(arrays), 64 * N * UNIT),
        Gap(claim.GD_STEP, "distances at five steps, loop against statement, relative", walked, 64 * N * steps * UNIT),
    )


def _worst_factor(arrays: Arrays) -> float:
    return float(np.max(np.abs(arrays["factor"] - arrays["said_factor"])))


REGULARISATION = Figure(
    name="learning.regularisation",
    title="Time, ridge and dropout shrink what a fixed state learns; only raw coordinates let them choose where",
    alt="Six panels. Capacity falls from the number of states to zero as ridge, dropout or one over time grows, torch"
    " markers on the lines. Learned capacity per delay fills the memory function from below as time grows. The excess"
    " loss of three directions falls at three speeds. Distances under gradient descent shrink below the critical step,"
    " stall at it and grow beyond. The worst factor of a step is V-shaped with its minimum at the best step. At half"
    " the capacity whitened states keep one half at every delay, raw states more at some delays than at others.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
