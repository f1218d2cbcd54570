"""Slow and obvious: definitions evaluated in mpmath, sharing no code with `numerics`."""

import mpmath
import numpy as np
from flint import acb, acb_mat, arb, ctx

DIGITS = 60


def exact_matrix(entries: np.ndarray) -> mpmath.matrix:
    """A float matrix (or a vector, as one column) as exact mpmath numbers."""
    grid = np.asarray(entries)
    rows = grid.reshape(len(grid), -1).tolist()
    return mpmath.matrix([[mpmath.mpmathify(entry) for entry in row] for row in rows])


def controllability_gram(A: np.ndarray, B: np.ndarray, digits: int = DIGITS) -> mpmath.matrix:
    """G = sum_k A^k B B^* A^{*k} by doubling the number of summed terms until the next ones vanish."""
    with mpmath.workdps(digits):
        return _gram(exact_matrix(A), exact_matrix(B), digits)


def lag_direction(A: np.ndarray, B: np.ndarray, lag: int, digits: int = DIGITS) -> mpmath.matrix:
    """c = A^lag B, shape (N, 1)."""
    with mpmath.workdps(digits):
        return exact_matrix(A) ** lag * exact_matrix(B)


def coloured_memory(A: np.ndarray, B: np.ndarray, rho: float, lag: int, digits: int = DIGITS) -> mpmath.mpf:
    """Memory under AR(1) input u' = rho u + sqrt(1 - rho^2) w, from the Gram of the joint state (x, u)."""
    size = len(np.asarray(B))
    with mpmath.workdps(digits):
        column = exact_matrix(B)
        joint = mpmath.zeros(size + 1, size + 1)
        joint[:size, :size], joint[:size, size], joint[size, size] = exact_matrix(A), column * rho, mpmath.mpf(rho)
        drive = mpmath.matrix([*column, 1]) * mpmath.sqrt(1 - mpmath.mpf(rho) ** 2)
        gram = _gram(joint, drive * 1, digits)
        cross = (joint**lag * gram)[:size, size]
        return mpmath.re((cross.H * mpmath.lu_solve(gram[:size, :size], cross))[0, 0])


def transformed(A: np.ndarray, B: np.ndarray, S: np.ndarray, digits: int = DIGITS) -> tuple[np.ndarray, np.ndarray]:
    """(S A S^{-1}, S B), computed exactly and rounded once to complex128; shapes (N, N) and (N,)."""
    with mpmath.workdps(digits):
        change = exact_matrix(S)
        A_new, B_new = change * exact_matrix(A) * change**-1, change * exact_matrix(B)
        return np.array(A_new.tolist(), dtype=complex), np.array(list(B_new), dtype=complex)


def regression_memory(A: np.ndarray, B: np.ndarray, lag: int, digits: int = DIGITS) -> mpmath.mpf:
    """M_lag = c^* G^{-1} c by its definition; (A, B) controllable."""
    with mpmath.workdps(digits):
        return _memory(exact_matrix(A), exact_matrix(B), lag, digits)


def memory_condition(A: np.ndarray, B: np.ndarray, lag: int, directions: int = 4) -> float:
    """How much M_lag moves per relative change of (A, B): the largest of several random directions, at least 1.

    A backward stable route errs by this times its rounding unit.
    """
    rng = np.random.default_rng(0)
    step, size = mpmath.mpf(10) ** -25, len(np.asarray(B))
    with mpmath.workdps(2 * DIGITS):
        base = _memory(exact_matrix(A), exact_matrix(B), lag, 2 * DIGITS)
        scales = np.linalg.norm(A, 2), np.linalg.norm(B)
        moved = []
        for _ in range(directions):
            shift_A, shift_B = (
                exact_matrix(rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) * float(scale) * step
                for shape, scale in zip(((size, size), (size,)), scales, strict=True)
            )
            near = _memory(exact_matrix(A) + shift_A, exact_matrix(B) + shift_B, lag, 2 * DIGITS)
            moved.append(float(abs(near - base) / step))
    return max(1.0, *moved)


