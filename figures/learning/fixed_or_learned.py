"""Fixed poles against learned ones on trained networks: curves, intervals, verdicts, controls.

The rule that makes verdicts stands in `models.learning.verdict`, written before any run; sizes, gates and margins in
`models.learning.problems`, and in `models.learning.plan` what was changed after a look. The figure shows the outcome
whichever way it falls. What must hold in every run: ΣM within 1e-9 of the number of distinct poles after training;
arcsin√M of every head and lag moved by no more than the hyperbolic length that its poles travelled.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from scipy.stats import spearmanr

from figures.figure import Arrays, Figure
from figures.learning import comparisons as share
from figures.style import ink, measurement, panel
from models.learning.plan import PAPER
from models.learning.spectra import RADII, RINGS
from models.learning.table import Row, comparisons, mean, metric_of
from models.learning.verdict import verdicts

UNITS = {
    "digits": "test accuracy",
    "adding": "test mean squared error",
    "selective copying": "share of letters right",
    "laser": "test NRMSE",
}
WORDS = ("supported", "contradicted", "equivalent", "undecided", "not learnt", "reported")


def measure(given: Mapping[str, Any], results: Sequence[Arrays]) -> Arrays:
    """Curves of every run, verdicts of these runs and of the table at full scale, arms of the latter."""
    found, table = share.outcomes(results), share.full_rows(False)
    chosen = share.configs(given, False)
    arrays: Arrays = {"problem": np.array([c.problem.name for c in chosen])}
    arrays["spectrum"] = np.array([config.spectrum for config in chosen])
    for k, outcome in enumerate(found):
        arrays[f"steps_{k}"] = outcome.checked
        arrays |= {f"curve_{arm}_{k}": share.curve(outcome, arm) for arm in ("F", "L")}
    spectra = [row for row in table if row.spectrum not in RINGS]
    arrays |= share.judged(share.rows_of(given, found, False), "here")
    arrays |= share.judged(spectra, "full") | share.judged(spectra, "early", early=True)
    return arrays | share.kept_promises(found, table) | _controls() | _ranks() | _rings()


def _controls() -> Arrays:
    """Every arm's metric less that of F, in units of δ, positive when better; S4D-Inv at full scale."""
    grouped = {p: some for (p, s), some in comparisons(share.full_rows(False)).items() if s == "S4D-Inv"}
    problems = [p for p, some in grouped.items() if any(row.arm == "X" for row in some)]
    arms = [arm for arm in dict.fromkeys(row.arm for row in grouped[problems[0]]) if arm != "F"]
    gains = [[[_gain(grouped[p], arm, early) for arm in arms] for p in problems] for early in (False, True)]
    return {"control_problem": np.array(problems), "control_arm": np.array(arms), "control_gain": np.array(gains)}


def _gain(some: Sequence[Row], arm: str, early: bool) -> float:
    return some[0].better * (mean(some, arm, early) - mean(some, "F", early)) / some[0].margin


def _ranks() -> Arrays:
    """Spearman's coefficient of accuracy on digits and capacity kept within the 64 steps, over spectra, poles fixed."""
    fixed = [
        (mean(some, "F"), float(np.mean([row.kept_before for row in some if row.arm == "F"])))
        for (problem, spectrum), some in comparisons(share.full_rows(False)).items()
        if problem == "permuted digits" and spectrum in PAPER
    ]
    return {"kept_rank": np.array(spearmanr(*zip(*fixed, strict=True)).statistic)}


def _rings() -> Arrays:
    """Accuracy on digits of rings by radius, fixed and learned: mean over the seeds at full scale and its error."""
    grouped = comparisons(share.full_rows(False))
    scores = [
        [np.array(list(metric_of(grouped["permuted digits", f"ring {radius}"], arm).values())) for radius in RADII]
        for arm in ("F", "L")
    ]
    mean_and_error = [[(s.mean(), s.std(ddof=1) / np.sqrt(len(s))) for s in row] for row in scores]
    return {"ring_radius": np.array(RADII), "ring_accuracy": np.array(mean_and_error)}


