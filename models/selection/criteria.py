"""The numbers that the criteria of the trained studies are about, read from the rows of a table.

Each is of the seed that the criterion names: the worst, or the second worst. The criteria themselves are the statements
of `theory.selection.studies`; the letters here are theirs.
"""

from collections.abc import Sequence

from models.selection.arms import NO_FNN, SSM_1, SSM_2, TRANSFORMER
from models.selection.plan import copy, occlusion, query_order, recall
from models.selection.study import Config
from models.studies import table
from models.studies.table import Row

Letters = dict[str, float]
#: Length at which copying is judged, and letters from which the motif is told.
LENGTH, KEPT = 12.0, 6.0


def of_run(rows: Sequence[Row], config: Config, measure: str, at: float = 0.0) -> list[float]:
    """One number of a planned run, of all seeds, from the smallest. Raises: ValueError when it is not in the table."""
    return sorted(table.of_run(rows, config, measure, at).values())


def recall_letters(rows: Sequence[Row], blind: float) -> Letters:
    """Accuracies of recall. Arguments: rows; blind, the order-blind accuracy, from which a_0 is the farthest seed."""
    found = {config.arm.label: of_run(rows, config, "accuracy") for config in recall()}
    farthest = max(found[NO_FNN.label], key=lambda value: abs(value - blind))
    return {
        "a_T": found[TRANSFORMER.label][0],
        "a_2": found[SSM_2.label][1],
        "a_1": found[SSM_1.label][1],
        "a_0": farthest,
        "V": 8,
    }


def query_order_letters(rows: Sequence[Row]) -> Letters:
    """Accuracies with the query first (f) and last (l), of the worst seed."""
    first_2, last_2, first_T, last_T = (of_run(rows, config, "accuracy", 4.0) for config in query_order())
    return {"f_2": first_2[0], "l_2": last_2[0], "f_T": first_T[0], "l_T": last_T[0]}


def copy_letters(rows: Sequence[Row]) -> Letters:
    """Shares of symbols right at the longest length trained on: means over seeds, and the worst seed of attention."""
    names = {TRANSFORMER.label: "c_T", SSM_2.label: "c_2", SSM_1.label: "c_1", NO_FNN.label: "c_0"}
    found = {names[config.arm.label]: of_run(rows, config, "symbols right", LENGTH) for config in copy()}
    return {name: sum(values) / len(values) for name, values in found.items()} | {"worst": found["c_T"][0]}


def motif_letters(rows: Sequence[Row]) -> Letters:
    """What the motif network and the one without FNN reach: the worst seed for the criterion."""
    gated, _, linear, _ = occlusion()
    return {
        "a_2": of_run(rows, gated, "accuracy")[0],
        "k": of_run(rows, gated, "accuracy keeping", KEPT)[0],
        "h": of_run(rows, gated, "share inside")[0],
        "r": of_run(rows, gated, "correlation")[-1],
        "a_0": of_run(rows, linear, "accuracy")[-1],
    }


def linear_motif_letters(rows: Sequence[Row]) -> Letters:
    """The same of the network without FNN in place of the one with it, its best seed."""
    linear = occlusion()[2]
    return {
        "a_2": of_run(rows, linear, "accuracy")[-1],
        "k": of_run(rows, linear, "accuracy keeping", KEPT)[-1],
        "h": of_run(rows, linear, "share inside")[-1],
        "r": of_run(rows, linear, "correlation")[0],
        "a_0": of_run(rows, linear, "accuracy")[-1],
    }
