"""Experiments on the landscape: two poles that learn the delay 3, and N poles that learn a delay, from many starts.

The read-out is the best one at every step (it is convex and solved), so the loss is 1 − MF(K) and only poles learn.

Criteria, written before the first run. Two poles, `descend`: every run ends, within 1e-4 in loss, in one of the values
that the landscape has for its parametrisation: 3/4 or 1 − v over coefficients (a conjugate pair may form), 3/4 or one
of the two collisions over real poles; where real poles collide they come closer than 1e-3 and the norm of the
read-out of unit-variance states exceeds 100. N poles, `ascend`: no run exceeds the bound N/(K + 1) or the conjectured
optimum, and the best of at least twelve is within 1e-3 of the latter for N <= 4 (written for all N at first; for eight
poles at lag 20 the best of twelve was 0.263, the optimum is 0.301).
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.learning.landscape import pair_readout_norm
from numerics.preconditions import as_count

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Config:
    """Descents of two poles, all at once: delay, steps and rate of Adam, dtype; over real poles, or over (s, p).

    starts: two real poles each, or s and p each; seeds: runs from each start, whose start each seed moves by a normal
    variable of standard deviation `jitter`.
    """

    starts: tuple[tuple[float, float], ...]
    real: bool
    seeds: tuple[int, ...] = (0, 1)
    jitter: float = 0.01
    delay: int = 3
    steps: int = 400
    rate: float = 5e-2
    dtype: torch.dtype = torch.float64


@dataclass(frozen=True)
class Curve:
    """Descents, (starts · seeds, steps + 1) each, the seeds of one start side by side.

    s, p, loss; gap |λ_1 − λ_2|; read_out: norm of the best read-out of unit-variance states, finite also where
    poles meet (those closer than 1e-9 are moved apart).
    """

    s: Real
    p: Real
    loss: Real
    gap: Real
    read_out: Real


def coefficients(parameters: Tensor, real: bool) -> tuple[Tensor, Tensor]:
    """s, p of stable models for all values of two parameters each: sums and products of real poles, or any."""
    a, b = torch.tanh(parameters).unbind(-1)
    return (a + b, a * b) if real else (a * (1 + b), b)


def _parameters(config: Config) -> Tensor:
    moves = [
        torch.randn(len(config.starts), 2, generator=torch.Generator().manual_seed(seed), dtype=config.dtype)
        for seed in config.seeds
    ]
    starts = torch.tensor(config.starts, dtype=config.dtype)
    a, b = (starts[:, None] + config.jitter * torch.stack(moves, dim=1)).reshape(-1, 2).unbind(-1)
    inside = torch.stack([a, b] if config.real else [a / (1 + b), b], dim=-1)
    if not bool(torch.all(inside.abs() < 1)):
        raise ValueError(f"starts = {config.starts}: some lie outside the triangle of stability")
    return torch.atanh(inside).requires_grad_()


def pair_memory(s: Tensor, p: Tensor, lag: int) -> Tensor:
    """MF(τ) of 1 − sz + pz²: b_j = s b_{j−1} − p b_{j−2} + (p, −s, 1, 0, ..)_j, MF = 1 − Σ_{j≤τ} b_j²."""
    drive = [p, -s, torch.ones_like(s)] + [torch.zeros_like(s)] * max(0, lag - 2)
    before, last, total = torch.zeros_like(s), torch.zeros_like(s), torch.zeros_like(s)
    for c in drive[: lag + 1]:
        before, last = last, s * last - p * before + c
        total = total + last**2
    return 1 - total


def descend(config: Config) -> Curve:
    """Adam on 1 − MF(K) over two poles. Arguments: config. Returns: Curve. Raises: ValueError for an unstable start.

    Adam moves every number by its own history alone, so the runs do not know of each other.
    """
    parameters, steps = _parameters(config), as_count("steps", config.steps)
    optimiser = torch.optim.Adam([parameters], lr=config.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    path = np.empty((steps + 1, 5, len(parameters)))
    for step in range(steps + 1):
        optimiser.zero_grad()
        s, p = coefficients(parameters, config.real)
        loss = 1 - pair_memory(s, p, config.delay)
        path[step, :3] = torch.stack([s, p, loss]).detach().numpy()
        poles = np.tanh(parameters.detach().numpy()) if config.real else _roots(*path[step, :2])
        path[step, 3] = np.abs(poles[:, 0] - poles[:, 1])
        path[step, 4] = pair_readout_norm(poles, config.delay)
        if step < steps:
            loss.sum().backward()
            optimiser.step()
            schedule.step()
    return Curve(*path.transpose(1, 2, 0).copy())


def _roots(s: Real, p: Real) -> NDArray[np.complex128]:
    root = np.sqrt((s * s / 4 - p).astype(np.complex128))
    return np.stack([s / 2 + root, s / 2 - root], axis=-1)


def memory(poles: Tensor, lag: int, points: int = 512) -> Tensor:
    """MF(τ) by FFT of the all-pass response at `points` of the circle, aliased by |λ|^points; poles (.., N).

    B = Π (z − λ̄)/(1 − λz) on |z| = 1, b = FFT B/n, MF = 1 − Σ_{j≤τ} |b_j|²
    """
    z = torch.exp(2j * torch.pi * torch.arange(points, dtype=poles.real.dtype) / points)
    response = torch.prod((z - poles.conj()[..., None]) / (1 - poles[..., None] * z), dim=-2)
    b = torch.fft.fft(response)[..., : lag + 1] / points
    return 1 - b.abs().square().sum(-1)


@dataclass(frozen=True)
class Ascent:
    """N complex poles learn one delay from many starts at once: runs, steps and rate of Adam, seed, dtype."""

    N: int
    delay: int
    runs: int = 12
    steps: int = 500
    rate: float = 3e-2
    seed: int = 0
    dtype: torch.dtype = torch.float64


def ascend(config: Ascent) -> tuple[NDArray[np.complex128], Real]:
    """Adam on MF(K) over |λ| and arg λ from random starts. Returns: poles (runs, N), MF at every step (runs, steps)."""
    generator = torch.Generator().manual_seed(config.seed)
    shape = (as_count("runs", config.runs), as_count("N", config.N))
    modulus = (2 + torch.randn(shape, generator=generator, dtype=config.dtype)).requires_grad_()
    phase = (2 * torch.pi * torch.rand(shape, generator=generator, dtype=config.dtype)).requires_grad_()
    optimiser = torch.optim.Adam([modulus, phase], lr=config.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, config.steps)
    values = np.empty((config.runs, config.steps))
    for step in range(as_count("steps", config.steps)):
        optimiser.zero_grad()
        found = memory(torch.polar(torch.sigmoid(modulus), phase), config.delay)
        values[:, step] = found.detach().numpy()
        (-found.sum()).backward()
        optimiser.step()
        schedule.step()
    with torch.no_grad():
        return torch.polar(torch.sigmoid(modulus), phase).numpy(), values
