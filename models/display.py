"""How a result shows itself: tables, sentences and curves, as text on a terminal and as HTML in a notebook.

The HTML has no script, no fixed colours and no outside files, so that it reads in light and dark and is kept as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from io import StringIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

#: Size of a curve in pixels, and the margin that its labels need.
WIDTH, HEIGHT, MARGIN = 480, 200, 30
COLUMNS = 110
#: Lags that a curve of this size can tell apart.
MOST = 400


@dataclass(frozen=True)
class Words:
    """A sentence; `style` is that of a terminal, such as red."""

    text: str
    style: str = ""

    def print(self, console: Console) -> None:
        """Print it."""
        console.print(self.text, style=self.style or None, markup=False)

    def html(self) -> str:
        """As a paragraph."""
        return f"<p>{escape(self.text)}</p>"


@dataclass(frozen=True)
class Grid:
    """A table: title, headings, and rows of text."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def print(self, console: Console) -> None:
        """Print it."""
        table = Table(*self.head, title=self.title)
        for row in self.rows:
            table.add_row(*row)
        console.print(table, markup=False)

    def html(self) -> str:
        """As a table whose headings are marked as such."""
        head = "".join(f'<th scope="col">{escape(word)}</th>' for word in self.head)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in self.rows)
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class Plot:
    """Values at lags, rising: `lines` exact, `points` measured with standard errors or None. Drawn in HTML only."""

    label: str
    lags: NDArray[np.int64]
    lines: Sequence[NDArray[np.float64]] = ()
    points: Sequence[tuple[NDArray[np.float64], NDArray[np.float64] | None]] = ()

    def print(self, console: Console) -> None:
        """Nothing: the table beside it holds the numbers."""

    def html(self) -> str:
        """As an inline SVG in the colour of the text; what it shows stands in its title."""
        each = -(-len(self.lags) // MOST)
        label = self.label + (f", one lag in {each}" if each > 1 else "")
        marks = [_path(self._at(line)[::each], dash) for line, dash in zip(self.lines, ("", "5 3"), strict=False)]
        for values, error in self.points:
            spread = np.zeros(len(values)) if error is None else error
            marks += map(_marker, *(self._at(values + k * spread)[::each] for k in (0, -1, 1)))
        axes = f"M{MARGIN} 5V{HEIGHT - MARGIN}H{WIDTH - 5}"
        ends = (
            (MARGIN - 4, 12, "end", "1"),
            (MARGIN - 4, HEIGHT - MARGIN, "end", "0"),
            (MARGIN, HEIGHT - 14, "start", str(self.lags[0])),
            (WIDTH - 5, HEIGHT - 14, "end", f"lag {self.lags[-1]}"),
        )
        words = "".join(f'<text x="{x}" y="{y}" text-anchor="{side}">{word}</text>' for x, y, side, word in ends)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{WIDTH}" height="{HEIGHT}"'
            f' viewBox="0 0 {WIDTH} {HEIGHT}" font-size="11" fill="currentColor" stroke="none">'
            f"<title>{escape(label)}</title>"
            f'<path d="{axes}" fill="none" stroke="currentColor" opacity="0.5"/>{"".join(marks)}{words}</svg>'
        )

    def _at(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Pixels (k, 2) of values between 0 and 1, cut to slightly beyond."""
        span = max(1, int(self.lags[-1] - self.lags[0]))
        x = MARGIN + (self.lags - self.lags[0]) * (WIDTH - MARGIN - 5) / span
        y = HEIGHT - MARGIN - np.clip(values, -0.1, 1.02) * (HEIGHT - MARGIN - 10)
        return np.stack([x, y], axis=-1)


def _path(points: NDArray[np.float64], dash: str) -> str:
    data = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="M{data}" fill="none" stroke="currentColor"{dashed}/>'


def _marker(middle: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    (x, y), bottom, top = middle, low[1], high[1]
    bar = f'<path d="M{x:.1f} {bottom:.1f}V{top:.1f}" stroke="currentColor"/>' if bottom != top else ""
    return f'{bar}<circle cx="{x:.1f}" cy="{y:.1f}" r="2"/>'


Part = Words | Grid | Plot


class Shown:
    """A result that shows itself, by its parts."""

    def parts(self) -> Iterable[Part]:
        """What there is to see, in order."""
        raise NotImplementedError

    def __repr__(self) -> str:
        console = Console(file=StringIO(), width=COLUMNS, color_system=None)
        for part in self.parts():
            part.print(console)
        assert isinstance(console.file, StringIO)
        return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _repr_html_(self) -> str:
        return f"<div>{''.join(part.html() for part in self.parts())}</div>"


def some(lags: NDArray[np.int64]) -> list[int]:
    """Places of the lags that a table shows: all of a few, else 0, 1, 2, 5, 10, ... and the last."""
    shown = {d * 10**e for e in range(7) for d in (1, 2, 5)} | {0, int(lags[-1])}
    return [k for k, lag in enumerate(lags.tolist()) if len(lags) <= 12 or lag in shown]
