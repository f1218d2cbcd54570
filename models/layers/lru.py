"""The linear recurrent unit: a complex diagonal recurrence with its modulus and phase as parameters."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from models.layers.recurrences import check_input, closed_poles, complex_dtype, gaussian, scan
from numerics.preconditions import as_poles


class LRU(nn.Module):
    """x_t = λ x_{t−1} + γ (B u_t), y_t = Re(C x_t), without feed-through.

    λ = exp(−e^ν + iθ), γ = √(1 − |λ|²)

    e^ν is kept above 4 eps, so |λ| < 1 for every value of the parameters. A feed-through D u_t, left out here,
    would add a pole at zero to what the outputs remember.

    Arguments: poles, discrete (n,), 0 < |λ| < 1, each read with its conjugate; channels (of the input); outputs;
        seed of B and C; dtype.
    Raises: ValueError for poles outside the circle, or at zero (ν would be infinite).
    Reference: Orvieto et al. 2023, arXiv 2303.06349.
    """

    def __init__(
        self,
        poles: ArrayLike,
        channels: int = 1,
        outputs: int = 1,
        *,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        half = as_poles(poles)
        if not np.all(half):
            raise ValueError(f"poles[{int(np.argmin(np.abs(half)))}] = 0: the logarithmic modulus needs |λ| > 0")
        kind = complex_dtype(dtype)
        self.nu = nn.Parameter(torch.as_tensor(np.log(-np.log(np.abs(half))), dtype=dtype))
        self.phase = nn.Parameter(torch.as_tensor(np.angle(half), dtype=dtype))
        self.B = nn.Parameter(gaussian((half.size, channels), kind, seed) / channels**0.5)
        self.C = nn.Parameter(gaussian((outputs, half.size), kind, seed + 1) / half.size**0.5)

    def discrete(self) -> tuple[Tensor, Tensor]:
        """λ (n,) and γB (n, channels)."""
        rate = self.nu.exp().clamp(min=4 * torch.finfo(self.nu.dtype).eps)
        gain = torch.sqrt(-torch.expm1(-2 * rate))
        return torch.exp(torch.complex(-rate, self.phase)), gain[:, None] * self.B

    def states(self, u: Tensor) -> Tensor:
        """The complex state. Arguments: u (batch, length, channels). Returns: (batch, length, n)."""
        check_input(u, self.B.shape[1])
        poles, B = self.discrete()
        return scan(poles, u.to(B.dtype) @ B.T)

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, channels). Returns: (batch, length, outputs)."""
        return (self.states(u) @ self.C.T).real

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (batch, n), complex."""
        return self.B.new_zeros(batch, len(self.B))

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """One step. Arguments: state (batch, n), u (batch, channels). Returns: next state, y (batch, outputs)."""
        poles, B = self.discrete()
        state = poles * state + u.to(B.dtype) @ B.T
        return state, (state @ self.C.T).real

    def poles(self) -> NDArray[np.complex128]:
        """Discrete poles with their conjugates, in float64. Returns: complex128, closed under conjugation."""
        return closed_poles(self.double_poles())

    def double_poles(self) -> Tensor:
        """λ computed in float64 from the parameters, (n,)."""
        rate = self.nu.double().exp().clamp(min=4 * torch.finfo(self.nu.dtype).eps)
        return torch.exp(torch.complex(-rate, self.phase.double()))

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameters that move the poles."""
        return [self.nu, self.phase]
