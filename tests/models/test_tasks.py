"""Data sources: what each promises holds on sizes drawn at random; seeds repeat; trivial answers reach what is said."""

import doctest
import importlib
import sys
from importlib.machinery import ModuleSpec

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.tasks.adding import MEAN, VARIANCE, adding, linear_loss
from models.tasks.delay import delayed_recall
from models.tasks.digits import constant_accuracy, digits, images, linear_accuracy, stratified
from models.tasks.laser import Forecast, laser, laser_series, linear, nrmse, persistence
from models.tasks.selective_copying import chance, selective_copying

seeds, batches = st.integers(0, 2**40), st.integers(1, 20)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", ["delay", "adding", "selective_copying", "digits", "laser", "listops"])
def test_examples_in_docstrings(name):
    assert doctest.testmod(importlib.import_module(f"models.tasks.{name}")).failed == 0


# adding


@given(batches, st.integers(2, 60), seeds, st.sampled_from([torch.float32, torch.float64]))
def test_adding_marks_one_number_in_each_half(batch, length, seed, dtype):
    u, y = adding(batch, length, generator(seed), dtype)
    assert u.shape == (batch, length, 2) and y.shape == (batch, 1) and u.dtype == y.dtype == dtype
    x, marks = u.unbind(dim=2)
    assert bool(((0 <= x) & (x < 1)).all()) and set(marks.unique().tolist()) <= {0.0, 1.0}
    for half in marks.split([length // 2, length - length // 2], dim=1):
        assert half.sum(dim=1).tolist() == [1.0] * batch
    wanted = [sum(row[k] for k in at.nonzero()[:, 0]) for row, at in zip(x, marks, strict=True)]
    assert torch.equal(y[:, 0], torch.stack(wanted))


@pytest.mark.parametrize("length", [2, 7, 10])
def test_adding_has_the_moments_and_the_linear_loss(length):
    n = 200_000
    u, y = (part.numpy() for part in adding(n, length, generator(length), torch.float64))
    assert abs(y.mean() - MEAN) <= 5 * np.sqrt(VARIANCE / n)
    fourth = 2 * (1 / 80) + 6 * (1 / 12) ** 2  # E(y − 1)^4 of two uniform numbers
    assert abs(((y - MEAN) ** 2).mean() - VARIANCE) <= 5 * np.sqrt((fourth - VARIANCE**2) / n)
    rows = np.concatenate([u.reshape(n, -1), np.ones((n, 1))], axis=1)
    left = (y - rows @ np.linalg.lstsq(rows, y, rcond=None)[0]) ** 2
    assert abs(left.mean() - linear_loss(length)) <= 5 * left.std() / np.sqrt(n) + 2 * length / n
    half = length // 2
    for part in (u[:, :half, 1], u[:, half:, 1]):  # every place of a half is marked alike often
        p = 1 / part.shape[1]
        assert np.all(np.abs(part.mean(axis=0) - p) <= 5 * np.sqrt(p * (1 - p) / n))


# selective copying


@given(batches, st.integers(1, 60), st.integers(1, 60), st.integers(2, 12), seeds)
def test_selective_copying_keeps_every_letter_in_order(batch, length, copies, letters, seed):
    copies = min(copies, length)
    tokens, targets = selective_copying(batch, length, copies, letters, generator(seed))
    assert tokens.shape == (batch, length + copies) and targets.shape == (batch, copies)
    assert tokens.dtype == targets.dtype == torch.int64
    assert set(tokens[:, length:].unique().tolist()) == {letters + 1}
    for row, wanted in zip(tokens[:, :length].tolist(), targets.tolist(), strict=True):
        assert [token for token in row if token != letters] == wanted
    assert bool(((0 <= targets) & (targets < letters)).all())


def test_selective_copying_is_uniform_in_places_and_letters():
    n, length, copies, letters = 60_000, 6, 3, 5
    tokens, targets = selective_copying(n, length, copies, letters, generator(1))
    sets = ((tokens[:, :length] != letters) * 2 ** torch.arange(length)).sum(dim=1).bincount()
    assert int((sets > 0).sum()) == 20  # 6 choose 3
    for counts, p in ((sets[sets > 0], 1 / 20), (targets[:, 1].bincount(), chance(letters))):
        assert bool(((counts / n - p).abs() <= 5 * np.sqrt(p * (1 - p) / n)).all())
    pairs = (letters * targets[:, 0] + targets[:, 2]).bincount() / n
    assert bool(((pairs - 1 / 25).abs() <= 5 * np.sqrt(0.04 * 0.96 / n)).all())


@pytest.mark.parametrize(
    "draw",
    [
        lambda g: adding(5, 12, g, torch.float32),
        lambda g: selective_copying(5, 12, 4, 6, g),
    ],
)
def test_seeds_repeat_bit_for_bit_and_the_generator_moves_on(draw):
    first, again, other = draw(generator(1)), draw(generator(1)), draw(generator(2))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])
    one = generator(1)
    draw(one)
    assert not torch.equal(draw(one)[0], first[0])


