"""The loss of one real pole that learns a delay, the read-out being the best one.

L_2 (`loss`)  ⟨(y − y*)²⟩ at the best read-out       g (`slope`)  dL_2/dλ      h (`curvature`)  its second derivative
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import pole, tau
from theory.memory.closed_forms import SINGLE_POLE
from theory.proof import Chain, From, Identity, Limit, Nonnegative

loss, slope, curvature = sp.symbols("L_2 g h", real=True)
_lam, _y = sp.symbols("lamda y", positive=True)
_p = sp.Symbol("p", nonnegative=True)
_n = sp.Symbol("n", integer=True, positive=True)
_loss = 1 - (1 - _lam**2) * _lam ** (2 * _n)

SINGLE_POLE_LOSS = Claim(
    name="learning.single_pole_loss",
    statement=sp.And(
        sp.Eq(loss, 1 - (1 - pole**2) * pole ** (2 * tau)),
        sp.Eq(slope, -2 * pole ** (2 * tau - 1) * (tau - (tau + 1) * pole**2)),
        sp.Ge(loss, 1 - (tau / (tau + 1)) ** tau / (tau + 1)),
        sp.Eq(curvature, 4 * (tau + 1) * (tau / (tau + 1)) ** tau),
    ),
    assumes="white input of unit variance, teacher a delay of tau >= 1, one real pole |λ| < 1, the best read-out for"
    " it; h is the second derivative at either minimum, λ^2 = tau/(tau + 1) (4 tau/e for long delays); λ = 0 is"
    " stationary, of order 2 tau; at tau = 0 the two minima merge at λ = 0 and h = 2, not 4",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(SINGLE_POLE, "the best read-out leaves 1 - M_tau of a delayed unit-variance input"),
            Identity(
                sp.diff(_loss, _lam),
                -2 * _lam ** (2 * _n - 1) * (_n - (_n + 1) * _lam**2),
                "the slope, n = tau; even powers, so negative poles mirror it",
            ),
            Identity(
                sp.diff(_loss, _lam, 2).subs(_lam, sp.sqrt(_n / (_n + 1))),
                4 * (_n + 1) * (_n / (_n + 1)) ** _n,
                "the curvature where the slope vanishes",
            ),
            Identity(
                _loss.subs(_lam, sp.sqrt(_n / (_n + 1))),
                1 - (_n / (_n + 1)) ** _n / (_n + 1),
                "the value there; the slope is negative below and positive above, so it is the least",
            ),
            Nonnegative(
                (_n + 1) * (_n / (_n + 1) + _p) - _n,
                ((_n + 1) * _p,),
                "above: λ^2 = n/(n + 1) + p",
            ),
            Limit(4 * (_y + 1) / _y * (_y / (_y + 1)) ** _y, _y, sp.oo, 4 / sp.E, "long delays"),
        )
    ),
)
