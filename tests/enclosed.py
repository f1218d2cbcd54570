"""Statements against certified memory functions: a ball that excludes what is stated refutes it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import sympy as sp
from flint import arb

from numerics import certified
from tests.witness import UNIT
from theory.claim import evaluate


def right_side(statement: sp.Basic, letters: dict[str, Any], horizon: int) -> np.ndarray:
    """What a statement `M_tau = ..` says about the lags 0..horizon-1."""
    unmeasured = letters | {"M": np.zeros(horizon)}
    return np.array([float(evaluate(statement, unmeasured | {"tau": tau})[0].right) for tau in range(horizon)])


def enclose(statement: sp.Basic, cases: Iterable[tuple[np.ndarray, dict[str, Any]]], horizon: int) -> float:
    """Widest ball of M over the cases; each must contain what the statement says, rounded to a float.

    Raises:
        AssertionError: a ball excludes the statement.
    """
    widest = 0.0
    for poles, letters in cases:
        ball = certified.memory_function(poles, horizon)
        outside = ball.distance(right_side(statement, letters, horizon))
        assert np.all(outside <= UNIT), f"the statement lies {outside.max():.3g} outside its enclosure at {poles}"
        widest = max(widest, float(ball.width.max()))
    return widest


def overlap(right: arb, memory: certified.Enclosure, lag: int) -> float:
    """The joint width of a ball and an enclosure; raises when they exclude each other."""
    low, high = float(right.lower()), float(right.upper())
    if low > memory.upper[lag] or high < memory.lower[lag]:
        raise AssertionError(f"lag {lag}: [{low}, {high}] excludes [{memory.lower[lag]}, {memory.upper[lag]}]")
    return float(memory.width[lag]) + (high - low)
