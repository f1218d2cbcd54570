"""Regression of one series on another's past through an orthonormal basis, in blocks.

Glossary: T samples · d states · r rank · X (T, d) states · y target series · α_τ the basis' correlation with
y_{t−τ}.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import fft, ifft, next_fast_len

Real = NDArray[np.float64]
States = NDArray[Any]  # float64 or complex128


@dataclass(frozen=True)
class Projection:
    """What the states say about the target at every lag.

    correlation α (r, lags): the target, shifted and of unit variance, in an orthonormal basis of the states;
    squared (lags,): R² = ‖α_τ‖², in sample; rank r; samples T; angle: by how much rounding of the states can have
    turned their span; autocorrelation (lags,) of the target.
    """

    correlation: States
    squared: Real
    rank: int
    samples: int
    angle: float
    autocorrelation: Real


def cross_correlation(X: States, y: Real, lags: int) -> States:
    """Σ_t x̄_t y_{t−τ} for τ = 0..lags−1, by FFT, eight states at a time.

    Arguments: X (n, d); y (n + lags − 1,), which starts lags − 1 samples before X. Returns: (d, lags).
    """
    size = next_fast_len(len(y))
    spectrum = fft(y, size)
    found = np.empty((X.shape[1], lags), dtype=X.dtype)
    for first in range(0, X.shape[1], 8):
        # entry s of the correlation pairs x_t with y[t + s], and y[t + s] is lag lags − 1 − s
        pairs = ifft(spectrum * fft(X[:, first : first + 8].T, size).conj())[:, :lags]
        found[first : first + 8] = pairs[:, ::-1] if np.iscomplexobj(X) else pairs[:, ::-1].real
    return found


def orthonormal_map(R: States, tolerance: float) -> tuple[States, float]:
    """The matrix that turns correlations with the states into correlations with an orthonormal basis of them.

    R = U S V^* D, D = column norms;  map = S^{-1} V^* D^{-1}, singular values S <= tolerance · S_max left out

    Scaling by D first frees the rank from the units of the single states. A column below tolerance times the
    largest is left as it is, for it may be nothing but rounding (the imaginary part of a real state).

    Arguments: R (d, d), triangular factor of the states; tolerance, relative.
    Returns: the map (r, d), and the least singular value kept (1 when none is).
    """
    norms = np.linalg.norm(R, axis=0)
    largest = norms.max()
    if largest <= np.finfo(np.float64).tiny:
        return np.zeros((0, len(R)), dtype=R.dtype), 1.0
    D = np.where(norms > tolerance * largest, norms, largest)
    _, S, Vh = np.linalg.svd(R / D)
    keep = S > tolerance * S[0]
    return (Vh[keep] / S[keep, None]) / D, float(S[keep][-1])


def project(blocks: Iterable[States], y: Real, lags: int, eps: float, tolerance: float) -> Projection:
    """R² of the regression of y_{t−τ} on an intercept and the states, for all lags, in one pass over the states.

    X = Q R (QR of stacked blocks, the intercept as first column);  α_τ = R^{-*} X^* y_τ / ‖y_τ‖

    QR of the stack sees the condition number of X, where a Gram matrix would see its square. Memory holds one
    block, R (d, d) and the correlations (d, lags); never samples × lags numbers.

    Arguments: blocks of states, real or complex (n_i, d), in order; y (lags − 1 + Σ n_i,): the target, starting
        lags − 1 samples before the first state; eps: relative rounding of the states; tolerance: relative cut of
        the singular values.
    Returns: Projection; complex states are projected on with complex coefficients.
    """
    R: States | None = None
    c: States | None = None
    total: States | None = None
    start = 0
    for X in blocks:
        n, d = X.shape
        if R is None or c is None or total is None:
            R, c = np.zeros((0, d + 1), dtype=X.dtype), np.zeros((d, lags), dtype=X.dtype)
            total = np.zeros(d, dtype=X.dtype)
        R = np.asarray(np.linalg.qr(np.vstack([R, np.hstack([np.ones((n, 1)), X])]), mode="r"))
        c = c + cross_correlation(X, y[start : start + n + lags - 1], lags)
        total = total + X.sum(axis=0)
        start += n
    if R is None or c is None or total is None:
        raise ValueError("blocks = []: must hold at least one block of states")
    mean, power = windowed_moments(y, start, lags)
    centred = (c - total.conj()[:, None] * mean) / np.sqrt(power)
    whiten, least = orthonormal_map(R[1:, 1:], tolerance)
    alpha = whiten @ centred
    squared = np.minimum(np.sum(np.abs(alpha) ** 2, axis=0), 1.0)
    own = cross_correlation(y[lags - 1 :, None] - mean[0], y - mean[0], lags)[0] / power
    return Projection(alpha, squared, len(alpha), start, len(R) * eps / least, own)


def windowed_moments(y: Real, samples: int, lags: int) -> tuple[Real, Real]:
    """Mean and centred sum of squares of y_{t−τ} over the T regression samples, for each lag.

    Arguments: y (lags − 1 + samples,). Returns: two (lags,).
    Raises: ValueError when the target is constant over a window.
    """
    first = lags - 1 - np.arange(lags)
    sums = [np.concatenate([[0.0], np.cumsum(v)]) for v in (y, y * y)]
    mean, square = ((s[first + samples] - s[first]) for s in sums)
    mean = mean / samples
    power = square - samples * mean**2
    if np.any(power <= samples * np.finfo(np.float64).eps * square):
        raise ValueError("the target is constant over the samples: it has no variance to explain")
    return mean, power


def adjusted(squared: Real, rank: int, samples: int) -> Real:
    """R² with the sample floor removed: the mean is 0 where the truth is 0.

    M̂ = 1 − (1 − R²)(T − 1)/(T − 1 − r)

    Arguments: in-sample R² (lags,), rank, samples T. Returns: (lags,), slightly negative values possible.
    Reference: Ezekiel 1930 (adjusted R²).
    """
    return 1 - (1 - squared) * (samples - 1) / (samples - 1 - rank)


def serial_bias(projection: Projection) -> Real:
    """What the adjusted R² still misses because successive states resemble each other.

    E M̂_τ − M_τ = −(2/T) Re Σ_{1<=k<=τ} P_{τ−k,τ} t_k;  P_jτ = α_j^* α_τ, t_k = Σ_j P_{j,j+k}

    The fit's optimism is tr Σ_k γ(k) Γ(k) / T, γ and Γ the autocovariances of the residual and of the whitened
    state; k = 0 is the floor r(1−M)/T. For k > 0, γ(k) = −P_{τ−k,τ} (see `standard_error`) and tr Γ(k) = t_k. For
    states in slow motion this is of order r/T, more than the standard error unless T is far above r².

    Arguments: projection. Lags beyond its own are missing from t_k. Returns: (lags,).
    Reference: this project.
    """
    alpha, r = projection.correlation, projection.autocorrelation
    lags = alpha.shape[1]
    size = next_fast_len(2 * lags)
    spectrum = fft(alpha, size)
    t = ifft(np.sum(np.abs(spectrum) ** 2, axis=0))[:lags]
    t[0] = 0
    lagged = ifft(fft(t.conj(), size) * spectrum)[:, :lags]
    overlap = np.sum(lagged.conj() * alpha, axis=0).real
    return -2 / projection.samples * (overlap - residual_share(clipped(projection)) * np.cumsum(t.real * r))


def standard_error(projection: Projection) -> Real:
    """Standard error of the adjusted R² for white input and a state that carries its own past.

    SE² = (4/T) Σ_{j<τ} |P_jτ|² + r (1 − M_τ)² (2 + 4 M_τ/M_0)/T² + rounding²;  P_jτ = α_j^* α_τ

    To first order M̂ − M = −(1/T) Σ_t (e_t² − (1−M) u_{t−τ}²), whose variance is (2/T) [Σ_k γ(k)² − (1−M)²] with γ
    the autocovariance of the residual e; a fourth cumulant of u drops out. As x_{t+k} = A^k x_t + later inputs and
    e_t is orthogonal to x_t, γ(k) = −P_{τ−k,τ} for 1 <= k <= τ and 0 beyond. The second term is the scatter of the
    floor itself, χ²_r/T, all there is where M = 0, and that of the two ends of the sample, all there is at lag 0,
    where e_t² = (1−M)(u_t² + |x̂_{t−1}|² − |x̂_t|²) telescopes; M_τ/M_0 goes between the two cases by
    interpolation. The third is no statistics: states rounded by eps turn their span by θ <= d eps/σ_min, and R² by
    2θ√(M(1−M)) + θ².

    Exact to this order for real states. For complex ones (read out with complex weights) an upper bound, met when
    the poles are closed under conjugation. Not valid for coloured input, nor for an output that is no state (a
    moving average): there take the spread over seeds.

    Arguments: projection. Returns: (lags,).
    Reference: this project.
    """
    T, theta = projection.samples, projection.angle
    M = clipped(projection)
    rounding = 2 * theta * np.sqrt(M * (1 - M)) + theta**2 + (projection.rank + 1) * np.finfo(np.float64).eps
    ends = projection.rank * (1 - M) ** 2 * (2 + 4 * M / max(M[0], np.finfo(np.float64).tiny)) / T**2
    return np.sqrt(4 * past_overlap(projection, M) / T + ends + rounding**2)


def clipped(projection: Projection) -> Real:
    """The adjusted R², brought into [0, 1]."""
    return np.clip(adjusted(projection.squared, projection.rank, projection.samples), 0.0, 1.0)


def residual_share(M: Real) -> Real:
    """How much of P_jτ, j < τ, to read off the residuals rather than the fits, for the least noise.

    P_jτ ≈ (1−w) ⟨fit_j, fit_τ⟩ − w ⟨residual_j, residual_τ⟩ = α_j^* α_τ − w r_{τ−j};  w = M²/(M² + (1−M)²)

    Both have mean P_jτ; the first scatters by √(M_j M_τ/T), the second by √((1−M_j)(1−M_τ)/T), and they add up to
    the sample autocorrelation r of the target. w takes M_j for M_τ.
    """
    return M**2 / (M**2 + (1 - M) ** 2)


def past_overlap(projection: Projection, M: Real) -> Real:
    """Σ_{j<τ} |P_jτ|², with P_jτ estimated as in `residual_share`.

    What noise adds to it where M = 0, (1−w)²(1−M) Σ_{j<τ} M_j/T, is subtracted.

    Arguments: projection; M (lags,), clipped to [0, 1]. Returns: (lags,), >= 0.
    """
    alpha, r, T = projection.correlation, projection.autocorrelation.copy(), projection.samples
    r[0] = 0
    w = residual_share(M)
    size = next_fast_len(2 * len(r))
    lagged = ifft(fft(r, size) * fft(alpha, size))[:, : len(r)]
    cross = np.sum(lagged.conj() * alpha, axis=0).real
    past = np.concatenate([[0.0], np.cumsum(projection.squared)[:-1]])
    found = squared_overlap(alpha) - 2 * w * cross + w**2 * np.cumsum(r**2) - (1 - w) ** 2 * (1 - M) * past / T
    return np.maximum(found, 0.0)


def squared_overlap(alpha: States, block: int = 256) -> Real:
    """Σ_{j<τ} |α_j^* α_τ|² for every τ, with the Gram of all earlier columns carried along.

    Arguments: alpha (r, lags). Returns: (lags,).
    """
    W = np.zeros((len(alpha), len(alpha)), dtype=alpha.dtype)
    found = np.empty(alpha.shape[1])
    for first in range(0, alpha.shape[1], block):
        a = alpha[:, first : first + block]
        earlier = np.sum(a.conj() * (W @ a), axis=0).real
        within = np.triu(np.abs(a.conj().T @ a) ** 2, k=1).sum(axis=0)
        found[first : first + block] = earlier + within
        W = W + a @ a.conj().T
    return found
