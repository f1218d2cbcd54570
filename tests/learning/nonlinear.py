"""Checks of the claims on non-linear read-outs: what each lag contributes, and the flow for Gaussian input."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.learning.nonlinear as exact
import theory.learning.nonlinear as claim
from models.learning import nonlinear as trained
from models.learning import tanh_recall
from numerics.memory import cascade_memory, memory_function
from numerics.memory.allpass import orthonormal_states
from tests.strategies import conjugate_closed_sets, pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained

LAGS, SAMPLES = 6, 8
#: Written into a place of an array that no true statement reads.
JUNK = 1e3

FUNCTIONS = (exact.tanh(), exact.sine(1.5), exact.polynomial([0.3, 1.0, -0.5]), exact.polynomial([0.0, 1.0]))
SLOW = (mpmath.tanh, lambda s: mpmath.sin(1.5 * s), lambda s: 0.3 + s - 0.5 * s**2, lambda s: s)


class Stream(NamedTuple):
    """A system, an f by its index, a read-out and target by seed and aim, and the lags the statement is read at.

    aim: "any" target; the error signal δ a multiple of u at the lag, or of Σ α u over the tail (f linear: tight).
    """

    poles: np.ndarray
    f: int
    aim: str
    scale: float
    lag: int
    first: int
    seed: int


def streams(poles: st.SearchStrategy, aims: tuple[str, ...] = ("any", "lag", "tail")) -> st.SearchStrategy[Stream]:
    lag = st.integers(0, LAGS - 1)
    return st.builds(
        Stream,
        poles,
        st.integers(0, 3),
        st.sampled_from(aims),
        st.sampled_from([0.5, 4.0]),
        lag,
        lag,
        st.integers(0, 99),
    )


def orthonormal_design(rng: np.random.Generator) -> np.ndarray:
    """Past inputs (LAGS + 1, SAMPLES): exactly uncorrelated, of unit variance, and of no distribution in particular."""
    return np.linalg.qr(rng.standard_normal((SAMPLES, LAGS + 1)))[0].T * np.sqrt(SAMPLES)


def flat_spectrum(rng: np.random.Generator) -> np.ndarray:
    """One period of a sequence whose first SAMPLES autocorrelations are exactly those of white noise."""
    phases = np.exp(2j * np.pi * rng.random(SAMPLES // 2 - 1))
    return np.fft.irfft(np.concatenate([[1], phases, [1]]), SAMPLES) * np.sqrt(SAMPLES)


def repeated(period: np.ndarray) -> np.ndarray:
    """(LAGS + 1, SAMPLES): u_{t−τ} of a periodic sequence."""
    return np.array([np.roll(period, lag) for lag in range(LAGS + 1)])


def error_signal(drawn: Stream, rng: np.random.Generator, alpha: np.ndarray, u: np.ndarray) -> Any:
    """f, w, target y*, δ for the states Σ_{τ<LAGS} α_τ u_τ."""
    alpha, u = alpha[:, :LAGS], u[:LAGS]
    w = rng.standard_normal(len(alpha)) + 1j * rng.standard_normal(len(alpha))
    s = (w.conj() @ (alpha @ u)).real
    if drawn.aim == "any":
        target = drawn.scale * rng.standard_normal(SAMPLES)
        f = FUNCTIONS[drawn.f]
        return drawn.f, w, target, (f.f(s) - target) * f.first(s)
    direction = u[drawn.lag] if drawn.aim == "lag" else alpha[0, drawn.first :].real @ u[drawn.first :]
    return 3, w, s - drawn.scale * direction, drawn.scale * direction


def difference_quotient(f: int, w: np.ndarray, x: np.ndarray, target: np.ndarray) -> np.ndarray:
    """∂L/∂Re w + i ∂L/∂Im w by central differences of the loss in forty digits."""
    with mpmath.workdps(40):
        h = mpmath.mpf(10) ** -12
        states = [[mpmath.mpmathify(z) for z in row] for row in x.T.tolist()]

        def loss(weights: list) -> Any:
            total = mpmath.mpf(0)
            for row, y in zip(states, target.tolist(), strict=True):
                s = mpmath.re(sum(mpmath.conj(v) * z for v, z in zip(weights, row, strict=True)))
                total += (SLOW[f](s) - y) ** 2
            return total / (2 * len(target))

        found = []
        for n in range(len(w)):
            at = [mpmath.mpmathify(z) for z in w.tolist()]
            parts = []
            for unit in (mpmath.mpf(1), mpmath.mpc(0, 1)):
                up, down = ([v + sign * h * unit * (m == n) for m, v in enumerate(at)] for sign in (1, -1))
                parts.append((loss(up) - loss(down)) / (2 * h))
            found.append(complex(parts[0], parts[1]))
        return np.array(found)


def lag_samples(drawn: Stream, alpha: np.ndarray, D: np.ndarray, r: np.ndarray, delta: np.ndarray) -> Iterator[Sample]:
    q = float(np.mean(delta**2))
    letters = {
        "alpha": np.vstack([alpha, np.full(LAGS + 1, JUNK)]),
        "M": cascade_memory(drawn.poles, LAGS + 1),
        "r": r,
        "q": q,
        "N": len(alpha),
        "tau": drawn.lag,
        "tau_0": drawn.first,
        "infinity": LAGS - 1,
    }
    for n in rows:
        yield Sample(letters | {"D": np.append(D, JUNK), "n": n}, 64 * (LAGS + SAMPLES) * UNIT * max(1.0, q))


def measured_lags(drawn: Stream) -> Iterator[Sample]:
    """An orthonormal design with the gradient by difference quotients; a stream with it as <δ x>."""
    rng = np.random.default_rng(drawn.seed)
    alpha = orthonormal_states(drawn.poles, LAGS + 1)
    u = orthonormal_design(rng)
    x = alpha[:, :LAGS] @ u[:LAGS]
    f, w, target, delta = error_signal(drawn, rng, alpha, u)
    yield from lag_samples(drawn, alpha, difference_quotient(f, w, x, target), u @ delta / SAMPLES, delta)
    period = flat_spectrum(rng)
    yield from streamed(drawn, rng, alpha, period)


def streamed(drawn: Stream, rng: np.random.Generator, alpha: np.ndarray, period: np.ndarray) -> Iterator[Sample]:
    u = repeated(period)
    x = alpha[:, :LAGS] @ u[:LAGS]
    delta = error_signal(drawn, rng, alpha, u)[3]
    r = exact.lag_correlations(delta, np.append(period[SAMPLES - LAGS :], period), LAGS + 1)
    yield from lag_samples(drawn, alpha, x @ delta / SAMPLES, r, delta)


def with_period_one(drawn: Stream) -> Iterator[Sample]:
    """A constant input: every past input is the same."""
    alpha = orthonormal_states(drawn.poles, LAGS + 1)
    yield from streamed(drawn, np.random.default_rng(drawn.seed), alpha, np.ones(SAMPLES))


def trained_gradient() -> Trained:
    """Criterion, written before the run: autograd equals the sum over lags to 64 u times the largest |δ|."""
    layer, seeds, T, horizon, gaps = tanh_recall.whitened_ring(16, 0.05), (0, 1, 2), 500, 500, []
    alpha = tanh_recall.impulse_response(layer, horizon)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        u, target, w = rng.uniform(-2, 2, T + horizon - 1), rng.standard_normal(T), rng.standard_normal(16)
        found = trained.tanh_gradient(layer, u, target, w)
        summed = alpha @ exact.lag_correlations(found.delta, u, horizon)
        gaps.append(float(np.abs(found.gradient - summed).max() / (UNIT * np.abs(found.delta).max())))
    return Trained(max(gaps), 64.0, len(seeds), "LinearRNN, tanh: autograd − Σ α_τ r_τ, in rounding units")


class Recall(NamedTuple):
    """Poles closed under conjugation, f by index, a read-out by length and seed, a lag, a step."""

    poles: np.ndarray
    f: int
    length: float
    seed: int
    lag: int
    eta: float


#: f by index; nodes per state with which Gauss–Hermite is exact (polynomial) or below rounding, largest N.
SMOOTH = (
    (exact.polynomial([0.2, 1.0, 0.5, -0.3]), 8, 4),
    (exact.sine(1.3), 24, 3),
    (exact.tanh(), 128, 2),
)


def real_states(poles: np.ndarray, horizon: int) -> np.ndarray:
    """An orthonormal real basis of the rows of α over a horizon by which all is forgotten; (N, horizon)."""
    alpha = orthonormal_states(poles, horizon)
    return np.linalg.svd(np.vstack([alpha.real, alpha.imag]), full_matrices=False)[2][: len(poles)]


def recalled(drawn: Recall) -> tuple[np.ndarray, np.ndarray, exact.Nonlinearity, int]:
    """α of lags 0..K+1, w, f and the nodes it needs."""
    N = len(drawn.poles)
    able = [row for row in SMOOTH if N <= row[2]]
    f, points, _ = able[drawn.f % len(able)]
    alpha = real_states(drawn.poles, 400)[:, : drawn.lag + 2]
    w = np.random.default_rng(drawn.seed).standard_normal(N)
    return alpha, drawn.length * w / np.linalg.norm(w), f, points


def measured_recall(drawn: Recall) -> Iterator[Sample]:
    """Gradients by quadrature over all states; the ray reached by a few steps of descent from w = 0."""
    alpha, w, f, points = recalled(drawn)
    yield from recall_samples(drawn, alpha, w, f, lambda v: exact.quadrature_gradient(v, alpha[:, -2], f, points))
    yield from recall_samples(drawn, alpha, w, f, lambda v: exact.gaussian_gradient(v, alpha[:, -2], f))


def recall_samples(
    drawn: Recall, alpha: np.ndarray, w: np.ndarray, f: exact.Nonlinearity, gradient: Any
) -> Iterator[Sample]:
    at, M = alpha[:, drawn.lag], memory_function(drawn.poles, drawn.lag + 2)
    v, D = np.zeros_like(w), gradient(w)
    step = float(-drawn.eta * at @ gradient(v))
    for _ in range(4):
        v = v - 0.2 * gradient(v)
    kappa = float(at @ v)
    scale = max(1.0, *map(abs, exact.gaussian_moments(f, float(w @ w))))
    letters = {
        "alpha": np.vstack([alpha, np.full(alpha.shape[1], JUNK)]),
        "M": M,
        "k": w @ alpha,
        "K": drawn.lag,
        "e": np.array([JUNK, *exact.gaussian_moments(f, float(w @ w)), JUNK]),
        "o": np.array([JUNK, *exact.gaussian_moments(f, kappa**2 / M[drawn.lag] if M[drawn.lag] else 0.0), JUNK]),
        "kdot": float(-at @ gradient(v)),
        "kappa": kappa,
        "k_1": step,
        "eta": drawn.eta,
        "f_1": float(f.first(np.zeros(1))[0]),
        "w": np.append(w, JUNK),
    }
    for n in range(len(w)):
        yield Sample(letters | {"D": np.append(D, JUNK), "n": n}, 64 * len(w) * 128 * UNIT * scale)


def with_uniform_input(drawn: Recall) -> Iterator[Sample]:
    """A delay line driven by uniform noise of unit variance, f cubic: its fourth cumulant enters."""
    alpha, w = np.eye(2, 3), drawn.length * np.array([0.6, 0.8])
    node, weight = np.polynomial.legendre.leggauss(6)
    x = np.sqrt(3) * np.array(list(product(node, repeat=2)))
    p = np.prod(np.array(list(product(weight / 2, repeat=2))), axis=1)
    f = SMOOTH[0][0]

    def gradient(v: np.ndarray) -> np.ndarray:
        return ((f.f(x @ v) - x[:, drawn.lag]) * f.first(x @ v) * p) @ x

    yield from recall_samples(drawn, alpha[:, : drawn.lag + 2], w, f, gradient)


def trained_recall() -> Trained:
    """Criterion, written before the run: every recorded k_K of every run within 5/√T of the scalar equation."""
    cases, seeds, worst = ((0.05, 8), (0.5, 24)), (2, 3, 4), 0.0
    for (share, delay), seed in product(cases, seeds):
        config = tanh_recall.small(share=share, delay=delay, seed=seed)
        run = tanh_recall.measure(config)
        line = exact.kernel_curve(run.memory, config.rate * run.recorded[1:], exact.tanh(), 1e-8)
        worst = max(worst, float(np.abs(run.kernel[1:] - line).max()) * config.samples**0.5)
    return Trained(worst, 5.0, len(seeds), "LinearRNN with tanh read-out: |k_K − scalar equation| in 1/√T")


RECALLS = st.builds(
    Recall,
    st.one_of(pole_sets(max_size=2, margin=0.1).map(np.real).map(lambda p: p.astype(complex)),
              conjugate_closed_sets(max_pairs=2, margin=0.1)),
    st.integers(0, 2),
    st.sampled_from([0.0, 0.3, 0.75]),
    st.integers(0, 99),
    st.integers(0, 5),
    st.sampled_from([0.01, 0.5]),
)  # fmt: skip

LATER = "the column of a later lag is shorter, memory being non-increasing: the bound holds with room to spare"
BOUNDED = "Bessel's inequality bounds the r of every lag alike"

CHECKS = (
    Check(
        claim.NONLINEAR_GRADIENT,
        inputs=streams(pole_sets(max_size=4)),
        measure=measured_lags,
        counter=Counter(
            "white input (it is constant, hence periodic)",
            streams(st.floats(0.5, 0.9).map(lambda p: np.array([p], complex)), ("lag",)),
            with_period_one,
        ),
        examples=(
            Stream(np.array([0.5 + 0j]), 3, "tail", 4.0, 1, 0, 0),
            Stream(np.array([0.5 + 0j]), 3, "tail", 4.0, 1, 1, 0),
            Stream(np.array([0.5 + 0j, -0.5]), 3, "lag", 4.0, 1, 1, 1),
            Stream(np.zeros(2, complex), 3, "lag", 4.0, 0, 0, 2),
            Stream(np.zeros(2, complex), 3, "lag", 4.0, 5, 2, 3),
        ),
        still_true={
            f"index tau -> tau + 1 at {place}.{which}": why
            for place in ("1.0.0.0.0", "2.0.0.0.0.0", "3.0.0.0.0.0")
            for which, why in (("0.1", BOUNDED), ("1.2", LATER))
        },
        trained=trained_gradient,
    ),
    Check(
        claim.GAUSSIAN_NONLINEAR,
        inputs=RECALLS,
        measure=measured_recall,
        counter=Counter(
            "Gaussian input (it is uniform, f cubic)",
            st.builds(
                Recall,
                st.just(np.zeros(2, complex)),
                st.just(0),
                st.just(0.75),
                st.just(0),
                st.integers(0, 1),
                st.just(0.5),
            ),
            with_uniform_input,
        ),
        examples=(Recall(np.array([0.5 + 0j]), 2, 0.75, 0, 1, 0.5), Recall(np.zeros(1, complex), 2, 0.75, 0, 1, 0.5)),
        trained=trained_recall,
    ),
)
