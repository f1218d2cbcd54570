"""From a figure to its files: compute (or take from the cache), draw, write PDF, PNG, CSV and provenance together."""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from joblib.externals.loky import as_completed, get_reusable_executor, wait
from matplotlib.figure import Figure as Canvas

from figures.caption import WARNING, inscribe
from figures.figure import Arrays, Figure, Gap, Scale
from figures.style import RC
from models import sweep
from models.cache import sources
from theory import ledger

PACKAGES = (
    "numpy",
    "scipy",
    "sympy",
    "mpmath",
    "python-flint",
    "torch",
    "matplotlib",
    "lru-pytorch",
    "s5-pytorch",
    "reservoirpy",
)
#: Set in every worker before NumPy is loaded: one thread per figure, so that timings compare like with like.
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
#: And keep what is freed: glibc gives large blocks back at once, and training asks for them again at every step.
KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1000000000", "MALLOC_TRIM_THRESHOLD_": "2000000000"}
#: Letters of a PDF that nobody prints as outlines: to cut the fonts down to those in use takes a seventh of the time.
QUICK = {"pdf.fonttype": 3}


@dataclass(frozen=True)
class Outcome:
    """What became of one figure: its gaps and the folder-relative names of its files, or the reason it failed."""

    name: str
    title: str
    alt: str
    gaps: tuple[Gap, ...]
    note: str
    seconds: float
    failure: str = ""

    @property
    def holds(self) -> bool:
        """Whether the figure was drawn and every gap is within its tolerance."""
        return not self.failure and all(gap.holds for gap in self.gaps)

    def file(self, ending: str) -> str:
        """The name of one of the files, relative to the gallery."""
        return f"{self.name}.{ending}"


