"""HiPPO-LegS, the full matrix: its eigensystem, how ill conditioned that is, and its normal part.

q_n  sqrt(2n + 1)      A, B  A_nk = -q_n q_k below the diagonal, -(n + 1) on it, 0 above; B_n = q_n
V    eigenvectors of A, scaled to V_jj = q_j           W    V^{-1}         β_j  entry j of W B
s_j  eigenvalues       K_n   entry n of exp(t A) B     P_n  Legendre polynomials, but P in the normal part
κ_j  |column j of V| |row j of W|                      J    the last j at which κ_j is largest
κ(D) condition number of V D, D any scaling of the columns, or the one that makes κ_j's two factors equal
d_n  absolute sum of the terms of K_n/q_n at t = 0     μ    (1 + sqrt 2)^2, limit of κ_J^(1/N)
"""

import sympy as sp

from theory.claim import Claim
from theory.equivalence.notation import N, j, k, l, matrix_letter, n, product
from theory.proof import Chain, From, Identity, Induction, Limit, Nonnegative, telescoping

A, V, W, P, U = (sp.IndexedBase(name) for name in ("A", "V", "W", "P", "U"))
K, s, beta, kappa, absolute, tilted = (sp.IndexedBase(name) for name in ("K", "s", "beta", "kappa", "d", "P'"))
t = sp.Symbol("t", nonnegative=True)
scaled, balanced, mu = sp.symbols("kappa_D kappa_E mu", positive=True)
largest = sp.Symbol("J", integer=True, nonnegative=True)
half = sp.Rational(1, 2)

_i, _m = sp.symbols("i m", integer=True, nonnegative=True)
_place = sp.Symbol("i", integer=True, positive=True)
_A, _w, _v, _S, _Ss, _U, _Us, _P, _Ps, _L = matrix_letter("A w^* v S S^* U U^* P P^* Lambda")
_s, _r, _x, _y, _d, _sigma, _conj = sp.symbols("s_j s_k x y d sigma conj(sigma)")
_now, _slack, _T = sp.symbols("d_n e T", positive=True)
_q = sp.Function("q")
_det = sp.Symbol("det(S)")
_mu = 3 + 2 * sp.sqrt(2)


def q(n: sp.Expr) -> sp.Expr:
    """The scale of state n, sqrt(2n + 1)."""
    return sp.sqrt(2 * n + 1)


def choose(upper: sp.Expr, lower: sp.Expr) -> sp.Expr:
    """The binomial coefficient C(upper, lower), 0 <= lower <= upper, as the product of (upper - lower + i)/i."""
    return product((upper - lower + _place) / _place, (_place, 1, lower))


def _mode(i: sp.Expr) -> sp.Expr:
    return (-1) ** i * sp.binomial(2 * j + i, 2 * j)


def _row(i: sp.Expr) -> sp.Expr:
    return (2 * (j - i) + 1) * sp.binomial(2 * j, i) / (2 * j - i + 1)


def _legendre(j: sp.Expr) -> sp.Expr:
    return (-1) ** (n - j) * sp.binomial(n, j) * sp.binomial(n + j, j)


