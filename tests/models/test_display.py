"""Reports and measured curves show themselves: as text with every number, as well-formed HTML that draws the values."""

from xml.etree import ElementTree

import numpy as np
import pytest

from models.check import check
from models.display import MOST, Grid, Plot, Shown, Words
from models.layers.s4d import S4D
from models.memory import Measurement, measure_recall, small
from numerics.spectra import s4d_inv

LAGS = np.array([7, 0, 3])
MEASURED = Measurement(np.array([0.25, 1.0, 0.5]), np.array([0.01, 0.0, 0.02]), 3, 1000, LAGS)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def results() -> dict[str, Shown]:
    report = check(S4D(s4d_inv(8), 0.1, seed=0))
    return {"report": report, "measured": MEASURED, "trained": measure_recall(small())}


@pytest.mark.parametrize("name", ["report", "measured", "trained"])
def test_text_and_page_hold_the_same_rows(results: dict[str, Shown], name: str) -> None:
    shown = results[name]
    page, text = ElementTree.fromstring(shown._repr_html_()), str(shown)
    parts = list(shown.parts())
    grids = [part for part in parts if isinstance(part, Grid)]
    rows = [tuple(cell.text for cell in row.iter("td")) for row in page.iter("tr")]
    assert [row for row in rows if row] == [row for grid in grids for row in grid.rows]
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if line.startswith("│")]
    assert lines == [list(row) for grid in grids for row in grid.rows]
    assert [p.text for p in page.findall("p")] == [part.text for part in parts if isinstance(part, Words)]
    assert "color:" not in shown._repr_html_() and "background" not in shown._repr_html_()
    mo = pytest.importorskip("marimo", reason="needs the extra explore")
    assert shown._repr_html_() in mo.as_html(shown).text


def test_lags_are_put_in_order() -> None:
    (grid,) = [part for part in MEASURED.parts() if isinstance(part, Grid)]
    assert grid.rows == [("0", "1.000000", "0"), ("3", "0.500000", "0.02"), ("7", "0.250000", "0.01")]


def test_without_standard_errors_none_is_shown() -> None:
    bare = Measurement(MEASURED.memory, None, 3, 1000, LAGS)
    (grid,) = [part for part in bare.parts() if isinstance(part, Grid)]
    assert {row[2] for row in grid.rows} == {"–"}


def test_a_curve_draws_values_and_errors_to_scale() -> None:
    page = ElementTree.fromstring(MEASURED._repr_html_())
    x, y = (np.array([float(dot.attrib[c]) for dot in page.iter(f"{SVG}circle")]) for c in ("cx", "cy"))
    assert np.ptp(x[[0, 2]]) * 3 / 7 == pytest.approx(x[1] - x[0], abs=0.1)
    height = (y[2] - y[0]) / 0.75  # pixels of one unit
    assert y[1] - y[0] == pytest.approx(0.5 * height, abs=0.1)
    bars = [mark.attrib["d"] for mark in page.iter(f"{SVG}path") if "H" not in mark.attrib["d"]]
    ends = [float(bar.split()[1].split("V")[0]) - float(bar.split("V")[1]) for bar in bars]
    assert ends == pytest.approx([0.04 * height, 0.02 * height], abs=0.15)


def test_a_long_curve_is_thinned_and_says_so() -> None:
    lags = np.arange(3 * MOST)
    values = np.power(0.5, lags)
    page = ElementTree.fromstring(Plot("a <long> curve", lags, points=[(values, None)]).html())
    assert len(list(page.iter(f"{SVG}circle"))) == MOST
    (title,) = page.iter(f"{SVG}title")
    assert title.text == "a <long> curve, one lag in 3"


def test_cells_are_escaped() -> None:
    page = ElementTree.fromstring(Grid("a < b", ("<i>",), [("&",)]).html())
    assert [cell.text for cell in page.iter("td")] == ["&"]
