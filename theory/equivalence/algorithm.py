"""S4's algorithm: a diagonal matrix minus a product of two vectors, discretised and summed without ever being dense.

P, B, C    column, input and output entries in the basis where A = diag(λ) - P P^*
Ā, B̄       (`Abar`, `Bbar`) after the bilinear step      C̃    (`Ctilde`) the row C (1 - Ā^L)
D_n        1/(2/Δ - λ_n)         ζ  (`zeta`) an L-th root of 1
r_n        2/((2/Δ)(1 - ζ) - (1 + ζ) λ_n)                F_l  (`folded`) what is left without C̃
"""

from collections.abc import Callable

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import Delta, K, L, N, j, k, l, lamda, matrix_letter, n
from theory.proof import Chain, Identity, Induction, Limit, Nonnegative

P, B, C, Ctilde, Abar, Bbar = (sp.IndexedBase(name) for name in ("P", "B", "C", "Ctilde", "Abar", "Bbar"))
folded = sp.IndexedBase("F")
m, zeta = sp.Symbol("m", integer=True, nonnegative=True), sp.Symbol("zeta")

_E, _F, _A, _As, _B, _P, _Ps, _D, _R, _diagonal = matrix_letter("E F A A^* B P P^* D R Lambda")
_Q, _S, _X, _last, _C, _x, _old, _Y = matrix_letter("Q S X X_m C x x_old Y")
_u, _rate, _c, _h, _ratio = sp.symbols("u 2/Delta c h a")
_decay, _step, _T = sp.symbols("a 2/Delta T", positive=True)
_angle, _theta = sp.symbols("omega theta", real=True)
_part = sp.Symbol("s", nonnegative=True)
_point = sp.cos(_theta) + sp.I * sp.sin(_theta)


def _resolvent(index: sp.Expr) -> sp.Expr:
    return 1 / (2 / Delta - lamda[index])


def _over_states(term: sp.Expr, index: sp.Symbol = n) -> sp.Sum:
    return sp.Sum(term, (index, 0, N - 1))


def _woodbury(column: Callable[[sp.Expr], sp.Expr]) -> sp.Expr:
    """Entry k of (2/Δ - A)^{-1} times a column, by one sum for 1 + P^* D P and one for P^* D column."""
    rank_one = 1 + _over_states(_resolvent(n) * sp.Abs(P[n]) ** 2)
    inner = _over_states(sp.conjugate(P[j]) * _resolvent(j) * column(j), j)
    return _resolvent(k) * column(k) - _resolvent(k) * P[k] * inner / rank_one


def _forward(row: sp.Expr) -> sp.Expr:
    """Column l of 2/Δ + Λ - P P^*."""
    return (2 / Delta + lamda[row]) * sp.KroneckerDelta(row, l) - P[row] * sp.conjugate(P[l])


#: (1/R + h P P^*)^{-1} R^{-1} is 1 minus a correction of rank one; c is the number 1 + h P^* R P.
_inverse = _R - _h * _R * _P * _Ps * _R / _c
_WOODBURY = Identity(
    (_R**-1 + _h * _P * _Ps) * _inverse,
    sp.Integer(1),
    "Woodbury: R - h R P P^* R/c is the inverse of R^{-1} + h P P^*, for any R and h, with c = 1 + h P^* R P",
    using=(sp.Eq(_Ps * _R * _P, (_c - 1) / _h),),
)

DPLR_BILINEAR = Claim(
    name="equivalence.dplr_bilinear",
    statement=sp.And(sp.Eq(Abar[k, l], _woodbury(_forward)), sp.Eq(Bbar[k], 2 * _woodbury(lambda row: B[row]))),
    assumes="A = diag(λ) - P P^* with every Re λ < 0, and Δ > 0; P = 0, repeated poles and N = 1 included. A step then"
    " takes two inner products and a few products of vectors of length N, never a matrix",
    kind="equal",
    source="Gu, Goel, Ré 2022 (S4), Appendix C.2",
    prove=lambda: Chain(
        (
            Identity(
                (_rate - _A) * _x,
                (_rate + _A) * _old + 2 * _B * _u,
                "the bilinear step x = x_old + (Δ/2) A (x + x_old) + Δ B u, times 2/Δ: so Ā = (2/Δ - A)^{-1} (2/Δ + A)"
                " and B̄ = 2 (2/Δ - A)^{-1} B",
                using=(sp.Eq(_A * _x, _rate * _x - _rate * _old - _A * _old - 2 * _B * _u),),
            ),
            _WOODBURY,
            Identity(
                _inverse.subs({_R: _D, _h: 1}),
                _D - _D * _P * _Ps * _D / _c,
                "with R = D = (2/Δ - Λ)^{-1}, diagonal, and h = 1 it inverts 2/Δ - A = D^{-1} + P P^*: A_1 applied to"
                " 2/Δ + Λ - P P^* and to 2 B is the statement",
            ),
            Identity(
                sp.re(1 / (_step + _decay + sp.I * _angle)),
                (_step + _decay) / ((_step + _decay) ** 2 + _angle**2),
                "at a pole -a - i ω the entry of D has this real part, positive because a > 0",
            ),
            Nonnegative(
                _part + (_step + _decay) / ((_step + _decay) ** 2 + _angle**2),
                (_part, (_step + _decay) / ((_step + _decay) ** 2 + _angle**2)),
                "so the real part of P^* D P, s before one more pole is counted, never turns negative: c has real part"
                " at least 1 and may divide",
            ),
        )
    ),
)


