"""One look for all figures: theorem = line, measurement = marker with error bar.

Colours are Okabe and Ito's, ordered so that neighbours differ in grey as well; line style and marker change along with
the colour, so that no curve is told apart by colour alone.
"""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import ArrayLike

RC: Any = {
    "figure.dpi": 160,  # as the PNG: formulas are set once per resolution
    "savefig.dpi": 160,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "legend.fontsize": 7.5,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.3,
    "lines.markersize": 4.5,
    "axes.grid": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "mathtext.fontset": "dejavusans",
    "pdf.fonttype": 42,
}

COLOURS = ("#0072B2", "#D55E00", "#000000", "#009E73", "#CC79A7", "#8C6D00", "#56B4E9")
LINES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)), (0, (3, 1, 1, 1, 1, 1)), "-", "--")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Ink(NamedTuple):
    """Colour, line style and marker of one curve."""

    colour: str
    line: Any
    marker: str


def ink(index: int) -> Ink:
    """The look of the curve with this index; seven differ in all three."""
    place = index % len(COLOURS)
    return Ink(COLOURS[place], LINES[place], MARKERS[place])


def theorem(axes: Axes, x: ArrayLike, y: ArrayLike, look: Ink, label: str | None = None, **more: Any) -> None:
    """A line: what the claim says."""
    axes.plot(x, y, color=look.colour, linestyle=look.line, label=label, **more)


def measurement(
    axes: Axes, x: ArrayLike, y: ArrayLike, look: Ink, error: ArrayLike | None = None, label: str | None = None
) -> None:
    """Open markers with error bars of one standard error: what was measured."""
    axes.errorbar(
        x,
        y,
        yerr=error,
        linestyle="none",
        marker=look.marker,
        color=look.colour,
        markerfacecolor="white",
        markeredgewidth=1.1,
        elinewidth=0.9,
        capsize=1.5,
        label=label,
        zorder=3,
    )


def panel(axes: Axes, letter: str, title: str, x: str, y: str) -> None:
    """A lettered title and both axis labels."""
    axes.set_title(f"({letter}) {title}")
    axes.set_xlabel(x)
    axes.set_ylabel(y)


def logarithmic(axes: Axes, x: bool = True, y: bool = True) -> None:
    """Logarithmic axes labelled at powers of ten only, in plain letters: labels in between would overlap."""
    for used, scale, axis in ((x, axes.set_xscale, axes.xaxis), (y, axes.set_yscale, axes.yaxis)):
        if used:
            scale("log")
            axis.set_major_locator(LogLocator(numticks=8))
            axis.set_major_formatter(_power_of_ten)
            axis.set_minor_formatter(NullFormatter())


def _power_of_ten(value: float, place: float) -> str:
    return "10" + str(round(np.log10(value))).translate(_RAISED) if value > 0 else ""
