"""Linear-attention states read by features: exact reading and coherence."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
