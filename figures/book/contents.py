"""The first page with the ledger, a page per topic, and the list of figures."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from figures.book import markup as m
from figures.book.claim_page import badge_role, drawn
from figures.book.papers import PAPERS
from figures.book.sources import Sources
from theory.claim import Claim
from theory.ledger import Record

ABOUT = """This book says what is claimed about state space models (S4, S4D, linear RNNs and their rivals), and what
stands behind each claim: a symbolic derivation, a numeric evaluation, a torch model, and a search for a counterexample.
All of it is written from the records of the claims, their proofs, the evidence of the last test run, and the figures.
Kept by hand are the bibliography and the answers to questions, and those rest on claims and figures by name."""
HEAD = ("claim and statement", "stands on", "tested", "mutants", "trained", "fails without", "figure")
WIDTHS = (36, 14, 8, 9, 9, 13, 11)


def page(sources: Sources) -> str:
    """The first page."""
    return "\n".join(
        [
            m.title("Theorems about state space models, checked"),
            m.escaped(ABOUT) + "\n",
            *_ways(sources),
            m.title("Where the evidence is from", 2),
            *_evidence(sources),
            *_toctrees(sources),
            m.title("The ledger", 2),
            *_counts(sources),
            *(part for name in sources.topics for part in _ledger(name, sources)),
            m.title("How to read the ledger", 2),
            *_legend(),
        ]
    )


def _ways(sources: Sources) -> Iterator[str]:
    yield "* The papers: " + "; ".join(f":doc:`{m.escaped(work.title)} </papers/{work.key}>`" for work in PAPERS)
    yield "* :doc:`Questions of readers and reviewers, answered </questions>`: is memory at most N/(τ+1)?"
    yield "* :doc:`Which claim rests on which </graph>`"
    yield "* :doc:`Figures: theorem as a line, measurement as markers </figures>`"
    yield "* :doc:`Bibliography </bibliography>`"
    yield f"* Claims by topic: {', '.join(f':doc:`{name} </topics/{name}>`' for name in sources.topics)}\n"


def _evidence(sources: Sources) -> Iterator[str]:
    states, holding = sources.states(), sum(record.holds for record in sources.records.values())
    yield m.escaped(f"The book was made at commit {sources.commit} from code with the digest {sources.digest}.")
    if not states:
        yield (
            "\n.. warning::\n\n   There is no evidence: the tests have not run here. "
            + m.code("make test")
            + " runs them.\n"
        )
        return
    yield m.escaped(f"{holding} of {len(sources.claims)} claims have every witness they need.") + "\n"
    if old := {digest: commit for digest, commit in states.items() if digest != sources.digest}:
        said = ", ".join(f"{digest} (commit {commit})" for digest, commit in old.items())
        yield ".. warning::\n\n   " + m.escaped(f"Evidence is stale: some was gathered on other code, {said}.")
        yield f"   {m.code('make test')} renews it.\n"


def _toctrees(sources: Sources) -> Iterator[str]:
    yield _toctree("Claims", [f"topics/{topic}" for topic in sources.topics])
    others = [*(f"papers/{work.key}" for work in PAPERS), "questions", "graph", "figures", "bibliography"]
    yield _toctree("About them", others)


def _toctree(caption: str, names: Sequence[str]) -> str:
    head = [".. toctree::", "   :hidden:", "   :titlesonly:", f"   :caption: {caption}", ""]
    return "\n".join([*head, *(f"   /{name}" for name in names), ""])


def _counts(sources: Sources) -> Iterator[str]:
    rows = []
    for topic, claims in sources.topics.items():
        found = Counter(claim.status for claim in claims)
        holding = sum(sources.records[claim.name].holds for claim in claims)
        rows.append(
            [m.reference(topic, f"ledger-{topic}"), *map(str, (len(claims), *(found[s] for s in STATUSES), holding))]
        )
    total = [str(sum(int(row[place]) for row in rows)) for place in range(1, len(rows[0]))]
    yield m.table(("topic", "claims", *STATUSES, "evidence whole"), [*rows, ["all", *total]], (2,) * 7, "counts")


STATUSES = ("derived", "cited", "conjectured", "measured")


def _ledger(topic: str, sources: Sources) -> Iterator[str]:
    yield f".. _ledger-{topic}:\n"
    yield m.title(topic.capitalize(), 3)
    rows = [_row(claim, sources.records[claim.name], sources) for claim in sources.topics[topic]]
    yield m.table(HEAD, rows, WIDTHS, "ledger")


def _row(claim: Claim, record: Record, sources: Sources) -> Sequence[str]:
    figure = (record.figure or {}).get("name", "")
    short = figure.removeprefix(f"{claim.topic}.")
    drawn_here = figure in {drawing.name for drawing in sources.drawings}
    return (
        f"{m.claim_link(claim.name)}\n\n{m.statement(claim)}",
        badge_role(record),
        str(record.tested or ""),
        str((record.mutants or {}).get("refuted", "")),
        "yes" if record.trained else "",
        m.escaped((record.counter_case or {}).get("dropped", "")),
        m.reference(short, f"figure-{figure}") if drawn_here else m.escaped(short),
    )


def _legend() -> Iterator[str]:
    words = {
        "Stands on": "what SymPy closed, and how far it reaches; that the steps add up to the statement is for the"
        " reader to judge, on the page of the claim",
        "Tested": "drawn inputs on which every numeric route agreed with the statement itself, evaluated at 50 digits"
        " or more",
        "Mutants": "false neighbours of the statement, made by machine, that the same test rejects",
        "Trained": "a trained or constructed torch model agrees at a criterion written before the run",
        "Fails without": "an assumption, and dropping it makes the same test fail",
    }
    yield from (f"{word}\n   {m.escaped(said)}\n" for word, said in words.items())


def topic(name: str, sources: Sources) -> str:
    """The page of one topic: its claims, grouped as they are written in files."""
    groups: dict[str, list[Claim]] = {}
    for claim in sources.topics[name]:
        groups.setdefault(claim.prove.__module__, []).append(claim)
    lines = [m.title(name.capitalize()), m.escaped(_summary(f"theory.{name}")) + "\n"]
    for module, claims in groups.items():
        lines.append(m.title(_summary(module).rstrip("."), 2))
        lines += [f"{m.claim_link(c.name)} {badge_role(sources.records[c.name])}\n" for c in claims]
    return "\n".join(lines)


def _summary(module: str) -> str:
    return (sys.modules[module].__doc__ or "").strip().splitlines()[0]


def figures(sources: Sources) -> str:
    """The list of figures: what the page of the gallery shows, set by the same code."""
    lines = [m.title("Figures")]
    if not sources.drawings:
        lines.append(".. warning::\n\n   The gallery is empty; " + m.code("make figures") + " draws it.\n")
    else:
        bad = [drawing.name for drawing in sources.drawings if not drawing.outcome.holds]
        said = f"{len(sources.drawings)} figures; " + (
            f"gaps too large in {', '.join(bad)}." if bad else "every gap holds."
        )
        lines += [m.escaped(said) + " The theorem is a line, the measurement markers.\n"]
    for drawing in sources.drawings:
        lines += [f".. _figure-{drawing.name}:\n", m.title(drawing.outcome.title, 2), drawn(drawing, sources)]
    return "\n".join(lines)
