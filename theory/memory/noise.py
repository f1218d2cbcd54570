"""Memory with noise about: noisy read-outs, finitely many samples, correlated input, and information.

C_S  capacity under read-out noise of covariance S       g_k  eigenvalues of G for real poles, largest first
F    mean in-sample R^2 of a target that the states know nothing of
I_τ  mutual information of u_{t-τ} and x_t, in bits      p_k  E x_k u of the same step
"""

import sympy as sp

from theory.claim import Claim
from theory.memory.allpass import CAPACITY, TAIL_ENERGY
from theory.memory.notation import G, M, N, T, explained, j, k, l, lamda, matrix_letter, rho_u, tau
from theory.memory.regression import REGRESSION
from theory.proof import Chain, Cited, From, Identity, Induction, Nonnegative, telescoping

noisy_capacity, S = sp.Symbol("C_S", nonnegative=True), sp.MatrixSymbol("S", N, N)
low, high = sp.symbols("lamda_min lamda_max", real=True)
fitted = sp.Symbol("F", nonnegative=True)
g, entry, information = sp.IndexedBase("g"), sp.IndexedBase("c_x"), sp.IndexedBase("I")

_w, _ws, _p, _ps, _G, _c, _cs = matrix_letter("w w^* p p^* G c c^*")
_A, _As, _B, _Bs, _P, _Ps, _Q = matrix_letter("A A^* B B^* P P^* (G+S)^{-1}")
_value = sp.Symbol("g", nonnegative=True)
_trace = sp.Function("tr")
_x, _y = sp.symbols("x y")

#: (1 - x)/(1 + x) at the smallest pole over that at the largest: how wide an interval the real poles fill.
_spread = (1 - low) * (1 + high) / ((1 + low) * (1 - high))


def _completing_the_square(inverse: sp.Expr, reason: str) -> Identity:
    return Identity(
        (_ws - _ps) * inverse**-1 * (_w - _p) + 1 - _ps * inverse**-1 * _p,
        _ws * inverse**-1 * _w - _ws * inverse**-1 * _p - _ps * inverse**-1 * _w + 1,
        reason,
    )


FINITE_PRECISION = Claim(
    name="memory.finite_precision",
    statement=sp.And(
        sp.Eq(noisy_capacity, sp.Trace(G * (G + S).inv())),
        sp.StrictLessThan(noisy_capacity, N),
        sp.Le(g[k], 4 * sp.exp(-(sp.pi**2) * k / sp.log(4 * _spread)) * g[0]),
    ),
    assumes="white input; the states are read with white noise of covariance S > 0 independent of the input (S = σ^2"
    " for equal sensors, or ridge regression with penalty σ^2 per sample); any stable pair, singular G included: B and"
    " scaling now matter. The bound on g_k: distinct real poles from λ_min to λ_max > λ_min, with B = (1, .., 1) or any"
    " other scaling of the states",
    kind="equal",
    source="this project; the bound on g_k is Beckermann and Townsend 2019 (SIAM Review 61), displacement rank one",
    prove=lambda: Chain(
        (
            _completing_the_square(
                _Q,
                "the noisy state has covariance G + S > 0 and the same c: completing the square about"
                " p = (G + S)^{-1} c gives the noisy memory c^* (G + S)^{-1} c",
            ),
            Induction(
                T,
                0,
                Identity(
                    _G - _P * _G * _Ps,
                    sp.Integer(0),
                    "the sum of c c^* over the lags below T is G - P G P^* with P = A^T; no lag, no sum",
                    using=(sp.Eq(_P, 1), sp.Eq(_Ps, 1)),
                ),
                Identity(
                    (_G - _P * _G * _Ps) + _P * (_B * _Bs) * _Ps,
                    _G - (_P * _A) * _G * (_As * _Ps),
                    "one more lag adds P B B^* P^*; for stable A the rest P G P^* tends to 0 and the sum to G",
                    using=(sp.Eq(_B * _Bs, _G - _A * _G * _As),),
                ),
            ),
            Identity(
                _trace(_cs * _Q * _c),
                _trace(_G * _Q),
                "so the noisy memories of all lags add up to tr G (G + S)^{-1}; a trace is cyclic",
                using=(sp.Eq(_trace(_cs * _Q * _c), _trace(_c * _cs * _Q)), sp.Eq(_c * _cs, _G)),
            ),
            Nonnegative(
                1 - _value / (_value + 1),
                (1 / (_value + 1),),
                "each of the N eigenvalues g >= 0 of S^{-1/2} G S^{-1/2} counts g/(g + 1), strictly less than 1",
            ),
            Identity(
                ((1 - _x) / (1 + _x) + (1 - _y) / (1 + _y)) / (1 - _x * _y),
                2 / ((1 + _x) * (1 + _y)),
                "real poles x, y: D G + G D = 2 d d^* with D = diag((1 - x)/(1 + x)) and d = 1/(1 + x), of rank one;"
                " rescaling the states changes d only",
            ),
            Cited(
                "Beckermann and Townsend 2019: for such G the singular value number k + 1 over the first is at most the"
                " Zolotarev number of [-max D, -min D] and [min D, max D], at most 4 exp(-pi^2 k/log(4 max D/min D))"
            ),
        )
    ),
)

