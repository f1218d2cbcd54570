"""Why it is true: statements and derivations of every claim."""

from theory import equivalence, learning, memory, rates, selection
from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = (*memory.CLAIMS, *equivalence.CLAIMS, *learning.CLAIMS, *selection.CLAIMS, *rates.CLAIMS)
