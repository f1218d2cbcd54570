"""Checks of the claims about whole layers: attention, and training."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import torch
from hypothesis import strategies as st

import numerics.memory as exact
import theory.memory.layers as claim
from models.layers import LinearAttention, SoftmaxAttention, UniformAverage
from models.memory import Measurement, measure_recall, measured_memory_function, small
from numerics import certified
from tests.strategies import pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

#: Inputs listed exhaustively; what lies further back enters through its first two moments, which are all that counts.
LISTED = 5
LAGS = 8

#: Beyond this many lags the memory of four poles of modulus at most 0.95 is below 1e-20.
LONG = 1024


class Law(NamedTuple):
    """A scalar input taking finitely many values."""

    values: tuple[float, ...]
    chances: tuple[float, ...]


def three_points(chance: float) -> Law:
    """-a, 0, a with variance 1: symmetric, and its square is not constant."""
    a = chance**-0.5
    return Law((-a, 0.0, a), (chance / 2, 1 - chance, chance / 2))


def two_points(chance: float) -> Law:
    """Mean 0 and variance 1, symmetric for chance 1/2 only."""
    odds = ((1 - chance) / chance) ** 0.5
    return Law((odds, -1 / odds), (chance, 1 - chance))


def recalled(law: Law, gamma: float, directions: np.ndarray, target: Callable, lags: range) -> np.ndarray:
    """Memory of target(u) in S_t = γ S_{t-1} + u_t^2 directions, by listing every recent history with its chance."""
    values, chances = np.array(law.values), np.array(law.chances)
    square, fourth = chances @ values**2, chances @ values**4
    mean, deviation = square / (1 - gamma), ((fourth - square**2) / (1 - gamma**2)) ** 0.5
    which = np.array(list(product(range(len(values)), repeat=LISTED)))
    recent, weight = np.repeat(values[which], 2, axis=0), np.repeat(chances[which].prod(axis=1), 2) / 2
    older = mean + deviation * np.tile([-1.0, 1.0], len(which))
    states = (recent**2 @ gamma ** np.arange(LISTED) + gamma**LISTED * older)[:, None] * directions
    x = states - weight @ states
    inverse = np.linalg.pinv((x.T * weight) @ x, rcond=1e-9, hermitian=True)
    y = target(recent[:, lags]) - weight @ target(recent[:, lags])
    c = (x.T * weight) @ y
    return np.sum(c * (inverse @ c), axis=0) / (weight @ y**2)


def of_outputs(responses: np.ndarray) -> np.ndarray:
    """Memory in outputs with these impulse responses, shape (outputs, lags): leverage of each lag."""
    Q = np.linalg.qr(responses.T)[0]
    return np.sum(Q**2, axis=1)


def heads(T: int, score: float, lags: int) -> np.ndarray:
    """Impulse responses of T softmax heads, head i scoring position i by `score` and the others by 0."""
    weights = np.exp(score * np.eye(T))
    return np.pad(weights / weights.sum(axis=1, keepdims=True), ((0, 0), (0, max(0, lags - T))))


def torch_responses(T: int, score: float, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """The same from torch modules hit by an impulse once their window is full: the average, and T single heads."""
    impulse = torch.zeros(1, T + max(T, lags), 1, dtype=torch.float64)
    impulse[0, T] = 1.0
    average, layers = UniformAverage(T), [SoftmaxAttention(T, dtype=torch.float64) for _ in range(T)]
    with torch.no_grad():
        for place, layer in enumerate(layers):
            layer.embed.copy_(torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)[:, None, None, None])
            layer.O.fill_(1.0)
            layer.position[0, place] = score
        found = [module(impulse)[0, T:, 0].numpy() for module in (average, *layers)]
    return found[0][None], np.array(found[1:])


def measured_attention(drawn: tuple[float, np.ndarray, int, float, float, int]) -> Iterator[Sample]:
    gamma, key, T, chance, score, lag = drawn
    yield from _attention(three_points(chance), gamma, key, T, score, lag)


def lopsided(drawn: tuple[float, np.ndarray, int, float, float, int]) -> Iterator[Sample]:
    gamma, key, T, chance, score, lag = drawn
    yield from _attention(two_points(chance), gamma, key, T, score, lag)


def _attention(law: Law, gamma: float, key: np.ndarray, T: int, score: float, lag: int) -> Iterator[Sample]:
    """Eigenvalue route and torch responses; then Lyapunov route and responses written out."""
    directions, read = np.outer(key, key[::-1]).ravel(), range(LISTED)
    letters = {
        "gamma": gamma,
        "T": T,
        "tau": lag,
        "M_lin": recalled(law, gamma, directions, lambda u: u, read),
        "M_sq": recalled(law, gamma, directions, np.square, read),
    }
    A, lags = gamma * np.eye(len(key)), max(T, LAGS)
    average, single = torch_responses(T, score, lags)
    tolerance = 64 * UNIT * (len(directions) * 3**LISTED / (1 - gamma) + T**2 / min(score, 1.0))
    fast = {
        "M_dec": exact.memory_function_dense(A, key, LAGS),
        "M_avg": of_outputs(average),
        "M_win": of_outputs(single),
    }
    yield Sample(letters | fast, tolerance)
    slow = {
        "M_dec": exact.lyapunov_memory(A, key, LAGS),
        "M_avg": of_outputs(np.pad(np.full((1, T), 1 / T), ((0, 0), (0, lags)))),
        "M_win": of_outputs(heads(T, score, lags)),
    }
    yield Sample(letters | slow, tolerance)


def attention_cases(chances: st.SearchStrategy[float]) -> st.SearchStrategy:
    """Decay, key, window, law of the input, score and lag."""
    key = st.lists(st.sampled_from([-1.0, 0.5, 2.0]), min_size=1, max_size=4).map(np.array)
    return st.tuples(
        st.floats(0.05, 0.99), key, st.integers(1, 8), chances, st.floats(0.5, 6.0), st.integers(0, LISTED - 1)
    )


def trained_attention() -> Trained:
    """Linear attention driven by symmetric three-point noise, the average and softmax heads by Gaussian noise.

    Memory of u, memory of u^2, memory in the average and in four heads: worst lag in standard errors over 16 series.
    """
    gamma, T, horizon, seeds = 0.7, 4, LAGS, range(16)
    linear = LinearAttention(3, gamma, dtype=torch.float64)
    average = UniformAverage(T)
    single = [SoftmaxAttention(T, dtype=torch.float64) for _ in range(T)]
    with torch.no_grad():
        for place, layer in enumerate(single):
            layer.embed[0] = 0.0
            layer.position[0, place] = 2.0

    def heads_side_by_side(u: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.concatenate([layer(torch.as_tensor(u)).numpy() for layer in single], axis=-1)

    def three_point(rng: np.random.Generator, samples: int) -> np.ndarray:
        return rng.choice([-(2**0.5), 0.0, 2**0.5], p=[0.25, 0.5, 0.25], size=samples)

    def over_seeds(system: Callable, **options: Any) -> list[Measurement]:
        return [measured_memory_function(system, horizon, 5000, seed, **options) for seed in seeds]

    found = {
        "M_lin": over_seeds(linear, draw=three_point),
        "M_sq": over_seeds(linear, draw=three_point, target=np.square),
        "M_avg": over_seeds(average.forward),
        "M_win": over_seeds(heads_side_by_side),
    }
    gap = max(_worst(name, runs, {"gamma": gamma, "T": T}) for name, runs in found.items())
    return Trained(
        gap, 5.0, len(seeds), "LinearAttention, UniformAverage, SoftmaxAttention: worst lag in SE over seeds"
    )


def _worst(name: str, runs: list[Measurement], letters: dict[str, float]) -> float:
    """Largest gap of the mean over its standard error: from the spread, and where M = 0 at least that of χ²_r/T."""
    part = next(part for part in claim.ATTENTION.relations if str(part.lhs.base) == name)
    memory = np.array([run.memory for run in runs])
    lags = range(memory.shape[1])
    expected = [float(evaluate(part, letters | {name: np.zeros(len(lags)), "tau": lag})[0].right) for lag in lags]
    floor = (2 * runs[0].rank) ** 0.5 / runs[0].samples * (np.array(expected) == 0)
    error = np.maximum(memory.std(axis=0, ddof=1), floor + 64 * UNIT) / len(runs) ** 0.5
    return float(np.max(np.abs(memory.mean(axis=0) - expected) / error))


def left_over(poles: np.ndarray, lags: int) -> float:
    """sum of M over all lags from `lags` on: the squared norm of A^lags in coordinates where G is the identity."""
    A, _ = exact.balanced_pair(poles)
    return float(np.linalg.norm(np.linalg.matrix_power(A, lags)) ** 2)


def measured_training(drawn: tuple[np.ndarray, np.ndarray]) -> Iterator[Sample]:
    """Any poles before, any other ones after: by the chain of sections, and by the all-pass response on a circle."""
    before, after = drawn
    size = min(len(before), len(after))
    before, after = before[:size], after[:size]
    rest = left_over(before, LONG - 1) + left_over(after, LONG - 1)
    for route in (exact.cascade_memory, exact.fft_memory):
        sums = {"M": route(before, LONG), "M_new": route(after, LONG), "infinity": LONG - 2}
        yield Sample(sums, rest + 64 * size * size * UNIT + LONG * UNIT)


def two_poles_merged(poles: np.ndarray) -> Iterator[Sample]:
    """A training step of a diagonal layer that leaves two poles equal."""
    after = np.append(poles[:-1], poles[0])
    merged = exact.memory_function_dense(np.diag(after), np.ones(len(after)), LONG)
    letters = {"M": exact.memory_function(poles, LONG), "M_new": merged, "infinity": LONG - 2}
    yield Sample(letters, left_over(poles, LONG - 1) + LONG * UNIT)


def enclosed_training() -> float:
    """Balls around both capacities, partial sum and rigorous tail: each must contain the number of poles."""
    before, after = np.array([0.5, -0.25 + 0.5j, 0.0]), np.array([0.875, 0.875, 0.5j])
    totals = [certified.capacity_partial(poles, LONG).total for poles in (before, after)]
    assert all(total.contains(3).all() for total in totals), f"capacities {totals} exclude 3"
    return float(max(total.width.max() for total in totals))


def enclosed_attention() -> float:
    """Balls around the memory of the one eigenvalue."""
    decay = next(part for part in claim.ATTENTION.relations if str(part.lhs) == "M_dec[tau]")
    widest = 0.0
    for gamma in (0.25, 0.7, 0.99):
        ball = certified.memory_function([gamma], LAGS)
        letters = {"gamma": gamma, "M_dec": np.zeros(LAGS)}
        stated = [float(evaluate(decay, letters | {"tau": lag})[0].right) for lag in range(LAGS)]
        assert np.all(ball.distance(stated) <= UNIT), f"the statement lies outside its enclosure at decay {gamma}"
        widest = max(widest, float(ball.width.max()))
    return widest


def trained_training() -> Trained:
    """S4D on delayed recall, poles free: both sums exact from the exported poles, and the curve must have moved.

    Criterion, written before any run: the sums differ by at most 1e-9 N, half the summed |change| is at least 0.05 N.
    """
    curves = [measure_recall(small(seed)) for seed in range(5)]
    N = int(curves[0].rank[0])
    for curve in curves:
        moved = np.abs(curve.after - curve.before).sum() / 2
        assert moved >= 0.05 * N, f"training moved the memory function by {moved:.3g} only"
        assert curve.rank[0] == curve.rank[1]
    gap = max(float(abs(curve.capacity[1] - curve.capacity[0])) for curve in curves)
    return Trained(
        gap, 1e-9 * N, len(curves), f"S4D of {N} poles before and after training on delayed recall: capacity"
    )


SETS = pole_sets(max_size=4, margin=0.05)

CHECKS = (
    Check(
        claim.ATTENTION,
        inputs=attention_cases(st.floats(0.1, 0.9)),
        measure=measured_attention,
        counter=Counter("symmetric input (two uneven values)", attention_cases(st.floats(0.1, 0.4)), lopsided),
        examples=(
            (0.5, np.array([1.0]), 1, 0.5, 2.0, 0),
            (0.5, np.array([1.0]), 1, 0.5, 2.0, 1),
            (0.9, np.array([1.0, 2.0]), 3, 0.3, 1.0, 2),
            (0.9, np.array([1.0, 2.0]), 3, 0.3, 1.0, 3),
        ),
        still_true={"index tau -> tau + 1 at 0.0.1": "linear attention recalls u at no lag at all"},
        enclosed=enclosed_attention,
        trained=trained_attention,
    ),
    Check(
        claim.TRAINING_KEEPS_CAPACITY,
        inputs=st.tuples(SETS, SETS),
        measure=measured_training,
        counter=Counter(
            "controllable after training (two poles merged)",
            pole_sets(min_size=2, max_size=3, margin=0.1, repeated=False),
            two_poles_merged,
        ),
        examples=((np.array([0j]), np.array([0.9 + 0j])),),
        enclosed=enclosed_training,
        trained=trained_training,
    ),
)
