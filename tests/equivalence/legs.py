"""Checks of LegS as a full matrix: its eigensystem, and how ill conditioned that is."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import mpmath
import numpy as np
import torch
from flint import arb, arb_mat, ctx, fmpq_mat, fmpz_mat
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

import numerics.equivalence as exact
import theory.equivalence.legs as claim
from models.layers.kernels import diagonal_kernel
from numerics import certified
from numerics.certified.conditioning import positive_condition
from tests.oracles import as_mpf
from tests.witness import UNIT, Check, Counter, Sample, Trained

BITS = 300

#: Far below any float, far above what 50 digits and balls of 300 bits leave open.
EXACT = 1e-35


#: μ comes from a logarithm found in floats; all else in its claim is known to 40 digits.
MU_ERROR = 512 * UNIT


class System(NamedTuple):
    """A V = V diag(s), W V = 1 in the coordinates x_n/q_n, where all is rational; q_n^2 as given."""

    squares: tuple[int, ...]
    A: fmpz_mat
    s: tuple[int, ...]
    V: fmpq_mat
    W: fmpq_mat


@lru_cache
def system(squares: tuple[int, ...]) -> System:
    """The matrix with -q_k^2 below the diagonal and -(n + 1) on it, its poles and null spaces in exact integers."""
    N = len(squares)
    A = fmpz_mat([[-squares[k] if n > k else -(n + 1) * (n == k) for k in range(N)] for n in range(N)])
    s = tuple(sorted((int(root) for root, _ in A.charpoly().roots()), reverse=True))
    V = fmpq_mat(N, N)
    for j, pole in enumerate(s):
        shifted = fmpz_mat([[int(A[n, k]) - pole * (n == k) for k in range(N)] for n in range(N)])
        column, _ = shifted.nullspace()
        for n in range(N):
            V[n, j] = fmpq_mat(column)[n, 0] / int(column[j, 0])
    return System(squares, A, s, V, V.inv())


def odd(N: int) -> tuple[int, ...]:
    """q_n^2 = 2n + 1, as LegS has it."""
    return tuple(2 * n + 1 for n in range(N))


def roots(squares: tuple[int, ...]) -> np.ndarray:
    """q_n to 60 digits."""
    with mpmath.workdps(60):
        return np.array([mpmath.sqrt(square) for square in squares], dtype=object)


def rational(matrix: fmpq_mat) -> np.ndarray:
    """A matrix of rationals to 60 digits."""
    with mpmath.workdps(60):
        return np.array([[mpmath.mpf(int(x.p)) / int(x.q) for x in row] for row in matrix.tolist()], dtype=object)


def kernel_in_balls(found: System, t: float) -> np.ndarray:
    """exp(t A) B of the matrix itself."""
    N = len(found.squares)
    with ctx.workprec(BITS):
        scaled = arb_mat([[arb(int(found.A[n, k])) * arb(t) for k in range(N)] for n in range(N)]).exp()
        sums = [sum((scaled[n, k] for k in range(N)), arb(0)) for n in range(N)]
        return np.array([as_mpf(total * arb(q).sqrt()) for total, q in zip(sums, found.squares, strict=True)])


class Place(NamedTuple):
    """A size N, two states below it, and a time."""

    N: int
    n: int
    j: int
    t: float

    def ordered(self) -> dict[str, Any]:
        """The letters of a place below or on the diagonal."""
        return {"n": max(self.n, self.j), "j": min(self.n, self.j), "t": self.t}

    def entry(self) -> dict[str, Any]:
        """The letters of any place, with column k, and of a mode."""
        return {"N": self.N, "n": self.n, "k": self.j, "j": self.j}


def places(largest: int = 9) -> st.SearchStrategy[Place]:
    """N = 1..largest, n and j below N, t from 0."""
    times = st.one_of(st.sampled_from([0.0, 1e-3]), st.floats(0.0, 8.0))
    return st.integers(1, largest).flatmap(
        lambda N: st.builds(Place, st.just(N), st.integers(0, N - 1), st.integers(0, N - 1), times)
    )


def exact_eigensystem(place: Place, squares: tuple[int, ...]) -> Sample:
    """By null spaces in integers and an exponential in balls."""
    found, q = system(squares), roots(squares)
    with mpmath.workdps(60):
        W = rational(found.W)
        values = {
            "s": np.array(found.s),
            "V": q[:, None] * rational(found.V),
            "W": W / q,
            "beta": W.sum(1),
            "K": kernel_in_balls(found, place.t),
        }
    return Sample(values | place.ordered(), EXACT)


def measured_eigensystem(place: Place) -> Iterator[Sample]:
    """The slow route, and the one of `numerics`: integers, and kernels by a recurrence in floats."""
    yield exact_eigensystem(place, odd(place.N))
    fast, q = exact.legs_eigensystem(place.N), roots(odd(place.N))
    values = {
        "s": fast.eigenvalues,
        "V": q[:, None] * fast.vectors,
        "W": fast.inverse / q,
        "beta": fast.weights,
        "K": exact.legs_kernel(place.N, [place.t])[:, 0],
    }
    # exp(-t) is off by u, which P_n stretches by its slope at 1, n (n + 1)/2 at most, n < N
    tolerance = 8 * UNIT * place.N**2 * float(q[-1])
    yield Sample(values | place.ordered(), tolerance)


def with_other_squares(place: Place) -> Iterator[Sample]:
    yield exact_eigensystem(place, tuple(n + 1 for n in range(place.N)))


def enclosed_eigensystem() -> float:
    """Exact identities in integers up to N = 40, and the kernels in balls against the float recurrence."""
    assert all(certified.legs_eigensystem_is_exact(N) for N in (1, 2, 9, 40))
    times = [0.0, 0.1, 1.0, 7.0]
    ball, found = certified.legs_kernel(40, times), exact.legs_kernel(40, times)
    n = np.arange(40)[:, None]
    assert np.all(ball.distance(found) <= 8 * UNIT * (n + 1) ** 2 * np.sqrt(2 * n + 1))
    return float(ball.width.max())


def condition(matrix: np.ndarray) -> mpmath.mpf:
    """The condition number of a matrix of mpmath numbers."""
    with mpmath.workdps(50):
        singular = mpmath.svd_r(mpmath.matrix(matrix.tolist()), compute_uv=False)
        return singular[0] / singular[len(singular) - 1]


def growth() -> float:
    """exp of the largest exponent of κ_j, by search; the exponent is flat there, so only rounding remains."""
    found = minimize_scalar(
        lambda x: -exact.condition_exponent(x), bounds=(0, 1), method="bounded", options={"xatol": 1e-9}
    )
    return float(np.exp(-found.fun))


Scaled = tuple[Place, tuple[float, ...]]


@st.composite
def scalings(draw: st.DrawFn) -> Scaled:
    """A place with a size up to 7, and how far each column's scale is from the balanced one."""
    place = draw(places(7))
    return place, tuple(draw(st.lists(st.floats(-3.0, 3.0), min_size=place.N, max_size=place.N)))


