"""A linear read-out on fixed poles in whitened coordinates: where it goes, and what it can never learn."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
