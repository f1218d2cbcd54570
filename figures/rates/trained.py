"""A function of the most important token, estimated from n noisy samples: SSM + FNN against attention and the oracle.

Criterion, written before the runs, of geometric means over three seeds: ratio of SSM + FNN to Transformer in [1/3, 3]
at each n; log-log slopes over n = 100 .. 6400 <= −.5 for both; error at L = 64 <= 3 times that at L = 4, for both; flat
network >= .4 of the variance in every run at L >= 16. What of it stands is the claim, held against the committed table
`studies.csv` (`python -m models estimate`); the runs made here are one seed, and drawn open.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

import theory.rates.studies as claim
from figures.figure import Arrays, Figure, Gap, Run, Scale
from figures.statements import line
from figures.studies import criterion, spread
from figures.style import Ink, ink, logarithmic, panel
from models.rates import criteria, plan
from models.rates.arms import ARMS, FLAT, ORACLE, RELU, SSM, TRANSFORMER, Arm
from models.rates.study import Config, Piecewise
from models.rates.study import measure as estimate
from models.studies.table import Row, read
from models.tasks.piecewise import VARIANCE

TABLE = Path(__file__).with_name("studies.csv")
LOOKS: Mapping[str, Ink] = {arm.label: ink(k) for k, arm in enumerate((TRANSFORMER, SSM, ORACLE, FLAT, RELU))}
NAMES = {ORACLE.label: "oracle: FNN on the winner's value", FLAT.label: "flat FNN", RELU.label: "ReLU only"}
#: Base level new in every sequence, and the same in all.
LEVELS = ("drawn anew", "fixed")


@cache
def rows() -> tuple[Row, ...]:
    """The committed rows, read once."""
    return tuple(read(TABLE))


def parameters(scale: Scale) -> dict[str, Any]:
    """Steps of the runs made here, their numbers of samples, and their seed."""
    return {"steps": scale.choose(10, 120, 1000), "samples": [400, 6400], "seed": 10}


def configs(given: Mapping[str, Any]) -> list[Config]:
    """The oracle, one seed, at the ends of the curve."""
    made = {"seeds": (given["seed"],), "steps": given["steps"]}
    return [Config(Piecewise(n, plan.LENGTH), ORACLE, **made) for n in given["samples"]]


def runs(given: Mapping[str, Any]) -> list[Run]:
    """The runs made here."""
    return [(estimate, config) for config in configs(given)]


def measure(given: Mapping[str, Any], results: Sequence[Arrays]) -> Arrays:
    """Errors of the table by n, by L and by level, ratios with intervals; errors of the runs made here."""
    table = rows()
    arrays: Arrays = {"n": np.array(plan.SAMPLES), "L": np.array(plan.LENGTHS), "steps": np.array(given["steps"])}
    for arm in ARMS:
        arrays[f"n {arm.label}"] = criteria.errors(table, plan.by_samples(arm))
        if arm != RELU:
            arrays[f"L {arm.label}"] = criteria.errors(table, plan.by_length(arm))
    for arm in (SSM, RELU):
        both = plan.of(arm, plan.MIDDLE, plan.LENGTH), plan.threshold(arm)
        arrays[f"level {arm.label}"] = criteria.errors(table, both)
    for arm in (SSM, ORACLE):
        found = criteria.by_samples(table, *((SSM, TRANSFORMER) if arm == SSM else (TRANSFORMER, ORACLE))).values()
        arrays[f"ratio {arm.label}"] = np.array([[ratio.value, ratio.low, ratio.high] for ratio in found])
    arrays["live"] = np.array([[n, found["value"][0, 0]] for n, found in zip(given["samples"], results, strict=True)])
    return arrays


def gaps(arrays: Arrays) -> tuple[Gap, ...]:
    """The criterion on the committed table."""
    return (criterion(claim.TRAINED_PIECEWISE, criteria.letters(rows())),)


def note(arrays: Arrays) -> str:
    """What the network without exponential and ratio reaches, and what the bars are."""
    drawn, fixed = criteria.geometric(arrays["level ReLU only"])
    same = criteria.geometric(arrays["level SSM + FNN"])
    slopes = ", ".join(f"{name} {criteria.slope(rows(), arm):.2f}" for name, arm in _named((SSM, TRANSFORMER, ORACLE)))
    return (
        f"Slopes over n: {slopes}; the first two show selection being learnt and are no rates. Without exponential and"
        f" ratio (ReLU only, n = 1000, L = 16) the error is {drawn:.3f} beside {same[0]:.3f} of SSM + FNN; with a fixed"
        f" level, where a threshold tells the winner, {fixed:.3f}"
        f" beside {same[1]:.3f}. ReLU can express both (rates.relu_exp, rates.relu_reciprocal), training for 1000 steps"
        " does not find them. Bars: worst and best of three seeds, in (b) 95 % t-intervals of the mean logarithm, which"
        " three seeds make wide. Open: made with the figure."
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Error against n above its ratio, error against L, and the two levels."""
    canvas.set_size_inches(11, 6.4)
    grid = canvas.add_gridspec(2, 2, height_ratios=(1.7, 1), width_ratios=(1.25, 1))
    _by_samples(canvas.add_subplot(grid[0, 0]), arrays)
    _ratio(canvas.add_subplot(grid[1, 0]), arrays)
    _by_length(canvas.add_subplot(grid[0, 1]), arrays)
    _levels(canvas.add_subplot(grid[1, 1]), arrays)


def _named(arms: Sequence[Arm]) -> list[tuple[str, Arm]]:
    return [(NAMES.get(arm.label, arm.label).partition(":")[0], arm) for arm in arms]


