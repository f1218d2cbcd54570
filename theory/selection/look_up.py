"""N-gram look-up: copying, recall, repeats; and recall with the query first."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
