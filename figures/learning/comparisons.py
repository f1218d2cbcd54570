"""What both figures of trained networks share: the runs of a plan, curves over seeds, intervals, a table's verdicts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

import theory.learning.poles as claim
from figures.figure import Arrays, Gap, Run, Scale
from figures.measuring import UNIT
from figures.style import Ink
from models.learning import plan
from models.learning.comparison import Config, Outcome, measure
from models.learning.problems import Lists
from models.learning.table import Row, read, rows
from models.learning.verdict import Verdict, verdicts

#: The rows of `python -m models compare --scale full --device cuda`; its provenance lies beside it.
FULL_SCALE = Path(__file__).with_name("full_scale.csv")


def parameters(scale: Scale) -> dict[str, Any]:
    """Which plan is run, from which spectra, and for which seeds. All spectra: `python -m models compare`."""
    seeds = scale.choose((2, 3), (2, 3, 4), tuple(range(2, 10)))
    spectra = scale.choose(("S4D-Inv", "lin"), ("S4D-Inv", "lin"), plan.PAPER)
    return {"plan": scale.choose("smoke", "cpu", "cpu"), "spectra": list(spectra), "seeds": list(seeds)}


def configs(given: Mapping[str, Any], listops: bool) -> list[Config]:
    """The plan's configurations from these spectra, those of ListOps or all others."""
    chosen = {"smoke": plan.smoke, "cpu": plan.cpu}[given["plan"]]()
    drawn = [config for config in chosen if config.spectrum in given["spectra"]]
    kept = [config for config in drawn if isinstance(config.problem, Lists) == listops]
    return [plan.with_seeds(config, given["seeds"]) for config in kept]


def runs(given: Mapping[str, Any], listops: bool) -> list[Run]:
    """The runs behind a figure."""
    return [(measure, config) for config in configs(given, listops)]


def outcomes(results: Sequence[Arrays]) -> list[Outcome]:
    """Results of runs as records."""
    return [Outcome(**arrays) for arrays in results]


def curve(outcome: Outcome, arm: str) -> NDArray[np.float64]:
    """Mean of the test metric over seeds at every check, and its standard error. Returns: (2, checks)."""
    test = outcome.test[:, outcome.arm == arm]
    return np.array([test.mean(1), test.std(1, ddof=1) / np.sqrt(test.shape[1])])


def judged(some: Sequence[Row], prefix: str, early: bool = False) -> Arrays:
    """Verdicts as arrays: label, word, (difference, low, high) over δ."""
    found = verdicts(some, early)
    return {
        f"{prefix}_label": np.array([f"{v.problem}, {v.spectrum}" for v in found]),
        f"{prefix}_word": np.array([v.word for v in found]),
        f"{prefix}_interval": np.array([[x / v.margin for x in (v.difference, v.low, v.high)] for v in found]),
    }


def full_rows(listops: bool) -> list[Row]:
    """The rows of the table at full scale, those of ListOps or all others."""
    return [row for row in read(FULL_SCALE) if row.problem.startswith("ListOps") == listops]


def rows_of(given: Mapping[str, Any], found: Sequence[Outcome], listops: bool) -> list[Row]:
    """The rows of the runs just made."""
    pairs = zip(configs(given, listops), found, strict=True)
    return [row for config, outcome in pairs for row in rows(config, outcome)]


def kept_promises(found: Sequence[Outcome], table: Sequence[Row]) -> Arrays:
    """By how much Σ M is off the number of poles, over 1e-9 of it; and the worst share of a path that an arc takes."""
    off = [float(np.max(outcome.missing / outcome.distinct.min())) for outcome in found]
    off += [row.missing for row in table]  # Σ M there is at least 1
    shares = []
    for outcome in found:
        arc = np.abs(np.arcsin(np.sqrt(outcome.after)) - np.arcsin(np.sqrt(outcome.before))).max(-1)
        way = 2 * outcome.length.sum(-1)  # pairs count twice
        shares.append(float(np.max((arc / np.maximum(way, UNIT))[way > 0])))
    return {"capacity_off": np.array(off) / 1e-9, "arc_share": np.array(shares)}


def promised(arrays: Arrays) -> tuple[Gap, ...]:
    """No path of poles changes the sum of memory, and memory moves no more than the poles do."""
    networks = len(arrays["capacity_off"])
    return (
        Gap(
            claim.CAPACITY_INVARIANT,
            f"ΣM off the number of poles after training, worst of {networks} runs and networks, over 1e-9 of it",
            float(arrays["capacity_off"].max()),
            1.0,
        ),
        Gap(
            claim.POLE_GRADIENT_BOUND,
            "arcsin√M moved over the hyperbolic length that the poles of a head travelled, worst head and lag",
            float(arrays["arc_share"].max()),
            1.0,
        ),
    )


def draw_curve(axes: Axes, steps: NDArray, mean: NDArray, look: Ink, label: str | None, fixed: bool) -> None:
    """A measured mean over seeds with its standard error: learned poles with markers, fixed ones open and dashed."""
    axes.fill_between(steps, mean[0] - mean[1], mean[0] + mean[1], color=look.colour, alpha=0.15, linewidth=0)
    axes.plot(
        steps, mean[0], color=look.colour, marker=look.marker, markersize=3.5, linewidth=0.9,
        linestyle="--" if fixed else "-", markerfacecolor="white" if fixed else look.colour, label=label,
    )  # fmt: skip


def verdict_words(found: Sequence[Verdict]) -> str:
    """How many comparisons ended in which word."""
    words = [v.word for v in found]
    return ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
