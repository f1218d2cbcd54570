"""Checks of Mamba's input rule: a rescaling at a fixed step, its error, and its error under selected steps."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
import torch
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import numerics.memory as memory
import theory.equivalence as claim
from models.equivalence.selective import frozen_step, initial_over_drive, selected_steps, varying_step
from models.layers import discretisation as rules
from numerics.spectra import zoh
from tests.oracles import BITS, as_matrix, defined_memory_at, memory_condition
from tests.strategies import lags
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

EXACT = 1e-40
HORIZON = 10

#: A pole, and its kernel, after the last one, so that a statement that reads one too many is wrong, not undefined.
UNUSED = -0.7


class Modes(NamedTuple):
    """Distinct continuous poles, input, read-out, a step, and where the statement is read."""

    a: tuple[complex, ...]
    B: tuple[complex, ...]
    C: tuple[complex, ...]
    dt: float
    place: tuple[int, int, int]

    def letters(self) -> dict[str, Any]:
        """What both sides share; z is exact, the step being a power of two."""
        n, l, tau = self.place
        z = np.array([*self.a, UNUSED]) * self.dt
        return {"N": len(self.a), "n": n % len(self.a), "l": l, "tau": tau, "z": z}


@st.composite
def modes(draw: st.DrawFn) -> Modes:
    """One to three poles, real and complex, Im z up to 3 so that no two of them meet on the circle."""
    real, imag = st.integers(-12, -1).map(lambda i: i / 4), st.integers(-6, 6).map(lambda i: i / 2)
    a = draw(st.lists(st.builds(complex, real, st.one_of(st.just(0.0), imag)), min_size=1, max_size=3, unique=True))
    entry = st.sampled_from([1.0 + 0j, -2.0 + 0j, 0.5j, 1.0 - 1j])
    B, C = (tuple(draw(entry) for _ in a) for _ in range(2))
    dt = draw(st.sampled_from([1.0, 0.5, 0.125]))
    return Modes(tuple(a), B, C, dt, (draw(st.integers(0, 2)), draw(lags(HORIZON)), draw(lags(HORIZON - 1))))


def ball(value: complex) -> acb:
    """A float as an exact ball."""
    return acb(complex(value).real, complex(value).imag)


def numbers(balls: list[list[acb]]) -> np.ndarray:
    """Rows of balls as rows of many digits."""
    return np.array(as_matrix(acb_mat(balls)).tolist(), dtype=object).reshape(len(balls), -1)


def followed(kernels: np.ndarray, before: int = 0) -> np.ndarray:
    """One row more than there are modes, and columns for the lags before the first."""
    return np.pad(kernels, ((0, 1), (before, 0)), constant_values=UNUSED)


def in_balls(drawn: Modes, first: float = 1.0) -> dict[str, Any]:
    """Kernels mode by mode and both memories by definition; `first`, the length of the first step in units of Δ."""
    _, l, tau = drawn.place
    z = [ball(a) * ball(drawn.dt) for a in drawn.a]
    gain = [(y * first).exp() - 1 for y in z]  # Δ φ(z) B = (e^z - 1) B/a
    held = [g * ball(b) / ball(a) for g, b, a in zip(gain, drawn.B, drawn.a, strict=True)]
    euler = [ball(b) * ball(drawn.dt) * first for b in drawn.B]
    kernels = [
        [[ball(c) * (y * lag).exp() * b for lag in (l, l + 1)] for c, y, b in zip(drawn.C, z, inputs, strict=True)]
        for inputs in (held, euler)
    ]
    full = [[sum((row[lag] for row in kernels[0]), acb(0)) for lag in (0, 1)]]
    A = acb_mat([[z[i].exp() if i == j else acb(0) for j in range(len(z))] for i in range(len(z))])
    memories = [defined_memory_at(A, acb_mat([[b] for b in inputs]), [tau, tau + 1], BITS) for inputs in (held, euler)]
    found = {name: followed(numbers(rows), l) for name, rows in zip(("K_Z", "K_E"), kernels, strict=True)}
    M = {name: np.array([0] * tau + list(m.values())) for name, m in zip(("M_Z", "M_E"), memories, strict=True)}
    return found | M | {"K": np.pad(numbers(full)[0], (l, 0))}


def measured_rescaling(drawn: Modes) -> Iterator[Sample]:
    """In balls; and by `numerics`: modes by powers, the whole by the dense exponential, memory by regression."""
    with ctx.workprec(BITS):
        yield Sample(drawn.letters() | in_balls(drawn), EXACT)
    a, B, C = (np.array(part) for part in drawn[:3])
    poles, length = zoh(a, drawn.dt), drawn.place[1] + 2
    inputs = {"Z": exact.zoh_input(a, B, drawn.dt), "E": exact.euler_input(a, B, drawn.dt)}
    fast: dict[str, Any] = {}
    for name, gained in inputs.items():
        fast[f"K_{name}"] = np.array(
            [exact.power_kernel([w], [p], length) for w, p in zip(C * gained, poles, strict=True)]
        )
        fast[f"M_{name}"] = memory.memory_function_dense(np.diag(poles), gained, HORIZON)
    Abar, Bbar = exact.zoh_pair(np.diag(a), B, drawn.dt)
    fast["K"] = [C @ np.linalg.matrix_power(Abar, lag) @ Bbar for lag in range(length)]
    scale = float(np.sum(np.abs(C * B))) * (length + float(np.abs(a).max()))
    condition = memory_condition(np.diag(poles), inputs["Z"], drawn.place[2])
    yield Sample(drawn.letters() | fast, 64 * len(a) * UNIT * (scale + 2 * condition))


def with_a_longer_first_step(drawn: Modes) -> Iterator[Sample]:
    """The step in which the impulse arrives is twice as long as the others: the ratio is φ(2 z)."""
    with ctx.workprec(BITS):
        yield Sample(drawn.letters() | in_balls(drawn, first=2.0), EXACT)


def trained_rescaling() -> Trained:
    """A frozen selective scan: Euler's input with C, the hold with C/φ; with drawn steps no C repairs it."""
    runs = [frozen_step(seed=seed) for seed in range(4)]
    for seed in range(4):
        varying, frozen = varying_step(seed=seed)
        assert varying > 1e-3 and frozen < 1e-10, f"residual {varying:.3g} with varying steps, {frozen:.3g} with frozen"
    return Trained(
        max(run.gap / run.tolerance for run in runs), 1.0, 4, "selective scan, Δ frozen, C rescaled: share of bound"
    )


