"""Accuracy times length is at most the number of states: families of spectra under the bound, and how near one gets.

Criteria, written before the run: no curve above its bound by more than rounding, (τ+1)·64 N u; the delay line on the
bound at τ = N − 1 to the same; torch layers within 5 standard errors of their curves; the optimiser no worse than the
best ring at every lag it is asked for; mean delays to 64 N u Σ τ² M_τ.
"""

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, UNIT, standard_errors, with_floor
from figures.memory.systems import spread
from figures.statements import line, violation
from figures.style import ink, measurement, panel, theorem
from models.layers import LRU
from models.memory import measured_memory_function
from numerics import spectra
from numerics.learning import best_poles

HORIZON = 4000
FAMILIES = ("delay line", "ring, r = 0.97", "S4D-Lin, Δ = 0.05", "real poles, Δ = 0.1", "annulus 0.9–0.99")


def parameters(scale: Scale) -> dict[str, Any]:
    """N states of the families; states and lags that the optimiser is asked for, its restarts; T samples per marker."""
    return {
        "N": 8,
        "optimised_N": scale.choose([1, 2], [1, 2, 4, 8], [1, 2, 4, 8, 16]),
        "lags": scale.choose([1, 4, 16], [1, 2, 4, 8, 16, 32, 64], [1, 2, 4, 8, 16, 32, 64, 128, 256]),
        "restarts": scale.choose(4, 30, 100),
        "samples": scale.choose(20_000, 50_000, 1_000_000),
        "sizes": scale.choose([1, 2, 4], [1, 2, 3, 4, 6, 8, 12, 16], [1, 2, 4, 8, 16, 32]),
        "seed": 3,
    }


def families(N: int, seed: int) -> tuple[NDArray[np.complex128], ...]:
    """N discrete poles (N − 1 for S4D-Lin, whose first pole is real) of every family, in the order of `FAMILIES`."""
    return (
        spectra.delay_line(N),
        spectra.ring(N, 0.97),
        spectra.zoh(spectra.conjugate_closed(spectra.s4d_lin(N + N % 2)), 0.05),
        spectra.real_linear(N, 0.1),
        spectra.uniform_annulus(N, 0.9, 0.99, seed),
    )


def measure(given: Mapping[str, Any]) -> Arrays:
    """Curves under the bound, the optimiser's poles and their memory, torch markers, and mean delays."""
    N, lag = given["N"], spread(HORIZON, 120)
    curves = [exact.memory_function(poles, HORIZON) for poles in families(N, given["seed"])]
    return (
        {
            "N": np.array([N]),
            "family": np.array(FAMILIES),
            "lag": lag,
            "memory": np.array([memory[lag] for memory in curves]),
            "trade_off_violation": np.array([_bounds(memory, N) for memory in curves]),
            "monotone_violation": np.array([_monotone(memory) for memory in curves]),
            "delay_line_at_its_end": N - N * curves[0][[N - 1]],
        }
        | _optimised(given)
        | _delays(given)
    )


def _bounds(memory: NDArray[np.float64], N: int) -> float:
    # the second relation is about one pole alone: given the smallest memory there is, it adds nothing here
    still = np.zeros(64)
    return violation(
        claim.TRADE_OFF, ({"M": memory[: tau + 1], "m": still, "tau": tau, "N": N} for tau in (0, 1, 3, 7, 15, 31, 63))
    )


def _monotone(memory: NDArray[np.float64]) -> float:
    return violation(claim.BOUNDED_MONOTONE, ({"M": memory[: tau + 2], "tau": tau} for tau in range(0, 120, 7)))


