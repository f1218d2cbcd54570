"""How far the outputs of a network move with its parameters, and what that says of covering numbers.

L (`depth`)  affine maps, ReLU after all but the last    W (`width`)  largest size of a layer, inputs included
B            largest |weight|, |bias|                    ε (`eps`)    largest change of one of them
D (`moved`)  sup over [0, 1]^d of |f − f'|               U (`unit`)   what D/ε is at most
S            weights and biases that may be non-zero     N (`cover`)  networks whose δ-balls cover all of them
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Induction, Nonnegative
from theory.rates.notation import B

depth, width, S, cover = sp.symbols("L W S N", integer=True, positive=True)
moved, eps = sp.symbols("D epsilon", nonnegative=True)
radius, reached = sp.Symbol("delta", positive=True), sp.Symbol("Delta", nonnegative=True)

_unit = depth * sp.Max(B, 1) ** (depth - 1) * (width + 1) ** depth
_g, _u, _q, _t = sp.symbols("g u q t", nonnegative=True)
_x, _l = sp.symbols("x l", positive=True)
_D = sp.Symbol("D", real=True)

PARAMETER_PERTURBATION = Claim(
    name="rates.parameter_perturbation",
    statement=sp.And(
        sp.Le(moved, eps * _unit),
        sp.Le(reached, radius),
        sp.Le(sp.log(cover), S * sp.log(1 + B * _unit / radius)),
    ),
    assumes="L >= 1 affine maps, widths and inputs at most W, ReLU between, weights and biases in [-B, B] that differ"
    " by at most ε <= 2B, inputs in [0, 1]^d; equality for L = 1, d = W, all entries moved by ε one way, at the"
    " corner of ones; δ > 0, N = ⌈B U/δ⌉^S networks on one support of S entries, each entry the middle of an interval"
    " of [-B, B], Δ the distance of a network on it from the nearest of them",
    kind="at_most",
    source="this project; after Schmidt-Hieber 2020, whose risk bound takes such covering numbers",
    prove=lambda: Chain(
        (
            Induction(
                depth,
                1,
                Nonnegative(
                    (1 + _g) * (width + 1) * _x - (1 + _g - _q) * (width * _x + 1),
                    ((1 + _g) * _t, _q * (width * _x + 1)),
                    "B∨1 = 1 + g, B = 1 + g - q: from |h| <= x, x = 1 + t, a map makes at most B (W x + 1), and that is"
                    " at most (B∨1)(W + 1) x",
                    (sp.Eq(_t, _x - 1),),
                ),
                Identity(
                    ((1 + _g) * (width + 1)) ** depth * (1 + _g) * (width + 1),
                    ((1 + _g) * (width + 1)) ** (depth + 1),
                    "so |h_k| <= ((B∨1)(W + 1))^k, ReLU makes none larger",
                ),
            ),
            Induction(
                depth,
                1,
                Nonnegative(
                    eps * (width + 1) - eps * (_q + 1),
                    (eps * _u,),
                    "one map moves by at most ε (d + 1), W = d + u",
                    (sp.Eq(_q, width - _u),),
                ),
                Nonnegative(
                    eps * (depth + 1) * (1 + _g) ** depth * (width + 1) ** (depth + 1)
                    - width * (1 + _g) * (eps * depth * (1 + _g) ** (depth - 1) * (width + 1) ** depth)
                    - eps * (width + 1) * ((1 + _g) * (width + 1)) ** depth,
                    (eps * depth * (1 + _g) ** depth * (width + 1) ** depth,),
                    "one map more: W (B∨1) times the distance so far, and ε (W |h| + 1) <= ε (W + 1) ((B∨1)(W + 1))^L;"
                    " ReLU widens no distance",
                ),
            ),
            Identity(eps * _l, radius, "every entry within ε = δ/U of a centre: within δ", (sp.Eq(eps, radius / _l),)),
            Nonnegative(
                1 + _x - (_x + 1 / (1 + _t)),
                (_t / (1 + _t),),
                "2B/(2ε) rounded up is at most 1 + B/ε intervals an entry, and N is their number to the power S",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (PARAMETER_PERTURBATION,)
