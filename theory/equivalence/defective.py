"""Repeated and nearly repeated eigenvalues: what no diagonal matrix can do, how rare they are, and how ill-conditioned.

M_diag  memory of diag(λ) with B = (1, .., 1)      r  number of distinct eigenvalues
p_j     coefficients of the polynomial with the r distinct roots      e_l  l λ_0^{l-1} less any kernel of diag(λ)
D       discriminant of det(s - A)      D_1  the same at diag(1, .., N)
μ_k     eigenvalues of a + J + ε e_N e_1^T, J the shift: ones above the diagonal
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import K, M, N, eps, j, k, kappa, l, lamda, matrix_letter, product, tau
from theory.memory.allpass import CAPACITY
from theory.proof import Chain, Cited, From, Identity, Induction, Nonnegative, telescoping

diagonal, error, p, mu = (sp.IndexedBase(name) for name in ("M_diag", "e", "p", "mu"))
distinct = sp.Symbol("r", integer=True, positive=True)
discriminant, at_the_integers, centre = sp.symbols("D D_1 a")

_D, _Ds, _F, _Fs = matrix_letter("D D^* F F^*")
_x, _mu, _dist, _shift, _u, _q = sp.symbols("lamda_0 mu s t u q")
_K, _P1, _Q1, _w = sp.symbols("K_l (lamda_0+epsilon)^l lamda_0^l |lamda_0|+epsilon", positive=True)
_slack, _rest, _W = sp.symbols("S R W", nonnegative=True)

_NEARLY_EQUAL_POLES = Induction(
    l,
    0,
    Identity(
        ((_x + eps) - _x) / eps - 1 * _x**0, sp.Integer(0), "two poles against one repeated: at lag 1 no error at all"
    ),
    Chain(
        (
            Identity(
                ((_x + eps) * _P1 - _x * _Q1) / eps,
                (_x + eps) * (_P1 - _Q1) / eps + _Q1,
                "K_{l+1} = (λ_0 + ε) K_l + λ_0^l",
            ),
            Identity(
                ((_x + eps) * _K + _x**l) - (l + 1) * _x**l,
                (_x + eps) * (_K - l * _x ** (l - 1)) + eps * l * _x ** (l - 1),
                "so the error at lag l + 1 is (λ_0 + ε) times that at lag l, plus ε l λ_0^{l-1}",
            ),
            Nonnegative(
                eps * l * (l + 1) / 2 * _W - _w * (eps * l * (l - 1) / 2 * _W / _w - _slack) - eps * l * (_W - _rest),
                (_w * _slack, eps * l * _rest),
                "with w = |λ_0| + ε and W = w^{l-1} = |λ_0|^{l-1} + R: when the error at lag l is S below its bound,"
                " that at lag l + 1 is within its own",
            ),
        )
    ),
)

DEFECTIVE = Claim(
    name="equivalence.defective_has_no_diagonal_twin",
    statement=sp.And(
        sp.Eq(sp.Sum(M[tau], (tau, 0, sp.oo)), N),
        sp.Eq(sp.Sum(diagonal[tau], (tau, 0, sp.oo)), distinct),
        sp.Eq(
            sp.Sum(p[j] * error[j + l], (j, 0, distinct)),
            lamda[0] ** l * product(lamda[0] - lamda[k], (k, 1, distinct - 1)),
        ),
        sp.Le(
            sp.Abs(K[l + 1] - (l + 1) * lamda[0] ** l),
            eps * l * (l + 1) / 2 * (sp.Abs(lamda[0]) + eps) ** (l - 1),
        ),
    ),
    assumes="M of a controllable A with N >= 2 eigenvalues, of which r < N are distinct and λ_0 is repeated; M_diag of"
    " a diagonal matrix with that spectrum; every kernel of it misses l λ_0^{l-1}: its error e obeys a recurrence whose"
    " right side is zero for no l when λ_0 is not 0, for l = 0 at least when it is. K_l = ((λ_0 + ε)^l - λ_0^l)/ε: two"
    " distinct poles come within ε of it at coefficients 1/ε and -1/ε; 0^0 = 1",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (
            From(CAPACITY, "a controllable A recalls N in all"),
            Identity(
                _x * _dist + _u - (_x * _shift + _u),
                _x * (_dist - _shift),
                "in a diagonal A with B = (1, .., 1) the difference of two states s, t with one eigenvalue is undriven"
                " and stays zero: the r distinct eigenvalues, controllable by themselves, recall r",
            ),
            Identity(
                _mu ** (l + 1) - _mu * _mu**l,
                sp.Integer(0),
                "the shift less μ takes every μ^l to zero: the shift less all r eigenvalues, in turn, any kernel of"
                " diag(λ)",
            ),
            Identity(
                (l + 1) * _x**l - _x * (l * _x ** (l - 1)), _x**l, "while the shift less λ_0 takes l λ_0^{l-1} to λ_0^l"
            ),
            Identity(
                _q * _x * _x**l - _mu * _q * _x**l,
                _q * (_x - _mu) * _x**l,
                "and the shift less μ, for each other eigenvalue, multiplies that by λ_0 - μ, not zero",
            ),
            _NEARLY_EQUAL_POLES,
        )
    ),
)

_l1, _l2, _l3 = sp.symbols("lamda_0:3")
_t, _m, _d = sp.symbols("t m d")
_V, _F0, _pairs = sp.Function("V"), sp.Function("F"), sp.Symbol("Q")
_step = sp.Symbol("m", integer=True, nonnegative=True)

GENERIC = Claim(
    name="equivalence.diagonalisable_is_generic",
    statement=sp.And(
        sp.Eq(discriminant, product((lamda[j] - lamda[k]) ** 2, (j, 0, k - 1), (k, 0, N - 1))),
        sp.Eq(at_the_integers, product(sp.factorial(j) ** 2, (j, 1, N - 1))),
        sp.Eq(distinct, N),
    ),
    assumes="D and r of a matrix A drawn with a density on all N^2 entries; λ its eigenvalues, complex also when A is"
    " real; then r = N with probability 1: D, a polynomial in the entries, is not the zero polynomial, for it is D_1"
    " at diag(1, .., N). N = 1 included (D = 1). It says nothing about conditioning, nor about structured sets",
    kind="equal",
    source="this project; the zero set of a non-zero polynomial has measure zero: classical",
    untrained="a statement about almost every matrix: training visits none in particular",
    prove=lambda: Chain(
        (
            Identity(
                (_t**2 - 4 * _d),
                (_l1 - _l2) ** 2,
                "N = 2, s^2 - t s + d: t and d, trace and determinant, are polynomials in the entries",
                using=(sp.Eq(_t, _l1 + _l2), sp.Eq(_d, _l1 * _l2)),
            ),
            Identity(
                _t**2 * _m**2 - 4 * _m**3 - 4 * _t**3 * _d + 18 * _t * _m * _d - 27 * _d**2,
                ((_l1 - _l2) * (_l1 - _l3) * (_l2 - _l3)) ** 2,
                "N = 3, s^3 - t s^2 + m s - d: so are t, m, d",
                using=(
                    sp.Eq(_t, _l1 + _l2 + _l3),
                    sp.Eq(_m, _l1 * _l2 + _l1 * _l3 + _l2 * _l3),
                    sp.Eq(_d, _l1 * _l2 * _l3),
                ),
            ),
            Identity(
                _l1**j * _l1**k,
                _l1 ** (j + k),
                "any N: with V the Vandermonde matrix of the eigenvalues, D = (det V)^2 = det(V V^T), entry (j, k) of"
                " which sums these over the eigenvalues: it is tr A^{j+k}, a polynomial in the entries, and so is D",
            ),
            Induction(
                _step,
                0,
                Identity(sp.factorial(N) / sp.factorial(N), sp.Integer(1), "N + 1 against no smaller integer"),
                Identity(
                    sp.factorial(N) / sp.factorial(N - _step) * (N - _step),
                    sp.factorial(N) / sp.factorial(N - _step - 1),
                    "the product of N + 1 - i over i <= m is N!/(N - m)!, so over all i <= N it is Q = N!",
                ),
            ),
            Induction(
                N,
                1,
                Identity(_V(1), _F0(1), "no pair: both products are empty", using=(sp.Eq(_V(1), 1), sp.Eq(_F0(1), 1))),
                Identity(
                    _V(N + 1),
                    _F0(N + 1),
                    "V, the value at diag(1, .., N), gains the squared differences to N + 1, and F, the product of the"
                    " (m!)^2 over m < N, gains (N!)^2: V = F, not zero",
                    using=(
                        sp.Eq(_V(N + 1), _V(N) * _pairs**2),
                        sp.Eq(_F0(N + 1), _F0(N) * sp.factorial(N) ** 2),
                        sp.Eq(_V(N), _F0(N)),
                        sp.Eq(_pairs, sp.factorial(N)),
                    ),
                ),
            ),
            Cited(
                "a non-zero polynomial vanishes on a set of measure zero: along every line through diag(1, .., N) it is"
                " a non-zero polynomial in one variable, with finitely many zeros"
            ),
        )
    ),
)

_omega = sp.Symbol("w", nonzero=True)
_mu1, _row = sp.Symbol("mu", nonzero=True), sp.Symbol("n", integer=True)

NEAR_DEFECTIVE = Claim(
    name="equivalence.near_defective_condition",
    statement=sp.And(
        sp.Eq(mu[k], centre + eps ** (1 / N) * sp.exp(2 * sp.pi * sp.I * k / N)),
        sp.Eq(kappa, eps ** (-(N - 1) / N)),
    ),
    assumes="a + J + ε e_N e_1^T with 0 < ε <= 1, any complex a; κ the 2-norm condition number of the matrix of its"
    " eigenvectors, each of length 1; N = 1 gives 1, ε = 1 is normal and gives 1; as ε tends to 0 it is unbounded",
    kind="equal",
    source="this project; the matrix is classical (companion of s^N - ε)",
    prove=lambda: Chain(
        (
            Identity(
                centre * _mu1**_row + _mu1 ** (_row + 1),
                (centre + _mu1) * _mu1**_row,
                "the vector (1, μ, .., μ^{N-1}) is one of eigenvalue a + μ: all rows but the last",
            ),
            Identity(
                centre * _mu1 ** (N - 1) + eps * 1,
                (centre + _mu1) * _mu1 ** (N - 1),
                "and the last, when μ^N = ε: N values ε^{1/N} w^k with w = exp(2 pi i/N)",
                using=(sp.Eq(eps, _mu1**N),),
            ),
            telescoping(
                (_omega - 1) * _omega**l, _omega ** (l + 1) - 1, l, "sum of the powers of w, times w - 1, for any w"
            ),
            Identity(
                _omega**N - 1,
                sp.Integer(0),
                "which is 0 for w any power of exp(2 pi i/N): F = (w^{n k}) has orthogonal rows of length sqrt(N)",
                using=(sp.Eq(_omega**N, 1),),
            ),
            Identity(
                (_D * _F) * (_Fs * _Ds),
                N * _D * _Ds,
                "V = D F with D = diag(ε^{n/N}), so V V^* = N D D^*: singular values sqrt(N) ε^{n/N}, n = 0..N-1; all"
                " columns have one length, as |μ| is the same, and scaling them to 1 scales all singular values",
                using=(sp.Eq(_F * _Fs, N),),
            ),
            Identity(eps**0 / eps ** ((N - 1) / N), eps ** (-(N - 1) / N), "largest over smallest"),
        )
    ),
)
