"""Condition numbers enclosed without an eigenvalue solver, so that clustered and repeated eigenvalues do no harm.

Glossary: G Hermitian, positive definite · κ ratio of its extreme eigenvalues · m = 2^k a power.
"""

import contextlib
import math

from flint import acb, acb_mat, arb, arb_mat, ctx
from numpy.typing import ArrayLike

from numerics.certified.enclosure import Enclosure, NotTight, Poles, as_bits, enclose, energy, pole_balls
from numerics.preconditions import as_count, as_pair, as_positive

_SQUARINGS = 40  # the trace of the 2^40th power knows the largest eigenvalue to ln(N)/2^40


def _log_largest(matrix: arb_mat | acb_mat) -> arb:
    """Ln λ_max between ln(tr G^m/N)/m and ln(tr G^m)/m; the trace is divided out before it could leave the range."""
    N, log, weight = matrix.nrows(), arb(0), arb(1)
    for _ in range(_SQUARINGS):
        trace = _trace(matrix)
        log += trace.log() * weight
        matrix, weight = (matrix / trace) ** 2, weight / 2
    trace = _trace(matrix)
    if not trace > 0:
        raise NotTight(f"trace {trace} of a power is not certainly positive at {ctx.prec} bits: raise bits")
    return log + ((trace / N).log() * weight).union(trace.log() * weight)


def _trace(matrix: arb_mat | acb_mat) -> arb:
    diagonal = [acb(matrix[i, i]).real for i in range(matrix.nrows())]
    trace = sum(diagonal, arb(0))
    if not trace > 0:
        raise NotTight(f"trace {trace} of a positive matrix is not certainly positive at {ctx.prec} bits: raise bits")
    return trace


def positive_condition(G: arb_mat | acb_mat) -> arb:
    """Condition number of a positive definite Hermitian matrix of balls, at the present working precision.

    λ_max <= (tr G^m)^{1/m} <= N^{1/m} λ_max, the same for G⁻¹, κ(G) = λ_max(G) λ_max(G⁻¹), m = 2^40

    Arguments: G (N, N), arb_mat or acb_mat, Hermitian and positive definite; not checked. Returns: arb ball.
    Raises: NotTight when G is not certainly invertible, or precision ran out. Reference: this project.
    """
    try:
        inverse = G.inv()
    except ZeroDivisionError as error:
        raise NotTight(f"matrix not certainly invertible at {ctx.prec} bits: raise bits") from error
    return (_log_largest(G) + _log_largest(inverse)).exp()


def condition(G: ArrayLike, bits: int = 400) -> Enclosure:
    """Condition number of a positive definite Hermitian matrix of doubles, taken exactly.

    Arguments: G (N, N), Hermitian, positive definite; bits. Returns: Enclosure (1,), relative width about 1e-11.
    Raises: ValueError for a matrix that is not square or not Hermitian; NotTight when bits do not suffice.
    """
    matrix = as_pair(G, [0.0] * len(G))[0]  # type: ignore[arg-type]
    if (matrix != matrix.conj().T).any():
        raise ValueError(f"G of shape {matrix.shape} differs from its conjugate transpose: must be Hermitian")
    with ctx.workprec(as_bits(bits)):
        balls = acb_mat([[acb(x.real, x.imag) for x in row] for row in matrix])
        return enclose([positive_condition(balls)], math.inf)


def gram_condition(poles: Poles, bits: int = 512) -> Enclosure:
    """Condition number of the Gram matrix of a diagonal system with B = 1.

    G_kl = 1/(1 − λ_kλ̄_l)

    Arguments: distinct poles (N,), |λ| < 1, doubles taken exactly or balls; bits to begin with: they are doubled, up to
    16 times, until the digits suffice. Returns: Enclosure (1,), relative width below 1e-9.
    Raises: ValueError for bad poles; NotTight for repeated or inexact ones.
    """
    return _with_enough_bits(poles, bits, scaled=False)


def unit_gram_condition(poles: Poles, bits: int = 512) -> Enclosure:
    """The same for states of variance one: G scaled to a unit diagonal.

    Arguments, returns, raises: as `gram_condition`.
    """
    return _with_enough_bits(poles, bits, scaled=True)


def _with_enough_bits(poles: Poles, bits: int, *, scaled: bool) -> Enclosure:
    for precision in (as_bits(bits) * factor for factor in (1, 2, 4, 8)):
        with contextlib.suppress(NotTight):
            return _gram_condition(poles, precision, scaled=scaled)
    return _gram_condition(poles, 16 * bits, scaled=scaled)


def _gram_condition(poles: Poles, bits: int, *, scaled: bool) -> Enclosure:
    with ctx.workprec(bits):
        kappa = positive_condition(_gram(pole_balls(poles), scaled=scaled))
        return enclose([kappa], 1e-9 * float(kappa.mid()))


def _gram(poles: list[acb], *, scaled: bool) -> arb_mat | acb_mat:
    gap = [(1 - energy(p)).sqrt() if scaled else arb(1) for p in poles]
    rows = [
        [g * h / (1 - p * q.conjugate()) for q, h in zip(poles, gap, strict=True)]
        for p, g in zip(poles, gap, strict=True)
    ]
    if all(p.imag == 0 for p in poles):
        return arb_mat([[entry.real for entry in row] for row in rows])
    return acb_mat(rows)


def geometric_condition(N: int, spacing: float, bits: int = 400) -> Enclosure:
    """Condition number of real poles with geometrically spaced (1−λ)/(1+λ), at any N and spacing.

    κ of 1/cosh(h(i−j)/2)

    Arguments: N >= 1; spacing h > 0, a double taken exactly; bits. Returns: Enclosure (1,).
    Raises: ValueError for a bad N or spacing; NotTight when bits do not suffice. Reference: this project.
    """
    N, spacing = as_count("N", N), as_positive("spacing", spacing)
    with ctx.workprec(as_bits(bits)):
        entries = [1 / (arb(spacing) * m / 2).cosh() for m in range(N)]
        G = arb_mat([[entries[abs(i - j)] for j in range(N)] for i in range(N)])
        return enclose([positive_condition(G)], math.inf)
