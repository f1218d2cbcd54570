"""Witnesses several claims of the topic share: enclosures by balls, and torch modules measured over seeds."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import sympy as sp
from torch import nn

import numerics.certified as certified
from models.memory import measured_memory_function
from tests.witness import Trained
from theory.claim import evaluate

UNIT = 2.0**-53


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


def in_standard_errors(
    system: nn.Module | Callable[[Any], Any],
    expected: np.ndarray,
    what: str,
    seeds: Sequence[int] = range(8),
    samples: int = 20_000,
) -> Trained:
    """A torch module driven by noise: the largest distance of its mean memory from the expected, in standard errors.

    Criterion, written before any run: at most 5 standard errors of the mean over the seeds, at every lag.
    """
    runs = [measured_memory_function(system, len(expected), samples, seed) for seed in seeds]
    mean = np.mean([run.memory for run in runs], axis=0)
    errors = [run.standard_error for run in runs if run.standard_error is not None]
    error = np.sqrt(np.mean(np.square(errors), axis=0) / len(runs))
    return Trained(float(np.max(np.abs(mean - expected) / error)), 5.0, len(runs), what)
