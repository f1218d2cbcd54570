"""Checks of the claims about S4's algorithm: a step by Woodbury, a kernel by its generating function."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
import torch
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence as claim
from models.layers import S4
from models.layers.initialisations import legs
from tests.oracles import as_matrix, ball_matrix
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

BITS = 300


class Drawn(NamedTuple):
    """A = diag(poles) - P P^*, input B, output C, step dt."""

    poles: np.ndarray
    P: np.ndarray
    B: np.ndarray
    C: np.ndarray
    dt: float

    @property
    def system(self) -> exact.DPLR:
        """The same for numerics."""
        return exact.dplr(self.poles, self.P, self.B)

    @property
    def letters(self) -> dict[str, Any]:
        """The letters that every statement of the group shares, with one entry more than its sums run over."""
        vectors = {"lamda": self.poles, "P": self.P, "B": self.B, "C": self.C}
        longer = {name: np.append(vector, -0.5 + 0.25j) for name, vector in vectors.items()}
        return longer | {"Delta": self.dt, "N": len(self.poles)}


@st.composite
def low_rank_systems(draw: st.DrawFn, reach: float = 3.0, max_size: int = 4) -> Drawn:
    """Continuous poles, real, complex, repeated, |Re λ| over decades; vectors with zeros; any step."""
    size = draw(st.integers(1, max_size))
    decay = st.floats(-reach, min(reach, 2.0)).map(lambda e: -(10.0**e))
    frequency = st.one_of(st.just(0.0), st.floats(-(10.0**reach), 10.0**reach))
    poles: list[complex] = []
    while len(poles) < size:
        again = bool(poles) and draw(st.booleans()) and draw(st.booleans())
        poles.append(poles[-1] if again else complex(draw(decay), draw(frequency)))
    entry = st.builds(complex, st.integers(-4, 4).map(lambda i: i / 2), st.integers(-4, 4).map(lambda i: i / 2))
    P, B, C = (np.array([draw(entry) for _ in range(size)]) for _ in range(3))
    return Drawn(np.array(poles), P, B, C, draw(st.floats(-reach, 0.5).map(lambda e: 10.0**e)))


def stepped(drawn: Drawn, sign: int = -1) -> tuple[acb_mat, acb_mat]:
    """Ā and B̄ by their definition, (1 - ΔA/2)^{-1}(1 + ΔA/2) and (1 - ΔA/2)^{-1} ΔB, A = diag(λ) + sign P P^*."""
    P, size = ball_matrix(drawn.P), len(drawn.poles)
    one, half = ball_matrix(np.eye(size)), acb(drawn.dt) / 2
    A = ball_matrix(np.diag(drawn.poles)) + P * P.transpose().conjugate() * sign
    solved = (one - A * half).inv()
    return solved * (one + A * half), solved * ball_matrix(drawn.B) * (2 * half)


def growth(drawn: Drawn) -> float:
    """How much a rounding of Λ, P or B may be magnified: |D| (|2/Δ + Λ| + |P|^2 + |B|)(1 + |D| |P|^2)^2, >= 1."""
    rate, weight = 2 / drawn.dt, float(np.sum(np.abs(drawn.P) ** 2))
    D = float(np.max(1 / np.abs(rate - drawn.poles)))
    drive = float(np.max(np.abs(rate + drawn.poles)) + weight + np.linalg.norm(drawn.B))
    return max(1.0, D * drive * (1 + D * weight) ** 2)


def measured_dplr_bilinear(drawn: tuple[Drawn, int, int]) -> Iterator[Sample]:
    """The definition in balls, the step by Woodbury, and a dense solve, at one entry."""
    system, row, column = drawn
    size = len(system.poles)
    letters = system.letters | {"k": row % size, "l": column % size}
    with ctx.workprec(BITS):
        A, B = (as_matrix(part) for part in stepped(system))
    yield Sample(letters | {"Abar": A, "Bbar": list(B)}, 2.0**-100 * growth(system))
    rounding = 64 * size * UNIT * growth(system)
    A, B = exact.dplr_pair(system.system, system.dt)
    yield Sample(letters | {"Abar": A, "Bbar": B}, rounding)
    A, B = exact.bilinear_pair(exact.dplr_matrix(system.system), system.B, system.dt)
    yield Sample(letters | {"Abar": A, "Bbar": B}, rounding)


def with_rank_one_added(drawn: tuple[Drawn, int, int]) -> Iterator[Sample]:
    """Λ + P P^* in place of Λ - P P^*; P = 0 is silent."""
    system, row, column = drawn
    size = len(system.poles)
    with ctx.workprec(BITS):
        A, B = (as_matrix(part) for part in stepped(system, sign=1))
    yield Sample(system.letters | {"k": row % size, "l": column % size, "Abar": A, "Bbar": list(B)}, 1e-12)


def moved_layer(seed: int) -> S4:
    """An S4 layer of 6 states that has left its initialisation: ten steps of Adam towards echoing its input."""
    layer = S4(legs(6), 0.1, seed=seed, dtype=torch.float64)
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.02)
    u = torch.randn(2, 32, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    for _ in range(10):
        optimiser.zero_grad()
        torch.mean((layer(u) - u.roll(3, dims=1)) ** 2).backward()
        optimiser.step()
    return layer


def trained_dplr_bilinear() -> Trained:
    """Ā and B̄ as the layer's own step in O(N) shows them, one unit state and one unit input at a time.

    A stored state moves with its conjugate: from the answers to 1 and i, its own column and that of its conjugate.
    """
    gaps, seeds = [], range(3)
    for seed in seeds:
        layer = moved_layer(seed)
        with torch.no_grad():
            drawn = drawn_from(layer)
            n = len(drawn.poles) // 2
            unit = torch.eye(n, dtype=torch.complex128)[:, None]
            still, strike = torch.zeros(n, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
            plain, turned = (layer.step(x, still)[0][:, 0].numpy().T for x in (unit, 1j * unit))
            B = layer.step(layer.initial_state(1), strike)[0].numpy().ravel()
        A = np.hstack([plain - 1j * turned, plain + 1j * turned]) / 2
        letters = drawn.letters | {"Abar": A, "Bbar": B}
        for row in range(n):
            for column in range(2 * n):
                sides = evaluate(claim.DPLR_BILINEAR.statement, letters | {"k": row, "l": column})
                gaps.append(max(float(s.violation) for s in sides) / growth(drawn))
    return Trained(max(gaps), 64 * 6 * UNIT, len(seeds), "S4 of 6 states after 10 training steps: gap over its growth")


def drawn_from(layer: S4) -> Drawn:
    """The layer's parameters with the conjugates after the stored half."""
    poles, P, B, C, dt = (part[0].detach().numpy() for part in layer.full())
    return Drawn(poles, P, B, C, float(dt[0]))


