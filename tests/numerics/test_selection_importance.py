"""What hiding a token changes: two routes, exact on integers, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numerics.selection.importance as exact

rows = st.integers(1, 9).flatmap(
    lambda L: st.tuples(*[st.lists(st.integers(-4, 4), min_size=L, max_size=L).map(np.array)] * 4)
)


def slow_output(values, kernels, pooling):
    """Token by token, lag by lag, in Python's integers."""
    x = [int(value) for value in values]
    for kernel in kernels:
        x = [x[t] + sum(int(kernel[t - s]) * x[s] for s in range(t + 1)) for t in range(len(x))]
    return sum(int(p) * y for p, y in zip(pooling, x, strict=True))


@given(rows, st.integers(-4, 4))
def test_routes_are_equal_on_integers(drawn, hidden):
    values, first, second, pooling = drawn
    kernels = [first, second]
    assert exact.pooled_output(values, kernels, pooling) == slow_output(values, kernels, pooling)
    K = exact.composite_kernel(kernels, len(values))
    brute = exact.occlusion(lambda e: exact.pooled_output(e, kernels, pooling), values, hidden)
    assert np.array_equal(brute, exact.linear_occlusion(values, hidden, K, pooling))
    response = [sum(int(pooling[s]) * int(K[s - t]) for s in range(t, len(K))) for t in range(len(K))]
    assert exact.linear_response(K, pooling).tolist() == response


def test_a_gate_makes_the_change_depend_on_the_other_tokens():
    kernels, pooling = [[0, 1], [0, 1]], [0, 1]
    changes = [
        exact.occlusion(lambda e: exact.pooled_output(e, kernels, pooling, gated=True), [1, last], 0)[0]
        for last in (3, -3)
    ]
    assert changes[0] != changes[1]


@given(st.lists(st.integers(0, 2), max_size=12), st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_occurrences_and_support_are_those_of_the_string(letters, word):
    text, sought = "".join(map(str, letters)), "".join(map(str, word))
    places = [i for i in range(len(text)) if text.startswith(sought, i)]
    assert exact.occurrences(letters, word).tolist() == places
    expected = [int(sought in text[:t] + "9" + text[t + 1 :]) for t in range(len(text))]
    assert exact.still_occurs(letters, word, 9).tolist() == expected
    assert exact.still_occurs_by_cover(letters, word).tolist() == expected


def test_three_hundred_strings_of_thirty_letters():
    random = np.random.default_rng(0)
    for _ in range(300):
        letters, s, m = random.integers(0, 4, 30), int(random.integers(0, 25)), int(random.integers(1, 7))
        word = letters[s : s + m]
        if len(exact.occurrences(letters, word)) == 1:
            inside = (np.arange(30) >= s) & (np.arange(30) < s + m)
            assert np.array_equal(exact.still_occurs(letters, word, 9) == 0, inside)


def test_overlapping_occurrences_share_the_places_that_matter():
    assert exact.still_occurs([0, 0, 0], [0, 0], 9).tolist() == [1, 0, 1]
    assert exact.still_occurs([0, 0, 1, 0, 0], [0, 0], 9).tolist() == [1] * 5


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: exact.occurrences([0, 1], []), "length of the word = 0"),
        (lambda: exact.occurrences([0.5], [0]), "must be a sequence of integers"),
        (lambda: exact.still_occurs([0, 1], [9], 9), "hidden = 9: must be no letter of the word"),
        (lambda: exact.pooled_output([1, 2], [[1]], [0, 1]), r"kernel has shape \(1,\): must be \(2,\)"),
        (lambda: exact.pooled_output([1, 2], [], [1]), r"pooling has shape \(1,\)"),
        (lambda: exact.pooled_output([], [], []), "number of tokens = 0"),
        (lambda: exact.composite_kernel([], 0), "length = 0"),
    ],
)
def test_bad_inputs_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
