"""Explorations of rates: known values, other routes, refused text, what is measured on demand."""

from typing import Any

import numpy as np
import pytest

import numerics.rates.index_sets as exact
import numerics.rates.projection as fits
from figures.explorer.exploration import Exploration
from figures.explorer.rates import minimax
from figures.explorer.rates.minimax import MINIMAX
from figures.explorer.rates.reading import smoothness
from figures.explorer.rates.series import SERIES, drawn, target
from figures.explorer.rates.smoothness import SMOOTHNESS, listed
from numerics.rates.basis import basis_values
from numerics.rates.estimation import balance, minimax_band, unit_rate
from numerics.rates.index_sets import mixed_size_by_enumeration
from tests.figures.shown import Shown

SHOWN: tuple[Shown, ...] = (
    Shown("rates.smoothness", "steps", "mixed G(T)", lambda: str(mixed_size_by_enumeration([1, 2, 3], 10))),
    Shown("rates.series", "log_n", "balance m*", lambda: f"{(balance(1.0, 4 / 3, 1.0, 1.0, 2**11) or (0.0,))[0]:.6g}"),
    Shown("rates.minimax", "log_n", "rate r at the largest n", lambda: f"{unit_rate(1, 1.0, 2**64):.6g}"),
)


def numbers(exploration: Exploration, **moves: Any) -> dict[str, Any]:
    return {one.label: one.value for one in exploration.look(**(exploration.first() | moves)).numbers}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"a = \[\]: must hold at least one smoothness"),
        ("2, 1", r"a\[1\] = 1 after 2: must not decrease"),
        ("0, 1", r"a\[0\] = 0: must be > 0"),
        ("1, x", "a: 'x' must be a number"),
        ("1/0", "a: '1/0' must be a number"),
        ("1, 1e999999", "a: '1e999999' must be a number"),
        ("1, 1, 1, 1, 1, 1, 1", "a: 7 numbers: must be at most 6"),
    ],
)
def test_a_vector_that_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SMOOTHNESS.look(**(SMOOTHNESS.first() | {"a": text}))


def test_sizes_and_errors_of_known_vectors() -> None:
    two = numbers(SMOOTHNESS, a="1, 2", steps=4)
    assert (two["mixed G(T)"], two["box G(T)"], two["constant C"]) == (21, 45, 2.0)
    # one coordinate: the set with γ < T holds 2^T − 1 functions, so 2^k terms err by 2^−k
    one = numbers(SMOOTHNESS, a="3/2", power=10)
    assert one["mixed E, largest m"] == one["anisotropic E, largest m"] == 2.0**-15
    assert one["exponent, mixed: a_1"] == one["exponent, anisotropic: 1/Σ 1/a_i"] == 1.5


@pytest.mark.parametrize("text", ["1", "1/3, 2", "1, 1.999", "2, 4, 6", "1, 1, 2", "2, 2, 2, 3, 7/2, 5"])
def test_the_statements_hold_for_other_vectors_and_are_silent_of_a_constant_that_is_none(text: str) -> None:
    view = SMOOTHNESS.look(**(SMOOTHNESS.first() | {"a": text, "steps": 6}))
    assert all(verdict.holds for verdict in view.verdicts)
    bounded = "mixed, upper bound" in [curve.label for curve in view.panels[0].curves]
    assert bounded == (text not in ("1, 1, 2", "2, 2, 2, 3, 7/2, 5"))


def test_blocks_listed_one_by_one_are_as_many_as_counted() -> None:
    state = SMOOTHNESS.first() | {"a": "1, 3/2", "steps": 5}
    counted = next(c for c in SMOOTHNESS.look(**state).panels[0].curves if c.label == "mixed, counted")
    last = list(listed(**state))[-1]
    assert last.done == last.total == len(np.asarray(counted.x))
    np.testing.assert_array_equal(last.curves[0].y, counted.y)


