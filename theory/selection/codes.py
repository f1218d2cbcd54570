"""Random, parity and learned codes: reading, worst contents, counting.

p (`p`)     probability that one stored bit is misread, random code      F (`F`)  that any of the b L bits is
g (`g`)     the largest such probability of a bit, parity code           G (`G`)  that any bit is, parity code
m (`m`)     the least score of a stored key, times its value, over all contents
E (`E`)     contents, up to a common sign of the values, of which any stored key is misread
c_j (`c`)   |φ(q)·φ(k)| over k ≠ q, largest first, of the key q for which the L - 1 largest sum highest
κ (`kappa`) most contents that share a state                             ρ (`rho`)  most that share one and are read
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Induction, Nonnegative, Proof, telescoping
from theory.selection.notation import L, V, b, d, j

p, F, g, G, m, E, kappa, rho = sp.symbols("p F g G m E kappa rho", nonnegative=True)
c = sp.IndexedBase("c")

_s, _y, _a, _u, _X, _PA, _PB, _PAB, _PU = sp.symbols("s y a u X P_A P_B P_AB P_U", nonnegative=True)
_x, _v, _w, _score = sp.symbols("x v w S_q", real=True)
_n, _k, _i, _K = sp.symbols("n k i K", integer=True, nonnegative=True)
_M, _D = sp.symbols("M D", positive=True)
_e = sp.Symbol("e", nonnegative=True)


def _unless_alone(exponent: sp.Expr) -> sp.Expr:
    """e^{exponent}, and zero for a pair that is stored alone."""
    return sp.Piecewise((sp.exp(exponent), L > 1), (0, True))


_counted = sp.Piecewise((sp.binomial((L - 1) * d, j), 2 * j >= L * d), (0, True))
_tail = sp.Sum(_counted, (j, 0, (L - 1) * d)) / 2 ** ((L - 1) * d)
_odd = sp.factorial(2 * _k) / (2**_k * sp.factorial(_k))
_cubes = sp.factorial(_i + 2) / (2 * 3**_i)
_inside = _u / (1 + _u)

_UNION = Nonnegative(
    _PA + _PB - _PU,
    (_PAB,),
    "one bit after the other: the probability of any is at most the sum over all b L",
    using=(sp.Eq(_PU, _PA + _PB - _PAB),),
)

_MARKOV: tuple[Proof, ...] = (
    Nonnegative(
        (1 + _u) - 1,
        (_u,),
        "e^y >= 1 for y = log(1 + u) >= 0: what is at least t has probability at most E e^{s(X - t)}",
    ),
    Identity(
        sp.exp(-_s * d) * sp.exp(_X) ** d,
        sp.exp(d * (_X - _s)),
        "t = d, and X is a sum of d independent terms, one for each entry of the code: e^{-s d} times a d-th power",
    ),
)

RANDOM_CODE_READ = Claim(
    name="selection.random_code_read",
    statement=sp.And(
        sp.Eq(p, _tail),
        sp.Le(p, _unless_alone(-d / (2 * (L - 1)))),
        sp.Le(F, b * L * p),
        sp.Le(g, _unless_alone(-3 * d / (8 * (L - 1)))),
        sp.Le(G, b * L * g),
    ),
    assumes="L distinct keys with b bits ±1 each, fixed before the code is drawn; codes of d entries ±1, either"
    " independent and fair, or parities (-1)^<a_r, bits of k> of independent uniform seeds a_r; bits read by the sign"
    " of φ(q)·S, a tie being wrong; so d >= 2 (L - 1) log(b L/x) entries (for parities 4/3 of that) misread any bit"
    " with probability at most x, whatever V is; one pair (L = 1) is never misread",
    kind="at_most",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                d + ((L - 1) * d - 2 * _K),
                L * d - 2 * _K,
                "a score times its bit is d plus the signs φ_r(k) φ_r(q) v_k v_q, which are independent and fair for"
                " fixed q; where K of them are negative it is at most 0 iff K >= L d/2",
            ),
            Identity(
                sp.binomial(_n, _k + 1) + sp.binomial(_n, _k),
                sp.binomial(_n + 1, _k + 1),
                "one sign more: K is binomial, so p is the stated tail",
            ),
            *_MARKOV,
            Induction(
                _k,
                0,
                Identity(_odd.subs(_k, 0), sp.Integer(1), "(2k)!/(2^k k!) >= 1"),
                Nonnegative(_odd.subs(_k, _k + 1) - _odd, (2 * _k * _odd,), "it grows by the factor 2k + 1"),
            ),
            Identity(
                (sp.exp(_s) + sp.exp(-_s)) / 2 - sp.cosh(_s).rewrite(sp.exp),
                sp.Integer(0),
                "so cosh s, the mean of e^{s sign}, is at most e^{s²/2}, coefficient by coefficient",
            ),
            Identity(
                ((L - 1) * d * _s**2 / 2 - _s * d).subs(_s, 1 / (L - 1)),
                -d / (2 * (L - 1)),
                "(L - 1) d signs, and s = 1/(L - 1): the exponent",
            ),
            _UNION,
            Identity(
                (1 + sp.Integer(-1)) / 2,
                sp.Integer(0),
                "parity codes: (-1)^<a, h> has mean 0 unless h is 0, and the sums h of q and another key are distinct:"
                " the L - 1 signs of one entry have mean 0 and are uncorrelated, so their sum X has variance L - 1 and"
                " |X| <= L - 1",
            ),
            Induction(
                _i,
                0,
                Identity(_cubes.subs(_i, 0), sp.Integer(1), "k! >= 2·3^{k-2} at k = i + 2"),
                Nonnegative(_cubes.subs(_i, _i + 1) - _cubes, (_i * _cubes / 3,), "the next factor is at least 3"),
            ),
            telescoping(_x**_i, (1 - _x ** (_i + 1)) / (1 - _x), _i, "powers of x = s (L - 1)/3"),
            Nonnegative(
                (1 - (1 - _x ** (_i + 1))).subs(_x, _inside) / (1 - _inside),
                (_inside ** (_i + 1) * (1 + _u),),
                "so E e^{sX} is at most 1 + Y, Y = s² (L - 1)/(2 (1 - s (L - 1)/3)), the sum for x = u/(1 + u) < 1",
            ),
            Nonnegative(_y**_k / sp.factorial(_k), (_y**_k / sp.factorial(_k),), "and 1 + Y <= e^Y, term by term"),
            Identity(
                (d * _s**2 * (L - 1) / (2 * (1 - _s * (L - 1) / 3)) - _s * d).subs(_s, 3 / (4 * (L - 1))),
                -3 * d / (8 * (L - 1)),
                "with s = 3/(4 (L - 1)): the exponent for parity codes",
            ),
        )
    ),
)

_babel = sp.Sum(c[j], (j, 0, L - 2))

ALL_CONTENTS_IFF = Claim(
    name="selection.all_contents_iff",
    statement=sp.And(
        sp.Eq(m, 1 - _babel),
        sp.Equivalent(sp.Ge(E, 1), sp.Ge(_babel, 1)),
    ),
    assumes="one code of real entries and unit norm for V keys, 2 <= L <= V; all sets of at most L keys with all values"
    " ±1, read by sign, a tie being wrong; the sum is Babel(L - 1), and at exactly 1 the worst contents give a tie;"
    " equal or opposite codes of two keys have c_0 = 1 and fail; orthogonal codes have 0 and never do",
    kind="iff",
    source="this project; the Babel function: Tropp 2004",
    prove=lambda: Chain(
        (
            Identity(
                _v * (_v * 1 + _w * _x),
                1 + _v * _w * _x,
                "the score of q times its value: 1 from its own code, v_q v_k φ(q)·φ(k) from each other key",
                using=(sp.Eq(_v**2, 1),),
            ),
            Nonnegative(_a - (-_a), (2 * _a,), "each of these is |φ(q)·φ(k)| or its negative, the lesser of the two"),
            Nonnegative((_u + _a) - _u, (_a,), "a further key, and a larger |φ(q)·φ(k)|, lower the worst score"),
            Identity(
                1 - _babel,
                -(_babel - 1),
                "so the least is that of q with its L - 1 most coherent keys and opposing values; it is at most 0 iff"
                " the sum is at least 1",
            ),
        )
    ),
)

_contents = sp.binomial(V, L) * 2 ** (b * L)

INTEGER_STATE_COUNT = Claim(
    name="selection.integer_state_count",
    statement=sp.And(
        sp.Le(_contents, kappa * (L + 1) ** (d * b)),
        sp.Ge(d, (sp.log(sp.binomial(V, L)) + b * L * sp.log(2) - sp.log(kappa)) / (b * sp.log(L + 1))),
        sp.Le(rho, sp.binomial(V, L)),
    ),
    assumes="codes of d entries ±1 for V keys, 1 <= L <= V of them stored with b bits ±1 each; κ = 1 where the state"
    " tells which keys are stored; where only stored keys are read, C(V, L) contents may share a state, and no more"
    " than d >= L/log2(L + 1) follows: at L = 1 a single entry serves all V keys",
    kind="at_least",
    source="this project",
    prove=lambda: Chain(
        (
            Identity(
                (L - _K) - _K,
                L - 2 * _K,
                "an entry of the state is a sum of L signs, K of them negative: one of L + 1 values",
            ),
            Induction(
                _n,
                0,
                Identity((L + 1) ** (_n * 0), sp.Integer(1), "no entry, one state"),
                Identity((L + 1) * (L + 1) ** _n, (L + 1) ** (_n + 1), "one entry more: n = d b in all"),
            ),
            Nonnegative(
                kappa * _D - _M,
                (kappa * _u, _e),
                "of D states u are not reached, and each of the others holds at most κ contents: M = κ (D - u) - e",
                using=(sp.Eq(_M, kappa * (_D - _u) - _e),),
            ),
            Identity(
                sp.log(_M * 2 ** (b * L)),
                sp.log(_M) + b * L * sp.log(2),
                "logarithms of both sides, M = C(V, L), solved for d",
            ),
            Identity(
                sp.log(_M * 2 ** (b * L)) - sp.log(_M),
                b * L * sp.log(2),
                "a state gives every key one value, so for each set at most one of its contents is read: κ <= C(V, L),"
                " which leaves b L bits",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (RANDOM_CODE_READ, ALL_CONTENTS_IFF, INTEGER_STATE_COUNT)
