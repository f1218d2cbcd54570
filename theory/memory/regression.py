"""Memory as a regression: what the best linear read-out of the state recalls of a past input."""

import sympy as sp

from theory.claim import Claim
from theory.memory.notation import G, M, N, explained, k, l, lamda, matrix_letter, tau
from theory.proof import Chain, From, Identity

_w, _ws, _p, _ps, _G, _S, _Ss, _c, _cs = matrix_letter("w w^* p p^* G S S^* c c^*")
_A, _B, _Bs, _As = matrix_letter("A B B^* A^*")

REGRESSION = Claim(
    name="memory.regression",
    statement=sp.Eq(M[tau], explained),
    assumes="input white with mean 0 and variance 1, A stable, G > 0 (a singular G is replaced by its restriction"
    " to the controllable subspace); N = 1 and A = 0 included",
    kind="equal",
    source="Guan et al. 2025, definition of the memory function; Jaeger 2001",
    prove=lambda: Chain(
        (
            Identity(
                (_ws - _ps) * _G * (_w - _p) + 1 - _ps * _G * _p,
                _ws * _G * _w - _ws * _G * _p - _ps * _G * _w + 1,
                "white input: E|w^* x - u|^2 = w^* G w - w^* c - c^* w + 1, and completing the square about"
                " p = G^{-1} c leaves a form that is 0 at w = p and positive elsewhere, G being positive definite",
            ),
            Identity(
                _ps * _G * _p,
                _cs * _G**-1 * _c,
                "the part subtracted from 1 is the memory",
                using=(sp.Eq(_p, _G**-1 * _c), sp.Eq(_ps, _cs * _G**-1)),
            ),
        )
    ),
)

SIMILARITY = Claim(
    name="memory.similarity",
    statement=sp.Eq(M[tau], explained),
    assumes="M measured on (S A S^{-1}, S B), G and c taken from (A, B); S invertible, real or complex; white input",
    kind="equal",
    source="Guan et al. 2025",
    prove=lambda: Chain(
        (
            From(REGRESSION, "memory is c^* G^{-1} c"),
            Identity(
                _S * _G * _Ss - (_S * _A * _S**-1) * (_S * _G * _Ss) * (_Ss**-1 * _As * _Ss),
                (_S * _B) * (_Bs * _Ss),
                "S G S^* solves the Stein equation of the transformed pair",
                using=(sp.Eq(_B * _Bs, _G - _A * _G * _As),),
            ),
            Identity(
                (_cs * _Ss) * (_Ss**-1 * _G**-1 * _S**-1) * (_S * _c),
                _cs * _G**-1 * _c,
                "c becomes S c, G becomes S G S^*, and S cancels",
            ),
        )
    ),
)


_v, _vs, _D, _Ds, _R, _E, _F, _b = matrix_letter("v v^* D D^* A_r E L B_r")
_xi, _u, _K, _Kq, _companion, _Aq = matrix_letter("xi u K K' F A'")
_w1, _w2, _B1, _B2, _C, _H, _T = matrix_letter("w_1^* w_2^* B_1 B_2 C H D_1")
_beta, _gamma, _ratio, _pole, _x, _y, _u1 = sp.symbols("beta gamma e lamda x y u", nonzero=True)
_beta_k, _beta_l, _lamda_k, _lamda_l = sp.symbols("beta_k conj(beta_l) lamda_k conj(lamda_l)")

POLES_ONLY = Claim(
    name="memory.poles_only",
    statement=sp.And(
        sp.Eq(
            M[tau],
            sp.Sum(sp.conjugate(lamda[k]) ** tau * G.inv()[k, l] * lamda[l] ** tau, (k, 0, N - 1), (l, 0, N - 1)),
        ),
        sp.Eq(G[k, l], 1 / (1 - lamda[k] * sp.conjugate(lamda[l]))),
    ),
    assumes="M measured on any (V diag(λ) V^{-1}, V β) with distinct stable λ and no β_k = 0; G belongs to"
    " V = 1, β = (1, .., 1), whatever V and β; 0^0 = 1; zero among the poles and N = 1 included; white input",
    kind="equal",
    source="Guan et al. 2025 (eigenvalues determine memory); mask neutrality: Ballarin, Grigoryeva, Ortega 2024",
    prove=lambda: Chain(
        (
            From(SIMILARITY, "the eigenvectors cancel: take A = diag(λ) and B = β"),
            Identity(
                _beta_k * _beta_l / (1 - _lamda_k * _lamda_l),
                _lamda_k * _beta_k * _beta_l / (1 - _lamda_k * _lamda_l) * _lamda_l + _beta_k * _beta_l,
                "entry (k, l) of the Stein equation: G_B has entries β_k conj(β_l)/(1 - λ_k conj(λ_l)); so"
                " G_B = D G D^* and c = D v with D = diag(β), v = (λ_k^tau)",
            ),
            Identity(
                (_vs * _Ds) * (_Ds**-1 * _G**-1 * _D**-1) * (_D * _v),
                _vs * _G**-1 * _v,
                "and D, invertible when no β_k is zero, cancels",
            ),
        )
    ),
)

