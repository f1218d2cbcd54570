"""`python -m models estimate`: a function of the most important token from n samples, as a table with provenance."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models import options
from models.rates import criteria, plan
from models.rates.study import Outcome, measure
from models.studies import command, table
from models.studies.command import Size


def estimate(
    scale: Annotated[Size, typer.Option(help="smoke (seconds), paper (ten minutes), full (a GPU)")] = Size.PAPER,
    device: options.Device = "cuda",
    out: options.Out = Path("gallery"),
    cache: options.Cache = Path(".cache"),
    jobs: options.Jobs = 1,
    address: options.Address = None,
) -> None:
    """Train SSM + FNN, attention, and what is given less or more, to estimate a function of the winner's value."""
    configs = {Size.SMOKE: plan.smoke, Size.PAPER: plan.paper, Size.FULL: lambda: plan.full(device)}[scale]()
    where = device if scale is Size.FULL else "cpu"
    found = [Outcome(**arrays) for arrays in options.swept(measure, configs, where, out, cache, jobs, address)]
    rows = [
        row
        for config, outcome in zip(configs, found, strict=True)
        for row in table.rows(config, int(outcome.weights), outcome.measure, outcome.at, list(outcome.value))
    ]
    path = out / f"estimation_{scale.value}.csv"
    command.keep(rows, measure, configs, where, path)
    command.show(configs, found, options.console())
    if scale is Size.PAPER:
        show(rows, options.console())
    print(path)


def show(rows: list[table.Row], console: Console) -> None:
    """Print the ratios that the criterion is about, with intervals over seeds."""
    grid = Table(title="ratios of errors, geometric means over seeds, 95 % t-intervals of the logarithm")
    for heading in ("ratio", "value", "interval"):
        grid.add_column(heading)
    for name, ratio in criteria.ratios(rows).items():
        grid.add_row(name, f"{ratio.value:.3g}", f"[{ratio.low:.3g}, {ratio.high:.3g}]")
    console.print(grid)
