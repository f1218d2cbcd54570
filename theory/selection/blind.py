"""What is reached without selection: linear, order-blind, fixed-length."""

from theory.claim import Claim

CLAIMS: tuple[Claim, ...] = ()
