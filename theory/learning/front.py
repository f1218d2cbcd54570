"""How good learned poles can be, and how well a finite sample shows it: the front of lag against poles, the floor.

R, x           memory of the ring of N poles at lag K, and r^(2 N)           R_max that of the best ring
M_(N)          memory of N poles at the lag for which a greatest value is conjectured
V              E |mean of x̂_t u_{t-K} over T samples|^2, x̂ the whitened states
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import M, N, P, delay
from theory.memory.allpass import ORTHONORMAL_STATES
from theory.memory.closed_forms import RING
from theory.memory.length import TRADE_OFF
from theory.memory.notation import T
from theory.proof import Chain, Conjectured, From, Identity

ring_memory, best_ring = sp.symbols("R R_max", nonnegative=True)
_power = sp.Symbol("x", nonnegative=True)
_turns = sp.floor(delay / N)
_y = sp.Symbol("y", nonnegative=True)
_k = sp.Symbol("m", positive=True)

PARETO_FRONT = Claim(
    name="learning.pareto_front",
    statement=sp.And(
        sp.Le((delay + 1) * M[delay], N),
        sp.Eq(ring_memory, (1 - _power) * _power**_turns),
        sp.Le(ring_memory, (_turns / (_turns + 1)) ** _turns / (_turns + 1)),
        sp.Eq(best_ring, (_turns / (_turns + 1)) ** _turns / (_turns + 1)),
        sp.Ge(best_ring, sp.exp(-1) / (_turns + 1)),
    ),
    assumes="white input; M of any N stable poles (zero, repeated, N = 1 included); R of the ring r exp(2 pi i k/N),"
    " r^(2 N) = x < 1, R_max of the one with x = m/(m + 1), m = floor(K/N); 0^0 = 1, so for K < N the best ring is the"
    " delay line and R_max = 1 (the bound N/(K + 1) is met at K = N - 1)",
    kind="at_most",
    source="this project; for the copy task cf. François, Orvieto, Bach 2025",
    prove=lambda: Chain(
        (
            From(TRADE_OFF, "memory falls with the lag and sums to N; and (1 - x) x^m is at most m^m/(m + 1)^(m + 1)"),
            From(RING, "the ring at lag K is one pole of modulus r^N at lag floor(K/N)"),
            Identity(
                (1 - _k / (_k + 1)) * (_k / (_k + 1)) ** _k,
                (_k / (_k + 1)) ** _k / (_k + 1),
                "the best ring has x = m/(m + 1)",
            ),
            Identity(
                sp.diff(_y - sp.log(1 + _y), _y),
                _y / (1 + _y),
                "y - log(1 + y) is 0 at y = 0 and rises, so log(1 + y) <= y;",
            ),
            Identity(
                sp.log((_k / (_k + 1)) ** _k) + _k * sp.log(1 + 1 / _k),
                sp.Integer(0),
                "at y = 1/m it says that (m/(m + 1))^m is at least exp(-1), which it tends to",
            ),
        )
    ),
)

two, four, eight = sp.symbols("M_(2) M_(4) M_(8)", nonnegative=True)

FRONT_OPTIMUM = Claim(
    name="learning.front_optimum",
    statement=sp.And(
        sp.Le(two, sp.Rational("0.300782")),
        sp.Le(four, sp.Rational("0.249800")),
        sp.Le(eight, sp.Rational("0.300586")),
    ),
    assumes="white input, any stable poles, conjugate pairs or not: two poles at lag 3, four at lag 10, eight at lag 20"
    " (the bounds N/(K + 1) are 0.5, 0.364, 0.381; the best rings have 0.25, 0.148, 0.148); each value is attained up"
    " to its last digit",
    kind="at_most",
    source="this project",
    prove=lambda: Conjectured(
        "none of 200 ascents per size from random starts found more, 136, 30 and 17 of them ended at the value, the"
        " others below it; for two real or conjugate poles"
        " learning.fixed_convex_learned_not proves it"
    ),
)

fitted = sp.Symbol("V", nonnegative=True)
_lag = sp.Symbol("d", integer=True)
_pairs = (_lag, -delay, delay)
_t1, _t2, _t3, _t4 = _t = sp.symbols("t_1 t_2 t_3 t_4")
_c = {(i, k): sp.Symbol(f"c_{i + 1}{k + 1}") for i in range(4) for k in range(i + 1, 4)}
_exponent = sum(_c[pair] * _t[pair[0]] * _t[pair[1]] for pair in _c)
_isserlis = _c[0, 1] * _c[2, 3] + _c[0, 2] * _c[1, 3] + _c[0, 3] * _c[1, 2]
_same, _overlap, _memory = sp.symbols("N Q M_K")
_ahead, _behind, _now, _now_c = sp.symbols("conj(a_(K+d)) a_(K-d) a_K conj(a_K)")
_A, _B, _q, _qc, _h, _hc = sp.symbols("|a|^2 |b|^2 a^*b conj(a^*b) h conj(h)", nonzero=True)
#: One component of x̂_t, x̂_s against u_{t-K}, u_{s-K}, t - s = d.
_MOMENTS = tuple(
    sp.Eq(_c[pair], value) for pair, value in {(0, 2): _now_c, (1, 3): _now, (0, 3): _ahead, (1, 2): _behind}.items()
)


SAMPLE_FLOOR = Claim(
    name="learning.sample_floor",
    statement=sp.And(
        sp.Eq(
            fitted,
            P[delay, delay] + (N + sp.Sum((1 - sp.Abs(_lag) / T) * P[delay + _lag, delay - _lag], _pairs)) / T,
        ),
        sp.Le(
            sp.Abs(T * (fitted - P[delay, delay]) - N),
            sp.Sum(sp.sqrt(P[delay + _lag, delay + _lag] * P[delay - _lag, delay - _lag]), _pairs),
        ),
    ),
    assumes="real Gaussian white input, states in their stationary regime and whitened by their true covariance (least"
    " squares whitens by the sample's, which changes the mean by relative order 1/T more: for the delay line of one"
    " state it is (1 - 2/T)/T to that order); any stable poles, zero, repeated, N = 1 and K = 0 included; T > K. The"
    " sum of roots is what is left of memory at lags around K: where there is none, V is N/T although state and target"
    " share inputs",
    kind="equal",
    source="this project; the upward bias is reported by Ballarin, Grigoryeva, Ortega 2024",
    prove=lambda: Chain(
        (
            From(ORTHONORMAL_STATES, "x̂_t is the sum of α_tau u_{t-tau}, and P_ik = α_i^* α_k"),
            Identity(
                sp.diff(sp.exp(_exponent), *_t).subs(dict.fromkeys(_t, 0)),
                _isserlis,
                "mixed fourth moment of Gaussian variables from their generating function (Isserlis); it is linear in"
                " each, so it holds for complex combinations of them too",
            ),
            Identity(
                _isserlis,
                _now_c * _now + _ahead * _behind,
                "for the components of x̂_t^*, x̂_s, u_{t-K}, u_{s-K}, t - s = d not 0: E x̂_t u_{s-K} = α_{K+d} and"
                " E x̂_s u_{t-K} = α_{K-d}, zero for a negative index; summed over components P_KK + P_{K+d,K-d}",
                using=(*_MOMENTS, sp.Eq(_c[2, 3], 0)),
            ),
            Identity(
                _isserlis,
                1 + _now_c * _now + _ahead * _behind,
                "and at d = 0 one more for each component, N in all",
                using=(*_MOMENTS, sp.Eq(_c[2, 3], 1), sp.Eq(_c[0, 1], 1)),
            ),
            Identity(
                (T + 1 - sp.Abs(_lag)) - (T - sp.Abs(_lag)),
                sp.Integer(1),
                "of the T^2 pairs of samples T - |d| have t - s = d (one sample more makes one pair more)",
            ),
            Identity(
                (T * _same + T * _overlap + T**2 * _memory) / T**2,
                _memory + (_same + _overlap) / T,
                "divided by T^2, Q the sum of (1 - |d|/T) P_{K+d,K-d}",
            ),
            Identity(
                _B - _qc * _h - _hc * _q + _A * _h * _hc,
                _B - _q * _qc / _A,
                "|b - h a|^2 >= 0 at h = a^* b/|a|^2 says |a^* b|^2 <= |a|^2 |b|^2 (Cauchy-Schwarz), so P_ik is at most"
                " the root of P_ii P_kk in modulus; and 1 - |d|/T <= 1",
                using=(sp.Eq(_h, _q / _A), sp.Eq(_hc, _qc / _A)),
            ),
        )
    ),
)
