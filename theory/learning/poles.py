"""Many poles that learn: the gradient of memory, its bound, and what no path of poles changes.

λ_i (`lamda`)  pole i, complex        D_{iτ}   Wirtinger derivative of M_τ by λ_i, half of d/dRe - i d/dIm
b_j            coefficients of B      β_j (`beta`)  coefficients of the all-pass of all poles but the i-th
p_τ            coefficients of B/(1 - λ_i z)      q_τ   those of the other poles' all-pass over 1 - λ_i z
μ_k (`mu`)     poles after a move     M_μ      memory function after it      M_β  that of all poles but the i-th
g              1 - |λ_i|^2
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import M, N, k, lamda, tau
from theory.memory.allpass import BOUNDED_MONOTONE, CAPACITY, ORTHONORMAL_STATES, TAIL_ENERGY
from theory.memory.notation import b, j, modulus_squared
from theory.proof import Chain, From, Identity, Induction, Nonnegative

i = sp.Symbol("i", integer=True, nonnegative=True)
D, beta, mu = sp.IndexedBase("D"), sp.IndexedBase("beta"), sp.IndexedBase("mu")
M_after, M_others = sp.IndexedBase("M_mu"), sp.IndexedBase("M_beta")

#: Responses at lag τ of B and of the other poles' all-pass, each followed by the filter of pole i.
_p = sp.Sum(lamda[i] ** (tau - j) * b[j], (j, 0, tau))
_q = sp.Sum(lamda[i] ** (tau - j) * beta[j], (j, 0, tau))
_gap = 1 - sp.Abs(lamda[i]) ** 2

_l, _lc, _z, _zc, _B, _others = sp.symbols("lambda conj(lambda) z conj(z) B B_i")
_factor = (_z - _lc) / (1 - _l * _z)
_now, _now_c, _p0, _p1, _q0c, _q1c = sp.symbols("b conj(b) p' p conj(q') conj(q)")
_db, _dbc = sp.symbols("d_b d_conj(b)")
_rest, _mine, _left, _mine_p = sp.symbols("r |x_i|^2 e |y_i|^2", nonnegative=True)
_s = sp.Symbol("s", real=True)
_memory_of = sp.Function("M")(_s)
_x, _y = sp.symbols("x y", real=True)
_r, _u, _v, _S, _e, _x1, _y1 = sp.symbols("r u v S e x y", nonnegative=True)


def _recursion(series: sp.Symbol, reason: str) -> Identity:
    """The coefficients of F/(1 - λz) obey f_τ = λ f_{τ-1} + F_τ."""
    return Identity(series / (1 - _l * _z) * (1 - _l * _z), series, reason)


POLE_GRADIENT = Claim(
    name="learning.pole_gradient",
    statement=sp.Eq(D[i, tau], _p * sp.conjugate(_q)),
    assumes="white input; any stable poles, moved one at a time: complex, zero and coincident ones (one Jordan block)"
    " and N = 1 included (then β is 1 at lag 0); the change of M_tau is the sum of 2 Re(D_i dλ_i), so a pole that stays"
    " real has d M_tau/dλ = 2 Re D, and a conjugate pair that moves as one counts twice",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "so -D is the sum over j <= tau of conj(b_j) db_j/dλ + b_j conj(db_j/dconj λ)"),
            Identity(
                sp.diff(_factor, _l) * _others,
                _z * (_factor * _others) / (1 - _l * _z),
                "dB/dλ = z B/(1 - λ z), so db_j/dλ = p_{j-1}",
            ),
            Identity(
                sp.diff(_factor, _lc) * _others,
                -_others / (1 - _l * _z),
                "dB/dconj λ = -B_i/(1 - λ z), B_i the product without pole i, so db_j/dconj λ = -q_j",
            ),
            _recursion(_B, "p_j = λ p_{j-1} + b_j"),
            Identity(
                _factor * _others,
                (_z - _lc) * (_others / (1 - _l * _z)),
                "and b_j = q_{j-1} - conj λ q_j",
            ),
            Induction(
                tau,
                0,
                Identity(
                    -(_db * _now_c + _now * _dbc),
                    _p1 * _q1c,
                    "lag 0: db_0/dλ = p_{-1} = 0, p_0 = b_0",
                    using=(sp.Eq(_db, 0), sp.Eq(_dbc, -_q1c), sp.Eq(_now, _p1)),
                ),
                Identity(
                    _p0 * _q0c - (_db * _now_c + _now * _dbc),
                    _p1 * _q1c,
                    "one lag more: the products telescope",
                    using=(
                        sp.Eq(_db, _p0),
                        sp.Eq(_dbc, -_q1c),
                        sp.Eq(_now_c, _q0c - _l * _q1c),
                        sp.Eq(_now, _p1 - _l * _p0),
                    ),
                ),
            ),
            Identity(
                _l * _l ** (tau - j),
                _l ** (tau + 1 - j),
                "the recursion written out: p_tau is the sum of λ^{tau-j} b_j, since p_0 = b_0; likewise q and β",
            ),
        )
    ),
)

POLE_GRADIENT_BOUND = Claim(
    name="learning.pole_gradient_bound",
    statement=sp.And(
        sp.Le(sp.Abs(D[i, tau] * _gap) ** 2, M[tau] * (1 - M[tau])),
        sp.Le(
            sp.Abs(sp.asin(sp.sqrt(M_after[tau])) - sp.asin(sp.sqrt(M[tau]))),
            sp.Sum(
                sp.atanh(sp.Abs((mu[k] - lamda[k]) / (1 - sp.conjugate(lamda[k]) * mu[k]))),
                (k, 0, N - 1),
            ),
        ),
    ),
    assumes="white input; any stable poles, zero and coincident ones and N = 1 included, each moved by itself (the two"
    " of a conjugate pair have one path each); so |D_i| (1 - |λ_i|^2) <= 1/2, and memory 0 at a lag has gradient 0; the"
    " sum on the right is the shortest hyperbolic length of all paths from λ to μ, in the metric |dλ|/(1 - |λ|^2)",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (
            From(POLE_GRADIENT, "the two responses, g = 1 - |λ_i|^2: g D = (sqrt(g) p) conj(sqrt(g) q)"),
            From(
                ORTHONORMAL_STATES,
                "M_tau does not depend on the order of sections; with pole i last, x_i = sqrt(g) q is its state, and M"
                " is |x_i|^2 = g |q|^2 plus r, the energy of the other states",
            ),
            From(
                BOUNDED_MONOTONE,
                "one more section with the pole λ_i: its state is y_i = sqrt(g) p, and M + |y_i|^2 is at most 1,"
                " say 1 - e",
            ),
            Nonnegative(
                (_mine + _rest) * (_mine_p + _left) - _mine * _mine_p,
                (_mine * _left, _rest * _mine_p, _rest * _left),
                "M (1 - M) - g^2 |D|^2, with M = |x_i|^2 + r and 1 - M = |y_i|^2 + e",
            ),
            Nonnegative(
                modulus_squared(_x + sp.I * _y) - _x**2,
                (_y**2,),
                "the change of M along a path is the sum of 2 Re(D_i dλ_i), at most that of 2 |D_i| |dλ_i|",
            ),
            Identity(
                sp.diff(sp.asin(sp.sqrt(_memory_of)), _s) * 2 * sp.sqrt(_memory_of) * sp.sqrt(1 - _memory_of),
                sp.diff(_memory_of, _s),
                "so arcsin(sqrt M) changes by at most the sum of |dλ_i|/(1 - |λ_i|^2); where M is 0 or 1 by continuity,"
                " M being real-analytic along a path of lines and arcs",
            ),
            Identity(
                sp.diff(sp.atanh(_r), _r),
                1 / (1 - _r**2),
                "from 0 to r along the ray this metric measures artanh r, and less is impossible: |d|λ|| <= |dλ|",
            ),
            Identity(
                1 - (_z - _l) / (1 - _lc * _z) * (_zc - _lc) / (1 - _l * _zc),
                (1 - _l * _lc) * (1 - _z * _zc) / ((1 - _lc * _z) * (1 - _l * _zc)),
                "the map z -> (z - λ)/(1 - conj(λ) z) carries λ to 0; its gap",
            ),
            Identity(
                sp.diff((_z - _l) / (1 - _lc * _z), _z),
                (1 - _l * _lc) / (1 - _lc * _z) ** 2,
                "and its slope, of modulus the same factor: lengths are kept",
            ),
        )
    ),
)

CAPACITY_INVARIANT = Claim(
    name="learning.capacity_invariant",
    statement=sp.And(
        sp.Eq(sp.Sum(M[k], (k, 0, sp.oo)), N),
        sp.Eq(sp.Sum(D[i, k], (k, 0, sp.oo)), 0),
        sp.Eq(M[tau] - M_others[tau], _gap * sp.Abs(_q) ** 2),
        sp.Le(M[tau] - M_others[tau], (tau + 1) * _gap),
    ),
    assumes="white input, N poles that the input reaches, wherever a path has carried them inside the circle: zero ones"
    " count, and coincident ones as one Jordan block (in a diagonal model they are one state, and the sum falls by"
    " one at the moment of collision); N = 1 included, then M_β = 0 and β is 1 at lag 0; as |λ_i| -> 1 the memory"
    " tends to that of the other poles at every lag, while its sum stays N: one unit escapes to infinite lags",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(CAPACITY, "the sum is the number of reachable poles, whatever they are"),
            From(
                POLE_GRADIENT, "so the D_{iτ} sum to the inner product of B/(1 - λ z) and B_i/(1 - λ z) on the circle"
            ),
            Identity(
                _factor / ((1 - _l * _z) * (1 - _lc / _z)),
                _z / (1 - _l * _z) ** 2,
                "there conj z = 1/z, |B_i| = 1 and B = B_i (z - conj λ)/(1 - λ z): the integrand",
            ),
            Identity(
                (_z / (1 - _l * _z) ** 2).subs(_z, 0),
                sp.Integer(0),
                "is analytic inside, so its mean is its value at 0: the sum of the D_{iτ} over all lags is zero",
            ),
            From(POLE_GRADIENT, "the response q, of the other poles' all-pass through the filter of pole i"),
            From(
                ORTHONORMAL_STATES,
                "with pole i last, its section adds one state to those of the others: the difference is that state's"
                " energy, g |q|^2, and no lag is recalled worse",
            ),
            Nonnegative(
                (_u**2 + _x1**2) * (_v**2 + _y1**2) - (_S + _x1 * _y1) ** 2,
                (_e * _u * _v, _e * _S, (_u * _y1 - _v * _x1) ** 2, 2 * _x1 * _y1 * _e),
                "Cauchy-Schwarz, one term more: S is the sum of x y so far, u^2 and v^2 those of x^2, y^2; S = u v - e;"
                " with x = |λ|^{tau-j} <= 1 and y = |β_j|: |q|^2 is at most tau + 1 times the sum of |β_j|^2",
                using=(sp.Eq(_S, _u * _v - _e),),
            ),
            From(BOUNDED_MONOTONE, "and that sum is 1 - M_β <= 1"),
        )
    ),
)
