"""Memory functions written out: pole sets whose all-pass response has a closed form.

    q = |λ|^2        h_τ  impulse response of 1/((1 - λ z)(1 - conj λ z)), h_{-1} = 0        w = 1 - q

All follow from M_τ = 1 - sum_{j<=τ} |b_j|^2 with B(z) written out.
"""

import sympy as sp

from theory.claim import Claim
from theory.memory.allpass import ORTHONORMAL_STATES, TAIL_ENERGY
from theory.memory.notation import M, N, R, complex_letter, j, k, modulus_squared, n, phi, tau
from theory.proof import Chain, From, Identity, Induction

_pole, _z = complex_letter("lambda"), sp.Symbol("z")
_q, _p, _X, _C, _Cp, _D, _Dp = sp.symbols("q p X C C' D D'")
_head, _energy, _power, _b, _h = (sp.Function(name) for name in ("S", "e", "p", "b", "h"))
_shorter = sp.Min(n, tau)
_binomials = sp.binomial(n, j) * sp.binomial(tau, j) * (R**2 - 1) ** j * R ** (2 * (_shorter - j))
_m, _i, _d = sp.symbols("m i d", integer=True, nonnegative=True)

_DELAY_COEFFICIENTS = Induction(
    N,
    1,
    Identity(
        (_z - sp.conjugate(0)) / (1 - 0 * _z), _z, "one pole at zero: (z - conj λ)/(1 - λ z) at λ = 0 is the delay z"
    ),
    Identity(_z**N * _z, _z ** (N + 1), "one more delay; so B(z) = z^N, b_N = 1 and every other b_j is 0"),
)

DELAY_LINE = Claim(
    name="memory.delay_line",
    statement=sp.Eq(M[tau], sp.Piecewise((1, tau < N), (0, True))),
    assumes="all N poles are 0, in one Jordan block (a chain of N unit delays); N = 1 included",
    kind="equal",
    source="Jaeger 2001; the all-pass proof is this project's",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "M_tau = 1 - S(tau) with S(tau) the sum of |b_j|^2 up to j = tau"),
            _DELAY_COEFFICIENTS,
            Induction(
                _m,
                0,
                Identity(
                    1 - _head(0),
                    sp.Integer(1),
                    "before N: the sum starts with |b_0|^2 = 0, since N >= 1",
                    using=(sp.Eq(_head(0), 0),),
                ),
                Identity(
                    1 - _head(_m + 1),
                    sp.Integer(1),
                    "before N: while m + 1 < N the term |b_{m+1}|^2 is 0 and the memory stays 1",
                    using=(sp.Eq(_head(_m + 1), _head(_m) + 0), sp.Eq(_head(_m), 0)),
                ),
            ),
            Induction(
                _m,
                0,
                Identity(
                    1 - _head(N),
                    sp.Integer(0),
                    "at N: the term |b_N|^2 = 1 joins",
                    using=(sp.Eq(_head(N), _head(N - 1) + 1), sp.Eq(_head(N - 1), 0)),
                ),
                Identity(
                    1 - _head(N + _m + 1),
                    sp.Integer(0),
                    "beyond N: no further term, the memory stays 0",
                    using=(sp.Eq(_head(N + _m + 1), _head(N + _m) + 0), sp.Eq(_head(N + _m), 1)),
                ),
            ),
        )
    ),
)

SINGLE_POLE = Claim(
    name="memory.single_pole",
    statement=sp.Eq(M[tau], (1 - R**2) * R ** (2 * tau)),
    assumes="one pole, real or complex, of modulus R < 1; R = 0 included with 0^0 = 1",
    kind="equal",
    source="Jaeger 2001; the all-pass proof is this project's",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "M_tau = 1 - S(tau) with S(tau) the sum of |b_j|^2 up to j = tau"),
            Identity(
                (1 - _pole * _z) * (-sp.conjugate(_pole) + _X * _z),
                _z - sp.conjugate(_pole) - _pole * _X * _z**2,
                "b_0 = -conj λ and b_1 = 1 - |λ|^2 solve (1 - λ z) B(z) = z - conj λ up to z^1; then b_{j+1} = λ b_j",
                using=(sp.Eq(_X, 1 - modulus_squared(_pole)),),
            ),
            Identity(
                modulus_squared(_pole * (1 - modulus_squared(_pole))),
                modulus_squared(_pole) * (1 - modulus_squared(_pole)) ** 2,
                "so each |b_{j+1}|^2 is q |b_j|^2, starting from (1 - q)^2, with q = |λ|^2",
            ),
            Induction(
                tau,
                0,
                Identity(
                    1 - _q,
                    (1 - _q) * _power(0),
                    "M_0 = 1 - |b_0|^2, writing p(tau) for q^tau",
                    using=(sp.Eq(_power(0), 1),),
                ),
                Identity(
                    (1 - _q) * _power(tau) - (1 - _q) ** 2 * _power(tau),
                    (1 - _q) * _power(tau + 1),
                    "M_{tau+1} = M_tau - |b_{tau+1}|^2, and |b_{tau+1}|^2 = (1 - q)^2 q^tau",
                    using=(sp.Eq(_power(tau + 1), _q * _power(tau)),),
                ),
            ),
        )
    ),
)

