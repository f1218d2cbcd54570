"""Which runs of the study of estimation are made at which scale. Seeds 0 to 2 served to find workable sizes.

smoke: two seeds and a few steps: numbers only. paper: the runs that the criterion is about, three seeds; some ten
minutes of one core. full: for a GPU, ten seeds, more lengths and more samples.
"""

from dataclasses import replace

from models.rates.arms import ARMS, FLAT, ORACLE, RELU, SSM, TRANSFORMER, Arm
from models.rates.study import Config, Piecewise
from models.studies.run import SEEDS

#: n of the curve at L = 16, and L of that at n = 1000.
SAMPLES = (100, 400, 1600, 6400)
LENGTHS = (4, 16, 64)
LENGTH, MIDDLE = 16, 1000
#: Of all sequences, where a threshold of one token tells the winner.
LEVEL = 0.5


def smoke() -> list[Config]:
    """Every arm once, at toy sizes."""
    tiny = Config(Piecewise(20, 4), SSM, SEEDS[:2], steps=30, batch=8, tests=40)
    return [replace(tiny, arm=replace(arm, weights=500)) for arm in ARMS]


def paper() -> list[Config]:
    """The runs of the criterion, and of what neither exponential nor ratio reaches."""
    runs = [run for arm in ARMS for run in by_samples(arm)]
    runs += [run for arm in (SSM, TRANSFORMER, ORACLE, FLAT) for run in by_length(arm)]
    return [*runs, of(RELU, MIDDLE, LENGTH), threshold(SSM), threshold(RELU)]


def of(arm: Arm, samples: int, length: int) -> Config:
    """One run."""
    return Config(Piecewise(samples, length), arm)


def by_samples(arm: Arm) -> list[Config]:
    """The curve over n at L = 16."""
    return [of(arm, n, LENGTH) for n in SAMPLES]


def by_length(arm: Arm) -> list[Config]:
    """The curve over L at n = 1000."""
    return [of(arm, MIDDLE, L) for L in LENGTHS]


def threshold(arm: Arm) -> Config:
    """The base level the same in all sequences: n = 1000, L = 16."""
    return Config(Piecewise(MIDDLE, LENGTH, level=LEVEL), arm)


def full(device: str) -> list[Config]:
    """Ten seeds, n up to 102 400 at L = 16, L up to 1024 at n = 6400, ten times the steps."""
    wide = Config(Piecewise(100), SSM, tuple(range(10, 20)), steps=10_000, tests=20_000, device=device)
    problems = [Piecewise(100 * 4**k) for k in range(6)] + [Piecewise(6400, 4**k) for k in (1, 3, 4, 5)]
    return [replace(wide, problem=problem, arm=arm) for problem in problems for arm in ARMS]
