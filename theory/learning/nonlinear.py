"""Non-linear read-outs y = f(s), s = Re w^* x: the share of each lag in the gradient, and the flow for Gaussian input.

Letters of this room:

    r_τ (`r`)      ⟨δ_t u_{t−τ}⟩, δ = (y − y*) f'(s)     D_n (`D`)   ∂L/∂Re w_n + i ∂L/∂Im w_n
    q (`power`)    ⟨δ²⟩                                  τ_0 (`first`) first lag of a tail
    e_1, e_2, e_3 (`moment`)  E f'(s), E[f'(s)² + f(s) f''(s)], E f'''(s) for s Gaussian of variance ‖w‖²
    o_1, o_2, o_3 (`on_ray`)  the same moments at variance k_K²/M_K, where the flow from w = 0 keeps them
    k'_K (`rate`)  dk_K/dt along the flow from w = 0, at k_K = κ (`at`)
    k_K(1) (`step`)  k_K after one step of gradient descent from w = 0; f'(0) (`slope`)
"""

import sympy as sp

from theory.claim import Claim
from theory.learning.notation import M, N, delay, eta, kernel, matrix_letter, n, tau
from theory.memory.allpass import ORTHONORMAL_STATES
from theory.memory.notation import alpha
from theory.proof import Chain, From, Identity, Induction, Nonnegative

r, D, w = sp.IndexedBase("r"), sp.IndexedBase("D"), sp.IndexedBase("w")
power, first = sp.Symbol("q", nonnegative=True), sp.Symbol("tau_0", integer=True, nonnegative=True)
moment, on_ray = sp.IndexedBase("e"), sp.IndexedBase("o")
rate, at, step, slope = sp.symbols("kdot kappa k_1 f_1", real=True)

_p, _q, _X, _Y, _y, _d, _u = sp.symbols("p q X Y y delta u", real=True)
_f, _h = sp.Function("f"), sp.Function("h")
_s = sp.Symbol("s", real=True)
_a1, _b1, _a2, _b2 = sp.symbols("a_tau b_tau a_sigma b_sigma", real=True)
_g1, _g2, _rest, _mean, _total = sp.symbols("r_1 r_2 R <Ru> S", real=True)
_energy, _head = sp.Function("E"), sp.Function("S")
_m = sp.Symbol("m", integer=True, nonnegative=True)
_Mt = sp.Symbol("M_tau", nonnegative=True)
_P, _g, _gs, _A, _As = matrix_letter("P r r^* A A^*")


_read = _p * _X + _q * _Y  # Re w^* x for w = p + i q, x = X + i Y
_loss = (_f(_read) - _y) ** 2 / 2

BESSEL = Induction(
    _m,
    0,
    Identity(_energy(0), power - _head(0), "no lag taken off", (sp.Eq(_energy(0), power), sp.Eq(_head(0), 0))),
    Identity(
        sp.expand((_rest - _g1 * _u) ** 2),
        power - _total - _g1**2,
        "R is δ less its components along the lags before; as u_{t-τ} is orthogonal to those, <R u> = r_τ, and"
        " <u^2> = 1: taking off one more lag removes r_τ^2 from the mean square",
        using=(
            sp.Eq(_u**2, 1),
            sp.Eq(_rest * _u, _mean),
            sp.Eq(_mean, _g1),
            sp.Eq(_rest**2, power - _total),
        ),
    ),
)

NONLINEAR_GRADIENT = Claim(
    name="learning.nonlinear_gradient",
    statement=sp.And(
        sp.Eq(D[n], sp.Sum(alpha[n, tau] * r[tau], (tau, 0, sp.oo))),
        sp.Le(sp.Sum(sp.Abs(alpha[n, tau] * r[tau]) ** 2, (n, 0, N - 1)), M[tau] * power),
        sp.Le(
            sp.Sum(sp.Abs(sp.Sum(alpha[n, tau] * r[tau], (tau, first, sp.oo))) ** 2, (n, 0, N - 1)),
            sp.Sum(M[tau], (tau, first, sp.oo)) * power,
        ),
        sp.Le(sp.Sum(sp.Abs(sp.Sum(alpha[n, tau] * r[tau], (tau, first, sp.oo))) ** 2, (n, 0, N - 1)), power),
    ),
    assumes="whitened states, any stable poles (zero and repeated ones included), any differentiable f and any target"
    " with <δ^2> finite; the inequalities need white input: <u_{t-τ} u_{t-σ}> = 1 if τ = σ, else 0, uncorrelated"
    " being enough; the equation holds for any input, with any α for which x_t = Σ α_τ u_{t-τ}; a lag with M_τ = 0"
    " contributes nothing",
    kind="at_most",
    source="this project; the non-linear case of Guan et al. 2025",
    prove=lambda: Chain(
        (
            Identity(
                sp.diff(_loss, _p) + sp.I * sp.diff(_loss, _q),
                (_f(_read) - _y) * sp.diff(_f(_read), _p) / _X * (_X + sp.I * _Y),
                "one time step: the gradient of (f(s) - y)^2/2 in w is δ x, δ = (f(s) - y) f'(s)",
            ),
            Identity(
                _d * (_a1 * _u + _rest),
                _a1 * (_d * _u) + _d * _rest,
                "x = α_τ u_{t-τ} + the other lags, lag by lag: averaged, <δ x> = Σ α_τ <δ u_{t-τ}>",
            ),
            BESSEL,
            Identity(
                sp.expand(_Mt * (_d - _g1 * _u) ** 2),
                _Mt * power - _Mt * _g1**2,
                "one lag: M_τ times a mean square, that of δ - r_τ u_{t-τ}, is M_τ q less M_τ r_τ^2 = |α_τ r_τ|^2,",
                using=(sp.Eq(_u**2, 1), sp.Eq(_d * _u, _g1), sp.Eq(_d**2, power)),
            ),
            From(ORTHONORMAL_STATES, "with |α_τ|^2 = M_τ in whitened coordinates"),
            Nonnegative(
                (_a1**2 + _b1**2) * _g2**2 + (_a2**2 + _b2**2) * _g1**2 - 2 * (_a1 * _a2 + _b1 * _b2) * _g1 * _g2,
                ((_a1 * _g2 - _a2 * _g1) ** 2, (_b1 * _g2 - _b2 * _g1) ** 2),
                "Lagrange, for one entry a + i b of α at two lags: summed over all pairs of lags of the tail and"
                " halved, Σ |α|^2 Σ r^2 - |Σ α r|^2 >= 0; summed over the entries, with Σ r^2 <= q",
            ),
            Identity(
                (_As * _A) * (_As * _A),
                _As * _A,
                "whitened states: Σ α_τ α_τ^* = 1, so P = (α_τ^* α_σ) is a projection",
                using=(sp.Eq(_A * _As, 1),),
            ),
            Identity(
                (_gs - _gs * _P) * (_g - _P * _g),
                _gs * _g - _gs * _P * _g,
                "hence |Σ α r|^2 = r^* P r <= r^* r <= q, r set to 0 before the tail",
                using=(sp.Eq(_P**2, _P),),
            ),
        )
    ),
)