_root = R * sp.exp(2 * sp.pi * sp.I * k / N)

RING = Claim(
    name="memory.ring",
    statement=sp.Eq(M[tau], (1 - R ** (2 * N)) * R ** (2 * N * sp.floor(tau / N))),
    assumes="N poles R exp(2 pi i k/N), k = 0..N-1, 0 <= R < 1; N = 1 included; R = 0 is the delay line, with 0^0 = 1",
    kind="equal",
    source="this project",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "the memory is the energy of the all-pass response beyond tau"),
            Identity(
                _root**N,
                R**N,
                "the N poles, different for R > 0, are the zeros of the monic polynomial z^N - R^N of degree N: it is"
                " their product; so are their conjugates, hence the numerator is z^N - R^N",
            ),
            Identity(
                _power(N) * (1 / _power(N) - R**N),
                1 - R**N * _power(N),
                "and the denominator, z^N times the same product at 1/z, is 1 - R^N z^N, writing p(N) for z^N",
            ),
            From(SINGLE_POLE, "so B(z) is the response of the single pole R^N in the variable z^N: b_j = 0 off m N"),
            Identity(
                sp.floor((N * _m + _i) / N) - sp.floor(_i / N),
                _m,
                "lags N m <= tau < N m + N see the same coefficients beyond them: the memory there is the single pole's"
                " at m = floor(tau/N)",
            ),
            Identity(
                ((1 - _q) * _q**_m).subs(_q, R ** (2 * N)),
                (1 - R ** (2 * N)) * R ** (2 * N * _m),
                "which is (1 - |R^N|^2) |R^N|^(2 m)",
            ),
        )
    ),
)

_factor = _X * (-_q)
_PASCAL = Identity(
    _factor * (_C + _Cp) * (_D + _Dp) - _factor * _C * (_D + _Dp) - _factor * (_C + _Cp) * _D - _X * _C * _D,
    _factor * _Cp * _Dp - (1 - _q) * _X * _C * _D,
    "put f(n, tau) = sum_j C D w^j X_j, C = binomial(n, j), D = binomial(tau, j), X_j = (-conj λ)^(n-j) λ^(tau-j):"
    " with Pascal's rule (C', D' at j - 1) and X_{j-1} = -q X_j, the j-th term of f(n+1, tau+1) + conj λ f(n, tau+1)"
    " - λ f(n+1, tau) - f(n, tau) is w^j X_{j-1} C' D' - w^{j+1} X_j C D, which telescopes over j to 0",
)

REPEATED_POLE = Claim(
    name="memory.repeated_pole",
    statement=sp.Eq(
        M[tau],
        (1 - R**2) * sp.Sum(R ** (2 * sp.Abs(n - tau)) * sp.Sum(_binomials, (j, 0, _shorter)) ** 2, (n, 0, N - 1)),
    ),
    assumes="all N poles equal, of modulus R < 1, in one Jordan block; N = 1 included, and R = 0 with 0^0 = 1. The"
    " inner sum is the Jacobi polynomial P^(0, |n - tau|) of degree min(n, tau) at 2 R^2 - 1",
    kind="equal",
    source="this project (discrete Laguerre functions)",
    prove=lambda: Chain(
        (
            From(ORTHONORMAL_STATES, "M_tau is the sum over n < N of |α_{n,tau}|^2"),
            Identity(
                (1 - _pole * _z) * ((_z - sp.conjugate(_pole)) / (1 - _pole * _z)) ** (_m + 1) / (1 - _pole * _z),
                (_z - sp.conjugate(_pole)) * ((_z - sp.conjugate(_pole)) / (1 - _pole * _z)) ** _m / (1 - _pole * _z),
                "section n responds with g (z - conj λ)^n/(1 - λ z)^(n+1): its coefficients α/g obey f(n+1, tau+1) ="
                " λ f(n+1, tau) + f(n, tau) - conj λ f(n, tau+1), f(n, 0) = (-conj λ)^n, f(0, tau) = λ^tau,"
                " which determine them all",
            ),
            _PASCAL,
            Identity(
                sp.binomial(_m, 0) * sp.binomial(0, 0) * (1 - _q) ** 0 * _X,
                _X,
                "at n = 0 or tau = 0 only j = 0 remains in the sum, which is then the boundary value",
            ),
            Identity(
                (-_q) ** (_m - _i) * (1 - _q) ** _i - (-1) ** _m * (_q - 1) ** _i * _q ** (_m - _i),
                sp.Integer(0),
                "with m = min(n, tau) and d = |n - tau|: after a phase and |λ|^d, common to all j, the j-th term keeps"
                " (-q)^(m-j) (1 - q)^j, which is (q - 1)^j q^(m-j) up to the common sign (-1)^m",
            ),
            Identity(
                (sp.sqrt(1 - _q) * sp.sqrt(_q) ** _d * _X) ** 2,
                (1 - _q) * _q**_d * _X**2,
                "and |α|^2 = |g f|^2 with g^2 = 1 - q and |λ|^2 = q",
            ),
        )
    ),
)

