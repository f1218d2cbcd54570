"""The record of one figure: what it computes, how it is drawn, and which gaps hold its claims.

A figure is a test with ink. `measure` measures, `gaps` compares with the claims, `draw` only puts the same arrays on
paper; which claims a figure bears on is read off its gaps and declared nowhere else. `compute(scale)` is
`measure(parameters(scale))`. A figure of an experiment also names its runs: each is kept by itself as soon as it is
done, so that a killed command goes on where it stopped, and `measure` gets their results.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from models.cache import as_arrays
from theory.claim import Claim

Arrays = dict[str, NDArray]
#: A run of an experiment: a module-level function, and the configuration it is called with.
Run = tuple[Callable[[Any], Any], Any]
T = TypeVar("T")


class Scale(Enum):
    """How much is measured: every figure in seconds, the printed ones in minutes, or as much as a workstation can."""

    SMOKE = "smoke"
    PAPER = "paper"
    FULL = "full"

    def choose(self, smoke: T, paper: T, full: T) -> T:
        """The value that belongs to this scale."""
        return {Scale.SMOKE: smoke, Scale.PAPER: paper, Scale.FULL: full}[self]


@dataclass(frozen=True)
class Gap:
    """How far a measurement is from what a claim says, in the units of its tolerance.

    Args:
        claim: the claim object.
        what: the quantity, its units, and the criterion behind the tolerance, in words.
        measured: the gap; a NaN never holds.
        tolerance: the largest gap that the stated criterion explains.
    """

    claim: Claim
    what: str
    measured: float
    tolerance: float

    @property
    def holds(self) -> bool:
        """Whether the gap is within its tolerance; NaN is not."""
        return bool(self.measured <= self.tolerance)


@dataclass(frozen=True)
class Figure:
    """One figure.

    Args:
        name: `topic.short_name`.
        title: one line, what is compared.
        alt: what the drawing shows, for those who do not see it.
        parameters: the numbers the computation depends on, seeds included, at a scale; they enter the provenance and
            the key of the cache.
        measure: parameters -> arrays, all finite or text; where there are runs, parameters and results -> arrays.
        draw: puts the arrays on an empty canvas.
        gaps: arrays -> gaps, at least one.
        note: arrays -> a remark for the caption, for what the gaps do not say; may be empty.
        runs: parameters -> the runs of the experiment behind the figure, if any.
        timed: whether seconds are among the arrays: a test takes them anew, whatever is kept.
    """

    name: str
    title: str
    alt: str
    parameters: Callable[[Scale], dict[str, Any]]
    measure: Callable[..., Arrays]
    draw: Callable[[Canvas, Arrays], None]
    gaps: Callable[[Arrays], tuple[Gap, ...]]
    note: Callable[[Arrays], str] = lambda arrays: ""
    runs: Callable[[Mapping[str, Any]], list[Run]] | None = None
    timed: bool = False

    def compute(self, scale: Scale) -> Arrays:
        """The arrays at a scale."""
        given = self.parameters(scale)
        if self.runs is None:
            return self.measure(given)
        return self.measure(given, [as_arrays(function(config)) for function, config in self.runs(given)])

    def claims(self, arrays: Arrays) -> tuple[Claim, ...]:
        """The claims the figure bears on, in the order of its gaps, each once."""
        return tuple({gap.claim.name: gap.claim for gap in self.gaps(arrays)}.values())