_x, _z, _v, _w, _k, _c = sp.symbols("x_n x_m w_m w_n k_K rest", real=True)
_am, _an, _e1, _e2, _e3, _scale, _MK = sp.symbols("alpha_m alpha_n e_1 e_2 e_3 m M_K", real=True)
_weight = sp.exp(-(_x**2) / 2)
_at = _w * _x + _c


def _by_parts(factor: sp.Expr, reason: str) -> Identity:
    """d/dx of factor h(w x + rest) exp(-x²/2), whose integral over the line is 0."""
    return Identity(
        sp.diff(factor * _h(_at) * _weight, _x),
        (sp.diff(factor, _x) * _h(_at) + factor * (sp.diff(_h(_at), _x) - _x * _h(_at))) * _weight,
        reason,
    )


GAUSSIAN_NONLINEAR = Claim(
    name="learning.gaussian_nonlinear",
    statement=sp.And(
        sp.Eq(D[n], (moment[2] - kernel[delay] * moment[3]) * w[n] - moment[1] * alpha[n, delay]),
        sp.Eq(rate, M[delay] * on_ray[1] - (on_ray[2] - at * on_ray[3]) * at),
        sp.Eq(step, eta * slope * M[delay]),
    ),
    assumes="Gaussian white input, real whitened states and real w, teacher y* = u_{t-K}, f three times differentiable,"
    " its derivatives with f^2 of less than Gaussian growth; M_K > 0 in the second line (at M_K = 0 the flow rests at"
    " w = 0 and k_K = 0); w = 0 included, the moments being those of s = 0; N = 1 included",
    kind="equal",
    source="this project, by Stein's identity",
    prove=lambda: Chain(
        (
            _by_parts(sp.Integer(1), "Stein: the left side integrates to 0, so E[x_n h(s)] = w_n E h'(s)"),
            _by_parts(_z, "and E[x_m x_n h(s)] = w_n E[x_m h'(s)] = w_m w_n E h''(s) for m other than n"),
            _by_parts(_x, "E[x_n^2 h(s)] = E h(s) + w_n E[x_n h'(s)] = E h(s) + w_n^2 E h''(s)"),
            Identity(
                sp.diff(_f(_s) * sp.diff(_f(_s), _s), _s),
                sp.diff(_f(_s), _s) ** 2 + _f(_s) * sp.diff(_f(_s), _s, 2),
                "h = f f': the model's own output contributes E[f'^2 + f f''] w",
            ),
            Identity(
                _am * (_v * _w * _e3) + _an * (_e1 + _w * _w * _e3),
                (_am * _v + _an * _w) * _w * _e3 + _an * _e1,
                "h = f': the teacher is u_{t-K} = Σ α_m x_m + noise independent of x, two of its terms shown; it"
                " contributes -(E f' α_K + k_K E f''' w), k_K = Σ α_m w_m",
            ),
            Identity(
                (_e2 - _k * _e3) * (_scale * _an) - _e1 * _an,
                ((_e2 - _k * _e3) * _scale - _e1) * _an,
                "at w = m α_K the gradient is a multiple of α_K: the flow from w = 0 stays on that ray",
            ),
            Identity(
                -((_e2 - _k * _e3) * _scale - _e1) * _MK,
                _MK * _e1 - (_e2 - _k * _e3) * _k,
                "k_K = m M_K moves by M_K dm/dt; the variance of s is m^2 M_K = k_K^2/M_K, so the equation is closed",
                using=(sp.Eq(_scale, _k / _MK),),
            ),
            Identity(
                -eta * ((_e2 - _k * _e3) * _scale - _e1) * _MK,
                eta * slope * _MK,
                "at w = 0 the moment E f' is f'(0)",
                using=(sp.Eq(_scale, 0), sp.Eq(_e1, slope)),
            ),
        )
    ),
)
