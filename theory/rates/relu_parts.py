"""The exponential and the reciprocal by ReLU alone.

ε (`precision`)      4^{−m−1}, error of the square f_m on [0, 1], and of the product P of two numbers up to 1
m               compositions of the tooth in a square            k      halvings of the exponent, K = 2^k
n               terms of Taylor's polynomial: degree n, or pairs of them: degree 2n − 1
E_n (`by_degree`), E_pairs (`by_pairs`)   largest error of the ReLU exponential of degree n, 2n − 1 on [−K, 0]
β (`beta`)      a bound                                          q      least denominator
s               steps of Newton's iteration                      e_0    what its start leaves of 1 − z y, at worst
z, y, Y         denominator, what the network says of 1/z, the same with exact products
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, From, Identity, Induction, Nonnegative, Proof
from theory.rates.notation import m, n
from theory.rates.relu import RELU_PRODUCT, RELU_SQUARE

k, s = sp.symbols("k s", integer=True, nonnegative=True)
q, z = sp.symbols("q z", positive=True)
y, Y, beta = sp.symbols("y Y beta", nonnegative=True)
by_degree, by_pairs, start = sp.symbols("E_n E_pairs e_0", nonnegative=True)

_K, precision = 2**k, 4 ** (-m - 1)
_at = 2 * n / sp.Max(_K - 1, 2 * n)
_exponential = _K * _at ** (2 * n) * sp.exp(-(_K - 1) * _at) / sp.factorial(2 * n) + (_K * sp.E - 1) * precision
_left = (1 - q) ** 2 / (1 + 6 * q + q**2)
_reciprocal = _left ** (2**s) + (2**s - 1) * 8 * precision / q


def _of_products() -> tuple[Proof, ...]:
    """P(u, w) on [0, 1]² stays below both factors, so Horner's rests stay in [0, 1] without a clip."""
    i, h, u, w, e, j = sp.symbols("i h u w e j", positive=True)
    return (
        Identity(
            ((i + 2) * h) ** 2 - 2 * ((i + 1) * h) ** 2 + (i * h) ** 2,
            2 * h**2,
            "f_m interpolates x² at the multiples of h = 2^{-m}: its slopes grow from piece to piece, so over a step of"
            " the same length it rises by less further left",
        ),
        Identity(
            ((1 + u) / 2) ** 2 + e - ((1 - u) / 2) ** 2 - e,
            u,
            "f_m(x) - x² = e is the same at x and 1 - x: P(u, 1) = u exactly, and P(1, w) = w",
        ),
        Identity(
            (1 + u) / 2 - (1 - u) / 2 - (u + w) / 2 + (w - u) / 2,
            sp.Integer(0),
            "for u <= w <= 1 the steps from (w - u)/2 to (u + w)/2 and from (1 - u)/2 to (1 + u)/2 are equally long,"
            " the first further left: 0 <= P(u, w) <= P(u, 1) = u; for w < u exchange them: P <= min(u, w)",
        ),
        Nonnegative(
            1 - (1 - w) / (j + 1),
            (j / (j + 1), w / (j + 1)),
            "so one less P = 1 - w over any integer is in [0, 1] again",
        ),
    )


def _of_horner() -> tuple[Proof, ...]:
    """The error of the rests adds up to ε Σ_{j<n} 1/j! < (e − 1) ε, Taylor's to u^{n+1}/(n+1)!."""
    j, i = sp.symbols("j i", integer=True, positive=True)
    d, e, x, t, g, u, r = sp.symbols("d e x t g u r", nonnegative=True)
    return (
        Nonnegative(
            d + e - (r * d + t),
            (x * d, g),
            "the exact rest is 1 - u q_j/j: j d_{j-1} <= u d_j + |P - u r_j| <= d_j + ε, as u = 1 - x and"
            " |P - u r| = ε - g",
            using=(sp.Eq(r, 1 - x), sp.Eq(t, e - g)),
        ),
        Identity(
            (d * j * g + e) / (j * g),
            d + e / (j * g),
            "with g = (j-1)! and j g = j!: d_{j-1}/(j-1)! <= d_j/j! + ε/j!, and d_{n-1} = 0, its product P(u, 1) exact",
        ),
        Identity(sp.Sum(1 / sp.factorial(i), (i, 1, sp.oo)).doit(), sp.E - 1, "so d_0 <= ε Σ_{j<n} 1/j! < (e - 1) ε"),
        Induction(
            n,
            0,
            Identity(
                sp.diff(u - 1 + sp.exp(-u), u),
                1 - sp.exp(-u),
                "Taylor's remainder R_n = e^{-u} - Σ_{i<=n} (-u)^i/i!: 0 <= -R_0 = 1 - e^{-u} <= u, as the difference"
                " rises from 0",
            ),
            Identity(
                sp.diff(u ** (n + 1) / sp.factorial(n + 1), u) * sp.factorial(n + 1),
                (n + 1) * u**n * sp.factorial(n + 1) / sp.factorial(n + 1),
                "R_n' = -R_{n-1} and R_n(0) = 0: the sign alternates, and |R_n| <= ∫ u^n/n! = u^{n+1}/(n+1)!",
            ),
        ),
    )


