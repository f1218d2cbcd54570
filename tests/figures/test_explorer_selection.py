"""The explorations of selection: their numbers by another route, what they refuse, what they measure on demand."""

import math
from itertools import islice
from typing import Any

import mpmath
import numpy as np
import pytest

import numerics.selection.codes as codes
import numerics.selection.softmax as softmax
import numerics.selection.states as states
from figures.explorer import markup
from figures.explorer.exploration import Curve, Exploration, Number, View
from figures.explorer.selection.codes import DIMENSION
from figures.explorer.selection.softmax import SHARPNESS
from figures.explorer.selection.states import BITS
from figures.measuring import UNIT, standard_errors
from tests.figures.shown import Shown

SHOWN: tuple[Shown, ...] = (
    Shown(
        "selection.sharpness",
        "delta",
        "least sharpness χ*",
        lambda: markup.written(Number("", softmax.sharpness_needed(64, 0.7, 0.05))),
    ),
    Shown(
        "selection.state_bits",
        "p",
        "fraction of strings kept",
        lambda: markup.written(Number("", states.numbers_with(7, 8) / 2**8)),
    ),
    Shown(
        "selection.code_dimension",
        "b",
        "d for failure x, random code",
        lambda: markup.written(Number("", codes.random_code_dimension(8, 2, 0.01))),
    ),
)


def at(exploration: Exploration, **moves: Any) -> View:
    """The view with some controls moved."""
    return exploration.look(**(exploration.first() | moves))


def number(view: View, label: str) -> Any:
    """The number with this label."""
    return next(one.value for one in view.numbers if one.label == label)


def curve(view: View, panel: int, label: str) -> Curve:
    """The curve of a panel whose label begins so."""
    return next(one for one in view.panels[panel].curves if one.label.startswith(label))


def test_tied_losers_lie_on_the_bound_and_the_weight_is_that_of_many_digits() -> None:
    view = at(SHARPNESS, losers="all tied", L=16, chi=7)
    bound, measured = curve(view, 0, "bound"), curve(view, 0, "softmax")
    np.testing.assert_allclose(np.asarray(measured.y), np.asarray(bound.y), rtol=64 * UNIT * (1 + 40 * 0.5))
    slow = softmax.softmax_weights_by_digits([0.0, *[-0.5] * 15], 7)
    assert number(view, "weight of the losers at χ") == pytest.approx(float(1 - slow[0]), rel=1e-14)
    with mpmath.workdps(50):
        r = 15 * mpmath.exp(-mpmath.mpf("3.5"))
        assert number(view, "its bound r/(1 + r)") == pytest.approx(float(r / (1 + r)), rel=1e-14)


def test_a_second_winner_keeps_half_of_the_weight_and_moves_the_value_half_way() -> None:
    view = at(SHARPNESS, L=2, tie=True, chi=30)
    assert number(view, "weight of the losers at χ") == 0.5
    assert number(view, "error of the value at χ") == pytest.approx(1, rel=1e-15)  # from 1 half the way to −1


def test_the_error_of_the_value_is_that_of_the_loop_over_values() -> None:
    view = at(SHARPNESS, L=8, values="round the circle", chi=3)
    mu = -0.5 * np.array([0, *(1 + np.linspace(0, 1, 7))])
    angle = 2 * np.pi * np.arange(8) / 8
    found = softmax.value_error_by_loop(mu + 0.0, np.stack([np.cos(angle), np.sin(angle)], axis=1), 3)
    assert found is not None
    assert number(view, "error of the value at χ") == pytest.approx(found.error, rel=1e-12)
    assert number(view, "ρ, from the values") == pytest.approx(2, rel=1e-15)


def test_strings_are_kept_and_copied_as_one_after_the_other_in_whole_numbers() -> None:
    view = at(BITS, b=2, bits=6, p=4, word="3, 0, 1")
    words = states.strings(4, 3).tolist()
    slow = [states.copy_in_precision(word, 4, 4) for word in words]
    right = sum(said == word for (_, said), word in zip(slow, words, strict=True))
    assert number(view, "fraction of strings copied") == right / 64
    assert number(view, "fraction of strings kept") == states.numbers_with(4, 6) / 64
    assert number(view, "your string is the number") == 0b110001
    assert number(view, "p bits keep the number") == 0b110000


