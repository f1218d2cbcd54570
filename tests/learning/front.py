"""Checks of the claims of `theory.learning.front`."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import sympy as sp
import torch
from hypothesis import strategies as st

import numerics.learning.front as exact
import theory.learning.front as claim
from models.layers import LinearRNN
from models.learning.landscape import Ascent, ascend
from numerics.learning import best_poles, projection, sample_floor
from numerics.memory import balanced_pair, memory_function, memory_function_coloured
from numerics.spectra import ring
from tests.oracles import bidiagonal_pair, defined_memory
from tests.strategies import pole_sets, radii
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

_pole_set = pole_sets(max_size=5)


def measured_front(drawn: tuple[np.ndarray, int, float]) -> Iterator[Sample]:
    """M of the poles by filters and by definition; a ring of any radius, and the best one, by filters."""
    poles, K, radius = drawn
    N, best = len(poles), exact.best_ring_radius(len(drawn[0]), drawn[1])
    memory = memory_function(poles, K + 2)
    letters = {"N": N, "K": K, "M": memory, "R_max": memory_function(ring(N, best), K + 1)[K]}
    for r in (radius, best):
        values = letters | {"x": r ** (2 * N), "R": memory_function(ring(N, r), K + 1)[K]}
        yield Sample(values, 64 * N * (K + 1) * UNIT + 8 * N * UNIT / (1 - r))  # a rounded pole moves M by 1/(1 - r)
    if K <= 12 and np.abs(poles).max() < 1 - 1e-3:
        slow = letters | {"M": defined_memory(*bidiagonal_pair(poles), K + 2)}
        yield Sample(slow | {"x": radius ** (2 * N), "R": exact.ring_memory(N, radius, K)}, 64 * N * (K + 1) * UNIT)


def coloured_front(drawn: tuple[float, int]) -> Iterator[Sample]:
    """AR(1) input: one state that holds the present input knows the past one."""
    rho, K = drawn
    memory = memory_function_coloured([0.0], lambda d: rho**d, K + 2)
    ringed = exact.ring_memory(1, 0.5, K)
    values = {"N": 1, "K": K, "M": memory, "R_max": exact.best_ring_memory(1, K), "x": 0.25, "R": ringed}
    yield Sample(values, 64 * (K + 1) * UNIT)


def trained_front() -> Trained:
    """Adam on the poles: never above the bound, and the best of twelve runs not below the best ring."""
    N, K = 3, 8
    _, values = ascend(Ascent(N, K, steps=300))
    top = float(values[:, -1].max())
    zero = {"N": N, "K": K, "M": np.zeros(K + 1), "R_max": 0.0, "R": 0.0, "x": 0.0}
    ringed = next(r for r in claim.PARETO_FRONT.relations if isinstance(r, sp.Eq) and r.lhs == claim.best_ring)
    bound = next(r for r in claim.PARETO_FRONT.relations if r.has(sp.IndexedBase("M")))
    excess = evaluate(bound, zero | {"M": np.full(K + 1, top)})[0].violation
    gap = max(float(excess), float(evaluate(ringed, zero)[0].right) - top)
    return Trained(
        gap, 1e-9, 12, "three poles at lag 8: excess over N/(K + 1), or shortfall of the best run of the ring"
    )


_ring_n = st.integers(0, 40)

SIZES = {"M_(2)": (2, 3), "M_(4)": (4, 10), "M_(8)": (8, 20)}


def measured_optimum(drawn: tuple[np.ndarray, ...]) -> Iterator[Sample]:
    """Memory of each set at the lag of its size."""
    values = {
        name: memory_function(poles, K + 1)[K] for poles, (name, (_, K)) in zip(drawn, SIZES.items(), strict=True)
    }
    yield Sample(values, 64 * 8 * 21 * UNIT)


@lru_cache
def ascents(restarts: int) -> tuple[tuple[np.ndarray, ...], ...]:
    """Where single ascents from random starts end; the seeds of the first reach the conjectured value for each size."""
    seeds = {"M_(2)": 0, "M_(4)": 5, "M_(8)": 0}
    found = [
        tuple(best_poles(*SIZES[name], seed + later, restarts=1)[0] for name, seed in seeds.items())
        for later in range(restarts)
    ]
    return tuple(found)


def one_pole_more(size: int) -> Iterator[Sample]:
    """As many poles as the lag needs, all zero: a delay line."""
    sets = tuple(np.zeros(n + size) for n, _ in SIZES.values())
    yield from measured_optimum(sets)


def trained_optimum() -> Trained:
    """Adam from twelve starts, two and four poles."""
    gaps = []
    for name, (N, K) in list(SIZES.items())[:2]:
        relation = next(r for r in claim.FRONT_OPTIMUM.relations if str(r.lhs) == name)
        top = float(ascend(Ascent(N, K, steps=400 if N > 2 else 200))[1][:, -1].max())
        gaps.append(abs(float(evaluate(relation, {name: top})[0].right) - top))
    return Trained(max(gaps), 1e-3, 12, "best of twelve runs of Adam, two and four poles, against the value stated")


def measured_floor(drawn: tuple[np.ndarray, int, int], excess: float = 0.0) -> Iterator[Sample]:
    """V by its formula in numerics and by fourth moments of quadratic forms; P from the orthonormal states."""
    poles, K, later = drawn
    N, T = len(poles), K + 1 + later
    letters = {"N": N, "K": K, "T": T, "P": projection(poles, 2 * K + 3)}
    tolerance = 64 * N * T * (K + T) * UNIT
    if not excess:
        yield Sample(letters | {"V": sample_floor.correlation_floor(poles, K, T)}, tolerance)
    yield Sample(letters | {"V": sample_floor.correlation_floor_by_moments(poles, K, T, excess)}, tolerance)


def uniform_input(drawn: tuple[np.ndarray, int, int]) -> Iterator[Sample]:
    """Input uniform on an interval: fourth cumulant -6/5."""
    yield from measured_floor(drawn, excess=-1.2)


def trained_floor() -> Trained:
    """A torch layer with whitened states on many Gaussian sequences; lags within its memory and beyond it.

    Criterion, written before the run: within 5 standard errors at each lag.
    """
    poles, T, sequences, washout = np.array([0.8, -0.6, 0.5]), 40, 4000, 200
    A, B = (part.real for part in balanced_pair(poles))
    layer = LinearRNN(A, B, dtype=torch.float64)
    u = torch.randn(sequences, washout + T, 1, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    with torch.no_grad():
        states = layer.states(u).numpy()[:, washout:]
    equation = next(r for r in claim.SAMPLE_FLOOR.relations if isinstance(r, sp.Eq))
    gap = 0.0
    for K in (0, 3, 30):
        late = u.numpy()[:, washout - K : washout - K + T, 0]
        share = np.sum(np.mean(states * late[:, :, None], axis=1) ** 2, axis=1)
        letters = {"N": 3, "K": K, "T": T, "P": projection(poles, 2 * K + 1), "V": 0.0}
        stated = float(evaluate(equation, letters)[0].right.real)
        gap = max(gap, abs(share.mean() - stated) / (share.std(ddof=1) / np.sqrt(sequences)))
    return Trained(gap, 5.0, sequences, "LinearRNN of three whitened states, lags 0, 3, 30: gap in standard errors")


WEAKER = {
    "sign of 1 at 0.0.0.0": "a weaker bound: (K - 1) M_K",
    "sign of K at 0.0.0.1": "a weaker bound: (1 - K) M_K <= 1",
    "index K -> K + 1 at 0.0.1.1": "memory does not rise with the lag",
    "sign of floor(K/N) at 1.1.0.0.1": "a weaker bound: negative for m > 1, 1/e for m = 0, undefined for m = 1",
    "constant 1 -> 2 at 1.1.0.0.0": "a weaker bound",
    "constant -1 -> 0 at 1.1.0.0.1.0.1.1": "a weaker bound: K in place of m",
    "sign of 1 at 4.1.0.0.0.0.0": "a weaker bound: m/(m - 1) in place of m/(m + 1), the same for m = 0",
    "constant -1 -> 0 at 4.1.0.0.0.1": "a weaker bound: m^m/(m + 1)",
    "constant -1 -> 0 at 4.1.0.0.1.0.1.1": "a weaker bound: K in place of m in the numerator",
    "constant -1 -> 0 at 4.1.1.1": "a weaker bound: without the factor 1/(m + 1)",
}
ABOVE_ONE = {
    "constant 150391/500000 -> 650391/500000 at 0.1": "a weaker bound: more than 1",
    "constant 1249/5000 -> 6249/5000 at 1.1": "a weaker bound: more than 1",
    "constant 150293/500000 -> 650293/500000 at 2.1": "a weaker bound: more than 1",
}

FRONT_CHECKS: tuple[Check, ...] = (
    Check(
        claim.PARETO_FRONT,
        inputs=st.tuples(_pole_set, _ring_n, radii(1e-4)),
        measure=measured_front,
        counter=Counter(
            "white input (AR(1) input)", st.tuples(st.floats(0.5, 0.95), st.integers(1, 6)), coloured_front
        ),
        examples=(
            (np.zeros(3), 2, 0.5),
            (np.zeros(1), 0, 0.9),
            (np.array([0.9 + 0.1j]), 40, 0.98),
            (np.array([0.5, -0.5]), 40, 0.7),
        ),
        still_true=WEAKER,
        trained=trained_front,
    ),
    Check(
        claim.FRONT_OPTIMUM,
        inputs=st.tuples(*(pole_sets(min_size=n, max_size=n) for n, _ in SIZES.values())),
        measure=measured_optimum,
        counter=Counter("the number of poles (two to twelve more)", st.integers(2, 12), one_pole_more),
        examples=ascents(1),
        still_true=ABOVE_ONE,
        trained=trained_optimum,
    ),
    Check(
        claim.SAMPLE_FLOOR,
        inputs=st.tuples(pole_sets(max_size=4, margin=0.1), st.integers(0, 6), st.integers(0, 8)),
        measure=measured_floor,
        counter=Counter(
            "Gaussian input (uniform)",
            st.tuples(pole_sets(max_size=2, margin=0.1), st.integers(0, 2), st.integers(0, 8)),
            uniform_input,
        ),
        examples=((np.array([0.5 + 0j]), 0, 3), (np.array([0.9 + 0j]), 2, 4)),
        trained=trained_floor,
    ),
)
