"""Slow and obvious: definitions evaluated in ball arithmetic, sharing no code with `numerics`.

Floats enter exactly. Where a ball has grown too wide to be of use, `ArithmeticError` says so: raise the bits.
"""

import mpmath
import numpy as np
from flint import acb, acb_mat, arb, ctx

BITS = 1000


def ball_matrix(entries: np.ndarray | acb_mat) -> acb_mat:
    """A float matrix (or a vector, as one column) as exact balls; balls stay as they are."""
    if isinstance(entries, acb_mat):
        return entries
    grid = np.asarray(entries, dtype=complex)
    return acb_mat([[acb(x.real, x.imag) for x in row] for row in grid.reshape(len(grid), -1).tolist()])


def as_mpf(ball: arb) -> mpmath.mpf:
    """The midpoint of a ball, all its bits kept, whatever mpmath's working precision."""
    man, exp = ball.mid().man_exp()
    with mpmath.workprec(max(64, int(man).bit_length())):
        return mpmath.ldexp(int(man), int(exp))


def as_matrix(balls: acb_mat) -> mpmath.matrix:
    """The midpoints of a matrix of balls, all their bits kept."""
    with mpmath.workprec(ctx.prec + 64):  # mpmath rounds the parts of a complex number to its working precision
        return mpmath.matrix([[mpmath.mpc(as_mpf(z.real), as_mpf(z.imag)) for z in row] for row in balls.tolist()])


def controllability_gram(A: np.ndarray, B: np.ndarray, bits: int = BITS) -> mpmath.matrix:
    """G = sum_k A^k B B^* A^{*k}."""
    with ctx.workprec(bits):
        column = ball_matrix(B)
        return as_matrix(stein_sum(ball_matrix(A), column * adjoint(column), bits))


def lag_direction(A: np.ndarray, B: np.ndarray, lag: int, bits: int = BITS) -> mpmath.matrix:
    """c = A^lag B, shape (N, 1)."""
    with ctx.workprec(bits):
        return as_matrix(ball_matrix(A) ** lag * ball_matrix(B))


def transformed(A: np.ndarray, B: np.ndarray, S: np.ndarray, bits: int = BITS) -> tuple[np.ndarray, np.ndarray]:
    """(S A S^{-1}, S B), computed to many digits and rounded once to complex128; shapes (N, N) and (N,)."""
    with ctx.workprec(bits):
        change = ball_matrix(S)
        A_new, B_new = change * ball_matrix(A) * change.inv(), change * ball_matrix(B)
        rounded = [np.array([[complex(z.mid()) for z in row] for row in M.tolist()]) for M in (A_new, B_new)]
    return rounded[0], rounded[1][:, 0]


def memory_condition(A: np.ndarray, B: np.ndarray, lag: int, directions: int = 4) -> float:
    """How much M_lag moves per relative change of (A, B): the largest of several random directions, at least 1.

    A backward stable route errs by this times its rounding unit. (A, B) must be controllable.
    """
    rng = np.random.default_rng(0)
    size, step = len(np.asarray(B)), 2.0**-80
    with ctx.workprec(2 * BITS):
        A_ball, B_ball = ball_matrix(A), ball_matrix(B)
        base = defined_memory_at(A_ball, B_ball, [lag], 2 * BITS)[lag]
        moved = []
        for _ in range(directions):
            noise = rng.standard_normal((size, size + 1)) + 1j * rng.standard_normal((size, size + 1))
            A_near = A_ball + ball_matrix(noise[:, :size] * float(np.linalg.norm(A, 2))) * step
            B_near = B_ball + ball_matrix(noise[:, size] * float(np.linalg.norm(B))) * step
            moved.append(float(abs(defined_memory_at(A_near, B_near, [lag], 2 * BITS)[lag] - base) / step))
    return max(1.0, *moved)


