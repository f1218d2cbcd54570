"""Statements of Nishikawa and Suzuki 2025 that are on record only."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
