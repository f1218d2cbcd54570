"""Softmax selection: sharpness, tails, ranks."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