def bidiagonal_pair(poles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A controllable pair with the given poles: ones above the diagonal, input into the last state."""
    A = np.diag(np.asarray(poles, dtype=complex)) + np.eye(len(poles), k=1)
    return A, np.eye(len(poles))[-1].astype(complex)


def defined_memory(
    A: np.ndarray | acb_mat, B: np.ndarray | acb_mat, horizon: int, bits: int = 1000, window: int = 0
) -> np.ndarray:
    """M_τ = c^* G^+ c, c = A^τ B, for any pair; float64 of shape (horizon,).

    A pivot of G below 2^(-bits/2) of the largest counts as zero: its state is a combination of the others. Where
    `window` is given, G sums the last 2**window inputs only: the memory of a system that started from rest so many
    steps ago, stable or not.
    """
    with ctx.workprec(bits):
        columns = _krylov(ball_matrix(A), ball_matrix(B), horizon)
        return np.array([float(M.mid()) for M in _explained(A, B, columns, bits, window)])


def defined_memory_at(A: acb_mat, B: acb_mat, chosen: list[int], bits: int = 1000) -> dict[int, mpmath.mpf]:
    """M at a few lags, each by a power of A, with all bits kept: however small, its relative error is not."""
    with ctx.workprec(bits), mpmath.workprec(bits):
        powers = [A**lag * B for lag in chosen]
        columns = acb_mat([[power[n, 0] for power in powers] for n in range(A.nrows())])
        found = _explained(A, B, columns, bits, 0)
        vanished = arb(2) ** (64 - bits)
        if not all(M.rad() < 1e-18 * M or M.abs_upper() < vanished for M in found):
            raise ArithmeticError(f"M at lags {chosen} is known to {[M.str(5) for M in found]} only: raise bits")
        return {lag: as_mpf(M) for lag, M in zip(chosen, found, strict=True)}


def _explained(A: np.ndarray | acb_mat, B: np.ndarray | acb_mat, columns: acb_mat, bits: int, window: int) -> list[arb]:
    column = ball_matrix(B)
    total = stein_sum(ball_matrix(A), column * adjoint(column), bits, window)
    kept = _independent(total.mid(), bits)
    lags = range(columns.ncols())
    if not kept:
        return [arb(0) for _ in lags]
    columns = acb_mat([[columns[n, lag] for lag in lags] for n in kept])
    weights = acb_mat([[total[m, n] for n in kept] for m in kept]).solve(columns)
    return [_inner(columns, weights, lag) for lag in lags]


def stein_sum(A: acb_mat, X: acb_mat, bits: int, window: int = 0) -> acb_mat:
    """Sum of A^k X A^{*k} over k < 2**window, or (window 0) until no further term matters, by doubling."""
    power, total, doublings = A, X, 0
    while doublings < window or (not window and _size(power) > arb(2) ** (-bits // 2)):
        total += power * total * adjoint(power)
        power, doublings = (power * power).mid(), doublings + 1
    return total


def _independent(G: acb_mat, bits: int) -> list[int]:
    """Rows of a maximal independent set of states, by elimination with the largest pivot first."""
    kept: list[int] = []
    left = set(range(G.nrows()))
    largest = max((G[n, n].real for n in left), key=float)
    while left:
        pivot = max(left, key=lambda n: G[n, n].real)
        if not G[pivot, pivot].real > largest * arb(2) ** (-bits // 2):
            break
        kept.append(pivot)
        left.remove(pivot)
        row = acb_mat([[G[pivot, n] for n in range(G.ncols())]])
        G = (G - adjoint(row) * row / G[pivot, pivot]).mid()
    return sorted(kept)


def allpass_series(poles: np.ndarray, terms: int, bits: int = 400) -> np.ndarray:
    """Power series of Π_k (z - conj λ_k)/(1 - λ_k z) by long division, rounded once; complex128, shape (terms,)."""
    with ctx.workprec(bits):
        series = [acb(1)] + [acb(0)] * (terms - 1)
        for pole in np.asarray(poles, dtype=complex).tolist():
            series = _times_one_factor(series, acb(pole.real, pole.imag))
        return np.array([complex(coefficient.mid()) for coefficient in series])


def _times_one_factor(series: list[acb], pole: acb) -> list[acb]:
    before, last, product = acb(0), acb(0), []
    for coefficient in series:
        last = before - pole.conjugate() * coefficient + pole * last
        before = coefficient
        product.append(last)
    return product


def _krylov(A: acb_mat, B: acb_mat, horizon: int) -> acb_mat:
    columns = [B]
    while len(columns) < horizon:
        columns.append(A * columns[-1])
    return acb_mat([[column[n, 0] for column in columns] for n in range(B.nrows())])


def _inner(left: acb_mat, right: acb_mat, column: int) -> arb:
    total = sum((left[n, column].conjugate() * right[n, column] for n in range(left.nrows())), acb(0)).real
    if total.rad() > 1e-18 * abs(total) + arb(2) ** (-ctx.prec // 4):
        raise ArithmeticError(f"M at lag {column} is known to {total.rad()} only: raise bits")
    return total


def adjoint(matrix: acb_mat) -> acb_mat:
    """The conjugate transpose."""
    return matrix.transpose().conjugate()


def _size(matrix: acb_mat) -> arb:
    return sum((abs(entry) for entry in matrix.entries()), arb(0))


def coloured_moments(
    A: np.ndarray, B: np.ndarray, rho: float, lag: int, bits: int = BITS
) -> tuple[mpmath.matrix, mpmath.matrix]:
    """E x x^* and E x u of the input `lag` steps ago, for AR(1) input, from the Gram of the joint state (x, u).

    u' = rho u + sqrt(1 - rho^2) w with w white
    """
    size = len(np.asarray(B))
    with ctx.workprec(bits):
        joint = ball_matrix(np.zeros((size + 1, size + 1)))
        drive = ball_matrix(np.append(np.asarray(B, dtype=complex), 1.0))
        for row in range(size + 1):
            for column in range(size):
                joint[row, column] = ball_matrix(A)[row, column] if row < size else acb(0)
            joint[row, size] = drive[row, 0] * acb(rho)
        total = stein_sum(joint, drive * adjoint(drive) * (1 - acb(rho) ** 2), bits)
        cross = joint**lag * total
        G, c = as_matrix(total), as_matrix(cross)
    return G[:size, :size], c[:size, size]


def coloured_memory(A: np.ndarray, B: np.ndarray, rho: float, lag: int, digits: int = 250) -> mpmath.mpf:
    """Memory under AR(1) input with lag-one autocorrelation rho, from the moments of state and input."""
    G, c = coloured_moments(A, B, rho, lag)
    with mpmath.workdps(digits):
        return mpmath.re((c.H * mpmath.lu_solve(G, c))[0, 0])
