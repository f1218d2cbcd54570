"""The table of a comparison: one row for each problem, spectrum, arm and seed, as a small CSV that anyone can check.

Verdicts are computed from these rows alone, so a table made elsewhere, on a GPU say, is judged by the same rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models import records
from models.learning.comparison import Config, Outcome, early


@dataclass(frozen=True)
class Row:
    """One network.

    test: the metric after the last step; early: at the best validation metric; training: on sequences trained on;
    better, gate, margin: the problem's; crossing: step of the first passage of the gate, −1 for never; kept_before,
    kept_after: Σ M within the length of the task, mean over heads; missing: largest |Σ M − distinct poles| looked at;
    length: hyperbolic length of a pole's path from check to check (a lower bound), mean
    over poles; near: poles within 1e-4 of the circle.
    """

    problem: str
    spectrum: str
    arm: str
    seed: int
    test: float
    early: float
    training: float
    better: int
    gate: float
    margin: float
    crossing: int
    kept_before: float
    kept_after: float
    missing: float
    length: float
    near: int


def rows(config: Config, outcome: Outcome) -> list[Row]:
    """The rows of one run. Arguments: config and what `comparison.measure` found."""
    stopped = early(outcome)
    return [
        Row(
            problem=config.problem.name,
            spectrum=config.spectrum,
            arm=str(outcome.arm[r]),
            seed=int(outcome.seed[r]),
            test=float(outcome.test[-1, r]),
            early=float(stopped[r]),
            training=float(outcome.training[-1, r]),
            better=int(outcome.better),
            gate=float(outcome.gate),
            margin=float(outcome.margin),
            crossing=int(outcome.crossing[r]),
            kept_before=float(outcome.kept_before[r].mean()),
            kept_after=float(outcome.kept_after[r].mean()),
            missing=float(outcome.missing[r]),
            length=float(outcome.length[r].mean()),
            near=int(outcome.near[r]),
        )
        for r in range(len(outcome.arm))
    ]


def write(found: Iterable[Row], path: Path) -> None:
    """Write rows as CSV. Arguments: rows; path of the file."""
    records.write(found, Row, path)


def read(path: Path) -> list[Row]:
    """The rows of a CSV written by `write`. Raises: as `models.records.read`."""
    return records.read(Row, path)


def metric_of(found: Sequence[Row], arm: str, early: bool = False) -> dict[int, float]:
    """The metric of an arm by seed, after the last step or at the best validation metric.

    Arguments: rows of one comparison; arm, of which "L-early" is L at its best validation metric; early.
    Raises: ValueError for a seed that occurs twice and for a metric that is not finite.
    """
    name, stopped = ("L", True) if arm == "L-early" else (arm, early)
    scores: dict[int, float] = {}
    for row in found:
        if row.arm == name:
            score = row.early if stopped else row.test
            if row.seed in scores:
                raise ValueError(f"{row.problem}, {row.spectrum}: arm {name} has two rows of seed {row.seed}")
            if not np.isfinite(score):
                raise ValueError(f"{row.problem}, {row.spectrum}: arm {name}, seed {row.seed} has the metric {score}")
            scores[row.seed] = score
    return scores


def comparisons(found: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """The rows by problem and spectrum, in order of appearance."""
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        grouped.setdefault((row.problem, row.spectrum), []).append(row)
    return grouped


def mean(found: Sequence[Row], arm: str, early: bool = False) -> float:
    """The mean metric of an arm over its seeds, NaN when there is none."""
    values = list(metric_of(found, arm, early).values())
    return float(np.mean(values)) if values else float("nan")
