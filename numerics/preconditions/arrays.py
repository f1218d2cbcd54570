"""Vectors and matrices of numbers: shape, dtype, finiteness, sign."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions.scalars import LARGEST, as_count

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]


def numeric(name: str, value: ArrayLike) -> NDArray[np.generic]:
    """A rectangular array of numbers, dtype as given."""
    try:
        array = np.asarray(value)
    except ValueError as error:  # ragged nesting
        raise ValueError(f"{name} = {value!r}: must be a rectangular array of numbers") from error
    if array.dtype.kind not in "iufc":
        raise ValueError(f"{name} = {value!r}: must be numbers, not dtype {array.dtype}")
    return array


def finite(name: str, array: NDArray[np.generic]) -> None:
    """Raises ValueError at the first entry that is not finite."""
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):  # its size is 0 for a scalar, which has no index
        index = tuple(int(i) for i in bad[0])
        place = f"[{', '.join(map(str, index))}]" if index else ""
        raise ValueError(f"{name}{place} = {array[index]}: must be finite")


def as_array(name: str, value: ArrayLike) -> Complex:
    """A non-empty, finite array of numbers of any shape, as complex128."""
    array = numeric(name, value)
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: must hold at least one value")
    finite(name, array)
    return array.astype(np.complex128)


def as_real_array(name: str, value: ArrayLike) -> Real:
    """An array as in `as_array` of real numbers, as float64."""
    array = numeric(name, value)
    if np.iscomplexobj(array):
        raise ValueError(f"{name} has dtype {array.dtype}, starting {array.ravel()[:3]}: must be real")
    return np.ascontiguousarray(as_array(name, array).real).reshape(array.shape)


def as_square(name: str, value: ArrayLike) -> Complex:
    """A square matrix (N, N), N >= 1, finite, as complex128."""
    array = numeric(name, value)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: must be square (N, N) with N >= 1")
    return as_array(name, array)


def as_vector(name: str, value: ArrayLike) -> NDArray[np.generic]:
    """A non-empty, finite, one-dimensional array of numbers, dtype as given."""
    array = numeric(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}, starting {array.ravel()[:3]}: must be one-dimensional")
    if array.size == 0:
        raise ValueError(f"{name} = []: must hold at least one value")
    finite(name, array)
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


def as_counts(name: str, value: ArrayLike, least: int = 0, most: int = LARGEST) -> NDArray[np.int64]:
    """A non-empty vector of integers as in `as_count`, each in least..most, in any order, as int64."""
    as_vector(name, value)
    counts = [as_count(f"{name}[{k}]", entry, least) for k, entry in enumerate(value)]  # type: ignore[arg-type]
    for k, count in enumerate(counts):
        if count > most:
            raise ValueError(f"{name}[{k}] = {count}: must be at most {most}")
    return np.array(counts, dtype=np.int64)