def turns_needed(A: np.ndarray, scale: float, length: int) -> tuple[int, float]:
    """Turns of L lags after which the rest is below 1e-17 (at most 512 lags), and a bound on that rest."""
    turn = np.linalg.matrix_power(A, length)
    turns, power = 1, turn
    while turns * length < 256 and np.linalg.norm(power, 2) * scale > 1e-17:
        turns, power = 2 * turns, power @ power
    rest = float(np.linalg.norm(power @ np.linalg.inv(np.eye(len(A)) - turn), 2))
    return turns, rest * scale * (1 + 2.0**-20)  # the power is rounded, and for one pole the bound is met


def folded_in_balls(drawn: Drawn, length: int, turns: int) -> tuple[Any, Any, Any]:
    """K, F and C̃ by their definitions, powers of Ā one after another."""
    with ctx.workprec(BITS):
        A, B = stepped(drawn)
        C = ball_matrix(drawn.C).transpose()
        row, lags = C, []
        for _ in range(turns * length):
            lags.append((row * B)[0, 0])
            row = (row * A).mid()  # or the radii, which grow, would eat the digits
        folded = [sum(lags[start::length], acb(0)) for start in range(length)]
        short = (C - C * A**length).transpose()
        columns = lags, folded, short.entries()
        K, F, Ctilde = ([*as_matrix(acb_mat([[x] for x in column])), 0.5] for column in columns)
        return K, F, Ctilde


def root_of_one(frequency: int, length: int) -> mpmath.mpc:
    """exp(-2 pi i k/L) to 60 digits."""
    with mpmath.workdps(60):
        return mpmath.expjpi(mpmath.mpf(-2 * frequency) / length)