LEGS_EIGENSYSTEM = Claim(
    name="equivalence.legs_eigensystem",
    statement=sp.And(
        sp.Eq(s[j], -(j + 1)),
        sp.Eq(V[n, j], q(n) * (-1) ** (n - j) * choose(n + j, 2 * j)),
        sp.Eq(W[n, j], (2 * j + 1) * choose(2 * n, n - j) / ((n + j + 1) * q(j))),
        sp.Eq(V[j, n], sp.KroneckerDelta(j, n) * q(n)),
        sp.Eq(W[j, n], sp.KroneckerDelta(j, n) / q(n)),
        sp.Eq(beta[j], sp.binomial(2 * j, j)),
        sp.Eq(
            K[n],
            q(n) * sp.Sum((-1) ** (n - l) * sp.binomial(n, l) * choose(n + l, l) * sp.exp(-(l + 1) * t), (l, 0, n)),
        ),
        sp.Eq(K[n], q(n) * sp.exp(-t) * sp.legendre(n, 2 * sp.exp(-t) - 1)),
    ),
    assumes="any N, N = 1 (A = -1) included, and j <= n < N; V is scaled to V_jj = q_j",
    kind="equal",
    source="the eigenvectors up to scaling: Gu, Goel, Ré 2022 (S4), Lemma 3.2; inverse and input weights: this project",
    prove=lambda: Chain(
        (
            telescoping(
                (2 * (j + _i) + 1) * _mode(_i),
                -(_i + 1) * _mode(_i + 1),
                _i,
                "columns: with v_n = V_nj/q_n row n of A V = -(j + 1) V reads sum_{k<n} (2k+1) v_k = (j - n) v_n. It"
                " starts with v_j = 1 at n = j; here n = j + i + 1, and v_{n+1} = -(n+j+1)/(n+1-j) v_n",
            ),
            telescoping(
                _row(_i),
                sp.binomial(2 * j, _i),
                _i,
                "rows: with w_n = q_n W_jn, the sum of w_n over j >= n >= j - i is C(2j, i); at i = j it is β_j",
            ),
            Identity(
                sp.binomial(2 * j, _i),
                (_i + 1) * _row(_i + 1) / (2 * (j - _i - 1) + 1),
                "so the sum over n > k is (j - k) w_k/(2k + 1), here for k = j - i - 1: which is column k of"
                " W A = -(j + 1) W",
            ),
            Identity(
                _w * (_A - _r) * _v,
                (_s - _r) * _w * _v,
                "a row w^* of W and a column v of V: A v = s_k v makes the left side 0, so w^* v = 0 for s_j unlike"
                " s_k; and row and column j overlap in entry j alone, where 1/q_j meets q_j: W V = 1, and the N"
                " eigenvalues are all",
                using=(sp.Eq(_w * _A, _s * _w),),
            ),
            Identity(
                sp.binomial(n + j, 2 * j) * sp.binomial(2 * j, j),
                sp.binomial(n, j) * sp.binomial(n + j, j),
                "entry n of V exp(-(j+1) t) β sums these",
            ),
            Identity(
                (j + 1) ** 2 * _legendre(j + 1) - j * (j + 1) * _legendre(j) + n * (n + 1) * _legendre(j),
                sp.Integer(0),
                "coefficient of x^j in (x (1 - x) f')' + n (n + 1) f for f the sum of C x^j: Legendre's equation in"
                " 2x - 1, whose only polynomial solution up to scale is P_n(2x - 1)",
            ),
            Identity(
                _legendre(sp.Integer(0)),
                (-1) ** n,
                "and the scale is right: f(0) = P_n(-1); x = exp(-t)",
            ),
        )
    ),
    untrained="an identity between integers, with nothing to train; a torch layer in these coordinates is held to"
    " equivalence.legs_eigenvector_condition",
)

_coefficient = sp.binomial(n + j, 2 * j) * sp.binomial(2 * j, j)
_condition = sp.binomial(N + j, 2 * j + 1) * sp.binomial(2 * j, j)
_after = (3 * (2 * n + 1) * _now - n * (_now / mu + _slack)) / (n + 1)

