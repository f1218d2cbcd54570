"""Claims about when a state space model is diagonal, what its discretisation changes, and when it is not."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()

__all__ = ["CLAIMS"]
