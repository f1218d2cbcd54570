"""The tables of selection: the rows of a run, its learning curve among them, and sequences with what hiding does."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from models.selection.study import Config, Outcome
from models.studies import table
from models.studies.table import Row


def rows(config: Config, outcome: Outcome) -> list[Row]:
    """The rows of one run: its measures, then its learning curve."""
    names = [*outcome.measure, *["loss"] * len(outcome.step)]
    places = [*outcome.at, *outcome.step]
    return table.rows(config, int(outcome.weights), names, places, [*outcome.value, *outcome.loss])


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
        cells = csv.writer(file, lineterminator="\n")
        cells.writerow([field.name for field in fields(Shown)])
        for one in found:
            cells.writerow([one.problem, one.arm, one.start, one.letters, " ".join(f"{c:.4g}" for c in one.change)])


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
