"""Checks of repeated and nearly repeated eigenvalues: no diagonal twin, rarity, condition."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import numpy as np
from flint import acb, acb_mat, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import numerics.memory as memory
import theory.equivalence as claim
from models.equivalence.realisations import double_pole, float32_from_dense
from numerics.certified.conditioning import positive_condition
from tests.oracles import BITS, as_matrix, as_mpf, ball_matrix, bidiagonal_pair, defined_memory
from tests.witness import UNIT, Check, Counter, Sample, Trained

#: Moduli stay at or below 0.6 with at most 4 poles: what lies beyond is below TERMS^6 0.6^(2 TERMS) < 1e-25.
TERMS = 140

#: Stands after the last eigenvalue, so that a statement that reads one too many is wrong rather than undefined.
UNUSED = 0.77

#: Far below any float, far above what 300 digits leave open.
EXACT = 1e-40


class Repeated(NamedTuple):
    """Distinct eigenvalues, the first of them repeated; read-outs; distance of the imitating poles; a lag."""

    distinct: tuple[complex, ...]
    times: int
    weights: tuple[int, ...]
    eps: float
    lag: int

    def poles(self) -> np.ndarray:
        """All eigenvalues, repetitions included."""
        return np.array([self.distinct[0]] * (self.times - 1) + list(self.distinct))


@st.composite
def repetitions(draw: st.DrawFn) -> Repeated:
    """One or two distinct eigenvalues, zero and complex ones included, the first two or three times."""
    tenth = st.integers(-4, 4).map(lambda i: i / 10)
    distinct = draw(
        st.lists(st.builds(complex, tenth, st.one_of(st.just(0.0), tenth)), min_size=1, max_size=2, unique=True)
    )
    weights = draw(st.lists(st.integers(-3, 3), min_size=2, max_size=2))
    eps = draw(st.one_of(st.floats(-6.0, -1.0).map(lambda e: 10.0**e), st.sampled_from([0.5, 1.0, 2.0])))
    return Repeated(tuple(distinct), draw(st.integers(2, 3)), tuple(weights), eps, draw(st.integers(0, 12)))


def capacities(drawn: Repeated, A: np.ndarray, B: np.ndarray) -> dict[str, Any]:
    """M and M_diag by their definition, on a pair (A, B) and on the diagonal twin."""
    poles = drawn.poles()
    twin = defined_memory(np.diag(poles), np.ones(len(poles)), TERMS + 1)
    return {"M": defined_memory(A, B, TERMS + 1), "M_diag": twin}


def letters(drawn: Repeated) -> dict[str, Any]:
    """What both sides share."""
    sizes = {"N": len(drawn.poles()), "r": len(drawn.distinct), "l": drawn.lag, "infinity": TERMS - 1}
    return {"lamda": np.append(drawn.distinct, UNUSED), "epsilon": drawn.eps} | sizes


def slowly(drawn: Repeated) -> dict[str, Any]:
    """Residual, its recurrence and the two-pole kernel in 60 digits."""
    with mpmath.workdps(60):
        roots = [mpmath.mpmathify(pole) for pole in drawn.distinct]
        lags = range(drawn.lag + 4)
        e = [
            l * roots[0] ** max(l - 1, 0) - sum(c * x**l for c, x in zip(drawn.weights, roots, strict=False))
            for l in lags
        ]
        p = (
            [-roots[0], mpmath.mpf(1)]
            if len(roots) == 1
            else [roots[0] * roots[1], -roots[0] - roots[1], mpmath.mpf(1)]
        )
        near = roots[0] + mpmath.mpf(drawn.eps)
        kernel = [(near**l - roots[0] ** l) / mpmath.mpf(drawn.eps) for l in lags]
        return {"e": np.array(e), "p": np.array(p), "K": np.array(kernel)}


def quickly(drawn: Repeated) -> tuple[dict[str, Any], float]:
    """The same in floats, with the best diagonal kernel of all as read-out, and what rounding explains."""
    roots, lags = np.array(drawn.distinct), np.arange(drawn.lag + 4)
    target = lags * roots[0] ** np.maximum(lags - 1, 0)
    V = roots ** lags[:, None]
    weights = np.linalg.lstsq(V, target, rcond=None)[0]
    if roots[0].imag or abs(roots[0] + drawn.eps) >= 1:
        kernel = ((roots[0] + drawn.eps) ** lags - roots[0] ** lags) / drawn.eps
    else:
        kernel = exact.two_pole_mode(roots[0].real, drawn.eps, len(lags))
    scale = 64 * UNIT * (np.abs(target).max() + np.abs(weights).sum() + np.abs(kernel).max())
    cancellation = 8 * (drawn.lag + 2) * UNIT / drawn.eps
    return {"e": target - V @ weights, "p": np.append(np.poly(roots)[::-1], 0), "K": kernel}, float(
        scale + cancellation
    )


def measured_repeated(drawn: Repeated) -> Iterator[Sample]:
    """By definition in balls and 60 digits; by the chain of sections, a dense twin and floats."""
    poles = drawn.poles()
    yield Sample(letters(drawn) | slowly(drawn) | capacities(drawn, *bidiagonal_pair(poles)), 64 * TERMS * UNIT)
    fast, tolerance = quickly(drawn)
    twin = memory.memory_function_dense(*exact.diagonal(poles), TERMS + 1)
    fast |= {"M": memory.memory_function(poles, TERMS + 1), "M_diag": twin}
    yield Sample(letters(drawn) | fast, tolerance + 64 * TERMS * len(poles) * UNIT)


def entered_at_the_wrong_end(drawn: Repeated) -> Iterator[Sample]:
    """The input enters the Jordan chain where nothing is passed on."""
    A, B = bidiagonal_pair(drawn.poles())
    yield Sample(letters(drawn) | slowly(drawn) | capacities(drawn, A, B[::-1]), 64 * TERMS * UNIT)


def trained_two_poles() -> Trained:
    """The torch kernel of two poles with coefficients 1/ε and -1/ε: error over its bound, coefficients 1/ε."""
    runs = [double_pole(np.logspace(-12, -2, 11), pole) for pole in (0.9, 0.8, 0.6)]
    for run in runs:
        assert run.coefficient.max() > 1e11, "the coefficients do not blow up as the poles meet"
        assert np.argmin(run.error) not in (0, len(run.error) - 1), "the error has no least value in between"
    share = max(float(np.max(run.error / run.bound)) for run in runs)
    return Trained(share, 1.0, len(runs), "torch kernel of two poles ε apart, ε = 1e-12..1e-2: share of bound")


class Dense(NamedTuple):
    """A matrix with Gaussian entries: its size, whether real, and the seed."""

    size: int
    real: bool
    seed: int

    def matrix(self) -> np.ndarray:
        """Real, or complex."""
        rng = np.random.default_rng(self.seed)
        A = rng.standard_normal((self.size, self.size))
        return A if self.real else A + 1j * rng.standard_normal((self.size, self.size))


def power_traces(A: np.ndarray) -> acb_mat:
    """The matrix of traces of A^{i+j}, 0 <= i, j < N: its rank counts eigenvalues, its determinant is D."""
    size, matrix = len(A), ball_matrix(A)
    powers = [matrix**step for step in range(2 * size - 1)]
    traces = [sum((P[i, i] for i in range(size)), acb(0)) for P in powers]
    return acb_mat([[traces[i + j] for j in range(size)] for i in range(size)])


def counted(A: np.ndarray) -> tuple[Any, int]:
    """D, and the number of distinct eigenvalues, in balls: full when the determinant excludes zero."""
    H = power_traces(A)
    D = H.det()
    if abs(D).lower() > 0:
        return as_matrix(acb_mat([[D]]))[0, 0], len(A)
    return as_matrix(acb_mat([[D]]))[0, 0], len(np.unique(np.round(np.linalg.eigvals(A), 4)))


def eigenvalues_of(A: np.ndarray) -> np.ndarray:
    """Eigenvalues in balls, to many digits."""
    found = as_matrix(acb_mat([[value] for value in ball_matrix(A).eig(multiple=True)]))
    return np.array(list(found), dtype=object)


def measured_generic(drawn: Dense) -> Iterator[Sample]:
    """The discriminant from traces of powers, in balls; from LAPACK's eigenvalues."""
    A, integers = drawn.matrix(), np.diag(np.arange(1.0, drawn.size + 1))
    with ctx.workprec(BITS):
        common = {"N": drawn.size, "lamda": np.append(eigenvalues_of(A), UNUSED)}
        (D, r), (D_1, _) = counted(A), counted(integers)
        yield Sample(common | {"D": D, "D_1": D_1, "r": r}, EXACT)
    values, V = np.linalg.eig(A)
    D, D_1 = exact.discriminant(A), exact.discriminant(integers)
    gaps = np.abs(values[:, None] - values)[np.triu_indices(drawn.size, 1)]
    moved = 64 * drawn.size * UNIT * np.linalg.cond(V) * np.linalg.norm(A, 2) * np.sum(4 / gaps)
    tolerance = abs(D) * moved + 64 * drawn.size**2 * UNIT * abs(D_1)
    yield Sample(common | {"D": complex(D), "D_1": complex(D_1), "r": len(np.unique(values))}, float(tolerance))