def _of_squarings() -> tuple[Proof, ...]:
    """K squares multiply what is off by at most K, and add (K − 1) ε."""
    d, e, x, w, g, a = sp.symbols("d e x w g a", nonnegative=True)
    return (
        Nonnegative(
            2 * d + e - ((1 - x + 1 - w) * d + e - g),
            (x * d, w * d, g),
            "a, c in [0, 1]: |f_m(a) - c²| <= (a + c)|a - c| + ε <= 2 d + ε, a = 1 - x, c = 1 - w",
        ),
        Induction(
            k,
            0,
            Identity((2**k * d + (2**k - 1) * e).subs(k, 0), d, "no square"),
            Identity(
                2 * (2**k * d + (2**k - 1) * e) + e,
                2 ** (k + 1) * d + (2 ** (k + 1) - 1) * e,
                "one square more",
            ),
        ),
        Nonnegative(
            2**k * (a + sp.E * e) - (2**k * (a + (sp.E - 1) * e) + (2**k - 1) * e),
            (e,),
            "with d = a + (e - 1) ε, a = 1/(n+1)!, at most K (a + e ε) - ε: the first bound",
        ),
    )


def _of_odd_degree() -> tuple[Proof, ...]:
    """For an odd degree the polynomial T lies below C = e^{−u}, and T^K as much below C^K as its tangent says."""
    K = sp.Symbol("K", integer=True, positive=True)
    C, d, g, h, u, w, t, a = sp.symbols("C d g h u w t a", positive=True)
    return (
        Induction(
            K,
            1,
            Identity(C - (C - d), d, "T = C - d, 0 <= d <= u^{2n}/(2n)!"),
            Nonnegative(
                (K + 1) * w * d - (C * (K * w * d / C - g) + (w - h) * d),
                (C * g, h * d),
                "C^{K+1} - T^{K+1} = C (C^K - T^K) + T^K d <= (K + 1) C^K d; w = C^K, T^K = w - h, C^K - T^K falls"
                " short of K C^{K-1} d by g",
            ),
        ),
        Identity(
            sp.diff(2 * n * sp.log(u) - (K - 1) * u, u),
            (2 * n - (K - 1) * u) / u,
            "K e^{-(K-1)u} u^{2n}/(2n)! rises up to u = 2n/(K - 1), on [0, 1] up to min(1, 2n/(K - 1))",
        ),
        Identity(
            t + (2**k * (sp.E - 1) * a + (2**k - 1) * a),
            t + (2**k * sp.E - 1) * a,
            "and the ReLU exponential is within K (e - 1) ε + (K - 1) ε of T^K: the second bound",
        ),
    )


RELU_EXP = Claim(
    name="rates.relu_exp",
    statement=sp.And(
        sp.Le(by_degree, _K * (1 / sp.factorial(n + 1) + sp.E * precision)),
        sp.Eq(beta, _exponential),
        sp.Le(by_pairs, beta),
    ),
    assumes="x in [-K, 0], K = 2^k, so a range B takes k = ceil(log2 max(B, 1)) halvings at least; n, m >= 1, k >= 0;"
    " Horner's rule at x/K with products P, no clip, then k squares f_m; the second bound is for the odd degree 2n - 1,"
    " whose polynomial lies below the exponential: with many halvings its Taylor part falls like K^{1-2n}, where that"
    " of the first bound grows like K; at x = 0 the network says exactly 1; below -K nothing is said",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (
            From(RELU_PRODUCT, "with B = 1 a product errs by at most ε"),
            *_of_products(),
            *_of_horner(),
            From(RELU_SQUARE, "a square errs upwards, by at most ε"),
            *_of_squarings(),
            *_of_odd_degree(),
        )
    ),
)


