"""Checks of the claims about noisy read-outs and finite samples."""

from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
import sympy as sp
import torch
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory.noise as claim
from models.layers import LRU, LinearRNN
from models.memory import measured_memory_function
from tests.oracles import controllability_gram
from tests.strategies import pole_sets, stable_pairs
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

TRIALS = 20_000
DIGITS = 60

Pair = tuple[np.ndarray, np.ndarray]


def falling_eigenvalues(poles: np.ndarray, weights: np.ndarray, k: int) -> dict[str, Any]:
    """The letters of the bound: eigenvalues of G_kl = B_k B_l/(1 - λ_k λ_l), largest first, and the interval."""
    with mpmath.workdps(DIGITS):
        λ, B = ([mpmath.mpmathify(complex(x)) for x in column] for column in (poles, weights))
        states = range(len(poles))
        G = mpmath.matrix([[B[i] * B[m] / (1 - λ[i] * mpmath.conj(λ[m])) for m in states] for i in states])
        g = sorted((mpmath.re(x) for x in mpmath.eighe(G, eigvals_only=True)), reverse=True)
    return {"g": np.array(g), "k": k, "lamda_min": poles.real.min(), "lamda_max": poles.real.max()}


def summed_over_lags(pair: Pair, S: np.ndarray, lags: int) -> tuple[float, float]:
    """sum_tau c^*(G + S)^{-1} c over finitely many lags, and what the later lags add, tr (G + S)^{-1} A^T G A^{*T}."""
    A, B = pair
    G = np.array(controllability_gram(A, B).tolist(), dtype=complex)
    c, power = exact.krylov(A, B, lags), np.linalg.matrix_power(A, lags)
    total = np.sum(c.conj() * np.linalg.solve(G + S, c)).real
    return float(total), float(np.trace(np.linalg.solve(G + S, power @ G @ power.conj().T)).real)


def measured_finite_precision(drawn: tuple[Pair, np.ndarray, float, np.ndarray]) -> Iterator[Sample]:
    """The factored route for a diagonal state and equal noise; the definition, lag by lag, for any pair and noise."""
    (A, B), scale, variance, real = drawn
    N, poles = len(B), np.diag(A)
    bound = falling_eigenvalues(real, np.ones(len(real)), 1) | {"N": N}
    weights = np.ones(N) + np.arange(N)
    letters = bound | {"G": controllability_gram(np.diag(poles), weights).tolist(), "S": variance * np.eye(N)}
    largest = float(np.sum(weights**2 / (1 - np.abs(poles) ** 2)))
    noisy = exact.effective_capacity(poles, variance, weights)
    yield Sample(letters | {"C_S": noisy}, 64 * N * UNIT * (1 + largest / variance) ** 0.5)
    unit = np.sqrt(1 - real**2)
    S = variance * (np.diag(scale[:N]) + np.ones((N, N)))
    total, rest = summed_over_lags((A, B), S, 400)
    condition = np.linalg.cond(S) * (1 + np.linalg.norm(B) ** 2 / variance)
    letters = falling_eigenvalues(real, unit, len(real) - 1) | {
        "N": N,
        "G": controllability_gram(A, B).tolist(),
        "S": S,
    }
    yield Sample(letters | {"C_S": total}, rest + 64 * N * N * UNIT * condition)


def on_a_ring(drawn: tuple[int, float]) -> Iterator[Sample]:
    """Complex poles, whose Gram matrix is well conditioned: the bound's formula with their real range."""
    N, radius = drawn
    poles = radius * np.exp(2j * np.pi * np.arange(N) / N)
    letters = falling_eigenvalues(poles, np.ones(N), N - 1)
    G = controllability_gram(np.diag(poles), np.ones(N))
    noisy = exact.effective_capacity(poles, 1.0, np.ones(N))
    yield Sample(letters | {"N": N, "G": G.tolist(), "S": np.eye(N), "C_S": noisy}, 64 * N * UNIT / (1 - radius))


