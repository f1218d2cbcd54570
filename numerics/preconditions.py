"""What entry points demand of their arguments: each helper returns the argument in one dtype, or refuses it.

A refusal is a ValueError that names the argument, the offending value and the broken rule.
"""

import math
import operator
import reprlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]

_SPLIT = 2.0**27 + 1.0
_LARGEST = 2**53  # doubles hold every integer up to it


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


def _numeric(name: str, value: ArrayLike) -> NDArray[np.generic]:
    try:
        array = np.asarray(value)
    except ValueError as error:  # ragged nesting
        raise ValueError(f"{name} = {value!r}: must be a rectangular array of numbers") from error
    if array.dtype.kind not in "iufc":
        raise ValueError(f"{name} = {value!r}: must be numbers, not dtype {array.dtype}")
    return array


def _finite(name: str, array: NDArray[np.generic]) -> None:
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):  # its size is 0 for a scalar, which has no index
        index = tuple(int(i) for i in bad[0])
        place = f"[{', '.join(map(str, index))}]" if index else ""
        raise ValueError(f"{name}{place} = {array[index]}: must be finite")


def _short(value: object) -> str:
    """A number in few characters; one of more digits than Python writes, by its type."""
    try:
        return reprlib.repr(value)
    except ValueError:
        return f"{type(value).__name__} of more than 4300 digits"


def as_array(name: str, value: ArrayLike) -> Complex:
    """A non-empty, finite array of numbers of any shape, as complex128."""
    array = _numeric(name, value)
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: must hold at least one value")
    _finite(name, array)
    return array.astype(np.complex128)


def as_real_array(name: str, value: ArrayLike) -> Real:
    """An array as in `as_array` of real numbers, as float64."""
    array = _numeric(name, value)
    if np.iscomplexobj(array):
        raise ValueError(f"{name} has dtype {array.dtype}, starting {array.ravel()[:3]}: must be real")
    return np.ascontiguousarray(as_array(name, array).real).reshape(array.shape)


def as_square(name: str, value: ArrayLike) -> Complex:
    """A square matrix (N, N), N >= 1, finite, as complex128."""
    array = _numeric(name, value)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: must be square (N, N) with N >= 1")
    return as_array(name, array)


def as_vector(name: str, value: ArrayLike) -> NDArray[np.generic]:
    """A non-empty, finite, one-dimensional array of numbers, dtype as given."""
    array = _numeric(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}, starting {array.ravel()[:3]}: must be one-dimensional")
    if array.size == 0:
        raise ValueError(f"{name} = []: must hold at least one value")
    _finite(name, array)
    return array


def as_real_vector(name: str, value: ArrayLike) -> Real:
    """A vector as in `as_vector` of real numbers, as float64."""
    array = as_vector(name, value)
    if np.iscomplexobj(array):
        raise ValueError(f"{name} has dtype {array.dtype}, starting {array[:3]}: must be real")
    return array.astype(np.float64)


def as_complex_vector(name: str, value: ArrayLike) -> Complex:
    """A vector as in `as_vector`, as complex128."""
    return as_vector(name, value).astype(np.complex128)


def as_weights(name: str, value: ArrayLike, states: int) -> Complex:
    """A vector as in `as_complex_vector` with one weight for each of so many states."""
    vector = as_complex_vector(name, value)
    if len(vector) != states:
        raise ValueError(f"{name} has shape {vector.shape}: needs one weight for each of {states} states")
    return vector


def as_nonnegative_vector(name: str, value: ArrayLike) -> Real:
    """A vector as in `as_real_vector` without negative entries."""
    vector = as_real_vector(name, value)
    if vector.min() < 0:
        k = int(vector.argmin())
        raise ValueError(f"{name}[{k}] = {vector[k]}: must be >= 0")
    return vector


def as_times(times: ArrayLike) -> Real:
    """Times of something that starts at 0: finite, >= 0, in any order, float64 (T,)."""
    return as_nonnegative_vector("times", times)


def as_increasing_times(times: ArrayLike) -> Real:
    """Times as in `as_times`, each later than the one before."""
    times = as_times(times)
    if np.any(np.diff(times) <= 0):
        raise ValueError(f"times = {times[:3]}..: must increase")
    return times


def as_law(law: ArrayLike) -> Real:
    """Probabilities of 0, 1, ..: >= 0, of sum 1 up to rounding."""
    p = as_nonnegative_vector("law", law)
    if abs(p.sum() - 1) > 1e-12 * len(p):
        raise ValueError(f"law sums to {p.sum():.17g}: probabilities must sum to 1")
    return p


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


