"""Index sets: how many basis functions a smoothness vector and a threshold select."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
