"""The report names claims by their names in the ledger: `models` may not import `theory`, so a test compares."""

import re
from pathlib import Path

import models.check
import theory


def test_every_claim_the_report_names_exists() -> None:
    named = set(re.findall(r'"((?:memory|equivalence)\.\w+)"', Path(models.check.__file__).read_text(encoding="utf-8")))
    assert {name.split(".")[0] for name in named} == {"memory", "equivalence"} and len(named) > 20
    assert named <= {claim.name for claim in theory.CLAIMS}
