"""Experiment: one arm on one problem, all seeds side by side, at the recipe that all arms share.

The recipe is that of `models.studies.run`, at rate 2e-3. The criteria, written before the runs, stand in
`theory.selection.studies`; which runs they are about, in `models.selection.plan`.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.selection.arms import Arm, Network, weights
from models.selection.occlusion import occluded
from models.selection.problems import Answer, Motif, Problem, margins
from models.studies import run
from models.studies.run import TEST_SEED
from models.tasks.motif import MASK, motif
from models.tasks.task import Batch, cross_entropies
from models.training import train

Real = NDArray[np.float64]

POINTS = 20  # of a learning curve
SHOWN = 48  # sequences whose occlusion is kept


@dataclass(frozen=True)
class Config(run.Config):
    """One run."""

    problem: Problem
    arm: Arm


@dataclass(frozen=True)
class Outcome:
    """What a run found, one column per seed (R).

    weights: trained numbers of one network; seed (R,); step (C,): ends of the parts of the training over which loss
    (C, R), in nats, is averaged; measure, at (M,), value (M, R): what the problem measures in the end. Of the motif,
    for the first seed: tokens, change (S, L): Δ_t; start (S,): where the motif begins. Empty for other problems.
    """

    weights: NDArray[np.int64]
    seed: NDArray[np.int64]
    step: NDArray[np.int64]
    loss: Real
    measure: NDArray[np.str_]
    at: Real
    value: Real
    tokens: NDArray[np.int64]
    start: NDArray[np.int64]
    change: Real


def measure(config: Config) -> Outcome:
    """Train all seeds and measure.

    Raises: ValueError for bad counts and seeds; FloatingPointError when a replica diverges.
    """
    network, losses = trained(config)
    groups = len(config.seeds)

    @torch.no_grad()
    def answer(tokens: Tensor) -> Tensor:
        parts = [network(part.expand(groups, *part.shape)) for part in tokens.split(config.chunk)]
        return torch.cat(parts, dim=1).cpu()

    network.eval()
    generator = torch.Generator(config.device).manual_seed(TEST_SEED)
    found = config.problem.measures(answer, config.tests, generator)
    ends = np.unique(np.linspace(0, len(losses), POINTS + 1).astype(int))
    tokens, start, change = _shown(config.problem, answer, config.device)
    return Outcome(
        weights=np.array(weights(network)),
        seed=np.array(config.seeds),
        step=ends[1:],
        loss=np.array([losses[a:b].mean(0) for a, b in pairwise(ends)]),
        measure=np.array([name for name, _ in found]),
        at=np.array([place for _, place in found], dtype=float),
        value=np.array(list(found.values())),
        tokens=tokens,
        start=start,
        change=change,
    )


def trained(config: Config) -> tuple[Network, Real]:
    """The networks after training, and the training losses (steps, R). Raises: as `measure`."""
    recipe = run.recipe(config, check=config.steps, keep_best=False)
    problem, groups = config.problem, len(config.seeds)
    network = Network(config.arm, problem.vocabulary, problem.outputs, problem.read(), config.seeds)

    def draw(generator: torch.Generator) -> Batch:
        inputs, targets = problem.draw(groups * config.batch, generator)
        return inputs.unflatten(0, (groups, -1)), targets.unflatten(0, (groups, -1))

    return network, train(network, draw, recipe, cross_entropies).loss


def _shown(problem: Problem, answer: Answer, device: str) -> tuple[NDArray, NDArray, Real]:
    """Some sequences with the first replica's Δ_t."""
    if not isinstance(problem, Motif):
        return np.zeros((0, 0), dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros((0, 0))
    tokens, _, start = motif(SHOWN, problem.length, torch.Generator(device).manual_seed(TEST_SEED + 1))
    change = occluded(lambda some: margins(answer, some)[0], tokens, MASK)
    return tokens.cpu().numpy(), start.cpu().numpy(), change.numpy()
