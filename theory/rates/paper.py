"""Theorems that are on record only: what is cited and not derived here.

What this project derives beside them is related to them and no proof of them: `rates.projection_risk` and
`rates.minimax_two_sided` for series, `rates.parameter_perturbation` for covering numbers.

R (`risk`)  expected squared L² error of the least-squares network, clipped at the bound of the target
v           (1/p − 1/2)₊           q  growth of the smoothness, a_i = Ω(i^q)          c  constant, k power of logarithms
A           least squared L² error of a network of the class          N  its covering number at 1/n, B its bound
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Cited
from theory.rates.notation import B, a, n, sigma

risk, v = sp.symbols("R v", nonnegative=True)
N, A, c, k, q = sp.symbols("N A c k q", positive=True)

_exponent = 2 * (a[1] - v) / (2 * (a[1] - v) + 1)

ERM_FIXED = Claim(
    name="rates.erm_fixed",
    statement=sp.Le(risk, c * n**-_exponent * sp.log(n) ** (2 / q + 2) * sp.Max(sp.log(n) ** (4 / q), sp.log(n) ** 4)),
    assumes="least squares over clipped sparse convolutional networks, targets of mixed smoothness a_1 < a_2,"
    " a_i = Ω(i^q), a_1 > v; anisotropic targets the same with 1/Σ 1/a_i in place of a_1; networks of threshold"
    " T = a_1 log2 n/(2(a_1 - v) + 1)",
    kind="at_most",
    source="Okumoto and Suzuki 2022, Theorem 10",
    prove=lambda: Cited("Okumoto and Suzuki 2022, Theorem 10"),
    unchecked="least squares over all networks cannot be computed, constants are not given, and powers of log n shift"
    " every slope that can be measured (by k/log n)",
)

ERM_PIECEWISE = Claim(
    name="rates.erm_piecewise",
    statement=sp.Le(risk, c * n**-_exponent * sp.log(n) ** k),
    assumes="least squares over SSM layers with FNNs before and after, piecewise γ-smooth targets of mixed smoothness:"
    " the exponent of rates.erm_fixed, as for Transformers (Takakura and Suzuki 2023); the power k of the logarithm and"
    " the setting are part of what is open. Related, never a proof of it: rates.projection_risk once the right tokens"
    " are selected",
    kind="at_most",
    source="Nishikawa and Suzuki 2025",
    prove=lambda: Cited("Nishikawa and Suzuki 2025"),
    unchecked="the exact statement could not be read: powers of logarithms, constants and conditions are open, and"
    " least squares over all networks cannot be computed",
)

ERM_ORACLE = Claim(
    name="rates.erm_oracle",
    statement=sp.Le(risk, c * (A + (B**2 + sigma**2) * sp.log(N) / n + (B + sigma) / n)),
    assumes="least squares over any class of functions bounded by B, Gaussian noise, n independent samples; A the least"
    " squared L² error of the class, N >= 2 its covering number at 1/n in the sup norm, c a number that is not given;"
    " with rates.parameter_perturbation for log N it turns approximation into rates",
    kind="at_most",
    source="Schmidt-Hieber 2020; Suzuki 2019; tight covering numbers in Ou and Bölcskei 2024",
    prove=lambda: Cited("Schmidt-Hieber 2020; Suzuki 2019"),
    unchecked="the constant is not given and the least squares solution over a class of networks cannot be computed",
)

CLAIMS: tuple[Claim, ...] = (ERM_FIXED, ERM_PIECEWISE, ERM_ORACLE)
