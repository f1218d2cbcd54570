"""What the commands that train share: their options, and one way to run a sweep or to refuse in one line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console

from models.cache import Arrays
from models.sweep import Measure, sweep

Device = Annotated[str, typer.Option(help="for the scale full; the others train on the CPU")]
Out = Annotated[Path, typer.Option(help="folder of the table and its provenance")]
Cache = Annotated[Path, typer.Option(help="folder of kept runs: a killed sweep goes on where it stopped")]
Jobs = Annotated[int, typer.Option(help="processes; on one GPU several share it")]
Address = Annotated[str | None, typer.Option(help="of a Dask scheduler to use instead")]

#: columns of text where the output is no terminal
WIDE = 180


def swept(
    measure: Measure, configs: Iterable[Any], device: str, out: Path, cache: Path, jobs: int, address: str | None
) -> list[Arrays]:
    """The results of all runs, the folder of the table made. What cannot be run ends the command, in one line."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if torch.device(device).type == "cuda" and not torch.cuda.is_available():
            raise ValueError(f"device = {device!r}: this machine has no CUDA device")
        return sweep(measure, configs, cache, jobs, address, progress=True)
    except (ValueError, RuntimeError, ImportError, OSError, ArithmeticError, AssertionError) as error:
        typer.echo(" ".join(f"{type(error).__name__}: {error}".split()), err=True)
        raise typer.Exit(2) from None


def console() -> Console:
    """Where tables are printed: the terminal, or a page wide enough for them."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=WIDE)
