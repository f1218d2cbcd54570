"""The trained studies against their criteria."""

import theory.rates.studies as claim
from figures.rates.trained import rows
from models.rates import criteria
from models.rates.arms import RELU
from tests.witness import Study


def seeds() -> int:
    """How many seeds the table has."""
    return len({row.seed for row in rows()})


STUDIES: tuple[Study, ...] = (
    Study(
        claim.TRAINED_PIECEWISE,
        "error of estimation over n and L, SSM + FNN, Transformer and flat network: committed table",
        lambda: (criteria.letters(rows()), seeds()),
        "exponential and ratio: the same FNNs around one integrator",
        lambda: criteria.letters(rows(), RELU),
    ),
)
