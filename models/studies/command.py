"""What the commands of the trained studies do alike: sizes, which runs, the table with its provenance."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from models.provenance import provenance
from models.provenance import write as write_provenance
from models.studies.run import Config
from models.studies.table import Row, write
from models.sweep import Measure

Some = TypeVar("Some", bound=Config)


class Size(StrEnum):
    """How much is trained."""

    SMOKE = "smoke"
    PAPER = "paper"
    FULL = "full"


class Measured(Protocol):
    """What every study's outcome holds: weights of one network; measure, at (M,); value (M, R)."""

    @property
    def weights(self) -> NDArray[np.int64]:
        """Trained numbers of one network."""

    @property
    def measure(self) -> NDArray[np.str_]:
        """Names."""

    @property
    def at(self) -> NDArray[np.float64]:
        """Places."""

    @property
    def value(self) -> NDArray[np.float64]:
        """Values, by seed."""


def chosen(configs: Iterable[Some], only: str | None) -> list[Some]:
    """The runs of one study, or all. No run ends the command, in one line."""
    found = [config for config in configs if only in (None, config.problem.study)]
    if not found:
        typer.echo(f"--only {only}: no study at this scale has that name", err=True)
        raise typer.Exit(2)
    return found


def keep(rows: Iterable[Row], measure: Measure, configs: Iterable[Any], device: str, path: Path) -> None:
    """Write the table, and its provenance beside it."""
    write(rows, path)
    write_provenance(provenance(measure, configs, device), path.with_suffix(".json"))


def show(configs: Sequence[Config], found: Sequence[Measured], console: Console) -> None:
    """Print what was measured at the end of every run, one number per seed."""
    grid = Table(title="trained studies, by seed")
    for heading in ("study", "problem", "arm", "weights", "steps", "measure", "at", "values"):
        grid.add_column(heading, overflow="fold")
    for config, outcome in zip(configs, found, strict=True):
        run = config.problem.study, config.problem.name, config.arm.label, str(outcome.weights), str(config.steps)
        for name, place, value in zip(outcome.measure, outcome.at, outcome.value, strict=True):
            grid.add_row(*run, name, f"{place:g}", ", ".join(f"{v:.4g}" for v in np.sort(value)[::-1]))
    console.print(grid)
