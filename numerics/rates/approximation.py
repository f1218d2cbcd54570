"""Approximation by few terms: truncated series, best terms, widths; coefficients in a box as in `numerics.rates.basis`.

Glossary: δ_s f the part of f in block s · ‖f‖ = (Σ_s 2^{θγ(s)} ‖δ_s f‖_p^θ)^{1/θ} · T⁺ = min{γ(s): γ(s) >= T} ·
γ_(k) the k-th smallest γ, each block counted 2^{Σ s_i} times.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_count, as_nonnegative, as_positive, as_real, as_real_array, as_real_vector
from numerics.rates.basis import Block, basis_values, block_of, box_frequencies, synthesis
from numerics.rates.index_sets import Smoothness, as_threshold, gamma, next_level, width_level


def box_levels(shape: tuple[int, ...], a: Smoothness, kind: str) -> NDArray:
    """γ of the block of every frequency of a box.

    Arguments: shape, odd sides; a, kind as in `numerics.rates.index_sets`. Returns: Fractions, an array of this shape.
    Raises: ValueError for others, or another number of coordinates.
    """
    each = [gamma(a, kind, block_of(l)) for l in box_frequencies(shape).tolist()]
    found = np.empty(len(each), dtype=object)
    found[:] = each
    return found.reshape(shape)


def truncation_error(coefficients: ArrayLike, a: Smoothness, kind: str, T: int | Fraction) -> float:
    """‖f − Σ_{γ(s) < T} δ_s f‖_2, from the coefficients that are left out.

    Arguments: coefficients, a box; a, kind, T as in `numerics.rates.index_sets`. Returns: float. Raises: ValueError.
    """
    c = as_real_array("coefficients", coefficients)
    return float(np.linalg.norm(c[box_levels(c.shape, a, kind) >= as_threshold(T)]))


def truncation_error_on_grid(coefficients: ArrayLike, a: Smoothness, kind: str, T: int | Fraction, n: int) -> float:
    """The slow, obvious route to `truncation_error`: root mean square of f minus its truncation on a grid.

    Exact for n >= 2K_i + 1 points each, for then the functions are orthonormal on the grid. Raises: as `synthesis`.
    """
    c = as_real_array("coefficients", coefficients)
    kept = np.where(box_levels(c.shape, a, kind) < as_threshold(T), c, 0.0)
    return float(np.sqrt(np.mean((synthesis(c, n) - synthesis(kept, n)) ** 2)))


def block_norms(coefficients: ArrayLike, p: float, n: int) -> dict[Block, float]:
    """‖δ_s f‖_p of every block of a box, by means over a grid.

    Exact for p = 2 and, for even p, n > 2 max_i K_i p points; otherwise the p-norm over the grid, which is never below
    the exact ‖δ_s f‖_2 for p >= 2.

    Arguments: coefficients, a box; p >= 1 or inf; n >= 2K_i + 1 points in every coordinate.
    Returns: block -> norm. Raises: ValueError otherwise.
    """
    c = as_real_array("coefficients", coefficients)
    q = p if p == np.inf else as_real("p", p)
    if q < 1:
        raise ValueError(f"p = {p}: must be at least 1")
    places: dict[Block, list[int]] = {}
    for place, l in enumerate(box_frequencies(c.shape).tolist()):
        places.setdefault(block_of(l), []).append(place)
    return {s: _mean_norm(synthesis(_only(c, own), n), q) for s, own in places.items()}


def block_norm_by_products(coefficients: ArrayLike, s: Block, p: float, n: int) -> float:
    """The slow route to one of `block_norms`: the functions' products, summed and averaged. p finite."""
    c = as_real_array("coefficients", coefficients)
    own = [(l, x) for l, x in zip(box_frequencies(c.shape).tolist(), c.ravel(), strict=True) if block_of(l) == s]
    points = np.stack(np.meshgrid(*[np.arange(n) / n] * c.ndim, indexing="ij"), axis=-1).reshape(-1, c.ndim)
    f = basis_values(np.array([l for l, _ in own]), points) @ np.array([x for _, x in own])
    return _mean_norm(f, p)


def smoothness_norm(norms: dict[Block, float], a: Smoothness, kind: str, theta: float) -> float:
    """‖f‖ = (Σ_s 2^{θγ(s)} ‖δ_s f‖_p^θ)^{1/θ}, and the supremum for θ = ∞.

    Arguments: norms, block -> ‖δ_s f‖_p; a, kind; theta > 0 or inf. Returns: float. Raises: ValueError otherwise.
    """
    power = theta if theta == np.inf else as_positive("theta", theta)
    sizes = [as_nonnegative(f"norm of block {s}", norm) for s, norm in norms.items()]
    weighted = np.array([2.0 ** float(gamma(a, kind, s)) * x for s, x in zip(norms, sizes, strict=True)])
    top = float(weighted.max(initial=0.0))
    if power == np.inf or top == 0:
        return top
    return top * float(np.sum((weighted / top) ** power) ** (1 / power))


