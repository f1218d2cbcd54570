"""Explorations of learning: refused in the library's words, right by another route, torch on its line."""

import math
from collections import deque
from typing import Any

import numpy as np
import pytest

import numerics.learning as exact
from figures.explorer.exploration import Exploration, View
from figures.explorer.learning.descent import DESCENT
from figures.explorer.learning.escape import ESCAPE
from figures.explorer.learning.lags import LAGS, TEACHERS
from figures.explorer.markup import written
from figures.explorer.reading import complexes
from tests.figures.shown import Shown


def looked(exploration: Exploration, **moves: Any) -> View:
    return exploration.look(**(exploration.first() | moves))


def number(view: View, label: str) -> Any:
    return next(one.value for one in view.numbers if one.label == label)


def curve(view: View, panel: int, label: str) -> Any:
    return next(one for one in view.panels[panel].curves if one.label == label)


def expected(exploration: Exploration, label: str, **moves: Any) -> str:
    """A number as the page writes it."""
    return written(next(one for one in looked(exploration, **moves).numbers if one.label == label))


SHOWN: tuple[Shown, ...] = (
    Shown(
        "learning.escape",
        "tau",
        "escape time S, best read-out",
        lambda: f"{exact.escape_time_series(0.25, math.sqrt(4 / 6), 4):.6g}",
    ),
    Shown("learning.descent", "tau", "best pole λ* = √(τ/(τ+1))", lambda: f"{exact.best_pole(6):.6g}"),
    Shown(
        "learning.lags",
        "K",
        "error of the best read-out, R_min",
        lambda: f"{exact.delay_floor([0.9, 0.6 + 0.5j, 0.6 - 0.5j, -0.5], 4):.6g}",
    ),
)


@pytest.mark.parametrize(
    ("exploration", "moves", "words"),
    [
        (ESCAPE, {"tau": 1, "start": 0.8}, r"must be 0 < start < stop <= 0\.707"),
        (DESCENT, {"x_0": 0.5, "x": 0.2}, "start < stop"),
        (LAGS, {"poles": "0.9, two"}, "'two' must be a number"),
        (LAGS, {"poles": "0.9, 1"}, "poles"),
    ],
)
def test_bad_input_is_refused_in_the_words_of_the_library(
    exploration: Exploration, moves: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        looked(exploration, **moves)


@pytest.mark.parametrize(
    ("moves", "words"),
    [({"raw": True}, "whitened"), ({"poles": "0.5j"}, "closed under conjugation"), ({"t": 0.0}, "eta = 0.0")],
)
def test_training_is_refused_where_it_says_nothing(moves: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        next(LAGS.on_demand[0].run(**(LAGS.first() | moves)))


def test_the_pole_is_where_an_integrated_flow_brings_it() -> None:
    view = looked(ESCAPE, tau=2, start=0.4)
    for label in ("T in closed form, best read-out", "flow, best read-out"):
        way = curve(view, 0, label)
        np.testing.assert_allclose(exact.single_pole_flow(0.4, 2, way.x), way.y, rtol=1e-9)
    T = number(view, "escape time T, read-out learns along")
    assert exact.joint_flow(0.0, 0.4, 2, [0.0, T])[1][-1] == pytest.approx(math.sqrt(0.5), abs=1e-7)


def test_the_time_down_at_delay_one_is_its_elementary_integral() -> None:
    view = looked(DESCENT, tau=1, x=0.6)
    stop = math.sqrt(1 - 0.6 / 2)
    # ¼ ∫ ds/(s (2s − 1)) from λ_1² to 1, whose antiderivative is ¼ ln((2s − 1)/s)
    T = math.log(stop**2 / (2 * stop**2 - 1)) / 4
    assert number(view, "time down from 1, flow of λ") == pytest.approx(T, rel=1e-12)


@pytest.mark.parametrize("teacher", TEACHERS)
def test_both_flows_end_in_the_same_kernel_and_the_whitened_one_is_integrated(teacher: str) -> None:
    view = looked(LAGS, poles="0.5, -0.3, 0.2j, -0.2j", teacher=teacher, K=5, t=2.5)
    poles, target = complexes("poles", "0.5, -0.3, 0.2j, -0.2j"), TEACHERS[teacher](5)
    slow = exact.kernel_flow_integrated(poles, target, [2.5], 16)[0]
    np.testing.assert_allclose(curve(view, 0, "kernel k(t) of the flow").y, slow.real, atol=1e-10)
    G = 1 / (1 - np.outer(poles, poles.conj()))
    response = poles[:, None] ** np.arange(16)
    w, error = exact.flow_integrated(G, response[:, :6] @ target, np.zeros(4), 2.5)
    raw = looked(LAGS, poles="0.5, -0.3, 0.2j, -0.2j", teacher=teacher, K=5, t=2.5, raw=True)
    found = curve(raw, 0, "kernel k(t) of the flow").y
    np.testing.assert_allclose(found, (response.conj().T @ w).real, atol=10 * error)


@pytest.mark.parametrize("moves", [{"tau": 2}, {"tau": 3, "along": True}])
def test_gradient_descent_stays_within_eulers_error_of_the_exact_times(moves: dict[str, Any]) -> None:
    (last,) = deque(ESCAPE.on_demand[0].run(**(ESCAPE.first() | moves)), maxlen=1)
    found: Any = last.curves[0]
    tau, stop = moves["tau"], math.sqrt(moves["tau"] / (moves["tau"] + 2))
    along = "along" in moves
    times: Any = [exact.joint_time(0.0, a, stop, tau) if along else exact.escape_time(a, stop, tau) for a in found.x]
    assert last.done == last.total >= 5 and found.error is not None
    assert np.all(np.abs(np.subtract(found.y, times)) <= (5 if along else 1) * np.asarray(found.error))


def test_trained_kernels_lie_on_the_line_within_their_errors() -> None:
    (last,) = deque(LAGS.on_demand[0].run(**LAGS.first()), maxlen=1)
    found: Any = last.curves[0]
    line = curve(looked(LAGS), 0, "P k* + e^(−t) (k(0) − P k*)")
    assert found.error is not None
    assert np.all(np.abs(np.subtract(found.y, line.y)) <= 5 * np.asarray(found.error))


@pytest.mark.parametrize(("K", "shown"), [(0, ["whitened states, every lag", "lag 0"]), (3, [])])
def test_a_lag_without_a_limit_has_no_share_of_it(K: int, shown: list[str]) -> None:
    view = LAGS.look(**(LAGS.first() | {"poles": "0", "K": K}))
    assert [curve.label for panel in view.panels[1:] for curve in panel.curves] == shown
    assert all(verdict.holds for verdict in view.verdicts)
