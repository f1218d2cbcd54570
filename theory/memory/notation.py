"""The letters of the topic, one meaning each.

    λ_k (`lamda`)  poles, k = 0..N-1       M_τ  memory function at lag τ     b_j  all-pass coefficients
    A, B           state and input matrix  G    Gram matrix E x x^*          c    A^τ B, the lag-τ direction
    α_{nτ} (`alpha`) whitened state n at lag τ   r (`rank`)  dimension of span{B, AB, ..}
    s_k (`s`)      continuous poles        Δ (`Delta`)  step: λ_k = exp(s_k Δ)
    ρ (`rho`)      largest |λ_k|           p (`period`)  lags after which dominant phases recur
    m_τ (`alone`)  memory function of one pole by itself     D (`delay`)  Σ_τ τ M_τ, the mean delay
    R, φ (`phi`)   radius and angle of a pole   γ (`gamma`)  decay of an attention state
    S              covariance of read-out noise T    number of samples, or of tokens
    ρ_u (`rho_u`)  lag-one autocorrelation of the input

Non-commutative letters (`matrix_letter`) are matrices of any size: an identity between them holds for all N.
"""

import sympy as sp

N = sp.Symbol("N", integer=True, positive=True)
tau = sp.Symbol("tau", integer=True, nonnegative=True)
j, k, l, n = sp.symbols("j k l n", integer=True, nonnegative=True)
lamda, M, b, alpha = (sp.IndexedBase(name) for name in ("lamda", "M", "b", "alpha"))
R = sp.Symbol("R", nonnegative=True)
phi, rho_u = sp.symbols("phi rho_u", real=True)
gamma = sp.Symbol("gamma", positive=True)
T = sp.Symbol("T", integer=True, positive=True)
G = sp.MatrixSymbol("G", N, N)
c = sp.MatrixSymbol("c", N, 1)
s, alone = sp.IndexedBase("s"), sp.IndexedBase("m")
Delta, rho, delay = sp.symbols("Delta rho D", positive=True)
rank, period = sp.Symbol("r", integer=True, nonnegative=True), sp.Symbol("p", integer=True, positive=True)

#: M_τ as the regression defines it; a trace, because c c^* sums to G.
explained = sp.Trace(G.inv() * c * sp.Adjoint(c))


def matrix_letter(names: str) -> tuple[sp.Symbol, ...]:
    """Letters for matrices of any size: products do not commute, inverses cancel."""
    return tuple(sp.symbols(names, commutative=False, seq=True))


def complex_letter(name: str) -> sp.Symbol:
    """A complex number; its conjugate is a letter of its own in every expansion."""
    return sp.Symbol(name, complex=True)


def modulus_squared(z: sp.Expr) -> sp.Expr:
    """|z|^2 as z times its conjugate, left as written."""
    return z * sp.conjugate(z)