#: A state confined to the image of E is a smaller state ξ in disguise: x = E ξ with A E = E A_r, B = E B_r, L E = 1.
CONFINED = Chain(
    (
        Identity(
            _A * _E * _xi + _B * _u,
            _E * (_R * _xi + _b * _u),
            "a state that starts in the span of E and is driven by the same input stays E ξ, with ξ' = A_r ξ + B_r u",
            using=(sp.Eq(_A * _E, _E * _R), sp.Eq(_B, _E * _b)),
        ),
        Identity(
            (_ps * _F) * (_E * _xi),
            _ps * _xi,
            "every read-out p of ξ is the read-out w^* = p^* L of x, L a left inverse of E, and w^* E is one of ξ:"
            " x and ξ recall the same",
            using=(sp.Eq(_F * _E, 1),),
        ),
    )
)

#: Controllable pairs with the same characteristic polynomial are similar, hence recall the same.
SAME_POLES = Chain(
    (
        Identity(
            (_Kq * _K**-1) * _A - _Aq * (_Kq * _K**-1),
            sp.Integer(0),
            "K = [B, AB, ..] is invertible for a controllable pair and A K = K F with F the companion matrix"
            " (Cayley-Hamilton), so T = K' K^{-1} carries A to A', and B to B', whatever the multiplicities",
            using=(sp.Eq(_A, _K * _companion * _K**-1), sp.Eq(_Aq, _Kq * _companion * _Kq**-1)),
        ),
        From(SIMILARITY, "so any two controllable pairs with the same poles recall the same"),
    )
)

LAYER = Claim(
    name="memory.layer",
    statement=sp.Eq(M[tau], explained),
    assumes="M of all heads' states together; G and c of one controllable pair with the poles of the union: side by"
    " side, driven by one input, a pole counts as often as in the head that repeats it most (once, in diagonal heads);"
    " in a row without nonlinearity, as often as in all heads together, provided that no transfer function vanishes at"
    " a later pole and every read-out sees every earlier one; each head controllable; one head included",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                _pole * _x + _beta * _u1 - _ratio * (_pole * _y + _gamma * _u1),
                _pole * (_x - _ratio * _y),
                "side by side: of two states x, y with one pole λ and one input, x - e y with e = β/γ is undriven and"
                " stays zero (likewise along Jordan chains), so the layer's state is E ξ, ξ the state of the union",
                using=(sp.Eq(_ratio, _beta / _gamma),),
            ),
            CONFINED,
            Identity(
                _w1 * _B1 + _w2 * _B2 * _T,
                _w2 * _B2 * (_C * _H * _B1 + _T),
                "in a row: a left eigenvector (w_1, w_2) at a pole λ of the later head alone has"
                " w_1 = w_2 B_2 C H, H = (λ - A_1)^{-1}, and meets the input in w_2 B_2 times the first head's"
                " transfer function C H B_1 + D_1 at λ: not zero, so the pair is controllable, its poles those of both",
                using=(sp.Eq(_w1, _w2 * _B2 * _C * _H),),
            ),
            Identity(
                (_w1 * _A + _w2 * _B2 * _C - _pole * _w1) * _v,
                _w2 * _B2 * _C * _v,
                "at a pole λ of both heads the same eigen-equation w_1 A_1 + w_2 B_2 C = λ w_1, applied to a right"
                " eigenvector v of A_1, says 0 = w_2 B_2 C v; C v is not zero, as the read-out sees v; so w_2 B_2 = 0,"
                " hence w_2 = 0 as the later head is controllable; then w_1 is a left eigenvector of A_1, as it is at a"
                " pole of the earlier head alone, and meets B_1: the pair is controllable in every case",
                using=(sp.Eq(_A * _v, _pole * _v),),
            ),
            SAME_POLES,
        )
    ),
)