def extremal_function(shape: tuple[int, ...], a: Smoothness, kind: str, T: int | Fraction) -> Real | None:
    """A function of norm 1 (p = 2) whose truncation at T errs by 2^{−T⁺}: one coefficient at γ = T⁺.

    Arguments: shape of the box; a, kind, T. Returns: the box, or None where no γ of it is T⁺. Raises: ValueError.
    """
    level = next_level(a, kind, T)
    found = np.argwhere(box_levels(shape, a, kind) == level)
    if not len(found):
        return None
    c = np.zeros(shape)
    c[tuple(found[-1])] = 2.0 ** -float(level)
    return c


def width(a: Smoothness, kind: str, m: int, digits: int = 50) -> mpmath.mpf:
    """The least worst error over the unit ball (p = θ = 2) of an m-dimensional linear approximation: 2^{−γ_(m+1)}.

    Arguments: a, kind as in `numerics.rates.index_sets`; m >= 0; digits. Returns: mpf. Raises: ValueError otherwise.
    """
    level = width_level(a, kind, m)
    with mpmath.workdps(digits):
        return mpmath.power(2, -mpmath.mpf(level.numerator) / level.denominator)


def subspace_error(gammas: ArrayLike, basis: ArrayLike) -> float:
    """The worst error over the ellipsoid {Σ 4^{γ_k} x_k² <= 1} of the projection on a subspace.

    ‖(I − U Uᵀ) diag(2^{−γ_k})‖_2

    Arguments: gammas (N,); basis U (N, m), orthonormal columns. Returns: float. Raises: ValueError otherwise.
    """
    g, U = _subspace(gammas, basis)
    return float(np.linalg.norm((np.eye(len(g)) - U @ U.T) * 2.0**-g, 2))


def subspace_error_by_digits(gammas: ArrayLike, basis: ArrayLike, digits: int = 40) -> mpmath.mpf:
    """The slow route to `subspace_error`: loops, and singular values to many digits, N a handful."""
    g, U = _subspace(gammas, basis)
    N, m = U.shape
    with mpmath.workdps(digits):
        R = mpmath.matrix(N, N)
        for i in range(N):
            for k in range(N):
                inner = mpmath.fsum(mpmath.mpf(U[i, j]) * mpmath.mpf(U[k, j]) for j in range(m))
                R[i, k] = ((i == k) - inner) * mpmath.power(2, -mpmath.mpf(float(g[k])))
        return max(mpmath.svd_r(R, compute_uv=False))


def missed_function(gammas: ArrayLike, basis: ArrayLike) -> tuple[Real, float]:
    """A function that a subspace misses altogether: in the span of the first m + 1 coordinates, orthogonal to U.

    Arguments: gammas, not decreasing; basis as in `subspace_error`, m < N.
    Returns: v on the boundary of the ellipsoid, float64 (N,), and its distance from the subspace, >= 2^{−γ_(m+1)}.
    Raises: ValueError otherwise.
    """
    g, U = _subspace(gammas, basis)
    N, m = U.shape
    if m >= N or np.any(np.diff(g) < 0):
        raise ValueError(f"gammas of {N} functions, {m} columns: must not decrease, and be more than the columns")
    v = np.zeros(N)
    v[: m + 1] = np.linalg.svd(U[: m + 1].T, full_matrices=True)[2][-1]
    v /= np.linalg.norm(v * 2.0**g)
    return v, float(np.linalg.norm(v - U @ (U.T @ v)))


def best_m_term_error(coefficients: ArrayLike, m: int) -> float:
    """The least error of any m terms of one function, chosen for it: all but its m largest coefficients.

    Not the worst case over a ball: there the first m of `best_terms` serve every function at once.

    Arguments: coefficients, any shape; m >= 0. Returns: float. Raises: ValueError otherwise.
    """
    c = np.sort(np.abs(as_real_array("coefficients", coefficients)).ravel())
    return float(np.linalg.norm(c[: max(0, len(c) - as_count("m", m, least=0))]))


def best_m_term_error_by_subsets(coefficients: ArrayLike, m: int) -> float:
    """The slow route to `best_m_term_error`: every choice of m coefficients."""
    c = as_real_array("coefficients", coefficients).ravel()
    chosen: Iterator[tuple[int, ...]] = combinations(range(len(c)), min(as_count("m", m, least=0), len(c)))
    return min(float(np.linalg.norm(np.delete(c, kept))) for kept in chosen)


def _subspace(gammas: ArrayLike, basis: ArrayLike) -> tuple[Real, Real]:
    g = as_real_vector("gammas", gammas)
    if np.iscomplexobj(basis):
        raise ValueError("basis: columns must be real")
    U = np.asarray(basis, dtype=np.float64)
    if U.ndim != 2 or len(U) != len(g):
        raise ValueError(f"basis has shape {U.shape}: must be ({len(g)}, m)")
    if not np.allclose(U.T @ U, np.eye(U.shape[1]), rtol=0, atol=1e-10):
        raise ValueError("basis: columns must be orthonormal")
    return g, U


def _only(c: Real, places: list[int]) -> Real:
    kept = np.zeros(c.size)
    kept[places] = c.ravel()[places]
    return kept.reshape(c.shape)


def _mean_norm(values: Real, p: float) -> float:
    top = float(np.abs(values).max())
    if top == 0 or p == np.inf:
        return top
    return top * float(np.mean((np.abs(values) / top) ** p) ** (1 / p))
