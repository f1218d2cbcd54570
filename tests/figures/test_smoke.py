"""Every figure once at smoke scale: finite arrays, gaps that hold, a drawing, data and provenance; its evidence.

That the files of every figure come out whole is what `make figures SCALE=smoke` shows, which `.ci/run` calls.
"""

import csv
import json
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas

import theory
from figures.figure import Figure, Scale
from figures.run import arrays_of, check_arrays, provenance, write_csv
from figures.style import RC
from figures.topics import FIGURES
from models.cache import sources
from theory import ledger

#: Where the command keeps results by default: it then only draws what is measured here. A result is found by the code,
#: parameters and versions it comes from, so that none of other code can stand in for a measurement.
CACHE = ledger.ROOT / ".cache"

by_name = pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)


@by_name
def test_figure_holds_and_is_drawn(figure: Figure, tmp_path: Path, evidence) -> None:
    if figure.name == "memory.real_series":
        pytest.importorskip("reservoirpy", reason="needs the extra oracles")
        pytest.importorskip("LRU_pytorch", reason="needs the extra oracles")
    arrays = arrays_of(figure, Scale.SMOKE, None if figure.timed else CACHE)
    check_arrays(figure, arrays)
    gaps = figure.gaps(arrays)
    for gap in gaps:
        evidence(gap.claim, "figure", name=figure.name)
    assert gaps
    for gap in gaps:
        assert np.isfinite(gap.measured) and np.isfinite(gap.tolerance)
        assert gap.holds, f"{gap.claim.name}: {gap.what}: {gap.measured:.3g} > {gap.tolerance:.3g}"
    with matplotlib.rc_context(RC):
        canvas = Canvas()
        figure.draw(canvas, arrays)
        canvas.draw_without_rendering()
    assert canvas.axes
    _data_are_complete(arrays, tmp_path / "arrays.csv")
    record = json.loads(json.dumps(provenance(figure, Scale.SMOKE, gaps)))
    assert record["scale"] == "smoke" and record["gaps"] and record["versions"]["numpy"] == np.__version__
    assert set(record["claims"]) <= {claim.name for claim in theory.CLAIMS}
    for gap in gaps:
        details = {"measured": float(gap.measured), "tolerance": float(gap.tolerance), "what": gap.what}
        evidence(gap.claim, "figure", name=figure.name, **details)


def _data_are_complete(arrays: dict, path: Path) -> None:
    write_csv(arrays, path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + sum(array.size for array in arrays.values())
    assert {row[0] for row in rows[1:]} == {name for name, array in arrays.items() if array.size}


def test_names_are_unique_and_said_once() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    for figure in FIGURES:
        assert figure.measure.__module__.startswith(f"figures.{figure.name.split('.')[0]}.")
        assert len(figure.alt) > 80 and figure.title


@by_name
def test_a_figure_that_takes_times_says_so(figure: Figure) -> None:
    own = sources(figure.measure.__module__)[figure.measure.__module__]
    takes = "process_time()" in own or "perf_counter()" in own
    asks = "models.equivalence.speed" in own  # the only experiment that takes times
    assert figure.timed == (takes or asks)


@by_name
def test_scales_measure_more_and_more(figure: Figure) -> None:
    given = [figure.parameters(scale) for scale in Scale]
    assert given[0].keys() == given[1].keys() == given[2].keys()
    assert given[0] != given[1] != given[2]
    json.dumps(given)  # they enter the provenance as they are
