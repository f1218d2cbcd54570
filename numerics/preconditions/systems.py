"""Poles inside the circle or left of the axis, and state matrices with their inputs."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions.arrays import Complex, Real, as_complex_vector, finite, numeric

_SPLIT = 2.0**27 + 1.0


def stability_gap(poles: Complex) -> Real:
    """Distance from the circle, counted in squared modulus, without cancellation.

    1 − |λ|² = 1 − Re² − Im², correctly rounded

    Both squares are split into a product and its rounding error (Dekker), and the five terms are summed exactly:
    with a float |λ|, 1 − |λ| = 1e-6 would keep ten digits only.

    Arguments: poles, complex (N,), |Re|, |Im| < 2**500.
    Returns: float64 (N,).
    """
    terms = [np.ones(poles.shape)]
    for part in (poles.real, poles.imag):
        high = part * _SPLIT
        high = high - (high - part)
        low = part - high
        square = part * part
        terms += [-square, -(((high * high - square) + 2.0 * high * low) + low * low)]
    return np.array([math.fsum(column) for column in zip(*terms, strict=True)], dtype=np.float64)


def as_poles(poles: ArrayLike) -> Complex:
    """Discrete poles, |λ| < 1, in any order, with repetitions and zeros.

    Arguments: poles, array_like (N,), real or complex.
    Returns: complex128 (N,).
    Raises: ValueError unless numeric, one-dimensional, non-empty, finite and strictly inside the unit circle.
    """
    array = as_complex_vector("poles", poles)
    far = np.maximum(np.abs(array.real), np.abs(array.imag)) >= 1
    outside = np.flatnonzero(far | (stability_gap(np.where(far, 0, array)) <= 0))
    if outside.size:
        k = int(outside[0])
        raise ValueError(f"poles[{k}] = {array[k]} has |λ| = {abs(array[k]):.17g}: must lie inside the unit circle")
    return array


def as_continuous_poles(poles: ArrayLike) -> Complex:
    """Continuous poles, Re s < 0.

    Arguments: poles, array_like (N,), real or complex, in units of 1/time.
    Returns: complex128 (N,).
    Raises: ValueError unless numeric, one-dimensional, non-empty, finite and strictly left of the imaginary axis.
    """
    array = as_complex_vector("poles", poles)
    unstable = np.flatnonzero(array.real >= 0)
    if unstable.size:
        k = int(unstable[0])
        raise ValueError(f"poles[{k}] = {array[k]} has real part {array[k].real:g}: a continuous pole needs Re s < 0")
    return array


def as_pair(A: ArrayLike, B: ArrayLike) -> tuple[NDArray[np.inexact], NDArray[np.inexact]]:
    """A square state matrix and its input vector, finite and of matching size.

    Arguments: A, array_like (N, N); B, array_like (N,) or (N, 1).
    Returns: A (N, N) and B (N,), both float64 when both are real, else both complex128.
    Raises: ValueError otherwise.
    """
    A, B = numeric("A", A), numeric("B", B)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or A.size == 0:
        raise ValueError(f"A has shape {A.shape}: must be square (N, N) with N >= 1")
    if B.shape not in ((len(A),), (len(A), 1)):
        raise ValueError(f"B has shape {B.shape} while A has shape {A.shape}: must be ({len(A)},) or ({len(A)}, 1)")
    finite("A", A)
    finite("B", B)
    kind = np.result_type(A, B, np.float64)
    return A.astype(kind), B.astype(kind).reshape(-1)


def as_stable_pair(A: ArrayLike, B: ArrayLike) -> tuple[NDArray[np.inexact], NDArray[np.inexact]]:
    """A pair as in `as_pair` whose A has spectral radius < 1 (as computed by LAPACK)."""
    A, B = as_pair(A, B)
    radius = float(np.abs(np.linalg.eigvals(A)).max())
    if radius >= 1:
        raise ValueError(f"A has spectral radius {radius:.17g}: must be < 1")
    return A, B
