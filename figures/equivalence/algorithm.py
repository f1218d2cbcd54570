"""S4's algorithm: a kernel from its generating function, what its correction is for, and a step in O(N).

Criteria, written before the run: entries of Ā and B̄ equal to the statement's to 64 N u (1 + Δ max|A|); the kernel by
generating function, in NumPy and in torch, equal to the recurrence's to 64 N u L max|K|, and the sum of its values to
the statement's to L times that; the uncorrected one equal to the folded kernel to the same plus its tail.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure as Canvas

import numerics.equivalence as exact
import theory.equivalence as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, UNIT, worst
from figures.statements import sides, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.layers import S4
from models.layers.initialisations import legs, legs_basis

STATES, LENGTH, DT = 16, 64, 0.02
PICKED = (0, 1, 7, 32)


def parameters(scale: Scale) -> dict[str, Any]:
    """Sizes of the timed steps."""
    return {
        "timed": scale.choose([16, 64], [32, 64, 128, 256, 512, 1024], [32, 64, 128, 256, 512, 1024, 2048]),
        "batch": 32,
        "seed": 6,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Kernel and its folding, entries of a step, steps timed."""
    return {
        **_generating(np.random.default_rng(given["seed"])),
        **_step_entries(),
        "timed": np.array(given["timed"]),
        "seconds": np.array([_timed(N, given["batch"]) for N in given["timed"]]).T,
    }


def _generating(rng: np.random.Generator) -> Arrays:
    """K by recurrence and by the generating function; without its correction, and folded."""
    system, V = exact.legs_dplr(STATES)
    row = rng.standard_normal(STATES)
    C = row @ V
    layer = S4(legs(STATES), DT, dtype=FLOAT64)
    layer.C.data = layer.C.data.new_tensor((row @ legs_basis(STATES))[None])
    whole = exact.dplr_recurrence_kernel(system, C, DT, 40 * LENGTH).real
    folded = whole.reshape(-1, LENGTH).sum(axis=0)
    kernel = exact.dplr_kernel(system, C, DT, LENGTH).real
    letters = {"lamda": system.poles, "P": system.P, "B": system.B, "N": STATES, "L": LENGTH, "Delta": DT}
    letters |= {"C": C, "Ctilde": exact.truncated_output(system, C, DT, LENGTH), "K": whole[:LENGTH], "F": folded}
    both = [
        max(abs(complex(one.left - one.right)) for one in sides(claim.GENERATING_FUNCTION_KERNEL, name, points))
        for name in _sums()
        for points in [[letters | {"zeta": complex(np.exp(-2j * np.pi * k / LENGTH))} for k in PICKED]]
    ]
    return {
        "kernel": whole[:LENGTH],
        "by_function": kernel,
        "by_torch": layer.kernel(LENGTH)[0].detach().numpy(),
        "without": exact.aliased_dplr_kernel(system, C, DT, LENGTH).real,
        "folded": folded,
        "late": np.abs(whole[-LENGTH:]).max(keepdims=True),
        "statement_error": np.array(both),
    }


def _sums() -> list[str]:
    """Left sides of the two relations on generating functions."""
    return [text for r in claim.GENERATING_FUNCTION_KERNEL.relations if (text := str(r.lhs)).startswith("Sum(")]


def _step_entries() -> Arrays:
    """Ā and B̄ by a dense solve, against the statement, over 64 N u (1 + Δ max|A|)."""
    system, _ = exact.legs_dplr(STATES)
    A = exact.dplr_matrix(system)
    dense, column = exact.bilinear_pair(A, system.B, DT)
    letters = {"lamda": system.poles, "P": system.P, "B": system.B, "N": STATES, "Delta": DT}
    letters |= {"Abar": dense, "Bbar": column}
    points = [letters | {"k": k, "l": l} for k in range(0, STATES, 3) for l in range(0, STATES, 2)]
    found = [violation_of(claim.DPLR_BILINEAR, name, points) for name in ("Abar[k, l]", "Bbar[k]")]
    return {"step_error": np.array(found) / (64 * STATES * UNIT * (1 + DT * np.abs(A).max()))}


