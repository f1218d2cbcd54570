"""Check of the claim on the gradient of a non-linear read-out: what each lag contributes."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
from hypothesis import strategies as st

import numerics.learning.nonlinear as exact
import theory.learning.nonlinear as claim
from models.learning import nonlinear as trained
from models.learning import tanh_recall
from models.learning.driving import impulse_response
from numerics.memory import cascade_memory
from numerics.memory.allpass import orthonormal_states
from tests.learning.differences import DIGITS, JUNK, gradient
from tests.strategies import pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained

LAGS, SAMPLES = 6, 8

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
    """∂L/∂Re w + i ∂L/∂Im w by central differences of the loss in many digits."""
    with mpmath.workdps(DIGITS):
        states = [[mpmath.mpmathify(z) for z in row] for row in x.T.tolist()]

    def loss(weights: list) -> Any:
        total = mpmath.mpf(0)
        for row, y in zip(states, target.tolist(), strict=True):
            s = mpmath.re(sum(mpmath.conj(v) * z for v, z in zip(weights, row, strict=True)))
            total += (SLOW[f](s) - y) ** 2
        return total / (2 * len(target))

    return np.array([complex(z) for z in gradient(loss, w.tolist())])


def lag_samples(
    drawn: Stream, alpha: np.ndarray, D: np.ndarray, r: np.ndarray, delta: np.ndarray, rows: Iterable[int]
) -> Iterator[Sample]:
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
    D = difference_quotient(f, w, x, target)
    yield from lag_samples(drawn, alpha, D, u @ delta / SAMPLES, delta, range(len(w)))
    period = flat_spectrum(rng)
    yield from streamed(drawn, rng, alpha, period)


def streamed(drawn: Stream, rng: np.random.Generator, alpha: np.ndarray, period: np.ndarray) -> Iterator[Sample]:
    u = repeated(period)
    x = alpha[:, :LAGS] @ u[:LAGS]
    delta = error_signal(drawn, rng, alpha, u)[3]
    r = exact.lag_correlations(delta, np.append(period[SAMPLES - LAGS :], period), LAGS + 1)
    yield from lag_samples(drawn, alpha, x @ delta / SAMPLES, r, delta, [drawn.seed % len(alpha)])


def with_period_one(drawn: Stream) -> Iterator[Sample]:
    """A constant input: every past input is the same."""
    alpha = orthonormal_states(drawn.poles, LAGS + 1)
    yield from streamed(drawn, np.random.default_rng(drawn.seed), alpha, np.ones(SAMPLES))


def trained_gradient() -> Trained:
    """Criterion, written before the run: autograd equals the sum over lags to 64 u times the largest |δ|."""
    layer, seeds, T, horizon, gaps = tanh_recall.whitened_ring(16, 0.05), (0, 1, 2), 500, 500, []
    alpha = impulse_response(layer, horizon)
    for seed in seeds:
        rng = np.random.default_rng(seed)
        u, target, w = rng.uniform(-2, 2, T + horizon - 1), rng.standard_normal(T), rng.standard_normal(16)
        found = trained.tanh_gradient(layer, u, target, w)
        summed = alpha @ exact.lag_correlations(found.delta, u, horizon)
        gaps.append(float(np.abs(found.gradient - summed).max() / (UNIT * np.abs(found.delta).max())))
    return Trained(max(gaps), 64.0, len(seeds), "LinearRNN, tanh: autograd − Σ α_τ r_τ, in rounding units")


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
)
