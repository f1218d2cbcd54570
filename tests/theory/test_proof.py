"""Each proof shape accepts what is true and names the step that does not close."""

import pytest
import sympy as sp

import theory.memory as claim
from theory.proof import (
    Chain,
    Cited,
    Conjectured,
    FiniteCases,
    From,
    Identity,
    Induction,
    Limit,
    Measured,
    Nonnegative,
    Proof,
    ProofError,
    lemmas,
)
from theory.proof import telescoping as telescope

n = sp.Symbol("n", integer=True, nonnegative=True)
x, y = sp.symbols("x y", real=True)
A, B = sp.symbols("A B", commutative=False)

TRUE: list[Proof] = [
    Identity((x + y) ** 2, x**2 + 2 * x * y + y**2, "square"),
    Identity(A * B, B * A, "commuting matrices", using=(sp.Eq(A * B, B * A),)),
    Identity(sp.exp(sp.I * x), sp.cos(x) + sp.I * sp.sin(x), "Euler"),
    telescope(2 * n + 1, (n + 1) ** 2, n, "odd numbers"),
    Nonnegative(x**2 + y**2 - 2 * x * y, ((x - y) ** 2,), "a square"),
    Limit((1 / (1 + sp.Symbol("s", positive=True))) ** n, n, sp.oo, sp.Integer(0), "decay"),
    FiniteCases(n, (Identity(x, x, "one"), Identity(y, y, "two"))),
    Cited("somewhere"),
    Conjectured("all that was tried"),
    Measured("at least .95 in every run"),
]
FALSE: list[Proof] = [
    Identity((x + y) ** 2, x**2 + y**2, "no cross term"),
    Identity(A * B, B * A, "matrices do not commute"),
    telescope(2 * n + 1, (n + 1) ** 2 + 1, n, "wrong base"),
    telescope(2 * n + 2, (n + 1) ** 2 - 1, n, "wrong step"),
    Induction(n, 0, Identity(x, x, "base"), Identity(x, y, "step")),
    Nonnegative(x**2 - y, (x**2, -y), "a term of unknown sign"),
    Nonnegative(x**2 + 1, (x**2,), "terms that do not sum to the difference"),
    Limit(2**n, n, sp.oo, sp.Integer(0), "growth"),
    FiniteCases(n, (Identity(x, x, "one"), Identity(x, y, "two"))),
]


@pytest.mark.parametrize("proof", TRUE, ids=lambda proof: next(proof.steps()).reason)
def test_true_proofs_close(proof) -> None:
    proof.check()


@pytest.mark.parametrize("proof", FALSE, ids=str)
def test_false_proofs_raise(proof) -> None:
    with pytest.raises(ProofError):
        proof.check()


def test_a_chain_names_the_step_that_fails() -> None:
    chain = Chain((TRUE[0], Identity(x, x + 1, "a slip")))
    with pytest.raises(ProofError, match="step 2: a slip"):
        chain.check()


@pytest.mark.parametrize(
    ("proof", "status", "reach"),
    [
        (Chain((TRUE[0], TRUE[3])), "derived", "all parameters"),
        (Chain((TRUE[0], FiniteCases(n, (TRUE[0],)))), "derived", "finitely many cases, n ≤ 1"),
        (Chain((TRUE[0], Cited("a book"))), "cited", "cited"),
        (Induction(n, 0, TRUE[0], Cited("a book")), "cited", "cited"),
        (Chain((TRUE[0], Conjectured("tried"), Cited("a book"))), "conjectured", "conjectured"),
        (FiniteCases(n, (Conjectured("tried"),)), "conjectured", "conjectured"),
        (Measured("at least .95"), "measured", "measured"),
    ],
)
def test_status_and_reach_follow_the_weakest_step(proof, status: str, reach: str) -> None:
    assert (proof.status, proof.reach) == (status, reach)


def test_lemmas_are_read_off_the_proof() -> None:
    assert lemmas(claim.REGRESSION.proof) == ()
    assert claim.REGRESSION in lemmas(claim.SIMILARITY.proof)
    assert lemmas(Induction(n, 0, From(claim.REGRESSION, "used"), TRUE[0])) == (claim.REGRESSION,)


def test_a_lemma_is_checked_again() -> None:
    import dataclasses

    broken = dataclasses.replace(claim.REGRESSION, prove=lambda: FALSE[0])
    with pytest.raises(ProofError):
        From(broken, "used").check()
