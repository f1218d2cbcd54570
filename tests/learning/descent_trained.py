"""Torch read-outs of a layer driven by noise against the claims of `theory.learning.descent`.

Criteria, written before any run: means over the seeds within 5 standard errors of the mean; where a loss is averaged,
plus N/T for each head, the excess loss of N weights fitted to T samples; gradient steps on given data within
64 (m + 1) N units of rounding of the largest distance on the way.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp
import torch

import theory.learning.descent as claim
from figures.measuring import in_tolerances
from models.layers import LinearRNN
from models.learning import descent
from models.learning.driving import impulse_response
from tests.witness import UNIT, Trained
from theory.claim import Claim, evaluate

SEEDS = range(8)
SAMPLES = 20_000

#: A non-normal layer: its impulse response grows before it decays.
A = np.array([[0.8, 1.5, 0.0], [0.0, 0.3, -0.7], [0.0, 0.0, -0.5]])


def said(of: Claim, left: str, letters: Mapping[str, Any]) -> float:
    """The right side of the one equation of a claim about the letter on the left."""
    (relation,) = (part for part in of.relations if isinstance(part, sp.Eq) and str(part.lhs).split("[")[0] == left)
    unread: dict[str, Any] = {
        left: np.zeros(8) if hasattr(relation.lhs, "base") else 0.0
    }  # the left side is not looked at
    return float(evaluate(relation, unread | dict(letters))[0].right)


def layer() -> LinearRNN:
    """The non-normal layer in double precision."""
    return LinearRNN(A, np.ones(3), dtype=torch.float64)


def raw_flow() -> Trained:
    """Components of w - w_best along the directions of G, at three times of small gradient steps."""
    teacher, start, times = np.array([0.5, -1.0, 1.5, 0.0, 1.0]), np.array([1.0, -2.0, 0.5]), (0.1, 0.5, 2.0)
    response = impulse_response(layer(), 400)
    U, root, _ = np.linalg.svd(response, full_matrices=False)
    best = np.linalg.solve(response @ response.T, response[:, :5] @ teacher)
    letters = {"g": root**2, "d": U.T @ (start - best)}
    expected = [[said(claim.RAW_FLOW, "v", letters | {"t": t, "n": n}) for n in range(3)] for t in times]

    def run(seed: int) -> list[np.ndarray]:
        X, Y = descent.delayed(layer(), SAMPLES, 5, seed)
        small = descent.compressed(X, (Y @ torch.as_tensor(teacher))[:, None])
        found = descent.followed(*small, times, torch.as_tensor(start)[None])
        return [U.T @ (W[0] - best) for W in found]

    gap = in_tolerances([run(seed) for seed in SEEDS], expected, 0.0)
    return Trained(gap, 1.0, len(SEEDS), "LinearRNN's read-out along the directions of G, in 5 standard errors")


def gd_step() -> Trained:
    """Plain gradient steps on data below, at and above 2/g_max, g the curvatures of that data's own loss."""
    steps, gaps = 40, []
    for seed in range(4):
        X, Y = descent.delayed(layer(), 500, 1, seed)
        X, Y = X / len(X) ** 0.5, Y / len(Y) ** 0.5
        g, U = (z.flip(-1).numpy() for z in torch.linalg.eigh(X.T @ X))
        best = torch.linalg.lstsq(X, Y).solution[:, 0].numpy()
        start = np.random.default_rng(seed).standard_normal(3)
        letters = {"N": 3, "g": g, "m": steps, "d": U.T @ (start - best)}
        for eta in (1 / g[0], 1.95 / g[0], 2 / g[0], 2.05 / g[0], 2 / (g[0] + g[2])):
            heads = descent.heads_at(torch.as_tensor(start)[None])
            descent.descend(heads, X, Y, [eta] * steps)
            v = U.T @ (heads.weight.detach().numpy()[0] - best)
            expected = np.array([said(claim.GD_STEP, "v", letters | {"eta": eta, "n": n}) for n in range(3)])
            square = descent.heads_at(torch.eye(3, dtype=torch.float64))
            descent.descend(square, X, X.new_zeros(len(X), 3), [eta])
            factor = float(np.linalg.norm(square.weight.detach().numpy(), 2))
            off = abs(factor - said(claim.GD_STEP, "f", letters | {"eta": eta})) if factor else 0.0
            unit = 64 * (steps + 1) * 3 * UNIT * max(1.0, factor) ** steps * np.linalg.norm([*start, *best])
            gaps.append(max(np.abs(v - expected).max() / unit, off / (64 * 3 * UNIT)))
    return Trained(max(gaps), 1.0, 4, "LinearRNN's read-out, 40 torch steps at five η, in units of rounding")


def populations(config: descent.Config) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of the Gram matrix and of the correlation matrix of a run's states, in the mean over inputs."""
    a = np.array(config.poles)[:, None] ** np.arange(400)
    if config.whitened:
        return np.ones(len(a)), np.ones(len(a))
    unit = a / np.linalg.norm(a, axis=1)[:, None]
    g, h = (np.linalg.svd(x, compute_uv=False) ** 2 for x in (a, unit))
    return g, h


def capacity_over_time() -> Trained:
    """R_K summed over the heads, stopped early at three times."""
    config = descent.Config(penalties=(), keeps=())
    letters = {"N": len(config.poles), "g": populations(config)[0]}
    expected = [said(claim.CAPACITY_OVER_TIME, "C_t", letters | {"t": t}) for t in config.times]
    runs = [descent.measure(replace(config, seed=seed)) for seed in SEEDS]
    found = np.array([descent.shares(run.by_time, run.response).sum(axis=-1) for run in runs])
    gap = in_tolerances(found, np.array(expected), config.delays * len(config.poles) / config.samples)
    return Trained(gap, 1.0, len(SEEDS), "early-stopped heads for 48 delays, capacity in 5 standard errors + K N/T")


def ridge_and_dropout_capacity() -> Trained:
    """R_K summed over the heads, under three ridges and two dropouts, of raw and of whitened states."""
    gaps, say = [], claim.RIDGE_AND_DROPOUT_CAPACITY
    for whitened in (False, True):
        config = descent.Config(times=(), whitened=whitened)
        g, h = populations(config)
        letters = {"N": len(g), "g": g, "h": h}
        ridges = [said(say, "C_mu", letters | {"mu": penalty}) for penalty in config.penalties]
        dropouts = [said(say, "C_q", letters | {"q": keep}) for keep in config.keeps]
        runs = [descent.measure(replace(config, seed=seed)) for seed in range(4)]
        excess = config.delays * len(g) / config.samples
        for name, expected in (("by_penalty", ridges), ("by_keep", dropouts)):
            found = np.array([descent.shares(getattr(run, name), run.response).sum(axis=-1) for run in runs])
            gaps.append(in_tolerances(found, np.array(expected), excess))
    return Trained(max(gaps), 1.0, 4, "48 heads under ridge and nn.Dropout, capacity in 5 standard errors + K N/T")
