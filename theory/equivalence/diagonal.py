"""LegS against LegS-D, its normal part driven by B/2: what an input sees, and what an impulse sees.

q_n  sqrt(2n + 1)      K_n  LegS kernel, (exp(t A) B)_n      K'_n  LegS-D kernel, (exp(t A') B/2)_n, A' = A + B B^*/2
X_n, Y_n  their transforms, Y = X/(1 + ρ)                    r     |ρ| at i ω
e    L^2 distance of the two responses on (0, oo)            v     |u'|, the same norm of the input's derivative
E_n  squared L^2 distance of K'_n and K_n                    W     Gramian of LegS-D in the coordinates x_n/q_n
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.legs import LEGS_EIGENSYSTEM, NPLR_IDENTITY, q
from theory.equivalence.normal_part import S4D_LEGS_LAPLACE
from theory.equivalence.notation import N, j, k, matrix_letter, n
from theory.proof import Chain, From, Identity, Limit, Nonnegative, telescoping

error, steepness = sp.symbols("e v", nonnegative=True)
E, W = sp.IndexedBase("E"), sp.IndexedBase("W")
i = sp.Symbol("i", integer=True, nonnegative=True)

_r, _w, _U, _a, _b, _y = sp.symbols("r omega |U| a b c", positive=True)
_size = sp.Symbol("N", positive=True)
_A, _As, _B, _Bs = matrix_letter("A A^* B B^*")
_f, _x = sp.symbols("f x")
_energy, _cross, _own = sp.symbols("<K'|K'> <K'|K> <K|K>")
_T, _rho, _binomial = sp.symbols("T rho c_N", positive=True)

#: X_n at i ω over ω, and what the bound makes of |X_n| r/(1 - r) |U|.
_resonance = (_w**2 + n**2) * (_w**2 + (n + 1) ** 2)

S4D_LEGS_INPUT_RATE = Claim(
    name="equivalence.s4d_legs_input_rate",
    statement=sp.Le(error, q(n) * (1 / ((2 * n + 1) * N) + 2 / N**2) * steepness),
    assumes="both systems at rest at time 0, u(t) = 0 for t <= 0 without a jump at 0, u' square integrable; all of"
    " (0, oo), for the error arrives around t = 2 ln N; n < N fixed; near equality for slow n = 0 inputs, large N",
    kind="at_most",
    source="this project; that the responses converge: Gu, Gupta, Goel, Ré 2022 (S4D), Theorem 3",
    prove=lambda: Chain(
        (
            From(S4D_LEGS_LAPLACE, "Y - X = -X ρ/(1 + ρ), and |ρ/(1 + ρ)| <= r/(1 - r) with r < 1"),
            Identity(
                _r / (1 - _r),
                (_r + _r**2) * (_w**2 + _size**2) / _size**2,
                "r^2 = ω^2/(ω^2 + N^2)",
                using=(sp.Eq(_r, _w / sp.sqrt(_w**2 + _size**2)),),
            ),
            Nonnegative(
                (2 * _w**2 + _w * _size) - (_w * _a + _w**2),
                (_w * _b,),
                "r/(1 - r) = (ω a + ω^2)/N^2 with a = sqrt(ω^2 + N^2) = ω + N - b, b >= 0: at most (2 ω^2 + ω N)/N^2",
                using=(sp.Eq(_a, _w + _size - _b),),
            ),
            Nonnegative((_w + _size) ** 2 - (_w**2 + _size**2), (2 * _w * _size,), "for a^2 = ω^2 + N^2 <= (ω + N)^2"),
            Nonnegative(
                _resonance - (2 * n + 1) ** 2 * _w**2,
                ((_w**2 - n * (n + 1)) ** 2,),
                "|X_n| = q_n ω/c with c^2 = (ω^2 + n^2)(ω^2 + (n+1)^2): so ω/c <= 1/(2n+1)",
            ),
            Nonnegative(
                _resonance - _w**4,
                (_w**2 * (n**2 + (n + 1) ** 2), n**2 * (n + 1) ** 2),
                "and ω^2/c <= 1",
            ),
            Identity(
                q(n) * _w / _y * (2 * _w**2 + _w * _size) / _size**2 * _U,
                q(n) * (_w / _y / _size + 2 * (_w**2 / _y) / _size**2) * (_w * _U),
                "so |Y_n - X_n| |U| is at most q_n (1/((2n+1) N) + 2/N^2) times ω |U|, which is the transform of u'"
                " as u starts from 0; integrate the squares over ω (Parseval)",
            ),
        )
    ),
)


def _smooth(i: sp.Expr, j: sp.Expr) -> sp.Expr:
    """W_ij for i < j, but for what neighbours have in addition."""
    return (N**2 - 2 * j * (j + 1) + 2 * i * (i + 1)) / (4 * N**2)


def _beside(i: sp.Expr) -> sp.Expr:
    return (i + 1) * (N**2 - (i + 1) ** 2) / (2 * (2 * i + 1) * (2 * i + 3) * N**2)


def _diagonal(i: sp.Expr) -> sp.Expr:
    return sp.Rational(1, 4) + (N**2 - (3 * i**2 + 3 * i + 1)) / (2 * (2 * i + 1) * N**2)


def _before(m: sp.Expr, j: sp.Expr) -> sp.Expr:
    """Sum of (2k+1) W_kj over k < m <= j, the neighbour's addition apart."""
    return (m**2 * (N**2 - 2 * j * (j + 1)) + m**2 * (m**2 - 1)) / (4 * N**2)


