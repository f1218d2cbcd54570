"""The claim table for a paper: LaTeX that compiles within its margins, CSV that holds the whole record."""

import csv
import io
import json
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import theory
from theory import latex, ledger, report
from theory.__main__ import app

PAPER = r"""\documentclass{article}
\usepackage[a4paper,margin=2.5cm]{geometry}
\usepackage{amsmath,amssymb,graphicx,longtable}
\begin{document}
\input{table}
\end{document}
"""
#: Evidence of every kind, in words that LaTeX would stumble over.
EVIDENCE: dict[str, Any] = {
    "tested": 1234,
    "enclosed": {"width": 1e-12},
    "trained": {"what": "S4D", "gap": 0.1, "tolerance": 0.2, "seeds": 5},
    "counter_case": {
        "dropped": "white input (100% of AR(1), ρ_1 ≤ 0.5 & {any})",
        "violation": 0.5,
        "witness": "λ = 0.5",
    },
    "mutants": {"refuted": 7, "still_true": {}},
    "figure": {"name": "equivalence.legs_against_diagonal_with_a_long_name"},
    "problems": [],
    "holds": True,
}


@pytest.fixture(scope="module")
def records() -> list[ledger.Record]:
    return [replace(record, **EVIDENCE) for record in ledger.read(theory.CLAIMS, {}, "now")]


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_table_compiles_and_nothing_leaves_its_margins(records: list[ledger.Record], tmp_path: Path) -> None:
    (tmp_path / "table.tex").write_text(latex.table(theory.CLAIMS, records), encoding="ascii")
    (tmp_path / "paper.tex").write_text(PAPER)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    for _ in range(2):  # a longtable finds its widths in the second run
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout[-2000:]
    log = (tmp_path / "paper.log").read_text(encoding="latin-1")
    assert "Overfull \\hbox" not in log, log[log.index("Overfull \\hbox") :][:300]


def test_the_table_shows_every_claim_its_formulas_and_its_evidence(records: list[ledger.Record]) -> None:
    table = latex.table(theory.CLAIMS, records)
    relations = sum(len(claim.relations) for claim in theory.CLAIMS)
    assert table.count(r"\claimstatement{") == relations
    for claim in theory.CLAIMS:
        assert rf"\textbf{{{latex.escaped(claim.name)}}}" in table
    assert "incomplete" not in table
    assert table.count(r"1200+ examples tested; 7 mutants refuted; enclosed; torch model") == len(theory.CLAIMS)
    assert table.count(r"fails without white input (100\% of AR(1)") == len(theory.CLAIMS)


def test_a_claim_without_evidence_says_so() -> None:
    claim = theory.CLAIMS[0]
    table = latex.table([claim], ledger.read([claim], {}, "now"))
    assert "evidence incomplete" in table and "none" in table


def test_csv_holds_the_whole_record(records: list[ledger.Record]) -> None:
    rows = list(csv.DictReader(io.StringIO(report.csv_table(records), newline="")))
    assert [row["name"] for row in rows] == [claim.name for claim in theory.CLAIMS]
    for row, record in zip(rows, records, strict=True):
        assert list(row) == [field.name for field in fields(ledger.Record)]
        for name, value in record.as_json().items():
            if isinstance(value, str) or value is None:
                assert row[name] == (value or "")
            else:
                assert json.loads(row[name]) == value


def test_the_command_prints_both() -> None:
    run = CliRunner()
    tex = run.invoke(app, ["table", "--latex"])
    assert tex.exit_code == 0 and tex.stdout.rstrip().endswith(r"\endgroup")
    rows = run.invoke(app, ["table", "--csv"])
    assert rows.exit_code == 0
    assert len(list(csv.reader(io.StringIO(rows.stdout)))) == 1 + len(theory.CLAIMS)


@pytest.mark.parametrize(
    "arguments", [["--latex", "--csv"], ["--latex", "--check"], ["--csv", "--check"], ["--csv", "--write"]]
)
def test_what_makes_no_sense_together_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("<!-- ledger -->\nold\n<!-- /ledger -->\n")
    taken = [*arguments, str(page)] if arguments[-1] in ("--check", "--write") else arguments
    result = CliRunner().invoke(app, ["table", *taken])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1 and arguments[0] in result.stderr
    assert "old" in page.read_text()
