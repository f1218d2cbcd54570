"""Trained softmax heads against the claims of `theory.selection.softmax`."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import torch

import models.selection.softmax as heads
import numerics.selection.softmax as exact
import theory.selection.softmax as claim
from tests.selection.softmax_inputs import BEYOND, Drawn, letters
from tests.witness import UNIT, Trained, worst_violation


def trained_tail() -> Trained:
    """Heads before, during and after training, every context: weights against the margin that was measured."""
    worst, seeds = 0.0, 2
    for values, tolerance in _heads(seeds):
        worst = max(worst, worst_violation(claim.SOFTMAX_TAIL.statement, values) / tolerance)
    what = "one-head attention before, during and after training, 10 contexts of 8 tokens; in 8 L u"
    return Trained(worst, 1.0, seeds, what)


@lru_cache
def _states(seed: int) -> list[tuple[heads.Reading, heads.Contexts]]:
    return heads.states_in_training(seed)


def _heads(seeds: int) -> Iterator[tuple[dict[str, Any], float]]:
    for seed in range(seeds):
        for reading, given in _states(seed):
            for k in range(len(reading.scores)):
                shared, order, _ = letters(Drawn(reading.scores[k].numpy(), 1.0))
                v, output = given.values[k].numpy()[order], reading.output[k].numpy()
                measured = {
                    "chi": 1.0,
                    "w": np.append(reading.weights[k].numpy()[order], BEYOND),
                    "v": np.pad(v, ((0, 1), (0, 1)), constant_values=BEYOND),
                    "m": v.shape[1],
                    "E": float(np.linalg.norm(output - v[0])),
                    "rho": float(np.linalg.norm(v - v[0], axis=1).max()),
                }
                yield shared | measured, 8 * len(v) * UNIT


def trained_value() -> Trained:
    """The same heads: output less the winner's value row."""
    worst, seeds = 0.0, 2
    for values, tolerance in _heads(seeds):
        scale = (1 + float(np.abs(values["v"]).max())) ** 2
        worst = max(worst, worst_violation(claim.VALUE_ERROR.statement, values) / (tolerance * 4 * scale))
    what = "output of the trained heads less the winner's value, 10 contexts of 8 tokens; in 32 L u max(1 + |v|)^2"
    return Trained(worst, 1.0, seeds, what)


def trained_need() -> Trained:
    """Logits of a trained head rescaled to χ*: tied batches reach ε, and a hundredth less does not."""
    worst, seeds, eps, L = 0.0, 3, 0.05, 8
    for seed in range(seeds):
        head = heads.SelectionHead(4, seed=seed)
        heads.train(head, 60, seed=seed)
        given = heads.contexts(16, L, 4, 500 + seed, tied=True)
        with torch.no_grad():
            gaps = head(*given).scores
            for k, row in enumerate((gaps[:, 0] - gaps[:, 1]).tolist()):
                if row > 0:
                    worst = max(worst, _rescaled(head, given, k, row, eps))
    what = "trained head at χ* and χ* ± 0.01/δ on contexts with tied losers, ε = 0.05; in 64 u (1 + χ*δ)"
    return Trained(worst, 1.0, seeds, what)


def _rescaled(head: heads.SelectionHead, given: heads.Contexts, k: int, delta: float, eps: float) -> float:
    L, one = given.tokens.shape[1], heads.Contexts(*(part[k : k + 1] for part in given))
    needed = exact.sharpness_needed(L, delta, eps)
    at = [float(head(*one, chi=max(needed + offset / delta, 0.0)).weights[0, 0]) for offset in (0.0, -0.01, 0.01)]
    rounding = 64 * UNIT * (1 + needed * delta)
    worst = abs((1 - at[0]) / eps - 1) * eps / rounding
    for w, offset in zip(at, (0.0, -0.01, 0.01), strict=True):
        values = {"L": L, "delta": delta, "epsilon": eps, "chi": needed + offset / delta, "chi_star": needed}
        of_head = {"w": np.array([w, BEYOND]), "w_star": np.array([at[0], BEYOND])}
        gap = worst_violation(claim.SHARPNESS_NEEDED.statement, values | of_head)
        worst = max(worst, gap / rounding)
    return worst


def trained_ranks() -> Trained:
    """Five masked heads over one learned importance, gaps as measured: c is the largest that the first five allow."""
    worst, seeds, beta, eps, last = 0.0, 4, 1.0, 0.02, 5
    r = np.arange(1, last + 1)
    for seed in range(seeds):
        tokens = heads.contexts(1, 30, 6, 70 + seed).tokens
        first = heads.RankedHeads(6, [1.0] * last, seed=seed)
        with torch.no_grad():
            importances = first(tokens)[0][0].numpy()
            order = np.argsort(-importances)
            mu = importances[order]
            c = float((-np.diff(mu)[:last] * r**beta).min())
            chi = [exact.rank_sharpness(int(k), 30, c, beta, eps) for k in r]
            weights = heads.RankedHeads(6, chi, seed=seed)(tokens)[1][0]
        for k, row in enumerate(weights):
            values = {"L": 30, "r": k + 1, "R": last, "c": c, "beta": beta, "epsilon": eps}
            values |= {"chi_r": chi[k], "omega_r": float(row[order[k]])}
            scale = 8 * 30 * UNIT * (1 + chi[k] * (1 + float(np.abs(mu).max())))
            worst = max(worst, worst_violation(claim.RANKED_SELECTION.statement, values) / scale)
    return Trained(worst, 1.0, seeds, "five masked heads on 30 tokens, sharpness χ_r; in rounding of χ_r μ")
