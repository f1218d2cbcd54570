"""Pieces of a decoder and maps of a one-step read."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
