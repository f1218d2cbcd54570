"""A claim and its evidence as HTML: formulas in MathML, which browsers and notebooks set without any script."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import NamedTuple

from latex2mathml.converter import convert
from sympy import Basic

from theory.claim import Claim
from theory.ledger import Record
from theory.printing import printed
from theory.proof import Proof, Step
from theory.report import proved

#: A formula wider than the page scrolls by itself.
_WIDE = "overflow-x: auto"


class Badge(NamedTuple):
    """What stands behind a claim in a few words, and whether all its evidence is there: `whole`."""

    words: str
    whole: bool


def mathml(latex: str, block: bool = True) -> str:
    """A formula as MathML.

    Args:
        latex: a formula without its dollars.
        block: set on a line of its own, or within a line of text.
    """
    return _converted(latex, "block" if block else "inline")


@cache
def _converted(latex: str, display: str) -> str:
    return str(convert(latex, display=display))


@cache
def statement(claim: Claim) -> str:
    """The relations of a claim, one formula below the other."""
    return formulas(claim.relations)


def formulas(relations: Iterable[Basic]) -> str:
    """Relations as MathML, one below the other."""
    return "".join(mathml(printed(relation)) for relation in relations)


def derivation(proof: Proof) -> str:
    """The steps of a proof as a numbered list, each formula under its reason."""
    return f'<ol class="derivation" style="{_WIDE}">{"".join(map(_step, proof.steps()))}</ol>'


def _step(step: Step) -> str:
    words = f'<span class="reason">{escape(step.reason)}</span>'
    if step.using:
        words += ", with " + ", ".join(mathml(printed(hypothesis), block=False) for hypothesis in step.using)
    if step.left is None or step.right is None:
        return f"<li>{words}</li>"
    return f"<li>{words}{mathml(f'{printed(step.left)} {step.relation} {printed(step.right)}')}</li>"


def card(claim: Claim) -> str:
    """A claim as it stands in the record: name, statement, status and reach, what it assumes, where it comes from."""
    rows = {"status": f"{claim.status}, {claim.reach}", "assumes": claim.assumes, "source": claim.source}
    terms = "".join(f"<dt>{word}</dt><dd>{escape(text)}</dd>" for word, text in rows.items())
    name = f"<p><strong>{claim.name}</strong></p>"
    return f'<div class="claim" style="{_WIDE}">{name}{statement(claim)}<dl>{terms}</dl></div>'


def badge(record: Record) -> Badge:
    """The strongest thing that can be said for a claim, and whether the last test run found every witness."""
    words = proved(record)
    return Badge(words if record.holds else f"{words}; evidence incomplete", record.holds)


def badge_markup(record: Record) -> str:
    """The badge as one element of class `badge`; what is wrong stands in its title."""
    words, whole = badge(record)
    found = "all witnesses passed in the last test run" if whole else "; ".join(record.problems)
    kind = "badge" if whole else "badge incomplete"
    return f'<span class="{kind}" title="{escape(found, quote=True)}">{escape(words)}</span>'