_X, _Xs, _W = matrix_letter("X X^* W")
_ys, _yt, _rest, _share, _total = sp.symbols("y_s y_t rest a total", positive=True)
_m = sp.Symbol("m", integer=True, positive=True)


def _product(y_s: sp.Expr) -> sp.Expr:
    return y_s * _yt / (y_s**2 + _yt**2 + _rest)


SAMPLE_FLOOR = Claim(
    name="memory.sample_floor",
    statement=sp.Eq(fitted, N / T),
    assumes="least squares without intercept on T samples of N linearly independent states, N <= T; targets i.i.d. with"
    " a symmetric density (Gaussian for instance) and independent of those states, as at lags that reach further back"
    " than the states do; N = T included",
    kind="equal",
    source="this project; asymptotically Dambre, Verstraeten, Schrauwen, Massar 2012",
    prove=lambda: Chain(
        (
            Identity(
                (_X * _W**-1 * _Xs) * (_X * _W**-1 * _Xs),
                _X * _W**-1 * _Xs,
                "R^2 = y^* P y/|y|^2 with P = X W^{-1} X^*, W = X^* X: a projection",
                using=(sp.Eq(_Xs * _X, _W),),
            ),
            Identity(
                _trace(_X * _W**-1 * _Xs),
                _trace(1),
                "whose trace is that of the N by N identity: N, the number of its eigenvalues 1",
                using=(sp.Eq(_trace(_X * _W**-1 * _Xs), _trace(_W**-1 * _Xs * _X)), sp.Eq(_Xs * _X, _W)),
            ),
            Identity(
                _product(_ys) + _product(-_ys),
                sp.Integer(0),
                "E y_s y_t/|y|^2 = 0 for s unlike t: y and y with y_s turned over are equally likely and cancel",
            ),
            Identity(
                _share,
                1 / T,
                "E y_s^2/|y|^2 = a is the same for every s, and the T of them make |y|^2/|y|^2 = 1",
                using=(sp.Eq(_share, _total / T), sp.Eq(_total, 1)),
            ),
            telescoping(
                1 / T,
                _m / T,
                _m,
                "so E R^2 = tr(P E y y^*/|y|^2) = tr(P)/T, to which every eigenvalue 1 of P adds 1/T: m = N gives N/T",
                start=1,
            ),
        )
    ),
)

_lk, _ll, _rho, _power, _pk, _pl, _sum, _root = sp.symbols("lambda_k lambdabar_l rho R_tau p_k pbar_l S_tau L_tau")


def _covariance(x: sp.Expr, y: sp.Expr, rho: sp.Symbol) -> sp.Expr:
    """E x_k conj(x_l) for λ_k = x, conj(λ_l) = y."""
    return (1 / (1 - rho * x) + rho * y / (1 - rho * y)) / (1 - x * y)


