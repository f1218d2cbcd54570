"""Checks of the initialisations of diagonal models: S4D-Inv, S4D-Lin, and LegS-D against LegS."""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import gcd
from typing import Any, NamedTuple

import mpmath
import numpy as np
import torch
from flint import arb, ctx, fmpz_mat
from hypothesis import strategies as st

import numerics.equivalence as exact
import theory.equivalence.initialisations as claim
from models.layers.initialisations import lin
from models.layers.s4d import S4D
from numerics import spectra
from tests.equivalence.legs import BITS, EXACT
from tests.oracles import as_mpf
from tests.witness import UNIT, Check, Counter, Ladder, Sample, Trained

#: Multiples of 32, so that a mode of the bulk can sit at the same share of each.
SIZES = (256, 384, 512)


def column(values: np.ndarray) -> mpmath.matrix:
    """Floats as an exact column, made once."""
    return mpmath.matrix(values.tolist())


@lru_cache
def frequencies(N: int) -> tuple[mpmath.matrix, mpmath.matrix]:
    """ω_k, fastest first, by a Hermitian eigensolver and by the phase equation."""
    return column(spectra.legs_normal(N).imag[::-1]), column(exact.normal_part_frequencies(N))


@lru_cache
def inverse_law(N: int) -> mpmath.matrix:
    """S4D-Inv's frequencies, fastest first."""
    return column(spectra.s4d_inv(N).imag)


Modes = tuple[int, int]


def measured_inverse(drawn: Modes, growing: int = 0) -> Iterator[Ladder]:
    """Mode k, and mode m = N share/32 of the bulk, at three sizes; `growing` lets k grow with N as well."""
    k, share = drawn
    for route in (0, 1):
        rungs = tuple(
            {
                "N": N,
                "k": k + growing * N // 32,
                "m": N * share // 32,
                "omega": frequencies(N)[route],
                "nu": inverse_law(N),
            }
            for N in SIZES
        )
        yield Ladder(tuple(1 / N for N in SIZES), rungs, 2.0)


def with_a_growing_mode(drawn: Modes) -> Iterator[Ladder]:
    yield from measured_inverse(drawn, growing=2)


def index_gap(y: arb) -> arb:
    """How far the index of S4D-Inv lies below that of LegS-D at ω = y N."""
    return bulk_index(y) - 1 / (arb.pi() * y + 1)


def frequency_gap(y: arb) -> arb:
    """S4D-Inv's frequency over y N, less 1, at the index where LegS-D has y N."""
    return (1 / bulk_index(y) - 1) / (arb.pi() * y) - 1


def bulk_index(y: arb) -> arb:
    return ((1 / y).atan() - y / 2 * (1 + 1 / y**2).log()) * 2 / arb.pi()


def enclosed_inverse() -> float:
    """The largest error in index and the most negative one in frequency over 1/100 <= y <= 100, in balls.

    Beyond, both indices lie within 1/100 of each other.
    """
    with ctx.workprec(64):
        cuts = [(arb(i) / 1000).exp() for i in range(-4606, 4607)]
        cells = [low.union(high) for low, high in pairwise(cuts)]
        largest = max(float(abs(index_gap(y)).upper()) for y in cells)
        least = min(float(frequency_gap(y).lower()) for y in cells)
        reached, met = float(index_gap(arb("0.366")).lower()), float(frequency_gap(arb(bulk_share(0.525))).upper())
    assert reached <= 0.0627 <= largest, f"index: between {reached} and {largest}"
    assert least <= -0.222 <= met + 5e-4, f"frequency: between {least} and {met}"
    return max(largest - reached, met - least)


def bulk_share(x: float) -> float:
    return float(exact.bulk_frequency(x))


class Block(NamedTuple):
    """An even size N, a rate n < N/2 and a column k < N."""

    N: int
    n: int
    k: int


BLOCKS = st.integers(1, 10).flatmap(
    lambda half: st.builds(Block, st.just(2 * half), st.integers(0, half - 1), st.integers(0, 2 * half - 1))
)


def by_size(poles: list[Any]) -> np.ndarray:
    """Poles of growing |Im|, the one with Im > 0 of a pair first."""
    return np.array(sorted(poles, key=lambda s: (round(abs(float(s.imag)), 6), -float(s.imag))), dtype=object)


