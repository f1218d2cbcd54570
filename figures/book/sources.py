"""What the book is written from: the claims, their evidence, the figures of a gallery, and what rests on what."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from figures import gallery
from figures.run import Outcome
from theory import ledger
from theory.claim import Claim
from theory.ledger import Record
from theory.proof import lemmas


@dataclass(frozen=True)
class Drawing:
    """A figure of the gallery: what became of it, and its provenance."""

    outcome: Outcome
    provenance: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The name of the figure."""
        return self.outcome.name


@dataclass(frozen=True)
class Sources:
    """Everything a page may say.

    Args:
        claims: all claims, in order.
        entries: the ledger of the last test run, empty where there was none.
        drawings: the figures of the gallery.
        digest: digest of the code the book is made from.
        commit: the commit checked out.
    """

    claims: Sequence[Claim]
    entries: Mapping[str, Mapping[str, Mapping[str, Any]]]
    drawings: Sequence[Drawing]
    digest: str
    commit: str
    lemmas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def records(self) -> dict[str, Record]:
        """The judged evidence of every claim, by name."""
        return {r.name: r for r in ledger.read(self.claims, self.entries, self.digest)}

    @cached_property
    def topics(self) -> dict[str, list[Claim]]:
        """The claims of each topic, in order."""
        found: dict[str, list[Claim]] = {}
        for claim in self.claims:
            found.setdefault(claim.topic, []).append(claim)
        return found

    @cached_property
    def used_by(self) -> dict[str, tuple[str, ...]]:
        """The claims whose proofs rest on a claim, by its name."""
        return {c.name: tuple(user for user, used in self.lemmas.items() if c.name in used) for c in self.claims}

    def drawn(self, name: str) -> list[Drawing]:
        """The figures that have a gap for a claim."""
        return [drawing for drawing in self.drawings if name in drawing.provenance["claims"]]

    def states(self) -> dict[str, str]:
        """The states of the code on which evidence was gathered: digest -> commit."""
        return {e["digest"]: e["commit"] for kinds in self.entries.values() for e in kinds.values()}


def gather(claims: Sequence[Claim], folder: Path, entries: ledger.Entries) -> Sources:
    """Everything the book is written from.

    Args:
        claims: the claims it is about.
        folder: the gallery that `python -m figures` wrote; it may be empty.
        entries: the ledger.

    Raises:
        ValueError: a provenance file that no figure of ours could have written.
    """
    topics = list(dict.fromkeys(claim.topic for claim in claims))
    drawings = [Drawing(outcome, provenance) for outcome, provenance in gallery.read(folder)]
    drawings.sort(key=lambda drawing: topics.index(drawing.outcome.gaps[0].claim.topic))
    rests = {claim.name: tuple(lemma.name for lemma in lemmas(claim.proof)) for claim in claims}
    return Sources(claims, entries, drawings, ledger.source_digest(), ledger.commit(), rests)


def letters(claim: Claim) -> list[str]:
    """What the letters of a claim stand for: the notation of its topic, and of the file it is written in."""
    module = claim.prove.__module__
    rooms = (f"theory.{claim.topic}.notation", module)
    return [doc for room in dict.fromkeys(rooms) if (doc := (sys.modules[room].__doc__ or "").strip())]
