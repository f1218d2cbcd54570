"""Controls as marimo's elements, and their positions as the query of a link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

import marimo as mo

from figures.explorer.controls import Choice, Control, Slider, Switch, Text
from figures.explorer.exploration import Exploration, State

#: The part of a link that names the exploration.
VIEW = "view"


def element(control: Control, value: Any) -> Any:
    """The element of one control at a position."""
    match control:
        case Slider():
            return mo.ui.slider(steps=control.steps, value=value, label=control.label, show_value=True, debounce=False)
        case Choice():
            return mo.ui.dropdown(list(control.options), value=value, label=control.label, allow_select_none=False)
        case Switch():
            return mo.ui.switch(value=value, label=control.label)
        case Text():
            return mo.ui.text(value=value, label=control.label, full_width=True)
    assert_never(control)


def elements(exploration: Exploration, state: State) -> Any:
    """All controls of an exploration at their positions, as one dictionary of elements."""
    return mo.ui.dictionary({one.name: element(one, state[one.name]) for one in exploration.controls})


def positions(exploration: Exploration, query: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The positions a link names, the first ones where it names none, and what of it was refused, in words."""
    state, refused = exploration.first(), []
    for control in exploration.controls:
        if control.name in query:
            try:
                state[control.name] = control.read(str(query[control.name]))
            except ValueError as error:
                refused.append(str(error))
    return state, tuple(refused)


def query(exploration: Exploration, state: State) -> dict[str, str]:
    """The link's query: the exploration, and what has been moved."""
    first = exploration.first()
    return {VIEW: exploration.name} | {name: str(value) for name, value in state.items() if value != first[name]}


def renew(wanted: Mapping[str, str]) -> None:
    """Write the query into the address of the page."""
    shown = mo.query_params()
    for name in [name for name in shown.to_dict() if name not in wanted]:
        shown.remove(name)
    for name, value in wanted.items():
        if shown.get(name) != value:
            shown.set(name, value)
