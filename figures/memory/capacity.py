"""Capacity against the number of states: all of it in exact arithmetic, less at finite precision.

Criteria, written before the run: enclosures of Σ M within their own width of the exact number of states; exact ranks
equal to it; capacities measured on float32 torch layers, read through noise, within 5 standard errors (spread over
seeds) of the claimed trace, the worst of all markers counts; linear attention's capacity within 5 standard errors of 1.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray
from scipy.linalg import block_diag, solve_discrete_lyapunov

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT32, mean_and_error, standard_errors
from figures.statements import line
from figures.style import ink, measurement, panel, theorem
from models.layers import LinearAttention, LinearRNN
from models.memory import measured_memory_function
from models.memory.measure import Run, as_run
from numerics import certified, spectra

NOISE = 1e-3
FAMILIES = ("S4D-Lin, Δ = 0.05", "LRU, annulus 0.8–0.97", "random linear RNN, ρ = 0.9", "real poles −1 .. −N, Δ = 0.05")


def parameters(scale: Scale) -> dict[str, Any]:
    """Numbers of states, T samples per seed, seeds."""
    return {
        "sizes": scale.choose([2, 4, 8], [2, 4, 8, 16, 32], [2, 4, 8, 16, 32, 64]),
        "samples": scale.choose(8_000, 80_000, 400_000),
        "seeds": scale.choose(8, 8, 16),
        "horizon": scale.choose(300, 500, 800),
        "noise": NOISE,
        "seed": 51,
    }


def pairs(N: int, seed: int) -> tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]:
    """A real pair of each family with states of variance one, in the order of `FAMILIES`."""
    lin = spectra.zoh(spectra.s4d_lin(N), 0.05)
    ring = spectra.uniform_annulus(N // 2, 0.8, 0.97, seed)
    dense = spectra.scaled_gaussian(N, 0.9, seed), np.random.default_rng(seed).standard_normal(N)
    real = np.diag(spectra.zoh(spectra.legs_poles(N), 0.05).real), np.ones(N)
    return tuple(_normalised(A, B) for A, B in (_blocks(lin), _blocks(ring), dense, real))


def _blocks(half: NDArray[np.complex128]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    blocks = [[[p.real]] if p.imag == 0 else [[p.real, -p.imag], [p.imag, p.real]] for p in half]
    A = block_diag(*(np.array(block) for block in blocks))
    return A, np.ones(len(A))


def _normalised(A: NDArray, B: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    D = np.sqrt(np.diag(solve_discrete_lyapunov(A, np.outer(B, B))))
    return A * D / D[:, None], B / D


def measure(given: Mapping[str, Any]) -> Arrays:
    """Exact capacities, claimed and measured capacities under noise, and linear attention."""
    shape = (len(FAMILIES), len(given["sizes"]))
    states, middle, width, claimed, memory, error = (np.zeros(shape) for _ in range(6))
    for j, N in enumerate(given["sizes"]):
        for i, (A, B) in enumerate(pairs(N, given["seed"] + N)):
            states[i, j] = len(B)
            sum_of_memory = _enclosed(A)
            middle[i, j] = (sum_of_memory.lower[0] + sum_of_memory.upper[0]) / 2
            width[i, j] = sum_of_memory.width[0]
            claimed[i, j] = _claimed(A, B)
            runs = [_measured(_noisy(A, B, given["seed"] + k), given, k) for k in range(given["seeds"])]
            memory[i, j], error[i, j] = mean_and_error(runs)
    # fractions grow exponentially with N in the exact test of stability
    rational = [N for N in given["sizes"] if N <= 8]
    found = {"states": states, "enclosed": middle, "enclosed_width": width, "claimed": claimed, "measured": memory}
    return (
        {"family": np.array(FAMILIES), "size": np.array(given["sizes"]), **found, "measured_error": error}
        | {"rational_size": np.array(rational), "exact_rank": np.array([_rational(N, given["seed"]) for N in rational])}
        | _attention(given)
    )


def _enclosed(A: NDArray[np.float64]) -> certified.Enclosure:
    poles = np.linalg.eigvals(A)
    slowest = -np.log(np.abs(poles).max())
    return certified.capacity_partial(poles, int(2 * len(A) + 45 / slowest), tolerance=1e-6).total


def _claimed(A: NDArray[np.float64], B: NDArray[np.float64]) -> float:
    G, N = solve_discrete_lyapunov(A, np.outer(B, B)), len(B)
    letters = {"G": G, "S": NOISE * np.eye(N), "N": N, "C_S": 0.0, "k": 0}
    letters |= {"g": np.ones(1), "lamda_min": 0.1, "lamda_max": 0.2}
    return float(line(claim.FINITE_PRECISION, "C_S", [letters])[0])


def _noisy(A: NDArray[np.float64], B: NDArray[np.float64], seed: int) -> Run:
    """A float32 layer whose states are read through white noise of variance `NOISE`."""
    run, rng = as_run(LinearRNN(A, B, dtype=FLOAT32)), np.random.default_rng(10_000 + seed)

    def read(u: NDArray[np.float64]) -> NDArray[np.float64]:
        x = run(u).astype(np.float64)
        return x + np.sqrt(NOISE) * rng.standard_normal(x.shape)

    return read


def _measured(system: Any, given: Mapping[str, Any], seed: int, target: Any = None) -> float:
    found = measured_memory_function(
        system, given["horizon"], given["samples"], given["seed"] + seed, target=target, washout=given["horizon"]
    )
    return float(found.memory.sum())


def _rational(N: int, seed: int) -> int:
    """The rank of [B, AB, ..] over the rationals, for a random matrix of small fractions."""
    rng = np.random.default_rng(seed)
    A = [[Fraction(int(a), 30 * N) for a in row] for row in rng.integers(-20, 21, (N, N))]
    return int(exact.capacity(A, [Fraction(int(b)) for b in rng.integers(1, 10, N)]))


def _attention(given: Mapping[str, Any]) -> Arrays:
    """Linear attention's capacity on u², for every width: Σ of its measured memory."""
    found = []
    widths = [N for N in given["sizes"] if N <= 8]  # the state has width² entries
    for width in widths:
        layer = LinearAttention(width, 0.8, seed=width, dtype=FLOAT32)
        runs = [_measured(layer, {**given, "horizon": 60}, k, np.square) for k in range(given["seeds"])]
        found.append(mean_and_error(runs))
    memory, error = np.array(found).T
    return {"width": np.array(widths), "attention": memory, "attention_error": error}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Enclosures and ranks against the number of states; noisy capacities and attention in standard errors."""
    states, count = arrays["states"], arrays["states"].size
    off = float(np.max(np.abs(arrays["enclosed"] - states) / arrays["enclosed_width"]))
    ranks = float(np.max(np.abs(arrays["exact_rank"] - arrays["rational_size"])))
    noisy = standard_errors(arrays["measured"], arrays["claimed"], arrays["measured_error"])
    one = np.ones(len(arrays["width"]))
    attention = standard_errors(arrays["attention"], one, arrays["attention_error"])
    widest = float(arrays["enclosed_width"].max())
    return (
        Gap(claim.CAPACITY, f"enclosed Σ M off N, in widths (at most {widest:.0e}), worst of {count}", off, 1.0),
        Gap(claim.CAPACITY, "exact rational rank off N", ranks, 0.0),
        Gap(
            claim.FINITE_PRECISION,
            f"float32 layers read through noise, worst of {count} in standard errors",
            noisy,
            5.0,
        ),
        Gap(claim.ATTENTION, f"capacity on u² off 1, worst of {len(one)} widths in standard errors", attention, 5.0),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Exact on the left, finite precision on the right."""
    canvas.set_size_inches(11, 4.4)
    left, right = canvas.subplots(1, 2, sharey=True)
    _exact(left, arrays)
    for i, name in enumerate(arrays["family"]):
        theorem(right, arrays["states"][i], arrays["claimed"][i], ink(i))
        measurement(
            right, arrays["states"][i], arrays["measured"][i], ink(i), arrays["measured_error"][i], label=str(name)
        )
    right.plot(arrays["size"], arrays["size"], color="0.6", linewidth=0.9, label="N")
    right.legend(title="line: tr G(G+S)⁻¹; marker: torch float32", title_fontsize=7.5)
    panel(right, "b", f"finite precision: noise σ² = {NOISE:g} on each state", "states N", "")
    for axes in (left, right):
        axes.set_xscale("log", base=2)
        axes.set_yscale("log", base=2)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda value, _: f"{value:g}")


