"""A linear read-out on fixed poles in raw coordinates: the speed of each direction, step sizes, time and penalties.

d_n, v_n  U^* (w - w_best) at the start, and later (G = U g U^*, g_0 >= g_1 >= ..)
D_t (`excess`) L - L_inf at time t      κ_τ (`velocity`) dk_τ/dt      Q_jτ  a_j^* a_τ, an entry of X^* X
m (`steps`)    number of steps          f  worst factor by which one step changes the distance to w_best
R_K            1 - 2 L for the delay-K teacher      C_t, C_mu, C_q  its sum over K: by time, ridge, dropout
c_n, y_n       Σ_τ α_nτ conj k*_τ (0 in ker G), same of the ridged kernel; x_n, z_n, s_n  whitened best, ridged, dropped
μ (`penalty`)  ridge ½ μ |w|^2 in L     q (`keep`)  probability that dropout keeps a state, which it divides by q
V_j, h_j       variances G_jj, eigenvalues of the correlation matrix     E_q (`rise`)  what dropout adds to 2 L
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import M, N, eta, g, kernel, matrix_letter, n, tau, teacher, time
from theory.memory.notation import alpha, j
from theory.memory.regression import REGRESSION
from theory.proof import Chain, From, Identity, Induction, Nonnegative

d, v, Q, velocity, c, R, V, h, w, x, y, z, s = (
    sp.IndexedBase(name) for name in ("d", "v", "Q", "kappa", "c", "R", "V", "h", "w", "x", "y", "z", "s")
)
excess, learned, ridged, dropped = sp.symbols("D_t C_t C_mu C_q", nonnegative=True)
rise, factor, best_factor = sp.symbols("E_q f f_best", nonnegative=True)
best_eta, penalty, keep = sp.symbols("eta_best mu q", positive=True)
steps = sp.Symbol("m", integer=True, nonnegative=True)
_X, _Xs, _G, _U, _Us, _D, _W, _Ws = matrix_letter("X X^* G U U^* D W W^*")
_w, _ws, _b, _bs, _v, _vs, _t, _ts, _u = matrix_letter("w w^* w_best w_best^* v v^* k*^* k* u")
_k, _wdot = matrix_letter("k wdot^*")
_S, _H, _off, _diagonal = matrix_letter("S H O D_G")
_g, _x, _r = sp.symbols("g x r", positive=True)
_d, _dc, _c, _cc = sp.symbols("d conj(d) c conj(c)")
_low, _high = sp.symbols("g_min g_max", positive=True)
_gap, _odds = sp.symbols("delta p", nonnegative=True)
_between, _first, _last = (1 - _x) * _low + _x * _high, g[0], g[N - 1]

_NORMAL = (sp.Eq(_X * _t, _X * _Xs * _b), sp.Eq(_ts * _Xs, _bs * _X * _Xs))
_BEST = (sp.Eq(eta, 2 / (_high + _low)),)
_SPECTRUM = (sp.Eq(_G, _U * _D * _Us), sp.Eq(_Us * _U, 1))


def _over(term: sp.Expr) -> sp.Sum:
    return sp.Sum(term, (j, 0, N - 1))


RAW_FLOW = Claim(
    name="learning.raw_flow",
    statement=sp.And(
        sp.Eq(v[n], sp.exp(-g[n] * time) * d[n]),
        sp.Eq(excess, _over(g[j] * sp.exp(-2 * g[j] * time) * sp.Abs(d[j]) ** 2) / 2),
        sp.Eq(velocity[tau], -sp.Sum((kernel[j] - teacher[j]) * Q[j, tau], (j, 0, sp.oo))),
    ),
    assumes="white unit-variance input, y = w^* x, any stable pair, B and the scaling of the states as they are; a"
    " teacher with finite sum of |k*|^2; in ker G (g_n = 0: repeated or unreached poles of a diagonal state) w never"
    " moves and w_best is any minimiser; N = 1 and t = 0 included. MF(tau) is no speed: only the g_n are",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                ((_ws + _vs) * _X - _ts) * (_Xs * (_w + _v) - _t),
                (_ws * _X - _ts) * (_Xs * _w - _t)
                + _vs * _X * (_Xs * _w - _t)
                + (_ws * _X - _ts) * _Xs * _v
                + _vs * _X * _Xs * _v,
                "X = [a_0, a_1, ..], k = w^* X, and 2 L = |k - k*|^2 for white input; what is linear in v is"
                " 2 Re v^* X (k - k*)^*, so that the flow reads w' = -X (k - k*)^* = h - G w, h = X k*^*",
            ),
            Identity(
                _wdot * _X,
                -(_k - _ts) * _Xs * _X,
                "the kernel moves by k' = w'^* X = -(k - k*) X^* X",
                using=(sp.Eq(_wdot, -(_k - _ts) * _Xs),),
            ),
            Identity(
                _Xs * _X * (_Xs * _u),
                _g * (_Xs * _u),
                "each eigenvector u of G = X X^* gives one of X^* X, to the same g; the others are orthogonal to the"
                " rows of X, to eigenvalue 0",
                using=(sp.Eq(_X * _Xs * _u, _g * _u),),
            ),
            Identity(
                _Us * (_G * _b - _G * _w),
                -_D * _Us * (_w - _b),
                "with h = G w_best, in the eigenbasis of G, U^* U = 1: z' = -g z for z = U^* (w - w_best)",
                using=_SPECTRUM,
            ),
            Identity(
                sp.diff(sp.exp(-_g * time) * _d, time) + _g * sp.exp(-_g * time) * _d,
                sp.Integer(0),
                "solved by z = exp(-g t) d, the only solution",
            ),
            Identity(sp.exp(-_gap * time) * _d, _d, "which stays at d where g = 0", using=(sp.Eq(_gap, 0),)),
            Identity(
                (_ws * _X - _ts) * (_Xs * _w - _t),
                (_ws - _bs) * _X * _Xs * (_w - _b) + (_bs * _X - _ts) * (_Xs * _b - _t),
                "2 L = (w - w_best)^* G (w - w_best) + 2 L_inf, by the normal equations",
                using=_NORMAL,
            ),
            Identity(
                _vs * _G * _v,
                (_vs * _U) * _D * (_Us * _v),
                "a quadratic form in the eigenbasis: each direction adds g |z|^2",
                using=_SPECTRUM[:1],
            ),
            Identity(
                _g * (sp.exp(-_g * time) * _d) * (sp.exp(-_g * time) * _dc),
                _g * sp.exp(-2 * _g * time) * _d * _dc,
                "with |z|^2 = exp(-2 g t) |d|^2",
            ),
        )
    ),
)

GD_STEP = Claim(
    name="learning.gd_step",
    statement=sp.And(
        sp.Eq(v[n], (1 - eta * g[n]) ** steps * d[n]),
        sp.Eq(factor, sp.Max(sp.Abs(1 - eta * _first), sp.Abs(1 - eta * _last))),
        sp.Equivalent(sp.Lt(factor, 1), sp.Lt(eta, 2 / _first)),
        sp.Ge(factor, (_first - _last) / (_first + _last)),
        sp.Eq(best_factor, (_first - _last) / (_first + _last)),
        sp.Eq(best_eta, 2 / (_first + _last)),
    ),
    assumes="gradient descent on L without momentum, white input, G of full rank (else read it on the range of G: its"
    " kernel never moves), f the worst over all starts: the distance tends to 0 from every start exactly where f < 1;"
    " at η = 2/g_max the first direction flips its sign for ever. Whitened states: all g = 1, η = 1 is the best step"
    " and solves at once, as does any single state (N = 1: f_best = 0)",
    kind="iff",
    source="this project; classical for quadratics",
    prove=lambda: Chain(
        (
            From(RAW_FLOW, "the gradient is G (w - w_best), and G has eigenvalues g"),
            Induction(
                steps,
                0,
                Identity((1 - eta * _g) ** 0 * _d, _d, "no step, no change"),
                Identity(
                    (1 - eta * _g) ** steps * _d - eta * _g * (1 - eta * _g) ** steps * _d,
                    (1 - eta * _g) ** (steps + 1) * _d,
                    "one step takes η g of each component away",
                ),
            ),
            Identity(
                (1 - _x) * (1 - eta * _low) ** 2 + _x * (1 - eta * _high) ** 2 - (1 - eta * _between) ** 2,
                _x * (1 - _x) * (eta * (_high - _low)) ** 2,
                "(1 - η g)^2 is convex in g: between g_min and g_max (0 <= x <= 1) it exceeds neither end's larger"
                " value, so the worst factor is at one of the two",
            ),
            Identity(
                1 - (1 - eta * _g) ** 2,
                eta * _g * (2 - eta * _g),
                "|1 - η g| < 1 exactly where η g < 2; for all g, where η g_max < 2",
            ),
            Identity(
                _high * (1 - eta * _low) - _low * (1 - eta * _high),
                _high - _low,
                "so (g_max + g_min) f >= g_max - g_min for every step",
            ),
            *(
                Identity(1 - eta * end, sign * (_high - _low) / (_high + _low), f"attained at {where}", using=_BEST)
                for end, sign, where in ((_low, 1, "η = 2/(g_max + g_min), low end"), (_high, -1, "the high end"))
            ),
            Nonnegative(
                (1 - (2 / (_high + _low) - _gap) * _low) - (_high - _low) / (_high + _low),
                (_gap * _low,),
                "at a step smaller by delta the low end is worse, strictly unless delta = 0",
            ),
            Nonnegative(
                ((2 / (_high + _low) + _gap) * _high - 1) - (_high - _low) / (_high + _low),
                (_gap * _high,),
                "at a larger step the high end is: the best step is unique",
            ),
        )
    ),
)

_UNIT_ROWS = Identity(
    (_W * _X) * (_Xs * _Ws),
    sp.Integer(1),
    "the whitened states α = W X, W G W^* = 1, have unit rows: summed over all delays, |α_j|^2 is 1 for every j",
    using=(sp.Eq(_X * _Xs, _G), sp.Eq(_W * _G * _Ws, 1)),
)

CAPACITY_OVER_TIME = Claim(
    name="learning.capacity_over_time",
    statement=sp.And(
        sp.Eq(R[tau], _over((1 - sp.exp(-2 * g[j] * time)) * sp.Abs(alpha[j, tau]) ** 2)),
        sp.Eq(learned, _over(1 - sp.exp(-2 * g[j] * time))),
        sp.Le(R[tau], M[tau]),
        sp.Lt(learned, N),
    ),
    assumes="raw flow from w = 0, white unit-variance input, one read-out for each delay K; R_K = 1 - 2 L, α the"
    " impulse response whitened in the eigenbasis of G, g^(-1/2) U^* a; C_t sums R over all K; a singular G learns its"
    " rank at most (directions of speed 0 add nothing, whatever α is there); t = 0, N = 1 included",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(
                RAW_FLOW, "from w = 0 the distance is d = -w_best: direction j has learned 1 - e of it, e = exp(-g t)"
            ),
            Identity(
                2 * (1 - _x) * _c * _cc - ((1 - _x) * _c) * ((1 - _x) * _cc),
                (1 - sp.exp(-2 * _g * time)) * _c * _cc,
                "R = 2 Re w^* a_K - w^* G w; whitened, w is (1 - e) c, and c = α_K for the delay-K teacher",
                using=(sp.Eq(_x, sp.exp(-_g * time)),),
            ),
            _UNIT_ROWS,
            From(REGRESSION, "MF(K) = a_K^* G^{-1} a_K is the sum of all |α_jK|^2"),
            Nonnegative(
                _x - (1 - sp.exp(-2 * _g * time)) * _x,
                (sp.exp(-2 * _g * time) * _x,),
                "so MF(K) - R_K adds exp(-2 g t) |α|^2 for each direction, and N - C_t adds exp(-2 g t), which is > 0",
            ),
        )
    ),
)

_kept_ridge = _g / (_g + penalty)
_as_ridge = (1 - keep) / keep

RIDGE_AND_DROPOUT_CAPACITY = Claim(
    name="learning.ridge_and_dropout_capacity",
    statement=sp.And(
        sp.Eq(y[n], g[n] / (g[n] + penalty) * c[n]),
        sp.Eq(ridged, _over(1 - (penalty / (g[j] + penalty)) ** 2)),
        sp.Le(ridged, _over(1 - sp.exp(-2 * g[j] / penalty))),
        sp.Eq(rise, (1 - keep) / keep * _over(V[j] * sp.Abs(w[j]) ** 2)),
        sp.Eq(dropped, _over(1 - ((1 - keep) / (1 - keep + keep * h[j])) ** 2)),
        sp.Eq(z[n], x[n] / (1 + penalty)),
        sp.Eq(s[n], keep * x[n]),
    ),
    assumes="linear read-out of fixed poles, white unit-variance input, loss in the mean over inputs and masks; R"
    " counts the loss without penalty or masks, C sums it over all delays; μ > 0, every V_j > 0, 0 < q < 1, or q = 1"
    " with a regular correlation matrix (nothing dropped: C_q = N; a singular one leaves its rank, the limit of C_q);"
    " in ker G (g_n = 0) α_n, and with it c_n, is 0: no read-out reaches it, and y_n = 0;"
    " C_mu is at most what a flow from 0 has learned at t = 1/μ. Whitened states (z, s): one factor for all directions,"
    " so that the learned direction is that of x whatever μ and q; so it is under dropout for any uncorrelated states"
    " (h = 1), under a ridge for equal g only: raw states lose their slow directions first. A decay of the poles"
    " themselves moves α and is not covered",
    kind="equal",
    source="this project; dropout as a ridge on normalised states is Wager, Wang, Liang 2013",
    prove=lambda: Chain(
        (
            From(RAW_FLOW, "the gradient of L is G w - h, in whitened directions r (r w - c) with r^2 = g"),
            Identity(
                _r * (_r * (_r * _c / (_r**2 + penalty)) - _c) + penalty * (_r * _c / (_r**2 + penalty)),
                sp.Integer(0),
                "that of L + ½ μ |w|^2 vanishes at w = r c/(g + μ), whose kernel has r w = g/(g + μ) c there",
            ),
            Identity(
                2 * _kept_ridge - _kept_ridge**2,
                1 - (penalty / (_g + penalty)) ** 2,
                "R = 2 Re w^* a_K - w^* G w, for the share g/(g + μ) of c = α_K",
            ),
            _UNIT_ROWS,
            Nonnegative(
                sp.diff(_x - sp.log(1 + _x), _x),
                (_x / (1 + _x),),
                "log(1 + x) <= x, an equality at 0: so exp(-2 x) <= 1/(1 + x)^2",
            ),
            Identity(
                1 / (1 + _x),
                penalty / (_g + penalty),
                "which at x = g/μ bounds each direction's share by that of the flow at t = 1/μ",
                using=(sp.Eq(_x, _g / penalty),),
            ),
            Identity(
                keep * (1 / keep) + (1 - keep) * 0,
                sp.Integer(1),
                "a mask m in {0, 1} divided by q has mean 1: products with y* and of two different states stay",
            ),
            Identity(
                keep * (1 / keep) ** 2 + (1 - keep) * 0,
                1 + _as_ridge,
                "and mean square 1/q: every G_jj |w_j|^2 counts (1 - q)/q more",
            ),
            Identity(
                _vs * (_off + _diagonal / keep) * _v - _vs * (_off + _diagonal) * _v,
                _as_ridge * _vs * _diagonal * _v,
                "the quadratic form rises by (1 - q)/q of its diagonal part",
            ),
            Identity(
                _S * (_H + _odds) * _S,
                _G + _odds * _S * _S,
                "in states of variance one, S = diag sqrt V and G = S H S, it is a ridge of μ = (1 - q)/q",
                using=(sp.Eq(_S * _H * _S, _G),),
            ),
            Identity(
                penalty / (_g + penalty),
                (1 - keep) / (1 - keep + keep * _g),
                "whose capacity is that of the ridge, with the eigenvalues h of H",
                using=(sp.Eq(penalty, _as_ridge),),
            ),
            Identity(_kept_ridge, 1 / (1 + penalty), "whitened, g = 1: one factor for all", using=(sp.Eq(_g, 1),)),
            Identity(1 / (1 + penalty), keep, "and exactly q for dropout", using=(sp.Eq(penalty, _as_ridge),)),
        )
    ),
)
