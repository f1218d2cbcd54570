"""Kernels of diagonal systems as block products of powers.

Glossary: H heads · N poles λ (half a conjugate spectrum) · c coefficients · l = jM + i: lag, j < J its block, i < M
its place in it. The largest arrays are (H, L) and, for a few heads at a time, (J + M, N): never N×L.
"""

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

from models.layers.recurrences import powers
from numerics.preconditions import as_count

INNER = 16  # powers taken in complex128 before the table is filled by one product
ENTRIES = 1 << 20  # table entries of the heads handled together: 8 MiB of complex64 stay in the last cache


def diagonal_kernel(coefficients: Tensor, poles: Tensor, length: int) -> Tensor:
    """The real kernel of half a conjugate spectrum.

    K_l = 2 Re Σ_n c_n λ_n^l = 2 Re Σ_n (c_n λ_n^{jM}) λ_n^i,  l = jM + i

    N(M + L/M) powers instead of N L, by repeated squaring in complex128, and one real matrix product for each head,
    for Re(ab) = (Re a, −Im a)·(Re b, Im b). In float32 the rounding error does not grow with the lag:
    |error in K_l| <= 2 (2N + 12) u Σ_n |c_n| |λ_n|^l to first order, u the unit roundoff of the real dtype, for the
    poles as given (and 2^-126 Σ|c_n| more where float32 powers underflow, a few 2^-1074 where float64 ones do). In
    float64 the powers themselves err by about l u more. Rounding the poles themselves costs
    2 l u Σ|c_n||λ_n|^l more. A real pole counts twice here: halve its coefficient.

    Arguments: coefficients, poles: complex (H, N), same dtype and device, 0^0 = 1, |λ| > 1 overflows; length L >= 1.
    Returns: real (H, L). Differentiable once in both.
    Raises: ValueError for other shapes, dtypes, devices or lengths.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893 (the kernel).

    >>> diagonal_kernel(torch.tensor([[1 + 0j]]), torch.tensor([[0.5j]]), 4)
    tensor([[ 2.0000,  0.0000, -0.5000,  0.0000]])
    """
    check_pair(coefficients, poles)
    return _Kernel.apply(coefficients, poles, as_count("length", length))


def check_pair(coefficients: Tensor, poles: Tensor) -> None:
    """Raises ValueError unless both are complex (H, N) of one dtype on one device."""
    if poles.dim() != 2 or coefficients.shape != poles.shape:
        raise ValueError(
            f"coefficients have shape {tuple(coefficients.shape)}, poles {tuple(poles.shape)}: both must be (H, N)"
        )
    if poles.numel() == 0:
        raise ValueError(f"poles have shape {tuple(poles.shape)}: must hold at least one pole")
    if poles.dtype not in (torch.complex64, torch.complex128) or coefficients.dtype != poles.dtype:
        raise ValueError(
            f"coefficients are {coefficients.dtype}, poles {poles.dtype}: both must be complex64 or both complex128"
        )
    if coefficients.device != poles.device:
        raise ValueError(f"coefficients are on {coefficients.device}, poles on {poles.device}: must be one device")


