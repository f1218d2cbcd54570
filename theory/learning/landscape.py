"""What the optimum is and what else there is: spurious optima, the front of lag against poles, the floor of a sample."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
