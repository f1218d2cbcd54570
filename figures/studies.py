"""What the figures of trained studies share: the criterion on a committed table, and curves with bars over seeds."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from figures.figure import Gap
from figures.statements import violation
from figures.style import Ink
from theory.claim import Claim

#: Letters of a statement that are not measured, and those that stand under the figure.
HIDDEN = ("V", "worst")


def criterion(claim: Claim, letters: Mapping[str, float]) -> Gap:
    """The statement of a study on the numbers of the committed table."""
    shown = ", ".join(f"{name} = {value:.3f}" for name, value in letters.items() if name not in HIDDEN)
    return Gap(claim, f"violation of the criterion, table of the repository: {shown}", violation(claim, [letters]), 0.0)


def mean_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over the last axis, the seeds."""
    return np.asarray(values.mean(-1))


def spread(
    axes: Axes,
    x: ArrayLike,
    values: NDArray,
    look: Ink,
    label: str | None = None,
    live: bool = False,
    mean: Callable[[NDArray[np.float64]], NDArray[np.float64]] = mean_of,
) -> None:
    """Mean over seeds with bars from the worst to the best; open and dashed for runs that the figure made by itself.

    Arguments: x (k,); values (k, seeds); look, label; live; mean over the last axis.
    """
    middle = mean(values)
    bars = np.array([middle - values.min(-1), values.max(-1) - middle]).clip(min=0)  # a mean of equal numbers rounds
    axes.errorbar(
        x, middle, yerr=bars, color=look.colour, marker=look.marker, linestyle=":" if live else "-", linewidth=0.9,
        markerfacecolor="white" if live else look.colour, capsize=2.5, elinewidth=0.9, label=label,
    )  # fmt: skip
