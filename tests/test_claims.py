"""Every claim of every topic against its witnesses; the checks themselves live with their topic."""

import pytest
from hypothesis import settings

import theory
from tests import equivalence, learning, memory
from tests.conftest import Evidence
from tests.witness import Check, hold, smallest_witness, survivors

CHECKS: tuple[Check, ...] = (*memory.CHECKS, *equivalence.CHECKS, *learning.CHECKS)

of_every_claim = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.claim.name)
of_every_enclosed = pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.enclosed], ids=lambda check: check.claim.name
)
of_every_trained = pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.trained], ids=lambda check: check.claim.name
)


def test_every_claim_has_one_check() -> None:
    assert sorted(check.claim.name for check in CHECKS) == sorted(claim.name for claim in theory.CLAIMS)


@of_every_claim
def test_proof(check: Check, evidence: Evidence) -> None:
    evidence(check.claim, "proof")
    check.claim.proof.check()


@of_every_claim
def test_property_and_mutants(check: Check, evidence: Evidence) -> None:
    evidence(check.claim, "property")
    evidence(check.claim, "mutants")
    pool, examples = hold(check, settings().max_examples)
    evidence(check.claim, "property", examples=examples)
    made, alive = survivors(check, pool)
    assert len(made) > len(check.still_true), "no mutant of the statement was refuted"
    assert set(alive) == set(check.still_true), f"of {made} these survive: {alive}"
    evidence(check.claim, "mutants", refuted=len(made) - len(alive), still_true=dict(check.still_true))


@of_every_claim
def test_counter_case(check: Check, evidence: Evidence) -> None:
    evidence(check.claim, "counter_case", dropped=check.counter.dropped)
    witness, gap = smallest_witness(check)
    evidence(check.claim, "counter_case", dropped=check.counter.dropped, witness=witness, violation=gap)


@of_every_enclosed
def test_enclosure(check: Check, evidence: Evidence) -> None:
    evidence(check.claim, "enclosed")
    assert check.enclosed is not None
    evidence(check.claim, "enclosed", width=check.enclosed())


@of_every_trained
def test_trained(check: Check, evidence: Evidence) -> None:
    evidence(check.claim, "trained")
    assert check.trained is not None
    trained = check.trained()
    evidence(check.claim, "trained", **trained._asdict())
    assert trained.gap <= trained.tolerance, f"{trained.what}: gap {trained.gap:.3g} > {trained.tolerance:.3g}"
