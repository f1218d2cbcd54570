"""The page of one claim: everything its record, its proof, the ledger and the gallery hold about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from figures import gallery
from figures.book import markup as m
from figures.book.sources import Drawing, Sources, letters
from figures.book.works import bibtex, linked, named
from theory.claim import Claim
from theory.html import badge
from theory.ledger import Record
from theory.printing import printed
from theory.proof import Step

KINDS = {
    "equal": "equality: both sides agree, for every draw and every numeric route",
    "at_most": "at most: the left side never exceeds the right one",
    "at_least": "at least: the left side never falls below the right one",
    "rate": "rate: what the statement says of a limit is reached at the stated order",
    "iff": "if and only if: both relations hold, or both fail",
}
#: What each witness found, in the words of its entry in the ledger; one that failed found none of it.
FOUND = {
    "proof": "every step closes ({reach})",
    "property": "{examples} drawn inputs",
    "enclosed": "ball arithmetic, widest enclosure {width:.1e}",
    "mutants": "{refuted} false neighbours of the statement refuted",
    "counter_case": "without {dropped}: off by {violation:.2g}",
    "trained": "{what}: {gap:.2g} ≤ {tolerance:.2g}, {seeds} seeds",
    "figure": "{name}: {what}: {measured:.2g} ≤ {tolerance:.2g}",
}
PROJECT = """@software{{ssm_theorems,
  author = {{{{The ssm-theorems authors}}}},
  title = {{ssm-theorems: a theory-verification toolkit for state space models}},
  year = {{2026}},
  note = {{claim {name}, {state}}}
}}"""


def page(claim: Claim, sources: Sources) -> str:
    """The whole page as reStructuredText."""
    record = sources.records[claim.name]
    return "\n".join(
        [
            # every page carries the list of contents: with all claims in it, that is most of the work and of the ink
            ":orphan:\n",
            m.title(claim.name),
            _way(claim, sources),
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
            m.block("\n".join(commands(claim, sources))),
            m.title("How to cite", 2),
            *_citations(claim, sources),
        ]
    )


def _way(claim: Claim, sources: Sources) -> str:
    """To the topic, and to the claims before and after."""
    names = [one.name for one in sources.topics[claim.topic]]
    place = names.index(claim.name)
    beside = [("previous", names[:place][-1:]), ("next", names[place + 1 :][:1])]
    links = [f"{word}: {m.claim_link(name)}" for word, found in beside for name in found]
    return f"{' · '.join([f'topic: :doc:`{claim.topic} </topics/{claim.topic}>`', *links])}\n"


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
    yield "Letters\n" + m.indented(m.unsearched("\n".join(map(m.block, letters(claim))))) + "\n"


def _problems(record: Record) -> Iterator[str]:
    if record.problems:
        alike: dict[str, list[str]] = {}
        for problem in record.problems:
            witness, _, wrong = problem.partition(": ")
            alike.setdefault(wrong, []).append(witness.replace("_", "-"))
        said = "; ".join(f"{wrong}: {', '.join(witnesses)}" for wrong, witnesses in alike.items())
        yield f".. warning::\n\n   The evidence is not complete; {m.code('make test')} gathers it. {m.escaped(said)}.\n"


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
        lines.append("with " + ", ".join(m.inline(printed(hypothesis)) for hypothesis in step.using) + "\n")
    return "\n".join(lines)


def _neighbours(name: str, sources: Sources) -> Iterator[str]:
    for words, found in (("Rests on", sources.lemmas[name]), ("Used by", sources.used_by[name])):
        yield f"{words}\n   {', '.join(map(m.claim_link, found)) or 'no other claim'}\n"


def _evidence(record: Record, sources: Sources) -> Iterator[str]:
    entries = sources.entries.get(record.name, {})
    rows = [
        (kind.replace("_", "-"), _found(kind, entries[kind], record), entries[kind]["outcome"])
        for kind in FOUND
        if kind in entries
    ]
    if rows:
        yield m.table(
            ("witness", "found", "outcome"), [list(map(m.escaped, row)) for row in rows], (18, 70, 12), "evidence"
        )
        states = sorted({(entry["commit"], entry["digest"]) for entry in entries.values()})
        yield m.escaped("; ".join(f"Gathered at commit {commit}, code {digest}" for commit, digest in states) + ".")
        yield ""
    else:
        yield "No evidence: the last test run, if there was one, says nothing about this claim.\n"
    for reason in dict.fromkeys(filter(None, (record.untrained, record.undrawn))):
        yield f"Left out\n   {m.escaped(reason)}\n"


def _found(kind: str, entry: Mapping[str, Any], record: Record) -> str:
    if entry["outcome"] != "passed":
        numbers = (f"{word} {entry[word]:.2g}" for word in ("gap", "measured", "tolerance") if word in entry)
        return ", ".join([*filter(None, [entry.get("name")]), *numbers]) or "–"
    return FOUND[kind].format(**entry, reach=record.reach)


def _counter_case(record: Record) -> Iterator[str]:
    entry = record.counter_case
    if entry and entry["outcome"] == "passed":
        yield m.title("Counter-case", 2)
        yield m.escaped(
            f"Without {entry['dropped']} the same test fails: off by {entry['violation']:.3g}"
            " at the smallest input found:"
        )
        yield "\n" + m.block(entry["witness"])


def _mutants(record: Record) -> Iterator[str]:
    if record.mutants and record.mutants["outcome"] == "passed":
        yield m.title("Mutants", 2)
        true = record.mutants["still_true"]
        yield m.escaped(
            f"{record.mutants['refuted']} false neighbours of the statement, made by machine, are refuted by the"
            f" test that the statement passes. {f'Still true, hence no mutants: {len(true)}.' if true else ''}"
        )
        yield ""
        if true:
            yield m.table(
                ("change", "why it is true as well"), [(m.escaped(a), m.escaped(b)) for a, b in true.items()], (50, 50)
            )


def _figures(record: Record, sources: Sources) -> Iterator[str]:
    found = sources.drawn(record.name)
    if not found:
        if record.figure and "name" in record.figure:
            yield m.title("Figures", 2)
            yield f"Figure {m.code(record.figure['name'])} is not in the gallery; {m.code('make figures')} draws it.\n"
        return
    yield m.title("Figures", 2)
    for drawing in found:
        link = m.reference(drawing.outcome.title, f"figure-{drawing.name}")
        yield m.unsearched(f"{link}\n\n{drawn(drawing, sources, up='../')}")


def drawn(drawing: Drawing, sources: Sources, up: str = "") -> str:
    """A figure as the gallery sets it, and how it was made; `up` leads from the page to the root of the book."""
    made = drawing.provenance
    age = "this code" if made["code"] == sources.digest else f"other code ({made['code']}); make figures renews it"
    words = f"Figure {drawing.name}, scale {made['scale']}, commit {made['commit']}, drawn by {age}."
    link = lambda claim: f'<a href="{up}claims/{claim.name}.html">{claim.name}</a>'  # noqa: E731
    return m.escaped(words) + "\n\n" + m.raw(gallery.figure_markup(drawing.outcome, f"{up}gallery/", link))


def commands(claim: Claim, sources: Sources) -> Iterator[str]:
    """What to type to see a claim, run its witnesses, and draw its figures."""
    yield f"python -m theory show {claim.name}"
    figure = sources.records[claim.name].figure or {}
    names = [drawing.name for drawing in sources.drawn(claim.name)] or [*filter(None, [figure.get("name")])]
    if not claim.unchecked:
        files = "tests/test_claims.py" + " tests/figures/test_smoke.py" * bool(names)
        # a figure is a witness of each of its claims, and may have the name of one of them
        tests = [f"[{claim.name}]", *(f"figure_holds and [{name}]" for name in names)]
        yield f'python -m pytest {files} -k "{" or ".join(tests)}"'
    yield from (f"python -m figures {name}" for name in names)


def _citations(claim: Claim, sources: Sources) -> Iterator[str]:
    commits = sorted({entry["commit"] for entry in sources.entries.get(claim.name, {}).values()})
    state = f"evidence of commit {', '.join(commits)}" if commits else f"commit {sources.commit}, no evidence"
    yield m.block("\n\n".join([*map(bibtex, named(claim.source)), PROJECT.format(name=claim.name, state=state)]))
