"""Recall with the query first: no table of keys; and with the query last, seen from both sides.

E (`wrong`)   wrong answers                     W (`weights`)  weights and biases not zero
d             numbers in the state              H (`held`)     largest entry of the state
E_2, W_2, d_2 the same for the layer that sees both sides, query last
a (`last`)    accuracy of the causal network when the query comes last

In the proofs: β, f, Q, P, K, m bits, e digits that differ, k pairs, s >= 0 a rest.
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Nonnegative, Proof
from theory.selection.look_up import held, relu, weights, wrong
from theory.selection.notation import V, b, d

last, wrong_2, weights_2, d_2 = sp.symbols("a E_2 W_2 d_2")

_e, _k, _slack = sp.symbols("e k s", nonnegative=True)
_j = sp.Symbol("j")


def _sum_of(total: sp.Expr, parts: tuple[sp.Expr, ...], reason: str) -> Identity:
    return Identity(sp.Add(*parts), total, reason)


_first_weights = 34 * b + 5


def _gates() -> tuple[Proof, ...]:
    """Every unit of the query-first network on all its {0,1} inputs."""
    bit = (0, 1)
    flag = [
        (f, beta, relu(sp.Integer(beta + f - 1)), relu(sp.Integer(beta - f)), beta * f, beta * (1 - f))
        for f in bit
        for beta in bit
    ]
    apart = [(q, p, relu(sp.Integer(q - p)) + relu(sp.Integer(p - q)), (q - p) ** 2) for q in bit for p in bit]
    return (
        *(Identity(u, v, f"β = {beta}, f = {f}: the query's bits") for f, beta, u, _, v, _ in flag),
        *(Identity(u, v, f"β = {beta}, f = {f}: the bits of all others") for f, beta, _, u, _, v in flag),
        *(Identity(u, sp.Integer(v), f"Q = {q}, P = {p}: 1 where they differ") for q, p, u, v in apart),
        *(
            Identity(relu(sp.Integer(k + m - 1)), sp.Integer(k * m), f"K = {k}, m = {m}: the bit where the key matched")
            for k in bit
            for m in bit
        ),
    )


QUERY_FIRST_RECALL = Claim(
    name="selection.query_first_recall",
    statement=sp.And(
        sp.Eq(wrong, 0),
        sp.Eq(weights, _first_weights),
        sp.Eq(d, 4 * b),
        sp.Le(held, 1),
        sp.Eq(last, (2 * V - 1) / V**2),
        sp.Eq(wrong_2, 0),
        sp.Eq(weights_2, 37 * b + 5),
        sp.Eq(d_2, 5 * b),
    ),
    assumes="V >= 2 symbols, b least with 2^b >= V, keys and values from the same alphabet; any number of pairs from"
    " one on, keys of a context distinct, the query one of them; a with all contexts equally likely, whatever the"
    " number of pairs; E_2, W_2, d_2 with the query last and its bits summed over both sides",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            *_gates(),
            Identity(relu(1 - _e), sp.Integer(1), "y = 1 and no bit differs (e = 0): m = 1", (sp.Eq(_e, 0),)),
            Nonnegative(_e - 1, (_slack,), "e >= 1 bits differ: m = 0; so it is at y = 0", (sp.Eq(_e, 1 + _slack),)),
            Identity(
                2 * _j - 1 + 1,
                2 * _j,
                "P is the token before: at the value v_j it is its key, and the query's only there, keys being"
                " distinct; so one value is added, once, and o - ReLU(o - 1) leaves its bits",
            ),
            _sum_of(
                _first_weights,
                (7 * b + 2, 7 * b + 1, 12 * b + 2, 3 * b, 5 * b),
                "flags, shift and query integrator, comparison, integrator of the answer, clip",
            ),
            _sum_of(4 * b, (b, 2 * b, b), "states: query, current and previous symbol, answer"),
            Identity(
                _k / V * (1 / _k + (1 - 1 / _k) / V) + (1 - _k / V) / V,
                (2 * V - 1) / V**2,
                "query last: Q = 0 while the k pairs are read, so the answer is the value of key 0, which is stored"
                " with probability k/V and then asked for with 1/k; else value, or 0, is right with probability 1/V",
            ),
            _sum_of(
                37 * b + 5,
                (_first_weights, 3 * b),
                "both sides: b more states, backwards, with A, B, C; at every value of the context the total is the"
                " query's bits",
            ),
            _sum_of(5 * b, (4 * b, b), "and b more states"),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (QUERY_FIRST_RECALL,)
