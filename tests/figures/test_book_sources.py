"""What the book is written from: names that resolve, groups, words that stay words, input that is refused."""

from pathlib import Path

import pytest
import sympy as sp
from docutils.core import publish_doctree
from typer.testing import CliRunner

import theory
from figures.book import __main__ as command
from figures.book import build, claim_page, contents, graph, markup, papers, questions, works
from figures.book.sources import Drawing, Sources, letters
from figures.run import Outcome
from figures.topics import FIGURES
from tests.figures import test_smoke

CLAIMS = {claim.name: claim for claim in theory.CLAIMS}
RUN = CliRunner()


def sources(entries=None) -> Sources:
    lemmas = dict.fromkeys(CLAIMS, ())
    return Sources(theory.CLAIMS[:3], entries or {}, (), "d" * 16, "abc1234", lemmas)


@pytest.mark.parametrize(
    "words", ["a *b* _c_ `d` |e| f_", "- not a list", "1. none", ":field: x", ".. note:: y", "==", "\\"]
)
def test_escaped_words_stay_words(words: str) -> None:
    document = publish_doctree(markup.escaped(words), settings_overrides={"report_level": 1, "halt_level": 1})
    assert document.astext() == words and len(document) == 1 and document[0].tagname == "paragraph"


def test_every_work_named_is_in_the_bibliography() -> None:
    for claim in theory.CLAIMS:
        said = [claim.source, claim.corrects] + [s.reason for s in claim.proof.steps() if s.reason.startswith("cited")]
        assert [works.unresolved(words) for words in said] == [[]] * len(said), claim.name
    assert works.unresolved("Nobody 1999; Jaeger 2001") == ["1999"]


def test_every_work_of_the_bibliography_is_named() -> None:
    words = "; ".join(papers.words(claim) for claim in theory.CLAIMS)
    assert set(works.named(words)) == set(works.WORKS)
    assert len({work.key for work in works.WORKS}) == len(works.WORKS)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("memory.capacity", "Holds as stated"),
        ("memory.trade_off", "Said in words and made exact here"),
        ("equivalence.spectrum_determines_memory", "Said in words and made exact here"),
        ("learning.zero_memory", "Said in words and made exact here"),
        ("memory.attention", "Holds in a corrected form"),
        ("equivalence.full_and_normal_differ", "Holds in a corrected form"),
        ("learning.whitened_flow", "Neighbourhood"),
        ("learning.front_optimum", None),
    ],
)
def test_groups_of_the_first_paper_follow_the_records(name: str, group: str | None) -> None:
    assert papers.group(CLAIMS[name], works.PAPERS[0]) == group


def test_what_was_not_read_is_only_cited_and_what_stands_beside_it_is_no_part_of_the_paper() -> None:
    found = {name: papers.group(claim, works.PAPERS[1]) for name, claim in CLAIMS.items()}
    cited = {name for name, group in found.items() if group == "Only cited"}
    assert cited == {f"selection.paper_{x}" for x in ("copy_polylog", "recall_polylog", "attention_mimic")} | {
        "rates.erm_piecewise"
    }
    assert {group for group in found.values() if group} == {"Only cited", "Neighbourhood"}


def test_answers_rest_on_claims_and_figures_that_exist() -> None:
    asked = [question for group in questions.groups() for question in group["question"]]
    assert len(asked) == 22
    drawn = {figure.name for figure in FIGURES}
    for question in asked:
        claims, figures = questions.names(question["answer"])
        assert claims <= CLAIMS.keys() and figures <= drawn, question["asks"]
        assert claims or figures, question["asks"]


def test_a_column_of_the_graph_is_right_of_all_it_rests_on() -> None:
    found = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]
    layers = graph.columns(found)
    place = {name: number for number, layer in enumerate(layers) for name in layer}
    assert all(place[lemma] < place[name] for lemma, name in found) and len(place) == 4


def test_long_relations_are_broken_and_short_ones_are_not() -> None:
    a = sp.symbols("a1:40")
    assert "align" not in markup.relation(a[0], "=", a[1])
    broken = markup.relation(sp.Add(*a), r"\leq", a[0])
    assert broken.count(r"\\") >= 2 and r"\leq a_{1}" in broken


def test_letters_are_those_of_the_topic_and_of_the_file() -> None:
    said = letters(CLAIMS["equivalence.generating_function_kernel"])
    assert len(said) == 2 and "condition number" in said[0] and "after the bilinear step" in said[1]