def measured_generating_function(drawn: tuple[Drawn, int, int, int]) -> Iterator[Sample]:
    """The definition in balls; four Cauchy sums and a DFT; powers of the dense Ā."""
    system, length, frequency, lag = drawn
    A, B = exact.dplr_pair(system.system, system.dt)
    scale = float(np.linalg.norm(system.C) * np.linalg.norm(B))
    turns, rest = turns_needed(A, scale, length)
    letters = system.letters | {"L": length, "j": lag % length, "infinity": turns - 1}
    letters["zeta"] = root_of_one(frequency, length)
    K, folded, row = folded_in_balls(system, length, turns)
    amount = sum(abs(complex(x)) for x in K) + scale
    late = rest * length
    yield Sample(letters | {"K": K, "F": folded, "Ctilde": row}, 2.0**-100 * growth(system) * amount + late)
    rounding = 64 * (len(B) + length) * UNIT * growth(system) * amount + late
    arguments = (system.system, system.C, system.dt)
    row = np.append(exact.truncated_output(*arguments, length), 0.5)
    K, folded = exact.dplr_kernel(*arguments, turns * length), exact.aliased_dplr_kernel(*arguments, length)
    yield Sample(letters | {"K": K, "F": np.append(folded, 0.5), "Ctilde": row}, rounding)
    K = exact.dplr_recurrence_kernel(*arguments, turns * length)
    folded = np.append(K.reshape(turns, length).sum(axis=0), 0.5)
    yield Sample(letters | {"K": K, "F": folded, "Ctilde": row}, rounding)


def without_the_correction(drawn: tuple[Drawn, int, int, int]) -> Iterator[Sample]:
    """C in place of C̃."""
    for sample in measured_generating_function(drawn):
        yield Sample({**sample.values, "Ctilde": sample.values["C"]}, sample.tolerance)


def trained_generating_function() -> Trained:
    """The layer's kernel in float64 against the statement, at every frequency; F by folding its long kernel."""
    gaps, seeds, length, turns = [], range(2), 32, 32
    for seed in seeds:
        layer = moved_layer(seed)
        with torch.no_grad():
            drawn, K = drawn_from(layer), layer.kernel(turns * length)[0].numpy()
            K[:length] = layer.kernel(length)[0].numpy()
            A = layer.discrete()[0][0].numpy()
        row = drawn.C - drawn.C @ np.linalg.matrix_power(A, length)
        letters = drawn.letters | {"K": K, "F": K.reshape(turns, length).sum(axis=0), "Ctilde": row, "L": length}
        for frequency in range(0, length, 3):
            now = letters | {"zeta": root_of_one(frequency, length), "j": frequency, "infinity": turns - 1}
            sides = evaluate(claim.GENERATING_FUNCTION_KERNEL.statement, now)
            gaps.append(max(float(s.violation) for s in sides) / float(np.abs(K).sum()))
    tolerance = 64 * (6 + turns * length) * UNIT
    return Trained(max(gaps), tolerance, len(seeds), "S4 of 6 states after 10 training steps, relative to its kernel")


def sized(N: int, dt: float) -> Drawn:
    """HiPPO-LegS with a fixed row."""
    system = exact.legs_dplr(N)[0]
    C = np.exp(1j * np.arange(N)) / N
    return Drawn(system.poles, system.P, system.B, C, dt)


TIGHT = Drawn(np.array([-1.0 + 2j, -0.5]), np.array([1.0, 0.5j]), np.array([1.0, -1j]), np.array([1.0, 2.0]), 0.5)
index = st.integers(0, 15)

CHECKS = (
    Check(
        claim.DPLR_BILINEAR,
        inputs=st.tuples(low_rank_systems(), index, index),
        measure=measured_dplr_bilinear,
        counter=Counter(
            "the minus sign of A = Λ - P P^*", st.tuples(low_rank_systems(1.0, 2), index, index), with_rank_one_added
        ),
        examples=((TIGHT, 0, 1), (TIGHT, 1, 1), (sized(32, 0.01), 3, 17)),
        trained=trained_dplr_bilinear,
    ),
    Check(
        claim.GENERATING_FUNCTION_KERNEL,
        inputs=st.tuples(low_rank_systems(0.5), st.integers(1, 12), index, index),
        measure=measured_generating_function,
        counter=Counter(
            "the correction 1 - Ā^L (C in place of C̃)",
            st.tuples(low_rank_systems(0.5, 2), st.integers(1, 4), index, index),
            without_the_correction,
        ),
        examples=((TIGHT, 4, 2, 1), (TIGHT, 4, 1, 3), (TIGHT, 1, 0, 0), (TIGHT, 5, 2, 1), (sized(16, 0.1), 64, 31, 5)),
        trained=trained_generating_function,
    ),
)
