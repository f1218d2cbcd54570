"""Checks of the claims about memory as a regression."""

from collections.abc import Iterator

import numpy as np
import torch
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory as claim
from models.layers import LinearRNN
from tests.driven import HORIZON, SEEDS, driven, in_standard_errors, trained
from tests.oracles import coloured_memory, controllability_gram, lag_direction, memory_condition, transformed
from tests.strategies import lags, stable_pairs, transforms, with_lag
from tests.witness import UNIT, Check, Counter, Sample, Trained

LAGS = range(HORIZON)

Pair = tuple[np.ndarray, np.ndarray]


def definition(A: np.ndarray, B: np.ndarray, lag: int) -> dict:
    """The right side's letters, G and c, from their definitions."""
    return {"tau": lag, "N": len(B), "G": controllability_gram(A, B), "c": lag_direction(A, B, lag)}


def backward_stable(A: np.ndarray, B: np.ndarray, lag: int) -> float:
    """What rounding explains in a backward stable route: 64 N κ u with the computed condition number κ."""
    return 64 * len(B) * UNIT * memory_condition(A, B, lag)


def measured_regression(drawn: tuple[Pair, int]) -> Iterator[Sample]:
    """The route for any pair, and the route from the poles alone."""
    (A, B), lag = drawn
    letters, tolerance = definition(A, B, lag), backward_stable(A, B, lag)
    yield Sample(letters | {"M": exact.memory_function_dense(A, B, HORIZON)}, tolerance)
    yield Sample(letters | {"M": exact.memory_function(np.diag(A), HORIZON)}, tolerance)


def under_coloured_input(drawn: tuple[Pair, int]) -> Iterator[Sample]:
    """The best read-out's memory when the input is AR(1) with coefficient 1/2, by its own definition."""
    (A, B), lag = drawn
    memory = [coloured_memory(A, B, 0.5, past) for past in range(lag + 1)]
    yield Sample(definition(A, B, lag) | {"M": memory}, backward_stable(A, B, lag))


def measured_similarity(drawn: tuple[Pair, np.ndarray, int]) -> Iterator[Sample]:
    """M of the transformed pair, rounded to floats, against G and c of the original."""
    (A, B), S, lag = drawn
    A_new, B_new = transformed(A, B, S)
    measured = exact.memory_function_dense(A_new, B_new, HORIZON)
    yield Sample(definition(A, B, lag) | {"M": measured}, backward_stable(A_new, B_new, lag))


def with_a_lost_coordinate(drawn: tuple[Pair, int, int]) -> Iterator[Sample]:
    """S = identity with one zero on its diagonal, and its pseudo-inverse in place of an inverse."""
    (A, B), place, lag = drawn
    S = np.eye(len(B))
    S[place % len(B), place % len(B)] = 0
    measured = exact.memory_function_dense(S @ A @ S, S @ B, HORIZON)
    yield Sample(definition(A, B, lag) | {"M": measured}, backward_stable(A, B, lag))


#: A dense non-normal pair and a change of its coordinates, for torch layers.
DENSE = (np.array([[0.9, 1.0, 0.5], [0.0, -0.6, 2.0], [0.0, 0.0, 0.3]]), np.array([0.5, -1.0, 1.0]))
CHANGE = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -1.0], [1.0, 0.0, 1.0]])


def trained_regression() -> Trained:
    """A dense linear recurrence against G and c of its own matrices."""
    layer = LinearRNN(*DENSE, dtype=torch.float64)
    gaps = [in_standard_errors(claim.REGRESSION.statement, letters_of_dense, driven(layer, s), LAGS) for s in SEEDS]
    return trained(claim.REGRESSION, gaps, "LinearRNN of 3 states, 24 lags, 20000 samples")


def trained_similarity() -> Trained:
    """The same recurrence in other coordinates against G and c of the original."""
    A, B = transformed(*DENSE, CHANGE)
    layer = LinearRNN(A.real, B.real, dtype=torch.float64)
    gaps = [in_standard_errors(claim.SIMILARITY.statement, letters_of_dense, driven(layer, s), LAGS) for s in SEEDS]
    return trained(claim.SIMILARITY, gaps, "LinearRNN of 3 states in other coordinates, 24 lags, 20000 samples")


def letters_of_dense(lag: int) -> dict:
    """G and c of `DENSE`."""
    return definition(*DENSE, lag)


def pairs_with_transforms() -> st.SearchStrategy:
    """(A, B), S and a lag; poles keep 0.05 from the circle, so that rounding S A S^{-1} leaves it stable."""
    pairs = stable_pairs(max_size=3, margin=0.05)
    return pairs.flatmap(lambda pair: st.tuples(st.just(pair), transforms(len(pair[1])), lags(HORIZON)))


CHECKS = (
    Check(
        claim.REGRESSION,
        inputs=with_lag(stable_pairs(), HORIZON),
        measure=measured_regression,
        counter=Counter(
            "white input (AR(1) with coefficient 1/2 instead)", with_lag(stable_pairs()), under_coloured_input
        ),
        trained=trained_regression,
    ),
    Check(
        claim.SIMILARITY,
        inputs=pairs_with_transforms(),
        measure=measured_similarity,
        counter=Counter(
            "invertible S", st.tuples(stable_pairs(), st.integers(0, 3), lags(HORIZON)), with_a_lost_coordinate
        ),
        trained=trained_similarity,
    ),
)
