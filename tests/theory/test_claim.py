"""The record refuses what is no claim; a statement evaluates to its sides exactly."""

import dataclasses
import pickle
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

import theory.memory as claim
from theory.claim import TIE, evaluate
from theory.proof import Measured

M, b = sp.IndexedBase("M"), sp.IndexedBase("b")
tau, j, N = sp.symbols("tau j N", integer=True, nonnegative=True)
G = sp.MatrixSymbol("G", N, N)


def test_sums_and_indices() -> None:
    statement = sp.Eq(M[tau], 1 - sp.Sum(sp.Abs(b[j]) ** 2, (j, 0, tau)))
    (sides,) = evaluate(statement, {"M": [0.5, 0.25], "b": np.array([0.5j, 0.5]), "tau": 1})
    assert (sides.left, sides.right, sides.violation) == (0.25, 0.5, 0.25)


def test_an_infinite_sum_runs_over_the_terms_given() -> None:
    statement = sp.Eq(sp.Sum(M[tau], (tau, 0, sp.oo)), N)
    (sides,) = evaluate(statement, {"M": [0.5, 0.25, 0.125], "N": 1, "infinity": 1})
    assert sides.left == 0.75


def test_matrices_and_digits() -> None:
    statement = sp.Eq(M[tau], sp.Trace(G.inv()))
    hilbert = np.array([[Fraction(1, i + k + 1) for k in range(12)] for i in range(12)])
    with mpmath.workdps(60):
        trace = sum(
            mpmath.matrix([[mpmath.mpf(1) / (i + k + 1) for k in range(12)] for i in range(12)])[i, i] for i in [0]
        )
    assert trace == 1
    (sides,) = evaluate(statement, {"M": [0], "tau": 0, "G": hilbert, "N": 12}, digits=60)
    exact = sp.Matrix(12, 12, lambda i, k: sp.Rational(1, i + k + 1)).inv(method="LU").trace()
    assert abs(sides.right - int(exact)) < mpmath.mpf(10) ** -30


@pytest.mark.parametrize(("value", "violation"), [(2, 0), (5, 1), (3.5, 0)])
def test_inequalities_count_only_the_excess(value: float, violation: float) -> None:
    (sides,) = evaluate(sp.Le(M[0], 4, evaluate=False), {"M": [value]})
    assert sides.violation == violation
    (sides,) = evaluate(sp.Ge(4, M[0], evaluate=False), {"M": [value]})
    assert sides.violation == violation


def test_an_imaginary_part_violates_an_inequality() -> None:
    (sides,) = evaluate(sp.Le(M[0], 4, evaluate=False), {"M": [1 + 2j]})
    assert sides.violation == 2


@pytest.mark.parametrize("index", [-1, 2])
def test_an_index_outside_the_array_is_refused(index: int) -> None:
    with pytest.raises(IndexError):
        evaluate(sp.Eq(M[tau], 0), {"M": [1, 2], "tau": index})


def test_a_letter_without_a_value_is_refused() -> None:
    with pytest.raises(KeyError):
        evaluate(sp.Eq(M[tau], N), {"M": [1], "tau": 0})


@pytest.mark.parametrize(
    "change",
    [
        {"name": "memory"},
        {"name": "Memory.X"},
        {"kind": "roughly"},
        {"statement": M[0]},
        {"assumes": ""},
        {"source": ""},
    ],
    ids=str,
)
def test_what_is_no_claim_is_refused(change: dict) -> None:
    with pytest.raises(ValueError, match="claim"):
        dataclasses.replace(claim.REGRESSION, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"unchecked": "derived, and yet unchecked"},
        {"prove": lambda: Measured("at least .95"), "untrained": "measured, and yet without a run"},
    ],
    ids=("unchecked", "untrained"),
)
def test_what_its_proof_forbids_is_refused_when_the_proof_is_built(change: dict) -> None:
    with pytest.raises(ValueError, match="claim"):
        _ = dataclasses.replace(claim.REGRESSION, **change).proof


def test_a_proof_is_built_when_asked_for_and_once() -> None:
    built = []

    def prove() -> Measured:
        built.append(1)
        return Measured("at least .95")

    lazy = dataclasses.replace(claim.REGRESSION, prove=prove)
    assert not built
    assert (lazy.status, lazy.reach, lazy.proof) == ("measured", "measured", lazy.proof)
    assert built == [1]


def test_a_claim_stays_itself_between_processes() -> None:
    assert pickle.loads(pickle.dumps(claim.REGRESSION)) is claim.REGRESSION


STABLE = sp.Equivalent(sp.Lt(sp.Abs(b[0]), 1, evaluate=False), sp.Lt(b[1], 0, evaluate=False))


@pytest.mark.parametrize(("pole", "rate", "violation"), [(0.5, -1, 0), (2, 3, 0), (0.5, 2, 0.5), (3, -0.25, 0.25)])
def test_an_equivalence_counts_the_least_change_that_would_restore_it(
    pole: float, rate: float, violation: float
) -> None:
    (sides,) = evaluate(STABLE, {"b": [pole, rate]})
    assert sides.violation == violation


def test_an_equivalence_with_an_equation_is_violated_where_only_the_equation_holds() -> None:
    copied = sp.Equivalent(sp.Eq(b[0], 0, evaluate=False), sp.Gt(b[1], 2, evaluate=False))
    assert evaluate(copied, {"b": [0, 1.5]})[0].violation == 0.5
    assert evaluate(copied, {"b": [3, 2.5]})[0].violation == 0.5
    assert evaluate(copied, {"b": [0, 3]})[0].violation == evaluate(copied, {"b": [1, 1]})[0].violation == 0


def test_what_is_not_a_number_does_not_count_as_the_side_that_fails() -> None:
    """Else a broken measurement would agree with an equivalence whose other side fails."""
    for pole, rate in ((float("nan"), 3), (2, float("nan")), (float("nan"), float("nan"))):
        (sides,) = evaluate(STABLE, {"b": [pole, rate]})
        assert mpmath.isnan(sides.violation)


def test_ties_break_strict_inequalities_and_equivalences() -> None:
    """By less than any rounding: only an exact measurement, of tolerance 0, objects."""
    assert evaluate(sp.Lt(b[0], 1, evaluate=False), {"b": [1]})[0].violation == TIE
    assert evaluate(sp.Gt(1, b[0], evaluate=False), {"b": [1]})[0].violation == TIE
    assert evaluate(sp.Le(b[0], 1, evaluate=False), {"b": [1]})[0].violation == 0
    assert evaluate(STABLE, {"b": [1, -1]})[0].violation == evaluate(STABLE, {"b": [0.5, 0]})[0].violation == TIE
    assert evaluate(STABLE, {"b": [1, 0]})[0].violation == 0
    assert 0 < float(TIE) < 1e-290


def test_integers_divide_in_many_digits_and_never_overflow() -> None:
    statement = sp.Eq(M[tau], sp.Sum(1 / (j + 3), (j, 0, 0)) * tau**tau / (tau + 1) ** tau, evaluate=False)
    (sides,) = evaluate(statement, {"M": np.zeros(2001), "tau": 2000})
    with mpmath.workdps(50):
        assert abs(sides.right - mpmath.power(mpmath.mpf(2000) / 2001, 2000) / 3) < mpmath.mpf(10) ** -45
