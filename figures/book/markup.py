"""Words, links, formulas and tables as reStructuredText; every text of a record goes through `escaped` first."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import sympy as sp

from theory.claim import Claim
from theory.printing import printed
from theory.proof.argument import SIGNS

#: Letters of a formula, commands counted once, beyond which it is broken into lines.
WIDE = 70


def escaped(words: str) -> str:
    """Any text as one run of plain text: with every ASCII sign escaped nothing in it can be read as markup."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(words.split()))


def title(words: str, level: int = 1) -> str:
    """A heading of level 1 to 4."""
    plain = escaped(words)
    return f"{plain}\n{'=-~^'[level - 1] * len(plain)}\n"


def claim_link(name: str) -> str:
    """A link to the page of a claim."""
    return f":doc:`{name} </claims/{name}>`"


def reference(words: str, label: str) -> str:
    """A link to a labelled place anywhere in the book."""
    return f":ref:`{escaped(words)} <{label}>`"


def woven(words: str, names: re.Pattern[str], link: Callable[[str], str]) -> str:
    """A text in which every name found becomes a link; the rest is plain text."""
    parts, end = list[str](), 0
    for found in names.finditer(words):
        parts += [_run(words[end : found.start()]), link(found.group())]
        end = found.end()
    return r"\ ".join(part for part in (*parts, _run(words[end:])) if part)


def _run(words: str) -> str:
    """A piece of a longer text, with the blanks at its ends kept."""
    inner = escaped(words)
    return f"{' ' * words.startswith(' ')}{inner}{' ' * words.endswith(' ')}" if inner else ""


def code(words: str) -> str:
    """A name or a command within a line."""
    return f":literal:`{escaped(words)}`"


def block(words: str) -> str:
    """Lines that stay as they are."""
    return "::\n\n" + textwrap.indent(words.rstrip(), "   ") + "\n"


def formula(latex: str) -> str:
    """A formula on a line of its own."""
    return f".. math::\n\n   {latex}\n"


def inline(latex: str) -> str:
    """A formula within a line."""
    return f":math:`{latex}`"


def raw(markup: str) -> str:
    """HTML of our own making."""
    return ".. raw:: html\n\n" + textwrap.indent(markup, "   ") + "\n"


def unsearched(text: str) -> str:
    """A part that the search does not look into: what stands on many pages is found where it belongs."""
    return ".. container:: no-search\n\n" + indented(text)


def indented(text: str, by: int = 3) -> str:
    """A block inside another."""
    return textwrap.indent(text, " " * by)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int], kind: str = "") -> str:
    """A table with one heading row; the cells are markup."""
    lines = [".. list-table::", "   :header-rows: 1", f"   :widths: {' '.join(map(str, widths))}"]
    lines += [f"   :class: {kind}", ""] if kind else [""]
    for row in (head, *rows):
        cells = [textwrap.indent(cell.strip("\n") or "–", "       ").lstrip() for cell in row]
        lines += [f"   {'*' if place == 0 else ' '} - {cell}" for place, cell in enumerate(cells)]
    return "\n".join(lines) + "\n"


@cache
def statement(claim: Claim) -> str:
    """The relations of a claim, one below the other."""
    return "\n".join(relation(*_sides(one)) for one in claim.relations)


def _sides(one: sp.Basic) -> tuple[sp.Basic, str, sp.Basic]:
    return one.args[0], SIGNS[one.func], one.args[1]


def relation(left: sp.Basic, sign: str, right: sp.Basic) -> str:
    """A relation as a formula, broken after its left side and between summands where it is too wide for a page."""
    whole = f"{printed(left)} {sign} {printed(right)}"
    if width(whole) <= WIDE:
        return formula(whole)
    lines = [*_lines(left), *(rf"\quad {sign if not n else ''} {line}" for n, line in enumerate(_lines(right)))]
    return formula(r"\begin{align*} " + r" \\ ".join(f"& {line}" for line in lines) + r" \end{align*}")


def width(latex: str) -> int:
    """About how many letters wide a formula is set."""
    latex = re.sub(r"\\(left|right|operatorname|limits|text|quad|overline|begin\{\w+\}|end\{\w+\})", "", latex)
    latex = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", lambda m: max(m.groups(), key=len), latex)
    return len(re.sub(r"[{}\s^_&]", "", re.sub(r"\\[a-zA-Z]+", "x", latex)))


def _lines(side: sp.Basic) -> list[str]:
    """A side in as few lines as its summands allow."""
    terms = side.as_ordered_terms() if isinstance(side, sp.Add) else [side]
    lines: list[str] = []
    for term in terms:
        piece = printed(term)
        piece = piece if piece.startswith("-") or term is terms[0] else f"+ {piece}"
        if lines and width(lines[-1] + piece) <= WIDE:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines
