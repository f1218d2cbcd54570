"""What the length of the context costs an estimator that does not select."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
