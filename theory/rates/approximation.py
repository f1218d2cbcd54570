"""Approximation by few terms: truncation, widths, rates.

γ_k (`g`)     γ of block k (truncation), of basis function k (widths), not decreasing, from k = 1
q_k (`q`)     ‖δ_s f‖_2 of block k               n_k (`n`)  ‖δ_s f‖_p of block k
E (`E`)       error of the truncated series or of the first m functions      W (`W`)  error of an m-dimensional subspace
M (`M`)       the norm of f                      θ (`theta`)  its exponent over blocks
h (`h`)       first block that is left out       K (`K`)  blocks
C (`C`)       constant of the mixed index set    Ē (`box`)  m-term error of the anisotropic ball, smoothness b_i (`b`)
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, From, Identity, Induction, Limit, Nonnegative
from theory.rates.index_sets import ANISO_INDEX_SIZE, BLOCK_SIZE, MIXED_INDEX_BOUND
from theory.rates.notation import T, a, d

k, i = sp.symbols("k i", integer=True, nonnegative=True)
m = sp.Symbol("m", integer=True, nonnegative=True)
h, K = sp.symbols("h K", integer=True, positive=True)
E, W, M = sp.symbols("E W M", nonnegative=True)
theta, C, box = sp.symbols("theta C Ebar", positive=True)
g, q, n, b = sp.IndexedBase("gamma"), sp.IndexedBase("q"), sp.IndexedBase("n"), sp.IndexedBase("b")

_x, _y, _p, _t, _z = sp.symbols("x y p t z", positive=True)
_u, _v, _w = sp.symbols("u v w", nonnegative=True)

TRUNCATION = Claim(
    name="rates.truncation",
    statement=sp.And(
        sp.Lt(g[h - 1], T),
        sp.Le(T, g[h]),
        sp.Eq(E**2, sp.Sum(q[k] ** 2, (k, h, K))),
        sp.Eq(M**theta, sp.Sum(2 ** (theta * g[k]) * n[k] ** theta, (k, 1, K))),
        sp.Le(E, 2 ** (-g[h]) * M),
    ),
    assumes="f has finitely many blocks (or ‖f‖ < ∞), in the order of γ; p >= 2 including ∞, 0 < θ <= 2, T > 0; γ_h is"
    " T⁺, the least γ >= T, and 2^{-T⁺} <= 2^{-T}; equality for p = 2 and a single block at T⁺; nothing left out:"
    " E = 0; p < 2 costs a factor 2^{(1/p - 1/2) Σ s_i} per block (Nikolskii's inequality), which is not shown here",
    kind="at_most",
    source="Okumoto and Suzuki 2022, Theorem 7, first part",
    prove=lambda: Chain(
        (
            From(BLOCK_SIZE, "Parseval: the error is the sum of squares over the blocks that are left out"),
            Nonnegative(
                (1 + _t) * _x**2 - _x**2,
                (_t * _x**2,),
                "on a space of total mass 1 the p-norm is at least the 2-norm, p >= 2, by Jensen's inequality for"
                " y^{p/2}: n_k² = (1 + t) q_k²",
            ),
            Identity(
                sp.diff(_z**_p - 1 - _p * (_z - 1), _z, 2),
                _p * (_p - 1) * _z ** (_p - 2),
                "that y^{p/2} lies above its tangent, its second derivative being >= 0 for exponents >= 1",
            ),
            Identity(
                sp.diff((1 + _z) ** _p - 1 - _z**_p, _z),
                _p * ((1 + _z) ** (_p - 1) - _z ** (_p - 1)),
                "with p = 2/θ >= 1: (X + Y)^p = X^p + Y^p + u, u >= 0, since (1 + z)^p - 1 - z^p is 0 at z = 0 and"
                " grows",
            ),
            Induction(
                k,
                1,
                Identity((_x**theta) ** (2 / theta), _x**2, "Σ x_k² <= (Σ x_k^θ)^{2/θ}: one block"),
                Nonnegative(
                    (_x + _y) ** _p - (_t + _y**_p),
                    (_u, _v),
                    "one block more: the sum X of x_k^θ grows by Y = x^θ, and X^p = Σ x_k² + v before",
                    using=(sp.Eq((_x + _y) ** _p, _x**_p + _y**_p + _u), sp.Eq(_x**_p, _t + _v)),
                ),
            ),
            Nonnegative(
                _x**2 * (1 + _u) - _x**2,
                (_u * _x**2,),
                "blocks that are left out have weight 2^{γ_k} >= 2^{T⁺}: 4^{T⁺} E² <= Σ 4^{γ_k} n_k² <= M²",
            ),
        )
    ),
    untrained="a truncated series: nothing is trained",
)

WIDTH_EQUAL = Claim(
    name="rates.width_equal",
    statement=sp.And(
        sp.Eq(E, 2 ** (-g[m + 1])),
        sp.Ge(W, 2 ** (-g[m + 1])),
    ),
    assumes="p = θ = 2, unit ball Σ 4^{γ_k} x_k² <= 1 in the coefficients of an orthonormal basis, γ_1 <= γ_2 <= .."
    " counted once for each of the 2^{Σ s_i} functions of a block, ties allowed; E is the worst error over the ball of"
    " the first m functions, W that of the orthogonal projection on any m-dimensional subspace, and no other map into"
    " it errs less; m less than the number of functions (else E = 0)",
    kind="equal",
    source="this project; widths of an ellipsoid are classical",
    prove=lambda: Chain(
        (
            From(BLOCK_SIZE, "the functions are orthonormal: errors are norms of coefficients"),
            Nonnegative(
                _x**2 - _x**2 / (1 + _u),
                (_u * _x**2 / (1 + _u),),
                "coefficients beyond the first m have γ_k >= γ_{m+1}: x_k² = x²/(1 + u) at most, where 4^{γ_k} x_k² is"
                " given; so E <= 2^{-γ_{m+1}}, attained by function m + 1",
            ),
            Identity(
                (m + 1) - m,
                sp.Integer(1),
                "m equations in m + 1 unknowns leave a line: some v ≠ 0 in the span of the first m + 1 functions is"
                " orthogonal to the subspace",
            ),
            Nonnegative(
                _x**2 - _x**2 / (1 + _v),
                (_v * _x**2 / (1 + _v),),
                "its γ_k are at most γ_{m+1}: scaled to the boundary of the ball it has norm at least 2^{-γ_{m+1}},"
                " and its distance from the subspace is its norm",
            ),
        )
    ),
    untrained="a statement about every linear approximation: no model bears on it",
)

_harmonic = sp.Sum(1 / b[i], (i, 1, d))

APPROXIMATION_RATE = Claim(
    name="rates.approximation_rate",
    statement=sp.And(
        sp.Ge(E, (m + 1) ** (-a[1])),
        sp.Le(E, (2 * C / (m + 2)) ** a[1]),
        sp.Ge(box**_harmonic * 2**d * m, 1),
        sp.Le(box**_harmonic * (m + 2), 2**d),
    ),
    assumes="p = θ = 2, E the worst error over the mixed unit ball of the best m terms, which no m-dimensional space"
    " undercuts, 0 < a_1 < a_2 <= .., C < ∞ its constant, every m >= 1 (m = 0 has E = 1); Ē that of the anisotropic"
    " ball with smoothness b_1 <= .. <= b_d, d finite; so E is m^{-a_1} and Ē m^{-1/Σ 1/b_i} up to constants;"
    " one coordinate has equality in the first at m = 2^k - 1, in the second at 2^k - 2; with a_1 = a_2 E m^{a_1} grows"
    " like a power of log m",
    kind="rate",
    source="this project; exponents of Okumoto and Suzuki 2022",
    prove=lambda: Chain(
        (
            From(WIDTH_EQUAL, "E = 2^{-t}, t = γ_{m+1}: G(t) <= m < G(t⁺), the set with γ <= t"),
            From(MIXED_INDEX_BOUND, "2^{t/a_1} <= G(t) + 1 and, T falling to t, G(t⁺) + 1 <= 2C 2^{t/a_1}"),
            Nonnegative(
                (_x - 1 + _u) + 1 - _x,
                (_u,),
                "m = 2^{t/a_1} - 1 + u: m + 1 >= 2^{t/a_1} = E^{-1/a_1}",
            ),
            Nonnegative(
                2 * C * _x - ((2 * C * _x - 1 - _v) - 1 + 2),
                (_v,),
                "and m + 2 <= 2C E^{-1/a_1}, m being at most G(t⁺) - 1",
            ),
            Identity((2**_t) ** (1 / _p), 2 ** (_t / _p), "both to the power a_1"),
            From(
                ANISO_INDEX_SIZE,
                "anisotropic: G(t⁺) is a product of 2^{⌊x⌋ + 1} - 1 <= 2·2^x - 1, x = t/b_i, 1 for x < 1",
            ),
            Nonnegative(
                (1 + _u + 1) * (1 + _v + 1) - ((1 + _u) * (1 + _v) + 1),
                (_u, _v, sp.Integer(2)),
                "p q + 1 <= (p + 1)(q + 1) for p, q >= 1: m + 2 <= G(t⁺) + 1 <= 2^{d + t Σ 1/b_i}",
            ),
            Nonnegative(
                (2 + 2 * _u) - 1 - (1 + _u),
                (_u,),
                "and a factor of m >= G(t) is at least 2^{x-1}, x = t/b_i: 2^x - 1 >= 2^{x-1} for 2^x = 2 + 2u, x >= 1",
            ),
            Nonnegative(
                1 - 1 / (1 + _u), (_u / (1 + _u),), "and 1 >= 2^{x-1} for x < 1, the factor of coordinates b_i >= t"
            ),
            Limit(2 ** (1 / _x), _x, sp.oo, sp.Integer(1), "constants do not change the exponent: C^{1/log m} -> 1"),
        )
    ),
    untrained="a statement about the best terms: no model bears on it",
)

CLAIMS: tuple[Claim, ...] = (TRUNCATION, WIDTH_EQUAL, APPROXIMATION_RATE)
