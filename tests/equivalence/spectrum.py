"""Checks of what a change of coordinates keeps, and of memory as a function of the spectrum alone."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.memory as memory
import theory.equivalence as claim
from models.equivalence.realisations import dense_twin
from models.layers.initialisations import legs
from models.layers.s4 import S4
from models.memory import parts
from numerics.equivalence import companion, jordan, transform
from tests.driven import driven, in_standard_errors, trained
from tests.enclosed import enclose
from tests.oracles import (
    BITS,
    allpass_series,
    as_matrix,
    ball_matrix,
    bidiagonal_pair,
    controllability_gram,
    defined_memory,
    defined_memory_at,
    lag_direction,
    memory_condition,
    stein_sum,
)
from tests.strategies import lags, pole_sets, stable_pairs, transforms
from tests.witness import UNIT, Check, Counter, Sample, Trained

HORIZON = 12

#: Far below any float, far above what balls of 1000 bits leave open.
EXACT = 1e-40

Drawn = tuple[tuple[np.ndarray, np.ndarray], np.ndarray, np.ndarray, tuple[int, int, int, int]]


def at(found: dict[int, Any]) -> np.ndarray:
    """Values at the lags known, as an array; no statement looks at the other lags."""
    values = np.full(max(found) + 1, np.nan, dtype=object)
    for lag, value in found.items():
        values[lag] = value
    return values


def in_balls(A: np.ndarray, B: np.ndarray, C: np.ndarray, T: np.ndarray) -> tuple[acb_mat, acb_mat, acb_mat]:
    """(T A T^{-1}, T B, C T^{-1}) in balls."""
    change = ball_matrix(T)
    inverse, row = change.inv(), ball_matrix(C).transpose()
    return change * ball_matrix(A) * inverse, change * ball_matrix(B), row * inverse


def exactly(A: acb_mat, B: acb_mat, C: acb_mat, place: tuple[int, int, int, int]) -> dict[str, Any]:
    """K, G_T and M of a system in balls, each by its definition."""
    l, tau, _, _ = place
    kernel = [(lag, as_matrix(C * A**lag * B)[0, 0]) for lag in (l, l + 1)]
    gram = as_matrix(stein_sum(A, B * B.transpose().conjugate(), BITS))
    return {
        "K": at(dict(kernel)),
        "G_T": np.array(gram.tolist(), dtype=object).reshape(gram.rows, gram.cols),
        "M": at(defined_memory_at(A, B, [tau, tau + 1])),
    }


def summed(A: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Sum of A^k Q A^{*k} in floats, by doubling; poles within 0.95 leave nothing beyond 2^12 terms."""
    for _ in range(12):
        Q, A = Q + A @ Q @ A.conj().T, A @ A
    return Q


def rounding(A: np.ndarray, B: np.ndarray, C: np.ndarray, T: np.ndarray, l: int, tau: int) -> float:
    """What a relative change of 64 N κ(T) u of the transformed system does to kernel, Gram matrix and memory."""
    change, size = 64 * len(B) * UNIT * float(np.linalg.cond(T)), float(np.linalg.norm(A, 2))
    powers = [np.linalg.matrix_power(A, step) for step in range(l + 1)]
    left, right = (
        [float(np.linalg.norm(v)) for v in side] for side in ([C @ P for P in powers], [P @ B for P in powers])
    )
    kernel = sum(left[j] * size * right[l - 1 - j] for j in range(l)) + 2 * left[0] * right[l] + 2 * left[l] * right[0]
    sources = np.outer(B, B.conj()), np.eye(len(B))
    gram, response = (float(np.linalg.norm(summed(A, Q), 2)) for Q in sources)
    stein = response * 2 * (size**2 * gram + float(np.linalg.norm(B)) ** 2)
    return change * max(kernel, stein, memory_condition(A, B, tau))


def original(drawn: Drawn) -> dict[str, Any]:
    """The right sides' letters, from the system before the change of coordinates."""
    (A, B), C, T, (l, tau, k, n) = drawn
    places = {"N": len(B), "l": l, "tau": tau, "k": k, "n": n}
    sums = {"G": controllability_gram(A, B), "c": lag_direction(A, B, tau)}
    return {"A": A, "B": B[:, None], "C": C[None], "T": T} | places | sums


def measured_similarity(drawn: Drawn) -> Iterator[Sample]:
    """Transformed in balls, each quantity by its definition; in floats, by powers, by doubling and by `numerics`."""
    (A, B), C, T, place = drawn
    letters = original(drawn)
    with ctx.workprec(BITS):
        yield Sample(letters | exactly(*in_balls(A, B, C, T), place), EXACT)
    A_new, B_new, C_new = transform(A, B, C, T)
    fast = {
        "K": [C_new @ np.linalg.matrix_power(A_new, lag) @ B_new for lag in range(place[0] + 1)],
        "G_T": summed(A_new, np.outer(B_new, B_new.conj())),
        "M": memory.memory_function_dense(A_new, B_new, HORIZON),
    }
    yield Sample(letters | fast, rounding(A_new, B_new, C_new, T, *place[:2]))


def with_the_old_input(drawn: Drawn) -> Iterator[Sample]:
    """B as it was: (T A T^{-1}, B, C T^{-1})."""
    (A, B), C, T, place = drawn
    with ctx.workprec(BITS):
        A_new, _, C_new = in_balls(A, B, C, T)
        yield Sample(original(drawn) | exactly(A_new, ball_matrix(B), C_new, place), EXACT)


