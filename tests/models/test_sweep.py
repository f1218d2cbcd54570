"""A sweep computes each run once, believes only whole files, and survives being killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from models import cache
from models.sweep import run, sweep
from tests.models.examples.experiment import Config, measure

ROOT = Path(__file__).parents[2]
CONFIGS = [Config(seed, pause=0.15) for seed in range(8)]


def same(left, right):
    return len(left) == len(right) and all(
        a.keys() == b.keys() and all(np.array_equal(a[k], b[k]) and a[k].dtype == b[k].dtype for k in a)
        for a, b in zip(left, right, strict=True)
    )


def forbidden(config):
    raise AssertionError(f"computed again: {config}")


@pytest.fixture
def expected():
    return [cache.as_arrays(measure(Config(c.seed))) for c in CONFIGS]


def files(folder):
    return sorted(p.name for p in folder.glob("*.npz"))


def test_second_time_from_the_store(tmp_path, expected, monkeypatch):
    assert same(sweep(measure, CONFIGS, tmp_path), expected)
    assert len(files(tmp_path)) == len(CONFIGS) == len(list(tmp_path.iterdir()))
    started = time.perf_counter()
    assert same(sweep(measure, reversed(CONFIGS), tmp_path), expected[::-1])
    assert time.perf_counter() - started < 0.15 * len(CONFIGS)  # the pauses alone would take longer


@pytest.mark.parametrize(("after", "jobs"), [(0, 1), (1, 1), (4, 1), (2, 2)])
def test_killed_and_resumed(tmp_path, expected, after, jobs):
    """SIGKILL once `after` runs are stored, at the first moment and in the middle; then the same arrays."""
    script = (
        "from models.sweep import sweep\n"
        "from tests.models.examples.experiment import Config, measure\n"
        f"print('started', flush=True)\n"
        f"sweep(measure, [Config(s, pause=0.15) for s in range(8)], {str(tmp_path)!r}, {jobs})\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    deadline = time.monotonic() + 60
    while len(files(tmp_path)) < after and time.monotonic() < deadline:
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    stored = len(files(tmp_path))
    assert process.returncode == -signal.SIGKILL
    assert after <= stored < len(CONFIGS)
    assert same(sweep(measure, CONFIGS, tmp_path), expected)
    assert len(files(tmp_path)) == len(CONFIGS)


def test_killed_while_writing_leaves_no_file_of_that_name(tmp_path, monkeypatch):
    """Dies between writing and renaming: only a temporary file is there, which nobody reads."""

    def die(*paths):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        run(measure, Config(0), tmp_path)
    assert files(tmp_path) == []
    monkeypatch.undo()
    (tmp_path / ".abandoned.part").write_bytes(b"PK half a file")
    assert np.array_equal(run(measure, Config(0), tmp_path)["noise"], measure(Config(0))["noise"])


@pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "garbage", "other run", "other arrays", "pickle"])
def test_a_damaged_file_is_computed_again(tmp_path, harm):
    truth = run(measure, Config(0), tmp_path)
    (path,) = tmp_path.glob("*.npz")
    whole = path.read_bytes()
    if harm == "empty":
        path.write_bytes(b"")
    elif harm == "cut":
        path.write_bytes(whole[: len(whole) // 2])
    elif harm == "flipped":
        middle = len(whole) // 2
        path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    elif harm == "garbage":
        path.write_bytes(b"not a zip file")
    elif harm == "other run":
        run(measure, Config(1), tmp_path / "b")
        path.write_bytes(next((tmp_path / "b").glob("*.npz")).read_bytes())
    elif harm == "other arrays":
        with np.load(path) as stored:
            record = stored[cache.RECORD]
        np.savez(path, **{cache.RECORD: record}, noise=np.zeros(1000), seed=np.array(0))
    else:
        np.savez(path, noise=np.array([{}], dtype=object))
    assert cache.load(path, path.stem) is None
    assert same([run(measure, Config(0), tmp_path)], [truth])
    assert cache.load(path, path.stem) is not None


def test_no_single_altered_byte_is_believed(tmp_path):
    truth = run(measure, Config(0), tmp_path)
    (path,) = tmp_path.glob("*.npz")
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for position in {*range(200), *rng.integers(len(whole), size=300), *range(len(whole) - 300, len(whole))}:
        path.write_bytes(
            whole[:position] + bytes([whole[position] ^ (1 << int(rng.integers(8)))]) + whole[position + 1 :]
        )
        found = cache.load(path, path.stem)  # a byte of a date may be without meaning: then nothing else has changed
        assert found is None or same([found], [truth])
    for length in rng.integers(len(whole), size=50):
        path.write_bytes(whole[:length])
        assert cache.load(path, path.stem) is None


def test_what_dead_writers_left_is_cleared_after_a_day(tmp_path):
    old, young = tmp_path / ".old.part", tmp_path / ".young.part"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 100_000,) * 2)
    sweep(measure, [Config(0)], tmp_path)
    assert not old.exists() and young.exists()


def test_key_follows_code_parameters_and_versions(tmp_path, monkeypatch):
    names = {cache.key(measure, Config(s, p)) for s in (0, 1) for p in (0.0, 0.1, np.nextafter(0.1, 1))}
    assert len(names) == 6
    first = cache.key(measure, Config(0))
    assert first == cache.key(measure, Config(0))
    monkeypatch.setattr(cache, "versions", lambda: {"numpy": "another"})
    assert cache.key(measure, Config(0)) != first
    monkeypatch.undo()

    package = tmp_path / "models_of_a_test"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("FACTOR = 2\n")
    (package / "outer.py").write_text("from models_of_a_test import inner\n\n\ndef measure(c):\n    return {}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = cache.sources("models_of_a_test.outer")
    assert set(before) == {"models_of_a_test", "models_of_a_test.outer", "models_of_a_test.inner"}
    (package / "inner.py").write_text("FACTOR = 3\n")
    assert cache.sources("models_of_a_test.outer") != before


def test_the_experiments_sources_reach_layers_and_numerics():
    found = cache.sources("models.memory.recall")
    for name in (
        "models.memory.recall",
        "models.layers.s4d",
        "models.training",
        "numerics.spectra",
        "numerics.preconditions",
    ):
        assert name in found
    assert not any(name.startswith("torch") for name in found)


def test_bad_input_is_named(tmp_path):
    with pytest.raises(ValueError, match="jobs = 0"):
        sweep(measure, CONFIGS, tmp_path, jobs=0)
    with pytest.raises(ValueError, match="dataclass instance or a mapping"):
        run(measure, 3, tmp_path)
    with pytest.raises(ValueError, match="JSON data or an array"):
        run(measure, {"f": measure}, tmp_path)
    with pytest.raises(ValueError, match="no source file"):
        cache.sources("sys")
    with pytest.raises(ValueError, match="must be a dataclass or a mapping"):
        cache.as_arrays(3)
    with pytest.raises(ValueError, match="array of numbers or text"):
        cache.as_arrays({"a": [None]})


def test_errors_of_the_experiment_come_through(tmp_path):
    with pytest.raises(AssertionError, match="computed again"):
        run(forbidden, Config(0), tmp_path)
    assert files(tmp_path) == []


def test_dask_address(tmp_path):
    distributed = pytest.importorskip("distributed", reason="extra `sweep` is not installed")
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster:
        found = sweep(measure, CONFIGS[:2], tmp_path, address=cluster.scheduler_address)
    assert np.array_equal(found[0]["noise"], measure(Config(0))["noise"])