def produce(figure: Figure, scale: Scale, out: Path, cache: Path | None) -> Outcome:
    """Compute, check and draw one figure, and write its four files.

    Arguments: figure; scale; out, an existing folder; cache, the folder of kept results, or None to compute anew.
    Returns: the outcome, without a failure.
    Raises: ValueError when an array holds a value that is not finite, or the figure has no gap.
    """
    start = time.perf_counter()
    arrays = arrays_of(figure, scale, cache)
    check_arrays(figure, arrays)
    gaps = figure.gaps(arrays)
    if not gaps:
        raise ValueError(f"figure {figure.name} has no gap: it would bear on no claim")
    outcome = Outcome(figure.name, figure.title, figure.alt, gaps, figure.note(arrays), time.perf_counter() - start)
    _draw(figure, arrays, outcome, out, RC | (QUICK if scale is Scale.SMOKE else {}))
    write_csv(arrays, out / outcome.file("csv"))
    (out / outcome.file("json")).write_text(
        json.dumps(provenance(figure, scale, gaps, outcome.note), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    return replace(outcome, seconds=time.perf_counter() - start)


def arrays_of(figure: Figure, scale: Scale, cache: Path | None) -> Arrays:
    """The arrays of a figure, from the folder of kept results when they are there, else computed and kept.

    Arguments: figure; scale; cache, or None to compute anew.
    """
    if cache is None:
        return figure.compute(scale)
    given = figure.parameters(scale)
    if figure.runs is not None:
        return figure.measure(given, [sweep.run(function, config, cache) for function, config in figure.runs(given)])
    return sweep.run(figure.measure, {**given, "code": _code(figure), "versions": _versions()}, cache)


def _code(figure: Figure) -> str:
    # the store names a run by its experiment and what that imports of models and numerics; a figure also depends on
    # the statements it evaluates, on the helpers beside it, and on the tables that lie there
    module = figure.measure.__module__
    code = sources(module, ("theory", "numerics", "models", "figures"))
    file = sys.modules[module].__file__
    tables = sorted(Path(file).parent.glob("*.csv")) if file else []
    beside = [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in tables]
    return hashlib.sha256(repr((sorted(code.items()), beside)).encode()).hexdigest()


def check_arrays(figure: Figure, arrays: Arrays) -> None:
    """Raises ValueError unless every array is text or finite numbers."""
    for name, array in arrays.items():
        if array.dtype.kind != "U" and not np.all(np.isfinite(array)):
            raise ValueError(f"figure {figure.name}: array {name!r} holds a value that is not finite")


def attempt(figure: Figure, scale: Scale, out: Path, cache: Path | None) -> Outcome:
    """As `produce`, with a failure turned into an outcome that says so: one broken figure does not stop the others."""
    try:
        return produce(figure, scale, out, cache)
    except Exception as error:  # whatever breaks a figure is reported on the page and in the exit status
        failure = f"{type(error).__name__}: {error}"
        return Outcome(figure.name, figure.title, figure.alt, (), "", 0.0, failure)


def run(figures: Sequence[Figure], scale: Scale, out: Path, cache: Path | None, jobs: int) -> Iterator[Outcome]:
    """All figures, in parallel processes, in the order in which they are done.

    The runs of experiments come first, each a job of its own, and the figures that wait for them last.

    Arguments: figures; scale; out, created when missing; cache or None; jobs, number of processes >= 1.
    """
    out.mkdir(parents=True, exist_ok=True)
    workers = get_reusable_executor(max_workers=jobs, env=ONE_THREAD | KEPT_MEMORY)
    experiments = [figure for figure in figures if figure.runs is not None and cache is not None]
    runs = [job for figure in experiments if figure.runs for job in figure.runs(figure.parameters(scale))]
    running = [workers.submit(sweep.run, function, config, cache) for function, config in runs]
    jobs_done = [workers.submit(attempt, figure, scale, out, cache) for figure in figures if figure not in experiments]
    wait(running)  # a figure that asked for a run in progress would compute it again; a failure shows when it asks
    jobs_done += [workers.submit(attempt, figure, scale, out, cache) for figure in experiments]
    for done in as_completed(jobs_done):
        yield done.result()


def _draw(figure: Figure, arrays: Arrays, outcome: Outcome, out: Path, look: Any) -> None:
    with matplotlib.rc_context(look):
        canvas = Canvas(layout="constrained")
        figure.draw(canvas, arrays)
        title = figure.title if outcome.holds else f"{figure.title} — {WARNING}"
        canvas.suptitle(title, x=0.01, ha="left", fontsize=11, color="black" if outcome.holds else "#B00000")
        layout = canvas.get_layout_engine()
        assert layout is not None
        layout.execute(canvas)
        canvas.set_layout_engine(None)  # the places stay; any engine, even "none", would make every file draw twice
        inscribe(canvas, outcome.gaps, outcome.note)
        # found once, for both files: every "tight" draws twice more
        box = canvas.get_tightbbox().padded(0.1)
        # no dates: the same arrays give the same bytes
        canvas.savefig(out / outcome.file("pdf"), bbox_inches=box, metadata={"CreationDate": None})
        canvas.savefig(out / outcome.file("png"), bbox_inches=box, metadata={"Software": None})


def write_csv(arrays: Arrays, path: Path) -> None:
    """All arrays in one long table: array, up to three indices, value (and the imaginary part of complex ones)."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("array", "i", "j", "k", "value", "imaginary"))
        for name, array in arrays.items():
            for index, value in np.ndenumerate(array):
                where = (*index, *[""] * (3 - len(index)))
                table.writerow((name, *where, *_cells(value)))


def _cells(value: Any) -> tuple[str, str]:
    if isinstance(value, complex | np.complexfloating):
        return repr(float(value.real)), repr(float(value.imag))
    return (str(value) if isinstance(value, str) else repr(value.item())), ""


def provenance(figure: Figure, scale: Scale, gaps: Sequence[Gap], note: str = "") -> dict[str, Any]:
    """What is needed to make the figure again, and what it found."""
    return {
        "figure": figure.name,
        "title": figure.title,
        "alt": figure.alt,
        "note": note,
        "scale": scale.value,
        "claims": list(dict.fromkeys(gap.claim.name for gap in gaps)),
        "parameters": figure.parameters(scale),
        "gaps": [
            {
                "claim": gap.claim.name,
                "what": gap.what,
                "measured": float(gap.measured),
                "tolerance": float(gap.tolerance),
                "holds": gap.holds,
            }
            for gap in gaps
        ],
        "commit": ledger.commit(),
        "code": ledger.source_digest(),
        "python": platform.python_version(),
        "versions": _versions(),
    }


def _versions() -> dict[str, str]:
    return {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