def _beyond(m: sp.Expr, j: sp.Expr) -> sp.Expr:
    """Sum of (2k+1) W_jk over m <= k < N, m > j, the neighbour's addition apart."""
    return ((N**2 - m**2) * (N**2 + 2 * j * (j + 1)) - N**2 * (N**2 - 1) + m**2 * (m**2 - 1)) / (4 * N**2)


def _all_before(j: sp.Expr) -> sp.Expr:
    """All of them up to k = j - 1; what that neighbour has in addition is zero at j = 0."""
    return _before(j, j) + (2 * j - 1) * _beside(j - 1)


def _here(j: sp.Expr) -> sp.Expr:
    return (2 * j + 1) * _diagonal(j)


def _all_beyond(j: sp.Expr) -> sp.Expr:
    """All of them from k = j + 1; what that neighbour has in addition is zero at j = N - 1."""
    return _beyond(j + 1, j) + (2 * j + 3) * _beside(j)


def _lyapunov(entry: sp.Expr, row: sp.Expr, column: sp.Expr, where: str) -> Identity:
    """Entry of A' W + W A'^* + B B^*/4 in the coordinates x_n/q_n, given its two signed sums."""
    return Identity(
        -entry + row / 2 + column / 2 + sp.Rational(1, 4),
        sp.Integer(0),
        f"entry (i, j) of A' W + W A'^* + B B^*/4, {where}: -W_ij + 1/4 and half the sums over k of"
        " (2k+1) sgn(k - i) W_kj and (2k+1) sgn(k - j) W_ik",
    )


_GRAMIAN = Chain(
    (
        telescoping(
            (2 * n + 1) * _smooth(n, j),
            _before(n + 1, j),
            n,
            "sums over a column above the diagonal, by a Faulhaber sum",
        ),
        telescoping(
            (2 * (j + 1 + n) + 1) * _smooth(j, j + 1 + n),
            _beyond(j + 1, j) - _beyond(j + 2 + n, j),
            n,
            "sums over a row right of the diagonal",
        ),
        Identity(_beyond(N, j), sp.Integer(0), "which is complete at N"),
        _lyapunov(_diagonal(j), _all_beyond(j) - _all_before(j), _all_beyond(j) - _all_before(j), "i = j"),
        _lyapunov(
            _smooth(i, i + 1) + _beside(i),
            _here(i + 1) + _all_beyond(i + 1) - _before(i, i + 1),
            _beyond(i + 2, i) - _here(i) - _all_before(i),
            "j = i + 1",
        ),
        _lyapunov(
            _smooth(i, j),
            _all_before(j) - _before(i + 1, j) + _here(j) + _all_beyond(j) - _before(i, j),
            _beyond(j + 1, i) - (_all_before(i) + _here(i) + _all_beyond(i) - _beyond(j, i)),
            "j >= i + 2",
        ),
    )
)

