"""Checks of the claims that read memory off the all-pass completion."""

from collections.abc import Iterator

import numpy as np
import torch
from flint import acb, arb, ctx
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory as claim
from models.layers import LinearRNN
from numerics import certified
from numerics.spectra import ring as ring_of
from tests.driven import HORIZON, POLES, SEEDS, driven, in_standard_errors, poles_of, trained, unit
from tests.enclosed import overlap
from tests.oracles import allpass_series, bidiagonal_pair, coloured_memory, defined_memory
from tests.strategies import pole_sets, stable_pairs, with_lag
from tests.witness import UNIT, Check, Counter, Sample, Trained

LENGTH = HORIZON + 2

#: Hard pole sets for the enclosures: repeated, near the circle, zero, complex.
HARD = (
    np.array([0.9, 0.9, 0.9, -0.5, 0.0, 0.0]),
    np.array([1 - 1e-6, 0.999j, -0.999j, 0.3 + 0.4j]),
    np.linspace(0.1, 0.9, 9),
)


def chain_error(poles: np.ndarray) -> float:
    """64 N u: sections neither amplify rounding nor cancel, and M <= 1."""
    return 64 * len(poles) * UNIT


def circle_error(poles: np.ndarray) -> float:
    """The same plus the phase error of the response on the circle, 8 u times its root mean square delay."""
    delays = np.arange(4096) ** 2 @ np.abs(allpass_series(poles, 4096)) ** 2
    return chain_error(poles) + 8 * UNIT * float(np.sqrt(delays))


def memories(poles: np.ndarray) -> Iterator[tuple[np.ndarray, float]]:
    """M by the chain of sections, by the definition, and (where it is short) by the response on the circle."""
    yield exact.cascade_memory(poles, LENGTH), chain_error(poles)
    yield defined_memory(*bidiagonal_pair(poles), LENGTH), chain_error(poles)
    if np.max(np.abs(poles)) < 0.97:
        yield exact.fft_memory(poles, LENGTH), circle_error(poles)


def measured_tail_energy(drawn: tuple[np.ndarray, int]) -> Iterator[Sample]:
    """Three routes to M against the coefficients by long division."""
    poles, lag = drawn
    b = allpass_series(poles, LENGTH)
    for M, tolerance in memories(poles):
        yield Sample({"M": M, "b": b, "tau": lag}, tolerance)


def from_rest_when_unstable(drawn: tuple[np.ndarray, float, int]) -> Iterator[Sample]:
    """One pole outside the circle, the system started from rest 64 steps ago."""
    poles, outside, lag = drawn
    poles = np.append(poles, outside)
    M = defined_memory(*bidiagonal_pair(poles), LENGTH, window=6)
    yield Sample({"M": M, "b": allpass_series(poles, LENGTH), "tau": lag}, chain_error(poles))


def enclosed_tail_energy() -> float:
    """Certified M against 1 - sum |b_j|^2 in balls."""
    widths = []
    for poles in HARD:
        memory = certified.memory_function(poles, HORIZON)
        with ctx.workprec(256):
            b = [acb(*z) for z in _ball_series(poles, HORIZON)]
            left = arb(1)
            for lag in range(HORIZON):
                left -= b[lag].real ** 2 + b[lag].imag ** 2
                widths.append(overlap(left, memory, lag))
    return max(widths)


def _ball_series(poles: np.ndarray, terms: int) -> list[tuple[arb, arb]]:
    series = [acb(1)] + [acb(0)] * (terms - 1)
    for pole in np.asarray(poles, dtype=complex).tolist():
        ball, powers = acb(pole.real, pole.imag), [acb(1)]
        while len(powers) < terms:
            powers.append(powers[-1] * ball)
        factor = [-ball.conjugate()] + [(1 - abs(ball) ** 2) * power for power in powers[:-1]]
        series = [sum((series[i] * factor[j - i] for i in range(j + 1)), acb(0)) for j in range(terms)]
    return [(z.real, z.imag) for z in series]


