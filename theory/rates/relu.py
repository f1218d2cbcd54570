"""ReLU networks with known error: square, product, frequencies by folding, sine."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
