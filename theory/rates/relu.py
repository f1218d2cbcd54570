"""ReLU networks with known error: square, product, frequencies by folding, sine.

m (`m`)       teeth in a row of one square, from 0          F (`f`)      the square f_m at x, network or formula
E (`worst`)   its largest error on [0, 1]                   K (`pieces`) its affine pieces, U (`U`) its hidden units
N (`N`)       pieces of any function, factors of a product  R (`err`)    largest error of that function against x²
P (`P`)       product network at x, y                       V, Q         network and true product of N factors
D (`D`)       hidden layers of a network                    W (`W`)      its width
t, τ          where the folds of cosine and sine end        D_τ          hidden layers of the sine's folds
S (`S`)       the network for sin(πs/2), n products         Y, Z         those for cos(2πlx) and sin(2πlx)

ε_m = 2^{−2m−2}, e_m(u) = (u − a)(a + h − u) with h = 2^{−m}, a = h⌊u/h⌋.
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, From, Identity, Induction, Nonnegative, Proof
from theory.rates.notation import B

m, n, U = sp.symbols("m n U", integer=True, nonnegative=True)
N, pieces, l = sp.symbols("N K l", integer=True, positive=True)
D, D_tau, W = sp.symbols("D D_tau W", integer=True, nonnegative=True)
x, y, s = sp.symbols("x y s", real=True)
f, worst, err, P, V, Q, S, Y, Z, t, tau = sp.symbols("F E R P V Q S Y Z t tau", real=True)

eps = 4 ** (-m - 1)


def _height(k: sp.Expr) -> sp.Expr:
    """⌈log2 k⌉ = ⌊log2(2k - 1)⌋ for an integer k >= 1: 2k - 1 is odd, so no rounding decides."""
    return sp.floor(sp.log(2 * k - 1) / sp.log(2))


def chord_error(u: sp.Expr) -> sp.Expr:
    """e_m(u): by how much the chord of the square over the dyadic piece of u lies above it."""
    left = 2**-m * sp.floor(2**m * u)
    return (u - left) * (left + 2**-m - u)


_a, _u, _v, _r, _w = sp.symbols("a u v r w", real=True)
_h, _e, _p, _q, _k, _z = sp.symbols("h e p q k z", nonnegative=True)
_N, _i = sp.Symbol("N", positive=True), sp.Symbol("i", integer=True)


def _square() -> Proof:
    """Chords, halved once per tooth; their error; the second difference of any line; units; the two floors."""

    def chord(a: sp.Expr, h: sp.Expr) -> sp.Expr:
        return a**2 + (2 * a + h) * (x - a)

    rise, half = (x - _a) / _h, _h / 2
    tooth = "on a piece [a, a + h], h = 2^{-k}, g^{∘k} is r = (x - a)/h or 1 - r; g(1 - r) = g(r), so g^{∘(k+1)} = g(r)"
    return Chain(
        (
            Induction(
                m,
                0,
                Identity(chord(sp.S(0), sp.S(1)), x, "f_0 = x is the chord over [0, 1]"),
                Chain(
                    (
                        Identity((2 - 2 * _r).subs(_r, 1 - _r), 2 * _r, tooth),
                        Identity(2 * rise, (x - _a) / half, "rising, on the left half: 2r is the r of that half"),
                        Identity(2 - 2 * rise, 1 - (x - _a - half) / half, "and on the right half 1 - its r"),
                        Identity(
                            chord(_a, _h) - _h**2 / 4 * 2 * rise,
                            chord(_a, half),
                            "taking off h²/4 = 4^{-(k+1)} times the tooth gives the chord of the left half",
                        ),
                        Identity(
                            chord(_a, _h) - _h**2 / 4 * (2 - 2 * rise), chord(_a + half, half), "and of the right half"
                        ),
                    )
                ),
            ),
            Identity(chord(_a, _h) - x**2, (x - _a) * (_a + _h - x), "a chord lies above x² by e_m(x), >= 0 inside"),
            Nonnegative(
                _h**2 / 4 - (x - _a) * (_a + _h - x),
                ((x - _a - _h / 2) ** 2,),
                "which is at most h²/4 = ε_m, with equality in the middle of each piece",
            ),
            Identity((2 * (_a + _h) + _h) - (2 * _a + _h), 2 * _h, "neighbouring slopes differ: 2^m pieces"),
            Identity(
                _a**2 - 2 * (_a + _w / 2) ** 2 + (_a + _w) ** 2,
                _w**2 / 2,
                "any line against x² on a piece of length w: the second difference of the error is w²/2, the line's 0",
            ),
            Nonnegative(
                4 * _e - (_u - 2 * _v + _r),
                (_p, 2 * _q, _k),
                "no error is larger than e, so 4e >= w²/2",
                using=(sp.Eq(_u, _e - _p), sp.Eq(_v, -_e + _q), sp.Eq(_r, _e - _k)),
            ),
            Nonnegative(
                _w**2 / 8 - 1 / (8 * _N**2),
                (_q / (4 * _N), _q**2 / 8),
                "and one of N pieces has w = 1/N + q, q >= 0",
                using=(sp.Eq(_w, 1 / _N + _q),),
            ),
            Identity(_h**2 / 4 - _h**2 / 8, _h**2 / 8, "f_m - h²/8 errs from -h²/8 to h²/8 = 1/(8N²), N = 2^m pieces"),
            Identity(2 + 3 * (m - 1), 3 * m - 1, "units: σ(x), σ(x - ½), then three a layer"),
            *_floors(),
        )
    )


def _floors() -> tuple[Proof, ...]:
    """ε_m against 1/(8(U + 1)²) = 1/(72 m²), m >= 1: below it from m = 5 on, and not before."""
    gaps = [1 / sp.S(4) ** (k + 1) - sp.S(1) / (8 * (max(3 * k - 1, 0) + 1) ** 2) for k in range(5)]
    early = tuple(Nonnegative(gap, (gap,), f"m = {k}: not below") for k, gap in enumerate(gaps))
    late = Induction(
        m,
        5,
        Nonnegative(sp.S(4) ** 6 - 72 * 5**2, (sp.S(2296),), "4^{m+1} - 72 m² is positive"),
        Nonnegative(
            4 * (_k + 72 * (5 + _p) ** 2) - 72 * (6 + _p) ** 2,
            (4 * _k, 216 * _p**2, 2016 * _p, sp.S(4608)),
            "m = 5 + p: from k = 4^{m+1} - 72 m² >= 0 to 4^{m+2} - 72 (m + 1)² > 0",
        ),
    )
    return (*early, late)


RELU_SQUARE = Claim(
    name="rates.relu_square",
    statement=sp.And(
        sp.Eq(f - x**2, chord_error(x)),
        sp.Eq(worst, eps),
        sp.Eq(pieces, 2**m),
        sp.Eq(U, sp.Max(0, 3 * m - 1)),
        sp.Ge(err, 1 / (8 * N**2)),
        sp.Equivalent(sp.Lt(worst, 1 / (8 * (U + 1) ** 2)), sp.Ge(m, 5)),
    ),
    assumes="0 <= x <= 1, m >= 0 (m = 0: f_0 = x, no unit, error 1/4); f_m = x - Σ_{k<=m} g^{∘k}(x)/4^k with the tooth"
    " g is the interpolant of x² at the multiples of 2^{-m}; R the largest error on [0, 1] of any function of N linear"
    " pieces, attained by f_m less 2^{-2m-3} with N = 2^m; a network of one hidden layer of U units has at most U + 1"
    " pieces, so with the units of f_m it errs more from m = 5 on; outside [0, 1] f_m is no square",
    kind="equal",
    source="this project; construction of Yarotsky 2017",
    prove=lambda: _square(),
)

_polarised = B**2 * (chord_error(sp.Abs(x + y) / (2 * B)) - chord_error(sp.Abs(x - y) / (2 * B)))

RELU_PRODUCT = Claim(
    name="rates.relu_product",
    statement=sp.And(
        sp.Eq(P - x * y, _polarised),
        sp.Le(sp.Abs(P - x * y), B**2 * eps),
        sp.Le(sp.Abs(P), B**2),
        sp.Le(sp.Abs(V - Q), (N - 1) * eps),
        sp.Eq(D, (m + 1) * _height(N)),
    ),
    assumes="|x|, |y| <= B, B > 0, m >= 0; P(x, y) = B² [f_m(|x + y|/2B) - f_m(|x - y|/2B)]; P = 0 where x or y is 0;"
    " V the tree of such products with B = 1 on N >= 1 factors in [-1, 1], Q their product, D its hidden layers: height"
    " ⌈log2 N⌉ times m + 1; N = 1 is the factor itself; one ε_m, not two, since both squares err upwards",
    kind="at_most",
    source="this project; construction of Yarotsky 2017",
    prove=lambda: Chain(
        (
            Identity(B**2 * (((x + y) / (2 * B)) ** 2 - ((x - y) / (2 * B)) ** 2), x * y, "polarisation"),
            From(RELU_SQUARE, "|x ± y|/2B lie in [0, 1]: each square errs by its e_m, 0 <= e_m <= ε_m"),
            Nonnegative(_e - (_u - _v), (_p, _q), "e - e' <= ε", using=(sp.Eq(_u, _e - _p), sp.Eq(_v, _q))),
            Nonnegative(_e + (_u - _v), (_p, _q), "e' - e <= ε", using=(sp.Eq(_u, _p), sp.Eq(_v, _e - _q))),
            Identity(sp.Abs(0 + y) - sp.Abs(0 - y), sp.S(0), "x = 0, or y = 0: the two squares are one"),
            Nonnegative(
                1 - (_u - _v),
                (_p, _q),
                "chords over pieces of [0, 1] of values in [0, 1] are in [0, 1], so their difference is at most 1",
                using=(sp.Eq(_u, 1 - _p), sp.Eq(_v, _q)),
            ),
            Identity(_u * _v - x * y, _u * (_v - y) + (_u - x) * y, "halves u of x and v of y, |u| <= 1, |y| <= 1"),
            Identity(
                eps + (_p - 1) * eps + (_q - 1) * eps,
                (_p + _q - 1) * eps,
                "so errors add: p factors and q factors, and one product",
            ),
            Identity(2 * 2 ** (m - 1), 2**m, "halves ⌈N/2⌉ <= 2^{J-1} and ⌊N/2⌋ of N <= 2^J take one level less"),
        )
    ),
)

RELU_TRIG_FOLD = Claim(
    name="rates.relu_trig_fold",
    statement=sp.And(
        sp.Eq(t, 2 * sp.Abs(l * x - sp.floor(l * x + sp.Rational(1, 2)))),
        sp.Eq(sp.cos(2 * sp.pi * l * x), sp.cos(sp.pi * t)),
        sp.Eq(sp.sin(2 * sp.pi * l * x), sp.cos(sp.pi * tau)),
        sp.Eq(D, _height(l) + 1),
        sp.Eq(D_tau, _height(l + 1) + 1),
        sp.Eq(W, 2),
    ),
    assumes="0 <= x <= 1, l >= 1 an integer (l = 0 is the constant, one layer); t = g^{∘(j+1)}(lx/2^j) with the least"
    " 2^j >= l, τ the same of (lx + ¾)/2^j with the least 2^j >= l + 1, both in [0, 1]; D = j + 1 hidden layers of"
    " width 2: frequency costs depth, not width; outside [0, 1], or with one fold less, it fails",
    kind="equal",
    source="this project; depth log f_max in Okumoto and Suzuki 2022, Theorem 7",
    prove=lambda: Chain(
        (
            Identity(
                sp.cos(sp.expand(sp.pi * _i * (2 - 2 * _r))),
                sp.cos(sp.pi * _i * 2 * _r),
                "cos(π i u) with an integer i, here a power of 2, is the same at u = 2 - 2r and at u = 2r",
            ),
            Induction(
                m,
                0,
                Identity(sp.cos(sp.pi * 2**0 * _r), sp.cos(sp.pi * _r), "no fold"),
                Identity(
                    sp.cos(sp.pi * 2**m * (2 * _r)),
                    sp.cos(sp.pi * 2 ** (m + 1) * _r),
                    "2^m g(r) for 2^m · 2r, on the left half by definition, on the right half by the line above",
                ),
            ),
            Identity(sp.pi * 2 ** (m + 1) * (l * x / 2**m), 2 * sp.pi * l * x, "j + 1 folds of lx/2^j, in [0, 1]"),
            Identity(sp.cos(sp.expand(2 * sp.pi * (l * x + sp.S(3) / 4))), sp.sin(2 * sp.pi * l * x), "shifted by ¾"),
            Identity(
                2 * (_i + _r) - 2 * _i,
                2 * _r,
                "the distance r <= ½ of v = i + r from the integers: g(2r) = 2 · 2r, r <= ¼",
            ),
            Identity((2 * _i + 1) - 2 * (_i + _r), 1 - 2 * _r, "r >= ¼: g(2r) = 2 (1 - 2r), twice the distance of 2v"),
        )
    ),
)

sine_error = (sp.pi / 2) ** (2 * n + 3) / sp.factorial(2 * n + 3) + (4 * n + sp.pi**3 / 48) * eps


def _sine() -> Proof:
    """Alternating series cut off, its derivative, the errors of Horner's rule, the sum of all three."""
    quarter, spare = sp.pi**2 / 4, 2 - sp.pi / 2 - sp.Rational(4, 10)
    k, c = _k, sp.Symbol("c", nonnegative=True)
    return Chain(
        (
            Nonnegative(
                (2 * k + 2) * (2 * k + 3) - quarter * _z,
                (6 - quarter, quarter * _p, 10 * k, 4 * k**2),
                "terms (πs/2)^{2k+1}/(2k+1)! of sin(πs/2), s² = z <= 1, fall: neighbours have ratio below 1",
                using=(sp.Eq(_z, 1 - _p),),
            ),
            Nonnegative(
                2 * (1 + k) * (2 * k + 5) - quarter * _z,
                (10 - quarter, quarter * _p, 14 * k, 4 * k**2),
                "and so do those of q'(z), q(z) = Σ c_k z^k, from its first one, (π/2)³/6, on",
                using=(sp.Eq(_z, 1 - _p),),
            ),
            Nonnegative(
                _u - _v,
                (_p, _q),
                "alternating and falling: rest_k = term_k - rest_{k+1} >= 0 where rest_{k+1} <= term_{k+1} <= term_k",
                using=(sp.Eq(_u, _e + _p), sp.Eq(_v, _e - _q)),
            ),
            Identity(_u - (_u - _e), _e, "and term_k - rest_k = rest_{k+1} >= 0: a rest is at most its first term"),
            Nonnegative(
                sp.Rational(4, 10) - 4 * (1 / c - _q) / 10 * c,
                (4 * _q * c / 10,),
                "10 (n - 1) = 4^{m+1} - q, q >= 0, and 4^{m+1} = 1/ε: n - 1 products err by 4 (n - 1) ε <= 4/10",
            ),
            Nonnegative(spare, (spare,), "so no factor exceeds B = 2: |Σ_{k>=i} c_k z^{k-i}| <= |c_i| <= π/2"),
            From(RELU_PRODUCT, "each product with B = 2 errs by at most 4ε_m"),
            From(RELU_SQUARE, "z = f_m(|s|) is in [0, 1] and off s² by at most ε_m, so q(z) by at most (π/2)³/6 ε_m"),
            Nonnegative(
                (_e + _q) + 4 * c - ((1 - _p) * _e + 4 * c),
                (_p * _e, _q),
                "Horner: an error e of at most e + q is multiplied by z = 1 - p or s, and the product adds 4ε",
            ),
            Identity(4 * (n - 1) * c + 4 * c, 4 * n * c, "n - 1 products in Horner's rule, one with s"),
            From(RELU_TRIG_FOLD, "cos(2πlx) = cos(πt), sin(2πlx) = cos(πτ)"),
            Identity(
                sp.sin(sp.expand(sp.pi / 2 * (1 - 2 * t))), sp.cos(sp.pi * t), "and cos(πt) is the sine at 1 - 2t"
            ),
            Identity((m + 1) + n * (m + 1), (m + 1) * (n + 1), "layers, n >= 1: |s| and its square, then n products"),
        )
    )


