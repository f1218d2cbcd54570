"""`python -m models compare`: fixed against learned poles, as a table with provenance, and verdicts by the rule."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.table import Table

from models.learning import plan, table
from models.learning.comparison import Outcome, measure
from models.learning.verdict import Verdict, verdicts
from models.provenance import provenance, write
from models.sweep import sweep

#: columns of text where the output is no terminal
WIDE = 180


class Size(StrEnum):
    """How much is trained."""

    SMOKE = "smoke"
    CPU = "cpu"
    FULL = "full"


def compare(
    scale: Annotated[Size, typer.Option(help="smoke (seconds), cpu (minutes), full (a GPU)")] = Size.CPU,
    device: Annotated[str, typer.Option(help="for the scale full; the others train on the CPU")] = "cuda",
    out: Annotated[Path, typer.Option(help="folder of the table and its provenance")] = Path("gallery"),
    cache: Annotated[Path, typer.Option(help="folder of kept runs: a killed sweep goes on where it stopped")] = Path(
        ".cache"
    ),
    jobs: Annotated[int, typer.Option(help="processes; on one GPU several share it")] = 1,
    address: Annotated[str | None, typer.Option(help="of a Dask scheduler to use instead")] = None,
    laser: Annotated[str | None, typer.Option(help="file of the laser series where reservoirpy is missing")] = None,
    only: Annotated[str | None, typer.Option(help="problems whose name starts so")] = None,
) -> None:
    """Train fixed poles, learned poles and controls on every problem, and judge them by the rule written before."""
    configs = {Size.SMOKE: plan.smoke, Size.CPU: plan.cpu, Size.FULL: lambda: plan.full(device, laser)}[scale]()
    chosen = [config for config in configs if config.problem.name.startswith(only or "")]
    if not chosen:
        typer.echo(f"--only {only}: no problem's name starts so", err=True)
        raise typer.Exit(2)
    try:
        out.mkdir(parents=True, exist_ok=True)
        if scale is Size.FULL and torch.device(device).type == "cuda" and not torch.cuda.is_available():
            raise ValueError(f"device = {device!r}: this machine has no CUDA device")
        found = sweep(measure, chosen, cache, jobs, address, progress=True)
    except (ValueError, RuntimeError, ImportError, OSError, ArithmeticError, AssertionError) as error:
        typer.echo(" ".join(f"{type(error).__name__}: {error}".split()), err=True)
        raise typer.Exit(2) from None
    rows = [row for config, arrays in zip(chosen, found, strict=True) for row in table.rows(config, Outcome(**arrays))]
    part = f"_{only.replace(' ', '_')}" if only else ""
    path = out / f"comparison_{scale.value}{part}.csv"
    table.write(rows, path)
    record = provenance(measure, chosen, device if scale is Size.FULL else "cpu")
    write(record, path.with_suffix(".json"))
    console = Console()
    show(verdicts(rows), console if console.is_terminal else Console(width=WIDE))
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