def shift(drawn: tuple[int, float]) -> Iterator[Sample]:
    """A structured set: a multiple of the identity plus the shift, one eigenvalue whatever the entries."""
    size, value = drawn
    with ctx.workprec(BITS):
        D_1, _ = counted(np.diag(np.arange(1.0, size + 1)))
    yield Sample({"N": size, "lamda": np.full(size + 1, value), "D": 0.0, "D_1": D_1, "r": 1}, EXACT)


class Corner(NamedTuple):
    """a + J + ε e_N e_1^T, and which eigenvalue is read."""

    size: int
    centre: complex
    eps: float
    place: int

    def letters(self) -> dict[str, Any]:
        """What both sides share."""
        return {"N": self.size, "a": self.centre, "epsilon": self.eps, "k": self.place % self.size}


def sorted_by_angle(values: list[complex], centre: complex) -> list[int]:
    """Positions of the eigenvalues in the order of their angle about the centre, from 0 on."""
    turns = np.angle(np.array(values) - centre) / (2 * np.pi) * len(values)
    return [int(place) for place in np.argsort(np.round(turns) % len(values))]


def exact_eigensystem(A: np.ndarray) -> tuple[list[acb], acb_mat]:
    """Eigenvalues and unit eigenvectors, in balls."""
    values, V = ball_matrix(A).eig(right=True)
    lengths = [sum((abs(V[i, j]) ** 2 for i in range(len(A))), acb(0)).sqrt() for j in range(len(A))]
    return values, acb_mat([[V[i, j] / lengths[j] for j in range(len(A))] for i in range(len(A))])


