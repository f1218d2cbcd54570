"""The checks of the topic `selection`, one per claim, and its trained studies."""

from tests.selection import (
    blind,
    codes,
    counting,
    importance,
    kernels,
    look_up,
    pooling,
    query_first,
    softmax,
    states,
    studies,
)
from tests.witness import Check, Study

CHECKS: tuple[Check, ...] = (
    *softmax.CHECKS,
    *pooling.CHECKS,
    *kernels.CHECKS,
    *codes.CHECKS,
    *look_up.CHECKS,
    *query_first.CHECKS,
    *blind.CHECKS,
    *importance.CHECKS,
    *states.CHECKS,
    *counting.CHECKS,
)
STUDIES: tuple[Study, ...] = studies.STUDIES
