"""What a finite sample reads where memory has ended, when state and target share inputs.

Glossary: T samples · K lag of the target · x̂ whitened states, α their impulse response · P_ik = α_i^* α_k ·
V = E|(1/T) Σ_t x̂_t u_{t−K}|², the mean share that states whitened by their true covariance seem to explain.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import dblquad

from numerics.memory.allpass import orthonormal_states, sections
from numerics.memory.tail import tail_length
from numerics.preconditions import Real, as_count, as_counts, as_poles

_LOG_NEGLIGIBLE = -74.0
_DENSE = 4096  # inputs that the route by moments may hold: its matrices have that square


def correlation_floor(poles: ArrayLike, lag: int, samples: int) -> float:
    """Mean square of the sample correlation of whitened states with a past input, exactly.

    V = P_KK + [N + Σ_{|d|≤K} (1 − |d|/T) P_{K+d,K−d}]/T

    Gaussian input only: a fourth cumulant κ adds κ MF(K)/T. N/T where memory around K has ended.

    Arguments: poles (N,), |λ| < 1; lag K; samples T > K. Returns: float. Raises: ValueError for bad arguments.
    Reference: this project.

    >>> correlation_floor([0.0], 2, 10)
    0.1
    """
    poles, K = as_poles(poles), as_count("lag", lag, least=0)
    T = as_count("samples", samples, least=K + 1)
    alpha = orthonormal_states(poles, 2 * K + 1)
    d = np.arange(-K, K + 1)
    crossed = np.sum(alpha[:, K + d].conj() * alpha[:, K - d], axis=0).real
    return float(crossed[K] + (len(poles) + np.sum((1 - np.abs(d) / T) * crossed)) / T)


def correlation_floor_by_moments(poles: ArrayLike, lag: int, samples: int, excess: float = 0.0) -> float:
    """The same from the definition: fourth moments of quadratic forms in the input.

    Σ_t x̂_t^{(n)} u_{t−K} = u^T Q_n u;  E|u^T Q u|² = |tr Q|² + 2 ‖sym Q‖² + κ Σ_i |Q_ii|²

    Dense: O(N n²) for n = T + the length of the response.

    Arguments: poles, lag, samples as above; excess: fourth cumulant κ of the i.i.d. input (−1.2 uniform, 0 Gaussian).
    Returns: float. Raises: ValueError for bad arguments, or a response of more than 4096 lags.
    """
    poles, K = as_poles(poles), as_count("lag", lag, least=0)
    T = as_count("samples", samples, least=1)
    lasting = max(K + 1, tail_length(poles, _LOG_NEGLIGIBLE))
    if lasting + T > _DENSE:
        raise ValueError(f"poles last {lasting} lags: {_DENSE} inputs at most")
    t, tau = np.arange(T)[:, None] + lasting - 1, np.arange(lasting)
    total = 0.0
    for alpha in orthonormal_states(poles, lasting):
        Q = np.zeros((T + lasting - 1, T + lasting - 1), dtype=np.complex128)
        Q[t - tau, t - K] = alpha
        symmetric = 0.5 * (Q + Q.T)
        diagonal = np.diag(Q)
        total += abs(diagonal.sum()) ** 2 + 2 * np.sum(np.abs(symmetric) ** 2) + excess * np.sum(np.abs(diagonal) ** 2)
    return float(total / T**2)


def one_state_floor(lag: int, samples: int) -> float:
    """Mean in-sample R² of u_{t−K} regressed on u_t alone, exactly: (1 − 2/T)/T + O(T^{−3}), not 1/T.

    E (Σ u_t u_{t−K})²/(Σ u_t² Σ u_{t−K}²) = ∫∫ E (·)² e^{−aΣu_t² − bΣu_{t−K}²} da db, Gaussian moments inside

    The simplest case where state and target share inputs at different times.

    Arguments: lag K >= 1; samples T >= 2K. Returns: float. Raises: ValueError for bad counts. Reference: this project.
    """
    K = as_count("lag", lag)
    T = as_count("samples", samples, least=2 * K)

    def integrand(v: float, w: float) -> float:
        a, b = v / (1 - v), w / (1 - w)
        A, B, C = 1 / (1 + 2 * a), 1 / (1 + 2 * b), 1 / (1 + 2 * a + 2 * b)
        density = (A * B) ** (K / 2) * C ** ((T - K) / 2) / ((1 - v) * (1 - w)) ** 2
        return float(density * C * (K * (A + B) + (T - 2 * K) * C))

    return float(dblquad(integrand, 0, 1, 0, 1, epsabs=1e-12, epsrel=1e-9)[0])


def regressed_memory(poles: ArrayLike, lags: ArrayLike, samples: int, rng: np.random.Generator) -> Real:
    """In-sample R² of past inputs on the states of one series: memory and floor together.

    R²_K = ‖Q^* u_{·−K}‖²/‖u_{·−K}‖², states = QR

    Arguments: poles (N,), |λ| < 1; lags (n,), integers >= 0, in any order; samples T > N; rng. Returns: float64 (n,).
    Raises: ValueError for bad arguments.
    """
    poles = as_poles(poles)
    chosen = as_counts("lags", lags)
    T = as_count("samples", samples, least=len(poles) + 1)
    washout = int(max(chosen.max(), tail_length(poles, _LOG_NEGLIGIBLE)))
    u = rng.standard_normal(washout + T)
    states = np.array([s[washout:] for s in sections(poles, len(u), u.astype(np.complex128), np.zeros_like(poles))])
    Q = np.linalg.qr(states.T)[0]
    late = np.array([u[washout - K : washout - K + T] for K in chosen])
    return np.sum(np.abs(late @ Q.conj()) ** 2, axis=1) / np.sum(late**2, axis=1)