def _transfer(row: sp.IndexedBase) -> sp.Expr:
    """Row (1 - Ā ζ)^{-1} B̄ by four sums, regular at ζ = -1 as well."""
    r = 2 / (2 / Delta * (1 - zeta) - (1 + zeta) * lamda[n])
    h = (1 + zeta) / 2
    CP, PB, PP = (_over_states(x * r) for x in (row[n] * P[n], sp.conjugate(P[n]) * B[n], sp.Abs(P[n]) ** 2))
    return _over_states(row[n] * B[n] * r) - h * CP * PB / (1 + h * PP)


#: For any Q: (1 - Q) (1 + Q + .. + Q^{L-1}) = 1 - Q^L, writing X for Q^L and S for the sum.
_FINITE_GEOMETRIC = Induction(
    L,
    1,
    Identity((1 - _Q) * 1, 1 - _Q, "one term"),
    Identity(
        (1 - _Q) * (_S + _X),
        1 - _Q * _X,
        "with Q = Ā ζ and X = Q^L: one term more keeps (1 - Q) (1 + Q + .. + Q^L) = 1 - Q^{L+1}",
        using=(sp.Eq(_Q * _S, _S - 1 + _X),),
    ),
)

GENERATING_FUNCTION_KERNEL = Claim(
    name="equivalence.generating_function_kernel",
    statement=sp.And(
        sp.Eq(sp.Sum(K[l] * zeta**l, (l, 0, L - 1)), _transfer(Ctilde)),
        sp.Eq(sp.Sum(folded[l] * zeta**l, (l, 0, L - 1)), _transfer(C)),
        sp.Eq(folded[j], sp.Sum(K[j + m * L], (m, 0, sp.oo))),
    ),
    assumes="A = diag(λ) - P P^* with every Re λ < 0, bilinear step Δ > 0, K_l = C Ā^l B̄, C̃ = C (1 - Ā^L), ζ^L = 1:"
    " at exp(-2 pi i k/L) for k = 0..L-1 an inverse DFT gives K and F; L = 1, N = 1, and ζ = -1 (L even), where the"
    " value is Δ C̃ B/2, included",
    kind="equal",
    source="Gu, Goel, Ré 2022 (S4), Theorem 5 and Algorithm 1; the form regular at ζ = -1 is this project's",
    prove=lambda: Chain(
        (
            _FINITE_GEOMETRIC,
            Identity(
                _C * (1 - _X * zeta) * _Y * _B,
                _C * (1 - _X) * _Y * _B,
                "so the sum of K_l ζ^l is C (1 - Ā^L ζ^L) (1 - Ā ζ)^{-1} B̄, and ζ^L = 1 makes it C̃ (1 - Ā ζ)^{-1} B̄;"
                " here X = Ā^L, ζ stands for ζ^L and Y for (1 - Ā ζ)^{-1}",
                using=(sp.Eq(zeta, 1),),
            ),
            Identity(
                _E * (1 - zeta * _E**-1 * _F),
                (1 - zeta) * _rate - (1 + zeta) * _A,
                "Ā = E^{-1} F and B̄ = 2 E^{-1} B with E = 2/Δ - A, F = 2/Δ + A: so (1 - Ā ζ)^{-1} B̄ = 2 W^{-1} B with"
                " W = (2/Δ) (1 - ζ) - (1 + ζ) A",
                using=(sp.Eq(_F, _rate + _A), sp.Eq(_E, _rate - _A)),
            ),
            Identity(
                ((1 - zeta) * _rate - (1 + zeta) * _A) / 2,
                _R**-1 + (1 + zeta) / 2 * _P * _Ps,
                "and W/2 = R^{-1} + h P P^* with h = (1 + ζ)/2 and R^{-1} = ((2/Δ) (1 - ζ) - (1 + ζ) Λ)/2, diagonal",
                using=(
                    sp.Eq(_A, _diagonal - _P * _Ps),
                    sp.Eq(_R**-1, ((1 - zeta) * _rate - (1 + zeta) * _diagonal) / 2),
                ),
            ),
            _WOODBURY,
            Identity(
                sp.re((1 + _point) * sp.conjugate(_step * (1 - _point) + (1 + _point) * (_decay + sp.I * _angle))),
                2 * (1 + sp.cos(_theta)) * _decay,
                "h r = (1 + ζ)/w with w = (2/Δ) (1 - ζ) - (1 + ζ) λ; at ζ = exp(i θ), λ = -a - i ω its real part times"
                " |w|^2 is this, never negative: c = 1 + h P^* R P has real part at least 1 and may divide",
            ),
            Identity(
                1 / (_rate * (1 - zeta) / 2 - (1 + zeta) / 2 * _ratio) - 1 / _rate,
                sp.Integer(0),
                "at ζ = -1 every r is Δ/2 and h is 0: nothing is singular there",
                using=(sp.Eq(zeta, -1),),
            ),
            Identity(
                (_rate - _As) * (_rate - _A) - (_rate + _As) * (_rate + _A),
                -2 * _rate * (_A + _As),
                "|E y|^2 - |F y|^2 = -(4/Δ) Re y^* A y is positive for every y unlike 0, A + A^* being 2 Re Λ less"
                " 2 P P^*: every eigenvalue of Ā = E^{-1} F lies inside the unit circle",
            ),
            Limit(
                sp.exp(-_decay * _T) * _T**m,
                _T,
                sp.oo,
                sp.Integer(0),
                "so Ā^T dies out like T^m exp(-a T), and the sums over all lags exist",
            ),
            Identity(
                _C * (1 - _X) * _S * _Y,
                _C * (1 - _last) * _Y,
                "C̃ times the first m blocks: S = 1 + Ā^L + .. + Ā^{(m-1) L}, X = Ā^L and X_m = Ā^{m L}, which dies out."
                " So C in place of C̃ adds C̃ Ā^{m L} over all m, the terms K_{l + m L}, with the same ζ^l for every m",
                using=(sp.Eq(_X * _S, _S - 1 + _last),),
            ),
        )
    ),
)
