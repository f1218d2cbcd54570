"""What is commonly computed for the memory of a reservoir, kept to be measured against the truth.

None of these is accurate in general; `memory_function_dense` is. Each returns M_0..M_{horizon−1} of a pair (A, B).

Glossary: mask the input vector B · Q orthonormal columns · T samples.
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from numerics.memory.controllable import Matrix
from numerics.memory.regression import krylov, least_squares, simulate
from numerics.preconditions import Real, as_count, as_horizon, as_seed, as_stable_pair


def naive_gram(A: ArrayLike, B: ArrayLike, horizon: int) -> Real:
    """The definition in float64 with an explicit inverse.

    M_τ = c_τ^* G^{-1} c_τ, G = A G A^* + B B^*

    cond(G) grows exponentially with N for most A, so from N of about 20 the result is noise: it may exceed N or be
    negative in sum.

    Arguments: A (N, N), spectral radius < 1; B (N,); horizon. Returns: float64 (horizon,).
    Raises: ValueError for bad arguments; LinAlgError when G is singular to working precision.
    Reference: the practice described by Ballarin, Grigoryeva, Ortega 2024, arXiv 2305.01457.
    """
    matrix, b = as_stable_pair(A, B)
    c = krylov(matrix, b, horizon)
    G = linalg.solve_discrete_lyapunov(matrix, b[:, None] * b.conj())
    return np.einsum("nt,nt->t", c.conj(), np.linalg.inv(G) @ c).real


def in_sample_least_squares(A: ArrayLike, B: ArrayLike, horizon: int, samples: int, seed: int) -> Real:
    """Regression on one simulated series, scored on the samples it was fitted to.

    R²_τ, about M_τ + (1 − M_τ) N/T

    The excess does not decay with the lag, so its sum over lags grows without bound.

    Arguments: A (N, N), B (N,), horizon; samples T > N; seed of the Gaussian input. Returns: float64 (horizon,).
    Raises: ValueError for bad arguments. Reference: Jaeger 2001; the bias: Dambre et al. 2012.
    """
    matrix, b = as_stable_pair(A, B)
    washout = _lasting(matrix)
    count = as_count("samples", samples, least=len(b) + 1) + as_horizon(horizon) - 1
    u = np.random.default_rng(as_seed(seed)).standard_normal(washout + count)
    return least_squares(simulate(matrix, b, u)[washout:], u[washout:], horizon)


def osm(A: ArrayLike, mask: ArrayLike, horizon: int) -> Real:
    """The orthogonalised subspace method: the Krylov directions of one mask, orthonormalised over time.

    [C, AC, A²C, …]^* = QR, M_τ = ‖row τ of Q‖²

    The memory function does not depend on the mask, its rounding errors do: they grow with the condition number of the
    Krylov matrix, the square root of that in `naive_gram`, but stay bounded, since no row of Q is longer than 1.

    Arguments: A (N, N), spectral radius < 1; mask C (N,), not zero; horizon. Returns: float64 (horizon,), in [0, 1].
    Raises: ValueError for bad arguments.
    Reference: after the idea of Ballarin, Grigoryeva, Ortega 2024, arXiv 2305.01457, in our own writing; their code
    takes Q from a singular value decomposition, which spans the same space at a higher cost.
    """
    matrix, b = as_stable_pair(A, mask)
    if not np.any(b):
        raise ValueError(f"mask = {b}: must not be zero, for its Krylov directions have to be orthonormalised")
    return _leverage(matrix, b, as_horizon(horizon), _lasting(matrix))


def osm_plus(A: ArrayLike, horizon: int, masks: int, seed: int) -> Real:
    """`osm` averaged over random masks: their rounding errors differ, the memory function does not.

    M_τ ≈ (1/n) Σ_i osm(A, C_i)_τ, C_i ~ N(0, I)

    The length of a mask does not matter: Q is the same.

    Arguments: A (N, N), spectral radius < 1; horizon; masks n >= 1; seed. Returns: float64 (horizon,).
    Raises: ValueError for bad arguments. Reference: as `osm`.
    """
    rng, size = np.random.default_rng(as_seed(seed)), np.shape(A)[0] if np.ndim(A) else 0
    C = rng.standard_normal((as_count("masks", masks), size))
    matrix, _ = as_stable_pair(A, np.ones(C.shape[1]))
    horizon, lasting = as_horizon(horizon), _lasting(matrix)
    return np.mean([_leverage(matrix, c, horizon, lasting) for c in C], axis=0)


def _lasting(A: Matrix) -> int:
    # lags after which ρ^τ, the state's slowest decay, is below rounding
    radius = float(np.abs(np.linalg.eigvals(A)).max())
    return len(A) + (math.ceil(-36.0 / math.log(radius)) if radius > 0 else 0)


def _leverage(A: Matrix, mask: Matrix, horizon: int, lasting: int) -> Real:
    directions = krylov(A, mask, max(horizon, lasting))
    Q = np.linalg.qr(directions.conj().T)[0]
    return np.sum(np.abs(Q[:horizon]) ** 2, axis=1)
