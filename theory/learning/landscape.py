"""What the optimum is and what else there is: spurious optima where poles learn.

s, p           coefficients of 1 - s z + p z^2, whose poles are real or a conjugate pair: λ_1 + λ_2 and λ_1 λ_2
J              mean loss of two read-outs less the loss of their mean       d     difference of the two read-outs
n_max          number of strict local maxima of M_3 over (s, p)              v     the greatest of them
v_0, h_ss, h_pp  M_3 and its second derivatives at the ring of two real poles
v_1, v_2       M_3 where two real poles collide, at the smaller and at the larger radius
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import G, M, N, matrix_letter
from theory.memory.allpass import TAIL_ENERGY
from theory.memory.length import TRADE_OFF
from theory.proof import Chain, From, Identity, Limit, Nonnegative

s, p, _z, _x, _m, _v = sp.symbols("s p z x m v", real=True)
chord, spurious, greatest = sp.symbols("J v_0 v", real=True)
h_ss, h_pp, inner, outer = sp.symbols("h_ss h_pp v_1 v_2", real=True)
maxima = sp.Symbol("n_max", integer=True, nonnegative=True)
difference = sp.MatrixSymbol("d", N, 1)

#: M_3 as a polynomial in the coefficients.
MEMORY_OF_LAG_3 = (1 - p) * (
    4 * p**3 * s**2
    + p**3
    - 4 * p**2 * s**4
    - 2 * p**2 * s**2
    + p**2
    + p * s**6
    + 3 * p * s**4
    - 2 * p * s**2
    - s**6
    + s**4
)
_F = MEMORY_OF_LAG_3
_b0, _b1 = p, s * (p - 1)
_b2 = s * _b1 - p * _b0 + 1
_b3 = s * _b2 - p * _b1
_root = 1 / sp.sqrt(2)

# with x = s^2: where s is not 0 and p not 1 a stationary point makes both vanish
_q = 4 * p**2 - 8 * p * _x + 2 * p + 3 * _x**2 - 2 * _x
_r = sp.expand(-sp.diff(_F, p) / 2).subs({s**6: _x**3, s**4: _x**2, s**2: _x})
_cubic = 10 * p**3 - 12 * p**2 + 2 * p + 1
_at = 2 + 6 * p - 10 * p**2
_value = (76 + 157 * p - 252 * p**2) / 250
_fraction, _remainder = sp.div(_r, _q, _x)
_slope, _offset = sp.Poly(_remainder, _x).all_coeffs()


def _modulo_cubic(expression: sp.Expr) -> sp.Expr:
    return sp.rem(sp.expand(expression), _cubic, p)


def _value_cubic(v: sp.Symbol) -> sp.Expr:
    return 50000 * v**3 - 30864 * v**2 + 5980 * v - 367


def _at_ring(sign: int, curvature: sp.Expr) -> tuple[Identity, ...]:
    """Value, gradient and Hessian of M_3 at s = 0, p = sign/sqrt 2."""
    which = "real poles ±2^(-1/4)" if sign < 0 else "imaginary poles ±i 2^(-1/4)"
    entries = (
        (_F, sp.Rational(1, 4), "the value is 1/4"),
        (sp.diff(_F, s), sp.Integer(0), "stationary in s"),
        (sp.diff(_F, p), sp.Integer(0), "stationary in p"),
        (sp.diff(_F, s, 2), curvature, "curved downwards in s"),
        (sp.diff(_F, s, p), sp.Integer(0), "without a mixed term"),
        (sp.diff(_F, p, 2), sp.Integer(-4), "and in p: a strict local maximum"),
    )
    point = {s: 0, p: sign * _root}
    return tuple(Identity(left.subs(point), right, f"{which}: {what}") for left, right, what in entries)


def _at_collision(sign: int) -> tuple[Identity, ...]:
    """Along double poles x, in y = x^2 = (6 ± sqrt 6)/10: stationary, its value, and the pull towards each other."""
    y = (6 + sign * sp.sqrt(6)) / 10
    line = sp.expand(_F.subs({s: 2 * _x, p: _x**2})).subs(_x, sp.sqrt(_v))
    pull = sp.expand(sp.diff(_F, p).subs({s: 2 * _x, p: _x**2})).subs(_x, sp.sqrt(_v))
    return (
        Identity(sp.diff(line, _v).subs(_v, y), sp.Integer(0), "a double pole of this radius is stationary among them"),
        Identity(line.subs(_v, y), _collided(sign), "with this memory"),
        Identity(
            pull.subs(_v, y),
            (96 + 6 * sign * sp.sqrt(6)) / 125,
            "and real poles x ± d have p = x^2 - d^2, so the memory grows as d^2 falls, at this rate, through d = 0 to"
            " d^2 < 0, a conjugate pair: real poles are pulled together, coefficients go on",
        ),
    )


def _collided(sign: int) -> sp.Expr:
    return sp.Rational(2133, 12500) - sign * 78 * sp.sqrt(6) / 3125


_w, _ws, _u, _us, _G = matrix_letter("w w^* v v^* G")
_half = sp.Rational(1, 2)
_d = sp.Symbol("d", positive=True)

FIXED_CONVEX_LEARNED_NOT = Claim(
    name="learning.fixed_convex_learned_not",
    statement=sp.And(
        sp.Eq(chord, sp.Trace(G * difference * sp.Adjoint(difference)) / 4),
        sp.Eq(M[3], MEMORY_OF_LAG_3),
        sp.Eq(spurious, sp.Rational(1, 4)),
        sp.Eq(h_ss, -2 - sp.sqrt(2)),
        sp.Eq(h_pp, -4),
        sp.Eq(_value_cubic(greatest), 0),
        sp.Eq(inner, _collided(-1)),
        sp.Eq(outer, _collided(1)),
        sp.Ge(maxima, 4),
    ),
    assumes="white input, delay 3, loss L_2; J for any fixed poles, G singular or not; all else for two poles that are"
    " real or a conjugate pair (double and zero ones included) with the best read-out, L_2 = 1 - M_3: v is the largest"
    " root of its cubic, the maxima at 1/4 lie at the ring of real poles and at that of imaginary ones (one and the"
    " same up to a rotation by i); the other two roots of the cubic, .1835 and .1330, are the values at four saddles, a"
    " pair ±s for each; v_1 and v_2 are what a descent over real poles alone ends in where they collide, a third"
    " stationary double pole, x^2 = 3/4 with M_3 = 27/256 = .1055, being a minimum among double poles",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                _half * _ws * _G * _w + _half * _us * _G * _u - (_ws + _us) * _G * (_w + _u) / 4,
                (_ws - _us) * _G * (_w - _u) / 4,
                "fixed poles: L_2 is w^* G w plus terms of first order, which cancel in J: convex, as G >= 0",
            ),
            From(TAIL_ENERGY, "learned poles: M_3 is 1 - |b_0|^2 - .. - |b_3|^2"),
            Identity(
                (1 - s * _z + p * _z**2) * (_b0 + _b1 * _z + _b2 * _z**2 + _b3 * _z**3),
                _z**2 - s * _z + p + _z**4 * (p * _b2 - s * _b3 + p * _b3 * _z),
                "with B(z) = (z^2 - s z + p)/(1 - s z + p z^2), divided out up to z^3",
            ),
            Identity(1 - _b0**2 - _b1**2 - _b2**2 - _b3**2, _F, "so M_3 is a polynomial F in s and p"),
            *_at_ring(-1, -2 - sp.sqrt(2)),
            *_at_ring(1, -2 + sp.sqrt(2)),
            Nonnegative(
                sp.Rational(1, 4) - _F.subs(s, 0), ((p**2 - _half) ** 2,), "nothing else with s = 0 exceeds 1/4"
            ),
            Identity(_F.subs(p, 1), sp.Integer(0), "on the edge p = 1 of the triangle of stability F is 0"),
            Identity(_F.subs(s, 1 + p), (1 - p**2) * p**6, "on the edges s = ±(1 + p) one pole, -p or p, is left,"),
            From(TRADE_OFF, "whose memory of lag 3 is at most 27/256,"),
            Nonnegative(
                _F.subs({s: sp.Rational(27, 20), p: sp.Rational(63, 100)}) - sp.Rational(1, 4),
                (sp.Rational(1299733559, 25600000000),),
                "less than 1/4, which F exceeds inside: its greatest value is taken inside, where s is not 0,",
            ),
            Identity(_F.subs(s, -s), _F, "and at -s as well: with the two rings, four maxima"),
            Identity(sp.diff(_F, s), -2 * s * (1 - p) ** 2 * _q.subs(_x, s**2), "there F_s = 0 says q(s^2, p) = 0"),
            Identity(sp.diff(_F, p), -2 * _r.subs(_x, s**2), "and F_p = 0 says r(s^2, p) = 0"),
            Identity(
                sp.resultant(_q, _r, _x),
                p**2 * (16 * p**2 + 8 * p + 3) * _cubic,
                "so p is a zero of the resultant of q and r: finitely many points, every maximum is strict",
            ),
            Nonnegative(16 * p**2 + 8 * p + 3, ((4 * p + 1) ** 2, sp.Integer(2)), "this factor has no real zero"),
            Identity(
                _r.subs({p: 0, _x: sp.Rational(2, 3)}),
                sp.Rational(-2, 27),
                "at p = 0, q = x (3 x - 2) vanishes at x = 2/3 only, where r does not: p is a root of the cubic",
            ),
            Identity(
                _r, _fraction * _q + _slope * _x + _offset, "of r only a linear part in x = s^2 is left where q = 0"
            ),
            Identity(_modulo_cubic(_slope * _at + _offset), sp.Integer(0), "so x is 2 + 6 p - 10 p^2 on the cubic,"),
            Identity(
                sp.resultant(_slope, _cubic, p),
                sp.Rational(-2330, 729),
                "the factor of x having no zero in common with it,",
            ),
            Identity(
                _modulo_cubic(sp.expand(_F).subs({s**6: _x**3, s**4: _x**2, s**2: _x}).subs(_x, _at)),
                _value,
                "F is a quadratic in p there,",
            ),
            Identity(
                500 * sp.resultant(_cubic, _v - _value, p),
                _value_cubic(_v),
                "and its values are the roots of a cubic: two saddles and the greatest value",
            ),
            Identity(
                _F.subs({s: 2 * _x, p: _x**2}),
                _x**4 * (1 - _x**2) * (16 * _x**4 - 23 * _x**2 + 9),
                "real poles alone: memory of a double pole x",
            ),
            Identity(
                sp.diff(_v**2 * (1 - _v) * (16 * _v**2 - 23 * _v + 9), _v),
                -2 * _v * (4 * _v - 3) * (10 * _v**2 - 12 * _v + 3),
                "in v = x^2 its slope changes sign at (6 ± sqrt 6)/10 and, from - to +, between them at 3/4,",
            ),
            Identity(
                (_v**2 * (1 - _v) * (16 * _v**2 - 23 * _v + 9)).subs(_v, sp.Rational(3, 4)),
                sp.Rational(27, 256),
                "a minimum; the two maxima are where descents end:",
            ),
            *_at_collision(-1),
            *_at_collision(1),
            Limit(
                ((_m + _d) ** 3 - (_m - _d) ** 3) / (2 * _d),
                _d,
                sp.Integer(0),
                3 * _m**2,
                "a diagonal model spells the response tau x^(tau-1) of the double pole as a difference quotient, here"
                " at lag 3: its read-out weights grow like 1/(2 d)",
            ),
        )
    ),
)
