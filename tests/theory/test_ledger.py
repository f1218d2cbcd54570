"""The ledger says what is missing, failed or stale, and never more than the evidence."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

import theory.memory as claim
from theory import ledger, report
from theory.proof import Cited, Measured

NOW = "digest-now"
CLAIM = dataclasses.replace(claim.REGRESSION, untrained="", undrawn="")


def complete(digest: str = NOW) -> dict:
    stamp = {"outcome": "passed", "digest": digest, "commit": "abc"}
    return {kind: dict(stamp) for kind in ledger.WITNESSES}


def judged(entries: dict, subject=CLAIM) -> ledger.Record:
    (record,) = ledger.read([subject], {subject.name: entries}, NOW)
    return record


def test_complete_evidence_holds() -> None:
    assert judged(complete()).holds


@pytest.mark.parametrize("kind", ledger.WITNESSES)
def test_each_missing_witness_is_named(kind: str) -> None:
    record = judged({k: v for k, v in complete().items() if k != kind})
    assert not record.holds
    assert record.problems == [f"{kind}: missing"]


@pytest.mark.parametrize("kind", [*ledger.WITNESSES, "enclosed"])
def test_a_failed_witness_is_named(kind: str) -> None:
    failed = {kind: {"outcome": "failed", "digest": NOW, "commit": "abc"}}
    assert judged(complete() | failed).problems == [f"{kind}: failed"]


def test_a_skipped_witness_does_not_count() -> None:
    skipped = {"trained": {"outcome": "skipped", "digest": NOW, "commit": "abc"}}
    assert judged(complete() | skipped).problems == ["trained: skipped"]


def test_evidence_of_other_code_is_stale() -> None:
    record = judged(complete("digest-before"))
    assert len(record.problems) == len(ledger.WITNESSES)
    assert all("stale" in problem and "abc" in problem for problem in record.problems)


@pytest.mark.parametrize(("kind", "excuse"), [("trained", "untrained"), ("figure", "undrawn")])
def test_a_reason_stands_in_for_model_and_figure_only(kind: str, excuse: str) -> None:
    entries = {k: v for k, v in complete().items() if k != kind}
    assert judged(entries, dataclasses.replace(CLAIM, **dict[str, Any]({excuse: "a reason"}))).holds


@pytest.mark.parametrize("kind", ledger.WITNESSES)
def test_a_measured_claim_needs_no_search_and_everything_else(kind: str) -> None:
    measured = dataclasses.replace(CLAIM, prove=lambda: Measured("at least .95"))
    entries = {k: v for k, v in complete().items() if k != kind}
    assert judged(entries, measured).holds == (kind in ("property", "mutants"))


def test_a_claim_on_record_only_needs_its_source_and_is_shown_as_cited() -> None:
    record = judged(
        {"proof": complete()["proof"]},
        dataclasses.replace(CLAIM, prove=lambda: Cited("a book"), unchecked="not legible"),
    )
    assert record.holds
    assert record.status == "cited"
    assert not judged({}, dataclasses.replace(CLAIM, prove=lambda: Cited("a book"), unchecked="not legible")).holds


def test_saving_merges_and_survives_reading(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    ledger.save({CLAIM.name: {"proof": {"outcome": "passed"}}}, NOW, path)
    ledger.save({CLAIM.name: {"figure": {"outcome": "failed"}}}, NOW, path)
    entries = ledger.load(path)[CLAIM.name]
    assert (entries["proof"]["outcome"], entries["figure"]["outcome"]) == ("passed", "failed")
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match="no ledger"):
        ledger.load(path)


def test_the_digest_follows_the_code_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "theory").mkdir()
    source = tmp_path / "theory" / "a.py"
    source.write_text("1")
    first = ledger.source_digest(tmp_path)
    (tmp_path / "README.md").write_text("words")
    assert ledger.source_digest(tmp_path) == first
    source.write_text("2")
    assert ledger.source_digest(tmp_path) != first


def test_json_has_the_promised_fields() -> None:
    promised = "name kind status proof reach tested enclosed trained counter_case mutants figure holds".split()
    plain = json.loads(json.dumps(judged(complete()).as_json()))
    assert set(promised) <= set(plain)


def test_the_table_marks_what_does_not_hold() -> None:
    assert "evidence incomplete" in report.markdown([judged({})])
    assert "evidence incomplete" not in report.markdown([judged(complete())])