def trained_tail_energy() -> Trained:
    """Recurrent units with random input matrices against their own poles."""
    gaps = []
    for seed in SEEDS:
        layer = unit(POLES, seed)
        letters = {"b": allpass_series(poles_of(layer), HORIZON)}
        gaps.append(in_standard_errors(claim.TAIL_ENERGY.statement, letters, driven(layer, seed), range(HORIZON)))
    return trained(claim.TAIL_ENERGY, gaps, "LRU with 5 poles, 24 lags, 20000 samples")


def measured_orthonormal(drawn: tuple[np.ndarray, int]) -> Iterator[Sample]:
    """States of the chain, and powers of its matrix, against the definition on another pair with these poles.

    The chain is measured with one section more than the statement sums over: later sections do not act back.
    """
    poles, lag = drawn
    M, letters = defined_memory(*bidiagonal_pair(poles), LENGTH), {"tau": lag, "N": len(poles)}
    longer = np.append(poles, 0.5)
    yield Sample(letters | {"M": M, "alpha": exact.orthonormal_states(longer, LENGTH)}, chain_error(poles))
    A, B = exact.balanced_pair(longer)
    tolerance = chain_error(poles) * LENGTH  # a power of A rounds once per step
    yield Sample(letters | {"M": M, "alpha": exact.krylov(A, B, LENGTH)}, tolerance)


def with_states_as_they_are(drawn: tuple[tuple[np.ndarray, np.ndarray], int]) -> Iterator[Sample]:
    """The impulse response of any controllable pair in place of the cascade's."""
    (A, B), lag = drawn
    M = exact.memory_function_dense(A, B, LENGTH)
    alpha = exact.krylov(A, B, LENGTH)
    yield Sample({"M": M, "alpha": alpha, "tau": lag, "N": len(B)}, 1e-6 * (1 + float(np.max(np.abs(alpha))) ** 2))


def enclosed_orthonormal() -> float:
    """The sum of the sections' squares, enclosed, against the definition, enclosed without them."""
    widths = [0.0]
    for poles in HARD[1:]:
        chain = certified.memory_function(poles, HORIZON)
        for lag in range(HORIZON):
            other = certified.gram_memory(poles, lag)
            if other.lower[0] > chain.upper[lag] or other.upper[0] < chain.lower[lag]:
                raise AssertionError(f"lag {lag} of {poles}: the chain and the definition exclude each other")
            widths.append(float(other.width[0] + chain.width[lag]))
    return max(widths)


def trained_orthonormal() -> Trained:
    """A dense torch cascade struck once shows α; another dense network with its poles, driven by noise, shows M."""
    poles, gaps = np.array([0.9, 0.7, -0.6, 0.2]), []
    A, B = (part.real for part in exact.balanced_pair(poles))
    impulse = torch.zeros(1, HORIZON, 1, dtype=torch.float64)
    impulse[0, 0, 0] = 1
    alpha = LinearRNN(A, B, dtype=torch.float64).states(impulse)[0].detach().numpy().T
    for seed in SEEDS:
        mixed = np.random.default_rng(seed).standard_normal((4, 4)) + 4 * np.eye(4)
        other = LinearRNN(mixed @ A @ np.linalg.inv(mixed), mixed @ B, dtype=torch.float64)
        letters = {"alpha": alpha, "N": len(poles)}
        found = driven(other, seed)
        gaps.append(in_standard_errors(claim.ORTHONORMAL_STATES.statement, letters, found, range(HORIZON)))
    return trained(claim.ORTHONORMAL_STATES, gaps, "dense linear networks with 4 poles, 24 lags, 20000 samples")


