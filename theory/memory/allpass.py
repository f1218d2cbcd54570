"""The memory function read off the all-pass completion of the poles.

One lossless section per pole, s' = λ s + g a and out = g s - λ̄ a with g^2 = 1 - |λ|^2, rotates (s, a) into
(s', out). The sections in cascade are an orthonormal realisation of the poles, and their transfer function is
the all-pass B(z) = Π_k (z - λ̄_k) / (1 - λ_k z) = Σ_j b_j z^j.
"""

import sympy as sp

from theory.claim import Claim
from theory.memory.notation import (
    Delta,
    M,
    N,
    alpha,
    b,
    complex_letter,
    j,
    k,
    lamda,
    matrix_letter,
    modulus_squared,
    n,
    rank,
    s,
    tau,
)
from theory.memory.regression import CONFINED, REGRESSION, SAME_POLES
from theory.proof import Chain, From, Identity, Induction, Limit, Nonnegative

_s, _a, _pole, _z = (complex_letter(name) for name in ("s", "a", "lambda", "z"))
_g = sp.Symbol("g", positive=True)
_rotation = sp.Matrix([[_pole, _g], [_g, -sp.conjugate(_pole)]])
_lossless = sp.Eq(_g**2, 1 - modulus_squared(_pole))
_U, _Us, _V, _Vs, _v, _vs = matrix_letter("U U^* V V^* v v^*")
_G, _c, _cs = matrix_letter("G c c^*")
_energy, _head = sp.Function("E"), sp.Function("S")  # |x_{tau+1}|^2 of the states, and sum_{j<=tau} |b_j|^2
_x, _u, _b0, _b_next = sp.symbols("|x_0|^2 |u_0|^2 |b_0|^2 |b_{tau+1}|^2", nonnegative=True)
_now, _later, _taken, _sum_M, _sum_jb = sp.symbols("M_tau M_{tau+1} S Q J", nonnegative=True)
_A, _As, _B, _Bs, _P, _Ps = matrix_letter("A A^* B B^* P P^*")
_T, _rate = sp.symbols("T a", positive=True)
_m = sp.Symbol("m", integer=True, nonnegative=True)


def _unitary_entry(row: int, column: int) -> Identity:
    entry = (_rotation * _rotation.H)[row, column]
    return Identity(
        entry,
        sp.Integer(int(row == column)),
        f"one section is unitary, entry ({row}, {column})",
        using=(_lossless,),
    )


_CASCADE_IS_UNITARY = Induction(
    N,
    1,
    Chain(tuple(_unitary_entry(row, column) for row in range(2) for column in range(2))),
    Identity(
        (_U * _V) * (_Vs * _Us),
        sp.Integer(1),
        "the cascade of N + 1 sections is the product of the new section U, acting on its state and the signal, and"
        " the old cascade V, acting on the other states and the signal, both unitary; U^* U = 1 as U is square",
        using=(sp.Eq(_V * _Vs, 1), sp.Eq(_U * _Us, 1)),
    ),
)

ORTHONORMAL_STATES = Claim(
    name="memory.orthonormal_states",
    statement=sp.Eq(M[tau], sp.Sum(sp.Abs(alpha[n, tau]) ** 2, (n, 0, N - 1))),
    assumes="α are the states of the cascade excited by a unit impulse (Takenaka-Malmquist functions); any stable"
    " poles, zero and repeated ones included (repeated: one Jordan block), N = 1 included",
    kind="equal",
    source="Guan et al. 2025 uses α without defining it; the definition is this project's",
    corrects="the paper uses α without defining it; with the states of this cascade, which are white, the"
    " statement is exact, and with states that are not whitened it fails",
    prove=lambda: Chain(
        (
            _CASCADE_IS_UNITARY,
            From(
                REGRESSION,
                "the state rows of the unitary matrix say A A^* + B B^* = I: G = I solves the Stein equation",
            ),
            Identity(
                _cs * _G**-1 * _c,
                _cs * _c,
                "so the memory is the squared length of c = A^tau B, which is the state after an impulse",
                using=(sp.Eq(_G, 1),),
            ),
            SAME_POLES,
        )
    ),
)

