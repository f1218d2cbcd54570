"""Linear recurrences over a whole sequence at once: powers, causal convolution, and the scan by doubling.

Glossary: batch, length, n states · λ (`poles`) · x_t = λ x_{t−1} + d_t, zero before the first step.
"""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from scipy.fft import next_fast_len
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

from numerics.spectra import conjugate_closed

COMPLEX = {torch.float32: torch.complex64, torch.float64: torch.complex128}


def complex_dtype(dtype: torch.dtype) -> torch.dtype:
    """The complex dtype of a real one. Raises ValueError unless float32 or float64."""
    if dtype not in COMPLEX:
        raise ValueError(f"dtype = {dtype}: must be torch.float32 or torch.float64")
    return COMPLEX[dtype]


def real_tensor(name: str, value: ArrayLike, dtype: torch.dtype) -> Tensor:
    """A copy in the dtype. Raises ValueError for what is not real (torch would drop imaginary parts) or not finite."""
    try:
        imaginary = value.is_complex() if isinstance(value, Tensor) else np.iscomplexobj(value)
        tensor = torch.as_tensor(value, dtype=None if imaginary else dtype).clone()
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise ValueError(f"{name}: must be a rectangular array of real numbers ({error})") from error
    if imaginary:
        raise ValueError(f"{name} = {tensor}: must be real")
    if not bool(torch.isfinite(tensor).all()):
        raise ValueError(f"{name} = {tensor}: must be finite")
    return tensor


def check_input(u: Tensor, channels: int, like: Tensor | None = None) -> None:
    """Raises ValueError unless u is a real (batch, length >= 1, channels) tensor, of the dtype and device of `like`."""
    if u.dim() != 3 or u.shape[1] < 1 or u.shape[2] != channels:
        raise ValueError(f"u has shape {tuple(u.shape)}: must be (batch, length >= 1, {channels})")
    if not u.is_floating_point():
        raise ValueError(f"u has dtype {u.dtype}: must be real floating point")
    if like is not None and (u.dtype != like.dtype or u.device != like.device):
        raise ValueError(f"u is {u.dtype} on {u.device}: must be {like.dtype} on {like.device}, as the layer is")


def check_step(state: Tensor, u: Tensor, coefficients: Tensor, like: Tensor) -> None:
    """Raises ValueError unless u is (batch, channels) and the state (batch, channels, n), as the layer's parameters."""
    if u.dim() != 2 or u.shape[1] != len(coefficients):
        raise ValueError(f"u has shape {tuple(u.shape)}: must be (batch, {len(coefficients)})")
    if tuple(state.shape) != (len(u), *coefficients.shape):
        raise ValueError(f"state has shape {tuple(state.shape)}: must be {(len(u), *coefficients.shape)}")
    for name, given, wanted in (("u", u, like), ("state", state, coefficients)):
        if given.dtype != wanted.dtype or given.device != wanted.device:
            raise ValueError(f"{name} is {given.dtype} on {given.device}: must be {wanted.dtype} on {wanted.device}")


