"""A claim and its evidence in words: as text, and as a row of a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import sympy as sp

from theory.claim import Claim
from theory.ledger import Record
from theory.proof import Proof, Step

COLUMNS = ("claim", "statement", "source", "proof", "enclosed", "tested", "trained", "counter-case", "figure")

#: The marker lines around the claim table of a page.
BEGIN, END = "<!-- ledger -->\n", "<!-- /ledger -->"


def cells(record: Record) -> tuple[str, ...]:
    """One row of the ledger on the terminal, in the order of `COLUMNS`."""
    return (
        record.name,
        record.statement,
        record.source,
        f"{record.proof}: {record.status}, {record.reach}",
        f"width {record.enclosed['width']:.1e}" if record.enclosed and "width" in record.enclosed else "–",
        f"{record.tested} examples" if record.tested else "–",
        _trained(record),
        _counter(record),
        _figure(record),
    )


def _trained(record: Record) -> str:
    entry = record.trained
    if entry is None or "gap" not in entry:
        return record.untrained or "–"
    sign = "≤" if entry["gap"] <= entry["tolerance"] else ">"
    return f"{entry['what']}: {entry['gap']:.2g} {sign} {entry['tolerance']:.2g}, {entry['seeds']} seeds"


def _counter(record: Record) -> str:
    entry = record.counter_case
    if entry is None or "witness" not in entry:
        return "–"
    return f"without {entry['dropped']}: off by {entry['violation']:.2g} at {entry['witness']}"


def _figure(record: Record) -> str:
    if record.figure is None or "name" not in record.figure:
        return record.undrawn or "–"
    return f"{record.figure['name']}"


def block(record: Record) -> str:
    """The same row as `cells`, one line per column, for narrow terminals."""
    name, *rest = cells(record)
    return "\n".join([name, *(f"  {word:<13}{cell}" for word, cell in zip(COLUMNS[1:], rest, strict=True)), ""])


def summary(claim: Claim) -> str:
    """Name, kind, statement, assumptions and source of one claim; its proof, slow to build, is left alone."""
    return "\n".join([f"{claim.name}  [{claim.kind.replace('_', ' ')}]", *_stated(claim)])


def _stated(claim: Claim) -> list[str]:
    shown = sp.pretty(claim.statement, use_unicode=True, wrap_line=False)
    return ["", shown, "", f"assumes  {claim.assumes}", f"source   {claim.source}"]


def text(claim: Claim, record: Record) -> str:
    """Statement, assumptions, derivation, evidence and counterexample of one claim, for a terminal."""
    lines = [
        f"{claim.name}  [{claim.kind}; {claim.status}; reach: {claim.reach}]",
        *_stated(claim),
        "",
        "derivation",
        *(f"  {line}" for line in derivation(claim.proof).splitlines()),
    ]
    lines += ["", "evidence", *(f"  {word:<13}{cell}" for word, cell in _evidence(record)), ""]
    lines += [f"PROBLEM: {problem}" for problem in record.problems] or ["holds"]
    return "\n".join(lines)


def derivation(proof: Proof) -> str:
    """The steps of a proof, numbered, each under its reason."""
    lines: list[str] = []
    for number, step in enumerate(proof.steps(), 1):
        lines += [f"{number}. {step.reason}", *(f"     {line}" for line in _plain(step))]
    return "\n".join(lines)


def _plain(step: Step) -> list[str]:
    lines = []
    if step.left is not None and step.right is not None:
        sign = {r"\leq": "<=", r"\geq": ">=", r"\neq": "!=", r"\Leftrightarrow": "<=>"}.get(
            step.relation, step.relation
        )
        lines.append(f"{sp.sstr(step.left)}  {sign}  {sp.sstr(step.right)}")
    if step.using:
        lines.append("with " + ", ".join(f"{sp.sstr(h.lhs)} = {sp.sstr(h.rhs)}" for h in step.using))
    return lines


def _evidence(record: Record) -> Iterable[tuple[str, str]]:
    yield from zip(COLUMNS[3:], cells(record)[3:], strict=True)
    if record.mutants and "refuted" in record.mutants:
        true = "".join(f"; still true: {name} ({why})" for name, why in record.mutants["still_true"].items())
        yield "mutants", f"{record.mutants['refuted']} refuted{true}"


def markdown(records: Iterable[Record]) -> str:
    """The claim table for a README: what stands behind each claim, without numbers that vary by machine."""
    head = ["claim", "kind", "proof", "enclosed", "tested", "mutants refuted", "torch", "fails without", "figure"]
    rows = [head, ["---"] * len(head)]
    for r in records:
        rows.append(
            [
                f"`{r.name}`",
                r.kind.replace("_", " "),
                proved(r),
                "yes" if r.enclosed else "–",
                counted(r.tested) if r.tested else "–",
                str(r.mutants.get("refuted", 0)) if r.mutants else "–",
                "yes" if r.trained else "–",
                (r.counter_case or {}).get("dropped", "–").rsplit(" (", 1)[0].replace("|", r"\|"),
                (r.figure or {}).get("name", "–"),
            ]
        )
        if r.problems:
            rows[-1][0] += " **evidence incomplete**"
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def csv_table(records: Iterable[Record]) -> str:
    """All that the ledger holds, one row per claim; what is no plain text or number stands in its cell as JSON."""
    page = io.StringIO()
    table = csv.writer(page)
    table.writerow([field.name for field in fields(Record)])
    for record in records:
        table.writerow([cell if isinstance(cell, str) else _as_json(cell) for cell in record.as_json().values()])
    return page.getvalue()


def _as_json(cell: Any) -> str:
    return "" if cell is None else json.dumps(cell, ensure_ascii=False)


def proved(record: Record) -> str:
    """What the proof's shape entitles the claim to be called, and how far it reaches."""
    if record.status != "derived":
        whole = record.proof in ("Cited", "Conjectured", "Measured")
        return record.status if whole else f"derived but for a {record.status} step"
    return f"{record.status}, {record.reach}"


def counted(examples: int) -> str:
    """How many examples, to within fifty."""
    # which inputs are drawn depends a little on what else runs beside: only the scale of their number is stable
    return f"{examples} examples" if examples < 50 else f"{examples // 50 * 50}+ examples"


def with_table(text: str, table: str) -> str:
    """A page with its claim table, kept between two marker lines, replaced by this one.

    Raises:
        ValueError: the page has no place for the table.
    """
    if BEGIN not in text or END not in text:
        raise ValueError(f"no place for the claim table: it needs the lines {BEGIN.strip()} and {END}")
    head, rest = text.split(BEGIN, 1)
    return head + BEGIN + table + "\n" + END + rest.split(END, 1)[1]
