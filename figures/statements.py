"""Lines from the statements of the claims, one relation at a time: no second copy of a formula."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sympy import Basic
from sympy.core.relational import Relational

from theory.claim import Claim, Sides, evaluate

Points = Iterable[Mapping[str, Any]]


def relation(claim: Claim, left: str = "", sign: str = "==", place: int | None = None) -> Basic:
    """The relation of a statement with this left side and this comparison.

    Arguments: claim; left, the left side as text, "" for any; sign; place: which one, from 0, where several read alike
        (SymPy sorts them), or None where only one may.
    Returns: the relation.
    Raises: ValueError when none is at that place, or without a place when not exactly one reads so.
    """
    fits = [r for r, its_left in _with_left_sides(claim) if getattr(r, "rel_op", "") == sign and left in ("", its_left)]
    if place is None and len(fits) != 1:
        raise ValueError(f"{claim.name}: {len(fits)} relations read {left or '..'} {sign} .., must be one")
    if place is not None and not 0 <= place < len(fits):
        raise ValueError(f"{claim.name}: no relation {place} reads {left or '..'} {sign} .., there are {len(fits)}")
    return fits[place or 0]


@cache
def _with_left_sides(claim: Claim) -> tuple[tuple[Basic, str], ...]:
    """The relations and what stands left in them, as text: printing is slow, and a curve asks for every point."""
    return tuple((r, str(r.lhs) if isinstance(r, Relational) else "") for r in claim.relations)


def sides(claim: Claim, left: str, points: Points, sign: str = "==", place: int | None = None) -> list[Sides]:
    """One relation evaluated at every point.

    Arguments: claim, left, sign, place as in `relation`; points: the values of its letters.
    Returns: left side, right side and violation, one of each per point. Raises: as `relation`.
    """
    one = relation(claim, left, sign, place)
    return [evaluate(one, point)[0] for point in points]


def line(claim: Claim, left: str, points: Points, sign: str = "==", place: int | None = None) -> NDArray[np.float64]:
    """The real part of the right side of one relation at every point. Arguments, raises: as `sides`. Returns: (k,)."""
    return np.array([float(np.real(complex(both.right))) for both in sides(claim, left, points, sign, place)])


def lines_of(claim: Claim, lags: ArrayLike, **letters: Any) -> NDArray[np.float64]:
    """The right side of a claim with one equation, about M_τ, at each lag.

    Arguments: claim; lags, (k,), integers >= 0; letters: the values of the other letters.
    Returns: (k,). The left side's M is a placeholder that nothing is read from. Raises: as `relation`.
    """
    blank = np.zeros(int(np.max(lags)) + 2)
    return line(claim, "", ({"M": blank, "tau": int(lag)} | letters for lag in np.asarray(lags)))


def violation(claim: Claim, points: Points) -> float:
    """The worst violation of a statement, all relations, over all points.

    Arguments: claim; points, at least one: the values of its letters. Returns: 0 when it holds everywhere.
    """
    return max(float(both.violation) for point in points for both in evaluate(claim.statement, point))


def violation_of(claim: Claim, left: str, points: Points, sign: str = "==", place: int | None = None) -> float:
    """The worst violation of one relation over all points, at least one. Arguments, raises: as `sides`."""
    return max(float(both.violation) for both in sides(claim, left, points, sign, place))
