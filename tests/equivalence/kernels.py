"""Checks of the claims about kernels of diagonal systems and the ways to apply one."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from flint import acb_mat, ctx, fmpq, fmpq_mat
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence as claim
from models.layers import S4D
from models.layers.initialisations import inv, lin
from models.layers.recurrences import causal_convolution, scan
from tests.oracles import as_matrix, ball_matrix
from tests.strategies import pole_sets
from tests.witness import UNIT, Check, Counter, Sample, Trained
from theory.claim import evaluate

BITS = 300
LENGTH = 24

lag = st.integers(0, LENGTH - 2)
quarters = st.integers(-8, 8).map(lambda i: i / 4)
nonzero = st.sampled_from([-2.0, -0.75, 0.5, 1.0])


def weights(size: int) -> st.SearchStrategy[np.ndarray]:
    """Complex numbers on a grid, none with a zero real part."""
    return st.lists(st.builds(complex, nonzero, quarters), min_size=size, max_size=size).map(np.array)


def padded(column: Any, entry: complex = 0.5) -> np.ndarray:
    """One entry more than the statement's sums run over."""
    return np.append(np.asarray(column, dtype=complex), entry)


def powers_in_balls(A: acb_mat, B: acb_mat, C: acb_mat, length: int) -> list:
    """C A^l B, one power after another, all digits kept."""
    lags = []
    for _ in range(length):
        lags.append((C * B)[0, 0])
        C = (C * A).mid()
    return list(as_matrix(acb_mat([[x] for x in lags])))


def diagonal_kernel(c: np.ndarray, poles: np.ndarray, length: int) -> list:
    """Sum of c_n λ_n^l in balls."""
    with ctx.workprec(BITS):
        row = ball_matrix(np.asarray(c, dtype=complex)).transpose()
        return powers_in_balls(ball_matrix(np.diag(poles)), ball_matrix(np.ones(len(poles))), row, length)


Half = tuple[np.ndarray, np.ndarray]


@st.composite
def half_spectra(draw: st.DrawFn, max_size: int = 4) -> Half:
    """Different poles with Im >= 0, real ones among them or not, and their weights, real for real poles."""
    drawn = draw(pole_sets(max_size=max_size, repeated=False))
    half = np.unique(drawn.real + 1j * np.abs(drawn.imag))
    c = draw(weights(len(half)))
    return half, np.where(half.imag == 0, c.real, c)


