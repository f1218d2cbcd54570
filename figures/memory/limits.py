"""What memory tends to: at long lags, at small steps, at finite precision, and with few samples.

Criteria, written before the run: fitted rates within 0.1 of the claimed ones (decay of the error, relative; order in
the step, absolute); eigenvalues of the Gram matrix nowhere above the Beckermann–Townsend bound; the mean in-sample R²
of an unrelated target within 5 standard errors of N/T, the worst of all counts; torch layers within 5 standard errors
of the exact memory at their own step.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.memory as exact
import theory.memory as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import FLOAT64, mean_and_error, standard_errors, with_floor
from figures.memory.systems import balanced_layer
from figures.statements import line
from figures.style import ink, measurement, panel, theorem
from models.layers import S4D
from models.memory import measured_memory_function, parts
from models.memory.measure import as_run
from numerics import spectra
from numerics.memory.noise import gram_factor

#: Title, poles, period p after which the dominant phases recur, and the rate at which the error should fall.
DECAYS = (
    ("one slowest pole", np.array([0.95, 0.7, -0.3], complex), 1),
    ("slowest pair, angle π/5, p = 5", np.array([0.95 * np.exp(0.2j * np.pi), 0.95 * np.exp(-0.2j * np.pi), 0.7]), 5),
    ("slowest pole double", np.array([0.9, 0.9, 0.5], complex), 1),
)
HALF = np.array([-0.5 + 1j, -0.5 + 3j, -0.5 + 6j])


def parameters(scale: Scale) -> dict[str, Any]:
    """Steps drawn and steps fitted, T samples of the torch layers, seeds and sizes of the in-sample fits."""
    return {
        "drawn_steps": [0.2, 0.05],
        "fitted_steps": [2.0**-k for k in range(6, 12)],
        "samples": scale.choose(20_000, 200_000, 2_000_000),
        "few": scale.choose([100, 400], [50, 100, 200, 400, 800, 1600], [50, 100, 200, 400, 800, 1600, 3200]),
        "states": [4, 16],
        "seeds": scale.choose(40, 200, 1000),
        "real_poles": scale.choose(16, 64, 64),
        "seed": 31,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All four panels."""
    return _decay() | _steps(given) | _spectrum(given) | _floor(given)


def _decay() -> Arrays:
    """|M_{τ+p}/(M_τ ρ^{2p}) − 1| with ρ^{2p} from the statement, and the fitted rate over the claimed one."""
    found: Arrays = {}
    off = []
    for k, (_, poles, p) in enumerate(DECAYS):
        lag = np.arange(10, 61, 5) if k < 2 else np.unique(np.geomspace(100, 1500, 12).astype(int))
        memory = exact.memory_function(poles, int(lag[-1]) + p + 1)
        rho = np.abs(poles).max()
        limit = line(claim.DECAY, "", [{"M": memory[:2], "tau": 0, "p": 1, "rho": rho}])[0] ** p
        error = np.abs(memory[lag + p] / memory[lag] / limit - 1)
        x, rate = (lag, np.log(0.7 / 0.95)) if k < 2 else (np.log(lag), -1.0)
        off.append(abs(np.polyfit(x, np.log(error), 1)[0] / rate - 1))
        found |= {f"decay_lag_{k}": lag, f"decay_error_{k}": error}
    return found | {"decay_rate_off": np.array(off)}


def _steps(given: Mapping[str, Any]) -> Arrays:
    """m(t) from the statement, torch layers at finite steps, and the order in Δ of the difference."""
    s, times = spectra.conjugate_closed(HALF), np.linspace(0, 8, 161)
    found: Arrays = {"time": times, "density": _density(s, times)}
    for k, dt in enumerate(given["drawn_steps"]):
        lags = np.round(np.arange(0.2, 8.01, 0.6) / dt).astype(int)
        run = measured_memory_function(
            parts(S4D(HALF, dt, dtype=FLOAT64)), int(lags[-1]) + 1, given["samples"], given["seed"] + k, lags=lags
        )
        found |= {
            f"step_time_{k}": lags * dt,
            f"step_density_{k}": run.memory / dt,
            f"step_error_{k}": with_floor(run.standard_error) / dt,
            f"step_exact_{k}": exact.memory_function(spectra.zoh(s, dt), int(lags[-1]) + 1)[lags] / dt,
        }
    steps = np.array(given["fitted_steps"])
    limit = _density(s, np.array([1.0]))[0]
    errors = [abs(exact.memory_function(spectra.zoh(s, dt), int(1 / dt) + 1)[-1] / dt - limit) for dt in steps]
    order = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    return found | {"drawn_step": np.array(given["drawn_steps"]), "step_order": np.array([order])}