TAIL_ENERGY = Claim(
    name="memory.tail_energy",
    statement=sp.Eq(M[tau], 1 - sp.Sum(sp.Abs(b[j]) ** 2, (j, 0, tau))),
    assumes="any stable poles, zero and repeated ones included (repeated: one Jordan block), N = 1 included",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(ORTHONORMAL_STATES, "memory is the energy of the cascade's states after tau + 1 steps"),
            Identity(
                modulus_squared(_pole * _s + _g * _a) + modulus_squared(_g * _s - sp.conjugate(_pole) * _a),
                modulus_squared(_s) + modulus_squared(_a),
                "one section keeps the energy of state and signal",
                using=(_lossless,),
            ),
            Identity(
                (_vs * _Vs) * (_V * _v),
                _vs * _v,
                "so does the cascade of any number of sections: |x'|^2 + |out|^2 = |x|^2 + |u|^2",
                using=(sp.Eq(_Vs * _V, 1),),
            ),
            Induction(
                tau,
                0,
                Identity(
                    _energy(0),
                    1 - _head(0),
                    "a unit impulse enters the empty cascade; what does not leave at once stays in the states",
                    using=(
                        sp.Eq(_energy(0), _x + _u - _b0),
                        sp.Eq(_head(0), _b0),
                        sp.Eq(_x, 0),
                        sp.Eq(_u, 1),
                    ),
                ),
                Identity(
                    _energy(tau + 1),
                    1 - _head(tau + 1),
                    "no further input: the states lose |b_{tau+1}|^2",
                    using=(
                        sp.Eq(_energy(tau + 1), _energy(tau) - _b_next),
                        sp.Eq(_head(tau + 1), _head(tau) + _b_next),
                        sp.Eq(_energy(tau), 1 - _head(tau)),
                    ),
                ),
            ),
            Identity(
                _g**2 * _z / (1 - _pole * _z) - sp.conjugate(_pole),
                (_z - sp.conjugate(_pole)) / (1 - _pole * _z),
                "one section has transfer function (z - conj λ)/(1 - λ z); in cascade they multiply to B(z)",
                using=(_lossless,),
            ),
        )
    ),
)

BOUNDED_MONOTONE = Claim(
    name="memory.bounded_monotone",
    statement=sp.And(sp.Ge(M[tau], 0), sp.Le(M[tau + 1], M[tau]), sp.Le(M[tau], 1)),
    assumes="white input, linear state of any stable poles, zero and repeated ones and N = 1 included",
    kind="at_most",
    source="this project; Jaeger 2001",
    prove=lambda: Chain(
        (
            From(ORTHONORMAL_STATES, "a sum of squares is non-negative"),
            From(TAIL_ENERGY, "memory is what is left of 1 after |b_0|^2, .., |b_tau|^2 are taken away"),
            Nonnegative(
                _now - _later, (_b_next,), "one lag takes |b_{tau+1}|^2 away", (sp.Eq(_later, _now - _b_next),)
            ),
            Nonnegative(1 - _now, (_taken,), "S is a sum of squares", (sp.Eq(_now, 1 - _taken),)),
        )
    ),
)

