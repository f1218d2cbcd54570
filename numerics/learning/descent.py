"""A linear read-out on fixed poles in raw coordinates: what gradient descent, time and penalties do to each direction.

Loss L = ½E|w^*x − y*|² with white input; G = E xx^* = U g U^*; every direction u_i has a speed of its own, g_i.
Near-singular G is never formed: g comes from singular values of a factor, so that speeds down to 1e-32 are seen.

Glossary: a_τ = A^τ B = U √g α_τ · k*_τ teacher · c_i = Σ_τ α_iτ conj k*_τ · w read-out · t time of the flow · η step ·
μ (`penalty`) of the ridge · q (`keep`) probability of dropout to keep a state.
"""

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from numerics.memory import gram_factor, krylov, orthonormal_states
from numerics.preconditions import (
    Complex,
    Real,
    as_complex_vector,
    as_count,
    as_horizon,
    as_nonnegative,
    as_nonnegative_vector,
    as_pair,
    as_poles,
    as_positive,
    as_real,
    as_real_vector,
    as_square,
    as_weights,
    stability_gap,
)


class Directions(NamedTuple):
    """How a state moves: speeds g (r,), descending; U (N, r), their directions; alpha (r, horizon), unit rows.

    r <= N directions are reached by the input; along all others no read-out ever moves, and no kernel changes.
    """

    speed: Real
    basis: Complex
    alpha: Complex


def directions(poles: ArrayLike, horizon: int, B: ArrayLike | None = None) -> Directions:
    """Speeds and directions of a diagonal state, by the SVD of the triangular factor of its Gram matrix.

    G = TT^*, T = U √g V^*, α_τ = V^* x̂_τ, x̂ the orthonormal states of the lossless chain of the r distinct poles

    Arguments: poles (N,), |λ| < 1, repetitions allowed (their states are multiples of one); horizon; B (N,), default
        √(1−|λ|²): every state has variance one; a weight may be 0, not all.
    Returns: Directions. Raises: ValueError for bad poles, horizon or weights. Reference: this project.

    >>> directions([0.5, 0.0], 2, [1.0, 1.0]).speed.round(3)
    array([2.18 , 0.153])
    """
    poles = as_poles(poles)
    weights = np.sqrt(stability_gap(poles)) if B is None else as_complex_vector("B", B)
    if weights.shape != poles.shape or not np.any(weights):
        raise ValueError(f"B = {weights}: needs one weight for each of {len(poles)} poles, not all of them 0")
    reached = np.unique(poles[weights != 0])
    copies = weights[:, None] * (poles[:, None] == reached)
    U, root, Vh = np.linalg.svd(copies @ gram_factor(reached, np.ones(len(reached))), full_matrices=False)
    seen = root**2 > 0  # a pole of 1e-200 beside 0 adds a direction that no double can tell from none
    return Directions(root[seen] ** 2, U[:, seen], Vh[seen] @ orthonormal_states(reached, as_horizon(horizon)))


def krylov_directions(A: ArrayLike, B: ArrayLike, horizon: int) -> Directions:
    """The same for any pair, by the SVD of its impulse response: slow, and exact only once A^horizon is negligible.

    [B, AB, A²B, ..] = U √g α

    Directions whose √g is below max(N, horizon) rounding units of the largest pass for unreached.

    Arguments: A (N, N), B (N,); horizon >= N. Returns: Directions. Raises: ValueError for a bad pair or horizon.
    """
    A, B = as_pair(A, B)
    response = krylov(A, B, as_count("horizon", horizon, least=len(B)))
    U, root, alpha = np.linalg.svd(response, full_matrices=False)
    seen = root > max(response.shape) * 2.0**-53 * root[0]
    return Directions(root[seen] ** 2, U[:, seen].astype(np.complex128), alpha[seen].astype(np.complex128))


def whitened_target(at: Directions, teacher: ArrayLike) -> Complex:
    """c_i = Σ_τ α_iτ conj k*_τ, the teacher as the state's unit directions see it; ‖c‖² = ‖k*‖² − 2L_∞.

    Arguments: at; teacher (lags,), at most `horizon` lags. Returns: complex (r,). Raises: ValueError when too long.
    """
    kernel = as_complex_vector("teacher", teacher)
    if len(kernel) > at.alpha.shape[1]:
        raise ValueError(f"teacher has {len(kernel)} lags: must not exceed the horizon {at.alpha.shape[1]}")
    return at.alpha[:, : len(kernel)] @ kernel.conj()


