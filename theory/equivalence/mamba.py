"""The simplified input rule of Mamba, Δ B, beside the zero-order hold it stands for, Δ φ(Δ a) B.

K_Z, K_E  kernels C_n λ_n^l B_n of mode n, lag l, by the hold and by the simplified rule      K  of all, by the hold
M_Z, M_E  memory functions      z, w  complex Δ a      φ_z, φ_w, φ_x  φ at z, at w and at -x
α         |a| of one real pole a < 0      Δ  the longest step      h_Z_t, h_E_t  its state at step t
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import Delta, K, N, l, n, phi, tau, z
from theory.memory.regression import POLES_ONLY
from theory.proof import Chain, Cited, From, Identity, Induction, Limit, Nonnegative, Proof

mode_held, mode_euler, memory_held, memory_euler = (sp.IndexedBase(name) for name in ("K_Z", "K_E", "M_Z", "M_E"))
state_held, state_euler = sp.IndexedBase("h_Z"), sp.IndexedBase("h_E")
phi_z, phi_w, phi_x, _z, _w = sp.symbols("phi_z phi_w phi_x z w")
x, alpha = sp.symbols("x alpha", positive=True)
t = sp.Symbol("t", integer=True, nonnegative=True)

_lamda, _Bn, _Cn, _dt, _factor = sp.symbols("lamda B C Delta phi", nonzero=True)
_real, _angle, _s = sp.symbols("p q s", real=True)
_r = sp.Symbol("r", positive=True)

MAMBA_RESCALING = Claim(
    name="equivalence.mamba_input_is_a_rescaling",
    statement=sp.And(
        sp.Eq(mode_held[n, l], phi(z[n]) * mode_euler[n, l]),
        sp.Eq(K[l], sp.Sum(phi(z[n]) * mode_euler[n, l], (n, 0, N - 1))),
        sp.Eq(memory_euler[tau], memory_held[tau]),
    ),
    assumes="one fixed step, diagonal A, z_n = Δ a_n with e^{z_n} distinct and Re z_n < 0, so φ(z_n) is not zero (it"
    " is at z = 2 pi i k, k not 0: there the hold loses the mode); no entry of B zero; the model with rule Δ φ B and"
    " read-out C is the one with rule Δ B and read-out φ C, the memory, and with it the capacity, one and the same",
    kind="equal",
    source="this project, on a question asked of state-spaces/mamba and mamba-minimal",
    prove=lambda: Chain(
        (
            Identity(
                _Cn * _lamda**l * (_dt * _factor * _Bn),
                _factor * (_Cn * _lamda**l * (_dt * _Bn)),
                "both rules share λ = e^z, which cancels: the ratio of the kernels is φ(z) at every lag",
            ),
            Identity(
                (_factor * _Cn) * _lamda**l * (_dt * _Bn),
                _Cn * _lamda**l * (_dt * _factor * _Bn),
                "so φ may be moved from B to C, mode by mode",
            ),
            Identity(
                sp.exp(_real + sp.I * _angle) * sp.exp(_real - sp.I * _angle),
                sp.exp(2 * _real),
                "φ(z) = 0 needs e^z = 1, and |e^z|^2 = e^{2 Re z} is below 1",
            ),
            From(POLES_ONLY, "memory depends on no entry of B, as long as none is zero"),
        )
    ),
)


def _rising(difference: sp.Expr, order: int, slope: sp.Expr, reason: str) -> tuple[Proof, ...]:
    """Non-negative for x >= 0: the derivatives below `order` vanish at 0 and that of `order` is `slope` >= 0."""
    starts = tuple(
        Identity(sp.diff(difference, x, m).subs(x, 0), sp.Integer(0), f"{reason}; derivative {m} at x = 0")
        for m in range(order)
    )
    return (*starts, Nonnegative(sp.diff(difference, x, order), (slope,), f"{reason}; derivative {order}"))


_small = sp.exp(-x)
_E, _slack, _rest, _W = sp.symbols("e^{-x} S R W", nonnegative=True)
_D = sp.Symbol("1-e^{-x}", positive=True)

_GROWING = _rising(1 - (1 + x) * _small, 1, x * _small, "1 - (1 + x) e^{-x} >= 0")

MAMBA_ERROR = Claim(
    name="equivalence.mamba_input_error",
    statement=sp.And(
        sp.Le(sp.Abs(phi_z - 1), sp.Abs(_z) / 2),
        sp.Le(sp.Abs(phi_z), 1),
        sp.Ge(phi_x, 0),
        sp.Ge(phi_x, 1 - x / 2),
        sp.Le(phi_x, 1 - x / 2 + x**2 / 6),
        sp.Ge(1 / phi_x, x),
        sp.Ge(1 / phi_x, 1 + x / 2),
        sp.Le(1 / phi_x, 1 + x / 2 + x**2 / 12),
        sp.Le(1 / phi_x, 1 + x),
        sp.Le(sp.Abs(1 / phi_w - 1), 1 + sp.Abs(_w) / 2 - sp.Abs(_w) / 2 * sp.cot(sp.Abs(_w) / 2)),
    ),
    assumes="φ_z at any z with Re z <= 0; φ_x at -x, x > 0, as in Mamba, whose A is real and negative; φ_w at any"
    " complex w with 0 < |w| < 2 pi; each bound is approached as its argument tends to 0, or to infinity for the bounds"
    " 0, x and 1 + x; near w = 2 pi i no bound on 1/φ exists: |1/φ| is about 2 pi/ε at 2 pi i - ε",
    kind="at_most",
    source="this project; the bound for complex w rests on the Bernoulli series of w/(e^w - 1)",
    prove=lambda: Chain(
        (
            Identity(
                sp.diff(sp.exp(_s * _z) / _z, _s),
                sp.exp(_s * _z),
                "φ(z) is the mean of e^{s z} over 0 <= s <= 1, and |e^{s z}| = e^{-x} with x = -s Re z",
            ),
            *_rising(1 - _small, 1, _small, "1 - e^{-x} >= 0, so |φ| <= 1, and φ_x <= 1"),
            Identity(
                sp.integrate(_s * sp.Abs(_z), (_s, 0, 1)),
                sp.Abs(_z) / 2,
                "φ - 1 is the mean of e^{s z} - 1, itself the integral of z e^{r z} over 0 <= r <= s, so at most s |z|",
            ),
            *_rising(
                x - 1 + _small - x**2 / 2 + x**3 / 6, 4, _small, "φ_x <= 1 - x/2 + x^2/6, as 1 - φ = (x - 1 + e^{-x})/x"
            ),
            Nonnegative(
                1 - (1 - _D / x),
                (_D / x,),
                "φ_x > 0, and φ_x >= 1 - x/2 is the bound on |φ - 1| at -x",
            ),
            Identity(
                x / _D - 1 - x / 2,
                (x * (1 + _E) - 2 * (1 - _E)) / (2 * _D),
                "1/φ >= 1 + x/2 when x (1 + e^{-x}) >= 2 (1 - e^{-x})",
                using=(sp.Eq(_D, 1 - _E),),
            ),
            *_rising(x * (1 + _small) - 2 * (1 - _small), 2, x * _small, "x (1 + e^{-x}) - 2 (1 - e^{-x}) >= 0"),
            Nonnegative(x / _D - 1 - (x - 1), (x * _E / _D,), "1/φ >= x", using=(sp.Eq(_E, 1 - _D),)),
            Identity(
                x - (x / _D - 1),
                (1 - (1 + x) * _E) / _D,
                "1/φ <= 1 + x when 1 >= (1 + x) e^{-x}",
                using=(sp.Eq(_D, 1 - _E),),
            ),
            *_GROWING,
            Identity(
                x / 2 + x**2 / 12 - (x / (1 - _small) - 1),
                (sp.exp(x) * (1 - x / 2 + x**2 / 12) - (1 + x / 2 + x**2 / 12)) / (sp.exp(x) - 1),
                "1/φ <= 1 + x/2 + x^2/12 when the numerator here is non-negative",
            ),
            *_rising(
                sp.exp(x) * (1 - x / 2 + x**2 / 12) - (1 + x / 2 + x**2 / 12),
                3,
                sp.exp(x) * x**2 / 12,
                "which it is",
            ),
            Cited(
                "w/(e^w - 1) = 1 - w/2 + the sum of B_{2k} w^{2k}/(2k)! for |w| < 2 pi, the Bernoulli numbers B_{2k}"
                " alternating in sign: so |1/φ(w) - 1| <= |w|/2 less the sum at w = i |w|"
            ),
            Identity(
                sp.I * _r / (sp.exp(sp.I * _r) - 1) + sp.I * _r / 2,
                _r / 2 * sp.cot(_r / 2).rewrite(sp.exp),
                "and 1 plus that sum is w/(e^w - 1) + w/2 at w = i r",
            ),
            Limit(
                _r * (2 * sp.pi * sp.I - _r) / (sp.exp(-_r) - 1),
                _r,
                sp.Integer(0),
                -2 * sp.pi * sp.I,
                "no bound at 2 pi i: at 2 pi i - r the inverse of φ is about -2 pi i/r",
            ),
        )
    ),
)

_he, _hz, _v = sp.symbols("h_E h_Z v")
_y = sp.Symbol("y", positive=True)
_T = sp.Symbol("T", positive=True)

_longest = Delta * alpha
_growth = sp.exp(_longest)

MAMBA_SELECTIVE = Claim(
    name="equivalence.mamba_selective_error",
    statement=sp.Le(
        sp.Abs(state_euler[t] - state_held[t]),
        (Delta * alpha * sp.exp(Delta * alpha) / (sp.exp(Delta * alpha) - 1) - 1) / alpha,
    ),
    assumes="one real pole -α < 0, steps 0 < Δ_t <= Δ, inputs |B_t u_t| <= 1, all three the same in both recurrences"
    " and free to depend on the past, states equal at the start; approached for constant steps Δ and constant input",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                (_E * _he + _y / alpha * _v) - (_E * _hz + (1 - _E) / alpha * _v),
                _E * (_he - _hz) + (_y - 1 + _E) / alpha * _v,
                "one step, y = Δ_t α, e^{-y} written as it is for x: the difference obeys a recurrence, |v| <= 1",
            ),
            *_rising(x - 1 + _small, 2, _small, "x - 1 + e^{-x} >= 0"),
            Identity(
                sp.diff(x / (1 - _small), x),
                (1 - (1 + x) * _small) / (1 - _small) ** 2,
                "x/(1 - e^{-x}) increases with x, as the numerator here is not negative",
            ),
            *_GROWING,
            Induction(
                t,
                0,
                Nonnegative(_W + _rest, (_W, _rest), "no difference at the start, and the bound is not negative"),
                Nonnegative(
                    (_W + _rest) - (_E * (_W + _rest - _slack) + (_y - 1 + _E)),
                    (_rest * _D, _slack * _E),
                    "times α: with W = y/(1 - e^{-y}) - 1 the bound is W + R, R >= 0 as y <= Δ α; a difference S below"
                    " it stays within it",
                    using=(sp.Eq(_y, (_W + 1) * (1 - _E)), sp.Eq(_D, 1 - _E)),
                ),
            ),
            Identity(
                _E * (x / (1 - _E) - 1) + (x - 1 + _E),
                x / (1 - _E) - 1,
                "constant steps and input: the bound, x e^x/(e^x - 1) - 1 over α, is the fixed point of the recurrence",
            ),
            Limit(sp.exp(-_r * _T), _T, sp.oo, sp.Integer(0), "which is approached by the factor e^{-x} in each step"),
        )
    ),
)
