"""`python -m models compare`: fixed against learned poles, as a table with provenance, and verdicts by the rule."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from models import options
from models.learning import plan, table
from models.learning.comparison import Outcome, measure
from models.learning.verdict import Verdict, verdicts
from models.provenance import provenance, write


class Size(StrEnum):
    """How much is trained."""

    SMOKE = "smoke"
    CPU = "cpu"
    FULL = "full"


def compare(
    scale: Annotated[Size, typer.Option(help="smoke (seconds), cpu (minutes), full (a GPU)")] = Size.CPU,
    device: options.Device = "cuda",
    out: options.Out = Path("gallery"),
    cache: options.Cache = Path(".cache"),
    jobs: options.Jobs = 1,
    address: options.Address = None,
    laser: Annotated[str | None, typer.Option(help="file of the laser series where reservoirpy is missing")] = None,
    only: Annotated[str | None, typer.Option(help="problems whose name starts so")] = None,
) -> None:
    """Train fixed poles, learned poles and controls on every problem, and judge them by the rule written before."""
    configs = {Size.SMOKE: plan.smoke, Size.CPU: plan.cpu, Size.FULL: lambda: plan.full(device, laser)}[scale]()
    chosen = [config for config in configs if config.problem.name.startswith(only or "")]
    if not chosen:
        typer.echo(f"--only {only}: no problem's name starts so", err=True)
        raise typer.Exit(2)
    where = device if scale is Size.FULL else "cpu"
    found = options.swept(measure, chosen, where, out, cache, jobs, address)
    rows = [row for config, arrays in zip(chosen, found, strict=True) for row in table.rows(config, Outcome(**arrays))]
    part = f"_{only.replace(' ', '_')}" if only else ""
    path = out / f"comparison_{scale.value}{part}.csv"
    table.write(rows, path)
    write(provenance(measure, chosen, where), path.with_suffix(".json"))
    show(verdicts(rows), options.console())
    print(path)


def show(found: list[Verdict], console: Console) -> None:
    """Print verdicts as a table: d > 0 favours fixed poles."""
    grid = Table(title="fixed (F) against learned (L) poles, by the rule of models.learning.verdict")
    for heading in ("problem", "spectrum", "seeds", "F", "L", "d, 95 % interval", "δ", "verdict", "share of d closed"):
        grid.add_column(heading, overflow="fold")
    for v in found:
        shares = ", ".join(f"{arm} {share:.0%}" for arm, share in v.closed.items()) if v.word == "supported" else ""
        numbers = f"{v.fixed:.4g}", f"{v.learned:.4g}", f"{v.difference:+.3g} [{v.low:+.3g}, {v.high:+.3g}]"
        grid.add_row(v.problem, v.spectrum, str(v.seeds), *numbers, f"{v.margin:g}", v.word, shares)
    console.print(grid)
