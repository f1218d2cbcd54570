"""Trained heads and networks against the claims of `theory.rates.plugin`."""

import numpy as np
import torch

import models.rates.plugin as trained
import numerics.rates.plugin as exact
import theory.rates.plugin as claim
from tests.witness import UNIT, Trained, worst_violation


def trained_stability() -> Trained:
    """Trained heads, logits moved against the winner and at random: margin, and distance of the value."""
    worst, seeds, chi = 0.0, 2, 3.0
    for seed in range(seeds):
        for moved in trained.moved_logits(seed, chi=chi):
            for k in range(len(moved.logits)):
                worst = max(worst, _moved_violation(moved, k, chi))
    return Trained(worst, 1.0, seeds, "trained heads with moved logits, 5 contexts of 6 tokens; in 64 L u (1 + χ|μ|)")


def _moved_violation(moved: trained.Moved, k: int, chi: float) -> float:
    mu, nu, w, v = (part[k].numpy() for part in moved)
    best, L = int(mu.argmax()), len(mu)
    others = np.delete(np.arange(L), best)
    away, n = np.linalg.norm(v - v[best], axis=1).max(), 1000
    eta = float(np.abs(nu - mu).max())
    margin = float(mu[best] - mu[others].max())
    rule = exact.sharpness_rule(L, n, margin, eta)
    assert rule is not None
    at_rule = torch.softmax(rule * moved.estimates[k], dim=0).numpy()
    values = {
        **{"L": L, "n": n, "chi": chi, "chi_n": rule, "delta": margin, "eta": eta, "D": float(away)},
        **{"delta_hat": float(nu[best] - nu[others].max()), "E": float(np.linalg.norm(w @ (v - v[best])))},
        "E_n": float(np.linalg.norm(at_rule @ (v - v[best]))),
    }
    size = max(chi, rule) * float(np.abs(nu).max()) + float(np.abs(nu).max())
    return worst_violation(claim.SELECTION_STABILITY.statement, values) / (64 * L * UNIT * (1 + size) * (1 + away))


def trained_risk() -> Trained:
    """Trained networks at three sharpnesses: their pooled value replaced by the winner's, K their steepest piece."""
    worst, seeds = 0.0, 2
    for seed in range(seeds):
        for chi in (2.0, 10.0, 40.0):
            worst = max(worst, _network_violation(chi, seed))
    return Trained(worst, 1.0, seeds, "trained pooling networks, pooled value against the winner's; in 64 n u")


def _network_violation(chi: float, seed: int) -> float:
    network, data = trained.trained_network(chi, seed), trained.separated(100, 16, 50 + seed)
    with torch.no_grad():
        v, w = network.selected(data.importances, data.values).numpy(), data.winners[:, None].numpy()
        g, h = (network.read(torch.as_tensor(x)).numpy()[:, 0] for x in (v, w))
    F, away, inside = data.targets.numpy(), np.abs(v - w)[:, 0], np.abs(v - w)[:, 0] < 0.1
    values = {"g": g, "h": h, "F": F, "d": away, "n": len(F), "K": network.lipschitz(), "pi_S": float(np.mean(~inside))}
    values |= {"B": float(np.abs([g, h, F]).max()), "E": float(away.max()), "E_S": float(away[inside].max(initial=0))}
    values |= {"p": float(np.sqrt(np.mean((g - F) ** 2))), "q": float(np.sqrt(np.mean((h - F) ** 2)))}
    values |= {"e": float(np.sqrt(np.mean(away**2)))}
    return worst_violation(claim.PLUGIN_RISK.statement, values) / (64 * len(F) * UNIT)