def _memory(A: mpmath.matrix, B: mpmath.matrix, lag: int, digits: int) -> mpmath.mpf:
    G, c = _gram(A, B, digits), A**lag * B
    return mpmath.re((c.H * mpmath.lu_solve(G, c))[0, 0])


def _gram(A: mpmath.matrix, B: mpmath.matrix, digits: int) -> mpmath.matrix:
    power, total = A, B * B.H
    while mpmath.mnorm(power, 1) > mpmath.mpf(10) ** -digits:
        total += power * total * power.H
        power = power * power
    return total


def ball_matrix(entries: np.ndarray | acb_mat) -> acb_mat:
    """A float matrix (or a vector, as one column) as exact balls; balls stay as they are."""
    if isinstance(entries, acb_mat):
        return entries
    grid = np.asarray(entries, dtype=complex)
    return acb_mat([[acb(x.real, x.imag) for x in row] for row in grid.reshape(len(grid), -1).tolist()])


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
        if not all(M.rad() < 1e-18 * M for M in found):
            raise ArithmeticError(f"M at lags {chosen} is known to {[M.str(5) for M in found]} only: raise bits")
        return {lag: as_mpf(M) for lag, M in zip(chosen, found, strict=True)}


def as_mpf(ball: arb) -> mpmath.mpf:
    """The midpoint of a ball, all its bits kept when mpmath's working precision allows."""
    man, exp = ball.mid().man_exp()
    return mpmath.ldexp(int(man), int(exp))


def _explained(A: np.ndarray | acb_mat, B: np.ndarray | acb_mat, columns: acb_mat, bits: int, window: int) -> list[arb]:
    column = ball_matrix(B)
    total = stein_sum(ball_matrix(A), column * _adjoint(column), bits, window)
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
        total += power * total * _adjoint(power)
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
        G = (G - _adjoint(row) * row / G[pivot, pivot]).mid()
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


def _adjoint(matrix: acb_mat) -> acb_mat:
    return matrix.transpose().conjugate()


def _size(matrix: acb_mat) -> arb:
    return sum((abs(entry) for entry in matrix.entries()), arb(0))


def coloured_moments(
    A: np.ndarray, B: np.ndarray, rho: float, lag: int, bits: int = 1000
) -> tuple[np.ndarray, np.ndarray]:
    """E x x^* and E x u of the input `lag` steps ago under AR(1) input, from the Gram of the joint state (x, u).

    Returns mpmath numbers in object arrays of shapes (N, N) and (N, 1).
    """
    size = len(np.asarray(B))
    joint = np.zeros((size + 1, size + 1), dtype=complex)
    joint[:size, :size] = A
    with ctx.workprec(bits):
        power, drive = ball_matrix(joint), acb_mat([[acb(x.real, x.imag)] for x in [*np.asarray(B, complex), 1.0]])
        for row in range(size + 1):
            power[row, size] = drive[row, 0] * acb(rho)
        step, total = power, drive * drive.transpose().conjugate() * (1 - acb(rho) ** 2)
        while _size(power) > arb(2) ** (-bits // 2):
            total, power = total + power * total * _adjoint(power), (power * power).mid()
        cross = step**lag * total if lag else total
    G = [[_exact(total[row, column]) for column in range(size)] for row in range(size)]
    return np.array(G, dtype=object), np.array([[_exact(cross[row, size])] for row in range(size)], dtype=object)


def _exact(ball: acb) -> mpmath.mpc:
    """The midpoint of a ball, all its bits kept."""
    with mpmath.workprec(2 * int(ball.real.mid().man_exp()[0]).bit_length() + 64):
        parts = [mpmath.ldexp(int(man), int(exp)) for man, exp in (x.mid().man_exp() for x in (ball.real, ball.imag))]
        return mpmath.mpc(*parts)
