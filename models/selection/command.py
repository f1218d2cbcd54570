"""`python -m models select`: the trained studies of selection, as a table with provenance."""

from pathlib import Path
from typing import Annotated

import typer

from models import options
from models.selection import plan, table
from models.selection.study import Outcome, measure
from models.studies import command
from models.studies.command import Size


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
    chosen = command.chosen(configs, only)
    where = device if scale is Size.FULL else "cpu"
    found = [Outcome(**arrays) for arrays in options.swept(measure, chosen, where, out, cache, jobs, address)]
    rows = [row for config, outcome in zip(chosen, found, strict=True) for row in table.rows(config, outcome)]
    path = out / f"studies_{scale.value}{f'_{only}' if only else ''}.csv"
    command.keep(rows, measure, chosen, where, path)
    shown = table.shown(zip(chosen, found, strict=True))
    if shown:
        table.write_occlusion(shown, path.with_name(path.name.replace("studies", "occlusion")))
    command.show(chosen, found, options.console())
    print(path)