def note(arrays: Arrays) -> str:
    """The verdicts in words, and the prediction about ranks."""
    found = verdicts(share.full_rows(False))
    return (
        f"Full scale, eight seeds, {len(found)} comparisons of fixed (F) with learned poles (L):"
        f" {share.verdict_words(found)}."
        f" At the best validation metric instead: {share.verdict_words(verdicts(share.full_rows(False), early=True))}."
        " Δ: eigenvalues fixed, step sizes learned; R: as many other weights"
        " frozen at random; X: fixed at where L ended, the rest anew; wd, drop: weight decay on everything, dropout."
        " Predicted rank of spectra on digits, by capacity kept within 64 lags:"
        f" Spearman {float(arrays['kept_rank']):.2f}."
        " Curves: mean and standard error over the seeds of this run."
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Curves above; intervals and controls below."""
    canvas.set_size_inches(14, 9.2)
    problems = list(dict.fromkeys(arrays["problem"].tolist()))
    halves: Any = canvas.subfigures(2, 1, height_ratios=[1, 1.45])
    above, below = halves
    for k, axes in enumerate(np.atleast_1d(above.subplots(1, len(problems)))):
        _curves(axes, arrays, problems[k], "abcd"[k])
    intervals, controls, rings = below.subplots(1, 3, width_ratios=[1.3, 1, 0.75])
    _intervals(intervals, arrays, "abcdefg"[len(problems)])
    _controls_panel(controls, arrays, "abcdefg"[len(problems) + 1])
    _rings_panel(rings, arrays, "abcdefg"[len(problems) + 2])


def _curves(axes: Axes, arrays: Arrays, problem: str, letter: str) -> None:
    places = np.flatnonzero(arrays["problem"] == problem)
    for number, k in enumerate(places):
        for arm in ("F", "L"):
            label = str(arrays["spectrum"][k]) if arm == "L" else None
            share.draw_curve(axes, arrays[f"steps_{k}"], arrays[f"curve_{arm}_{k}"], ink(number), label, arm == "F")
    falls = problem.startswith(("adding", "laser"))
    axes.set_yscale("log" if falls else "linear")
    axes.legend(title="full: learned; dashed, open: fixed", title_fontsize=7, fontsize=7, loc="best")
    panel(
        axes, letter, problem, "training step", next(unit for name, unit in UNITS.items() if problem.startswith(name))
    )


def _intervals(axes: Axes, arrays: Arrays, letter: str) -> None:
    """d/δ with its 95 % interval for every comparison, at full scale and in this run."""
    labels = arrays["full_label"].tolist()
    extra = [label for label in arrays["here_label"].tolist() if label not in labels]
    height = {label: -k for k, label in enumerate([*labels, *extra])}
    axes.axvspan(-1, 1, color="0.92", zorder=0)
    axes.axvline(0, color="0.5", linewidth=0.7)
    drawn = (
        ("full", ink(0), 0.0, "full scale"),
        ("early", ink(2), -0.3, "full scale, at the best validation metric"),
        ("here", ink(1), 0.0, "this run: shorter, two cores"),
    )
    for prefix, look, shift, words in drawn:
        d, low, high = _shown(arrays[f"{prefix}_interval"]).T
        y = np.array([height[label] for label in arrays[f"{prefix}_label"].tolist()]) + shift
        axes.errorbar(
            d, y, xerr=[d - low, high - d], linestyle="none", color=look.colour, label=words, capsize=1.5,
            marker=look.marker, markersize=4, markerfacecolor="white", elinewidth=0.9,
        )  # fmt: skip
        if prefix == "full":
            for place, word in zip(y, arrays["full_word"], strict=True):
                axes.text(8.3, place, word, fontsize=7, va="center", ha="left")
    axes.set_yticks(list(height.values()), list(height), fontsize=7)
    axes.set_xscale("symlog", linthresh=2, linscale=1.4)
    axes.set_xlim(-40, 40)
    axes.set_xticks([-20, -5, -2, -1, 0, 1, 2, 5, 20], ["−20", "−5", "−2", "−1", "0", "1", "2", "5", "20"])
    axes.set_ylim(min(height.values()) - 1, 4)  # room for the legend above the first row
    axes.legend(loc="upper left", fontsize=7)
    panel(
        axes, letter, "difference of metrics, 95 % interval, and verdict at full scale", "d/δ (> 0: fixed better)", ""
    )


def _rings_panel(axes: Axes, arrays: Arrays, letter: str) -> None:
    for k, (scores, name) in enumerate(zip(arrays["ring_accuracy"], ("fixed", "learned"), strict=True)):
        x = (1 - arrays["ring_radius"]) * (1 + 0.06 * k)
        measurement(axes, x, scores[:, 0], ink(k), scores[:, 1], name)
        axes.plot(x, scores[:, 0], color=ink(k).colour, linewidth=0.7, linestyle="--" if k == 0 else "-")
    axes.set_xscale("log")
    axes.invert_xaxis()
    axes.legend(title="full scale, 8 seeds", title_fontsize=7, fontsize=7)
    panel(axes, letter, "accuracy against length: rings, digits", "1 − r (longer memory →)", "test accuracy")


def _shown(interval: np.ndarray) -> np.ndarray:
    return np.clip(interval, -39, 39)


def _controls_panel(axes: Axes, arrays: Arrays, letter: str) -> None:
    gains, arms = arrays["control_gain"], arrays["control_arm"].tolist()
    axes.axhspan(-1, 1, color="0.92", zorder=0)
    axes.axhline(0, color="0.5", linewidth=0.7)
    for k, problem in enumerate(arrays["control_problem"].tolist()):
        look = ink(k)
        for early, face in ((0, look.colour), (1, "white")):
            axes.plot(
                np.arange(len(arms)) + 0.13 * (k - 1.5), gains[early][k], look.marker, color=look.colour,
                markerfacecolor=face, label=None if early else problem,
            )  # fmt: skip
    axes.set_yscale("symlog", linthresh=2, linscale=1.4)
    axes.set_ylim(-30, 60)  # room for the legend above the points
    axes.set_xticks(range(len(arms)), arms, rotation=30, ha="right")
    axes.set_yticks([-20, -10, -5, -2, -1, 0, 1, 2, 5], ["−20", "−10", "−5", "−2", "−1", "0", "1", "2", "5"])
    axes.legend(
        fontsize=7,
        loc="upper left",
        title="S4D-Inv, full scale; filled: last step,\nopen: best validation metric, F likewise",
        title_fontsize=7,
    )
    panel(axes, letter, "every arm against fixed poles", "arm", "gain over F in units of δ")


FIXED_OR_LEARNED = Figure(
    name="learning.fixed_or_learned",
    title="Fixed or learned poles: trained networks, controls, and verdicts by a rule",
    alt="Above, learning curves on four problems: for every spectrum the curves of fixed and of learned poles run close"
    " together. Below left, the difference of metrics with its interval for every problem and spectrum, most of them"
    " inside or across the band of plus and minus delta, several on the side of learned poles, none beyond it on the"
    " side of fixed ones. Below right, the gain of every control over fixed poles in units of delta, and the accuracy"
    " of rings, which rises and falls with their radius.",
    parameters=share.parameters,
    measure=measure,
    draw=draw,
    gaps=share.promised,
    note=note,
    runs=lambda given: share.runs(given, False),
)
