"""Levels without selection: exact values against enumeration and mpmath, delays, and what is refused."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import numerics.selection.blind as exact


@pytest.mark.parametrize("size", [(1, 2, 3), (2, 2, 2), (2, 3, 2), (2, 4, 3), (3, 3, 2), (3, 4, 2), (2, 2, 4)])
def test_linear_risk_by_three_routes(size: tuple[int, int, int]) -> None:
    risk = exact.linear_recall_risk(size[0], size[2])
    assert exact.linear_recall_risk_exact(*size) == risk
    assert abs(exact.linear_recall_risk_fitted(*size) - risk) < 1e-10
    assert exact.linear_recall_risk_fitted(*size, products=True) < 1e-10


def test_every_recall_occurs_once() -> None:
    sequences, answers = exact.recall_sequences(2, 3, 2)
    assert sequences.shape == (6 * 4 * 2, 5)
    assert len(np.unique(sequences, axis=0)) == len(sequences)
    for sequence, answer in zip(sequences, answers, strict=True):
        assert dict(zip(sequence[0:4:2], sequence[1:4:2], strict=True))[sequence[4]] == 3 + answer


@pytest.mark.parametrize(
    ("n", "V", "accuracy", "entropy"),
    [(3, 8, 0.4531, 0.9298), (4, 8, 0.4121, 1.1395), (4, 16, 0.3372, 1.2597)],
)
def test_blind_values_of_recall_figures(n: int, V: int, accuracy: float, entropy: float) -> None:
    assert round(float(exact.order_blind_accuracy(n, V)), 4) == accuracy
    assert round(exact.order_blind_entropy(n, V), 4) == entropy


@pytest.mark.parametrize("V", [1, 2, 7, 100])
def test_blind_values_of_two_pairs(V: int) -> None:
    assert exact.order_blind_accuracy(2, V) == (1 + Fraction(1, V)) / 2
    assert abs(exact.order_blind_entropy(2, V) - (1 - 1 / V) * math.log(2)) < 4e-16
    assert (exact.order_blind_accuracy(1, V), exact.order_blind_entropy(1, V)) == (1, 0.0)


@pytest.mark.parametrize(("n", "V"), [(1, 5), (3, 3), (5, 4), (7, 2), (4, 1)])
def test_blind_values_by_enumeration(n: int, V: int) -> None:
    accuracy, entropy = exact.blind_by_enumeration(n, V)
    assert accuracy == exact.order_blind_accuracy(n, V)
    assert abs(entropy - exact.order_blind_entropy(n, V)) < 1e-12
    assert exact.blind_by_enumeration(n, V, ordered=True) == (1, 0.0)


@pytest.mark.parametrize(("n", "V"), [(40, 3), (12, 1000), (64, 64)])
def test_blind_entropy_in_many_digits(n: int, V: int) -> None:
    with mpmath.workdps(60):
        p = mpmath.mpf(1) / V
        mean = mpmath.fsum(
            mpmath.binomial(n, j) * p**j * (1 - p) ** (n - j) * j * mpmath.log(j) for j in range(1, n + 1)
        )
        expected = mpmath.log(n) - V * mean / n
        assert abs(exact.order_blind_entropy(n, V) - expected) < 8e-16 * mpmath.log(n)


def test_blind_accuracy_of_many_pairs_is_between_its_limits() -> None:
    assert exact.limited_sequences(20, 3)[-1] == 3**20
    assert Fraction(1, 3) < exact.order_blind_accuracy(48, 3) < Fraction(1, 2)
    assert exact.order_blind_accuracy(12, 10**6) < Fraction(1, 12) + Fraction(1, 10**4)


@pytest.mark.parametrize("L", [1, 2, 7])
def test_copies_by_two_routes(L: int) -> None:
    u = np.random.default_rng(L).standard_normal(20)
    assert np.array_equal(exact.copied(u, L), exact.copied_by_delay_line(u, L))
    assert np.array_equal(exact.copied(u, L), np.convolve(np.eye(L + 1)[L], u)[: len(u)])
    assert np.array_equal(exact.copied(u, 30), np.zeros(20))
    assert exact.delay_state(L) == L


def test_two_lengths_have_no_filter() -> None:
    taps, error = exact.copying_taps([3], 6)
    assert np.abs(taps - np.eye(6)[3]).max() < 1e-14 and error < 1e-28
    taps, error = exact.copying_taps([2, 3], 6)
    assert error > 0.3 and np.abs(taps).max() < 0.9


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: exact.linear_recall_risk(0, 2), "pairs = 0: must be at least 1"),
        (lambda: exact.linear_recall_risk(2, 0), "values = 0: must be at least 1"),
        (lambda: exact.linear_recall_risk(2.0, 3), "pairs = 2.0: must be an integer"),  # type: ignore[arg-type]
        (lambda: exact.recall_sequences(3, 2, 2), "pairs = 3: must be at most K = 2"),
        (lambda: exact.recall_sequences(6, 8, 8), "more than 2"),
        (lambda: exact.order_blind_accuracy(0, 3), "pairs = 0"),
        (lambda: exact.order_blind_entropy(3, 0), "values = 0"),
        (lambda: exact.recall_sequences(10**9, 10**9, 8), "more than 2"),
        (lambda: exact.linear_recall_risk_fitted(1, 1, 2**17), "one-hot, more than"),
        (lambda: exact.linear_recall_risk_exact(1, 1, 2**17), "one-hot, more than"),
        (lambda: exact.blind_by_enumeration(20, 8), "more than 2"),
        (lambda: exact.blind_by_enumeration(10**9, 10), "more than 2"),
        (lambda: exact.copied([], 1), "must hold at least one value"),
        (lambda: exact.copied([1.0], 0), "length = 0: must be at least 1"),
        (lambda: exact.copied([np.nan], 1), "must be finite"),
        (lambda: exact.copying_taps([], 3), "must hold at least one"),
        (lambda: exact.copying_taps([2], 0), "weights = 0"),
        (lambda: exact.copying_taps([10**4], 10), "numbers in the equations"),
        (lambda: exact.copied_by_delay_line([1.0], 10**10), "at most 16777216 states"),
        (lambda: exact.delay_state(0), "length = 0"),
        (lambda: exact.delay_state(2000), "at most 1024"),
    ],
)
def test_what_is_refused(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
