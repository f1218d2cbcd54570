"""Checks of the claims about correlated input and about information."""

from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
import sympy as sp
import torch
from hypothesis import strategies as st
from sklearn.feature_selection import mutual_info_regression

import numerics.memory as exact
import theory.memory.noise as claim
from models.layers import LRU, LinearRNN
from models.memory import measured_on_series
from numerics import certified
from tests.oracles import coloured_moments
from tests.strategies import conjugate_closed_sets, lags, pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

HORIZON = 24
DIGITS = 160
LONGEST = 600

Coloured = tuple[np.ndarray, float, int]


def condition(rho: float) -> float:
    """Largest over smallest spectral density of the input, ((1 + |ρ|)/(1 - |ρ|))^2."""
    return ((1 + abs(rho)) / (1 - abs(rho))) ** 2


def projected_memory(poles: np.ndarray, rho: float, lag: int, length: int) -> float:
    """M from the definition in float64: project one past input on the states, all written in white noise.

    u = L e for the lower triangular L of the Toeplitz covariance, x = V u, so M is the squared length of the part of
    row `lag` of L that lies in the row space of V L. The states are the orthonormal ones of the same poles.
    """
    past = np.arange(length)
    L = np.linalg.cholesky(float(rho) ** np.abs(past[:, None] - past))
    Q = np.linalg.qr((exact.orthonormal_states(poles, length) @ L).conj().T)[0]
    return float(np.sum(np.abs(Q.conj().T @ L[lag]) ** 2))


