"""The normal part of LegS: what rank one does to the resolvent, and the spectrum by one scalar equation.

q_n   sqrt(2n + 1)      A, B  LegS      A + B B^*/2, driven by B/2: its normal part, LegS-D
ρ     1 - B^* (s - A)^{-1} B at s, and at i ω (`on_axis`)
X_n   entry n of (s - A)^{-1} B, the transform of the LegS kernel at s; Z_n the same at i ω, F_n at an integer
Y_n   entry n of (s - A - B B^*/2)^{-1} B/2, the same for LegS-D; H_n at an integer below N
ω_k   frequency of mode k of LegS-D, k = 0 the fastest      v_k  its unit eigenvector      Φ  sum of atan(ω/(n + 1/2))
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.legs import LEGS_EIGENSYSTEM, NPLR_IDENTITY, half, q
from theory.equivalence.notation import N, k, matrix_letter, n, product
from theory.proof import Chain, From, Identity, Induction, Limit, Nonnegative

s = sp.Symbol("s")
omega = sp.Symbol("omega", real=True)
rho, on_axis = sp.symbols("rho rho_omega")
X, Y, Z, F, H, frequency, weight = (sp.IndexedBase(name) for name in ("X", "Y", "Z", "F", "H", "omega", "w"))

_A, _B, _Bs, _X = matrix_letter("A B B^* X")
_s, _rho, _x, _left, _sum = sp.symbols("s rho X_n rho_n S")
_h, _w, _norm, _slope, _overlap = sp.symbols("h omega |X|^2 Phi' B^*v", positive=True)
_theta = sp.Symbol("theta", real=True)
_T = sp.Symbol("T", positive=True)
_modulus, _sums = sp.Function("p"), sp.Function("H")


def passed(states: sp.Expr) -> sp.Expr:
    """What the first states leave of the input: the product of (s - k)/(s + k + 1)."""
    return product((s - k) / (s + k + 1), (k, 0, states - 1))


#: The resolvent row by row: (s + n + 1) X_n + q_n sum_{k<n} q_k X_k = q_n.
_ROWS = Chain(
    (
        Identity(
            (_s + n + 1) * _x + q(n) * _sum,
            q(n),
            "row n of (s - A) X = B, S the sum of q_k X_k over k < n: with ρ_n = 1 - S, X_n = q_n ρ_n/(s + n + 1)",
            using=(sp.Eq(_x, q(n) * (1 - _sum) / (_s + n + 1)),),
        ),
        Identity(
            _left - q(n) * (q(n) * _left / (_s + n + 1)),
            _left * (_s - n) / (_s + n + 1),
            "so ρ_{n+1} = ρ_n - q_n X_n is ρ_n (s - n)/(s + n + 1), from ρ_0 = 1 up to ρ = ρ_N",
        ),
    )
)

_ON_AXIS = Induction(
    n,
    0,
    Identity(
        _modulus(0),
        (_w**2 + 0) / _w**2,
        "|ρ_n|^2 at i ω: no factor, and 1",
        using=(sp.Eq(_modulus(0), 1),),
    ),
    Identity(
        _w**2 / (_w**2 + n**2) * ((_w**2 + n**2) / (_w**2 + (n + 1) ** 2)),
        _w**2 / (_w**2 + (n + 1) ** 2),
        "|ρ_n|^2 at i ω: |i ω - n|^2/|i ω + n + 1|^2 telescopes, |ρ_n|^2 = ω^2/(ω^2 + n^2)",
    ),
)

S4D_LEGS_LAPLACE = Claim(
    name="equivalence.s4d_legs_laplace",
    statement=sp.And(
        sp.Eq(rho, passed(N)),
        sp.Eq(X[n], q(n) / (s + n + 1) * passed(n)),
        sp.Eq(Y[n], X[n] / (1 + rho)),
        sp.Eq(sp.Abs(on_axis), sp.Abs(omega) / sp.sqrt(omega**2 + N**2)),
        sp.Eq(sp.Abs(Z[n]), q(n) * sp.Abs(omega) / sp.sqrt((omega**2 + n**2) * (omega**2 + (n + 1) ** 2))),
        sp.Eq(H[n], F[n]),
    ),
    assumes="any N, n < N; s no pole of either system and, as the products are written, not 0..N-1; ω not 0; H and F"
    " at an integer 0..N-1, where ρ = 0: equal gain for constants, equal moments in exp(-t). At N itself they differ",
    kind="equal",
    source="this project; Yu et al. 2023 give a formula for the same deviation, not compared term by term",
    prove=lambda: Chain(
        (
            _ROWS,
            Identity(
                (_s - _A) * _X - _B * (_Bs * _X) / 2,
                _B * (1 + _rho) / 2,
                "Sherman-Morrison: (s - A - B B^*/2) X, with (s - A) X = B and B^* X = 1 - ρ; so Y = X/(1 + ρ)",
                using=(sp.Eq(_A * _X, _s * _X - _B), sp.Eq(_Bs * _X, 1 - _rho)),
            ),
            _ON_AXIS,
            Identity(
                (q(n) ** 2 / (_w**2 + (n + 1) ** 2)) * (_w**2 / (_w**2 + n**2)),
                (q(n) * _w / sp.sqrt((_w**2 + n**2) * (_w**2 + (n + 1) ** 2))) ** 2,
                "|X_n|^2 = q_n^2 |ρ_n|^2/|i ω + n + 1|^2",
            ),
            Identity(
                (_left * (_s - n) / (_s + n + 1)).subs(_s, n),
                sp.Integer(0),
                "at s = n < N one factor of ρ vanishes, so Y = X; at s = N none does",
            ),
        )
    ),
)

_turn = (sp.I * sp.sin(_theta) - sp.cos(_theta)) / (sp.I * sp.sin(_theta) + sp.cos(_theta))

NORMAL_PART_SPECTRUM = Claim(
    name="equivalence.normal_part_spectrum",
    statement=sp.And(
        sp.Eq(sp.Sum(sp.atan(2 * frequency[k] / (2 * n + 1)), (n, 0, N - 1)), (N - 1) * sp.pi / 2 - k * sp.pi),
        sp.Eq(weight[k], 2 / sp.Sum((n + half) / ((n + half) ** 2 + frequency[k] ** 2), (n, 0, N - 1))),
    ),
    assumes="any N, N = 1 (ω = 0) included; ω_k the imaginary parts of the eigenvalues of LegS-D, largest first, w_k ="
    " |v_k^* B|^2. Neighbours differ by pi/Φ' somewhere between them: near ω = 0 by about pi/(ln N + 2 ln 2 + 0.577)",
    kind="iff",
    source="this project; the asymptotics were conjectured in Gu, Gupta, Goel, Ré 2022 (S4D)",
    prove=lambda: Chain(
        (
            From(NPLR_IDENTITY, "the eigenvalues of A + B B^*/2 are N in number and lie on Re s = -1/2"),
            From(LEGS_EIGENSYSTEM, "where A has none: s - A is invertible there"),
            From(S4D_LEGS_LAPLACE, "X = (s - A)^{-1} B and ρ = 1 - B^* X"),
            Identity(
                (_s - _A) * _X - _B * (_Bs * _X) / 2,
                _B * (1 + _rho) / 2,
                "X is an eigenvector of A + B B^*/2 where ρ = -1",
                using=(sp.Eq(_A * _X, _s * _X - _B), sp.Eq(_Bs * _X, 1 - _rho)),
            ),
            Identity(
                _overlap - (1 - _rho) * _overlap / 2,
                (1 + _rho) * _overlap / 2,
                "and only there: (s - A) v = B (B^* v)/2 makes v = X (B^* v)/2, B^* v not zero, and times B^* it reads"
                " (1 + ρ) B^* v = 0",
            ),
            Identity(
                sp.expand_complex(_turn),
                sp.expand_complex(-sp.exp(-2 * sp.I * _theta)),
                "at s = -1/2 + i ω each factor of ρ is (i ω - h)/(i ω + h), h = n + 1/2; with ω/h = tan θ that is"
                " -exp(-2 i θ), so ρ = (-1)^N exp(-2 i Φ), and ρ = -1 where Φ = (N - 1) pi/2 - k pi for an integer k",
            ),
            Nonnegative(
                sp.diff(sp.atan(_w / _h), _w),
                (_h / (_h**2 + _w**2),),
                "Φ increases, by h/(h^2 + ω^2) in every term, from -N pi/2 to N pi/2: each k = 0..N-1 is met once, and"
                " no other k",
            ),
            Identity(
                (2 * n + 1) / ((n + half) ** 2 + _w**2),
                2 * (n + half) / ((n + half) ** 2 + _w**2),
                "|X_n|^2 = q_n^2/|s + n + 1|^2, the factors of ρ being of modulus 1: the squared length of X is 2 Φ'",
            ),
            Identity(
                sp.Integer(1 - (-1)) ** 2 / _norm,
                2 / _slope,
                "v = X/|X| and B^* X = 1 - ρ = 2",
                using=(sp.Eq(_norm, 2 * _slope),),
            ),
            Identity(
                1 / _h - _h / (_h**2 + _w**2),
                _w**2 / (_h * (_h**2 + _w**2)),
                "Φ differs by pi between neighbours, so they differ by pi/Φ' at some ω between them; and Φ' misses its"
                " value at 0, the sum of 2/(2n+1), by at most ω^2 times the sum of 1/h^3",
            ),
            Identity(
                2 * _sums(2 * n + 2) - _sums(n + 1),
                2 * _sums(2 * n) - _sums(n) + 2 / (2 * n + 1),
                "that value is twice the harmonic number of 2N less that of N, by induction from 0",
                using=(
                    sp.Eq(_sums(2 * n + 2), _sums(2 * n) + 1 / (2 * n + 1) + 1 / (2 * n + 2)),
                    sp.Eq(_sums(n + 1), _sums(n) + 1 / (n + 1)),
                ),
            ),
            Limit(sp.harmonic(_T) - sp.log(_T), _T, sp.oo, sp.EulerGamma, "harmonic numbers"),
            Identity(
                2 * (sp.EulerGamma + sp.log(2 * _T)) - (sp.EulerGamma + sp.log(_T)),
                sp.log(_T) + 2 * sp.log(2) + sp.EulerGamma,
                "so it grows like ln N + 2 ln 2 + 0.577..: as ω is of order 1/ln N, the lowest gaps times this tend to"
                " pi",
            ),
        )
    ),
)
