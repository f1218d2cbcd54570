"""Checks of the claims about the kernel of a diagonal system, entry by entry and by blocks of lags."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence as claim
from models.layers import S4D
from models.layers.discretisation import bilinear as torch_bilinear
from models.layers.discretisation import zoh as torch_zoh
from models.layers.initialisations import lin
from models.layers.kernels import diagonal_kernel as torch_kernel
from numerics.memory import gram
from numerics.spectra import bilinear, zoh
from tests.equivalence.algorithm import Drawn, stepped
from tests.equivalence.kernels import BITS, LENGTH, diagonal_kernel, lag, padded, powers_in_balls, weights
from tests.oracles import as_matrix, ball_matrix, stein_sum
from tests.strategies import pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate


@st.composite
def continuous_systems(draw: st.DrawFn, max_size: int = 4) -> dict[str, Any]:
    """Poles with Re z from -1e-6 to -30, real, complex and repeated, among them a bilinear pole at 0."""
    size, dt = draw(st.integers(1, max_size)), draw(st.floats(-3, 1).map(lambda e: 10.0**e))
    decay = st.one_of(st.just(-2.0), st.floats(-6, 1.5).map(lambda e: -(10.0**e)))
    frequency = st.one_of(st.just(0.0), st.floats(-20, 20))
    z: list[complex] = []
    while len(z) < size:
        again = bool(z) and draw(st.booleans()) and draw(st.booleans())
        z.append(z[-1] if again else complex(draw(decay), draw(frequency)))
    return {"a": np.array(z) / dt, "B": draw(weights(size)), "C": draw(weights(size)), "dt": dt}


def held_in_balls(system: dict[str, Any]) -> list:
    """K of a zero-order hold: Ā and B̄ from the exponential of [[A, B], [0, 0]] Δ."""
    size = len(system["a"])
    joint = np.zeros((size + 1, size + 1), dtype=complex)
    joint[:size, :size], joint[:size, size] = np.diag(system["a"]), system["B"]
    flow = (ball_matrix(joint) * acb(system["dt"])).exp()
    A = acb_mat([[flow[i, j] for j in range(size)] for i in range(size)])
    B = acb_mat([[flow[i, size]] for i in range(size)])
    return powers_in_balls(A, B, ball_matrix(system["C"]).transpose(), LENGTH)


def bilinear_in_balls(system: dict[str, Any]) -> list:
    """K of the bilinear step, by a dense solve."""
    a = system["a"]
    A, B = stepped(Drawn(a, np.zeros(len(a)), system["B"], system["C"], system["dt"]))
    return powers_in_balls(A, B, ball_matrix(system["C"]).transpose(), LENGTH)


def windows(poles: np.ndarray, length: int) -> Iterator[tuple[Any, Any, float]]:
    """W and G by their definitions in balls, and from the closed form of G; and what rounding explains."""
    size = len(poles)
    with ctx.workprec(4 * BITS):
        A, ones = ball_matrix(np.diag(poles)), ball_matrix(np.ones((size, size)))
        V = [ball_matrix(np.ones(size))]
        for _ in range(length - 1):
            V.append(A * V[-1])
        table = acb_mat([[column[i, 0] for column in V] for i in range(size)])
        yield as_matrix(table * table.transpose().conjugate()), as_matrix(stein_sum(A, ones, 4 * BITS)), 2.0**-100
    yield exact.window_gram(poles, length), gram(poles), 64 * length * UNIT


def measured_vandermonde(drawn: tuple[dict[str, Any], np.ndarray, int, tuple[int, int, int]]) -> Iterator[Sample]:
    """Exponentials and solves of matrices in balls; the table of exponentials and the table of powers."""
    system, poles, length, (at, row, column) = drawn
    a, B, C, dt = (system[name] for name in ("a", "B", "C", "dt"))
    # z = a Δ enters as measured: the product in full, not rounded
    with ctx.workprec(BITS):
        z = list(as_matrix(ball_matrix(a) * acb(dt)))
        held, stepwise = held_in_balls(system), bilinear_in_balls(system)
    letters = {"z": [*z, 0.5j], "B": padded(B), "C": padded(C), "Delta": dt, "lamda": padded(poles)}
    letters |= {"N": len(a), "L": length, "l": at, "k": row % len(poles), "j": column % len(poles)}
    (W, G, first), (W_fast, G_fast, second) = windows(poles, length)
    amount = float(np.sum(np.abs(C * B)) * dt)
    energy = float(np.max(np.abs(gram(poles))))
    yield Sample(letters | {"H": held, "Q": stepwise, "W": W, "G": G}, first * (amount + energy))
    weights_held, weights_bilinear = C * exact.zoh_input(a, B, dt), C * exact.bilinear_input(a, B, dt)
    table = exact.vandermonde_kernel(weights_held, zoh(a, dt), LENGTH)
    powers = exact.power_kernel(weights_bilinear, bilinear(a, dt), LENGTH)
    phase = 1 + LENGTH * float(np.max(np.abs(a)) * dt)
    tolerance = 64 * UNIT * phase * amount + second * energy
    yield Sample(letters | {"H": table, "Q": powers, "W": W_fast, "G": G_fast}, tolerance)


def on_the_wrong_branch(
    drawn: tuple[dict[str, Any], np.ndarray, int, tuple[int, int, int]],
) -> Iterator[Sample]:
    """Bilinear powers as exp(l log |λ|): the sign of a negative pole is lost."""
    system = drawn[0]
    a, dt = system["a"], system["dt"]
    c, poles = system["C"] * exact.bilinear_input(a, system["B"], dt), bilinear(a, dt)
    for sample in measured_vandermonde(drawn):
        K = exact.power_kernel(c, np.where(poles.imag == 0, np.abs(poles), poles), LENGTH)
        yield Sample({**sample.values, "Q": K}, max(sample.tolerance, 1e-12))


def trained_vandermonde() -> Trained:
    """The states of two S4D layers struck once, by either rule, read out by C; and their Gram over the window."""
    gaps, length, a, dt = [], LENGTH, lin(6), 0.4
    impulse = torch.eye(length, 1, dtype=torch.float64)[None]
    for seed in (0, 1):
        held, bilinear_layer = (
            S4D(a, dt, seed=seed, dtype=torch.float64, rule=rule) for rule in (torch_zoh, torch_bilinear)
        )
        with torch.no_grad():
            states, others = (layer.states(impulse)[0].numpy() for layer in (held, bilinear_layer))
            (poles, gain), C = (part[0].numpy() for part in held.discrete()), held.C[0].numpy()
        V = states.T / gain[:, None]
        letters = {"z": a * dt, "B": np.ones(3), "C": C, "Delta": dt, "N": 3, "lamda": poles, "L": length}
        letters |= {"H": states @ C, "Q": others @ C, "W": V @ V.conj().T, "G": gram(poles)}
        for at in range(length):
            sides = evaluate(claim.VANDERMONDE_KERNEL.statement, letters | {"l": at, "k": at % 3, "j": (at + 1) % 3})
            gaps.append(max(float(s.violation) for s in sides))
    scale = float(np.abs(C).sum() * dt + np.abs(gram(poles)).max())
    return Trained(max(gaps), 64 * length * UNIT * scale, 2, "S4D of 5 states struck once, ZOH and bilinear")


@st.composite
def cut_kernels(draw: st.DrawFn, max_size: int = 3) -> tuple[np.ndarray, np.ndarray, int, int, int]:
    """Poles, weights, L, a block length M <= L that divides it or not, and a lag."""
    poles, length = draw(pole_sets(max_size=max_size)), draw(st.integers(1, 36))
    return poles, draw(weights(len(poles))), length, draw(st.integers(1, length)), draw(st.integers(0, length - 1))


def entries_of_the_factors(N: int, length: int, block: int) -> int:
    """Counted, one exponential for each pole and each exponent j M or i that some lag needs."""
    lags = np.arange(length)
    starts, places = np.unique(lags - lags % block), np.arange(block)
    return N * (len(starts) + len(places))


def measured_block_kernel(drawn: tuple[np.ndarray, np.ndarray, int, int, int]) -> Iterator[Sample]:
    """The definition in balls with a count; the product of blocks; the direct table."""
    poles, c, length, block, at = drawn
    N, amount = len(poles), float(np.abs(c).sum())
    letters = {"lamda": padded(poles), "w": padded(c), "N": N, "L": length, "M": block}
    letters |= {"j": at // block, "i": at % block}
    counted = entries_of_the_factors(N, length, block)
    yield Sample(letters | {"K": diagonal_kernel(c, poles, length + 1), "E": counted}, 2.0**-100 * amount)
    # 2 u for each of l factors, or the rounding of log λ times l, at most as long as the pole lasts
    rounding = 64 * length * UNIT * amount
    needed = exact.exponentials_needed(N, length, block)
    yield Sample(letters | {"K": np.append(exact.block_kernel(c, poles, length, block), 1), "E": needed}, rounding)
    yield Sample(letters | {"K": exact.vandermonde_kernel(c, poles, length + 1), "E": needed}, rounding)


def with_an_early_real_part(drawn: tuple[np.ndarray, np.ndarray, int, int, int]) -> Iterator[Sample]:
    """Real parts of both factors before the product."""
    poles, c, length, block, at = drawn
    coarse = np.array([np.real(c * poles ** (j * block)) for j in range(-(-length // block))])
    fine = np.array([np.real(poles**i) for i in range(block)])
    letters = {"lamda": poles, "w": c, "N": len(poles), "L": length, "M": block, "j": at // block, "i": at % block}
    count = exact.exponentials_needed(len(poles), length, block)
    yield Sample(letters | {"K": (coarse @ fine.T).ravel(), "E": count}, 1e-12)


def trained_block_kernel() -> Trained:
    """The model library's block kernel in float32 and float64, of a pole with its conjugate, at every lag."""
    gaps, length, block = [], 49, 7
    for seed in range(3):
        rng = np.random.default_rng(seed)
        half = rng.uniform(0.3, 0.999, 4) * np.exp(1j * rng.uniform(0.1, 3, 4))
        c = rng.standard_normal(4) + 1j * rng.standard_normal(4)
        for kind, unit in ((torch.complex64, 2.0**-24), (torch.complex128, UNIT)):
            given = torch.tensor(half[None], dtype=kind), torch.tensor(c[None], dtype=kind)
            poles, rounded = (part[0].to(torch.complex128).numpy() for part in given)
            K = torch_kernel(given[1], given[0], length)[0].numpy()
            closed = {"lamda": np.append(poles, poles.conj()), "w": np.append(rounded, rounded.conj())}
            sizes = {"N": 8, "L": length, "M": block, "E": entries_of_the_factors(8, length, block)}
            for at in range(length):
                sides = evaluate(
                    claim.BLOCK_KERNEL.statement, closed | sizes | {"K": K, "j": at // block, "i": at % block}
                )
                gaps.append(max(float(s.violation) for s in sides) / (unit * float(np.abs(c).sum())))
    tolerance = 2.0 * (2 * 4 + 12)
    return Trained(max(gaps), tolerance, 3, "block kernel of 4 pairs in float32 and float64: gap over u sum |c|")


indices = st.tuples(lag, st.integers(0, 11), st.integers(0, 11))
TWO = {"a": np.array([-0.5 + 2j, -4.0]), "B": np.array([1.0, 2j]), "C": np.array([0.5, 1.0]), "dt": 0.5}
POLES = np.array([0.9, 0.5j, -0.3])

CHECKS = (
    Check(
        claim.VANDERMONDE_KERNEL,
        inputs=st.tuples(continuous_systems(), pole_sets(max_size=3), st.integers(1, 12), indices),
        measure=measured_vandermonde,
        counter=Counter(
            "the complex branch of log λ for a negative bilinear pole",
            st.tuples(continuous_systems(1), pole_sets(max_size=1), st.just(1), indices),
            on_the_wrong_branch,
        ),
        examples=((TWO, POLES, 3, (1, 0, 1)), (TWO, POLES, 1, (0, 2, 1)), (TWO, POLES, 2, (2, 1, 1))),
        trained=trained_vandermonde,
    ),
    Check(
        claim.BLOCK_KERNEL,
        inputs=cut_kernels(),
        measure=measured_block_kernel,
        counter=Counter("the product before the real part", cut_kernels(max_size=1), with_an_early_real_part),
        examples=tuple((POLES, np.array([1.0, 2j, -0.5]), 16, 4, at) for at in (0, 5, 9, 15)),
        trained=trained_block_kernel,
    ),
)