def flow_readout(at: Directions, teacher: ArrayLike, start: ArrayLike, time: float) -> Complex:
    """The read-out at time t of the flow w' = −∂L/∂w.

    w(t) = w_0 + U (1 − e^{−gt})/√g [c − √g U^*w_0]

    Nothing is divided by a small g alone: a slow direction stays near where it is, an unreached one is not moved.

    Arguments: at; teacher (lags,); start (N,); time >= 0. Returns: complex (N,). Raises: ValueError.
    """
    w0, done = _start(at, start), -np.expm1(-at.speed * as_nonnegative("time", time))
    return w0 + at.basis @ (done / np.sqrt(at.speed) * _missing(at, teacher, w0))


def flow_excess(at: Directions, teacher: ArrayLike, start: ArrayLike, time: float) -> Real:
    """What each direction still adds to L − L_∞ at time t: ½ e^{−2g_it} |√g_i (U^*w_0)_i − c_i|².

    Arguments, raises: as `flow_readout`. Returns: float64 (r,); its sum is L − L_∞.
    """
    missing = np.abs(_missing(at, teacher, _start(at, start))) ** 2
    return 0.5 * np.exp(-2 * at.speed * as_nonnegative("time", time)) * missing


def flow_integrated(
    G: ArrayLike, h: ArrayLike, start: ArrayLike, time: float, rtol: float = 1e-12
) -> tuple[Complex, float]:
    """The read-out at time t by Runge–Kutta on w' = h − Gw: slow and obvious.

    The flow contracts, so local errors, each at most rtol (1 + ‖w‖), add up and are not amplified.

    Arguments: G (N, N) Hermitian >= 0; h (N,), h = Σ_τ a_τ conj k*_τ; start (N,); time >= 0; rtol.
    Returns: complex (N,), and the bound on its error: steps times local error.
    Raises: ValueError for time < 0, or shapes that differ.
    """
    G, h, w0 = _as_system(G, h=h, start=start)
    span = (0.0, as_nonnegative("time", time))
    found = solve_ivp(lambda t, w: h - G @ w, span, w0, method="DOP853", rtol=rtol, atol=rtol)
    largest = 1.0 + float(np.linalg.norm(found.y, axis=0).max())
    return found.y[:, -1], rtol * len(found.t) * np.sqrt(len(w0)) * largest


def descent_readout(at: Directions, teacher: ArrayLike, start: ArrayLike, eta: float, steps: int) -> Complex:
    """The read-out after m steps of gradient descent, in closed form.

    w_m = w_0 + U (1 − (1 − ηg)^m)/√g [c − √g U^*w_0]

    Arguments: as `flow_readout`; eta > 0; steps m >= 0. Returns: complex (N,). Raises: ValueError.
    """
    w0, m, x = _start(at, start), as_count("steps", steps, least=0), as_positive("eta", eta) * at.speed
    small = -np.expm1(m * np.log1p(-np.minimum(x, 0.5)))  # keeps 1 − (1 − x)^m ≈ m x where x is tiny
    done = np.where(x <= 0.5, small, 1 - (1 - x) ** m)
    return w0 + at.basis @ (done / np.sqrt(at.speed) * _missing(at, teacher, w0))


def descent_iterated(G: ArrayLike, h: ArrayLike, start: ArrayLike, eta: float, steps: int) -> Complex:
    """All read-outs of gradient descent, one step after the other.

    w_{m+1} = w_m + η (h − G w_m)

    Arguments: G (N, N), h (N,), start (N,); eta > 0; steps >= 0. Returns: complex (steps + 1, N). Raises: ValueError.
    """
    step, (G, h, w) = as_positive("eta", eta), _as_system(G, h=h, start=start)
    path = [w]
    for _ in range(as_count("steps", steps, least=0)):
        path.append(path[-1] + step * (h - G @ path[-1]))
    return np.array(path)


def contraction(speed: ArrayLike, eta: float) -> float:
    """The worst factor by which one step of gradient descent changes the distance to w*: max_i |1 − ηg_i|.

    Below 1 exactly where 0 < η < 2/g_max (all g_i > 0); at η = 2/g_max it is 1.

    Arguments: speed (N,), g_i >= 0; eta > 0. Returns: float. Raises: ValueError.
    """
    return float(np.abs(1 - as_positive("eta", eta) * as_nonnegative_vector("speed", speed)).max())


