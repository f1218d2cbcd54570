"""Softmax pooling by ReLU alone: exponential, reciprocal, and the network that selects.

The letters of `theory.rates.relu_parts` (m, n, k, s, q, ε, β), and
β_exp (`gates`)    the bound of `rates.relu_exp` for the odd degree 2n − 1
η (`eta`)          the bound of `rates.relu_reciprocal`
V, D               largest value, largest difference of two values
E (`error`)        distance of what the network says from the softmax average of the values
E^{*} (`from_winner`)   the same from the winner's value
H (`depth`)        hidden layers of both networks of the stack
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, From, Identity, Nonnegative, Proof
from theory.rates.notation import L, chi, delta, m, n
from theory.rates.relu_parts import (
    RELU_EXP,
    RELU_RECIPROCAL,
    beta,
    k,
    precision,
    q,
    s,
)
from theory.selection.softmax import VALUE_ERROR

V = sp.Symbol("V", positive=True)
D, depth = sp.symbols("D H", nonnegative=True)
gates, eta = sp.symbols("beta_exp eta", nonnegative=True)
error, from_winner = sp.symbols("E E_star", nonnegative=True)


def _of_assembly() -> tuple[Proof, ...]:
    """Numerator, denominator, reciprocal and product, and what each adds."""
    N, v, w, g, p, c = sp.symbols("N v w g p c", real=True)
    d, f, h, o, r, t, x = sp.symbols("d f h o r t x", nonnegative=True)
    Z, Z0 = sp.symbols("Z Z_0", positive=True)
    return (
        Identity(
            (w * g + p) / Z - v - ((w - v) * (g - h) + (w - v) * h + p) / Z,
            v * (g / Z - 1),
            "a token of value w, gate g for e^x = h, product off by p; v the softmax average. Summed over tokens g/Z is"
            " 1, so N/Z - v is the sum of ((w - v)(g - h) + (w - v) h + p)/Z",
        ),
        Identity(
            N - (N / Z0) * Z0,
            sp.Integer(0),
            "and (w - v) h sums to 0: with N = Σ h w and Z_0 = Σ h the average is v = N/Z_0",
        ),
        Nonnegative(
            (x + o) * (f + d) + V * t - (o * d + V * t - r),
            (x * f, x * d, o * f, r),
            "|w - v| <= D, |g - h| <= E = β_exp, |p| <= V ε, averaged: |N/Z - v| <= (D E + V ε)/q, as Z >= q; here"
            " |w - v| = o = D - x, |g - h| = d = E - f, |p| = V ε - r",
        ),
        Identity(
            (N / Z) * (1 - c) - N / Z,
            -c * N / Z,
            "the reciprocal leaves 1 - Z y = c, |c| <= η: N y - N/Z = -c N/Z, at most V η, as P(g, w) <= V g gives"
            " |N| <= V Z",
        ),
        Identity(
            V * (2 / q) * t + V * t / q,
            3 * V * t / q,
            "the last product, of factors up to V and 2/q, adds 2 V ε/q",
        ),
    )


def _of_depth() -> Proof:
    """Hidden layers: 2n − 2 products and k squares in the exponential, and the products with the values and 1/Z."""
    return Identity(
        (2 * n - 2) * (m + 1) + k * m + (m + 1) + 2 * s * (m + 1) + (m + 1),
        2 * (n + s) * (m + 1) + k * m,
        "a square takes m hidden layers, a product m + 1: 2n - 2 products and k squares for the gate, one for the"
        " value, two for a Newton step, one for the ratio",
    )


RELU_SOFTMAX = Claim(
    name="rates.relu_softmax",
    statement=sp.And(
        sp.Eq(beta, (D * gates + 3 * V * precision) / q + V * eta),
        sp.Le(error, beta),
        sp.Le(from_winner, beta + (L - 1) * sp.exp(-chi * delta) * D),
        sp.Eq(depth, 2 * (n + s) * (m + 1) + k * m),
    ),
    assumes="up to L tokens, importances μ with -K <= χμ <= 0, values |v| <= V that differ by at most D <= 2V; ReLU"
    " network for (e^{χμ}, e^{χμ} v) by degree 2n - 1, two integrators of a step 1/L, ReLU network for the ratio, no"
    " exponential and no division; what the first integrator holds is at least q, for which q = 1/L is enough if"
    " some token is at the top, μ = 0, and q <= (e^{χ max μ} - β_exp)/L if not; (2^s - 1) 8 ε/q <= 1 - e_0;"
    " β_exp and η are the bounds of relu_exp and relu_reciprocal; δ > 0 the margin of the"
    " one winner; L = 1: no selection error",
    kind="at_most",
    source="this project; constructive half of an approximation theorem as in Nishikawa and Suzuki 2025",
    prove=lambda: Chain(
        (
            From(RELU_EXP, "the gates are within β_exp of e^{χμ}, at most 1, and exact at the top"),
            *_of_assembly(),
            From(RELU_RECIPROCAL, "and η is bounded on [q, 1]"),
            From(VALUE_ERROR, "the softmax average is within (L - 1) e^{-χδ} D of the winner's value"),
            _of_depth(),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (RELU_EXP, RELU_RECIPROCAL, RELU_SOFTMAX)
