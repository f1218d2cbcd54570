"""Checks of the claims that the poles alone decide: of one system, and of several in one layer."""

from collections import Counter as Multiset
from collections.abc import Iterator
from functools import partial, reduce
from operator import add, or_

import numpy as np
import torch
from flint import ctx
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory as claim
from models.layers import LRU
from numerics import certified
from tests.driven import HORIZON, POLES, SEEDS, driven, in_standard_errors, poles_of, trained, unit
from tests.oracles import (
    ball_matrix,
    bidiagonal_pair,
    controllability_gram,
    defined_memory,
    lag_direction,
    memory_condition,
)
from tests.strategies import lags, pole_sets, transforms
from tests.witness import UNIT, Check, Counter, Sample, Trained

LENGTH = HORIZON + 2
BITS = 2000

#: Digits for Gram matrices of poles that differ by 1e-10 of themselves.
DIGITS = 150

Heads = tuple[np.ndarray, ...]


def plain(poles: np.ndarray, lag: int, place: tuple[int, int]) -> dict:
    """G summed lag by lag under β = (1, .., 1), and the entry of it that is looked at."""
    G = controllability_gram(np.diag(poles), np.ones(len(poles)))
    row, column = (index % len(poles) for index in place)
    return {"lamda": np.append(poles, 0.5), "G": G, "N": len(poles), "tau": lag, "k": row, "l": column}


def distinct_poles(min_size: int = 1) -> st.SearchStrategy[np.ndarray]:
    """Pole sets on a grid of 2^-40, each point once: nearer ones would need more than `DIGITS`."""
    return pole_sets(max_size=4, min_size=min_size).map(lambda poles: np.unique(np.round(poles * 2.0**40) / 2.0**40))


@st.composite
def masked(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, tuple[int, int]]:
    """Distinct poles, β without zeros, eigenvectors V, a lag and an entry of G."""
    poles = draw(distinct_poles())
    entry = st.sampled_from([1.0, -0.125, 1j, 3 - 2j, 1e-3])
    beta = np.array([draw(entry) for _ in poles])
    return poles, beta, draw(transforms(len(poles))), draw(lags(HORIZON)), draw(st.tuples(lags(3), lags(3)))


def measured_poles_only(drawn: tuple) -> Iterator[Sample]:
    """The definition on (V diag(λ) V^{-1}, V β), the poles alone, and the dense route where poles keep apart."""
    poles, beta, V, lag, place = drawn
    letters, tolerance = plain(poles, lag, place), 64 * len(poles) * UNIT
    with ctx.workprec(BITS):
        S = ball_matrix(V)
        A, B = S * ball_matrix(np.diag(poles)) * S.inv(), S * ball_matrix(beta)
    yield Sample(letters | {"M": defined_memory(A, B, LENGTH, BITS)}, tolerance)
    yield Sample(letters | {"M": exact.memory_function(poles, LENGTH)}, tolerance)
    if separation(poles) > 1e-3:
        yield Sample(letters | {"M": exact.memory_function_dense(np.diag(poles), beta, LENGTH)}, tolerance)


def separation(poles: np.ndarray) -> float:
    """The smallest distance of two poles."""
    apart = np.abs(poles[:, None] - poles) + np.where(np.eye(len(poles), dtype=bool), np.inf, 0)
    return float(np.min(apart))


def with_an_unreached_pole(drawn: tuple) -> Iterator[Sample]:
    """β_0 = 0: the input does not reach the first pole."""
    poles, beta, lag, place = drawn
    beta = np.array([0.0, *beta])[: len(poles)]
    M = defined_memory(np.diag(poles), beta, LENGTH, BITS)
    yield Sample(plain(poles, lag, place) | {"M": M}, 64 * len(poles) * UNIT)


def enclosed_poles_only() -> float:
    """Eigenvalues of dense matrices as balls: the chain and the Gram matrix on them must not exclude each other."""
    widths = []
    for seed, size in enumerate((3, 5, 8)):
        rng = np.random.default_rng(seed)
        A = rng.standard_normal((size, size)) + 1j * rng.standard_normal((size, size))
        balls = certified.eigenvalues(0.95 * A / np.max(np.abs(np.linalg.eigvals(A))), bits=400)
        chain = certified.memory_function(balls, HORIZON, bits=400)
        for lag in range(HORIZON):
            gram = certified.gram_memory(balls, lag, bits=400)
            if gram.lower[0] > chain.upper[lag] or gram.upper[0] < chain.lower[lag]:
                raise AssertionError(f"lag {lag}, seed {seed}: the chain and the Gram matrix exclude each other")
            widths.append(float(gram.width[0] + chain.width[lag]))
    return max(widths)


def trained_poles_only() -> Trained:
    """Recurrent units that differ in their random input matrices only."""
    gaps = []
    for seed in SEEDS:
        layer = unit(POLES, seed)
        poles, found = poles_of(layer), driven(layer, 100)
        letters = partial(plain, poles, place=(0, 1))
        gaps.append(in_standard_errors(claim.POLES_ONLY.statement, letters, found, range(0, HORIZON, 3)))
    return trained(claim.POLES_ONLY, gaps, "LRU with 5 poles and random B, one series, 8 of 24 lags, 20000 samples")


@st.composite
def heads(draw: st.DrawFn, least: int = 1) -> Heads:
    """One to three heads of one or two poles, some shared; within a head a repeated pole is one Jordan block."""
    pool = draw(pole_sets(max_size=3))
    pick = st.lists(st.sampled_from(pool.tolist()), min_size=1, max_size=2)
    return tuple(np.array(head) for head in draw(st.lists(pick, min_size=least, max_size=3)))


