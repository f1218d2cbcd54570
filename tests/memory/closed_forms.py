"""Checks of the closed forms: delay line, one pole, ring, equal poles, conjugate pair."""

from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
import torch
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory.closed_forms as claim
from models.layers import LRU, LinearRNN
from models.memory import parts
from numerics.spectra import ring
from tests.driven import mean_in_standard_errors
from tests.enclosed import enclose, right_side
from tests.oracles import ball_matrix, bidiagonal_pair, defined_memory_at
from tests.strategies import lags, pole_sets, poles_in_disc, radii
from tests.witness import UNIT, Check, Counter, Sample, Trained

HORIZON = 24
DIGITS = 60

System = tuple[np.ndarray, int]


def rounding(poles: np.ndarray) -> float:
    """How far M moves when each pole moves by a rounding unit: 4 u sum_k 1/sqrt(1 - |λ_k|^2), times 16 for the route.

    One section moves by 2 |δ|/|1 - λ z| on the circle, whose mean square is 4 |δ|^2/(1 - |λ|^2).
    """
    return 64 * UNIT * float(np.sum(1 / np.sqrt((1 - np.abs(poles)) * (1 + np.abs(poles)))))


def modulus(pole: complex) -> mpmath.mpf:
    """|λ| to many digits: the doubles of the pole itself are the data."""
    with mpmath.workdps(DIGITS):
        return abs(mpmath.mpmathify(complex(pole)))


def polar(pole: complex) -> dict[str, Any]:
    """Radius and angle of a pole, to many digits."""
    with mpmath.workdps(DIGITS):
        return {"R": modulus(pole), "phi": mpmath.arg(mpmath.mpmathify(complex(pole)))}


def routes(poles: np.ndarray, lag: int, letters: dict[str, Any]) -> Iterator[Sample]:
    """The chain of sections, and the definition c^* G^{-1} c in many digits (for up to four poles)."""
    common, tolerance = letters | {"tau": lag}, rounding(poles)
    yield Sample(common | {"M": exact.memory_function(poles, HORIZON)}, tolerance)
    if len(poles) <= 4:
        A, B = bidiagonal_pair(poles)
        by_definition = np.full(HORIZON, mpmath.nan, dtype=object)  # other lags stay unknown
        by_definition[lag] = defined_memory_at(ball_matrix(A), ball_matrix(B), [lag])[lag]
        yield Sample(common | {"M": by_definition}, tolerance)


def measured_delay_line(drawn: tuple[int, int]) -> Iterator[Sample]:
    N, lag = drawn
    yield from routes(np.zeros(N, dtype=complex), lag, {"N": N})
    shift = np.eye(N, k=-1)
    dense = exact.memory_function_dense(shift, np.eye(N)[0], HORIZON)
    yield Sample({"N": N, "tau": lag, "M": dense}, 64 * N * UNIT)


def leaky_line(drawn: tuple[int, complex, int]) -> Iterator[Sample]:
    N, pole, lag = drawn
    poles = np.append(np.zeros(N - 1), pole)
    yield from routes(poles, lag, {"N": N})


def measured_single_pole(drawn: tuple[complex, int]) -> Iterator[Sample]:
    pole, lag = drawn
    yield from routes(np.array([pole]), lag, {"R": modulus(pole)})


def two_poles(drawn: System) -> Iterator[Sample]:
    poles, lag = drawn
    yield from routes(poles, lag, {"R": modulus(poles[0])})


def measured_ring(drawn: tuple[int, float, int]) -> Iterator[Sample]:
    N, radius, lag = drawn
    yield from routes(ring(N, radius), lag, {"N": N, "R": radius})


def bent_ring(drawn: tuple[int, float, int]) -> Iterator[Sample]:
    """One pole of the ring turned by a third of its distance to the next."""
    N, radius, lag = drawn
    poles = ring(N, radius)
    poles[0] *= np.exp(2j * np.pi / (3 * N))
    yield from routes(poles, lag, {"N": N, "R": radius})


def measured_repeated_pole(drawn: tuple[int, complex, int]) -> Iterator[Sample]:
    N, pole, lag = drawn
    poles = np.full(N, pole)
    yield from routes(poles, lag, {"N": N, "R": modulus(pole)})


def in_separate_blocks(drawn: tuple[int, complex, int]) -> Iterator[Sample]:
    """The same poles in a diagonal matrix: one direction of the N moves."""
    N, pole, lag = drawn
    memory = exact.memory_function_dense(np.diag(np.full(N, pole)), np.ones(N), HORIZON)
    yield Sample({"N": N, "R": modulus(pole), "tau": lag, "M": memory}, rounding(np.full(N, pole)))


def measured_conjugate_pair(drawn: tuple[complex, int]) -> Iterator[Sample]:
    pole, lag = drawn
    yield from routes(np.array([pole, np.conj(pole)]), lag, polar(pole))


def not_conjugate(drawn: tuple[complex, complex, int]) -> Iterator[Sample]:
    pole, other, lag = drawn
    yield from routes(np.array([pole, other]), lag, polar(pole))


def trained_delay_line() -> Trained:
    N = 8
    layer = LinearRNN(np.eye(N, k=-1), np.eye(N)[0], dtype=torch.float64)
    expected = right_side(claim.DELAY_LINE.statement, {"N": N}, 16)
    return mean_in_standard_errors(layer, expected, f"LinearRNN, {N} chained delays: worst lag in standard errors")


def trained_single_pole() -> Trained:
    pole = 0.8 * np.exp(0.7j)
    layer = LRU([pole], dtype=torch.float64)
    expected = right_side(claim.SINGLE_POLE.statement, {"R": modulus(pole)}, 12)
    return mean_in_standard_errors(layer, expected, "LRU, one complex pole: worst lag in standard errors")


