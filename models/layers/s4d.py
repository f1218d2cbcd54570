"""The diagonal state space model S4D, discretised by a rule of choice."""

from collections.abc import Callable
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from models.layers.discretisation import Rule, zoh
from models.layers.initialisations import half_spectrum, steps
from models.layers.kernels import diagonal_kernel
from models.layers.recurrences import (
    causal_convolution,
    check_input,
    check_step,
    closed_poles,
    complex_dtype,
    gaussian,
    powers,
    scan,
    together,
)
from numerics.preconditions import as_count

__all__ = ["S4D", "diagonal_kernel"]


class S4D(nn.Module):
    """One diagonal system per channel, on half a conjugate spectrum.

    x_t = λ x_{t−1} + B̄ u_t, y_t = Σ_n w_n Re(C_n x_n);  λ = e^{sΔ}, B̄ = (λ − 1)/s, s = −e^a + iω

    w = 2 for a pole of a conjugate pair, 1 for a real one, which stays real in training. |λ| < 1 for every value of
    the parameters, in the arithmetic of the layer's dtype: e^a Δ is kept above 4 eps.
    The states hold half of the poles; their real parts and imaginary parts together see all (`poles`).

    Arguments: poles, continuous half spectrum (n,), Re s < 0, such as `initialisations.inv(N)`; dt = Δ > 0, one or
        (channels,); channels; rule of discretisation; seed of C; dtype.
    Raises: ValueError for a pole with Re s >= 0, imaginary parts of both signs, or a step <= 0.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.
    """

    def __init__(
        self,
        poles: ArrayLike,
        dt: ArrayLike,
        channels: int = 1,
        *,
        rule: Rule = zoh,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        channels = as_count("channels", channels)
        s = np.tile(half_spectrum(poles), (channels, 1))
        kind = complex_dtype(dtype)
        self.rule = rule
        self.log_decay = nn.Parameter(torch.as_tensor(np.log(-s.real), dtype=dtype))
        self.frequency = nn.Parameter(torch.as_tensor(s.imag, dtype=dtype))
        self.log_dt = nn.Parameter(torch.as_tensor(np.log(steps(dt, channels))[:, None], dtype=dtype))
        self.C = nn.Parameter(gaussian(s.shape, kind, seed))
        self.pair: Tensor
        self.register_buffer("pair", torch.as_tensor(s[0].imag != 0))

    def discrete(self) -> tuple[Tensor, Tensor]:
        """λ and B̄, each (channels, n)."""
        return self._discrete(self.log_decay.dtype)

    def double_discrete(self) -> tuple[Tensor, Tensor]:
        """λ and B̄ computed in float64 from the parameters, each (channels, n)."""
        return self._discrete(torch.float64)

    def _discrete(self, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        dt, decay = self.log_dt.to(dtype).exp(), self.log_decay.to(dtype).exp()
        floor = 4 * torch.finfo(self.log_dt.dtype).eps
        z = torch.complex(-(decay * dt).clamp(min=floor), self.frequency.to(dtype) * self.pair * dt)
        poles, gain = self.rule(z)
        return poles, dt * gain

    def continuous(self) -> Tensor:
        """The poles s in float64, (channels, n)."""
        return torch.complex(-self.log_decay.double().exp(), self.frequency.double() * self.pair)

    def _read(self, states: Tensor) -> Tensor:
        """Σ_n w_n Re(C_n x_n) over the last axis."""
        return (self.C * states * (1 + self.pair.to(self.log_dt.dtype))).sum(-1).real

    def states(self, u: Tensor) -> Tensor:
        """The complex half state. Arguments: u (batch, length, channels). Returns: (batch, length, channels·n)."""
        check_input(u, len(self.C), self.log_dt)
        poles, B = self.discrete()
        x = causal_convolution(powers(poles, u.shape[1]) * B[..., None], u.transpose(1, 2)[:, :, None])
        return x.flatten(1, 2).transpose(1, 2)

    def kernel(self, length: int) -> Tensor:
        """K_l = Σ_n w_n Re(C_n B̄_n λ_n^l). Returns: (channels, length)."""
        poles, B = self.discrete()
        return diagonal_kernel(self.C * B * ((1 + self.pair.to(self.log_dt.dtype)) / 2), poles, length)

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence, by convolution. Arguments: u (batch, length, channels). Returns: the same."""
        check_input(u, len(self.C), self.log_dt)
        return causal_convolution(self.kernel(u.shape[1]), u.transpose(1, 2)).transpose(1, 2)

    def scan(self, u: Tensor) -> Tensor:
        """The same outputs by an associative scan of the states."""
        check_input(u, len(self.C), self.log_dt)
        poles, B = self.discrete()
        x = scan(poles.flatten(), (B * u[..., None]).flatten(2))
        return self._read(x.unflatten(2, self.C.shape))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        return super()._apply(together(fn), recurse)

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (batch, channels, n), complex."""
        return self.C.new_zeros(batch, *self.C.shape)

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """One step. Arguments: state (batch, channels, n), u (batch, channels). Returns: next state, y like u."""
        check_step(state, u, self.C, self.log_dt)
        poles, B = self.discrete()
        state = poles * state + B * u[..., None]
        return state, self._read(state)

    def poles(self) -> NDArray[np.complex128]:
        """Discrete poles of all channels, both halves. Returns: complex128, closed under conjugation."""
        return closed_poles(self.double_poles())

    def double_poles(self) -> Tensor:
        """λ computed in float64 from the parameters, (channels, n)."""
        return self.double_discrete()[0]

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameters that move the poles."""
        return [self.log_decay, self.frequency, self.log_dt]
