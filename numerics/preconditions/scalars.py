"""Single numbers: counts, real numbers, steps, radii, seeds."""

import math
import operator
import reprlib

import numpy as np

LARGEST = 2**53  # doubles hold every integer up to it


def short(value: object) -> str:
    """A number in few characters; one of more digits than Python writes, by its type."""
    try:
        return reprlib.repr(value)
    except ValueError:
        return f"{type(value).__name__} of more than 4300 digits"


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


def as_horizon(horizon: object) -> int:
    """The number of lags 0..horizon−1: an integer, at least 1."""
    return as_count("horizon", horizon)


def as_delay(delay: object) -> int:
    """The delay of a teacher: an integer in 0..2^53, those that doubles hold."""
    count = as_count("delay", delay, least=0)
    if count > LARGEST:
        raise ValueError(f"delay = {short(count)}: must be at most 2^53")
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
        raise ValueError(f"{name} = {short(value)}: must be finite as a double") from error
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


def as_fraction(name: str, value: object) -> float:
    """A real number strictly between 0 and 1."""
    number = as_real(name, value)
    if not 0 < number < 1:
        raise ValueError(f"{name} = {number}: must lie in (0, 1)")
    return number
