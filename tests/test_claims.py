"""Every claim of every topic against its witnesses; the checks themselves live with their topic."""

import pytest
from hypothesis import settings

import theory
from tests import equivalence, learning, memory, rates, selection
from tests.conftest import Evidence
from tests.witness import Check, Study, hold, smallest_witness, survivors, worst_violation
from theory.claim import Claim

CHECKS: tuple[Check, ...] = (*memory.CHECKS, *equivalence.CHECKS, *learning.CHECKS, *selection.CHECKS, *rates.CHECKS)
STUDIES: tuple[Study, ...] = (*selection.STUDIES, *rates.STUDIES)

of_every_claim = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.claim.name)
of_every_enclosed = pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.enclosed], ids=lambda check: check.claim.name
)
of_every_trained = pytest.mark.parametrize(
    "check", [check for check in CHECKS if check.trained], ids=lambda check: check.claim.name
)


of_every_study = pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.claim.name)


def test_every_claim_has_one_check_or_study_or_is_only_cited() -> None:
    witnessed = [*(check.claim.name for check in CHECKS), *(study.claim.name for study in STUDIES)]
    assert sorted(witnessed) == sorted(claim.name for claim in theory.CLAIMS if not claim.unchecked)
    assert all(study.claim.status == "measured" for study in STUDIES)
    assert all(check.claim.status != "measured" for check in CHECKS)


@pytest.mark.parametrize("claim", theory.CLAIMS, ids=lambda claim: claim.name)
def test_proof(claim: Claim, evidence: Evidence) -> None:
    evidence(claim, "proof")
    claim.proof.check()


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


@of_every_study
def test_study(study: Study, evidence: Evidence) -> None:
    evidence(study.claim, "trained")
    values, seeds = study.outcome()
    gap = worst_violation(study.claim.statement, values)
    evidence(study.claim, "trained", gap=gap, tolerance=0.0, seeds=seeds, what=study.what)
    assert gap == 0, f"{study.claim.name}: the criterion is missed by {gap:.3g} at {values}"


@of_every_study
def test_study_fails_for_a_weaker_network(study: Study, evidence: Evidence) -> None:
    evidence(study.claim, "counter_case", dropped=study.dropped)
    values = study.weaker()
    gap = worst_violation(study.claim.statement, values)
    evidence(study.claim, "counter_case", dropped=study.dropped, witness=repr(dict(values)), violation=gap)
    assert 0 < gap < float("inf"), f"{study.claim.name}: holds without {study.dropped} too, or is undefined: {values}"
