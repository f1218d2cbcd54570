"""Statements of Nishikawa and Suzuki 2025 that are on record only.

Their form is what the paper is known for; how width, depth, sparsity, weights and window depend on the vocabulary, the
length and the accuracy could not be read, and is not invented here. The letters C and k stand for what is unknown.
What this project derives beside them is related to them and no proof of them: `selection.ngram_network`,
`selection.digit_copier` (copying), `selection.recall_network`, `selection.query_first_recall`,
`selection.recall_map_count` (recall), `selection.softmax_tail`, `selection.pooling_identity` (attention).

    W       non-zero parameters      V       size of the vocabulary      e, ε    error of the output and its bound
"""

import sympy as sp

from theory.claim import Claim
from theory.proof import Cited
from theory.selection.notation import V, eps

W, C, k = sp.symbols("W C k", positive=True)
error = sp.Symbol("e", nonnegative=True)

UNREADABLE = "the exact statement could not be read: constants, exponents and setting are open"

PAPER_COPY_POLYLOG = Claim(
    name="selection.paper_copy_polylog",
    statement=sp.Le(W, C * sp.log(V) ** k),
    assumes="SSM layers with FNNs before and after, on input copying; the dependence on the length is part of what is"
    " open. Related, never a proof of it: selection.ngram_network, selection.digit_copier.",
    kind="at_most",
    source="Nishikawa and Suzuki 2025, Theorem 3.1",
    prove=lambda: Cited("Nishikawa and Suzuki 2025, Theorem 3.1"),
    unchecked=UNREADABLE,
)

PAPER_RECALL_POLYLOG = Claim(
    name="selection.paper_recall_polylog",
    statement=sp.Le(W, C * sp.log(V) ** k),
    assumes="SSM layers with FNNs before and after, on associative recall; the side of the window, the number of pairs"
    " and the error criterion are part of what is open. Related, never a proof of it: selection.recall_network,"
    " selection.query_first_recall; with the query last, causal and read in one step, selection.recall_map_count"
    " excludes polylogarithmic channels, widths and depth for many pairs.",
    kind="at_most",
    source="Nishikawa and Suzuki 2025, Theorem 3.2",
    prove=lambda: Cited("Nishikawa and Suzuki 2025, Theorem 3.2"),
    unchecked=UNREADABLE,
)

PAPER_ATTENTION_MIMIC = Claim(
    name="selection.paper_attention_mimic",
    statement=sp.Le(error, eps),
    assumes="an SSM between two FNNs against the token that attention would select; the margin assumption is part of"
    " what is open. Related, never a proof of it: selection.softmax_tail, selection.pooling_identity.",
    kind="at_most",
    source="Nishikawa and Suzuki 2025, Lemma 3.3",
    prove=lambda: Cited("Nishikawa and Suzuki 2025, Lemma 3.3"),
    unchecked=UNREADABLE,
)

CLAIMS: tuple[Claim, ...] = (PAPER_COPY_POLYLOG, PAPER_RECALL_POLYLOG, PAPER_ATTENTION_MIMIC)
