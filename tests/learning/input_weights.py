"""Checks of the claims on input weights: they move no optimum, and what the flow keeps."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
import torch
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.learning.input_weights as exact
import theory.learning.input_weights as claim
from models.layers import LRU, LinearRNN
from models.learning import input_weights as trained
from numerics.learning import projection
from tests.learning.differences import DIGITS, JUNK, gradient
from tests.oracles import BITS, adjoint, ball_matrix, stein_sum
from tests.strategies import conjugate_closed_sets, pole_sets, stable_pairs
from tests.witness import UNIT, Check, Counter, Sample, Trained

#: Of the integrator: the error it allows itself per step.
RTOL = 1e-12

System = tuple[tuple[np.ndarray, np.ndarray], list[complex]]


def solved_in_balls(A: np.ndarray, b: np.ndarray, teacher: np.ndarray) -> tuple[float, np.ndarray]:
    """What the best read-out leaves of Σ |k − k*|², and the gradient in b there, by both Gram matrices."""
    with ctx.workprec(BITS):
        state, column = ball_matrix(A), ball_matrix(b)
        target = acb_mat([[acb(z.real, z.imag).conjugate() for z in teacher.tolist()]])
        G = stein_sum(state, column * adjoint(column), BITS)
        columns = [state**lag * column for lag in range(len(teacher))]
        recalled = _combined(columns, target)
        row = adjoint(G.solve(recalled))
        rows = [row * state**lag for lag in range(len(teacher))]
        O = stein_sum(adjoint(state), adjoint(row) * row, BITS)
        gradient = O * column - _combined([adjoint(r) for r in rows], target.conjugate())
        norm = sum((abs(z) ** 2 for z in target.entries()), acb(0).real)
        residual = norm - (row * recalled)[0, 0].real
        return float(residual.mid()), np.array([complex(z.mid()) for z in gradient.entries()])


def _combined(columns: list[acb_mat], weights: acb_mat) -> acb_mat:
    total = columns[0] * weights[0, 0]
    for lag, column in enumerate(columns[1:], 1):
        total += column * weights[0, lag]
    return total


def neutral_samples(
    poles: np.ndarray, teacher: np.ndarray, residual: float, D: np.ndarray, tolerance: float
) -> Iterator[Sample]:
    longer = np.append(teacher, 0.0)
    letters = {"k^*": longer, "P": projection(poles, len(longer)), "R": residual, "infinity": len(teacher) - 1}
    for n in range(len(D)):
        yield Sample(letters | {"D": np.append(D, JUNK), "n": n}, tolerance)


def measured_neutral(drawn: System) -> Iterator[Sample]:
    """Ball arithmetic on (A, b) for all; float64 with a tolerance by the condition of G."""
    (A, b), given = drawn
    teacher, poles = np.array(given), np.diag(A)
    scale = max(1.0, float(np.linalg.norm(teacher) ** 2))
    near = float(np.sum(1 / np.sqrt((1 - np.abs(poles)) * (1 + np.abs(poles)))))
    yield from neutral_samples(poles, teacher, *solved_in_balls(A, b, teacher), 64 * UNIT * near * len(given) * scale)
    if np.abs(poles).max() <= 0.95:
        found = exact.solve_readout(A, b, teacher)
        O = float(np.linalg.norm(found.w) ** 2) * float(np.linalg.cond(A + 2 * np.eye(len(b))))
        size = max(scale, O * float(np.linalg.norm(b)))
        tolerance = 64 * len(b) * found.condition * UNIT * size / float((1 - np.abs(poles)).min())
        yield from neutral_samples(poles, teacher, found.residual, found.gradient, tolerance)


def with_an_unreached_mode(drawn: tuple[float, float]) -> Iterator[Sample]:
    """b = (1, 0): the second mode is among the poles and never excited."""
    teacher = np.array([0.0, 1.0, 1.0])
    found = exact.solve_readout(np.array([[drawn[0]]]), np.ones(1), teacher)
    yield from neutral_samples(np.array(drawn), teacher, found.residual, found.gradient, 1e-9)


def trained_neutral() -> Trained:
    """Criterion, written before the run: gradient and progress at most 64 N κ u ‖k*‖² each."""
    rng, gaps = np.random.default_rng(0), []
    for seed in range(3):
        teacher = np.concatenate([rng.standard_normal(12), np.zeros(388)])
        dense = np.diag([0.8, -0.5, 0.3]) + np.triu(rng.uniform(-1, 1, (3, 3)), 1)
        layers: tuple[Any, ...] = (
            LRU([0.9 * np.exp(0.6j), 0.7 * np.exp(1.9j)], seed=seed, dtype=torch.float64),
            LinearRNN(dense, rng.standard_normal(3), dtype=torch.float64),
        )
        for layer in layers:
            found = trained.train_input(layer, teacher, steps=20)
            unit = 64 * 4 * found.condition * UNIT * float(teacher @ teacher)
            gaps.append(max(found.gradient, abs(found.before - found.after)) / unit)
    return Trained(max(gaps), 1.0, 3, "LRU and LinearRNN, B trained after C: gradient and progress in 64 N κ u")


class Modes(NamedTuple):
    """Poles, teacher, seed of w and b, whether they are real, whether the loss has a quartic term, a time, a step."""

    poles: np.ndarray
    teacher: list[float]
    seed: int
    real: bool
    quartic: bool
    time: float
    eta: float


MODES = st.builds(
    Modes,
    st.one_of(pole_sets(max_size=4, margin=0.05), conjugate_closed_sets(max_pairs=2, margin=0.05)),
    st.lists(st.integers(-4, 4).map(lambda i: i / 2), min_size=1, max_size=4),
    st.integers(0, 99),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.1, 1.0, 5.0]),
    st.sampled_from([0.01, 0.5]),
)


def weights(drawn: Modes) -> tuple[np.ndarray, np.ndarray]:
    """w and b, complex unless all is real."""
    rng, N = np.random.default_rng(drawn.seed), len(drawn.poles)
    w, b = rng.standard_normal((2, 2, N)) / 2
    turned = 0j if drawn.real and not drawn.poles.imag.any() else 1j
    return w[0] + turned * w[1], b[0] + turned * b[1]


def slope(drawn: Modes) -> exact.Slope:
    linear = exact.product_slope(drawn.poles, drawn.teacher)
    return lambda theta: linear(theta) + drawn.quartic * np.abs(theta) ** 2 * theta


def quotients(drawn: Modes, w: np.ndarray, b: np.ndarray) -> list[mpmath.mpc]:
    """Gradients in w and in b by central differences of the loss."""
    poles = [mpmath.mpmathify(z) for z in drawn.poles.tolist()]
    N = len(poles)
    H = [[1 / (1 - mpmath.conj(p) * q) for q in poles] for p in poles]
    c = [sum(mpmath.conj(p) ** lag * k for lag, k in enumerate(drawn.teacher)) for p in poles]

    def loss(v: list) -> Any:
        theta = [v[n] * v[N + n] for n in range(N)]
        form = sum(mpmath.conj(theta[m]) * H[m][n] * theta[n] for m in range(N) for n in range(N))
        cross = sum(mpmath.conj(theta[n]) * c[n] for n in range(N))
        return mpmath.re(form) / 2 - mpmath.re(cross) + drawn.quartic * sum(abs(t) ** 4 for t in theta) / 4

    return gradient(loss, [*w.tolist(), *b.tolist()])


def measured_balance(drawn: Modes) -> Iterator[Sample]:
    """Differences of the loss for speed and step; the flow by an adaptive integrator for what is kept."""
    w, b = weights(drawn)
    N, F = len(w), slope(drawn)
    with mpmath.workdps(DIGITS):
        slopes = quotients(drawn, w, b)
        v = [mpmath.mpmathify(z) for z in (*w.tolist(), *b.tolist())]
        speed = [-(v[N + n] * slopes[n] + v[n] * slopes[N + n]) for n in range(N)]
        stepped = [z - mpmath.mpf(drawn.eta) * g for z, g in zip(v, slopes, strict=True)]
    size = float(np.max(np.abs(w) ** 2 + np.abs(b) ** 2)) * (1 + float(np.abs(F(w * b)).max()) ** 2)
    H = float(np.abs(1 / (1 - drawn.poles.conj()[:, None] * drawn.poles)).sum())
    sharp = 64 * N * UNIT * size * (1 + H)
    now = {"w": w, "b": b, "F": F(w * b), "eta": drawn.eta}
    exactly = now | {"thetadot": speed, "x": stepped[:N], "z": stepped[N:]}
    yield from modes(exactly | {"u": w, "v": b}, N, sharp)
    flow = exact.balanced_flow(w, b, F, [drawn.time], RTOL)
    reached = float(np.max(np.abs(flow.w) ** 2 + np.abs(flow.b) ** 2))
    loose = 4 * flow.steps * np.sqrt(2 * N) * RTOL * max(size, reached, 1.0)
    yield from modes(exactly | {"u": flow.w[:, -1], "v": flow.b[:, -1]}, N, max(sharp, loose))
    x, z = exact.descent_step(w, b, F, drawn.eta)
    yield from modes(now | {"thetadot": speed, "x": x, "z": z, "u": w, "v": b}, N, sharp)


def modes(letters: dict[str, Any], N: int, tolerance: float) -> Iterator[Sample]:
    padded = {name: value if name == "eta" else np.append(value, JUNK) for name, value in letters.items()}
    for k in range(N):
        yield Sample(padded | {"k": k}, tolerance)


def with_adam(drawn: Modes) -> Iterator[Sample]:
    """The first step of Adam: η times the sign of every entry of the gradient."""
    w, b = weights(drawn)
    F = slope(drawn)(w * b)
    x, z = w - drawn.eta * np.sign((b * F).real), b - drawn.eta * np.sign((w * F).real)
    speed = -(np.abs(w) ** 2 + np.abs(b) ** 2) * F
    letters = {"w": w, "b": b, "F": F, "eta": drawn.eta, "thetadot": speed, "x": x, "z": z, "u": w, "v": b}
    yield from modes(letters, len(w), 1e-9)


def trained_balance() -> Trained:
    """Criterion, written before the run: w² − b² is what the law of one step makes of it, to 64 u per step."""
    gaps, steps, seeds = [], 500, (0, 1, 2)
    for seed in seeds:
        w, b = np.random.default_rng(seed).standard_normal((2, 3)) / 2
        found = trained.measure(trained.Config(w=tuple(w), b=tuple(b), steps=steps, rate=0.05))
        law = (w**2 - b**2) * np.prod(1 - 0.05**2 * found.slope[:-1] ** 2, axis=0)
        gaps.append(float(np.abs(found.w[-1] ** 2 - found.b[-1] ** 2 - law).max()) / (steps * UNIT))
    return Trained(max(gaps), 64.0, len(seeds), "torch SGD on w and b: w² − b² against (w_0² − b_0²) Π(1 − η² F²)")


ENTRY = st.builds(complex, st.integers(-2, 2), st.sampled_from([0, 0, 1, -1]))
REAL_MODES = Modes(np.array([0.5, 0.25]), [1.0, 2.0], 0, True, False, 1.0, 0.5)

CHECKS = (
    Check(
        claim.INPUT_MATRIX_NEUTRAL,
        inputs=st.tuples(stable_pairs(), st.lists(ENTRY, min_size=1, max_size=4)),
        measure=measured_neutral,
        counter=Counter(
            "controllable (one mode is not reached by b)",
            st.tuples(st.floats(0.1, 0.9), st.floats(-0.9, -0.1)),
            with_an_unreached_mode,
        ),
        examples=(
            ((np.array([[0.5, 5.0], [0.0, 0.5]]), np.array([0.0, 1.0])), [1, 2, -1, 3]),
            ((np.zeros((1, 1)), np.ones(1)), [1, 2]),
            ((np.diag([0.5, 0.5j]), np.array([1.0, 2.0])), [1, 2, -1j, 3]),
        ),
        trained=trained_neutral,
    ),
    Check(
        claim.INPUT_OUTPUT_BALANCE,
        inputs=MODES,
        measure=measured_balance,
        counter=Counter(
            "gradient descent (it is Adam's first step)",
            st.integers(0, 9).map(lambda seed: REAL_MODES._replace(seed=seed)),
            with_adam,
        ),
        examples=(REAL_MODES, Modes(np.zeros(1, complex), [2.0], 1, True, True, 5.0, 0.5)),
        trained=trained_balance,
    ),
)
