"""What the last test run found out about every claim, computed from its evidence and never declared.

The test run writes one entry per claim and witness (`save`), stamped with a digest of the code it ran on.
Reading it back (`read`) judges each claim: a witness that is missing, failed, or was gathered on other code
is a problem, and a claim holds only when it has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sympy as sp

from theory.claim import Claim
from theory.printing import printed

ROOT = Path(__file__).resolve().parent.parent
LEDGER = ROOT / ".ledger.json"
FLOORS = ("theory", "numerics", "models", "figures", "tests")

#: Every witness a claim needs, in order of strength. A reason in words may stand for the last two; what was measured in
#: training needs no search, and what is only cited needs nothing but its source.
WITNESSES = ("proof", "property", "mutants", "counter_case", "trained", "figure")

Entries = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Record:
    """One line of the ledger: the claim, its witnesses, and what is wrong with them."""

    name: str
    kind: str
    statement: str
    latex: str
    assumes: str
    source: str
    status: str
    reach: str
    proof: str
    tested: int | None = None
    enclosed: dict[str, Any] | None = None
    trained: dict[str, Any] | None = None
    untrained: str = ""
    counter_case: dict[str, Any] | None = None
    mutants: dict[str, Any] | None = None
    figure: dict[str, Any] | None = None
    undrawn: str = ""
    problems: list[str] = field(default_factory=list)
    holds: bool = False

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary of the fields, fit for `json.dump`."""
        return asdict(self)


def source_digest(root: Path = ROOT) -> str:
    """Digest of every Python file on the five floors: evidence holds for the code it was gathered on.

    Edits to documents leave it as it is, so evidence outlives a commit that changes no code.
    """
    digest = hashlib.sha256()
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def commit(root: Path = ROOT) -> str:
    """The commit checked out, or `unknown` outside a git checkout."""
    if shutil.which("git") is None:
        return "unknown"
    command = ["git", "-C", str(root), "rev-parse", "--short", "HEAD"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else "unknown"


def load(path: Path = LEDGER) -> Entries:
    """The entries of the last run, empty where there was none.

    Raises:
        ValueError: the file is not a ledger.
    """
    if not path.exists():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["claims"])
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no ledger ({error}); delete it and run the tests again") from error


def save(found: Entries, digest: str, path: Path = LEDGER) -> Entries:
    """Merge new entries into the ledger file, replacing the same witness of the same claim; written atomically.

    `digest` is the state of the code when the evidence was gathered: taken before a run, not after it.
    """
    stamp = {"digest": digest, "commit": commit()}
    entries = load(path)
    for name, witnesses in found.items():
        entries.setdefault(name, {}).update({kind: stamp | entry for kind, entry in witnesses.items()})
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps({"claims": entries}, indent=1, sort_keys=True), encoding="utf-8")
    os.replace(draft, path)
    return entries


def read(claims: Iterable[Claim], entries: Mapping[str, Any], digest: str | None = None) -> list[Record]:
    """Judge every claim by its entries; `digest` is the state of the code the evidence must belong to."""
    current = source_digest() if digest is None else digest
    return [_record(claim, entries.get(claim.name, {}), current) for claim in claims]


def problems(claim: Claim, witnesses: Mapping[str, Any], digest: str) -> list[str]:
    """What keeps a claim from holding: witnesses missing, failed, or gathered on other code."""
    excused = _excused(claim)
    found = []
    for kind in (*WITNESSES, "enclosed"):
        entry = witnesses.get(kind)
        if entry is None:
            if kind in WITNESSES and not excused.get(kind):
                found.append(f"{kind}: missing")
        elif entry["outcome"] != "passed":
            found.append(f"{kind}: {entry['outcome']}")
        elif entry["digest"] != digest:
            found.append(f"{kind}: stale (gathered at {entry['commit']}, on other code)")
    return found


def _excused(claim: Claim) -> dict[str, str]:
    """Witnesses that a claim need not have, and why."""
    if claim.unchecked:
        return dict.fromkeys(WITNESSES[1:], claim.unchecked)
    searched = dict.fromkeys(("property", "mutants"), "no theorem to search") if claim.status == "measured" else {}
    return {"trained": claim.untrained, "figure": claim.undrawn, **searched}


def _record(claim: Claim, witnesses: Mapping[str, Any], digest: str) -> Record:
    wrong = problems(claim, witnesses, digest)
    details = {kind: _details(witnesses[kind]) for kind in witnesses}
    return Record(
        name=claim.name,
        kind=claim.kind,
        statement=sp.sstr(claim.statement),
        latex=printed(claim.statement),
        assumes=claim.assumes,
        source=claim.source,
        status=claim.status,
        reach=claim.reach,
        proof=type(claim.proof).__name__,
        tested=details.get("property", {}).get("examples"),
        enclosed=details.get("enclosed"),
        trained=details.get("trained"),
        untrained=claim.untrained or claim.unchecked,
        counter_case=details.get("counter_case"),
        mutants=details.get("mutants"),
        figure=details.get("figure"),
        undrawn=claim.undrawn or claim.unchecked,
        problems=wrong,
        holds=not wrong,
    )


def _details(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("digest", "commit")}
