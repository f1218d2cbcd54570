"""Checks of the normal part of LegS: normal plus low rank, the resolvents of both, and the spectrum."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch
from flint import acb, acb_mat, arb, ctx
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence.legs as legs
import theory.equivalence.normal_part as claim
from models.equivalence.legs import dc_gain
from models.layers.initialisations import legs as legs_low_rank
from models.layers.initialisations import legs_basis, legs_diagonal
from models.layers.s4 import S4
from models.layers.s4d import S4D
from numerics import spectra
from tests.equivalence.legs import BITS, EXACT, Place, places
from tests.oracles import as_matrix, as_mpf
from tests.witness import UNIT, Check, Counter, Sample, Trained


def legs_in_balls(N: int) -> tuple[acb_mat, acb_mat]:
    """A and B of LegS from their definition, at the working precision."""
    q = [arb(2 * n + 1).sqrt() for n in range(N)]
    A = acb_mat([[acb(-q[n] * q[k] if n > k else arb(-(n + 1) * (n == k))) for k in range(N)] for n in range(N)])
    return A, acb_mat([[acb(x)] for x in q])


def array(balls: acb_mat) -> np.ndarray:
    """Midpoints as mpmath numbers, a single column as a vector."""
    grid = np.array(as_matrix(balls).tolist(), dtype=object)
    return grid[:, 0] if balls.ncols() == 1 else grid


def padded(balls: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """With an entry of 1 beyond the end of what is summed over: a shifted index must not go unseen."""
    summed = {name: np.pad(balls[name], 1, constant_values=1)[1:] for name in ("s", "P'")}
    return balls | summed | {"U": np.pad(balls["U"], 1, constant_values=1)[1:, 1:]}


def float_nplr(N: int) -> dict[str, np.ndarray]:
    """The matrices of `spectra` and the closed forms of `numerics`."""
    (A, _), P, U = spectra.legs(N), exact.nplr(N)[0], exact.normal_part_eigenvectors(N)
    return {"A": A, "P": P, "s": -0.5 + 1j * exact.normal_part_frequencies(N), "U": U, "P'": U.conj().T @ P}


@lru_cache
def modes(N: int, share: float = 0.5) -> tuple[list[acb], acb_mat]:
    """Eigenvalues of A + share B B^*, fastest first, and unit eigenvectors as columns, found by Arb."""
    with ctx.workprec(BITS):
        A, B = legs_in_balls(N)
        poles, vectors = (A + B * B.transpose() * acb(share)).eig(right=True)
        order = sorted(range(N), key=lambda i: -float(poles[i].imag.mid()))
        norms = [sum((abs(vectors[n, i]) ** 2 for n in range(N)), arb(0)).sqrt() for i in range(N)]
        return [poles[i] for i in order], acb_mat([[vectors[n, i] / norms[i] for i in order] for n in range(N)])


@lru_cache
def exact_nplr(N: int, length: float = 1.0) -> dict[str, np.ndarray]:
    """LegS from its definition, P `length` times what it should be, and the modes of A + P P^*."""
    s, U = modes(N, length**2 / 2)
    with ctx.workprec(BITS):
        A, B = legs_in_balls(N)
        P = B * (acb(length**2 / 2).sqrt())
        balls = {"A": A, "P": P, "s": acb_mat([[pole] for pole in s]), "U": U, "P'": U.conjugate().transpose() * P}
        found = {name: np.array(as_matrix(ball).tolist(), dtype=object) for name, ball in balls.items()}
    return {name: grid if name in "AU" else grid[:, 0] for name, grid in found.items()}


def measured_nplr(place: Place) -> Iterator[Sample]:
    yield Sample(padded(exact_nplr(place.N)) | place.entry(), EXACT)
    # [alg] with the norm of A, at most N^2
    yield Sample(padded(float_nplr(place.N)) | place.entry(), 64 * place.N**3 * UNIT)


def with_a_longer_column(place: Place) -> Iterator[Sample]:
    yield Sample(padded(exact_nplr(place.N, 1.01)) | place.entry(), EXACT)


def trained_nplr() -> Trained:
    """The S4 layer's own Λ, P in double precision and its basis V give LegS back, for odd and even N.

    Criterion: entries within 64 N^3 roundings, as for the matrices of `numerics`.
    """
    gaps = []
    for N in (1, 2, 7, 16):
        layer, half = S4(legs_low_rank(N), 0.1, dtype=torch.float64), legs_basis(N)
        poles, P, *_ = (part.detach().numpy()[0] for part in layer.full())
        V = np.hstack([half, half[:, layer.pair.numpy()].conj()])
        back = V @ (np.diag(poles) - np.outer(P, P.conj())) @ V.conj().T
        gaps.append(np.abs(back - spectra.legs(N)[0]).max() / (64 * N**3 * UNIT))
    return Trained(float(max(gaps)), 1.0, 1, "S4 layers: V (Λ - P P^*) V^* against LegS, in units of 64 N^3 roundings")


class Points(NamedTuple):
    """A size N, a state n and an integer m below it, a complex point and a frequency."""

    N: int
    n: int
    m: int
    s: complex
    omega: float


def points(largest: int = 9) -> st.SearchStrategy[Points]:
    """N = 1..largest; s off the real axis, where no pole of LegS lies; ω not 0."""
    heights = st.one_of(st.floats(0.1, 20.0), st.floats(-20.0, -0.1))
    s = st.builds(complex, st.one_of(st.sampled_from([0.0, -0.5, -1.0, 2.0]), st.floats(-6.0, 8.0)), heights)
    omega = st.one_of(st.floats(1e-3, 1e3), st.floats(-1e3, -1e-3))
    return st.integers(1, largest).flatmap(
        lambda N: st.builds(Points, st.just(N), st.integers(0, N - 1), st.integers(0, N - 1), s, omega)
    )


def resolvents(N: int, s: acb, drive: float = 0.5) -> tuple[acb_mat, acb_mat, acb]:
    """X, Y and ρ at s by solving with the matrices themselves; LegS-D driven by `drive` times B."""
    A, B = legs_in_balls(N)
    resolvent = acb_mat([[s * (n == k) - A[n, k] for k in range(N)] for n in range(N)])
    X = resolvent.solve(B)
    Y = (resolvent - B * B.transpose() / 2).solve(B * acb(drive))
    return X, Y, 1 - (B.transpose() * X)[0, 0]


def exact_transforms(drawn: Points, drive: float = 0.5) -> Sample:
    with ctx.workprec(BITS):
        X, Y, rho = resolvents(drawn.N, acb(drawn.s.real, drawn.s.imag), drive)
        Z, _, on_axis = resolvents(drawn.N, acb(0, drawn.omega))
        F, H, _ = resolvents(drawn.N, acb(drawn.m), drive)
        numbers = array(acb_mat([[rho], [on_axis]]))
        values = {"rho": numbers[0], "rho_omega": numbers[1], "X": array(X), "Y": array(Y), "Z": array(Z)}
        return Sample(values | {"F": array(F), "H": array(H)} | letters(drawn), EXACT)


def letters(drawn: Points) -> dict[str, Any]:
    return {"N": drawn.N, "n": drawn.n, "s": drawn.s, "omega": drawn.omega}


def measured_transforms(drawn: Points) -> Iterator[Sample]:
    """By solving in balls; and by the products of `numerics`, in floats."""
    yield exact_transforms(drawn)
    s = np.array([drawn.s, 1j * drawn.omega, drawn.m])
    X, Y, rho = exact.legs_transfer(drawn.N, s), exact.normal_transfer(drawn.N, s), exact.legs_ratio(drawn.N, s)
    values = {"rho": rho[0], "rho_omega": rho[1], "X": X[:, 0], "Y": Y[:, 0], "Z": X[:, 1], "F": X[:, 2], "H": Y[:, 2]}
    # [cond]: 1 + ρ in the denominator of Y cancels near a resonance
    scale = (abs(rho[0]) + np.abs(X[:, 0]).max() * (1 + abs(rho[0])) / abs(1 + rho[0]) ** 2 + np.abs(X).max()) + 1
    yield Sample(values | letters(drawn), 64 * drawn.N * UNIT * float(scale))


def driven_by_all_of_B(drawn: Points) -> Iterator[Sample]:
    yield exact_transforms(drawn, drive=1.0)


def trained_transforms() -> Trained:
    """The DC gain of an S4 layer and of an S4D-LegS layer, by their impulse responses.

    Criterion, of the experiment: the gap keeps below rounding and what the responses leave beyond the end.
    """
    runs = [dc_gain(n, N) for n, N in ((0, 4), (1, 7), (0, 16))]
    worst = max(runs, key=lambda run: run.gap / run.tolerance)
    return Trained(worst.gap, worst.tolerance, 1, "DC gain of S4 and S4D-LegS layers")


def spectrum(N: int, share: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """ω_k and |v_k^* B|^2 of A + share B B^*, by Arb."""
    poles, vectors = modes(N, share)
    with ctx.workprec(BITS):
        _, B = legs_in_balls(N)
        weights = [abs(overlap) ** 2 for overlap in (vectors.conjugate().transpose() * B).entries()]
        return np.array([as_mpf(pole.imag) for pole in poles]), np.array([as_mpf(weight) for weight in weights])


def measured_spectrum(drawn: tuple[int, int]) -> Iterator[Sample]:
    """By Arb up to N = 8; by a Hermitian eigensolver in floats; by the phase equation of `numerics`."""
    N, k = drawn
    if N <= 8:
        omega, weight = spectrum(N)
        yield Sample({"N": N, "k": k, "omega": omega, "w": weight}, EXACT)
    A, B = spectra.legs(N)
    frequencies, vectors = np.linalg.eigh(-1j * (A + 0.5 * np.outer(B, B) + 0.5 * np.eye(N)))
    weight = np.abs(vectors.conj().T @ B) ** 2
    # [alg] with the norm of A, at most N^2; the phase, and the weights of unit size, move no faster than 2 N per unit
    yield Sample({"N": N, "k": k, "omega": frequencies[::-1], "w": weight[::-1]}, 64 * N**4 * UNIT)
    fast = {"omega": exact.normal_part_frequencies(N), "w": exact.normal_part_weights(N)}
    yield Sample({"N": N, "k": k} | fast, 64 * N**2 * UNIT)


def with_less_of_B(drawn: tuple[int, int]) -> Iterator[Sample]:
    omega, weight = spectrum(drawn[0], share=0.4)
    yield Sample({"N": drawn[0], "k": drawn[1], "omega": omega, "w": weight}, EXACT)


def enclosed_spectrum() -> float:
    """Balls around the eigenvalues, as Arb isolates them, hold the levels of the phase."""
    widest = 0.0
    for N in (1, 2, 5, 12):
        for k, pole in enumerate(modes(N)[0]):
            with ctx.workprec(BITS):
                phase = sum(((2 * pole.imag / (2 * n + 1)).atan() for n in range(N)), arb(0))
                assert phase.overlaps(arb.pi() * (N - 1 - 2 * k) / 2), f"mode {k} of {N}: phase {phase}"
                assert (2 * pole.real + 1).contains(0), f"mode {k} of {N}: real part {pole.real}"
                widest = max(widest, float(phase.rad()))
    return widest


def trained_spectrum() -> Trained:
    """The poles of an S4D-LegS layer, read from its parameters, on the levels of the phase.

    Criterion: 64 N roundings of the phase, whose terms are at most pi/2.
    """
    gaps = []
    for N in (1, 2, 9, 64):
        layer = S4D(legs_diagonal(N), 0.1, dtype=torch.float64)
        omega = np.sort(layer.continuous().detach().numpy()[0].imag)
        found = exact.normal_part_phase(omega, N)
        levels = (N % 2 == 0) * np.pi / 2 + np.pi * np.arange((N + 1) // 2)
        gaps.append(np.abs(found - levels).max() / (64 * N * UNIT))
    return Trained(float(max(gaps)), 1.0, 1, "poles of S4D-LegS layers: phase against level, over 64 N roundings")


SIZED = st.integers(1, 40).flatmap(lambda N: st.tuples(st.just(N), st.integers(0, N - 1)))

CHECKS = (
    Check(
        legs.NPLR_IDENTITY,
        inputs=places(7),
        measure=measured_nplr,
        counter=Counter("the length of P (1.01 times that)", places(4), with_a_longer_column),
        examples=(Place(1, 0, 0, 0.0), Place(5, 1, 3, 0.0), Place(5, 3, 1, 0.0), Place(4, 2, 2, 0.0)),
        trained=trained_nplr,
    ),
    Check(
        claim.S4D_LEGS_LAPLACE,
        inputs=points(),
        measure=measured_transforms,
        counter=Counter("input B/2 of LegS-D (B instead)", points(4), driven_by_all_of_B),
        examples=(
            Points(1, 0, 0, 0.5 + 1j, 1.0),
            Points(6, 3, 5, -0.5 + 2j, -0.25),
            Points(4, 0, 0, 3 - 4j, 8.0),
            Points(40, 17, 12, 0.25 + 3j, 2.0),
        ),
        trained=trained_transforms,
    ),
    Check(
        claim.NORMAL_PART_SPECTRUM,
        inputs=SIZED,
        measure=measured_spectrum,
        counter=Counter("half of B B^* (0.4 of it)", st.sampled_from([(2, 0), (3, 0), (5, 1)]), with_less_of_B),
        examples=((1, 0), (2, 0), (2, 1), (5, 2), (40, 39)),
        enclosed=enclosed_spectrum,
        trained=trained_spectrum,
    ),
)
