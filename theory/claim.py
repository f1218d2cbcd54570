"""The record of one claim, and the evaluation of its statement to any number of digits.

A statement is a SymPy relation, or a conjunction of relations. It renders (LaTeX, text) and it is executable:
`evaluate` puts measured values in place of its letters, so a test compares a measurement with the statement
itself and never with a second copy of the formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from numbers import Integral, Number
from typing import Any, Literal, NamedTuple, get_args

import mpmath
import numpy as np
import sympy as sp
from sympy.core.relational import Relational

from theory.proof import Proof

Kind = Literal["equal", "at_most", "at_least", "rate", "iff"]

#: Stands for the upper limit of an infinite sum when a statement is evaluated: the caller gives the number of
#: terms as `infinity` and accounts for the rest in the tolerance.
INFINITY = sp.Symbol("infinity", integer=True)

#: By how much a strict inequality is violated where both sides are equal, and an equivalence where a side is just at
#: its boundary: below any rounding, so that only exact measurements object.
TIE = mpmath.mpf(10) ** -300


class Sides(NamedTuple):
    """Both sides of one evaluated relation, and by how much it is violated (0 when it holds)."""

    left: Any
    right: Any
    violation: Any


@dataclass(frozen=True, repr=False)
class Claim:
    """One statement, what it assumes, where it comes from and why it is true.

    Args:
        name: `topic.short_name`.
        statement: a SymPy relation or an `And` of relations; its letters are those of the topic's notation.
        assumes: the hypotheses in one sentence, degenerate cases named.
        kind: which comparison the property test makes.
        source: paper and locator, or "this project".
        prove: builds the proof, a value of one of the shapes of `theory.proof`, when `proof` is first asked for:
            most commands, tests and figures need statements only. Status and reach follow from it.
        untrained: where no torch model can bear on the claim, the reason in words.
        undrawn: where the claim has no figure panel, the reason in words.
        unchecked: where a cited claim is on record only and no witness bears on it, the reason in words.
        corrects: where the source says something else, what that is, and why it needs this correction.

    Raises:
        ValueError: a name that is not `topic.name`, an unknown kind, a statement that is no relation; and, when the
            proof is built, an unchecked claim that is not cited, an untrained one that is measured.
    """

    name: str
    statement: sp.Basic
    assumes: str
    kind: Kind
    source: str
    prove: Callable[[], Proof]
    untrained: str = ""
    undrawn: str = ""
    unchecked: str = ""
    corrects: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z_]+\.[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"claim name {self.name!r}: expected topic.name in lower case")
        if self.kind not in get_args(Kind):
            raise ValueError(f"claim {self.name}: kind {self.kind!r} is none of {get_args(Kind)}")
        if not self.relations:
            raise ValueError(f"claim {self.name}: the statement {self.statement} is no relation")
        if not self.assumes or not self.source:
            raise ValueError(f"claim {self.name}: assumptions and source must be given")

    def __reduce__(self) -> tuple[Callable[[str], Claim], tuple[str]]:
        # processes send each other the name: a claim is the same object wherever it is read
        return _named, (self.name,)

    def __repr__(self) -> str:
        return f"<Claim {self.name}: {sp.sstr(self.statement)}>"

    def __str__(self) -> str:
        from theory.report import summary  # what sets claims imports them: it is asked for when one is shown

        return summary(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self) if cycle else str(self))

    def _repr_html_(self) -> str:
        from theory.html import card

        return card(self)

    def _repr_latex_(self) -> str:
        from theory.latex import formula

        return formula(self)

    @cached_property
    def proof(self) -> Proof:
        """Why it is true, built once."""
        proof = self.prove()
        if self.unchecked and proof.status != "cited":
            raise ValueError(f"claim {self.name}: is {proof.status}, and only a cited claim may go unchecked")
        if self.untrained and proof.status == "measured":
            raise ValueError(f"claim {self.name}: is measured, and nothing but its trained runs speaks for it")
        return proof

    @property
    def relations(self) -> tuple[sp.Basic, ...]:
        """The relations of the statement, one or several."""
        return relations(self.statement)

    @property
    def status(self) -> str:
        """Derived, cited, conjectured or measured, read off the proof's shape."""
        return self.proof.status

    @property
    def reach(self) -> str:
        """How far the proof reaches."""
        return self.proof.reach

    @property
    def topic(self) -> str:
        """The part of the name before the dot."""
        return self.name.split(".")[0]


def _named(name: str) -> Claim:
    from theory import CLAIMS

    return {claim.name: claim for claim in CLAIMS}[name]


def relations(statement: sp.Basic) -> tuple[sp.Basic, ...]:
    """The relations (or equivalences of two relations) a statement is the conjunction of; empty where it is none."""
    parts = statement.args if isinstance(statement, sp.And) else (statement,)
    return tuple(parts) if all(map(_is_relation, parts)) else ()


def _is_relation(part: sp.Basic) -> bool:
    if isinstance(part, sp.Equivalent):
        return len(part.args) == 2 and all(isinstance(side, Relational) for side in part.args)
    return isinstance(part, Relational)


