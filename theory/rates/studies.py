"""Trained studies: outcomes at criteria fixed beforehand, no theorems."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
