"""Check of the claim on a non-linear read-out of Gaussian input: the gradient, and the ray that the flow stays on."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import numerics.learning.nonlinear as exact
import theory.learning.nonlinear as claim
from models.learning import tanh_recall
from numerics.memory import memory_function
from numerics.memory.allpass import orthonormal_states
from tests.learning.differences import JUNK
from tests.strategies import conjugate_closed_sets, pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained


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

CHECKS = (
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
