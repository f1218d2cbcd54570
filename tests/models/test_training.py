"""The loop trains, repeats itself bit for bit, stops early; training moves the memory function and keeps its sum."""

import numpy as np
import pytest
import torch

from models.layers import S4D
from models.memory.recall import Config, distinct, measure, small, whole_sum
from models.tasks.delay import delayed_recall
from models.training import Recipe, train
from numerics.spectra import ring, s4d_inv


def task(generator):
    return delayed_recall(4, 40, 3, generator, torch.float64)


def model(seed=0):
    return S4D(s4d_inv(8), 0.1, seed=seed, dtype=torch.float64)


def test_training_lowers_the_loss_and_repeats_itself():
    first, second = model(), model()
    history, again = (train(m, task, Recipe(steps=60, check=20)) for m in (first, second))
    assert history.validation.min() < 0.9 * history.validation[0]
    assert np.array_equal(history.loss, again.loss)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    other = train(model(), task, Recipe(steps=60, check=20, seed=1))
    assert not np.array_equal(history.loss, other.loss)


def test_groups_have_their_own_rates():
    layer = model()
    before = layer.poles(), layer.C.detach().clone()
    train(layer, task, Recipe(steps=20, check=20, rate=1e-2, pole_rate=1e-12))
    assert np.abs(layer.poles() - before[0]).max() < 1e-9
    assert (layer.C - before[1]).abs().max() > 1e-3


def test_early_stopping_keeps_the_best():
    layer = model()
    history = train(layer, task, Recipe(steps=1000, check=5, patience=2, rate=3.0, pole_rate=1e-3))
    assert len(history.loss) < 1000
    assert history.validation[history.checked == history.best] == history.validation.min()
    held = torch.Generator().manual_seed(1)
    with torch.no_grad():
        values = [torch.nn.functional.mse_loss(layer(u), y).item() for u, y in (task(held) for _ in range(4))]
    assert np.mean(values) == history.validation.min()


def test_task_is_the_delay():
    u, y = delayed_recall(3, 20, 5, torch.Generator().manual_seed(0), torch.float32)
    assert u.shape == y.shape == (3, 20, 1) and u.dtype == torch.float32
    assert torch.equal(y[:, 5:], u[:, :15]) and torch.equal(y[:, :5], torch.zeros(3, 5, 1))


@pytest.mark.parametrize("seed", range(5))
def test_training_moves_the_shape_and_keeps_the_sum(seed):
    """The criterion is the one in the experiment's docstring."""
    config = small(seed)
    curve = measure(config)
    N = 2 * config.n
    assert np.array_equal(curve.rank, [N, N])
    assert np.all(curve.missing <= 1e-10 * N)
    assert abs(curve.capacity[1] - curve.capacity[0]) <= 1e-9 * N
    assert np.all(np.abs(curve.capacity - N) <= 1e-9 * N)
    assert np.abs(curve.after - curve.before).sum() / 2 >= 0.05 * N
    assert curve.after[config.delay] > curve.before[config.delay]
    assert np.all(np.abs(curve.measured - curve.after) <= 5 * curve.standard_error)
    assert np.all(np.abs(curve.measured_before - curve.before) <= 5 * curve.standard_error_before)
    # measured alone tells before from after: no exact route is needed to see the shape move
    gap = np.hypot(curve.standard_error, curve.standard_error_before)
    assert np.any(np.abs(curve.measured - curve.measured_before) > 5 * gap)


def test_whole_sum_and_distinct():
    total, missing = whole_sum(ring(6, 0.99))
    assert abs(total + missing - 6) <= 1e-9 and missing <= 6e-10
    assert distinct(np.array([0.5, 0.5, 0.2 + 0j])) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": 0}, "steps = 0"),
        ({"rate": 0.0}, "rate = 0"),
        ({"weight_decay": -1.0}, "weight_decay"),
        ({"clip": np.nan}, "clip"),
    ],
)
def test_bad_recipes_are_named(change, words):
    with pytest.raises(ValueError, match=words):
        train(model(), task, Recipe(**change))


def test_bad_tasks_configs_and_divergence_are_named():
    with pytest.raises(ValueError, match="delay = 20"):
        delayed_recall(1, 20, 20, torch.Generator(), torch.float32)
    with pytest.raises(ValueError, match="must exceed delay"):
        measure(Config(delay=30, horizon=30))

    def broken(generator):
        u, y = task(generator)
        return u, y * torch.nan

    with pytest.raises(FloatingPointError, match="diverged"):
        train(model(), broken, Recipe(steps=3))
