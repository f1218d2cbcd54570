"""Softmax pooling by two integrators, windowed sums, and the state that a window costs.

Glossary: μ_j importances · v_j values · χ sharpness · U: a window holds the last U + 1 tokens · K_l kernel.
"""

import math
import operator
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import flint
import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_count, as_nonnegative, as_real, as_real_array, as_real_vector
from numerics.selection.softmax import as_importances

#: e^{±700} are doubles, and sums of 10^4 of them.
LARGEST_EXPONENT = 700.0
_MOST_GATES = 10_000


class LeastStates(NamedTuple):
    """Least state dimension: read after writing, the same with a feedthrough, read before writing."""

    held: int
    fed: int
    before: int


def pooled_by_integrators(
    importances: ArrayLike, values: ArrayLike, chi: float, window: int | None = None, shift: float = 0.0
) -> Real:
    """N_t/Z_t of two integrators, or of two delay lines of U + 1 tokens.

    N_t = Σ_j e^{χ(μ_j − shift)} v_j, Z_t = Σ_j e^{χ(μ_j − shift)}, j over the prefix or over the window

    Arguments: importances (L,); values (L, m), real; chi >= 0; window U >= 0 or None for the whole prefix; shift, a
    constant, best a bound of μ. Returns: (L, m), within (4 L + 4 χ max|μ − shift| + 10) u max|v|.
    Raises: ValueError for an empty context, NaN, χ < 0, U < 0, and where χ|μ − shift| > 700, less log(L/10^4) where L
    is larger: a sum of gates could overflow, or all gates of a prefix vanish.

    >>> pooled_by_integrators([0.0, 0.0], [[1.0], [3.0]], 1.0).ravel()
    array([1., 2.])
    """
    mu, v, chi = _tokens(importances, values, chi)
    largest = chi * float(np.abs(mu / 2 - as_real("shift", shift) / 2).max()) * 2
    allowed = LARGEST_EXPONENT - max(0.0, math.log(len(mu) / _MOST_GATES))
    if largest > allowed:
        raise ValueError(f"χ max|μ − shift| = {largest:.6g}: must be at most {allowed:g}")
    gates, size = np.exp(chi * (mu - shift)), float(np.abs(v).max()) or 1.0
    stacked = np.concatenate([gates[:, None] * (v / size), gates[:, None]], axis=1)
    sums = np.cumsum(stacked, axis=0) if window is None else np.stack([window_sums(c, window) for c in stacked.T], 1)
    return np.asarray(size * (sums[:, :-1] / sums[:, -1:]), dtype=np.float64)


def pooled(importances: ArrayLike, values: ArrayLike, chi: float, window: int | None = None) -> Real:
    """Softmax attention with a constant query over the prefix, or over the last U + 1 tokens: all weights formed.

    y_t = Σ_j w_j v_j, w = softmax of χμ over the tokens seen at t. O(L²); no χ overflows.

    Arguments, returns: as `pooled_by_integrators`. Raises: for an empty context, NaN, χ < 0, U < 0.
    """
    mu, v, chi = _tokens(importances, values, chi)
    age = np.arange(len(mu))[:, None] - np.arange(len(mu))
    reach = len(mu) if window is None else as_count("window", window, least=0)
    seen = np.where((age >= 0) & (age <= reach), mu, -np.inf)
    with np.errstate(over="ignore"):  # beyond −1.8e308 the exponential is 0 as well
        weights = np.exp(np.where(np.isfinite(seen), chi * (mu - seen.max(axis=1, keepdims=True)), -np.inf))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True) @ v, dtype=np.float64)


def pooled_by_digits(importances: ArrayLike, values: ArrayLike, chi: float, window: int | None = None) -> list[Any]:
    """The slow, obvious recursion N ← N + e^{χμ}v, Z ← Z + e^{χμ} at 60 digits, a window as the list of its tokens.

    Arguments, raises: as `pooled`. Returns: L lists of m numbers.
    """
    mu, v, chi = _tokens(importances, values, chi)
    found, kept = [], list[Any]()
    with mpmath.workdps(60):
        for m, row in zip(mu.tolist(), v.tolist(), strict=True):
            gate = mpmath.exp(mpmath.mpf(chi) * mpmath.mpf(m))
            kept.append([*(gate * mpmath.mpf(x) for x in row), gate])
            kept = kept if window is None else kept[-window - 1 :]
            *N, Z = (mpmath.fsum(column) for column in zip(*kept, strict=True))
            found.append([n / Z for n in N])
    return found


def _tokens(importances: ArrayLike, values: ArrayLike, chi: float) -> tuple[Real, Real, float]:
    mu, v = as_importances(importances), as_real_array("values", values)
    if v.ndim != 2 or len(v) != len(mu):
        raise ValueError(f"values has shape {v.shape}: must be ({len(mu)}, m), one value for each importance")
    return mu, v, as_nonnegative("chi", chi)


