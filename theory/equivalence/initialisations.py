"""The initialisations of diagonal models against what they are said to approximate.

ω_k   frequency of mode k of LegS-D, k = 0 the fastest     ν_k  that of S4D-Inv, (N/pi) (N/(2k+1) - 1)
m     the same in the bulk: m/N fixed                      x    (2k+1)/N, the index     y  ω/N
s_n   eigenvalues of FouT's normal part, Im s_n >= 0       s'_n S4D-Lin
F, L  memory functions under a zero-order hold with step Δ: LegS as a matrix, LegS by its poles
D, H  the same for LegS-D, at step Δ_1 and at step (N + 1) Δ
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.legs import LEGS_EIGENSYSTEM, NPLR_IDENTITY, half
from theory.equivalence.normal_part import NORMAL_PART_SPECTRUM
from theory.equivalence.notation import Delta, N, k, n, tau
from theory.memory.allpass import FIRST_LAG, TAIL_ENERGY
from theory.memory.regression import POLES_ONLY
from theory.proof import Chain, From, Identity, Induction, Limit, Nonnegative, telescoping

frequency, inverse, s, lin = (sp.IndexedBase(name) for name in ("omega", "nu", "s", "s'"))
A, B, F, L, D, H = (sp.IndexedBase(name) for name in "ABFLDH")
middle = sp.Symbol("m", integer=True, nonnegative=True)
other_step = sp.Symbol("Delta_1", positive=True)
count, pairs, numerator, denominator = sp.symbols("count M p q", integer=True, positive=True)

_T, _x, _y, _v, _c = sp.symbols("T x y v c", positive=True)
_m, _some, _more = sp.symbols("m q' r", integer=True, nonnegative=True)
_s, _z, _pole, _turn = sp.symbols("s z lamda R_1k")
_a, _b, _p, _q, _gap, _turns = sp.symbols("a b p' q' j-j' l", integer=True)
_sine, _growth, _cosines, _spread = sp.symbols("s e S g", nonnegative=True)


def index_law(y: sp.Expr) -> sp.Expr:
    """The limit of (2k+1)/N at ω_k = y N."""
    return 2 / sp.pi * (sp.atan(1 / y) - y / 2 * sp.log(1 + 1 / y**2))


_odd, _share = 2 * k + 1, frequency[middle] / N
_guess = _T**2 / _c * (1 - _c**2 / (6 * _T**2))
_cubic = _T**2 / (2 * _guess) - _T**2 * (2 * _T**2 - 1) / (24 * _guess**3) - _c / 2

S4D_INV_ASYMPTOTICS = Claim(
    name="equivalence.s4d_inv_asymptotics",
    statement=sp.And(
        sp.Eq(N**2 * (sp.pi * _odd * frequency[k] / N**2 - 1), -(sp.pi**2) * _odd**2 / 6),
        sp.Eq(N * (inverse[k] / frequency[k] - 1), -_odd + sp.pi**2 * _odd**2 / (6 * N)),
        sp.Eq((2 * middle + 1) / N, index_law(_share)),
        sp.Eq(inverse[middle] / frequency[middle], (1 / index_law(_share) - 1) / (sp.pi * _share)),
    ),
    assumes="N -> oo; k fixed in the first two lines, of second order in 1/N as written: S4D-Inv is off by (2k+1)/N;"
    " m/N fixed in the others, of second order too: there S4D-Inv obeys x = 1/(pi y + 1), off by up to 0.0627 in"
    " index (y = 0.366), by down to -22.2 % in frequency (x = 0.525), by 0 at x = 0.914 and without bound as x -> 1",
    kind="rate",
    source="this project; S4D-Inv: Gu, Gupta, Goel, Ré 2022 (S4D)",
    untrained="a law of the numbers a layer starts from: reading them back from the layer adds no witness",
    prove=lambda: Chain(
        (
            From(NORMAL_PART_SPECTRUM, "the sum of atan(h/ω) over h = n + 1/2, n < N, is (2k+1) pi/2 = c/2"),
            telescoping(n + half, (n + 1) ** 2 / 2, n, "the sum of h is N^2/2"),
            telescoping(
                (n + half) ** 3,
                (n + 1) ** 2 * (2 * (n + 1) ** 2 - 1) / 8,
                n,
                "the sum of h^3 is N^2 (2 N^2 - 1)/8",
            ),
            Limit(
                _T**4 * _cubic,
                _T,
                sp.oo,
                _c**3 / 24 - _c**5 / 36,
                "top: with ω of order N^2 and atan x = x - x^3/3 + O(x^5) the condition is met up to O(N^-4) at"
                " ω = (N^2/c)(1 - c^2/(6 N^2)), where its slope in ln ω is about -c/2: ω_k is that up to O(N^-4)",
            ),
            Limit(
                _T * (_T * ((_T**2 / _c) * (1 - _c / (sp.pi * _T)) / _guess - 1) + _c / sp.pi),
                _T,
                sp.oo,
                _c**2 / 6,
                "S4D-Inv over this, (2k+1)/N being c/(pi N): -(2k+1) + c^2/(6 N), and the rest O(N^-2)",
            ),
            Identity(
                sp.diff(_v * sp.atan(_y / _v) + _y / 2 * sp.log(_v**2 + _y**2), _v),
                sp.atan(_y / _v),
                "bulk: Φ(y N)/N is the midpoint sum of atan(y/v) over 0 < v < 1 with N cells, so off by O(N^-2)",
            ),
            Limit(_v * sp.atan(_y / _v), _v, sp.Integer(0), sp.Integer(0), "the lower end of the integral"),
            Identity(
                1 - 2 / sp.pi * (sp.pi / 2 - sp.atan(1 / _y) + _y / 2 * (sp.log(1 + _y**2) - sp.log(_y**2))),
                index_law(_y).subs(sp.log(1 + 1 / _y**2), sp.log(1 + _y**2) - sp.log(_y**2)),
                "which equals pi/2 - pi x/2 at ω_k, x = (2k+1)/N: solved for x",
            ),
            Identity(
                1 / (sp.pi * ((1 / _x - 1) / sp.pi) + 1),
                _x,
                "S4D-Inv has ν/N = (1/x - 1)/pi exactly, to be compared with y",
            ),
            Limit(
                sp.pi * _x * index_law(_x),
                _x,
                sp.oo,
                sp.Integer(1),
                "both laws are 1/(pi y) at large y",
            ),
        )
    ),
)

_rates = sp.Matrix([[-_s, -sp.pi * n], [sp.pi * n, -_s]])

S4D_LIN_IS_FOUT = Claim(
    name="equivalence.s4d_lin_is_fout",
    statement=sp.And(
        sp.Eq(s[2 * n], sp.I * sp.pi * n),
        sp.Eq(s[2 * n + 1], -sp.I * sp.pi * n),
        sp.Eq(lin[n], s[2 * n] - half),
        sp.Eq(A[1, k], 0),
        sp.Eq(B[1], 0),
    ),
    assumes="N even, n < N/2; A = pi R - B B^*, R turning coordinates (2n, 2n+1) at rate n, B = (1, 0, sqrt 2, 0, ..),"
    " as in the code of S4; s the eigenvalues of A + B B^* by size of Im, 0 double. Re = 0: the -1/2 of S4D-Lin is a"
    " choice",
    kind="equal",
    source="Gu, Gupta, Goel, Ré 2022 (S4D), and the code of S4",
    prove=lambda: Chain(
        (
            Identity(
                _rates.det(),
                (_s - sp.I * sp.pi * n) * (_s + sp.I * sp.pi * n),
                "A + B B^* is pi R, whose 2 by 2 block n has the eigenvalues i pi n and -i pi n",
            ),
            Identity(
                sp.pi * _turn - B[1] * B[k],
                sp.Integer(0),
                "row 1 of A: R_1k is 0, at rate 0, and so is B_1: no input reaches this eigenvalue 0 of A",
                using=(sp.Eq(_turn, 0), sp.Eq(B[1], 0)),
            ),
        )
    ),
)

_first = sp.Sum(sp.sinh(n * Delta), (n, 1, N))
_turned = sp.Sum(sp.cos(frequency[k] * other_step), (k, 0, N - 1))

FULL_AND_NORMAL_DIFFER = Claim(
    name="equivalence.full_and_normal_differ",
    statement=sp.And(
        sp.Eq(F[tau], L[tau]),
        sp.Eq(F[0], 1 - sp.exp(-Delta * N * (N + 1))),
        sp.Eq(F[1], 1 - sp.exp(-Delta * N * (N + 1)) * (1 + (2 * _first) ** 2)),
        sp.Eq(D[0], 1 - sp.exp(-other_step * N)),
        sp.Eq(D[1], 1 - sp.exp(-other_step * N) * (1 + (2 * sp.sinh(other_step / 2) * _turned) ** 2)),
        sp.Eq(H[0], F[0]),
        sp.Le(F[1], H[1]),
    ),
    assumes="zero-order hold, LegS at any step Δ, LegS-D at any step Δ_1. The memories differ at lag 0 unless Δ_1 ="
    " (N + 1) Δ, and then, for N >= 2, at lag 1: no choice of steps makes them equal; for N = 1, Δ_1 = 2 Δ does",
    kind="equal",
    source="this project; a caveat to Guan et al. 2025 on S4 and S4D",
    corrects="what is said of S4 and S4D as one holds spectrum by spectrum"
    " (equivalence.spectrum_determines_memory); LegS and its diagonal part, with which S4 and S4D begin,"
    " do not share a spectrum",
    prove=lambda: Chain(
        (
            From(LEGS_EIGENSYSTEM, "LegS has the distinct poles -1..-N"),
            From(POLES_ONLY, "so as a matrix it recalls what the diagonal model with poles exp(-n Δ) does"),
            From(NPLR_IDENTITY, "LegS-D has Re s = -1/2"),
            From(FIRST_LAG, "M_0 = 1 - Π |λ|^2"),
            telescoping(
                n + 1, (n + 1) * (n + 2) / 2, n, "|b_0|^2 = exp(-Δ N (N + 1)) for LegS, exp(-Δ_1 N) for LegS-D"
            ),
            From(TAIL_ENERGY, "M_1 = M_0 - |b_1|^2"),
            Identity(
                sp.diff((_z - sp.conjugate(_pole)) / (1 - _pole * _z), _z).subs(_z, 0) / -sp.conjugate(_pole),
                _pole - 1 / sp.conjugate(_pole),
                "b_1/b_0 is B'/B at 0, the sum of λ - 1/conj λ: -2 sinh(n Δ) for λ = exp(-n Δ); and -2 sinh(Δ_1/2)"
                " exp(i ω Δ_1) for LegS-D, whose frequencies come in pairs",
            ),
            Identity(
                sp.exp(-other_step * N),
                sp.exp(-Delta * N * (N + 1)),
                "lag 0 agrees for Δ_1 = (N + 1) Δ, and only then, exp being injective",
                using=(sp.Eq(other_step, (N + 1) * Delta),),
            ),
            Identity(
                sp.sinh(_x + _y) + sp.sinh(_x - _y),
                2 * sp.sinh(_x) * sp.cosh(_y),
                "then, in pairs n and N + 1 - n, with x = (N + 1) Δ/2: 2 sinh x cosh y >= 2 sinh x, larger for y not 0;"
                " so the sum of sinh(n Δ) is N sinh x + e, e > 0 for N >= 2",
            ),
            Nonnegative(
                (N * _sine + _growth) ** 2 - _sine**2 * _cosines,
                (_sine**2 * _spread, 2 * N * _sine * _growth, _growth**2),
                "while that of the N cosines squared is N^2 - g at most: |b_1| is larger for LegS",
                using=(sp.Eq(_cosines, N**2 - _spread),),
            ),
        )
    ),
)

_odd_part = 2 - sp.Mod(numerator, 2)

LIN_ALIASING_COUNT = Claim(
    name="equivalence.lin_aliasing_count",
    statement=sp.Eq(count, sp.Min(2 * pairs - 1, 2 * denominator / _odd_part)),
    assumes="S4D-Lin with M half-spectrum poles, conjugates added, under a zero-order hold, Δ = p/q in lowest terms;"
    " M = 1 (one pole) included. Δ (M - 1) < 1 suffices for 2M - 1 different poles, at any real Δ, and is not needed;"
    " at irrational Δ no two coincide",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                sp.exp(sp.I * sp.pi * _p * (2 * _q) / _q),
                sp.Integer(1),
                "exp(i pi j Δ) repeats when j grows by 2 q/g, g = gcd(p, 2): j p/q grows by 2 (p/g)",
            ),
            Identity(
                (_a * _p + _b * _q) * _gap,
                _q * (_a * _turns + _b * _gap),
                "and not before: p' = p/g and q' = 2 q/g are coprime, 1 = a p' + b q'; where j p and j' p agree modulo"
                " 2 q, p' (j - j') = q' l, so j - j' is a multiple of q'",
                using=(sp.Eq(_p, _q * _turns / _gap),),
            ),
            Induction(
                _m,
                1,
                Identity(sp.Min(1, 1 + _more), sp.Integer(1), "of m consecutive indices: one, and one residue"),
                Chain(
                    (
                        Identity(
                            sp.Min(_m, _m + 1 + _more) + 1,
                            sp.Min(_m + 1, _m + 1 + _more),
                            "the next adds a residue modulo q' while m < q'",
                        ),
                        Identity(
                            sp.Min(_some + _more, _some),
                            sp.Min(_some + _more + 1, _some),
                            "and none once all q' have been met: min(m, q') of them, here m = 2M - 1",
                        ),
                    )
                ),
            ),
        )
    ),
)
