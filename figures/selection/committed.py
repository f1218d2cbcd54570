"""The table of the trained studies that lies beside this file, and what every figure of it shares.

Made by `python -m models select --scale paper`; its provenance lies beside it. What a criterion says of other runs is
judged on this table alone: the runs that a figure makes by itself are shorter and drawn open.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from figures.figure import Run
from figures.style import Ink, ink
from models.selection import plan
from models.selection.arms import NO_FNN, SSM_1, SSM_2, TRANSFORMER, Arm
from models.selection.criteria import of_run
from models.selection.problems import Problem
from models.selection.study import Config, measure
from models.studies.table import Row, read
from numerics.selection.blind import order_blind_accuracy, order_blind_entropy

TABLE = Path(__file__).with_name("studies.csv")
OCCLUSION = Path(__file__).with_name("occlusion.csv")

#: One look for each arm, in all figures.
LOOKS: Mapping[str, Ink] = {arm.label: ink(k) for k, arm in enumerate((TRANSFORMER, SSM_2, SSM_1, NO_FNN))}
NAMES = {"SSM-2": "SSM + FNN, 2 blocks", "SSM-1": "SSM + FNN, 1 block", "no-FNN": "SSM, no FNN"}


@cache
def rows() -> tuple[Row, ...]:
    """The committed rows, read once."""
    return tuple(read(TABLE))


def short(given: Mapping[str, Any], problem: Problem, arm: Arm, **more: Any) -> Config:
    """A run that a figure makes by itself: one seed, and the steps and tests of its parameters."""
    return Config(problem, arm, (given["seed"],), steps=given["steps"], tests=given["tests"], **more)


def runs_of(configs: Iterable[Config]) -> list[Run]:
    """Such runs as a figure names them."""
    return [(measure, config) for config in configs]


def order_blind(pairs: int, values: int) -> tuple[float, float]:
    """The best accuracy and cross-entropy in nats of who sees only which values there are."""
    return float(order_blind_accuracy(pairs, values)), order_blind_entropy(pairs, values)


def reported(measure: str, place: int, at: float = 0.0) -> str:
    """What one of the runs beyond the criteria reached, by seed from the best, in words."""
    values = of_run(rows(), plan.reported()[place], measure, at)
    return ", ".join(f"{value:.3f}" for value in values[::-1])


def curve(table: Sequence[Row], config: Config) -> tuple[NDArray, NDArray]:
    """The learning curve of a planned run. Returns: steps (C,), losses (seeds, C)."""
    own = [
        row
        for row in table
        if (row.study, row.problem, row.arm, row.steps, row.measure)
        == (config.problem.study, config.problem.name, config.arm.label, config.steps, "loss")
    ]
    seeds = sorted({row.seed for row in own})
    losses = [[row.value for row in own if row.seed == seed] for seed in seeds]
    return np.array(sorted({row.at for row in own})), np.array(losses)


def name_of(arm: str) -> str:
    """An arm in words."""
    return NAMES.get(arm, arm)
