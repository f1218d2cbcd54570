"""Torch layers driven by noise: the memory that a regression finds in them, held against a statement."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import sympy as sp
import torch
from torch import nn

from models.layers import LRU
from models.memory import Measurement, measured_memory_function
from tests.witness import Trained
from theory.claim import Claim, evaluate

HORIZON = 24
SAMPLES = 20_000
SEEDS = (0, 1, 2)

#: Written before any run: no lag of no seed may be off by more standard errors than this.
CRITERION = 5.0

#: Half spectra for recurrent units; listed poles are what complex read-outs see.
POLES = np.array([0.9, 0.6 + 0.5j, 0.6 - 0.5j, -0.7, 0.3j])


def unit(poles: np.ndarray, seed: int) -> LRU:
    """A double precision recurrent unit with these poles and a random input matrix."""
    return LRU(poles, seed=seed, dtype=torch.float64)


def poles_of(layer: Any) -> np.ndarray:
    """The poles as the layer's own parameters give them, one per state."""
    return layer.discrete()[0].detach().numpy().ravel()


def driven(system: nn.Module | Callable, seed: int, horizon: int = HORIZON, samples: int = SAMPLES) -> Measurement:
    """Memory of lags 0..horizon-1 by regression on a series of white noise."""
    return measured_memory_function(system, horizon, samples, seed, washout=20 * horizon)


def in_standard_errors(
    statement: sp.Basic,
    letters: Mapping[str, Any] | Callable[[int], Mapping[str, Any]],
    found: Measurement,
    lags: range,
) -> float:
    """The worst violation over the lags, each in units of that lag's standard error; letters may depend on the lag."""
    assert found.standard_error is not None
    worst = 0.0
    for lag in lags:
        sides = evaluate(statement, {**(letters(lag) if callable(letters) else letters), "M": found.memory, "tau": lag})
        worst = max(worst, *(float(side.violation) / found.standard_error[lag] for side in sides))
    return worst


def trained(claim: Claim, gaps: list[float], what: str) -> Trained:
    """The worst gap over the seeds against the criterion."""
    assert all(np.isfinite(gaps)), f"{claim.name}: {gaps}"
    return Trained(max(gaps), CRITERION, len(gaps), f"{what}; gap in standard errors of the regression")


def mean_in_standard_errors(
    system: nn.Module | Callable[[Any], Any],
    expected: np.ndarray,
    what: str,
    seeds: Sequence[int] = range(8),
    samples: int = 20_000,
) -> Trained:
    """A torch module driven by noise: the largest distance of its mean memory from the expected, in standard errors.

    Criterion, written before any run: at most `CRITERION` standard errors of the mean over the seeds, at every lag.
    The mean, because one run at a lag without memory has a chi-squared tail.
    """
    runs = [measured_memory_function(system, len(expected), samples, seed) for seed in seeds]
    mean = np.mean([run.memory for run in runs], axis=0)
    errors = [run.standard_error for run in runs if run.standard_error is not None]
    error = np.sqrt(np.mean(np.square(errors), axis=0) / len(runs))
    return Trained(float(np.max(np.abs(mean - expected) / error)), CRITERION, len(runs), what)
