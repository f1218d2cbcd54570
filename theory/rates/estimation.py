"""Estimation: bias and variance, projection estimators, minimax risk."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
