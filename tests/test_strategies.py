"""The strategies reach every hard class they promise, and stay inside the hypothesis."""

import numpy as np
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tests.learning.directions import BLURRED, REGULAR, TINY, apart, merged, reference
from tests.strategies import HARD_CLASSES, MARGIN, lags, pole_sets, stable_pairs, transforms

DRAWS = 400


def _drawn(strategy: st.SearchStrategy) -> list:
    drawn: list = []

    @settings(max_examples=DRAWS, database=None)
    @given(strategy)
    def draw(value: object) -> None:
        drawn.append(value)

    draw()
    return drawn


@pytest.fixture(scope="module")
def sets() -> list[np.ndarray]:
    return _drawn(pole_sets())


@pytest.mark.parametrize("name", HARD_CLASSES)
def test_each_hard_class_is_at_least_one_draw_in_fifty(name: str, sets: list[np.ndarray]) -> None:
    assert sum(map(HARD_CLASSES[name], sets)) >= DRAWS // 50


def test_poles_stay_inside_the_margin(sets: list[np.ndarray]) -> None:
    assert all(np.all(np.abs(poles) <= 1 - 0.9 * MARGIN) for poles in sets)


def test_sets_without_repetition_have_none_yet_nearly_repeat() -> None:
    sets = _drawn(pole_sets(repeated=False))
    assert not any(map(HARD_CLASSES["repeated"], sets))
    assert any(map(HARD_CLASSES["nearly repeated"], sets))


def test_pairs_are_stable_non_normal_and_controllable() -> None:
    pairs = _drawn(stable_pairs())
    assert all(np.max(np.abs(np.diag(A))) < 1 for A, _ in pairs)
    assert any(np.linalg.norm(A @ A.conj().T - A.conj().T @ A) > 0.5 for A, _ in pairs)
    assert sum(np.count_nonzero(B) > 1 for _, B in pairs) >= DRAWS // 4
    assert sum(bool(np.any(np.triu(A, 2))) for A, _ in pairs) >= DRAWS // 5
    assert sum(len(np.unique(np.diag(A))) < len(B) and np.count_nonzero(B) > 1 for A, B in pairs) >= DRAWS // 50
    for A, B in pairs:
        krylov = np.stack([np.linalg.matrix_power(A, power) @ B for power in range(len(B))])
        assert abs(np.linalg.det(krylov)) >= 0.5**10 * 0.99


def test_pairs_may_be_uncontrollable_when_asked() -> None:
    A, B = find(stable_pairs(controllable=False), lambda pair: len(pair[1]) > 1 and not pair[1].any())
    assert A.shape == (len(B), len(B))


def test_transforms_are_invertible() -> None:
    for S in _drawn(st.integers(1, 4).flatmap(transforms)):
        assert abs(np.linalg.det(S)) >= 0.25 ** len(S) * 0.99


def test_lags_reach_both_ends() -> None:
    drawn = _drawn(lags(7))
    assert {0, 6} <= set(drawn)
    assert max(drawn) < 7


def test_regular_pairs_have_no_vanished_direction() -> None:
    assert all(reference(pair).g[-1] > 0 for pair in [TINY, *_drawn(REGULAR)[:100]])


def test_poles_that_no_digits_tell_apart_are_moved_or_merged() -> None:
    for A, B in BLURRED:
        poles = np.diag(A)
        assert reference((A, B)).g[-1] == 0
        assert reference((np.diag(apart(poles)), B)).g[-1] > 0
        assert len(np.unique(merged(poles))) == len(poles) - 1
