"""Proofs made of proofs: in order, by induction, case by case, or resting on an earlier claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sympy as sp

from theory.proof.steps import ALL, NONE, OPEN, Identity, Proof, ProofError, Readable, Step

if TYPE_CHECKING:
    from theory.claim import Claim

SOME = "finitely many cases"

#: How a relation between two sides is written.
SIGNS = {
    sp.Eq: "=",
    sp.Ne: r"\neq",
    sp.Le: r"\leq",
    sp.Ge: r"\geq",
    sp.Lt: "<",
    sp.Gt: ">",
    sp.Equivalent: r"\Leftrightarrow",
}


class _Composite(Readable):
    """A proof made of parts: it reaches as far as its weakest part, and is derived only when all parts are."""

    @property
    def parts(self) -> tuple[Proof, ...]:
        """The proofs it is made of, in order."""
        raise NotImplementedError

    @property
    def reach(self) -> str:
        """The reach of the weakest part."""
        return _weakest(self.parts)

    @property
    def status(self) -> str:
        """The status of the weakest part: conjectured before cited before derived."""
        found = {part.status for part in self.parts}
        return next((status for status in ("conjectured", "cited") if status in found), "derived")

    def check(self) -> None:
        """Check every part; the error says which one failed."""
        for number, part in enumerate(self.parts, 1):
            try:
                part.check()
            except ProofError as error:
                raise ProofError(f"step {number}: {error}") from error


@dataclass(frozen=True, repr=False)
class Induction(_Composite):
    """A statement for all integers `variable >= start`: the base holds, and each case gives the next."""

    variable: sp.Symbol
    start: int
    base: Proof
    step: Proof

    @property
    def parts(self) -> tuple[Proof, ...]:
        """Base and step."""
        return (self.base, self.step)

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


@dataclass(frozen=True, repr=False)
class Chain(_Composite):
    """Steps in order."""

    links: tuple[Proof, ...]

    @property
    def parts(self) -> tuple[Proof, ...]:
        """The steps."""
        return self.links

    def steps(self) -> Iterator[Step]:
        """Yield the lines of all steps."""
        for link in self.links:
            yield from link.steps()


@dataclass(frozen=True, repr=False)
class FiniteCases(_Composite):
    """The cases `variable = 1..len(cases)`, each proved; nothing is said beyond."""

    variable: sp.Symbol
    cases: tuple[Proof, ...]

    @property
    def parts(self) -> tuple[Proof, ...]:
        """The cases."""
        return self.cases

    @property
    def reach(self) -> str:
        """The bound up to which cases are proved."""
        return _weakest(self.cases) if self.status != "derived" else f"{SOME}, {self.variable} ≤ {len(self.cases)}"

    def steps(self) -> Iterator[Step]:
        """Yield each case under its number."""
        for number, case in enumerate(self.cases, 1):
            for line in case.steps():
                yield line._replace(reason=f"{self.variable} = {number}: {line.reason}")


@dataclass(frozen=True, repr=False)
class From(_Composite):
    """An earlier claim used as a lemma; its own proof is checked again."""

    claim: Claim
    reason: str

    @property
    def parts(self) -> tuple[Proof, ...]:
        """The lemma's proof."""
        return (self.claim.proof,)

    def steps(self) -> Iterator[Step]:
        """Yield the lemma's statement as one line."""
        for part in self.claim.relations:
            yield Step(part.args[0], SIGNS[part.func], part.args[1], f"{self.reason} ({self.claim.name})")


def lemmas(proof: Proof) -> tuple[Claim, ...]:
    """The claims a proof rests on, in the order of use."""
    if isinstance(proof, From):
        return (proof.claim,)
    parts = proof.parts if isinstance(proof, _Composite) else ()
    return tuple(dict.fromkeys(lemma for part in parts for lemma in lemmas(part)))


def _weakest(parts: tuple[Proof, ...]) -> str:
    reaches = [part.reach for part in parts]
    for word in (OPEN, NONE, SOME):
        for reach in reaches:
            if reach.startswith(word):
                return reach
    return ALL
