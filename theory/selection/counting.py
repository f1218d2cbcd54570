"""Pieces of a decoder and maps of a one-step read.

P (`P`)     ReLU units                                     K (`K`)  affine pieces of their output on a line
N (`N`)     bits of an integer whose last one is read      U (`U`)  units of the decoder that folds
D (`D`)     reals that are read, computed without the query         Q (`Q`)  queries
ℓ (`ell`)   hidden layers after the query                  H_i (`H`)  their widths        M (`M`)  the largest of H_i, b
κ (`kappa`) patterns of all gates and answers              T (`T`)  maps query -> answer
A (`A`)     share of all contents whose every answer some state gives
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, Identity, Induction, Nonnegative, telescoping
from theory.selection.notation import b, j

P, N, U = sp.symbols("P N U", integer=True, nonnegative=True)
K, D, Q, M, kappa, T = sp.symbols("K D Q M kappa T", integer=True, positive=True)
ell, i = sp.symbols("ell i", integer=True, nonnegative=True)
A, H = sp.Symbol("A", nonnegative=True), sp.IndexedBase("H")

_k, _n, _m = sp.symbols("k n m", integer=True, nonnegative=True)
_r, _c, _g, _v, _x = sp.symbols("r c g v x", nonnegative=True)
_s, _t = sp.Symbol("s", real=True), sp.Symbol("t", positive=True)
_before, _cells, _new = sp.symbols("F_d F_(d-1) F_N", nonnegative=True)

#: Units that N bits take: a single bit is read as it stands.
_NEEDED = sp.Piecewise((0, sp.Eq(N, 1)), (N, True))

DIGIT_DECODER_SIZE = Claim(
    name="selection.digit_decoder_size",
    statement=sp.And(
        sp.Le(K, 2**P),
        sp.Ge(K, 2**N - 1),
        sp.Ge(P, _NEEDED),
        sp.Eq(U, _NEEDED),
    ),
    assumes="ReLU networks of P units on a scalar, in any feed-forward wiring (a unit may read the input and every"
    " earlier unit), biases free; N is the largest number such that at all integers s of N bits the output is above"
    " 1/2 exactly where s is odd; N = 1 needs no unit and N = 0 reads nothing; so N units are needed and, where units"
    " may read the input again, enough; layers that pass the input on by a unit of their own take 2 N",
    kind="at_least",
    source="this project; the count of pieces: Montufar et al. 2014, Telgarsky 2016",
    prove=lambda: Chain(
        (
            Nonnegative(
                2 * (1 + _r) - ((1 + _r) + (1 + _r - _c)),
                (_c,),
                "a unit is affine on each of the pieces of the units it reads, so it is zero inside at most once: all"
                " but c >= 0 of the 1 + r pieces are cut in two",
            ),
            Induction(
                P,
                0,
                Identity(2**P, sp.Integer(1), "no unit, one piece", (sp.Eq(P, 0),)),
                Identity(2 * 2**P, 2 ** (P + 1), "one unit more doubles the pieces at most: K <= 2^P"),
            ),
            Nonnegative(
                (sp.Rational(1, 2) + _g) - (sp.Rational(1, 2) - _v),
                (_g, _v),
                "from an even s to s + 1 the output rises, from an odd one it falls: between neighbours there is a"
                " point where the slope has the sign (-1)^s",
            ),
            telescoping(
                sp.Integer(1),
                _k + 1,
                _k,
                "the signs alternate, so no two of these points, which lie in order, share a piece",
            ),
            Identity((2**N - 2) + 1, 2**N - 1, "s = 0 .. 2^N - 2: K >= 2^N - 1"),
            Induction(
                _n,
                0,
                Identity((2 ** (_n + 1) - 2).subs(_n, 0), sp.Integer(0), "2^{N-1} - 2 at N = n + 2"),
                Nonnegative((2 ** (_n + 2) - 2) - (2 ** (_n + 1) - 2), (2 ** (_n + 1),), "and it grows with n"),
            ),
            Identity(
                (2 ** (_n + 2) - 1) - 2 ** (_n + 1) - 1,
                2 ** (_n + 1) - 2,
                "so from N = 2 on 2^N - 1 pieces are more than the 2^{N-1} of N - 1 units: P >= N",
            ),
            Identity(
                _s - 2 * (_s - 2**_m),
                2 ** (_m + 1) - _s,
                "the fold u - 2 ReLU(u - 2^m) mirrors what is above 2^m: u and its image add up to an even number, so"
                " the last bit stays",
            ),
            Nonnegative(
                2**_m - (2 ** (_m + 1) - (2**_m + _x)),
                (_x,),
                "and what was at most 2^{m+1} is at most 2^m then",
            ),
            Induction(
                N,
                1,
                Identity(2**N - 1, sp.Integer(1), "one bit is the integer itself", (sp.Eq(N, 1),)),
                Identity(2 ** (N + 1) / 2, 2**N, "m = N - 1, .., 0: after N folds u is 0 or 1, the last bit; U = N"),
            ),
        )
    ),
)


def _patterns(functions: sp.Expr) -> sp.Expr:
    """Φ_D of a number of functions."""
    return sp.Sum(sp.binomial(functions, j), (j, 0, D))


RECALL_MAP_COUNT = Claim(
    name="selection.recall_map_count",
    statement=sp.And(
        sp.Le(T, kappa),
        sp.Le(sp.log(kappa), sp.Sum(sp.log(_patterns(Q * H[i])), (i, 1, ell)) + sp.log(_patterns(Q * b))),
        sp.Le(sp.log(T), D * (ell + 1) * (1 + sp.log(Q * M / D))),
        sp.Eq(A, T / 2 ** (Q * b)),
    ),
    assumes="D reals of any precision are computed from the context without the query; one forward step of a ReLU"
    " network, which may depend on the query in any way, has ℓ >= 0 hidden layers of H_i units and b outputs that"
    " answer 1 where they are positive; a gate is on where it is positive; D <= Q b, for more reals store every answer,"
    " and D <= Q H_i, a narrower layer being filled up with idle units; contents are uniform on all 2^{Q b} maps, so"
    " all answers are right with probability at most A, and storing every content (A = 1) needs D (ℓ + 1)"
    " log2(e Q M/D) >= Q b",
    kind="at_most",
    source="this project; the count of patterns is classical; polynomial gates: Warren 1968, Goldberg and Jerrum 1995",
    prove=lambda: Chain(
        (
            Nonnegative(
                (2 * _t + _g - _t) + (_t + _v),
                (2 * _t, _g, _v),
                "finitely many points stand for the patterns {> 0, <= 0} of N functions; with 2t their least positive"
                " value, f - t is > 0 or < 0 in the same places: count open cells",
            ),
            Identity(
                sp.binomial(_n + 1, _k + 1),
                sp.binomial(_n, _k + 1) + sp.binomial(_n, _k),
                "Pascal's rule, term by term: F_d(N + 1) = F_d(N) + F_{d-1}(N) for F_d(N) = Σ_{j <= d} C(N, j)",
            ),
            Nonnegative(
                (_before + _cells) - (_before + _new),
                (_c,),
                "a further function cuts only the cells its zero set passes, as many as the N others make of that set,"
                " of dimension d - 1: with F_0 = 1 and F_d(0) = 1, at most F_d(N) cells by induction on N",
                using=(sp.Eq(_cells, _new + _c),),
            ),
            Induction(
                ell,
                0,
                Identity(
                    sp.Sum(sp.log(_patterns(Q * H[i])), (i, 1, ell)).subs(ell, 0).doit(),
                    sp.Integer(0),
                    "no hidden layer: the Q b answers are affine functions of the D reals",
                ),
                Identity(
                    sp.log(_x + 1) + sp.log(_v + 1),
                    sp.expand_log(sp.log((_x + 1) * (_v + 1))),
                    "where all gates of the layers before are fixed, the Q H_i of a layer are affine functions of the D"
                    " reals, over all Q queries at once: each cell has at most F_D(Q H_i) parts",
                ),
            ),
            Nonnegative(kappa - (kappa - _m), (_m,), "patterns that differ in the answers differ: T <= kappa"),
            Nonnegative(
                sp.binomial(_n + 1, _k + 1) - sp.binomial(_n, _k + 1),
                (sp.binomial(_n, _k),),
                "F_D(N) grows with N: all widths and b may be replaced by M",
                using=(sp.Eq(sp.binomial(_n + 1, _k + 1), sp.binomial(_n, _k + 1) + sp.binomial(_n, _k)),),
            ),
            Induction(
                _k,
                0,
                Identity((1 + _x) ** _k - 1, sp.Integer(0), "(N/D)^{D-j} >= 1, N = D (1 + x)", (sp.Eq(_k, 0),)),
                Nonnegative((1 + _x) ** (_k + 1) - (1 + _x) ** _k, (_x * (1 + _x) ** _k,), "it grows with D - j"),
            ),
            Induction(
                _n,
                0,
                Identity((1 + _x) ** _n, sp.Integer(1), "Σ_j C(N, j) x^j = (1 + x)^N, x = D/N", (sp.Eq(_n, 0),)),
                Identity((1 + _x) * (1 + _x) ** _n, (1 + _x) ** (_n + 1), "by Pascal's rule"),
            ),
            Identity(
                sp.diff(sp.exp(_x) - 1 - _x, _x),
                sp.exp(_x) - 1,
                "1 + x <= e^x, since the difference is 0 at x = 0 and grows",
            ),
            Identity(
                _n * (D / _n) + D * sp.log(_t),
                D * (1 + sp.log(_t)),
                "so log F_D(N) <= D log(N/D) + N log(1 + D/N) <= D (1 + log(N/D)), N = Q M; ℓ + 1 such factors",
            ),
            Identity(
                T * (sp.Integer(1) / 2 ** (Q * b)),
                T / 2 ** (Q * b),
                "each of the T maps is one of 2^{Q b} equally likely contents, the others have a wrong answer",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (DIGIT_DECODER_SIZE, RECALL_MAP_COUNT)
