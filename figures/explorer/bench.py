"""How long the page takes to answer a moved control: from the new position to the text of charts and numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from figures.explorer import markup
from figures.explorer.controls import Choice, Control, Slider, Switch
from figures.explorer.exploration import Exploration, State
from figures.explorer.script import script


def answer(exploration: Exploration, state: State) -> int:
    """All that the server does for one position of the controls. Returns: the number of letters sent."""
    shown = markup.look(exploration.look(**state), None, exploration.dropped(state))
    return len(shown) + len(script(exploration, state))


def moves(exploration: Exploration) -> Iterator[tuple[Control, dict[str, Any]]]:
    """Every control, moved to its neighbouring position from where all stand at first."""
    first = exploration.first()
    for control in exploration.controls:
        match control:
            case Slider():
                place = control.steps.index(control.value)
                yield control, first | {control.name: control.steps[place - 1 if place else 1]}
            case Choice():
                others = [option for option in control.options if option != control.value]
                yield control, first | {control.name: others[0]}
            case Switch():
                yield control, first | {control.name: not control.value}


def table(explorations: Sequence[Exploration], repeats: int) -> Iterator[str]:
    """One line per exploration: the median over repeats of the slowest control, which one that is, and the others'."""
    for exploration in explorations:
        answer(exploration, exploration.first())  # statements are compiled once
        times = {control.name: _median(exploration, state, repeats) for control, state in moves(exploration)}
        slowest = max(times, key=lambda name: times[name])
        rest = ", ".join(f"{name} {1e3 * seconds:.0f}" for name, seconds in times.items() if name != slowest)
        yield f"{exploration.name:<28}{1e3 * times[slowest]:6.0f} ms ({slowest}); {rest}"


def _median(exploration: Exploration, state: State, repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer(exploration, state)
        seconds.append(time.perf_counter() - start)
    return median(seconds)
