"""The figures of the topic `learning`, one per file."""

from figures.figure import Figure
from figures.learning.direction import DIRECTION
from figures.learning.escape import ESCAPE
from figures.learning.front import FRONT
from figures.learning.landscape import LANDSCAPE
from figures.learning.nonlinear import NONLINEAR
from figures.learning.regularisation import REGULARISATION
from figures.learning.zero_memory import ZERO_MEMORY

FIGURES: tuple[Figure, ...] = (
    DIRECTION,
    ZERO_MEMORY,
    REGULARISATION,
    NONLINEAR,
    ESCAPE,
    LANDSCAPE,
    FRONT,
)

__all__ = ["FIGURES"]
