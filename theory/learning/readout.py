"""A linear read-out on fixed poles in whitened coordinates: where it goes, and what it can never learn.

The output is y_t = x_t^* w, so its kernel is k_τ = α_τ^* w (a real read-out of real states is the usual w^T x).

    k^0_τ (`start`)  kernel at time 0          L_t, L_0  loss at time t and at time 0
    D (`distance`)   ‖c − w(0)‖                W         ‖w(t)‖
    d_K (`whitened`), h_K (`raw`)  lag K of the kernel after one step from 0, in whitened and in raw coordinates
    a_nτ (`a`)       state n of A^τ b, raw     m (`steps`)  number of steps of gradient descent
    R_min, R_w       2L of the best and of any read-out      R_K (`residual`)  2L of the best one for a delay K
    p_τ (`law`)      probability of delay τ    E_p, E_v  expected R_min for random delays, random coefficients
    v_τ (`variance`) variances of independent coefficients of mean 0
    ρ (`rho`)        largest modulus of the reachable poles, 0 included
    X                the matrix with columns α_0, α_1, ..; P = X^* X

A letter with a star beside it in a proof is the conjugate transpose of that letter.
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import M, N, P, delay, eta, kernel, matrix_letter, n, tau, teacher, time
from theory.memory.allpass import ORTHONORMAL_STATES, TAIL_ENERGY
from theory.memory.closed_forms import DELAY_LINE
from theory.memory.length import TRADE_OFF
from theory.memory.notation import j, l, rank
from theory.memory.regression import CONFINED, SIMILARITY
from theory.proof import Chain, From, Identity, Induction, Nonnegative

start, whitened, raw = sp.IndexedBase("k0"), sp.IndexedBase("d"), sp.IndexedBase("h")
a, residual, law, variance = (sp.IndexedBase(name) for name in ("a", "R", "p", "v"))
loss_t, loss_0, distance, length = sp.symbols("L_t L_0 D W", nonnegative=True)
least, reached, over_delays, over_coefficients = sp.symbols("R_min R_w E_p E_v", nonnegative=True)
steps, rho = sp.Symbol("m", integer=True, positive=True), sp.Symbol("rho", nonnegative=True)

#: Lag τ of P k*, and ‖k*‖² − k*^* P k*.
recalled = sp.Sum(P[tau, j] * teacher[j], (j, 0, sp.oo))
unreachable = sp.Sum(sp.Abs(teacher[j]) ** 2, (j, 0, sp.oo)) - sp.Sum(
    sp.conjugate(teacher[j]) * P[j, l] * teacher[l], (j, 0, sp.oo), (l, 0, sp.oo)
)

_X, _Xs, _w, _ws, _k, _ks, _c, _cs, _w0, _w0s = matrix_letter("X X^* w w^* k* k*^* c c^* w_0 w_0^*")
_alpha, _alphas, _v, _vs = matrix_letter("alpha alpha^* v v^*")
_s, _sc, _scale, _scalec = sp.symbols("s conj(s) beta conj(beta)")
_pole, _polec, _z, _e = sp.symbols("lamda conj(lamda_k) z e")
_vv, _late, _spare = sp.symbols("|v|^2 late spare", nonnegative=True)
_aa, _share = sp.symbols("M_tau p_tau", nonnegative=True)
_mean, _other, _entry, _square, _overlap = sp.symbols("E(kappa_j) E(kappa_l) P_jl v_j P_jj")
_white = sp.Eq(_X * _Xs, 1)
_target = (sp.Eq(_c, _X * _k), sp.Eq(_cs, _ks * _Xs))
_at_t = _c + sp.exp(-time) * (_w0 - _c)
_at_ts = _cs + sp.exp(-time) * (_w0s - _cs)

WHITENED_FLOW = Claim(
    name="learning.whitened_flow",
    statement=sp.And(
        sp.Eq(kernel[tau], recalled + sp.exp(-time) * (start[tau] - recalled)),
        sp.Eq(loss_t - unreachable / 2, sp.exp(-2 * time) * (loss_0 - unreachable / 2)),
        sp.Eq(P[tau, tau], M[tau]),
    ),
    assumes="white input of unit variance, a teacher of finite energy, gradient flow on a linear read-out of whitened"
    " states, P its projection; any stable poles, zero, repeated (one Jordan block) and N = 1 included, states that"
    " depend on each other restricted to the reachable ones; every direction moves at the same rate, and memory says"
    " which direction that is: nothing like this holds for raw states or coloured input",
    kind="equal",
    source="this project, in the spirit of Guan et al. 2025",
    prove=lambda: Chain(
        (
            From(ORTHONORMAL_STATES, "P_tautau is the squared length of α_tau"),
            Identity(
                (_Xs * _X) * (_Xs * _X),
                _Xs * _X,
                "whitened states: the sum of α α^* over all lags is X X^* = 1, so P = X^* X is a projection, P^2 = P",
                using=(_white,),
            ),
            Identity(
                (_ws * _X - _ks) * (_Xs * _w - _k),
                (_ws - _cs) * (_w - _c) + _ks * _k - _cs * _c,
                "white input: 2L is the energy of k - k*, k = X^* w, and completing the square about c = X k*",
                using=(*_target, _white),
            ),
            Identity(
                sp.diff(_at_t, time),
                -(_at_t - _c),
                "the flow w' = c - w of L = |w - c|^2/2 + const is solved by c + exp(-t)(w_0 - c)",
            ),
            Identity(_at_t.subs({time: 0}), _w0, "which starts in w_0"),
            Identity(
                _Xs * _at_t,
                _Xs * _X * _k + sp.exp(-time) * (_Xs * _w0 - _Xs * _X * _k),
                "read by X^*: k(t) = P k* + exp(-t)(k(0) - P k*)",
                using=_target,
            ),
            Identity(
                (_at_ts - _cs) * (_at_t - _c),
                sp.exp(-2 * time) * (_w0s - _cs) * (_w0 - _c),
                "and what the loss has above its floor |k*|^2 - |c|^2 falls like exp(-2t)",
            ),
            Identity(_cs * _c, _ks * (_Xs * _X) * _k, "with |c|^2 = k*^* P k*", using=_target),
        )
    ),
)

FIRST_STEP = Claim(
    name="learning.first_step",
    statement=sp.And(
        sp.Eq(kernel[tau], (1 - (1 - eta) ** steps) * recalled),
        sp.Eq(whitened[delay], eta * M[delay]),
        sp.Eq(raw[delay], eta * sp.Sum(sp.Abs(a[n, delay]) ** 2, (n, 0, N - 1))),
    ),
    assumes="white input of unit variance, gradient descent with step η from a read-out 0; k after m steps in whitened"
    " coordinates; d and h lag K after one step on a teacher of delay K, whitened and raw; any stable poles, zero,"
    " repeated and N = 1 included; h depends on b while M does not, and for a non-normal A it may grow with K; an"
    " optimiser that rescales coordinates (Adam) moves elsewhere",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Induction(
                steps,
                1,
                Identity(
                    eta * _c,
                    (1 - (1 - eta) ** 1) * _c,
                    "whitened: the gradient is w - c, so from 0 one step leads to η c",
                ),
                Identity(
                    (1 - (1 - eta) ** steps) * _c + eta * (_c - (1 - (1 - eta) ** steps) * _c),
                    (1 - (1 - eta) ** (steps + 1)) * _c,
                    "and every later one towards c again",
                ),
            ),
            Identity(_Xs * _c, (_Xs * _X) * _k, "read by X^*, c is P k*", using=_target),
            From(ORTHONORMAL_STATES, "a delay K: k* is one unit, lag K of P k* is P_KK = M_K"),
            Identity(
                sp.diff((_e * _vs * _X - _ks) * (_e * _Xs * _v - _k), _e).subs(_e, 0),
                -(_vs * _X * _k + _ks * _Xs * _v),
                "raw, with A^tau b for α_tau: from w = 0 the loss changes along any v by -Re v^* X k*, whatever G is;"
                " so a step leads to η X k*, which is η A^K b for a delay K, and lag K reads η |A^K b|^2",
            ),
            Identity(
                (_scalec * _alphas) * (_scale * _alpha),
                _scale * _scalec * _alphas * _alpha,
                "which takes any positive value as b is scaled",
            ),
            From(SIMILARITY, "while M keeps its value: scaling b changes coordinates only"),
        )
    ),
)

ZERO_MEMORY = Claim(
    name="learning.zero_memory",
    statement=sp.And(
        sp.Eq(sp.sign(M[tau]), sp.sign(sp.Max(rank - tau, 0) + rho)),
        sp.Le(sp.Abs(kernel[tau] - start[tau]), (1 - sp.exp(-time)) * sp.sqrt(M[tau]) * distance),
        sp.Le(sp.Abs(kernel[tau]), sp.sqrt(M[tau]) * length),
    ),
    assumes="white input of unit variance; r the number of reachable poles, ρ the largest modulus among them (0 where"
    " r = 0): memory is zero when all reachable poles are 0 and tau >= r, as in a delay line or a convolution, and"
    " never otherwise; k(t) on the gradient flow in whitened coordinates; the last relation holds for every whitened"
    " read-out, trained or not, so that k_tau = 0 for good where M_tau = 0; N = 1 included",
    kind="iff",
    source="Guan et al. 2025 (zero gradient), made precise here",
    prove=lambda: Chain(
        (
            CONFINED,
            From(ORTHONORMAL_STATES, "on the r reachable dimensions M_tau = |α_tau|^2: zero iff A^tau b is"),
            From(DELAY_LINE, "all reachable poles 0: M is 1 below r and 0 from r on"),
            From(TAIL_ENERGY, "else M_tau = 0 would end the series of B after b_tau, B would be a polynomial"),
            Identity(
                (_z - _polec).subs(_z, 1 / _pole),
                (1 - _pole * _polec) / _pole,
                "but at z = 1/λ, λ a reachable pole other than 0, its denominator 1 - λ z vanishes while no factor"
                " z - conj λ_k of its numerator does: |λ λ_k| < 1",
            ),
            From(WHITENED_FLOW, "k_tau(t) = α_tau^* w(t)"),
            Identity(
                _alphas * _at_t - _alphas * _w0,
                (1 - sp.exp(-time)) * (_alphas * (_c - _w0)),
                "so the lag moves by (1 - exp(-t)) α_tau^* (c - w_0)",
            ),
            Identity(
                (_aa * _vs - _sc * _alphas) * (_aa * _v - _s * _alpha),
                _aa * (_aa * _vv - _s * _sc),
                "and |α^* v|^2 <= |α|^2 |v|^2 for every v, c - w_0 and w(t) among them: the left side is a squared"
                " length, s = α^* v and |α|^2 = M_tau",
                using=(
                    sp.Eq(_alphas * _alpha, _aa),
                    sp.Eq(_alphas * _v, _s),
                    sp.Eq(_vs * _alpha, _sc),
                    sp.Eq(_vs * _v, _vv),
                ),
            ),
        )
    ),
)

DELAY_RESIDUAL = Claim(
    name="learning.delay_residual",
    statement=sp.And(
        sp.Eq(least, unreachable),
        sp.Eq(residual[delay], 1 - M[delay]),
        sp.Ge(reached, unreachable),
    ),
    assumes="white input of unit variance, fixed poles, a teacher of finite energy; R_min for the best read-out of the"
    " state, R_w for any; R_K for a teacher of delay K; any stable poles, zero, repeated and N = 1 included; poles"
    " that learn as well can do better",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(WHITENED_FLOW, "2L = |w - c|^2 + |k*|^2 - |c|^2, and coordinates do not change what is best"),
            Identity(
                _ks * _k - _cs * _c,
                _ks * (1 - _Xs * _X) * _k,
                "at w = c, k = P k* and what remains is k*^* (1 - P) k*",
                using=_target,
            ),
            Identity(
                (_ws * _X - _ks) * (_Xs * _w - _k) - _ks * (1 - _Xs * _X) * _k,
                (_ws - _cs) * (_w - _c),
                "every read-out w has that and |w - c|^2 on top, a squared length",
                using=(*_target, _white),
            ),
            From(ORTHONORMAL_STATES, "a delay K: k* is one unit, k*^* P k* = P_KK = M_K"),
        )
    ),
)

TEACHER_PROFILE = Claim(
    name="learning.teacher_profile",
    statement=sp.And(
        sp.Eq(over_delays, 1 - sp.Sum(law[tau] * M[tau], (tau, 0, sp.oo))),
        sp.Eq(over_coefficients, sp.Sum(variance[tau] * (1 - M[tau]), (tau, 0, sp.oo))),
        sp.Ge(over_delays, 1 - N / (delay + 1)),
    ),
    assumes="white input of unit variance, fixed poles, the best read-out for each teacher; a delay drawn from the law"
    " p independently of the input, K its smallest value; coefficients independent of each other and of the input, of"
    " mean 0 and variance v_tau with finite sum (correlated ones, or a fixed sign pattern, obey"
    " learning.delay_residual only); any stable poles, zero, repeated and N = 1 included",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(DELAY_RESIDUAL, "one delay leaves 1 - M_tau"),
            Identity(
                _share * (1 - _aa),
                _share - _share * _aa,
                "summed with weights p_tau, whose sum is 1: 1 - sum p_tau M_tau",
            ),
            Identity(
                _square - _square * _overlap,
                _square * (1 - _overlap),
                "coefficients: the expectation of κ^* (1 - P) κ takes v_j (1 - P_jj) from each lag, P_jj = M_j",
            ),
            Identity(
                _mean * _entry * _other,
                sp.Integer(0),
                "and nothing from a pair of lags: independent coefficients of mean 0",
                using=(sp.Eq(_mean, 0),),
            ),
            From(TRADE_OFF, "(K + 1) M_K <= N, and M does not increase with the lag"),
            Nonnegative(
                _share * (N / (delay + 1) - _aa),
                (_share * _spare / (delay + 1), _share * _late),
                "so N is (K + 1) M_K + spare, M_K is M_tau + late, and each delay tau >= K gains p_tau M_tau, no more"
                " than p_tau N/(K+1)",
                using=(sp.Eq(N, (delay + 1) * (_aa + _late) + _spare),),
            ),
        )
    ),
)
