"""A claim and its derivation as a LaTeX document that compiles with a minimal TeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from theory.claim import Claim
from theory.ledger import Record
from theory.printing import printed
from theory.proof import Proof, Step
from theory.report import counted, proved

_TEXT_NAMES = ("asciicircum", "asciitilde", "backslash", "bar", "less", "greater")
_SPECIAL = {c: "\\" + c for c in "&%$#_{}"} | {
    c: rf"\text{name}{{}}" for c, name in zip("^~\\|<>", _TEXT_NAMES, strict=True)
}
_SYMBOLS = {"≤": "leq", "≥": "geq", "→": "to", "·": "cdot", "√": "surd", "∞": "infty", "±": "pm", "×": "times"}
_SYMBOLS |= {"∂": "partial", "‖": "Vert", "ℓ": "ell", "⌈": "lceil", "⌉": "rceil", "⌊": "lfloor", "⌋": "rfloor"}
_SYMBOLS |= {"∨": "vee", "∘": "circ", "∫": "int", "∣": "mid", "≠": "neq", "∤": "nmid"}
_ACCENTS = {
    "\u0300": "`",
    "\u0304": "=",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0308": '"',
    "\u030c": "v",
    "\u0327": "c",
}
_PLAIN = {"−": "-", "–": "--", "’": "'", "²": r"\ensuremath{^2}", "³": r"\ensuremath{^3}", "⁺": r"\ensuremath{^+}"}
_PLAIN |= {"½": r"\ensuremath{\frac12}", "¼": r"\ensuremath{\frac14}", "¾": r"\ensuremath{\frac34}"}


def formula(claim: Claim) -> str:
    """The statement as one displayed formula, several relations one below the other."""
    relations = [printed(relation) for relation in claim.relations]
    below = r" \\ ".join(relations)
    return r"$\displaystyle " + (below if len(relations) == 1 else rf"\begin{{gathered}}{below}\end{{gathered}}") + "$"


def document(claim: Claim) -> str:
    """The statement and its derivation as aligned equations, complete from `documentclass` to the end."""
    body = [
        r"\documentclass{article}",
        r"\usepackage[a4paper,landscape,margin=2cm]{geometry}",
        r"\usepackage{amsmath,amssymb}",
        r"\allowdisplaybreaks",
        r"\begin{document}",
        rf"\section*{{{escaped(claim.name)}}}",
        *(rf"\[ {printed(relation)} \]" for relation in claim.relations),
        rf"\noindent Assumes: {escaped(claim.assumes)}. Source: {escaped(claim.source)}.",
        derivation(claim.proof),
        r"\end{document}",
    ]
    return "\n".join(body)


def derivation(proof: Proof) -> str:
    """The steps of a proof as one `align*`, each line followed by its reason."""
    return "\n".join([r"\begin{align*}", "\\\\[6pt]\n".join(map(_aligned, proof.steps())), r"\end{align*}"])


_TABLE = r"""% Needs \usepackage{amsmath,amssymb,graphicx,longtable} in the preamble; may be included by \input.
\providecommand{\claimstatement}[1]{% one relation; wider than the line, it is scaled down to it
  \sbox0{$\displaystyle #1$}\noindent
  \ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi\par}
\begingroup\small
\setlength{\LTleft}{0pt}\setlength{\LTright}{0pt}\setlength{\tabcolsep}{0.01\linewidth}
\begin{longtable}{@{}*{3}{p{0.32\linewidth}}@{}}
\hline
\multicolumn{3}{@{}l@{}}{claim and statement}\\*
proof & evidence & counter-case\\
\hline
\endhead
"""


def table(claims: Sequence[Claim], records: Sequence[Record]) -> str:
    """All claims with their evidence as a table that breaks across pages, to be included in a paper."""
    rows = [_row(claim, record) for claim, record in zip(claims, records, strict=True)]
    return _TABLE + "\n".join(rows) + "\n\\end{longtable}\n\\endgroup"


def _row(claim: Claim, record: Record) -> str:
    name = rf"\textbf{{{escaped(claim.name)}}}" + ("" if record.holds else r" \emph{evidence incomplete}")
    formulas = "".join(rf"\claimstatement{{{printed(relation)}}}" for relation in claim.relations)
    dropped = (record.counter_case or {}).get("dropped", "")
    cells = (proved(record), "; ".join(_evidence(record)) or "none", f"fails without {dropped}" if dropped else "–")
    words = " & ".join(rf"\raggedright {_breakable(cell)}" for cell in cells)
    above = rf"\multicolumn{{3}}{{@{{}}p{{\linewidth}}@{{}}}}{{{name}\par {formulas}}}\\*"
    return f"{above}\n{words}\\tabularnewline[6pt]"


def _evidence(record: Record) -> list[str]:
    found = [f"{counted(record.tested)} tested"] if record.tested else []
    if record.mutants:
        found.append(f"{record.mutants.get('refuted', 0)} mutants refuted")
    named = (("enclosed", record.enclosed), ("torch model", record.trained))
    found += [words for words, entry in named if entry]
    return found + ([f"figure {record.figure['name']}"] if record.figure and "name" in record.figure else [])


def _breakable(words: str) -> str:
    # names and formulas in plain letters have no spaces where a narrow column could break
    return re.sub(r"(?<=[a-z)\]}])(\.|\\_|/|\()(?=[A-Za-z])", r"\1\\allowbreak{}", escaped(words))


def _aligned(step: Step) -> str:
    words = escaped(step.reason)
    if step.using:
        words += ", with " + ", ".join(f"${printed(hypothesis)}$" for hypothesis in step.using)
    reason = rf"\parbox[t]{{0.36\linewidth}}{{\raggedright\small {words}}}"
    if step.left is None or step.right is None:
        return rf"&&& {reason}"
    return rf"{printed(step.left)} &{step.relation} {printed(step.right)} && {reason}"


def escaped(words: str) -> str:
    """Plain text as LaTeX text in pure ASCII.

    Raises:
        ValueError: a character that has no LaTeX spelling here.
    """
    spelt: list[str] = []
    # a letter and its accents apart; the slash of a negated relation is no accent
    for character in "".join(c if c in _SYMBOLS else unicodedata.normalize("NFD", c) for c in words):
        if character in _ACCENTS:
            spelt[-1] = rf"\{_ACCENTS[character]}{{{spelt[-1]}}}"
        else:
            spelt.append(_letter(character))
    return "".join(spelt)


def _letter(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    if character in _SYMBOLS:
        return rf"\ensuremath{{\{_SYMBOLS[character]}}}"
    name = unicodedata.name(character, "")
    if name.startswith("GREEK"):
        greek = name.split()[-1].lower().replace("lamda", "lambda")
        return rf"\ensuremath{{\{greek if 'SMALL' in name else greek.capitalize()}}}"
    raise ValueError(f"{character!r} ({name}): has no LaTeX spelling here")