def evaluate(statement: sp.Basic, values: Mapping[str, Any], digits: int = 50) -> list[Sides]:
    """Both sides of every relation of a statement at the given values.

    Floats enter exactly as the binary numbers they are; the arithmetic runs at `digits` decimal digits.

    Args:
        statement: a relation, or a conjunction of relations.
        values: what each letter stands for, by name: numbers, one-dimensional arrays for indexed letters,
            two-dimensional arrays for matrices and doubly indexed letters.
        digits: decimal digits of the arithmetic.

    Returns:
        One `Sides` per relation: left, right, and the violation: |left - right| for an equation, the excess
        over the bound (or 0) for an inequality, and for an equivalence of which only one side holds, how far the
        nearer side is from changing. It is `TIE` where a strict inequality meets its bound, or an equivalence breaks
        right at a boundary, and not a number where a side is none.

    Raises:
        KeyError: a letter of the statement has no value.
        IndexError: an index outside the array given for its letter.
    """
    with mpmath.workdps(digits):
        return [_sides(relation, values) for relation in relations(statement)]


def _sides(relation: sp.Basic, values: Mapping[str, Any]) -> Sides:
    if isinstance(relation, sp.Equivalent):
        return _agreement(relation, [_sides(side, values) for side in relation.args])
    letters, function = _compiled(relation)
    left, right = function(*(_exact(values[name], letter) for name, letter in letters))
    match relation:
        case sp.Equality():
            return Sides(left, right, abs(left - right))
        case sp.LessThan() | sp.StrictLessThan():
            return Sides(left, right, _excess(left - right, isinstance(relation, sp.StrictLessThan)))
        case sp.GreaterThan() | sp.StrictGreaterThan():
            return Sides(left, right, _excess(right - left, isinstance(relation, sp.StrictGreaterThan)))
    raise TypeError(f"a statement made of {type(relation).__name__} cannot be evaluated")


def _excess(difference: Any, strict: bool) -> Any:
    excess = max(mpmath.re(difference), mpmath.mpf(0)) + abs(mpmath.im(difference))
    return TIE if strict and difference == 0 else excess


def _agreement(relation: sp.Basic, both: list[Sides]) -> Sides:
    """Two relations that hold or fail together; where they do not, the least change that would make them agree.

    An equation that holds is broken by any change at all, so only the change that mends the other one counts. What is
    not a number neither holds nor fails.
    """
    if any(mpmath.isnan(side.violation) for side in both):
        return Sides(both[0].violation, both[1].violation, mpmath.nan)
    holds = [side.violation == 0 for side in both]
    if holds[0] == holds[1]:
        return Sides(holds[0], holds[1], mpmath.mpf(0))
    judged = zip(relation.args, both, holds, strict=True)
    changes = [abs(side.left - side.right) for one, side, held in judged if not (held and isinstance(one, sp.Equality))]
    return Sides(holds[0], holds[1], max(TIE, min(changes)))


@lru_cache(maxsize=4096)
def _compiled(relation: Relational) -> tuple[tuple[tuple[str, sp.Basic], ...], Callable[..., tuple[Any, Any]]]:
    sides = (_in_many_digits(side.xreplace({sp.oo: INFINITY})) for side in relation.args)
    finite = relation.func(*sides, evaluate=False)
    by_name = {str(s): s for s in finite.free_symbols if not isinstance(s, sp.Indexed)}
    by_name |= {str(base): base for base in finite.atoms(sp.IndexedBase, sp.MatrixSymbol)}
    matrices = {"Adjoint": lambda m: m.H, "Trace": lambda m: sum(m[i, i] for i in range(m.rows))}
    function = sp.lambdify(list(by_name.values()), list(finite.args), modules=[matrices, "mpmath"])
    return tuple(by_name.items()), function


def _in_many_digits(expression: sp.Basic) -> sp.Basic:
    """Integers as many-digit numbers wherever they are not indices or limits: Python divides integers as floats."""
    if isinstance(expression, sp.Symbol) and expression.is_integer:
        return sp.Function("mpf")(expression)
    if isinstance(expression, sp.Sum):
        return sp.Sum(_in_many_digits(expression.function), *expression.limits)
    if isinstance(expression, sp.Indexed | sp.MatrixExpr | sp.matrices.expressions.matexpr.MatrixElement):
        return expression
    return expression.func(*map(_in_many_digits, expression.args)) if expression.args else expression


class _Row:
    """A one- or two-dimensional array whose indices never wrap around; an entry becomes exact when it is asked for."""

    def __init__(self, entries: np.ndarray) -> None:
        self.entries, self.seen = entries, dict[tuple[int, ...], Any]()

    def __getitem__(self, index: int | tuple[int, ...]) -> Any:
        where = tuple(map(int, index)) if isinstance(index, tuple) else (int(index),)
        if where not in self.seen:
            if min(where) < 0:
                raise IndexError(f"index {index} is negative")
            self.seen[where] = _scalar(self.entries[where])
        return self.seen[where]


def _exact(value: Any, letter: sp.Basic) -> Any:
    """A value as mpmath sees it: integers stay integers, floats keep all their bits."""
    if isinstance(value, mpmath.matrix):
        return value
    if isinstance(letter, sp.MatrixSymbol):
        return mpmath.matrix([[_scalar(entry) for entry in row] for row in np.asarray(value).tolist()])
    if isinstance(value, mpmath.mpf | mpmath.mpc):
        return value
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"a truth value {value!r} is no number")
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Number):
        return _scalar(value)
    return _Row(np.asarray(value))


def _scalar(entry: Any) -> Any:
    if isinstance(entry, Integral):
        return mpmath.mpf(int(entry))
    if hasattr(entry, "numerator") and hasattr(entry, "denominator"):
        return mpmath.mpf(int(entry.numerator)) / int(entry.denominator)
    return mpmath.mpmathify(entry)
