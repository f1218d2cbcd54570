"""Index sets: how many basis functions a smoothness vector and a threshold select.

N (`N`)        functions of a block                f_k (`f`)  coefficients of a series in them, F (`F`) its mean square
d_T (`below`)  coordinates with a_i < T            C (`C`)    constant of the mixed index set
λ (`lattice`)  1 where all a_j/a_1 are integers    c_{i,k} (`c`)  functions with γ = k of the first i coordinates
z              variable of their generating function                 r (`r`)  coordinates of equal smoothness
G_r (`H`)      functions in their index set, G_0 = 1     p_k (`p`)  ways to write k as a sum of r integers >= 0
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import product
from theory.proof import Chain, Identity, Induction, Limit, Nonnegative, Proof, telescoping
from theory.rates.notation import G, T, a, d, m, s

i, j, k = sp.symbols("i j k", integer=True, nonnegative=True)
N, r = sp.symbols("N r", integer=True, positive=True)
below = sp.Symbol("d_T", integer=True, nonnegative=True)
F, C, z = sp.symbols("F C z", positive=True)
lattice = sp.Symbol("lambda", integer=True, nonnegative=True)
f, c, H, p = (sp.IndexedBase(name) for name in "fcGp")

_n = sp.Symbol("n", integer=True, positive=True)
_p, _q, _x, _y, _t = sp.symbols("p q x y t", positive=True)
_u, _v = sp.symbols("u v", nonnegative=True)
_e, _mean = sp.IndexedBase("e"), sp.Symbol("e", real=True)


def _powers() -> Proof:
    return telescoping(2**k, 2 ** (k + 1) - 1, k, "geometric sum of 2^s, s from 0 to m - 1: 2^m - 1")


def _ceiling_below() -> Proof:
    return Nonnegative(
        2 * 2**_x - (2 * 2**_x / (1 + _v) - 1),
        (2 * 2**_x * _v / (1 + _v), sp.Integer(1)),
        "⌈x⌉ < x + 1, so 2^⌈x⌉ = 2·2^x/(1 + v) with v > 0: 2^⌈x⌉ - 1 < 2·2^x, x = T/a_i",
    )


def _ceiling_above() -> Proof:
    return Nonnegative(
        (2**_x * (1 + _u) - 1) - (2**_x - 1), (2**_x * _u,), "⌈x⌉ >= x, so 2^⌈x⌉ = 2^x (1 + u) with u >= 0"
    )


def _orthonormal() -> tuple[Proof, ...]:
    turn = 2 * sp.pi * _n * _x
    return (
        Identity(sp.diff(sp.sin(turn) / (2 * sp.pi * _n), _x), sp.cos(turn), "a primitive of cos 2πnx"),
        Identity(sp.diff(-sp.cos(turn) / (2 * sp.pi * _n), _x), sp.sin(turn), "and one of sin 2πnx"),
        Identity(sp.sin(2 * sp.pi * _n), sp.Integer(0), "equal at both ends of [0, 1]: both means are 0 for n >= 1"),
        Identity(sp.cos(2 * sp.pi * _n), sp.Integer(1), "and so for the sine"),
        Identity(2 * sp.cos(_p) * sp.cos(_q), sp.cos(_p - _q) + sp.cos(_p + _q), "two cosines: mean 1 iff l = l'"),
        Identity(2 * sp.sin(_p) * sp.sin(_q), sp.cos(_p - _q) - sp.cos(_p + _q), "two sines: mean 1 iff l = l'"),
        Identity(2 * sp.sin(_p) * sp.cos(_q), sp.sin(_p - _q) + sp.sin(_p + _q), "a sine and a cosine: mean 0"),
        Identity(
            _u**2 * _p + 2 * _u * _v * _mean + _v**2 * _y,
            _u**2 + _v**2,
            "means of products over coordinates are products of means: p and y, of squares, are 1 and e, of two"
            " different functions, is 0; Parseval, one function after the other",
            using=(sp.Eq(_p, 1), sp.Eq(_mean, 0), sp.Eq(_y, 1)),
        ),
    )


def _series() -> tuple[Proof, ...]:
    ratio = sp.exp(-_p)
    return (
        telescoping(ratio**k * (1 - ratio), 1 - ratio ** (k + 1), k, "(1 - q) Σ q^s telescopes, q = e^{-p} < 1"),
        Limit(ratio ** (_n + 1), _n, sp.oo, sp.Integer(0), "and what is left over tends to 0"),
    )


BLOCK_SIZE = Claim(
    name="rates.block_size",
    statement=sp.And(
        sp.Eq(N, 2 ** sp.Sum(s[i], (i, 1, d))),
        sp.Eq(F, sp.Sum(f[k] ** 2, (k, 1, N))),
    ),
    assumes="block s holds the l with ⌊2^{s_i - 1}⌋ <= |l_i| < 2^{s_i} (without ⌊⌋ the constant, s_i = 0, would be"
    " missing), finitely many s_i ≠ 0; F is the mean over the unit cube of the square of Σ f_k ψ_k, any real f_k; so"
    " the functions of a block are orthonormal and G(T) = Σ_{γ(s) < T} 2^{Σ s_i} counts them exactly",
    kind="equal",
    source="Okumoto and Suzuki 2022, section 2.2",
    prove=lambda: Chain(
        (
            Identity(
                2 * ((2**_n - 1) - 2 ** (_n - 1) + 1),
                2**_n,
                "s_i = n >= 1: both signs of the integers from 2^{n-1} to 2^n - 1; s_i = 0: the constant alone",
            ),
            Induction(
                d,
                1,
                Identity(2**_n, 2**_n, "one coordinate"),
                Identity(2**_u * 2**_n, 2 ** (_u + _n), "one more of s_d = n multiplies by 2^n"),
            ),
            *_orthonormal(),
        )
    ),
    untrained="a count of basis functions: nothing is trained",
)

ANISO_INDEX_SIZE = Claim(
    name="rates.aniso_index_size",
    statement=sp.And(
        sp.Eq(G, product(2 ** sp.ceiling(T / a[i]) - 1, (i, 1, below))),
        sp.Ge(G, product(2 ** (T / a[i]) - 1, (i, 1, below))),
        sp.Le(G, 2 ** (below + T * sp.Sum(1 / a[i], (i, 1, below)))),
    ),
    assumes="γ(s) = max a_i s_i < T, T > 0, 0 < a_1 <= a_2 <= .., d_T = #{a_i < T} finite, infinitely many coordinates"
    " allowed; T <= a_1 has d_T = 0 and G = 1; the upper bound is strict for d_T >= 1, and 2^{T Σ 1/a_i} without"
    " 2^{d_T} is none; for finite d log2 G = T Σ 1/a_i up to d, while for a_i = c log2(i + 1) d_T grows like 2^{T/c}",
    kind="equal",
    source="this project; set of Okumoto and Suzuki 2022, Theorem 9",
    prove=lambda: Chain(
        (
            _powers(),
            Induction(
                below,
                0,
                Identity(2**_u - 1, sp.Integer(0), "a_i >= T leaves s_i = 0 alone: a factor 1", (sp.Eq(_u, 0),)),
                telescoping(
                    _p * 2**k,
                    _p * (2 ** (k + 1) - 1),
                    k,
                    "the set is a box: each s_i from 0 to ⌈T/a_i⌉ - 1 goes with all P of the other coordinates",
                ),
            ),
            _ceiling_above(),
            _ceiling_below(),
            Nonnegative(
                (_p + _u) * (_q + _v) - _p * _q, (_p * _v, _u * (_q + _v)), "products of larger factors are larger"
            ),
            Identity(2 * 2**_x * 2 * 2**_y, 2 ** (2 + _x + _y), "the exponents 1 + T/a_i add up"),
        )
    ),
    untrained="a count of basis functions: nothing is trained",
)

MIXED_INDEX_SIZE = Claim(
    name="rates.mixed_index_size",
    statement=sp.And(
        sp.Eq(c[d, sp.Mod(k, a[d])], c[d - 1, sp.Mod(k, a[d])]),
        sp.Eq(c[d, k + a[d]], c[d - 1, k + a[d]] + 2 * c[d, k]),
        sp.Eq(G, sp.Sum(c[d, j], (j, 0, T - 1))),
        sp.Eq(sp.Sum(c[d, j] * z**j, (j, 0, sp.oo)), product(1 / (1 - 2 * z ** a[i]), (i, 1, d))),
    ),
    assumes="γ(s) = Σ a_i s_i < T, integers a_i >= 1 in any order and T >= 1 (rational ones are rescaled, T rounded up"
    " then); coordinates with a_i >= T change nothing, so finitely many a_i < T are enough; c_{0,k} is 1 at k = 0"
    " alone; k >= 0, and k mod a_d is any γ < a_d; 2 z^{a_i} < 1 for all i",
    kind="equal",
    source="this project; set of Okumoto and Suzuki 2022, Theorem 9",
    prove=lambda: Chain(
        (
            Induction(
                k,
                0,
                Identity(2**k * _e[k], _e[0], "c_{d,k} = Σ_s 2^s e_s, e_s = c_{d-1,k-s a_d}", (sp.Eq(k, 0),)),
                Identity(
                    2 ** (k + 1) * _e[k + 1],
                    2 * (2**k * _e[k + 1]),
                    "every term but e_0 is twice the term that s - 1 has in c_{d,k-a_d}: c_{d,k} = e_0 + 2 c_{d,k-a_d}",
                ),
            ),
            *_series(),
            Induction(
                d,
                1,
                Identity((1 - 2 * z**_n) * (1 / (1 - 2 * z**_n)), sp.Integer(1), "one coordinate: q = 2 z^{a_1}"),
                Identity(
                    (_p + 2 * z**_n * _p / (1 - 2 * z**_n)),
                    _p / (1 - 2 * z**_n),
                    "the recursion says C_d(z) = C_{d-1}(z) + 2 z^{a_d} C_d(z): one more factor",
                ),
            ),
        )
    ),
    untrained="a count of basis functions: nothing is trained",
)

MIXED_INDEX_BOUND = Claim(
    name="rates.mixed_index_bound",
    statement=sp.And(
        sp.Le(G + 1, C * 2 ** (lattice * sp.ceiling(T / a[1]) + (1 - lattice) * (1 + T / a[1]))),
        sp.Ge(G + 1, 2 ** (T / a[1])),
        sp.Eq(C, product(1 / (1 - 2 ** (1 - a[j] / a[1])), (j, 2, d))),
    ),
    assumes="γ(s) = Σ a_i s_i < T, T > 0, 0 < a_1 < a_2 <= ..; G + 1 <= 2C 2^{T/a_1} always, which is sharp as T"
    " falls to a lattice point; C 2^{T/a_1} where all a_j/a_1 (λ = 1, else 0) and T/a_1 are integers; d coordinates, at"
    " least all a_i < T: C of infinitely many is finite iff Σ 2^{-a_j/a_1} is, so for a_j = (1 + e) a_1 log2(j + 1),"
    " j >= 2, iff e > 0; one coordinate has C = 1; a_1 = a_2 has no C",
    kind="at_most",
    source="this project; Okumoto and Suzuki 2022, Theorem 9, has no factor 2",
    corrects="Okumoto and Suzuki 2022, Theorem 9, has no factor 2 in its bound, and the 2 is needed: it is sharp"
    " as T falls to a lattice point",
    prove=lambda: Chain(
        (
            _powers(),
            _ceiling_below(),
            Identity(
                2**_u * 2 ** (_x - _u * (1 + _t)),
                2**_x * (2 ** (-_t)) ** _u,
                "s_1 is summed first, up to (T - Σ_{j>=2} a_j s_j)/a_1; s_j = u then weighs 2^{-u(a_j/a_1 - 1)}",
            ),
            *_series(),
            Nonnegative(
                (1 + _t) / _t - (1 - (1 + _t) ** (-_n)) * (1 + _t) / _t,
                ((1 + _t) ** (-_n) * (1 + _t) / _t,),
                "partial sums in q = 1/(1 + t) stay below 1/(1 - q): one factor of C for every j >= 2",
            ),
            Nonnegative(
                2 * C * 2**_x - ((2 * C * 2**_x - 1 - _v) + 1),
                (_v,),
                "every s_2, .., s_d in the set takes 1 off the sum of 2·2^{..}, 0 .. 0 at least: G + 1 <= 2C 2^{T/a_1}",
            ),
            Identity(
                2 ** (_n - _u * (1 + _t)) - 1,
                2**_n * 2 ** (-_u * (1 + _t)) - 1,
                "integer ratios: only ⌈T/a_1⌉ = n matters, no exponent is rounded, and the factor 2 is not needed",
            ),
            Identity(2 * 2**_x, 2 ** (1 + _x), "and ⌈T/a_1⌉ < T/a_1 + 1 gives the other bound back"),
            _ceiling_above(),
            Limit((2 * 2**_x - 1) / 2**_x, _x, sp.oo, sp.Integer(2), "sharp: just above a lattice point all s_1 gain"),
            Nonnegative(
                (1 + _t) / _t - (1 + 1 / (1 + _t)),
                (1 / (_t * (1 + _t)),),
                "C < ∞: a factor is at least 1 + q, so C > Σ q_j; it is 1 + q/(1 - q) <= e^{q/(1 - q)}",
            ),
            Identity(
                2 ** (-(1 + _t) * sp.log(_n + 1) / sp.log(2)),
                (_n + 1) ** (-(1 + _t)),
                "a_j = (1 + e) a_1 log2(j + 1): the terms are (j + 1)^{-(1+e)}, of finite sum iff e > 0",
            ),
        )
    ),
    untrained="a count of basis functions: nothing is trained",
)

REPEATED_SMOOTHNESS = Claim(
    name="rates.repeated_smoothness",
    statement=sp.And(
        sp.Eq(p[m - 1], product((m - 1 + i) / i, (i, 1, r - 1))),
        sp.Eq(H[r], sp.Sum(p[k] * 2**k, (k, 0, m - 1))),
        sp.Eq(H[r], 2**m * p[m - 1] - H[r - 1]),
        sp.Eq(H[1], 2**m - 1),
        sp.Eq(H[2], (m - 1) * 2**m + 1),
        sp.Eq(H[3], 2 ** (m - 1) * (m**2 - m + 2) - 1),
        sp.Le(H[r], 2**m * p[m - 1]),
        sp.Ge(H[r], 2**m * p[m - 1] * (1 - (r - 1) / m) - 1),
    ),
    assumes="γ(s) = Σ a_i s_i < T with r >= 1 equal a_i and no other a_i < T, T > 0, m = ⌈T/a_1⌉ >= 1; for r = 1 the"
    " lower bound is an equality; so the ratio of G_r to 2^m m^{r-1}/(r-1)! tends to 1 as m grows, and 2^{T/a_1} alone"
    " bounds G_r up to a constant for r = 1 only",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                sp.binomial(_n + r, r),
                sp.binomial(_n + r - 1, r) + sp.binomial(_n + r - 1, r - 1),
                "s_1 + .. + s_r = k in C(k + r - 1, r - 1) ways, by Pascal's rule one coordinate after the other",
            ),
            Identity(
                sp.binomial(_n + r, r),
                sp.binomial(_n + r - 1, r - 1) * (_n + r) / r,
                "which is the product of (m - 1 + i)/i at k = m - 1, i up to r - 1",
            ),
            telescoping(2**k, 2 ** (k + 1) - 1, k, "r = 1 at m = k + 1"),
            telescoping((k + 1) * 2**k, k * 2 ** (k + 1) + 1, k, "r = 2 at m = k + 1"),
            telescoping((k + 1) * (k + 2) / 2 * 2**k, 2**k * ((k + 1) ** 2 - (k + 1) + 2) - 1, k, "r = 3 at m = k + 1"),
            Induction(
                m,
                1,
                Identity(sp.Integer(1) + 1, 2 * sp.binomial(r - 1, r - 1), "G_r + G_{r-1} at m = 1"),
                Identity(
                    2**m * (sp.binomial(m + r - 1, r - 1) + sp.binomial(m + r - 2, r - 2)),
                    2 ** (m + 1) * sp.binomial(m + r - 1, r - 1) - 2**m * sp.binomial(m + r - 2, r - 1),
                    "both grow by the terms k = m, and so does 2^m C(m + r - 2, r - 1), by Pascal's rule",
                ),
            ),
            Identity(
                sp.binomial(m + r - 3, r - 2) * (m + r - 2),
                (r - 1) * sp.binomial(m + r - 2, r - 1),
                "G_{r-1} >= 0 gives the upper bound, and the upper bound for G_{r-1} the lower one, r >= 2",
            ),
            Nonnegative(
                (1 + _u) / m - (1 + _u) / (m + _u),
                (_u * (1 + _u) / (m * (m + _u)),),
                "(r - 1)/(m + r - 2) <= (r - 1)/m, r = 2 + u",
            ),
            Limit((m + _u) / m, m, sp.oo, sp.Integer(1), "C(m + r - 2, r - 1)(r - 1)!/m^{r-1}: each factor tends to 1"),
        )
    ),
    untrained="a count of basis functions: nothing is trained",
)

CLAIMS: tuple[Claim, ...] = (BLOCK_SIZE, ANISO_INDEX_SIZE, MIXED_INDEX_SIZE, MIXED_INDEX_BOUND, REPEATED_SMOOTHNESS)