def beyond(values: np.ndarray, entry: int) -> np.ndarray:
    """With one more entry, that no sum or bound allows for: a shifted index must not go unseen."""
    return np.append(values, entry)


def measured_condition(drawn: Scaled) -> Iterator[Sample]:
    """Norms of exact rational vectors, singular values at 50 digits; and the closed forms of `numerics`."""
    place, shifts = drawn
    found, q = system(odd(place.N)), roots(odd(place.N))
    with mpmath.workdps(50):
        V, W = q[:, None] * rational(found.V), rational(found.W) / q
        columns, rows = (np.array([mpmath.sqrt(x) for x in (M**2).sum(axis)]) for M, axis in ((V, 0), (W, 1)))
        kappa = columns * rows
        balance = np.array([mpmath.sqrt(x) for x in rows / columns])
        alternating = np.abs(rational(found.V) * rational(found.W).sum(1)).sum(1)
        values = {
            "kappa_D": condition(V * balance * np.array([mpmath.exp(x) for x in shifts])),
            "kappa_E": condition(V * balance),
            "mu": growth(),
        }
    common = values | {"N": place.N, "n": place.n, "j": place.j}
    J = int(np.flatnonzero(np.abs(kappa - kappa.max()) < EXACT)[-1])
    yield Sample(common | {"kappa": beyond(kappa, 0), "J": J, "d": beyond(alternating, 10**30)}, MU_ERROR)
    fast = exact.eigenvalue_condition(place.N)
    last = int(np.flatnonzero(fast == fast.max())[-1])
    delannoy = np.array([exact.central_delannoy(n) for n in range(place.N)], dtype=object)
    yield Sample(common | {"kappa": beyond(fast, 0), "J": last, "d": beyond(delannoy, 10**30)}, MU_ERROR)


