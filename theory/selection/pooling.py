"""Softmax pooling by two integrators, and what a window costs.

y_t       output at step t, component by component                s      first token that is pooled: 0, or max(0, t − U)
v_j       value of token j                                        U      a window holds the last U + 1 tokens
N_t, Z_t  sums of e^{χμ_j} v_j and of e^{χμ_j}                    u_j    input, z_t its sum over the window
n_h       least state dimension of y_t = C x_t, with x_t = A x_{t−1} + B u_t
n_D       the same with a feedthrough: y_t = C x_t + D u_t
n_p       the same read before it is written: y_t = C x_{t−1} + D u_t
n_I       that of the integrator, y_t = C x_t
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Induction
from theory.selection.notation import chi, j, mu

t, s = sp.symbols("t s", integer=True, nonnegative=True)
U = sp.Symbol("U", integer=True, nonnegative=True)
y, v, u, z = (sp.IndexedBase(name) for name in "y v u z".split())
held, fed, before, integrator = sp.symbols("n_h n_D n_p n_I", integer=True, nonnegative=True)

_N, _Z, _y, _e, _v, _m, _gate = sp.symbols("N Z y e v m g", positive=True)
_S, _u, _out, _corner = sp.symbols("S u o a")
_n = sp.Symbol("n", integer=True, positive=True)
_C, _A, _B = sp.symbols("C A B", commutative=False)
_i, _k = sp.symbols("i k", integer=True, nonnegative=True)

POOLING_IDENTITY = Claim(
    name="selection.pooling_identity",
    statement=sp.Eq(
        y[t],
        sp.Sum(sp.exp(chi * mu[j]) * v[j], (j, s, t)) / sp.Sum(sp.exp(chi * mu[j]), (j, s, t)),
    ),
    assumes="importance and value depend on the token alone, not on a query; χ >= 0; y measured as N_t/Z_t of two"
    " integrators (s = 0) or of two windowed sums (s = max(0, t - U)), no token missing; a constant taken off μ"
    " cancels, so that a bound of μ keeps e^{χμ} <= 1; t = 0 and U = 0 return the value of the token itself; state"
    " m + 1 for values of m components (integrators), (m + 1)(U + 1) (windows)",
    kind="equal",
    source="this project; query-independent part of Nishikawa and Suzuki 2025, Lemma 3.3",
    prove=lambda: Chain(
        (
            Induction(
                t,
                0,
                Identity(_e * _v / _e, _v, "one token: its gate cancels, and softmax gives it weight 1"),
                Identity(
                    (_N + _e * _v) / (_Z + _e),
                    (1 - _e / (_Z + _e)) * _y + _e / (_Z + _e) * _v,
                    "one token more: softmax gives it weight e/(Z + e) and scales the others' by Z/(Z + e)",
                    using=(sp.Eq(_N, _Z * _y),),
                ),
            ),
            Identity(
                (sp.exp(-chi * _m) * _N) / (sp.exp(-chi * _m) * _Z),
                _N / _Z,
                "a constant m taken off every importance scales N and Z alike",
            ),
            Identity(
                (_N - _out * _S) / (_Z - _out) * (1 - _out / _Z),
                _N / _Z - _out / _Z * _S,
                "and the sums over a window are those of the prefix less those of what left it",
            ),
        )
    ),
)

WINDOW_STATE = Claim(
    name="selection.window_state",
    statement=sp.And(
        sp.Eq(z[t], sp.Sum(u[j], (j, s, t))),
        sp.Eq(held, U + 1),
        sp.Eq(fed, U + sp.Min(1, U)),
        sp.Eq(before, U),
        sp.Eq(integrator, 1),
    ),
    assumes="linear, time-invariant, U >= 0, s = max(0, t - U), inputs before the first token 0; z measured on a delay"
    " line, or, in exact arithmetic, on an accumulator that adds the new input and subtracts the old one; a state"
    " that is read after it is written is not helped by a feedthrough D, except for U = 0, the identity; one that is"
    " read before it is written needs U",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Induction(
                t,
                0,
                Identity(0 + _u - 0, _u, "the first input: nothing leaves"),
                Identity(
                    (_S + _u) - _out,
                    (_S - _out) + _u,
                    "add the new, subtract what leaves: the sum over the window one step further",
                ),
            ),
            Identity(
                _C * (_A**_i * _A**_k) * _B,
                (_C * _A**_i) * (_A**_k * _B),
                "the Hankel matrix K_{i+k} is observability times reachability, its rank at most the state dimension",
            ),
            Induction(
                _n,
                1,
                Identity((-1) ** (_n * (_n - 1) / 2).subs(_n, 1), sp.Integer(1), "one row: determinant 1"),
                Identity(
                    (-1) ** _n * (-1) ** (_n * (_n - 1) / 2),
                    (-1) ** ((_n + 1) * _n / 2),
                    "for K = 1 at lags 0..U it is anti-triangular with ones; along its last row, one 1 at the left, the"
                    " determinant of n + 1 rows is (-1)^n times that of n rows, never 0: U + 1 states, which a delay"
                    " line has",
                ),
            ),
            Induction(
                _n,
                2,
                Identity(
                    sp.Matrix([[_corner, 1], [1, 0]]).det(),
                    (-1) ** (_n * (_n - 1) / 2).subs(_n, 2),
                    "with a feedthrough K_0 = C B + D, so the corner C B is free; two rows: it does not matter",
                ),
                Identity(
                    (-1) ** _n * (-1) ** (_n * (_n - 1) / 2),
                    (-1) ** ((_n + 1) * _n / 2),
                    "nor for more, by the same expansion: U + 1 states for U >= 1; for U = 0 the corner alone is left,"
                    " and D does without a state; read before writing, K_l = C A^{l-1} B for l >= 1: lags 1..U, U rows",
                ),
            ),
            Identity(
                sp.Matrix([[1, 1], [1, 1]]).det(),
                sp.Integer(0),
                "all lags 1, the integrator: every row of the Hankel matrix is the first, rank 1",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (POOLING_IDENTITY, WINDOW_STATE)
