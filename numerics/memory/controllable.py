"""Which eigenvalues an input reaches: the controllable poles of any pair, and their number, the capacity.

An eigenvalue λ of A is out of the input's reach when some w ≠ 0 has w^*A = λw^* and w^*B = 0 (Popov–Belevitch–Hautus).
In floating point nothing is exactly so; the distance

    σ(λ) = σ_min [A − λI, B/‖B‖]

is the smallest change that would make it so, and the stated tolerance is where a distance counts as zero.

Glossary: w left vector of an unreachable eigenvalue · σ distance · b = B/‖B‖.
"""

from collections.abc import Sequence
from numbers import Rational
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from numerics.preconditions import Complex, as_stable_pair

_EPS = 2.0**-52
Matrix = NDArray[np.inexact]
Entries = ArrayLike | fmpq_mat | Sequence[Any]  # rationals are no NumPy type


class Capacity(int):
    """A number of controllable poles: an int that knows how it was decided.

    `exact` is True for rational input and for a diagonal float A; otherwise `tolerance` is the distance below which an
    eigenvalue of A counts as out of the input's reach.
    """

    exact: bool
    tolerance: float

    def __new__(cls, rank: int, exact: bool, tolerance: float) -> "Capacity":
        """A count with its provenance."""
        capacity = super().__new__(cls, rank)
        capacity.exact, capacity.tolerance = exact, tolerance
        return capacity


def controllability_tolerance(A: Matrix) -> float:
    """The distance to unreachability that rounding alone explains: 16 N eps max(1, ‖A‖_F)."""
    return 16 * len(A) * _EPS * max(1.0, float(np.linalg.norm(A)))


def controllable_poles(A: ArrayLike, B: ArrayLike) -> Complex:
    """The eigenvalues of A that the input reaches, each as often as its reachable Jordan block is long.

    spec(A restricted to span{B, AB, A²B, …})

    A diagonal A is decided exactly. Otherwise span{B, AB, …} is cut where it closes, and every eigenvalue that could
    lie within the tolerance of unreachable is tested by inverse iteration; a left vector w found so is removed by
    restricting A to its orthogonal complement, which holds B and is invariant under A.

    Arguments: A (N, N), spectral radius < 1; B (N,) or (N, 1).
    Returns: complex (n,), n <= N; empty when B = 0.
    Raises: ValueError for a bad pair. Reference: Hautus 1969; the deflation is this project's.
    """
    matrix, b = as_stable_pair(A, B)
    if not np.any(b):
        return np.zeros(0, dtype=np.complex128)
    if _is_diagonal(matrix):
        return np.unique(np.diag(matrix)[b != 0]).astype(np.complex128)
    scale = _balancing(matrix)
    matrix, b = matrix * scale / scale[:, None], b / np.abs(b).max() / scale
    tolerance = controllability_tolerance(matrix)
    reduced, b = _staircase(matrix, b / np.linalg.norm(b), tolerance)
    poles, margin = _reach_margins(reduced, b)
    suspects, kept = poles[margin <= tolerance], len(reduced)
    for centre in suspects:
        if len(reduced) == 1:
            break
        distance, w = _nearest_unreachable(reduced, b, centre, tolerance)
        if distance <= tolerance:
            reduced, b = _without(reduced, b, w)
    return poles if len(reduced) == kept else linalg.eigvals(reduced).astype(np.complex128)


def _balancing(A: Matrix) -> NDArray[np.float64]:
    # entries below √eps of the largest do not count: balanced against a nearly zero diagonal, the couplings of a chain
    # would shrink below the tolerance that decides reach
    counted = np.where(np.abs(A) < np.sqrt(_EPS) * np.abs(A).max(), 0, A)
    (gebal,) = linalg.get_lapack_funcs(("gebal",), (counted,))
    scale: NDArray[np.float64] = gebal(counted, scale=1, permute=0)[3]
    return scale


def _is_diagonal(A: Matrix) -> bool:
    return not np.any(A - np.diag(np.diag(A)))


def _staircase(A: Matrix, b: Matrix, tolerance: float) -> tuple[Matrix, Matrix]:
    """The pair restricted to span{b, Ab, …} if that closes, to the tolerance, before it fills the space.

    Unitary Hessenberg form started at b: the first subdiagonal entry within the tolerance ends the reachable part. The
    pair comes back as given when none does: a triangular A keeps its exact eigenvalues.
    """
    reflector = linalg.qr(b[:, None])[0]
    H = linalg.hessenberg(reflector.conj().T @ A @ reflector)
    ends = np.flatnonzero(np.abs(np.diag(H, -1)) <= tolerance)
    if not ends.size:
        return A, b
    size = int(ends[0]) + 1
    return H[:size, :size], np.eye(size)[0]


def _reach_margins(A: Matrix, b: Matrix) -> tuple[Complex, NDArray[np.float64]]:
    """Eigenvalues, each with a lower bound on its σ(λ).

    w = Σ_j γ_j w_j over unit left eigenvectors with |γ_j| <= σ κ_j/|λ_k − λ_j| for j ≠ k. With S the sum of these
    factors, σ >= η/(1 + (1 + η)S), η = |w_k^*b|, κ_j = 1/|w_j^*v_j|.
    """
    poles, left, right = linalg.eig(A, left=True, right=True)
    reach = np.abs(left.conj().T @ b)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        condition = 1.0 / np.abs(np.sum(left.conj() * right, axis=0))
        pull = condition / np.abs(poles[:, None] - poles)
        np.fill_diagonal(pull, 0.0)
        margin = reach / (1.0 + (1.0 + reach) * pull.sum(axis=1))
    return poles.astype(np.complex128), np.nan_to_num(margin, nan=0.0)