_ht, _h1, _h2 = _h(tau), _h(tau - 1), _h(tau - 2)
_recurrence = sp.Eq(_ht, _p * _h1 - _q * _h2)
_CASSINI = Induction(
    tau,
    1,
    Identity(
        _h(0) ** 2 - _h(1) * _h(-1),
        sp.Integer(1),
        "h_0^2 - h_1 h_{-1} = q^0",
        using=(sp.Eq(_h(-1), 0), sp.Eq(_h(0), 1)),
    ),
    Identity(
        _ht**2 - (_p * _ht - _q * _h1) * _h1,
        _q * (_h1**2 - _ht * _h2),
        "h_tau^2 - h_{tau+1} h_{tau-1} is q times the one before, so it is q^tau",
        using=(_recurrence,),
    ),
)
_memory_at = sp.Lambda((_X, _C, _D), (1 - _q) * (2 * _X - (1 - _q) * (_C**2 - _D**2)))
_response = sp.Lambda(tau, sp.Sum(R**tau * sp.cos((tau - 2 * j) * phi), (j, 0, tau)))

CONJUGATE_PAIR = Claim(
    name="memory.conjugate_pair",
    statement=sp.Eq(
        M[tau], (1 - R**2) * (2 * R ** (2 * tau) - (1 - R**2) * (_response(tau) ** 2 - _response(tau - 1) ** 2))
    ),
    assumes="two poles R exp(i phi) and R exp(-i phi), 0 <= R < 1, 0^0 = 1; phi = 0 and phi = pi included (one double"
    " real pole in one Jordan block); the sum is R^tau U_tau(cos phi), U_tau the Chebyshev polynomial of the second"
    " kind, and empty for tau - 1 = -1",
    kind="equal",
    source="this project (Kautz functions)",
    prove=lambda: Chain(
        (
            From(TAIL_ENERGY, "M_{tau-1} - M_tau = |b_tau|^2 and M_0 = 1 - |b_0|^2"),
            Identity(
                (1 - R * sp.exp(sp.I * phi) * _z) * (1 - R * sp.exp(-sp.I * phi) * _z),
                1 - 2 * R * sp.cos(phi) * _z + R**2 * _z**2,
                "the denominator is 1 - p z + q z^2, p = 2 R cos(phi), q = R^2, and the numerator z^2 - p z + q: so"
                " h_tau = p h_{tau-1} - q h_{tau-2} for tau >= 1, h_0 = 1, h_{-1} = 0",
            ),
            Identity(
                _pole * _h1 + _power(tau),
                2 * sp.re(_pole) * _h1 - modulus_squared(_pole) * _h2,
                "which the sum h_tau of λ^{tau-j} conj(λ)^j over 0 <= j <= tau obeys: h_tau = λ h_{tau-1} + p(tau),"
                " where p(tau) = conj(λ)^tau = conj(λ) (h_{tau-1} - λ h_{tau-2}); its real part is the sum of cosines",
                using=(sp.Eq(_power(tau), sp.conjugate(_pole) * (_h1 - _pole * _h2)),),
            ),
            Identity(
                _h2 - _p * _h1 + _q * _ht,
                (1 - _q) * (_h2 - _ht),
                "b_tau = h_{tau-2} - p h_{tau-1} + q h_tau, for tau >= 1",
                using=(_recurrence,),
            ),
            _CASSINI,
            Identity(
                _memory_at(_X, _h1, _h2) - _memory_at(_q * _X, _ht, _h1),
                ((1 - _q) * (_h2 - _ht)) ** 2,
                "M_{tau-1} - M_tau = |b_tau|^2 by Cassini's identity h_{tau-1}^2 - h_tau h_{tau-2} = q^(tau-1) = X",
                using=(sp.Eq(_X, _h1**2 - _ht * _h2),),
            ),
            Identity(
                _memory_at(1, 1, 0),
                1 - _q**2,
                "and M_0 = 1 - q^2, b_0 being the product of the two poles",
            ),
        )
    ),
)
