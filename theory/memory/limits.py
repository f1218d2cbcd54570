"""What memory tends to: its decay at long lags, and its density in time when the step shrinks."""

import sympy as sp

from theory.claim import Claim
from theory.memory.allpass import FIRST_LAG, TAIL_ENERGY
from theory.memory.length import MEAN_DELAY
from theory.memory.notation import (
    Delta,
    M,
    N,
    delay,
    explained,
    k,
    l,
    matrix_letter,
    period,
    rho,
    s,
    tau,
)
from theory.memory.regression import REGRESSION
from theory.proof import Chain, From, Identity, Limit

_T, _x, _a = sp.symbols("T x a", positive=True)
_m = sp.Symbol("m", integer=True, positive=True)
_p, _q, _z, _sigma = sp.symbols("lamda conj(lamda) z sigma")
_l1, _l2 = sp.symbols("lamda_1 lamda_2")
_r1, _r2, _z1, _z2, _f1, _f2 = sp.symbols("r_1 r_2 lamda_1^j lamda_2^j lamda_1^p lamda_2^p")
_common, _w, _wc = sp.symbols("f w conj(w)")
_e = sp.Symbol("e", real=True)
_X, _Y, _S, _Sc, _Gc, _v, _vs, _one = matrix_letter("X Y S S^* G_c v v^* E")

DECAY = Claim(
    name="memory.decay",
    statement=sp.Eq(M[tau + period] / M[tau], rho ** (2 * period)),
    assumes="ρ > 0 the largest |λ|, m the largest multiplicity with which it occurs, and the poles that have both"
    " differ in angle by multiples of 2 pi/p: p = 1 for a single one; for a pair at angles ±θ, p with p θ a multiple"
    " of pi (for a pair of irrational angle no p exists, the ratio of neighbours wanders and only M_tau^(1/tau)"
    " tends to ρ^2); the error falls like the ratio of the second modulus to the first, to the power tau, when m = 1;"
    " like 1/tau when m > 1, M_tau then being of order tau^(2 (m - 1)) ρ^(2 tau)",
    kind="rate",
    source="this project",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "M_tau is the sum of |b_j|^2 over j > tau"),
            Identity(
                1 / ((1 - _l1 * _z) * (1 - _l2 * _z)),
                (_l1 / (1 - _l1 * _z) - _l2 / (1 - _l2 * _z)) / (_l1 - _l2),
                "distinct factors of B separate, two at a time, until each fraction has one pole: b_j is a sum of λ^j"
                " times polynomials in j, of degree m - 1 for a pole of multiplicity m (expand (1 - λ z)^(-m)); the"
                " largest modulus, and among its poles the highest multiplicity, decides",
            ),
            Identity(
                _r1 * _z1 * _f1 + _r2 * _z2 * _f2,
                _common * (_r1 * _z1 + _r2 * _z2),
                "over p lags every deciding term is multiplied by one common f, |f| = ρ^p, so |b_j|^2 by ρ^(2 p);"
                " a sum over p neighbours of |b_j|^2 stays positive in units of j^(2 (m-1)) ρ^(2 j)",
                using=(sp.Eq(_f1, _common), sp.Eq(_f2, _common)),
            ),
            Limit(
                (1 + _e * sp.exp(-_a * (_T + _x))) / (1 + _e * sp.exp(-_a * _T)),
                _T,
                sp.oo,
                sp.Integer(1),
                "m = 1: the other poles change the ratio by a relative error of order exp(-a T), their modulus being"
                " exp(-a) ρ at most",
            ),
            Limit(((_T + 1) / _T) ** (2 * _m - 2), _T, sp.oo, sp.Integer(1), "m > 1: the powers of tau cancel"),
            Limit(
                _T * (((_T + 1) / _T) ** (2 * _m - 2) - 1),
                _T,
                sp.oo,
                2 * _m - 2,
                "with an error 2 (m - 1)/tau per lag",
            ),
        )
    ),
    untrained="at the lags where the ratio settles, memory lies below the standard error of any regression; layers are"
    " held to memory.tail_energy, from which this follows",
)

