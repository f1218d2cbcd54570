"""Lines from the statements of the claims, one relation at a time, and slopes of what is measured."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter
from numpy.typing import ArrayLike, NDArray
from sympy import Basic

from theory.claim import Claim, Sides, evaluate

UNIT = 2.0**-53
UNIT32 = 2.0**-24
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def relation(claim: Claim, left: str, sign: str = "==", place: int = 0) -> Basic:
    """The relation of a statement with this left side, as text, and this comparison.

    Arguments: claim; left; sign; place: which one, where several read alike (SymPy sorts them).
    Returns: the relation. Raises: ValueError when there is none.
    """
    fits = [r for r in claim.relations if getattr(r, "rel_op", "") == sign and str(r.lhs) == left]
    if len(fits) <= place:
        raise ValueError(f"{claim.name}: no relation {place} reads {left} {sign} ..")
    return fits[place]


def sides(
    claim: Claim, left: str, points: Iterable[Mapping[str, Any]], sign: str = "==", place: int = 0
) -> list[Sides]:
    """One relation evaluated at every point. Arguments: as `relation`; points: the values of its letters."""
    one = relation(claim, left, sign, place)
    return [evaluate(one, point)[0] for point in points]


def line(
    claim: Claim, left: str, points: Iterable[Mapping[str, Any]], sign: str = "==", place: int = 0
) -> NDArray[np.float64]:
    """The right side of one relation at every point: no second copy of the formula. Arguments: as `sides`."""
    found = sides(claim, left, points, sign, place)
    return np.array([float(np.real(complex(both.right))) for both in found])


def violation(claim: Claim, left: str, points: Iterable[Mapping[str, Any]], sign: str = "==", place: int = 0) -> float:
    """The worst violation of one relation over the points. Arguments: as `sides`."""
    return max(float(both.violation) for both in sides(claim, left, points, sign, place))


def slopes(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Log-log slopes between neighbouring points. Arguments: x, y > 0, (k,). Returns: (k − 1,)."""
    return np.asarray(np.diff(np.log(np.asarray(y))) / np.diff(np.log(np.asarray(x))), dtype=np.float64)


def relative(measured: ArrayLike, expected: ArrayLike) -> float:
    """The worst |measured/expected − 1|."""
    return float(np.max(np.abs(np.asarray(measured) / np.asarray(expected) - 1)))


def logarithmic(axes: Axes, x: bool = True, y: bool = True) -> None:
    """Logarithmic axes labelled at powers of ten only, in plain letters: labels in between would overlap."""
    for used, scale, axis in ((x, axes.set_xscale, axes.xaxis), (y, axes.set_yscale, axes.yaxis)):
        if used:
            scale("log")
            axis.set_major_locator(LogLocator(numticks=8))
            axis.set_major_formatter(_power_of_ten)
            axis.set_minor_formatter(NullFormatter())


def _power_of_ten(value: float, place: float) -> str:
    return "10" + str(round(np.log10(value))).translate(_RAISED) if value > 0 else ""
