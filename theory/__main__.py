"""The ledger on the command line: `python -m theory [--json]`, `show NAME`, `table`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

import theory
from theory import latex as typeset
from theory import ledger, report
from theory.ledger import Record

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)

#: Columns of text below which the table is printed as one block per claim instead.
WIDE = 200


def _records() -> list[Record]:
    try:
        return ledger.read(theory.CLAIMS, ledger.load())
    except ValueError as error:
        _refuse(str(error))


def _refuse(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(2)


@app.callback(invoke_without_command=True)
def everything(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="The records as JSON.")] = False
) -> None:
    """Print every claim with its evidence; exit code 0 only when all hold."""
    if context.invoked_subcommand is not None:
        return
    records = _records()
    if as_json:
        print(json.dumps([record.as_json() for record in records], indent=1, ensure_ascii=False))
    else:
        _print_table(records)
    raise typer.Exit(0 if all(record.holds for record in records) else 1)


def _print_table(records: list[Record]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    if console.width >= WIDE:
        grid = Table(title="Claims and their witnesses", show_lines=True)
        for heading in report.COLUMNS:
            grid.add_column(heading, overflow="fold")
        for record in records:
            grid.add_row(*map(Text, report.cells(record)), style="" if record.holds else "red")
        console.print(grid)
    else:
        for record in records:
            console.print(Text(report.block(record), style="" if record.holds else "red"))
    for record in records:
        for problem in record.problems:
            console.print(Text(f"{record.name}: {problem}", style="red"))
    console.print(f"{sum(record.holds for record in records)} of {len(records)} claims hold")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A claim, as in memory.tail_energy.")],
    latex: Annotated[bool, typer.Option(help="A LaTeX document with the aligned derivation.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The record as JSON.")] = False,
) -> None:
    """Print one claim: statement, assumptions, derivation step by step, evidence and counterexample."""
    found = [(c, r) for c, r in zip(theory.CLAIMS, _records(), strict=True) if c.name == name]
    if not found:
        _refuse(f"no claim {name!r}; `python -m theory` lists all of them")
    claim, record = found[0]
    if latex:
        print(typeset.document(claim))
    elif as_json:
        print(json.dumps(record.as_json(), indent=1, ensure_ascii=False))
    else:
        print(report.text(claim, record))
    raise typer.Exit(0 if record.holds or latex else 1)


@app.command()
def table(
    check: Annotated[Path | None, typer.Option(help="Fail unless this file holds the current table.")] = None,
    write: Annotated[Path | None, typer.Option(help="Put the current table into this file.")] = None,
    latex: Annotated[bool, typer.Option("--latex", help="A LaTeX longtable for the appendix of a paper.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Every column of every record, one row per claim.")] = False,
) -> None:
    """Print the claim table in Markdown, LaTeX or CSV, or keep the copy between the markers of a file current."""
    if latex and as_csv:
        _refuse("--latex and --csv: choose one")
    if (latex or as_csv) and (check or write):
        _refuse("--check and --write keep the Markdown table of a page: they go with neither --latex nor --csv")
    records = _records()
    if latex or as_csv:
        print(typeset.table(theory.CLAIMS, records) if latex else report.csv_table(records), end="\n" if latex else "")
        return
    current = report.markdown(records)
    if check is None and write is None:
        print(current)
    for path in filter(None, (check, write)):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        try:
            renewed = report.with_table(text, current)
        except ValueError as error:
            _refuse(f"{path}: {error}")
        if path == write:
            path.write_text(renewed, encoding="utf-8")
        elif renewed != text:
            _refuse(f"the claim table in {path} is stale; renew it by `python -m theory table --write {path}`")


if __name__ == "__main__":
    app()
