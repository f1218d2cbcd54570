"""HiPPO-LegS, the full matrix: its eigensystem in integers, and how badly conditioned it is.

A V = V Λ with Λ = −diag(1..N), V = diag(q) W and V⁻¹ = M diag(1/q): W and M hold integers, and q_n = √(2n+1) stays
apart, so that nothing here is rounded before the last step.

Glossary: n row, state · j column, mode, decaying as e^{−(j+1)t} · q_n = √(2n+1) · κ_j condition number of eigenvalue j.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from numerics.preconditions import Real, as_count, as_times
from numerics.spectra import legs

Integers = NDArray[np.object_]

_LARGEST = 512  # 4^512 is about the largest double


@dataclass(frozen=True)
class LegsEigensystem:
    """A = V Λ V⁻¹ in exact integers; the arrays hold Python integers.

    V = diag(√q_squared) vectors, V⁻¹ = inverse diag(1/√q_squared), V⁻¹B = weights, inverse @ vectors = I
    """

    q_squared: Integers
    eigenvalues: Integers
    vectors: Integers
    inverse: Integers
    weights: Integers


def _table(N: int, entry: Any) -> Integers:
    table = np.zeros((N, N), dtype=object)
    table[:] = [[entry(row, column) for column in range(N)] for row in range(N)]
    return table


def legs_eigensystem(N: int) -> LegsEigensystem:
    """Eigenvalues, eigenvectors, their inverse and the input weights of LegS, exactly.

    V_nj = q_n (−1)^{n−j} C(n+j, 2j) (n >= j);  V⁻¹_jn = (C(2j, j−n) − C(2j, j−n−1))/q_n (n <= j);  (V⁻¹B)_j = C(2j, j)

    Differencing the eigen-equation gives (n+1−j) v_{n+1} = −(n+j+1) v_n for v_n = V_nj/q_n. The inverse is the
    expansion of e^{−(j+1)t} in Legendre polynomials: (2n+1)/(j+n+1) C(2j, j−n), an integer, written as a difference.

    Arguments: N >= 1. Returns: LegsEigensystem of integer arrays, (N,) and (N, N). Raises: ValueError for a bad N.
    Reference: the entries up to scaling are in Gu, Goel, Ré 2022, arXiv 2111.00396, Lemma 3.2; the inverse, this
    project.

    >>> legs_eigensystem(3).vectors.tolist()
    [[1, 0, 0], [-1, 1, 0], [1, -3, 1]]
    >>> legs_eigensystem(3).inverse.tolist()
    [[1, 0, 0], [1, 1, 0], [2, 3, 1]]
    """
    N = as_count("N", N)
    return LegsEigensystem(
        q_squared=np.array([2 * n + 1 for n in range(N)], dtype=object),
        eigenvalues=np.array([-(j + 1) for j in range(N)], dtype=object),
        vectors=_table(N, lambda n, j: (-1) ** (n - j) * math.comb(n + j, 2 * j) if n >= j else 0),
        inverse=_table(N, lambda j, n: math.comb(2 * j, j - n) * (2 * n + 1) // (j + n + 1) if n <= j else 0),
        weights=np.array([math.comb(2 * j, j) for j in range(N)], dtype=object),
    )


def legs_eigenvectors(N: int) -> tuple[Real, Real]:
    """V and V⁻¹ of LegS as doubles: every entry correctly rounded but for the factor q_n.

    The entries are right to two roundings, and yet V Λ V⁻¹ is not A: the condition number of V grows like 5.83^N.

    Arguments: 1 <= N <= 512. Returns: V (N, N) lower triangular, V⁻¹ (N, N). Raises: ValueError for N > 512.
    """
    if as_count("N", N) > _LARGEST:
        raise ValueError(f"N = {N}: entries of V⁻¹ grow like 4^N and leave the double range above {_LARGEST}")
    exact, q = legs_eigensystem(N), np.sqrt(2.0 * np.arange(N) + 1.0)
    return q[:, None] * exact.vectors.astype(np.float64), exact.inverse.astype(np.float64) / q


def reconstruction_error(N: int) -> float:
    """How far float64 is from A after diagonalising it and multiplying back.

    ‖V Λ V⁻¹ − A‖_F/‖A‖_F with Λ, V, V⁻¹ of `numpy.linalg`

    Grows like u κ(V): 1e-13 at N = 8, above 1 from N of about 26. The exact product is A at every N.

    Arguments: N >= 1. Returns: float, relative. Raises: ValueError for a bad N.
    """
    A, _ = legs(N)
    eigenvalues, V = np.linalg.eig(A)
    return float(np.linalg.norm((V * eigenvalues) @ np.linalg.inv(V) - A) / np.linalg.norm(A))


def rounded_reconstruction_error(N: int) -> float:
    """The same product from the correctly rounded exact eigenvectors: knowing V exactly does not help.

    Arguments, returns, raises: as `reconstruction_error`, N <= 512.
    """
    A, _ = legs(N)
    V, inverse = legs_eigenvectors(N)
    return float(np.linalg.norm((V * -np.arange(1.0, N + 1)) @ inverse - A) / np.linalg.norm(A))


def legs_kernel(N: int, times: ArrayLike) -> Real:
    """Impulse responses of all N states, by the three-term recurrence of Legendre polynomials.

    K_n(t) = (e^{tA}B)_n = q_n e^{−t} P_n(2e^{−t} − 1)

    Stable at every n and t; e^{t/2}K_n are orthonormal on (0, ∞).

    Arguments: N >= 1; times (T,) >= 0, in units of the system's time. Returns: float64 (N, T), K_n(0) = q_n.
    Raises: ValueError for bad N or negative times. Reference: Gu et al. 2020, arXiv 2008.07669.
    """
    t, n = as_times(times), np.arange(as_count("N", N))
    return np.sqrt(2.0 * n + 1.0)[:, None] * np.exp(-t) * special.eval_legendre(n[:, None], 2.0 * np.exp(-t) - 1.0)


def legs_kernel_sum(N: int, times: ArrayLike) -> Real:
    """The same responses as the sum over modes that a diagonal form evaluates, in float64.

    K_n(t) = q_n Σ_j (−1)^{n−j} C(n, j) C(n+j, j) e^{−(j+1)t}

    The terms alternate and their absolute sum at t = 0 is P_n(3) (`central_delannoy`): all digits are lost by n = 21.

    Arguments, returns, raises: as `legs_kernel`, N <= 512.
    """
    t, modes = as_times(times), np.arange(1.0, as_count("N", N) + 1)
    V, _ = legs_eigenvectors(N)
    return (V * legs_eigensystem(N).weights.astype(np.float64)) @ np.exp(-np.outer(modes, t))


def eigenvalue_condition(N: int) -> Integers:
    """Condition numbers of the eigenvalues −1..−N of LegS, integers.

    κ_j = ‖V_·j‖ ‖V⁻¹_j·‖ = C(N+j, 2j+1) C(2j, j)

    Both norms telescope (`column_norms_squared`, `row_norms_squared`). max κ_j <= min_D κ₂(VD) <= Σ κ_j bounds every
    scaling of the eigenvectors; (max κ_j)^{1/N} → (1+√2)².

    Arguments: N >= 1. Returns: Python integers, object (N,). Raises: ValueError for a bad N.
    Reference: this project; the sandwich Smith 1967, Demmel 1983.

    >>> eigenvalue_condition(4).tolist()
    [4, 20, 36, 20]
    """
    N = as_count("N", N)
    return np.array([math.comb(N + j, 2 * j + 1) * math.comb(2 * j, j) for j in range(N)], dtype=object)


def column_norms_squared(N: int) -> Integers:
    """Squared norms of the columns of V, integers.

    Σ_n (2n+1) C(n+j, 2j)² = (2j+1) C(N+j, 2j+1)², for (2n+1) C(n+j, 2j)² = (2j+1)[C(n+1+j, 2j+1)² − C(n+j, 2j+1)²]

    Arguments: N >= 1. Returns: object (N,). Raises: ValueError for a bad N.
    """
    N = as_count("N", N)
    return np.array([(2 * j + 1) * math.comb(N + j, 2 * j + 1) ** 2 for j in range(N)], dtype=object)


def row_norms_squared(N: int) -> tuple[Integers, Integers]:
    """Squared norms of the rows of V⁻¹, as numerator and denominator.

    Σ_n M_jn²/(2n+1) = C(2j, j)²/(2j+1), whatever N > j

    Arguments: N >= 1. Returns: two object arrays (N,), C(2j, j)² and 2j+1. Raises: ValueError for a bad N.
    """
    j = range(as_count("N", N))
    numerators = [math.comb(2 * i, i) ** 2 for i in j]
    return np.array(numerators, dtype=object), np.array([2 * i + 1 for i in j], dtype=object)


def condition_exponent(x: ArrayLike) -> Real:
    """Rate at which κ_j grows with N at fixed x = j/N, by Stirling.

    lim (ln κ_{xN})/N = (1+x)ln(1+x) − (1−x)ln(1−x) − 2x ln x = f(x)

    C(N+j, 2j+1) gives (1+x)ln(1+x) − 2x ln 2x − (1−x)ln(1−x) and C(2j, j) gives 2x ln 2. The maximum is
    2 ln(1+√2) at x = 1/√2.

    Arguments: x in [0, 1]. Returns: float64, same shape. Raises: ValueError outside.
    """
    x = np.asarray(x, dtype=np.float64)
    if not np.all((x >= 0) & (x <= 1)):
        raise ValueError(f"x = {x}: a share j/N lies in [0, 1]")
    return special.xlogy(1 + x, 1 + x) - special.xlogy(1 - x, 1 - x) - 2 * special.xlogy(x, x)


def central_delannoy(n: int) -> int:
    """Absolute sum of the alternating terms of K_n/q_n at t = 0: the factor by which float64 loses digits there.

    Σ_j C(n, j) C(n+j, j) = P_n(3)

    Arguments: n >= 0. Returns: Python integer. Raises: ValueError for a bad n.

    >>> [central_delannoy(n) for n in range(5)]
    [1, 3, 13, 63, 321]
    """
    n = as_count("n", n, least=0)
    return sum(math.comb(n, j) * math.comb(n + j, j) for j in range(n + 1))


def nplr(N: int) -> tuple[Real, Real]:
    """Normal plus low rank: what is left of LegS when one rank is added.

    A + PPᵀ = −½I + S, P_n = √(n+½) = q_n/√2, S_nk = ½ q_n q_k sgn(k−n)

    The three cases n < k, n = k, n > k of A + ½BBᵀ.

    Arguments: N >= 1. Returns: P (N,), S (N, N) exactly skew-symmetric. Raises: ValueError for a bad N.
    Reference: Gu, Goel, Ré 2022, arXiv 2111.00396, §3; Gu, Gupta, Goel, Ré 2022, arXiv 2206.11893.
    """
    n = np.arange(as_count("N", N))
    q = np.sqrt(2.0 * n + 1.0)
    return q / np.sqrt(2.0), 0.5 * np.outer(q, q) * np.sign(n - n[:, None])