def test_missing_and_stale_evidence_is_said_and_whole_evidence_is_not_called_stale() -> None:
    assert "There is no evidence" in contents.page(sources())
    entry = {"outcome": "passed", "commit": "old5678", "digest": "e" * 16}
    stale = contents.page(sources({"memory.regression": {"proof": entry}}))
    assert "Evidence is stale" in stale and "old5678" in stale and "There is no evidence" not in stale
    current = contents.page(sources({"memory.regression": {"proof": entry | {"digest": "d" * 16}}}))
    assert "stale" not in current and r"0 of 3 claims have every witness" in current


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--jobs", "-1"], "--jobs -1"),
        (["--gallery", "{}/file"], "is no folder"),
        (["--gallery", "{}/bad"], "no provenance"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "memory.x.json").write_text("{}", encoding="utf-8")
    done = RUN.invoke(command.app, [a.format(tmp_path) for a in arguments] + ["--out", str(tmp_path / "book")])
    assert done.exit_code == 2 and message in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("mine", ["mine.txt", "searchindex.js", "objects.inv"])
def test_a_folder_with_other_files_is_never_replaced(mine: str, tmp_path: Path) -> None:
    (tmp_path / mine).write_text("# Project: another site of Sphinx\n", encoding="utf-8")
    done = RUN.invoke(command.app, ["--gallery", str(tmp_path / "none"), "--out", str(tmp_path)])
    assert done.exit_code == 2 and "holds other files" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [mine]


def test_a_witness_that_failed_is_not_said_to_have_found_anything() -> None:
    stamp = {"outcome": "failed", "commit": "old5678", "digest": "e" * 16}
    found = {
        "proof": {},
        "mutants": {"refuted": 3, "still_true": {}},
        "counter_case": {"dropped": "white input", "violation": 0.0, "witness": "(0,)"},
        "trained": {"what": "LRU", "gap": 7.0, "tolerance": 5.0, "seeds": 3},
        "figure": {"name": "memory.realisations"},
    }
    page = claim_page.page(CLAIMS["memory.regression"], sources({"memory.regression": _stamped(found, stamp)}))
    assert "gap 7, tolerance 5" in page.replace("\\", "")
    for words in ("≤ 5", "step closes", "refuted", "Counter-case", "the same test fails"):
        assert words not in page
    passed = claim_page.page(
        CLAIMS["memory.regression"],
        sources(
            {"memory.regression": _stamped({k: found[k] for k in ("proof", "mutants")}, stamp | {"outcome": "passed"})}
        ),
    )
    assert "every step closes" in passed and "3 false neighbours" in passed


def _stamped(found: dict, stamp: dict) -> dict:
    return {kind: details | stamp for kind, details in found.items()}


def test_the_commands_of_a_page_run_the_figure_that_is_its_witness_and_no_other_claim() -> None:
    figure = {"figure": {"name": "memory.trade_off", "outcome": "failed", "commit": "c", "digest": "d" * 16}}
    command = next(
        line
        for line in claim_page.commands(CLAIMS["memory.poles_only"], sources({"memory.poles_only": figure}))
        if "pytest" in line
    )
    assert command.endswith('-k "[memory.poles_only] or figure_holds and [memory.trade_off]"')
    assert "tests/figures/test_smoke.py" in command and "def test_figure_holds" in Path(test_smoke.__file__).read_text(
        "utf-8"
    )


def test_what_is_cited_is_the_commit_that_the_evidence_belongs_to() -> None:
    assert "{claim memory.regression, commit abc1234, no evidence}" in claim_page.page(
        CLAIMS["memory.regression"], sources()
    )
    entry = {"proof": {"outcome": "passed", "commit": "old5678", "digest": "d" * 16}}
    page = claim_page.page(CLAIMS["memory.regression"], sources({"memory.regression": entry}))
    assert "{claim memory.regression, evidence of commit old5678}" in page


def _written(sources: Sources, out: Path, monkeypatch: pytest.MonkeyPatch, page: str) -> Path:
    monkeypatch.setattr(build, "pages", lambda _: iter([("index", page)]))
    return build.build(sources, out.parent / "gallery", out)


def test_a_run_that_fails_leaves_the_book_before_it_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _written(sources(), tmp_path / "new" / "book", monkeypatch, markup.title("First"))
    with pytest.raises(ValueError, match="not sound"):
        _written(sources(), first.parent, monkeypatch, ":ref:`nowhere`")
    lost = Sources(theory.CLAIMS[:3], {}, [Drawing(Outcome("memory.lost", "", "", (), "", 0.0), {})], "", "")
    with pytest.raises(FileNotFoundError):
        _written(lost, first.parent, monkeypatch, markup.title("Lost"))
    assert "First" in first.read_text(encoding="utf-8") and [*first.parent.parent.iterdir()] == [first.parent]
    assert "Second" in _written(sources(), first.parent, monkeypatch, markup.title("Second")).read_text("utf-8")