def block_length(length: int) -> int:
    """M, the power of two next above √L: M + L/M is within 1/16 of its least value 2√L when L is a power of four."""
    return 1 << (((length - 1).bit_length() + 1) // 2)


def power_table(poles: Tensor, count: int, dtype: torch.dtype, weight: Tensor | None = None) -> Tensor:
    """λ^i, or wλ^i, for i < count, states last.

    wλ^{16a + b} = λ^{16a} (wλ^b), the factors rounded from complex128: relative error at most 3√2 u in complex64,
    whatever i, and about i u in complex128.

    Arguments: poles and weight, complex128 (h, N); count >= 1; dtype, complex. Returns: (h, count, N).
    """
    first = powers(poles, min(count, INNER)).mT
    inner = (first if weight is None else weight[:, None] * first).to(dtype, memory_format=torch.contiguous_format)
    if count <= INNER:
        return inner
    outer = powers(_squared(poles, INNER), -(-count // INNER)).mT.to(dtype, memory_format=torch.contiguous_format)
    return (outer[:, :, None] * inner[:, None]).flatten(1, 2)[:, :count]


def _squared(poles: Tensor, exponent: int) -> Tensor:
    """λ^exponent for a power of two."""
    for _ in range(exponent.bit_length() - 1):
        poles = poles * poles
    return poles


def _real(table: Tensor) -> Tensor:
    """Complex (h, m, N) as real (h, m, 2N), real and imaginary parts in turn, without a copy."""
    return torch.view_as_real(table).flatten(2)


def _heads(c: Tensor, M: int) -> list[slice]:
    step = max(1, ENTRIES // (c.shape[1] * M))
    return [slice(h, h + step) for h in range(0, len(c), step)]


class _Kernel(torch.autograd.Function):
    """Forward and adjoint, each recomputing the tables of a few heads; only c and λ are kept in between."""

    @staticmethod
    def forward(ctx: FunctionCtx, c: Tensor, poles: Tensor, length: int) -> Tensor:
        ctx.save_for_backward(c, poles)
        ctx.length = length  # type: ignore[attr-defined]
        M = block_length(length)
        J = -(-length // M)
        K = c.real.new_empty(len(c), J, M)
        for h in _heads(c, M):
            exact, weight = poles[h].to(torch.complex128), 2 * c[h].to(torch.complex128)
            inner = power_table(exact, M, c.dtype)
            outer = power_table(_squared(exact.conj(), M), J, c.dtype, weight.conj())
            torch.bmm(_real(outer), _real(inner).mT, out=K[h])
        return K.flatten(1)[:, :length]

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        """ḡ_c = conj(2 Σ_l G_l λ^l), ḡ_λ = conj(2 c Σ_l l G_l λ^{l−1})."""
        c, poles = ctx.saved_tensors  # type: ignore[attr-defined]
        M = block_length(ctx.length)  # type: ignore[attr-defined]
        J = -(-grad.shape[1] // M)
        first, second = torch.empty_like(c), torch.empty_like(c)
        for h in _heads(c, M):
            G = torch.nn.functional.pad(grad[h], (0, J * M - grad.shape[1])).unflatten(1, (J, M))
            first[h], second[h] = _adjoint(G, poles[h], M, J)
        return 2 * first.conj(), 2 * (c * second).conj(), None


def _adjoint(G: Tensor, poles: Tensor, M: int, J: int) -> tuple[Tensor, Tensor]:
    """Σ_l G_l λ^l and Σ_l l G_l λ^{l−1} by two block products.

    W_j = Σ_i G_ji λ^i, U_i = Σ_j G_ji λ^{jM};  Σ_j λ^{jM} W_j  and  Σ_i i λ^{i−1} U_i + M λ^{M−1} Σ_j j λ^{(j−1)M} W_j

    No division by λ, so λ = 0 is no exception.

    Arguments: G (h, J, M); poles (h, N). Returns: complex (h, N) each.
    """
    exact = poles.to(torch.complex128)
    inner, outer = power_table(exact, M, poles.dtype), power_table(_squared(exact, M), J, poles.dtype)
    W = torch.view_as_complex(torch.bmm(G, _real(inner)).unflatten(2, (-1, 2)))
    U = torch.view_as_complex(torch.bmm(G.mT, _real(outer)).unflatten(2, (-1, 2)))
    within, across = _counted(inner[:, :-1] * U[:, 1:]), _counted(outer[:, :-1] * W[:, 1:])
    return (outer * W).sum(1), within + M * inner[:, -1] * across


def _counted(terms: Tensor) -> Tensor:
    """Σ_i (i + 1) t_i over the middle axis, one product of a row with each matrix."""
    count = torch.arange(1, terms.shape[1] + 1, device=terms.device, dtype=terms.real.dtype)
    sums = count.expand(len(terms), 1, -1) @ _real(terms)
    return torch.view_as_complex(sums.squeeze(1).unflatten(1, (-1, 2)))
