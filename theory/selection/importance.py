"""Which tokens matter: hide one and see what changes.

f = Σ_τ p_τ y_τ  pooled output        y = K * e(x) + const  the linear network      K  its response, all layers
e   value of token t in the network   o  value of the symbol that hides a token    g_t = ∂f/∂e(x_t)
Δ_t = f(x) − f(x with t hidden)       y_t  1 if the motif still occurs with t hidden, else 0
s   where the motif begins            m  its length, Q h  indicator of its letters but the last, and of the last
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Induction
from theory.selection.notation import L

t, tau = sp.symbols("t tau", integer=True, nonnegative=True)
K, p, Delta, g = (sp.IndexedBase(name) for name in ("K", "p", "Delta", "g"))
e, o = sp.symbols("e o", real=True)

_response = sp.Sum(p[tau] * K[tau - t], (tau, t, L - 1))
_rest, _before, _gain, _p, _lag = sp.symbols("R S g_t p_L K_{L-t}")
_W1, _W2, _c1, _c2, _u = sp.symbols("W_1 W_2 c_1 c_2 u", commutative=False)

y = sp.IndexedBase("y")
s, m = sp.symbols("s m", integer=True, nonnegative=True)

LINEAR_IMPORTANCE_CONSTANT = Claim(
    name="selection.linear_importance_constant",
    statement=sp.And(sp.Eq(Delta[t], (e - o) * _response), sp.Eq(g[t], _response)),
    assumes="linear time-invariant layers of any number and width, biases and residual branches allowed, neither FNN"
    " nor norm, linear pooling and an affine read-out; K is the response from the channel that carries the token to the"
    " output, and a token that enters by several channels adds one such term for each: what hiding it changes depends"
    " on its place and symbol alone, never on the other tokens; 0 where it has the value of the symbol that hides",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                _W2 * (_W1 * _u + _c1) + _c2,
                _W2 * _W1 * _u + (_W2 * _c1 + _c2),
                "affine layers make an affine network: W_1, W_2 are the Toeplitz matrices of their responses over time",
            ),
            Identity(
                _u + (_W1 * _u + _c1),
                (1 + _W1) * _u + _c1,
                "and so does a residual branch",
            ),
            Identity(
                (_rest + _gain * e) - (_rest + _gain * o),
                (e - o) * _gain,
                "f = R + g_t e(x_t), where R holds all other tokens; hiding t puts o in place of e",
            ),
            Identity(sp.diff(_rest + _gain * e, e), _gain, "the derivative is the same number for every input"),
            Induction(
                L,
                1,
                Identity(
                    sp.diff(_p * (_rest + _lag * e), e), _p * _lag, "one step after t: the pooled sum has one term"
                ),
                Identity(
                    sp.diff(_rest + _gain * e + _p * (_before + _lag * e), e),
                    _gain + _p * _lag,
                    "one step more adds p_L y_L to f, and y_L holds K_(L-t) e(x_t)",
                ),
            ),
        )
    ),
)

_inside = sp.Le(sp.Abs(2 * (t - s) - (m - 1)), m - 1, evaluate=False)
_all_but_last, _last = sp.symbols("Q h")

MOTIF_SUPPORT = Claim(
    name="selection.motif_support",
    statement=sp.Eq(y[t], sp.Piecewise((0, _inside), (1, True))),
    assumes="a word of m >= 1 letters, without the symbol that hides, occurs exactly once, at s, in a sequence of"
    " L >= m letters; then y = 1 and hiding t makes it 0 for the m places t = s..s+m-1 and for no other, and the set"
    " moves with s. Of two occurrences hiding breaks one only, and y stays 1, unless t lies in both",
    kind="iff",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                (m - 1) ** 2 - (2 * (t - s) - (m - 1)) ** 2,
                4 * (t - s) * (s + m - 1 - t),
                "|2(t - s) - (m - 1)| <= m - 1 says s <= t <= s + m - 1: the product is >= 0 only between its roots",
            ),
            Induction(
                m,
                1,
                Identity(_last.subs(_last, 0), sp.Integer(0), "a window of one letter, hidden: its indicator is 0"),
                Chain(
                    (
                        Identity(
                            (_all_but_last * _last).subs(_last, 0),
                            sp.Integer(0),
                            "an occurrence is the product of the indicators of its letters: 0 if the last is hidden",
                        ),
                        Identity(
                            (_all_but_last * _last).subs(_all_but_last, 0),
                            sp.Integer(0),
                            "and if an earlier one is; so hiding breaks every occurrence around it, and makes none",
                        ),
                    )
                ),
            ),
            Identity(
                sp.Mul(_all_but_last, _last).subs({_all_but_last: 1, _last: 1}),
                sp.Integer(1),
                "hidden outside s..s+m-1, the one occurrence keeps all its letters, and y_t = 1",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (LINEAR_IMPORTANCE_CONSTANT, MOTIF_SUPPORT)
