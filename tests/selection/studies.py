"""The trained studies against their criteria."""

import theory.selection.studies as claim
from figures.selection.committed import order_blind, rows
from models.selection import criteria
from tests.witness import Study

TABLE = rows()
BLIND = order_blind(2, 8)[0]


def seeds(study: str) -> int:
    """How many seeds a study has in the table."""
    return len({row.seed for row in TABLE if row.study == study})


def linear_recall() -> criteria.Letters:
    """Two blocks without FNN in place of the two blocks with it."""
    letters = criteria.recall_letters(TABLE, BLIND)
    return letters | {"a_2": letters["a_0"]}


def query_last() -> criteria.Letters:
    """The query last in place of the query first."""
    letters = criteria.query_order_letters(TABLE)
    return letters | {"f_2": letters["l_2"]}


def linear_copy() -> criteria.Letters:
    """Two blocks without FNN in place of two with it."""
    letters = criteria.copy_letters(TABLE)
    return letters | {"c_2": letters["c_0"]}


STUDIES: tuple[Study, ...] = (
    Study(
        claim.TRAINED_RECALL,
        "n = 2, K = V = 8, 2000 steps, equal weights: accuracies of the committed table",
        lambda: (criteria.recall_letters(TABLE, BLIND), seeds("recall")),
        "the FNN between two state space blocks",
        linear_recall,
    ),
    Study(
        claim.TRAINED_QUERY_ORDER,
        "n = 4, K = V = 8, query first or last: accuracies of the committed table",
        lambda: (criteria.query_order_letters(TABLE), seeds("query_order")),
        "the query before the context",
        query_last,
    ),
    Study(
        claim.TRAINED_COPY,
        "strings of 4 to 12 of 16 symbols: share of symbols right at 12, committed table",
        lambda: (criteria.copy_letters(TABLE), seeds("copy")),
        "the FNN between two state space blocks",
        linear_copy,
    ),
    Study(
        claim.TRAINED_MOTIF,
        "motif among 40 letters: accuracy, from six letters, share inside, correlation, committed table",
        lambda: (criteria.motif_letters(TABLE), seeds("motif")),
        "the FNN between two state space blocks",
        lambda: criteria.linear_motif_letters(TABLE),
    ),
)
