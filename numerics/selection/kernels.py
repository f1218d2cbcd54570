"""Linear-attention states read by features: cross-talk, coherence, the kernel of softmax.

Glossary: Φ, Ψ features of keys and queries, (d, V) · M = Φ^T Ψ · η largest cross-talk · p degree of Taylor features.
"""

import itertools
import math
import operator
from fractions import Fraction
from typing import Any

import flint
import mpmath
import numpy as np
from numpy.typing import ArrayLike, NDArray

from numerics.preconditions import Real, as_array, as_count, as_nonnegative, as_real, as_real_array, as_real_vector


def as_features(name: str, value: ArrayLike) -> NDArray[Any]:
    """Features (d, V), d, V >= 1: exact (objects: integers, fractions), or floats, real or complex.

    Raises: ValueError for another shape, NaN, entries that are no numbers.
    """
    given = np.asarray(value)
    if given.dtype == object:
        if not all(isinstance(entry, int | Fraction) and not isinstance(entry, bool) for entry in given.ravel()):
            raise ValueError(f"{name} starts with {given.ravel()[:3]}: must hold integers or fractions")
    else:
        given = as_array(name, value)
        given = given if np.iscomplexobj(value) else given.real
    if given.ndim != 2 or not given.size:
        raise ValueError(f"{name} has shape {given.shape}: must be (d, V)")
    return given


def cross_talk(phi: ArrayLike, psi: ArrayLike) -> NDArray[Any]:
    """M = Φ^T Ψ: what reading with the query of symbol q finds of a stored key k.

    Arguments: phi, psi (d, V). Returns: (V, V), exact where both are. Raises: ValueError for shapes that differ.
    """
    first, second = as_features("phi", phi), as_features("psi", psi)
    if first.shape != second.shape:
        raise ValueError(f"phi has shape {first.shape} and psi {second.shape}: must be alike")
    return np.asarray(first.T @ second)


def distance_from_identity(phi: ArrayLike, psi: ArrayLike) -> Any:
    """‖Φ^T Ψ − I‖², sum of squares: 0 where every read is exact, and never below V − d.

    Arguments, raises: as `cross_talk`. Returns: a number, exact where the features are.
    """
    M = cross_talk(phi, psi)
    away = M - np.eye(len(M), dtype=int)
    return (away**2).sum() if away.dtype == object else (np.abs(away) ** 2).sum()


def worst_read(phi: ArrayLike, psi: ArrayLike, stored: int) -> Any:
    """The largest error of a read entry over all stored sets of L keys and all unit values: max |M − I|.

    Arguments: phi, psi (d, V); stored L in 1..V (for L = 1 only the diagonal matters).
    Returns: a number >= 0, exact where the features are. Raises: ValueError outside these.
    """
    M = cross_talk(phi, psi)
    L = _stored(stored, len(M))
    away = np.abs(M - np.eye(len(M), dtype=int))
    return away.max() if L > 1 else np.diag(away).max()


def worst_read_by_sets(phi: ArrayLike, psi: ArrayLike, stored: int) -> Any:
    """The slow route to `worst_read`: every ordered set of L keys stored with L unit values, every key asked for.

    Arguments, returns, raises: as there. O(V!/(V−L)! L² d).
    """
    cross_talk(phi, psi)
    first, second = as_features("phi", phi), as_features("psi", psi)
    L, worst = _stored(stored, first.shape[1]), 0
    values = np.eye(L, dtype=int)
    for keys in itertools.permutations(range(first.shape[1]), L):
        state = sum(np.multiply.outer(first[:, k], v) for k, v in zip(keys, values, strict=True))
        for q, value in zip(keys, values, strict=True):
            worst = max(worst, np.abs(second[:, q] @ state - value).max())
    return worst


def _stored(stored: int, V: int) -> int:
    L = as_count("stored", stored)
    if L > V:
        raise ValueError(f"stored = {L}: there are only {V} distinct keys")
    return L


def coherence(phi: ArrayLike, psi: ArrayLike) -> Any:
    """η = max_{k≠q} |φ(k)·ψ(q)|, each ψ(q) scaled so that φ(q)·ψ(q) = 1.

    Arguments: phi, psi (d, V), V >= 2. Returns: η, exact where the features are.
    Raises: ValueError where some φ(q)·ψ(q) is 0, or V = 1.
    """
    M = cross_talk(phi, psi)
    if len(M) < 2:
        raise ValueError("V = 1: one symbol has no cross-talk")
    own = np.diag(M)
    if not np.all(own != 0):
        raise ValueError(
            f"φ(q)·ψ(q) = 0 for q = {int(np.argmin(own != 0))}: must not vanish, so that it can be scaled to 1"
        )
    scaled = np.abs((M * Fraction(1) if M.dtype == object else M) / own)
    return scaled[~np.eye(len(M), dtype=bool)].max()