def turning(N: int) -> np.ndarray:
    """R in integers: coordinates (2n, 2n+1) turn at rate n."""
    R = np.zeros((N, N), dtype=int)
    for n in range(N // 2):
        R[2 * n + 1, 2 * n], R[2 * n, 2 * n + 1] = n, -n
    return R


@lru_cache
def exact_fout(N: int) -> dict[str, np.ndarray]:
    """FouT from its definition; the eigenvalues of pi R by the integer characteristic polynomial of R."""
    R, B = turning(N), np.array([mpmath.mpf(0)] * N, dtype=object)
    with ctx.workprec(BITS), mpmath.workprec(BITS):
        for n in range(0, N, 2):
            B[n] = mpmath.sqrt(2) if n else mpmath.mpf(1)
        roots: list[Any] = fmpz_mat(R.tolist()).charpoly().complex_roots()
        s = [mpmath.mpc(0, as_mpf(root[0].imag)) * mpmath.pi for root in roots for _ in range(root[1])]
        A = mpmath.pi * R - np.outer(B, B)
        shifted = np.array([mpmath.mpc(-0.5, mpmath.pi * n) for n in range(N // 2)], dtype=object)
    return {"A": A, "B": B, "s": by_size(s), "s'": shifted}


def float_fout(N: int) -> dict[str, np.ndarray]:
    """The matrices and poles of `spectra`, and an eigensolver."""
    A, B = spectra.fout(N)
    return {"A": A, "B": B, "s": by_size(list(np.linalg.eigvals(A + np.outer(B, B)))), "s'": spectra.s4d_lin(N)}


def measured_fout(drawn: Block) -> Iterator[Sample]:
    """By definition and in floats; [alg] with the norm of A + B B^*, pi N/2."""
    yield Sample(exact_fout(drawn.N) | drawn._asdict(), EXACT)
    yield Sample(float_fout(drawn.N) | drawn._asdict(), 64 * drawn.N * UNIT * 2 * drawn.N)


def of_legs(drawn: Block) -> Iterator[Sample]:
    """The normal part of LegS, its real part -1/2 taken off."""
    s = by_size([pole + 0.5 for pole in spectra.legs_normal(drawn.N)])
    yield Sample(exact_fout(drawn.N) | {"s": s} | drawn._asdict(), 64 * drawn.N**3 * UNIT)


def trained_lin() -> Trained:
    """Poles of S4D-Lin layers, read from their parameters, against the eigenvalues that torch finds for FouT.

    Criterion: 64 N roundings of the largest frequency, pi N/2.
    """
    gaps = []
    for N in (2, 8, 64):
        A, B = (torch.as_tensor(part) for part in spectra.fout(N))
        wanted = np.sort(torch.linalg.eigvals(A + torch.outer(B, B)).imag.numpy())[N // 2 :]
        found = np.sort(S4D(lin(N), 0.1, dtype=torch.float64).continuous().detach().numpy()[0].imag)
        gaps.append(np.abs(found - wanted).max() / (64 * N * UNIT * np.pi * N / 2))
    return Trained(float(max(gaps)), 1.0, 1, "poles of S4D-Lin layers against FouT's, over 64 N roundings")


class Rational(NamedTuple):
    """M poles of half a spectrum, and Δ = p/q in lowest terms."""

    M: int
    p: int
    q: int


def lowest(M: int, p: int, q: int) -> Rational:
    return Rational(M, p // gcd(p, q), q // gcd(p, q))


RATIONALS = st.builds(lowest, st.integers(1, 40), st.integers(1, 60), st.integers(1, 60))


def distinct(poles: np.ndarray, apart: float) -> int:
    """How many values poles on one circle take, given that different ones are at least `apart` apart in angle."""
    angles = np.sort(np.angle(poles) % (2 * np.pi))
    steps = np.diff(np.append(angles, angles[0] + 2 * np.pi))
    return max(1, int(np.sum(steps > apart / 2)))


def measured_count(drawn: Rational) -> Iterator[Sample]:
    """By fractions of a turn; by residues in `numerics`; by the poles themselves in floats."""
    M, p, q = drawn
    turns = {Fraction(j * p, q) % 2 for j in range(1 - M, M)}
    poles = spectra.zoh(spectra.conjugate_closed(spectra.s4d_lin(2 * M)), p / q)
    for count in (len(turns), exact.lin_distinct_poles_counted(M, p, q), distinct(poles, np.pi / q)):
        yield Sample({"count": count, "M": M, "p": p, "q": q}, 1e-9)  # whole numbers


def under_the_bilinear_map(drawn: Rational) -> Iterator[Sample]:
    M, p, q = drawn
    poles = spectra.bilinear(spectra.conjugate_closed(spectra.s4d_lin(2 * M)), p / q)
    count = len({complex(pole) for pole in poles})
    yield Sample({"count": count, "M": M, "p": p, "q": q}, 1e-9)


def trained_count() -> Trained:
    """Distinct poles of S4D-Lin layers at the steps named in the specification of the initialisation.

    Criterion: the very number.
    """
    steps = [lowest(32, 1, 31), lowest(32, 2, 25), lowest(32, 3, 50), lowest(4, 1, 3), lowest(1, 1, 1)]
    gaps = []
    for M, p, q in steps:
        poles = S4D(lin(2 * M), p / q, dtype=torch.float64).poles()
        gaps.append(abs(distinct(poles, np.pi / q) - exact.lin_distinct_poles(M, p, q)))
    return Trained(float(max(gaps)), 0.0, 1, "distinct poles of S4D-Lin layers against their number")


CHECKS = (
    Check(
        claim.S4D_INV_ASYMPTOTICS,
        inputs=st.tuples(st.integers(0, 2), st.integers(2, 14)),
        measure=measured_inverse,
        counter=Counter("k fixed (it grows like N/16)", st.tuples(st.just(0), st.integers(2, 14)), with_a_growing_mode),
        examples=((0, 2), (2, 14)),
        enclosed=enclosed_inverse,
    ),
    Check(
        claim.S4D_LIN_IS_FOUT,
        inputs=BLOCKS,
        measure=measured_fout,
        still_true={"index k -> k + 1 at 1.0.2": "row 1 of A is zero in every column"},
        counter=Counter("that the matrix is FouT's (LegS's normal part)", BLOCKS, of_legs),
        examples=(Block(2, 0, 0), Block(8, 3, 5), Block(8, 1, 2)),
        trained=trained_lin,
    ),
    Check(
        claim.LIN_ALIASING_COUNT,
        inputs=RATIONALS,
        measure=measured_count,
        counter=Counter("a zero-order hold (the bilinear map, which is injective)", RATIONALS, under_the_bilinear_map),
        examples=(Rational(32, 1, 31), Rational(32, 2, 25), Rational(32, 3, 50), Rational(1, 1, 1), Rational(3, 1, 2)),
        trained=trained_count,
    ),
)
