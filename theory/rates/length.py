"""What the length of the context costs an estimator that does not select.

τ (`tau`)  standard deviation of a value        p_j (`p`)  chance that token j is the winner
R (`R`)    least risk of an affine predictor of the winner's value, the winner anywhere alike; R_p (`R_p`)  by p
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Nonnegative
from theory.rates.notation import L

tau = sp.Symbol("tau", nonnegative=True)
R, R_p = sp.symbols("R R_p", nonnegative=True)
p = sp.IndexedBase("p")
j = sp.Symbol("j", integer=True, nonnegative=True)

_y, _f, _m, _w, _p = sp.symbols("E[y] E[f] m w p_j", real=True)
_yf = sp.Symbol("E[yf]", real=True)

LINEAR_ESTIMATOR_LENGTH = Claim(
    name="rates.linear_estimator_length",
    statement=sp.And(
        sp.Eq(R, tau**2 * (1 - 1 / L)),
        sp.Eq(R_p, tau**2 * (1 - sp.Sum(p[j] ** 2, (j, 0, L - 1)))),
        sp.Le(R_p, tau**2 * (1 - 1 / L)),
    ),
    assumes="target the value of the winner; values uncorrelated with one mean and variance τ² >= 0, independent of the"
    " importances; affine predictors of values and importances at every place (and of any function of the importances"
    " alone), mean squared error; R for a winner that is anywhere alike, R_p for one at place j with chance p_j; L = 1,"
    " or a winner always at one place, has risk 0; for independent values of one law the same line holds for sums of"
    " functions of single values where the target is a function of the winner's value, τ² then its variance",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                _yf - _y * _f,
                sp.Integer(0),
                "wherever the winner is, its value has the mean m: target and values are uncorrelated with the"
                " importances and their functions f, so only weights on values matter",
                using=(sp.Eq(_yf, _m * _f), sp.Eq(_y, _m)),
            ),
            Identity(
                _p * (tau**2 + _m**2) + (1 - _p) * _m**2 - _m**2,
                _p * tau**2,
                "normal equations: the target is v_j with chance p_j, else a value uncorrelated with it",
            ),
            Identity(
                _w**2 * tau**2 - 2 * _w * _p * tau**2,
                (_w - _p) ** 2 * tau**2 - _p**2 * tau**2,
                "what a weight w on v_j adds to the risk τ² is least, -p_j² τ², at w = p_j; the values are"
                " uncorrelated: the sum",
            ),
            Identity(tau**2 - L * tau**2 / L**2, tau**2 * (1 - 1 / L), "with p_j = 1/L for each of L tokens"),
            Nonnegative(
                _p**2 - (2 * _p / L - 1 / L**2),
                ((_p - 1 / L) ** 2,),
                "and this is the worst law: the sum of 2 p_j/L - 1/L² over all tokens is 1/L",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (LINEAR_ESTIMATOR_LENGTH,)