def _seconds(work: Callable[[], Any]) -> float:
    found = []
    for _ in range(7):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def _timed(N: int, batch: int) -> tuple[float, float]:
    """Seconds of one step of a batch of states: structured, dense."""
    system, _ = exact.legs_dplr(N)
    step, (A, B) = exact.dplr_discretise(system, DT), exact.dplr_pair(system, DT)
    x, u = np.ones((batch, N), dtype=np.complex128), np.ones(batch)
    return _seconds(lambda: exact.dplr_step(step, x, u)), _seconds(lambda: x @ A.T + u[:, None] * B)


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Steps and kernels."""
    size = 64 * STATES * LENGTH * UNIT * float(np.abs(arrays["kernel"]).max())
    late = float(arrays["late"][0]) * LENGTH
    return (
        Gap(claim.DPLR_BILINEAR, "dense Ā and B̄ over 64 N u (1 + Δ max|A|)", float(arrays["step_error"].max()), 1.0),
        Gap(
            claim.GENERATING_FUNCTION_KERNEL,
            "kernel by four Cauchy sums, tolerance 64 N L u max|K|",
            worst(arrays["by_function"], arrays["kernel"]),
            size,
        ),
        Gap(
            claim.GENERATING_FUNCTION_KERNEL,
            "kernel of a torch S4 layer, the same",
            worst(arrays["by_torch"], arrays["kernel"]),
            size,
        ),
        Gap(
            claim.GENERATING_FUNCTION_KERNEL,
            "without the correction of C against the folded kernel, the same and its tail",
            worst(arrays["without"], arrays["folded"]),
            size + late,
        ),
        Gap(
            claim.GENERATING_FUNCTION_KERNEL,
            "both sums at four roots of 1, L times that",
            float(arrays["statement_error"].max()),
            LENGTH * (size + late),
        ),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Kernel and folding, errors lag by lag, time of a step."""
    canvas.set_size_inches(11, 3.9)
    axes, lag = canvas.subplots(1, 3), np.arange(LENGTH)
    theorem(axes[0], lag, arrays["kernel"], ink(0), "K by recurrence")
    measurement(axes[0], lag[::3], arrays["by_torch"][::3], ink(0), label="torch S4 layer")
    theorem(axes[0], lag, arrays["folded"], ink(1), "folded, $Σ_m K_{l+mL}$")
    measurement(axes[0], lag[::3], arrays["without"][::3], ink(1), label="without the correction of C")
    axes[0].legend()
    panel(axes[0], "a", f"kernel of LegS, N = {STATES}, L = {LENGTH}", "lag l", "$K_l$")
    differences = (
        ("without", "kernel", "uncorrected less K"),
        ("without", "folded", "uncorrected less folded"),
        ("by_torch", "kernel", "torch less K"),
    )
    for k, (name, against, label) in enumerate(differences):
        error = np.maximum(np.abs(arrays[name] - arrays[against]), 1e-18)
        measurement(axes[1], lag[k::3], error[k::3], ink((1, 3, 0)[k]), label=label)
    logarithmic(axes[1], x=False)
    axes[1].legend(loc="center right")
    panel(axes[1], "b", "errors lag by lag", "lag l", "|difference|")
    for k, name in enumerate(("structured, O(N)", "dense, O(N²)")):
        measurement(axes[2], arrays["timed"], 1e6 * arrays["seconds"][k], ink(k), label=name)
    logarithmic(axes[2])
    axes[2].legend()
    panel(axes[2], "c", "time of a step of 32 states", "number of states N", "microseconds")


ALGORITHM = Figure(
    name="equivalence.algorithm",
    title="S4's algorithm: a generating function, its correction, and a step in O(N)",
    alt="Three panels. A kernel and, visibly different, its folding in time, each met by markers of the generating"
    " function with and without its correction. Their differences lag by lag: at rounding, but for the uncorrected one"
    " against the kernel. Time of a structured and of a dense step against the number of states: the dense one grows"
    " faster and is slower from about a hundred states on.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    timed=True,
)
