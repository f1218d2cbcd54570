"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.direction import DIRECTION
from figures.learning.escape import ESCAPE
from figures.learning.exact_recall import EXACT_RECALL
from figures.learning.fixed_or_learned import FIXED_OR_LEARNED
from figures.learning.front import FRONT
from figures.learning.landscape import LANDSCAPE
from figures.learning.listops import LISTOPS
from figures.learning.nonlinear import NONLINEAR
from figures.learning.pole_gradient import POLE_GRADIENT
from figures.learning.regularisation import REGULARISATION
from figures.learning.zero_memory import ZERO_MEMORY

FIGURES: tuple[Figure, ...] = (
    DIRECTION,
    ZERO_MEMORY,
    REGULARISATION,
    NONLINEAR,
    ESCAPE,
    POLE_GRADIENT,
    EXACT_RECALL,
    LANDSCAPE,
    FRONT,
    FIXED_OR_LEARNED,
    LISTOPS,
)

__all__ = ["FIGURES"]