def _nearest_unreachable(A: Matrix, b: Matrix, pole: complex, tolerance: float) -> tuple[float, Complex]:
    """Smallest σ(λ) near a computed eigenvalue, and its w: inverse iteration with λ ← w^*Aw in between.

    The smallest of a few steps counts: each is a valid witness.
    """
    N = len(A)
    w = np.exp(2j * np.pi * 0.618 * np.arange(N) ** 2) / np.sqrt(N)
    best, best_w = np.inf, w
    for attempt in range(6):
        stacked = np.vstack([A.conj().T - np.conj(pole) * np.eye(N), b.conj()])
        R = linalg.qr(stacked, mode="r")[0][:N].astype(np.complex128)
        pivots = np.diag(R).copy()
        pivots[np.abs(pivots) < _EPS**1.5] = _EPS**1.5
        np.fill_diagonal(R, pivots)
        for trans in ("C", "N", "C", "N"):
            w = linalg.solve_triangular(R, w, trans=trans)
            w = w / np.linalg.norm(w)
        distance = float(np.linalg.norm(stacked @ w))
        if distance < best:
            best, best_w = distance, w
        if best <= tolerance or (attempt and best > 1e4 * tolerance):
            break
        pole = complex(w.conj() @ A @ w)
    return best, best_w


def _without(A: Matrix, b: Matrix, w: Complex) -> tuple[Matrix, Matrix]:
    # a unitary basis whose first vector is w; the rest spans its complement
    basis = linalg.qr(w[:, None])[0][:, 1:]
    return basis.conj().T @ A @ basis, basis.conj().T @ b


def capacity(A: Entries, B: Entries) -> Capacity:
    """Total memory of a linear state: the number of controllable poles.

    Σ_τ M_τ = rank [B, AB, …, A^{N−1}B]

    Rational entries (int, Fraction, fmpq, integer arrays) give the exact rank of the rational Krylov matrix, floats
    the number of poles further than `.tolerance` from unreachable (`controllable_poles`). A float Krylov matrix is
    never ranked: its columns are numerically dependent long before they are dependent.

    Arguments: A (N, N), spectral radius < 1; B (N,) or (N, 1).
    Returns: Capacity, an int with `.exact` and `.tolerance`.
    Raises: ValueError for a bad or unstable pair. Reference: Jaeger 2001; Hautus 1969.

    >>> capacity([[0, 0], [1, 0]], [1, 0])
    2
    """
    rational = _as_rational(A, B)
    if rational is not None:
        return Capacity(_exact_rank(*rational), True, 0.0)
    matrix, b = as_stable_pair(A, B)  # type: ignore[arg-type]
    tolerance = 0.0 if _is_diagonal(matrix) else controllability_tolerance(matrix)
    return Capacity(len(controllable_poles(matrix, b)), tolerance == 0, tolerance)


def _as_rational(A: Entries, B: Entries) -> tuple[fmpq_mat, fmpq_mat] | None:
    if isinstance(A, fmpq_mat) and isinstance(B, fmpq_mat):
        matrices = [A, B]
    else:
        arrays = [np.asarray(M.tolist() if isinstance(M, fmpq_mat) else M, dtype=object) for M in (A, B)]
        if any(not isinstance(x, (Rational, fmpq, fmpz)) or isinstance(x, bool) for a in arrays for x in a.flat):
            return None
        if arrays[0].ndim != 2 or arrays[1].ndim not in (1, 2):
            return None
        columns = [arrays[0], arrays[1].reshape(-1, 1) if arrays[1].ndim == 1 else arrays[1]]
        matrices = [fmpq_mat([[_fmpq(x) for x in row] for row in a]) for a in columns]
    rows = matrices[0].nrows()
    if rows < 1 or matrices[0].ncols() != rows or (matrices[1].nrows(), matrices[1].ncols()) != (rows, 1):
        shapes = [(m.nrows(), m.ncols()) for m in matrices]
        raise ValueError(f"A and B have shapes {shapes[0]} and {shapes[1]}: must be (N, N) and (N,) or (N, 1)")
    return matrices[0], matrices[1]


def _fmpq(x: Rational | fmpq | fmpz) -> fmpq:
    return fmpq(x) if isinstance(x, (fmpq, fmpz)) else fmpq(int(x.numerator), int(x.denominator))


def _exact_rank(A: fmpq_mat, B: fmpq_mat) -> int:
    if not _is_schur(A.charpoly().coeffs()):
        raise ValueError(f"A = {A}: an eigenvalue has modulus >= 1, must be < 1")
    N = A.nrows()
    rows = [B]
    for _ in range(N - 1):
        rows.append(A * rows[-1])
    return int(fmpq_mat(N, N, [row[i, 0] for row in rows for i in range(N)]).rank())


def _is_schur(coefficients: list[fmpq]) -> bool:
    # Schur–Cohn, exactly: p has its zeros inside iff |p_0| < |p_n| and (p − (p_0/p_n) p^rev)/z has; divided by p_n at
    # every step, the numerators grow by a few digits a step instead of doubling
    while len(coefficients) > 1:
        ratio = coefficients[0] / coefficients[-1]
        if not -1 < ratio < 1:
            return False
        mirrored = coefficients[::-1]
        coefficients = [c - ratio * m for c, m in zip(coefficients, mirrored, strict=True)][1:]
    return True
