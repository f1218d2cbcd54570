"""`python -m models select`: the trained studies of selection, as a table with provenance."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console
from rich.table import Table

from models.learning.command import WIDE
from models.provenance import provenance, write
from models.selection import plan, table
from models.selection.study import Config, Outcome, measure
from models.sweep import sweep


class Size(StrEnum):
    """How much is trained."""

    SMOKE = "smoke"
    PAPER = "paper"
    FULL = "full"


def select(
    scale: Annotated[Size, typer.Option(help="smoke (seconds), paper (half an hour), full (a GPU)")] = Size.PAPER,
    device: Annotated[str, typer.Option(help="for the scale full; the others train on the CPU")] = "cuda",
    out: Annotated[Path, typer.Option(help="folder of the table and its provenance")] = Path("gallery"),
    cache: Annotated[Path, typer.Option(help="folder of kept runs: a killed sweep goes on where it stopped")] = Path(
        ".cache"
    ),
    jobs: Annotated[int, typer.Option(help="processes; on one GPU several share it")] = 1,
    address: Annotated[str | None, typer.Option(help="of a Dask scheduler to use instead")] = None,
    only: Annotated[str | None, typer.Option(help="recall, query_order, copy or motif")] = None,
) -> None:
    """Train SSM + FNN, what lacks the FNN, and attention on recall, copying and motifs."""
    configs = {Size.SMOKE: plan.smoke, Size.PAPER: plan.paper, Size.FULL: lambda: plan.full(device)}[scale]()
    chosen = [config for config in configs if only in (None, config.problem.study)]
    if not chosen:
        typer.echo(f"--only {only}: no study at this scale has that name", err=True)
        raise typer.Exit(2)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if scale is Size.FULL and torch.device(device).type == "cuda" and not torch.cuda.is_available():
            raise ValueError(f"device = {device!r}: this machine has no CUDA device")
        found = [Outcome(**arrays) for arrays in sweep(measure, chosen, cache, jobs, address, progress=True)]
    except (ValueError, RuntimeError, ImportError, OSError, ArithmeticError, AssertionError) as error:
        typer.echo(" ".join(f"{type(error).__name__}: {error}".split()), err=True)
        raise typer.Exit(2) from None
    rows = [row for config, outcome in zip(chosen, found, strict=True) for row in table.rows(config, outcome)]
    path = out / f"studies_{scale.value}{f'_{only}' if only else ''}.csv"
    table.write(rows, path)
    shown = table.shown(zip(chosen, found, strict=True))
    if shown:
        table.write_occlusion(shown, path.with_name(path.name.replace("studies", "occlusion")))
    write(provenance(measure, chosen, device if scale is Size.FULL else "cpu"), path.with_suffix(".json"))
    console = Console()
    show(chosen, found, console if console.is_terminal else Console(width=WIDE))
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
