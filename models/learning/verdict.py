"""The rule by which runs become a verdict, written before any of them.

For each problem and spectrum, paired by seed, d = ±(metric of F − metric of L), the sign such that d > 0 favours fixed
poles. With the 95 % t-interval of the mean of d:

    supported     the lower end lies above δ        (fixed poles are better)
    contradicted  the upper end lies below −δ       (learned poles are better)
    equivalent    the interval lies inside ±δ
    undecided     anything else
    not learnt    arm L from S4D-Inv does not pass the problem's gate: no comparison is made
    reported      fewer than three seeds: numbers only

Holm's correction runs over all comparisons of a table that are made: they are taken from the most to the least certain,
the level of the k-th of m divided by m − k + 1, and from the first that fails on all are undecided.

The metric is that after the last step; `early=True` judges by the one at the best validation metric, of both arms.

Where fixed poles are better, the difference counts as explained by regularisation if the best of L+wd, L+drop and
L-early closes at least 80 % of it, and by the number of parameters if R does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from models.learning.table import Row, comparisons, mean, metric_of

LEVEL = 0.95
CLOSED = 0.8
FEWEST = 3
REGULARISED = ("L+wd", "L+drop .1", "L+drop .3", "L-early")
REFERENCE = "S4D-Inv"


@dataclass(frozen=True)
class Verdict:
    """One comparison: means of both arms, the mean of d with its t-interval, the word, and shares of d closed.

    certainty: the least one-sided p-value of the three statements a word can stand for. closed: share of d that each
    control closes, by arm, empty where fixed poles are not better.
    """

    problem: str
    spectrum: str
    seeds: int
    fixed: float
    learned: float
    difference: float
    low: float
    high: float
    margin: float
    certainty: float
    word: str
    closed: dict[str, float]

    @property
    def regularisation(self) -> str:
        """Whether regularisation explains the difference: accepted, rejected, or empty where nothing is to explain."""
        return self._explained(REGULARISED)

    @property
    def parameters(self) -> str:
        """Whether the number of trained parameters explains it."""
        return self._explained(("R",))

    def _explained(self, arms: Sequence[str]) -> str:
        shares = [self.closed[arm] for arm in arms if arm in self.closed]
        return ("accepted" if max(shares) >= CLOSED else "rejected") if shares and self.word == "supported" else ""


def verdicts(found: Iterable[Row], early: bool = False) -> list[Verdict]:
    """Every comparison of a table, judged.

    Arguments: rows; early: by the metric at the best validation metric instead of the last one.
    Returns: one verdict for each problem and spectrum.
    Raises: ValueError for arms F and L with different seeds, a seed twice, or a metric that is not finite.
    """
    grouped = comparisons(found)
    raw = [_judge(problem, spectrum, grouped, early) for problem, spectrum in grouped]
    return [_corrected(verdict, raw) for verdict in raw]


def _judge(problem: str, spectrum: str, grouped: dict[tuple[str, str], list[Row]], early: bool) -> Verdict:
    """One comparison before correction. Arguments: its name; all rows by problem and spectrum; early."""
    some = grouped[problem, spectrum]
    better, margin = some[0].better, some[0].margin
    fixed, learned = metric_of(some, "F", early), metric_of(some, "L", early)
    if fixed.keys() != learned.keys():
        raise ValueError(
            f"{problem}, {spectrum}: F has the seeds {sorted(fixed)}, L {sorted(learned)}: must be the same"
        )
    d = np.array([better * (fixed[seed] - learned[seed]) for seed in sorted(fixed)])
    difference, low, high, certainty, word = _interval(d, margin)
    reference = grouped.get((problem, REFERENCE), [])
    if not reference or not better * (mean(reference, "L", early) - reference[0].gate) > 0:
        word = "not learnt"
    arms = dict.fromkeys(row.arm for row in some if row.arm not in ("F", "L")) | {"L-early": None}
    level, gap = mean(some, "L", early), better * (mean(some, "F", early) - mean(some, "L", early))
    closed = {arm: better * (mean(some, arm, early) - level) / gap for arm in arms} if difference > 0 else {}
    numbers = difference, low, high, margin, certainty
    return Verdict(problem, spectrum, len(d), mean(some, "F", early), level, *numbers, word, closed)


def _interval(d: np.ndarray, margin: float) -> tuple[float, float, float, float, str]:
    """Mean, both ends of its interval, the least p-value, and the word before correction."""
    if len(d) < 2:
        value = float(d.mean()) if len(d) else float("nan")
        return value, float("nan"), float("nan"), 1.0, "reported"
    centre, error, freedom = float(d.mean()), float(d.std(ddof=1) / np.sqrt(len(d))), len(d) - 1
    reach = error * float(stats.t.ppf((1 + LEVEL) / 2, freedom))

    def above(bound: float) -> float:
        """One-sided p-value of: the mean exceeds the bound."""
        return float(stats.t.sf((centre - bound) / error, freedom)) if error > 0 else float(centre <= bound)

    beyond, below = above(margin), 1 - above(-margin)
    within = max(1 - above(margin), above(-margin))
    p = {"supported": beyond, "contradicted": below, "equivalent": within}
    word = min(p, key=lambda name: p[name])
    decided = p[word] < (1 - LEVEL) / 2
    few = len(d) < FEWEST
    return centre, centre - reach, centre + reach, p[word], "reported" if few else word if decided else "undecided"


def _corrected(verdict: Verdict, family: list[Verdict]) -> Verdict:
    """Holm's step-down over the comparisons of a family that were made."""
    made = sorted((v for v in family if v.word not in ("not learnt", "reported")), key=lambda v: v.certainty)
    for rank, other in enumerate(made):
        if other.certainty >= (1 - LEVEL) / 2 / (len(made) - rank):
            break
        if other is verdict:
            return verdict
    return verdict if verdict not in made else Verdict(**{**vars(verdict), "word": "undecided"})
