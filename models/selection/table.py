"""The table of the studies: one row for each run, seed and number, as a small CSV that anyone can check.

The criteria are judged from these rows alone, so a table made elsewhere is judged by the same rule.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from models import records
from models.selection.study import Config, Outcome


@dataclass(frozen=True)
class Row:
    """One number. measure: "loss" (nats, mean over the steps up to `at`) or what the problem measures, `at` a place."""

    study: str
    problem: str
    arm: str
    weights: int
    steps: int
    seed: int
    measure: str
    at: float
    value: float


def rows(config: Config, outcome: Outcome) -> list[Row]:
    """The rows of one run: its measures, then its learning curve."""
    run = config.problem.study, config.problem.name, config.arm.label, int(outcome.weights), config.steps
    names = [*outcome.measure, *["loss"] * len(outcome.step)]
    places = [*outcome.at, *outcome.step]
    values = [*outcome.value, *outcome.loss]
    return [
        Row(*run, int(seed), str(name), float(place), float(value[r]))
        for r, seed in enumerate(outcome.seed)
        for name, place, value in zip(names, places, values, strict=True)
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


@dataclass(frozen=True)
class Shown:
    """One sequence with the change Δ_t that hiding each letter makes, for one arm's first seed. letters: A, C, G, T."""

    problem: str
    arm: str
    start: int
    letters: str
    change: tuple[float, ...]


def shown(runs: Iterable[tuple[Config, Outcome]]) -> list[Shown]:
    """The sequences that runs on the motif keep."""
    return [
        Shown(config.problem.name, config.arm.label, int(start), "".join("ACGT"[i] for i in letters), tuple(change))
        for config, outcome in runs
        for letters, start, change in zip(outcome.tokens, outcome.start, outcome.change.tolist(), strict=True)
    ]


def write_occlusion(found: Iterable[Shown], path: Path) -> None:
    """Write sequences as CSV, the changes in one cell to four digits."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow([field.name for field in fields(Shown)])
        for one in found:
            table.writerow([one.problem, one.arm, one.start, one.letters, " ".join(f"{c:.4g}" for c in one.change)])


def read_occlusion(path: Path) -> list[Shown]:
    """The sequences of a CSV written by `write_occlusion`. Raises: KeyError, ValueError for missing or bad cells."""
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Shown(
                cells["problem"], cells["arm"], int(cells["start"]), cells["letters"],
                tuple(float(c) for c in cells["change"].split()),
            )
            for cells in csv.DictReader(file)
        ]  # fmt: skip