def ball_condition(A: np.ndarray) -> Any:
    """The condition number of the unit eigenvectors, a ball: the root of that of V^* V."""
    V = exact_eigensystem(A)[1]
    return positive_condition(V.transpose().conjugate() * V).sqrt()


def measured_corner(drawn: Corner) -> Iterator[Sample]:
    """Eigenvectors of the matrix in balls, and by LAPACK."""
    A = exact.near_defective(drawn.size, drawn.centre, drawn.eps)
    with ctx.workprec(BITS):
        balls = exact_eigensystem(A)[0]
        order = sorted_by_angle([complex(ball.mid()) for ball in balls], drawn.centre)
        mu = np.array([as_matrix(acb_mat([[balls[i]]]))[0, 0] for i in order], dtype=object)
        ball = ball_condition(A)
        yield Sample(drawn.letters() | {"mu": mu, "kappa": as_mpf(ball)}, 1e-9 * float(ball))
    values, V = np.linalg.eig(A)
    kappa, nearest = float(np.linalg.cond(V)), 2 * drawn.eps ** (1 / drawn.size) * np.sin(np.pi / max(2, drawn.size))
    moved = 64 * drawn.size * UNIT * kappa * np.linalg.norm(A, 2)
    if moved * kappa / nearest < 1e-3:  # beyond, LAPACK cannot tell the eigenvectors apart
        mu = values[sorted_by_angle(list(values), drawn.centre)]
        yield Sample(drawn.letters() | {"mu": mu, "kappa": kappa}, float(moved * (1 + kappa**2 / nearest)))


