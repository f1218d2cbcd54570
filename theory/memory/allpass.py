"""The memory function read off the all-pass completion of the poles.

One lossless section per pole, s' = λ s + g a and out = g s - λ̄ a with g^2 = 1 - |λ|^2, rotates (s, a) into
(s', out). The sections in cascade are an orthonormal realisation of the poles, and their transfer function is
the all-pass B(z) = Π_k (z - λ̄_k) / (1 - λ_k z) = Σ_j b_j z^j.
"""

import sympy as sp

from theory.claim import Claim
from theory.memory.notation import (
    M,
    N,
    alpha,
    b,
    complex_letter,
    j,
    matrix_letter,
    modulus_squared,
    n,
    tau,
)
from theory.memory.regression import REGRESSION, SIMILARITY
from theory.proof import Chain, From, Identity, Induction

_s, _a, _pole, _z = (complex_letter(name) for name in ("s", "a", "lambda", "z"))
_g = sp.Symbol("g", positive=True)
_rotation = sp.Matrix([[_pole, _g], [_g, -sp.conjugate(_pole)]])
_lossless = sp.Eq(_g**2, 1 - modulus_squared(_pole))
_U, _Us, _V, _Vs, _v, _vs = matrix_letter("U U^* V V^* v v^*")
_K, _Kq, _F, _A = matrix_letter("K K' F A")
_G, _c, _cs = matrix_letter("G c c^*")
_energy, _head = sp.Function("E"), sp.Function("S")  # |x_{tau+1}|^2 of the states, and sum_{j<=tau} |b_j|^2
_x, _u, _b0, _b_next = sp.symbols("|x_0|^2 |u_0|^2 |b_0|^2 |b_{tau+1}|^2", nonnegative=True)


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
        "the cascade of N + 1 sections is the product of the new section U and the old cascade V, both unitary",
        using=(sp.Eq(_V * _Vs, 1), sp.Eq(_U * _Us, 1)),
    ),
)

_SAME_POLES_SAME_MEMORY = Chain(
    (
        Identity(
            _Kq * _K**-1 * _A,
            _Kq * _F * _K**-1,
            "K = [B, AB, ..] is invertible for a controllable pair and A K = K F with F the companion matrix"
            " (Cayley-Hamilton), so T = K' K^{-1} carries A to A' = K' F K'^{-1}, whatever the multiplicities",
            using=(sp.Eq(_A, _K * _F * _K**-1),),
        ),
        From(SIMILARITY, "so every controllable pair with these poles has the memory of the cascade"),
    )
)

ORTHONORMAL_STATES = Claim(
    name="memory.orthonormal_states",
    statement=sp.Eq(M[tau], sp.Sum(sp.Abs(alpha[n, tau]) ** 2, (n, 0, N - 1))),
    assumes="α are the states of the cascade excited by a unit impulse (Takenaka-Malmquist functions); any stable"
    " poles, zero and repeated ones included (repeated: one Jordan block), N = 1 included",
    kind="equal",
    source="Guan et al. 2025 uses α without defining it; the definition is this project's",
    proof=Chain(
        (
            _CASCADE_IS_UNITARY,
            _SAME_POLES_SAME_MEMORY,
            From(REGRESSION, "the state rows of the unitary matrix say A A^* + B B^* = I, hence G = I"),
            Identity(
                _cs * _G**-1 * _c,
                _cs * _c,
                "so the memory is the squared length of c = A^tau B, which is the state after an impulse",
                using=(sp.Eq(_G, 1),),
            ),
        )
    ),
)

TAIL_ENERGY = Claim(
    name="memory.tail_energy",
    statement=sp.Eq(M[tau], 1 - sp.Sum(sp.Abs(b[j]) ** 2, (j, 0, tau))),
    assumes="any stable poles, zero and repeated ones included (repeated: one Jordan block), N = 1 included",
    kind="equal",
    source="this project",
    proof=Chain(
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
