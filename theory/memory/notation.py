"""The letters of the topic, one meaning each; `conjugated` writes a complex letter by two real ones.

    λ_k (`lamda`)  poles, k = 0..N-1       M_τ  memory function at lag τ     b_j  all-pass coefficients
    A, B           state and input matrix  G    Gram matrix E x x^*          c    A^τ B, the lag-τ direction
    α_{nτ} (`alpha`) whitened state n at lag τ

Non-commutative letters (`matrix_letter`) are matrices of any size: an identity between them holds for all N.
"""

import sympy as sp

N = sp.Symbol("N", integer=True, positive=True)
tau = sp.Symbol("tau", integer=True, nonnegative=True)
j, k, l, n = sp.symbols("j k l n", integer=True, nonnegative=True)
lamda, M, b, alpha = (sp.IndexedBase(name) for name in ("lamda", "M", "b", "alpha"))
G = sp.MatrixSymbol("G", N, N)
c = sp.MatrixSymbol("c", N, 1)

#: M_τ as the regression defines it; a trace, because c c^* sums to G.
explained = sp.Trace(G.inv() * c * sp.Adjoint(c))


def matrix_letter(names: str) -> tuple[sp.Symbol, ...]:
    """Letters for matrices of any size: products do not commute, inverses cancel."""
    return tuple(sp.symbols(names, commutative=False, seq=True))


def complex_letter(name: str) -> sp.Expr:
    """A complex number x + iy with real x, y, so that conjugation and modulus expand."""
    x, y = sp.symbols(f"{name}_x {name}_y", real=True)
    return x + sp.I * y


def modulus_squared(z: sp.Expr) -> sp.Expr:
    """|z|^2 of a letter made by `complex_letter`, or of a rational expression in such."""
    return sp.expand(z * sp.conjugate(z))
