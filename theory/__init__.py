"""Why it is true: statements and derivations of every claim."""

from theory import equivalence, memory
from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = (*memory.CLAIMS, *equivalence.CLAIMS)
