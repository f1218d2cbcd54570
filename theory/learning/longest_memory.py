"""The way up against the way down: where the delay is unknown, start with the longest memory.

T_up, T_down  times of the ways of `theory.learning.single_pole`      u, p, v, q, r  their bounds, and what is left
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import tau
from theory.learning.single_pole import DESCENT_TIME, ESCAPE_TIME, D, T_down, T_up, start, stop
from theory.proof import Chain, From, Limit, Nonnegative

_ratio = start / stop
_y, _z = sp.symbols("y z", positive=True)
_p, _r, _u, _v = sp.symbols("p r u v", nonnegative=True)

_odds = tau * (tau - 1) * sp.E * D * start ** (2 * tau - 2)

LONGEST_MEMORY_FIRST = Claim(
    name="learning.longest_memory_first",
    statement=sp.Ge(_odds * T_up, (tau + 1) * (1 - _ratio ** (2 * tau - 2)) * T_down, evaluate=False),
    assumes="both ways as in learning.escape_time (T_up from λ_0 to λ_1 < λ*) and learning.descent_time (T_down from"
    " 1 to share x), delay tau >= 2; over all tau >= 0 the way down from 1 to share x takes at most e D/4, the way up"
    " from one λ_0 < 1 grows like λ_0^(-2 tau)/tau^2 without bound: where the delay is unknown, start with the longest"
    " memory; in the parameter ν (learning.log_log_pole) the way down takes Θ(tau), no longer bounded",
    kind="at_least",
    source="this project",
    prove=lambda: Chain(
        (
            From(ESCAPE_TIME, "T_up is u + p, u its lower bound"),
            From(DESCENT_TIME, "T_down is v - q >= 0, v = e D/(4 (tau + 1)) its upper bound"),
            Nonnegative(
                (_u + _p) * _v - _u * (_v - _r),
                (_p * _v, _u * _r),
                "so T_up v >= u T_down, with r = q; multiplied by 4 tau (tau - 1)(tau + 1) λ_0^(2 tau - 2)",
            ),
            Limit(
                _y**2 * (1 + _z) ** -_y, _y, sp.oo, sp.Integer(0), "λ_0^(-2) = 1 + z: the power outgrows tau^2 = y^2"
            ),
        )
    ),
)
