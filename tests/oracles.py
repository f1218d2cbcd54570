"""Slow and obvious: definitions evaluated in mpmath, sharing no code with `numerics`."""

import mpmath
import numpy as np

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
