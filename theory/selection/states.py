"""Bits of state: pigeonhole, the digit copier.

m              states that reading can end in       S              bits of state, m <= 2^S
E              fraction of strings not copied       e              fraction of tokens not copied
b, V = 2^b     bits per symbol, symbols             p              bits of the significand
Z              nonzero weights of the copier        F              fraction of strings that it copies
K              fraction of strings whose number is in the state after reading, exactly

A network reads a uniform string of L tokens and then says L tokens, from its state and its own answers alone. The digit
copier is three layers: u = Σ_r 2^r β_r while it reads and −V^L Σ_r 2^r o_r when it is handed its answer o; one state
x ← V x + u; and a ReLU network that takes the top digit of x, bit by bit from θ_i = 2^i V^{L−1}:
ReLU(r − θ_i + 1) and ReLU(r − θ_i), then in a layer of its own bit = ReLU of their difference, then r ← r − θ_i bit.
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, From, Identity, Induction, Nonnegative, telescoping
from theory.selection.notation import L, V, b, eps

m, Z, p = sp.symbols("m Z p", integer=True, positive=True)
S = sp.Symbol("S", integer=True, nonnegative=True)
E, e, F, K = sp.symbols("E e F K", nonnegative=True)

_slack, _wrong, _y, _i, _s = sp.symbols("s w y i t", nonnegative=True)
_kept, _right, _more, _loose = sp.symbols("k r a c", nonnegative=True)
_t, _hit, _miss, _others = sp.symbols("t 1-e e V-1", positive=True)
_x, _u, _c, _n, _k = sp.symbols("x u c n k", integer=True, nonnegative=True)
_j = sp.Max(L * b - p, 0)
_above = sp.Symbol("j", integer=True, nonnegative=True)

#: log t <= t − 1 for t > 0: both branches of t rise away from t = 1, where the two are equal.
LOGARITHM_BELOW_TANGENT = (
    Identity(sp.S(1) - 1, sp.log(sp.S(1)), "t - 1 and log t agree at t = 1"),
    Nonnegative(
        sp.diff(_y - sp.log(1 + _y), _y),
        (_y / (1 + _y),),
        "t = 1 + y: the difference t - 1 - log t rises with y",
    ),
    Nonnegative(
        sp.diff(1 / (1 + _y) - 1 + sp.log(1 + _y), _y),
        (_y / (1 + _y) ** 2,),
        "t = 1/(1 + y): it rises with y too",
    ),
)

COPY_PIGEONHOLE = Claim(
    name="selection.copy_pigeonhole",
    statement=sp.And(
        sp.Ge(E, 1 - m / V**L),
        sp.Ge(S, L * sp.log(V, 2) + sp.log(1 - eps, 2)),
        sp.Ge(m, (V * e**e * (1 - e) ** (1 - e) / (V - 1) ** e) ** L),
    ),
    assumes="the string is uniform over V^L strings, V >= 2, L >= 1; what is said depends on the state after reading"
    " only (own answers may be fed back), state and answers may be random; m <= 2^S, E <= ε <= 1 (ε = 1 asks nothing,"
    " log 0 = -oo); equality is attained by the first two, so no strict sign is right; m >= V^L bounds nothing; in the"
    " third, Fano's bound, e is the mean over all tokens and 0^0 = 1",
    kind="at_least",
    source="Jelassi et al. 2024, Theorem 2.7; the form with equality and the one per token: this project",
    prove=lambda: Chain(
        (
            Induction(
                m,
                1,
                Nonnegative(
                    1 - _right,
                    (_wrong,),
                    "from one state, the probabilities of the right answers to the strings that end in it are some of"
                    " those of one law: r = 1 - w",
                    using=(sp.Eq(_right, 1 - _wrong),),
                ),
                Nonnegative(
                    m + 1 - (_kept + _right),
                    (_slack, _wrong),
                    "so one state more adds at most 1 to k, the sum over all strings of P(x | state of x)",
                    using=(sp.Eq(_kept, m - _slack), sp.Eq(_right, 1 - _wrong)),
                ),
            ),
            Nonnegative(
                E - (1 - m / V**L),
                (_slack / V**L,),
                "E = 1 - k/V^L, the strings being uniform; where state and answers are random, on average",
                using=(sp.Eq(E, 1 - _kept / V**L), sp.Eq(_kept, m - _slack)),
            ),
            Nonnegative(
                2**S - (1 - eps) * V**L,
                (_more, _slack, _loose * V**L),
                "bits: m = 2^S - a and ε = E + c",
                using=(sp.Eq(eps, E + _loose), sp.Eq(E, 1 - (m - _slack) / V**L), sp.Eq(m, 2**S - _more)),
            ),
            Identity(
                sp.log(_hit * V**L, 2),
                L * sp.log(V, 2) + sp.log(_hit, 2),
                "the logarithm of (1 - ε) V^L, with 1 - ε > 0",
            ),
            *LOGARITHM_BELOW_TANGENT,
            Identity(
                _hit + _others * (_miss / _others),
                _hit + _miss,
                "guess token by token: 1 - e for what was said, e/(V - 1) for each other symbol: a law of strings q",
            ),
            Nonnegative(
                1 - _kept / m,
                (_slack / m,),
                "log t <= t - 1 at t = q(x) V^L/m, on average over x: at most k/m - 1 with q for P, so at most 0",
                using=(sp.Eq(_kept, m - _slack),),
            ),
            Identity(
                L * (_hit * sp.log(_hit) + _miss * sp.log(_miss / _others)) + sp.log(V**L) - sp.log(m),
                sp.log((V * _miss**_miss * _hit**_hit / _others**_miss) ** L / m),
                "and that average is the logarithm of Fano's bound over m; e = 0 and e = 1 with 0 log 0 = 0",
            ),
        )
    ),
)

DIGIT_COPIER = Claim(
    name="selection.digit_copier",
    statement=sp.And(
        sp.Eq(Z, 19 * b - 2 + (b - 1) ** 2 - sp.KroneckerDelta(L, 1)),
        # F = 1 iff L b <= p; F is a multiple of V^{-L}, and half a step keeps both comparisons away from a tie
        sp.Equivalent(sp.Ge(F, 1 - 2 ** (-L * b) / 2), sp.Le(L * b, p + sp.Rational(1, 2))),
        sp.Eq(K, (_j + 2) / 2 ** (_j + 1)),
        sp.Le(F, K + 2 ** (-L * b)),
    ),
    assumes="uniform strings of L >= 1 tokens of V = 2^b symbols, L and the phase (reading or answering) known; every"
    " sum is rounded to the nearest of the numbers with p >= 2 significant bits, whose exponents are not limited; exact"
    " arithmetic is p = oo, and copies everything; F is a multiple of V^{-L}, so the equivalence says that F = 1 if"
    " and only if L b <= p; the state is a non-negative integer of exactly L b bits, so the pigeonhole bound is met"
    " with equality; at L = 1 the bias 1 - θ_0 is zero; F is the network's, or that of a reader who takes whatever"
    " is left in the rounded state",
    kind="iff",
    source="this project",
    prove=lambda: Chain(
        (
            Nonnegative(
                V ** (_n + 1) - 1 - (V * _x + _u),
                (V * _slack, _wrong),
                "reading: x = V^n - 1 - s becomes V x + u with u = V - 1 - w: after n + 1 tokens below V^{n+1}",
                using=(sp.Eq(_x, V**_n - 1 - _slack), sp.Eq(_u, V - 1 - _wrong)),
            ),
            Identity(
                V * V ** (_n - 1 - _i),
                V ** (_n - _i),
                "written out, x is the number whose digits to the base V are the tokens",
            ),
            Identity(
                sp.Max(_k + 1, 0) - sp.Max(_k, 0),
                sp.S(1),
                "answering: the gate opens for integers r = θ + k, k >= 0",
            ),
            Identity(
                sp.Max(-1 - _k + 1, 0) - sp.Max(-1 - _k, 0),
                sp.S(0),
                "and is shut for r = θ - 1 - k: so its bit is the top bit of r, and r - θ bit has it removed",
            ),
            Identity(
                V * (V ** (L - 1) * _c + _x) - V**L * _c,
                V * _x,
                "handed back, the answer c is taken off the top and the other digits move up",
            ),
            telescoping(
                11 + 2 * _above,
                11 * _above + _above * (_above + 1),
                _above,
                "bit k = 1, 2, .. of the digit: 2 weights for r, 3 and 3 with their biases, then 2 for the bit, 1 for"
                " r, and in both layers k for the bits before",
                start=1,
            ),
            Identity(
                7 * b + 3 + 5 + 3 - 1 + (11 * _above + _above * (_above + 1)),
                19 * b - 2 + (b - 1) ** 2,
                "weights: 7 b at the input, 3 of the state, 5 + 3 for the first bit, r not kept to the end",
                using=(sp.Eq(_above, b - 1),),
            ),
            Identity(
                (1 - V ** (L - 1)).subs(L, 1),
                sp.S(0),
                "the bias 1 - θ_0 is zero at L = 1, and there only",
            ),
            Nonnegative(
                2**_n * 2**_above - 2**_n,
                (2**_n * _more,),
                "L b = n, p = n + j, 2^j = 1 + a: all integers that occur are at most V^L <= 2^p, or V times such, and"
                " none is rounded",
                using=(sp.Eq(2**_above, 1 + _more),),
            ),
            Induction(
                _above,
                0,
                Identity(
                    ((_above + 2) / 2 ** (_above + 1)).subs(_above, 0),
                    sp.S(1),
                    "L b = p + j: kept are the numbers with p significant bits, and so have their prefixes; j = 0: all",
                ),
                Identity(
                    (_above + 3) / 2 ** (_above + 2),
                    (_above + 2) / 2 ** (_above + 1) / 2 + 2 ** (-_above - 2),
                    "one bit more: the even numbers as before, of the odd ones those below 2^p, 2^{p-1} of 2^{p+j+1}",
                ),
            ),
            From(
                COPY_PIGEONHOLE, "whoever reads the rounded state: it is one of the K V^L numbers kept, or V^L itself"
            ),
            Identity((K * V**L + 1) / V**L, K + V**-L, "so F <= m/V^L"),
            Nonnegative(
                (_above + 2) / 2 ** (_above + 1) - (_above + 3) / 2 ** (_above + 2),
                ((_above + 1) / 2 ** (_above + 2),),
                "K falls with j",
            ),
            Identity(
                1 - ((_above + 2) / 2 ** (_above + 1)).subs(_above, 1) - sp.Rational(1, 8),
                sp.Rational(1, 8),
                "so L b > p >= 2 leaves F <= 3/4 + 1/8 < 1",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (COPY_PIGEONHOLE, DIGIT_COPIER)
