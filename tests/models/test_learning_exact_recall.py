"""Experiment X1 at its small size: floors, bounds, sums and ways of every spectrum."""

import dataclasses

import numpy as np
import pytest

from models.learning.exact_recall import measure, small
from models.learning.spectra import SPECTRA
from numerics.learning import delay_floor, hyperbolic_length

UNIT = 2.0**-53


@pytest.mark.parametrize("name", SPECTRA)
def test_what_was_written_before_the_run(name):
    config = small(name)
    run = measure(config)
    n = run.poles.shape[1]
    rounding = 64 * n * UNIT
    assert abs(run.loss[0] - run.floor) <= rounding
    assert run.loss[run.best] == run.loss.min() < run.floor
    assert run.loss.min() >= 1 - n / (config.delay + 1) - rounding
    assert run.loss[run.best] == pytest.approx(delay_floor(run.poles[1], config.delay), abs=rounding)
    assert np.all(np.abs(run.capacity - n) + run.missing <= 1e-9 * n)
    arc = np.abs(np.arcsin(np.sqrt(1 - run.loss)) - np.arcsin(np.sqrt(1 - run.floor)))
    assert np.all(arc <= run.travelled + 2 * np.arcsin(np.sqrt(rounding)))
    assert np.all(run.length >= hyperbolic_length(run.poles) - 1e-12)
    assert run.length.sum() == pytest.approx(run.travelled[run.best], rel=1e-12)


def test_real_poles_stay_real():
    run = measure(small("lin"))
    assert np.all(run.poles.imag == 0) and np.any(run.poles[0] != run.poles[1])


def test_bad_configurations():
    with pytest.raises(ValueError, match="spectrum = 'legs': must be one of S4D-Inv"):
        measure(small("legs"))
    with pytest.raises(ValueError, match="steps = 0"):
        measure(dataclasses.replace(small(), steps=0))