def real_system(half: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A, B, C with real entries only: a rotation with scaling for a pair, a number for a real pole."""
    blocks = [np.array([[p.real, -p.imag], [p.imag, p.real]]) if p.imag else np.array([[p.real]]) for p in half]
    size = sum(map(len, blocks))
    A, B, C, start = np.zeros((size, size)), np.zeros(size), np.zeros(size), 0
    for block, pole, weight in zip(blocks, half, c, strict=True):
        stop = start + len(block)
        A[start:stop, start:stop], B[start] = block, 1
        C[start:stop] = [2 * weight.real, -2 * weight.imag] if pole.imag else [weight.real]
        start = stop
    return A, B, C


def reached_dimension(A: np.ndarray, B: np.ndarray) -> int:
    """Exact rank of [B, A B, ..] over the rationals, one column more than there are states."""
    rational = fmpq_mat([[_rational(x) for x in row] for row in A.tolist()])
    column = fmpq_mat([[_rational(x)] for x in B.tolist()])
    columns = [column]
    for _ in range(len(B)):
        columns.append(rational * columns[-1])
    return fmpq_mat([[column[i, 0] for column in columns] for i in range(len(B))]).rank()


def _rational(x: float) -> fmpq:
    return fmpq(*x.as_integer_ratio())


def pair_letters(half: np.ndarray, c: np.ndarray) -> dict[str, Any]:
    """Pairs and real poles apart."""
    real = half.imag == 0
    apart = {"lamda": half[~real], "w": c[~real], "mu": half[real], "v": c[real]}
    return {name: padded(column, 0.3) for name, column in apart.items()} | {"p": np.sum(~real), "q": np.sum(real)}


def measured_conjugate_pairs(drawn: tuple[Half, int]) -> Iterator[Sample]:
    """Powers of a real matrix and an exact rank; blocks of a half spectrum and a count."""
    (half, c), at = drawn
    letters = pair_letters(half, c) | {"l": at}
    A, B, C = real_system(half, c)
    with ctx.workprec(BITS):
        K = powers_in_balls(ball_matrix(A), ball_matrix(B), ball_matrix(C).transpose(), LENGTH)
    yield Sample(letters | {"K": K, "d": reached_dimension(A, B)}, 2.0**-100 * float(np.abs(c).sum()))
    rounding = 64 * LENGTH * UNIT * float(np.abs(c).sum())
    yield Sample(letters | {"K": exact.paired_kernel(c, half, LENGTH), "d": exact.real_dimension(half)}, rounding)


def with_real_poles_doubled(drawn: tuple[Half, int]) -> Iterator[Sample]:
    """2 Re over the whole half spectrum."""
    (half, c), at = drawn
    K = 2 * np.real(exact.power_kernel(c, half, LENGTH))
    yield Sample(pair_letters(half, c) | {"l": at, "K": K, "d": exact.real_dimension(half)}, 1e-12)


def trained_conjugate_pairs() -> Trained:
    """S4D with 5 states (two pairs and a real pole), struck once, step by step; d is the rank its states reach."""
    gaps, seeds = [], range(3)
    for seed in seeds:
        layer = S4D(inv(5), 0.3, seed=seed, dtype=torch.float64)
        with torch.no_grad():
            poles, B = (part[0].numpy() for part in layer.discrete())
            state, outputs, reached = layer.initial_state(1), [], []
            for u in torch.eye(LENGTH, 1, dtype=torch.float64)[:, None]:
                state, y = layer.step(state, u)
                outputs.append(float(y))
                reached.append(state[0, 0].numpy())
        stacked = np.hstack([np.real(reached), np.imag(reached)])
        half = np.where(np.abs(poles.imag) < UNIT, poles.real, poles)
        c = layer.C.detach().numpy()[0] * B
        letters = pair_letters(half, np.where(half.imag == 0, c.real, c))
        for at in range(LENGTH - 1):
            now = letters | {"K": outputs, "l": at, "d": int(np.linalg.matrix_rank(stacked, tol=1e-9))}
            sides = evaluate(claim.CONJUGATE_PAIRS.statement, now)
            gaps.append(max(float(s.violation) for s in sides) / float(np.abs(c).sum()))
    return Trained(max(gaps), 64 * LENGTH * UNIT, len(seeds), "S4D of 5 states, one of them real, struck once")


@st.composite
def driven_systems(draw: st.DrawFn, max_size: int = 3, min_length: int = 1) -> dict[str, Any]:
    """Poles, weights, an input (zero included), a moment, and a recurrence whose steps vary."""
    poles, length = draw(pole_sets(max_size=max_size)), draw(st.integers(min_length, 12))
    entries = st.lists(quarters, min_size=length + 1, max_size=length + 1).map(np.array)
    decay = draw(st.lists(st.builds(complex, quarters, quarters), min_size=length + 1, max_size=length + 1))
    return {
        "poles": poles,
        "c": draw(weights(len(poles))),
        "u": draw(entries)[:length],
        "a": np.array(decay) / 2,
        "b": draw(entries),
        "t": draw(st.integers(0, length - 1)),
    }


def step_by_step(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """h_t = a_t h_{t-1} + b_t from rest."""
    h = [b[0] + 0j]
    for decay, drive in zip(a[1:], b[1:], strict=True):
        h.append(decay * h[-1] + drive)
    return np.array(h)


def measured_application(drawn: dict[str, Any]) -> Iterator[Sample]:
    """Recurrence, padded FFT, convolution and scan of the same system; two routes to the circular output."""
    poles, c, u, a, b = (drawn[name] for name in ("poles", "c", "u", "a", "b"))
    length = len(u)
    K = diagonal_kernel(c, poles, 2 * length + 1)
    kernel = np.array([complex(x) for x in K[:length]])
    largest = float(np.max(step_by_step(np.abs(a), np.abs(b)).real))
    amount = float(np.abs(c).sum() * np.abs(u).sum()) + largest
    tolerance = 64 * (length + len(poles)) * UNIT * amount
    letters = {"K": K, "u": padded(u), "L": length, "t": drawn["t"], "a": padded(a), "b": padded(b)}
    modes = [exact.associative_scan(np.full(length, pole), u + 0j) for pole in poles]
    linear, wrapped = exact.apply_convolution(kernel, u), exact.apply_circular(kernel, u)
    turned = np.array([sum(kernel[(t - s) % length] * u[s] for s in range(length)) for t in range(length)])
    scanned, stepped = exact.associative_scan(a, b + 0j), step_by_step(a, b)
    routes = (
        (exact.apply_recurrence(c, poles, u), wrapped, scanned),
        (exact.apply_fft(kernel, u), turned, stepped),
        (c @ np.array(modes), linear + exact.circular_error(kernel, u), scanned),
    )
    for y, circular, h in routes:
        yield Sample(letters | {"y": padded(y), "o": padded(circular), "h": padded(h)}, tolerance)


def without_padding(drawn: dict[str, Any]) -> Iterator[Sample]:
    """An FFT of length L in place of the padded one."""
    for sample in measured_application(drawn):
        yield Sample({**sample.values, "y": sample.values["o"]}, sample.tolerance)


def trained_application() -> Trained:
    """Torch's convolution, its steps and its scan, on one S4D; time-varying steps by a scan of another."""
    gaps, seeds, length = [], range(3), 16
    for seed in seeds:
        layer = S4D(lin(6), 0.2, seed=seed, dtype=torch.float64)
        u = torch.randn(1, length, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            K, outputs = layer.kernel(2 * length)[0].numpy(), [layer(u), layer.scan(u), stepwise(layer, u)]
            poles = layer.discrete()[0][0]
            drive = u.expand(1, length, len(poles)).to(poles.dtype)
            h = scan(poles, drive)[0, :, 1].numpy()
            wrapped = torch.fft.ifft(torch.fft.fft(torch.tensor(K[:length])) * torch.fft.fft(u[0, :, 0])).real.numpy()
            straight = causal_convolution(torch.tensor(K[:length]), u[0, :, 0])
        outputs.append(straight[None, :, None])
        a, b = np.full(length, poles[1].numpy()), u[0, :, 0].numpy()
        for y in outputs:
            letters = {"K": K, "u": b, "y": y[0, :, 0].numpy(), "o": wrapped, "h": h, "a": a, "b": b, "L": length}
            for t in range(length - 1):
                sides = evaluate(claim.RECURRENCE_CONVOLUTION_SCAN.statement, letters | {"t": t})
                gaps.append(max(float(s.violation) for s in sides) / float(np.abs(K).sum() * np.abs(b).max()))
    return Trained(max(gaps), 64 * length * UNIT, len(seeds), "S4D of 6 states: convolution, steps and scan")


def stepwise(layer: S4D, u: torch.Tensor) -> torch.Tensor:
    """The layer's own recurrence."""
    state, outputs = layer.initial_state(len(u)), []
    for now in u.unbind(1):
        state, y = layer.step(state, now)
        outputs.append(y)
    return torch.stack(outputs, dim=1)


CHECKS = (
    Check(
        claim.CONJUGATE_PAIRS,
        inputs=st.tuples(half_spectra(), lag),
        measure=measured_conjugate_pairs,
        counter=Counter(
            "weight 1 for a real pole (2 Re over the whole half)",
            st.tuples(half_spectra(2), lag),
            with_real_poles_doubled,
        ),
        examples=(
            ((np.array([0.5j, 0.3 + 0.2j, 0.7]), np.array([1.0, 1 - 1j, -2.0])), 1),
            ((np.array([0.5 + 0j]), np.array([1 + 0j])), 0),
            ((np.array([0j, 0.5]), np.array([1 + 0j, -0.5])), 2),
        ),
        trained=trained_conjugate_pairs,
    ),
    Check(
        claim.RECURRENCE_CONVOLUTION_SCAN,
        inputs=driven_systems(),
        measure=measured_application,
        counter=Counter("padding to 2 L - 1", driven_systems(max_size=1, min_length=2), without_padding),
        trained=trained_application,
    ),
)
