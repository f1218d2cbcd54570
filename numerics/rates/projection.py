"""Projection and least squares at a fixed design, and their exact in-sample risk.

y_k = f(x_k) + σ ε_k, k < n; the estimate is P y, P the orthogonal projection on m columns of values at the design.

Glossary: n design points · m columns · c frequencies kept, |l| < c · α smoothness, ‖δ_s f‖ = 2^{−αs} · S, K blocks.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from numerics.preconditions import (
    Real,
    as_count,
    as_nonnegative,
    as_positive,
    as_real,
    as_real_array,
    as_real_vector,
    as_seed,
)
from numerics.rates.basis import synthesis


class Estimate(NamedTuple):
    """A mean over replications, and its standard error from their spread."""

    mean: float
    error: float


def kept(frequencies: object, n: int) -> int:
    """Functions ψ_l with |l| < c: m = 2c − 1, 0 for c = 0. Raises: ValueError for c < 0 and for m > n."""
    c = as_count("frequencies", frequencies, least=0)
    m = max(0, 2 * c - 1)
    if m > n:
        raise ValueError(f"m = {m} functions, |l| < {c}: must be at most n = {n} points")
    return m


def project(y: ArrayLike, frequencies: int) -> Real:
    """Least squares on ψ_l, |l| < c, at the equispaced design x_k = k/n, by the fast Fourier transform.

    The ψ_l with |l| < n/2 are orthogonal there, of squared norm n, so the fit keeps the first c frequencies of y.

    Arguments: y, observations, real (.., n); frequencies c >= 0, 2c − 1 <= n. Returns: fitted values (.., n).
    Raises: ValueError for other sizes, for entries that are not finite.
    """
    observed = as_real_array("y", y)
    n = observed.shape[-1] if observed.ndim else 0
    kept(frequencies, as_count("n", n))
    spectrum = np.fft.rfft(observed)
    spectrum[..., frequencies:] = 0
    return np.asarray(np.fft.irfft(spectrum, n), dtype=np.float64)


def orthonormal(columns: ArrayLike) -> Real:
    """Q (n, m) with the span of the columns, by QR.

    Arguments: columns (n, m), real, m <= n, m = 0 allowed.
    Raises: ValueError for m > n, for dependent columns: one that is left, after the others before it are removed,
    with less than n u of its norm.
    """
    given = np.asarray(columns, dtype=np.float64)
    if given.ndim != 2 or not len(given):
        raise ValueError(f"columns have shape {given.shape}: must be (n, m), n >= 1")
    n, m = given.shape
    if m > n:
        raise ValueError(f"m = {m} columns: must be at most n = {n} points")
    if not m:
        return np.zeros((n, 0))
    as_real_array("columns", given)
    norms = np.linalg.norm(given, axis=0)
    q, r = np.linalg.qr(given / np.where(norms > 0, norms, 1.0))
    left = np.abs(np.diag(r)) * (norms > 0)
    if left.min() <= n * np.finfo(float).eps:
        k = int(left.argmin())
        raise ValueError(f"column {k} is dependent on those before it: must be independent at the design")
    return np.asarray(q, dtype=np.float64)


def least_squares(columns: ArrayLike, y: ArrayLike, ridge: float = 0.0) -> Real:
    """Coefficients that minimise ‖y − Φ c‖²/n + λ‖c‖², by the orthogonal factorisation of Φ above √(nλ) I.

    λ > 0 serves where the columns are dependent at the design; without it they are refused.

    Arguments: columns Φ (n, m), m >= 1; y (n,); ridge λ >= 0. Returns: (m,).
    Raises: ValueError for shapes that do not fit, λ < 0, dependent columns or m > n without ridge.
    """
    phi, observed, penalty = as_real_array("columns", columns), as_real_vector("y", y), as_nonnegative("ridge", ridge)
    if phi.ndim != 2 or len(phi) != len(observed):
        raise ValueError(f"columns {phi.shape} and y {observed.shape}: must be (n, m) and (n,)")
    n, m = phi.shape
    if not penalty:
        orthonormal(phi)
    above = np.vstack([phi, np.sqrt(n * penalty) * np.eye(m)]) if penalty else phi
    target = np.concatenate([observed, np.zeros(len(above) - n)])
    return np.asarray(np.linalg.lstsq(above, target, rcond=None)[0], dtype=np.float64)


def predictions(columns: ArrayLike, coefficients: ArrayLike, bound: float | None = None) -> Real:
    """Φ c, clipped to [−B_f, B_f] where a bound is given. Raises: ValueError for other shapes, B_f <= 0."""
    phi, c = as_real_array("columns", columns), as_real_vector("coefficients", coefficients)
    if phi.ndim != 2 or phi.shape[1] != len(c):
        raise ValueError(f"columns {phi.shape} and coefficients {c.shape}: must be (k, m) and (m,)")
    values = phi @ c
    return values if bound is None else np.clip(values, -(most := as_positive("bound", bound)), most)


def risk(f: ArrayLike, frequencies: int, sigma: float) -> float:
    """The in-sample risk of `project`, E‖P y − f‖²/n = ‖(I − P) f‖²/n + σ² m/n, the bias by fast transform.

    Arguments: f, values at k/n (n,); frequencies as in `project`; sigma σ >= 0.
    Returns: expected mean square over the design. Raises: ValueError for σ < 0, and as `project`.
    Reference: this project.

    >>> risk([1.0, -1.0, 1.0, -1.0], 1, 2.0)
    2.0
    """
    values, noise = as_real_vector("f", f), as_nonnegative("sigma", sigma)
    m = kept(frequencies, len(values))
    return float(np.mean((values - project(values, frequencies)) ** 2) + noise**2 * m / len(values))


def risk_by_matrix(f: ArrayLike, columns: ArrayLike, sigma: float) -> float:
    """The risk of least squares on any columns as that of a linear estimator H y: ‖H f − f‖²/n + σ²‖H‖²_F/n.

    H is written out by QR and nothing is used of its being a projection: the slow route to `risk`.

    Arguments: f (n,); columns (n, m); sigma σ >= 0. Raises: ValueError for σ < 0, dependent columns, m > n.
    """
    values, q, noise = as_real_vector("f", f), orthonormal(columns), as_nonnegative("sigma", sigma)
    if len(q) != len(values):
        raise ValueError(f"f {values.shape} and columns {q.shape}: must be (n,) and (n, m)")
    H = q @ q.T
    return float((np.sum((H @ values - values) ** 2) + noise**2 * np.sum(H**2)) / len(values))


def risk_by_signs(f: ArrayLike, columns: ArrayLike, sigma: float) -> float:
    """The risk under noise ±σ, the mean over all 2^n sign patterns, each fitted by itself: the obvious route.

    Arguments, raises: as `risk_by_matrix`; n <= 12.
    """
    values, noise = as_real_vector("f", f), as_nonnegative("sigma", sigma)
    n = len(values)
    if n > 12:
        raise ValueError(f"n = {n}: 2^n patterns are fitted one by one, must be at most 12")
    phi = np.asarray(columns, dtype=np.float64)
    orthonormal(phi)
    signs = 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)
    observed = values + noise * signs
    fitted = (phi @ np.linalg.lstsq(phi, observed.T, rcond=None)[0]).T if phi.shape[1] else np.zeros_like(observed)
    return float(np.mean((fitted - values) ** 2))


def risk_by_draws(f: ArrayLike, estimator: Callable[[Real], Real], sigma: float, draws: int, seed: int) -> Estimate:
    """The in-sample risk of any estimator under Gaussian noise, by Monte Carlo.

    Arguments: f (n,); estimator, observations (draws, n) -> fits of that shape; sigma σ >= 0; draws >= 2; seed.
    Returns: mean over draws of ‖fit − f‖²/n, and its standard error. Raises: ValueError for σ < 0, draws < 2.
    """
    values, noise = as_real_vector("f", f), as_nonnegative("sigma", sigma)
    rng = np.random.default_rng(as_seed(seed))
    observed = values + noise * rng.standard_normal((as_count("draws", draws, least=2), len(values)))
    losses = np.mean((estimator(observed) - values) ** 2, axis=-1)
    return Estimate(float(losses.mean()), float(losses.std(ddof=1) / np.sqrt(draws)))


def block_coefficients(alpha: float, blocks: int, seed: int) -> Real:
    """Coefficients of a target with ‖δ_s f‖ = 2^{−αs} in blocks s < K: equal in modulus within a block, signs drawn.

    Arguments: alpha α, real; blocks K >= 0; seed. Returns: c_l for |l| < 2^{K−1}, from the lowest l, (2^K − 1,).
    Raises: ValueError for other arguments.
    """
    smooth, K = as_real("alpha", alpha), as_count("blocks", blocks, least=0)
    half = 2**K // 2
    l = np.abs(np.arange(1 - half, half)) if K else np.zeros(0, dtype=int)
    s = np.ceil(np.log2(l + 1))
    return np.asarray(np.random.default_rng(as_seed(seed)).choice([-1.0, 1.0], len(l)) * 2.0 ** (-(smooth + 0.5) * s))


def design_values(coefficients: ArrayLike, n: int) -> Real:
    """Values at k/n, k < n, of Σ_{|l| < c} c_l ψ_l, every so many points of a grid that is fine enough for all l.

    Frequencies n/2 and above fold back, as they do for whoever observes n points.

    Arguments: coefficients (2c − 1,), from the lowest l, or empty; n >= 1. Returns: (n,).
    Raises: ValueError for an even number of coefficients, n < 1.
    """
    points, size = as_count("n", n), np.size(coefficients)
    if not size:
        return np.zeros(points)
    step = -(-size // points)
    return synthesis(coefficients, points * step)[::step]
