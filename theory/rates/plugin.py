"""Select first, estimate then: what errors of the importance cost."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
