"""The page of one claim: everything its record, its proof, the ledger and the gallery hold about it."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from figures import gallery
from figures.book import markup as m
from figures.book.sources import Drawing, Sources, letters
from figures.book.works import bibtex, linked, named
from theory.claim import Claim
from theory.html import badge
from theory.ledger import Record
from theory.proof import Step

KINDS = {
    "equal": "equality: both sides agree, for every draw and every numeric route",
    "at_most": "at most: the left side never exceeds the right one",
    "at_least": "at least: the left side never falls below the right one",
    "rate": "rate: what the statement says of a limit is reached at the stated order",
    "iff": "if and only if: both relations hold, or both fail",
}
PROJECT = """@software{{ssm_theorems,
  author = {{{{The ssm-theorems authors}}}},
  title = {{ssm-theorems: a theory-verification toolkit for state space models}},
  year = {{2026}},
  note = {{claim {name}, commit {commit}}}
}}"""


def page(claim: Claim, sources: Sources) -> str:
    """The whole page as reStructuredText."""
    record = sources.records[claim.name]
    return "\n".join(
        [
            m.title(claim.name),
            badge_role(record) + "\n",
            m.statement(claim),
            *_about(claim),
            *_problems(record),
            m.title("Derivation", 2),
            *_derivation(claim),
            m.title("What it rests on", 2),
            *_neighbours(claim.name, sources),
            m.title("Evidence", 2),
            *_evidence(record, sources),
            *_counter_case(record),
            *_mutants(record),
            *_figures(record, sources),
            m.title("How to reproduce", 2),
            m.block("\n".join(_commands(claim, sources))),
            m.title("How to cite", 2),
            *_citations(claim, sources),
        ]
    )


def badge_role(record: Record) -> str:
    """What stands behind a claim, in a few words; its class says whether all of it was found."""
    found = badge(record)
    return f":{'badge' if found.whole else 'incomplete'}:`{m.escaped(found.words)}`"


def _about(claim: Claim) -> Iterator[str]:
    yield f"Assumes\n   {linked(claim.assumes)}\n"
    yield f"Kind\n   {m.escaped(KINDS[claim.kind])}\n"
    yield f"Source\n   {linked(claim.source)}\n"
    if claim.corrects:
        yield f"Correction of the source\n   {linked(claim.corrects)}\n"
    if claim.unchecked:
        yield f"On record only\n   {linked(claim.unchecked)}\n"
    yield from ("Letters\n" + m.indented("\n".join(map(m.block, letters(claim)))),)


def _problems(record: Record) -> Iterator[str]:
    if record.problems:
        yield ".. warning::\n"
        yield m.indented("The evidence is not complete; " + m.code("make test") + " gathers it.\n")
        yield m.indented("\n".join(f"* {m.escaped(problem)}" for problem in record.problems) + "\n")


def _derivation(claim: Claim) -> Iterator[str]:
    yield m.escaped(f"Status: {claim.status}; reach: {claim.reach}; shape of the proof: {type(claim.proof).__name__}.")
    yield ""
    for number, step in enumerate(claim.proof.steps(), 1):
        yield f"{number}. " + m.indented(_step(step), len(str(number)) + 2).lstrip()


def _step(step: Step) -> str:
    lines = [linked(step.reason) + "\n"]
    if step.left is not None and step.right is not None:
        lines.append(m.relation(step.left, step.relation, step.right))
    if step.using:
        lines.append("with " + ", ".join(m.inline(sp.latex(hypothesis)) for hypothesis in step.using) + "\n")
    return "\n".join(lines)


def _neighbours(name: str, sources: Sources) -> Iterator[str]:
    for words, found in (("Rests on", sources.lemmas[name]), ("Used by", sources.used_by[name])):
        yield f"{words}\n   {', '.join(map(m.claim_link, found)) or 'no other claim'}\n"


def _evidence(record: Record, sources: Sources) -> Iterator[str]:
    rows = [[what, found, f"{e['outcome']}, commit {e['commit']}, code {e['digest']}"] for what, found, e in _rows(record, sources)]
    if rows:
        yield m.table(("witness", "found", "gathered"), [list(map(m.escaped, row)) for row in rows], (20, 55, 25))
    else:
        yield "No evidence: the last test run, if there was one, says nothing about this claim.\n"
    for reason in dict.fromkeys(filter(None, (record.untrained, record.undrawn))):
        yield f"Left out\n   {m.escaped(reason)}\n"


def _rows(record: Record, sources: Sources) -> Iterator[tuple[str, str, dict]]:
    entries = sources.entries.get(record.name, {})
    said = {
        "proof": lambda e: f"every step closes ({record.reach})",
        "property": lambda e: f"{e['examples']} drawn inputs",
        "enclosed": lambda e: f"ball arithmetic, widest enclosure {e['width']:.1e}",
        "mutants": lambda e: f"{e['refuted']} false neighbours of the statement refuted",
        "counter_case": lambda e: f"without {e['dropped']}: off by {e['violation']:.2g}",
        "trained": lambda e: f"{e['what']}: {e['gap']:.2g} ≤ {e['tolerance']:.2g}, {e['seeds']} seeds",
        "figure": lambda e: f"{e['name']}: {e['what']}: {e['measured']:.2g} ≤ {e['tolerance']:.2g}",
    }
    for kind, words in said.items():
        if kind in entries:
            entry = dict(entries[kind])
            try:
                found = words(entry)
            except KeyError:  # a witness that failed has no numbers
                found = "–"
            yield kind.replace("_", "-"), found, entry


def _counter_case(record: Record) -> Iterator[str]:
    entry = record.counter_case
    if entry and "witness" in entry:
        yield m.title("Counter-case", 2)
        yield m.escaped(
            f"Without {entry['dropped']} the same test fails: off by {entry['violation']:.3g}"
            " at the smallest input found:"
        )
        yield "\n" + m.block(entry["witness"])


def _mutants(record: Record) -> Iterator[str]:
    if record.mutants and "refuted" in record.mutants:
        yield m.title("Mutants", 2)
        true = record.mutants["still_true"]
        yield m.escaped(
            f"{record.mutants['refuted']} false neighbours of the statement, made by machine, are refuted by the"
            f" test that the statement passes. {f'Still true, hence no mutants: {len(true)}.' if true else ''}"
        )
        yield ""
        if true:
            yield m.table(("change", "why it is true as well"), [(m.escaped(a), m.escaped(b)) for a, b in true.items()], (50, 50))


def _figures(record: Record, sources: Sources) -> Iterator[str]:
    found = sources.drawn(record.name)
    if not found:
        if record.figure and "name" in record.figure:
            yield m.title("Figures", 2)
            yield f"Figure {m.code(record.figure['name'])} is not in the gallery; {m.code('make figures')} draws it.\n"
        return
    yield m.title("Figures", 2)
    for drawing in found:
        yield m.title(drawing.outcome.title, 3)
        yield drawn(drawing, sources, up="../")


def drawn(drawing: Drawing, sources: Sources, up: str = "") -> str:
    """A figure as the gallery sets it, and how it was made; `up` leads from the page to the root of the book."""
    made = drawing.provenance
    age = "this code" if made["code"] == sources.digest else f"other code ({made['code']}); make figures renews it"
    words = f"Figure {drawing.name}, scale {made['scale']}, commit {made['commit']}, drawn by {age}."
    link = lambda claim: f'<a href="{up}claims/{claim.name}.html">{claim.name}</a>'  # noqa: E731
    return m.escaped(words) + "\n\n" + m.raw(gallery.figure_markup(drawing.outcome, f"{up}gallery/", link))


def _commands(claim: Claim, sources: Sources) -> Iterator[str]:
    yield f"python -m theory show {claim.name}"
    if not claim.unchecked:
        yield f'python -m pytest tests/test_claims.py -k "[{claim.name}]"'
    names = [drawing.name for drawing in sources.drawn(claim.name)]
    figure = sources.records[claim.name].figure or {}
    yield from (f"python -m figures {name}" for name in names or filter(None, [figure.get("name")]))


def _citations(claim: Claim, sources: Sources) -> Iterator[str]:
    yield m.block("\n\n".join([*map(bibtex, named(claim.source)), PROJECT.format(name=claim.name, commit=sources.commit)]))
