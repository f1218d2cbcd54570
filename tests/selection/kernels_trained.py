"""Trained features against the claims of `theory.selection.kernels`."""

import math

import torch

import models.selection.kernels as runs
import numerics.selection.kernels as exact
import theory.selection.kernels as claim
from tests.witness import UNIT, Trained, worst_violation


def trained_read() -> Trained:
    """One-hot look-up against a dictionary, and features trained to read, d from 1 to V: down to V − d, never below."""
    worst, seeds, V = 0.0, 2, 6
    generator = torch.Generator().manual_seed(0)
    keys = torch.stack([torch.randperm(V, generator=generator)[:4] for _ in range(50)])
    values = torch.randn(50, 4, 2, dtype=torch.float64, generator=generator)
    read = runs.one_hot(V)(keys, values, keys[:, [2, 0]])
    off = float((read.detach() - values[:, [2, 0]]).abs().max())
    for seed in range(seeds):
        for d in (1, 3, 5, 6):
            model = runs.random_look_up(V, d, seed)
            losses = runs.train_to_read(model, 15)
            phi, psi = model.phi.detach().numpy(), model.psi.detach().numpy()
            letters = {"Phi": phi, "Psi": psi, "d": d, "V": V, "E": float(exact.worst_read(phi, psi, 2))}
            letters["f"] = losses[-1]
            worst = max(worst, abs(losses[-1] - (V - d)) / 1e-6)
            worst = max(worst, worst_violation(claim.KERNEL_STATE_EXACT.statement, letters) / (64 * V * UNIT))
    what = (
        "features trained to read 6 keys with d = 1, 3, 5, 6: within 1e-6 of V − d; one-hot against a dictionary: exact"
    )
    return Trained(math.inf if off else worst, 1.0, seeds, what)


def trained_apart() -> Trained:
    """Features trained against cross-talk: above the floor, within 2 % where it is attained."""
    worst, seeds = 0.0, 2
    for seed in range(seeds):
        for V, d, attained in ((5, 4, True), (6, 3, True), (6, 4, False), (8, 3, False)):
            model = runs.random_look_up(V, d, seed)
            runs.train_apart(model, 20)
            eta = float(exact.coherence(model.phi.detach().numpy(), model.psi.detach().numpy()))
            gap = worst_violation(claim.COHERENCE_FLOOR.statement, {"eta": eta, "d": d, "V": V})
            worst = max(worst, gap / (64 * d * UNIT))
            if attained:
                worst = max(worst, (eta / exact.coherence_floor(V, d) - 1) / 0.02)
    what = "features trained against cross-talk; excess over the floor at (V, d) = (5, 4), (6, 3) in 2 %, never below"
    return Trained(worst, 1.0, seeds, what)


def trained_kernel() -> Trained:
    """Taylor-feature attention and softmax attention: kernel within the remainder B, output within ρ/(1 − ρ) |v|."""
    worst, seeds = 0.0, 3
    for seed in range(seeds):
        generator = torch.Generator().manual_seed(seed)
        q, k, v = (
            torch.rand(n, m, dtype=torch.float64, generator=generator) - 0.5 for n, m in ((9, 3), (12, 3), (12, 2))
        )
        for p, chi in ((0, 0.5), (2, 2.0), (4, 4.0), (8, 6.0)):
            layer = runs.TaylorAttention(3, p, chi)
            products = chi * q @ k.T
            R, error = float(products.abs().max()), float((products.exp() - layer.kernel(q, k)).abs().max())
            rank = exact.exponential_kernel_rank(q[:, 0].numpy(), k[:9, 0].numpy(), chi)
            counts = {
                "n_K": rank or 0,
                "V": 9,
                "F": len(layer.scale),
                "n_T": int(torch.linalg.matrix_rank(layer.kernel(q, k))),
            }
            letters = counts | {"D": 3, "p": p, "R": R, "e_p": error}
            tolerance = 16 * (len(layer.scale) + p + 2) * UNIT * math.exp(R)
            scaled = tolerance * math.factorial(p + 1)
            worst = max(worst, worst_violation(claim.SOFTMAX_KERNEL_RANK.statement, letters) / scaled)
            rho = exact.taylor_remainder(R, p) * math.exp(R)
            if rho < 1:
                spread = 2 * float(v.norm(dim=1).max())
                off = float((layer(q, k, v) - layer.softmax(q, k, v)).norm(dim=1).max())
                worst = max(worst, off / (rho / (1 - rho) * spread + tolerance))
    what = "Taylor-feature attention against softmax attention, p = 0, 2, 4, 8; in the bound on the output"
    return Trained(worst, 1.0, seeds, what)
