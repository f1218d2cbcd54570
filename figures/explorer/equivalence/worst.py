"""The verdict on points each of which has a rounding of its own size."""

from __future__ import annotations

import math
from collections.abc import Iterable

from figures.explorer.exploration import Verdict


def worst(found: Iterable[Verdict]) -> Verdict:
    """The verdict, out of at least one, whose violation is largest beside its tolerance; one that is NaN before all."""
    return max(found, key=lambda one: math.inf if math.isnan(one.violation) else one.violation / one.tolerance)
