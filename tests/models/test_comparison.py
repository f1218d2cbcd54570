"""Arms differ in what they say and in nothing else; the table survives its file; the rule gives the word it states."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from figures.learning import comparisons
from models.__main__ import app
from models.learning import table
from models.learning.arms import (
    CONTROLS,
    DECAYED,
    FIXED,
    LEARNED,
    SPARSE,
    STEPS,
    TRANSPLANTED,
    Arm,
    paces,
)
from models.learning.comparison import Config, early, measure
from models.learning.plan import cpu, full, smoke
from models.learning.problems import Copying, Digits
from models.learning.verdict import verdicts

ARMS = (FIXED, LEARNED, STEPS, SPARSE, TRANSPLANTED)
SMALL = Config(Copying(8, 2, 3), "S4D-Inv", ARMS, (2, 3), states=4, channels=4, layers=1, batch=8, steps=12, check=4)


@pytest.fixture(scope="module")
def outcome():
    return measure(SMALL)


def of(outcome, arm):
    return outcome.arm == arm.label


def test_every_arm_and_seed_once(outcome) -> None:
    pairs = list(zip(outcome.arm.tolist(), outcome.seed.tolist(), strict=True))
    assert pairs == [(arm.label, seed) for arm in ARMS for seed in (2, 3)]
    assert outcome.checked.tolist() == [0, 4, 8, 12] and outcome.test.shape == (4, 10)


def test_arms_of_one_seed_start_alike_and_transplanted_ones_anew(outcome) -> None:
    start = outcome.validation[0].reshape(5, 2)
    assert np.array_equal(start[0], start[1]) and np.array_equal(start[0], start[3])
    assert not np.array_equal(start[0], start[4])


def test_fixed_poles_stay_and_learned_ones_move(outcome) -> None:
    length = outcome.length
    assert np.all(length[of(outcome, FIXED)] == 0) and np.all(length[of(outcome, TRANSPLANTED)] == 0)
    assert np.all(length[of(outcome, LEARNED)].sum((1, 2, 3)) > 0) and np.all(length[of(outcome, STEPS)] > 0)
    assert np.array_equal(outcome.before[of(outcome, FIXED)], outcome.after[of(outcome, FIXED)])
    assert not np.array_equal(outcome.before[of(outcome, LEARNED)], outcome.after[of(outcome, LEARNED)])


def test_transplanted_poles_are_where_learned_ones_ended(outcome) -> None:
    assert np.allclose(outcome.before[of(outcome, TRANSPLANTED)], outcome.after[of(outcome, LEARNED)], atol=1e-6)


def test_memory_sums_to_the_number_of_poles(outcome) -> None:
    assert np.all(outcome.distinct == 4) and outcome.missing.max() < 1e-9
    assert np.all(outcome.kept_after <= 4) and np.all(outcome.kept_after > 0)


def test_the_rows_and_the_early_stop(outcome, tmp_path) -> None:
    rows = table.rows(SMALL, outcome)
    best = outcome.validation.argmax(0)
    assert [row.early for row in rows] == [outcome.test[k, r] for r, k in enumerate(best)]
    assert np.array_equal(early(outcome), [row.early for row in rows])
    path = tmp_path / "rows.csv"
    table.write(rows, path)
    again = table.read(path)
    assert [(r.arm, r.seed, r.crossing, r.near) for r in again] == [(r.arm, r.seed, r.crossing, r.near) for r in rows]
    assert np.allclose([r.test for r in again], [r.test for r in rows], rtol=1e-5)
    assert verdicts(again)[0].word == "not learnt"


def test_a_table_that_is_none_is_refused(tmp_path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("problem,seed\nadding,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns"):
        table.read(path)
    table.write([row("F", 2, 0.5)], path)
    path.write_text(path.read_text(encoding="utf-8").replace("0.5", "much"), encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        table.read(path)


def test_frozen_weights_are_as_many_as_the_poles_parameters() -> None:
    from models.layers.replicas import Replicas, last_step

    model = Replicas(np.array([0.5 + 0.5j, 0.3j]), 1, 1, 4, 2, last_step, (0, 1, 1))
    found = paces(model, (LEARNED, SPARSE, DECAYED), (0, 1, 1), 0.01)
    moving = {id(p) for p in model.pole_parameters()}
    frozen = sum((pace.factor[1] == 0).sum().item() for p, pace in found.items() if id(p) not in moving)
    assert frozen == 2 * 2 * 4 * 2 and all(
        (pace.factor[0] > 0).all() for p, pace in found.items() if id(p) not in moving
    )
    assert set(map(id, found)) == set(map(id, model.parameters()))
    nu = found[model.heads[0].nu]
    assert nu.factor.flatten().tolist() == [1, 1, 1] and nu.decay.flatten().tolist() == pytest.approx([0, 0, 0.05])
    assert found[model.heads[0].delta].factor.sum() == 0
    assert found[model.decoder.weight].decay.flatten().tolist() == pytest.approx([0, 0, 0.04])


def row(arm: str, seed: int, test: float, problem: str = "digits", spectrum: str = "S4D-Inv") -> table.Row:
    return table.Row(problem, spectrum, arm, seed, test, test, test, 1, 0.5, 0.02, -1, 1.0, 1.0, 0.0, 0.0, 0)


def drawn(gap: float, spread: float, seeds: int = 8, problem: str = "digits", level: float = 0.9) -> list[table.Row]:
    """Rows whose difference F − L has this mean and standard deviation."""
    z = np.linspace(-1, 1, seeds)
    d = gap + spread * (z - z.mean()) / z.std(ddof=1)
    return [row("L", s, level, problem) for s in range(seeds)] + [
        row("F", s, level + x, problem) for s, x in enumerate(d)
    ]


@pytest.mark.parametrize(
    ("gap", "spread", "seeds", "word"),
    [
        (0.05, 0.01, 8, "supported"),
        (-0.05, 0.01, 8, "contradicted"),
        (0.002, 0.005, 8, "equivalent"),
        (0.02, 0.02, 8, "undecided"),
        (0.05, 0.2, 8, "undecided"),
        (0.05, 0.001, 2, "reported"),
    ],
)
def test_the_word_is_the_rule_s(gap, spread, seeds, word) -> None:
    (found,) = verdicts(drawn(gap, spread, seeds))
    assert found.word == word and found.low < found.difference < found.high
    assert found.difference == pytest.approx(gap)


def test_the_interval_is_that_of_student() -> None:
    from scipy import stats

    some = drawn(0.03, 0.02)
    d = np.array([r.test for r in some if r.arm == "F"]) - 0.9
    expected = stats.ttest_1samp(d, 0).confidence_interval(0.95)
    (found,) = verdicts(some)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_a_problem_that_is_not_learnt_is_not_compared() -> None:
    assert verdicts(drawn(0.05, 0.01, level=0.4))[0].word == "not learnt"
    other = [replace(r, spectrum="lin") for r in drawn(0.05, 0.01)]
    assert verdicts(other)[0].word == "not learnt"  # nobody ran S4D-Inv


def test_holm_takes_back_what_one_test_alone_would_say() -> None:
    weak = drawn(0.02 + 0.0088, 0.01, problem="weak")  # p just below .025 by itself
    assert verdicts(weak)[0].word == "supported"
    many = [r for k in range(4) for r in drawn(0.02, 0.05, problem=f"none {k}")]
    words = {v.problem: v.word for v in verdicts(weak + many)}
    assert words["weak"] == "undecided"
    strong = drawn(0.2, 0.01, problem="strong")
    words = {v.problem: v.word for v in verdicts(strong + weak + many)}
    assert words["strong"] == "supported" and words["weak"] == "undecided"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda rows: [replace(rows[0], test=float("nan")), *rows[1:]], "metric nan"),
        (lambda rows: [*rows, rows[0]], "two rows of seed 0"),
        (lambda rows: rows[1:], "must be the same"),
    ],
)
def test_tables_that_cannot_be_judged_are_refused(spoil, words) -> None:
    with pytest.raises(ValueError, match=words):
        verdicts(spoil(drawn(0.05, 0.01)))


def test_early_is_compared_with_early() -> None:
    some = [replace(r, early=r.test + 0.05 * (r.arm == "F")) for r in drawn(0.0, 0.005)]
    assert verdicts(some)[0].word == "equivalent" and verdicts(some, early=True)[0].word == "supported"


def test_explanations_close_eighty_percent() -> None:
    some = drawn(0.10, 0.01)
    near = [row("L+wd", s, 0.985) for s in range(8)] + [row("R", s, 0.95) for s in range(8)]
    (found,) = verdicts(some + near)
    assert found.closed["L+wd"] == pytest.approx(0.85) and found.closed["R"] == pytest.approx(0.5)
    assert (found.regularisation, found.parameters) == ("accepted", "rejected")
    (learned_better,) = verdicts(drawn(-0.1, 0.01) + near)
    assert learned_better.closed == {} and learned_better.regularisation == ""


def test_smaller_is_better_where_the_problem_says_so() -> None:
    flipped = [replace(r, better=-1, gate=1.0) for r in drawn(0.05, 0.01)]
    assert verdicts(flipped)[0].word == "contradicted"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spectrum": "S5"}, "must be one of"),
        ({"seeds": ()}, "0 seeds"),
        ({"seeds": (2, 2)}, "each must occur once"),
        ({"seeds": (True, 2)}, "seed = True"),
        ({"arms": (LEARNED, LEARNED)}, "each must occur once"),
        ({"batch": 0}, "batch = 0"),
        ({"chunk": 2.5}, "chunk = 2.5"),
        ({"problem": Digits(held=1437)}, "held = 1437"),
        ({"arms": (TRANSPLANTED,)}, "needs the arm L"),
    ],
)
def test_bad_comparisons_are_named(change, words) -> None:
    with pytest.raises(ValueError, match=words):
        measure(replace(SMALL, **change))
    for wrong in ({"poles": -1.0}, {"dropout": 1.0}, {"dropout": float("nan")}, {"label": ""}):
        with pytest.raises(ValueError):
            Arm(**{"label": "bad"} | wrong)


def test_training_that_diverges_is_no_result() -> None:
    with pytest.raises(FloatingPointError, match="diverged"):
        measure(replace(SMALL, arms=(FIXED, LEARNED), steps=2, check=1, rate=1e30))


def test_plans_leave_the_pilots_seeds_out_and_full_has_every_control() -> None:
    for config in (*smoke(), *cpu(), *full("cpu")):
        assert not {0, 1} & set(config.seeds) and {FIXED, LEARNED} <= set(config.arms)
        assert len(config.seeds) == 2 or len(config.seeds) >= 3
    inverse = next(c for c in full("cpu") if isinstance(c.problem, Digits) and c.spectrum == "S4D-Inv")
    assert set(CONTROLS) <= set(inverse.arms) and TRANSPLANTED in inverse.arms and len(inverse.seeds) >= 8


def test_the_command_writes_table_and_provenance_and_resumes(tmp_path) -> None:
    run = CliRunner()
    folders = ["--out", str(tmp_path / "out"), "--cache", str(tmp_path / "kept")]
    first = run.invoke(app, ["compare", "--scale", "smoke", "--only", "ListOps", *folders])
    assert first.exit_code == 0, first.output
    written = (tmp_path / "out/comparison_smoke_ListOps.csv").read_bytes()
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").glob("*.npz")}
    assert len(kept) == 1 and b"ListOps" in written
    again = run.invoke(app, ["compare", "--scale", "smoke", "--only", "ListOps", *folders])
    assert again.exit_code == 0 and (tmp_path / "out/comparison_smoke_ListOps.csv").read_bytes() == written
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").glob("*.npz")} == kept
    assert '"seeds"' in (tmp_path / "out/comparison_smoke_ListOps.json").read_text(encoding="utf-8")
    refused = run.invoke(app, ["compare", "--only", "chess", *folders])
    assert refused.exit_code == 2 and "no problem's name starts so" in refused.stderr
    occupied = tmp_path / "occupied"
    occupied.touch()
    refused = run.invoke(app, ["compare", "--scale", "smoke", "--out", str(occupied)])
    assert refused.exit_code == 2 and "occupied" in refused.stderr


def test_the_table_at_full_scale_is_what_its_record_says() -> None:
    folder = Path(comparisons.__file__).parent
    found = table.read(folder / "full_scale.csv")
    record = json.loads((folder / "full_scale.json").read_text(encoding="utf-8"))
    runs = [run["parameters"] for run in record["runs"]]
    said = {(run["spectrum"], arm["label"], seed) for run in runs for arm in run["arms"] for seed in run["seeds"]}
    assert {(r.spectrum, r.arm, r.seed) for r in found} == said
    assert len(found) == sum(len(run["arms"]) * len(run["seeds"]) for run in runs)
    assert {r.problem for r in found} == {config.problem.name for config in full("cpu")}