def _density(s: NDArray[np.complex128], times: NDArray[np.float64]) -> NDArray[np.float64]:
    G = -1 / (s[:, None] + s.conj())
    letters = {"s": s, "N": len(s), "G": G, "M": np.zeros(2), "Delta": 1.0, "tau": 0, "D": 1.0}
    points = ({**letters, "c": np.exp(s * t)[:, None]} for t in times)
    return line(claim.CONTINUOUS_LIMIT, "M[tau]/Delta", points)


def _spectrum(given: Mapping[str, Any]) -> Arrays:
    """Eigenvalues of G for real poles and for S4D-Lin, relative to the largest, where a double still sees them."""
    N = given["real_poles"]
    real = spectra.zoh(spectra.legs_poles(N), 0.01)
    lin = spectra.zoh(spectra.conjugate_closed(spectra.s4d_lin(N)), 0.01)
    g, other = (np.linalg.svd(gram_factor(poles), compute_uv=False) ** 2 for poles in (real, lin))
    g = g[g > 1e-28 * g[0]]
    low, high = real.real.min(), real.real.max()
    letters = {"g": g, "lamda_min": low, "lamda_max": high, "C_S": 0.0, "N": 1, "G": np.eye(1), "S": np.eye(1)}
    points = [{**letters, "k": k} for k in range(len(g))]
    return {
        "eigenvalue": g / g[0],
        "eigenvalue_bound": line(claim.FINITE_PRECISION, "g[k]", points, "<=") / g[0],
        "eigenvalue_lin": other / other[0],
    }


def _floor(given: Mapping[str, Any]) -> Arrays:
    """Mean R² over seeds of the input of 200 steps ago on the states of a layer that has forgotten it."""
    lag, shape = 200, (len(given["states"]), len(given["few"]))
    mean, error, stated = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for i, N in enumerate(given["states"]):
        run = as_run(balanced_layer(0.8 * spectra.ring(N, 0.9) + 0.05))
        rng = np.random.default_rng(given["seed"] + N)
        for k, samples in enumerate(given["few"]):
            u = rng.standard_normal((given["seeds"], samples + lag))
            states = run(u[:, :, None])
            share = [exact.least_squares(x[lag:], _late(v, samples), 1)[0] for x, v in zip(states, u, strict=True)]
            mean[i, k], error[i, k] = mean_and_error(share)
            stated[i, k] = line(claim.SAMPLE_FLOOR, "", [{"F": 0.0, "N": N, "T": float(samples)}])[0]
    sizes = {"floor_states": np.array(given["states"]), "floor_samples": np.array(given["few"])}
    return sizes | {"floor": mean, "floor_error": error, "floor_statement": stated}


def _late(u: NDArray[np.float64], samples: int) -> NDArray[np.float64]:
    return u[:samples]


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Rates, bound, and floors."""
    steps = range(len(arrays["drawn_step"]))
    off = max(
        standard_errors(arrays[f"step_density_{k}"], arrays[f"step_exact_{k}"], arrays[f"step_error_{k}"])
        for k in steps
    )
    excess = float(np.max(np.log10(arrays["eigenvalue"] / arrays["eigenvalue_bound"])))
    floor = standard_errors(arrays["floor"], arrays["floor_statement"], arrays["floor_error"])
    count = arrays["floor"].size
    order = abs(float(arrays["step_order"][0]) - 1)
    return (
        Gap(claim.DECAY, "fitted over claimed rate of the error, worst |quotient − 1|", _largest(arrays), 0.1),
        Gap(claim.CONTINUOUS_LIMIT, "order of |M/Δ − m| in Δ at t = 1, |order − 1|", order, 0.1),
        Gap(claim.CONTINUOUS_LIMIT, "torch layers at their own step, worst in standard errors", off, 5.0),
        Gap(claim.FINITE_PRECISION, "eigenvalues above the bound, largest excess in decades", excess, 1e-12),
        Gap(claim.SAMPLE_FLOOR, f"mean R² of an unrelated target, worst of {count} in standard errors", floor, 5.0),
    )


def _largest(arrays: Arrays) -> float:
    return float(arrays["decay_rate_off"].max())


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Four panels."""
    canvas.set_size_inches(11, 6.6)
    decay, step, spectrum, floor = canvas.subplots(2, 2).ravel()
    _draw_decay(decay, arrays)
    _draw_steps(step, arrays)
    _draw_spectrum(spectrum, arrays)
    _draw_floor(floor, arrays)