def letters_of(poles: np.ndarray, rho: float, lag: int) -> dict[str, Any]:
    """G and c from the joint state of system and input, to many digits."""
    G, c = coloured_moments(np.diag(poles), np.ones(len(poles)), rho, lag)
    k, l = lag % len(poles), (lag // 2) % len(poles)
    return {"N": len(poles), "tau": lag, "lamda": poles, "rho_u": rho, "k": k, "l": l, "G": G, "c": c, "c_x": list(c)}


def measured_coloured(drawn: Coloured) -> Iterator[Sample]:
    """The lossless coordinates, and where the responses are short the projection on explicit past inputs."""
    poles, rho, lag = drawn
    letters = letters_of(poles, rho, lag)
    tolerance = 64 * len(poles) * UNIT * condition(rho)
    yield Sample(letters | {"M": exact.memory_function_coloured(poles, lambda d: rho**d, HORIZON)}, tolerance)
    length = 64 + int(np.ceil(40 / -np.log(max(0.5, np.abs(poles).max(), abs(rho)))))
    if length <= LONGEST:
        memory = np.full(HORIZON, np.nan)
        memory[lag] = projected_memory(poles, rho, lag, length)
        yield Sample(letters | {"M": memory}, tolerance * length**0.5)


def nearest_neighbours_only(drawn: Coloured) -> Iterator[Sample]:
    """An input with the same variance and lag-one autocorrelation, and none beyond."""
    poles, rho, lag = drawn
    memory = exact.memory_function_coloured(poles, np.array([1.0, rho]), HORIZON)
    yield Sample(letters_of(poles, rho, lag) | {"M": memory}, 64 * len(poles) * UNIT * condition(rho))


@st.composite
def coloured_systems(draw: st.DrawFn) -> Coloured:
    """Distinct poles on a grid of 2^-40, an autocorrelation (0 and a pole's own value often), and a lag."""
    poles = np.unique(np.round(draw(pole_sets(max_size=4, margin=1e-3, repeated=False)) * 2**40) / 2**40)
    own = float(np.clip(poles[0].real, -0.95, 0.95))
    rho = draw(st.one_of(st.sampled_from([0.0, own]), st.floats(-0.95, 0.95)))
    return poles, rho, draw(lags(HORIZON))


def autoregressive(rho: float, samples: int, seed: int) -> np.ndarray:
    """A stationary AR(1) series of variance 1."""
    noise = np.random.default_rng(seed).standard_normal(samples)
    noise[1:] *= np.sqrt(1 - rho**2)
    kernel = rho ** np.arange(LONGEST)
    return np.convolve(noise, kernel)[:samples]


def trained_coloured() -> Trained:
    """A recurrent unit driven by AR(1) series: the worst lag, in standard errors over sixteen series."""
    poles, rho, horizon, seeds = np.array([0.8, 0.5 + 0.5j, -0.7j]), 0.6, 12, range(16)
    layer = LRU(poles, dtype=torch.float64)
    runs = [measured_on_series(layer, horizon, autoregressive(rho, 20_000, seed)).memory for seed in seeds]
    letters = [letters_of(poles, rho, lag) for lag in range(horizon)]
    expected = np.array([float(mpmath.re(_explained(letter))) for letter in letters])
    error = np.std(runs, axis=0, ddof=1) / np.sqrt(len(runs))
    gap = float(np.max(np.abs(np.mean(runs, axis=0) - expected) / error))
    return Trained(
        gap, 5.0, len(runs), "LRU of three poles under AR(1) input: worst lag in standard errors over series"
    )


def _explained(letters: dict[str, Any]) -> mpmath.mpc:
    with mpmath.workdps(DIGITS):
        G, c = letters["G"], letters["c"]
        return (c.H * mpmath.lu_solve(G, c))[0, 0]


def gaussian_information(poles: np.ndarray, horizon: int) -> np.ndarray:
    """Half the log ratio of det G var u to the determinant of both, per lag, in bits; G = 1 in these coordinates."""
    A, B = exact.balanced_pair(poles)
    joint = np.tile(np.eye(len(poles) + 1, dtype=complex), (horizon, 1, 1))
    joint[:, :-1, -1] = exact.krylov(A, B, horizon).T
    joint[:, -1, :-1] = joint[:, :-1, -1].conj()
    return -np.linalg.slogdet(joint)[1] / (2 * np.log(2))


def many_digits_information(poles: np.ndarray, lag: int) -> mpmath.mpf:
    """The same from the determinants of the covariances of (x, u), for distinct poles; the input is white."""
    G, c = coloured_moments(np.diag(poles), np.ones(len(poles)), 0.0, lag)
    with mpmath.workdps(DIGITS):
        both = mpmath.eye(len(poles) + 1)
        both[: len(poles), : len(poles)], both[: len(poles), len(poles)], both[len(poles), : len(poles)] = G, c, c.H
        ratio = mpmath.det(G) / mpmath.det(both)
        return mpmath.log(mpmath.re(ratio)) / (2 * mpmath.log(2))


def measured_information(drawn: tuple[np.ndarray, int, int]) -> Iterator[Sample]:
    """M from the poles; information from determinants, in float64 for all lags, in many digits at one."""
    poles, lag, horizon = drawn
    memory = exact.memory_function(poles, horizon)
    letters = {"N": len(poles), "tau": lag, "M": memory, "infinity": horizon - 2}
    bits = gaussian_information(poles, horizon)
    tolerance = 64 * len(poles) * UNIT / np.prod(np.abs(poles)) ** 2  # 1 - M_0 is the product of |λ|^2
    yield Sample(letters | {"I": bits}, tolerance * (1 + memory.sum()))
    if len(np.unique(poles)) == len(poles):
        bits = bits.astype(object)
        bits[lag] = many_digits_information(poles, lag)
        yield Sample(letters | {"I": bits}, tolerance * (1 + memory.sum()))


def enclosed_information() -> float:
    """Bits at both ends of the ball around M: the determinants must give a value between them."""
    stated = next(part for part in claim.INFORMATION.relations if isinstance(part, sp.Equality))
    widest = 0.0
    for poles in (np.array([0.5 + 0j]), np.array([0.75, -0.5, 0.25 + 0.5j, 0.25 - 0.5j])):
        ball = certified.memory_function(poles, HORIZON)
        for lag in (0, 1, HORIZON - 1):
            letters = {"tau": lag, "I": np.zeros(HORIZON)}
            low, high = (evaluate(stated, letters | {"M": end})[0].right for end in (ball.lower, ball.upper))
            bits = many_digits_information(poles, lag)
            assert low <= bits <= high, f"{bits} bits lie outside [{low}, {high}] at {poles}, lag {lag}"
            widest = max(widest, float(high - low))
    return widest


def coin_tosses(drawn: tuple[float, int]) -> Iterator[Sample]:
    """Input ±1 and one pole at most 1/2: no two histories meet in one state, which so tells every toss exactly.

    All histories of 12 tosses are listed: I = H(u) - H(u|x).
    """
    pole, lag = drawn
    tosses = 1 - 2 * ((np.arange(2**12)[:, None] >> np.arange(12)) & 1)
    states = tosses @ pole ** np.arange(12)
    _, which = np.unique(states, return_inverse=True)
    heads = np.bincount(which, weights=tosses[:, lag] > 0) / np.bincount(which)
    entropy = -sum(p * np.log2(p, out=np.zeros_like(p), where=p > 0) for p in (heads, 1 - heads))
    bits = 1 - np.sum(entropy * np.bincount(which)) / len(tosses)
    memory = exact.memory_function([pole], 12)
    yield Sample({"N": 1, "tau": lag, "M": memory, "I": np.full(12, bits), "infinity": 0}, 64 * UNIT / pole**2)


def audible_sets() -> st.SearchStrategy[np.ndarray]:
    """Conjugate-closed sets with 0.1 <= |λ| <= 0.999, on a grid of 2^-40; a pole at 0 makes I infinite."""

    def lifted(poles: np.ndarray) -> np.ndarray:
        return np.round(np.where(np.abs(poles) < 0.1, poles + 0.2, poles) * 2**40) / 2**40

    return conjugate_closed_sets(2, margin=1e-3).map(lifted)


def trained_information() -> Trained:
    """Nearest-neighbour estimate between the newest inputs and the best read-out of a torch layer's last state."""
    poles, lags_read, samples, seeds = np.array([0.6, -0.7]), (0, 1, 2), 2000, range(8)
    layer = LinearRNN(np.diag(poles), np.ones(2), dtype=torch.float64)
    found = np.empty((len(seeds), len(lags_read)))
    for seed in seeds:
        u = np.random.default_rng(seed).standard_normal((samples, 60, 1))
        with torch.no_grad():
            x = layer.states(torch.as_tensor(u))[:, -1].numpy()
        for place, lag in enumerate(lags_read):
            y = u[:, -1 - lag, 0]
            readout = x @ np.linalg.lstsq(x, y, rcond=None)[0]
            found[seed, place] = mutual_info_regression(readout[:, None], y, random_state=seed)[0] / np.log(2)
    expected = exact.information(exact.memory_function(poles, 3))
    error = found.std(axis=0, ddof=1) / np.sqrt(len(seeds))
    gap = float(np.max(np.abs(found.mean(axis=0) - expected) / error))
    return Trained(
        gap, 5.0, len(seeds), "LinearRNN of two states, k nearest neighbours: bits in standard errors over seeds"
    )


CHECKS = (
    Check(
        claim.COLOURED_INPUT,
        inputs=coloured_systems(),
        measure=measured_coloured,
        counter=Counter(
            "autocovariance ρ^|d| (only neighbours correlated instead)",
            st.tuples(pole_sets(max_size=3, margin=0.1, repeated=False), st.floats(0.1, 0.45), lags(HORIZON)),
            nearest_neighbours_only,
        ),
        examples=(
            (np.array([0.5 + 0j]), 0.5, 3),
            (np.array([0.5 + 0.3j, 0.7j]), -0.5, 2),
            (np.array([0j, 0.3 - 0.4j, 0.8 + 0j]), 0.0, 0),
        ),
        digits=DIGITS - 20,
        trained=trained_coloured,
    ),
    Check(
        claim.INFORMATION,
        inputs=st.tuples(audible_sets(), lags(HORIZON), st.just(HORIZON)),
        measure=measured_information,
        counter=Counter(
            "Gaussian input (coin tosses instead)", st.tuples(st.floats(0.1, 0.5), st.integers(0, 5)), coin_tosses
        ),
        examples=((np.array([0.99 + 0j]), 1, 300), (np.array([0.5 + 0j]), 0, HORIZON)),
        still_true={
            "index j -> j + 1 at 1.0.0.1": "a sum of terms >= 0 without its first",
            "constant 1/2 -> 3/2 at 1.1.0": "a weaker bound",
        },
        enclosed=enclosed_information,
        trained=trained_information,
    ),
)