COLOURED_INPUT = Claim(
    name="memory.coloured_input",
    statement=sp.And(
        sp.Eq(M[tau], explained),
        sp.Eq(G[k, l], _covariance(lamda[k], sp.conjugate(lamda[l]), rho_u)),
        sp.Eq(
            entry[k],
            sp.Sum(lamda[k] ** j * rho_u ** (tau - j), (j, 0, tau - 1)) + lamda[k] ** tau / (1 - rho_u * lamda[k]),
        ),
    ),
    assumes="stationary real input of variance 1 with autocovariance ρ_u^|d|, |ρ_u| < 1; distinct stable poles, closed"
    " under conjugation or not, B = (1, .., 1) in the eigenbasis; convention: G_kl = E x_k conj(x_l) and c_k = E x_k u"
    " (written c_x), so c carries λ_k itself; its conjugate goes with the conjugate of G, or with real poles. N = 1, a"
    " zero pole, ρ_u = 0 and λ_k = ρ_u included",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            _completing_the_square(
                _G**-1,
                "E|w^* x - u|^2 = w^* G w - w^* c - c^* w + 1 for any stationary input of variance 1; it is least at"
                " p = G^{-1} c, where it equals 1 - c^* G^{-1} c",
            ),
            Identity(
                _rho * _lk * _pk + 1,
                _pk,
                "x_t = λ x_{t-1} + u_t, so p_k = E x_k u of the same step solves p = ρ λ p + 1",
                using=(sp.Eq(_pk, 1 / (1 - _rho * _lk)),),
            ),
            Identity(
                _lk * _ll * _covariance(_lk, _ll, _rho) + _lk * _rho * _pk + _ll * _rho * _pl + 1,
                _covariance(_lk, _ll, _rho),
                "the recursions of x_k and x_l give G_kl = λ_k conj(λ_l) G_kl + λ_k ρ p_k + conj(λ_l ρ p_l) + 1",
                using=(sp.Eq(_pk, 1 / (1 - _rho * _lk)), sp.Eq(_pl, 1 / (1 - _rho * _ll))),
            ),
            Induction(
                tau,
                0,
                Identity(_sum + _root * _pk, _pk, "lag 0: c = p", using=(sp.Eq(_sum, 0), sp.Eq(_root, 1))),
                Identity(
                    _lk * (_sum + _root * _pk) + _rho * _power,
                    (_lk * _sum + _rho * _power) + (_lk * _root) * _pk,
                    "c(tau+1) = λ_k c(tau) + ρ^{tau+1}, the last term being E u_t u_{t-tau-1}, where c = S + λ^tau p;"
                    " the finite sum obeys S(tau+1) = λ_k S(tau) + ρ^{tau+1} as well",
                ),
            ),
        )
    ),
)

_unknown, _det = sp.symbols("v D", positive=True)
_y0, _excess, _Mt = sp.symbols("y d M_tau", nonnegative=True)
_covariance_factors = (
    sp.Matrix([[1, 0], [_cs * _G**-1, 1]])
    * sp.Matrix([[_G, 0], [0, 1 - _cs * _G**-1 * _c]])
    * sp.Matrix([[1, _G**-1 * _c], [0, 1]])
)

INFORMATION = Claim(
    name="memory.information",
    statement=sp.And(
        sp.Eq(information[tau], -sp.log(1 - M[tau]) / (2 * sp.log(2))),
        sp.Le(sp.Sum(information[j], (j, 0, sp.oo)), N / (2 * sp.log(2) * (1 - M[0]))),
    ),
    assumes="real white Gaussian input, real controllable pair (poles closed under conjugation), M_0 < 1, that is no"
    " pole at 0: where some M_τ = 1 the information is infinite; N = 1 included",
    kind="equal",
    source="this project (Gaussian mutual information)",
    prove=lambda: Chain(
        (
            *(
                Identity(
                    _covariance_factors[row, column],
                    sp.Matrix([[_G, _c], [_cs, 1]])[row, column],
                    f"the covariance [[G, c], [c^*, 1]] of (x, u) factors, entry ({row}, {column}): its determinant is"
                    " det G times the Schur complement 1 - c^* G^{-1} c",
                )
                for row in range(2)
                for column in range(2)
            ),
            From(REGRESSION, "which is 1 - M"),
            Identity(
                sp.log(_det * 1 / (_det * _unknown)) / (2 * sp.log(2)),
                -sp.log(_unknown) / (2 * sp.log(2)),
                "Gaussian variables: I = 1/2 log2(det G var u/det of both), with D = det G and v = 1 - M",
            ),
            Nonnegative(
                1 - sp.diff(sp.log(1 + _y0), _y0),
                (_y0 / (1 + _y0),),
                "-log(1 - M) <= M/(1 - M): with M = y/(1 + y) it reads log(1 + y) <= y, an equality at y = 0, and here"
                " is the derivative of the difference",
            ),
            From(TAIL_ENERGY, "M_0 - M_tau = d is the sum of |b_j|^2 over 0 < j <= tau, hence >= 0"),
            Nonnegative(
                _Mt / _unknown - _Mt / (_unknown + _excess),
                (_Mt * _excess / (_unknown * (_unknown + _excess)),),
                "so M_tau/(1 - M_tau) <= M_tau/(1 - M_0), with v = 1 - M_0 and 1 - M_tau = v + d",
            ),
            From(CAPACITY, "and the M_tau add up to N"),
        )
    ),
)
