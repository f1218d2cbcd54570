"""Pieces of a decoder and maps of a one-step read."""

from tests.witness import Check

CHECKS: tuple[Check, ...] = ()
