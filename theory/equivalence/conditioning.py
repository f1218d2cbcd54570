"""Conditioning of diagonal systems: Gram matrices of real poles, of rings, and in products of differences.

g_k         eigenvalues of G, largest first       κ  g_0/g_{N-1}       σ_k (`sigma`)  singular values of V_nl = λ_n^l
U, h        G scaled to diagonal 1, for real poles with (1 - λ_k)/(1 + λ_k) = a exp(-h k)
T, δ        the same for continuous poles -1/2 + i δ k (`spacing`)
κ^U, κ^T    condition numbers of U and T, by number of poles
R           radius of a ring of N poles R exp(2 pi i n/N)
D, H_k      determinant of G, diagonal entries of its inverse
"""

from functools import cache

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import L, N, complex_letter, j, k, kappa, l, lamda, matrix_letter, modulus_squared
from theory.proof import Chain, Cited, Identity, Induction, Limit, Nonnegative

g, U, T, sigma, H, kappa_U, kappa_T = map(sp.IndexedBase, ("g", "U", "T", "sigma", "H", "kappa_U", "kappa_T"))
low, high = sp.symbols("lamda_min lamda_max", real=True)
R, spacing, step, determinant = sp.symbols("R delta h D", positive=True)

_a, _b, _weight, _T, _gaps, _weights, _new = sp.symbols("a b w T p w f", positive=True)
_excess, _share, _room = sp.symbols("e p r", nonnegative=True)
_theta = sp.Symbol("theta", real=True)
_lk, _ll, _root, _sum, _power, _f, _q, _qm = sp.symbols("lamda_k lamda_l w S w^N f q q^m")
_G, _c, _cs, _d = matrix_letter("G c c^* d")
_m, _r = sp.symbols("m r", integer=True)
_poles = tuple(complex_letter(name) for name in ("lambda_k", "lambda_l", "mu"))

#: (1 - λ)/(1 + λ) at the smallest pole over that at the largest.
_spread = (1 - low) * (1 + high) / ((1 + low) * (1 - high))


def _line_sum(sign: int) -> sp.Expr:
    """The sum of sign^j/cosh(h j/2) over all integers j."""
    return 1 + 2 * sp.Sum(sp.Integer(sign) ** j / sp.cosh(step * j / 2), (j, 1, sp.oo))


@cache
def _between_extremes() -> Chain:
    """Of v^* T v for entries T_kl that are Fourier coefficients of a function f >= f_min."""
    return Chain(
        (
            Identity(
                sp.integrate(sp.exp(sp.I * (_m**2 + 1) * _theta), (_theta, 0, 2 * sp.pi)),
                sp.Integer(0),
                "waves of different frequency are orthogonal (the difference, here m^2 + 1, is not 0): so v^* T v is"
                " the mean of f(θ) p(θ), p = |sum of v_k exp(i k θ)|^2, whose own mean is |v|^2",
            ),
            Nonnegative(
                (_f + _excess) * _share - _f * _share,
                (_excess * _share,),
                "where f exceeds its minimum the mean only grows: the eigenvalues lie between the extremes of f."
                " Vectors with last entry 0 belong to the section with one pole less: its eigenvalues lie between those"
                " of this one",
            ),
            Identity(
                modulus_squared(1 - sp.cos(_theta) - sp.I * sp.sin(_theta)),
                4 * sp.sin(_theta / 2) ** 2,
                "v_k = exp(-i k t)/√N has p = |1 - w^N|^2/(N |1 - w|^2), w = exp(i x) with x = θ - t; this is"
                " |1 - w|^2",
            ),
            Limit(
                1 / (_T * _weight),
                _T,
                sp.oo,
                sp.Integer(0),
                "so p is at most 1/(N sin(x/2)^2) and gathers at x = 0 as N = T grows: v^* T v tends to f(t) wherever f"
                " is continuous, and the extreme eigenvalues tend to the extremes of f",
            ),
        )
    )