def of_the_normal_part(drawn: Scaled) -> Iterator[Sample]:
    """Orthonormal eigenvectors: every κ_j is 1."""
    sample = next(measured_condition(drawn))
    yield Sample({**sample.values, "kappa": np.ones(drawn[0].N)}, sample.tolerance)


def enclosed_condition() -> float:
    """κ_J <= κ <= sum of κ_j in balls for the balanced columns, up to N = 32; and κ_J <= κ for columns of length 1."""
    widths = []
    for N in (1, 4, 16, 32):
        fast, kappa = exact.legs_eigensystem(N), exact.eigenvalue_condition(N)
        with ctx.workprec(1200):
            norms = [
                (arb(int(x)).sqrt(), arb(int(k))) for x, k in zip(exact.column_norms_squared(N), kappa, strict=True)
            ]
            scales = [k.sqrt() / norm for norm, k in norms]
            V = [[arb(int(fast.vectors[n, j])) * arb(2 * n + 1).sqrt() * scales[j] for j in range(N)] for n in range(N)]
            ball = positive_condition(arb_mat(V).transpose() * arb_mat(V)).sqrt()
            assert not (ball < int(kappa.max()) or ball > int(kappa.sum())), f"N = {N}: {ball} excludes the bounds"
            widths.append(float(ball.rad() / ball.mid()))
        assert float(kappa.max()) * (1 - UNIT) <= certified.legs_condition(N).upper[0]
    return max(widths)


def trained_condition() -> Trained:
    """The torch kernel of LegS in its eigenbasis, where n-th digits are lost as d_n says.

    Criterion: every K_n is right within 64 N roundings of its terms, whose absolute sum is q_n d_n.
    """
    N, length, dt = 24, 32, 0.125
    V, _ = exact.legs_eigenvectors(N)
    amplitudes = torch.as_tensor(V * exact.legs_eigensystem(N).weights.astype(float), dtype=torch.complex128)
    poles = torch.exp(-dt * torch.arange(1, N + 1, dtype=torch.float64)).to(torch.complex128)
    found = diagonal_kernel(amplitudes / 2, poles.expand(N, N), length).numpy()
    terms = np.array([np.sqrt(2 * n + 1) * exact.central_delannoy(n) for n in range(N)])
    error = np.abs(found - exact.legs_kernel(N, dt * np.arange(length))).max(1)
    assert error[21] > 0.1, "float64 should have lost all digits of K_21"
    return Trained(
        float(np.max(error / terms)), 64 * N * UNIT, 1, "torch kernels in LegS's eigenbasis; error over terms"
    )


CHECKS = (
    Check(
        claim.LEGS_EIGENSYSTEM,
        inputs=places(),
        measure=measured_eigensystem,
        counter=Counter("q_n^2 = 2n + 1 (n + 1 instead)", places(4), with_other_squares),
        examples=(Place(1, 0, 0, 0.5), Place(6, 4, 2, 0.25), Place(6, 2, 4, 1.5), Place(9, 8, 8, 0.0)),
        still_true={
            name: "n + j and n - j have one parity"
            for name in (
                "sign of -j at 6.1.0.1.1",
                "sign of -l at 7.1.1.0.0.1.1",
                "sign of n at 6.1.0.1.0",
                "sign of n at 7.1.1.0.0.1.0",
            )
        },
        enclosed=enclosed_eigensystem,
    ),
    Check(
        claim.LEGS_EIGENVECTOR_CONDITION,
        inputs=scalings(),
        measure=measured_condition,
        counter=Counter(
            "that A is the full matrix (its normal part)",
            scalings().filter(lambda drawn: drawn[0].N > 1),
            of_the_normal_part,
        ),
        examples=(
            (Place(1, 0, 0, 0.0), (0.0,)),
            (Place(2, 1, 1, 0.0), (0.0, 0.0)),
            (Place(7, 3, 5, 0.0), (0.0,) * 7),
        ),
        still_true={
            "constant 1 -> 2 at 5.1.0.0": "a weaker bound",
            "index n -> n + 1 at 5.1.1.1": "a weaker bound: d_n increases",
            "index j -> j + 1 at 0.0.1": "the bound holds for every j",
        },
        enclosed=enclosed_condition,
        trained=trained_condition,
    ),
)
