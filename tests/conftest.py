"""Hypothesis profiles, and the ledger: what each test says about a claim is gathered when the run ends."""

import copy
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import settings
from hypothesis.internal.conjecture import providers

import theory
from theory import ledger, report
from theory.claim import Claim

settings.register_profile("dev", max_examples=50, deadline=None, print_blob=True)
settings.register_profile("ci", max_examples=60, deadline=None, print_blob=True, derandomize=True)
settings.register_profile("nightly", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Hypothesis mixes constants of all modules imported so far into its draws, so what a derandomised test draws would
# depend on which tests ran before it in the same process; without them a run can be repeated.
if hasattr(providers, "_get_local_constants"):
    NO_CONSTANTS = copy.deepcopy(providers._local_constants)
    providers._get_local_constants = lambda: NO_CONSTANTS

torch.set_num_threads(1)  # the runner already uses every core

FOUND = pytest.StashKey[ledger.Entries]()
DIGEST = pytest.StashKey[str]()

Evidence = Callable[..., None]


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Evidence:
    """`evidence(claim, witness, **details)`: what this test says about a claim, if it passes.

    A test announces its claim and witness first, without details, so that a failure is on record too.
    """

    def say(claim: Claim, kind: str, /, **details: Any) -> None:
        # plain JSON values: xdist cannot send NumPy's numbers from worker to controller
        plain = json.loads(json.dumps(details, default=float))
        entry = {"claim": claim.name, "witness": kind, "details": plain}
        request.node.user_properties.append(("evidence", entry))

    return say


def pytest_configure(config: pytest.Config) -> None:
    """Start gathering with an empty ledger, for the code as it is now."""
    config.stash[FOUND] = {}
    config.stash[DIGEST] = ledger.source_digest()
    config.pluginmanager.register(_Gatherer(config.stash[FOUND]), "ledger-gatherer")


class _Gatherer:
    """Collects the evidence that reports carry; under xdist the controller sees all of them."""

    def __init__(self, found: ledger.Entries) -> None:
        self.found = found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome == "failed":
            properties: list[tuple[str, Any]] = report.user_properties
            for key, entry in properties:
                if key == "evidence":
                    new = entry["details"] | {"outcome": report.outcome}
                    kept = self.found.setdefault(entry["claim"], {})
                    old = kept.get(entry["witness"], new)
                    several = old.get("name") != new.get("name")  # figures: which one is told must not depend on order
                    kept[entry["witness"]] = min(old, new, key=_first) if several else new


def _first(entry: dict[str, Any]) -> tuple[bool, str]:
    """Of several figures of a claim, one that failed before all others, then by name."""
    return entry["outcome"] == "passed", entry["name"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the ledger; a complete run fails when a claim lacks a witness or the README's table is stale."""
    if hasattr(session.config, "workerinput"):
        return
    complete = _is_complete(session.config)
    if complete:  # a witness that is no longer gathered must not linger
        ledger.LEDGER.unlink(missing_ok=True)
    entries = ledger.save(session.config.stash[FOUND], session.config.stash[DIGEST])
    if not complete or session.exitstatus != pytest.ExitCode.OK:
        return
    records = ledger.read(theory.CLAIMS, entries, session.config.stash[DIGEST])
    problems = [f"{record.name}: {problem}" for record in records for problem in record.problems]
    readme = (ledger.ROOT / "README.md").read_text(encoding="utf-8")
    if report.with_table(readme, report.markdown(records)) != readme:
        problems.append("the claim table of the README is stale: renew it by `make table`")
    for problem in problems:
        print(f"\nledger: {problem}")
    if problems:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_complete(config: pytest.Config) -> bool:
    narrowed = config.option.keyword or config.option.markexpr or config.option.collectonly
    return config.args_source != pytest.Config.ArgsSource.ARGS and not narrowed