def together(cast: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """A cast of a module that keeps complex parameters complex, at the precision of the real ones."""

    def of_pairs(tensor: Tensor) -> Tensor:
        if not tensor.is_complex():
            return cast(tensor)
        return torch.view_as_complex(cast(torch.view_as_real(tensor)).contiguous())

    return of_pairs


def powers(poles: Tensor, length: int) -> Tensor:
    """All powers up to a length, by repeated doubling.

    K_l = λ^l;  [K_0..K_{2m−1}] = [K_0..K_{m−1}, λ^m K_0..λ^m K_{m−1}]

    Arguments: poles (..., n); length >= 1. Returns: (..., n, length).
    """
    kernel, factor = torch.ones_like(poles)[..., None], poles[..., None]
    while kernel.shape[-1] < length:
        kernel = torch.cat([kernel, kernel * factor], dim=-1)
        factor = factor * factor
    return kernel[..., :length]


def causal_convolution(kernel: Tensor, u: Tensor) -> Tensor:
    """y_t = Σ_{l<=t} K_l u_{t−l}, by FFT padded to 2L − 1 or a little more so that nothing wraps round. O(L log L).

    Arguments: kernel (..., length) and real u (..., length), broadcast against each other.
    Returns: (..., length), complex when the kernel is.
    """
    length = u.shape[-1]
    size = next_fast_len(2 * length - 1, real=True)
    if kernel.is_complex():
        spectrum = torch.fft.fft(kernel, size) * torch.fft.fft(u, size)
        return torch.fft.ifft(spectrum)[..., :length]
    return _RealConvolution.apply(kernel, u, size)


class _RealConvolution(torch.autograd.Function):
    """The real case with its own adjoint: two half transforms, where autograd's own take whole complex ones."""

    @staticmethod
    def forward(ctx: FunctionCtx, kernel: Tensor, u: Tensor, size: int) -> Tensor:
        first, second = torch.fft.rfft(kernel, size), torch.fft.rfft(u, size)
        ctx.save_for_backward(first, second)
        ctx.sizes = kernel.shape, u.shape, size  # type: ignore[attr-defined]
        return torch.fft.irfft(first * second, size)[..., : u.shape[-1]]

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, grad: Tensor) -> tuple[Tensor, Tensor, None]:
        """Correlations: ḡ_K = Σ_t g_t u_{t−l}, ḡ_u = Σ_t g_t K_{t−s}, each summed over what was broadcast."""
        (first, second), (of_kernel, of_u, size) = ctx.saved_tensors, ctx.sizes  # type: ignore[attr-defined]
        spectrum, length = torch.fft.rfft(grad, size), grad.shape[-1]
        found = []
        for other, shape in ((second, of_kernel), (first, of_u)):
            summed = (spectrum * other.conj()).sum_to_size(*shape[:-1], spectrum.shape[-1])
            found.append(torch.fft.irfft(summed, size)[..., :length])
        return found[0], found[1], None


def scan(poles: Tensor, drive: Tensor) -> Tensor:
    """States of a diagonal recurrence, by doubling the length of history each state holds.

    x^{(2m)}_t = x^{(m)}_t + λ^m x^{(m)}_{t−m};  x^{(m)}_t = Σ_{j<m} λ^j d_{t−j}

    Arguments: poles (n,); drive (batch, length, n). Returns: (batch, length, n).
    """
    x, shift = drive, 1
    while shift < drive.shape[1]:
        x = torch.cat([x[:, :shift], x[:, shift:] + poles * x[:, :-shift]], dim=1)
        poles, shift = poles * poles, 2 * shift
    return x


def scan_varying(decay: Tensor, drive: Tensor) -> Tensor:
    """States of x_t = a_t x_{t−1} + d_t, by doubling: (a, d)∘(a', d') = (a'a, a'd + d'), earlier pair first.

    Arguments: decay, drive (batch, length, n). Returns: (batch, length, n).
    """
    x, shift = drive, 1
    while shift < drive.shape[1]:
        x = torch.cat([x[:, :shift], x[:, shift:] + decay[:, shift:] * x[:, :-shift]], dim=1)
        decay = torch.cat([decay[:, :shift], decay[:, shift:] * decay[:, :-shift]], dim=1)
        shift = 2 * shift
    return x


def scan_dense(A: Tensor, drive: Tensor) -> Tensor:
    """States of x_t = A x_{t−1} + d_t, by the same doubling with A^m.

    Arguments: A (N, N); drive (batch, length, N). Returns: (batch, length, N).
    """
    x, shift = drive, 1
    while shift < drive.shape[1]:
        x = torch.cat([x[:, :shift], x[:, shift:] + x[:, :-shift] @ A.T], dim=1)
        A, shift = A @ A, 2 * shift
    return x


def closed_poles(half: Tensor) -> NDArray[np.complex128]:
    """Both halves of the spectrum that a real read-out 2 Re(C x) of complex states sees.

    A state of pole λ̄ spans with its conjugate what a state of pole λ does, so every pole is first moved to Im >=
    0.

    Arguments: half, discrete (n,) complex. Returns: complex128 (n',), closed under conjugation, repetitions kept.
    """
    poles = half.detach().cpu().numpy().astype(np.complex128).ravel()
    return conjugate_closed(poles.real + 1j * np.abs(poles.imag))


def gaussian(shape: tuple[int, ...], dtype: torch.dtype, seed: int) -> Tensor:
    """Unit-variance Gaussian parameters of any float or complex dtype, from their own generator."""
    return torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))
