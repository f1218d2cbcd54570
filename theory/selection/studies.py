"""Trained studies: outcomes at criteria fixed beforehand, no theorems.

a  accuracy, by arm: a_T Transformer, a_2 two blocks of SSM + FNN, a_1 one block, a_0 two SSM blocks without FNN
b  accuracy of an order-blind answer                    c_T, c_2, c_1, c_0  share of symbols copied right
f_2  accuracy of SSM + FNN with the query first
k, h, r  of the motif network: accuracy from the six most important letters, share of importance inside the motif,
         correlation of the importance with its average

Of several seeds each letter is the one that the criterion names: the worst for the statement, or the second worst.
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Measured
from theory.selection.notation import V

a_T, a_2, a_0, c_T, c_2, c_1, c_0, f_2, k, h, r = sp.symbols("a_T a_2 a_0 c_T c_2 c_1 c_0 f_2 k h r", real=True)


def _percent(number: int) -> sp.Rational:
    return sp.Rational(number, 100)


TRAINED_RECALL = Claim(
    name="selection.trained_recall",
    statement=sp.And(
        sp.Ge(a_T, _percent(99)),
        sp.Ge(a_2, _percent(95)),
        sp.Le(sp.Abs(a_0 - (1 + 1 / V) / 2), _percent(5)),
    ),
    assumes="associative recall of n = 2 pairs, K = V = 8, a fresh map in every sequence, all keys asked for after the"
    " context; 2000 steps of the shared recipe, seeds 10 to 12, about 60 000 weights each; a_T and a_0 of the worst"
    " seed, a_2 of the second worst of three. The criterion also expected one block of SSM + FNN to stay within .05 of"
    " the order-blind (1 + 1/V)/2; it does not: two of three seeds learn the task perfectly, so depth is not what"
    " recall needs here, the FNN is",
    kind="at_least",
    source="this project, after Nishikawa and Suzuki 2025",
    prove=lambda: Measured(
        "written before the runs, which use other seeds than the pilots: Transformer >= .99 and two blocks >= .95 in"
        " two of three seeds; no FNN, and one block, within .05 of (1 + 1/V)/2. Missed for one block, hence left out"
    ),
)

TRAINED_QUERY_ORDER = Claim(
    name="selection.trained_query_order",
    statement=sp.Ge(f_2, _percent(95)),
    assumes="n = 4 pairs, K = V = 8, one answer per sequence, due at an end mark; a mark and the key that is asked for"
    " stand before the context, two blocks of SSM + FNN, H = 64, batch 128, 2500 steps, seeds 10 and 11, the worst of"
    " them. With the same tokens and the query last, the network reaches .55 with one seed and .97 with the other, so"
    " the order costs reliability, not the task; order-blind is .412. The Transformer, with 1000 steps as the criterion"
    " had it, has left the order-blind plateau in neither order, .42 to .44, and nothing is claimed of it",
    kind="at_least",
    source="this project",
    prove=lambda: Measured(
        "written before the runs: SSM + FNN with the query first >= .95 in every seed, last <= .50; Transformer >= .95"
        " in both orders after 1000 steps. Only the first holds; the others are missed, hence left out"
    ),
)

TRAINED_COPY = Claim(
    name="selection.trained_copy",
    statement=sp.And(
        sp.Ge(c_T - c_2, _percent(5)),
        sp.Ge(c_2 - c_1, _percent(5)),
        sp.Ge(c_1 - c_0, _percent(5)),
    ),
    assumes="strings of 4 to 12 of 16 symbols, teacher forced, 1500 steps, about 60 000 weights, seeds 10 to 12: shares"
    " of symbols right at L = 12, means over the seeds. The criterion also asked for .95 of the Transformer, of which"
    " the seeds reach .83 to .89 (at L = 4 all reach .999): 1500 steps are too few for it here",
    kind="at_least",
    source="this project, after Nishikawa and Suzuki 2025 and Jelassi et al. 2024",
    prove=lambda: Measured(
        "written before the runs, at L = 12: Transformer >= .95; Transformer, two blocks, one block, no FNN in this"
        " order with gaps of .05 at least. Missed by the Transformer's share, hence left out; the order holds"
    ),
)

TRAINED_MOTIF = Claim(
    name="selection.trained_motif",
    statement=sp.And(
        sp.Ge(a_2, _percent(95)),
        sp.Ge(k, _percent(90)),
        sp.Ge(h, _percent(30)),
        sp.Le(r, _percent(30)),
        sp.Le(a_0, _percent(60)),
    ),
    assumes="which of two anagrams of six letters occurs among 40 random ones, letters hidden in training at rates up"
    " to .9; 1200 steps, two blocks of SSM + FNN (15 000 weights) against the same without FNN, seeds 10 to 12, the"
    " worst of them. Without hiding in training the accuracy is 1 and k falls to .45 with one seed of three (.46 with"
    " the pilot's, 1.00 with the other two): hidden letters are then sequences that the network has never seen, which"
    " says nothing about how many letters matter",
    kind="at_least",
    source="this project; in place of the DNA study of Nishikawa and Suzuki 2025",
    prove=lambda: Measured(
        "written before the runs: accuracy >= .95, from the six most important letters >= .90, share of importance"
        " inside the motif >= .30 (uniform .15), correlation with the average map <= .30; without FNN accuracy <= .60"
    ),
)

CLAIMS: tuple[Claim, ...] = (TRAINED_RECALL, TRAINED_QUERY_ORDER, TRAINED_COPY, TRAINED_MOTIF)
