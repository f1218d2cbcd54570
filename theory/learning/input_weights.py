"""Input weights b beside the read-out w: they change no optimum, only speeds, and what they keep.

Letters of this room. Kernel k_τ = w^T A^τ b; the loss L = ½ Σ |k_τ − k*_τ|² (white input of unit variance).

    R (`residual`)  min over w of 2 L at the given b      F_k (`F`)  gradient of L in θ_k = w_k b_k
    D_n (`D`)       gradient of L in b_n at the best w    θ'_k (`speed`)  dθ_k/dt when w and b both follow the flow
    w_k, b_k        weights of mode k at some time        u_k, v_k (`later_w`, `later_b`)  at a later time of the flow
    x_k, z_k (`next_w`, `next_b`)  w_k, b_k after one step η of gradient descent

The gradient in a complex z is ∂L/∂Re z + i ∂L/∂Im z.
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import P, eta, k, l, matrix_letter, n, teacher
from theory.proof import Chain, Identity

residual = sp.Symbol("R", nonnegative=True)
D, F, w, b = sp.IndexedBase("D"), sp.IndexedBase("F"), sp.IndexedBase("w"), sp.IndexedBase("b")
later_w, later_b, next_w, next_b = (sp.IndexedBase(name) for name in ("u", "v", "x", "z"))
speed = sp.IndexedBase("thetadot")

_K, _Ks, _G, _p, _ps, _t, _ts, _W, _A, _drive, _e, _v = matrix_letter("A A^* G p p^* k* k*^* w a b e v")

INPUT_MATRIX_NEUTRAL = Claim(
    name="learning.input_matrix_neutral",
    statement=sp.And(
        sp.Eq(
            residual,
            sp.Sum(sp.Abs(teacher[k]) ** 2, (k, 0, sp.oo))
            - sp.Sum(teacher[k] * P[k, l] * sp.conjugate(teacher[l]), (k, 0, sp.oo), (l, 0, sp.oo)),
        ),
        sp.Eq(D[n], 0),
    ),
    assumes="linear read-out, (A, b) controllable (diagonal A: distinct λ and no b_k = 0); P_kl is taken from the poles"
    " of A alone, b being nowhere in it; any A with these poles, non-normal, with repeated poles (one Jordan block),"
    " complex or real; Σ |k*|^2 finite; away from the best w the gradient in b does not vanish",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                _p * _A * _drive,
                _A * _p * _drive,
                "controllable: every vector, another input b' as well, is p b with p a polynomial in A, which commutes"
                " with every a = A^τ",
                using=(sp.Eq(_p * _A, _A * _p),),
            ),
            Identity(
                (_Ks * _ps) * (_ps**-1 * _G**-1 * _p**-1) * (_p * _K),
                _Ks * _G**-1 * _K,
                "so b' = p b turns all columns A^τ b into p A^τ b, G into p G p^*, and p, invertible when b' is"
                " controllable too, cancels from P = A^* G^{-1} A, A here the matrix of those columns",
            ),
            Identity(
                (_t - _t * _Ks * _G**-1 * _K) * (_ts - _Ks * _G**-1 * _K * _ts),
                _t * _ts - _t * _Ks * _G**-1 * _K * _ts,
                "the best kernel is the projection of k* (a row) on the rows of A; what is left is k* k*^* less"
                " k* P k*^*: b has dropped out of the minimum",
                using=(sp.Eq(_K * _Ks, _G),),
            ),
            Identity(
                (_t - _t * _Ks * _G**-1 * _K) * _Ks,
                sp.Integer(0),
                "and what is left, k* - k, is orthogonal to every row v A^τ b",
                using=(sp.Eq(_K * _Ks, _G),),
            ),
            Identity(
                _W * _A * _e,
                (_W * _p) * _A * _drive,
                "moving b along e = p b moves the kernel by w A^τ e = (w p) A^τ b, which is such a row: D = 0, as the"
                " envelope theorem has it",
                using=(sp.Eq(_e, _p * _drive), sp.Eq(_A * _p, _p * _A)),
            ),
        )
    ),
)

_w, _wc, _b, _bc, _F, _Fc = sp.symbols("w conj(w) b conj(b) F conj(F)")
_L = sp.Function("L")
_x, _y = sp.symbols("w b", real=True)
_theta = sp.Symbol("theta", real=True)


def _difference(first: sp.IndexedBase, second: sp.IndexedBase) -> sp.Expr:
    """What is kept: |first_k|² − |second_k|²."""
    return sp.Abs(first[k]) ** 2 - sp.Abs(second[k]) ** 2


INPUT_OUTPUT_BALANCE = Claim(
    name="learning.input_output_balance",
    statement=sp.And(
        sp.Eq(_difference(later_w, later_b), _difference(w, b)),
        sp.Eq(speed[k], -(sp.Abs(w[k]) ** 2 + sp.Abs(b[k]) ** 2) * F[k]),
        sp.Eq(_difference(next_w, next_b), _difference(w, b) * (1 - eta**2 * sp.Abs(F[k]) ** 2)),
    ),
    assumes="diagonal A, the loss a differentiable function of the products θ_k = w_k b_k (and of anything else, the"
    " poles included), gradient flow at one common rate for w_k and b_k; real or complex; training"
    " w alone gives dθ_k/dt = -|b_k|^2 F_k, so training b as well speeds mode k up by 1 + |w_k|^2/|b_k|^2 and moves no"
    " optimum; but w_k = b_k = 0 is at rest whatever F_k: from there mode k is never learnt",
    kind="equal",
    source="deep linear networks (folklore); here for state space models, the law of one step this project",
    prove=lambda: Chain(
        (
            Identity(
                _x * sp.diff(_L(_x * _y), _x),
                _y * sp.diff(_L(_x * _y), _y),
                "w ∂L/∂w = b ∂L/∂b for a function of w b; complex: dw/dt = -conj(b) F, db/dt = -conj(w) F",
            ),
            Identity(
                (-_bc * _F) * _wc + _w * (-_b * _Fc),
                (-_wc * _F) * _bc + _b * (-_w * _Fc),
                "d|w|^2/dt = d|b|^2/dt",
            ),
            Identity(
                (-_bc * _F) * _b + _w * (-_wc * _F),
                -(_w * _wc + _b * _bc) * _F,
                "dθ/dt = b dw/dt + w db/dt",
            ),
            Identity(
                (_w - eta * _bc * _F) * (_wc - eta * _b * _Fc) - (_b - eta * _wc * _F) * (_bc - eta * _w * _Fc),
                (_w * _wc - _b * _bc) * (1 - eta**2 * _F * _Fc),
                "one step of gradient descent multiplies what the flow keeps by 1 - η^2 |F|^2: balanced weights stay"
                " balanced, others drift by O(η) over a fixed time η·steps",
            ),
        )
    ),
)
