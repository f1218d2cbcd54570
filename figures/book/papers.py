"""A page per paper, its claims grouped by what their records say of it, and the bibliography."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from figures.book import markup as m
from figures.book.claim_page import badge_role
from figures.book.sources import Sources
from figures.book.works import PAPERS, WORKS, Work, bibtex, linked, named, stated_by
from theory.claim import Claim

#: The groups in order: what is said of the claims in them.
GROUPS = {
    "Holds as stated": "The source states it, and it is proved here under the assumptions of the record, which are"
    " spelt out where the paper leaves them open.",
    "Said in words and made exact here": "The source says it in words or in part; the relations of the record, and the"
    " constants in them, are not the paper's.",
    "Holds in a corrected form": "The record says what the paper has instead, and why that needs a correction.",
    "Only cited": "On record for what rests on it or stands beside it; nothing here proves or tests it.",
    "Neighbourhood": "Claims of this project that name the paper: what surrounds, sharpens or limits it.",
}

#: How a source says that the relations of the record are not the paper's own.
IN_WORDS = ("in words", "in prose", "made precise")


def group(claim: Claim, work: Work) -> str | None:
    """Which group of a paper's page a claim belongs to, read off its record; None where it does not name the paper."""
    if work not in named(claim.source):
        return None
    if claim.unchecked:
        return "Only cited"
    if claim.corrects:
        return "Holds in a corrected form"
    if claim.status != "derived" or not (said := stated_by(claim.source, work)):
        return "Neighbourhood"
    return "Said in words and made exact here" if any(words in said for words in IN_WORDS) else "Holds as stated"


def page(work: Work, sources: Sources) -> str:
    """The page of one paper."""
    found: dict[str, list[Claim]] = {name: [] for name in GROUPS}
    for claim in sources.claims:
        if name := group(claim, work):
            found[name].append(claim)
    counts = ", ".join(f"{name.lower()}: {len(claims)}" for name, claims in found.items())
    lines = [
        m.title(work.title),
        linked(f"{work.names[0]}.") + " " + _where(work) + "\n",
        m.escaped(f"{counts}.") + "\n",
    ]
    for name, claims in found.items():
        lines += [m.title(name, 2), m.escaped(GROUPS[name]) + "\n", *_listed(claims, sources)]
    return "\n".join([*lines, m.title("How to cite the paper", 2), m.block(bibtex(work))])


def _where(work: Work) -> str:
    return f"`{m.escaped(work.link)} <{work.link}>`__" if work.link else ""


def _listed(claims: Sequence[Claim], sources: Sources) -> Iterator[str]:
    if not claims:
        yield "None.\n"
    for claim in claims:
        yield f"{m.claim_link(claim.name)} {badge_role(sources.records[claim.name])}"
        words = [m.statement(claim), f"Source: {linked(claim.source)}.\n"]
        said = {"Correction": claim.corrects, "On record only": claim.unchecked}
        words += [f"{word}: {linked(reason)}.\n" for word, reason in said.items() if reason]
        yield m.indented("\n".join(words))


def bibliography(sources: Sources) -> str:
    """Every work that a record names, and the claims that name it."""
    lines = [m.title("Bibliography")]
    for work in WORKS:
        users = [claim.name for claim in sources.claims if work in named(words(claim))]
        lines.append(f".. _work-{work.key}:\n")
        lines.append(f"{m.escaped(_entry(work))} {_where(work)}\n")
        lines.append(m.indented("Named by " + ", ".join(map(m.claim_link, users)) + "\n") if users else "")
    return "\n".join(lines)


def _entry(work: Work) -> str:
    authors = work.authors.replace("{", "").replace("}", "")
    return f"{authors}{f' ({work.year})' if work.year else ''}: {work.title}.{f' {work.where}.' if work.where else ''}"


def words(claim: Claim) -> str:
    """All that a record says of works: its source, its assumptions, what its proof cites."""
    cited = (step.reason for step in claim.proof.steps() if step.left is None)
    return "; ".join((claim.source, claim.assumes, *cited))


__all__ = ["PAPERS", "bibliography", "page"]
