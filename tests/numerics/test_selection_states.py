"""Automata and the digit copier: fast routes against slow ones, hard sizes, refusals."""

from fractions import Fraction

import numpy as np
import pytest

import numerics.selection.states as exact


@pytest.mark.parametrize(("V", "m", "L"), [(2, 1, 3), (2, 2, 3), (2, 3, 2), (2, 4, 3), (3, 3, 2), (4, 2, 2), (2, 3, 1)])
def test_no_automaton_copies_more_strings_than_it_has_states(V: int, m: int, L: int) -> None:
    found = exact.copies_of_all_automata(m, V, L)
    assert found.max() == min(m, V**L)
    tables = exact.strings(m, m * V).reshape(-1, m, V)
    for k in np.random.default_rng(0).integers(0, len(tables), 20):
        assert exact.copies_by_walking(tables[k], L) == found[k]


def test_errors_by_both_routes_and_by_hand() -> None:
    half = Fraction(1, 2)
    encoder = np.array([[1, 0], [1, 0], [half, half], [0, 1]])
    decoder = np.array([[half, half, 0, 0], [0, 0, half, half]])
    found = exact.copy_errors(encoder, decoder, 2, 2)
    assert found == exact.copy_errors_by_loops(encoder, decoder, 2, 2)
    assert found == (1 - Fraction(7, 16), Fraction(5, 16))


@pytest.mark.parametrize("p", [1, 2, 5, 53])
def test_rounding_is_that_of_fractions(p: int) -> None:
    rng = np.random.default_rng(p)
    x = np.concatenate([rng.integers(-(2**60), 2**60, 200), np.arange(-70, 70), 2 ** np.arange(60) - 1])
    for value, found in zip(x.tolist(), exact.rounded(x, p).tolist(), strict=True):
        step = Fraction(2) ** max(abs(value).bit_length() - p, 0)
        assert found == round(value / step) * step


def test_rounding_to_53_bits_is_that_of_doubles() -> None:
    x = np.random.default_rng(0).integers(-(2**60), 2**60, 500)
    assert np.array_equal(exact.rounded(x, 53), x.astype(np.float64).astype(np.int64))


@pytest.mark.parametrize(("V", "L", "p"), [(2, 9, 4), (4, 4, 3), (8, 2, 2), (2, 8, 8), (16, 1, 3)])
def test_all_strings_at_once_are_copied_as_one_by_one(V: int, L: int, p: int) -> None:
    words = exact.strings(V, L).tolist()
    slow = [exact.copy_in_precision(word, V, p) for word in words]
    found = exact.digits_in_precision(V, L, p)
    assert found.copied * len(words) == sum(said == word for (_, said), word in zip(slow, words, strict=True))
    assert found.states * len(words) == exact.numbers_with(p, len(words).bit_length() - 1)
    assert exact.numbers_in_precision(V, L, p).tolist() == [x for x, _ in slow]


@pytest.mark.parametrize(("p", "bits"), [(1, 1), (3, 2), (3, 3), (2, 9), (5, 10)])
def test_numbers_with_few_bits_are_those_that_rounding_leaves(p: int, bits: int) -> None:
    x = np.arange(2**bits)
    assert exact.numbers_with(p, bits) == int((exact.rounded(x, p) == x).sum())


def test_exact_integers_copy_long_strings() -> None:
    word = np.random.default_rng(0).integers(0, 16, 200).tolist()
    number, said = exact.copy_in_precision(word, 16, None)
    assert said == word and number.bit_length() <= 800


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_doubles_are_the_emulation_with_53_bits(bits: int) -> None:
    rng = np.random.default_rng(bits)
    for _ in range(20):
        word = rng.integers(0, 2**bits, 60 // bits).tolist()
        x = 0.0
        for u in word:
            x = 2**bits * x + u
        assert exact.copy_in_precision(word, 2**bits, 53)[0] == int(x)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: exact.digits_in_precision(3, 2, 4), "V = 3: must be a power of two"),
        (lambda: exact.digits_in_precision(1, 2, 4), "V = 1: must be at least 2"),
        (lambda: exact.digits_in_precision(2, 0, 4), "L = 0: must be at least 1"),
        (lambda: exact.digits_in_precision(2, 2, 1), "p = 1: must be at least 2"),
        (lambda: exact.digits_in_precision(2, 2, -3), "p = -3: must be at least 2"),
        (lambda: exact.digits_in_precision(2, 60, 4), "must have at most 2\\^24 strings"),
        (lambda: exact.copy_in_precision([], 2, 4), "word = \\[\\]: must hold at least one value"),
        (lambda: exact.copy_in_precision([0, 2], 2, 4), "word\\[1\\] = 2: must be at most 1"),
        (lambda: exact.copy_in_precision([0], 6, 4), "V = 6: must be a power of two"),
        (lambda: exact.strings(2, 0), "L = 0: must be at least 1"),
        (lambda: exact.strings(0, 2), "V = 0: must be at least 1"),
        (lambda: exact.final_states([[0, 2]], 3), "must be at most 0"),
        (lambda: exact.final_states([], 3), "transitions has shape"),
        (lambda: exact.final_states([[0, 0]], 0), "L = 0"),
        (lambda: exact.copies_of_all_automata(5, 3, 4), "must have at most 2\\^24 automata"),
        (lambda: exact.copies_of_all_automata(0, 3, 4), "m = 0"),
        (lambda: exact.copy_errors([[1, 0]], [[1], [1]], 2, 1), "must be \\(2, m\\) and transposed"),
        (lambda: exact.copy_errors([[1], [1]], [[1, 1]], 2, 1), "must be >= 0 and sum to 1"),
        (lambda: exact.copy_errors([[1], [1]], [[2, -1]], 2, 1), "must be >= 0 and sum to 1"),
        (lambda: exact.copy_errors([], [], 2, 1), "must be two-dimensional"),
        (lambda: exact.rounded([0.5], 3), "must be integers"),
        (lambda: exact.rounded([2**61], 3), "must be integers below 2\\^61"),
        (lambda: exact.rounded([1], 0), "p = 0"),
        (lambda: exact.numbers_with(3, -1), "bits = -1"),
        (lambda: exact.numbers_with(0, 3), "p = 0"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
