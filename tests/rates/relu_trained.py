"""Torch witnesses of `theory.rates.relu`: written weights in modules, nothing is trained.

Criteria, fixed before the runs. Square: on dyadic points every value is that of the exact network bit for bit, and the
statement holds with nothing for rounding, m = 0..8. Product: the statement on a surface and at random points of a tree,
within N (24 + 8m) u max(1, B²). Folds: on dyadic points exact. Waves: the sup over 4097 points within the bound, for
frequencies 1, 5, 17, 100.
"""

import math
from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray

import numerics.rates.relu as net
import theory.rates.relu as claim
from models.rates.networks import as_module
from numerics.rates.networks import Network
from tests.witness import UNIT, Trained, worst_violation
from theory.claim import Claim

Points = NDArray[np.float64]


def run(network: Network, points: Points) -> Points:
    """The module of a network at many points. Arguments: points (k, inputs). Returns: (k,)."""
    with torch.no_grad():
        values = as_module(network)(torch.as_tensor(points))
    return values[:, 0].numpy()


def trained_square() -> Trained:
    """Squares on the multiples of 2^{−m−1}, whole error and pieces from torch; best function of 2^m pieces."""
    worst, wrong = 0.0, 0
    for m in range(9):
        x = np.arange(2 ** (m + 1) + 1) / 2 ** (m + 1)
        network = net.square(m)
        y = run(network, x[:, None])
        exact = network(np.array([[Fraction(v)] for v in x[:9]], dtype=object))[:, 0]
        wrong += int(np.sum(y[:9] != exact.astype(float)))
        slopes = np.diff(y)
        shared = {"m": m, "U": network.units, "K": 1 + int(np.sum(slopes[1:] != slopes[:-1])), "N": 2**m}
        errors = {"E": float(np.max(y - x * x)), "R": float(np.max(abs(y - 2.0 ** (-2 * m - 3) - x * x)))}
        for k in range(0, len(x), max(1, len(x) // 9)):
            worst = max(worst, _violation(claim.RELU_SQUARE, shared | errors | {"x": x[k], "F": y[k]}))
    return Trained(worst + wrong, 0.0, 1, "written squares, m = 0..8, on dyadic points, float64: exact")


def trained_product() -> Trained:
    """The surface of a product at B = 3/2, m = 4, at its worst points; a tree of 8 factors, at 2000 points."""
    m, B, N = 4, 1.5, 8
    side = np.linspace(-B, B, 129)
    xy = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    P = run(net.product(m, Fraction(3, 2)), xy)
    tree = net.product_tree(N, m)
    factors = np.random.default_rng(0).uniform(-1, 1, (2000, N))
    V = run(tree, factors)
    worst = 0.0
    for k, i in zip(_largest(P - xy.prod(axis=1)), _largest(V - factors.prod(axis=1)), strict=True):
        letters = {"m": m, "B": B, "N": N, "D": tree.depth, "x": xy[k, 0], "y": xy[k, 1], "P": P[k], "V": V[i]}
        exact = math.prod(Fraction(v) for v in factors[i].tolist())
        worst = max(worst, _violation(claim.RELU_PRODUCT, letters | {"Q": exact}))
    tolerance = N * (24 + 8 * m) * UNIT * B**2
    return Trained(
        worst, tolerance, 1, "written product on a 129² surface, tree of 8 factors at 2000 points: worst ten"
    )


def trained_fold() -> Trained:
    """Both folds on the multiples of 1/256: exact, and the statement at each eighth of them."""
    worst = 0.0
    x = np.arange(257) / 256
    for l in (1, 3, 8, 17, 100):
        cosine, sine = net.cosine_fold(l), net.sine_fold(l)
        t, tau = run(cosine, x[:, None]), run(sine, x[:, None])
        shared = {"l": l, "D": cosine.depth, "D_tau": sine.depth, "W": max(cosine.width, sine.width)}
        for k in range(0, 257, 8):
            letters = {"x": float(x[k]), "t": float(t[k]), "tau": float(tau[k])}
            worst = max(worst, _violation(claim.RELU_TRIG_FOLD, shared | letters))
    return Trained(worst, 1e-40, 1, "written folds, l = 1, 3, 8, 17, 100, on dyadic points, float64: exact")


def trained_sine() -> Trained:
    """Sine and waves at their worst of 4097 points."""
    n, m = 3, 8
    x = np.linspace(0, 1, 4097)
    S = run(net.sine(n, m), 2 * x[:, None] - 1)
    k = _largest(S - np.sin(np.pi * (2 * x - 1) / 2), 1)[0]
    worst, seen = 0.0, []
    for l in (1, 5, 17, 100):
        cosine, sine = net.cosine_wave(l, n, m), net.sine_wave(l, n, m)
        for wave, letter, true in ((cosine, "Y", np.cos), (sine, "Z", np.sin)):
            values = run(wave, x[:, None])
            i = _largest(values - true(2 * np.pi * l * x), 1)[0]
            both = {"Y": run(cosine, x[i : i + 1, None])[0], "Z": run(sine, x[i : i + 1, None])[0], letter: values[i]}
            letters = {"n": n, "m": m, "l": l, "D": cosine.depth, "s": 2 * x[k] - 1, "S": S[k], "x": x[i]}
            worst = max(worst, _violation(claim.RELU_SINE, letters | both))
            seen.append(abs(values[i] - true(2 * np.pi * l * x[i])))
    tolerance = (4 * (n + 1) * (24 + 8 * m) + 32 * math.pi * 101) * UNIT
    what = f"written waves, l = 1, 5, 17, 100, n = 3, m = 8: sup error {min(seen):.3g} to {max(seen):.3g}"
    return Trained(worst, tolerance, 1, what)


def _largest(errors: Points, count: int = 10) -> list[int]:
    return [int(k) for k in np.argsort(-abs(errors))[:count]]


def _violation(one: Claim, letters: dict) -> float:
    return worst_violation(one.statement, letters)