def measured_bounds(drawn: tuple[np.ndarray, int]) -> Iterator[Sample]:
    """Every route to M is non-negative, non-increasing and at most one."""
    poles, lag = drawn
    for M, tolerance in memories(poles):
        yield Sample({"M": M, "tau": lag}, tolerance)


def under_coloured_input(drawn: tuple[tuple[np.ndarray, np.ndarray], float, int]) -> Iterator[Sample]:
    """AR(1) input: a later lag may be recalled better than an earlier one."""
    (A, B), rho, lag = drawn
    M = [coloured_memory(A, B, rho, past) for past in range(lag + 3)]
    yield Sample({"M": M, "tau": lag}, 1e-12)


def enclosed_bounds() -> float:
    """Enclosures leave room for 0 <= M_{τ+1} <= M_τ <= 1 at every lag."""
    widths = []
    for poles in HARD:
        memory = certified.memory_function(poles, HORIZON)
        if np.any(memory.upper < 0) or np.any(memory.lower[1:] > memory.upper[:-1]) or memory.lower[0] > 1:
            raise AssertionError(f"the enclosure of {poles} excludes the order of the lags")
        widths.append(float(np.max(memory.width)))
    return max(widths)


def trained_bounds() -> Trained:
    """On the steps of a ring's staircase, where neighbours are equal, no more disorder than the regression's noise."""
    ring, gaps = ring_of(5, 0.97), []
    for seed in SEEDS:
        found = driven(unit(ring, seed), seed, horizon=3 * HORIZON)
        gaps.append(in_standard_errors(claim.BOUNDED_MONOTONE.statement, {}, found, range(HORIZON)))
    return trained(claim.BOUNDED_MONOTONE, gaps, "LRU with 5 poles on a ring of radius 0.97, 24 lags, 20000 samples")


DELAY_LINES = tuple((np.zeros(size, dtype=complex), lag) for size, lag in ((1, 0), (3, 2), (3, 5), (4, 0)))

CHECKS = (
    Check(
        claim.TAIL_ENERGY,
        inputs=with_lag(pole_sets(), HORIZON),
        measure=measured_tail_energy,
        counter=Counter(
            "|λ| < 1 (one pole outside the circle, started from rest)",
            st.tuples(pole_sets(max_size=2), st.sampled_from([2.0, -1.5, 1.25]), st.integers(0, HORIZON - 1)),
            from_rest_when_unstable,
        ),
        examples=DELAY_LINES,
        enclosed=enclosed_tail_energy,
        trained=trained_tail_energy,
    ),
    Check(
        claim.ORTHONORMAL_STATES,
        inputs=with_lag(pole_sets(), HORIZON),
        measure=measured_orthonormal,
        counter=Counter(
            "whitened states (any other coordinates)", with_lag(stable_pairs(max_size=2)), with_states_as_they_are
        ),
        examples=DELAY_LINES,
        enclosed=enclosed_orthonormal,
        trained=trained_orthonormal,
    ),
    Check(
        claim.BOUNDED_MONOTONE,
        inputs=with_lag(pole_sets(), HORIZON),
        measure=measured_bounds,
        counter=Counter(
            "white input (AR(1) instead)",
            st.tuples(stable_pairs(max_size=2, margin=0.05), st.sampled_from([0.5, 0.9, -0.5]), st.integers(0, 5)),
            under_coloured_input,
        ),
        examples=DELAY_LINES,
        still_true={
            "bound M[tau] tightened at 0.0": "a factor does not change what is non-negative",
            "index tau -> tau + 1 at 0.0.1": "the next lag is non-negative too",
            "index tau -> tau + 1 at 1.0.1": "the next lag is at most 1 too",
            "constant 1 -> 2 at 1.1": "a weaker bound",
            "index tau + 1 -> tau + 2 at 2.0.1": "follows by monotonicity twice",
            "index tau -> tau + 1 at 2.1.1": "both sides are then the same letter",
        },
        enclosed=enclosed_bounds,
        trained=trained_bounds,
    ),
)