def _exact(axes: Axes, arrays: Arrays) -> None:
    theorem(axes, arrays["size"], arrays["size"], ink(2)._replace(line="-"), label="N")
    for i, name in enumerate(arrays["family"]):
        axes.plot(
            arrays["states"][i],
            arrays["enclosed"][i],
            ink(i).marker,
            color=ink(i).colour,
            markerfacecolor="none",
            markersize=10 - 1.8 * i,
            label=f"{name}: enclosed",
        )
    axes.plot(arrays["rational_size"], arrays["exact_rank"], "+k", markersize=9, label="random rational: exact rank")
    axes.axhline(1, color=ink(4).colour, linestyle=ink(4).line)
    measurement(
        axes, arrays["width"], arrays["attention"], ink(4), arrays["attention_error"], "linear attention on u², torch"
    )
    axes.legend(loc="upper left")
    panel(axes, "a", "exact arithmetic: Σ M is N for every recurrence", "states N, or width", "capacity $ΣM_τ$")


CAPACITY = Figure(
    name="memory.capacity",
    title="Capacity against the number of states, exactly and at finite precision",
    alt="Two panels on doubly logarithmic axes. Left: capacities of S4D, LRU, random recurrent networks, real poles and"
    " exact rational ranks all lie on the diagonal, capacity = N, while linear attention stays at 1 whatever its width."
    " Right: read through noise, S4D and LRU stay near the diagonal, random networks fall below it and real poles level"
    " off near 5; markers measured on float32 layers lie on the claimed lines.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
