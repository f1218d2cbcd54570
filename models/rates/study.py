"""Experiment: one arm estimates a function of the most important token from n noisy samples, all seeds side by side.

A seed is the weights and the samples of a replica; the places of a batch are drawn for all replicas together, from the
first seed. Of the n samples a fifth is held out; after 1000 steps of the shared recipe at rate 3e-3
(`models.studies.run`) each replica is left where its error on them was least. The criterion, written before the runs,
stands in `theory.rates.studies`; which runs it is about, in `models.rates.plan`.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.rates.arms import Arm, network, weights
from models.studies import run
from models.tasks.piecewise import piecewise
from models.tasks.task import Batch, squared_errors
from models.training import History, train
from numerics.preconditions import as_count, as_nonnegative

Real = NDArray[np.float64]

#: One in so many samples is held out.
HELD = 5
#: Steps between looks at the held-out samples.
CHECK = 25
#: Added to a seed for its samples, whose generator is not that of the weights.
SAMPLES_SEED = 2_000_003


@dataclass(frozen=True)
class Piecewise:
    """n samples of sequences of L tokens. margin δ; noise: standard deviation σ; level: as in `piecewise`."""

    samples: int
    length: int = 16
    margin: float = 0.2
    noise: float = 0.7
    level: float | None = None
    study: str = "piecewise"

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"n = {self.samples}, L = {self.length}" + ("" if self.level is None else f", level {self.level:g}")

    def draw(self, batch: int, generator: torch.Generator) -> Batch:
        """Sequences with the function's values, without noise. Raises: as `piecewise`."""
        return piecewise(batch, self.length, generator, self.margin, self.level)

    def noisy(self, generator: torch.Generator) -> Batch:
        """The n samples. Raises: ValueError for n < 5, of which none is held out, for noise < 0, as `piecewise`."""
        tokens, F = self.draw(as_count("samples", self.samples, least=HELD), generator)
        noise = torch.randn(F.shape, generator=generator, device=generator.device)
        return tokens, F + as_nonnegative("noise", self.noise) * noise


@dataclass(frozen=True)
class Config(run.Config):
    """One run."""

    problem: Piecewise
    arm: Arm
    steps: int = 1000
    batch: int = 128
    rate: float = 3e-3


@dataclass(frozen=True)
class Outcome:
    """What a run found, one column per seed (R).

    weights: trained numbers of one network; seed (R,); measure, at (M,), value (M, R): "risk", the mean squared
    distance from the function on fresh sequences; "held-out error", noise included; "stopped", the step of its minimum.
    """

    weights: NDArray[np.int64]
    seed: NDArray[np.int64]
    measure: NDArray[np.str_]
    at: Real
    value: Real


def measure(config: Config) -> Outcome:
    """Train all seeds and measure. Raises: ValueError as `trained`; FloatingPointError when a replica diverges."""
    model, history = trained(config)
    best = history.validation.argmin(0)
    found = {
        "risk": risk(model, config),
        "held-out error": history.validation.min(0),
        "stopped": history.checked[best].astype(float),
    }
    return Outcome(
        weights=np.array(weights(model)),
        seed=np.array(config.seeds),
        measure=np.array(list(found)),
        at=np.zeros(len(found)),
        value=np.array(list(found.values())),
    )


def trained(config: Config) -> tuple[nn.Module, History]:
    """The networks, each at its best held-out error, and what happened.

    Raises: ValueError for an unknown arm, n < 5, L < 2, δ <= 0, σ < 0, bad counts, and seeds that occur twice.
    """
    recipe = run.recipe(config, check=CHECK, keep_best=True)
    model = network(config.arm, config.problem.length, config.seeds)
    generators = [torch.Generator(config.device).manual_seed(SAMPLES_SEED + seed) for seed in config.seeds]
    parts = [config.problem.noisy(generator) for generator in generators]
    tokens, targets = (torch.stack(part) for part in zip(*parts, strict=True))
    out = config.problem.samples // HELD
    held, tokens, targets = (tokens[:, :out], targets[:, :out]), tokens[:, out:], targets[:, out:]
    replica = torch.arange(len(config.seeds), device=config.device)[:, None]

    def draw(generator: torch.Generator) -> Batch:
        shape = len(config.seeds), config.batch
        chosen = torch.randint(tokens.shape[1], shape, generator=generator, device=generator.device)
        return tokens[replica, chosen], targets[replica, chosen]

    return model, train(model, draw, recipe, squared_errors, held=[held])


@torch.no_grad()
def risk(model: nn.Module, config: Config) -> Real:
    """Mean squared distance from the function on fresh sequences, the same for all arms and seeds. Returns: (R,)."""
    tokens, F = config.problem.draw(config.tests, torch.Generator(config.device).manual_seed(run.TEST_SEED))

    def error(part: tuple[Tensor, Tensor]) -> Tensor:
        u, y = (some.expand(len(config.seeds), *some.shape) for some in part)
        return squared_errors(model(u).double(), y) * y.shape[1]

    parts = zip(tokens.split(config.chunk), F.split(config.chunk), strict=True)
    return (torch.stack([error(part) for part in parts]).sum(0) / config.tests).cpu().numpy()
