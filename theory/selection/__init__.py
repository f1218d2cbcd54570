"""Claims about selecting tokens: what SSM + FNN do like attention, and what it costs in parameters and in state."""

from theory.claim import Claim
from theory.selection import (
    blind,
    codes,
    counting,
    importance,
    kernels,
    look_up,
    paper,
    pooling,
    query_first,
    softmax,
    states,
    studies,
)

CLAIMS: tuple[Claim, ...] = (
    *softmax.CLAIMS,
    *pooling.CLAIMS,
    *kernels.CLAIMS,
    *codes.CLAIMS,
    *look_up.CLAIMS,
    *query_first.CLAIMS,
    *blind.CLAIMS,
    *importance.CLAIMS,
    *states.CLAIMS,
    *counting.CLAIMS,
    *studies.CLAIMS,
    *paper.CLAIMS,
)
