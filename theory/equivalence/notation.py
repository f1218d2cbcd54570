"""The letters of the topic, one meaning each; those it shares with the topic `memory` are taken from there.

    λ_k (`lamda`)  poles, k = 0..N-1       M_τ  memory function at lag τ     b_j  all-pass coefficients
    A, B, C        system x' = A x + B u, y = C x; B one column, C one row
    K_l            kernel C A^l B at lag l = 0, 1, ..; of length L where it is cut
    G              Gram matrix of (A, B)   c    A^τ B, the lag-τ direction
    a              a continuous pole       Δ (`Delta`)  step     z = Δ a, with index n for pole n
    φ(z) (`phi`)   (e^z - 1)/z, what a zero-order hold makes of the input: B becomes Δ φ(Δ a) B
    κ (`kappa`)    condition number        ε (`eps`)  distance from a defective matrix, or between poles

A group that needs further letters declares them at its top. Non-commutative letters (`matrix_letter`) are matrices of
any size: an identity between them holds for all N.
"""

import sympy as sp

from theory.memory.notation import (
    Delta,
    G,
    M,
    N,
    b,
    c,
    complex_letter,
    explained,
    j,
    k,
    l,
    lamda,
    matrix_letter,
    modulus_squared,
    n,
    tau,
)

__all__ = [
    "A",
    "B",
    "C",
    "Delta",
    "G",
    "K",
    "L",
    "M",
    "N",
    "b",
    "c",
    "complex_letter",
    "eps",
    "explained",
    "j",
    "k",
    "kappa",
    "l",
    "lamda",
    "matrix_letter",
    "modulus_squared",
    "n",
    "phi",
    "product",
    "tau",
    "z",
]

L = sp.Symbol("L", integer=True, positive=True)
A, B, C = sp.MatrixSymbol("A", N, N), sp.MatrixSymbol("B", N, 1), sp.MatrixSymbol("C", 1, N)
K, z = sp.IndexedBase("K"), sp.IndexedBase("z")
kappa, eps = sp.symbols("kappa epsilon", positive=True)


def phi(z: sp.Expr) -> sp.Expr:
    """(e^z - 1)/z, for z other than 0, where its value is 1."""
    return (sp.exp(z) - 1) / z


def product(factor: sp.Expr, *ranges: tuple[sp.Expr, sp.Expr, sp.Expr]) -> sp.Expr:
    """The product of `factor` over the ranges, no factor zero, as the exponential of a sum of logarithms.

    A `Product` renders but does not evaluate; this does both.
    """
    return sp.exp(sp.Sum(sp.log(factor), *ranges))
