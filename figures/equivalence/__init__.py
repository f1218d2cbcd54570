"""The figures of the topic `equivalence`, one per file."""

from figures.equivalence.algorithm import ALGORITHM
from figures.equivalence.conditioning import CONDITIONING
from figures.equivalence.discretisation import DISCRETISATION
from figures.equivalence.euler_input import EULER_INPUT
from figures.equivalence.initial_memories import INITIAL_MEMORIES
from figures.equivalence.kernels import KERNELS
from figures.equivalence.legs_against_diagonal import LEGS_AGAINST_DIAGONAL
from figures.equivalence.legs_conditioning import LEGS_CONDITIONING
from figures.equivalence.realisations import REALISATIONS
from figures.equivalence.same_spectrum import SAME_SPECTRUM
from figures.equivalence.spectra import SPECTRA
from figures.equivalence.speed import SPEED
from figures.figure import Figure

FIGURES: tuple[Figure, ...] = (
    SAME_SPECTRUM,
    REALISATIONS,
    DISCRETISATION,
    EULER_INPUT,
    LEGS_CONDITIONING,
    SPECTRA,
    LEGS_AGAINST_DIAGONAL,
    INITIAL_MEMORIES,
    ALGORITHM,
    KERNELS,
    CONDITIONING,
    SPEED,  # last: it uses two threads, and what else runs disturbs it
)

__all__ = ["FIGURES"]
