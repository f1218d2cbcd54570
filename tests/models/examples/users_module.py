"""What a user might hand to `python -m models check`: one sound factory, and several that are not."""

import numpy as np
import torch

from models.layers import S4D
from numerics.spectra import s4d_inv


class Diagonal(torch.nn.Module):
    """A diagonal state with Euler steps, written without this project."""

    def __init__(self, decay, omega, dt):
        super().__init__()
        self.s = torch.nn.Parameter(torch.complex(-torch.tensor(decay), torch.tensor(omega)))
        self.dt = dt

    def poles(self):
        return 1 + self.dt * self.s


def sound():
    return S4D(s4d_inv(16), 0.01)


def mine():
    return Diagonal([0.5, 0.5, 0.5], [1.0, 2.0, 3.0], 0.1)


def unstable():
    return Diagonal([0.1, 0.1], [1.0, 20.0], 0.1)


def raises():
    raise RuntimeError("no weights\nfound")


def leaves():
    raise SystemExit(7)


def number():
    return 3


def gated():
    return torch.nn.GRU(1, 4)


def ragged():
    return type("Ragged", (), {"poles": np.ones((2, 2))})()


async def later():
    return sound()


class Broken:
    @property
    def poles(self):
        raise RuntimeError("not yet\nbuilt")


def broken():
    return Broken()


def words():
    return type("Words", (), {"poles": "abc"})()


not_a_function = 3