def window_sums(inputs: ArrayLike, window: int) -> NDArray[Any]:
    """z_t = Σ_{l=0..U} u_{t−l}, from a delay line: the inputs are kept and added anew at every step.

    Arguments: inputs (L,), floats, or exact: integers (of any size) and fractions; window U >= 0. Returns: (L,), floats
    within (U+1) u Σ|u|, or exact numbers as objects. Raises: ValueError for no input, U < 0.
    """
    u = _inputs(inputs)
    U = min(as_count("window", window, least=0), len(u) - 1)  # no input is older
    held = np.concatenate([np.zeros(U, dtype=u.dtype), u])
    return np.asarray(np.lib.stride_tricks.sliding_window_view(held, U + 1).sum(axis=1))


def window_sums_by_difference(inputs: ArrayLike, window: int) -> NDArray[Any]:
    """The same from an accumulator that adds the new input and subtracts the one that leaves.

    z_t = z_{t−1} + (u_t − u_{t−U−1}). Equal in exact arithmetic; in doubles every rounding stays in the accumulator
    for ever, so that one large input that has left spoils all later sums.

    Arguments, raises: as `window_sums`. Returns: (L,).
    """
    u, U = _inputs(inputs), as_count("window", window, least=0)
    change = u.copy()
    change[U + 1 :] -= u[: max(len(u) - U - 1, 0)]
    return np.asarray(np.add.accumulate(change))


def _inputs(inputs: ArrayLike) -> NDArray[Any]:
    exact = np.asarray(inputs)
    if exact.dtype.kind in "iu":  # Python's integers do not overflow
        exact = exact.astype(object)
    if exact.dtype == object and exact.ndim == 1 and len(exact):
        if all(isinstance(entry, int | Fraction) and not isinstance(entry, bool) for entry in exact):
            return exact
        raise ValueError(f"inputs = {exact[:3]}..: must be integers, fractions or floats")
    return as_real_vector("inputs", inputs)


def least_states(kernel: Sequence[int]) -> LeastStates:
    """The least state dimension of a linear system with this kernel, in three conventions, by ranks of integers.

    x_t = A x_{t−1} + B u_t throughout. Read after writing, y_t = C x_t: the rank of [K_{i+k}]. With a feedthrough,
    y_t = C x_t + D u_t: the least rank over the corner C B, which D makes free; that of the other rows plus that of the
    other columns less that of both. Read before writing, y_t = C x_{t−1} + D u_t: the rank of [K_{i+k+1}].

    Arguments: kernel K_0..K_{2n−1}, integers, at least two, an even number; n rows are formed, so n must not be below
    the dimension looked for. Returns: three dimensions. Raises: ValueError otherwise. Reference: Kalman 1963.
    """
    K = list(kernel)
    if len(K) < 2 or len(K) % 2 or not all(hasattr(a, "__index__") and not isinstance(a, bool) for a in K):
        raise ValueError(f"kernel = {K[:4]}..: must be an even number of integers, at least two")
    K = [operator.index(entry) for entry in K]
    n = len(K) // 2
    hankel = [[K[i + k] for k in range(n)] for i in range(n)]
    rows, columns, both = _rank(hankel[1:]), _rank([row[1:] for row in hankel]), _rank([r[1:] for r in hankel[1:]])
    return LeastStates(
        _rank(hankel), rows + columns - both, _rank([[K[i + k + 1] for k in range(n)] for i in range(n)])
    )


def least_states_by_trial(kernel: Sequence[int], corners: Sequence[int] = range(-2, 4)) -> LeastStates:
    """The slow route to `least_states`: elimination in fractions, and for the feedthrough every corner tried.

    Arguments, returns, raises: as there; corners: the values of C B that are tried.
    """
    least_states(kernel)
    n, K = len(kernel) // 2, [int(entry) for entry in kernel]
    hankel = [[K[i + k] for k in range(n)] for i in range(n)]
    tried = min(_eliminated([[corner, *hankel[0][1:]], *hankel[1:]]) for corner in corners)
    return LeastStates(_eliminated(hankel), tried, _eliminated([[K[i + k + 1] for k in range(n)] for i in range(n)]))


def _rank(matrix: list[list[int]]) -> int:
    return int(flint.fmpz_mat(matrix).rank()) if matrix and matrix[0] else 0


def _eliminated(matrix: list[list[int]]) -> int:
    rows, rank = [[Fraction(entry) for entry in row] for row in matrix], 0
    for column in range(len(matrix[0])):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            factor = rows[i][column] / rows[rank][column]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank
