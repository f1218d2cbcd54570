"""Which tokens matter: masking."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

import numerics.selection.importance as exact
import theory.selection.importance as claim
from models.selection.arms import MOTIF_ARMS
from models.selection.importance import constancy, detector_still_occurs
from tests.witness import UNIT, Check, Counter, Sample, Trained

#: A letter that no word has, and the symbol that hides.
OTHER, HIDDEN = 4, 9


class Linear(NamedTuple):
    """A linear network on one sequence: values e_t, responses of its layers, pooling weights, value that hides, t."""

    values: np.ndarray
    kernels: list[np.ndarray]
    pooling: np.ndarray
    hidden: float
    t: int


@st.composite
def linear_networks(draw: st.DrawFn, layers: int = 0) -> Linear:
    """Integers and real numbers, no layer to three, one token to eight, zeros and repeats included."""
    L, N = draw(st.integers(1, 8)), layers or draw(st.integers(0, 3))
    number = draw(st.sampled_from([st.integers(-3, 3), st.floats(-2, 2, width=32)]))
    row = st.lists(number, min_size=L, max_size=L).map(lambda some: np.array(some, dtype=float))
    return Linear(draw(row), [draw(row) for _ in range(N)], draw(row), float(draw(number)), draw(st.integers(0, L - 1)))


def rounding(net: Linear) -> float:
    """8 (L + 1)(N + 1) u times the sum of the moduli of all products."""
    L, ones = len(net.values), np.abs(net.values) + abs(net.hidden) + 1
    size = exact.pooled_output(ones, [np.abs(kernel) for kernel in net.kernels], np.abs(net.pooling))
    return 8 * (L + 1) * (len(net.kernels) + 1) * UNIT * size


def measured_linear(net: Linear, gated: bool = False) -> Iterator[Sample]:
    """Each token hidden, and a unit added to each, layer by layer; and in closed form."""
    L = len(net.values)
    K = exact.composite_kernel(net.kernels, L)
    # one number more than the statement may use, for mutants that reach beyond the end
    beyond = {"K": np.append(K, 3.0), "p": np.append(net.pooling, 5.0)}
    letters = beyond | {"t": net.t, "L": L, "e": float(net.values[net.t]), "o": net.hidden}

    def f(values: np.ndarray) -> float:
        return exact.pooled_output(values, net.kernels, net.pooling, gated)

    brute = exact.occlusion(f, net.values, net.hidden)
    unit = np.array([f(net.values + np.eye(L)[t]) - f(net.values) for t in range(L)])
    yield Sample(letters | {"Delta": brute, "g": unit}, rounding(net))
    if not gated:
        closed = exact.linear_occlusion(net.values, net.hidden, K, net.pooling)
        yield Sample(letters | {"Delta": closed, "g": exact.linear_response(K, net.pooling)}, rounding(net))


def trained_linear() -> Trained:
    """A network without FNN trained for some steps, in float32."""
    found = [constancy(MOTIF_ARMS[2], 12, seed) for seed in (10, 11)]
    what = (
        "no-FNN network trained on the motif: change by hiding and input gradient, spread over a batch, of their size"
    )
    return Trained(max(max(one.change, one.gradient) for one in found), 1e-5, len(found), what)


class Planted(NamedTuple):
    """A sequence in which a word occurs once, at s; and a place t."""

    letters: list[int]
    word: list[int]
    s: int
    t: int


@st.composite
def planted(draw: st.DrawFn) -> Planted:
    """Words of one to five of one to three letters, anywhere, also filling the sequence; other occurrences broken."""
    kinds = draw(st.integers(1, 3))
    word = draw(st.lists(st.integers(0, kinds - 1), min_size=1, max_size=5))
    before, after = (draw(st.lists(st.integers(0, kinds), max_size=7)) for _ in range(2))
    s, m = len(before), len(word)
    letters = [*before, *word, *after]
    for start in exact.occurrences(letters, word):
        if start != s:  # a letter of this occurrence outside the planted one
            letters[start if start < s else start + m - 1] = OTHER
    return Planted(letters, word, s, draw(st.integers(0, len(letters) - 1)))


def measured_support(drawn: Planted) -> Iterator[Sample]:
    """Every window with every letter hidden; the occurrences that do not cover t; the constructed network."""
    letters = {"s": drawn.s, "m": len(drawn.word), "t": drawn.t}
    yield Sample(letters | {"y": exact.still_occurs(drawn.letters, drawn.word, HIDDEN)}, 0)
    yield Sample(letters | {"y": exact.still_occurs_by_cover(drawn.letters, drawn.word)}, 0)
    yield Sample(letters | {"y": detector_still_occurs(drawn.letters, drawn.word, OTHER + 1)}, 0)


def trained_support() -> Trained:
    """The constructed detector on random sequences with the six-letter words of the study: wrong answers."""
    random, wrong = np.random.default_rng(0), 0
    for word in ([0, 1, 2, 3, 0, 1], [1, 0, 3, 2, 1, 0]):
        for _ in range(10):
            letters, s = random.integers(0, 4, 30), int(random.integers(0, 25))
            letters[s : s + 6] = word
            if len(exact.occurrences(letters, word)) == 1:
                matters = detector_still_occurs(letters, word, 4) == 0
                wrong += int(np.sum(matters != ((np.arange(30) >= s) & (np.arange(30) < s + 6))))
    return Trained(float(wrong), 0.0, 1, "constructed detector, sequences of 30 letters: places wrongly said to matter")


def twice(drawn: tuple[list[int], int]) -> Iterator[Sample]:
    """The word occurs twice, a letter of no word in between."""
    word, t = drawn
    letters = [*word, OTHER, *word]
    y = exact.still_occurs(letters, word, HIDDEN)
    yield Sample({"s": 0, "m": len(word), "t": min(t, len(word) - 1), "y": y}, 0)


CHECKS: tuple[Check, ...] = (
    Check(
        claim.LINEAR_IMPORTANCE_CONSTANT,
        linear_networks(),
        measured_linear,
        Counter("no FNN between the layers", linear_networks(layers=2), lambda net: measured_linear(net, gated=True)),
        examples=(
            Linear(np.array([1.0, -2, 3, 2]), [np.array([1.0, 2, -1, 3])], np.array([1.0, 3, 2, 5]), 2.0, 1),
            Linear(np.array([3.0, 1, 1]), [], np.array([2.0, 3, 4]), -1.0, 2),
            Linear(np.array([0.0]), [np.array([-1.0])], np.array([1.0]), 0.0, 0),
        ),
        trained=trained_linear,
    ),
    Check(
        claim.MOTIF_SUPPORT,
        planted(),
        measured_support,
        Counter(
            "one occurrence only",
            st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=4), st.integers(0, 3)),
            twice,
        ),
        examples=tuple(Planted([2, 2, 0, 1, 0, 2, 2, 2], [0, 1, 0], 2, t) for t in range(8))
        + tuple(Planted([2, 2, 2, 0, 2, 2], [0], 3, t) for t in range(6)),
        trained=trained_support,
    ),
)
