"""Every figure once at smoke scale: finite arrays, gaps that hold, four files; the evidence of all its claims."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import theory
from figures.figure import Figure, Scale
from figures.run import check_arrays, produce
from figures.topics import FIGURES

by_name = pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)


def _kept(figure: Figure, arrays: dict) -> Figure:
    """The same figure with its computation replaced by what it computed."""
    return replace(figure, measure=lambda given: arrays, runs=None)


@by_name
def test_figure_holds_and_is_drawn(figure: Figure, tmp_path: Path, evidence) -> None:
    if figure.name == "memory.real_series":
        pytest.importorskip("reservoirpy", reason="needs the extra oracles")
        pytest.importorskip("LRU_pytorch", reason="needs the extra oracles")
    arrays = figure.compute(Scale.SMOKE)
    check_arrays(figure, arrays)
    gaps = figure.gaps(arrays)
    for gap in gaps:
        evidence(gap.claim, "figure", name=figure.name)
    assert gaps
    for gap in gaps:
        assert np.isfinite(gap.measured) and np.isfinite(gap.tolerance)
        assert gap.holds, f"{gap.claim.name}: {gap.what}: {gap.measured:.3g} > {gap.tolerance:.3g}"
    outcome = produce(_kept(figure, arrays), Scale.SMOKE, tmp_path, None)
    assert outcome.holds
    _files_are_complete(figure, arrays, tmp_path)
    for gap in gaps:
        details = {"measured": float(gap.measured), "tolerance": float(gap.tolerance), "what": gap.what}
        evidence(gap.claim, "figure", name=figure.name, **details)


def _files_are_complete(figure: Figure, arrays: dict, folder: Path) -> None:
    assert (folder / f"{figure.name}.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / f"{figure.name}.pdf").read_bytes().startswith(b"%PDF")
    record = json.loads((folder / f"{figure.name}.json").read_text(encoding="utf-8"))
    assert record["scale"] == "smoke" and record["gaps"] and record["versions"]["numpy"] == np.__version__
    assert set(record["claims"]) <= {claim.name for claim in theory.CLAIMS}
    with (folder / f"{figure.name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + sum(array.size for array in arrays.values())
    assert {row[0] for row in rows[1:]} == {name for name, array in arrays.items() if array.size}


def test_names_are_unique_and_said_once() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    for figure in FIGURES:
        assert figure.measure.__module__.startswith(f"figures.{figure.name.split('.')[0]}.")
        assert len(figure.alt) > 80 and figure.title


@by_name
def test_scales_measure_more_and_more(figure: Figure) -> None:
    given = [figure.parameters(scale) for scale in Scale]
    assert given[0].keys() == given[1].keys() == given[2].keys()
    assert given[0] != given[1] != given[2]
    json.dumps(given)  # they enter the provenance as they are
