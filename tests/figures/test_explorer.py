"""Every exploration: statements hold where it starts and fail where it says so; script and link bring it back."""

import io
import json
from contextlib import redirect_stdout
from itertools import islice
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

import theory
from figures.explorer import EXPLORATIONS, bench, charts, markup, widgets
from figures.explorer.controls import Choice, Slider, Switch
from figures.explorer.equivalence import DISCRETISATION
from figures.explorer.exploration import Exploration, View, judge
from figures.explorer.memory import POLES, UNDER_THE_BOUND
from figures.explorer.script import script
from figures.statements import relation
from tests.figures import test_explorer_equivalence as equivalence
from tests.figures import test_explorer_learning as learning
from tests.figures import test_explorer_memory as memory
from tests.figures import test_explorer_rates as rates
from tests.figures import test_explorer_selection as selection
from theory.memory import CAPACITY, TRADE_OFF

SHOWN = (*memory.SHOWN, *equivalence.SHOWN, *learning.SHOWN, *selection.SHOWN, *rates.SHOWN)

of_every_exploration = pytest.mark.parametrize("exploration", EXPLORATIONS, ids=lambda exploration: exploration.name)


def same(one: View, other: View) -> None:
    """Both views show the same curves, numbers and verdicts."""
    assert one.numbers == other.numbers and one.verdicts == other.verdicts
    assert [panel._replace(curves=()) for panel in one.panels] == [panel._replace(curves=()) for panel in other.panels]
    for panel, twin in zip(one.panels, other.panels, strict=True):
        for curve, copy in zip(panel.curves, twin.curves, strict=True):
            assert curve.label == copy.label and curve.measured == copy.measured
            np.testing.assert_array_equal(curve.x, copy.x)
            np.testing.assert_array_equal(curve.y, copy.y)


def test_every_topic_has_two_explorations_of_its_own_claims() -> None:
    topics = {claim.topic for claim in theory.CLAIMS}
    for topic in topics:
        assert sum(one.topic == topic for one in EXPLORATIONS) >= 2, topic
    assert {one.topic for one in EXPLORATIONS} == topics
    assert len({one.name for one in EXPLORATIONS}) == len(EXPLORATIONS)


@of_every_exploration
def test_every_statement_holds_where_the_controls_stand_at_first(exploration: Exploration) -> None:
    view = exploration.look(**exploration.first())
    assert not exploration.dropped(exploration.first())
    assert view.verdicts and all(verdict.holds for verdict in view.verdicts), view.verdicts
    assert all(0 <= verdict.tolerance < np.inf for verdict in view.verdicts)
    assert {verdict.claim.name for verdict in view.verdicts} <= {claim.name for claim in exploration.claims}
    assert view.panels and view.numbers
    for panel in view.panels:
        for curve in panel.curves:
            assert np.shape(curve.x) == np.shape(curve.y) != (), (panel.title, curve.label)


@of_every_exploration
def test_dropping_an_assumption_makes_a_statement_fail(exploration: Exploration) -> None:
    assert exploration.drops
    for name, words in exploration.drops.items():
        state = exploration.first() | {name: True}
        view = exploration.look(**state)
        assert any(verdict.violation > verdict.tolerance for verdict in view.verdicts), words
        assert exploration.dropped(state) == (words,)
        assert f"FAILS without “{words}”" in markup.verdicts(view.verdicts, exploration.dropped(state))


@of_every_exploration
def test_every_moved_control_changes_what_is_shown_or_is_refused_in_words(exploration: Exploration) -> None:
    before = markup.look(exploration.look(**exploration.first()), None, ())
    moved = []
    for control, state in bench.moves(exploration):
        try:
            after = markup.look(exploration.look(**state), None, ())
        except ValueError as error:
            assert str(error), control.name
        else:
            moved += [control.name] if after != before else []
    assert moved


