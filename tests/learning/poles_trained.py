"""Layers that trained, against the claims of `theory.learning.poles`: what torch's own states and gradients say."""

from functools import cache
from typing import NamedTuple

import numpy as np

import models.learning.poles as runs
import numerics.learning as exact
import theory.learning.poles as claim
from models.layers import LRU
from models.memory import measured_memory_function, parts
from numerics.memory import cascade_memory
from tests.driven import CRITERION
from tests.learning.pole_oracles import HORIZON, Drawn, row, series
from tests.witness import Trained
from theory.claim import evaluate, relations

#: Runs; and of every layer the lags, samples, and seeds of the input.
SEEDS = (0, 1)
LONG, SAMPLES, DRAWS = 192, 4_000, range(8)


class Layer(NamedTuple):
    """A torch layer: its poles, conjugates last; memory measured in its states, with standard errors."""

    layer: LRU
    poles: np.ndarray
    M: np.ndarray
    error: np.ndarray
    total: float


@cache
def layers() -> tuple[Layer, ...]:
    """The layer that all runs start from, and what each short training makes of it; for two claims."""
    found = [recalled(layer := runs.initial(runs.small()), paired(layer))]
    for seed in SEEDS:
        _, path, after = runs.trained(runs.small(seed))
        found.append(recalled(after, path[-1]))
        change = np.abs(found[-1].M - found[0].M).sum() / 2
        assert change > 0.05 * path.shape[1], f"seed {seed}: the memory function did not move, by {change}"
    return tuple(found)


def paired(layer: LRU) -> np.ndarray:
    """Poles, conjugates last."""
    half = layer.double_poles().detach().numpy()
    return np.concatenate([half, half.conj()])


def recalled(layer: LRU, poles: np.ndarray) -> Layer:
    """Regressions of past inputs on the layer's own states; total is the standard error of their sum over lags."""
    found = [measured_memory_function(parts(layer), LONG, SAMPLES, draw, washout=4 * LONG) for draw in DRAWS]
    M, error = np.array([one.memory for one in found]), np.array([one.standard_error for one in found])
    total = M.sum(1).std(ddof=1) / np.sqrt(len(M))
    return Layer(layer, poles, M.mean(0), np.sqrt(np.mean(error**2, 0) / len(M)), float(total))


def learned(found: Layer, delay: int | range) -> tuple[np.ndarray, np.ndarray]:
    """D by autograd of the layer's loss, summed over the delays, and the standard errors of its mean over seeds."""
    D = np.array([runs.sampled_gradient(found.layer, delay, SAMPLES, 100 + draw) for draw in DRAWS])
    return D.mean(0), np.sqrt(np.var(D, axis=0, ddof=1) / len(D))


def trained_bound() -> Trained:
    """Measured gradients of trained layers: the closed ones, under the semicircle; measured arcs under the way."""
    statement, lag, gaps = claim.POLE_GRADIENT_BOUND.statement, runs.small().delay, []
    before, *trained = layers()
    for after in trained:
        moved = {"N": len(after.poles), "lamda": before.poles, "mu": after.poles, "M": before.M, "M_mu": after.M}
        for K in (0, 2, lag, 2 * lag):
            arc = evaluate(statement, moved | {"tau": K, "i": 0, "D": np.zeros((1, LONG))})[1]
            gaps.append(float(arc.violation) / sum(arc_slope(end, K) * end.error[K] for end in (before, after)))
    for found in layers():
        D, error = learned(found, lag)
        gaps.extend(np.abs(D - exact.pole_gradient(found.poles, lag)[: len(D)]) / error)
        for i, pole in enumerate(found.poles[: len(D)]):
            letters = {"N": len(found.poles), "lamda": found.poles, "mu": found.poles, "M": found.M}
            letters |= {"M_mu": found.M, "D": row({lag: D[i]}, i, LONG), "tau": lag, "i": i}
            spread = 2 * abs(D[i]) * (1 - abs(pole) ** 2) ** 2 * error[i] + found.error[lag]
            gaps.append(float(evaluate(statement, letters)[0].violation) / spread)
    what = "LRU before and after training on 8 steps, gradient of its loss and memory of its states; gap in std. errors"
    return Trained(float(max(gaps)), CRITERION, len(SEEDS), what)


def arc_slope(found: Layer, lag: int) -> float:
    """d arcsin√M/dM = 1/(2 √(M(1 − M))), at the exact memory."""
    M = float(cascade_memory(found.poles, lag + 1)[lag])
    return 0.5 / np.sqrt(M * (1 - M))


def trained_capacity() -> Trained:
    """Trained layers: the sum of the memory in their states, the sum of the gradients, what one pole adds."""
    sums, at_lag = relations(claim.CAPACITY_INVARIANT.statement)[:2], relations(claim.CAPACITY_INVARIANT.statement)[2:]
    gaps = []
    for found in layers():
        D, error = learned(found, range(LONG))
        for i in range(len(D)):
            # what D sums to over the lags is put at lag 0
            letters = {"N": len(found.poles), "infinity": LONG - 1, "M": found.M, "D": row({0: D[i]}, i, LONG), "i": i}
            for relation, unit in zip(sums, (found.total, error[i]), strict=True):
                gaps.append(float(evaluate(relation, letters)[0].violation) / unit)
            letters["M_beta"] = cascade_memory(np.delete(found.poles, i), LONG)
            for lag in (0, 3, 8):
                here = letters | series(Drawn(found.poles, lag, i), HORIZON)
                gaps.extend(float(evaluate(one, here)[0].violation) / found.error[lag] for one in at_lag)
    what = "LRU before and after training on 8 steps: memory of its states, gradients of its loss; gap in std. errors"
    return Trained(float(max(gaps)), CRITERION, len(SEEDS), what)
