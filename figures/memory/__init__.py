"""The figures of the topic `memory`, one per file."""

from figures.figure import Figure
from figures.memory.attention import ATTENTION
from figures.memory.capacity import CAPACITY
from figures.memory.closed_forms import CLOSED_FORMS
from figures.memory.estimators import ESTIMATORS
from figures.memory.limits import LIMITS
from figures.memory.profiles import PROFILES
from figures.memory.real_series import REAL_SERIES
from figures.memory.realisations import REALISATIONS
from figures.memory.trade_off import TRADE_OFF
from figures.memory.training import TRAINING

FIGURES: tuple[Figure, ...] = (
    PROFILES,
    TRADE_OFF,
    ESTIMATORS,
    CAPACITY,
    REAL_SERIES,
    TRAINING,
    CLOSED_FORMS,
    REALISATIONS,
    LIMITS,
    ATTENTION,
)

__all__ = ["FIGURES"]