def coherence_by_pairs(phi: ArrayLike, psi: ArrayLike) -> Any:
    """The slow, obvious route to `coherence`: one pair after the other. Arguments, returns, raises: as there."""
    coherence(phi, psi)
    first, second = as_features("phi", phi).T, as_features("psi", psi).T
    own = [sum(a * b for a, b in zip(x, y, strict=True)) for x, y in zip(first, second, strict=True)]
    exact = first.dtype == object and second.dtype == object
    return max(
        abs(sum(a * b for a, b in zip(x, y, strict=True)) / (Fraction(own[q]) if exact else own[q]))
        for k, x in enumerate(first)
        for q, y in enumerate(second)
        if k != q
    )


def coherence_floor(V: int, d: int) -> float:
    """The least η of V symbols in d dimensions, √((V−d)/(d(V−1))), 0 where d >= V.

    Arguments: V >= 2, d >= 1. Raises: ValueError outside these. Reference: Welch 1974.

    >>> coherence_floor(10, 2) == 2 / 3
    True
    """
    V, d = as_count("V", V, least=2), as_count("d", d)
    return math.sqrt(max(0.0, (V - d) / (d * (V - 1))))


def simplex_code(V: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Exact Φ, Ψ of dimension V − 1 with Φ^T Ψ = (V I − J)/(V − 1): every cross-talk −1/(V−1), the floor.

    Arguments: V >= 2. Returns: two arrays of fractions, (V−1, V).
    """
    V = as_count("V", V, least=2)
    M = np.array([[Fraction(1) if i == k else Fraction(-1, V - 1) for k in range(V)] for i in range(V)])
    inverse = np.array([[Fraction(V - 1, V) * (1 + (i == k)) for k in range(V - 1)] for i in range(V - 1)])
    return M[:, :-1].T, inverse @ M[:-1]


def icosahedron_code() -> Real:
    """The six diagonals of the icosahedron as unit vectors, (3, 6): cross-talk 1/√5, the floor at V = 6, d = 3."""
    golden = (1 + math.sqrt(5)) / 2
    lines = np.array(
        [[0, 1, golden], [0, 1, -golden], [1, golden, 0], [1, -golden, 0], [golden, 0, 1], [golden, 0, -1]]
    )
    return np.asarray((lines / math.hypot(1, golden)).T, dtype=np.float64)


def exponential_kernel_rank(queries: ArrayLike, keys: ArrayLike, chi: float, bits: int = 600) -> int | None:
    """Rank of (e^{χ q_i k_j}) by a determinant in balls: V where 0 is excluded.

    Arguments: queries, keys (V,), real; chi real; bits of the balls.
    Returns: V, or None where the determinant's ball holds 0 (repeated entries, χ = 0, or too few bits).
    Raises: ValueError for vectors of different length, NaN.
    """
    q, k, chi = _scalars(queries, keys, chi)
    with flint.ctx.workprec(as_count("bits", bits)):
        rows = [[(flint.arb(chi) * flint.arb(a) * flint.arb(b)).exp() for b in k] for a in q]
        return None if flint.arb_mat(rows).det().contains(0) else len(q)


def distinct_count(queries: ArrayLike, keys: ArrayLike, chi: float) -> int:
    """The other route to the rank: distinct entries are counted.

    Arguments, raises: as `exponential_kernel_rank`. Returns: the less of both counts, 1 for χ = 0.
    """
    q, k, chi = _scalars(queries, keys, chi)
    return min(len(set(q)), len(set(k))) if chi else 1


def _scalars(queries: ArrayLike, keys: ArrayLike, chi: float) -> tuple[list[float], list[float], float]:
    q, k = as_real_vector("queries", queries), as_real_vector("keys", keys)
    if len(q) != len(k):
        raise ValueError(f"queries has {len(q)} entries and keys {len(k)}: must be as many")
    return q.tolist(), k.tolist(), as_real("chi", chi)


def taylor_rank(queries: ArrayLike, keys: ArrayLike, chi: float, degree: int) -> int:
    """Rank of (Σ_{m<=p} (χ q_i·k_j)^m/m!), exactly: floats are fractions. At most C(D+p, p), and V.

    Arguments: queries, keys (V,) or (V, D), real; chi real; degree p >= 0. Raises: ValueError outside these.
    """
    q, k = as_real_array("queries", queries), as_real_array("keys", keys)
    if q.shape != k.shape or q.ndim not in (1, 2):
        raise ValueError(f"queries has shape {q.shape} and keys {k.shape}: must both be (V,) or (V, D)")
    p, chi = as_count("degree", degree, least=0), as_real("chi", chi)
    left, right = ([[Fraction(x) for x in np.atleast_1d(row).tolist()] for row in points] for points in (q, k))
    products = [[Fraction(chi) * sum(map(operator.mul, a, b)) for b in right] for a in left]
    sums = [[sum((x**m / math.factorial(m) for m in range(p + 1)), Fraction(0)) for x in row] for row in products]
    return int(flint.fmpq_mat([[flint.fmpq(x.numerator, x.denominator) for x in row] for row in sums]).rank())


def exponents(dimension: int, degree: int) -> list[tuple[int, ...]]:
    """All exponents α of monomials x^α of degree <= p in D variables; there are C(D+p, p).

    Arguments: dimension D >= 1, degree p >= 0. Raises: ValueError outside these, and for more than 2^20 of them.
    """
    D, p = as_count("dimension", dimension), as_count("degree", degree, least=0)
    if p > 1 << 20 or D > 1 << 20 or math.comb(D + p, p) > 1 << 20:
        raise ValueError(f"dimension = {D}, degree = {p}: more than 2^20 monomials")
    chosen = (itertools.combinations_with_replacement(range(D), m) for m in range(p + 1))
    return [tuple(pick.count(k) for k in range(D)) for group in chosen for pick in group]


def taylor_features(points: ArrayLike, chi: float, degree: int) -> Real:
    """Features φ_α(x) = √(χ^{|α|}/α!) x^α, so that φ(q)·φ(k) = Σ_{m<=p} (χ q·k)^m/m!.

    Arguments: points (.., D), real; chi >= 0; degree p >= 0. Returns: (.., C(D+p, p)).
    Raises: ValueError outside these, and for features beyond doubles.
    """
    x, chi = as_real_array("points", points), as_nonnegative("chi", chi)
    if not x.ndim:
        raise ValueError(f"points = {x}: must be (.., D)")
    powers = exponents(x.shape[-1], degree)
    each = np.sqrt(chi / np.maximum(np.arange(max(map(sum, powers)) + 1.0), 1.0))
    each[0] = 1.0
    with np.errstate(over="ignore", invalid="ignore"):
        # x^a √(χ^a/a!) is the product of x √(χ/i), i = 1..a: neither power nor factorial is formed alone
        one = np.cumprod(np.where(np.arange(len(each)) == 0, 1.0, x[..., None] * each), axis=-1)
        found = np.prod([one[..., k, [alpha[k] for alpha in powers]] for k in range(x.shape[-1])], axis=0)
    if not np.isfinite(found).all():
        raise ValueError(f"points up to {np.abs(x).max():.6g}, chi = {chi}: features must be finite as doubles")
    return np.asarray(found, dtype=np.float64)


def taylor_sum(products: ArrayLike, degree: int) -> Real:
    """The other route to the features' kernel: Σ_{m<=p} x^m/m!, x = χ q·k, by Horner's rule.

    Arguments: products, real; degree p >= 0. Returns: the same shape.
    """
    x, total = as_real_array("products", products), np.ones(())
    for m in range(as_count("degree", degree, least=0), 0, -1):
        total = 1 + x / m * total
    return np.asarray(np.broadcast_to(total, x.shape), dtype=np.float64)


def taylor_remainder(radius: float, degree: int) -> float:
    """e^R R^{p+1}/(p+1)!, the most that the features of degree p err where |χ q·k| <= R.

    Arguments: radius R >= 0; degree p >= 0. Raises: ValueError outside these, and where it is beyond doubles.
    """
    R, p = as_nonnegative("radius", radius), as_count("degree", degree, least=0)
    bound = mpmath.exp(R) * mpmath.mpf(R) ** (p + 1) / mpmath.factorial(p + 1)
    return as_real("remainder", float(bound))
