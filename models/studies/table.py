"""The table of a trained study: one row for each run, seed and number, as a small CSV that anyone can check.

The criteria are judged from these rows alone, so a table made elsewhere is judged by the same rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import records
from models.studies.run import Config


@dataclass(frozen=True)
class Row:
    """One number. measure: what the problem measures, or "loss" (mean over the steps up to `at`); `at` a place."""

    study: str
    problem: str
    arm: str
    weights: int
    steps: int
    seed: int
    measure: str
    at: float
    value: float


def rows(
    config: Config,
    weights: int,
    names: Iterable[str],
    places: Iterable[float],
    values: Iterable[Sequence[float]],
) -> list[Row]:
    """The rows of one run, seed by seed.

    Arguments: config; weights of one network; names and places (M,) of its measures; values (M, seeds).
    """
    run = config.problem.study, config.problem.name, config.arm.label, int(weights), config.steps
    found = list(zip(names, places, values, strict=True))
    return [
        Row(*run, int(seed), str(name), float(place), float(value[r]))
        for r, seed in enumerate(config.seeds)
        for name, place, value in found
    ]


def write(found: Iterable[Row], path: Path) -> None:
    """Write rows as CSV. Arguments: rows; path of the file."""
    records.write(found, Row, path)


def read(path: Path) -> list[Row]:
    """The rows of a CSV written by `write`. Raises: as `models.records.read`."""
    return records.read(Row, path)


def by_seed(
    found: Sequence[Row], study: str, problem: str, arm: str, measure: str, at: float = 0.0, steps: int | None = None
) -> dict[int, float]:
    """One number by seed. Arguments: rows; what names it; steps of the run, where two runs differ in nothing else.

    Raises: ValueError when there is none, or one seed has several.
    """
    names = (study, problem, arm, measure, at)
    values: dict[int, float] = {}
    for row in found:
        if (row.study, row.problem, row.arm, row.measure, row.at) == names and steps in (None, row.steps):
            if row.seed in values:
                raise ValueError(f"{names}: several rows of seed {row.seed}")
            values[row.seed] = row.value
    if not values:
        raise ValueError(f"{names}, steps {steps}: no such row")
    return values


def of_run(found: Sequence[Row], config: Config, measure: str, at: float = 0.0) -> dict[int, float]:
    """One number of a planned run, by seed. Raises: ValueError when it is not in the table."""
    return by_seed(found, config.problem.study, config.problem.name, config.arm.label, measure, at, config.steps)
