"""The procedure itself: it passes a true statement, and objects to false ones in every way it should."""

import dataclasses

import numpy as np
import pytest
import sympy as sp
from hypothesis import strategies as st

import theory.memory as claim
from tests.mutants import mutants
from tests.witness import Check, Counter, Ladder, Sample, hold, slope, smallest_witness, survivors

M, tau, r = sp.IndexedBase("M"), sp.Symbol("tau"), sp.Symbol("r")
GEOMETRIC = sp.Eq(M[tau], (1 - r**2) * r ** (2 * tau))


def measure(drawn):
    ratio, lag = drawn
    memory = np.cumprod(np.full(12, ratio**2)) / ratio**2 * (1 - ratio**2)
    yield Sample({"M": memory, "tau": lag, "r": ratio}, 1e-12)


RATIOS = st.floats(0.1, 0.9)
CHECK = Check(
    dataclasses.replace(claim.REGRESSION, name="example.geometric", statement=GEOMETRIC),
    inputs=st.tuples(RATIOS, st.integers(0, 10)),
    measure=measure,
    counter=Counter("a ratio below 1", st.tuples(st.floats(1.5, 3.0), st.integers(0, 10)), lambda d: [_shifted(*d)]),
)


def _shifted(ratio: float, lag: int) -> Sample:
    return Sample({"M": np.full(12, 1.0), "tau": lag, "r": ratio}, 1e-12)


def test_a_true_statement_holds_and_all_its_mutants_fall() -> None:
    pool, examples = hold(CHECK, 30)
    made, alive = survivors(CHECK, pool)
    assert examples >= 30
    assert len(made) >= 6
    assert alive == []


def test_a_false_statement_is_caught() -> None:
    false = dataclasses.replace(CHECK, claim=dataclasses.replace(CHECK.claim, statement=sp.Eq(M[tau], r ** (2 * tau))))
    with pytest.raises(AssertionError, match="violated"):
        hold(false, 30)


def test_a_measurement_of_nothing_is_no_pass() -> None:
    with pytest.raises(AssertionError, match="nothing was measured"):
        hold(dataclasses.replace(CHECK, measure=lambda drawn: []), 5)


def test_a_value_that_is_not_a_number_is_no_pass() -> None:
    def broken(drawn):
        yield Sample({"M": [float("nan")] * 12, "tau": drawn[1], "r": drawn[0]}, 1e-12)

    with pytest.raises(AssertionError, match="violated"):
        hold(dataclasses.replace(CHECK, measure=broken), 5)


def test_the_witness_is_the_smallest() -> None:
    witness, violation = smallest_witness(CHECK)
    assert witness == "(2.0, 0)"
    assert violation == 4.0


def test_a_counter_case_that_breaks_nothing_is_an_error() -> None:
    harmless = Counter("nothing", CHECK.inputs, measure)
    with pytest.raises(AssertionError, match="nothing refutes"):
        smallest_witness(dataclasses.replace(CHECK, counter=harmless))


def test_a_counter_case_that_is_not_a_number_breaks_nothing() -> None:
    undefined = Counter("nothing", CHECK.inputs, lambda d: [Sample({"M": [np.nan] * 12, "tau": d[1], "r": d[0]}, 0.0)])
    with pytest.raises(AssertionError, match="nothing refutes"):
        smallest_witness(dataclasses.replace(CHECK, counter=undefined))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (sp.Le((tau + 1) * M[tau], r), {"constant 1 -> 2", "index tau -> tau + 1", "bound r tightened", "sign of 1"}),
        (sp.Eq(M[tau], 1 - r**2), {"constant 2 -> 3", "sign of 1", "side 1 - r**2 scaled"}),
    ],
)
def test_mutants_cover_the_four_operators(statement: sp.Basic, expected: set[str]) -> None:
    assert expected <= {name.split(" at ")[0] for name in mutants(statement)}


def test_no_mutant_is_the_statement_itself() -> None:
    assert GEOMETRIC not in mutants(GEOMETRIC).values()


def test_the_slope_of_a_power_law_and_of_a_bent_curve() -> None:
    steps = 2.0 ** -np.arange(5)
    assert slope(steps, 3 * steps**2) == pytest.approx(2)
    assert slope(steps, steps + steps**3) == np.inf


def test_a_wrong_order_is_refuted() -> None:
    steps = tuple(2.0 ** -np.arange(5))
    values = tuple({"M": [step**2], "tau": 0, "r": 0.0} for step in steps)
    ladder = dataclasses.replace(CHECK, claim=dataclasses.replace(CHECK.claim, statement=sp.Eq(M[tau], r)))
    assert hold(dataclasses.replace(ladder, measure=lambda d: [Ladder(steps, values, 2.0)]), 3)
    with pytest.raises(AssertionError):
        hold(dataclasses.replace(ladder, measure=lambda d: [Ladder(steps, values, 1.0)]), 3)