def trained_finite_precision() -> Trained:
    """Capacity of a recurrent unit whose states are read through noise, in standard errors over the seeds."""
    poles, variance, horizon, seeds = np.array([0.8, 0.5 + 0.5j, -0.7j]), 0.3, 60, range(8)
    layer = LRU(poles, dtype=torch.float64)
    weights = (layer.discrete()[1].detach().numpy())[:, 0]

    def noisy_states(u: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        with torch.no_grad():
            states = layer.states(torch.as_tensor(u)).resolve_conj().numpy()
        noise = rng.standard_normal((2, *states.shape)) * np.sqrt(variance / 2)
        return states + noise[0] + 1j * noise[1]

    def capacity(seed: int) -> float:
        rng = np.random.default_rng(1000 + seed)
        return float(measured_memory_function(lambda u: noisy_states(u, rng), horizon, 20_000, seed).memory.sum())

    found = np.array([capacity(seed) for seed in seeds])
    G = controllability_gram(np.diag(poles), weights).tolist()
    letters = {"N": 3, "C_S": 0.0, "S": variance * np.eye(3), "G": G}
    noisy = next(part for part in claim.FINITE_PRECISION.relations if isinstance(part, sp.Equality))
    expected = float(mpmath.re(evaluate(noisy, letters)[0].right))
    gap = float(abs(found.mean() - expected) / (found.std(ddof=1) / np.sqrt(len(found))))
    return Trained(
        gap, 5.0, len(found), "LRU of three poles read through noise: capacity in standard errors over seeds"
    )


def real_sets() -> st.SearchStrategy[np.ndarray]:
    """Two to four distinct real poles; 1 - |λ| down to 1e-4, and pairs about ±0.43, where the bound is nearly met."""
    spread = st.lists(st.floats(-4, 4), min_size=2, max_size=4, unique_by=lambda x: round(x, 3))
    return spread.map(lambda grid: np.tanh(np.array(grid)))


def explained_share(X: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """In-sample R^2 of every column of the targets, by projection."""
    Q = np.linalg.qr(X)[0]
    return np.sum(np.abs(Q.conj().T @ targets) ** 2, axis=0) / np.sum(np.abs(targets) ** 2, axis=0)


def residual_share(X: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The same from the residuals of a least squares fit; for well conditioned X."""
    residual = targets - X @ np.linalg.lstsq(X, targets, rcond=None)[0]
    return 1 - np.sum(np.abs(residual) ** 2, axis=0) / np.sum(np.abs(targets) ** 2, axis=0)


def mean_share(shares: np.ndarray, N: int, T: int) -> Sample:
    """Their mean, five standard errors, and the rounding of a projection."""
    error = 5 * shares.std() / np.sqrt(len(shares))
    return Sample({"F": float(shares.mean()), "N": N, "T": T}, float(error) + 64 * T * UNIT)


def measured_sample_floor(drawn: tuple[np.ndarray, int, int]) -> Iterator[Sample]:
    """Gaussian targets against the states of a driven system; two-sided exponential ones against white regressors."""
    poles, extra, seed = drawn
    N, T = len(poles), len(poles) + extra
    rng = np.random.default_rng(seed)
    states = exact.simulate(*exact.balanced_pair(poles), rng.standard_normal(T + 200))[-T:]
    yield mean_share(explained_share(states, rng.standard_normal((T, TRIALS))), N, T)
    yield mean_share(residual_share(rng.standard_normal((T, N)), rng.laplace(size=(T, TRIALS))), N, T)


def newest_input(drawn: tuple[float, int, int]) -> Iterator[Sample]:
    """A target the state does know: the input of the same step."""
    pole, T, seed = drawn
    rng = np.random.default_rng(seed)
    u = rng.standard_normal((TRIALS, T))
    kernel = pole ** np.subtract.outer(np.arange(T), np.arange(T)).clip(0) * np.tri(T)
    x = u @ kernel.T + rng.standard_normal((TRIALS, 1)) / np.sqrt(1 - pole**2) * pole ** np.arange(1, T + 1)
    shares = np.sum(x * u, axis=1) ** 2 / np.sum(x**2, axis=1) / np.sum(u**2, axis=1)
    yield mean_share(shares, 1, T)


def trained_sample_floor() -> Trained:
    """States of a torch layer against the inputs that came before the sequence it was shown."""
    T, N, sequences = 40, 4, 4000
    layer = LinearRNN(0.9 * np.roll(np.eye(N), 1, axis=0), np.eye(N)[0], dtype=torch.float64)
    u = torch.randn(sequences, T + N, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with torch.no_grad():
        states = layer.states(u).numpy()[:, N:]
    targets = np.random.default_rng(1).standard_normal((sequences, T, 1))
    Q = np.linalg.qr(states)[0]
    shares = (np.sum((Q.transpose(0, 2, 1) @ targets) ** 2, axis=(1, 2))) / np.sum(targets**2, axis=(1, 2))
    expected = float(evaluate(claim.SAMPLE_FLOOR.statement, {"F": 0.0, "N": N, "T": T})[0].right)
    gap = abs(shares.mean() - expected) / (shares.std() / np.sqrt(sequences))
    return Trained(float(gap), 5.0, 1, f"LinearRNN of {N} states, {sequences} sequences of {T}: gap in standard errors")


CHECKS = (
    Check(
        claim.FINITE_PRECISION,
        inputs=st.tuples(
            st.one_of(stable_pairs(margin=0.1), stable_pairs(margin=0.1, controllable=False)),
            st.lists(st.floats(0.1, 10), min_size=4, max_size=4).map(np.array),
            st.floats(-4, 1).map(lambda e: 10.0**e),
            real_sets(),
        ),
        measure=measured_finite_precision,
        counter=Counter("real poles (a ring)", st.tuples(st.integers(3, 5), st.floats(0.5, 0.9)), on_a_ring),
        examples=(
            ((np.array([[0.5 + 0j]]), np.array([1 + 0j])), np.ones(4), 1e-4, np.array([-0.43, 0.43])),
            ((np.array([[0.5 + 0j]]), np.array([1 + 0j])), np.ones(4), 1.0, np.array([-0.9, 0.1, 0.9])),
        ),
        still_true={
            "index k -> k + 1 at 2.0.1": "the eigenvalues fall",
            "constant 4 -> 5 at 2.1.0": "a weaker bound",
            "constant -1 -> 0 at 2.1.2.0.0": "a weaker bound: 4 g_0",
            "constant 4 -> 5 at 2.1.2.0.3.0.0.0": "a weaker bound",
            "constant 1 -> 2 at 2.1.2.0.3.0.0.3.0": "a weaker bound: a wider interval",
            "constant 1 -> 2 at 2.1.2.0.3.0.0.4.0": "a weaker bound: a wider interval",
        },
        trained=trained_finite_precision,
    ),
    Check(
        claim.SAMPLE_FLOOR,
        inputs=st.tuples(pole_sets(max_size=4, margin=0.05), st.integers(0, 30), st.integers(0, 2**32 - 1)),
        measure=measured_sample_floor,
        counter=Counter(
            "targets independent of the states (the newest input instead)",
            st.tuples(st.floats(-0.5, 0.5), st.integers(10, 30), st.integers(0, 99)),
            newest_input,
        ),
        examples=((np.array([0j]), 0, 0), (np.array([0.5 + 0j, 0.5j]), 18, 1)),
        trained=trained_sample_floor,
    ),
)
