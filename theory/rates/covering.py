"""How far the outputs of a network move with its parameters, and what that says of covering numbers."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