@st.composite
def systems_with_transforms(draw: st.DrawFn) -> Drawn:
    """A controllable system, T, kernel lag, memory lag, and an entry of the Gram matrix."""
    A, B = draw(stable_pairs(max_size=3, margin=0.05))
    size = len(B)
    row = st.builds(complex, st.integers(-2, 2), st.integers(-2, 2))
    C = np.array([draw(row) for _ in range(size)])
    entry = st.integers(0, size - 1)
    return (A, B), C, draw(transforms(size)), (draw(lags(HORIZON)), draw(lags(HORIZON - 1)), draw(entry), draw(entry))


def trained_similarity() -> Trained:
    """An S4D layer against its dense twin in random coordinates with κ(T) = 1000, the bound written with the model."""
    found = [dense_twin(seed=seed) for seed in range(4)]
    return Trained(
        max(run.gap / run.tolerance for run in found),
        1.0,
        len(found),
        "S4D against a dense twin: outputs, share of bound",
    )


def coefficients(poles: np.ndarray) -> np.ndarray:
    """All-pass coefficients by long division, enough for every lag that is asked."""
    return allpass_series(poles, HORIZON + 1)


def found_at(A: acb_mat, B: np.ndarray, tau: int) -> np.ndarray:
    """M at two neighbouring lags, by its definition."""
    return at(defined_memory_at(A, ball_matrix(B), [tau, tau + 1]))


def measured_spectrum(drawn: tuple[np.ndarray, float, int]) -> Iterator[Sample]:
    """Companion, Jordan and (distinct poles) diagonal form, against the all-pass of the characteristic polynomial."""
    poles, angle, tau = drawn
    letters = {"tau": tau, "b": coefficients(poles)}
    gaps = np.abs(poles[:, None] - poles)
    forms: list[Callable] = [bidiagonal_pair]
    if not np.any((gaps > 0) & (gaps < 1e-30)):  # the inner product of closer directions is lost to 1000 bits
        forms.append(jordan)
    if len(set(poles.tolist())) == len(poles) and jordan in forms:
        forms.append(lambda p: (np.diag(p), 1.0 + np.arange(len(p))))
    for form in forms:
        A, B = form(poles)
        with ctx.workprec(BITS):
            turned = ball_matrix(A) * acb(0, angle).exp()
            slow = {"M": found_at(ball_matrix(A), B, tau), "M_rot": found_at(turned, B, tau)}
        yield Sample(letters | slow, 64 * HORIZON * UNIT)
    A, B = companion(poles)
    moved = 64 * UNIT * float(np.sum(1 / np.sqrt((1 - np.abs(poles)) * (1 + np.abs(poles)))))  # of the turned poles
    fast = {
        "M": memory.memory_function_dense(A, B, HORIZON),
        "M_rot": memory.memory_function(poles * np.exp(1j * angle), HORIZON),
    }
    yield Sample(letters | fast, moved + 64 * len(B) * UNIT * memory_condition(A, B, tau))


def diagonal_twin(drawn: tuple[complex, int, float, int]) -> Iterator[Sample]:
    """The same spectrum, one pole repeated, in a diagonal matrix: not controllable."""
    pole, size, _, tau = drawn
    poles = np.full(size, pole)
    M = defined_memory(np.diag(poles), np.ones(size), HORIZON)
    yield Sample({"tau": tau, "b": coefficients(poles), "M": M, "M_rot": M}, 64 * HORIZON * UNIT)


def enclosed_spectrum() -> float:
    """Certified memory of repeated, real and complex poles against the stated series."""
    part = next(part for part in claim.SPECTRUM_DETERMINES_MEMORY.relations if str(part.lhs.base) == "M")
    sets = ([0.5, 0.5, -0.25j], [0.9, 0.9, 0.9], [0.0, 0.7 + 0.5j, 0.7 - 0.5j])
    cases = [(np.array(poles, dtype=complex), {"b": coefficients(np.array(poles, dtype=complex))}) for poles in sets]
    return enclose(part, cases, HORIZON)


def trained_spectrum() -> Trained:
    """S4, diagonal plus rank one and dense in every coordinate, against the all-pass of its own eigenvalues."""
    part = next(part for part in claim.SPECTRUM_DETERMINES_MEMORY.relations if str(part.lhs.base) == "M")
    gaps = []
    for seed in range(3):
        layer = S4(legs(4), 0.3, seed=seed, dtype=torch.float64)
        found = driven(parts(layer), seed, horizon=HORIZON)
        gaps.append(in_standard_errors(part, {"b": coefficients(layer.poles())}, found, range(HORIZON)))
    return trained(claim.SPECTRUM_DETERMINES_MEMORY, gaps, "S4 layer of 4 states, memory from its poles alone, 12 lags")


ANGLES = st.floats(-3.0, 3.0)

CHECKS = (
    Check(
        claim.SIMILARITY_INVARIANCE,
        inputs=systems_with_transforms(),
        measure=measured_similarity,
        counter=Counter("the input transformed along with the state", systems_with_transforms(), with_the_old_input),
        trained=trained_similarity,
    ),
    Check(
        claim.SPECTRUM_DETERMINES_MEMORY,
        inputs=st.tuples(pole_sets(max_size=4, margin=1e-2), ANGLES, lags(HORIZON - 1)),
        measure=measured_spectrum,
        counter=Counter(
            "controllability (a diagonal twin of a repeated pole)",
            st.tuples(st.sampled_from([0.5 + 0j, 0.9j]), st.integers(2, 3), ANGLES, lags(HORIZON - 1)),
            diagonal_twin,
        ),
        enclosed=enclosed_spectrum,
        trained=trained_spectrum,
    ),
)
