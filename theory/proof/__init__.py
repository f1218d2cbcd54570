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
* `Conjectured`  not derived anywhere: what speaks for it is said, and the measurement stands alone
* `Measured`     no theorem but an outcome of training, at a criterion fixed before the runs
"""

from theory.proof.argument import Chain, FiniteCases, From, Induction, lemmas, telescoping
from theory.proof.steps import (
    Cited,
    Conjectured,
    Identity,
    Limit,
    Measured,
    Nonnegative,
    Proof,
    ProofError,
    Step,
    vanishes,
)

__all__ = [
    "Chain",
    "Cited",
    "Conjectured",
    "FiniteCases",
    "From",
    "Identity",
    "Induction",
    "Limit",
    "Measured",
    "Nonnegative",
    "Proof",
    "ProofError",
    "Step",
    "lemmas",
    "telescoping",
    "vanishes",
]