# digits


def test_digits_are_split_scaled_and_whole():
    (x, labels), (unseen, answers) = digits(3)
    assert x.shape == (1437, 64, 1) and unseen.shape == (360, 64, 1)
    assert x.dtype == unseen.dtype == torch.float32 and labels.dtype == answers.dtype == torch.int64
    assert abs(float(x.double().mean())) <= 1e-6 and abs(float(x.double().std(correction=0)) - 1) <= 1e-6
    # undone, the images of both parts are scikit-learn's, each once: the parts are disjoint
    pixels, all_labels = images()
    both = torch.cat([x, unseen])[:, :, 0].double().numpy()
    step = (both.max() - both.min()) / 16
    undone = np.column_stack([np.rint((both - both.min()) / step), torch.cat([labels, answers])])
    given_rows = np.column_stack([pixels, all_labels])
    assert np.array_equal(undone[np.lexsort(undone.T)], given_rows[np.lexsort(given_rows.T)])
    assert len(np.unique(pixels, axis=0)) == 1797
    share = np.bincount(all_labels) * 360 / 1797
    assert np.all(np.abs(np.bincount(answers) - share) < 1)


def test_digits_repeat_and_one_order_serves_all_images():
    rows, again, other, mixed = digits(3), digits(3), digits(4), digits(3, permutation=5)
    assert all(torch.equal(a, b) for p, q in zip(rows, again, strict=True) for a, b in zip(p, q, strict=True))
    assert not torch.equal(rows[1][0], other[1][0])
    order = np.random.default_rng(5).permutation(64)
    assert all(torch.equal(mixed[k][0], rows[k][0][:, order]) for k in (0, 1))
    assert torch.equal(mixed[0][1], rows[0][1]) and not torch.equal(mixed[0][0], rows[0][0])
    assert not torch.equal(digits(3, permutation=6)[0][0], mixed[0][0])


def test_digits_baselines():
    reached = [linear_accuracy(*digits(seed)) for seed in (2, 3, 4)]
    assert linear_accuracy(*digits(2, permutation=1)) == reached[0]
    assert all(0.90 < accuracy < 0.97 for accuracy in reached)
    assert constant_accuracy(*digits(2)) == 37 / 360


@given(st.lists(st.integers(0, 6), min_size=1, max_size=80), st.floats(0, 1), seeds)
def test_stratified_rounds_every_share(labels, part, seed):
    labels = np.array(labels)
    size = round(part * len(labels))
    chosen = stratified(labels, size, seed)
    counts = np.bincount(labels)
    assert chosen.sum() == size
    assert np.all(np.abs(np.bincount(labels[chosen], minlength=len(counts)) - counts * size / len(labels)) < 1)


# laser


@pytest.fixture
def series(tmp_path):
    """A file of a made-up series, as a machine without the package would have one."""
    values = np.round(100 + 50 * np.sin(0.37 * np.arange(900)) * np.cos(0.011 * np.arange(900)))
    path = tmp_path / "series.csv"
    path.write_text("\n".join(f"{value:g}" for value in values))
    return path, values


