"""LegS and LegS-D as they start: two memories, and no choice of steps that makes them one.

Criteria, written before the run: memories measured on torch layers within 5 standard errors of the statement's lines;
first lags of dense matrices equal to the statement's to 64 N u; memory of the dense LegS equal to that of the poles
e^{−Δ(n+1)} to 64 N κ u, κ of its Gram matrix; at lag 1, with the steps chosen so that lag 0 agrees, the diagonal part
remembers more by at least 20 standard errors.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray
from scipy.linalg import solve_discrete_lyapunov

import numerics.equivalence as exact
import numerics.memory as memory
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, UNIT, standard_errors, with_floor, worst
from figures.statements import line
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.layers import S4D, LinearRNN
from models.layers.initialisations import legs_diagonal
from models.memory import Measurement, measured_memory_function, parts
from numerics.spectra import legs

STATES, DT = 6, 0.1
MATCHED = (STATES + 1) * DT
LETTERS = {"N": STATES, "Delta": DT}


def parameters(scale: Scale) -> dict[str, Any]:
    """Lags, samples of every measurement, sizes of the second panel."""
    return {
        "horizon": scale.choose(20, 40, 40),
        "samples": scale.choose(20_000, 200_000, 2_000_000),
        "sizes": scale.choose([1, 2, 4, 8], [1, 2, 3, 4, 6, 8, 12, 16], [1, 2, 3, 4, 6, 8, 12, 16]),
        "seed": 12,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Measured memories of three layers, exact ones, and first lags for growing N."""
    H = given["horizon"]
    A, B = exact.zoh_pair(*legs(STATES), DT)
    normal, matched = (S4D(legs_diagonal(STATES), dt, dtype=FLOAT64) for dt in (DT, MATCHED))
    found = {
        "full": _run(LinearRNN(A, B, dtype=FLOAT64), given, 0),
        "normal": _run(parts(normal), given, 1),
        "matched": _run(parts(matched), given, 2),
    }
    measured = {name: run.memory for name, run in found.items()}
    errors = {f"{name}_error": with_floor(run.standard_error) for name, run in found.items()}
    return {
        "lag": np.arange(H),
        **measured,
        **errors,
        "full_exact": _full_line(H),
        "normal_exact": memory.memory_function(normal.poles(), H),
        "matched_exact": memory.memory_function(matched.poles(), H),
        "dense": memory.lyapunov_memory(A, B, H),
        "dense_condition": np.array([np.linalg.cond(solve_discrete_lyapunov(A, np.outer(B, B)))]),
        **_first_lags(given["sizes"]),
        **_second_lag(),
    }


def _run(system: Any, given: Mapping[str, Any], shift: int) -> Measurement:
    return measured_memory_function(system, given["horizon"], given["samples"], given["seed"] + shift, washout=600)


def _full_line(horizon: int) -> NDArray[np.float64]:
    """The statement's twin of the full matrix: the diagonal system with poles e^{−Δ(n+1)}."""
    twin = memory.memory_function(np.exp(-DT * np.arange(1.0, STATES + 1)), horizon)
    points = [LETTERS | {"F": twin, "L": twin, "tau": lag} for lag in range(horizon)]
    return line(claim.FULL_AND_NORMAL_DIFFER, "F[tau]", points)


def _first_lags(sizes: list[int]) -> Arrays:
    """M_0 = 1 − |det Ā|² of dense discretised matrices, and the statement's."""
    dense = []
    for N in sizes:
        A, B = legs(N)
        matrices = (A, A + 0.5 * np.outer(B, B))
        dense.append([-np.expm1(2 * np.linalg.slogdet(exact.zoh_pair(M, B, DT)[0])[1]) for M in matrices])
    blank = np.zeros(2)
    points = [{"F": blank, "D": blank, "N": N, "Delta": DT, "Delta_1": DT} for N in sizes]
    return {
        "sizes": np.array(sizes),
        "first": np.array(dense).T,
        "first_statement": np.array([line(claim.FULL_AND_NORMAL_DIFFER, f"{name}[0]", points) for name in "FD"]),
    }


