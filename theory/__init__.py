"""Why it is true: statements and derivations of every claim."""

from theory import memory
from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = (*memory.CLAIMS,)
