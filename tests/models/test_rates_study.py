"""The trained study of estimation: its data, its arms, what is kept, and the numbers of its criterion."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from torch import Tensor, nn
from typer.testing import CliRunner

import theory.rates.studies as claim
from figures.rates import trained as figure
from figures.statements import violation
from models.__main__ import app
from models.layers.replicas import FNN
from models.rates import criteria, plan, study
from models.rates.arms import ARMS, FLAT, ORACLE, RELU, SSM, TRANSFORMER, Arm, network, weights
from models.rates.study import Config, Piecewise
from models.studies import table
from models.tasks.piecewise import VARIANCE, piecewise, smooth, winner
from models.training import Recipe, train
from theory.ledger import ROOT

of_every_arm = pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm.label)
TINY = plan.smoke()[0]


def sequences(batch=5, length=9, seed=0) -> Tensor:
    return piecewise(batch, length, torch.Generator().manual_seed(seed))[0]


# data


@pytest.mark.parametrize(("length", "margin", "level"), [(2, 0.2, None), (16, 0.01, None), (16, 0.2, 0.5)])
def test_the_winner_wins_by_its_margin_and_carries_the_target(length: int, margin: float, level: float | None) -> None:
    tokens, F = piecewise(500, length, torch.Generator().manual_seed(1), margin, level, torch.float64)
    z, v = tokens.numpy().transpose(2, 0, 1)
    at, each = z.argmax(1), np.arange(500)
    losers = np.sort(z, axis=1)[:, -2]
    base = z[each, at] - margin
    assert np.all(losers <= base + 1e-15) and np.all(z >= base[:, None] - 1 - 1e-15)
    star = v[each, at]
    assert np.allclose(F, np.sin(2 * np.pi * star) + np.cos(4 * np.pi * star) / 2, atol=1e-12)
    assert np.array_equal(winner(tokens).numpy(), star) and set(at) == set(range(length))
    if level is None:
        assert base.min() < 0.02 and base.max() > 0.98, "no threshold of one token tells the winner"
        assert (losers[:, None] > z[each, at]).any()
    else:
        assert np.allclose(base, level)


def test_the_variance_of_the_target() -> None:
    mean, square = (integrate.quad(lambda v, p=p: float(smooth(torch.tensor(v))) ** p, 0, 1)[0] for p in (1, 2))
    assert abs(mean) < 1e-6 and abs(square - VARIANCE) < 1e-6


# arms


def test_budgets_are_equal_within_six_percent() -> None:
    found = [weights(network(arm, L, (0,))) for arm in ARMS for L in plan.LENGTHS]
    assert max(found) <= 10_000 and min(found) >= 9_400


@of_every_arm
def test_replicas_are_the_networks_they_would_be_alone(arm: Arm) -> None:
    tokens = torch.stack([sequences(), sequences(seed=1)])
    y = network(arm, 9, (3, 5))(tokens)
    assert y.shape == (2, 5) and torch.allclose(network(arm, 9, (5,))(tokens[1:])[0], y[1], atol=1e-6)
    assert not torch.allclose(y[0], network(arm, 9, (5,))(tokens[:1])[0], atol=1e-3)


@pytest.mark.parametrize(("arm", "sharpness"), [(SSM, 1.0), (SSM, 3e3), (RELU, 1.0)])
def test_the_recurrent_form_is_the_parallel_form_at_every_prefix(arm: Arm, sharpness: float) -> None:
    model: Any
    model, tokens = network(arm, 40, (3, 5)), sequences(4, 40).expand(2, 4, 40, 2)
    with torch.no_grad():
        if arm == SSM:  # scores of thousands, whose exponentials no float holds
            model.enter.maps[-1].weight[:, 0] *= sharpness
        state = model.initial_state(4)
        for t, token in enumerate(tokens.unbind(2), 1):
            state, said = model.step(state, token)
            assert torch.isfinite(said).all()
            assert torch.allclose(said, model(tokens[:, :, :t]), atol=2e-6)


@of_every_arm
def test_what_each_arm_can_see(arm: Arm) -> None:
    model, tokens = network(arm, 9, (3,)), sequences()[None]
    order = torch.cat([torch.randperm(8, generator=torch.Generator().manual_seed(0)), torch.tensor([8])])
    same = torch.allclose(model(tokens), model(tokens[:, :, order]), atol=1e-6)
    assert same == (arm != FLAT), "positions are told to the flat network alone"
    others = tokens.clone()
    others[..., 1] = torch.where(tokens[..., 0] == tokens[..., 0].amax(-1, keepdim=True), tokens[..., 1], 0.5)
    assert torch.equal(model(tokens), model(others)) == (arm == ORACLE), "the oracle sees the winner alone"


# training


def test_every_replica_is_left_at_its_own_best_on_what_is_held_out() -> None:
    model = FNN((1, 1), [torch.Generator().manual_seed(s) for s in (0, 1)])
    targets = torch.tensor([[[0.0]], [[5.0]]])  # the second replica trains away from what it is held against

    def task(generator: torch.Generator) -> tuple[Tensor, Tensor]:
        return torch.ones(2, 1, 1), targets

    def squares(outputs: Tensor, wanted: Tensor) -> Tensor:
        return (outputs - wanted).square().flatten(1).mean(1)

    held = [(torch.ones(2, 1, 1), torch.zeros(2, 1, 1))]
    history = train(model, task, Recipe(steps=40, check=10, rate=0.1, patience=100), squares, held=held)
    best = history.validation.argmin(0)
    assert best[1] < best[0]
    left = squares(model(torch.ones(2, 1, 1)), torch.zeros(2, 1, 1)).detach().numpy()
    assert np.allclose(left, history.validation.min(0), rtol=1e-6)


def test_a_fifth_is_held_out_and_never_trained_on(monkeypatch) -> None:
    seen: dict = {}

    def watched(model: nn.Module, draw, recipe, loss, held):
        seen.update(held=held[0], batches=[draw(torch.Generator().manual_seed(k)) for k in range(30)])
        return train(model, draw, recipe, loss, held=held)

    monkeypatch.setattr(study, "train", watched)
    config = replace(TINY, problem=Piecewise(24, 3), steps=2)
    study.trained(config)
    for r, seed in enumerate(config.seeds):
        tokens, noisy = config.problem.noisy(torch.Generator().manual_seed(study.SAMPLES_SEED + seed))
        drawn = {float(y) for _, targets in seen["batches"] for y in targets[r]}
        assert {float(y) for y in seen["held"][1][r]} == {float(y) for y in noisy[:4]}
        assert drawn == {float(y) for y in noisy[4:]}
        assert torch.equal(seen["held"][0][r], tokens[:4])


def test_runs_repeat_bit_for_bit_and_arms_share_samples_and_tests() -> None:
    first, again = study.measure(TINY), study.measure(TINY)
    assert np.array_equal(first.value, again.value) and not np.array_equal(first.value[:, 0], first.value[:, 1])
    whole, parts = (study.risk(study.trained(TINY)[0], replace(TINY, chunk=chunk)) for chunk in (40, 7))
    assert np.allclose(whole, parts, rtol=1e-6) and np.array_equal(whole, first.value[0])


def test_the_command_goes_on_where_it_was_killed(tmp_path, monkeypatch) -> None:
    arguments = ["estimate", "--scale", "smoke", "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "kept")]
    made: list[str] = []
    trained = study.trained
    arms = ORACLE, SSM, RELU
    monkeypatch.setattr(plan, "smoke", lambda: [replace(TINY, arm=replace(arm, weights=500), steps=5) for arm in arms])

    def counted(config: Config, dies_at: int = 2):
        made.append(config.arm.label)
        if len(made) == dies_at:
            raise KeyboardInterrupt
        return trained(config)

    monkeypatch.setattr(study, "trained", counted)
    assert CliRunner().invoke(app, arguments).exit_code != 0
    assert len(list((tmp_path / "kept").glob("*.npz"))) == 1 and not list((tmp_path / "out").iterdir())
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert made == [ORACLE.label, SSM.label, SSM.label, RELU.label], "the run that was kept is not made again"
    rows = table.read(tmp_path / "out/estimation_smoke.csv")
    assert {row.arm for row in rows} == {arm.label for arm in arms}
    assert set(table.of_run(rows, replace(TINY, steps=5), "risk")) == {10, 11}
    text = (tmp_path / "out/estimation_smoke.json").read_text(encoding="utf-8")
    assert all(word in text for word in ('"seeds"', '"commit"', '"samples"', '"torch"'))


# criterion


def law(exponent: float, constants: dict[str, float], noise: float = 0.0) -> list[table.Row]:
    """A table in which every error is c n^exponent, of the flat network a constant share of the variance."""
    rows, draw = [], np.random.default_rng(0)
    for config in plan.paper():
        error = constants[config.arm.label] * config.problem.samples**exponent
        error = constants[FLAT.label] * VARIANCE if config.arm == FLAT else error
        values = error * np.exp(noise * draw.standard_normal(3))
        rows += table.rows(config, 9000, ["risk"], [0.0], [values.tolist()])
    return rows


CONSTANTS = {SSM.label: 2.0, TRANSFORMER.label: 1.0, ORACLE.label: 0.5, FLAT.label: 0.9, RELU.label: 9.0}


def test_letters_are_those_of_a_known_law() -> None:
    found = criteria.letters(law(-0.8, CONSTANTS))
    expected = {"rho_min": 2.0, "rho_max": 2.0, "s_S": -0.8, "s_T": -0.8, "l_S": 1.0, "l_T": 1.0, "f": 0.9}
    assert found.keys() == expected.keys()
    assert all(abs(found[name] - expected[name]) < 1e-9 for name in expected)
    assert set(found) >= {str(letter) for letter in claim.TRAINED_PIECEWISE.statement.free_symbols}
    assert violation(claim.TRAINED_PIECEWISE, [found]) == 0
    assert violation(claim.TRAINED_PIECEWISE, [criteria.letters(law(-0.8, CONSTANTS), RELU)]) > 1


@pytest.mark.parametrize(("exponent", "change"), [(-0.3, {}), (-0.8, {SSM.label: 5.0, FLAT.label: 0.1})])
def test_the_figure_shows_a_table_that_disappoints(monkeypatch, exponent: float, change: dict[str, float]) -> None:
    rows = tuple(law(exponent, CONSTANTS | change))
    monkeypatch.setattr(figure, "rows", lambda: rows)
    (gap,) = figure.gaps({})
    assert not gap.holds and gap.measured > 0.05
    given = {"steps": 1, "samples": [400], "seed": 10}
    arrays = figure.measure(given, [{"value": np.ones((3, 1))}])
    canvas = figure.Canvas()
    figure.draw(canvas, arrays)
    canvas.draw_without_rendering()
    assert len(canvas.axes) == 4 and figure.note(arrays)


def test_intervals_are_students_and_paired() -> None:
    rows = law(-0.8, CONSTANTS, noise=0.3)
    over, under = (criteria.errors(rows, plan.by_samples(arm))[0] for arm in (SSM, TRANSFORMER))
    logs = np.log(over / under)
    low, high = stats.t.interval(0.95, 2, logs.mean(), stats.sem(logs))
    found = criteria.by_samples(rows, SSM, TRANSFORMER)[100]
    assert np.allclose([found.value, found.low, found.high], np.exp([logs.mean(), low, high]), rtol=1e-12)
    assert found.low < found.value < found.high
    assert "SSM + FNN, L = 64 / L = 4" in criteria.ratios(rows) and len(criteria.ratios(rows)) == 14


def test_plans_hold_the_runs_of_the_criterion() -> None:
    paper = plan.paper()
    assert len({(c.problem, c.arm) for c in paper}) == len(paper)
    assert all((c.seeds, c.steps, c.batch, c.rate) == ((10, 11, 12), 1000, 128, 3e-3) for c in paper)
    pairs = {(c.problem.samples, c.problem.length) for c in paper if c.arm in (SSM, TRANSFORMER, FLAT, ORACLE)}
    assert pairs == {*itertools.product(plan.SAMPLES, [16]), *itertools.product([1000], plan.LENGTHS)}
    assert len(plan.full("cuda")) == 50 and len(plan.full("cuda")[0].seeds) == 10


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"arm": Arm("LSTM")}, "arm = 'LSTM': must be one of SSM"),
        ({"arm": Arm(FLAT.label, 20)}, "weights = 20: too few for four units of 'flat'"),
        ({"problem": Piecewise(4)}, "samples = 4: must be at least 5"),
        ({"problem": Piecewise(20, 1)}, "length = 1"),
        ({"problem": Piecewise(20, 4, margin=0.0)}, "margin = 0"),
        ({"problem": Piecewise(20, 4, margin=-0.1)}, "margin = -0.1"),
        ({"problem": Piecewise(20, 4, noise=-1.0)}, "noise = -1"),
        ({"problem": Piecewise(20, 4, level=float("nan"))}, "level = nan"),
        ({"seeds": (10, 10)}, "each must occur once"),
        ({"seeds": ()}, "must be at least one"),
        ({"seeds": (-1,)}, "seed = -1"),
        ({"steps": 0}, "steps = 0"),
    ],
)
def test_bad_configurations_are_named(change: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        study.trained(replace(TINY, **change))


def test_other_refusals_are_named() -> None:
    assert CliRunner().invoke(app, ["estimate", "--scale", "huge"]).exit_code == 2
    for call, words in (
        (lambda: criteria.interval([1.0]), "1 seeds: an interval needs at least two"),
        (lambda: criteria.interval([1.0, 0.0]), "value = 0"),
        (lambda: criteria.interval([1.0, 2.0], 1.0), "level = 1"),
        (lambda: criteria.letters([row for row in law(-0.8, CONSTANTS) if row.seed != 11]), "must be the planned"),
        (lambda: criteria.letters(law(-0.8, CONSTANTS | {SSM.label: 0.0})), "error of SSM [+] FNN, .* = 0"),
        (lambda: FNN((3,), []), "must be those of the input and the output"),
        (lambda: network(SSM, 4, ()), "must be at least one"),
        (lambda: piecewise(1, 2, torch.Generator(), dtype=torch.int64), "dtype"),
    ):
        with pytest.raises(ValueError, match=words):
            call()


def test_the_table_of_the_readme_is_that_of_the_committed_runs() -> None:
    rows = table.read(ROOT / "figures/rates/studies.csv")
    assert criteria.markdown(rows) in (ROOT / "README.md").read_text(encoding="utf-8")
