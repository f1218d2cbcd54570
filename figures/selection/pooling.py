"""Softmax pooling by two integrators, windows that drift and that do not, and states read by features.

Criteria: integrators within (4 L + 4 χ max|μ| + 10) u max|v| of the softmax with all its weights; a delay line within
(U + 1) u of the window's sum, relative, and an accumulator off by more than 10 % ever after a token of gate e^45 has
left; features trained to read exactly within 1e-6 of the least sum of squares V − d; random codes above the floor, and
Taylor features below the remainder, but for rounding.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas

import numerics.selection.kernels as features
import numerics.selection.pooling as exact
import theory.selection.kernels as claim
import theory.selection.pooling as of_pooling
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.selection import pooling_panels as panels
from figures.statements import line
from models.selection.kernels import random_look_up, train_to_read


def parameters(scale: Scale) -> dict[str, Any]:
    """Tokens, sharpness, window, symbols, codes for each dimension, radii and degrees of Taylor features."""
    return {
        "tokens": scale.choose(80, 200, 2000),
        "chi": 4.0,
        "window": 8,
        "gate": 45.0,
        "symbols": 12,
        "codes": scale.choose(5, 40, 400),
        "steps": scale.choose(15, 20, 60),
        "radii": [0.5, 1.0, 3.0],
        "degrees": scale.choose(5, 11, 16),
        "seed": 4,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All panels from one generator."""
    rng = np.random.default_rng(given["seed"])
    return _pooled(given, rng) | _windows(given, rng) | _reads(given) | _codes(given, rng) | _taylor(given)


