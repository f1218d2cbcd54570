"""One pole that learns a delay: the loss, the way up and the way down.

λ_0, λ_1 (`start`, `stop`)  where a way begins and ends      s, s_0, s_1  their squares      λ*^2 = τ/(τ + 1)
T (`T`)       time of the flow λ' = −L_2'(λ)       T_ν (`T_nu`), T_d (`T_down`)  of the flow of ν, λ = exp(−e^ν)
x (`x`)       (τ + 1)(1 − λ_1^2): the share gone of the way in λ^2 from 1 down to λ*^2      x_0 (`x_0`) of λ_0
c             (τ + 1)/τ                            y    −ln λ
D             E_1(1 − x) − E_1(1), E_1 the exponential integral
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import tau
from theory.learning.single_pole_loss import SINGLE_POLE_LOSS
from theory.proof import Chain, From, Identity, Induction, Limit, Nonnegative

start, stop, T, T_nu, T_down, T_up, x, x_0 = sp.symbols(
    "lamda_0 lamda_1 T T_nu T_down T_up x x_0", positive=True, real=True
)
_s, _s0, _s1, _c, _q, _y, _y0, _z, _a, _lam = sp.symbols("s s_0 s_1 c q y y_0 z a lamda", positive=True)
_p, _r, _u, _v = sp.symbols("p r u v", nonnegative=True)
_n = sp.Symbol("n", integer=True, positive=True)  # τ − 1, or the power of s
_i = sp.Symbol("i", integer=True, nonnegative=True)
_nu = sp.Symbol("nu", real=True)
_F = sp.Function("F")

_above, _ratio, _remaining = (tau + 1) / tau, start / stop, tau - (tau + 1) * stop**2
_series = sp.Sum(
    _above**_i * (start ** (2 * (_i + 1 - tau)) - stop ** (2 * (_i + 1 - tau))) / (tau - 1 - _i), (_i, 0, tau - 2)
)

ESCAPE_TIME = Claim(
    name="learning.escape_time",
    statement=sp.And(
        sp.Eq(
            4 * tau * start ** (2 * tau - 2) * T,
            start ** (2 * tau - 2)
            * (
                _series + _above ** (tau - 1) * sp.log(stop**2 * (tau - (tau + 1) * start**2) / (start**2 * _remaining))
            ),
            evaluate=False,
        ),
        sp.Ge(4 * tau * (tau - 1) * start ** (2 * tau - 2) * T, 1 - _ratio ** (2 * tau - 2), evaluate=False),
        sp.Le(
            4 * tau * (tau - 1) * start ** (2 * tau - 2) * T,
            1 - _ratio ** (2 * tau - 2) + (tau**2 - 1) * start**2 * sp.log(_ratio**-2) / _remaining,
            evaluate=False,
        ),
    ),
    assumes="gradient flow of L_2 in one real pole with the best read-out at every moment, delay tau >= 1,"
    " 0 < λ_0 < λ_1 < λ* = sqrt(tau/(tau + 1)) (the same for negative poles; λ* itself takes infinitely long,"
    " λ_0 = 0 never leaves); hence T 4 tau (tau - 1) λ_0^(2 tau - 2) -> 1 as λ_0 -> 0 for tau >= 2; tau = 1 has no"
    " plateau, the bounds read 0 and T grows like (1/2) ln(1/λ_0); tau = 0 has no way up",
    kind="at_least",
    source="this project",
    prove=lambda: Chain(
        (
            From(SINGLE_POLE_LOSS, "the speed λ' = -L_2'"),
            Identity(
                1 / (2 * _lam) / (2 * _lam ** (2 * tau - 1) * (tau - (tau + 1) * _lam**2)),
                1 / (4 * _lam ** (2 * tau) * (tau - (tau + 1) * _lam**2)),
                "dt = dλ/λ' = ds/(4 s^tau (tau - (tau + 1) s)) with s = λ^2; the denominator is 4 tau s^tau (1 - c s)",
            ),
            Induction(
                _n,
                1,
                Identity(
                    sp.diff(sp.log(_s / (1 - _c * _s)), _s),
                    1 / (_s * (1 - _c * _s)),
                    "F_1 = ln(s/(1 - c s)) has the derivative s^(-1)/(1 - c s)",
                ),
                Identity(
                    sp.diff(-(_s**-_n) / _n + _c * _F(_s), _s),
                    1 / (_s ** (_n + 1) * (1 - _c * _s)),
                    "F_(n+1) = -s^(-n)/n + c F_n has the derivative s^(-n-1)/(1 - c s); unrolled from n + 1 = tau"
                    " down to 1 this is the sum",
                    using=(sp.Eq(sp.Derivative(_F(_s), _s), _s**-_n / (1 - _c * _s)),),
                ),
            ),
            Nonnegative(
                _s**-_n / (1 - _c * _s) - _s**-_n,
                (_c * _s * _s**-_n / _q,),
                "below λ* (q = 1 - c s > 0) the integrand is at least s^(-tau); all terms of T are positive",
                using=(sp.Eq(_q, 1 - _c * _s),),
            ),
            Identity(
                sp.diff(-(_s**-_n) / _n, _s),
                _s ** (-_n - 1),
                "whose integral is (s_0^(-n) - s_1^(-n))/n, n = tau - 1: the lower bound",
            ),
            Nonnegative(
                1 / _q - 1 / (_q + _c * _p),
                (_c * _p / (_q * (_q + _c * _p)),),
                "above: c s/(1 - c s) <= c s/(1 - c s_1), with q = 1 - c s_1 and p = s_1 - s",
            ),
            Nonnegative(
                _r * sp.log(1 + _p),
                (_r * sp.log(1 + _p),),
                "and (s/s_0)^(tau - 2) >= 1 with s/s_0 = 1 + p, r = tau - 2: the integral of s^(1 - tau) is at most"
                " s_0^(2 - tau) ln(s_1/s_0) (for tau = 1 both bounds are multiplied by 0)",
            ),
            Limit(_s0 * sp.log(_s1 / _s0), _s0, sp.Integer(0), sp.Integer(0), "the bounds meet: T's constant is 1"),
            Limit(
                (sp.log(_s1 / _s0) + sp.log((1 - 2 * _s0) / _q)) / (4 * sp.log(1 / sp.sqrt(_s0))),
                _s0,
                sp.Integer(0),
                sp.Rational(1, 2),
                "tau = 1 (c = 2): T/ln(1/λ_0) tends to 1/2",
            ),
        )
    ),
)

#: E_1(1 − x) − E_1(1).
D = sp.expint(1, 1 - x) - sp.expint(1, 1)
_compound = (tau + 1) ** tau * tau**-tau

_STRETCH = Chain(
    (
        Identity((tau + 1) * (1 - x / (tau + 1)) - tau, 1 - x, "s = 1 - x/(tau + 1): (tau + 1) s - tau = 1 - x"),
        Identity(
            sp.diff(-x - tau * sp.log(1 - x / (tau + 1)), x),
            -(1 - x) / (tau + 1 - x),
            "h = exp(-x) s^(-tau): the derivative of ln h, ",
        ),
        Nonnegative(
            (1 - x) / (tau + 1 - x),
            (_q / (tau + _q),),
            "which is not positive on 0 <= x < 1 (q = 1 - x): h lies between h(0) and h(1)",
            using=(sp.Eq(x, 1 - _q),),
        ),
        Identity(sp.exp(0) * (1 - 0 / (tau + 1)) ** -tau, sp.Integer(1), "h(0) = 1"),
        Identity(
            sp.exp(-1) * (1 - 1 / (_n + 1)) ** -_n,
            sp.exp(-1) * ((_n + 1) / _n) ** _n,
            "h(1) = (1 + 1/tau)^tau/e; for tau = 0 it is 1/e",
        ),
        Identity(
            sp.diff(sp.E * sp.expint(1, 1 - x), x), sp.exp(x) / (1 - x), "e E_1(1 - x) has the derivative e^x/(1 - x)"
        ),
    )
)

DESCENT_TIME = Claim(
    name="learning.descent_time",
    statement=sp.And(
        sp.Le(4 * (tau + 1) * T, sp.E * D, evaluate=False),
        sp.Ge(4 * (tau + 1) * T, _compound * D, evaluate=False),
    ),
    assumes="gradient flow of L_2 in one real pole with the best read-out at every moment, delay tau >= 0, from"
    " λ = 1 down to λ_1 with λ*^2 < λ_1^2 <= 1, 0 <= x < 1 the share of the way in λ^2 (x = 1 takes infinitely long;"
    " 0^0 = 1 at tau = 0); hence (tau + 1) T -> e D/4, and in terms of λ_1 = λ* + f (1 - λ*) tau T -> e D/4 at"
    " x = 1 - f, since x -> 1 - f: Θ(1/tau) down, against an exponential up",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (
            From(SINGLE_POLE_LOSS, "the speed λ' = -L_2', so dt = ds/(4 s^tau (tau - (tau + 1) s)), s = λ^2"),
            _STRETCH,
            Identity(
                _s**-tau / (4 * (1 - x)) / (tau + 1),
                sp.exp(x) * _u / (4 * (tau + 1) * (1 - x)),
                "dt = e^x h dx/(4 (tau + 1)(1 - x)), u = h",
                using=(sp.Eq(_u, sp.exp(-x) * _s**-tau),),
            ),
            Limit(((_y + 1) / _y) ** _y, _y, sp.oo, sp.E, "the bounds meet as tau grows"),
            Limit(
                (_y + 1)
                * (
                    1 - (sp.sqrt(_y / (_y + 1)) + _z * (1 - sp.sqrt(_y / (_y + 1)))) ** 2  # λ_1 = λ* + f (1 − λ*)
                ),
                _y,
                sp.oo,
                1 - _z,
                "x at λ_1 = λ* + z (1 - λ*) tends to 1 - z as tau = y grows",
            ),
        )
    ),
)

#: The integral of e^x/(x²(1 − x)).
_antiderivative = 2 * sp.Ei(x) - sp.exp(x) / x + sp.E * sp.expint(1, 1 - x)
J = _antiderivative - _antiderivative.subs(x, x_0)
#: λ_0^(2 τ) times the integral of e^(2 τ y)/y² on the way up, and of what s, the next power, adds at most.
_climb = (
    2 * tau * start ** (2 * tau) * (sp.Ei(-2 * tau * sp.log(start)) - sp.Ei(-2 * tau * sp.log(stop)))
    + 1 / sp.log(start)
    - _ratio ** (2 * tau) / sp.log(stop)
)
_late = (tau + 1) * start**2 * (1 / sp.log(start) - 1 / sp.log(stop)) / _remaining
_scaled_up = 4 * tau**2 * start ** (2 * tau) * sp.log(start) ** 2 * T_nu

LOG_LOG_POLE = Claim(
    name="learning.log_log_pole",
    statement=sp.And(
        sp.Ge(_scaled_up, 1 - _ratio ** (2 * tau), evaluate=False),
        sp.Le(_scaled_up, 2 * tau * sp.log(start) ** 2 * (_climb + _late), evaluate=False),
        sp.Le(tau * T_down, (tau + 1) ** 2 * J, evaluate=False),
        sp.Ge(sp.E * T_down, (tau + 1) * _compound * J, evaluate=False),
    ),
    assumes="gradient flow of L_2 in ν, λ = exp(-e^ν) (the parameter of LRU and S4D), best read-out at every moment,"
    " tau >= 1; up: T_ν from λ_0 to λ_1, 0 < λ_0 < λ_1 < λ*, and T_ν 4 tau^2 λ_0^(2 tau) ln^2 λ_0 -> 1 as λ_0 -> 0,"
    " but only like 1 + 1/(tau ln(1/λ_0)); down: T_d from share x_0 to share x of the way from 1 to λ*,"
    " 0 < x_0 < x < 1, so Θ(tau) where the plain parameter takes Θ(1/tau) (19.06 tau from x_0 = .1 to x = .9);"
    " λ = 1, x_0 = 0, is at ν = -oo and never leaves",
    kind="at_least",
    source="this project",
    prove=lambda: Chain(
        (
            From(SINGLE_POLE_LOSS, "λ' = -(dλ/dν)^2 L_2'"),
            Identity(
                sp.diff(sp.exp(-sp.exp(_nu)), _nu),
                sp.exp(-sp.exp(_nu)) * -sp.exp(_nu),
                "dλ/dν = λ ln λ, so dt = dλ/(-L_2' λ^2 ln^2 λ) = e^(2 tau y) dy/(2 (tau - (tau + 1) e^(-2 y)) y^2)",
            ),
            Nonnegative(
                1 / (tau + 1 - _p) - 1 / (tau + 1),
                (_p / (_q * (tau + 1)),),
                "up: the first factor is at least 1/tau, as 1/(t - p) >= 1/t with p = (tau + 1) s and q = t - p > 0,",
                using=(sp.Eq(_q, tau + 1 - _p),),
            ),
            Nonnegative(
                1 / _y**2 - 1 / (_y + _p) ** 2,
                (2 * _p / (_y * (_y + _p) ** 2), _p**2 / (_y**2 * (_y + _p) ** 2)),
                "and 1/y^2 >= 1/y_0^2 as y_0 = y + p",
            ),
            Identity(sp.diff(sp.exp(2 * tau * _y) / (2 * _n), _y), tau * sp.exp(2 * tau * _y) / _n, "the integral"),
            Nonnegative(
                _c * _s / _q - _s * _c / (_q + _c * _p),
                (_s * _c**2 * _p / (_q * (_q + _c * _p)),),
                "above: the factor is (1 + c s/(1 - c s))/tau and c s/(1 - c s) <= c s/(1 - c s_1), as in"
                " learning.escape_time (q = 1 - c s_1, p = s_1 - s)",
            ),
            Identity(
                sp.diff(2 * tau * sp.Ei(2 * tau * _y) - sp.exp(2 * tau * _y) / _y, _y),
                sp.exp(2 * tau * _y) / _y**2,
                "the integral of the 1",
            ),
            Nonnegative(
                sp.diff(sp.exp(2 * _r * _y), _y),
                (2 * _r * sp.exp(2 * _r * _y),),
                "s e^(2 tau y) = e^(2 r y), r = tau - 1 >= 0, rises with y: it is at most its value at y_0,",
            ),
            Identity(sp.diff(-1 / _y, _y), 1 / _y**2, "and the integral of 1/y^2 is 1/y_1 - 1/y_0"),
            Limit(_y**2 * sp.exp(-2 * _y), _y, sp.oo, sp.Integer(0), "what s adds vanishes like λ_0^2 ln^2 λ_0"),
            Limit(
                _y
                * (
                    sp.exp(-2 * _n * _y)
                    * sp.simplify(
                        sp.diff(sp.exp(2 * _n * _y) * (1 + 1 / (_n * _y)) / (4 * _n**2 * _y**2), _y) * 2 * _n * _y**2
                    )
                    - 1
                ),
                _y,
                sp.oo,
                sp.Integer(0),
                "the ratio (l'Hopital, n = tau): e^(2 n y) (1 + 1/(n y))/(4 n^2 y^2) grows like the"
                " integral of the 1, over 2 n, up to o(1/y)",
            ),
            _STRETCH,
            Identity(
                sp.diff(_antiderivative, x),
                sp.exp(x) / (x**2 * (1 - x)),
                "down: J is the integral of e^x/(x^2 (1 - x)); dt = h e^x dx/((tau + 1)(1 - x) s ln^2 s),"
                " a = 1 - s = x/(tau + 1)",
            ),
            Nonnegative(
                sp.diff(-sp.log(1 - _a) - _a, _a),
                (_a / _q,),
                "ln^2 s >= a^2, since -ln(1 - a) - a rises from 0 (q = 1 - a); and 1/s <= (tau + 1)/tau",
                using=(sp.Eq(_q, 1 - _a),),
            ),
            Nonnegative(
                sp.diff(sp.sinh(_z) - _z, _z),
                (2 * sp.sinh(_z / 2) ** 2,),
                "s ln^2 s <= a^2: with s = e^(-2 z) this is z <= sinh z, and sinh z - z rises from 0",
            ),
        )
    ),
)
