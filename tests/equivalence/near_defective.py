"""Checks of how rare repeated eigenvalues are, and of how ill-conditioned nearly repeated ones."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from flint import acb, acb_mat, ctx, fmpq, fmpq_mat
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence as claim
from models.equivalence.realisations import float32_from_dense
from numerics.certified.conditioning import positive_condition
from tests.oracles import BITS, as_matrix, as_mpf, ball_matrix
from tests.witness import UNIT, Check, Counter, Sample, Trained

#: Stands after the last eigenvalue, so that a statement that reads one too many is wrong rather than undefined.
UNUSED = 0.77

#: Far below any float, far above what balls of 1000 bits leave open.
EXACT = 1e-40


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


def power_traces(powers: list[Any]) -> list[list[Any]]:
    """Rows of traces of A^{i+j}, 0 <= i, j < N: their rank counts eigenvalues, their determinant is D."""
    size = powers[0].nrows()
    traces = [sum((P[i, i] for i in range(size)), 0 * P[0, 0]) for P in powers]
    return [[traces[i + j] for j in range(size)] for i in range(size)]


def counted(A: np.ndarray) -> tuple[Any, int]:
    """D, and the number of distinct eigenvalues: in rationals, or for complex A in balls that must exclude D = 0."""
    if not np.iscomplexobj(A):
        rational = fmpq_mat([[fmpq(*entry.as_integer_ratio()) for entry in row] for row in A.tolist()])
        H = fmpq_mat(power_traces([rational**step for step in range(2 * len(A) - 1)]))
        D = H.det()
        return Fraction(int(D.p), int(D.q)), H.rank()
    ball = acb_mat(power_traces([ball_matrix(A) ** step for step in range(2 * len(A) - 1)])).det()
    if not abs(ball).lower() > 0:
        raise ArithmeticError(f"discriminant {ball}: raise bits")
    return as_matrix(acb_mat([[ball]]))[0, 0], len(A)


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
    (D, r), (D_1, _) = counted(value * np.eye(size) + np.eye(size, k=1)), counted(np.diag(np.arange(1.0, size + 1)))
    yield Sample({"N": size, "lamda": np.full(size + 1, value), "D": D, "D_1": D_1, "r": r}, EXACT)


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
