"""`python -m models select`: the trained studies of selection, as a table with provenance."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from models import options
from models.provenance import provenance, write
from models.selection import plan, table
from models.selection.study import Config, Outcome, measure


class Size(StrEnum):
    """How much is trained."""

    SMOKE = "smoke"
    PAPER = "paper"
    FULL = "full"


def select(
    scale: Annotated[Size, typer.Option(help="smoke (seconds), paper (half an hour), full (a GPU)")] = Size.PAPER,
    device: options.Device = "cuda",
    out: options.Out = Path("gallery"),
    cache: options.Cache = Path(".cache"),
    jobs: options.Jobs = 1,
    address: options.Address = None,
    only: Annotated[str | None, typer.Option(help="recall, query_order, copy or motif")] = None,
) -> None:
    """Train SSM + FNN, what lacks the FNN, and attention on recall, copying and motifs."""
    configs = {Size.SMOKE: plan.smoke, Size.PAPER: plan.paper, Size.FULL: lambda: plan.full(device)}[scale]()
    chosen = [config for config in configs if only in (None, config.problem.study)]
    if not chosen:
        typer.echo(f"--only {only}: no study at this scale has that name", err=True)
        raise typer.Exit(2)
    where = device if scale is Size.FULL else "cpu"
    found = [Outcome(**arrays) for arrays in options.swept(measure, chosen, where, out, cache, jobs, address)]
    rows = [row for config, outcome in zip(chosen, found, strict=True) for row in table.rows(config, outcome)]
    path = out / f"studies_{scale.value}{f'_{only}' if only else ''}.csv"
    table.write(rows, path)
    shown = table.shown(zip(chosen, found, strict=True))
    if shown:
        table.write_occlusion(shown, path.with_name(path.name.replace("studies", "occlusion")))
    write(provenance(measure, chosen, where), path.with_suffix(".json"))
    show(chosen, found, options.console())
    print(path)


def show(configs: list[Config], found: list[Outcome], console: Console) -> None:
    """Print what was measured at the end of every run, one number per seed."""
    grid = Table(title="trained studies, by seed")
    for heading in ("study", "problem", "arm", "weights", "steps", "measure", "at", "values"):
        grid.add_column(heading, overflow="fold")
    for config, outcome in zip(configs, found, strict=True):
        run = config.problem.study, config.problem.name, config.arm.label, str(outcome.weights), str(config.steps)
        for name, place, value in zip(outcome.measure, outcome.at, outcome.value, strict=True):
            grid.add_row(*run, name, f"{place:g}", ", ".join(f"{v:.4g}" for v in np.sort(value)[::-1]))
    console.print(grid)
