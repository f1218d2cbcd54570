"""The written networks as torch modules against the claims of `theory.rates.relu_softmax`."""

import torch

import models.rates.relu_softmax as written
import numerics.rates.relu_plan as sizes
import theory.rates.relu_softmax as claim
from models.constructed.relu_pooling import relu_pooling
from tests.witness import UNIT, Trained, worst_violation


def trained_exponential() -> Trained:
    """Modules of both degrees over 2001 points of their range; what doubles may lose is the tolerance."""
    worst = 0.0
    for n, m, k in ((1, 4, 0), (3, 8, 3), (4, 12, 5), (3, 16, 6)):
        found = [written.exponential_error(degree, m, k, 2001) for degree in (n, 2 * n - 1)]
        beta = sizes.exponential_bound(n, m, k)
        values = {"n": n, "m": m, "k": k, "beta": beta, "E_n": found[0], "E_pairs": found[1]}
        lost = sizes.exponential_rounding(m, k) + 256 * UNIT * beta
        worst = max(worst, worst_violation(claim.RELU_EXP.statement, values) / lost)
    return Trained(worst, 1.0, 1, "written modules, 4 sizes, 2001 points of [-K, 0]; in 16 (m + 4) K u")


def trained_reciprocal() -> Trained:
    """Modules at both ends, the middle and the rest of [q, 1]."""
    worst = 0.0
    for q, steps, m in ((0.5, 2, 12), (1 / 16, 5, 12), (1 / 64, 8, 20)):
        z = torch.linspace(q, 1, 65, dtype=torch.float64)
        beta = sizes.reciprocal_bound(q, steps, m)
        assert beta is not None
        lost = sizes.reciprocal_rounding(q, steps, m)
        for at, y in zip(z.tolist(), written.reciprocal_of(z, q, steps, m).tolist(), strict=True):
            eta = abs(1 - at * y) - beta
            worst = max(worst, eta / lost)
    return Trained(max(worst, 0.0), 1.0, 1, "written modules, 3 sizes, 65 points of [q, 1]; in 128 (m + 4) 2^s u/q")


def trained_pooling() -> Trained:
    """The stacks that choose their own sizes, against softmax pooling and the hard winner."""
    worst = 0.0
    for accuracy, L, chi, margin in ((0.1, 8, 8.0, 0.5), (1e-3, 64, 32.0, 0.4), (1e-5, 16, 16.0, 0.9)):
        made = relu_pooling(accuracy, L, chi, 1.0, V=2.5)
        tokens = written.contexts(made, 40, margin, seed=L)
        said = made.answers(tokens)[:, -1]
        errors = [(said - other(made, tokens)[:, -1]).abs() for other in (written.softmax_average, written.winners)]
        n, m, k, steps, q, bound, _, _ = made.sizes
        letters = {"n": n, "m": m, "k": k, "s": steps, "q": q, "V": made.V, "D": 2 * made.V, "L": L, "chi": chi}
        letters |= {"beta_exp": sizes.exponential_bound(n, m, k), "eta": sizes.reciprocal_bound(q, steps, m)}
        letters |= {"delta": margin, "H": made.depth, "beta": made.V * bound}
        letters |= {"E": float(errors[0].max()), "E_star": float(errors[1].max())}
        lost = made.V * (made.sizes.rounding + 256 * UNIT * (1 + bound))
        worst = max(worst, worst_violation(claim.RELU_SOFTMAX.statement, letters) / lost)
    return Trained(
        worst, 1.0, 1, "written stacks, 3 accuracies, 40 contexts against softmax pooling and the winner; in u"
    )
