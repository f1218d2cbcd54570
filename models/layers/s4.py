"""The state space model S4: diagonal plus low rank, discretised by the bilinear rule.

Glossary: n stored poles, one of every conjugate pair, N states with their conjugates · w = 2 for a pair, 1 for a
real pole · q(x) = Σ_n w_n Re(P̄_n x_n) = P^*x over all N · D = (2/Δ − Λ)⁻¹.
"""

import math
from collections.abc import Callable
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from models.layers.initialisations import LowRank, half_spectrum, steps
from models.layers.recurrences import (
    causal_convolution,
    check_input,
    check_step,
    complex_dtype,
    gaussian,
    scan_dense,
    together,
)
from numerics.preconditions import as_count

ENTRIES = 1 << 20  # entries of the resolvents held at a time


class S4(nn.Module):
    """One diagonal-plus-low-rank system per channel, on half a conjugate spectrum.

    x_t = Ā x_{t−1} + B̄ u_t, y_t = Σ_n w_n Re(C_n x_n);  Ā, B̄: bilinear with step Δ of A = Λ − PP^*, B

    Stable for every value of the parameters: Re Λ < 0, and −PP^* only damps. Real poles stay real in training.

    Arguments: system, half a spectrum (n,), such as `initialisations.legs(N)`; dt = Δ > 0, one or (channels,);
        channels; seed of C; dtype.
    Raises: ValueError for a pole with Re s >= 0, imaginary parts of both signs, shapes that differ, a real pole whose
        P or B is not real, or a step <= 0.
    Reference: Gu, Goel, Ré 2022, arXiv 2111.00396; the sign of PP^*, Goel et al. 2022, arXiv 2202.09729.
    """

    def __init__(
        self,
        system: LowRank,
        dt: ArrayLike,
        channels: int = 1,
        *,
        seed: int = 0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        channels = as_count("channels", channels)
        s, kind = half_spectrum(system.poles), complex_dtype(dtype)
        P, B = (_vector(name, getattr(system, name), s) for name in ("P", "B"))
        self.log_decay = nn.Parameter(torch.as_tensor(np.log(-s.real), dtype=dtype).repeat(channels, 1))
        self.frequency = nn.Parameter(torch.as_tensor(s.imag, dtype=dtype).repeat(channels, 1))
        self.P = nn.Parameter(torch.as_tensor(P, dtype=kind).repeat(channels, 1))
        self.B = nn.Parameter(torch.as_tensor(B, dtype=kind).repeat(channels, 1))
        self.log_dt = nn.Parameter(torch.as_tensor(np.log(steps(dt, channels))[:, None], dtype=dtype))
        self.C = nn.Parameter(gaussian((channels, s.size), kind, seed))
        self.pair: Tensor
        self.register_buffer("pair", torch.as_tensor(s.imag != 0))

    def stored(self, dtype: torch.dtype | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Λ, P, B, C, each (channels, n), those of real poles made real, and Δ (channels, 1), in a real dtype."""
        dtype = dtype or self.log_dt.dtype
        kind, pair = complex_dtype(dtype), self.pair
        decay, frequency, dt = (v.to(dtype) for v in (self.log_decay, self.frequency, self.log_dt))
        P, B, C = (torch.complex(v.real, v.imag * pair).to(kind) for v in (self.P, self.B, self.C))
        return torch.complex(-decay.exp(), frequency * pair), P, B, C, dt.exp()

    def full(self, dtype: torch.dtype | None = None) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """The same with the conjugates after the stored ones, each (channels, N); C is a row: y = C x."""
        *half, dt = self.stored(dtype)
        poles, P, B, C = (torch.cat([v, v[:, self.pair].conj()], dim=1) for v in half)
        return poles, P, B, C, dt

    def discrete(self) -> tuple[Tensor, Tensor]:
        """Ā (channels, N, N) and B̄ (channels, N), dense, by Woodbury."""
        poles, P, B, _, dt = self.full()
        return _bilinear(poles, P, B, 2 / dt)

    def kernel(self, length: int) -> Tensor:
        """K_l = C Ā^l B̄ by its generating function at the roots of unity, then an inverse FFT.

        Σ_{l<L} K_l ζ^l = C̃(I − Āζ)⁻¹B̄, C̃ = C(I − ζ^L Ā^L), ζ = e^{−(1 + 2πik)/L}, ζ^L = 1/e

        By Cauchy sums: O(N L) time, never an N×L array. The roots are taken on a circle of radius e^{−1/L}: on the
        unit circle a pole of Λ close to one of them would cancel against the low-rank term, at a loss of 1/|Re λ Δ|;
        here the loss is at most L.

        Arguments: length L >= 1. Returns: (channels, length). Reference: Gu, Goel, Ré 2022, Algorithm 1.
        """
        length = as_count("length", length)
        poles, P, B, C, dt = self.full()
        A = _bilinear(poles, P, B, 2 / dt)[0]
        row = C - torch.einsum("hn,hnm->hm", C, torch.linalg.matrix_power(A, length)) / math.e
        products = torch.stack([row * B, row * P, P.conj() * B, P.conj() * P], dim=-1)
        growth = torch.exp(torch.arange(length, dtype=dt.dtype, device=dt.device) / length)
        return growth * torch.fft.irfft(generating_function(products, poles * dt, dt, length), length)

    def forward(self, u: Tensor) -> Tensor:
        """Outputs of a whole sequence, by convolution. Arguments: u (batch, length, channels). Returns: the same."""
        check_input(u, len(self.C), self.log_dt)
        return causal_convolution(self.kernel(u.shape[1]), u.transpose(1, 2)).transpose(1, 2)

    def _all_states(self, u: Tensor) -> Tensor:
        check_input(u, len(self.C), self.log_dt)
        A, B = self.discrete()
        drive = u[..., None] * B
        return torch.stack([scan_dense(A[h], drive[:, :, h]) for h in range(len(A))], dim=2)

    def states(self, u: Tensor) -> Tensor:
        """The complex half state, by a scan. Arguments: as `forward`. Returns: (batch, length, channels·n)."""
        return self._all_states(u)[..., : self.C.shape[1]].flatten(2)

    def scan(self, u: Tensor) -> Tensor:
        """The outputs of `forward`, by an associative scan of the states with powers of the dense Ā."""
        return (self._all_states(u) * self.full()[3]).sum(-1).real

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        return super()._apply(together(fn), recurse)

    def initial_state(self, batch: int) -> Tensor:
        """Zeros (batch, channels, n), complex."""
        return self.C.new_zeros(batch, *self.C.shape)

    def step(self, state: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
        """One step in O(n), by Woodbury: x ← A₁(A₀x + 2Bu).

        A₀ = 2/Δ + Λ − PP^*, A₁y = Dy − DP q(Dy)/(1 + q(DP))

        Arguments: state (batch, channels, n), u (batch, channels). Returns: next state, y like u.
        """
        check_step(state, u, self.C, self.log_dt)
        poles, P, B, C, dt = self.stored()
        rate, weight = 2 / dt, 1 + self.pair.to(dt.dtype)
        D = 1 / (rate - poles)
        driven = (rate + poles) * state - P * _inner(P * weight, state) + 2 * B * u[..., None]
        state = D * driven
        state = state - D * P * (_inner(P * weight, state) / (1 + _inner(P * weight, D * P)))
        return state, (C * state * weight).sum(-1).real

    def poles(self) -> NDArray[np.complex128]:
        """Eigenvalues of Ā of all channels, in float64; those of a LegS of more than 16 states are ill-conditioned."""
        return np.linalg.eigvals(self.double_pair()[0]).ravel().astype(np.complex128)

    def double_pair(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ā and B̄ in real coordinates √2(Re x, Im x), float64: (channels, N, N), (channels, N)."""
        poles, P, B, _, dt = self.full(torch.float64)
        A, b = (part.detach().cpu().numpy() for part in _bilinear(poles, P, B, 2 / dt))
        Q = _real_coordinates(self.pair.cpu().numpy())
        return (Q.conj().T @ A @ Q).real, (b @ Q.conj()).real

    def pole_parameters(self) -> list[nn.Parameter]:
        """The parameters that move the poles."""
        return [self.log_decay, self.frequency, self.P, self.log_dt]


def generating_function(products: Tensor, z: Tensor, dt: Tensor, length: int) -> Tensor:
    """Σ_{l<L} K_l ζ^l at ζ = e^{−2v}, v = (½ + πik)/L, k = 0..L/2, in a form regular at ζ = −1.

    e^v[k_CB − c k_CP k_PB/(1 + c k_PP)], k_XY = Σ_n X_nY_n Δ/(2s − z_n c), c = cosh v, s = sinh v

    (2/(1+ζ))(g − λ)⁻¹ with g = (2/Δ)(1−ζ)/(1+ζ) = (2/Δ) tanh v, multiplied through by cosh v. The resolvents of one
    block of frequencies at a time; the backward pass computes them again.

    Arguments: products (H, N, 4): CB, CP, PB, PP; z = Δλ (H, N); dt (H, 1). Returns: complex (H, L//2 + 1).
    """
    k = torch.arange(length // 2 + 1, dtype=torch.float64, device=z.device)
    v = torch.complex(torch.full_like(k, 0.5 / length), k * (torch.pi / length))
    nodes = torch.stack([v.exp(), v.cosh(), v.sinh()], dim=1).to(z.dtype)
    rows = max(1, ENTRIES // z.numel())
    blocks = [checkpoint(_block, products, z, dt, part, use_reentrant=False) for part in nodes.split(rows)]
    return torch.cat(blocks, dim=1)


def _block(products: Tensor, z: Tensor, dt: Tensor, nodes: Tensor) -> Tensor:
    growth, c, s = nodes.unbind(1)
    resolvent = 1 / (2 * s[:, None] - z[:, None] * c[:, None])
    CB, CP, PB, PP = (dt[..., None] * (resolvent @ products)).unbind(-1)
    return growth * (CB - c * CP * PB / (1 + c * PP))


def _bilinear(poles: Tensor, P: Tensor, B: Tensor, rate: Tensor) -> tuple[Tensor, Tensor]:
    """Ā = A₁A₀ and B̄ = 2A₁B over all N states, with A₁ = D − DP(1 + P^*DP)⁻¹P^*D."""
    D = 1 / (rate - poles)
    DP, PD = D * P, P.conj() * D
    inverse = torch.diag_embed(D) - DP[:, :, None] * (PD / (1 + (PD * P).sum(-1, keepdim=True)))[:, None]
    forward = torch.diag_embed(rate + poles) - P[:, :, None] * P.conj()[:, None]
    return inverse @ forward, 2 * (inverse @ B[..., None]).squeeze(-1)


def _inner(P: Tensor, x: Tensor) -> Tensor:
    return (P.conj() * x).sum(-1, keepdim=True).real


def _real_coordinates(pair: NDArray[np.bool_]) -> NDArray[np.complex128]:
    """Q unitary with x = Q r: r = √2 Re x (or x itself for a real pole), then √2 Im x of the pairs."""
    stored, pairs = len(pair), np.flatnonzero(pair)
    Q = np.zeros((stored + pairs.size, stored + pairs.size), dtype=np.complex128)
    Q[np.arange(stored), np.arange(stored)] = np.where(pair, np.sqrt(0.5), 1.0)
    below = stored + np.arange(pairs.size)
    Q[below, pairs] = np.sqrt(0.5)
    Q[pairs, below], Q[below, below] = 1j * np.sqrt(0.5), -1j * np.sqrt(0.5)
    return Q


def _vector(name: str, value: ArrayLike, s: NDArray[np.complex128]) -> NDArray[np.complex128]:
    vector = np.asarray(value, dtype=np.complex128)
    if vector.shape != s.shape:
        raise ValueError(f"{name} has shape {vector.shape}: must be {s.shape}, one entry for each pole")
    wrong = np.flatnonzero(~np.isfinite(vector) | ((s.imag == 0) & (vector.imag != 0)))
    if wrong.size:
        k = int(wrong[0])
        raise ValueError(f"{name}[{k}] = {vector[k]} with pole {s[k]}: must be finite, and real for a real pole")
    return vector
