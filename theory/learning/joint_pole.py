"""One real pole and its read-out, learning a delay together.

w (`_w`)  read-out, y = Σ_l w λ^l u_{t−l}        L_2 = w²/(1 − λ²) − 2 w λ^τ + 1
w*        λ^τ (1 − λ²), the best read-out (the slow manifold)      r  w/w*
T         time of the joint flow from λ_0 to λ_1                   S (`alone`)  time of the single-pole flow
s         λ²                                                       w_0 (`w_0`)  the read-out at time 0
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import tau
from theory.learning.single_pole_loss import SINGLE_POLE_LOSS
from theory.proof import Chain, Conjectured, From, Identity, Nonnegative

start, stop, T, alone = sp.symbols("lamda_0 lamda_1 T S", positive=True)
w_0 = sp.Symbol("w_0", real=True)
_lam, _r = sp.symbols("lamda r", positive=True)
_s, _q, _d = sp.symbols("s q d", nonnegative=True)
_w = sp.Symbol("w", real=True)
_n = sp.Symbol("n", integer=True, positive=True)
_t, _dr, _growth = sp.symbols("t r' a")
_h, _f = sp.Function("lamda"), sp.Function("r")

_loss = _w**2 / (1 - _lam**2) - 2 * _w * _lam**_n + 1
_best = _lam**_n * (1 - _lam**2)
_speed = 2 * _lam ** (2 * _n - 1) * (_n - (_n + 1) * _lam**2)

JOINT_FLOW = Claim(
    name="learning.joint_flow",
    statement=sp.And(
        sp.Ge(T, alone),
        sp.Le(T, alone + (1 - start**2) / 2 + tau * sp.log(stop / start) / 2 - (tau + 2) * (stop**2 - start**2) / 4),
    ),
    assumes="gradient flow of L_2 in the read-out w and one real pole, from w = 0 and λ_0, delay tau >= 1,"
    " 0 < λ_0 < λ_1 <= sqrt(tau/(tau + 2)); S is the time with the best read-out (learning.escape_time); so for"
    " tau >= 2 the same law holds, T 4 tau (tau - 1) λ_0^(2 tau - 2) -> 1, the excess being logarithmic; at w = 0 the"
    " gradient of the pole is exactly 0, w moves first",
    kind="at_least",
    source="this project",
    prove=lambda: Chain(
        (
            From(SINGLE_POLE_LOSS, "the speed v(λ) of the single-pole flow"),
            Identity(-sp.diff(_loss, _w).subs(_w, _r * _best), 2 * _lam**_n * (1 - _r), "w' = 2 λ^n (1 - r), n = tau"),
            Identity(
                -sp.diff(_loss, _lam).subs(_w, _r * _best),
                2 * _r * _lam ** (2 * _n - 1) * (_n * (1 - _lam**2) - _r * _lam**2),
                "λ', zero at w = 0 and equal to v at r = 1",
            ),
            Identity(
                sp.diff(sp.log(_lam) * _n + sp.log(1 - _lam**2), _lam),
                (_n * (1 - _lam**2) - 2 * _lam**2) / (_lam * (1 - _lam**2)),
                "(ln w*)', not negative while d = n (1 - s) - 2 s >= 0, that is s <= n/(n + 2); as λ' >= 0 there, w*"
                " does not fall, w follows w* from below and r stays in [0, 1]",
            ),
            Nonnegative(
                (_n * (1 - _s) - _s) - _r * (_n * (1 - _s) - _r * _s),
                (_q * _d, _s * _q**2),
                "λ' <= v (q = 1 - r): the joint flow is never faster",
                using=(sp.Eq(_d, _n * (1 - _s) - 2 * _s), sp.Eq(_q, 1 - _r)),
            ),
            Nonnegative(
                _r * (_n * (1 - _s) - _r * _s) - _r * (_n * (1 - _s) - _s),
                (_r * _s * _q,),
                "λ' >= r v: in units of S the pole has gone at least the integral of r",
                using=(sp.Eq(_q, 1 - _r),),
            ),
            Identity(
                (_dr + _r * _growth) * (1 - _lam**2) / 2,
                1 - _r,
                "r' + r (ln w*)' λ' = w'/w* = 2 (1 - r)/(1 - s), so that"
                " 1 = r + (1 - s) r'/2 + r (1 - s) (ln w*)' λ'/2;"
                " the integral of the first term is at most S,",
                using=(sp.Eq(_dr, 2 * _lam**_n * (1 - _r) / _best - _r * _growth),),
            ),
            Identity(
                sp.diff((1 - _h(_t) ** 2) * _f(_t), _t),
                (1 - _h(_t) ** 2) * sp.diff(_f(_t), _t) - sp.diff(_h(_t) ** 2, _t) * _f(_t),
                "of the second, by parts, at most ((1 - s_1) + (s_1 - s_0))/2, since r <= 1 and s' >= 0,",
            ),
            Identity(
                sp.diff(_n * sp.log(_lam) / 2 - (_n + 2) * _lam**2 / 4, _lam),
                (1 - _lam**2) * (_n * (1 - _lam**2) - 2 * _lam**2) / (_lam * (1 - _lam**2)) / 2,
                "and of the third, r <= 1 again, at most that of (1 - s)(ln w*)'/2 over λ",
            ),
        )
    ),
)

JOINT_START = Claim(
    name="learning.joint_start",
    statement=sp.Eq(
        4
        * tau
        * (tau - 1)
        * start ** (2 * tau - 2)
        * sp.exp((2 * tau - 2) * (tau * w_0 * start ** (tau - 2) - w_0**2 / 2))
        * T,
        1,
        evaluate=False,
    ),
    assumes="as learning.joint_flow, but from a read-out w_0 of either sign: as λ_0 -> 0 for tau >= 2 the pole escapes"
    " as if it had begun at λ_0 exp(tau w_0 λ_0^(tau - 2) - w_0^2/2), that is λ_0 exp(2 w_0 - w_0^2/2) for tau = 2 and"
    " λ_0 exp(-w_0^2/2) for tau >= 3; at moderate λ_0 a large positive w_0 skips the plateau and nothing is said",
    kind="rate",
    source="this project",
    prove=lambda: Chain(
        (
            From(JOINT_FLOW, "w_0 = 0; and after a time of order 1 any w has come to the slow manifold"),
            Identity(
                sp.integrate(2 * _n * _w * sp.exp(-2 * _s) - 2 * _w**2 * sp.exp(-4 * _s), (_s, 0, sp.oo)),
                _n * _w - _w**2 / 2,
                "while w = w_0 e^(-2 t) decays, (ln λ)' is 2 n w λ^(n-2) - 2 w^2 to leading order (the first term"
                " shown at λ^(n-2) = 1); its integral shifts ln λ_0",
            ),
            Conjectured(
                "that the corrections to this shift vanish with λ_0 (measured for tau = 2, 3, 4 and w_0 of both signs:"
                " like λ_0^2 for tau = 2 and 4, times ln(1/λ_0) for tau = 2, like λ_0 for tau = 3)"
            ),
        )
    ),
)
