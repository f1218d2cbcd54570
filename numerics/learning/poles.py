"""Many poles that learn: the gradient of memory, its bound, and what no path of poles changes.

Glossary: τ lag · B all-pass of all poles, b its coefficients · B_{≠i} without pole i · g_i = 1 − |λ_i|² ·
p_i, q_i impulse responses of B/(1 − λ_i z) and B_{≠i}/(1 − λ_i z) · ∂/∂λ = ½(∂/∂Re λ − i ∂/∂Im λ).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.signal import lfilter

from numerics.memory.allpass import allpass_coefficients, sections
from numerics.preconditions import Complex, Real, as_count, as_horizon, as_poles, stability_gap


def pole_gradient(poles: ArrayLike, lag: int) -> Complex:
    """How the memory of one lag answers to the poles.

    ∂M_τ/∂λ_i = p_i(τ) conj(q_i(τ));  dM_τ = Σ_i 2 Re(∂M_τ/∂λ_i dλ_i)

    A Wirtinger derivative: torch returns 2·conj of it, and a pole that stays real has dM_τ/dλ_i = 2·its real part.
    √g p_i and √g q_i are states of lossless sections, so nothing is inverted and coincident poles are no exception
    (dM_τ is then the derivative for moving one of the equal poles). O(N·τ + N²) time, O(N + τ) memory.

    Arguments: poles (N,), |λ| < 1, repetitions and zeros allowed; lag = τ >= 0.
    Returns: complex (N,), error about N u/g_i. Raises: ValueError for bad poles or lag. Reference: this project.

    >>> pole_gradient([0.5], 1)
    array([0.25+0.j])
    """
    return memory_with_gradient(poles, lag)[1]


def memory_with_gradient(poles: ArrayLike, lag: int) -> tuple[float, Complex]:
    """M_τ and `pole_gradient` from one pass. Arguments, raises: as there. Returns: float, complex (N,)."""
    poles, lag = as_poles(poles), as_count("lag", lag, least=0)
    b, states = _response(poles, lag + 1)
    p = np.array([lfilter([1.0], [1.0, -pole], b)[-1] for pole in poles])
    return float(np.sum(np.abs(states) ** 2)), p * np.conj(_correlation(poles, states))


def pole_gradients(poles: ArrayLike, horizon: int) -> Complex:
    """`pole_gradient` of all poles at all lags at once.

    p_i(τ) = λ_i p_i(τ−1) + b_τ forwards, q_i(τ−1) = λ̄_i q_i(τ) + b_τ backwards from the last lag

    Both recursions are stable in their direction. O(N·horizon + N²).

    Arguments: poles (N,); horizon. Returns: complex (N, horizon). Raises: ValueError for bad poles or horizon.
    """
    poles, horizon = as_poles(poles), as_horizon(horizon)
    b, states = _response(poles, horizon)
    slopes = np.empty((len(poles), horizon), dtype=np.complex128)
    for i, (pole, last) in enumerate(zip(poles, _correlation(poles, states), strict=True)):
        backwards = np.concatenate([[last], b[:0:-1]])
        q = lfilter([1.0], [1.0, -np.conj(pole)], backwards)[::-1]
        slopes[i] = lfilter([1.0], [1.0, -pole], b) * q.conj()
    return slopes


def _response(poles: Complex, horizon: int) -> tuple[Complex, Complex]:
    """The coefficients b_0..b_{horizon−1}, and the states of the lossless chain after them."""
    impulse = _impulse(horizon)
    states, b = np.empty_like(poles), impulse
    chain = np.append(poles, 0.0)  # a section with a zero pole holds what the chain before it lets out
    for n, b in enumerate(sections(chain, horizon, impulse, np.zeros_like(chain))):
        if n < len(poles):
            states[n] = b[-1]
    return b, states


def _impulse(horizon: int) -> Complex:
    impulse = np.zeros(horizon, dtype=np.complex128)
    impulse[0] = 1.0
    return impulse


def _correlation(poles: Complex, states: Complex) -> Complex:
    """q_i at the last lag: what the chain, left to itself, will let out, summed with the powers of λ̄_i.

    q_i(τ) = Σ_{j>τ} b_j λ̄_i^{j−τ−1}, since b_j = q_i(j−1) − λ̄_i q_i(j)

    That is the chain's free response as a power series at z = λ̄_i: section k turns a into
    S = (s_k + z√g_k a)/(1 − λ_k z) and lets out √g_k S − λ̄_k a.
    """
    z, a = poles.conj(), np.zeros_like(poles)
    for pole, gain, state in zip(poles, np.sqrt(stability_gap(poles)), states, strict=True):
        a = gain * (state + z * gain * a) / (1.0 - pole * z) - np.conj(pole) * a
    return a


def pole_gradients_by_sums(poles: ArrayLike, horizon: int) -> Complex:
    """The slow, obvious route to `pole_gradients`: each factor of B differentiated, each product formed anew.

    ∂M_τ/∂λ_i = −Σ_{j<=τ} (b̄_j ∂b_j/∂λ_i + b_j conj(∂b_j/∂λ̄_i)),
    ∂B/∂λ_i = z B/(1 − λ_i z), ∂B/∂λ̄_i = −B_{≠i}/(1 − λ_i z)

    Sums that cancel: the error is about N u/g_i however small the gradient. O(N²·horizon) time.

    Arguments, returns, raises: as `pole_gradients`.
    """
    poles, horizon = as_poles(poles), as_horizon(horizon)
    b = allpass_coefficients(poles, horizon)
    slopes = np.empty((len(poles), horizon), dtype=np.complex128)
    for i, pole in enumerate(poles):
        others = _impulse(horizon) if len(poles) == 1 else allpass_coefficients(np.delete(poles, i), horizon)
        holomorphic = lfilter([0.0, 1.0], [1.0, -pole], b)
        conjugate = -lfilter([1.0], [1.0, -pole], others)
        slopes[i] = -np.cumsum(b.conj() * holomorphic + b * conjugate.conj())
    return slopes


def hyperbolic_length(path: ArrayLike) -> Real:
    """The hyperbolic length of each pole's path, geodesics between the sampled places.

    Σ_s artanh|(λ_{s+1} − λ_s)/(1 − λ̄_s λ_{s+1})| = Σ_s arsinh(|λ_{s+1} − λ_s|/√(g_s g_{s+1}))

    In the metric |dλ|/(1−|λ|²). A curve through these places is at least as long, and tends to this as samples are
    added; straight segments are a little longer. arcsin√M_τ changes at most by the sum over the poles.

    Arguments: path (steps, N), |λ| < 1. Returns: float64 (N,), zero for one sample.
    Raises: ValueError unless two-dimensional, non-empty, and inside the circle. Reference: this project.

    >>> hyperbolic_length([[0.0], [0.5]])
    array([0.54930614])
    """
    places = np.asarray(path)
    if places.ndim != 2 or places.size == 0:
        raise ValueError(f"path has shape {places.shape}: must be (steps, N), with at least one of each")
    places = as_poles(places.ravel()).reshape(places.shape)
    root = np.sqrt(stability_gap(places.ravel()).reshape(places.shape))
    moved = np.abs(np.diff(places, axis=0))
    return np.asarray(np.arcsinh(moved / (root[1:] * root[:-1])).sum(axis=0), dtype=np.float64)