def without_the_corner(drawn: Corner) -> Iterator[Sample]:
    """ε = 0 in the matrix: one eigenvalue, eigenvectors that LAPACK finds all but parallel."""
    values, V = np.linalg.eig(drawn.centre * np.eye(drawn.size) + np.eye(drawn.size, k=1))
    yield Sample(drawn.letters() | {"mu": values, "kappa": min(float(np.linalg.cond(V)), 1e300)}, 1e-9)


def enclosed_corner() -> float:
    """Certified condition numbers against ε^{-(N-1)/N}, relative width."""
    widest = 0.0
    for size, eps in ((2, 2.0**-20), (4, 2.0**-40), (8, 2.0**-80)):
        with ctx.workprec(BITS):
            kappa = ball_condition(exact.near_defective(size, 0.25, eps))
            stated = eps ** (-(size - 1) / size)  # a power of two: exact in floats
            assert kappa.contains(stated), f"{kappa} excludes {stated} at N = {size}, ε = {eps}"
            widest = max(widest, float(2 * kappa.rad() / kappa.mid()))
    return widest


def trained_corner() -> Trained:
    """Diagonalised and stored in float32: kernel error over κ 2^-24, written beforehand as within [1/64, 8]."""
    runs = [float32_from_dense(np.logspace(-5, -2, 4), pole=pole) for pole in (0.4, 0.2, -0.3)]
    ratios = np.concatenate([run.error / (run.condition * 2.0**-24) for run in runs])
    assert ratios.min() >= 1 / 64, f"an error of {ratios.min():.3g} κ 2^-24: the condition number is not felt"
    return Trained(float(ratios.max()), 8.0, len(runs), "float32 kernel of a + J + ε diagonalised: error over κ 2^-24")


CORNERS = st.builds(
    Corner,
    st.integers(1, 5),
    st.builds(complex, st.integers(-3, 3).map(lambda i: i / 4), st.sampled_from([0.0, 0.5])),
    st.one_of(st.just(1.0), st.floats(-5.0, 0.0).map(lambda e: 10.0**e)),
    st.integers(0, 4),
)

CHECKS = (
    Check(
        claim.DEFECTIVE,
        inputs=repetitions(),
        measure=measured_repeated,
        counter=Counter("a controllable A (the input enters at the far end)", repetitions(), entered_at_the_wrong_end),
        still_true=dict.fromkeys(("constant 1/2 -> 3/2 at 2.1.0", "constant 1 -> 2 at 2.1.4.0"), "a weaker bound"),
        examples=(Repeated((0.4 + 0j,), 2, (1, 0), 1e-6, 5), Repeated((0.4 + 0j, 0.1 + 0j), 3, (1, 2), 1e-4, 1)),
        trained=trained_two_poles,
    ),
    Check(
        claim.GENERIC,
        inputs=st.builds(Dense, st.integers(1, 4), st.booleans(), st.integers(0, 2**32 - 1)),
        measure=measured_generic,
        counter=Counter(
            "entries with a density (a multiple of the identity plus the shift)",
            st.tuples(st.integers(2, 4), st.floats(-0.9, 0.9)),
            shift,
        ),
    ),
    Check(
        claim.NEAR_DEFECTIVE,
        inputs=CORNERS,
        measure=measured_corner,
        counter=Counter("ε > 0 in the matrix", CORNERS.filter(lambda c: c.size > 1), without_the_corner),
        enclosed=enclosed_corner,
        trained=trained_corner,
    ),
)
