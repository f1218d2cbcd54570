"""How long a memory of fixed sum can be: the trade-off with accuracy, and the mean delay."""

import sympy as sp

from theory.claim import Claim
from theory.memory.allpass import BOUNDED_MONOTONE, CAPACITY, TAIL_ENERGY
from theory.memory.notation import (
    M,
    N,
    alone,
    complex_letter,
    k,
    l,
    lamda,
    modulus_squared,
    tau,
)
from theory.proof import Chain, From, Identity, Induction, Limit, Nonnegative

_now, _later, _lost, _slack, _rest, _taken, _delays, _sum = sp.symbols(
    "M_tau M_{tau+1} |b_{tau+1}|^2 S R Q J D", nonnegative=True
)
_T, _x = sp.symbols("T x", positive=True)
_p, _q, _z = sp.symbols("lamda conj(mu) z")
_ratio, _ratio_c, _next = sp.symbols("a conj(a) a^{tau+1}")

_EARLIER_LAGS_ARE_NO_WORSE = Induction(
    tau,
    0,
    Nonnegative(
        _now - 1 * _now, (sp.Integer(0),), "S, the memory of lags 0..tau less (tau + 1) M_tau, is 0 at tau = 0"
    ),
    Nonnegative(
        _taken + _later - (tau + 2) * _later,
        (_slack, (tau + 1) * _lost),
        "one lag more: Q, the memory of lags 0..tau, is S + (tau + 1) M_tau, and M_tau = M_{tau+1} + |b_{tau+1}|^2",
        using=(sp.Eq(_taken, _slack + (tau + 1) * _now), sp.Eq(_now, _later + _lost)),
    ),
)

TRADE_OFF = Claim(
    name="memory.trade_off",
    statement=sp.And(
        sp.Le((tau + 1) * M[tau], N),
        sp.Le(alone[tau], tau**tau / (tau + 1) ** (tau + 1)),
    ),
    assumes="white scalar input, N linear states of any stable poles (zero, repeated, N = 1 included); 0^0 = 1; m is"
    " the memory function of one pole alone; equality for the delay line at tau = N - 1, and for |λ|^2 = tau/(tau + 1)",
    kind="at_most",
    source="this project; Guan et al. 2025 say it in words; the copy task: François, Orvieto, Bach 2025",
    prove=lambda: Chain(
        (
            From(BOUNDED_MONOTONE, "memory does not increase with the lag"),
            _EARLIER_LAGS_ARE_NO_WORSE,
            From(CAPACITY, "all lags together recall at most N"),
            Nonnegative(
                N - (tau + 1) * _now,
                (_slack, _rest),
                "R, the memory of the lags beyond tau, is non-negative too; with tau + 1 = T and M_tau >= 1 - e it"
                " reads N >= (1 - e) T",
                using=(sp.Eq(N, _slack + (tau + 1) * _now + _rest),),
            ),
            Identity(
                sp.diff((1 - _x) * _x**_T, _x),
                _x ** (_T - 1) * (_T - (_T + 1) * _x),
                "one pole, x = |λ|^2, m_T = (1 - x) x^T: it rises until x = T/(T + 1) and falls after it",
            ),
            Identity(
                (1 - _T / (_T + 1)) * (_T / (_T + 1)) ** _T,
                _T**_T / (_T + 1) ** (_T + 1),
                "its greatest value (at T = 0 it is 1 - x <= 1)",
            ),
            Limit(
                (_T + 1) * _T**_T / (_T + 1) ** (_T + 1),
                _T,
                sp.oo,
                sp.exp(-1),
                "a single pole reaches the fraction 1/e of the bound at long lags",
            ),
        )
    ),
)

_squared_delay = (1 - sp.Abs(lamda[k]) ** 2 * sp.Abs(lamda[l]) ** 2) / sp.Abs(
    1 - lamda[k] * sp.conjugate(lamda[l])
) ** 2
_pole, _power_sum = complex_letter("lambda"), complex_letter("P")