@pytest.mark.parametrize("folded", [False, True])
def test_the_risk_is_that_of_least_squares_on_written_out_columns(folded: bool) -> None:
    found = numbers(SERIES, alpha=0.5, log_n=8, sigma=2.0, folded=folded)
    l = np.arange(1 - 2 ** (found["blocks S kept"] - 1), 2 ** (found["blocks S kept"] - 1))[:, None]
    columns = basis_values(l, np.arange(256)[:, None] / 256)
    risk = fits.risk_by_matrix(target(0.5, 256, folded), columns, 2.0)
    assert found["squared bias, exact"] + found["variance σ² m/n"] == pytest.approx(risk, rel=1e-12)
    assert (found["squared bias, statement"] == pytest.approx(found["squared bias, exact"])) == (not folded)
    assert found["balance m*"] == pytest.approx(np.sqrt(2 * 256 / 4), rel=1e-12)


def test_the_statements_hold_at_both_ends_of_the_sliders() -> None:
    for alpha in (0.5, 2.0):
        for sigma in (0.25, 4.0):
            for log_n in (4, 13):
                view = SERIES.look(alpha, log_n, sigma, False)
                assert all(verdict.holds for verdict in view.verdicts), (alpha, sigma, log_n)


def test_drawn_risks_are_within_five_standard_errors_of_the_line() -> None:
    state = SERIES.first() | {"alpha": 0.5, "sigma": 2.0}
    stated = next(c for c in SERIES.look(**state).panels[0].curves if c.label == "risk R_S, statement")
    *_, last = drawn(**state)
    curve = last.curves[0]
    assert np.all(np.abs(np.asarray(curve.y) - stated.y) < 5 * np.asarray(curve.error))


@pytest.mark.parametrize("text", ["1", "1, 3/2", "1/2, 2, 2"])
def test_the_band_is_that_of_numerics_and_holds_what_is_known(text: str) -> None:
    state = MINIMAX.first() | {"a": text, "log_n": 12}
    found = numbers(MINIMAX, **state)
    a = smoothness("a", text)
    known = minimax_band(a, 1.0, 2**12)
    assert known is not None and all(verdict.holds for verdict in MINIMAX.look(**state).verdicts)
    r = unit_rate(a[0], 1.0, 2**12)
    assert (found["lower bound over r"], found["upper bound over r"]) == pytest.approx([x / r for x in known])


def test_where_the_first_two_are_equal_no_upper_bound_is_shown() -> None:
    view = MINIMAX.look("1, 1", 60, False)
    assert "upper bound" not in [curve.label for curve in view.panels[0].curves]
    assert all(verdict.holds for verdict in view.verdicts)
    assert numbers(MINIMAX, a="1, 1")["constant C"] == "none: a_1 = a_2"


def test_a_large_constant_does_not_hide_a_risk_that_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    state = MINIMAX.first() | {"a": "1, 1.0000000001"}
    assert all(verdict.holds for verdict in MINIMAX.look(**state).verdicts)
    monkeypatch.setattr(minimax, "bayes_risk", lambda *letters: 0.0)
    assert [verdict.holds for verdict in MINIMAX.look(**state).verdicts] == [False, True]


def test_large_boxes_are_judged_to_their_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    state = SMOOTHNESS.first() | {"a": "1, 1.0001, 1.0103, 1.10107, 1.2000011, 1.7000003", "steps": 24}
    assert all(verdict.holds for verdict in SMOOTHNESS.look(**state).verdicts)
    state |= {"a": "1, 2, 3"}
    counted = exact.anisotropic_size
    monkeypatch.setattr(exact, "anisotropic_size", lambda a, T: counted(a, T) - 1)
    fails = [verdict.what for verdict in SMOOTHNESS.look(**state).verdicts if not verdict.holds]
    assert fails == ["G is the product, boxes"]


def test_a_mixed_set_one_too_small_is_seen_whatever_the_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    state = SMOOTHNESS.first() | {"a": "1, 1.0000000001", "steps": 24}
    assert all(verdict.holds for verdict in SMOOTHNESS.look(**state).verdicts)
    monkeypatch.setattr(exact, "mixed_size", lambda a, T: 2 ** int(T) - 2)
    assert not SMOOTHNESS.look(**state).verdicts[0].holds
