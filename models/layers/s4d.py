"""The diagonal state space model S4D, discretised by zero-order hold."""

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from models.layers.recurrences import (
    causal_convolution,
    check_input,
    closed_poles,
    complex_dtype,
    gaussian,
    powers,
)
from numerics.preconditions import as_continuous_poles, as_step


class S4D(nn.Module):
    """One diagonal system per channel, on half a conjugate spectrum.

    x_t = λ x_{t−1} + B̄ u_t, y_t = 2 Re(C x_t);  λ = e^{sΔ}, B̄ = (λ − 1)/s, s = −e^a + iω

    |λ| = exp(−max(e^a Δ, 4 eps)) < 1 for every value of the parameters, in the arithmetic of the layer's dtype.
    The states hold half of the poles; their real parts and imaginary parts together see all (`poles`).

    Arguments: poles, continuous half spectrum (n,), Re s < 0; dt = Δ > 0, the same for all channels at first;
        channels; seed of C; dtype.
    Raises: ValueError for a pole with Re s >= 0, or a step <= 0.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.
    """

    def __init__(
        self,
        poles: ArrayLike,
        dt: float,
        channels: int = 1,
        *,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        s = np.tile(as_continuous_poles(poles), (channels, 1))
        kind = complex_dtype(dtype)
        self.log_decay = nn.Parameter(torch.as_tensor(np.log(-s.real), dtype=dtype))
        self.frequency = nn.Parameter(torch.as_tensor(s.imag, dtype=dtype))
        self.log_dt = nn.Parameter(torch.full((channels, 1), np.log(as_step(dt)), dtype=dtype))
        self.C = nn.Parameter(gaussian(s.shape, kind, seed))

    def discrete(self) -> tuple[Tensor, Tensor]:
        """λ and B̄, each (channels, n)."""
        dt, decay = self.log_dt.exp(), self.log_decay.exp()
        floor = 4 * torch.finfo(dt.dtype).eps
        poles = torch.exp(torch.complex(-(decay * dt).clamp(min=floor), self.frequency * dt))
        return poles, (poles - 1) / torch.complex(-decay, self.frequency)

    def states(self, u: Tensor) -> Tensor:
        """The complex half state. Arguments: u (batch, length, channels). Returns: (batch, length, channels·n)."""
        check_input(u, len(self.C))
        poles, B = self.discrete()
        x = causal_convolution(powers(poles, u.shape[1]) * B[..., None], u.transpose(1, 2)[:, :, None])
        return x.flatten(1, 2).transpose(1, 2)

    def kernel(self, length: int) -> Tensor:
        """K_l = 2 Re Σ_n C_n B̄_n λ_n^l, a matrix product. Returns: (channels, length)."""
        poles, B = self.discrete()
        return 2 * torch.einsum("hn,hnl->hl", self.C * B, powers(poles, length)).real

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence. Arguments: u (batch, length, channels). Returns: the same shape."""
        check_input(u, len(self.C))
        return causal_convolution(self.kernel(u.shape[1]), u.transpose(1, 2)).transpose(1, 2)

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (batch, channels, n), complex."""
        return self.C.new_zeros(batch, *self.C.shape)

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """One step. Arguments: state (batch, channels, n), u (batch, channels). Returns: next state, y like u."""
        poles, B = self.discrete()
        state = poles * state + B * u[..., None]
        return state, 2 * (self.C * state).sum(-1).real

    def poles(self) -> NDArray[np.complex128]:
        """Discrete poles of all channels, both halves. Returns: complex128, closed under conjugation."""
        return closed_poles(self.double_poles())

    def double_poles(self) -> Tensor:
        """λ computed in float64 from the parameters, (channels, n)."""
        dt, decay = self.log_dt.double().exp(), self.log_decay.double().exp()
        floor = 4 * torch.finfo(self.log_dt.dtype).eps
        return torch.exp(torch.complex(-(decay * dt).clamp(min=floor), self.frequency.double() * dt))

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameters that move the poles."""
        return [self.log_decay, self.frequency, self.log_dt]
