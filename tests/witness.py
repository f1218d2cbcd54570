"""How a claim is held against what is measured: one `Check` per claim, one procedure for all claims.

A check draws inputs from the claim's full hypothesis, lets `numerics` measure, and puts the measured values
into the statement. The same procedure, given a mutant of the statement or inputs that drop an assumption,
must object.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from tests.mutants import mutants
from theory.claim import Claim, evaluate

#: The rounding unit of double precision.
UNIT = 2.0**-53

#: Measured samples kept for the mutants; they are the first ones and the explicit examples.
POOL = 400


class Sample(NamedTuple):
    """Measured values of a statement's letters, and the largest violation rounding can explain."""

    values: Mapping[str, Any]
    tolerance: float


class Ladder(NamedTuple):
    """Measured values at shrinking step sizes; the violation must fall like `step**order`, within 0.1."""

    steps: tuple[float, ...]
    values: tuple[Mapping[str, Any], ...]
    order: float


class Trained(NamedTuple):
    """A torch model against the statement: the gap, the criterion written before the run, and the seeds."""

    gap: float
    tolerance: float
    seeds: int
    what: str


Measurement = Sample | Ladder
Measure = Callable[[Any], Iterable[Measurement]]


@dataclass(frozen=True)
class Counter:
    """Inputs outside one assumption, on which the same check must fail."""

    dropped: str
    inputs: st.SearchStrategy
    measure: Measure


@dataclass(frozen=True)
class Check:
    """All witnesses of one claim except its proof and its figure.

    `inputs` must reach the whole hypothesis, `examples` holds tight cases and past failures, `still_true`
    the mutants that are true as well (name to reason), `enclosed` tells for an input how wide the interval
    around the violation is and raises when it excludes zero, `trained` runs the torch witness.
    """

    claim: Claim
    inputs: st.SearchStrategy
    measure: Measure
    counter: Counter
    examples: tuple[Any, ...] = ()
    still_true: Mapping[str, str] = field(default_factory=dict)
    digits: int = 50
    enclosed: Callable[[], float] | None = None
    trained: Callable[[], Trained] | None = None


@dataclass(frozen=True)
class Study:
    """The witnesses of a measured claim: what the runs gave, and what the same criterion says of a weaker network.

    `outcome` returns the values of the statement's letters, and the number of seeds; `weaker` the same values with
    those of a network that lacks what the claim is about, which must violate the statement, by a finite gap.
    """

    claim: Claim
    what: str
    outcome: Callable[[], tuple[Mapping[str, Any], int]]
    dropped: str
    weaker: Callable[[], Mapping[str, Any]]


def worst_violation(statement: sp.Basic, values: Mapping[str, Any]) -> float:
    """By how much the most violated relation is off, 0 where all hold; infinite where one is not a number."""
    gaps = [float(sides.violation) for sides in evaluate(statement, values)]
    return float("inf") if np.isnan(gaps).any() else max(gaps)


def violations(statement: sp.Basic, measurement: Measurement, digits: int) -> Iterator[tuple[float, float]]:
    """Each relation's violation with its tolerance; more than its tolerance refutes the statement.

    What is not a number neither holds nor refutes: it is not at most the tolerance and not more.
    """
    if isinstance(measurement, Sample):
        for sides in evaluate(statement, measurement.values, digits):
            yield float(sides.violation), measurement.tolerance
        return
    rungs = zip(*(evaluate(statement, values, digits) for values in measurement.values), strict=True)
    for rung in rungs:
        yield abs(slope(measurement.steps, [float(s.violation) for s in rung]) - measurement.order), 0.1


def slope(steps: Iterable[float], errors: Iterable[float]) -> float:
    """Log-log slope of errors against steps; the window must be straight (local slopes within 0.05)."""
    errors = np.asarray(tuple(errors))
    if not np.all(np.isfinite(errors)):
        return float("inf")
    x, y = np.log(np.asarray(tuple(steps))), np.log(errors)
    local = np.diff(y) / np.diff(x)
    if not np.all(np.isfinite(local)) or np.ptp(local) > 0.05 * max(1, len(local) - 1):
        return float("inf")
    return float(np.polyfit(x, y, 1)[0])


def refuted(statement: sp.Basic, measurement: Measurement, digits: int) -> bool:
    """Whether the measurement contradicts the statement."""
    return any(gap > tolerance for gap, tolerance in violations(statement, measurement, digits))


def hold(check: Check, examples: int) -> tuple[list[Measurement], int]:
    """Assert the statement on up to `examples` drawn inputs and all explicit ones.

    Returns what was measured (the first `POOL` samples) and the number of inputs tried.
    """
    pool: list[Measurement] = []
    inputs = 0

    def one(drawn: Any) -> None:
        nonlocal inputs
        inputs += 1
        count = 0
        for measurement in check.measure(drawn):
            count += 1
            pool.append(measurement)
            for gap, tolerance in violations(check.claim.statement, measurement, check.digits):
                assert gap <= tolerance, f"{check.claim.name}: violated by {gap:.3g} > {tolerance:.3g} at {drawn}"
        assert count, f"{check.claim.name}: nothing was measured at {drawn}"

    for drawn in check.examples:
        one(drawn)
    settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])(given(check.inputs)(one))()
    return pool[:POOL], inputs


def survivors(check: Check, pool: list[Measurement]) -> tuple[list[str], list[str]]:
    """Names of all mutants, and of those that no measurement in the pool refutes."""
    made = mutants(check.claim.statement)
    alive = [name for name, mutant in made.items() if not any(_objects(mutant, m, check.digits) for m in pool)]
    return list(made), alive


def smallest_witness(check: Check) -> tuple[str, float]:
    """The smallest input outside the dropped assumption that refutes the statement, and by how much.

    What is not a number refutes nothing: a broken measurement would pass for a counter-case.
    """

    def breaks(drawn: Any) -> bool:
        return any(refuted(check.claim.statement, m, check.digits) for m in check.counter.measure(drawn))

    quiet = settings(
        max_examples=300,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    try:
        witness = find(check.counter.inputs, breaks, settings=quiet, random=Random(0))
    except NoSuchExample as error:
        raise AssertionError(f"{check.claim.name}: nothing refutes it without {check.counter.dropped}") from error
    gaps = [
        gap
        for measurement in check.counter.measure(witness)
        for gap, _ in violations(check.claim.statement, measurement, check.digits)
        if not np.isnan(gap)
    ]
    return repr(witness), max(gaps)


def _objects(mutant: sp.Basic, measurement: Measurement, digits: int) -> bool:
    try:
        return any(tolerance < gap < float("inf") for gap, tolerance in violations(mutant, measurement, digits))
    except (IndexError, ZeroDivisionError, ValueError):  # the mutant is undefined here (a pole of Γ): silent
        return False
