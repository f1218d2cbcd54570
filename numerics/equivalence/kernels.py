"""Kernels of diagonal systems, slow and by blocks, and the four ways to apply a kernel to an input.

Glossary: λ (`poles`) discrete poles · c (`weights`) c_n = C_n B̄_n · K_l = Σ_n c_n λ_n^l, l < L (`length`) · u inputs.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft, linalg
from scipy.signal import lfilter

from numerics.memory.regression import gram
from numerics.preconditions import Complex, Real, as_complex_vector, as_count, as_poles, as_vector

Signal = NDArray[np.inexact]


def _modes(weights: ArrayLike, poles: ArrayLike) -> tuple[Complex, Complex]:
    c, p = as_complex_vector("weights", weights), as_poles(poles)
    if c.shape != p.shape:
        raise ValueError(f"weights have shape {c.shape}: need one for each of {len(p)} poles")
    return c, p


def powers(poles: Complex, exponents: NDArray[np.int64]) -> Complex:
    """λ_n^l = exp(l log λ_n), with 0^0 = 1 and the complex logarithm of negative poles.

    The rounding of log λ is multiplied by l: phase error about l u |log λ|.

    Arguments: poles (N,); exponents (L,) >= 0. Returns: complex (N, L).
    """
    zero = poles == 0
    table = np.exp(np.log(np.where(zero, 1.0, poles))[:, None] * exponents)
    table[zero] = exponents == 0
    return table


def vandermonde_kernel(weights: ArrayLike, poles: ArrayLike, length: int) -> Complex:
    """The kernel of a diagonal system by its definition: all N·L exponentials, then a sum.

    K_l = Σ_n c_n λ_n^l

    Arguments: weights c (N,); poles (N,), |λ| < 1; length = L >= 1.
    Returns: complex (L,). Raises: ValueError for bad poles, weights or length.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893, §3.

    >>> vandermonde_kernel([1.0, 2.0], [0.0, 0.5], 3).real
    array([3. , 1. , 0.5])
    """
    c, p = _modes(weights, poles)
    return c @ powers(p, np.arange(as_count("length", length)))


def power_kernel(weights: ArrayLike, poles: ArrayLike, length: int) -> Complex:
    """The same kernel by repeated multiplication instead of exponentials: no logarithm, no branch.

    Arguments, returns, raises: as `vandermonde_kernel`.
    """
    c, p = _modes(weights, poles)
    return c @ np.vander(p, as_count("length", length), increasing=True)


def block_kernel(weights: ArrayLike, poles: ArrayLike, length: int, block: int | None = None) -> Complex:
    """The same kernel from about 2N√L exponentials and one matrix product.

    l = jM + i: K_{jM+i} = Σ_n [c_n λ_n^{jM}] [λ_n^i]

    N(M + ⌈L/M⌉) >= 2N√L exponentials, least at M = √L; no table of N × L. The product must be complete before a real
    part is taken.

    Arguments: as `vandermonde_kernel`; block = M, default ⌈√L⌉. Returns: complex (L,).
    Raises: ValueError for bad poles, weights, length or block. Reference: this project.
    """
    (c, p), length = _modes(weights, poles), as_count("length", length)
    M = math.isqrt(length - 1) + 1 if block is None else as_count("block", block)
    coarse = c[:, None] * powers(p, M * np.arange(-(-length // M)))
    return (coarse.T @ powers(p, np.arange(M))).reshape(-1)[:length]


def exponentials_needed(N: int, length: int, block: int) -> int:
    """Exponentials that `block_kernel` evaluates: N(M + ⌈L/M⌉)."""
    block = as_count("block", block)
    return as_count("N", N) * (block + -(-as_count("length", length) // block))


def paired_kernel(weights: ArrayLike, half_poles: ArrayLike, length: int) -> Real:
    """The real kernel of a half spectrum: every non-real pole stands for two, a real one for itself.

    K_l = 2 Re Σ_{λ not real} c_n λ_n^l + Σ_{λ real} Re(c_n) λ_n^l

    Arguments: weights (N',); half_poles (N',), |λ| < 1, imaginary parts of one sign; length >= 1.
    Returns: float64 (length,). Raises: ValueError also when conjugates stand in the list on both sides.
    Reference: Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893, §3.3.

    >>> paired_kernel([1.0, 1.0], [0.5, 0.5j], 3)
    array([ 3.  ,  0.5 , -0.25])
    """
    c, p = _modes(weights, _half("half_poles", half_poles))
    return block_kernel(np.where(p.imag == 0, 1.0, 2.0) * c, p, length).real


def real_dimension(half_poles: ArrayLike) -> int:
    """Dimension of the real system that a half spectrum of distinct poles stands for.

    2·#(not real) + #(real)

    Arguments: half_poles (N',), imaginary parts of one sign. Returns: int. Raises: ValueError otherwise.
    """
    p = np.unique(_half("half_poles", half_poles))
    return 2 * int(np.sum(p.imag != 0)) + int(np.sum(p.imag == 0))


def _half(name: str, poles: ArrayLike) -> Complex:
    p = as_complex_vector(name, poles)
    if np.any(p.imag > 0) and np.any(p.imag < 0):
        up, down = p[p.imag > 0][0], p[p.imag < 0][0]
        raise ValueError(f"{name} hold {up} and {down}: a half spectrum has imaginary parts of one sign")
    return p


def window_gram(poles: ArrayLike, length: int) -> Complex:
    """Gram matrix of the first L columns of the Vandermonde matrix.

    VV^* = G − Λ^L G Λ^{*L}, V_nl = λ_n^l

    The Stein equation, telescoped.

    Arguments: poles (N,), |λ| < 1; length = L >= 1. Returns: complex (N, N). Raises: ValueError for bad arguments.
    """
    p, G = as_poles(poles), gram(poles)
    late = p ** as_count("length", length)
    return G - late[:, None] * G * late.conj()


def apply_recurrence(weights: ArrayLike, poles: ArrayLike, inputs: ArrayLike) -> Complex:
    """The output step by step: one first-order filter per state.

    x_t = Λ x_{t−1} + u_t, y_t = Σ_n c_n x_t^{(n)}

    Arguments: weights (N,); poles (N,), |λ| < 1; inputs (L,). Returns: complex (L,). Raises: ValueError.
    """
    (c, p), u = _modes(weights, poles), as_vector("inputs", inputs)
    output = np.zeros(len(u), dtype=np.complex128)
    for weight, pole in zip(c, p, strict=True):
        output += weight * lfilter([1.0], [1.0, -pole], u)
    return output


def _pair(kernel: ArrayLike, inputs: ArrayLike) -> tuple[Signal, Signal]:
    K, u = as_vector("kernel", kernel), as_vector("inputs", inputs)
    if K.shape != u.shape:
        raise ValueError(f"kernel has {len(K)} lags and inputs {len(u)}: lengths must agree")
    kind = np.result_type(K, u, np.float64)
    return K.astype(kind), u.astype(kind)


def apply_convolution(kernel: ArrayLike, inputs: ArrayLike) -> Signal:
    """The output as a causal convolution, O(L²).

    y_t = Σ_{s<=t} K_{t−s} u_s

    Arguments: kernel, inputs (L,), real or complex. Returns: (L,). Raises: ValueError when lengths differ.
    """
    K, u = _pair(kernel, inputs)
    return np.convolve(K, u)[: len(u)]


def apply_fft(kernel: ArrayLike, inputs: ArrayLike) -> Signal:
    """The same output by FFT, padded to at least 2L − 1 so that nothing wraps round. O(L log L).

    Arguments, returns, raises: as `apply_convolution`; error about u log₂L ‖K‖‖u‖.
    """
    K, u = _pair(kernel, inputs)
    size = fft.next_fast_len(2 * len(u) - 1)
    output = fft.ifft(fft.fft(K, size) * fft.fft(u, size))[: len(u)]
    return output if np.iscomplexobj(K) else output.real


def apply_circular(kernel: ArrayLike, inputs: ArrayLike) -> Signal:
    """The FFT without padding: wrong by `circular_error`.

    Arguments, returns, raises: as `apply_convolution`.
    """
    K, u = _pair(kernel, inputs)
    output = fft.ifft(fft.fft(K) * fft.fft(u))
    return output if np.iscomplexobj(K) else output.real


def circular_error(kernel: ArrayLike, inputs: ArrayLike) -> Signal:
    """What the unpadded FFT adds: the response to the future, L steps late.

    Σ_{s>t} K_{L+t−s} u_s

    Arguments, returns, raises: as `apply_convolution`.
    """
    K, u = _pair(kernel, inputs)
    return linalg.toeplitz(np.zeros(len(u)), np.concatenate([[0.0], K[:0:-1]])) @ u


def associative_scan(decay: ArrayLike, drive: ArrayLike) -> Signal:
    """All states of a first-order recurrence, log₂T array operations.

    h_t = a_t h_{t−1} + b_t by (a, b)∘(a', b') = (a'a, a'b + b'), earlier element first

    After step k every entry holds the composition of the last 2^{k+1} elements.

    Arguments: decay a, drive b, equal shapes (..., T), last axis time; h_{−1} = 0. Returns: h (..., T).
    Raises: ValueError when shapes differ. Reference: Hillis, Steele 1986.

    >>> associative_scan([0.5, 0.5, 0.5], [1.0, 1.0, 1.0])
    array([1.  , 1.5 , 1.75])
    """
    a, b = np.asarray(decay), np.asarray(drive)
    if a.shape != b.shape or a.ndim == 0 or a.shape[-1] == 0:
        raise ValueError(f"decay has shape {a.shape} and drive {b.shape}: must agree, with at least one time step")
    kind, shift = np.result_type(a, b, np.float64), 1
    a, b = a.astype(kind), b.astype(kind)
    while shift < a.shape[-1]:
        late_a, late_b = a[..., shift:], b[..., shift:]
        b = np.concatenate([b[..., :shift], late_a * b[..., :-shift] + late_b], axis=-1)
        a = np.concatenate([a[..., :shift], late_a * a[..., :-shift]], axis=-1)
        shift *= 2
    return b