class Arguments(NamedTuple):
    """z with Re z <= 0, x > 0, and w of modulus below 2 pi."""

    z: complex
    x: float
    w: complex


@st.composite
def arguments(draw: st.DrawFn, right: bool = False) -> Arguments:
    """All sizes: moduli from 1e-9 on, z along both axes and between, w up to the circle where no bound is left."""
    size = st.floats(-9.0, 3.0).map(lambda e: 10.0**e)
    quarter = st.one_of(st.sampled_from([0.0, np.pi / 2, -np.pi / 2]), st.floats(-np.pi / 2, np.pi / 2))
    turn, r = draw(quarter), draw(size)
    z = complex(-r * max(0.0, np.cos(turn)), r * np.sin(turn))
    w = draw(st.one_of(st.floats(-6.0, 0.0).map(lambda e: 10.0**e), st.floats(1.0, 6.28)))
    around = draw(st.one_of(st.sampled_from([0.0, np.pi, np.pi / 2]), st.floats(-np.pi, np.pi)))
    return Arguments(-z if right else z, draw(size), complex(w * np.cos(around), w * np.sin(around)))


def phi_ball(z: complex) -> Any:
    """(e^z - 1)/z to many digits."""
    with ctx.workprec(400):
        return as_matrix(acb_mat([[(ball(z).exp() - 1) / ball(z)]]))[0, 0]


