"""Memory as a regression: what the best linear read-out of the state recalls of a past input."""

import sympy as sp

from theory.claim import Claim
from theory.memory.notation import M, explained, matrix_letter, tau
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
    proof=Chain(
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
    proof=Chain(
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
