"""Every claim can be read: on a terminal, as a LaTeX document, as JSON and as a row of a table."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

import theory
from theory import latex, ledger, report
from theory.__main__ import app

of_every_claim = pytest.mark.parametrize("claim", theory.CLAIMS, ids=lambda claim: claim.name)


@of_every_claim
def test_text_shows_assumptions_source_and_every_step(claim) -> None:
    (record,) = ledger.read([claim], {}, "now")
    shown = report.text(claim, record)
    assert claim.assumes in shown
    assert claim.source in shown
    assert all(step.reason in shown for step in claim.proof.steps())
    assert "PROBLEM: proof: missing" in shown


@of_every_claim
def test_latex_is_plain_ascii(claim) -> None:
    latex.document(claim).encode("ascii")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_compiles(tmp_path: Path) -> None:
    for claim in theory.CLAIMS:
        source = tmp_path / f"{claim.name}.tex"
        source.write_text(latex.document(claim))
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", source.name]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout[-2000:]


#: One claim of each shape that a proof may have.
SHAPES = {type(claim.proof): claim for claim in theory.CLAIMS}


@pytest.mark.parametrize("claim", SHAPES.values(), ids=lambda claim: claim.name)
def test_show_prints_a_claim_of_any_shape(claim) -> None:
    result = CliRunner().invoke(app, ["show", claim.name])
    assert result.exit_code in (0, 1)
    assert claim.name in result.output


def test_show_refuses_an_unknown_name_in_one_line() -> None:
    run = CliRunner().invoke(app, ["show", "memory.nothing"])
    assert run.exit_code == 2
    assert run.stderr.count("\n") == 1
    assert "memory.nothing" in run.stderr


def test_json_lists_every_claim_once() -> None:
    records = json.loads(CliRunner().invoke(app, ["--json"]).stdout)
    assert [record["name"] for record in records] == [claim.name for claim in theory.CLAIMS]


def test_json_of_one_claim() -> None:
    name = theory.CLAIMS[0].name
    assert json.loads(CliRunner().invoke(app, ["show", name, "--json"]).stdout)["name"] == name


@pytest.mark.parametrize("stale", [True, False])
def test_a_stale_table_is_refused(tmp_path: Path, stale: bool) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- ledger -->\nold\n<!-- /ledger -->\nafter\n")
    runner = CliRunner()
    if not stale:
        assert runner.invoke(app, ["table", "--write", str(page)]).exit_code == 0
    assert runner.invoke(app, ["table", "--check", str(page)]).exit_code == (2 if stale else 0)
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("after\n")


@pytest.mark.parametrize("page", ["missing.md", "unmarked.md"])
def test_a_page_without_a_place_for_the_table_is_refused(tmp_path: Path, page: str) -> None:
    (tmp_path / "unmarked.md").write_text("no markers")
    result = CliRunner().invoke(app, ["table", "--check", str(tmp_path / page)])
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("words", "spelt"),
    [
        ("λ ≤ 1", r"\ensuremath{\lambda} \ensuremath{\leq} 1"),
        ("François", r"Fran\c{c}ois"),
        ("Ā B\u0304", r"\={A} \={B}"),
        ("a_b|c", r"a\_b\textbar{}c"),
    ],
)
def test_words_become_latex(words: str, spelt: str) -> None:
    assert latex.escaped(words) == spelt


def test_a_letter_without_a_spelling_is_refused() -> None:
    with pytest.raises(ValueError, match="no LaTeX spelling"):
        latex.escaped("雪")


@pytest.mark.parametrize(("gap", "said"), [(5.0, "LRU: 5 ≤ 5, 3 seeds"), (7.0, "LRU: 7 > 5, 3 seeds")])
def test_a_gap_beyond_its_tolerance_is_not_written_as_within(gap: float, said: str) -> None:
    stamp = {"outcome": "failed", "commit": "c", "digest": "d"}
    trained = {"what": "LRU", "gap": gap, "tolerance": 5.0, "seeds": 3} | stamp
    record = ledger.read(theory.CLAIMS[:1], {theory.CLAIMS[0].name: {"trained": trained}}, "d")[0]
    assert said in report.cells(record)
