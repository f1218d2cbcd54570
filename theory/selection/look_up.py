"""N-gram look-up: copying, recall, repeats.

E (`wrong`)   wrong answers                     G (`grams`)    different n-grams of the string
W (`weights`) weights and biases not zero       d              numbers in the state
H (`held`)    largest entry of the look-up      T (`writes`)   how often one n-gram is written, at most
r (`agree`)   P(two given n-grams agree)        R (`repeat`)   P(some n-gram occurs twice)

In the proofs: e literals of k that disagree, β and o = 1 - β bits, m match, S an entry of the state, s >= 0 a rest.
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Chain, From, Identity, Induction, Nonnegative, Proof, telescoping
from theory.selection.notation import L, V, b, d, n

wrong, grams, weights, held, writes, agree, repeat = sp.symbols("E G W H T r R")

_half = sp.Rational(1, 2)
_beta, _other, _e, _k = sp.symbols("beta o e k", nonnegative=True)
_S, _slack, _M = sp.symbols("S s M", nonnegative=True)
_x, _y, _i, _j = sp.symbols("x y i j")
_more = sp.Symbol("h", integer=True, nonnegative=True)


def relu(z: sp.Expr) -> sp.Expr:
    """max(z, 0)."""
    return sp.Max(z, 0)


#: W of the look-up: reading V^n keys of n symbols; the last term is the bias of the match units, 0 when nb = 2.
_per_key = n * b**2 + n * b + 11 * b + 2 + sp.Min(1, n * b - 2)
_look_up_weights = 2 * b * (n + 1) + 3 * b + V**n * _per_key
_look_up_state = (n + 1) * b + V**n * b


def _count(total: sp.Expr, parts: tuple[sp.Expr, ...], reason: str) -> Identity:
    return Identity(sp.Add(*parts), total, reason)


def _units() -> tuple[Proof, ...]:
    """Each ReLU of the look-up is the indicator of a conjunction of k = nb literals, for all k."""
    dots = _k - 2 * _e
    return (
        Identity(
            (dots + 2 * _beta - 1) / 2 - (_k - 1) / 2,
            _beta - _e,
            "e of the k = nb literals disagree, so the inner products sum to k - 2e; the token's bit is ±1 = 2β - 1:"
            " the argument of a write unit",
        ),
        Identity(dots / 2 - (_k - 2) / 2, 1 - _e, "and that of a match unit"),
        Identity(relu(_beta - _e), _beta, "no literal disagrees: the bit is written", (sp.Eq(_e, 0),)),
        Identity(relu(1 - _e), sp.Integer(1), "and the key is matched", (sp.Eq(_e, 0),)),
        Nonnegative(
            _e - _beta,
            (_slack, _other),
            "e = 1 + s >= 1 and β = 1 - o <= 1: nothing is written, nor matched (β = 1); while the delay line is still"
            " empty a missing token leaves e >= b/2 >= 1, since b >= 2",
            (sp.Eq(_e, 1 + _slack), sp.Eq(_beta, 1 - _other)),
        ),
    )


def _reading() -> tuple[Proof, ...]:
    """What is read is the or of all that was written at the matched key."""
    return (
        Identity(relu(_S + _M * 1 - _M), _S, "m = 1: the entry of the matched key"),
        Nonnegative(
            -(_S + _M * 0 - _M),
            (_slack,),
            "m = 0: nothing, as long as no key is written more than M = S + s times",
            (sp.Eq(_M, _S + _slack),),
        ),
        Identity(relu(_S) - relu(_S - 1), sp.Integer(0), "o - ReLU(o - 1): never written", (sp.Eq(_S, 0),)),
        Identity(
            (1 + _slack) - relu(_slack),
            sp.Integer(1),
            "written 1 + s times: 1. So the answer is the or of all tokens that have followed the n-gram",
        ),
    )


def _parts() -> tuple[sp.Expr, ...]:
    K = V**n
    return (
        2 * b * (n + 1),
        K * b * (n * b + 1) + K * b + K * n * b + K * sp.Min(1, n * b - 2) + K * (b + 1),
        K * (3 * b + 1),
        5 * K * b + 3 * b,
    )


NGRAM_NETWORK = Claim(
    name="selection.ngram_network",
    statement=sp.And(
        sp.Equivalent(sp.Lt(wrong, _half), sp.Gt(grams, L - n + _half)),
        sp.Eq(weights, _look_up_weights),
        sp.Eq(d, _look_up_state),
        sp.Le(held, writes),
    ),
    assumes="V >= 2 tokens, the end mark $ = V among them and not in x; b least with 2^b > V; 1 <= n <= L; the"
    " sequence $^n x $^n and its own answers from state zero, no more tokens than M; E counts the wrong ones of L + 1"
    " answers, x and then $ (by x alone an end mark whose digits are among a symbol's could pass); L = n has one"
    " n-gram and is copied",
    kind="iff",
    source="this project; for copying by n-grams compare Jelassi et al. 2024, for SSM + FNN Nishikawa and Suzuki 2025",
    prove=lambda: Chain(
        (
            *_units(),
            *_reading(),
            Identity(
                (L - n + 1) + n,
                L + 1,
                "n-gram i of x is followed by x_{i+n}, the last one by $. Those with 1 to n - 1 marks in front, or"
                " behind, occur once, $^n at both ends of the prompt and before x_1 each time: if the n-grams of x are"
                " distinct, each has one successor, and answer after answer is it",
            ),
            Identity(
                _j + (L - n + 1 - _j) + n,
                L + 1,
                "if n-grams i < j agree and their successors too, so do i + 1 and j + 1; after L - n + 1 - j such"
                " steps the second has the successor $",
            ),
            Nonnegative(
                L - (_i + (L - n + 1 - _j) + n),
                (_slack,),
                "and the first one within x, where no $ is, since j = i + 1 + s: so some two successors differ",
                (sp.Eq(_j, _i + 1 + _slack),),
            ),
            Identity(
                (_x + _y - _x * _y - _x) + (_x + _y - _x * _y - _y),
                (_x - _y) ** 2,
                "in a digit where they differ the or is wrong for one of them: both zero would give (x - y)^2 = 0",
                (sp.Eq(_x**2, _x), sp.Eq(_y**2, _y)),
            ),
            _count(
                _look_up_weights,
                _parts(),
                "delay line, conjunctions (biases of the writes, nb >= 2, of the matches unless nb = 2), integrator,"
                " reading",
            ),
            _count(_look_up_state, ((n + 1) * b, V**n * b), "delay line and table"),
        )
    ),
)

RECALL_NETWORK = Claim(
    name="selection.recall_network",
    statement=sp.And(
        sp.Eq(wrong, 0),
        sp.Eq(weights, _look_up_weights.subs(n, 1)),
        sp.Eq(d, _look_up_state.subs(n, 1)),
        sp.Le(held, writes),
    ),
    assumes="V >= 2 tokens, key and value alphabets disjoint; at least one pair, keys of a context distinct, the query"
    " last and any key symbol, right for an absent one being the null symbol 0; no more tokens than M",
    kind="equal",
    source="this project; related to Nishikawa and Suzuki 2025, Theorem 3.2",
    prove=lambda: Chain(
        (
            From(NGRAM_NETWORK, "n = 1: the answer is the or of all tokens that have followed the query, 0 for none"),
            Identity(
                2 * _j - (2 * _j - 1),
                sp.Integer(1),
                "key k_j at place 2j - 1 is followed by v_j alone, being distinct from the other keys; what follows a"
                " value is filed under the value, which no query asks for",
            ),
            _count(
                _look_up_weights.subs(n, 1),
                tuple(part.subs(n, 1) for part in _parts()),
                "the count at n = 1",
            ),
        )
    ),
)

_pairs = (L - n + 1) * (L - n) / 2

NGRAM_REPEAT_PROBABILITY = Claim(
    name="selection.ngram_repeat_probability",
    statement=sp.And(sp.Eq(agree, V ** (-n)), sp.Le(repeat, _pairs * V ** (-n))),
    assumes="a uniform string of L independent symbols, 1 <= n <= L; the two n-grams of r at any two different places,"
    " overlapping or not; L = n has no pair and V = 1 agrees always (the bound then is the number of pairs)",
    kind="at_most",
    source="this project; Jelassi et al. 2024, Lemma 2.4 has L^2 in place of the number of pairs",
    prove=lambda: Chain(
        (
            Induction(
                _more,
                0,
                Identity(V**L, V ** (L - _more), "strings on which no equation is imposed", (sp.Eq(_more, 0),)),
                Identity(
                    V ** (L - _more) / V,
                    V ** (L - (_more + 1)),
                    "x_{j+l} = x_{i+l}, l in order, i < j: each fixes a symbol that is further right than all fixed or"
                    " used before, overlap or not, to one of V values",
                ),
            ),
            Identity(V ** (L - n) / V**L, V ** (-n), "n equations: r"),
            telescoping(
                _more,
                _more * (_more + 1) / 2,
                _more,
                "n-gram 1 + h has h before it: pairs among the first 1 + h",
            ),
            Identity(
                (_more * (_more + 1) / 2) * V ** (-n),
                _pairs * V ** (-n),
                "h = L - n: all pairs",
                (sp.Eq(_more, L - n),),
            ),
            Nonnegative(
                _x + _y - (_x + _y - _slack),
                (_slack,),
                "P(A or B) = P(A) + P(B) - s, s = P(A and B): pair by pair, R is at most the sum over pairs",
            ),
        )
    ),
)

CLAIMS: tuple[Claim, ...] = (NGRAM_NETWORK, RECALL_NETWORK, NGRAM_REPEAT_PROBABILITY)