def _pooled(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    L, chi = given["tokens"], given["chi"]
    mu, v = rng.uniform(-1, 1, L), rng.uniform(-1, 1, (L, 1))
    y = exact.pooled_by_integrators(mu, v, chi)[:, 0]
    points = ({"t": t, "s": 0, "chi": chi, "mu": mu, "v": v[:, 0], "y": y} for t in range(0, L, max(1, L // 40)))
    said = line(of_pooling.POOLING_IDENTITY, "", points)
    return {
        "y": y,
        "all_weights": exact.pooled(mu, v, chi)[:, 0],
        "said_at": np.arange(0, L, max(1, L // 40)),
        "said": said,
        "allowed": np.array([(4 * L + 4 * chi * np.abs(mu).max() + 10) * UNIT * np.abs(v).max()]),
    }


def _windows(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    U, L = given["window"], given["tokens"]
    u = 0.5 + rng.random(L)
    u[L // 4] = np.exp(given["gate"])
    sums = exact.window_sums(u, U), exact.window_sums_by_difference(u, U)
    points = [{"t": t, "s": max(0, t - U), "U": U, "u": u, "z": u} for t in range(L)]
    said = line(of_pooling.WINDOW_STATE, "z[t]", points)
    return {
        "off": np.abs(np.array(sums) / said - 1),
        "left": np.array([L // 4 + U + 1]),
        "window": np.array([U]),
    } | _states(U)


def _states(largest: int) -> Arrays:
    U = np.arange(largest + 1)
    found = np.array([exact.least_states([1] * (k + 1) + [0] * (k + 5)) for k in U.tolist()])
    names = ("n_h", "n_D", "n_p")
    said = [line(of_pooling.WINDOW_STATE, name, ({"U": int(k), name: 0} for k in U)) for name in names]
    return {"U": U, "states": found.T, "states_said": np.array(said)}


def _reads(given: Mapping[str, Any]) -> Arrays:
    V = given["symbols"]
    found, d = {}, np.array([2, V // 4, V // 2, 3 * V // 4, V - 1, V])
    squares, worst = [], []
    for size in d.tolist():
        model = random_look_up(V, size, given["seed"])
        squares.append(train_to_read(model, given["steps"])[-1])
        phi, psi = model.phi.detach().numpy(), model.psi.detach().numpy()
        worst.append(features.worst_read(phi, psi, 2))
        if size in (V, V - 1, V // 2):
            found[f"M_{size}"] = features.cross_talk(phi, psi)
    points = [{"f": 0.0, "V": V, "d": size} for size in d.tolist()]
    least = line(claim.KERNEL_STATE_EXACT, "f", points, ">=")
    return found | {
        "V": np.array([V]),
        "read_d": d,
        "squares": np.array(squares),
        "least": least,
        "worst_read": np.array(worst),
    }


def _codes(given: Mapping[str, Any], rng: np.random.Generator) -> Arrays:
    V = given["symbols"]
    d = np.arange(2, V + 5)
    eta = np.empty((len(d), given["codes"]))
    for i, size in enumerate(d):
        for k in range(given["codes"]):
            phi = rng.standard_normal((size, V))
            eta[i, k] = features.coherence(phi, phi)
    points = [{"V": V, "d": int(size), "eta": 0.0} for size in d]
    floor = np.sqrt(np.maximum(0, line(claim.COHERENCE_FLOOR, "", points, ">=")))
    attained = [(V - 1, float(features.coherence(*features.simplex_code(V))))]
    return {"d": d, "eta": eta, "floor": floor, "simplex": np.array(attained)}


def _taylor(given: Mapping[str, Any]) -> Arrays:
    p, errors, bounds = np.arange(given["degrees"]), [], []
    for R in given["radii"]:
        x = np.linspace(-R, R, 201)
        errors.append([float(np.abs(np.exp(x) - features.taylor_sum(x, int(k))).max()) for k in p])
        points = [{"p": int(k), "R": R, "e_p": 0.0} for k in p]
        scaled = line(claim.SOFTMAX_KERNEL_RANK, "e_p*(p + 1)*factorial(p)", points, "<=")
        bounds.append(scaled / np.cumprod(p + 1.0))
    return {"p": p, "taylor": np.array(errors), "remainder": np.array(bounds), "radii": np.array(given["radii"])}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Pooling, windows, reads, codes, kernels."""
    U, left = int(arrays["window"][0]), int(arrays["left"][0])
    held, drifted = arrays["off"]
    said = arrays["said"] - arrays["y"][arrays["said_at"]]
    rounding = 64 * UNIT * np.exp(float(arrays["radii"].max()))
    return (
        Gap(
            of_pooling.POOLING_IDENTITY,
            "integrators off the softmax of the statement, in (4 L + 4 χ max|μ| + 10) u max|v|",
            float(np.abs(said).max() / arrays["allowed"][0]),
            1.0,
        ),
        Gap(
            of_pooling.POOLING_IDENTITY,
            "integrators off attention with a constant query, all weights formed, in twice that",
            float(np.abs(arrays["y"] - arrays["all_weights"]).max() / arrays["allowed"][0]),
            2.0,
        ),
        Gap(
            of_pooling.WINDOW_STATE,
            "delay line off the window's sum, relative, every step, in (U + 1) u",
            float(held.max() / ((U + 1) * UNIT)),
            1.0,
        ),
        Gap(
            of_pooling.WINDOW_STATE,
            "accumulator once the large token has left: 10 % over its smallest relative error",
            float(0.1 / drifted[left:].min()),
            1.0,
        ),
        Gap(
            of_pooling.WINDOW_STATE,
            f"least states off the statement, U = 0..{U}, three conventions",
            float(np.abs(arrays["states"] - arrays["states_said"]).max()),
            0.0,
        ),
        Gap(
            claim.KERNEL_STATE_EXACT,
            "features trained to read: sum of squares off V − d, in 1e-6",
            float(np.abs(arrays["squares"] - arrays["least"]).max() / 1e-6),
            1.0,
        ),
        Gap(
            claim.COHERENCE_FLOOR,
            f"floor above the cross-talk of {arrays['eta'].size} random codes and of the simplex, tolerance 64 u",
            float(max(np.max(arrays["floor"][:, None] - arrays["eta"]), np.max(_below_simplex(arrays)))),
            64 * UNIT,
        ),
        Gap(
            claim.SOFTMAX_KERNEL_RANK,
            "error of Taylor features above the remainder, tolerance 64 u e^R",
            float(np.max(arrays["taylor"] - arrays["remainder"])),
            rounding,
        ),
    )


def _below_simplex(arrays: Arrays) -> Any:
    d, eta = arrays["simplex"][0]
    return np.abs(arrays["floor"][arrays["d"] == d] - eta)


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Pooling, windows, states, kernels above; what is read from a state below."""
    canvas.set_size_inches(15, 6.4)
    axes = canvas.subplots(2, 5)
    panels.pooled(axes[0, 0], axes[0, 1], arrays)
    panels.windows(axes[0, 2], arrays)
    panels.states(axes[0, 3], arrays)
    panels.taylor(axes[0, 4], arrays)
    panels.reads(axes[1, :3], arrays)
    panels.squares(axes[1, 3], arrays)
    panels.coherence(axes[1, 4], arrays)


POOLING = Figure(
    name="selection.pooling",
    title="Pooling without a query: integrators, windows, and states read by features",
    alt="Ten panels. Pooled output in time, integrators on the softmax, and their difference below its tolerance."
    " Relative errors of a window's sum in time: a delay line at rounding, an accumulator wrong by as much as the sum"
    " itself after a large token has left. Least states against the window in three conventions. Error of Taylor"
    " features against the degree, below three remainders. Heat maps of trained features: the identity at d = V, a"
    " little less at V - 1, blurred at V/2. Sum of squares on the line V - d. Coherence of random codes above the"
    " floor, the simplex on it.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
