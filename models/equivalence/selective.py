"""Euler's input ΔB against zero-order hold's Δφ(Δa)B, for frozen and for selected steps.

Glossary: a < 0 real pole · Δ_t (`dt`) step · x = Δ|a| · φ(z) = (e^z − 1)/z · h state.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from models.equivalence.realisations import ROUNDOFF, Agreement
from models.layers.discretisation import Rule, euler_input, zoh
from models.layers.recurrences import scan_varying

Real = NDArray[np.float64]


def selective_scan(u: Tensor, dt: Tensor, a: Tensor, B: Tensor, C: Tensor, rule: Rule) -> Tensor:
    """h_t = e^{aΔ_t} h_{t−1} + gain(aΔ_t) Δ_t B_t u_t, y_t = C_t h_t, one channel.

    Arguments: u, dt (batch, length); a (n,), negative; B, C (batch, length, n); rule of the input. Returns: y like u.
    """
    poles, gain = rule((dt[..., None] * a).to(torch.complex128 if a.dtype == torch.float64 else torch.complex64))
    h = scan_varying(poles.real, gain.real * dt[..., None] * B * u[..., None])
    return (C * h).sum(-1)


def _inputs(n: int, length: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    u, B, C = (torch.randn(*shape, dtype=torch.float64, generator=g) for shape in ((1, length), (n,), (n,)))
    return u, torch.rand(1, length, dtype=torch.float64, generator=g), B.expand(1, length, n), C.expand(1, length, n)


def frozen_step(n: int = 16, dt: float = 0.5, length: int = 300, seed: int = 0) -> Agreement:
    """`equivalence.mamba_input_is_a_rescaling`: with one Δ, Euler's scan with C and zero-order hold's with C/φ agree.

    Success: gap <= 64 n u Σ_n |C_n B_n| Δ/(1 − e^{−Δ|a|}) max|u|.

    Arguments: n poles a = −1..−n, as Mamba starts; dt; length; seed. Returns: Agreement.
    """
    u, _, B, C = _inputs(n, length, seed)
    a, step = -torch.arange(1.0, n + 1, dtype=torch.float64), torch.full_like(u, dt)
    phi = torch.expm1(a * dt) / (a * dt)
    euler = selective_scan(u, step, a, B, C, euler_input)
    held = selective_scan(u, step, a, B, C / phi, zoh)
    scale = float((C[0, 0] * B[0, 0] * dt / -torch.expm1(a * dt)).abs().sum() * u.abs().max())
    return Agreement(float((euler - held).abs().max()), 64 * n * ROUNDOFF * scale)


def varying_step(n: int = 4, length: int = 300, seed: int = 0) -> tuple[float, float]:
    """The same with Δ_t drawn from [0, 1): the least-squares C of zero-order hold does not reproduce Euler's outputs.

    Success: the relative residual with varying steps is above 1e-3, with frozen ones below 1e-10.

    Arguments: n; length; seed. Returns: relative residuals, varying and frozen.
    """
    u, dt, B, C = _inputs(n, length, seed)
    a = -torch.arange(1.0, n + 1, dtype=torch.float64)

    def residual(step: Tensor) -> float:
        target = selective_scan(u, step, a, B, C, euler_input)[0]
        eye = torch.eye(n, dtype=torch.float64)
        columns = torch.stack([selective_scan(u, step, a, B, e.expand_as(B), zoh)[0] for e in eye], dim=1)
        fit = torch.linalg.lstsq(columns, target[:, None]).solution
        return float((columns @ fit - target[:, None]).norm() / target.norm())

    return residual(dt), residual(torch.full_like(dt, 0.5))


@dataclass(frozen=True)
class Selected:
    """Largest |h_Euler − h_ZOH| over time for every x: random steps, constant steps, and the bound, each (x,)."""

    random: Real
    constant: Real
    bound: Real


def selected_steps(x: ArrayLike, a: float = -2.0, length: int = 400, draws: int = 50, seed: int = 0) -> Selected:
    """`equivalence.mamba_selective_error`: Euler's input and zero-order hold's under selected steps.

    sup_t |h^E − h^Z| <= (x/(1−e^{−x}) − 1)/|a| for 0 < Δ_t <= x/|a|, |B_t u_t| <= 1

    Success: random steps and signs keep below the bound; the constant largest step attains it to 1e-9 relative.

    Arguments: x > 0 (k,); a < 0; length: e^{−x·length} must be negligible; draws of random steps; seed.
    Returns: Selected.
    """
    sizes, rate = np.asarray(x, dtype=np.float64), torch.tensor([a], dtype=torch.float64)
    rng = np.random.default_rng(seed)
    steps = torch.as_tensor(np.where(rng.random((draws, length)) < 0.5, 1.0, rng.random((draws, length))))
    signs = torch.as_tensor(rng.choice([-1.0, 1.0], (draws, length)))
    one = torch.ones(draws, length, 1, dtype=torch.float64)

    def gap(dt: Tensor, u: Tensor) -> float:
        return float(
            (selective_scan(u, dt, rate, one, one, euler_input) - selective_scan(u, dt, rate, one, one, zoh))
            .abs()
            .max()
        )

    found = [(gap(steps * (s / -a), signs), gap(torch.full_like(steps, s / -a), torch.ones_like(signs))) for s in sizes]
    bound = (sizes / -np.expm1(-sizes) - 1) / -a
    return Selected(np.array([r for r, _ in found]), np.array([c for _, c in found]), bound)


def initial_over_drive(channels: int = 4096, n: int = 16, seed: int = 0) -> Real:
    """`equivalence.mamba_input_error`: 1/φ(−x) − 1 for every channel and pole of a Mamba layer at its start.

    Δ log-uniform in [1e-3, 1e-1], a = −1..−n. Every value lies in [max(x/2, x−1), min(x/2 + x²/12, x)].

    Returns: float64 (2, channels·n): x and 1/φ − 1. Reference: Gu, Dao 2023, arXiv 2312.00752 (the code).
    """
    dt = np.exp(np.random.default_rng(seed).uniform(np.log(1e-3), np.log(1e-1), channels))
    x = np.outer(dt, np.arange(1.0, n + 1)).ravel()
    return np.stack([x, x / -np.expm1(-x) - 1])