def as_count(name: str, value: object, least: int = 1) -> int:
    """An integer (Python or NumPy, never bool or float) of at least `least`."""
    if isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name} = {value!r}: must be an integer, not a truth value")
    try:
        count = operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(f"{name} = {value!r}: must be an integer") from error
    if count < least:
        raise ValueError(f"{name} = {count}: must be at least {least}")
    return count


def as_counts(name: str, value: ArrayLike, least: int = 0, most: int = _LARGEST) -> NDArray[np.int64]:
    """A non-empty vector of integers as in `as_count`, each in least..most, in any order, as int64."""
    as_vector(name, value)
    counts = [as_count(f"{name}[{k}]", entry, least) for k, entry in enumerate(value)]  # type: ignore[arg-type]
    for k, count in enumerate(counts):
        if count > most:
            raise ValueError(f"{name}[{k}] = {count}: must be at most {most}")
    return np.array(counts, dtype=np.int64)


def as_horizon(horizon: object) -> int:
    """The number of lags 0..horizon−1: an integer, at least 1."""
    return as_count("horizon", horizon)


def as_delay(delay: object) -> int:
    """The delay of a teacher: an integer in 0..2^53, those that doubles hold."""
    count = as_count("delay", delay, least=0)
    if count > _LARGEST:
        raise ValueError(f"delay = {_short(count)}: must be at most 2^53")
    return count


def as_seed(seed: object) -> int:
    """The seed of a random generator: an integer >= 0, so that a run can be repeated."""
    return as_count("seed", seed, least=0)


def as_real(name: str, value: object) -> float:
    """A finite real number, never bool."""
    if isinstance(value, (bool, np.bool_, str, bytes)) or np.iscomplexobj(value) or np.ndim(value) != 0:  # type: ignore[arg-type]
        raise ValueError(f"{name} = {value!r}: must be a real number")
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} = {value!r}: must be a real number") from error
    except OverflowError as error:
        raise ValueError(f"{name} = {_short(value)}: must be finite as a double") from error
    if not math.isfinite(number):
        raise ValueError(f"{name} = {number}: must be finite")
    return number


def as_positive(name: str, value: object) -> float:
    """A real number as in `as_real` that is > 0."""
    number = as_real(name, value)
    if number <= 0:
        raise ValueError(f"{name} = {number}: must be > 0")
    return number


def as_nonnegative(name: str, value: object) -> float:
    """A real number as in `as_real` that is >= 0."""
    number = as_real(name, value)
    if number < 0:
        raise ValueError(f"{name} = {number}: must be >= 0")
    return number


def as_step(dt: object) -> float:
    """A discretisation step Δ: finite, > 0."""
    return as_positive("dt", dt)


def as_radius(name: str, value: object) -> float:
    """A modulus of stable poles: 0 <= radius < 1."""
    radius = as_real(name, value)
    if not 0 <= radius < 1:
        raise ValueError(f"{name} = {radius}: must lie in [0, 1)")
    return radius


def as_noise(noise: object) -> float:
    """A noise variance σ²: finite, >= 0."""
    return as_nonnegative("noise", noise)


def as_pair(A: ArrayLike, B: ArrayLike) -> tuple[NDArray[np.inexact], NDArray[np.inexact]]:
    """A square state matrix and its input vector, finite and of matching size.

    Arguments: A, array_like (N, N); B, array_like (N,) or (N, 1).
    Returns: A (N, N) and B (N,), both float64 when both are real, else both complex128.
    Raises: ValueError otherwise.
    """
    A, B = _numeric("A", A), _numeric("B", B)
    if A.ndim != 2 or A.shape[0] != A.shape[1] or A.size == 0:
        raise ValueError(f"A has shape {A.shape}: must be square (N, N) with N >= 1")
    if B.shape not in ((len(A),), (len(A), 1)):
        raise ValueError(f"B has shape {B.shape} while A has shape {A.shape}: must be ({len(A)},) or ({len(A)}, 1)")
    _finite("A", A)
    _finite("B", B)
    kind = np.result_type(A, B, np.float64)
    return A.astype(kind), B.astype(kind).reshape(-1)


def as_stable_pair(A: ArrayLike, B: ArrayLike) -> tuple[NDArray[np.inexact], NDArray[np.inexact]]:
    """A pair as in `as_pair` whose A has spectral radius < 1 (as computed by LAPACK)."""
    A, B = as_pair(A, B)
    radius = float(np.abs(np.linalg.eigvals(A)).max())
    if radius >= 1:
        raise ValueError(f"A has spectral radius {radius:.17g}: must be < 1")
    return A, B
