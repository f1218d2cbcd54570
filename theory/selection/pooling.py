"""Softmax pooling by two integrators, and what a window costs."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
