"""A small experiment for the tests of the sweep: slow enough to be killed in the middle."""

import time
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Config:
    seed: int
    pause: float = 0.0


def measure(config):
    time.sleep(config.pause)
    rng = np.random.default_rng(config.seed)
    return {"noise": rng.standard_normal(1000), "seed": np.array(config.seed)}
