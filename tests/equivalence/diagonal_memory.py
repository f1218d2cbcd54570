"""Checks of how the memories of LegS and of LegS-D differ under a zero-order hold."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st
from scipy.linalg import expm

import numerics.equivalence as exact
import numerics.memory as memory
import theory.equivalence.initialisations as claim
from models.layers import LinearRNN
from models.layers.initialisations import legs_diagonal
from models.layers.s4d import S4D
from models.memory import parts
from numerics import spectra
from tests.driven import mean_in_standard_errors
from tests.equivalence.legs import EXACT
from tests.equivalence.normal_part import legs_in_balls
from tests.oracles import as_mpf, defined_memory_at
from tests.witness import UNIT, Check, Counter, Sample, Trained

BITS = 1000


class Steps(NamedTuple):
    """A size N, the step of LegS, the step of LegS-D, and a lag."""

    N: int
    full: float
    normal: float
    tau: int


def steps(largest: int = 4) -> st.SearchStrategy[Steps]:
    """Steps from 1/50 to 2, on a log scale."""
    step = st.floats(-4.0, 0.7).map(lambda x: float(np.exp(x)))
    return st.builds(Steps, st.integers(1, largest), step, step, st.integers(0, 6))


def held(A: acb_mat, B: acb_mat, dt: arb) -> tuple[acb_mat, acb_mat]:
    """exp(Δ A) and A^{-1} (exp(Δ A) - 1) B."""
    turned = (A * acb(dt)).exp()
    one = acb_mat([[acb(int(n == k)) for k in range(A.nrows())] for n in range(A.nrows())])
    return turned, A.solve((turned - one) * B)


def at(A: acb_mat, B: acb_mat, lags: tuple[int, ...]) -> np.ndarray:
    """M at a few lags by its definition; the other lags stay unknown."""
    values = np.full(max(lags) + 2, np.nan, dtype=object)
    for lag, value in defined_memory_at(A, B, sorted(set(lags)), BITS).items():
        values[lag] = value
    return values


def exact_memories(drawn: Steps, pace: float = 1.0) -> Sample:
    """Dense matrices in balls, LegS also by its poles, with unit inputs; LegS-D takes `pace` times its step."""
    N, lags = drawn.N, (0, 1, drawn.tau, drawn.tau + 1)
    with ctx.workprec(BITS):
        A, B = legs_in_balls(N)
        full, normal = arb(drawn.full), A + B * B.transpose() / 2
        modes = [(-full * (n + 1)).exp() for n in range(N)]
        diagonal = acb_mat([[acb(modes[n] if n == k else arb(0)) for k in range(N)] for n in range(N)])
        values = {
            "F": at(*held(A, B, full), lags),
            "L": at(diagonal, acb_mat([[acb(1)]] * N), lags),
            "D": at(*held(normal, B, arb(drawn.normal) * arb(pace)), (0, 1, 2)),
            "H": at(*held(normal, B, full * (N + 1)), (0, 1, 2)),
            "omega": [as_mpf(pole.imag) for pole in normal.eig()] + [as_mpf(arb(1))],
        }
    letters = {"N": N, "Delta": drawn.full, "Delta_1": drawn.normal, "tau": drawn.tau}
    return Sample(values | letters, EXACT)


def measured_memories(drawn: Steps) -> Iterator[Sample]:
    """By definition in balls; by the chain of sections in floats, from poles of matrices and from known ones."""
    yield exact_memories(drawn)
    horizon, omega = drawn.tau + 3, exact.normal_part_frequencies(drawn.N)
    A, _ = spectra.legs(drawn.N)
    full, known = np.linalg.eigvals(expm(drawn.full * A)), spectra.zoh(spectra.legs_poles(drawn.N), drawn.full)
    normal, matched = (np.exp((-0.5 + 1j * omega) * dt) for dt in (drawn.normal, (drawn.N + 1) * drawn.full))
    values = {"F": full, "L": known, "D": normal, "H": matched}
    letters = {
        "N": drawn.N,
        "Delta": drawn.full,
        "Delta_1": drawn.normal,
        "tau": drawn.tau,
        "omega": np.append(omega, 1),
    }
    found = {name: memory.memory_function(poles, horizon) for name, poles in values.items()}
    yield Sample(found | letters, rounding(drawn, list(values.values()), omega))


def rounding(drawn: Steps, sets: list[np.ndarray], omega: np.ndarray) -> float:
    """How far M moves: a pole off by δ moves a section by 2 δ/sqrt(1 - |λ|^2), in the mean square on the circle.

    δ is u times the phase for the modes of LegS-D, and for the eigenvalues of a matrix u times their condition.
    """
    turns = (1 + np.abs(omega).max() * max(drawn.normal, (drawn.N + 1) * drawn.full)) * drawn.N
    kappa = float(exact.eigenvalue_condition(drawn.N).max())
    return 64 * UNIT * (turns + kappa) * sum(float(np.sum(1 / np.sqrt(1 - np.abs(poles) ** 2))) for poles in sets)


def at_twice_the_step(drawn: Steps) -> Iterator[Sample]:
    yield exact_memories(drawn, pace=2.0)


def trained_memories() -> Trained:
    """LegS as a dense layer and S4D-LegS, both by zero-order hold at Δ = 0.1, N = 6, driven by noise.

    Criterion: no lag of either off by more than 5 standard errors of the mean over the seeds.
    """
    N, dt, horizon = 6, 0.1, 12
    A, B = spectra.legs(N)
    turned = expm(dt * A)
    full = LinearRNN(turned, np.linalg.solve(A, (turned - np.eye(N)) @ B), dtype=torch.float64)
    normal = parts(S4D(legs_diagonal(N), dt, dtype=torch.float64))
    what, runs = "LegS dense, S4D-LegS: worst lag in standard errors", []
    for system, poles in ((full, spectra.legs_poles(N)), (normal, spectra.legs_normal(N))):
        wanted = memory.memory_function(spectra.zoh(poles, dt), horizon)
        runs.append(mean_in_standard_errors(system, wanted, what, range(3)))
    return max(runs, key=lambda run: run.gap)


CHECKS = (
    Check(
        claim.FULL_AND_NORMAL_DIFFER,
        inputs=steps(),
        measure=measured_memories,
        still_true={"index 1 -> 2 at 2.0.1": "a weaker bound: memory does not increase with the lag"},
        counter=Counter("the steps as given (LegS-D takes twice its own)", steps(2), at_twice_the_step),
        examples=(Steps(1, 0.1, 0.2, 1), Steps(2, 0.25, 0.25, 3), Steps(4, 0.1, 0.1, 2), Steps(3, 2.0, 0.02, 0)),
        trained=trained_memories,
    ),
)
