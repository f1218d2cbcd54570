"""Dictionaries against a search, repeats against brute force, and what is refused."""

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

import numerics.selection.look_up as exact


def test_both_routes_answer_alike_on_random_tokens() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        V, n = int(rng.integers(1, 8)), int(rng.integers(1, 4))
        tokens = rng.integers(0, V + 1, int(rng.integers(n, 20))).tolist()
        assert exact.answered(tokens, n, V, 9) == exact.answered_by_search(tokens, n, V, 9)


def test_a_string_is_copied_exactly_when_its_ngrams_are_distinct() -> None:
    for V, n, L in ((3, 1, 3), (3, 2, 4), (4, 1, 3), (4, 2, 5), (3, 3, 6)):
        for x in itertools.product(range(1, V), repeat=L):
            copied = exact.copied(x, n, V) == [*x, V]
            assert copied == (exact.distinct_ngrams(x, n) == L - n + 1), x


@pytest.mark.parametrize(("V", "n", "L"), [(2, 2, 5), (2, 3, 7), (3, 2, 6), (1, 1, 1), (1, 2, 4), (5, 1, 3), (2, 1, 9)])
def test_repeats_against_brute_force(V: int, n: int, L: int) -> None:
    strings = itertools.product(range(V), repeat=L)
    distinct = sum(len({x[i : i + n] for i in range(L - n + 1)}) == L - n + 1 for x in strings)
    expected = 1 - Fraction(distinct, V**L)
    assert exact.repeat_probability(V, n, L) == exact.repeat_probability_by_paths(V, n, L) == expected
    assert expected <= exact.repeat_bound(V, n, L) == exact.repeat_bound_by_pairs(V, n, L)


def test_repeats_by_the_birthday_formula() -> None:
    """n = 1: all L symbols differ with probability V(V−1)..(V−L+1)/V^L."""
    for V, L in ((365, 5), (10**6, 4)):
        birthday = math.prod(Fraction(V - i, V) for i in range(L))
        assert exact.repeat_probability_by_paths(V, 1, L) == 1 - birthday


def test_growing_strings_is_given_up_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "MOST", 1000)
    with pytest.raises(ValueError, match="more than 1000 symbols are added"):
        exact.repeat_probability_by_paths(2, 20, 40)


def test_the_bound_is_tight_for_one_pair_and_silent_for_none() -> None:
    for V, n in ((2, 1), (3, 2), (2, 5)):
        assert exact.repeat_probability(V, n, n + 1) == exact.repeat_bound(V, n, n + 1) == Fraction(1, V**n)
        assert exact.repeat_probability(V, n, n) == exact.repeat_bound(V, n, n) == 0


def test_a_pair_agrees_alike_whether_it_overlaps_or_not() -> None:
    for V, n, gap in itertools.product((1, 2, 3), (1, 2, 3), (1, 2, 3, 4)):
        assert exact.pair_agreement(V, n, gap) == exact.pair_agreement_by_classes(V, n, gap) == Fraction(1, V**n)


def test_unequal_symbols_agree_more_often() -> None:
    law = [Fraction(1, 4), Fraction(3, 4)]
    assert exact.pair_agreement(2, 2, 2, law) == Fraction(5, 8) ** 2
    assert exact.pair_agreement(2, 2, 1, law) == Fraction(1 + 27, 64)


def test_writes_are_those_of_the_most_frequent_ngram_with_a_successor() -> None:
    assert exact.most_writes([1, 2, 1, 3, 1], 1) == 2  # the last 1 is followed by nothing
    assert exact.most_writes([1, 2, 1, 2, 1], 2) == 2
    assert exact.most_writes([1], 1) == 0


def test_all_contexts_are_counted() -> None:
    keys, values = exact.all_contexts(4, 3, 2)
    rows = {(*k, *v) for k, v in zip(keys.tolist(), values.tolist(), strict=True)}
    assert len(keys) == len(rows) == 12 * 9
    assert all(k[0] != k[1] for k in keys.tolist())


@pytest.mark.parametrize(
    ("make", "rule"),
    [
        (lambda: exact.copied([1, 4], 1, 4), "4 is the end mark"),
        (lambda: exact.copied([1, 0], 1, 4), r"x\[1\] = 0"),
        (lambda: exact.copied([1, 2], 3, 4), "at least n = 3"),
        (lambda: exact.copied([True, 2], 1, 4), "not a truth value"),
        (lambda: exact.copied([1], 1, 1), "must be at least 2"),
        (lambda: exact.answered([], 1, 4), "at least n = 1"),
        (lambda: exact.answered([1, 5], 1, 4), "must be 0..4"),
        (lambda: exact.answered([1, -1], 1, 4), "at least 0"),
        (lambda: exact.answered_by_search([1, 2], 1, 4, 0), "steps = 0"),
        (lambda: exact.distinct_ngrams([1], 2), "at least n = 2"),
        (lambda: exact.most_writes([1], 0), "n = 0"),
        (lambda: exact.repeat_probability(2, 3, 2), "at least n = 3"),
        (lambda: exact.repeat_probability(2, 1, 18), "at most 4194304, the symbols"),
        (lambda: exact.repeat_probability(1, 1, 2**22 + 1), "at most 4194304, the symbols"),
        (lambda: exact.repeat_probability(10**400, 1, 10**5), "at most 4194304, the symbols"),
        (lambda: exact.repeat_probability_by_paths(10**6, 1, 2000), "L = 2000: must be at most 256"),
        (lambda: exact.pair_agreement(2, 1, 1, [0.5, 0.5]), "as Fractions"),  # type: ignore[list-item]
        (lambda: exact.repeat_bound(2, 3, 2), "at least n = 3"),
        (lambda: exact.pair_agreement(2, 1, 0), "gap = 0"),
        (lambda: exact.pair_agreement(2, 1, 1, [Fraction(1, 2)] * 3), "2 probabilities of sum 1"),
        (lambda: exact.pair_agreement(2, 1, 1, [Fraction(3, 2), Fraction(-1, 2)]), "2 probabilities of sum 1"),
        (lambda: exact.all_contexts(2, 3, 3), "at most the number of keys"),
        (lambda: exact.all_contexts(12, 12, 6), "more than 4194304 keys"),
        (lambda: exact.all_contexts(10**9, 2, 10**9), "more than 4194304 keys"),
    ],
)
def test_what_is_refused(make: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        make()
