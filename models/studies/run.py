"""A run of a trained study: one arm on one problem, all seeds side by side, at the recipe that all arms share.

AdamW with decay .01, its rate in one cycle with a tenth of warm-up, gradients of each replica clipped at norm 1.
"""

from dataclasses import dataclass
from typing import Protocol

from models.training import Recipe
from numerics.preconditions import as_count, as_seed

DECAY, WARM_UP = 0.01, 0.1
#: Of the sequences that every arm and seed is tested on.
TEST_SEED = 1_000_003
#: Of the criteria. Seeds 0 to 2 served to find workable sizes, and are left out.
SEEDS = (10, 11, 12)


class Named(Protocol):
    """A problem: the study it belongs to, and what it is called in tables."""

    @property
    def study(self) -> str:
        """The study."""

    @property
    def name(self) -> str:
        """The name."""


class Labelled(Protocol):
    """An architecture: what it is called in tables."""

    @property
    def label(self) -> str:
        """The label."""


@dataclass(frozen=True)
class Config:
    """One run. tests: sequences that are evaluated; chunk: of them at a time; device; progress bar."""

    problem: Named
    arm: Labelled
    seeds: tuple[int, ...] = SEEDS
    steps: int = 2000
    batch: int = 64
    rate: float = 2e-3
    tests: int = 4000
    chunk: int = 1000
    device: str = "cpu"
    progress: bool = False


def recipe(config: Config, check: int, keep_best: bool) -> Recipe:
    """The recipe of a run, which takes all its steps. Arguments: config; check, keep_best: as in `Recipe`.

    Raises: ValueError for counts below 1, and for seeds that are none, negative or occur twice.
    """
    if not config.seeds:
        raise ValueError("seeds = (): must be at least one")
    if len({as_seed(seed) for seed in config.seeds}) < len(config.seeds):
        raise ValueError(f"seeds = {config.seeds}: each must occur once")
    for name in ("steps", "batch", "tests", "chunk"):
        as_count(name, getattr(config, name))
    return Recipe(
        steps=config.steps, rate=config.rate, pole_rate=config.rate, weight_decay=DECAY, warm_up=WARM_UP,
        check=check, patience=config.steps, validation=1, keep_best=keep_best, seed=config.seeds[0],
        device=config.device, progress=config.progress,
    )  # fmt: skip
