"""Same spectrum, same memory: what a change of coordinates keeps.

T      change of coordinates      G_T  Gram matrix of the transformed pair
M_rot  memory of the poles turned by one common phase
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import (
    A,
    B,
    C,
    G,
    K,
    M,
    N,
    b,
    explained,
    j,
    k,
    l,
    matrix_letter,
    n,
    tau,
)
from theory.memory.allpass import TAIL_ENERGY
from theory.memory.regression import SAME_POLES, SIMILARITY
from theory.proof import Chain, From, Identity, Induction

i = sp.Symbol("i", integer=True, nonnegative=True)
T = sp.MatrixSymbol("T", N, N)
transformed_gram, rotated = (sp.IndexedBase(name) for name in ("G_T", "M_rot"))

_A, _As, _B, _Bs, _C, _T, _P, _Ps = matrix_letter("A A^* B B^* C T P P^*")
_G, _c, _cs = matrix_letter("G c c^*")
_phase, _phase_c = sp.symbols("q conj(q)", nonzero=True)

SIMILARITY_INVARIANCE = Claim(
    name="equivalence.similarity_invariance",
    statement=sp.And(
        sp.Eq(K[l], sp.Trace(C * A**l * B)),
        sp.Eq(
            transformed_gram[k, n],
            sp.Sum(T[k, i] * G[i, j] * sp.conjugate(T[n, j]), (i, 0, N - 1), (j, 0, N - 1)),
        ),
        sp.Eq(M[tau], explained),
    ),
    assumes="K, G_T and M measured on (T A T^{-1}, T B, C T^{-1}), the right sides on (A, B, C); T invertible, real or"
    " complex; G_T and M for stable A only, K for any; defective A, N = 1 and lag 0 included",
    kind="equal",
    source="classical; Guan et al. 2025 in words",
    prove=lambda: Chain(
        (
            Induction(
                l,
                0,
                Identity(_T * _T**-1, sp.Integer(1), "the power 0 of T A T^{-1} is T T^{-1}"),
                Identity(
                    (_T * _P * _T**-1) * (_T * _A * _T**-1),
                    _T * (_P * _A) * _T**-1,
                    "with P = A^l: the power l + 1 of T A T^{-1} is T A^{l+1} T^{-1}",
                ),
            ),
            Identity(
                (_C * _T**-1) * (_T * _P * _T**-1) * (_T * _B), _C * _P * _B, "so the kernel is the same at every lag"
            ),
            From(SIMILARITY, "T G T^* solves the transformed Stein equation, whose solution is unique, and T cancels"),
        )
    ),
)

SPECTRUM_DETERMINES_MEMORY = Claim(
    name="equivalence.spectrum_determines_memory",
    statement=sp.And(
        sp.Eq(M[tau], 1 - sp.Sum(sp.Abs(b[j]) ** 2, (j, 0, tau))),
        sp.Eq(rotated[tau], M[tau]),
    ),
    assumes="M measured on any controllable pair (A, B): companion, Jordan or diagonal form, any change of coordinates;"
    " b read off the characteristic polynomial det(s - A) alone; |λ| < 1, zero and repeated eigenvalues included, A"
    " need not be diagonalisable. The converse is false: all poles turned by one phase have the same M",
    kind="equal",
    source="Guan et al. 2025 in prose, for diagonalisable A; with repeated eigenvalues: this project",
    prove=lambda: Chain(
        (
            SAME_POLES,
            From(TAIL_ENERGY, "one controllable realisation of the poles is the cascade, whose M is read off b"),
            Induction(
                tau,
                0,
                Identity(sp.Integer(1), _phase**0, "A turned by q, |q| = 1: (q A)^0 = q^0"),
                Identity(
                    (_phase * _A) * (_phase**tau * _P),
                    _phase ** (tau + 1) * (_A * _P),
                    "and with P = A^tau the next power is q^{tau+1} A^{tau+1}",
                ),
            ),
            Identity(
                _G - (_phase * _A) * _G * (_phase_c * _As),
                _B * _Bs,
                "G solves the turned Stein equation as well",
                using=(sp.Eq(_phase_c, 1 / _phase), sp.Eq(_B * _Bs, _G - _A * _G * _As)),
            ),
            Identity(
                (_phase**-tau * _cs) * _G**-1 * (_phase**tau * _c),
                _cs * _G**-1 * _c,
                "c takes the phase q^tau, which cancels: M is the same though the poles are not",
            ),
        )
    ),
)
