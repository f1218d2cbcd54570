"""The landscape of two poles that learn the delay 3: fixed poles leave a convex problem, learned ones do not.

Criteria, written before the run: memory by filters within 1e-12 of the polynomial, at points all over the triangle;
the stationary points that Newton's method finds are enclosed by interval Newton, and values and Hessians at the maxima
are the stated ones to 1e-9; every descent ends within 1e-4 of the loss that its start leads to; where real poles
collide, gap times norm of the read-out varies by less than 5 % once the gap is below 1e-2.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import sympy as sp
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import numerics.learning.landscape as exact
import theory.learning.landscape as claim
from figures.figure import Arrays, Figure, Gap, Scale
from figures.measuring import mean_and_error, worst
from figures.statements import line, relation
from figures.style import ink, logarithmic, panel
from models.learning.landscape import Config, Curve, descend
from numerics.memory import memory_function

LAG = 3
CLAIM = claim.FIXED_CONVEX_LEARNED_NOT
#: Starts over real poles and over coefficients (s, p), and the letter that says in what memory each ends.
REAL = (((0.7, 0.5), "v_1"), ((0.97, 0.93), "v_2"), ((0.8, -0.8), "v_0"))
FREE = (((1.2, 0.6), "v"), ((0.1, -0.6), "v_0"), ((-0.2, 0.5), "v_0"), ((1.2, 0.3), "v"))
NAMES = {"v": "global optimum", "v_0": "spurious optimum", "v_1": "collision at .596", "v_2": "collision at .919"}


def parameters(scale: Scale) -> dict[str, Any]:
    """Points checked, points of the contour per side, seeds and steps of the descents."""
    return {
        "points": scale.choose(40, 400, 4000),
        "resolution": scale.choose(40, 160, 400),
        "seeds": scale.choose([0, 1], [0, 1, 2, 3], list(range(20))),
        "steps": scale.choose(250, 300, 1000),
        "seed": 7,
    }


def level(name: str) -> float:
    """The memory that the statement gives to one of its letters."""
    if name == "v":
        return float(max(sp.Poly(_cubic()).nroots(n=20)))
    return float(line(CLAIM, name, [{name: 0.0}])[0])


def _cubic() -> sp.Expr:
    """The polynomial whose largest root is the greatest memory, as the statement has it."""
    return next(r.lhs for r in CLAIM.relations if r.free_symbols == {claim.greatest})


def measure(given: Mapping[str, Any]) -> Arrays:
    """Contour and checks of the polynomial, stationary points, descents."""
    return _surface(given) | _stationary() | _descents(given)


def _surface(given: Mapping[str, Any]) -> Arrays:
    """F of the statement on a grid inside the triangle; memory by filters of random poles against it."""
    F = sp.lambdify((claim.s, claim.p), relation(CLAIM, "M[3]").rhs)
    u, p = np.meshgrid(np.linspace(-1, 1, given["resolution"]), np.linspace(-1, 1, given["resolution"]))
    rng = np.random.default_rng(given["seed"])
    z = (
        0.99
        * np.sqrt(rng.uniform(0, 1, (given["points"], 2)))
        * np.exp(2j * np.pi * rng.uniform(0, 1, (given["points"], 2)))
    )
    pairs = np.where(rng.random(given["points"])[:, None] < 0.5, z.real, np.stack([z[:, 0], z[:, 0].conj()], axis=1))
    sums, products = pairs.sum(1).real, pairs.prod(1).real
    found = np.array([memory_function(pair, LAG + 1)[LAG] for pair in pairs])
    return {
        "s": u * (1 + p),
        "p": p,
        "surface": F(u * (1 + p), p),
        "checked": found,
        "checked_statement": F(sums, products),
    }


def _stationary() -> Arrays:
    """Where, what kind, value and Hessian; the widest enclosure."""
    found = exact.stationary_points(LAG)
    jets = [exact.memory_jet(q.s, q.p, LAG) for q in found]
    meetings = exact.collisions(LAG)
    return {
        "stationary_s": np.array([q.s for q in found]),
        "stationary_p": np.array([q.p for q in found]),
        "stationary_kind": np.array([q.kind for q in found]),
        "stationary_value": np.array([q.value for q in found]),
        "stationary_hessian": np.array([[j.ss, j.sp, j.pp] for j in jets]),
        "stationary_width": np.array([exact.certified_stationary(q, LAG).width[0] for q in found]),
        "collision_pole": np.array([x for x, _ in meetings]),
        "collision_value": np.array([value for _, value in meetings]),
    }


def _descents(given: Mapping[str, Any]) -> Arrays:
    seeds = tuple(given["seeds"])
    found: Arrays = {"seeds": np.array(seeds)}
    for kind, starts in (("real", REAL), ("free", FREE)):
        run: Curve = descend(Config(tuple(start for start, _ in starts), kind == "real", seeds, steps=given["steps"]))
        expected = np.repeat([1 - level(name) for _, name in starts], len(seeds))
        curves = {"s": run.s, "p": run.p, "loss": run.loss, "gap": run.gap, "read_out": run.read_out}
        found |= {f"{kind}_{name}": curve for name, curve in curves.items()} | {f"{kind}_expected": expected}
    return found


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The polynomial, the optima, the ends, the read-out of colliding poles."""
    kinds, value = arrays["stationary_kind"], arrays["stationary_value"]
    maxima = kinds == "maximum"
    ring = maxima & (arrays["stationary_p"] < 0)
    stated = [level("v_0"), *(line(CLAIM, name, [{name: 0.0}])[0] for name in ("h_ss", "h_pp"))]
    found = [value[ring][0], *arrays["stationary_hessian"][ring][0][[0, 2]]]
    ends = max(worst(arrays[f"{kind}_loss"][:, -1], arrays[f"{kind}_expected"]) for kind in ("real", "free"))
    met = [level("v_1"), level("v_2")]
    count = relation(CLAIM, "n_max", ">=").rhs
    return (
        Gap(
            CLAIM,
            "M_3 by filters less the polynomial, worst",
            worst(arrays["checked"], arrays["checked_statement"]),
            1e-12,
        ),
        Gap(
            CLAIM, "value and curvatures at the spurious optimum, worst", worst(np.array(found), np.array(stated)), 1e-9
        ),
        Gap(CLAIM, "greatest M_3 found less the root of the cubic", abs(float(value.max()) - level("v")), 1e-12),
        Gap(CLAIM, "M_3 at the two collisions, worst", worst(arrays["collision_value"], np.array(met)), 1e-12),
        Gap(CLAIM, "strict maxima missing of those stated", max(0.0, float(count) - float(maxima.sum())), 0.0),
        Gap(CLAIM, "widest enclosure of a stationary value", float(arrays["stationary_width"].max()), 1e-14),
        Gap(CLAIM, "loss at the end of descents, worst distance from the stated value", ends, 1e-4),
        Gap(CLAIM, "colliding poles: gap × norm of the read-out, relative spread", _spread(arrays), 0.05),
    )


