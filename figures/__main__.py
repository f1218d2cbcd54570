"""The figures on the command line: `python -m figures [names] --scale smoke|paper|full --out DIR --jobs N`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import joblib
import typer
from tqdm import tqdm

from figures import gallery
from figures.figure import Figure, Scale
from figures.run import Outcome, run
from figures.topics import FIGURES

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


def _refuse(message: str) -> typer.Exit:
    print(message, file=sys.stderr)
    return typer.Exit(2)


@app.command()
def draw(
    names: Annotated[list[str] | None, typer.Argument(help="Figures to draw; all when none is named.")] = None,
    scale: Annotated[str, typer.Option(help="smoke (seconds), paper (minutes) or full.")] = "paper",
    out: Annotated[Path, typer.Option(help="Folder of the gallery.")] = Path("gallery"),
    jobs: Annotated[int, typer.Option(help="Figures at a time; 0: one per core.")] = 0,
    cache: Annotated[Path, typer.Option(help="Folder of kept results.")] = Path(".cache"),
) -> None:
    """Draw figures; exit code 1 when a gap is too large, 2 for bad arguments."""
    chosen, size = _chosen(names or []), _scale(scale)
    if jobs < 0:
        raise _refuse(f"--jobs {jobs}: must be at least 0")
    for folder in (out, cache):
        _usable(folder)
    outcomes = list(_watched(chosen, size, out, cache, jobs or joblib.cpu_count()))
    order = [figure.name for figure in chosen]
    page = gallery.write(sorted(outcomes, key=lambda outcome: order.index(outcome.name)), size, out)
    print(page)
    raise typer.Exit(0 if all(outcome.holds for outcome in outcomes) else 1)


def _chosen(names: list[str]) -> list[Figure]:
    known = {figure.name: figure for figure in FIGURES}
    for name in names:
        if name not in known:
            raise _refuse(f"no figure {name!r}; there are {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] or list(FIGURES)


def _scale(name: str) -> Scale:
    if name not in {scale.value for scale in Scale}:
        raise _refuse(f"--scale {name!r}: must be one of {', '.join(scale.value for scale in Scale)}")
    return Scale(name)


def _usable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _refuse(f"{folder}: cannot write there ({error.strerror})") from None


def _watched(chosen: list[Figure], scale: Scale, out: Path, cache: Path, jobs: int) -> list[Outcome]:
    found = []
    with tqdm(total=len(chosen), unit="figure", desc=f"figures at scale {scale.value}") as bar:
        for outcome in run(chosen, scale, out, cache, min(jobs, len(chosen))):
            found.append(outcome)
            bar.update()
            bar.write(report(outcome), file=sys.stderr)
    return found


def report(outcome: Outcome) -> str:
    """One line on one figure, and one for each thing wrong with it."""
    lines = [f"{outcome.name}: {len(outcome.gaps)} gaps, {outcome.seconds:.1f} s"]
    lines += [f"  FAILED — {outcome.failure}"] if outcome.failure else []
    lines += [f"  {gallery.WARNING} — {g.claim.name}: {g.what}: {g.measured:.3g}" for g in outcome.gaps if not g.holds]
    return "\n".join(lines)


if __name__ == "__main__":
    app()
