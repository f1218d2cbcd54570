"""Estimation: bias and variance, projection estimators, minimax risk.

α (`alpha`)   smoothness that counts                      c_1, c_2       constants of bias and variance
m^*, R^*      least of their sum over real x, its value   M (`ceiling`)  m^* rounded up
e_i (`left`)  target less its projection on m columns     R (`risk`)     in-sample risk E‖P y − f‖²/n
K             blocks of a target with ‖δ_s f‖ = 2^{−αs}   R_S, R_n       its risk with the first S, with S_n blocks
ρ (`rho`)     minimax risk over the mixed unit ball       C (`C`)        constant of the mixed index set
b             1 − E tanh(1 + Z), Z standard normal        h              1 if all a_j/a_1 are integers, else 2
r (`rate`)    (σ²/n)^{2α/(2α+1)}, α = a_1 for the mixed ball
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import product
from theory.proof import Chain, Identity, Induction, Nonnegative, Proof, telescoping
from theory.rates.notation import a, d, m, n, sigma

alpha, c1, c2, x = sp.symbols("alpha c_1 c_2 x", positive=True)
best, least = sp.symbols("m_star R_star", positive=True)
ceiling = sp.Symbol("M", integer=True, positive=True)
left = sp.IndexedBase("e")
risk, at_cut, at_rate = sp.symbols("R R_S R_n", nonnegative=True)
S, K = sp.symbols("S K", integer=True, nonnegative=True)
rho, b, C, rate = sp.symbols("rho b C r", positive=True)
h = sp.Symbol("h", integer=True, positive=True)
i, j, k = sp.symbols("i j k", integer=True)

_each = c2 * sigma**2 / n
_power = 2 * alpha / (2 * alpha + 1)
_ball = 4 ** (-a[1])

_p, _t, _u, _q, _w = sp.symbols("p t u q w", nonnegative=True)
_v, _y, _c, _D = sp.symbols("v y c D", positive=True)
_log_v, _z, _e, _f, _cov = sp.symbols("l z e f k", real=True)
_Q = sp.Symbol("Q", commutative=False)


def _balanced() -> tuple[Proof, ...]:
    bias = c1 * x ** (-2 * alpha)
    logs = sp.log(2 * alpha), sp.log(c1)
    return (
        Identity(
            sp.diff(bias + _v * x, x),
            sp.Integer(0),
            "with v = c_2 σ²/n the slope is 0 where v = 2 α c_1 x^{-2α-1}: at m*",
            (sp.Eq(_v, 2 * alpha * c1 * x ** (-2 * alpha - 1)),),
        ),
        Nonnegative(
            sp.diff(bias + _v * x, x, 2),
            (2 * alpha * (2 * alpha + 1) * c1 * x ** (-2 * alpha - 2),),
            "convex, so this is the least",
        ),
        Identity(
            bias + _v * x,
            (1 + 2 * alpha) * bias,
            "R* is (1 + 2α) times its bias",
            (sp.Eq(_v, 2 * alpha * c1 * x ** (-2 * alpha - 1)),),
        ),
        Identity(
            logs[1] - 2 * alpha * (sum(logs) - _log_v) / (2 * alpha + 1),
            logs[1] / (2 * alpha + 1) + _power * (_log_v - logs[0]),
            "in logarithms, l = log v: the bias at m* is (2α)^{-2α/(2α+1)} c_1^{1/(2α+1)} v^{2α/(2α+1)}",
        ),
        Nonnegative(
            (_p + _q + _v * x + _v) - (_p + _v * (x + 1 / (1 + _t))),
            (_q, _v * _t / (1 + _t)),
            "rounded up by 1/(1 + t) <= 1 the bias p + q falls to p, the variance grows by at most v",
        ),
    )


BALANCE = Claim(
    name="rates.balance",
    statement=sp.And(
        sp.Eq(best, (2 * alpha * c1 / _each) ** (1 / (2 * alpha + 1))),
        sp.Eq(least, (1 + 2 * alpha) * (2 * alpha) ** -_power * c1 ** (1 / (2 * alpha + 1)) * _each**_power),
        sp.Le(least, c1 * x ** (-2 * alpha) + _each * x),
        sp.Le(c1 * ceiling ** (-2 * alpha) + _each * ceiling, least + _each),
    ),
    assumes="α, c_1, c_2, σ > 0, n >= 1; x any real number of terms > 0, M = ⌈m*⌉; m* < 1 is possible, the least over"
    " m >= 1 is then at 1 = M; σ = 0 has no least: more terms are always better",
    kind="equal",
    source="this project",
    prove=lambda: Chain(_balanced()),
    untrained="a minimum in closed form: nothing is trained",
)


def _unbiased_part() -> tuple[Proof, ...]:
    return (
        Identity((1 - _Q) ** 2, 1 - _Q, "Q = P: I - P is a projection as well", (sp.Eq(_Q**2, _Q),)),
        Identity(
            (1 - _Q) * _Q,
            sp.Integer(0),
            "Pythagoras: P y - f = P ε - (I - P) f, its two parts are orthogonal",
            (sp.Eq(_Q**2, _Q),),
        ),
        Identity(
            _u * _e + 2 * _t * _cov + _w * _f,
            sigma**2 * (_u + _w),
            "E ε'P ε = Σ P_ik E ε_i ε_k: uncorrelated noise of variance σ² leaves the trace",
            (sp.Eq(_e, sigma**2), sp.Eq(_f, sigma**2), sp.Eq(_cov, 0)),
        ),
        Induction(
            m,
            1,
            Identity(_q, m.subs(m, 1), "the trace of q q' is Σ q_i² = 1 for a column q of norm 1", (sp.Eq(_q, 1),)),
            Identity(_t + _q, m + 1, "one orthonormal column of the span more adds 1", (sp.Eq(_t, m), sp.Eq(_q, 1))),
        ),
    )


def _at_the_design() -> tuple[Proof, ...]:
    return (
        telescoping((_z - 1) * _z**k, _z ** (k + 1) - 1, k, "(z - 1) Σ z^k = z^n - 1 = 0 for z = e^{2πil/n}, n ∤ l"),
        Identity(2 * sp.cos(_e) * sp.cos(_f), sp.cos(_e - _f) + sp.cos(_e + _f), "products of two ψ have frequencies"),
        Identity(2 * sp.sin(_e) * sp.sin(_f), sp.cos(_e - _f) - sp.cos(_e + _f), "l - l', l + l', below n in modulus:"),
        Identity(
            2 * sp.sin(_e) * sp.cos(_f), sp.sin(_e - _f) + sp.sin(_e + _f), "their means at k/n are those on [0, 1]"
        ),
        telescoping(2**k, 2 ** (k + 1) - 1, k, "S blocks hold 1 + Σ 2^{s-1}·2 = 2^S - 1 functions"),
        telescoping(
            (1 - 4**-alpha) * 4 ** (-alpha * k),
            1 - 4 ** (-alpha * (k + 1)),
            k,
            "and those that are left out have squared norm Σ_{S<=s<K} 4^{-αs}",
        ),
    )


def _at_the_rate() -> tuple[Proof, ...]:
    return (
        Identity(
            x ** (-2 * alpha - 1) * (_y * x - 1),
            x ** (-2 * alpha) * (_y - 1 / x),
            "σ²/n = x^{-2α-1}, 2^S = y x, 1 <= y < 2 and r = x^{-2α}: R_n/r = c y^{-2α} + y - 1/x,"
            " c = Σ_{s<K-S} 4^{-αs}",
        ),
        Nonnegative(
            sp.diff(_y ** (-2 * alpha), _y, 2),
            (2 * alpha * (2 * alpha + 1) * _y ** (-2 * alpha - 2),),
            "y^{-2α} is convex, so below its chord 1 - t + t 4^{-α}, y = 1 + t, 0 <= t <= 1",
        ),
        Identity(
            (1 - _t + _t * 4**-alpha) / (1 - 4**-alpha) + 1 + _t,
            1 + 1 / (1 - 4**-alpha),
            "and c < 1/(1 - 4^{-α}): both ends of the chord give the same, the upper bound",
        ),
        Nonnegative(
            (2 + _u) / x - 1 / x - (2 + _u) / (2 * x),
            (_u / (2 * x),),
            "S >= 1: y = (2 + u)/x, so y - 1/x >= y/2 >= 1/2; S = 0 has x = 1 and c >= 1",
        ),
    )


PROJECTION_RISK = Claim(
    name="rates.projection_risk",
    statement=sp.And(
        sp.Eq(risk, sp.Sum(left[i] ** 2, (i, 0, n - 1)) / n + sigma**2 * m / n),
        sp.Eq(at_cut, (4 ** (-alpha * S) - 4 ** (-alpha * K)) / (1 - 4**-alpha) + sigma**2 * (2**S - 1) / n),
        sp.Eq(rate, (sigma**2 / n) ** _power),
        sp.Le(rate / 2, at_rate),
        sp.Le(at_rate, (1 + 1 / (1 - 4**-alpha)) * rate),
    ),
    assumes="P the projector on m <= n columns, independent at a fixed design, e = (I - P) f there; noise uncorrelated,"
    " of mean 0 and variance σ² (σ = 0 for R and R_S only); R_S, R_n: trigonometric functions at k/n, target in K >= 1"
    " blocks, all of frequency below n/2 (2^K <= n + 1: higher ones fold back, and count as lower ones), S <= K; R_n"
    " with the least S at which 2^{S(2α+1)} >= n/σ² >= 1; so the exponent is 2α/(2α+1), reached along"
    " n = σ² 2^{S(2α+1)} exactly but for 2^{-S} and the end of the target",
    kind="equal",
    source="this project; design after Okumoto and Suzuki 2022",
    prove=lambda: Chain((*_unbiased_part(), *_at_the_design(), *_at_the_rate())),
    untrained="least squares in closed form: nothing is trained",
)


def _two_points() -> tuple[Proof, ...]:
    odds = (1 - sp.exp(-2 * _z)) / (1 + sp.exp(-2 * _z))
    return (
        Identity(
            (1 - odds) ** 2 + sp.exp(-2 * _z) * (1 + odds) ** 2,
            (1 - odds) + sp.exp(-2 * _z) * (1 + odds),
            "θ = ±c seen as κ y: densities 1 : e^{-2z}, z = κ y, posterior mean tanh z;"
            " E (θ - c tanh)² = c² (1 - E tanh)",
        ),
        Identity(odds, sp.tanh(_z).rewrite(sp.exp), "which is b(κ) = 1 - E tanh(κ² + κZ), κ² = c² n/σ²"),
        Identity(
            (_e - _f) ** 2,
            (_e - _z) ** 2 + 2 * _cov + (_z - _f) ** 2,
            "b falls with κ: added noise is more noise; the best guess f from what is seen after it errs by at least"
            " the best guess z from what is seen before it and from the added noise, as E (e - z)(z - f) = 0",
            (sp.Eq(_cov, (_e - _z) * (_z - _f)),),
        ),
        Nonnegative(
            (2 * x) ** (-2 * _c) * (1 + _w) - 4**-_c * x ** (-2 * _c),
            (4**-_c * x ** (-2 * _c) * _w,),
            "block S of coordinate 1 has 2^S coefficients ±c, 2^S c² = 4^{-a_1 S}: norm 1; κ <= 1 since"
            " 2^{S(2a_1+1)} >= n/σ², and 2^S < 2x, x = (n/σ²)^{1/(2a_1+1)}: 4^{-a_1 S} = 4^{-a_1} r (1 + w)",
        ),
    )


def _kept_and_left() -> tuple[Proof, ...]:
    chord = 1 - _t + _t * 4**-_c
    return (
        Nonnegative(
            (1 + _u) * _p - _p,
            (_u * _p,),
            "T = a_1 S: the blocks left out have 4^γ >= 4^T, so their part of f is at most 4^{-T} times the norm",
        ),
        telescoping(
            2**k, 2 ** (k + 1) - 1, k, "Σ 2^{s_1} over s_1 < S - q is 2^{S - ⌊q⌋} - 1, q = Σ_{j>=2} a_j s_j/a_1"
        ),
        Nonnegative(
            2 * 2**-_q - 2 ** (1 - _q) / (1 + _w),
            (2 ** (1 - _q) * _w / (1 + _w),),
            "⌊q⌋ > q - 1: 2^{-⌊q⌋} is at most h 2^{-q}, h = 2; and it is 2^{-q} for integers q, q = 0 among them",
        ),
        Nonnegative(
            1 / (1 - 1 / (1 + _v)) - (1 - (1 + _v) ** -m) / (1 - 1 / (1 + _v)),
            ((1 + _v) ** (1 - m) / _v,),
            "Σ 2^{s_j} 2^{-q} over s_j is below 1/(1 - 2^{1 - a_j/a_1}), 2^{a_j/a_1 - 1} = 1 + v; C is their product",
        ),
        Identity(
            1 + h * (C - 1),
            h * C - h + 1,
            "so G(T) < D 2^S, D = hC - h + 1: the s with q = 0 count once, others h times",
        ),
        Nonnegative(
            4**-_c + 2 * (1 + _D) - (chord + (1 + _D) * (1 + _t)).subs(_t, 1 / (1 + _w)),
            (4**-_c * _w / (1 + _w), _D * _w / (1 + _w)),
            "with 2^S = y (n/σ²)^{1/(2a_1+1)}, y = 1 + t, t <= 1: bias and variance are r times y^{-2a_1} + D y, below"
            " the chord 1 - t + t 4^{-a_1} plus D (1 + t), D >= 1",
        ),
    )


MINIMAX_TWO_SIDED = Claim(
    name="rates.minimax_two_sided",
    statement=sp.And(
        sp.Lt(sp.Rational(4495, 10000), b),
        sp.Lt(b, sp.Rational(4496, 10000)),
        sp.Eq(rate, (sigma**2 / n) ** (2 * a[1] / (2 * a[1] + 1))),
        sp.Le(b * _ball * rate, rho),
        sp.Le(rho, (_ball + 2 * (h * C - h + 1)) * rate),
        sp.Eq(C, product(1 / (1 - 2 ** (1 - a[j] / a[1])), (j, 2, d))),
    ),
    assumes="coefficients with independent Gaussian noise of variance σ²/n (an orthonormal design), ball"
    " Σ 4^{γ(s)} ‖δ_s f‖² <= 1, γ(s) = Σ a_i s_i, 0 < a_1 < a_2 <= .., C finite, n >= σ² > 0 (with less data r is no"
    " rate); ρ the least worst expected squared L² error of all estimators, so any Bayes risk is at most ρ and the"
    " worst risk of any estimator at least ρ; the lower bound needs a_1 alone, and serves every ball Σ 2^{θγ(s)}"
    " ‖δ_s f‖^θ <= 1; σ = 0 has ρ = 0; no logarithm, while for a_1 = a_2 no constant bounds ρ/r",
    kind="at_most",
    source="this project; two points after Assouad",
    prove=lambda: Chain((*_two_points(), *_kept_and_left())),
    untrained="a bound for all estimators: none that is trained stands for all",
)

CLAIMS: tuple[Claim, ...] = (BALANCE, PROJECTION_RISK, MINIMAX_TWO_SIDED)
