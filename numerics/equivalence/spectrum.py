"""Realisations of a set of poles, the maps between them, and how near a matrix is to having no diagonal twin.

Glossary: A (N, N), B (N,), C (N,) a realisation · T invertible · 𝒞 = [B, AB, .., A^{N−1}B] · ε distance to a
Jordan block · μ = ε^{1/N}.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.memory.regression import krylov
from numerics.preconditions import Complex, Real, as_count, as_pair, as_poles, as_real

Matrix = NDArray[np.inexact]


def companion(poles: ArrayLike) -> tuple[Complex, Complex]:
    """The realisation that stores the last N inputs' filter: a shift with the characteristic polynomial on top.

    A = [−p_1 .. −p_N; I 0], B = e_1, Π(z − λ_k) = z^N + p_1 z^{N−1} + ..

    Controllable whatever the poles, repeated ones included.

    Arguments: poles (N,), |λ| < 1. Returns: A (N, N), B (N,). Raises: ValueError for bad poles.
    """
    p = as_poles(poles)
    A = np.eye(len(p), k=-1, dtype=np.complex128)
    A[0] = -np.poly(p)[1:]
    return A, np.eye(1, len(p), dtype=np.complex128)[0]


def jordan(poles: ArrayLike) -> tuple[Complex, Complex]:
    """The controllable Jordan form: one block for every distinct pole, entered at its far end.

    A = diag(λ) + ones above the diagonal within a block, B = 1 in the last row of every block

    Arguments: poles (N,), |λ| < 1; equal ones are grouped. Returns: A (N, N), B (N,). Raises: ValueError.
    """
    p = np.sort_complex(as_poles(poles))
    same = p[1:] == p[:-1]
    return np.diag(p) + np.diag(same.astype(np.complex128), 1), np.append(~same, True).astype(np.complex128)


def diagonal(poles: ArrayLike) -> tuple[Complex, Complex]:
    """The diagonal form with B = 1: controllable only when the poles are distinct.

    Arguments: poles (N,), |λ| < 1. Returns: A (N, N), B (N,). Raises: ValueError for bad poles.
    """
    p = as_poles(poles)
    return np.diag(p), np.ones(len(p), dtype=np.complex128)


def transform(A: ArrayLike, B: ArrayLike, C: ArrayLike, T: ArrayLike) -> tuple[Matrix, Matrix, Matrix]:
    """The same system in other coordinates.

    (T A T⁻¹, T B, C T⁻¹); C T⁻¹ (T A T⁻¹)^l T B = C A^l B

    Arguments: A (N, N), B (N,), C (N,); T (N, N), invertible. Returns: the three in new coordinates.
    Raises: ValueError for shapes that do not match or a singular T.
    """
    A, B = as_pair(A, B)
    C, T = as_pair(A, C)[1], as_pair(T, B)[0]
    if np.linalg.matrix_rank(T) < len(T):
        raise ValueError(f"T of shape {T.shape} has rank {np.linalg.matrix_rank(T)}: must be invertible")
    return np.linalg.solve(T.T, (T @ A).T).T, T @ B, np.linalg.solve(T.T, C)


def controllability(A: ArrayLike, B: ArrayLike) -> Matrix:
    """What N steps of input can reach: 𝒞 = [B, AB, .., A^{N−1}B].

    Arguments: A (N, N), spectral radius < 1; B (N,). Returns: (N, N). Raises: ValueError for a bad pair.
    """
    A, B = as_pair(A, B)
    return krylov(A, B, len(A))


def similarity(A: ArrayLike, B: ArrayLike, other_A: ArrayLike, other_B: ArrayLike) -> Matrix:
    """The one change of coordinates between two controllable pairs with the same characteristic polynomial.

    T = 𝒞' 𝒞⁻¹: T A = A' T and T B = B', by Cayley–Hamilton

    Arguments: A, B and A', B' of one size. Returns: T (N, N), error about κ(𝒞) u.
    Raises: ValueError when sizes differ; LinAlgError when 𝒞 is exactly singular.
    """
    C, other = controllability(A, B), controllability(other_A, other_B)
    if C.shape != other.shape:
        raise ValueError(f"pairs have {len(C)} and {len(other)} states: must agree")
    return np.linalg.solve(C.T, other.T).T


def repeated_mode(pole: float, horizon: int) -> Real:
    """The kernel that only a Jordan block has: l λ^{l−1}, l < horizon (0 at l = 0).

    Arguments: pole, real, |λ| < 1; horizon >= 1. Returns: float64 (horizon,). Raises: ValueError.
    """
    value, lags = as_poles([as_real("pole", pole)]).real[0], np.arange(as_count("horizon", horizon))
    return lags * value ** np.maximum(lags - 1, 0)


def two_pole_mode(pole: float, apart: float, horizon: int) -> Real:
    """Two distinct poles imitating it, evaluated as a diagonal model does: coefficients ±1/ε.

    ((λ+ε)^l − λ^l)/ε

    Off by at most `two_pole_bound`, falling with ε, plus a cancellation error of about u/ε, growing: best near √u.

    Arguments: pole λ; apart ε ≠ 0, |λ| < 1 and |λ+ε| < 1; horizon >= 1. Returns: float64 (horizon,).
    Raises: ValueError for bad poles or ε = 0.
    """
    first, second = as_poles([as_real("pole", pole), pole + as_real("apart", apart)]).real
    if apart == 0:
        raise ValueError("apart = 0: two equal poles span one mode only")
    lags = np.arange(as_count("horizon", horizon))
    return (second**lags - first**lags) / apart


def two_pole_bound(pole: float, apart: float, horizon: int) -> float:
    """Largest error of the imitation in exact arithmetic.

    |ε| max_l l(l−1)/2 (|λ|+|ε|)^{l−2}

    Taylor remainder of λ^l.

    Arguments, raises: as `two_pole_mode`. Returns: float.
    """
    lags = np.arange(as_count("horizon", horizon))
    size = abs(as_real("pole", pole)) + abs(as_real("apart", apart))
    return float(abs(apart) * np.max(lags * (lags - 1) / 2 * size ** np.maximum(lags - 2, 0)))


def discriminant(matrices: ArrayLike) -> Complex:
    """Π_{i<j} (λ_i − λ_j)² of each matrix: zero exactly where an eigenvalue repeats.

    Arguments: matrices (..., N, N). Returns: complex (...). Raises: LinAlgError for matrices that are not square.
    """
    eigenvalues = np.linalg.eigvals(np.asarray(matrices))
    i, j = np.triu_indices(eigenvalues.shape[-1], 1)
    return np.prod((eigenvalues[..., i] - eigenvalues[..., j]).astype(np.complex128) ** 2, axis=-1)


def spectral_gap(matrices: ArrayLike) -> Real:
    """Distance between the two closest eigenvalues of each matrix, as LAPACK finds them.

    Arguments: matrices (..., N, N), N >= 2. Returns: float64 (...). Raises: ValueError for N = 1.
    """
    eigenvalues = np.linalg.eigvals(np.asarray(matrices))
    i, j = np.triu_indices(eigenvalues.shape[-1], 1)
    if i.size == 0:
        raise ValueError("matrices are 1 × 1: a gap needs two eigenvalues")
    return np.abs(eigenvalues[..., i] - eigenvalues[..., j]).min(-1)


def _distance(N: int, apart: float) -> tuple[int, float]:
    N, apart = as_count("N", N), as_real("apart", apart)
    if not 0 < apart <= 1:
        raise ValueError(f"apart = {apart}: must lie in (0, 1]")
    return N, apart


def near_defective(N: int, eigenvalue: complex, apart: float) -> Complex:
    """A Jordan block with one small entry in the corner.

    A = λI + J + ε e_N e_1ᵀ, J ones above the diagonal

    Arguments: N >= 1; eigenvalue λ; apart = ε in (0, 1]. Returns: complex (N, N). Raises: ValueError.
    """
    N, apart = _distance(N, apart)
    A = np.asarray(eigenvalue * np.eye(N) + np.eye(N, k=1), dtype=np.complex128)
    A[N - 1, 0] += apart
    return A


def near_defective_eigensystem(N: int, eigenvalue: complex, apart: float) -> tuple[Complex, Complex]:
    """Its eigenvalues and unit eigenvectors.

    λ + μω^k; V ∝ diag(μ^0, .., μ^{N−1}) [ω^{ik}], μ = ε^{1/N}, ω = e^{2πi/N}

    Arguments: as `near_defective`. Returns: eigenvalues (N,), V (N, N). Raises: ValueError.
    """
    N, apart = _distance(N, apart)
    i, mu = np.arange(N), apart ** (1 / N)
    roots, sizes = np.exp(2j * np.pi * i / N), mu**i
    V = sizes[:, None] * np.exp(2j * np.pi * (np.outer(i, i) % N) / N)
    return np.asarray(eigenvalue + mu * roots, dtype=np.complex128), V / np.linalg.norm(sizes)


def near_defective_condition(N: int, apart: float) -> float:
    """Condition number of those eigenvectors: κ₂(V) = ε^{−(N−1)/N}, exactly, for V is diagonal times unitary.

    Arguments: N >= 1; apart = ε in (0, 1]. Returns: float; 1 for N = 1 or ε = 1. Raises: ValueError.
    Reference: this project.
    """
    N, apart = _distance(N, apart)
    return float(apart ** (-(N - 1) / N))
