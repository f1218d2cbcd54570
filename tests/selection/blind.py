"""Checks of the claims of `theory.selection.blind`."""

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

import models.selection.blind as runs
import numerics.selection.blind as exact
import theory.selection.blind as claim
from tests.witness import UNIT, Check, Counter, Sample, Trained, worst_violation

#: Exact numbers are compared at 50 digits.
FIFTY_DIGITS = 1e-45


class Size(NamedTuple):
    """n pairs out of K keys, V values."""

    n: int
    K: int
    V: int


#: Every size whose recalls are at most a thousand or so: one pair, one value, no spare key, spare keys.
SIZES = tuple(
    Size(n, K, V)
    for n, K, V in product(range(1, 5), range(1, 5), range(1, 5))
    if n <= K and n * V**n * np.prod(range(K - n + 1, K + 1)) <= 1200
)


def fit_error(size: Size) -> float:
    """8 u m², m = 1 + (2n + 1)(K + V) columns whose normal equations are solved."""
    return 8 * UNIT * (1 + (2 * size.n + 1) * (size.K + size.V)) ** 2


def measured_risk(size: Size) -> Iterator[Sample]:
    """The formula, the orthogonal residual in integers, and least squares on every recall."""
    letters = {"n": size.n, "V": size.V}
    yield Sample(letters | {"R": exact.linear_recall_risk(size.n, size.V)}, FIFTY_DIGITS)
    yield Sample(letters | {"R": exact.linear_recall_risk_exact(*size)}, FIFTY_DIGITS)
    yield Sample(letters | {"R": exact.linear_recall_risk_fitted(*size)}, fit_error(size))


def with_products(size: Size) -> Iterator[Sample]:
    """What one FNN can form: each value times "its key is the query"."""
    risk = exact.linear_recall_risk_fitted(*size, products=True)
    yield Sample({"n": size.n, "V": size.V, "R": risk}, fit_error(size))


def trained_risk() -> Trained:
    """Networks without FNN: above the value to 1e-9, and within 5 % (or 1e-3 of zero)."""
    worst, sizes = 0.0, (Size(1, 2, 2), Size(2, 2, 2), Size(2, 3, 2), Size(2, 2, 3), Size(3, 3, 2))
    for size in sizes:
        found = runs.linear_risk(*size, seed=size.n + size.V)
        least = float(exact.linear_recall_risk(size.n, size.V))
        gap = worst_violation(claim.LINEAR_RECALL_RISK.statement, {"n": size.n, "V": size.V, "R": found})
        worst = max(worst, gap / ((0.05 * least or 1e-3) if found >= least else 1e-9))
    what = "two linear state space layers, all recalls; excess in 5 % of the risk (1e-3 at 0), shortfall in 1e-9"
    return Trained(worst, 1.0, len(sizes), what)


#: Sizes whose recalls can be enumerated by value: V^n.
BLIND = tuple((n, V) for n in range(1, 8) for V in range(1, 9) if n * V**n <= 3000)


def measured_blind(size: tuple[int, int]) -> Iterator[Sample]:
    """Power series and a binomial sum; the best answer to everything seen, by enumeration; N by counting."""
    n, V = size
    letters, tolerance = {"n": n, "V": V}, 8 * (n + 1) * UNIT
    N = np.array(exact.limited_sequences(n, V), dtype=object)
    formula = {"A": exact.order_blind_accuracy(n, V), "H": exact.order_blind_entropy(n, V)}
    yield Sample(letters | {"N": N} | formula, tolerance)
    A, H = exact.blind_by_enumeration(n, V)
    largest = [max(map(v.count, v)) for v in product(range(V), repeat=n)]
    counted = np.array([sum(c <= m for c in largest) for m in range(n + 1)])
    yield Sample(letters | {"N": counted, "A": A, "H": H}, n * V**n * UNIT + tolerance)


def with_the_order(size: tuple[int, int]) -> Iterator[Sample]:
    """A predictor that knows which key owns which value."""
    n, V = size
    A, H = exact.blind_by_enumeration(n, V, ordered=True)
    N = np.array(exact.limited_sequences(n, V), dtype=object)
    yield Sample({"n": n, "V": V, "N": N, "A": A, "H": H}, 1e-12)