@of_every_exploration
def test_a_number_after_a_move_is_what_numerics_says(exploration: Exploration) -> None:
    (shown,) = (one for one in SHOWN if one.exploration == exploration.name)
    (slider,) = (one for one in exploration.controls if one.name == shown.slider)
    assert isinstance(slider, Slider)
    moved = slider.steps[slider.steps.index(slider.value) + 1]
    view = exploration.look(**(exploration.first() | {slider.name: moved}))
    assert [markup.written(number) for number in view.numbers if number.label == shown.number] == [shown.expected()]


@of_every_exploration
def test_the_script_computes_the_same_view(exploration: Exploration) -> None:
    name = next(iter(exploration.drops))
    for state in (exploration.first(), exploration.first() | {name: True}):
        scope: dict[str, Any] = {}
        with patch("matplotlib.pyplot.show"), redirect_stdout(io.StringIO()) as printed:
            exec(compile(script(exploration, state), exploration.name, "exec"), scope)
        scope["plt"].close("all")
        same(scope["view"], exploration.look(**state))
        assert ("FAILS" in printed.getvalue()) == bool(exploration.dropped(state))


@of_every_exploration
def test_a_link_brings_every_position_back(exploration: Exploration) -> None:
    for _, state in [*bench.moves(exploration), (None, exploration.first())]:
        link = widgets.query(exploration, state)
        assert link.pop(widgets.VIEW) == exploration.name
        assert widgets.positions(exploration, link) == (state, ())


@of_every_exploration
def test_what_takes_longer_reports_after_every_part(exploration: Exploration) -> None:
    panels = exploration.look(**exploration.first()).panels
    for demand in exploration.on_demand:
        for part, progress in enumerate(islice(demand.run(**exploration.first()), 2), 1):
            assert progress.done == part <= progress.total
            assert 0 <= progress.panel < len(panels)
            for curve in progress.curves:
                assert curve.measured and np.all(np.isfinite(curve.y))


@of_every_exploration
def test_charts_are_plain_json_with_a_text_alternative_and_a_legend(exploration: Exploration) -> None:
    for panel in exploration.look(**exploration.first()).panels:
        kind, text = charts.chart(panel)._mime_()
        spec = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        assert kind.startswith("application/vnd.vegalite") and panel.title in spec["description"]
        assert all(name in spec["description"] for name in charts.names(panel))
        assert charts.legend(panel).count("<li>") == len(charts.names(panel)) <= len(charts.COLOURS)
        assert all(layer["data"]["values"] for layer in spec["layer"]), "a curve without a point"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3e-4, 40.0], [1e-3, 1e-2, 0.1, 1, 10]),
        ([1, 200], [1, 10, 100]),
        ([3, 60], [5, 10, 20, 50]),
        ([1e-16, 1.0], [1e-16, 1e-13, 1e-10, 1e-7, 1e-4, 1e-1]),
        ([], [1]),
    ],
)
def test_a_logarithmic_axis_is_labelled_at_round_numbers(values: list[float], expected: list[float]) -> None:
    assert charts.ticks(values) == pytest.approx(expected, rel=1e-12)


def test_the_relations_on_a_card_are_those_that_are_evaluated() -> None:
    judged = UNDER_THE_BOUND.judged()
    # nothing is measured of the memory of one pole alone, of which the second relation speaks
    assert judged[TRADE_OFF] == (relation(TRADE_OFF, "(tau + 1)*M[tau]", "<="),) != TRADE_OFF.relations
    assert len(POLES.judged()[CAPACITY]) == 1 < len(CAPACITY.relations)
    assert "whole statement" in markup.claims(POLES.judged())
    assert markup.claims(UNDER_THE_BOUND.judged()).count("not evaluated here") == 1


def test_a_logarithmic_axis_leaves_out_what_has_no_place_on_it() -> None:
    panel = UNDER_THE_BOUND.look(**UNDER_THE_BOUND.first()).panels[0]
    curve = panel.curves[0]._replace(x=[1, 2, 3], y=[0, -1, 2], error=[1, 1, 3], measured=True)
    layers = charts.chart(panel._replace(curves=(curve,), log_y=True)).spec["layer"]
    assert [layer["data"]["values"] for layer in layers] == 2 * [
        [{"curve": curve.label, "x": 3.0, "y": 2.0, "order": 2, "low": 2.0, "high": 5.0}]
    ]