@given(st.integers(20, 300), st.integers(1, 12), st.integers(310, 500), st.integers(113, 400))
def test_laser_windows_look_ahead_by_the_horizon_and_never_into_the_test(window, horizon, train, test):
    values = np.cumsum(np.random.default_rng(0).random(900))  # each value once: it tells its place
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.tasks.laser.laser_series", lambda path: values)
        window = min(window, train - horizon)
        data = laser(train, test, window, horizon, dtype=torch.float64)
    scaled = (values - values[:train].mean()) / values[:train].std()
    assert data.inputs.shape == data.targets.shape == (train - horizon - window + 1, window, 1)
    assert data.test_inputs.shape == data.test_targets.shape == (1, test - horizon, 1)
    for start in {0, len(data.inputs) // 2, len(data.inputs) - 1}:
        assert np.array_equal(data.inputs[start, :, 0], scaled[start : start + window])
        assert np.array_equal(data.targets[start, :, 0], scaled[start + horizon : start + horizon + window])
    assert float(data.targets.max()) == scaled[train - 1]
    assert np.array_equal(data.test_inputs[0, :, 0], scaled[train : train + test - horizon])
    assert np.array_equal(data.test_targets[0, :, 0], scaled[train + horizon : train + test])


def test_laser_is_packaged_and_is_the_competition_series():
    pytest.importorskip("reservoirpy", reason="needs the extra oracles")
    values = laser_series()
    assert values.shape == (10_093,) and values.dtype == np.float64
    assert values[:10].tolist() == [86, 141, 95, 41, 22, 21, 32, 72, 138, 111]
    assert (values.min(), values.max()) == (0, 255) and np.array_equal(values, values.round())
    near, far, more = laser(2000), laser(2000, horizon=5), laser(8000)
    assert near.inputs.dtype == torch.float32
    assert persistence(near) == pytest.approx(0.972, abs=0.001)
    assert linear(near) == pytest.approx(0.417, abs=0.001)
    assert (linear(far), linear(more)) == (pytest.approx(0.531, abs=0.001), pytest.approx(0.407, abs=0.001))


def test_laser_from_a_file_needs_no_package(series, monkeypatch):
    path, values = series
    monkeypatch.setattr("models.tasks.laser.find_spec", lambda name: None)
    assert np.array_equal(laser_series(path), values)
    assert linear(laser(400, 300, 64, path=path), order=8) < 0.1 < persistence(laser(400, 300, 64, path=path))
    with pytest.raises(ImportError, match="reservoirpy is not installed"):
        laser_series()
    with pytest.raises(FileNotFoundError):
        laser_series(path.with_name("absent"))


@pytest.mark.parametrize("content", ["1,2\n3,4", "1\nx", "1\nnan", "1\ninf", "", "\n"])
def test_laser_files_that_are_no_series_are_named(tmp_path, content):
    path = tmp_path / "bad.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"bad\.csv.*one column of"):
        laser_series(path)


@pytest.mark.parametrize("content", ["3\n3\n3", "3"])
def test_constant_laser_files_are_named(tmp_path, content):
    path = tmp_path / "flat.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"flat\.csv is constant, 3\.0: must vary"):
        laser_series(path)


def test_a_constant_training_part_is_named(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("\n".join(["3"] * 300 + ["3", "4"] * 100))
    with pytest.raises(ValueError, match="train = 300: the series is constant"):
        laser(300, 200, 64, path=path)


def test_nrmse_counts_from_the_warm_up():
    target = torch.arange(8.0).reshape(1, 8, 1)
    off = target.clone()
    off[:, :3] += 100
    assert nrmse(off, target, warm_up=3) == 0
    assert nrmse(torch.full_like(target, 5.0), target, warm_up=3) == 1  # the mean of 3..7


# refusals

ramp = torch.arange(5.0).reshape(1, 5, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: adding(0, 9, generator(), torch.float32), "batch = 0"),
        (lambda: adding(1, 1, generator(), torch.float32), "length = 1"),
        (lambda: linear_loss(1), "length = 1"),
        (lambda: selective_copying(1, 4, 5, 3, generator()), "copies = 5: must be at most length = 4"),
        (lambda: selective_copying(1, 4, 2, 1, generator()), "letters = 1"),
        (lambda: selective_copying(1, 4, 0, 3, generator()), "copies = 0"),
        (lambda: digits(-1), "seed = -1"),
        (lambda: digits(0, permutation=True), "seed = True"),
        (lambda: laser(300, window=300), r"window \+ horizon = 301: must be at most train = 300"),
        (lambda: laser(horizon=0), "horizon = 0"),
        (lambda: laser(test=101), "test = 101: must exceed"),
        (lambda: nrmse(torch.zeros(1, 5, 1), torch.zeros(1, 4, 1)), "prediction has shape"),
        (lambda: nrmse(torch.zeros(1, 5, 1), torch.zeros(1, 5, 1), 2), "nothing that varies"),
        (lambda: nrmse(torch.zeros(1, 5, 1), torch.zeros(1, 5, 1), 9), "nothing that varies"),
        (lambda: linear(Forecast(*[torch.ones(2, 9, 1)] * 4), order=10), "order = 10: must be at most 9"),
        (lambda: adding(1, 9, generator(), torch.int64), "dtype = torch.int64: must be a real floating-point"),
        (lambda: delayed_recall(1, 9, 2, generator(), torch.bool), "dtype = torch.bool"),
        (lambda: delayed_recall(1, 9, 2, generator(), torch.complex64), "dtype = torch.complex64"),
        (lambda: delayed_recall(1, 9, 2, generator(), None), "dtype = None"),  # type: ignore[arg-type]
        (lambda: stratified([0, 1], 3, 0), "size = 3: must be at most the number of labels, 2"),
        (lambda: stratified([0, 1], -1, 0), "size = -1"),
        (lambda: stratified([0, 1], 1.0, 0), "size = 1.0"),  # type: ignore[arg-type]
        (lambda: stratified([0.0, 1.0], 1, 0), r"labels\[0\] = .*must be an integer"),
        (lambda: stratified([0, -1], 1, 0), r"labels\[1\] = -1"),
        (lambda: stratified([0, 1], 1, None), "seed = None"),  # type: ignore[arg-type]
        (lambda: nrmse(ramp * torch.nan, ramp, 0), r"prediction\[0, 0, 0\] = nan: must be finite"),
        (lambda: nrmse(ramp, ramp * torch.nan, 0), r"target\[0, 0, 0\] = nan"),
    ],
)
def test_bad_inputs_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_series_too_short_is_named(series):
    with pytest.raises(ValueError, match=r"train \+ test = 950: the series has 900 steps"):
        laser(500, 450, path=series[0])


def test_missing_packages_are_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match="scikit-learn is not installed"):
        digits(0)
    spec = ModuleSpec("reservoirpy", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr("models.tasks.laser.find_spec", lambda name: spec)
    with pytest.raises(ImportError, match="carries no santafe_laser"):
        laser_series()
