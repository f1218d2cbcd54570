"""The panels of `figures.selection.pooling`."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from figures.figure import Arrays
from figures.measuring import UNIT
from figures.style import ink, logarithmic, measurement, panel, theorem


def _whole(axes: Axes) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))


def pooled(above: Axes, below: Axes, arrays: Arrays) -> None:
    """The first steps of the output on the softmax; the difference at every step."""
    shown = arrays["said_at"][: max(2, len(arrays["said_at"]) // 2)]
    first = shown[-1] + 1
    above.plot(arrays["all_weights"][:first], color=ink(0).colour, label="softmax, all weights")
    measurement(above, shown, arrays["y"][shown], ink(1), label="$N_t/Z_t$, two integrators")
    above.legend(loc="best")
    panel(above, "a", "pooling is attention with one query", "token t", "output $y_t$")
    off = np.abs(arrays["y"] - arrays["all_weights"]) / UNIT
    below.plot(np.maximum(off, 0.05), ".", color=ink(1).colour, markersize=3)
    below.axhline(2 * arrays["allowed"][0] / UNIT, color="black", linestyle="--", linewidth=1.0, label="tolerance")
    logarithmic(below, x=False)
    below.legend(loc="center right")
    panel(below, "b", "their difference (0 drawn at 0.05)", "token t", "difference in $2^{−53}$")


def windows(axes: Axes, arrays: Arrays) -> None:
    """Relative errors of both recursions in time."""
    held, drifted = (np.maximum(row, UNIT / 4) for row in arrays["off"])
    axes.plot(held, ink(0).marker, color=ink(0).colour, markersize=2.5, label="delay line")
    axes.plot(drifted, color=ink(1).colour, label="add the new, subtract the old")
    axes.axvline(arrays["left"][0], color="0.45", linestyle=":", linewidth=0.9)
    logarithmic(axes, x=False)
    axes.legend(loc="center right", title=f"U = {arrays['window'][0]}; dotted: $e^{{45}}$ leaves", title_fontsize=7.5)
    panel(axes, "c", "the window's sum in doubles", "token t", "relative error")


def states(axes: Axes, arrays: Arrays) -> None:
    """Least states in three conventions."""
    labels = ("$y_t = C x_t$", "$y_t = C x_t + D u_t$", "$y_t = C x_{t−1} + D u_t$")
    for k, label in enumerate(labels):
        shift = 0.12 * (k - 1)
        theorem(axes, arrays["U"] + shift, arrays["states_said"][k], ink(k), label)
        measurement(axes, arrays["U"] + shift, arrays["states"][k], ink(k))
    _whole(axes)
    axes.legend(loc="upper left")
    panel(axes, "d", "states that a window costs", "window U (drawn side by side)", "least state dimension")


def taylor(axes: Axes, arrays: Arrays) -> None:
    """Errors of Taylor features against the degree."""
    for k, R in enumerate(arrays["radii"]):
        theorem(axes, arrays["p"], arrays["remainder"][k], ink(k), f"R = {R:g}")
        measurement(axes, arrays["p"], np.maximum(arrays["taylor"][k], UNIT), ink(k))
    logarithmic(axes, x=False)
    _whole(axes)
    axes.legend(loc="lower left", title="line: remainder", title_fontsize=7.5)
    panel(axes, "e", "Taylor features of the softmax kernel", "degree p", "largest error")


def reads(three: Iterable[Axes], arrays: Arrays) -> None:
    """What trained features read of each stored key."""
    V = int(arrays["V"][0])
    for letter, axes, d in zip("fgh", three, (V, V - 1, V // 2), strict=True):
        image = axes.imshow(arrays[f"M_{d}"], vmin=-0.5, vmax=1.0, cmap="Greys")
        axes.grid(False)
        _whole(axes)
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.figure.colorbar(image, ax=axes, shrink=0.75)
        panel(axes, letter, f"$Φ^TΨ$, V = {V}, d = {d}, trained", "query q", "stored key k")


def squares(axes: Axes, arrays: Arrays) -> None:
    """The sum of squares of trained features against d."""
    theorem(axes, arrays["read_d"], arrays["least"], ink(0), "least: V − d")
    measurement(axes, arrays["read_d"], arrays["squares"], ink(1), label="trained")
    _whole(axes)
    axes.legend(loc="upper right")
    panel(axes, "i", "what exact reading lacks", "features d", "$|Φ^TΨ − I|^2$")


def coherence(axes: Axes, arrays: Arrays) -> None:
    """Cross-talk of random codes, the floor, the simplex."""
    spread = np.sort(arrays["eta"], axis=1)
    middle, low, high = np.median(spread, axis=1), spread[:, 0], spread[:, -1]
    measurement(axes, arrays["d"], middle, ink(1), np.array([middle - low, high - middle]), "random: median, range")
    above = arrays["floor"] > 0
    theorem(axes, arrays["d"][above], arrays["floor"][above], ink(0), "floor (0 from d = V on)")
    axes.plot(*arrays["simplex"].T, ink(2).marker, color=ink(2).colour, label="simplex", zorder=4)
    logarithmic(axes, x=False)
    _whole(axes)
    axes.legend(loc="upper right")
    panel(axes, "j", f"cross-talk of {arrays['V'][0]} symbols", "dimension d", "coherence η")