def measured_phi(drawn: Arguments) -> Iterator[Sample]:
    """φ in balls, and by `numerics`."""
    letters = {"z": drawn.z, "x": drawn.x, "w": drawn.w}
    phi_x = mpmath.re(phi_ball(-drawn.x))
    yield Sample(letters | {"phi_z": phi_ball(drawn.z), "phi_x": phi_x, "phi_w": phi_ball(drawn.w)}, EXACT)
    z, x, w = (complex(value) for value in exact.phi(np.array([drawn.z, -drawn.x, drawn.w])))
    rounding = 64 * UNIT * (1 + drawn.x + 1 / abs(w) ** 2)
    yield Sample(letters | {"phi_z": z, "phi_x": x.real, "phi_w": w}, rounding)


def trained_excess() -> Trained:
    """The hold's gain in torch on poles and steps of Mamba layers at their start: violation over rounding."""
    worst = 0.0
    for seed in range(3):
        x, excess = initial_over_drive(channels=6, seed=seed)
        gain = rules.zoh(torch.as_tensor(-x).to(torch.complex128))[1].real.numpy()
        assert np.abs(1 / gain - 1 - excess).max() <= 64 * UNIT, "the layer's gain is not φ"
        for size, found in zip(x, gain, strict=True):
            letters = {"z": -size, "x": size, "w": -size, "phi_z": found, "phi_x": found, "phi_w": found}
            sides = evaluate(claim.MAMBA_ERROR.statement, letters, digits=30)
            worst = max(worst, *(float(side.violation) / (64 * UNIT) for side in sides))
    return Trained(worst, 1.0, 3, "the hold's gain in torch at the start of Mamba: bounds, violation over rounding")


class Selected(NamedTuple):
    """α, the longest step, each step as a share of it, and each input."""

    alpha: float
    dt: float
    shares: tuple[float, ...]
    inputs: tuple[complex, ...]


@st.composite
def selections(draw: st.DrawFn) -> Selected:
    """Up to 40 steps, all sizes of α Δ from 1e-3 on, shares and inputs extremal or not; constant ones too."""
    length = draw(st.integers(2, 40))
    alpha, x = draw(st.sampled_from([0.25, 1.0, 8.0])), 10.0 ** draw(st.floats(-3.0, 1.5))
    if draw(st.booleans()):
        return Selected(alpha, x / alpha, (1.0,) * length, (1.0 + 0j,) * length)
    share = st.one_of(st.just(1.0), st.floats(1e-3, 1.0))
    entry = st.one_of(st.sampled_from([1.0 + 0j, -1.0 + 0j, 1j]), st.floats(-1.0, 1.0).map(complex))
    shares = draw(st.lists(share, min_size=length, max_size=length))
    return Selected(alpha, x / alpha, tuple(shares), tuple(draw(st.lists(entry, min_size=length, max_size=length))))


def by_hand(drawn: Selected, stretch: float = 1.0) -> dict[str, Any]:
    """Both recurrences, one step after the other, in 60 digits."""
    with mpmath.workdps(60):
        alpha, euler, held = mpmath.mpf(drawn.alpha), [mpmath.mpc(0)], [mpmath.mpc(0)]
        for share, v in zip(drawn.shares, drawn.inputs, strict=True):
            step = mpmath.mpf(drawn.dt) * mpmath.mpf(share) * mpmath.mpf(stretch)
            decay = mpmath.exp(-step * alpha)
            euler.append(decay * euler[-1] + step * mpmath.mpmathify(v))
            held.append(decay * held[-1] + (1 - decay) / alpha * mpmath.mpmathify(v))
        return {"h_E": np.array(euler[1:]), "h_Z": np.array(held[1:])}