def side_by_side(drawn: Heads) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All heads driven by the same input: (A, B) of the stacked states, and the poles of the union."""
    blocks = [bidiagonal_pair(head) for head in drawn]
    A = np.zeros((0, 0), dtype=complex)
    for block, _ in blocks:
        A = np.block([[A, np.zeros((len(A), len(block)))], [np.zeros((len(block), len(A))), block]])
    union = reduce(or_, (Multiset(head.tolist()) for head in drawn))
    return A, np.concatenate([b for _, b in blocks]), np.array(sorted(union.elements(), key=abs))


def in_a_row(drawn: Heads) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each head driven by the one before, which it reads as C x_{t-1} + u_t/64, C = (1 + 1/64, 1/64).

    The numerator of such a transfer function is 1 + (1 + z - λ + Π(z - λ))/64, without zeros in the unit disc.
    """
    A, B = bidiagonal_pair(drawn[0])
    C, D = read_out(len(A)), 1 / 64
    for head in drawn[1:]:
        block, b = bidiagonal_pair(head)
        A = np.block([[A, np.zeros((len(A), len(block)))], [np.outer(b, C), block]])
        # what a head reads out is C x + D times its own input, which the heads before it have read out
        B, C, D = np.concatenate([B, D * b]), np.concatenate([C / 64, read_out(len(block))]), D / 64
    together = reduce(add, (Multiset(head.tolist()) for head in drawn))
    return A, B, np.array(sorted(together.elements(), key=abs))


def read_out(size: int) -> np.ndarray:
    """C = (1 + 1/64, 1/64, ..)."""
    return np.eye(size)[0] + 1 / 64


def union(poles: np.ndarray, lag: int) -> dict:
    """G and c of one controllable pair with these poles."""
    A, B = bidiagonal_pair(poles)
    letters = {"G": controllability_gram(A, B), "c": lag_direction(A, B, lag)}
    return letters | {"N": len(poles), "tau": lag}


def measured_layer(drawn: tuple[Heads, int]) -> Iterator[Sample]:
    """The definition on all states together, and the dense route where poles keep apart."""
    for arrange in (side_by_side, in_a_row):
        A, B, poles = arrange(drawn[0])
        letters = union(poles, drawn[1])
        yield Sample(letters | {"M": defined_memory(A, B, LENGTH, BITS)}, 64 * len(poles) * UNIT)
        if len(set(poles.tolist())) == len(poles) and separation(poles) > 0.1 and np.max(np.abs(poles)) < 0.99:
            smallest = (A, B) if len(B) == len(poles) else bidiagonal_pair(poles)
            tolerance = 64 * len(B) * UNIT * memory_condition(*smallest, drawn[1])
            yield Sample(letters | {"M": exact.memory_function_dense(A, B, LENGTH)}, tolerance)


def with_an_input_each(drawn: tuple[Heads, int]) -> Iterator[Sample]:
    """Independent inputs: the states recall the first head's input with the first head's poles only."""
    _, _, poles = side_by_side(drawn[0])
    M = defined_memory(*bidiagonal_pair(drawn[0][0]), LENGTH, BITS)
    yield Sample(union(poles, drawn[1]) | {"M": M}, 64 * len(poles) * UNIT)


class TwoHeads(torch.nn.Module):
    """Two recurrent units on one input; the second may read the first instead."""

    def __init__(self, first: LRU, second: LRU, row: bool) -> None:
        super().__init__()
        self.first, self.second, self.row = first, second, row

    def states(self, u: torch.Tensor) -> torch.Tensor:
        """Both states, side by side. Arguments: u (batch, length, 1)."""
        x = self.first.states(u)
        drive = (x @ self.first.C.T).real if self.row else u
        return torch.cat([x, self.second.states(drive)], dim=-1)


def trained_layer() -> Trained:
    """Two torch units with conjugate-closed poles that share 0.9: once when side by side, twice when in a row."""
    first, second, gaps = np.array([0.9, 0.5]), np.array([0.9, -0.6]), []
    for seed in SEEDS:
        for row in (False, True):
            layer = TwoHeads(unit(first, seed), unit(second, seed + 10), row)
            poles = np.array([0.9, 0.9, 0.5, -0.6] if row else [0.9, 0.5, -0.6])
            found, letters = driven(layer, seed, horizon=2 * HORIZON), partial(union, poles)
            gaps.append(in_standard_errors(claim.LAYER.statement, letters, found, range(HORIZON)))
    return trained(claim.LAYER, gaps, "two LRU heads sharing a pole, side by side and in a row, 24 lags")


entries = st.tuples(lags(3), lags(3))
weights = st.lists(st.sampled_from([1.0, 2.0, 1j]), min_size=3, max_size=3)

CHECKS = (
    Check(
        claim.POLES_ONLY,
        inputs=masked(),
        measure=measured_poles_only,
        counter=Counter(
            "β without a zero (the first pole is not reached)",
            st.tuples(distinct_poles(), weights, lags(HORIZON), entries),
            with_an_unreached_pole,
        ),
        digits=DIGITS,
        enclosed=enclosed_poles_only,
        trained=trained_poles_only,
    ),
    Check(
        claim.LAYER,
        inputs=st.tuples(heads(), lags(HORIZON)),
        measure=measured_layer,
        counter=Counter(
            "one input (each head has its own)", st.tuples(heads(least=2), lags(HORIZON)), with_an_input_each
        ),
        digits=DIGITS,
        trained=trained_layer,
    ),
)
