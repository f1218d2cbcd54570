"""Trained studies: outcomes at criteria fixed beforehand, no theorems.

Errors are mean squared distances from the function on fresh sequences, geometric means over seeds.

ρ_min, ρ_max  smallest and largest ratio of the errors of SSM + FNN and Transformer, over n
s_S, s_T      log-log slope of the error of SSM + FNN, of the Transformer, over n = 100 .. 6400
l_S, l_T      their error at L = 64 over that at L = 4
f             smallest error of the flat network at L >= 16, over the variance of the function
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Measured

rho_min, rho_max = sp.symbols("rho_min rho_max", positive=True)
s_S, s_T, l_S, l_T, f = sp.symbols("s_S s_T l_S l_T f", real=True)

TRAINED_PIECEWISE = Claim(
    name="rates.trained_piecewise",
    statement=sp.And(
        sp.Ge(rho_min, sp.Rational(1, 3)),
        sp.Le(rho_max, 3),
        sp.Le(s_S, -sp.Rational(1, 2)),
        sp.Le(s_T, -sp.Rational(1, 2)),
        sp.Le(l_S, 3),
        sp.Le(l_T, 3),
        sp.Ge(f, sp.Rational(2, 5)),
    ),
    assumes="n samples with noise of standard deviation .7 of F = sin 2πv* + ½ cos 4πv*, v* the value of the most"
    " important of L tokens, which wins by .2 over a level drawn anew in every sequence; n = 100, 400, 1600, 6400 at"
    " L = 16, and L = 4, 16, 64 at n = 1000; 1000 steps of the shared recipe, a fifth of the samples held out to stop"
    " early, about 10 000 weights each, seeds 10 to 12. All of the criterion holds. The slopes are no rates of"
    " estimation: with few samples the selection itself is not learnt, while the oracle, which is told the winner,"
    " falls with slope -.46. Three seeds leave wide intervals: at 95 % none of the four ratios differs from 1, and two"
    " reach below 1/3. Without exponential and ratio (FNN, integrator, FNN) the error at n = 1000 is .23 beside .026;"
    " with a level that is the same in all sequences, where a threshold of one token tells the winner, it is .021"
    " beside .016",
    kind="at_most",
    source="this project, after Nishikawa and Suzuki 2025",
    prove=lambda: Measured(
        "written before the runs, which use other seeds than the pilots; geometric means over three seeds: ratio of SSM"
        " + FNN to Transformer in [1/3, 3] at each n; slopes over n = 100 .. 6400 <= -.5 for both; error at L = 64 <= 3"
        " times that at L = 4, for both; flat network >= .4 of the variance in every run at L >= 16"
    ),
)

CLAIMS: tuple[Claim, ...] = (TRAINED_PIECEWISE,)
