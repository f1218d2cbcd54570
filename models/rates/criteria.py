"""The numbers that the criterion of the trained study is about, read from the rows of a table.

The error of a network is its mean squared distance from the function on fresh sequences. Errors are averaged over seeds
as geometric means; a ratio of two is paired by seed, which both share with its samples and tests. The criterion itself
is the statement of `theory.rates.studies`; the letters here are its letters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from models.rates import plan
from models.rates.arms import FLAT, ORACLE, SSM, TRANSFORMER, Arm
from models.rates.study import Config
from models.studies import table
from models.studies.table import Row
from models.tasks.piecewise import VARIANCE
from numerics.preconditions import as_fraction, as_positive

Letters = dict[str, float]
#: Length from which on the flat network is judged.
FLAT_FROM = 16


@dataclass(frozen=True)
class Interval:
    """A geometric mean over seeds, and a t-interval of its logarithm: no more than three seeds allow."""

    value: float
    low: float
    high: float


def errors(rows: Sequence[Row], configs: Sequence[Config]) -> NDArray[np.float64]:
    """Errors of planned runs. Returns: (runs, seeds), the seeds in order.

    Raises: ValueError for a missing run, seeds other than the planned ones, an error <= 0.
    """
    found = []
    for config in configs:
        values, name = table.of_run(rows, config, "risk"), f"{config.arm.label}, {config.problem.name}"
        if sorted(values) != sorted(config.seeds):
            raise ValueError(f"{name}: seeds {sorted(values)} must be the planned {sorted(config.seeds)}")
        found.append([as_positive(f"error of {name}", values[seed]) for seed in sorted(values)])
    return np.array(found)


def geometric(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Geometric mean over the last axis, the seeds."""
    return np.exp(np.log(values).mean(-1))


def interval(values: Sequence[float] | NDArray[np.float64], level: float = 0.95) -> Interval:
    """exp(mean ± t·s/√R) of the logarithms, s their standard deviation over R seeds, t Student's with R − 1 degrees.

    Arguments: values > 0, one per seed, at least two; level of the interval, in (0, 1).
    Raises: ValueError for fewer than two seeds, a value <= 0, a level outside (0, 1).

    >>> interval([1.0, 1.0, 1.0])
    Interval(value=1.0, low=1.0, high=1.0)
    """
    logs = np.log([as_positive("value", float(value)) for value in values])
    if len(logs) < 2:
        raise ValueError(f"{len(logs)} seeds: an interval needs at least two")
    half = stats.t.ppf((1 + as_fraction("level", level)) / 2, len(logs) - 1) * logs.std(ddof=1) / len(logs) ** 0.5
    return Interval(*(float(np.exp(logs.mean() + side)) for side in (0.0, -half, half)))


def by_samples(rows: Sequence[Row], over: Arm, under: Arm) -> dict[int, Interval]:
    """The ratio of two arms' errors at each n of the curve."""
    quotients = errors(rows, plan.by_samples(over)) / errors(rows, plan.by_samples(under))
    return {n: interval(quotient) for n, quotient in zip(plan.SAMPLES, quotients, strict=True)}


def by_length(rows: Sequence[Row], arm: Arm) -> Interval:
    """The ratio of an arm's errors at the longest and the shortest L."""
    found = errors(rows, plan.by_length(arm))
    return interval(found[-1] / found[0])


def ratios(rows: Sequence[Row]) -> Mapping[str, Interval]:
    """Every ratio of the study in words, with its interval over seeds."""
    pairs = (SSM, TRANSFORMER), (SSM, ORACLE), (TRANSFORMER, ORACLE)
    found = {
        f"{over.label} / {under.label}, n = {n}": ratio
        for over, under in pairs
        for n, ratio in by_samples(rows, over, under).items()
    }
    first, *_, last = plan.LENGTHS
    return found | {f"{arm.label}, L = {last} / L = {first}": by_length(rows, arm) for arm in (SSM, TRANSFORMER)}


def slope(rows: Sequence[Row], arm: Arm) -> float:
    """The least-squares slope of log error against log n."""
    logs = np.log(geometric(errors(rows, plan.by_samples(arm))))
    return float(np.polyfit(np.log(plan.SAMPLES), logs, 1)[0])


def letters(rows: Sequence[Row], arm: Arm = SSM) -> Letters:
    """What the criterion is about. Arguments: rows; arm in the place of the SSM, for a weaker one.

    An arm that was not run over L keeps the SSM's ratio of lengths.
    """
    between = geometric(errors(rows, plan.by_samples(arm)) / errors(rows, plan.by_samples(TRANSFORMER)))
    flat = [config for config in (*plan.by_samples(FLAT), *plan.by_length(FLAT)) if config.problem.length >= FLAT_FROM]
    return {
        "rho_min": float(between.min()),
        "rho_max": float(between.max()),
        "s_S": slope(rows, arm),
        "s_T": slope(rows, TRANSFORMER),
        "l_S": by_length(rows, SSM).value,
        "l_T": by_length(rows, TRANSFORMER).value,
        "f": float(geometric(errors(rows, flat)).min()) / VARIANCE,
    }


def markdown(rows: Sequence[Row]) -> str:
    """The curve over n as a table: errors of three arms, and the ratio of the first two with its interval."""
    arms = (SSM, TRANSFORMER, ORACLE)
    means = [geometric(errors(rows, plan.by_samples(arm))) for arm in arms]
    heads = [f"n (L = {plan.LENGTH})", *(arm.label for arm in arms), f"{SSM.label} / {TRANSFORMER.label}"]
    table_rows = [heads, ["---"] * len(heads)]
    for k, (n, ratio) in enumerate(by_samples(rows, SSM, TRANSFORMER).items()):
        between = f"{ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
        table_rows.append([str(n), *(f"{mean[k]:#.2g}" for mean in means), between])
    return "\n".join(f"| {' | '.join(row)} |" for row in table_rows)