def best_step(speed: ArrayLike) -> tuple[float, float]:
    """The step of least contraction, and that contraction.

    η = 2/(g_max + g_min), (κ − 1)/(κ + 1), κ = g_max/g_min

    Arguments: speed (N,), g_i >= 0, not all 0. Returns: η, and the factor (1 when g_min = 0: nothing moves there).
    Raises: ValueError. Reference: the optimal step of Richardson iteration.

    >>> best_step([3.0, 1.0])
    (0.5, 0.5)
    """
    g = as_nonnegative_vector("speed", speed)
    if not g.max() > 0:
        raise ValueError(f"speed = {g}: at least one must be > 0")
    total = float(g.max() + g.min())
    return 2 / total, float(g.max() - g.min()) / total


def time_filter(speed: ArrayLike, time: float) -> Real:
    """Share of each direction's capacity that a flow from w = 0 has learned by time t: 1 − e^{−2g_it}."""
    return -np.expm1(-2 * as_nonnegative_vector("speed", speed) * as_nonnegative("time", time))


def ridge_filter(speed: ArrayLike, penalty: float) -> Real:
    """Share of each direction's capacity that the ridge ½μ‖w‖² leaves: 1 − (μ/(g_i + μ))² = g_i (g_i + 2μ)/(g_i + μ)².

    The loss that counts is the one without the penalty: `numerics.memory.effective_capacity` is the other, smaller one.

    Arguments: speed (N,), g_i >= 0; penalty μ > 0. Returns: float64 (N,). Raises: ValueError.
    """
    g, mu = as_nonnegative_vector("speed", speed), as_positive("penalty", penalty)
    return g / (g + mu) * (1 + mu / (g + mu))


def delay_shares(at: Directions, kept: ArrayLike) -> Real:
    """R_K = 1 − 2L_K for the delay-K teacher: Σ_i f_i |α_iK|², f a filter; Σ_K R_K = Σ_i f_i.

    Arguments: at; kept = f (N,). Returns: float64 (horizon,), at most the memory function where f <= 1.
    """
    return as_real_vector("kept", kept) @ np.abs(at.alpha) ** 2


def dropout_penalty(keep: float) -> float:
    """The ridge that inverted dropout is, on states of variance one: μ = (1 − q)/q.

    Arguments: keep q, 0 < q <= 1. Returns: float. Raises: ValueError.
    """
    q = as_real("keep", keep)
    if not 0 < q <= 1:
        raise ValueError(f"keep = {q}: a probability of keeping a state must lie in (0, 1]")
    return (1 - q) / q


def dropout_rise(G: ArrayLike, w: ArrayLike, keep: float) -> float:
    """What inverted dropout of the states adds to E|w^*x − y*|².

    (1 − q)/q Σ_i G_ii |w_i|²

    Each kept state is divided by q: E m_i/q = 1 leaves all products of two states alone, E (m_i/q)² = 1/q does not.

    Arguments: G (N, N); w (N,); keep q. Returns: float. Raises: ValueError for a bad q, G or w.
    Reference: Wager, Wang, Liang 2013 (dropout as adaptive regularisation).
    """
    G, w = _as_system(G, w=w)
    return float(dropout_penalty(keep) * (np.diag(G).real @ np.abs(w) ** 2))


def dropout_rise_enumerated(G: ArrayLike, h: ArrayLike, w: ArrayLike, keep: float) -> float:
    """The same by the mean over all 2^N masks: slow and obvious.

    Arguments: as `dropout_rise`; h (N,) = E x conj y*. Returns: float. Raises: as `dropout_rise`.
    """
    G, h, w = _as_system(G, h=h, w=w)
    dropout_penalty(keep)

    def loss(read_out: Complex) -> float:
        return float((read_out.conj() @ G @ read_out - 2 * read_out.conj() @ h).real)

    masks = np.array(list(product((0, 1), repeat=len(w))))
    weight = keep ** masks.sum(axis=1) * (1 - keep) ** (1 - masks).sum(axis=1)
    return float(sum(p * loss(mask * w / keep) for p, mask in zip(weight, masks, strict=True)) - loss(w))


def _as_system(G: ArrayLike, **vectors: ArrayLike) -> tuple[Complex, ...]:
    """A Gram matrix and the vectors that it acts on."""
    G = as_square("G", G)
    return G, *(as_weights(name, x, len(G)) for name, x in vectors.items())


def _start(at: Directions, start: ArrayLike) -> Complex:
    return as_weights("start", start, len(at.basis))


def _missing(at: Directions, teacher: ArrayLike, w0: Complex) -> Complex:
    return whitened_target(at, teacher) - np.sqrt(at.speed) * (at.basis.conj().T @ w0)