def trained_ring() -> Trained:
    N, radius = 4, 0.9
    layer = LinearRNN(radius * np.roll(np.eye(N), 1, axis=0), np.eye(N)[0], dtype=torch.float64)
    expected = right_side(claim.RING.statement, {"N": N, "R": radius}, 16)
    return mean_in_standard_errors(layer, expected, "LinearRNN, scaled cyclic shift of 4: worst lag in standard errors")


def trained_repeated_pole() -> Trained:
    A, B = bidiagonal_pair(np.full(3, 0.6))
    layer = LinearRNN(A.real, B.real, dtype=torch.float64)
    expected = right_side(claim.REPEATED_POLE.statement, {"N": 3, "R": 0.6}, 16)
    return mean_in_standard_errors(layer, expected, "LinearRNN, one Jordan block of 3: worst lag in standard errors")


def trained_conjugate_pair() -> Trained:
    pole = 0.85 * np.exp(0.9j)
    layer = LRU([pole], dtype=torch.float64)
    expected = right_side(claim.CONJUGATE_PAIR.statement, polar(pole), 16)
    return mean_in_standard_errors(parts(layer), expected, "LRU, one pole, real read-out: worst lag in standard errors")


def enclosed_delay_line() -> float:
    return enclose(claim.DELAY_LINE.statement, [(np.zeros(N), {"N": N}) for N in (1, 5)], HORIZON)


def enclosed_single_pole() -> float:
    cases = [(np.array([pole]), {"R": modulus(pole)}) for pole in (0.0, -0.5, 0.3 + 0.9j, 0.999999)]
    return enclose(claim.SINGLE_POLE.statement, cases, HORIZON)


def enclosed_repeated_pole() -> float:
    cases = [(np.full(N, pole), {"N": N, "R": modulus(pole)}) for N in (2, 6) for pole in (0.0, -0.5, 0.3 + 0.9j)]
    return enclose(claim.REPEATED_POLE.statement, cases, HORIZON)


def enclosed_conjugate_pair() -> float:
    cases = [(np.array([pole, np.conj(pole)]), polar(pole)) for pole in (0.5j, -0.5 + 0j, 0.3 + 0.9j, 0.999 + 1e-9j)]
    return enclose(claim.CONJUGATE_PAIR.statement, cases, HORIZON)


def enclosed_ring() -> float:
    """Rings whose poles are doubles: 1, 2 and 4 poles."""
    rings = [np.array([0.75]), np.array([0.75, -0.75]), 0.75 * np.array([1, 1j, -1, -1j])]
    return enclose(claim.RING.statement, [(poles, {"N": len(poles), "R": 0.75}) for poles in rings], HORIZON)


LAG = lags(HORIZON)

CHECKS = (
    Check(
        claim.DELAY_LINE,
        inputs=st.tuples(st.integers(1, 20), LAG),
        measure=measured_delay_line,
        counter=Counter(
            "all poles zero (one is not)", st.tuples(st.integers(1, 4), poles_in_disc(0.1), LAG), leaky_line
        ),
        examples=((1, 0), (1, 1), (4, 3), (4, 4), (12, 11), (12, 12)),
        enclosed=enclosed_delay_line,
        trained=trained_delay_line,
    ),
    Check(
        claim.SINGLE_POLE,
        inputs=st.tuples(poles_in_disc(), LAG),
        measure=measured_single_pole,
        counter=Counter("N = 1", st.tuples(pole_sets(min_size=2, max_size=3), LAG), two_poles),
        examples=((0j, 0), (0j, 1), (0.5 + 0j, 3), (0.6 - 0.7j, 2)),
        enclosed=enclosed_single_pole,
        trained=trained_single_pole,
    ),
    Check(
        claim.RING,
        inputs=st.tuples(st.integers(1, 8), radii(), LAG),
        measure=measured_ring,
        counter=Counter(
            "equal angles (one pole is turned)", st.tuples(st.integers(2, 5), st.floats(0.1, 0.9), LAG), bent_ring
        ),
        examples=((1, 0.5, 3), (3, 0.9, 2), (3, 0.9, 3), (4, 0.0, 3), (4, 0.0, 4), (2, 0.999999, 7)),
        enclosed=enclosed_ring,
        trained=trained_ring,
    ),
    Check(
        claim.REPEATED_POLE,
        inputs=st.tuples(st.integers(1, 6), poles_in_disc(), LAG),
        measure=measured_repeated_pole,
        counter=Counter(
            "one Jordan block (a diagonal matrix instead)",
            st.tuples(st.integers(2, 4), poles_in_disc(0.1), LAG),
            in_separate_blocks,
        ),
        examples=((1, 0.5 + 0j, 2), (3, 0j, 2), (3, 0j, 3), (4, 0.6 - 0.7j, 9), (12, 0.9 + 0j, 23)),
        enclosed=enclosed_repeated_pole,
        trained=trained_repeated_pole,
    ),
    Check(
        claim.CONJUGATE_PAIR,
        inputs=st.tuples(poles_in_disc(), LAG),
        measure=measured_conjugate_pair,
        counter=Counter(
            "that the second pole is the first one's conjugate",
            st.tuples(poles_in_disc(0.1), poles_in_disc(0.1), LAG),
            not_conjugate,
        ),
        examples=((0j, 0), (0j, 1), (0j, 2), (0.5 + 0j, 4), (-0.5 + 0j, 3), (0.5j, 5), (0.9 + 1e-9j, 6)),
        enclosed=enclosed_conjugate_pair,
        trained=trained_conjugate_pair,
    ),
)
