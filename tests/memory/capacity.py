"""Checks of the capacity and of the first lag: what the memory function sums to, and where it starts."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import torch
from flint import arb, ctx, fmpq, fmpq_mat
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory as claim
from models.layers import S4D
from numerics import certified
from numerics.spectra import bilinear, zoh
from tests.driven import CRITERION, POLES, driven, in_standard_errors, poles_of, trained, unit
from tests.enclosed import overlap
from tests.memory.allpass import HARD, chain_error, memories
from tests.oracles import allpass_series, bidiagonal_pair, coloured_memory, defined_memory
from tests.strategies import pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained

#: Moduli stay at or below 15/16 with at most 4 reachable poles, so |B| <= 4.1^4 on |z| = 1.04 and, by Cauchy, all sums
#: beyond this many terms are below 4.1^8 1.04^(-2 TERMS) TERMS / (1 - 1.04^-2) < 1e-17.
TERMS = 800


class Pair(NamedTuple):
    """A rational pair, the poles its input reaches, and how it prints."""

    A: list[list[Fraction]]
    B: list[Fraction]
    reached: np.ndarray


@st.composite
def rational_pairs(draw: st.DrawFn) -> Pair:
    """A chain of real poles and conjugate pairs, unreached poles beside it, all in unimodular coordinates.

    The chain feeds the second coordinate of a block and reads the first, so no transfer function has a zero and
    every pole of the chain is reached, repetitions as one Jordan block. Every entry is a dyadic rational.
    """
    sixteenth = st.integers(-15, 15)
    blocks = draw(st.lists(st.tuples(sixteenth, st.sampled_from([0, 0, 1, 5, 8, 10])), max_size=2))
    unreached = draw(st.lists(sixteenth, min_size=0 if blocks else 1, max_size=2))
    rows = sum(2 if imag else 1 for _, imag in blocks)
    size = rows + len(unreached)
    A = [[Fraction(0)] * size for _ in range(size)]
    B = [Fraction(0)] * size
    start, reached = 0, []
    for real, imag in blocks:
        real = real if not imag else max(-11, min(11, real))  # 11^2 + 10^2 < 15^2
        width = 2 if imag else 1
        for place in range(width):
            A[start + place][start + place] = Fraction(real, 16)
        if imag:
            A[start][start + 1], A[start + 1][start] = Fraction(imag, 16), Fraction(-imag, 16)
        if start + width < rows:
            A[start + width - 1][start + width] = Fraction(1)
        else:
            B[start + width - 1] = Fraction(1)
        reached += [complex(real, imag) / 16, complex(real, -imag) / 16][:width]
        start += width
    for place, real in enumerate(unreached, rows):
        A[place][place] = Fraction(real, 16)
        A[0][place] += 1 if place else 0
    return Pair(*_unimodular(A, B, draw(st.integers(-1, 1))), np.array(reached, dtype=complex))


def _unimodular(A: list[list[Fraction]], B: list[Fraction], factor: int) -> tuple[list[list[Fraction]], list[Fraction]]:
    """S A S^{-1}, S B with S = 1 + factor times the lower neighbours: S is integer with determinant 1."""
    size = len(B)
    S = np.array([[Fraction(int(i == j) + factor * int(i == j + 1)) for j in range(size)] for i in range(size)])
    inverse = [[Fraction((-factor) ** (i - j) if i >= j else 0) for j in range(size)] for i in range(size)]
    return (S @ np.array(A) @ np.array(inverse)).tolist(), (S @ np.array(B)).tolist()


def exact_rank(pair: Pair) -> int:
    """Rank of [B, AB, ..] in rational arithmetic."""
    A, column = np.array(pair.A), np.array(pair.B)
    columns = []
    for _ in pair.B:
        columns.append([fmpq(entry.numerator, entry.denominator) for entry in column])
        column = A @ column
    return fmpq_mat(columns).rank()


def measured_capacity(pair: Pair) -> Iterator[Sample]:
    """The dense route with the rank of `numerics`, and the definition with the rank above."""
    A, B, reached = np.array(pair.A, dtype=float), np.array(pair.B, dtype=float), pair.reached
    tolerance = 64 * (len(B) + 1) ** 2 * UNIT
    letters = {"b": allpass_series(reached, TERMS + 3), "infinity": TERMS}
    dense = exact.memory_function_dense(A, B, TERMS + 2)
    yield Sample(letters | {"M": dense, "r": int(exact.capacity(np.array(pair.A), np.array(pair.B)))}, tolerance)
    if len(reached):
        defined = defined_memory(*bidiagonal_pair(reached), TERMS + 2)
        yield Sample(letters | {"M": defined, "r": exact_rank(pair)}, tolerance)


def under_coloured_input(drawn: tuple[int, float]) -> Iterator[Sample]:
    """One real pole driven by AR(1) input: more than one unit of memory."""
    pole, rho = np.array([drawn[0] / 16]), drawn[1]
    terms = 200
    M = [coloured_memory(np.diag(pole), np.ones(1), rho, lag) for lag in range(terms + 2)]
    yield Sample({"M": M, "b": allpass_series(pole, terms + 3), "r": 1, "infinity": terms}, 1e-6)


def enclosed_capacity() -> float:
    """Partial sum and rigorous tail, closer to the circle than the drawn poles."""
    widths = []
    for poles, terms in ((np.array([0.99, 0.99, -0.5, 0.0]), 6000), (np.array([0.998j, -0.998j, 0.3]), 20_000)):
        found = certified.capacity_partial(poles, terms)
        if not found.total.contains(len(poles))[0]:
            raise AssertionError(f"the capacity of {poles} is enclosed without {len(poles)}")
        widths.append(float(found.total.width[0]))
    return max(widths)


def trained_capacity() -> Trained:
    """The measured memory of 5 poles, summed over 64 lags, per seed; the error is that of the mean over seeds."""
    sums = np.array([np.sum(driven(unit(POLES, seed), seed, horizon=64).memory) for seed in range(10)])
    error = float(np.std(sums, ddof=1) / np.sqrt(len(sums)))
    gap = abs(float(np.mean(sums)) - len(POLES)) / error
    what = "LRU with 5 poles, sum of 64 lags (the rest holds 1e-5); gap in standard errors of the mean over seeds"
    return Trained(gap, CRITERION, len(sums), what)


def continuous(poles: np.ndarray, dt: float) -> np.ndarray:
    """s = log λ / Δ, with -oo for a zero pole."""
    with np.errstate(divide="ignore"):
        return np.where(poles == 0, -np.inf, np.log(np.where(poles == 0, 1, poles)) / dt)


def held_for(s: np.ndarray, dt: float) -> np.ndarray:
    """Zero-order hold, exp(-oo) = 0."""
    there = np.isfinite(s)
    return np.where(there, zoh(np.where(there, s, -1.0), dt), 0)


def measured_first_lag(drawn: tuple[np.ndarray, float]) -> Iterator[Sample]:
    """M_0 of the poles that zero-order hold makes of s."""
    s = continuous(drawn[0], drawn[1])
    poles = held_for(s, drawn[1])
    letters = {"lamda": np.append(poles, 0.5), "s": np.append(s, -1.0), "Delta": drawn[1], "N": len(s)}
    for M, tolerance in memories(poles):
        # e^{sΔ} is rounded relative to itself after sΔ was
        yield Sample(letters | {"M": M}, tolerance + 8 * UNIT * float(np.sum(np.abs(s[np.isfinite(s)])) * drawn[1]))


def with_bilinear_poles(drawn: tuple[np.ndarray, float]) -> Iterator[Sample]:
    """The bilinear map instead of zero-order hold."""
    s = continuous(drawn[0], drawn[1])
    poles = bilinear(s, drawn[1])
    letters = {"lamda": poles, "s": s, "Delta": drawn[1], "N": len(s)}
    yield Sample(letters | {"M": exact.memory_function(poles, 2)}, chain_error(poles))


def enclosed_first_lag() -> float:
    """The product of all |λ|^2 in balls."""
    widths = []
    for poles in HARD:
        memory = certified.memory_function(poles, 1)
        with ctx.workprec(256):
            product = arb(1)
            for pole in poles.astype(complex).tolist():
                product *= arb(pole.real) ** 2 + arb(pole.imag) ** 2
            widths.append(overlap(1 - product, memory, 0))
    return max(widths)


def trained_first_lag() -> Trained:
    """S4D layers at three steps; the half spectrum is read out with complex weights."""
    s, gaps = np.array([-0.5, -0.5 + 3j, -1.0 + 7j]), []
    for seed, dt in enumerate((0.02, 0.1, 0.5)):
        layer = S4D(s, dt, seed=seed, dtype=torch.float64)
        letters = {"lamda": poles_of(layer), "s": s, "Delta": dt, "N": len(s)}
        found = driven(layer, seed, horizon=256)
        gaps.append(in_standard_errors(claim.FIRST_LAG.statement, letters, found, range(1)))
    return trained(claim.FIRST_LAG, gaps, "S4D with 3 poles at steps 0.02, 0.1, 0.5")


steps = st.sampled_from([1e-3, 0.1, 0.37, 1.0, 4.0])
DELAY_LINE = Pair(
    [[Fraction(int(i == j - 1)) for j in range(3)] for i in range(3)],
    [Fraction(int(i == 2)) for i in range(3)],
    np.zeros(3),
)

CHECKS = (
    Check(
        claim.CAPACITY,
        inputs=rational_pairs(),
        measure=measured_capacity,
        counter=Counter(
            "white input (AR(1) instead)",
            st.tuples(st.integers(-12, 12), st.sampled_from([0.5, -0.5, 0.8])),
            under_coloured_input,
        ),
        examples=(DELAY_LINE,),
        enclosed=enclosed_capacity,
        trained=trained_capacity,
    ),
    Check(
        claim.FIRST_LAG,
        inputs=st.tuples(pole_sets(), steps),
        measure=measured_first_lag,
        counter=Counter(
            "zero-order hold (the bilinear map instead)",
            st.tuples(pole_sets(max_size=2, nonzero=True), steps),
            with_bilinear_poles,
        ),
        examples=((np.zeros(2, dtype=complex), 0.1), (np.array([0.5 + 0j, 0.0]), 1.0)),
        enclosed=enclosed_first_lag,
        trained=trained_first_lag,
    ),
)