LEGS_EIGENVECTOR_CONDITION = Claim(
    name="equivalence.legs_eigenvector_condition",
    statement=sp.And(
        sp.Eq(kappa[j], choose(N + j, 2 * j + 1) * sp.binomial(2 * j, j)),
        sp.Eq(largest, sp.floor(N / sp.sqrt(2) - sp.Rational(1, 4))),
        sp.Le(kappa[j], scaled),
        sp.Le(balanced, sp.Sum(kappa[l], (l, 0, N - 1))),
        sp.Eq(sp.Sum(kappa[l], (l, 0, N - 1)), sp.Sum(absolute[l], (l, 0, N - 1))),
        sp.Eq(absolute[n], sp.legendre(n, 3)),
        sp.Eq(mu, (1 + sp.sqrt(2)) ** 2),
        sp.Le(absolute[n], mu**n),
        sp.Le(mu**n, (n + 1) * absolute[n]),
    ),
    assumes="any N, N = 1 (κ = 1) included; D any invertible diagonal matrix. κ_J lies between μ^(N-1)/N^2 and μ^N, so"
    " κ_J^(1/N) tends to μ, slowly. The largest entry of V grows like 2.618^N only: entries understate the condition",
    kind="equal",
    source="this project; the sandwich: Smith 1967, Demmel 1983",
    prove=lambda: Chain(
        (
            From(LEGS_EIGENSYSTEM, "columns of V and rows of W"),
            telescoping(
                (2 * (j + _i) + 1) * sp.binomial(2 * j + _i, 2 * j) ** 2,
                (2 * j + 1) * sp.binomial(2 * j + _i + 1, 2 * j + 1) ** 2,
                _i,
                "squared norm of column j: the sum of (2n+1) C(n+j, 2j)^2, n = j + i, is (2j+1) C(N+j, 2j+1)^2",
            ),
            telescoping(
                _row(_i) ** 2 / (2 * (j - _i) + 1),
                sp.binomial(2 * j, _i) ** 2 / (2 * j + 1),
                _i,
                "squared norm of row j: the sum over n = j - i is C(2j, j)^2/(2j+1); the factors 2j + 1 cancel in κ_j",
            ),
            Identity(
                _condition.subs(j, _m) * (2 * _m + 1) * _m**2,
                _condition.subs(j, _m - 1) * (N**2 - _m**2) * (2 * _m - 1),
                "κ_m >= κ_{m-1} where (N^2 - m^2)(2m-1) >= (2m+1) m^2, that is where N^2 >= 4 m^3/(2m-1)",
            ),
            Identity(
                4 * _m**3 / (2 * _m - 1),
                2 * (_m + sp.Rational(1, 4)) ** 2 - sp.Rational(1, 8) + _m / (2 * _m - 1),
                "which lies above 2m^2 + m by more than 0 and at most 1: for the integer N^2 it is the same to reach"
                " 2m^2 + m + 1/8, and J is the largest m <= N/sqrt 2 - 1/4",
            ),
            Identity(
                (_x * _d) * (_y / _d),
                _x * _y,
                "column j of V D times row j of (V D)^{-1} has κ_j again, and neither norm exceeds that of its matrix",
            ),
            Identity(
                (_x * _d) ** 2,
                _x * _y,
                "with d_j^2 = |row j|/|column j| both V D and its inverse have squared Frobenius norm sum κ_j, and that"
                " is no less than the squared spectral norm",
                using=(sp.Eq(_d, sp.sqrt(_y / _x)),),
            ),
            telescoping(
                sp.binomial(2 * j + _i, 2 * j),
                sp.binomial(2 * j + _i + 1, 2 * j + 1),
                _i,
                "the sum over n of C(n+j, 2j) is C(N+j, 2j+1): κ_j is the sum over n < N of C(n, j) C(n+j, j), and the"
                " sum of those over j is d_n = (-1)^n P_n(-3) = P_n(3)",
            ),
            Identity(
                (n + 1) * _coefficient.subs(n, n + 1) + n * _coefficient.subs(n, n - 1),
                (2 * n + 1) * (_coefficient + 2 * _coefficient.subs(j, j - 1)),
                "coefficientwise (n+1) d_{n+1} = 3 (2n+1) d_n - n d_{n-1}: sum over j",
            ),
            Nonnegative(
                mu * _now - _after,
                ((_mu - 3) * _now / (n + 1), n * _slack / (n + 1)),
                "above: d_{n+1} <= μ d_n, by induction from 3 <= μ; the step before was e = d_{n-1} - d_n/μ >= 0, and"
                " μ + 1/μ = 6",
                using=(sp.Eq(mu, _mu),),
            ),
            Induction(
                n,
                0,
                Nonnegative(
                    2 * 3 - _mu, (3 - 2 * sp.sqrt(2),), "below: (n+2) d_{n+1} >= μ (n+1) d_n, d_0 = 1, d_1 = 3"
                ),
                Nonnegative(
                    (_m + 3) * (3 * (2 * _m + 3) * _now - ((_m + 2) * _now - _slack) / _mu) / (_m + 2)
                    - _mu * (_m + 2) * _now,
                    (
                        (2 * sp.sqrt(2) - sp.Rational(3, 2)) * _now,
                        3 * _m * _now / (2 * (_m + 2)),
                        (_m + 3) * _slack * (3 - 2 * sp.sqrt(2)) / (_m + 2),
                    ),
                    "n = m + 1; the step before was e = (n+1) d_n - μ n d_{n-1} >= 0. So (n+1) d_n >= μ^n",
                ),
            ),
            Limit(
                ((_T - 1) * sp.log(_mu) - 2 * sp.log(_T)) / _T,
                _T,
                sp.oo,
                sp.log(_mu),
                "κ_J >= sum κ_j/N >= d_{N-1}/N >= μ^(N-1)/N^2: its logarithm over N tends to log μ, and so does that of"
                " the upper bound, the sum of μ^n over n < N",
            ),
        )
    ),
)

