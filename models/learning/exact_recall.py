"""Experiment X1: fixed against learned poles on delayed recall, without data: population loss, closed gradient.

The loss of the best read-out is 1 − M_K exactly, so nothing is sampled and nothing but the poles is trained.

Written before the run, for every spectrum and delay:
- fixed poles stay at 1 − M_K, the floor that `numerics.learning.delay_floor` gives;
- the best loss of learned poles is no higher than that of fixed ones (they start there, and Adam may end above
  it: at a best ring, which is stationary, it can), and never below 1 − N/(K+1) or 0;
- Σ M is the number of poles before and after, within 1e-9 N;
- arcsin√M_K moves at every step by no more than the poles travel, to rounding;
- where M_K < 1e-3 at the start the loss stands still at first (a plateau): reported, no threshold.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.learning.spectra import SPECTRA
from models.memory.recall import whole_sum
from numerics.learning import delay_floor, hyperbolic_length, memory_with_gradient
from numerics.memory import cascade_memory
from numerics.preconditions import as_count, as_step

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]


@dataclass(frozen=True)
class Config:
    """One run of Adam on log(−log|λ|) and arg λ.

    N states on a spectrum of `models.learning.spectra` at step dt; delay = K; steps at `rate`; horizon of the memory
    functions; seed of the random spectrum. Real poles stay real.
    """

    N: int = 16
    spectrum: str = "LegS-D"
    dt: float = 0.05
    delay: int = 40
    steps: int = 400
    rate: float = 0.01
    horizon: int = 160
    seed: int = 2


@dataclass(frozen=True)
class Curve:
    """Before and after, poles with their conjugates, n in all (one less than N for S4D-Lin).

    floor: loss of fixed poles; loss (steps + 1,); best: step of the lowest loss, where "after" is; poles (2, n);
    memory (2, horizon); capacity, missing (2,): exact Σ M and a bound on what it leaves out; length (n,), hyperbolic,
    up to `best`; travelled (steps + 1,): the sum over the poles up to every step.
    """

    floor: float
    loss: Real
    best: int
    poles: Complex
    memory: Real
    capacity: Real
    missing: Real
    length: Real
    travelled: Real


def small(spectrum: str = "LegS-D") -> Config:
    """A run of a tenth of a second."""
    return Config(N=4, spectrum=spectrum, dt=0.1, delay=8, steps=60, horizon=40)


def measure(config: Config) -> Curve:
    """Train once. Arguments: config. Returns: Curve. Raises: ValueError for an unknown spectrum or bad sizes."""
    if config.spectrum not in SPECTRA:
        raise ValueError(f"spectrum = {config.spectrum!r}: must be one of {', '.join(SPECTRA)}")
    half = SPECTRA[config.spectrum](config.N, config.dt, config.delay, config.seed)
    loss, path = _descend(half, config)
    best = int(np.argmin(loss))
    ends = path[[0, best]]
    sums = np.array([whole_sum(poles) for poles in ends])
    way = np.array([hyperbolic_length(path[s : s + 2]) for s in range(len(path) - 1)])
    return Curve(
        floor=delay_floor(path[0], config.delay),
        loss=loss,
        best=best,
        poles=ends,
        memory=np.array([cascade_memory(poles, config.horizon) for poles in ends]),
        capacity=sums[:, 0],
        missing=sums[:, 1],
        length=way[:best].sum(axis=0),
        travelled=np.concatenate([[0.0], np.cumsum(way.sum(axis=1))]),
    )


def _descend(half: Complex, config: Config) -> tuple[Real, Complex]:
    """Losses (steps + 1,) and closed poles (steps + 1, n) along Adam's way."""
    real, sign = half.imag == 0, np.where(half.real < 0, -1.0, 1.0)
    x = np.array([np.log(-np.log(np.abs(half))), np.where(real, 0.0, np.angle(half))])
    adam, losses, path = _Adam(as_step(config.rate), x.shape), [], []
    for _ in range(as_count("steps", config.steps) + 1):
        poles = np.exp(-np.exp(x[0]) + 1j * x[1]) * np.where(real, sign, 1.0)
        closed = np.concatenate([poles, poles[~real].conj()])
        memory, slopes = memory_with_gradient(closed, config.delay)
        losses.append(1.0 - memory)
        path.append(closed)
        turned = np.where(real, 2.0, 4.0) * slopes[: len(poles)] * poles  # a conjugate pair moves as one
        x = x - adam.step(np.array([np.exp(x[0]) * turned.real, np.where(real, 0.0, turned.imag)]))
    return np.array(losses), np.array(path)


class _Adam:
    """Adam with its usual constants. Reference: Kingma, Ba 2015, arXiv 1412.6980."""

    def __init__(self, rate: float, shape: tuple[int, ...]) -> None:
        self.rate, self.count = rate, 0
        self.mean, self.square = np.zeros(shape), np.zeros(shape)

    def step(self, gradient: Real) -> Real:
        """How far to move against the gradient."""
        self.count += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.001 * (gradient**2 - self.square)
        mean, square = self.mean / (1 - 0.9**self.count), self.square / (1 - 0.999**self.count)
        return np.asarray(self.rate * mean / (np.sqrt(square) + 1e-8), dtype=np.float64)