def _spread(arrays: Arrays) -> float:
    """(max − min)/min of gap × norm at the end points of all runs of one start, where the gap is 1e-8 to 1e-2."""
    count, spread = len(arrays["seeds"]), 0.0
    for start in range(2):
        rows = slice(start * count, (start + 1) * count)
        gap, norm = arrays["real_gap"][rows], arrays["real_read_out"][rows]
        settled = np.abs(arrays["real_loss"][rows] - arrays["real_expected"][rows, None]) < 1e-5
        products = (gap * norm)[settled & (gap > 1e-8) & (gap < 1e-2)]
        spread = max(spread, float(products.max() / products.min() - 1))
    return spread


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Contour on the left; loss and read-out on the right."""
    canvas.set_size_inches(11.5, 6.4)
    grid = canvas.add_gridspec(2, 2, width_ratios=(1.35, 1))
    _draw_contour(canvas.add_subplot(grid[:, 0]), arrays)
    _draw_losses(canvas.add_subplot(grid[0, 1]), arrays)
    _draw_read_outs(canvas.add_subplot(grid[1, 1]), arrays)


def _draw_contour(axes: Axes, arrays: Arrays) -> None:
    levels = np.array([0, 0.01, 0.03, 0.06, 0.09, 0.12, 0.15, 0.18, 0.21, 0.24, 0.27, 0.3009])
    shade = axes.contourf(arrays["s"], arrays["p"], arrays["surface"], levels, cmap="Greys", alpha=0.55)
    axes.contour(arrays["s"], arrays["p"], arrays["surface"], levels, colors="0.35", linewidths=0.4)
    axes.figure.colorbar(shade, ax=axes, label="$M_3$ of the statement", shrink=0.8, format="%.2f")
    s = np.linspace(-2, 2, 201)
    axes.plot(s, s**2 / 4, color="black", linestyle="--", linewidth=0.9, label="double poles, $p=s^2/4$")
    _draw_paths(axes, arrays, "real", 1, "Adam over real poles")
    _draw_paths(axes, arrays, "free", 0, "Adam over s, p")
    for kind, marker in (("maximum", "*"), ("saddle", "X")):
        chosen = arrays["stationary_kind"] == kind
        where = arrays["stationary_s"][chosen], arrays["stationary_p"][chosen]
        axes.plot(
            *where, marker, color="white", markeredgecolor="black", markersize=12 if marker == "*" else 8, label=kind
        )
    x = arrays["collision_pole"]
    axes.plot(
        2 * x, x**2, "D", color="white", markeredgecolor=ink(1).colour, markersize=7, label="collision of real poles"
    )
    for q, p, value in zip(*(arrays[f"stationary_{name}"] for name in ("s", "p", "value")), strict=True):
        axes.annotate(f"{value:.4f}", (q, p), xytext=(0, -16), textcoords="offset points", ha="center", fontsize=7.5)
    for pole, value in zip(x, arrays["collision_value"], strict=True):
        spot = (2 * pole, pole**2)
        axes.annotate(f"{value:.4f}", spot, xytext=(8, -12), textcoords="offset points", ha="left", fontsize=7.5)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 0.0), fontsize=7)
    axes.set(xlim=(-2.05, 2.05), ylim=(-1.05, 1.05))
    panel(axes, "a", "memory of lag 3 over the triangle of stability", "$s=λ_1+λ_2$", "$p=λ_1λ_2$")


def _draw_paths(axes: Axes, arrays: Arrays, kind: str, look: int, label: str) -> None:
    count = len(arrays["seeds"])
    for row in range(len(arrays[f"{kind}_s"])):
        s, p = arrays[f"{kind}_s"][row], arrays[f"{kind}_p"][row]
        if row % count == 0:
            axes.plot(s, p, color=ink(look).colour, linestyle=ink(look).line, linewidth=1.0)
        axes.plot(
            s[-1:],
            p[-1:],
            ink(look).marker,
            color=ink(look).colour,
            markersize=4,
            label=label if row == 0 else None,
            zorder=4,
        )


def _draw_losses(axes: Axes, arrays: Arrays) -> None:
    count = len(arrays["seeds"])
    for name in NAMES:
        axes.axhline(1 - level(name), color="black", linewidth=0.7)
        above = "top" if name == "v_0" else "bottom"
        axes.text(arrays["real_loss"].shape[1], 1 - level(name), NAMES[name], fontsize=7, va=above, ha="right")
    for kind, starts, look in (("real", REAL, 1), ("free", FREE, 0)):
        for k, _ in enumerate(starts):
            runs = arrays[f"{kind}_loss"][k * count : (k + 1) * count]
            mean, error = mean_and_error(runs)
            step = np.unique(np.geomspace(1, len(mean), 14).astype(int)) - 1
            axes.errorbar(
                step + 1, mean[step], error[step], color=ink(look).colour, linestyle=ink(look).line,
                marker=ink(look).marker, markersize=3, linewidth=0.7, markerfacecolor="white", capsize=1.5,
                label={"real": "real poles", "free": "s, p"}[kind] if k == 0 else None,
            )  # fmt: skip
    logarithmic(axes, y=False)
    axes.set_ylim(0.68, 1.02)
    axes.legend(loc="upper center")
    panel(axes, "b", "where descents end", "step of Adam + 1", "loss $1-M_3$")


def _draw_read_outs(axes: Axes, arrays: Arrays) -> None:
    count = len(arrays["seeds"])
    for k, look in ((0, 1), (1, 4)):
        gap, norm = (arrays[f"real_{name}"][k * count] for name in ("gap", "read_out"))
        shown = gap > 1e-8
        axes.plot(
            gap[shown],
            norm[shown],
            ink(look).marker,
            color=ink(look).colour,
            markersize=2.5,
            label=NAMES[REAL[k][1]],
        )
        spot = int(np.argmin(np.abs(np.log(gap / 1e-5))))
        x = np.array([1e-8, 1.0])
        axes.plot(x, norm[spot] * gap[spot] / x, color="black", linewidth=0.8, label="slope −1" if k == 0 else None)
    gap, norm = (arrays[f"free_{name}"][0] for name in ("gap", "read_out"))
    axes.plot(gap, norm, ink(0).marker, color=ink(0).colour, markersize=2.5, label="s, p: to the global optimum")
    logarithmic(axes)
    axes.legend()
    panel(axes, "c", "the read-out where poles meet", "$|λ_1-λ_2|$", "norm of the best read-out")


LANDSCAPE = Figure(
    name="learning.landscape",
    title="Fixed poles leave a convex problem, learned poles do not: two poles, delay 3",
    alt="Contour of the memory of lag 3 over the triangle of stability with four maxima, two of them spurious at"
    " one quarter, and four saddles; paths of Adam end in the maxima when s and p are free, and on the curve of double"
    " poles when poles are real. Losses settle on four stated levels. The read-out of colliding real poles grows like"
    " one over their distance.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
)