GRAM_REAL_LOWER_BOUND = Claim(
    name="equivalence.gram_real_lower_bound",
    statement=sp.And(
        sp.Le(g[k], 4 * sp.exp(-(sp.pi**2) * k / sp.log(4 * _spread)) * g[0]),
        sp.Ge(kappa, sp.exp(sp.pi**2 * (N - 1) / sp.log(4 * _spread)) / 4),
        sp.Eq(U[k, l], 1 / sp.cosh(step * (k - l) / 2)),
        sp.Le(kappa_U[N], kappa_U[N + 1]),
        sp.Le(kappa_U[N], _line_sum(1) / _line_sum(-1)),
    ),
    assumes="g and κ: distinct real poles from λ_min to λ_max > λ_min, and G raw, scaled to diagonal 1, or scaled in"
    " any other way; N = 1 has κ = 1 and no bound. Exponential in N for a fixed interval only: U and κ^U belong to"
    " poles that are geometrically spaced, (1 - λ_k)/(1 + λ_k) = a exp(-h k) for some a, and κ^U tends to its bound,"
    " which is exp(pi^2/h)/4 up to a factor 1 + 4 exp(-2 pi^2/h) and higher powers, whatever N",
    kind="at_least",
    source="the bound on g_k: Beckermann and Townsend 2019 (SIAM Review 61); the geometric spacing: this project",
    prove=lambda: Chain(
        (
            Identity(
                ((1 - _lk) / (1 + _lk) + (1 - _ll) / (1 + _ll)) / (1 - _lk * _ll),
                2 / ((1 + _lk) * (1 + _ll)),
                "real poles: X G + G X = 2 d d^T with X = diag((1 - λ)/(1 + λ)) and d = 1/(1 + λ), of rank one;"
                " scaling the states changes d only",
            ),
            Cited(
                "Beckermann and Townsend 2019: for such G the singular value number k + 1 over the first is at most the"
                " Zolotarev number of [-max X, -min X] and [min X, max X], at most 4 exp(-pi^2 k/log(4 max X/min X))"
            ),
            Identity(
                1 / (4 * sp.exp(-(sp.pi**2) * (N - 1) / _weight)),
                sp.exp(sp.pi**2 * (N - 1) / _weight) / 4,
                "at k = N - 1 this bounds g_0/g_{N-1} from below, w = log(4 max X/min X)",
            ),
            Identity(
                (1 - ((1 - _a**2) / (1 + _a**2)) ** 2) * (1 + _a**2) ** 2,
                (2 * _a) ** 2,
                "λ = (1 - a^2)/(1 + a^2), where a^2 = (1 - λ)/(1 + λ): 1 - λ^2 = (2 a/(1 + a^2))^2",
            ),
            Identity(
                (2 * _a / (1 + _a**2))
                * (2 * _b / (1 + _b**2))
                / (1 - (1 - _a**2) * (1 - _b**2) / ((1 + _a**2) * (1 + _b**2))),
                2 / (_a / _b + _b / _a),
                "so G scaled to diagonal 1 has the entries 2/(a/b + b/a)",
            ),
            Identity(
                2 / (sp.exp(step * (l - k) / 2) + sp.exp(step * (k - l) / 2)),
                (1 / sp.cosh(step * (k - l) / 2)).rewrite(sp.exp),
                "which is 1/cosh(h (k - l)/2) where a/b = exp(-h (k - l)/2); U depends on k - l only",
            ),
            _between_extremes(),
            Nonnegative(
                _weight - _weight * sp.cos(_theta),
                (2 * _weight * sp.sin(_theta / 2) ** 2,),
                "f(θ), the sum of cos(j θ)/cosh(h j/2) over all integers j, is largest at θ = 0, term by term",
            ),
            Cited(
                "DLMF 22.11.3: f(θ) is the Jacobi function dn up to scale, falling for 0 <= θ <= pi: least at θ = pi"
            ),
        )
    ),
)

_wave = (-1 / spacing + sp.I * _m) * _theta
_primitive = sp.exp(_wave) / (-1 / spacing + sp.I * _m) / spacing / (1 - sp.exp(-2 * sp.pi / spacing))