def _curves(axes: Axes, arrays: Arrays, of: str) -> None:
    for k, arm in enumerate(ARMS):
        if f"{of} {arm.label}" in arrays:
            x = arrays[of] * (1 + 0.03 * (k - 2))  # bars side by side
            values, look = arrays[f"{of} {arm.label}"], LOOKS[arm.label]
            spread(axes, x, values, look, NAMES.get(arm.label, arm.label), mean=criteria.geometric)
    axes.axhline(VARIANCE, color="0.45", linewidth=3, alpha=0.6, label="variance of the function")
    logarithmic(axes)


def _room(axes: Axes, below: float = 1, above: float = 1) -> None:
    """A logarithmic axis with room for a legend, in factors."""
    low, high = axes.get_ylim()
    axes.set_ylim(low / below, high * above)


def _ticks(axes: Axes, places: Sequence[int]) -> None:
    axes.set_xticks(places, [str(place) for place in places])
    axes.minorticks_off()


def _by_samples(axes: Axes, arrays: Arrays) -> None:
    _curves(axes, arrays, "n")
    live = ink(2)
    name = f"oracle, one seed, {int(arrays['steps'])} steps"
    axes.plot(*arrays["live"].T, live.marker, color=live.colour, markerfacecolor="white", label=name)
    n = arrays["n"].astype(float)
    slope = line(claim.TRAINED_PIECEWISE, "s_S", [criteria.letters(rows())], "<=")[0]
    start = criteria.geometric(arrays["n Transformer"])[0]
    axes.plot(n, start * (n / n[0]) ** slope, color="0.4", linestyle="--", linewidth=0.9, label="slope −½")
    _ticks(axes, plan.SAMPLES)
    _room(axes, below=12)
    axes.legend(loc="lower left", ncols=2)
    panel(axes, "a", f"L = {plan.LENGTH} tokens", "samples n", "mean squared error")


def _ratio(axes: Axes, arrays: Arrays) -> None:
    letters = [criteria.letters(rows())]
    least = line(claim.TRAINED_PIECEWISE, "rho_min", letters, ">=")[0]
    most = line(claim.TRAINED_PIECEWISE, "rho_max", letters, "<=")[0]
    axes.axhspan(least, most, color="0.92", zorder=0, label="criterion: [⅓, 3]")
    names = {SSM.label: "SSM + FNN / Transformer", ORACLE.label: "Transformer / oracle"}
    for k, (arm, name) in enumerate(names.items()):
        value, low, high = arrays[f"ratio {arm}"].T
        look, x = LOOKS[arm], arrays["n"] * (0.97, 1.03)[k]
        axes.errorbar(
            x, value, yerr=[value - low, high - value], color=look.colour, marker=look.marker, linewidth=0.9,
            capsize=2.5, linestyle="-" if k == 0 else ":", label=name,
        )  # fmt: skip
    axes.axhline(1, color="0.4", linewidth=0.9)
    logarithmic(axes)
    _ticks(axes, plan.SAMPLES)
    _room(axes, above=6)
    axes.legend(loc="upper left", ncols=3)
    panel(axes, "b", "ratio of errors, 95 % intervals over seeds", "samples n", "ratio")


def _by_length(axes: Axes, arrays: Arrays) -> None:
    _curves(axes, arrays, "L")
    share = line(claim.TRAINED_PIECEWISE, "f", [criteria.letters(rows())], ">=")[0]
    judged = [criteria.FLAT_FROM, max(plan.LENGTHS)]
    axes.plot(judged, [share * VARIANCE] * 2, color=LOOKS[FLAT.label].colour, linewidth=3, alpha=0.35)
    axes.annotate("flat at least", (judged[0], share * VARIANCE), (0, -10), "data", "offset points", fontsize=7.5)
    _ticks(axes, plan.LENGTHS)
    panel(axes, "c", f"n = {plan.MIDDLE} samples", "tokens L", "mean squared error")


def _levels(axes: Axes, arrays: Arrays) -> None:
    for k, arm in enumerate((SSM, RELU)):
        values, look = arrays[f"level {arm.label}"], LOOKS[arm.label]
        spread(
            axes,
            np.arange(2) + 0.06 * (k - 0.5),
            values,
            look,
            NAMES.get(arm.label, arm.label),
            mean=criteria.geometric,
        )
    logarithmic(axes, x=False)
    axes.set_xticks(range(2), [f"level {name}" for name in LEVELS])
    axes.set_xlim(-0.5, 1.5)
    _room(axes, below=12)
    axes.legend(loc="lower left", title="ReLU only: expressible, not found in 1000 steps", title_fontsize=7.5)
    panel(axes, "d", f"no exponential, no ratio: n = {plan.MIDDLE}, L = {plan.LENGTH}", "", "mean squared error")


TRAINED = Figure(
    name="rates.trained",
    title="A function of the most important token from n samples: SSM + FNN beside attention and the oracle",
    alt="Four panels. Error against the number of samples: the oracle lowest, SSM + FNN and the Transformer fall"
    " together towards it, the flat network stays near the variance of the function and the network of ReLU only above"
    " the two. Below, the ratio of SSM + FNN to Transformer with intervals over three seeds, in the band from a third"
    " to three, and that of the Transformer to the oracle. Error against the number of tokens for four networks. Last,"
    " SSM + FNN beside ReLU only, with the base level drawn anew in every sequence and fixed.",
    parameters=parameters,
    measure=measure,
    draw=draw,
    gaps=gaps,
    note=note,
    runs=runs,
)
