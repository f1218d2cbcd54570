"""Where memory pushes poles, how hard it can, and what no push changes.

Criteria, written before the run: autograd through the cascade equal to the filters' products within 64 N u/(1−|λ|²); no
pole of any set above the semicircle, and no arcsin√M moved by more than the poles travelled, beyond rounding; over
whole training runs Σ M within 1e-9 N of N at every record; one pole more adds (1−|λ|²)|q|² to 64 N u.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

import numerics.learning as exact
import theory.learning.poles as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import UNIT
from figures.statements import line, violation, violation_of
from figures.style import ink, measurement, panel, theorem
from models.learning.poles import Config, autograd_gradient
from models.learning.poles import measure as train
from numerics.memory import allpass_coefficients, cascade_memory
from numerics.spectra import uniform_annulus

#: The poles that stay where they are while a fifth is looked at everywhere; two coincide.
FIXED = np.array([0.75 + 0.35j, 0.75 - 0.35j, 0.6, 0.6])
LAGS = (3, 12, 30)


def parameters(scale: Scale) -> dict[str, Any]:
    """Grid of the disc, random pole sets, N and angles of the nearest to the bound, lags of autograd; the run."""
    return {
        "grid": scale.choose(7, 15, 25),
        "sets": scale.choose(10, 100, 1000),
        "near": scale.choose([1], [1, 5], [1, 2, 5, 8]),
        "angles": scale.choose([90.0], [15.0, 40.0, 65.0, 90.0, 120.0, 150.0], list(np.linspace(10.0, 170.0, 17))),
        "markers": scale.choose(4, 11, 31),
        "steps": scale.choose(30, 300, 3000),
        "seed": 4,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """Fields on the disc, points under the semicircle, autograd beside the filters, one training run."""
    return _field(given) | _under(given) | _autograd(given) | _run(given)


def _field(given: Mapping[str, Any]) -> Arrays:
    """M_τ on a fine grid of places of the fifth pole, and 2 conj D of it on a coarse one, for each lag."""
    places, shaded = _grid(given["grid"]), _grid(3 * given["grid"])
    found = [[exact.pole_gradient(np.append(FIXED, z), lag)[-1] for z in places] for lag in LAGS]
    return {
        "place": places,
        "field": 2 * np.conj(found),
        "shaded": shaded,
        "field_memory": np.array([cascade_memory(np.append(FIXED, z), LAGS[-1] + 1)[list(LAGS)] for z in shaded]).T,
    }


def _grid(size: int) -> NDArray[np.complex128]:
    side = np.linspace(-0.96, 0.96, size)
    places = (side[None] + 1j * side[:, None]).ravel()
    return np.concatenate([places[np.abs(places) < 0.97], 0.97 * np.exp(2j * np.pi * np.arange(4 * size) / (4 * size))])


def _under(given: Mapping[str, Any]) -> Arrays:
    """(M, |D|(1−|λ|²)) of random sets and of the sets pushed outwards, against the bound."""
    rng = np.random.default_rng(given["seed"])
    sets = [
        (uniform_annulus(int(rng.integers(1, 7)), 0.0, 0.99, s), int(rng.integers(0, 12))) for s in range(given["sets"])
    ]
    near = [
        (exact.steepest_poles(N, N - 1, np.radians(angle), given["seed"], 1), N - 1)
        for N in given["near"]
        for angle in given["angles"]
    ]
    points = [_points(poles, lag) for poles, lag in sets]
    return {
        "random": np.concatenate([point for point, _ in points]),
        "near": np.array([_points(poles, lag)[0][0] for poles, lag in near]),
        "near_N": np.array([len(poles) for poles, _ in near]),
        "bound_violation": np.array([_points(poles, lag)[1] for poles, lag in near] + [bad for _, bad in points]),
        "semicircle": np.sqrt(
            line(
                claim.POLE_GRADIENT_BOUND,
                "Abs((Abs(lamda[i])**2 - 1)*D[i, tau])**2",
                ({"M": [m], "D": np.zeros((1, 1)), "lamda": [0.0], "i": 0, "tau": 0} for m in np.linspace(0, 1, 201)),
                "<=",
            )
        ),
    }


def _points(poles: NDArray[np.complex128], lag: int) -> tuple[NDArray[np.float64], float]:
    memory, slopes = exact.memory_with_gradient(poles, lag)
    M, D = np.zeros(lag + 1), np.zeros((len(poles), lag + 1), dtype=complex)
    M[lag], D[:, lag] = memory, slopes
    still = {"M": M, "M_mu": M, "D": D, "lamda": poles, "mu": poles, "tau": lag, "N": len(poles)}
    bad = violation(claim.POLE_GRADIENT_BOUND, (still | {"i": i} for i in range(len(poles))))
    size = np.abs(slopes) * (1 - np.abs(poles) ** 2)
    return np.column_stack([np.full(len(poles), memory), size]), bad / (128 * len(poles) * UNIT)


def _autograd(given: Mapping[str, Any]) -> Arrays:
    """D of one of the two coincident poles: the statement's line, torch's markers; all poles for the gap."""
    poles = np.append(FIXED, 0.3 - 0.6j)
    lags, asked = np.arange(31), np.unique(np.linspace(0, 30, given["markers"]).astype(int))
    b = allpass_coefficients(poles, 31)
    letters = [
        {"b": b, "beta": allpass_coefficients(np.delete(poles, i), 31), "lamda": poles, "i": i} for i in range(5)
    ]
    found = np.array([autograd_gradient(poles, int(lag)) for lag in asked])
    blank = np.zeros((5, 31))
    worst = []
    for place, lag in enumerate(asked):
        for i, own in enumerate(letters):
            D = blank.astype(complex)
            D[i, lag] = found[place, i]
            off = violation(claim.POLE_GRADIENT, [own | {"D": D, "tau": int(lag)}])
            worst.append(off / (64 * 5 * UNIT / (1 - abs(poles[i]) ** 2)))
    shown = (0, 2)
    return {
        "gradient_line": np.array(
            [line(claim.POLE_GRADIENT, "", (letters[i] | {"D": blank, "tau": int(t)} for t in lags)) for i in shown]
        ),
        "autograd_lag": asked,
        "autograd": found[:, list(shown)].T,
        "autograd_violation": np.array(worst),
    }


def _run(given: Mapping[str, Any]) -> Arrays:
    config = Config(steps=given["steps"], record=max(1, given["steps"] // 10), seed=given["seed"])
    run = train(config)
    N = run.poles.shape[1]
    rounding = 2 * np.arcsin(np.sqrt(64 * N * UNIT))
    statement = "Abs(asin(sqrt(M[tau])) - asin(sqrt(M_mu[tau])))"
    arcs = [
        {"M": run.memory[0], "M_mu": memory, "lamda": run.poles[0], "mu": poles, "tau": lag, "N": N}
        for memory, poles in zip(run.memory, run.poles, strict=True)
        for lag in (0, config.delay, config.horizon - 1)
    ]
    added = [
        {
            "M": memory,
            "M_beta": cascade_memory(poles[1:], config.horizon),
            "beta": allpass_coefficients(poles[1:], config.horizon),
            "lamda": poles,
            "i": 0,
            "tau": config.delay,
        }
        for memory, poles in zip(run.memory, run.poles, strict=True)
    ]
    return {
        "step": run.step,
        "ridge": run.memory,
        "delay": np.array([config.delay]),
        "run_arc": np.abs(np.diff(np.arcsin(np.sqrt(run.memory[[0, -1], config.delay])))),
        "run_length": run.length[-1],
        "run_arc_violation": np.array([violation_of(claim.POLE_GRADIENT_BOUND, statement, arcs, "<=") / rounding]),
        "run_added": np.array(
            [violation_of(claim.CAPACITY_INVARIANT, "M[tau] - M_beta[tau]", added) / (64 * N * UNIT)]
        ),
        "run_off": np.abs(run.capacity - N) + run.missing,
        "run_N": np.array([N]),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Torch on the line; nothing above the semicircle; arcs within the way; the sum kept, record by record."""
    N = int(arrays["run_N"][0])
    bound, sums = claim.POLE_GRADIENT_BOUND, claim.CAPACITY_INVARIANT
    return (
        Gap(
            claim.POLE_GRADIENT,
            "autograd off p conj(q), two coincident poles among five, in 64 N u/(1−|λ|²)",
            float(arrays["autograd_violation"].max()),
            1.0,
        ),
        Gap(bound, "points above the semicircle (squared), in 128 N u", float(arrays["bound_violation"].max()), 1.0),
        Gap(
            bound,
            "arcsin√M moved beyond the geodesics of the run, in 2 arcsin√(64 N u)",
            float(arrays["run_arc_violation"].max()),
            1.0,
        ),
        Gap(sums, f"worst |Σ M − N| over all records, N = {N}, rest bounded", float(arrays["run_off"].max()), 1e-9 * N),
        Gap(sums, "memory added by one pole off (1−|λ|²)|q|², in 64 N u", float(arrays["run_added"].max()), 1.0),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Three discs above; semicircle, autograd and ridges below."""
    canvas.set_size_inches(12.5, 8.2)
    (first, second, third), (under, torch, ridge) = canvas.subplots(2, 3)
    for k, axes in enumerate((first, second, third)):
        _disc(axes, arrays, k)
    _semicircle(under, arrays)
    _beside(torch, arrays)
    _ridges(ridge, arrays)


def _disc(axes: Axes, arrays: Arrays, k: int) -> None:
    circle = np.exp(1j * np.linspace(0, 2 * np.pi, 300))
    axes.plot(circle.real, circle.imag, color="0.6", linewidth=0.8)
    z, shaded = arrays["place"], arrays["shaded"]
    shade = axes.tricontourf(shaded.real, shaded.imag, arrays["field_memory"][k], levels=8, cmap="Greys", alpha=0.45)
    axes.figure.colorbar(shade, ax=axes, shrink=0.75, label=f"$M_{{{LAGS[k]}}}$")
    arrow = arrays["field"][k] * (1 - np.abs(z) ** 2) / 2
    longest = np.abs(arrow).max()
    arrow = arrow / longest * 0.22
    axes.quiver(
        z.real, z.imag, arrow.real, arrow.imag, color=ink(0).colour, angles="xy", scale_units="xy", scale=1, width=0.005
    )
    twice = np.unique(FIXED)
    axes.plot(
        twice.real, twice.imag, "X", color=ink(1).colour, markersize=7, markeredgecolor="white", label="other poles"
    )
    axes.set(xlim=(-1.08, 1.08), ylim=(-1.08, 1.08))
    axes.set_aspect("equal")
    axes.legend(loc="lower left")
    panel(
        axes,
        "abc"[k],
        f"push on a fifth pole, τ = {LAGS[k]}",
        "Re λ",
        f"Im λ;  longest arrow |D|(1−|λ|²) = {longest:.2g}",
    )


def _semicircle(axes: Axes, arrays: Arrays) -> None:
    memory = np.linspace(0, 1, len(arrays["semicircle"]))
    theorem(axes, memory, arrays["semicircle"], ink(2), label="bound √(M(1−M))")
    axes.plot(*arrays["random"].T, ".", color="0.55", markersize=3, label="random sets, N ≤ 6, all poles")
    for k, N in enumerate(np.unique(arrays["near_N"])):
        own = arrays["near_N"] == N
        x, y = arrays["near"][own].T
        measurement(axes, x, y, ink(k), label=f"pushed outwards, N = {N}, τ = {N - 1}")
    axes.set(ylim=(0, 0.72))
    axes.legend(loc="upper right")
    panel(axes, "d", "no memory at a lag, no gradient from it", "memory $M_τ$", "$|∂M_τ/∂λ_i|\\,(1−|λ_i|²)$")


def _beside(axes: Axes, arrays: Arrays) -> None:
    for k, label in enumerate(("complex pole", "one of two equal poles")):
        theorem(axes, np.arange(31), arrays["gradient_line"][k], ink(k), label=label)
        measurement(axes, arrays["autograd_lag"], arrays["autograd"][k].real, ink(k))
    axes.axhline(0, color="0.6", linewidth=0.6)
    axes.legend(loc="lower right", title="line: filters, marker: autograd", title_fontsize=7.5)
    panel(axes, "e", "the gradient at every lag; it sums to zero", "lag τ", "Re $∂M_τ/∂λ_i$")


def _ridges(axes: Axes, arrays: Arrays) -> None:
    count, lag = len(arrays["step"]), np.arange(arrays["ridge"].shape[1])
    rise = 0.24
    for r in range(count - 1, -1, -1):
        base = rise * r
        shade = 0.75 * (1 - r / max(1, count - 1))
        axes.fill_between(lag, base, base + arrays["ridge"][r], color="white", zorder=2 * (count - r))
        axes.plot(
            lag, base + arrays["ridge"][r], color=(shade, shade, shade), linewidth=1.1, zorder=2 * (count - r) + 1
        )
    axes.axvline(float(arrays["delay"][0]), color=ink(1).colour, linestyle=":", linewidth=1.0, zorder=200)
    axes.text(float(arrays["delay"][0]) + 1, 0.93, "trained delay", fontsize=7.5, transform=axes.get_xaxis_transform())
    shown = np.arange(0, count, 2)
    axes.set_yticks(rise * shown, [str(step) for step in arrays["step"][shown]])
    N, off = int(arrays["run_N"][0]), float(arrays["run_off"].max())
    axes.set(xlim=(0, lag[-1]), ylim=(0, rise * count + 0.8))
    panel(axes, "f", f"$M_τ$ during training: its sum stays {N} to {off:.0e}", "lag τ", "training step (ridge: $M_τ$)")


POLE_GRADIENT = Figure(
    name="learning.pole_gradient",
    title="Memory pushes poles only where there is memory, and no push changes its sum",
    alt="Six panels. On three discs, arrows show where the fifth of five poles is pushed to raise memory at lag 3, 12"
    " and 30: inwards for the short lag, towards the circle for the long one. Points of random pole sets lie under the"
    " semicircle; sets pushed outwards come within a few percent of it. Autograd markers lie on the filters' lines, for"
    " coincident poles too. Ridges of memory during training move towards the trained delay while their sum stays N.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