GRAM_RING_EXACT = Claim(
    name="equivalence.gram_ring_exact",
    statement=sp.And(
        sp.Eq(g[k], N * R ** (2 * k) / (1 - R ** (2 * N))),
        sp.Eq(kappa, R ** (-2 * (N - 1))),
        sp.Eq(sigma[k] ** 2, N * R ** (2 * k) * (1 - R ** (2 * L)) / (1 - R ** (2 * N))),
        sp.Eq(T[k, l], 1 / (1 - sp.I * spacing * (k - l))),
        sp.Le(kappa_T[N], kappa_T[N + 1]),
        sp.Le(kappa_T[N], sp.exp(2 * sp.pi / spacing)),
    ),
    assumes="g, κ and σ: the ring of N poles, 0 < R < 1, N = 1 included, k < N; σ for L columns, L a multiple of N (for"
    " any other L only G - Λ^L G Λ^{*L} holds). As R -> 1 the ring has κ -> 1. T and κ^T: continuous poles -1/2 + i δ"
    " k, with G the integral over t >= 0; κ^T tends to its bound",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Induction(
                N,
                1,
                Identity((1 - _root) * 1, 1 - _root, "one pole"),
                Identity(
                    (1 - _root) * (_sum + _power),
                    1 - _root * _power,
                    "(1 - w) (1 + w + .. + w^{N-1}) = 1 - w^N, with S the sum: for w an N-th root of 1 the sum over the"
                    " ring is 0 unless w = 1, where it is N",
                    using=(sp.Eq(_root * _sum, _sum - 1 + _power),),
                ),
            ),
            Identity(
                sp.exp(2 * sp.pi * sp.I * k * (_r + N * _m) / N),
                sp.exp(2 * sp.pi * sp.I * k * _r / N),
                "so V V^* maps the vector exp(2 pi i r k/N), 0 <= r < N, to N times the sum of R^{2 l} exp(2 pi i l"
                " k/N) over the columns l that equal r modulo N, in all of which the phase is that of l = r",
            ),
            Induction(
                _m,
                1,
                Identity(
                    N * R ** (2 * _r),
                    N * R ** (2 * _r) * (1 - _q) / (1 - _q),
                    "eigenvalue number r, with q = R^{2 N}: one turn, L = N, one column",
                ),
                Identity(
                    N * R ** (2 * _r) * (1 - _qm) / (1 - _q) + N * R ** (2 * _r) * _qm,
                    N * R ** (2 * _r) * (1 - _q * _qm) / (1 - _q),
                    "one turn more adds the column l = r + m N; in all 1 - q^m = 1 - R^{2 L}",
                ),
            ),
            Limit(sp.exp(-_a * _T), _T, sp.oo, sp.Integer(0), "and R^{2 L} -> 0 leaves G"),
            Identity(
                (N * R**0 / (1 - _q)) / (N * R ** (2 * (N - 1)) / (1 - _q)),
                R ** (-2 * (N - 1)),
                "the eigenvalues fall with r: κ is the first over the last",
            ),
            Identity(
                -1 / ((-sp.Rational(1, 2) + sp.I * spacing * k) + (-sp.Rational(1, 2) - sp.I * spacing * l)),
                1 / (1 - sp.I * spacing * (k - l)),
                "poles on a line: the integral of exp(s_k t) conj(exp(s_l t)) is -1/(s_k + conj s_l)",
            ),
            Identity(
                sp.diff(_primitive, _theta),
                sp.exp(-_theta / spacing) * sp.exp(sp.I * _m * _theta) / spacing / (1 - sp.exp(-2 * sp.pi / spacing)),
                "the Fourier integral of f = (2 pi/δ) exp(-θ/δ)/(1 - exp(-2 pi/δ)) on 0 < θ < 2 pi",
            ),
            Identity(
                _primitive.subs(_theta, 2 * sp.pi) - _primitive.subs(_theta, 0),
                1 / (1 - sp.I * spacing * _m),
                "is T_kl at m = k - l: T has the symbol f",
            ),
            _between_extremes(),
            Identity(
                sp.exp(-0 / spacing) / sp.exp(-2 * sp.pi / spacing),
                sp.exp(2 * sp.pi / spacing),
                "f falls from θ = 0 to 2 pi, and this is the ratio of its extremes",
            ),
        )
    ),
)

