"""Arms of the trained studies: equal budgets, causal, one form as the other; runs that are kept; hiding letters."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from typer.testing import CliRunner

from models import provenance, sweep
from models.__main__ import app
from models.constructed.motif import motif_detector
from models.layers.replicas import Affine, every_step, last_step
from models.layers.residual import FeedForward, toeplitz
from models.layers.rotary import RotaryAttention, turned
from models.selection import plan, study
from models.selection.arms import ARMS, DEEP, MOTIF_ARMS, NO_FNN, SSM_1, SSM_2, TRANSFORMER, Arm, Network, weights
from models.selection.importance import constancy
from models.selection.occlusion import correlation, inside, keeping, occluded, spread
from models.selection.problems import Copy, Order, Recall
from models.selection.table import read_occlusion
from models.studies import table
from models.training import Pace, Recipe, train

SMALL = tuple(replace(arm, channels=8, modes=3) for arm in (*ARMS, DEEP))
of_every_arm = pytest.mark.parametrize("arm", SMALL, ids=lambda arm: arm.label)


def tokens(replicas=2, batch=3, length=9, seed=0) -> Tensor:
    return torch.randint(0, 5, (replicas, batch, length), generator=torch.Generator().manual_seed(seed))


def test_budgets_are_equal_within_three_percent() -> None:
    for problem in (Recall(), Order(True), Copy()):
        found = [weights(Network(arm, problem.vocabulary, problem.outputs, every_step, (0,))) for arm in (*ARMS, DEEP)]
        assert max(found) <= 1.03 * min(found) and abs(np.mean(found) / 60_000 - 1) < 0.03
    motif = [weights(Network(arm, 5, 2, every_step, (0,))) for arm in MOTIF_ARMS]
    assert [round(count / 1000) for count in motif] == [15, 17, 7]


@of_every_arm
def test_arms_are_causal_and_replicas_are_the_networks_they_would_be_alone(arm: Arm) -> None:
    network, u = Network(arm, 5, 4, every_step, (3, 5)), tokens()
    changed = u.clone()
    changed[..., 6:] = (changed[..., 6:] + 1) % 5
    y, z = network(u), network(changed)
    assert y.shape == (2, 3, 9, 4)
    assert torch.allclose(y[:, :, :6], z[:, :, :6], atol=1e-5) and not torch.allclose(
        y[:, :, 6:], z[:, :, 6:], atol=1e-3
    )
    alone = Network(arm, 5, 4, every_step, (5,))
    assert torch.allclose(alone(u[1:])[0], y[1], atol=1e-5)


@pytest.mark.parametrize("arm", [SMALL[1], SMALL[2], SMALL[3], SMALL[4]], ids=lambda arm: arm.label)
def test_the_recurrent_form_is_the_parallel_form(arm: Arm) -> None:
    network, u = Network(arm, 5, 4, every_step, (3, 5)), tokens(length=30)
    with torch.no_grad():
        for p in network.pole_parameters():
            p.add_(0.05 * torch.randn(p.shape, generator=torch.Generator().manual_seed(1)))
        state, said = network.initial_state(3), []
        for now in u.unbind(-1):
            state, y = network.step(state, now)
            said.append(y)
        assert torch.allclose(torch.stack(said, 2), network(u), atol=2e-5)


def test_attention_has_no_state_of_fixed_size() -> None:
    with pytest.raises(ValueError, match="no state of fixed size"):
        Network(SMALL[0], 5, 4, every_step, (0,)).initial_state(1)


def test_without_fnn_the_network_is_affine_and_with_it_is_not() -> None:
    generator = torch.Generator().manual_seed(0)
    for arm, affine in ((SMALL[3], True), (SMALL[1], False), (SMALL[0], False)):
        network = Network(arm, 5, 4, last_step, (0,))
        u, v = torch.randn(2, 1, 3, 9, 5, generator=generator)
        f = network.from_one_hot
        gap = (f(u) + f(v) - 2 * f((u + v) / 2)).detach().abs().max()
        assert (float(gap) < 1e-4) == affine, (arm.label, gap)


def test_attention_is_its_definition() -> None:
    generators = [torch.Generator().manual_seed(0)]
    block, x = RotaryAttention(8, 2, generators), torch.randn(1, 8, 2, 5, generator=generators[0])
    parts = block.enter(block.norm(x))[0].unflatten(0, (3, 2, 4))  # (3, heads, dim, B, L)
    y = torch.zeros(8, 2, 5)
    for h in range(2):
        q, k, v = parts[:, h].permute(0, 2, 3, 1)
        for t in range(5):
            turn = [turned(some.contiguous())[:, : t + 1] for some in (q, k)]
            w = (turn[0][:, t : t + 1] * turn[1]).sum(-1).div(2.0).softmax(-1)
            y[4 * h : 4 * h + 4, :, t] = (w[..., None] * v[:, : t + 1]).sum(1).T
    assert torch.allclose(block(x)[0], (x + block.leave(y[None]))[0], atol=1e-5)


def test_rotary_products_depend_on_the_distance_only() -> None:
    q, k = torch.randn(2, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = turned(q.expand(9, 6)) @ turned(k.expand(9, 6)).T
    for lag in range(-8, 9):
        assert float(found.diagonal(lag).std(correction=0)) < 1e-12
    assert abs(float(found[0, 0] - q @ k)) < 1e-12 and float(found.std()) > 1e-3


def test_toeplitz_is_the_convolution() -> None:
    K, u = torch.randn(2, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert np.allclose((u @ toeplitz(K)).numpy(), np.convolve(K.numpy(), u.numpy())[:7])


def test_one_cycle_rises_and_falls_and_has_no_paces() -> None:
    layer = Affine(1, 1, [torch.Generator()])

    def task(generator: torch.Generator) -> tuple[Tensor, Tensor]:
        return torch.ones(1, 1, 1), torch.zeros(1)  # a constant gradient moves by the rate at every step

    places: list[float] = []

    def loss(outputs: Tensor, targets: Tensor) -> Tensor:
        places.append(float(layer.bias.detach()))
        return outputs.sum()

    recipe = Recipe(steps=40, rate=0.01, check=40, validation=1, keep_best=False, warm_up=0.25)
    train(layer, task, recipe, loss)
    moved = -np.diff(places[1:-1])
    assert 0.0085 < moved.max() < 0.0105 and 8 <= moved.argmax() <= 14 and moved[0] < 1e-3 > moved[-1]
    pace = {layer.bias: Pace(torch.ones(()), torch.zeros(()))}
    with pytest.raises(ValueError, match=r"warm_up = 0\.25"):
        train(layer, task, recipe, loss, paces=pace)
    with pytest.raises(ValueError, match=r"warm_up = 1.0"):
        train(layer, task, replace(recipe, warm_up=1.0), loss)


def test_the_command_writes_tables_and_goes_on_where_it_stopped(tmp_path, monkeypatch) -> None:
    arguments = ["select", "--scale", "smoke", "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "kept")]
    recall, *others, motif = plan.smoke()
    assert [len(study.measure(config).value) for config in others] == [2, 4]
    monkeypatch.setattr(plan, "smoke", lambda: [recall, motif])
    sweep.run(study.measure, recall, tmp_path / "kept")
    computed = []
    measure = study.trained

    def counted(config: study.Config):
        computed.append(config.problem.study)
        return measure(config)

    monkeypatch.setattr(study, "trained", counted)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert computed == ["motif"], "the runs that were kept are not made again"
    rows = table.read(tmp_path / "out/studies_smoke.csv")
    assert {row.study for row in rows} == {"recall", "motif"}
    assert set(table.by_seed(rows, "recall", "n = 2, V = 4", "SSM-2", "accuracy")) == {10, 11}
    shown = read_occlusion(tmp_path / "out/occlusion_smoke.csv")
    assert len(shown) == study.SHOWN and all(len(one.change) == len(one.letters) == 12 for one in shown)
    text = (tmp_path / "out/studies_smoke.json").read_text(encoding="utf-8")
    assert all(word in text for word in ('"seeds"', '"commit"', '"steps"', '"torch"')) and provenance.commit() in text
    assert CliRunner().invoke(app, [*arguments, "--only", "nothing"]).exit_code == 2


def test_a_run_repeats_bit_for_bit_and_seeds_differ() -> None:
    config = plan.smoke()[0]
    first, again = study.measure(config), study.measure(config)
    assert np.array_equal(first.loss, again.loss) and np.array_equal(first.value, again.value)
    assert not np.array_equal(first.loss[:, 0], first.loss[:, 1])


def test_plans_hold_the_runs_of_the_criteria() -> None:
    paper = plan.paper()
    assert len({(c.problem, c.arm, c.steps) for c in paper}) == len(paper)
    assert all(set(c.seeds) <= {10, 11, 12} for c in paper)
    assert {c.problem.study for c in paper} == {"recall", "query_order", "copy", "motif"}
    assert [c.arm for c in plan.recall()] == [TRANSFORMER, SSM_2, SSM_1, NO_FNN]
    assert {c.steps for c in plan.recall()} == {2000} and len(plan.full("cuda")) == 48


def test_bad_tables_and_configurations_are_named(tmp_path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("study,problem\nrecall,x\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns arm, weights"):
        table.read(path)
    row = table.Row("recall", "p", "a", 1, 2, 10, "accuracy", 0.0, 0.5)
    table.write([row, row], path)
    with pytest.raises(ValueError, match="several rows of seed 10"):
        table.by_seed(table.read(path), "recall", "p", "a", "accuracy")
    with pytest.raises(ValueError, match="no such row"):
        table.by_seed([row], "recall", "p", "b", "accuracy")
    path.write_text(path.read_text(encoding="utf-8").replace("0.5", "half"), encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        table.read(path)
    with pytest.raises(ValueError, match="each must occur once"):
        study.trained(replace(plan.smoke()[0], seeds=(10, 10)))
    with pytest.raises(ValueError, match="must be at least one"):
        Network(SSM_2, 5, 2, every_step, ())
    with pytest.raises(ValueError, match="channels = 6"):
        Network(replace(TRANSFORMER, channels=6), 5, 2, every_step, (0,))
    with pytest.raises(ValueError, match="hidden = 0"):
        FeedForward(4, 0, [torch.Generator()])


# hiding letters


def test_occlusion_finds_what_a_known_function_looks_at() -> None:
    some = tokens(batch=20, length=8)[0]
    weight = torch.arange(8.0, dtype=torch.float64)
    change = occluded(lambda x: ((x != 9) * weight).sum(-1), some, 9)
    assert torch.equal(change, weight.expand(20, 8))
    kept = keeping(some, change.abs(), 2, 9)
    assert torch.equal(kept[:, 6:], some[:, 6:]) and bool((kept[:, :6] == 9).all())
    start = torch.full((20,), 6)
    assert abs(float(inside(change[None], start, 2)) - 13 / 28) < 1e-12
    assert abs(float(correlation(change[None])) - 1) < 1e-12 and float(spread(change[None], some)) == 0
    moving = torch.eye(8, dtype=torch.float64)[torch.arange(20) % 8]
    assert float(correlation(moving[None])) < 0.5 and float(spread(moving[None], some)) == 1
    with pytest.raises(ValueError, match="k = 9"):
        keeping(some, change, 9, 9)


def test_importance_is_constant_without_fnn_only() -> None:
    linear, gated = (constancy(replace(arm, channels=16), 5, 10) for arm in (MOTIF_ARMS[2], MOTIF_ARMS[0]))
    assert linear.change < 1e-5 and linear.gradient < 1e-5
    assert gated.gradient > 0.1


# the constructed detector


@pytest.mark.parametrize("word", [[0], [1, 1], [0, 1, 0], [2, 0, 1, 2]])
def test_the_detector_counts_as_said_and_both_forms_agree(word: list[int]) -> None:
    network, m, V = motif_detector(word, 3, 40), len(word), 3
    found = network.resources
    assert (found.nonzero, found.state_dim) == (2 * m * V + m + (m != 1) + 1 + 3 + 5, m * V + 1)
    assert (found.weight_magnitude, found.bits_per_entry) == (max(1, m - 1), 6)
    some = torch.randint(0, 4, (50, 20), generator=torch.Generator().manual_seed(0))
    expected = [
        [int(any(row[i : i + m] == word for i in range(t - m + 2))) for t in range(20)] for row in some.tolist()
    ]
    said = network.answers(some)
    assert said.tolist() == expected
    for t in (1, 7, 20):
        assert torch.equal(network.generate(some[:, :t], 1)[:, 0], said[:, t - 1])


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: motif_detector([], 3, 5), "length of the word = 0"),
        (lambda: motif_detector([3], 3, 5), "letter of the word = 3: must be below letters = 3"),
        (lambda: motif_detector([0], 0, 5), "letters = 0"),
        (lambda: motif_detector([0], 2, 5).answers(torch.tensor([[3]])), r"tokens lie in 3..3: must lie in 0..2"),
        (lambda: motif_detector([0], 2, 5).answers(torch.zeros(1, 6, dtype=torch.long)), "at most length = 5"),
    ],
)
def test_a_detector_refuses_what_it_cannot_hold(build, words) -> None:
    with pytest.raises(ValueError, match=words):
        build()
