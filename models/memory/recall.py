"""Experiment `memory.training_keeps_capacity`: an S4D with free poles learns delayed recall.

Training moves the poles, and with them the shape of the memory function; its sum is the number of distinct poles
whatever they are, so it must not move.

Success, the thresholds fixed before the first run, for every one of at least five seeds (the number of training
steps was raised once afterwards: with 120 steps the small setting moved one seed by 0.042 N only, and in two seeds
M at the trained delay fell):
- the rank (number of distinct poles) is the same before and after, N = 2n;
- |Σ M before − Σ M after| <= 1e-9 N, both sums exact from the exported poles, what lies beyond the horizon bounded
  below 1e-10 N;
- the memory function moves: ½ Σ_τ |M after − M before| >= 0.05 N;
- M at the trained delay grows;
- measured on the trained module itself, M agrees with the exported poles' within 5 standard errors at all lags.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from models.display import Grid, Part, Plot, Shown, Words, some
from models.layers.s4d import S4D
from models.memory.measure import measured_memory_function, parts
from models.tasks.delay import delayed_recall
from models.training import Recipe, train
from numerics.memory import memory_function, tail_bound
from numerics.spectra import s4d_inv

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Config:
    """One run: n complex poles at step dt, trained to recall `delay` steps back; the defaults take a few seconds.

    horizon of the curves and of the measurement; samples of the measurement; steps, rate and pole_rate of the
    training; batch and length of its sequences; seed of everything.
    """

    n: int = 8
    dt: float = 0.05
    delay: int = 30
    horizon: int = 150
    samples: int = 20_000
    steps: int = 1500
    rate: float = 2e-2
    pole_rate: float = 1e-2
    batch: int = 16
    length: int = 150
    seed: int = 0


@dataclass(frozen=True, repr=False)
class Curve(Shown):
    """Before and after training.

    before, after (horizon,): exact memory functions; measured, standard_error (horizon,): of the trained module;
    measured_before, standard_error_before likewise of the untrained one; capacity (2,): exact Σ M; missing (2,):
    bound on what the sum leaves out; rank (2,): distinct poles; poles (2, N); validation: its loss at every check.
    """

    before: Real
    after: Real
    measured_before: Real
    standard_error_before: Real
    measured: Real
    standard_error: Real
    capacity: Real
    missing: Real
    rank: NDArray[np.int64]
    poles: NDArray[np.complex128]
    validation: Real

    def parts(self) -> Iterator[Part]:
        """Capacity before and after, both memory functions, and their values at selected lags."""
        before, after = self.capacity
        yield Words(f"ΣM before training {before:.9g}, after {after:.9g}; poles {self.rank[0]} and {self.rank[1]}")
        lags = np.arange(len(self.before))
        label = "memory function of the poles before training (dashed) and after (line), and as measured after (points)"
        yield Plot(label, lags, (self.after, self.before), [(self.measured, self.standard_error)])
        columns = (self.before, self.after, self.measured)
        spread = [f"{error:.2g}" for error in self.standard_error]
        rows = [(str(k), *(f"{column[k]:.6f}" for column in columns), spread[k]) for k in some(lags)]
        yield Grid("memory function", ("lag", "before", "after", "measured after", "standard error"), rows)


def small(seed: int = 0) -> Config:
    """A run of a fraction of a second."""
    return Config(n=4, dt=0.1, delay=12, horizon=60, samples=6000, steps=400, batch=8, length=60, seed=seed)


def whole_sum(poles: NDArray[np.complex128]) -> tuple[float, float]:
    """Σ_τ M_τ over a horizon long enough, and a bound on the rest.

    Σ_{τ>=H} M_τ <= Σ_{T>=H} f(T) <= H f(H) + f(2H)/(1 − q),  q = (f(2H)/f(H))^{1/H}

    M_{T−1} <= f(T) = `tail_bound`, whose logarithm is a minimum of straight lines in T, hence concave: beyond 2H it
    falls at least as steeply as between H and 2H.

    Arguments: poles (N,), stable. Returns: the sum over H lags, and the bound, at most 1e-10 N.
    """
    H = 64
    while True:
        near, far = tail_bound(poles, H), tail_bound(poles, 2 * H)
        q = (far / near) ** (1 / H) if near > 0 else 0.0
        rest = H * near + far / (1 - q) if q < 1 else np.inf
        if rest <= 1e-10 * len(poles):
            return float(memory_function(poles, H).sum()), rest
        H *= 2


def distinct(poles: NDArray[np.complex128]) -> int:
    """How many different values: the rank of a diagonal system whose input reaches every state."""
    return len(np.unique(poles))


def measure(config: Config) -> Curve:
    """Train once; memory function and capacity before and after, exact and measured.

    Arguments: config. Returns: Curve.
    Raises: ValueError for a horizon <= delay (the curve would not show what is trained), or bad sizes.
    """
    if config.horizon <= config.delay:
        raise ValueError(f"horizon = {config.horizon}: must exceed delay = {config.delay}")
    layer = S4D(s4d_inv(2 * config.n), config.dt, seed=config.seed, dtype=torch.float64)
    start, untrained = layer.poles(), _measured(layer, config)
    history = train(
        layer,
        lambda generator: delayed_recall(config.batch, config.length, config.delay, generator, torch.float64),
        Recipe(steps=config.steps, rate=config.rate, pole_rate=config.pole_rate, seed=config.seed),
    )
    end, trained = layer.poles(), _measured(layer, config)
    sums = np.array([whole_sum(poles) for poles in (start, end)])
    return Curve(
        before=memory_function(start, config.horizon),
        after=memory_function(end, config.horizon),
        measured_before=untrained[0],
        standard_error_before=untrained[1],
        measured=trained[0],
        standard_error=trained[1],
        capacity=sums[:, 0],
        missing=sums[:, 1],
        rank=np.array([distinct(start), distinct(end)]),
        poles=np.array([start, end]),
        validation=history.validation,
    )


def _measured(layer: S4D, config: Config) -> tuple[Real, Real]:
    washout = max(config.horizon, int(np.ceil(36 / -np.log(np.abs(layer.poles()).max()))))
    found = measured_memory_function(parts(layer), config.horizon, config.samples, config.seed, washout=washout)
    assert found.standard_error is not None  # white input
    return found.memory, found.standard_error
