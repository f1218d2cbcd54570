"""Command line of the floor: `check path/to/file.py:factory`, `compare`, `select`, `estimate`, `rates`, `resources`."""

import importlib.util
import inspect
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from models.check import check
from models.learning.command import compare
from models.rates.calculator import rates
from models.rates.command import estimate
from models.report import Report
from models.selection.command import select
from models.selection.resources import print_costs

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


app.command("compare")(compare)
app.command("rates")(rates)
app.command("estimate")(estimate)
app.command("resources")(print_costs)
app.command("select")(select)


@app.callback()
def main() -> None:
    """Torch modules, held against the theory of linear memory."""


class Refused(Exception):
    """One line for the user, and exit code 2."""


def load(target: str) -> Any:
    """Call the factory named by `path/to/file.py:factory` and return the module it makes.

    Raises: Refused, with one line, for a bad path or name, and for a file or factory that fails.
    """
    path, colon, name = target.rpartition(":")
    if not colon or not path or not name:
        raise Refused(f"{target}: must read path/to/file.py:factory")
    file = Path(path)
    if not file.is_file() or file.suffix != ".py":
        raise Refused(f"{path}: no such Python file")
    try:
        spec = importlib.util.spec_from_file_location(f"checked_{file.stem}", file)
        assert spec is not None and spec.loader is not None  # a .py file has both
        source = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = source  # dataclasses and pickling look their module up
        sys.path.insert(0, str(file.resolve().parent))
        spec.loader.exec_module(source)
    except (Exception, SystemExit) as error:
        raise Refused(f"{path}: fails when imported: {_line(error)}") from error
    factory = getattr(source, name, None)
    if not callable(factory):
        raise Refused(f"{path}: has no function {name}")
    try:
        made = factory()
    except (Exception, SystemExit) as error:
        raise Refused(f"{target}: fails when called: {_line(error)}") from error
    if inspect.iscoroutine(made):
        made.close()  # else Python warns that it was never awaited
        raise Refused(f"{target}: is async: must be a plain function that returns the module")
    return made


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


@app.command("check")
def check_command(
    target: Annotated[str, typer.Argument(help="path/to/file.py:factory; the factory takes no arguments")],
    horizon: Annotated[int, typer.Option(help="number of lags you care about")] = 1000,
    channel: Annotated[int, typer.Option(help="input channel that is recalled")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """Report poles, memory function, capacity and hazards of a module of your own."""
    try:
        report = check(load(target), horizon, channel)
    except (Refused, ValueError) as error:
        typer.echo(" ".join(str(error).split()), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(report.as_json()))
    else:
        show(report, Console())


def show(report: Report, console: Console) -> None:
    """Print a report as tables."""
    for part in report.parts():
        part.print(console)


if __name__ == "__main__":
    app()
