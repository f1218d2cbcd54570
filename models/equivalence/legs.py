"""S4 with LegS against S4D with the poles of its normal part, as layers.

Glossary: N states · n: the LegS coordinate read out · q_n = √(2n+1) · dt = Δ · w row of the basis V of the normal part.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.equivalence.realisations import ROUNDOFF, Agreement
from models.layers.discretisation import Rule, bilinear, zoh
from models.layers.initialisations import legs, legs_basis, legs_diagonal
from models.layers.s4 import S4
from models.layers.s4d import S4D
from numerics.equivalence import input_rate_bound
from numerics.memory import memory_function

Real = NDArray[np.float64]


def reading(n: int, N: int, dt: float, rule: Rule = bilinear) -> tuple[S4, S4D]:
    """A LegS layer whose output is coordinate x_n, and the S4D-LegS layer with input B/2 and the same read-out.

    float64, one channel, the first bilinear. Arguments: n < N; N; dt; rule of the second. Returns: S4, S4D.
    """
    if not 0 <= n < N:
        raise ValueError(f"n = {n}: must lie in 0..{N - 1}")
    system, row = legs(N), legs_basis(N)[n]
    full = S4(system, dt, dtype=torch.float64)
    diagonal = S4D(legs_diagonal(N), dt, rule=rule, dtype=torch.float64)
    with torch.no_grad():
        full.C.copy_(torch.as_tensor(row)[None])
        diagonal.C.copy_(torch.as_tensor(row * system.B / 2)[None])
    return full, diagonal


def _run(layer: nn.Module, u: Real) -> Real:
    with torch.no_grad():
        y: Tensor = layer(torch.as_tensor(u)[None, :, None])
    return y[0, :, 0].numpy()


@dataclass(frozen=True)
class Responses:
    """‖y_S4D − y_S4‖ in L² for every N, and the bound, each (N,)."""

    error: Real
    bound: Real


def responses(sizes: tuple[int, ...] = (8, 16, 32, 64), n: int = 0, dt: float = 5e-3, until: float = 40.0) -> Responses:
    """`equivalence.s4d_legs_input_rate`: the outputs approach each other like 1/N on u = te^{−t}, with ‖u'‖ = ½.

    Success: the error keeps below q_n(1/((2n+1)N) + 2/N²)‖u'‖ and its log-log slope is −1 ± 0.1. The time must be long
    enough for the difference to arrive (around 2 ln N).

    Arguments: sizes N; n; dt; until: the end of the time interval. Returns: Responses.
    """
    t = np.arange(0.0, until, dt) + dt / 2
    u = t * np.exp(-t)
    errors = []
    for N in sizes:
        full, diagonal = reading(n, N, dt)
        errors.append(np.sqrt(dt * np.sum((_run(full, u) - _run(diagonal, u)) ** 2)))
    return Responses(np.array(errors), np.array([0.5 * input_rate_bound(n, N) for N in sizes]))


def dc_gain(n: int = 0, N: int = 16, dt: float = 0.1, length: int = 1000) -> Agreement:
    """`equivalence.s4d_legs_laplace` at s = 0: both layers have one DC gain, Σ_l K_l.

    S4D by zero-order hold: under the bilinear rule its fast modes ring with |λ| near 1 and arrive late.

    Success: gap <= (64 N u + 2e^{−LΔ/2}) Σ|K_l|: rounding, and what an impulse response e^{−t/2} leaves beyond the end.

    Arguments: n < N; N; dt; length. Returns: Agreement.
    """
    impulse = np.eye(1, length)[0]
    full, diagonal = (_run(layer, impulse) for layer in reading(n, N, dt, zoh))
    scale = float(np.abs(full).sum() + np.abs(diagonal).sum())
    left = 2 * np.exp(-length * dt / 2)
    return Agreement(float(abs(full.sum() - diagonal.sum())), (64 * N * ROUNDOFF + left) * scale)


def held_kernel_gap(sizes: tuple[int, ...] = (16, 64, 256, 512), dt: float = 0.1, until: float = 40.0) -> Real:
    """`equivalence.s4d_legs_kernel_gap`: zero-order hold hides the gap of the kernels, for it averages over a step.

    LegS's K_0 = e^{−t} is a single pole. Both as S4D layers by zero-order hold.

    Success: the relative l² difference falls with N at fixed Δ, and at every N grows when Δ falls.

    Part of the difference arrives late (around 2 ln N): a short interval shows too fast a fall.

    Arguments: sizes N; dt; until: end of the time interval. Returns: ‖K^{(N)} − K‖/‖K‖ on [0, until], (N,).
    """
    length = round(until / dt)
    one = S4D([-1.0], dt, dtype=torch.float64)
    with torch.no_grad():
        one.C.fill_(1.0)
        exact = one.kernel(length)
        found = [reading(0, N, dt, zoh)[1].kernel(length) for N in sizes]
    return np.array([float((K - exact).norm() / exact.norm()) for K in found])


def initial_memories(N: int = 6, dt: float = 0.1, horizon: int = 60) -> tuple[Real, Real, S4, S4D]:
    """`equivalence.full_and_normal_differ`: exact memory functions of an S4 and an S4D-LegS layer at their start.

    Arguments: N (at most 16: the poles are computed from the dense Ā); dt; horizon.
    Returns: the two memory functions (horizon,), and the layers, both bilinear, to be measured.
    """
    full = S4(legs(N), dt, dtype=torch.float64)
    diagonal = S4D(legs_diagonal(N), dt, rule=bilinear, dtype=torch.float64)
    return memory_function(full.poles(), horizon), memory_function(diagonal.poles(), horizon), full, diagonal
