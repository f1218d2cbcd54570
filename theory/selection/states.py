"""Bits of state: pigeonhole, the digit copier."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
