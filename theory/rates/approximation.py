"""Approximation by few terms: truncation, widths, rates."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
