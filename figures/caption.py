"""The caption of a figure, made from the statements of its claims and from its measured gaps."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cache

import numpy as np
import sympy as sp
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import PathPatch
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from figures.figure import Gap
from theory.claim import Claim
from theory.printing import printed

WARNING = "GAP TOO LARGE"
_LINE, _LETTERS = 0.155, 14.5  # height of a line in inches, letters per inch of width

#: What SymPy writes and mathtext cannot set, with the nearest that it can.
_NOT_IN_MATHTEXT = (
    (r"\limits", ""),
    (r"\operatorname{tr}", r"\mathrm{tr}"),
    (r"\begin{cases}", r"\left\{\,"),
    (r"\end{cases}", r"\right."),
    (r"\\", r";\;"),
    (r"& \text{for}\:", r"\;\mathrm{for}\;"),
    (r"& \text{otherwise}", r"\;\mathrm{otherwise}"),
    (r"{}_{", "_{"),
    (r"\bmod", r"\;\mathrm{mod}\;"),
)


def statement_markup(claim: Claim) -> tuple[str, ...]:
    """One string per relation of the statement: between dollars where mathtext can set it, plain text where not."""
    return tuple(_markup(relation) for relation in claim.relations)


def _markup(relation: sp.Basic) -> str:
    latex = printed(relation)
    for command, plain in _NOT_IN_MATHTEXT:
        latex = latex.replace(command, plain)
    try:
        _outline(f"${latex}$")
    except ValueError:
        return sp.sstr(relation)
    return f"${latex}$"


@cache
def _outline(markup: str) -> TextPath:
    """A formula at size 8, its baseline at 0: setting it is slow, so it is done once for all files and sizes."""
    return TextPath((0, 0), markup, size=8)


def verdict(gap: Gap) -> str:
    """One gap in words, loud where it is too large."""
    measured = f"{gap.what}: {gap.measured:.3g} ≤ {gap.tolerance:.3g}"
    return measured if gap.holds else f"{WARNING} — {gap.what}: {gap.measured:.3g} > {gap.tolerance:.3g}"


def grouped(gaps: Sequence[Gap]) -> dict[str, list[Gap]]:
    """The gaps of each claim, by the claim's name, in order of appearance."""
    found: dict[str, list[Gap]] = {}
    for gap in gaps:
        found.setdefault(gap.claim.name, []).append(gap)
    return found


def inscribe(canvas: Canvas, gaps: Sequence[Gap], note: str) -> None:
    """Write the caption under the drawing; the canvas grows downwards when it is saved with a tight box."""
    width, height = canvas.get_size_inches()
    claims = list(grouped(gaps).values())
    columns = 1 if len(claims) < 3 else 2
    depths = [0.25] * columns
    for held in claims:
        column = int(np.argmin(depths))
        depths[column] = _paragraph(canvas, held, column / columns, depths[column], width / columns)
    down = max(depths)
    for part in textwrap.wrap(note, int(width * _LETTERS)):
        canvas.text(0.01, -down / height, part, fontsize=7.5, va="top", style="italic")
        down += _LINE


def _paragraph(canvas: Canvas, gaps: Sequence[Gap], left: float, down: float, width: float) -> float:
    """One claim: its name, its statement, its gaps. Arguments in figure widths and inches. Returns: where it ends."""
    height = canvas.get_size_inches()[1]
    canvas.text(left + 0.01, -down / height, gaps[0].claim.name, fontsize=8, fontweight="bold", va="top")
    down += 1.15 * _LINE
    down = _statement(canvas, gaps[0].claim, left, down, width)
    for gap in gaps:
        colour, weight = ("black", "normal") if gap.holds else ("#B00000", "bold")
        for part in textwrap.wrap(verdict(gap), int(width * _LETTERS)):
            canvas.text(left + 0.025, -down / height, part, fontsize=7.5, va="top", color=colour, fontweight=weight)
            down += _LINE
    return down + 0.06


def _statement(canvas: Canvas, claim: Claim, left: float, down: float, width: float) -> float:
    """The relations of a claim, as many on a line as fit at full size; one that is wider by itself is shrunk."""
    across, height = canvas.get_size_inches()
    room, used, depth = 0.92 * width, 0.0, 0.0
    for markup in statement_markup(claim):
        outline = _outline(markup)
        box = outline.get_extents()
        wide = box.width / 72
        inch = min(1.0, room / wide) / 72
        if used and used + wide > room:
            down, used, depth = down + depth + 0.04, 0.0, 0.0
        corner = (left + 0.025 + used / across, -down / height)
        place = Affine2D().translate(-box.x0, -box.y1).scale(inch / across, inch / height).translate(*corner)
        canvas.add_artist(PathPatch(outline, facecolor="black", linewidth=0, transform=place + canvas.transFigure))
        depth = max(depth, _LINE, box.height * inch)
        used += wide + 0.3
    return down + depth + 0.05