def test_the_best_answers_lose_what_the_pigeonhole_bound_says_and_the_copier_no_less() -> None:
    view = at(BITS, b=1, bits=6)
    best, own = curve(view, 0, "best"), curve(view, 0, "digit copier")
    np.testing.assert_array_equal(best.y, 1 - np.round(2.0 ** np.asarray(best.x)) / 2**6)
    assert np.all(np.asarray(own.y) >= np.asarray(best.y)) and np.any(np.asarray(own.y) > np.asarray(best.y))


def test_the_exact_tail_is_that_of_all_codes_written_down() -> None:
    view = at(DIMENSION, L=2, failure=0.3)  # 2(L − 1) log(2/0.3) = 3.8
    d = number(view, "d for failure x, random code")
    assert d == math.ceil(2 * math.log(2 / 0.3)) == 4
    every = codes.misread_by_enumeration(codes.random_columns(2), [[1], [1]], d)
    assert number(view, "b L p at the former") == float(every.one.sum())


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("1, x", "'x' must be a number"),
        ("", "must be one number at least"),
        ("1, 4", r"word\[1\] = 4: must be at most 3"),
        ("0.5", r"word\[0\] = 0.5: must be an integer"),
        ("1, -1", r"word\[1\] = -1: must be at least 0"),
        ("1j", "must be real"),
    ],
)
def test_bad_strings_are_refused_in_the_words_of_the_library(word: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        at(BITS, word=word)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_network_keeps_what_its_line_says_and_copies_what_fits(dtype: str) -> None:
    state = BITS.first() | {"dtype": dtype}
    line = curve(BITS.look(**state), 1, f"kept, p = {11 if dtype == 'float16' else 24} ")
    part = 4 if dtype == "float16" else 7  # one round over all lengths
    *_, last = islice(BITS.on_demand[0].run(**state), part)
    kept, copied, direct = last.curves
    assert len(np.asarray(kept.x)) == part and kept.error is not None
    stated = np.interp(np.asarray(kept.x), np.asarray(line.x), np.asarray(line.y))
    spread = np.sqrt(stated * (1 - stated) / 200)  # where all are kept, without exception
    assert standard_errors(np.asarray(kept.y), stated, np.maximum(spread, 1e-12)) < 5
    fits = stated == 1
    assert np.all(np.asarray(copied.y)[fits] == 1) and np.all(np.asarray(copied.y)[~fits] < 1)
    if dtype == "float32":  # the badly layered variant loses strings whose bits fit
        assert np.any(np.asarray(direct.y)[fits] < 1)


def test_many_codes_misread_as_rarely_as_the_exact_law() -> None:
    """Three pairs, where the law of all codes is computed: the shares are within five standard errors of it."""
    state = DIMENSION.first() | {"L": 3, "failure": 0.3}
    v = np.random.default_rng(state["seed"]).choice([-1, 1], size=(3, 1))
    *_, last = islice(DIMENSION.on_demand[0].run(**state), 10)
    columns = (codes.random_columns(3), codes.parity_columns(range(3), 3))
    for found, column in zip(last.curves, columns, strict=True):
        law = np.array([float(codes.misread(column, v, int(d)).any) for d in np.asarray(found.x)])
        assert standard_errors(np.asarray(found.y), law, np.sqrt(law * (1 - law) / 1000)) < 5


def test_shares_are_below_the_exact_union_within_their_errors() -> None:
    state = DIMENSION.first()
    union = curve(DIMENSION.look(**state), 0, "random: exact")
    *_, last = islice(DIMENSION.on_demand[0].run(**state), 5)
    drawn = last.curves[0]
    assert drawn.error is not None
    assert np.all(np.asarray(drawn.y) <= np.asarray(union.y) + 5 * np.asarray(drawn.error))