_x, _y, _mu = _poles
_xs, _ys, _mus = (sp.conjugate(pole) for pole in _poles)
_others = ((j, 0, k - 1), (j, k + 1, N - 1))


def _factor(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """Logarithm of |(1 - x conj y)/(x - y)|, never negative."""
    return sp.log(sp.Abs(1 - first * sp.conjugate(second))) - sp.log(sp.Abs(first - second))


_schur = (
    sp.Matrix([[1, _c * _d**-1], [0, 1]])
    * sp.Matrix([[_G - _c * _d**-1 * _cs, 0], [0, _d]])
    * sp.Matrix([[1, 0], [_d**-1 * _cs, 1]])
)
_separation = 2 * sp.Add(*(sp.Sum(_factor(lamda[k], lamda[j]), others) for others in _others))

CAUCHY_FORMULAS = Claim(
    name="equivalence.cauchy_formulas",
    statement=sp.And(
        sp.Eq(
            sp.log(determinant),
            -2 * sp.Sum(_factor(lamda[j], lamda[l]), (j, 0, l - 1), (l, 0, N - 1))
            - sp.Sum(sp.log(1 - sp.Abs(lamda[l]) ** 2), (l, 0, N - 1)),
        ),
        sp.Eq(sp.log(H[k]), sp.log(1 - sp.Abs(lamda[k]) ** 2) + _separation),
        sp.Ge(sp.log(kappa), _separation),
    ),
    assumes="distinct poles, |λ| < 1, G_kl = 1/(1 - λ_k conj λ_l); N = 1 included. Written in logarithms, so that a"
    " tiny determinant is held to the same relative error as a large one; the last relation bounds κ without an"
    " inverse",
    kind="equal",
    source="Cauchy 1841; the elimination is this project's",
    prove=lambda: Chain(
        (
            Identity(
                1 / (1 - _x * _ys) - (1 - _mu * _mus) / ((1 - _x * _mus) * (1 - _mu * _ys)),
                (_x - _mu) * (_ys - _mus) / ((1 - _x * _mus) * (1 - _mu * _ys)) / (1 - _x * _ys),
                "eliminating the state of a pole μ from G leaves F G F^* for the other poles, F diagonal with the"
                " entries (λ - μ)/(1 - λ conj μ)",
            ),
            *(
                Identity(
                    _schur[row, column],
                    sp.Matrix([[_G, _c], [_cs, _d]])[row, column],
                    f"block ({row}, {column}) of that elimination, d = 1/(1 - |μ|^2) the entry of μ and c its column:"
                    " the determinant is d times that of G - c d^{-1} c^* = F G F^*",
                )
                for row in range(2)
                for column in range(2)
            ),
            Induction(
                N,
                1,
                Identity(
                    1 / (1 - modulus_squared(_x)) * (1 - _x * _xs), sp.Integer(1), "one pole: det G = 1/(1 - |λ|^2)"
                ),
                Identity(
                    _gaps / _weights / (1 - modulus_squared(_mu)) * _new,
                    (_gaps * _new) / (_weights * (1 - modulus_squared(_mu))),
                    "one pole μ more multiplies det G, which is p/w, by d and by all |F|^2, their product f: in p each"
                    " pair counts |(x - y)/(1 - x conj y)|^2, in w each pole 1 - |λ|^2",
                ),
            ),
            Identity(
                (_gaps / _weights) / ((_gaps * _new) / (_weights * (1 - modulus_squared(_mu)))),
                (1 - modulus_squared(_mu)) / _new,
                "the diagonal entry of the inverse is det G without μ over det G: only factors with μ are left",
            ),
            Nonnegative(
                (_a + _excess) * (_b + _room) - _a * _b,
                (_a * _room, _excess * _b, _excess * _room),
                "a = G_kk is at most the largest eigenvalue, a + e, and b = H_k at most the inverse of the least, b +"
                " r: κ >= G_kk H_k, from which 1 - |λ_k|^2 cancels",
            ),
        )
    ),
    untrained="a determinant and an inverse of the poles alone: training a layer adds nothing to them",
    undrawn="an identity without a parameter to plot against",
)
