"""The record of one exploration: what may be moved, what is then shown, and which assumption may be dropped.

An exploration is a pure function from the positions of its controls to a `View`; its page, its link and its script
are made from this record by machine. Every verdict of a view is a claim's own statement, evaluated at what `numerics`
measured.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sympy import Basic

from figures.explorer.controls import Control, Switch
from figures.statements import Points
from theory.claim import Claim, evaluate, relations

State = Mapping[str, Any]


class Curve(NamedTuple):
    """One curve, x and y (k,): a line for what is claimed, open markers, with standard errors, for what is measured."""

    label: str
    x: ArrayLike
    y: ArrayLike
    measured: bool = False
    error: ArrayLike | None = None


class Panel(NamedTuple):
    """One pair of axes: its title, the labels of both axes with units, the curves; points not above 0 have no place on
    a logarithmic axis and are left out there. `square`: one unit is as long on both axes.
    """

    title: str
    x: str
    y: str
    curves: tuple[Curve, ...]
    log_x: bool = False
    log_y: bool = False
    square: bool = False


class Number(NamedTuple):
    """One number beside the curves."""

    label: str
    value: float | int | str


class Verdict(NamedTuple):
    """A claim's statement at what was measured: by how much it is violated, and what rounding explains.

    `relations` are those of the statement that were evaluated: all of them, or the one that was chosen.
    """

    claim: Claim
    what: str
    violation: float
    tolerance: float
    relations: tuple[Basic, ...]

    @property
    def holds(self) -> bool:
        """Whether the violation is within the tolerance; NaN is not."""
        return bool(self.violation <= self.tolerance)


class View(NamedTuple):
    """What one position of the controls shows."""

    panels: tuple[Panel, ...]
    numbers: tuple[Number, ...]
    verdicts: tuple[Verdict, ...]


class Progress(NamedTuple):
    """How far a long computation is, and what it has added so far to the panel with this index."""

    done: int
    total: int
    panel: int
    curves: tuple[Curve, ...]
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class OnDemand:
    """A computation that takes longer than a slider may: a button starts it, another cancels it.

    Args:
        label: what the button says.
        run: the positions of the controls -> progress after every part; each replaces the one before.
    """

    label: str
    run: Callable[..., Iterator[Progress]]


@dataclass(frozen=True)
class Exploration:
    """One exploration.

    Args:
        name: `topic.short_name`.
        title: one line.
        about: what to try, and what to watch, in two or three sentences.
        claims: the claims shown, with statement, badge and assumptions; every verdict bears on one of them.
        controls: what may be moved; their names are the arguments of `look`.
        drops: the switches among them that drop an assumption, each with the assumption in words.
        look: the positions of the controls -> the view, in a fraction of 200 ms at the first positions; ValueError
            with the library's message where an input breaks a rule.
        on_demand: what takes longer.

    Raises:
        ValueError: the arguments of `look` are not the names of the controls, or what drops an assumption is no switch.
    """

    name: str
    title: str
    about: str
    claims: tuple[Claim, ...]
    controls: tuple[Control, ...]
    drops: Mapping[str, str]
    look: Callable[..., View]
    on_demand: tuple[OnDemand, ...] = ()

    def __post_init__(self) -> None:
        names = [control.name for control in self.controls]
        for function in (self.look, *(demand.run for demand in self.on_demand)):
            if list(inspect.signature(function).parameters) != names:
                raise ValueError(f"exploration {self.name}: {function.__name__} must take {', '.join(names)}")
        for name in self.drops:
            if not any(control.name == name and isinstance(control, Switch) for control in self.controls):
                raise ValueError(f"exploration {self.name}: {name!r} drops an assumption and must be a switch")

    @property
    def topic(self) -> str:
        """The part of the name before the dot."""
        return self.name.split(".")[0]

    def first(self) -> dict[str, Any]:
        """Where the controls stand at first."""
        return {control.name: control.value for control in self.controls}

    def judged(self) -> dict[Claim, tuple[Basic, ...]]:
        """The claims shown, each with the relations of its statement that the view at the first positions evaluates."""
        view = self.look(**self.first())
        found = {
            claim: [r for one in view.verdicts if one.claim is claim for r in one.relations] for claim in self.claims
        }
        return {claim: tuple(r for r in claim.relations if r in judged) for claim, judged in found.items()}

    def dropped(self, state: State) -> tuple[str, ...]:
        """The assumptions, in words, that are dropped at these positions."""
        return tuple(words for name, words in self.drops.items() if state[name])


def judge(claim: Claim, what: str, points: Points, tolerance: float, only: Basic | None = None) -> Verdict:
    """The verdict of a whole statement over all points, or of one of its relations.

    Arguments: claim; what is compared, in words; points, at least one: the values of the letters; tolerance; only, as
        `figures.statements.relation` finds it. Returns: the worst violation, NaN where one is not a number.
    """
    statement = claim.statement if only is None else only
    worst = np.max([float(sides.violation) for point in points for sides in evaluate(statement, point)])
    return Verdict(claim, what, float(worst), tolerance, relations(statement))


def worst(found: Iterable[Verdict]) -> Verdict:
    """The verdict, out of at least one, whose violation is largest beside its tolerance; one that is NaN before all."""
    return max(found, key=lambda one: math.inf if math.isnan(one.violation) else one.violation / one.tolerance)
