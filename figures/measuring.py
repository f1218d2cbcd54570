"""How a measurement is held against a number: rounding units, standard errors, distances, slopes."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.layers.recurrences import COMPLEX

#: The rounding unit of double precision.
UNIT = 2.0**-53
#: The rounding unit of single precision.
UNIT32 = 2.0**-24

#: The dtypes of the layers: their floor is the only one that imports torch.
FLOAT32, FLOAT64 = sorted(COMPLEX, key=lambda dtype: dtype.itemsize)


def with_floor(error: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Standard errors, none below 1e-10: where M is exactly 1 only rounding of the regression is left.

    Arguments: error, of any shape. Returns: float64, of the same shape.
    Raises: ValueError when the measurement has none.
    """
    if error is None:
        raise ValueError("this measurement has no standard error")
    return np.hypot(error, 1e-10)


def standard_errors(measured: NDArray, expected: NDArray, errors: NDArray) -> float:
    """The worst |measured − expected| in standard errors."""
    return float(np.max(np.abs(np.asarray(measured) - expected) / errors))


def mean_and_error(runs: ArrayLike, axis: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean over independent runs, and its standard error from their spread; runs, at least two, along one axis."""
    values = np.asarray(runs, dtype=np.float64)
    return values.mean(axis=axis), values.std(axis=axis, ddof=1) / np.sqrt(values.shape[axis])


def in_tolerances(runs: ArrayLike, expected: ArrayLike, excess: float) -> float:
    """The worst |mean over runs − expected|, in units of five standard errors of the mean plus an excess."""
    mean, error = mean_and_error(runs)
    return float(np.max(np.abs(mean - np.asarray(expected)) / (5 * error + excess)))


def worst(measured: NDArray, expected: NDArray) -> float:
    """The worst |measured − expected|."""
    return float(np.max(np.abs(np.asarray(measured) - expected)))


def relative(measured: ArrayLike, expected: ArrayLike) -> float:
    """The worst |measured/expected − 1|."""
    return float(np.max(np.abs(np.asarray(measured) / np.asarray(expected) - 1)))


def slopes(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Log-log slopes between neighbouring points. Arguments: x, y > 0, (k,). Returns: (k − 1,)."""
    return np.asarray(np.diff(np.log(np.asarray(y))) / np.diff(np.log(np.asarray(x))), dtype=np.float64)
