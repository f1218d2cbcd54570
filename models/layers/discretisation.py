"""How a continuous pole becomes a discrete one: functions of z = sΔ, to be handed to a layer.

Each gives λ and the gain of the input, B̄ = Δ · gain · B, elementwise. z complex, Re z < 0.
"""

from collections.abc import Callable

import torch
from torch import Tensor

Rule = Callable[[Tensor], tuple[Tensor, Tensor]]


def expm1(z: Tensor) -> Tensor:
    """e^z − 1 without cancellation for Re z <= 0.

    Re = (e^x − 1) cos y − 2 sin²(y/2), Im = e^x sin y

    >>> expm1(torch.tensor([-1e-30 + 1e-20j], dtype=torch.complex128)).imag
    tensor([1.0000e-20], dtype=torch.float64)
    """
    x, y = z.real, z.imag
    return torch.complex(torch.expm1(x) * torch.cos(y) - 2 * torch.sin(y / 2) ** 2, torch.exp(x) * torch.sin(y))


def zoh(z: Tensor) -> tuple[Tensor, Tensor]:
    """Zero-order hold: λ = e^z, gain φ(z) = (e^z − 1)/z. Exact when the input is constant over a step."""
    return torch.exp(z), expm1(z) / z


def euler_input(z: Tensor) -> tuple[Tensor, Tensor]:
    """The poles of zero-order hold with the input of Euler's rule: λ = e^z, gain 1, as in Mamba.

    For a fixed step it is zero-order hold with C_n rescaled by 1/φ(z_n): the same memory.
    Reference: Gu, Dao 2023, arXiv 2312.00752 (the code).
    """
    return torch.exp(z), torch.ones_like(z)


def bilinear(z: Tensor) -> tuple[Tensor, Tensor]:
    """Bilinear: λ = (1 + z/2)/(1 − z/2), gain 1/(1 − z/2).

    Of second order for the poles alone: a recurrence driven by u_k, not by (u_k + u_{k−1})/2, is of first order.
    1 − |λ|² = −2 Re z/|1 − z/2|² may round to zero, so |λ| is kept below 1 − 2 eps.
    Reference: Gu, Goel, Ré 2022, arXiv 2111.00396.
    """
    gain = 1 / (1 - z / 2)
    poles = (1 + z / 2) * gain
    largest = 1 - 2 * torch.finfo(z.real.dtype).eps
    return poles * (largest / poles.abs().clamp(min=0.5)).clamp(max=1), gain