def test_a_square_panel_has_one_unit_for_both_axes_and_fits_a_phone() -> None:
    state = DISCRETISATION.first() | {"dt": 2.0}
    spec = charts.chart(DISCRETISATION.look(**state).panels[0]).spec
    across, up = (spec["encoding"][axis]["scale"]["domain"] for axis in "xy")
    assert across == up == [-across[1], across[1]] and across[1] > 5, "Euler's pole is far outside the circle"
    assert spec["width"] == spec["height"] <= 250, "390 pixels less margins, the axis and the menu"


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb (WCAG 2)."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("colour", charts.COLOURS)
@pytest.mark.parametrize("ground", ["#ffffff", "#333333"])
def test_curves_stand_out_from_a_light_and_a_dark_ground(colour: str, ground: str) -> None:
    dark, light = sorted((luminance(colour), luminance(ground)))
    assert (light + 0.05) / (dark + 0.05) >= 3


def test_a_broken_link_is_refused_with_the_rule_and_the_rest_of_it_kept() -> None:
    state, refused = widgets.positions(UNDER_THE_BOUND, {"N": "1000", "spectrum": "LegS", "coloured": "maybe"})
    assert state == UNDER_THE_BOUND.first() | {"spectrum": "LegS"}
    assert [message.split(":")[0] for message in refused] == ["N = 1000", "coloured = maybe"]


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ({"poles": "0.9, x"}, "'x' must be a number"),
        ({"poles": ""}, "must be one number at least"),
        ({"poles": "0.9, 1.1"}, "1.1"),
        ({"poles": "0.9", "which": 2}, "which = 2"),
        ({"which": 1, "modulus": 1.0}, "poles"),
        ({"poles": "0.99999"}, "lasts .* lags: must be at most 30000"),
        ({"poles": ", ".join(["0.9"] * 5000)}, "5000 numbers: must be at most 32"),
    ],
)
def test_bad_poles_are_refused_in_the_words_of_the_library(moves: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        POLES.look(**(POLES.first() | moves))


def test_a_verdict_that_is_not_a_number_does_not_hold() -> None:
    letters = {"M": np.array([np.nan]), "m": np.zeros(1), "tau": 0, "N": 1}
    assert not judge(TRADE_OFF, "", [letters], 1.0).holds


def test_a_failure_without_a_dropped_assumption_asks_for_a_report() -> None:
    letters = {"M": np.array([2.0]), "m": np.zeros(1), "tau": 0, "N": 1}
    assert "please report" in markup.verdicts([judge(TRADE_OFF, "", [letters], 0.0)], ())


def test_controls_must_be_the_arguments() -> None:
    with pytest.raises(ValueError, match="must take"):
        Exploration("memory.x", "x", "x", (TRADE_OFF,), (Switch("a", "a"),), {}, lambda b: View((), (), ()))
    with pytest.raises(ValueError, match="must be a switch"):
        one = Slider("a", "a", (1, 2), 1)
        Exploration("memory.x", "x", "x", (TRADE_OFF,), (one,), {"a": "words"}, lambda a: View((), (), ()))
    with pytest.raises(ValueError, match="none of its steps"):
        Slider("a", "a", (1, 2), 3)


def test_a_control_reads_only_what_it_can_show() -> None:
    assert Slider("a", "a", (1, 2.5), 1).read("2.5") == 2.5
    assert type(Slider("a", "a", (1, 2), 1).read("2")) is int
    for control, text in (
        (Slider("a", "a", (1, 2), 1), "nan"),
        (Choice("a", "a", ("b", "c"), "b"), "d"),
        (Switch("a", "a"), "1"),
    ):
        with pytest.raises(ValueError, match=f"a = {text}"):
            control.read(text)
