"""The shapes a proof may take; each is a value whose `check()` raises at the first step that does not close.

The shape says how far a proof reaches (`reach`) and so which status its claim has (`status`):

* `Identity`     two expressions equal for all parameters, hypotheses substituted where named
* `Induction`    a base and a step, each itself a proof
* `Nonnegative`  a difference written as a sum of terms that SymPy knows to be >= 0
* `Limit`        a limit that SymPy evaluates
* `Chain`        steps in order, each with its reason
* `FiniteCases`  checked up to a bound only, and the ledger says so
* `From`         an earlier claim, whose own proof is checked again
* `Cited`        not derived here: the source is given and the measurement stands alone
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import sympy as sp

if TYPE_CHECKING:
    from theory.claim import Claim

ALL, SOME, NONE = "all parameters", "finitely many cases", "cited"


class ProofError(Exception):
    """A step of a proof that does not close; the message names the step and what is left over."""


class Step(NamedTuple):
    """One line of a derivation: `left relation right`, and why; both sides empty where only words remain."""

    left: sp.Basic | None
    relation: str
    right: sp.Basic | None
    reason: str


class Proof(Protocol):
    """What every shape offers."""

    @property
    def reach(self) -> str:
        """How far the proof reaches, in words."""

    @property
    def status(self) -> str:
        """Either `derived` or `cited`: what the shape entitles a claim to be called."""

    def check(self) -> None:
        """Raise `ProofError` naming the first step that does not close."""

    def steps(self) -> Iterator[Step]:
        """Yield the derivation line by line."""


def vanishes(expression: sp.Basic) -> bool:
    """Whether SymPy reduces the expression to zero, cheapest rewriting first.

    Non-commutative letters (matrices of any size) survive `expand`; the later rewritings are for scalars.
    """
    routes = (sp.expand, sp.simplify, lambda e: sp.simplify(sp.expand(sp.expand_complex(e))))
    return any(route(expression) == 0 for route in routes)


@dataclass(frozen=True)
class Identity:
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
        """Yield the identity, its hypotheses named in the reason."""
        yield Step(self.left, "=", self.right, _with_hypotheses(self.reason, self.using))


@dataclass(frozen=True)
class Induction:
    """A statement for all integers `variable >= start`: the base holds, and each case gives the next."""

    variable: sp.Symbol
    start: int
    base: Proof
    step: Proof

    status = "derived"

    @property
    def reach(self) -> str:
        """All values of the induction variable, unless a part reaches less far."""
        return _weakest((self.base, self.step))

    def check(self) -> None:
        """Check the base, then the step."""
        self.base.check()
        self.step.check()

    def steps(self) -> Iterator[Step]:
        """Yield base and step, marked as such."""
        for part, label in ((self.base, f"{self.variable} = {self.start}"), (self.step, "step")):
            for line in part.steps():
                yield line._replace(reason=f"induction on {self.variable}, {label}: {line.reason}")


def telescoping(
    term: sp.Expr,
    closed: sp.Expr,
    index: sp.Symbol,
    reason: str,
    start: int = 0,
    using: tuple[sp.Eq, ...] = (),
) -> Induction:
    """Induction proving `sum(term, index = start..n) = closed(n)` for all n >= start.

    `closed` is written in `index` as its upper limit. The base is the first term, the step one difference;
    no infinite or symbolic sum is ever handed to SymPy.
    """
    previous = closed.subs(index, index - 1)
    return Induction(
        index,
        start,
        Identity(term.subs(index, start), closed.subs(index, start), reason, using),
        Identity(closed - previous, term, reason, using),
    )


@dataclass(frozen=True)
class Nonnegative:
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
        yield Step(self.difference, "=", total, _with_hypotheses(self.reason, self.using))
        yield Step(total, r"\geq", sp.Integer(0), "every term is non-negative")


@dataclass(frozen=True)
class Limit:
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


@dataclass(frozen=True)
class Chain:
    """Steps in order; the chain reaches as far as its weakest step."""

    links: tuple[Proof, ...]

    @property
    def reach(self) -> str:
        """The reach of the weakest step."""
        return _weakest(self.links)

    @property
    def status(self) -> str:
        """Derived only when no step is cited."""
        return "cited" if any(link.status == "cited" for link in self.links) else "derived"

    def check(self) -> None:
        """Check every step; the error says which one failed."""
        for number, link in enumerate(self.links, 1):
            try:
                link.check()
            except ProofError as error:
                raise ProofError(f"step {number}: {error}") from error

    def steps(self) -> Iterator[Step]:
        """Yield the lines of all steps."""
        for link in self.links:
            yield from link.steps()


@dataclass(frozen=True)
class FiniteCases:
    """The cases `variable = 1..len(cases)`, each proved; nothing is said beyond."""

    variable: sp.Symbol
    cases: tuple[Proof, ...]

    status = "derived"

    @property
    def reach(self) -> str:
        """The bound up to which cases are proved."""
        return f"{SOME}, {self.variable} ≤ {len(self.cases)}"

    def check(self) -> None:
        """Check every case."""
        Chain(self.cases).check()

    def steps(self) -> Iterator[Step]:
        """Yield each case under its number."""
        for number, case in enumerate(self.cases, 1):
            for line in case.steps():
                yield line._replace(reason=f"{self.variable} = {number}: {line.reason}")


@dataclass(frozen=True)
class From:
    """An earlier claim used as a lemma."""

    claim: Claim
    reason: str

    @property
    def reach(self) -> str:
        """As far as the lemma reaches."""
        return self.claim.proof.reach

    @property
    def status(self) -> str:
        """The status of the lemma."""
        return self.claim.proof.status

    def check(self) -> None:
        """Check the lemma's own proof."""
        self.claim.proof.check()

    def steps(self) -> Iterator[Step]:
        """Yield the lemma's statement as one line."""
        for part in self.claim.relations:
            sign = {sp.Eq: "=", sp.Le: r"\leq", sp.Ge: r"\geq"}.get(part.func, part.rel_op)
            yield Step(part.lhs, sign, part.rhs, f"{self.reason} ({self.claim.name})")


@dataclass(frozen=True)
class Cited:
    """Not derived here; `source` says where it is."""

    source: str

    reach = NONE
    status = "cited"

    def check(self) -> None:
        """Nothing to check: the ledger shows the claim as cited."""

    def steps(self) -> Iterator[Step]:
        """Yield the cited statement."""
        yield Step(None, "", None, f"cited: {self.source}")


def lemmas(proof: Proof) -> tuple[Claim, ...]:
    """The claims a proof rests on, in the order of use."""
    match proof:
        case From(claim=claim):
            return (claim,)
        case Chain(links=parts) | FiniteCases(cases=parts):
            return tuple(dict.fromkeys(lemma for part in parts for lemma in lemmas(part)))
        case Induction(base=base, step=step):
            return tuple(dict.fromkeys((*lemmas(base), *lemmas(step))))
    return ()


def _weakest(parts: tuple[Proof, ...]) -> str:
    reaches = [part.reach for part in parts]
    for word in (NONE, SOME):
        for reach in reaches:
            if reach.startswith(word):
                return reach
    return ALL


def _with_hypotheses(reason: str, using: tuple[sp.Eq, ...]) -> str:
    if not using:
        return reason
    return f"{reason}, with " + ", ".join(f"{h.lhs} = {h.rhs}" for h in using)