S4D_LEGS_KERNEL_GAP = Claim(
    name="equivalence.s4d_legs_kernel_gap",
    statement=sp.And(
        sp.Eq(
            E[n],
            (2 * n + 1) / sp.Integer(4)
            - (3 * n**2 + 3 * n + 1) / (2 * N**2)
            + sp.KroneckerDelta(n, N - 1) * N / (sp.binomial(2 * N, N) + 1),
        ),
        sp.Eq(W[k, k], _diagonal(k)),
        sp.Eq(W[i, j], _smooth(i, j) + sp.Piecewise((_beside(i), sp.Eq(j, i + 1)), (0, True))),
    ),
    assumes="any N, n and k < N, i < j < N (no such pair at N = 1); norms over all of (0, oo). As N grows"
    " E_n grows to q_n^2/4, against |K_n|^2 = 1/2: the kernels do not converge in L^2, and the gap in gain does not"
    " vanish either: it tends to 2 q_n/pi, near ω = N^2/pi",
    kind="equal",
    source="this project; divergence on the impulse: Yu et al. 2023",
    prove=lambda: Chain(
        (
            From(
                NPLR_IDENTITY,
                "in the coordinates x_n/q_n, A'_nk = -δ_nk/2 + (2k+1) sgn(k - n)/2 and B/2 is 1/2;"
                " Re = -1/2, so that the Lyapunov equation has one solution, W",
            ),
            _GRAMIAN,
            From(LEGS_EIGENSYSTEM, "K_n = q_n exp(-t) P_n(2 exp(-t) - 1), the exponents -1..-(n + 1)"),
            Identity(
                (_A + sp.Rational(1, 2)) + (_As + sp.Rational(1, 2)),
                -_B * _Bs,
                "A + A^* + B B^* = -1: the identity is the Gramian of exp(t/2) K, so |exp(t/2) K_n| = 1",
                using=(sp.Eq(_As, -1 - _A - _B * _Bs),),
            ),
            Identity(
                _x * _f + (1 - _x) * _f,
                _f,
                "and |K_n|^2 = 1/2: in x = exp(-t) it is the integral of x f(x), where f(1 - x) = f(x) = q_n^2"
                " P_n(2x - 1)^2 has integral 1",
            ),
            From(S4D_LEGS_LAPLACE, "<K'_n|exp(-m t)> = Y_n(m) = X_n(m) for m < N, and Y = X/(1 + ρ) at N"),
            Identity(
                _energy - 2 * _cross + _own,
                (2 * n + 1) / sp.Integer(4) - (3 * n**2 + 3 * n + 1) / (2 * N**2),
                "n < N - 1: K_n has the exponents -1..-(n+1) only, so <K'|K> = <K|K>",
                using=(sp.Eq(_energy, (2 * n + 1) * _diagonal(n)), sp.Eq(_cross, _own), sp.Eq(_own, sp.Rational(1, 2))),
            ),
            Identity(
                sp.binomial(2 * N, N - n) * (N - n) / (N + n + 1),
                sp.binomial(2 * N, N - n - 1),
                "the product of (N - k)/(N + k + 1) over k < n is C(2N, N - n)/C(2N, N): so ρ(N) = 1/C(2N, N) and, for"
                " n = N - 1, X_n(N) = q_n/C(2N, N)",
            ),
            Identity(
                -2 * (2 * N - 1) * sp.binomial(2 * N - 2, N - 1) * (-_rho / (1 + _rho)) / _binomial,
                N / (_binomial + 1),
                "n = N - 1: exp(-N t) occurs too, with factor q_n C(2N-2, N-1), and, c_N = C(2N, N), adds this to the"
                " squared distance, through -2 <K' - K|K>",
                using=(sp.Eq(_rho, 1 / _binomial), sp.Eq(_binomial, (4 * N - 2) * sp.binomial(2 * N - 2, N - 1) / N)),
            ),
            Limit(
                sp.pi / _T**2 / (sp.sqrt(1 + sp.pi**2 / _T**2) - 1),
                _T,
                sp.oo,
                2 / sp.pi,
                "gain: |Y_n - X_n| <= |X_n| r/(1 - r), about 2 q_n ω/N^2, and equal where the phase of ρ, the sum of"
                " atan(n/ω) + atan((n+1)/ω) or about N^2/ω, is an odd multiple of pi: first near ω = N^2/pi",
            ),
            Identity(
                2 / sp.pi**2 * (1 - sp.Rational(1, 4)) * sp.zeta(2),
                sp.Rational(1, 4),
                "all of the limit sits in the fastest modes: q_n exp(-t/2) times the sum over k of 2/(pi (2k+1))"
                " sin(ω_k t) has squared norm q_n^2 times the sum of 2/(pi^2 (2k+1)^2)",
            ),
        )
    ),
)
