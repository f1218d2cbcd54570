"""ListOps, where fixing the poles is reported to cost accuracy: fixed and learned poles beside what is trivial.

Rule, gate and margin as in `models.learning.verdict` and `models.learning.problems`. The figure also draws what an
answer from the first operator alone reaches: a network below that line has not learnt to nest.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from figures.figure import Arrays, Figure
from figures.learning import comparisons as share
from figures.style import ink, panel, theorem
from models.learning.problems import Lists
from models.learning.table import metric_of
from models.learning.verdict import verdicts
from models.tasks.listops import constant_accuracy, first_token_accuracy

#: Arm, whether at its best validation metric, and how it is called.
ARMS = (("F", False, "fixed"), ("L", False, "learned"), ("F", True, "fixed,\nearly"), ("L", True, "learned,\nearly"))


def measure(given: Mapping[str, Any], results: Sequence[Arrays]) -> Arrays:
    """Curves and memories of this run, accuracies by seed of the table at full scale, and the trivial answers."""
    (outcome,), table = share.outcomes(results), share.full_rows(True)
    problem = share.configs(given, True)[0].problem
    assert isinstance(problem, Lists)
    by_seed = [metric_of(table, arm, early) for arm, early, _ in ARMS]
    seeds = sorted(by_seed[0])
    moved = outcome.arm == "L"
    return {
        "steps": outcome.checked,
        **{f"curve_{arm}": share.curve(outcome, arm) for arm in ("F", "L")},
        "baselines": np.array([f(problem.sizes()) for f in (constant_accuracy, first_token_accuracy)]),
        "lags": outcome.lags,
        "before": outcome.before[moved].mean((0, 1, 2)),
        "after": outcome.after[moved].mean((0, 1, 2)),
        "full_seeds": np.array(seeds),
        "full_accuracy": np.array([[scores[seed] for seed in seeds] for scores in by_seed]),
        "full_gate": np.array(table[0].gate),
        **share.judged(table, "full"),
        **share.judged(share.rows_of(given, [outcome], True), "here"),
        **share.kept_promises([outcome], table),
    }


def note(arrays: Arrays) -> str:
    """The verdict in words and numbers."""
    v, early = verdicts(share.full_rows(True))[0], verdicts(share.full_rows(True), early=True)[0]
    return (
        "Full scale (32 to 200 tokens, depth 8, four layers, eight seeds):"
        f" fixed {v.fixed:.3f}, learned {v.learned:.3f},"
        f" d = {v.difference:+.3f}, 95 % interval [{v.low:+.3f}, {v.high:+.3f}], δ = {v.margin:g}: {v.word}."
        f" At the best validation metric d = {early.difference:+.3f}"
        f" [{early.low:+.3f}, {early.high:+.3f}]: {early.word}."
        " The gate is .05 above what the first operator alone gives."
    )


def draw(canvas: Canvas, arrays: Arrays) -> None:
    """Curves, accuracies by seed, memory before and after."""
    canvas.set_size_inches(12.5, 4)
    curves, seeds, memory = canvas.subplots(1, 3)
    for k, arm in enumerate(("F", "L")):
        name = "fixed poles" if arm == "F" else "learned poles"
        share.draw_curve(curves, arrays["steps"], arrays[f"curve_{arm}"], ink(k), name, arm == "F")
    for k, name in enumerate(("best constant", "first operator alone")):
        theorem(curves, arrays["steps"][[0, -1]], [arrays["baselines"][k]] * 2, ink(2 + k), label=f"{name}, exact")
    curves.legend(fontsize=7)
    panel(curves, "a", "this run: short expressions", "training step", "test accuracy")
    _seeds(seeds, arrays)
    for k, name in enumerate(("before", "after")):
        look = ink(k)
        memory.plot(arrays["lags"], arrays[name], color=look.colour, marker=look.marker, markersize=3.5, label=name)
    memory.set_xscale("symlog", linthresh=1)
    memory.legend(title="training, learned poles", title_fontsize=7.5)
    panel(memory, "c", "this run: memory of a head, mean over heads", "lag τ", "$M_τ$")


def _seeds(axes: Axes, arrays: Arrays) -> None:
    accuracy = arrays["full_accuracy"]
    for column in accuracy.T:
        axes.plot(range(len(ARMS)), column, color="0.7", linewidth=0.7)
    for k in range(len(ARMS)):
        look = ink(k)
        axes.plot(np.full(accuracy.shape[1], k), accuracy[k], look.marker, color=look.colour, markerfacecolor="white")
        axes.plot([k - 0.2, k + 0.2], [accuracy[k].mean()] * 2, color=look.colour, linewidth=2)
    axes.axhline(float(arrays["full_gate"]), color="black", linestyle=":", label="gate")
    axes.set_xticks(range(len(ARMS)), [name for _, _, name in ARMS])
    axes.set_xlim(-0.5, len(ARMS) - 0.5)
    axes.legend(loc="lower right", title="thin: one seed; bar: mean", title_fontsize=7.5)
    panel(axes, "b", f"full scale: {arrays['full_word'][0]}", "arm", "test accuracy")


LISTOPS = Figure(
    name="learning.listops",
    title="ListOps: fixed and learned poles beside what the first operator alone gives away",
    alt="Three panels. Accuracy against training step of fixed and learned poles with two lines, the best constant"
    " answer and the answer from the first operator. Accuracies of eight seeds at full scale, fixed and learned, at the"
    " last step and stopped early, close together and above the gate. Memory of a head before and after training.",
    parameters=share.parameters,
    measure=measure,
    draw=draw,
    gaps=share.promised,
    note=note,
    runs=lambda given: share.runs(given, True),
)