FIRST_LAG = Claim(
    name="memory.first_lag",
    statement=sp.And(
        sp.Eq(M[0], 1 - sp.exp(2 * sp.Sum(sp.log(sp.Abs(lamda[k])), (k, 0, N - 1)))),
        sp.Eq(M[0], 1 - sp.exp(2 * Delta * sp.Sum(sp.re(s[k]), (k, 0, N - 1)))),
    ),
    assumes="any stable poles; λ_k = exp(s_k Δ) (zero-order hold); a zero pole is s_k = -oo, log 0 = -oo, and then"
    " M_0 = 1; repeated poles and N = 1 included",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "at tau = 0: M_0 = 1 - |b_0|^2, and b_0 = B(0)"),
            Induction(
                N,
                1,
                Identity(
                    ((_z - sp.conjugate(_pole)) / (1 - _pole * _z)).subs({part: 0 for part in _z.free_symbols}),
                    -sp.conjugate(_pole),
                    "one factor of B at z = 0",
                ),
                Identity(
                    modulus_squared(-sp.conjugate(_pole) * _a),
                    modulus_squared(_pole) * modulus_squared(_a),
                    "one more factor multiplies |b_0|^2 by |λ|^2, so |b_0|^2 is the product of all |λ_k|^2",
                ),
            ),
            Identity(
                sp.exp(Delta * _a) * sp.exp(Delta * sp.conjugate(_a)),
                sp.exp(2 * Delta * sp.re(_a)),
                "under zero-order hold |exp(s Δ)|^2 = exp(2 Δ Re s), and exponents add",
            ),
        )
    ),
)

CAPACITY = Claim(
    name="memory.capacity",
    statement=sp.And(
        sp.Eq(sp.Sum(M[tau], (tau, 0, sp.oo)), rank),
        sp.Eq(sp.Sum(j * sp.Abs(b[j]) ** 2, (j, 1, sp.oo)), rank),
    ),
    assumes="white input, any stable pair (A, B), r the rank of [B, AB, .., A^{N-1}B]; r = N when controllable, r = 0"
    " when B = 0; b belongs to the r poles that B reaches; zero and repeated poles included",
    kind="equal",
    source="Guan et al. 2025, Eq. 5; Jaeger 2001; the proof is this project's",
    prove=lambda: Chain(
        (
            CONFINED,
            From(REGRESSION, "on the r reachable dimensions G > 0 and M_tau = tr G^{-1} A^tau B B^* A^{* tau}"),
            Induction(
                tau,
                0,
                Identity(
                    sp.Integer(0),
                    _G - _P * _G * _Ps,
                    "no lag: the sum of A^k B B^* A^{*k} over k < tau is G - P G P^* with P = A^tau",
                    using=(sp.Eq(_P, 1), sp.Eq(_Ps, 1)),
                ),
                Identity(
                    (_G - _P * _G * _Ps) + _P * (_B * _Bs) * _Ps,
                    _G - (_P * _A) * _G * (_As * _Ps),
                    "one lag more: the sum telescopes, by the Stein equation",
                    using=(sp.Eq(_B * _Bs, _G - _A * _G * _As),),
                ),
            ),
            Identity(
                _G**-1 * (_G - _P * _G * _Ps),
                1 - _G**-1 * _P * _G * _Ps,
                "so the memory of the lags before tau is r - tr(G^{-1} P G P^*), the trace of 1 being r",
            ),
            Limit(
                _T**_m * sp.exp(-_rate * _T),
                _T,
                sp.oo,
                sp.Integer(0),
                "the rest is the squared norm of the whitened A^T, at most a constant times T^m exp(-a T), m = 2 r - 2,"
                " for stable poles (largest modulus below exp(-a/2)), and dies out",
            ),
            From(TAIL_ENERGY, "|b_{tau+1}|^2 = M_tau - M_{tau+1}"),
            Induction(
                tau,
                0,
                Identity(
                    _sum_M,
                    _sum_jb + tau * _now,
                    "no lag: Q, the sum of M_k over k < tau, is J + tau M_tau, J the sum of j |b_j|^2 over j <= tau",
                    using=(sp.Eq(_sum_M, 0), sp.Eq(_sum_jb, 0), sp.Eq(tau, 0)),
                ),
                Identity(
                    _sum_M + _now,
                    (_sum_jb + (tau + 1) * _b_next) + (tau + 1) * _later,
                    "one lag more: summation by parts; and tau M_tau dies out like the rest above",
                    using=(sp.Eq(_sum_M, _sum_jb + tau * _now), sp.Eq(_b_next, _now - _later)),
                ),
            ),
        )
    ),
)