def trained_blind() -> Trained:
    """Integrators and an FNN: exactly the accuracy, and the cross-entropy from above within 0.02."""
    worst, sizes = 0.0, (Size(1, 2, 3), Size(2, 2, 2), Size(2, 3, 3), Size(3, 3, 2))
    for size in sizes:
        found = runs.blind_recall(*size, seed=1)
        N = np.array(exact.limited_sequences(size.n, size.V), dtype=object)
        letters = {"n": size.n, "V": size.V, "N": N}
        best: dict[str, Any] = {
            "A": exact.order_blind_accuracy(size.n, size.V),
            "H": exact.order_blind_entropy(size.n, size.V),
        }
        said = worst_violation(claim.ORDER_BLIND_ACCURACY.statement, letters | best | {"A": found.accuracy})
        nats = worst_violation(claim.ORDER_BLIND_ACCURACY.statement, letters | best | {"H": found.entropy})
        worst = max(worst, said / 1e-9, nats / (0.02 if found.entropy >= best["H"] else 1e-9))
    what = "integrators and an FNN, all recalls; accuracy in 1e-9, cross-entropy above in 0.02 nats, below in 1e-9"
    return Trained(worst, 1.0, len(sizes), what)


class Copy(NamedTuple):
    """A string of L symbols with what follows it, a time t >= L, and a lag 1 <= k <= 2L − 1."""

    u: np.ndarray
    L: int
    t: int
    k: int


@st.composite
def copies(draw: st.DrawFn) -> Copy:
    """Length one up to six; blanks, repeated symbols, and large ones."""
    L = draw(st.integers(1, 6))
    symbols = st.one_of(st.integers(-3, 3), st.sampled_from([1e6, -0.5]))
    u = draw(st.lists(symbols, min_size=2 * L + 2, max_size=2 * L + 2))
    return Copy(np.array(u, dtype=np.float64), L, draw(st.integers(L, 2 * L)), draw(st.integers(1, 2 * L - 1)))


def measured_copy(copy: Copy) -> Iterator[Sample]:
    """A shifted array and a delay line; taps by least squares over all strings; the rank of the Hankel matrix."""
    u, L, t, k = copy
    taps, _ = exact.copying_taps([L], 2 * L)
    for y in (exact.copied(u, L), exact.copied_by_delay_line(u, L)):
        letters = {"u": u, "y": y, "h": np.append(taps, 0.0), "L": L, "t": t, "k": k}
        yield Sample(letters | {"r": exact.delay_state(L)}, 64 * L * UNIT)


def with_two_lengths(drawn: tuple[Copy, int]) -> Iterator[Sample]:
    """Half of the strings are longer by some symbols: the best filter spreads over two lags."""
    copy, more = drawn
    taps, error = exact.copying_taps([copy.L, copy.L + more], 2 * copy.L + 1)
    assert error > 0.1
    letters = {"u": copy.u, "y": exact.copied(copy.u, copy.L), "h": taps, "L": copy.L, "t": copy.t, "k": copy.k}
    yield Sample(letters | {"r": exact.delay_state(copy.L)}, 1e-6)


def trained_copy() -> Trained:
    """One convolution: no error on unseen strings, and a spike."""
    worst, lengths = 0.0, (1, 4, 12)
    for L in lengths:
        found = runs.learned_copy(L, symbols=4, seed=L)
        assert found.accuracy == 1, f"L = {L}: {found.accuracy} of unseen symbols are copied"
        u = np.arange(2.0 * L + 2)
        for k in range(1, 2 * L):
            letters = {"u": u, "y": exact.copied(u, L), "h": found.taps, "L": L, "t": L, "k": k, "r": L}
            worst = max(worst, worst_violation(claim.COPY_FIXED_LENGTH_LINEAR.statement, letters))
    what = "one causal convolution with 2L learned taps, L = 1, 4, 12: no error on unseen strings; worst tap"
    return Trained(worst, 1e-3, len(lengths), what)


CHECKS: tuple[Check, ...] = (
    Check(
        claim.LINEAR_RECALL_RISK,
        inputs=st.sampled_from(SIZES),
        measure=measured_risk,
        counter=Counter("affine predictors (products of values and matches)", st.sampled_from(SIZES), with_products),
        trained=trained_risk,
    ),
    Check(
        claim.ORDER_BLIND_ACCURACY,
        inputs=st.sampled_from(BLIND),
        measure=measured_blind,
        counter=Counter("the values as a multiset (in order instead)", st.sampled_from(BLIND), with_the_order),
        examples=((2, 8), (4, 4)),
        trained=trained_blind,
    ),
    Check(
        claim.COPY_FIXED_LENGTH_LINEAR,
        inputs=copies(),
        measure=measured_copy,
        counter=Counter("one length (two in one batch)", st.tuples(copies(), st.integers(1, 2)), with_two_lengths),
        examples=(Copy(np.array([3.0, 1.0, 2.0, 5.0]), 1, 1, 1), Copy(np.arange(1.0, 15.0), 6, 9, 5)),
        trained=trained_copy,
    ),
)