def _second_lag() -> Arrays:
    """Statements at lag 1: the full matrix, its diagonal part at Δ, and at the step that makes lag 0 agree."""
    omega, blank = exact.normal_part_frequencies(STATES), np.zeros(2)
    points = [LETTERS | {"F": blank, "D": blank, "omega": omega, "Delta_1": dt} for dt in (DT, MATCHED)]
    full = line(claim.FULL_AND_NORMAL_DIFFER, "F[1]", points[:1])
    return {"second_statement": np.append(full, line(claim.FULL_AND_NORMAL_DIFFER, "D[1]", points))}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Measured against exact, first lags, and the difference that stays."""
    names = ("full", "normal", "matched")
    measured = max(standard_errors(arrays[name], arrays[f"{name}_exact"], arrays[f"{name}_error"]) for name in names)
    first = np.abs(arrays["first"] - arrays["first_statement"]) / (64 * arrays["sizes"] * UNIT)
    second = np.array([arrays[f"{name}_exact"][1] for name in names])
    apart = arrays["matched"][1] - arrays["full"][1]
    spread = np.hypot(arrays["matched_error"][1], arrays["full_error"][1])
    return (
        Gap(claim.FULL_AND_NORMAL_DIFFER, "torch layers, worst lag of three, in s.e.", measured, 5.0),
        Gap(claim.FULL_AND_NORMAL_DIFFER, "first lags of dense matrices over 64 N u", float(first.max()), 1.0),
        Gap(
            claim.FULL_AND_NORMAL_DIFFER,
            "lag 1 of the statement against the all-pass cascade, tolerance 64 N u",
            worst(second, arrays["second_statement"]),
            64 * STATES * UNIT,
        ),
        Gap(
            claim.FULL_AND_NORMAL_DIFFER,
            "dense LegS against its diagonal twin, over 64 N κ u",
            worst(arrays["dense"], arrays["full_exact"]) / (64 * STATES * UNIT * float(arrays["dense_condition"][0])),
            1.0,
        ),
        Gap(
            claim.FULL_AND_NORMAL_DIFFER,
            f"steps matched at lag 0: 20 over the {apart / spread:.0f} s.e. by which lag 1 differs",
            float(20 * spread / apart),
            1.0,
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Both memories with their difference, first lags, and matched steps."""
    canvas.set_size_inches(11, 3.8)
    axes = canvas.subplots(1, 3)
    lag = arrays["lag"]
    axes[0].fill_between(lag, arrays["full_exact"], arrays["normal_exact"], color="0.88", label="difference")
    for place, second in ((axes[0], "normal"), (axes[2], "matched")):
        for k, (name, label) in enumerate((("full", "LegS"), (second, "LegS-D"))):
            theorem(place, lag, arrays[f"{name}_exact"], ink(k))
            measurement(place, lag, arrays[name], ink(k), arrays[f"{name}_error"], f"{label}, torch")
        place.legend()
    panel(axes[0], "a", f"memories at the start, N = {STATES}, Δ = {DT}", "lag τ", "memory $M_τ$")
    for k, name in enumerate(("LegS", "LegS-D")):
        theorem(axes[1], arrays["sizes"], 1 - arrays["first_statement"][k], ink(k))
        measurement(axes[1], arrays["sizes"], 1 - arrays["first"][k], ink(k), label=f"{name}, dense")
    logarithmic(axes[1], x=False)
    axes[1].legend()
    panel(axes[1], "b", "what is lost of the latest input", "number of states N", "$1-M_0$")
    axes[2].set_xlim(-0.5, 14.5)
    panel(axes[2], "c", f"LegS-D at Δ' = {MATCHED:.1f}: lag 0 agrees, no other", "lag τ", "memory $M_τ$")


INITIAL_MEMORIES = Figure(
    name="equivalence.initial_memories",
    title="LegS and its diagonal part at the start: two different memories",
    alt="Three panels. Memory of LegS and of its diagonal part against lag at the same step, with the area between them"
    " shaded: LegS holds the last few inputs better, its diagonal part those of ten to thirty"
    " steps ago. What is lost of the latest input, falling"
    " exponentially in N squared for one and in N for the other. The same two memories with steps chosen so that they"
    " agree at lag 0: they differ from lag 1 on.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
