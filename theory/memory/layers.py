"""Whole layers as memories: attention with its fixed or growing state, and training that moves poles.

M^dec  states of a decay recurrence of any width      M^avg  output of a uniform causal average over T tokens
M^lin  linear attention's memory of u                 M^sq   linear attention's memory of u^2
M^win  outputs of T softmax heads, one per position   M'     memory function after training
"""

import sympy as sp

from theory.claim import Claim
from theory.memory.allpass import CAPACITY
from theory.memory.closed_forms import DELAY_LINE, SINGLE_POLE
from theory.memory.notation import M, T, gamma, matrix_letter, tau
from theory.memory.regression import REGRESSION, SIMILARITY
from theory.proof import Chain, From, Identity, telescoping

decayed, averaged, linear, squared, window, trained = (
    sp.IndexedBase(name) for name in ("M_dec", "M_avg", "M_lin", "M_sq", "M_win", "M_new")
)

_key, _values, _J = matrix_letter("k v^T J")
_s, _u, _a, _b, _fourth, _second = sp.symbols("s u a b E[u^4] E[u^2]")
_m = sp.Symbol("m", integer=True, positive=True)
_before, _after, _capacity = sp.symbols("before after r")
_within = tau < T

ATTENTION = Claim(
    name="memory.attention",
    statement=sp.And(
        sp.Eq(decayed[tau], (1 - gamma**2) * gamma ** (2 * tau)),
        sp.Eq(averaged[tau], sp.Piecewise((1 / T, _within), (0, True))),
        sp.Eq(linear[tau], 0),
        sp.Eq(squared[tau], (1 - gamma**2) * gamma ** (2 * tau)),
        sp.Eq(window[tau], sp.Piecewise((1, _within), (0, True))),
    ),
    assumes="i.i.d. symmetric scalar input of variance 1 with u^2 not constant, linearly embedded; decay 0 < γ < 1, any"
    " width; T heads whose scores prefer one position each; T = 1 included. Of the states themselves for decay and"
    " linear attention, of the outputs for average and softmax, whose state, the cache, grows with T",
    kind="equal",
    source="this project; Guan et al. 2025 say `fixed capacity, single eigenvalue`",
    corrects="fixed capacity and a single eigenvalue are true of the states of a decay recurrence; a uniform"
    " average over T tokens has another memory function, and softmax heads that address T positions have"
    " capacity T, with a state that grows with T",
    prove=lambda: Chain(
        (
            Identity(
                gamma * (_key * _s) + _key * _u,
                _key * (gamma * _s + _u),
                "decay of width d: S = k s solves S_t = γ S_{t-1} + k u_t when s_t = γ s_{t-1} + u_t; one direction of"
                " the d moves",
            ),
            From(REGRESSION, "on the controllable subspace, the line spanned by k"),
            From(SINGLE_POLE, "the scalar s has the one pole γ, so its capacity is 1"),
            telescoping(
                1 / T**2, _m / T**2, _m, "uniform average: variance T (1/T)^2 = 1/T, the sum of T terms", start=1
            ),
            Identity(
                (1 / T) ** 2 / (T / T**2),
                1 / T,
                "covariance 1/T with each of the T inputs averaged, 0 with the older ones: M = (1/T)^2/(1/T)",
            ),
            Identity(
                (_u * _key) * (_u * _values),
                _u**2 * (_key * _values),
                "linear attention: key k u times value v u is a fixed matrix times u^2, so s_t = γ s_{t-1} + u_t^2",
            ),
            Identity(
                _u**3 + (-_u) ** 3,
                sp.Integer(0),
                "the covariance of u_t^2 and u_t is E u^3, where u and -u, equally likely, cancel",
            ),
            Identity(
                (_u**2 - _second) / sp.sqrt(_fourth - _second**2) * sp.sqrt(_fourth - _second**2) + _second,
                _u**2,
                "the standardised square is white, and the state is the single pole γ driven by it",
            ),
            From(SINGLE_POLE, "which gives the memory of u^2"),
            Identity(
                ((_a - _b) + _b * _J) * ((_a - _b + T * _b) - _b * _J),
                (_a - _b) * (_a - _b + T * _b),
                "T heads weigh their own position by a and the others by b: (a - b) + b J with J all ones, J J = T J,"
                " is invertible for a > b > 0",
                using=(sp.Eq(_J**2, T * _J),),
            ),
            From(SIMILARITY, "so the T outputs remember what the last T inputs do"),
            From(DELAY_LINE, "which is everything for tau < T and nothing beyond"),
        )
    ),
)

TRAINING_KEEPS_CAPACITY = Claim(
    name="memory.training_keeps_capacity",
    statement=sp.Eq(sp.Sum(trained[tau], (tau, 0, sp.oo)), sp.Sum(M[tau], (tau, 0, sp.oo))),
    assumes="white input; before and after training the poles are stable and the pair controllable (in a diagonal"
    " layer: poles distinct, no zero in B); whatever the training did in between; N = 1 included",
    kind="equal",
    source="this project; Guan et al. 2025 report `only modest changes`",
    corrects="the paper reports modest changes; where the pair is controllable before and after training, the sum"
    " over all lags does not change at all",
    prove=lambda: Chain(
        (
            From(CAPACITY, "before training: M sums to the rank r of [B, AB, ..], which is N"),
            From(CAPACITY, "after training: so does M'"),
            Identity(
                _after - _before,
                sp.Integer(0),
                "training keeps the number N of states, so both sums are N",
                using=(sp.Eq(_after, _capacity), sp.Eq(_before, _capacity)),
            ),
        )
    ),
)