RELU_SINE = Claim(
    name="rates.relu_sine",
    statement=sp.And(
        sp.Le(
            sp.Max(
                sp.Abs(S - sp.sin(sp.pi * s / 2)),
                sp.Abs(Y - sp.cos(2 * sp.pi * l * x)),
                sp.Abs(Z - sp.sin(2 * sp.pi * l * x)),
            ),
            sine_error,
        ),
        sp.Eq(D, _height(l) + 1 + (m + 1) * (n + sp.Min(1, n))),
    ),
    assumes="|s| <= 1, 0 <= x <= 1, l >= 1; S by the Taylor polynomial of degree 2n + 1 in Horner's form, z = f_m(|s|),"
    " n >= 0 products with B = 2, 10 (n - 1) <= 4^{m+1}, so that none has a factor beyond B; n = 0 is πs/2, without a"
    " layer; Y and Z are S at 1 - 2t and 1 - 2τ behind the folds, D the hidden layers of Y: ⌈log2 l⌉ + 1 for the"
    " frequency and (n + 1)(m + 1) for the sine, n >= 1, so the frequency l costs depth log2 l",
    kind="at_most",
    source="this project; depth log f_max in Okumoto and Suzuki 2022, Theorem 7",
    prove=lambda: _sine(),
)

CLAIMS: tuple[Claim, ...] = (RELU_SQUARE, RELU_PRODUCT, RELU_TRIG_FOLD, RELU_SINE)
