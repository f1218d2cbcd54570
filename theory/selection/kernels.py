"""Linear-attention states read by features: exact reading and coherence.

Φ (`Phi`), Ψ (`Psi`)  features of keys and of queries, one column for each of V symbols, d rows; M = Φ^T Ψ
f (`squares`)         sum of squares of M − I
E (`worst`)           largest error of a read entry, over all stored sets of L keys and all unit values
η (`eta`)             largest cross-talk |φ(k)·ψ(q)|, k ≠ q
q, k, χ               scalar queries and keys of the kernel e^{χqk}; n_K its rank over V of each
D, p                  dimension of vector keys, degree of Taylor features; F how many; n_T rank of their Gram matrix
R                     bound of χ |q·k|; e_p largest error of the features' kernel where |χ q·k| <= R
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Induction, Nonnegative
from theory.selection.notation import V, d

Phi, Psi = sp.IndexedBase("Phi"), sp.IndexedBase("Psi")
worst, squares, eta = sp.symbols("E f eta", nonnegative=True)
i, k, q = sp.symbols("i k q", integer=True, nonnegative=True)
of_kernel, of_taylor, features, D = sp.symbols("n_K n_T F D", integer=True, positive=True)
p = sp.Symbol("p", integer=True, nonnegative=True)
R, error = sp.symbols("R e_p", nonnegative=True)

_entry = sp.Sum(Phi[i, k] * Psi[i, q], (i, 0, d - 1))
_self = sp.Sum(Phi[i, k] * Psi[i, k], (i, 0, d - 1))
#: ‖M − I‖² = Σ M_kq² − 2 tr M + V
_from_identity = sp.Sum(_entry**2, (k, 0, V - 1), (q, 0, V - 1)) - 2 * sp.Sum(_self, (k, 0, V - 1)) + V

_m, _rest, _n, _t, _x = sp.symbols("m r n t x", nonnegative=True)
_h, _g, _F = sp.symbols("h g f", nonnegative=True)
_phi, _psi, _S, _vT, _wT = sp.symbols("phi^T psi^T S v^T w^T", commutative=False)
_a, _b, _z = sp.symbols("a b z", real=True)
_c1, _c2, _y = sp.symbols("c_1 c_2 y", real=True)

KERNEL_STATE_EXACT = Claim(
    name="selection.kernel_state_exact",
    statement=sp.And(
        sp.Eq(squares, _from_identity),
        sp.Le(worst**2, squares),
        sp.Le(squares, V**2 * worst**2),
        sp.Ge(squares, V - d),
    ),
    assumes="real features; state the sum of φ(k_j) v_j^T over stored pairs, read by ψ(q)^T; 2 <= L <= V distinct keys,"
    " every set of them and every value; so every read is exact (E = 0) if and only if Φ^T Ψ = I (f = 0), and this"
    " needs d >= V, which one-hot features attain; L = 1 needs the diagonal of M only, and d = 1 does",
    kind="iff",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                _psi * (_S + sp.Symbol("phi", commutative=False) * _vT),
                _psi * _S + _psi * sp.Symbol("phi", commutative=False) * _vT,
                "a read is linear in what is stored: it is the sum of M_{k_j q} v_j",
            ),
            Identity(
                (_a - 1) ** 2,
                _a**2 - 2 * _a + 1,
                "with unit vectors for values, its errors are M_qq - 1 and M_kq; their squares add up to the sum of all"
                " M_kq^2, less 2 M_kk - 1 for each k",
            ),
            Nonnegative(
                (_m + _rest) - _m,
                (_rest,),
                "with L >= 2 every k and q meet, so E^2, the largest square m, is at most f",
            ),
            Nonnegative(
                V**2 * (_x + _t) - V**2 * _x,
                (V**2 * _t,),
                "and f is V^2 times the mean square x = E^2 - t: E and f vanish together",
            ),
            Nonnegative(
                (_m + _rest) - _m,
                (_rest,),
                "rank M <= d, so at least m = V - d unit vectors e of an orthonormal basis have M e = 0; each adds"
                " |(M - I) e|^2 = 1 to |M - I|^2, which is the sum over the basis",
            ),
        )
    ),
)

COHERENCE_FLOOR = Claim(
    name="selection.coherence_floor",
    statement=sp.Ge(eta**2, (V - d) / (d * (V - 1))),
    assumes="φ(k)·ψ(k) = 1 for every k, real or complex, φ and ψ free otherwise; 1 <= d, V >= 2; d >= V gives no floor;"
    " equality for the simplex (d = V - 1), the six diagonals of the icosahedron (d = 3) and the four equiangular lines"
    " of C^2",
    kind="at_least",
    source="Welch 1974 for φ = ψ; for φ and ψ that differ this project",
    prove=lambda: Chain(
        (
            Nonnegative(
                (_n + _rest) * (_h + _g) - _n * _h,
                (_n * _g, _rest * (_h + _g)),
                "P the projector on the range of M: V = tr M = <P, M>, at most |P| |M| by Cauchy-Schwarz;"
                " |P|^2 = rank M <= d",
            ),
            Nonnegative(
                V + V * (V - 1) * (_x + _t) - (V + V * (V - 1) * _x),
                (V * (V - 1) * _t,),
                "|M|^2 is V and the squares of V(V - 1) cross-talks, of mean x = η^2 - t at most η^2",
            ),
            Identity(
                (d * (V + V * (V - 1) * eta**2) - V**2) / (d * V * (V - 1)),
                eta**2 - (V - d) / (d * (V - 1)),
                "so V^2 <= d (V + V(V - 1) η^2), and that is the floor",
            ),
        )
    ),
)

SOFTMAX_KERNEL_RANK = Claim(
    name="selection.softmax_kernel_rank",
    statement=sp.And(
        sp.Eq(of_kernel, V),
        sp.Eq(sp.log(features), sp.Sum(sp.log(1 + D / i), (i, 1, p))),
        sp.Le(of_taylor, features),
        sp.Le(error * sp.factorial(p) * (p + 1), sp.exp(R) * R ** (p + 1)),
    ),
    assumes="V distinct scalar queries and V distinct scalar keys, χ not 0 (of repeated ones count the distinct): exact"
    " softmax that depends on the query needs d >= V features, its normaliser being a scaling of rows; Taylor features"
    " are the monomials of degree <= p in D variables; p = 0 and R = 0 included",
    kind="equal",
    source="this project; generalised Vandermonde and Lagrange remainder classical",
    prove=lambda: Chain(
        (
            Induction(
                V,
                1,
                Identity(_c1 * sp.exp(_a * _z) * sp.exp(-_a * _z), _c1, "one exponential has no zero unless c_1 = 0"),
                Identity(
                    sp.diff(sp.exp(-_a * _z) * (_c1 * sp.exp(_a * _z) + _c2 * sp.exp(_b * _z)), _z),
                    _c2 * (_b - _a) * sp.exp((_b - _a) * _z),
                    "V exponentials of different rates: divided by one and differentiated, V - 1 of different rates are"
                    " left, which have V - 2 zeros at most; by Rolle the sum has at most V - 1, so no combination of"
                    " columns vanishes at V queries",
                ),
            ),
            Identity(
                sp.binomial(D + p, p),
                sp.binomial(D + p - 1, p - 1) * (1 + D / p),
                "F is the binomial coefficient C(D + p, p): from degree to degree it grows by 1 + D/p, from 1 at p = 0",
            ),
            Identity(
                sp.binomial(D + p, p),
                sp.binomial(D - 1 + p, p) + sp.binomial(D + p - 1, p - 1),
                "monomials without the last variable, and those with it, divided by it",
            ),
            Induction(
                p,
                0,
                Identity(sp.diff(sp.exp(_y) - 1, _y), sp.exp(_y), "the error at p = -1 is e^x, as the bound is"),
                Nonnegative(
                    sp.diff(sp.exp(_t) * _t ** (p + 1) / sp.factorial(p + 1), _t)
                    - sp.exp(_t) * _t**p / sp.factorial(p),
                    (sp.exp(_t) * _t ** (p + 1) / sp.factorial(p + 1),),
                    "the slope of the error at degree p is the error at p - 1, and that of the bound at least the bound"
                    " at p - 1; both are 0 at 0; negative arguments err no more, term by term",
                ),
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (KERNEL_STATE_EXACT, COHERENCE_FLOOR, SOFTMAX_KERNEL_RANK)