MEAN_DELAY = Claim(
    name="memory.mean_delay",
    statement=sp.And(
        sp.Eq(
            sp.Sum(tau * M[tau], (tau, 1, sp.oo)),
            (sp.Sum(_squared_delay, (k, 0, N - 1), (l, 0, N - 1)) - N) / 2,
        ),
        sp.Ge(sp.Sum(tau * M[tau], (tau, 1, sp.oo)), N * (N - 1) / 2),
    ),
    assumes="white input, any stable poles, zero and repeated ones (one Jordan block) and N = 1 included; equality in"
    " the second relation for all poles 0 only",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "|b_{tau+1}|^2 = M_tau - M_{tau+1}"),
            Induction(
                tau,
                0,
                Identity(
                    _sum,
                    _delays + tau * (tau - 1) / 2 * _now,
                    "no lag: D, the sum of k M_k over k < tau, is J + tau (tau - 1)/2 M_tau with J the sum of"
                    " j (j - 1)/2 |b_j|^2 over j <= tau",
                    using=(sp.Eq(_sum, 0), sp.Eq(_delays, 0), sp.Eq(tau, 0)),
                ),
                Identity(
                    _sum + tau * _now,
                    (_delays + (tau + 1) * tau / 2 * _lost) + (tau + 1) * tau / 2 * _later,
                    "one lag more: summation by parts; tau^2 M_tau dies out for stable poles, so the mean delay is half"
                    " of the sum of (j^2 - j) |b_j|^2",
                    using=(sp.Eq(_sum, _delays + tau * (tau - 1) / 2 * _now), sp.Eq(_lost, _now - _later)),
                ),
            ),
            From(CAPACITY, "the sum of j |b_j|^2 is N"),
            Identity(
                _z / (_z - _q) + _p * _z / (1 - _p * _z),
                (1 - _p * _q) * _z / ((1 - _p * _z) * (_z - _q)),
                "logarithmic derivative z B'/B of one factor (z - conj μ)/(1 - λ z), μ = λ; on |z| = 1 it is the"
                " Poisson kernel P_k = (1 - |λ_k|^2)/|1 - λ_k z|^2, and they add over the factors; by Parseval the sum"
                " of j^2 |b_j|^2 is the mean of |z B'|^2 = (P_1 + .. + P_N)^2 over the circle",
            ),
            Induction(
                tau,
                0,
                Identity(
                    (1 - _ratio) / (1 - _ratio), sp.Integer(1), "geometric sum, a = λ_k conj(λ_l), |a| < 1: one term"
                ),
                Identity(
                    (1 - _next) / (1 - _ratio) + _next,
                    (1 - _ratio * _next) / (1 - _ratio),
                    "one term more; the remainder vanishes in the limit",
                ),
            ),
            Identity(
                1 + _ratio / (1 - _ratio) + _ratio_c / (1 - _ratio_c),
                (1 - _ratio * _ratio_c) / ((1 - _ratio) * (1 - _ratio_c)),
                "the mean of P_k P_l: the coefficients of P_k are 1, λ_k^n at z^n and conj(λ_k)^n at z^{-n}, so the"
                " mean is 1 + the sum of a^n + conj(a)^n",
            ),
            Induction(
                N,
                1,
                Identity(
                    modulus_squared(_pole), _pole * sp.conjugate(_pole), "power sum of one pole, |λ^n|^2 = (λ conj λ)^n"
                ),
                Identity(
                    modulus_squared(_power_sum + _pole),
                    modulus_squared(_power_sum)
                    + _power_sum * sp.conjugate(_pole)
                    + _pole * sp.conjugate(_power_sum)
                    + _pole * sp.conjugate(_pole),
                    "one pole more: the sum of (λ_k conj λ_l)^n over all pairs is |p_n|^2, p_n the sum of λ_k^n",
                ),
            ),
            Nonnegative(
                (N**2 + 2 * _rest - N) / 2 - N * (N - 1) / 2,
                (_rest,),
                "so the mean delay is N (N - 1)/2 + R with R the sum of |p_n|^2 over n >= 1; R = 0 says that all power"
                " sums vanish, which by Newton's identities leaves z^N as the characteristic polynomial",
            ),
        )
    ),
)
