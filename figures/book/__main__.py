"""The book on the command line: `python -m figures.book --gallery DIR --out DIR`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import joblib
import typer

import theory
from figures.book.build import build
from figures.book.sources import gather
from theory import ledger

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def write(
    gallery: Annotated[Path, typer.Option(help="Folder that `python -m figures` wrote.")] = Path("gallery"),
    out: Annotated[Path, typer.Option(help="Folder of the book.")] = Path("book"),
    evidence: Annotated[Path, typer.Option(help="Ledger of the last test run.")] = ledger.LEDGER,
    jobs: Annotated[int, typer.Option(help="Processes at a time; 0: one per core.")] = 0,
) -> None:
    """Write the book: a page for every claim, from its record, its proof, the ledger and the gallery."""
    try:
        if jobs < 0:
            raise ValueError(f"--jobs {jobs}: must be at least 0")
        for folder in (gallery, out):
            if folder.exists() and not folder.is_dir():
                raise ValueError(f"{folder}: is no folder")
        sources = gather(theory.CLAIMS, gallery, ledger.load(evidence))
        print(build(sources, gallery, out, jobs or joblib.cpu_count()))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None


if __name__ == "__main__":
    app()
