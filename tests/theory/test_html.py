"""Claims and proofs as HTML and LaTeX: well-formed, every word escaped, every formula set."""

import re
from xml.etree import ElementTree

import pytest

import theory
from theory import html, latex, ledger, report
from theory.claim import Claim
from theory.proof import Cited

of_every_claim = pytest.mark.parametrize("claim", theory.CLAIMS, ids=lambda claim: claim.name)

MATH = "{http://www.w3.org/1998/Math/MathML}math"


def words(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def formulas(element: ElementTree.Element) -> list[str]:
    return ["".join(formula.itertext()) for formula in element.iter(MATH)]


@of_every_claim
def test_a_claim_shows_its_record(claim: Claim) -> None:
    card = ElementTree.fromstring(claim._repr_html_())
    assert [words(term) for term in card.iter("dd")] == [
        f"{claim.status}, {claim.reach}",
        " ".join(claim.assumes.split()),
        " ".join(claim.source.split()),
    ]
    assert words(next(card.iter("strong"))) == claim.name
    assert len(formulas(card)) == len(claim.relations)
    assert not [formula for formula in formulas(card) if "\\" in formula]


@of_every_claim
def test_a_derivation_shows_every_step_with_its_reason(claim: Claim) -> None:
    steps = list(claim.proof.steps())
    shown = list(ElementTree.fromstring(claim.proof._repr_html_()))
    assert [next(item.iter("span")).text for item in shown] == [step.reason for step in steps]
    for item, step in zip(shown, steps, strict=True):
        assert len(formulas(item)) == len(step.using) + (step.left is not None)
        assert not [formula for formula in formulas(item) if "\\" in formula]


def test_words_are_escaped() -> None:
    proof = Cited("<b>Lemma 2</b> & more")
    assert "<b>" not in proof._repr_html_()
    assert words(ElementTree.fromstring(proof._repr_html_())) == "cited: <b>Lemma 2</b> & more"


@of_every_claim
def test_text_of_a_claim_leaves_its_proof_alone(claim: Claim) -> None:
    def prove():
        raise AssertionError("a proof may take seconds")

    unproved = Claim(claim.name, claim.statement, claim.assumes, claim.kind, claim.source, prove)
    assert repr(unproved).startswith(f"<Claim {claim.name}: ") and "\n" not in repr(unproved)
    for text in (claim.name, claim.assumes, claim.source):
        assert text in str(unproved)


@of_every_claim
def test_a_proof_reads_as_numbered_steps_as_the_command_prints_them(claim: Claim) -> None:
    numbered = re.findall(r"^(\d+)\. (.*)$", str(claim.proof), re.MULTILINE)
    assert numbered == [(str(k), step.reason) for k, step in enumerate(claim.proof.steps(), 1)]
    (record,) = ledger.read([claim], {}, "now")
    shown = [line.removeprefix("  ") for line in report.text(claim, record).splitlines()]
    lines = str(claim.proof).splitlines()
    start = shown.index(lines[0])
    assert shown[start : start + len(lines)] == lines


def test_notebooks_find_what_they_look_for() -> None:
    mo = pytest.importorskip("marimo", reason="needs the extra explore")
    claim = theory.CLAIMS[0]
    assert html.card(claim) in mo.as_html(claim).text
    assert html.derivation(claim.proof) in mo.as_html(claim.proof).text
    assert claim.proof._repr_latex_() in latex.document(claim)
    assert claim._repr_latex_().startswith("$\\displaystyle")


class Printer:
    """What IPython hands to a value that it shows on a terminal."""

    def __init__(self) -> None:
        self.shown = ""

    def text(self, words: str) -> None:
        self.shown += words


@pytest.mark.parametrize("value", [theory.CLAIMS[0], theory.CLAIMS[0].proof], ids=["claim", "proof"])
def test_a_terminal_shows_the_text(value) -> None:
    printer = Printer()
    value._repr_pretty_(printer, False)
    assert printer.shown == str(value)
