"""Non-linear read-outs, and the input weights."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
