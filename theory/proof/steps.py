"""Steps that SymPy closes by itself, and what every proof offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import sympy as sp

ALL, NONE, OPEN, SEEN = "all parameters", "cited", "conjectured", "measured"


class Step(NamedTuple):
    """One line of a derivation: `left relation right`, why, and the hypotheses it uses.

    Both sides are empty where only words remain.
    """

    left: sp.Basic | None
    relation: str
    right: sp.Basic | None
    reason: str
    using: tuple[sp.Eq, ...] = ()


class ProofError(Exception):
    """A step of a proof that does not close; the message names the step and what is left over."""


class Proof(Protocol):
    """What every shape offers."""

    @property
    def reach(self) -> str:
        """How far the proof reaches, in words."""

    @property
    def status(self) -> str:
        """`derived`, `cited`, `conjectured` or `measured`: what the shape entitles a claim to be called."""

    def check(self) -> None:
        """Raise `ProofError` naming the first step that does not close."""

    def steps(self) -> Iterator[Step]:
        """Yield the derivation line by line."""

    def _repr_html_(self) -> str: ...

    def _repr_latex_(self) -> str: ...


class Readable:
    """A proof that shows itself: its steps on a terminal, and in a notebook as formulas with their reasons."""

    # the pages that set a proof are made of claims, which are made of proofs: they are asked for when one is shown
    def __repr__(self: Proof) -> str:
        from theory.report import derivation

        return derivation(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def _repr_html_(self: Proof) -> str:
        from theory.html import derivation

        return derivation(self)

    def _repr_latex_(self: Proof) -> str:
        from theory.latex import derivation

        return derivation(self)


def vanishes(expression: sp.Basic) -> bool:
    """Whether SymPy reduces the expression to zero, cheapest rewriting first.

    Matrices of any size are non-commutative letters, for which only `expand` is sound: `simplify` of
    A B - B A is zero.
    """
    if sp.expand(expression) == 0:
        return True
    if not expression.is_commutative:
        return False
    return sp.simplify(expression) == 0 or sp.simplify(sp.expand(sp.expand_complex(expression))) == 0


@dataclass(frozen=True, repr=False)
class Identity(Readable):
    """`left = right` for all values of the symbols, after the hypotheses in `using` are substituted.

    Each hypothesis is an `Eq`; its left side is replaced by its right side, in the order given.
    """

    left: sp.Expr
    right: sp.Expr
    reason: str
    using: tuple[sp.Eq, ...] = ()

    reach = ALL
    status = "derived"

    def check(self) -> None:
        """Raise unless the difference of the sides reduces to zero."""
        difference = sp.expand(self.left - self.right)
        for hypothesis in self.using:
            difference = sp.expand(difference.subs(hypothesis.lhs, hypothesis.rhs))
        if not vanishes(difference):
            raise ProofError(f"{self.reason}: {self.left} - ({self.right}) leaves {difference}")

    def steps(self) -> Iterator[Step]:
        """Yield the identity with its hypotheses."""
        yield Step(self.left, "=", self.right, self.reason, self.using)


@dataclass(frozen=True, repr=False)
class Nonnegative(Readable):
    """`difference >= 0` because it is a sum of terms each known to be non-negative."""

    difference: sp.Expr
    terms: tuple[sp.Expr, ...]
    reason: str
    using: tuple[sp.Eq, ...] = ()

    reach = ALL
    status = "derived"

    def check(self) -> None:
        """Raise unless the terms sum to the difference and SymPy knows the sign of each."""
        Identity(self.difference, sp.Add(*self.terms), self.reason, self.using).check()
        for term in self.terms:
            if term.is_nonnegative is not True:
                raise ProofError(f"{self.reason}: the sign of {term} is not known")

    def steps(self) -> Iterator[Step]:
        """Yield the decomposition and its sign."""
        total = sp.Add(*self.terms, evaluate=False)
        yield Step(self.difference, "=", total, self.reason, self.using)
        yield Step(total, r"\geq", sp.Integer(0), "every term is non-negative")


@dataclass(frozen=True, repr=False)
class Limit(Readable):
    """`expression -> value` as `variable -> point`, as SymPy evaluates it."""

    expression: sp.Expr
    variable: sp.Symbol
    point: sp.Expr
    value: sp.Expr
    reason: str

    reach = ALL
    status = "derived"

    def check(self) -> None:
        """Raise unless SymPy finds the stated limit."""
        found = sp.limit(self.expression, self.variable, self.point)
        if not vanishes(found - self.value):
            raise ProofError(f"{self.reason}: the limit of {self.expression} is {found}, not {self.value}")

    def steps(self) -> Iterator[Step]:
        """Yield the limit as one line."""
        left = sp.Limit(self.expression, self.variable, self.point)
        yield Step(left, "=", self.value, self.reason)


@dataclass(frozen=True, repr=False)
class Cited(Readable):
    """Not derived here; `source` says where it is."""

    source: str

    reach = NONE
    status = "cited"

    def check(self) -> None:
        """Nothing to check: the ledger shows the claim as cited."""

    def steps(self) -> Iterator[Step]:
        """Yield the cited statement."""
        yield Step(None, "", None, f"cited: {self.source}")


@dataclass(frozen=True, repr=False)
class Conjectured(Readable):
    """Not derived anywhere: `reason` says what speaks for it, and the measurement stands alone."""

    reason: str

    reach = OPEN
    status = "conjectured"

    def check(self) -> None:
        """Nothing to check: the ledger shows the claim as conjectured."""

    def steps(self) -> Iterator[Step]:
        """Yield the open step."""
        yield Step(None, "", None, f"conjectured: {self.reason}")


@dataclass(frozen=True, repr=False)
class Measured(Readable):
    """No theorem but an outcome of training: `criterion` was fixed before the runs, which stand alone."""

    criterion: str

    reach = SEEN
    status = "measured"

    def check(self) -> None:
        """Nothing to check: the ledger shows the claim as measured."""

    def steps(self) -> Iterator[Step]:
        """Yield the criterion."""
        yield Step(None, "", None, f"measured: {self.criterion}")
