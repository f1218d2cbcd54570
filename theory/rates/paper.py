"""Theorems that are on record only: what is cited and not derived here."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
