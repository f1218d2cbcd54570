"""What the step of time does to the poles, and to the response: zero-order hold, bilinear, Euler.

a     a continuous pole: x' = a x + u, x(0) = 0      T  time, T = m Δ with m steps
λ_Z   e^z, zero-order hold      λ_B  (1 + z/2)/(1 - z/2), bilinear      λ_E  1 + z, Euler      where z = Δ a
x_Z, x_B, x_E  x(T) as each rule computes it from the samples u(Δ), u(2 Δ), .., u(T)
x_H   bilinear, driven by the mean of u at both ends of a step      X  X(T), where X' = a X + x, X(0) = 0
h_B, h_E  the free response λ_B^m, λ_E^m      u_0, u_T  input at times 0 and T
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import Delta, modulus_squared
from theory.proof import Chain, Identity, Induction, Limit, Nonnegative

a, held, bilinear, euler = sp.symbols("a lamda_Z lamda_B lamda_E")
x, X, x_held, x_bilinear, x_euler, x_mean = sp.symbols("x X x_Z x_B x_E x_H")
free_bilinear, free_euler, first, last = sp.symbols("h_B h_E u_0 u_T")
T = sp.Symbol("T", positive=True)

_inside = sp.StrictLessThan(sp.re(a), 0)
_x, _y, _p, _q = sp.symbols("x y p q", real=True)
_z, _pole = _x + sp.I * _y, _p + sp.I * _q
_r = sp.Symbol("r", positive=True)

POLE_MAPS_STABILITY = Claim(
    name="equivalence.pole_maps_stability",
    statement=sp.And(
        sp.Eq(sp.Abs(held), sp.exp(sp.re(Delta * a))),
        sp.Eq(1 - sp.Abs(bilinear) ** 2, -2 * sp.re(Delta * a) / sp.Abs(1 - Delta * a / 2) ** 2),
        sp.Eq(sp.Abs(euler) ** 2 - 1, 2 * sp.re(Delta * a) + sp.Abs(Delta * a) ** 2),
        sp.Equivalent(sp.StrictLessThan(sp.Abs(held), 1), _inside),
        sp.Equivalent(sp.StrictLessThan(sp.Abs(bilinear), 1), _inside),
        sp.Equivalent(sp.StrictLessThan(sp.Abs(euler), 1), sp.StrictLessThan(Delta, -2 * sp.re(a) / sp.Abs(a) ** 2)),
    ),
    assumes="Δ > 0, a complex and not 0, Δ a not 2 (where the bilinear map has its pole); by eigenvalues for a dense"
    " A. For large Δ the held pole tends to 0 and the bilinear one to -1, which rings; the hold takes the"
    " imaginary part of Δ a modulo 2 pi, the bilinear map is one to one",
    kind="iff",
    source="this project; bilinear: Gu et al. 2022 (S4), zero-order hold: Gu et al. 2022 (S4D)",
    prove=lambda: Chain(
        (
            Identity(
                sp.exp(_z) * sp.exp(sp.conjugate(_z)), sp.exp(2 * _x), "hold: with z = x + i y, |e^z|^2 = e^{2 x}"
            ),
            Nonnegative(
                sp.diff(sp.exp(2 * _x), _x),
                (2 * sp.exp(2 * _x),),
                "which increases, and is 1 at x = 0: below 1 for x < 0",
            ),
            Identity(
                modulus_squared(1 - _z / 2) - modulus_squared(1 + _z / 2),
                -2 * _x,
                "bilinear: |1 - z/2|^2 - |1 + z/2|^2 = -2 x; divided by |1 - z/2|^2 > 0 it is 1 - |λ|^2, positive for"
                " x < 0 and for no other x",
            ),
            Identity(modulus_squared(1 + _z) - 1, 2 * _x + _x**2 + _y**2, "Euler"),
            Identity(
                modulus_squared(1 + Delta * _pole) - 1,
                Delta * modulus_squared(_pole) * (Delta + 2 * _p / modulus_squared(_pole)),
                "which for z = Δ a, a = p + i q, is negative when Δ < -2 p/|a|^2 and only then",
            ),
            Limit(sp.exp(-_r * T), T, sp.oo, sp.Integer(0), "a long step: the held pole vanishes"),
            Limit((1 - _r * T) / (1 + _r * T), T, sp.oo, sp.Integer(-1), "and the bilinear one tends to -1"),
        )
    ),
)

_dt = sp.Symbol("Delta", positive=True)
_a, _old, _e, _u, _v, _g = sp.symbols("a x_old E u v g")
_hold, _ramp = (sp.exp(_a * _dt) - 1) / _a, (sp.exp(_a * _dt) * (_a * _dt - 1) + 1) / _a**2
_tustin = (1 + _a * _dt / 2) / (1 - _a * _dt / 2)
_exact = sp.exp(_a * _dt) * _old + _hold * _u - _ramp * _v + _dt * (_e + _dt * (_a * _e + _g))


def _defect(pole: sp.Expr, drive: sp.Expr, correction: sp.Expr, reason: str) -> Limit:
    """One step of a rule from x + Δ E, less x + Δ E one step later, in units of Δ^2."""
    defect = (pole * (_old + _dt * _e) + drive - _exact.subs(_g, correction)) / _dt**2
    return Limit(defect, _dt, sp.Integer(0), sp.Integer(0), reason)


_time = sp.Symbol("t", real=True)
_xt, _ut, _Xt = (sp.Function(name)(_time) for name in ("x", "u", "X"))
_u0, _delta = sp.Symbol("u_0"), sp.Symbol("delta", nonnegative=True)
_flow, _integral = sp.Eq(sp.diff(_xt, _time), _a * _xt + _ut), sp.Eq(sp.diff(_Xt, _time), _a * _Xt + _xt)
_held_error = (_a * _xt + _ut - sp.exp(_a * _time) * _u0) / 2
_euler_error = (_ut - sp.exp(_a * _time) * _u0 - _a**2 * _Xt) / 2
_d, _k, _slack, _loss = sp.symbols("d k S R", nonnegative=True)

_ACCUMULATION = Induction(
    sp.Symbol("k", integer=True, nonnegative=True),
    0,
    Nonnegative(0 * _delta - _d, (sp.Integer(0),), "no step, no error", using=(sp.Eq(_d, 0),)),
    Nonnegative(
        (_k + 1) * _delta - ((1 - _loss) * _d + _delta),
        (_loss * _d, _slack),
        "defects of at most δ in each step add up to k δ at most, as |λ| = 1 - R <= 1: with k δ = d + S, (1 - R) d + δ"
        " is at most (k + 1) δ; k is of order 1/Δ, so a defect of order Δ^3 leaves an error of order Δ^2",
        using=(sp.Eq(_delta * _k, _d + _slack),),
    ),
)
_first_order = Delta / 2 * (a * x + last - sp.exp(a * T) * first)

DISCRETISATION_ORDER = Claim(
    name="equivalence.discretisation_order",
    statement=sp.And(
        sp.Eq(x_held, x + _first_order),
        sp.Eq(x_bilinear, x + _first_order),
        sp.Eq(x_euler, x + Delta / 2 * (last - sp.exp(a * T) * first - a**2 * X)),
        sp.Eq(x_mean, x),
        sp.Eq(free_bilinear, sp.exp(a * T)),
        sp.Eq(free_euler, sp.exp(a * T) * (1 - Delta * a**2 * T / 2)),
        sp.Eq((bilinear - sp.exp(Delta * a)) / (Delta * a) ** 2, Delta * a / 12),
        sp.Eq((euler - sp.exp(Delta * a)) / (Delta * a), -Delta * a / 2),
    ),
    assumes="every relation up to an error of order Δ^2 as Δ = T/m tends to 0, T fixed, u twice differentiable: hold,"
    " bilinear and Euler, driven by the sample at the end of the step as S4 does, are all of order 1, bilinear with the"
    " mean of both ends of order 2; undriven, bilinear is of order 2, Euler of order 1, the hold exact; driven, the"
    " hold is exact for u constant on the steps only. Re a <= 0, Δ small enough for Euler to be stable",
    kind="rate",
    source="this project; undriven: classical",
    prove=lambda: Chain(
        (
            Identity(
                sp.diff(_ramp, _dt),
                _dt * sp.exp(_a * _dt),
                "over one step x becomes e^z x + Δ φ(z) u - R v + O(Δ^3),"
                " with u, v = u' at its end and R the integral of r e^{a r} over 0 <= r <= Δ",
            ),
            _defect(sp.exp(_a * _dt), _hold * _u, _v / 2, "hold: the defect of x + Δ E is O(Δ^3) if E' = a E + u'/2"),
            _defect(_tustin, _dt * _u / (1 - _a * _dt / 2), _v / 2, "bilinear with the sample at the end: the same E"),
            _defect(
                1 + _a * _dt,
                _dt * _u,
                (_v - _a * _u - _a**2 * _old) / 2,
                "Euler: E' = a E + (u' - a u - a^2 x)/2",
            ),
            _defect(
                _tustin,
                _dt * (_u - _dt * _v / 2) / (1 - _a * _dt / 2),
                sp.Integer(0),
                "bilinear with the mean of both ends: E = 0",
            ),
            _ACCUMULATION,
            Identity(
                sp.diff(_held_error, _time),
                _a * _held_error + sp.diff(_ut, _time) / 2,
                "hold and bilinear: E = (a x + u - e^{a t} u_0)/2, which is 0 at t = 0 as x is",
                using=(_flow,),
            ),
            Identity(
                sp.diff(_euler_error, _time),
                _a * _euler_error + (sp.diff(_ut, _time) - _a * _ut - _a**2 * _xt) / 2,
                "Euler: E = (u - e^{a t} u_0 - a^2 X)/2, 0 at t = 0 as well",
                using=(_integral,),
            ),
            Identity(
                sp.diff(-_time * _a**2 * sp.exp(_a * _time) / 2, _time),
                _a * (-_time * _a**2 * sp.exp(_a * _time) / 2) - _a**2 * sp.exp(_a * _time) / 2,
                "free, x = e^{a t}: E = -a^2 t e^{a t}/2 for Euler, and 0 for bilinear",
            ),
            Limit(
                (_tustin - sp.exp(_a * _dt)) / (_a * _dt) ** 3,
                _dt,
                sp.Integer(0),
                sp.Rational(1, 12),
                "one bilinear step",
            ),
            Limit(
                ((_tustin - sp.exp(_a * _dt)) / (_a * _dt) ** 2 - _a * _dt / 12) / _dt**2,
                _dt,
                sp.Integer(0),
                _a**2 / 12,
                "whose error is z^3/12 up to a term of order z^4",
            ),
            Limit(
                ((1 + _a * _dt - sp.exp(_a * _dt)) / (_a * _dt) + _a * _dt / 2) / _dt**2,
                _dt,
                sp.Integer(0),
                -(_a**2) / 6,
                "one Euler step: -z^2/2 up to a term of order z^3",
            ),
        )
    ),
)
