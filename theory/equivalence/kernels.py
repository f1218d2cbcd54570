"""Kernels of diagonal systems: pairs of poles, blocks of lags, and the ways to apply a kernel to an input.

λ_n, w_n    poles and their weights C_n B̄_n; one pole of each of p conjugate pairs
μ_n, v_n    q real poles and their weights      d    dimension of the real state
z_n         Δ a_n, with B_n and C_n one mode before it is discretised
H_l, Q_l    kernel after a zero-order hold (`held`) and after a bilinear step (`bilinear`)
W           Gram matrix of a window             M, E  block length, exponentials needed
u_t, y_t    input and output                    o_t  output of an FFT without padding
h_t         a_t h_{t-1} + b_t, a scan
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import Delta, G, K, L, N, complex_letter, j, k, l, lamda, matrix_letter, n, phi, z
from theory.proof import Chain, Identity, Induction, Nonnegative

weight, real_weight, real_pole = (sp.IndexedBase(name) for name in ("w", "v", "mu"))
B, C, held, bilinear, W = (sp.IndexedBase(name) for name in ("B", "C", "H", "Q", "W"))
u, y, circular, a, b, h = (sp.IndexedBase(name) for name in ("u", "y", "o", "a", "b", "h"))
pairs, reals, t, s, i = sp.symbols("p q t s i", integer=True, nonnegative=True)
block, dimension = sp.symbols("M d", integer=True, positive=True)
exponentials = sp.Symbol("E", integer=True, positive=True)

_w, _power, _pole = (complex_letter(name) for name in ("w", "P", "lambda"))
_x, _mu, _alpha, _before, _c = sp.symbols("lamda mu alpha S w")
_a1, _a2, _a3, _b1, _b2, _b3, _h = matrix_letter("a_1 a_2 a_3 b_1 b_2 b_3 h")
_A, _B, _C, _past = matrix_letter("A B C A^{t-s}")
_G, _Lam, _Ls, _X, _Xs, _one = matrix_letter("G Lambda Lambda^* X X^* E")
_t, _M, _L = sp.symbols("t M L", positive=True)
_zn = sp.Symbol("z", nonzero=True)
_rest, _whole = sp.symbols("r m", nonnegative=True)


def _modes(term: sp.Expr) -> sp.Sum:
    return sp.Sum(term, (n, 0, N - 1))


#: Powers of different numbers are linearly independent sequences.
_INDEPENDENT = Induction(
    N,
    1,
    Identity(
        _alpha * _x**0,
        _alpha,
        "a combination of one sequence of powers λ^l, with 0^0 = 1, that is 0 at l = 0 has coefficient 0",
    ),
    Identity(
        _alpha * _x ** (l + 1) - _mu * (_alpha * _x**l),
        _alpha * (_x - _mu) * _x**l,
        "if a combination of N + 1 of them is 0 for all l, so is the next lag less μ times this one, μ the last pole:"
        " it has lost μ, and its N coefficients α (λ - μ) are 0, hence α = 0 as λ is not μ; then μ has coefficient 0",
    ),
)

CONJUGATE_PAIRS = Claim(
    name="equivalence.conjugate_pairs",
    statement=sp.And(
        sp.Eq(
            K[l],
            2 * sp.re(sp.Sum(weight[n] * lamda[n] ** l, (n, 0, pairs - 1)))
            + sp.Sum(real_weight[n] * real_pole[n] ** l, (n, 0, reals - 1)),
        ),
        sp.Eq(dimension, 2 * pairs + reals),
    ),
    assumes="K of a real system whose 2 p + q different poles are λ_n, conj λ_n with Im λ_n > 0, and real μ_n; weights"
    " w_n, conj w_n and real v_n; 0^0 = 1; d the dimension that its input reaches, no entry of B being zero. An odd"
    " number of states has a real pole, which is stored with weight 1, not 2; p = 0 and q = 0 included",
    kind="equal",
    source="Gu, Gupta, Goel, Ré 2022 (S4D), 3.3; the count is this project's",
    prove=lambda: Chain(
        (
            Identity(
                _w * _power + sp.conjugate(_w * _power),
                2 * sp.re(_w * _power),
                "a pole and its conjugate together, P = λ^l being conjugated with λ",
            ),
            Induction(
                pairs,
                0,
                Identity(2 * sp.re(0), sp.Integer(0), "no pair"),
                Identity(
                    2 * sp.re(_before + _w * _power),
                    2 * sp.re(_before) + 2 * sp.re(_w * _power),
                    "one pair more joins the sum S inside the real part",
                ),
            ),
            Identity(
                sp.Matrix([[sp.re(_pole), -sp.im(_pole)], [sp.im(_pole), sp.re(_pole)]]).charpoly(_mu).as_expr(),
                (_mu - _pole) * (_mu - sp.conjugate(_pole)),
                "in real coordinates a pair is a rotation with scaling on 2 states, a real pole 1 state: the state has"
                " 2 p + q of them",
            ),
            _INDEPENDENT,
            Identity(
                2 * (pairs + 1) + reals - (2 * pairs + reals),
                sp.Integer(2),
                "so the rows of powers in [B, A B, ..] are independent and the input reaches all: each pair counts 2,"
                " each real pole 1",
            ),
        )
    ),
)

RECURRENCE_CONVOLUTION_SCAN = Claim(
    name="equivalence.recurrence_convolution_scan",
    statement=sp.And(
        sp.Eq(y[t], sp.Sum(K[t - s] * u[s], (s, 0, t))),
        sp.Eq(circular[t], sp.Sum(K[t - s] * u[s], (s, 0, t)) + sp.Sum(K[L + t - s] * u[s], (s, t + 1, L - 1))),
        sp.Eq(h[0], b[0]),
        sp.Eq(h[t + 1], a[t + 1] * h[t] + b[t + 1]),
    ),
    assumes="y by recurrence from rest, by an FFT of length at least 2 L - 1, or by a scan; o by an FFT of length L;"
    " 0 <= t < L; h by composing pairs (a, b) then (a', b') into (a' a, a' b + b') in any grouping, the earlier first,"
    " steps varying in time; L = 1 and zero input included",
    kind="equal",
    source="this project; the scan: Blelloch 1990",
    prove=lambda: Chain(
        (
            Induction(
                t,
                0,
                Identity(_C * (_A * 0 + _B * u[0]), _C * _B * u[0], "from rest: y_0 = K_0 u_0"),
                Identity(
                    _A * (_past * _B * u[s]),
                    (_A * _past) * _B * u[s],
                    "recurrence: one step takes each term A^{t-s} B u_s of the state to A^{t+1-s} B u_s and adds"
                    " A^0 B u_{t+1}, so y_t is the sum of K_{t-s} u_s",
                ),
            ),
            Induction(
                L,
                1,
                Identity((1 - _x) * 1, 1 - _x, "one term"),
                Identity(
                    (1 - _x) * (_before + _mu),
                    1 - _x * _mu,
                    "FFT of length L: (1 - x) (1 + x + .. + x^{L-1}) = 1 - x^L, with S the sum and μ = x^L. At an"
                    " L-th root of 1 other than 1 the sum is 0, at x = 1 it is L: so the inverse transform of a"
                    " product collects the K_l u_s with l + s = t modulo L",
                    using=(sp.Eq(_x * _before, _before - 1 + _mu),),
                ),
            ),
            Nonnegative(
                (2 * _L - 1 + _rest) - (_L - 1) - (_L - 1),
                (sp.Integer(1), _rest),
                "l and s are at most L - 1, so with 2 L - 1 points or more, r more of them, no sum l + s reaches a"
                " whole turn: only l = t - s is left; with L points l = L + t - s joins for s > t",
            ),
            Identity(
                (_a3 * _a2) * _a1,
                _a3 * (_a2 * _a1),
                "scan, numbers or matrices: the first entries of the two groupings of three steps agree",
            ),
            Identity(
                (_a3 * _a2) * _b1 + (_a3 * _b2 + _b3),
                _a3 * (_a2 * _b1 + _b2) + _b3,
                "and so do the second: grouping does not matter",
            ),
            Induction(
                t,
                0,
                Identity(_a1 * 0 + _b1, _b1, "grouped from the left the second entry starts as b_0 = h_0"),
                Identity(
                    _a2 * (_a1 * 0 + _h) + _b2,
                    _a2 * _h + _b2,
                    "and one more step makes a_{t+1} h_t + b_{t+1} of it, which is h_{t+1}",
                ),
            ),
        )
    ),
)

_bilinear_pole = (1 + _zn / 2) / (1 - _zn / 2)

VANDERMONDE_KERNEL = Claim(
    name="equivalence.vandermonde_kernel",
    statement=sp.And(
        sp.Eq(held[l], _modes(C[n] * Delta * phi(z[n]) * B[n] * sp.exp(l * z[n]))),
        sp.Eq(
            bilinear[l],
            _modes(C[n] * Delta * B[n] / (1 - z[n] / 2) * ((1 + z[n] / 2) / (1 - z[n] / 2)) ** l),
        ),
        sp.Eq(W[k, j], G[k, j] - lamda[k] ** L * G[k, j] * sp.conjugate(lamda[j]) ** L),
    ),
    assumes="A = diag(a), z = Δ a with Re z < 0; K_l = C Ā^l B̄ by either rule; W = V V^*, V the powers λ_n^l of stable"
    " poles for l < L, and G the same for all l; 0^0 = 1 (a bilinear pole is 0 at z = -2 and negative for real z"
    " below); repeated poles, N = 1 and L = 1 included",
    kind="equal",
    source="Gu, Gupta, Goel, Ré 2022 (S4D), section 3; the window is this project's",
    prove=lambda: Chain(
        (
            Identity(
                sp.diff((sp.exp(_zn * _t) - 1) / _zn, _t),
                _zn * ((sp.exp(_zn * _t) - 1) / _zn) + 1,
                "held input, time in steps: x = (e^{z t} - 1)/z solves x' = z x + 1 and starts from 0, so a step"
                " multiplies the state by e^z and adds Δ φ(z) B u",
            ),
            Identity(
                (_bilinear_pole * _x + _c / (1 - _zn / 2)) - _x,
                _zn * ((_bilinear_pole * _x + _c / (1 - _zn / 2)) + _x) / 2 + _c,
                "bilinear: λ x + w/(1 - z/2), w = Δ B u, is the x' that solves x' = x + z (x' + x)/2 + w",
            ),
            Induction(
                l,
                0,
                Identity(_x**0, sp.Integer(1), "a diagonal Ā acts on each mode alone; lag 0"),
                Identity(_x * _x**l, _x ** (l + 1), "and one lag more"),
            ),
            Induction(
                L,
                1,
                Identity(
                    _one,
                    _G - _Lam * _G * _Ls,
                    "one column: V V^* is all ones, E = B B^* with B = (1, .., 1), by the Stein equation of G",
                    using=(sp.Eq(_Lam * _G * _Ls, _G - _one),),
                ),
                Identity(
                    (_G - _X * _G * _Xs) + _X * _one * _Xs,
                    _G - (_X * _Lam) * _G * (_Ls * _Xs),
                    "one column more adds X E X^*, X = Λ^L",
                    using=(sp.Eq(_one, _G - _Lam * _G * _Ls),),
                ),
            ),
        )
    ),
)

BLOCK_KERNEL = Claim(
    name="equivalence.block_kernel",
    statement=sp.And(
        sp.Eq(K[j * block + i], _modes((weight[n] * lamda[n] ** (j * block)) * lamda[n] ** i)),
        sp.Eq(exponentials, N * (block + sp.ceiling(L / block))),
        sp.Ge(exponentials, 2 * N * sp.sqrt(L)),
    ),
    assumes="K_l = sum of w_n λ_n^l, l = j M + i < L with 0 <= i < M <= L, M dividing L or not; E counts the entries of"
    " the two factors; M = 1 and M = L, the direct route, included; 0^0 = 1. A real part may be taken after the product"
    " only",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Induction(
                i,
                0,
                Identity(_c * _x ** (j * block) * _x**0, _c * _x ** (j * block + 0), "first lag of block j"),
                Identity(
                    _c * _x ** (j * block) * (_x**i * _x),
                    _c * _x ** (j * block + i + 1),
                    "next lag: one factor λ more on both sides",
                ),
            ),
            Nonnegative(
                _whole - _L / _M,
                (_rest / _M,),
                "m = ceiling(L/M) blocks of M lags cover L = m M - r, 0 <= r < M: m is at least L/M",
                (sp.Eq(_L, _whole * _M - _rest),),
            ),
            Nonnegative(
                _M + _L / _M - 2 * sp.sqrt(_L),
                ((sp.sqrt(_M) - sp.sqrt(_L) / sp.sqrt(_M)) ** 2,),
                "and M + L/M is at least 2 √L, equal at M = √L: N (M + ceiling(L/M)) >= 2 N √L",
            ),
        )
    ),
)