def _draw_decay(axes: Axes, arrays: Arrays) -> None:
    for k, (name, _, _) in enumerate(DECAYS):
        lag, error = arrays[f"decay_lag_{k}"], arrays[f"decay_error_{k}"]
        rate = (0.7 / 0.95) ** (lag - lag[0]) if k < 2 else lag[0] / lag
        theorem(axes, lag, error[0] * rate, ink(k))
        measurement(axes, lag, error, ink(k), label=name)
    axes.set(xscale="log", yscale="log")
    axes.legend(loc="lower right", title="marker: exact ratio; line: claimed rate", title_fontsize=7.5)
    panel(axes, "a", "long lags: neighbours' ratio tends to ρ²", "lag τ", "$|M_{τ+p}/(M_τρ^{2p})-1|$")


def _draw_steps(axes: Axes, arrays: Arrays) -> None:
    theorem(axes, arrays["time"], arrays["density"], ink(2)._replace(line="-"), label="m(t), the limit Δ → 0")
    for k, dt in enumerate(arrays["drawn_step"]):
        time, value, error = (arrays[f"step_{name}_{k}"] for name in ("time", "density", "error"))
        measurement(axes, time, value, ink(k), error, label=f"torch S4D, Δ = {dt:g}")
    axes.legend()
    panel(axes, "b", "small steps: memory per unit of time", "time t = τΔ", "$M_{t/Δ}/Δ$")


def _draw_spectrum(axes: Axes, arrays: Arrays) -> None:
    g, lin = arrays["eigenvalue"], arrays["eigenvalue_lin"]
    theorem(axes, np.arange(len(g)), arrays["eigenvalue_bound"], ink(2)._replace(line="-"), label="bound, real poles")
    axes.plot(np.arange(len(g)), g, linestyle="none", marker="o", color=ink(0).colour, label="real poles −1 .. −N")
    axes.plot(
        np.arange(len(lin)), lin, linestyle="none", marker="s", color=ink(1).colour, markersize=3, label="S4D-Lin"
    )
    axes.set(yscale="log", ylim=(1e-29, 30))
    axes.legend(loc="lower right")
    panel(axes, "c", "finite precision: eigenvalues of G, Δ = 0.01", "index k", "$g_k/g_0$")


def _draw_floor(axes: Axes, arrays: Arrays) -> None:
    for i, N in enumerate(arrays["floor_states"]):
        theorem(axes, arrays["floor_samples"], arrays["floor_statement"][i], ink(i))
        measurement(axes, arrays["floor_samples"], arrays["floor"][i], ink(i), arrays["floor_error"][i], f"N = {N}")
    axes.set(xscale="log", yscale="log")
    axes.legend(title="line: N/T", title_fontsize=7.5)
    panel(axes, "d", "few samples: what least squares reads where M = 0", "samples T", "mean in-sample R²")


LIMITS = Figure(
    name="memory.limits",
    title="Limits of memory: long lags, small steps, finite precision, few samples",
    alt="Four panels. Errors of the limiting decay fall along straight lines, geometrically for a simple"
    " slowest pole or pair and like one over the lag for a double one. Memory per unit of time at two"
    " steps approaches the continuous curve. Eigenvalues of the Gram matrix of real poles fall"
    " exponentially under their bound while those of S4D-Lin stay near 1. Least squares on T samples reads"
    " N/T where nothing is remembered.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
