"""Random, parity and learned codes: reading, worst contents, counting."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