def _optimised(given: Mapping[str, Any]) -> Arrays:
    """Best memory found for each number of states and lag, measured on a torch layer with these poles."""
    rows = []
    for N in given["optimised_N"]:
        for lag in given["lags"]:
            if lag < N:
                continue  # the delay line already recalls these lags wholly
            poles, best = best_poles(N, lag, given["seed"], given["restarts"])
            ring = max(exact.memory_function(spectra.ring(N, r), lag + 1)[lag] for r in np.linspace(0.5, 0.999, 200))
            layer = LRU(np.where(poles == 0, 1e-3, poles), dtype=FLOAT64)
            slowest = 1 / -np.log(np.abs(poles).max())
            found = measured_memory_function(
                layer, lag + 1, given["samples"], given["seed"] + lag + N, lags=[lag], washout=int(lag + 40 * slowest)
            )
            rows.append((N, lag, best, ring, found.memory[0], with_floor(found.standard_error)[0]))
    names = ("best_N", "best_lag", "best_memory", "best_ring", "best_measured", "best_error")
    # mpf: powers of Python integers would be divided as floats, and overflow
    still = np.zeros(200)
    alone = [{"M": still, "m": still, "tau": mpmath.mpf(int(t)), "N": 1} for t in spread(200, 40)]
    return dict(zip(names, np.array(rows, dtype=float).T, strict=True)) | {
        "one_pole_lag": spread(200, 40),
        "one_pole_bound": line(claim.TRADE_OFF, "m[tau]", alone, "<="),
    }


def _delays(given: Mapping[str, Any]) -> Arrays:
    """Σ τ M_τ of every family and size, the claim's double sum, and the least that is possible."""
    shape = (len(given["sizes"]), len(FAMILIES))
    summed, formula, tolerance = (np.zeros(shape) for _ in range(3))
    for i, N in enumerate(given["sizes"]):
        for k, poles in enumerate(families(N, given["seed"])):
            memory = exact.memory_function(poles, HORIZON)
            lag = np.arange(HORIZON)
            letters = {"M": memory[:1], "lamda": poles, "N": len(poles), "infinity": 0}
            summed[i, k], formula[i, k] = lag @ memory, line(claim.MEAN_DELAY, "", [letters])[0]
            tail = exact.tail_bound(poles, HORIZON)
            tolerance[i, k] = 64 * len(poles) * UNIT * (lag**2 @ memory + len(poles) ** 2) + 10 * HORIZON**2 * tail
    return {"size": np.array(given["sizes"]), "delay": summed, "delay_formula": formula, "delay_tolerance": tolerance}


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Bounds kept, bounds met where they are tight, torch on the curves, mean delays equal to the double sum."""
    N = int(arrays["N"][0])
    rounding = 64 * 64 * N * UNIT
    bound = arrays["best_N"] / (arrays["best_lag"] + 1)
    excess = float(np.max((arrays["best_measured"] - bound) / arrays["best_error"]))
    shortfall = float(np.max(arrays["best_ring"] - arrays["best_memory"]))
    off = standard_errors(arrays["best_measured"], arrays["best_memory"], arrays["best_error"])
    delays = float(np.max(np.abs(arrays["delay"] - arrays["delay_formula"]) / arrays["delay_tolerance"]))
    count = len(bound)
    return (
        Gap(claim.TRADE_OFF, "curves above N/(τ+1), tolerance 64·64 N u", _worst(arrays, "trade_off"), rounding),
        Gap(claim.TRADE_OFF, "delay line off the bound at τ = N−1", _size(arrays["delay_line_at_its_end"]), rounding),
        Gap(claim.TRADE_OFF, f"torch above the bound, worst of {count}, in standard errors", excess, 5.0),
        Gap(claim.TRADE_OFF, f"torch off the optimised memory, worst of {count}, in standard errors", off, 5.0),
        Gap(claim.TRADE_OFF, "optimiser short of the best ring", shortfall, 1e-9),
        Gap(
            claim.BOUNDED_MONOTONE, "rise or excess over 1, tolerance 64 N u", _worst(arrays, "monotone"), 64 * N * UNIT
        ),
        Gap(claim.MEAN_DELAY, "worst |Σ τM_τ − double sum| over 64 N u Σ τ²M_τ + tail", delays, 1.0),
    )


def _worst(arrays: Arrays, name: str) -> float:
    return float(arrays[f"{name}_violation"].max())


def _size(array: NDArray) -> float:
    return float(np.max(np.abs(array)))


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Curves under the bound; the share of the bound that is reached; the mean delay against its floor."""
    canvas.set_size_inches(12.5, 4.4)
    curves, share, delay = canvas.subplots(1, 3)
    _curves(curves, arrays)
    _share(share, arrays)
    _delay(delay, arrays)


