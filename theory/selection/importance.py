"""Which tokens matter: masking."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