def _of_newton() -> tuple[Proof, ...]:
    """Exact steps square what is left; products add at most ρ = 8 ε/q to it, and 2^s steps multiply that."""
    x, w, a, t, r, e, b, c, f, o = sp.symbols("x w a t r e b c f o", nonnegative=True)
    p1, p2 = sp.symbols("p_1 p_2", real=True)
    Z = sp.Symbol("Z", positive=True)
    first = 8 * (1 + q) / (1 + 6 * q + q**2) - 8 * Z / (1 + 6 * q + q**2)
    place = (2 * Z - 1 - q) / (1 - q)
    return (
        Identity(1 - Z * x * (2 - Z * x), (1 - Z * x) ** 2, "exact products: 1 - z y is squared by a step"),
        Identity(
            1 - Z * first,
            _left * (2 * place**2 - 1),
            "the start leaves e_0 T_2, Chebyshev's polynomial on [q, 1]: at most e_0, attained at both ends",
        ),
        Identity(
            (1 + 6 * q + q**2) - (1 - q) ** 2 * (1 + 8 * q),
            8 * q**2 * (1 + (1 - q)),
            "e_0 <= 1/(1 + 8q), as q <= 1",
        ),
        Identity(
            1 - Z * (x * (2 - Z * x - p1) + p2),
            (1 - Z * x) ** 2 + Z * x * p1 - Z * p2,
            "products off by p_1 (z y) and p_2 (y times the rest)",
        ),
        Nonnegative(
            8 * e / q - (2 * (2 / q) * e - b + (4 / q) * e - c),
            (b, c),
            "z y <= 2, |p_1| <= (2/q) ε, z <= 1, |p_2| <= (2/q) 2 ε: together at most ρ = 8 ε/q",
        ),
        Nonnegative(
            2 * t + r - (2 * a * t + t**2 + r),
            (2 * t * o + t**2,),
            "let e_i <= a + t, a = e_0^{2^i}, a + t <= 1, so 1 - a = t + o: then e_{i+1} <= (a + t)² + ρ is at most"
            " a² + 2 t + ρ",
            using=(sp.Eq(a, 1 - t - o),),
        ),
        Induction(
            s,
            0,
            Identity(((2**s - 1) * r).subs(s, 0), sp.Integer(0), "no step, no product"),
            Identity(2 * (2**s - 1) * r + r, (2 ** (s + 1) - 1) * r, "t = (2^i - 1) ρ"),
        ),
        Nonnegative(
            1 - (a + t),
            (o, w),
            "a = e_0 - w and t = 1 - e_0 - o keep a + t <= 1, so |1 - z y| <= 1 and y <= 2/z, as the products need",
            using=(sp.Eq(a, f - w), sp.Eq(t, 1 - f - o)),
        ),
    )


RELU_RECIPROCAL = Claim(
    name="rates.relu_reciprocal",
    statement=sp.And(
        sp.Eq(1 - z * Y, (1 - z * (8 * (1 + q) - 8 * z) / (1 + 6 * q + q**2)) ** (2**s)),
        sp.Eq(start, _left),
        sp.Le(start, 1 / (1 + 8 * q)),
        sp.Eq(beta, _reciprocal),
        sp.Le(sp.Abs(1 - z * y), beta),
    ),
    assumes="q <= z <= 1, 0 < q <= 1; s >= 0 steps y <- y (2 - z y) from y_0 = (8(1+q) - 8z)/(1+6q+q²), on [1/2, 1]"
    " 48/17 - 32/17 z with e_0 = 1/17; Y with exact products, y with ReLU products of factors up to 2/q and 2, as long"
    " as (2^s - 1) 8 ε/q <= 1 - e_0, else nothing is said; these are relative errors: that of y itself is up to 1/q"
    " times as large, 2·17^{-2^s} on [1/2, 1]; e_0^{2^s} <= ε takes s = log2(log(1/ε)/log(1 + 8q)), about log2(1/q) - 3"
    " steps more than log2 log(1/ε); q = 1 needs none",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (From(RELU_PRODUCT, "scaled: a product of |x| <= X and |y| <= Y errs by at most X Y ε"), *_of_newton())
    ),
)