def measured_selection(drawn: Selected) -> Iterator[Sample]:
    """Step by step in 60 digits, and by the scans of `numerics`."""
    letters = {"alpha": drawn.alpha, "Delta": drawn.dt, "t": len(drawn.shares) - 2}
    yield Sample(letters | by_hand(drawn), EXACT)
    steps, inputs = drawn.dt * np.array(drawn.shares), np.array(drawn.inputs)
    runs = {"h_E": exact.selective_euler, "h_Z": exact.selective_zoh}
    found = {name: run(-drawn.alpha, steps, inputs) for name, run in runs.items()}
    sizes = 1 / drawn.alpha + drawn.dt  # the largest state under either rule is of this size
    yield Sample(letters | found, 64 * len(steps) * UNIT * sizes * (1 + drawn.alpha * drawn.dt))


def with_longer_steps(drawn: Selected) -> Iterator[Sample]:
    """Steps up to three times the longest that is allowed."""
    letters = {"alpha": drawn.alpha, "Delta": drawn.dt, "t": len(drawn.shares) - 2}
    yield Sample(letters | by_hand(drawn, stretch=3.0), EXACT)


def trained_selection() -> Trained:
    """Torch scans with selected steps: over the bound for no sequence, and at it, to 1e-9, for the constant one."""
    shares = []
    for seed in range(3):
        run = selected_steps([0.1, 1.0, 5.0], seed=seed)
        assert np.all(np.abs(run.constant / run.bound - 1) <= 1e-9), "constant steps do not attain the bound"
        shares += [*(run.random / run.bound), *(run.constant / run.bound)]
    return Trained(max(shares), 1 + 1e-9, 3, "selective scans by both rules, random and constant steps: share of bound")


CONSTANT = tuple(
    Selected(alpha, x / alpha, (1.0,) * 40, (1.0 + 0j,) * 40) for alpha in (0.25, 8.0) for x in (0.5, 1.0, 5.0)
)

#: Mutants of the bounds on φ and on 1/φ that only loosen one, by their places in the statement.
LOOSER = (
    *("constant 1 -> 2 at 1.1", "sign of 1 at 3.1.0", "constant 1 -> 2 at 4.1.0", "sign of 1 at 5.1.0"),
    *("sign of x/2 at 5.1.1", "constant 1/2 -> 3/2 at 6.1.0", "sign of -x/2 at 7.1.1", "constant 1 -> 2 at 7.1.0"),
    *("constant 1/6 -> 7/6 at 7.1.2.0", "constant 1 -> 2 at 8.1.0", "constant 1/2 -> 3/2 at 8.1.1.0"),
    *("constant 1/12 -> 13/12 at 8.1.2.0", "constant 1 -> 2 at 9.1.0", "constant 1/2 -> 3/2 at 9.1.1.0"),
)
WITHOUT_PHI = ("constant -1 -> 0 at 4.0.1", "constant -1 -> 0 at 8.0.1", "constant -1 -> 0 at 9.0.0.1.1.1")

CHECKS = (
    Check(
        claim.MAMBA_RESCALING,
        inputs=modes(),
        measure=measured_rescaling,
        counter=Counter("one fixed step (the first is twice as long)", modes(), with_a_longer_first_step),
        trained=trained_rescaling,
    ),
    Check(
        claim.MAMBA_ERROR,
        inputs=arguments(),
        measure=measured_phi,
        counter=Counter("Re z <= 0", arguments(right=True), measured_phi),
        examples=(Arguments(-1e-6 + 0j, 1e-6, 1e-6 + 0j), Arguments(-1 + 0j, 1e3, 6.28j), Arguments(1j, 2.0, -1 + 0j)),
        still_true=dict.fromkeys(LOOSER, "a weaker bound")
        | dict.fromkeys(WITHOUT_PHI, "1 in place of 1/φ, which is closer to 1 than 1/φ is")
        | {"bound phi_x tightened at 0.0": "the same sign"},
        trained=trained_excess,
    ),
    Check(
        claim.MAMBA_SELECTIVE,
        inputs=selections(),
        measure=measured_selection,
        counter=Counter("steps of Δ at most", selections(), with_longer_steps),
        examples=CONSTANT,
        still_true=dict.fromkeys(("sign of -1 at 1.1.0", "constant -1 -> 0 at 1.1.0"), "a weaker bound"),
        trained=trained_selection,
    ),
)