_LOWER, _SAME, _UPPER = (
    Identity(
        entry + _q(n) * _q(other) / 2,
        part,
        f"entry (n, k) of A + P P^*, P_n = q_n/sqrt 2, {where}",
        using=hypothesis,
    )
    for entry, other, part, where, hypothesis in (
        (-_q(n) * _q(k), k, -_q(n) * _q(k) / 2, "below the diagonal", ()),
        (-(n + 1), n, -half, "on it: q_n^2 = 2n + 1", (sp.Eq(_q(n), q(n)),)),
        (sp.Integer(0), k, _q(n) * _q(k) / 2, "above it", ()),
    )
)

NPLR_IDENTITY = Claim(
    name="equivalence.nplr_identity",
    statement=sp.And(
        sp.Eq(A[n, k] + P[n] * P[k], -sp.KroneckerDelta(n, k) / 2 + q(n) * q(k) * sp.sign(k - n) / 2),
        sp.Eq(P[n], sp.sqrt(n + half)),
        sp.Eq(sp.re(s[j]), -half),
        sp.Eq(s[j] + s[N - 1 - j], -1),
        sp.Eq(sp.Sum(sp.conjugate(U[l, n]) * U[l, k], (l, 0, N - 1)), sp.KroneckerDelta(n, k)),
        sp.Eq(
            A[n, k],
            sp.Sum(U[n, l] * s[l] * sp.conjugate(U[k, l]), (l, 0, N - 1))
            - sp.Sum(U[n, l] * tilted[l], (l, 0, N - 1)) * sp.Sum(sp.conjugate(U[k, j] * tilted[j]), (j, 0, N - 1)),
        ),
    ),
    assumes="A the LegS matrix of any size; s and the columns of U the eigenvalues, ordered by imaginary part, and unit"
    " eigenvectors of A + P P^*; P' = U^* P. An odd N has the real eigenvalue -1/2, N = 1 no other",
    kind="equal",
    source="Gu, Goel, Ré 2022 (S4), section 3; Gu, Gupta, Goel, Ré 2022 (S4D)",
    prove=lambda: Chain(
        (
            _LOWER,
            _SAME,
            _UPPER,
            Identity(
                (_Ss - _sigma) * _v,
                -(_S + _sigma) * _v,
                "so A + P P^* = -1/2 + S with S^* = -S real: -i S is Hermitian, S = U diag(σ) U^* with U^* U = 1",
                using=(sp.Eq(_Ss, -_S),),
            ),
            Identity(
                _w * (_S + _Ss) * _v,
                (_sigma + _conj) * _w * _v,
                "and S v = σ v, v^* S^* = conj(σ) v^* make σ + conj σ vanish, for S + S^* = 0: all real parts are -1/2."
                " S is real, so its eigenvalues come in pairs σ, -σ",
                using=(sp.Eq(_w * _S, _sigma * _w), sp.Eq(_w * _Ss, _conj * _w)),
            ),
            Identity(
                _det,
                sp.Integer(0),
                "N odd: det S = det S^* = (-1)^N det S vanishes, one σ is 0",
                using=(sp.Eq(_det, ((-1) ** (2 * _m + 1) * _det + _det) / 2),),
            ),
            Identity(
                _U * (_L - (_Us * _P) * (_Ps * _U)) * _Us,
                _U * _L * _Us - _P * _Ps,
                "back to A: U (Λ - P' P'^*) U^* = A + P P^* - P P^*",
                using=(sp.Eq(_U * _Us, 1),),
            ),
        )
    ),
)