def _curves(axes: Axes, arrays: Arrays) -> None:
    lag, N = arrays["lag"], int(arrays["N"][0])
    axes.fill_between(lag + 1, np.minimum(1, N / (lag + 1)), 2, color="0.9", linewidth=0)
    axes.plot(lag + 1, N / (lag + 1), color="black", linewidth=2.2, label="bound N/(τ+1)")
    for k, name in enumerate(arrays["family"]):
        shown = arrays["memory"][k] > 1e-9
        theorem(axes, lag[shown] + 1, arrays["memory"][k][shown], ink(k), label=str(name))
    own = arrays["best_N"] == arrays["best_N"].max()
    axes.plot(arrays["best_lag"][own] + 1, arrays["best_memory"][own], "k*", markersize=9, label=_best_label(arrays))
    axes.set(xscale="log", yscale="log", ylim=(1e-3, 1.6), xlim=(0.9, 2000))
    axes.legend(loc="lower left")
    panel(axes, "a", f"N = {N} states under the bound", "lag τ + 1", "memory $M_τ$")


def _best_label(arrays: Arrays) -> str:
    return f"best poles found, N = {int(arrays['best_N'].max())}"


def _share(axes: Axes, arrays: Arrays) -> None:
    axes.axhline(1, color="black", linewidth=2.2, label="bound")
    lag = arrays["one_pole_lag"]
    theorem(axes, lag + 1, (lag + 1) * arrays["one_pole_bound"], ink(0), label="one pole, best possible")
    axes.axhline(np.exp(-1), color="0.45", linestyle=":", linewidth=0.9)
    axes.text(1.6, np.exp(-1) - 0.012, "1/e", va="top", fontsize=7.5)
    for k, N in enumerate(np.unique(arrays["best_N"])):
        own = arrays["best_N"] == N
        scale = (arrays["best_lag"][own] + 1) / N
        x, y, error = (
            arrays["best_lag"][own] + 1,
            arrays["best_measured"][own] * scale,
            arrays["best_error"][own] * scale,
        )
        axes.plot(x, arrays["best_memory"][own] * scale, color=ink(k).colour, linestyle=":", linewidth=0.8)
        measurement(axes, x, y, ink(k), error, label=f"best of N = {int(N)}, torch")
    axes.set(xscale="log", ylim=(0.25, 1.5), xlim=(1.5, 200))
    axes.set_yticks([0.4, 0.6, 0.8, 1.0])
    axes.legend(loc="upper right", ncols=2)
    panel(axes, "b", "share of the bound that is reached", "lag τ + 1", "$(τ+1)\\,M_τ\\,/\\,N$")


def _delay(axes: Axes, arrays: Arrays) -> None:
    size = arrays["size"]
    for k, name in enumerate(arrays["family"]):
        theorem(axes, size, arrays["delay_formula"][:, k], ink(k))
        measurement(axes, size, arrays["delay"][:, k], ink(k), label=str(name))
    axes.plot(size, size * (size - 1) / 2, color="black", linewidth=2.2, label="floor N(N−1)/2")
    axes.set(xscale="log", yscale="symlog", ylim=(-0.2, 1.5 * arrays["delay"].max()))
    axes.set_xticks(size, [str(n) for n in size])
    axes.minorticks_off()
    axes.legend(loc="lower right")
    panel(axes, "c", "mean delay (line: double sum, marker: Σ τM)", "states N", "$Σ\\,τ M_τ$ in steps")


TRADE_OFF = Figure(
    name="memory.trade_off",
    title="Accuracy times length is at most the number of states",
    alt="Three panels. Memory against lag of five spectra stays under the line N over lag plus one; the delay line"
    " touches it. The best poles an optimiser finds reach between 0.37 and 0.8 of the bound, more with more states; a"
    " single pole tends to 1/e of it. The mean delay of every family equals its double sum and stays above N(N-1)/2.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