CONTINUOUS_LIMIT = Claim(
    name="memory.continuous_limit",
    statement=sp.And(
        sp.Eq(M[tau] / Delta, explained),
        sp.Eq(M[0] / Delta, -2 * sp.Sum(sp.re(s[k]), (k, 0, N - 1))),
        sp.Eq(
            Delta * delay,
            -sp.Sum((sp.re(s[k]) + sp.re(s[l])) / sp.Abs(s[k] + sp.conjugate(s[l])) ** 2, (k, 0, N - 1), (l, 0, N - 1)),
        ),
    ),
    assumes="distinct s_k with Re s_k < 0, λ_k = exp(s_k Δ), Δ -> 0 with t = tau Δ fixed; G the integral of"
    " exp(s_k t) conj(exp(s_l t)), c = exp(s_k t); first order in Δ where m'(t) is not zero (else second)",
    kind="rate",
    source="this project",
    prove=lambda: Chain(
        (
            From(REGRESSION, "M_tau = v^* G_Δ^{-1} v with v = exp(s t) exactly; so M_tau/Δ = v^* (Δ G_Δ)^{-1} v"),
            Limit(
                Delta / (1 - sp.exp(_w * Delta)),
                Delta,
                sp.Integer(0),
                -1 / _w,
                "entries of Δ G_Δ tend to those of G_c, w = s_k + conj s_l",
            ),
            Limit(
                (Delta / (1 - sp.exp(_w * Delta)) + 1 / _w) / Delta,
                Delta,
                sp.Integer(0),
                sp.Rational(1, 2),
                "with the error Δ/2 in every entry, whatever w",
            ),
            Identity(
                _X**-1 - _Y**-1,
                _X**-1 * (_Y - _X) * _Y**-1,
                "G_c is invertible for distinct s_k, so the inverses X^{-1} of X = Δ G_Δ tend to that of Y = G_c, and"
                " M_tau/Δ = m(t) - (Δ/2) |1_N^* G_c^{-1} v|^2 + O(Δ^2)",
            ),
            Identity(
                _p * (-1 / (_p + _q)) + (-1 / (_p + _q)) * _q,
                sp.Integer(-1),
                "entries of S G_c + G_c S^* = -E, S = diag(s), E the matrix of ones",
            ),
            Identity(
                _vs * _Sc * _Gc**-1 * _v + _vs * _Gc**-1 * _S * _v,
                -_vs * _Gc**-1 * _one * _Gc**-1 * _v,
                "hence m' = -|1_N^* G_c^{-1} v|^2 <= 0; and m = tr G_c^{-1} v v^* is minus the derivative of"
                " tr G_c^{-1} exp(S t) G_c exp(S^* t), which falls from N to 0: the integral of m is N, and"
                " t m(t) <= N since m falls",
                using=(sp.Eq(_Gc**-1 * _S, -(_Gc**-1) * _one * _Gc**-1 - _Sc * _Gc**-1),),
            ),
            From(FIRST_LAG, "at t = 0, with σ the sum of Re s_k"),
            Limit(
                (1 - sp.exp(2 * Delta * _sigma)) / Delta,
                Delta,
                sp.Integer(0),
                -2 * _sigma,
                "m(0) = -2 σ",
            ),
            From(MEAN_DELAY, "the sum over pairs, in a = exp(w Δ)"),
            Limit(
                Delta * (1 - sp.exp((_w + _wc) * Delta)) / ((1 - sp.exp(_w * Delta)) * (1 - sp.exp(_wc * Delta))),
                Delta,
                sp.Integer(0),
                -(_w + _wc) / (_w * _wc),
                "term by term: half of it is -Re w/|w|^2;"
                " the integral of t m(t) is the limit of Δ times the sum of tau M_tau",
            ),
        )
    ),
    untrained="a gap of order Δ M lies below the standard error of a regression at steps where it is first order; S4D"
    " layers at finite steps are held to memory.first_lag",
)
