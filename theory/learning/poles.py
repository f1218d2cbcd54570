"""Many poles that learn: the gradient of memory, its bound, and what no path of poles changes."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
